"""An exact answer as what numbers rest on: its fit, its baseline, and how far its answers move."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from forecast.calendar import Floats
from forecast.explaining.basis import LISTED, clean
from forecast.explaining.influence import Factor, factors, moves
from forecast.explaining.readings import Seen
from forecast.explaining.target import quantity_names
from forecast.inference.fit import Fit
from forecast.inputs.workspace import Workspace
from forecast.simulation.forecast import Forecast
from forecast.states import CHANNELS


@dataclass(frozen=True)
class Ground:
    """One panel's fit and baseline.

    ``date`` is when answers are ranked, on one draw in ``every``; ``listed`` judgments stand one by one.
    """

    fit: Fit
    baseline: Forecast
    date: dt.date
    every: int = 1
    listed: int = LISTED

    @property
    def files(self) -> Workspace:
        """All inputs."""
        return self.fit.workspace

    @property
    def seen(self) -> Seen:
        """Where the drivers' levels are read from."""
        return Seen(self.files, self.fit.panel, self.fit.as_of, self.fit.prepared.drivers)

    @cached_property
    def factors(self) -> tuple[Factor, ...]:
        """Every factor of the posterior that is ranked."""
        return factors(self.fit, every=self.every)

    @cached_property
    def _moved(self) -> dict[str, tuple[Floats, Floats]]:
        return {}

    def moves(self, quantity: str) -> tuple[Floats, Floats]:
        """How far an answer moves with each factor, in points, and the Monte Carlo error; (J,) each."""
        if quantity not in self._moved:
            values = self.baseline.at(*quantity_names()[quantity], self.date)
            moved, error = moves(values[:: self.every], self.factors)
            self._moved[quantity] = 100 * moved, 100 * error
        return self._moved[quantity]

    def moves_of(self, values: Floats, some: tuple[Factor, ...]) -> tuple[Floats, Floats]:
        """The same of any other quantity (N,), in its own unit, with some of the factors."""
        return moves(values[:: self.every], some)

    def headlines(self) -> tuple[str, ...]:
        """What is asked of each way out: whether it is reached, or of the present state still held."""
        start = self.fit.start_state
        return tuple(f"state.{c}" if c == start else f"reached.{c}" for c in CHANNELS)


def in_words(files: Workspace, quantity: str, date: dt.date | str) -> str:
    """A quantity on a date: ``alliance reached by 2031-12-31``, ``split on 2031-12-31``."""
    kind, outcome = quantity_names()[quantity]
    title = clean(files.question.outcomes[outcome].title)  # type: ignore[index]
    name = title[:1].lower() + title[1:]
    return f"{name} reached by {date}" if kind == "reached" else f"{name} on {date}"
