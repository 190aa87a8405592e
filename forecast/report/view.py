"""What every section needs of the material: names, dates and numbers of the panel reported on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from forecast.answering import Material, Result
from forecast.calendar import decimal_year
from forecast.cards.names import plain, short_names
from forecast.inference.fit import Fit
from forecast.inputs.records import Question
from forecast.inputs.workspace import Workspace
from forecast.report.numbers import listed
from forecast.simulation.forecast import Forecast, Summary
from forecast.states import STATES, State

__all__ = ["NEAR_YEARS", "View", "plain", "states_in_order"]

#: The nearer of the two dates that headlines are given for, in years after as_of.
NEAR_YEARS = 5


@dataclass(frozen=True)
class View:
    """A material, read: ``main`` is the panel reported on, ``near`` and ``far`` the headline dates."""

    material: Material

    @property
    def workspace(self) -> Workspace:
        """All inputs."""
        return self.material.workspace

    @property
    def question(self) -> Question:
        """The question asked."""
        return self.material.workspace.question

    @property
    def main(self) -> Result:
        """The answer of the panel reported on."""
        return self.material.main

    @property
    def fit(self) -> Fit:
        """The fit of the panel reported on."""
        return self.material.main.fit

    @property
    def baseline(self) -> Forecast:
        """The panel's forecast without intervention."""
        return self.material.main.baseline

    @property
    def converged(self) -> bool:
        """Whether the panel's draws passed their gates."""
        return self.fit.posterior.diagnostics.passed

    @cached_property
    def far(self) -> dt.date:
        """The horizon."""
        return self.question.horizon

    @cached_property
    def near(self) -> dt.date:
        """The first report date at least five years on; the horizon where there is none."""
        later = [d for d in self.main.baseline.report_dates if d >= _years_on(self.fit.as_of, NEAR_YEARS)]
        return later[0] if later else self.far

    @property
    def headline_dates(self) -> tuple[dt.date, ...]:
        """The nearer headline date and the horizon; the horizon alone where they are the same."""
        return (self.near, self.far) if self.near < self.far else (self.far,)

    @property
    def now(self) -> float:
        """as_of as a decimal year."""
        return decimal_year(self.fit.as_of)

    @property
    def pair(self) -> str:
        """Both names in a sentence."""
        return listed(list(self.question.pair))

    @property
    def panels(self) -> tuple[Result, ...]:
        """The panel reported on, then the others."""
        return (self.material.main, *self.material.panels)

    @cached_property
    def source_names(self) -> dict[str, str]:
        """A short name for each source: author and year where the citation and the id agree on them."""
        return short_names(self.workspace.sources)

    def driver_name(self, driver: str) -> str:
        """A driver's name."""
        return self.workspace.drivers.drivers[driver].name

    def shock_name(self, shock: str) -> str:
        """A shock's name."""
        return self.workspace.shocks[shock].name

    def scenario_title(self, scenario: str) -> str:
        """A scenario's title."""
        return self.workspace.scenarios[scenario].title

    def feature_name(self, feature: str) -> str:
        """A driver's name; an interaction by its terms' names."""
        if feature in self.workspace.drivers.drivers:
            return self.driver_name(feature)
        spec = self.workspace.drivers.interactions[feature]
        terms = [
            self.driver_name(t)
            if isinstance(t, str)
            else listed([self.driver_name(d) for d in t])
            if isinstance(t, list)
            else " or ".join(self.shock_name(s) for s in t.shock)
            for t in spec.terms
        ]
        return " × ".join(terms) if spec.form == "product" else f"{terms[0]} against {terms[1]} (difference)"

    def outcome_title(self, outcome: str) -> str:
        """The title of an outcome."""
        return self.question.outcomes[outcome].title  # type: ignore[index]

    def outcome_name(self, outcome: str) -> str:
        """The title of an outcome, in small letters."""
        return self.question.outcomes[outcome].title.lower()  # type: ignore[index]

    def counts_as_reached(self, outcome: str) -> bool:
        """Whether a headline asks if the state is reached: not for partnership, nor for the present state."""
        return outcome in ("alliance", "split") and outcome != self.fit.start_state

    def quantity(self, outcome: str) -> str:
        """Which quantity of a forecast a headline on this outcome reads."""
        if outcome == "alliance_broad":
            return outcome
        return "reached" if self.counts_as_reached(outcome) else "state"

    def headline(self, outcome: str, date: dt.date, result: Result | None = None) -> Summary:
        """The headline number of an outcome: reached where it can be, else the state on the date."""
        return (result or self.main).baseline.summary(self.quantity(outcome), outcome, date)

    @cached_property
    def panel_names(self) -> dict[str, Result]:
        """Each panel answered by its title, the one reported on first."""
        return {self.panel_title(r): r for r in self.panels}

    def panel_title(self, result: Result) -> str:
        """A panel in words: its id and how many sources it hears; a single source by name."""
        members = result.fit.panel.members
        if len(members) == 1:
            return self.source_names[members[0]]
        return f"{plain(result.fit.panel.id)} ({len(members)} sources)"


def states_in_order() -> tuple[State, ...]:
    """The three states, in the order they are shown everywhere."""
    return STATES


def _years_on(date: dt.date, years: int) -> dt.date:
    day = 28 if (date.month, date.day) == (2, 29) else date.day
    return dt.date(date.year + years, date.month, day)
