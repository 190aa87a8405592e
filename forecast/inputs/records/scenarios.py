"""scenarios/<id>.yaml: interventions, and the story they tell."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from forecast.inputs.fields import Identifier, Prose, Strict, When
from forecast.inputs.records.common import Level
from forecast.states import Channel, Transition


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


class Ramp(Strict):
    """do(driver moves in a straight line from where it is at start to level at end); then it relaxes."""

    driver: Identifier
    level: Level
    start: When | None = None
    end: When


class Force(Strict):
    """The shock occurs on this day."""

    shock: Identifier
    date: When


class Forbid(Strict):
    """The shock does not occur from start to end."""

    shock: Identifier
    start: When | None = None
    end: When | None = None


def _not_zero(instead: str) -> BeforeValidator:
    """Zero times something is nothing, for which there is another word."""

    def check(value: Any) -> Any:
        if value == 0 and not isinstance(value, bool):
            raise PydanticCustomError("times_zero", "0 times is never; {instead}", {"instead": instead})
        return value

    return BeforeValidator(check)


#: By how much a rate or a hazard is multiplied.
Times = Annotated[float, Field(gt=0, le=100)]


class Rate(Strict):
    """The shock's rate (or its hazard in a window) is multiplied from start to end."""

    shock: Identifier
    times: Annotated[Times, _not_zero("write forbid: {shock: ..} instead of rate")]
    start: When | None = None
    end: When | None = None


class Hazard(Strict):
    """A transition's hazard is multiplied from start to end."""

    transition: Transition
    times: Annotated[Times, _not_zero("a hazard can be made small, say times: 0.01, but not forbidden")]
    start: When | None = None
    end: When | None = None


#: What an intervention says, whichever of its kinds it is.
Act = Hold | Ramp | Shift | Force | Forbid | Rate | Hazard


class Intervention(Strict):
    """Exactly one of the kinds of intervention."""

    hold: Hold | None = None
    ramp: Ramp | None = None
    shift: Shift | None = None
    force: Force | None = None
    forbid: Forbid | None = None
    rate: Rate | None = None
    hazard: Hazard | None = None

    @property
    def kind(self) -> str:
        """Which kind it is: the key it stands under."""
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)

    @property
    def act(self) -> Act:
        """What it says."""
        found: Act = getattr(self, self.kind)
        return found

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


#: What a storyline leads one to expect of an outcome, beside the baseline.
Expectation = Literal["higher", "lower", "unchanged", "unsure"]


class Scenario(Strict):
    """A what-if: interventions, their story and the sources that motivate it.

    ``includes``: other scenarios whose interventions are part of this one. ``expected``: what the storyline
    leads one to expect; it is compared with what comes out, and moves nothing.
    """

    schema_: Literal["scenario/1"] = Field(alias="schema")
    id: Identifier
    title: Prose
    storyline: Prose
    motivated_by: list[Identifier] = []
    locator: Prose | None = None
    expected: dict[Channel, Expectation] = {}
    includes: list[Identifier] = []
    interventions: list[Intervention] = []
