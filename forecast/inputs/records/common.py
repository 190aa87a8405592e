"""Types that several kinds of file share."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field

Lens = Literal[
    "realist", "constructivist", "status", "domestic", "regional", "economic", "english_school", "official"
]
Kind = Literal["text", "analyst", "advocacy", "official", "camp", "title_only", "expert", "effects_only"]
#: What each kind of source is, and so how far it can be heard as a forecast.
KINDS: Mapping[Kind, str] = MappingProxyType(
    {
        "text": "a text read for this forecast and coded from its own words",
        "analyst": "an author whose view is known as another text reports it",
        "advocacy": "an author who argues for a course of action, which is no forecast that it will be taken",
        "official": "what a government, or someone who speaks for one, says in public",
        "camp": "an unnamed body of opinion, described by someone else",
        "title_only": "a work known by its title, or by its name in a list of citations",
        "expert": "a person asked directly, who states numbers",
        "effects_only": "a finding about causes, which says nothing of the outcome",
    }
)
Code = Annotated[float, Field(ge=-3, le=3)]
Weight = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]
#: A driver's level or a change of it: ten standard deviations are beyond any year.
Level = Annotated[float, Field(ge=-10, le=10)]
#: A window in years, within which a probability is stated.
Window = Annotated[float, Field(gt=0, le=100)]
