"""Types that several kinds of file share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

Lens = Literal[
    "realist", "constructivist", "status", "domestic", "regional", "economic", "english_school", "official"
]
Kind = Literal["text", "analyst", "official", "camp", "expert", "effects_only"]
Code = Annotated[float, Field(ge=-3, le=3)]
Weight = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
#: A driver's level or a change of it: ten standard deviations are beyond any year.
Level = Annotated[float, Field(ge=-10, le=10)]
#: A window in years, within which a probability is stated.
Window = Annotated[float, Field(gt=0, le=100)]
