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
