"""A forecast: the probability of each outcome over time, over posterior draws, and its summaries."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import Floats, decimal_year, decimal_years
from forecast.errors import UsageError
from forecast.simulation.quantities import BEFORE_READING, QUANTITIES, READ, STATS
from forecast.simulation.weighted import weighted_monte_carlo_error, weighted_quantile
from forecast.states import State

if TYPE_CHECKING:
    import pandas as pd


#: The quantiles of a summary.
LEVELS = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Summary:
    """One probability over posterior draws: mean, quantiles, and the mean's Monte Carlo standard error."""

    mean: float
    p05: float
    p50: float
    p95: float
    mcse: float

    def as_dict(self) -> dict[str, float]:
        """The contract's P."""
        return {name: getattr(self, name) for name in STATS}


@dataclass(frozen=True)
class Known:
    """What is known of all draws: ``here`` (n, K) of a sample, ``all`` (N, K) of N that count alike."""

    here: Floats
    all: Floats


@dataclass(frozen=True)
class Forecast:
    """Probabilities at each grid date for each posterior draw, driver paths averaged out.

    ``draws`` (N, T, 9): columns as in QUANTITIES, then the two values before a reading. ``report_dates``
    are the dates it answers for by default: each 31 December and the horizon. ``weights`` (2, N), for draws
    of another posterior than their own: how much each counts, and how much in what reads the index;
    ``ess``: how many draws these are worth, at most. ``known``: of all draws, where these are a sample that
    is balanced by it.
    """

    scenario: str
    start_state: State
    dates: tuple[dt.date, ...]
    report_dates: tuple[dt.date, ...]
    draws: Floats
    weights: Floats | None = None
    ess: float = np.inf
    known: Known | None = None

    def weight(self, outcome: str) -> Floats | None:
        """How much each draw counts for an outcome (N,), summing to one; None: all the same."""
        return None if self.weights is None else self.weights[int(outcome in READ)]

    def at(self, quantity: str, outcome: str, date: dt.date) -> Floats:
        """Probability for each draw (N,) on ``date``; linear inside a step, which keeps every ordering.

        Raises UsageError for a date outside the forecast.
        """
        column = QUANTITIES[quantity, outcome]
        if not self.dates[0] <= date <= self.dates[-1]:
            raise UsageError(
                f"{date} is outside the forecast, which runs from {self.dates[0]}"
                f" to the horizon {self.dates[-1]}"
            )
        right = bisect_left(self.dates, date)
        if self.dates[right] == date:
            return self.draws[:, right, column]
        times, now = decimal_years(self.dates[right - 1 : right + 1]), decimal_year(date)
        share = float((now - times[0]) / (times[1] - times[0]))
        after = self.draws[:, right, BEFORE_READING.get(column, column)]
        return (1 - share) * self.draws[:, right - 1, column] + share * after

    def summary(self, quantity: str, outcome: str, date: dt.date) -> Summary:
        """Mean, quantiles and Monte Carlo error of one probability on one date."""
        return summarise(
            self.at(quantity, outcome, date), self.weight(outcome), ess=self.ess, known=self.known
        )

    def to_dataframe(self, by: tuple[dt.date, ...] = ()) -> pd.DataFrame:
        """Tidy table: scenario, date, quantity, outcome, stat, value."""
        import pandas as pd

        rows = [
            (self.scenario, date, quantity, outcome, stat, value)
            for date in sorted({*self.report_dates, *by})
            for quantity, outcome in QUANTITIES
            for stat, value in self.summary(quantity, outcome, date).as_dict().items()
        ]
        return pd.DataFrame(rows, columns=["scenario", "date", "quantity", "outcome", "stat", "value"])


def summarise(
    values: Floats, weight: Floats | None = None, *, ess: float = np.inf, known: Known | None = None
) -> Summary:
    """Summary of one probability over draws kept in chain order; ``weight`` (N,) sums to one.

    ``ess``: how many independent draws the weights are worth, of all if these are a sample. What values share
    with what is ``known`` of all draws is as well known as that; the rest is the sample's. With g the values'
    linear fit on it and r = f - g the rest

        error^2 = sum w^2 r^2 + (sum w (f - mean)^2 - sum w r^2) / ess
        Q_p     = Q_p(g of all draws) + Q_p(f) - Q_p(g of the sample),

    the second a control variate (Hesterberg and Nelson 1998, Management Science 44:1295, for quantiles).
    """
    if weight is None:
        p05, p50, p95 = np.quantile(values, LEVELS)
        return Summary(float(values.mean()), float(p05), float(p50), float(p95), monte_carlo_error(values))
    with np.errstate(divide="ignore"):
        log_weights = np.log(weight)
    mean = float(weight @ values)
    p05, p50, p95 = weighted_quantile(values, LEVELS, log_weights=log_weights).tolist()
    if known is None:
        error = float(weighted_monte_carlo_error(values, log_weights=log_weights))
        return Summary(mean, p05, p50, p95, max(error, float(np.sqrt(weight @ (values - mean) ** 2 / ess))))
    root = np.sqrt(weight)[:, None]
    design = np.column_stack([np.ones(len(values)), known.here])
    slope = np.linalg.lstsq(root * design, root[:, 0] * values, rcond=None)[0]
    fitted = design @ slope
    rest = (values - fitted) ** 2
    own, all_draws = weight**2 @ rest, (weight @ (values - mean) ** 2 - weight @ rest) / ess
    whole = np.quantile(slope[0] + known.all @ slope[1:], LEVELS)
    sample = weighted_quantile(fitted, LEVELS, log_weights=log_weights)
    ends = np.clip(
        np.array([p05, p50, p95]) + whole - sample, *((0.0, 1.0) if values.min() >= 0 else (-1.0, 1.0))
    )
    p05, p50, p95 = np.sort(ends).tolist()
    return Summary(mean, p05, p50, p95, float(np.sqrt(own + max(all_draws, 0.0))))


def monte_carlo_error(values: Floats) -> float:
    """Standard error of the mean by batch means (Flegal and Jones 2010): sqrt(n) batches of sqrt(n) draws.

    It covers both the sampler's autocorrelation and the finite number of driver paths, since every draw
    has its own paths.
    """
    size = max(1, int(len(values) ** 0.5))
    batches = len(values) // size
    if batches < 2:
        return float("nan")
    means = values[: batches * size].reshape(batches, size).mean(axis=1)
    return float(means.std(ddof=1) / batches**0.5)


@dataclass(frozen=True)
class Comparison:
    """A scenario's probability less the baseline's, draw by draw on common random numbers."""

    scenario: str
    versus: str
    date: dt.date
    quantity: str
    outcome: str
    difference: Summary
    p_sign: float


def compare(scenario: Forecast, baseline: Forecast, quantity: str, outcome: str, date: dt.date) -> Comparison:
    """The paired difference, and the share of draws in which it has the sign of its mean.

    A draw without a difference has no sign; before anything differs the share is 0.
    """
    gap = scenario.at(quantity, outcome, date) - baseline.at(quantity, outcome, date)
    weight = scenario.weight(outcome)
    found = summarise(gap, weight, ess=scenario.ess, known=scenario.known)
    same = gap * np.sign(found.mean) > 0
    return Comparison(
        scenario=scenario.scenario,
        versus=baseline.scenario,
        date=date,
        quantity=quantity,
        outcome=outcome,
        difference=found,
        p_sign=float(same.mean() if weight is None else weight @ same),
    )
