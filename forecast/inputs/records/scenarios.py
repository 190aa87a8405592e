"""scenarios/<id>.yaml: interventions, and the story they tell."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from forecast.inputs.fields import Identifier, Prose, Strict, When
from forecast.inputs.records.common import Level


class Hold(Strict):
    """do(driver = level) from start to end, both included; afterwards it relaxes by its own dynamics."""

    driver: Identifier
    level: Level
    start: When | None = None
    end: When | None = None


class Shift(Strict):
    """A lasting offset of the driver's path from start (to end, if given)."""

    driver: Identifier
    amount: Level
    start: When | None = None
    end: When | None = None


class Intervention(Strict):
    """Exactly one of the kinds of intervention."""

    hold: Hold | None = None
    shift: Shift | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_kind(cls, data: Any) -> Any:
        if isinstance(data, dict) and len(data) != 1:
            raise PydanticCustomError(
                "intervention",
                "an intervention has exactly one kind (found {found})",
                {"found": ", ".join(map(str, data)) or "none"},
            )
        if isinstance(data, dict) and None in data.values():
            raise PydanticCustomError(
                "intervention", "is empty; say what it does, or remove it", {"at": next(iter(data))}
            )
        return data


class Scenario(Strict):
    """A what-if: interventions on the drivers, their story and the sources that motivate it."""

    schema_: Literal["scenario/1"] = Field(alias="schema")
    id: Identifier
    title: Prose
    storyline: Prose
    motivated_by: list[Identifier] = []
    interventions: list[Intervention] = []
