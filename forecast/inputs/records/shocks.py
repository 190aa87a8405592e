"""shocks.yaml: events that may strike, how often, and what they do."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from forecast.inputs.fields import (
    Grade,
    Identifier,
    PositiveQuantiles,
    Prose,
    Quantified,
    StatedProbability,
    Strict,
    When,
)
from forecast.inputs.records.common import Positive
from forecast.states import Channel

#: Chance that a contested effect has the other sign.
Chance = Annotated[float, Field(ge=0, le=1)]


class YearlyRate(PositiveQuantiles):
    """Occurrences per year."""

    hint: ClassVar[str] = "; a rate is occurrences per year, and a shock that cannot occur is left out"


class Jump(Quantified):
    """How far a shock moves a driver at once, in driver units.

    The quantiles say what is known of the size, the same for every occurrence; ``spread`` is the sd from one
    occurrence to the next. ``reversed``: the chance that its sign is the other one, where that is contested.
    """

    reversed: Chance = 0.0
    spread: Annotated[float, Field(ge=0, le=5)] = 0.0
    rationale: Prose | None = None


class DirectEffect(Quantified):
    """What a shock adds to a log-hazard beside its jumps, on the day; it fades with the shock's half-life."""

    reversed: Chance = 0.0
    rationale: Prose | None = None


class Raise(Strict):
    """An occurrence multiplies another shock's rate for some years."""

    shock: Identifier
    times: Annotated[float, Field(gt=0, le=100)]
    for_years: Annotated[float, Field(gt=0, le=50)]
    rationale: Prose | None = None


class ShockWindow(Strict):
    """A spell of time in which a shock can occur, and outside of which it cannot."""

    start: When
    end: When


class Shock(Strict):
    """An event that may strike.

    Either at a yearly ``rate`` at any time (Poisson), or with a ``probability`` in each of ``windows``.
    ``outcome``: the shock is this outcome's own criterion of resolution, so that it is a transition: the
    direct effects are then none, and jumps count where a scenario forces it.
    """

    name: Prose
    definition: Prose
    rate: YearlyRate | None = Field(default=None, description="occurrences per year")
    probability: StatedProbability | None = Field(default=None, description="of occurring in a window")
    windows: list[ShockWindow] = []
    occurs: Literal["once", "repeatedly"] = "repeatedly"
    outcome: Channel | None = None
    jumps: dict[Identifier, Jump] = {}
    direct: dict[Channel, DirectEffect] = {}
    half_life_years: Positive = Field(default=2.0, description="until half of the direct effects has faded")
    raises: list[Raise] = []
    grade: Grade = "INFER"
    locator: Prose | None = None
    rationale: Prose

    def windows_after(self, day: dt.date) -> list[ShockWindow]:
        """The windows that end after ``day``, in order of time."""
        return sorted((w for w in self.windows if w.end > day), key=lambda w: w.start)


class Shocks(Strict):
    """Every shock, by id."""

    schema_: Literal["shocks/1"] = Field(alias="schema")
    shocks: dict[Identifier, Shock]
