"""A broad alliance by definition: the index over time, and what each source's threshold would make of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from forecast.calendar import Floats, decimal_year
from forecast.inference.fit import Fit
from forecast.report.findings.effects import Range
from forecast.report.findings.levels import Z90, future_times
from forecast.simulation.forecast import Forecast

#: The component that stands for the question's own threshold in a panel without a broad judgment.
ELICITED = "elicited"


@dataclass(frozen=True)
class Definition:
    """One source's line between partnership and a broad alliance, and the answer under it alone.

    ``now`` and ``far``: probability that the line is passed at as_of and at the horizon (the interval is
    over where the source's line lies); ``weight`` as a share of the panel's. ``coded`` is the median that
    the source's words were coded as, for the year ``coded_for`` (0 where no source stands behind the line).
    """

    source: str
    threshold: Range
    weight: float
    now: Range
    far: Range
    coded: float = float("nan")
    coded_for: int = 0


@dataclass(frozen=True)
class Alignment:
    """The alignment index: (time, mean, sd) up to as_of and beyond."""

    past: tuple[Floats, Floats, Floats]
    ahead: tuple[Floats, Floats, Floats]


def alignment(fit: Fit) -> Alignment:
    """The index from smoothed levels, then projected."""
    drivers = fit.prepared.drivers
    keep = drivers.time >= fit.workspace.question.scale_years[0]
    smooth_mean, smooth_variance = drivers.smoothed()
    mean, variance = fit.index.moments(smooth_mean[keep], smooth_variance[keep])
    ends = future_times(fit)
    mean_ahead, variance_ahead = fit.index.moments(*drivers.project(drivers.as_of, ends))
    return Alignment(
        past=(drivers.time[keep], mean, np.sqrt(variance)),
        ahead=(ends, mean_ahead, np.sqrt(variance_ahead)),
    )


def by_definition(fit: Fit, baseline: Forecast, date: dt.date) -> tuple[Definition, ...]:
    """Every definition of the panel, the most demanding first.

        P(broad) = P(A) + P(P) P(index > c),   c ~ Normal(centre, sd)

    The index is taken as independent of the state, which the simulation does not need to assume.
    """
    drivers = fit.prepared.drivers
    times = np.array([drivers.as_of, decimal_year(date)])
    mean, variance = fit.index.moments(*drivers.project(drivers.as_of, times))
    alliance = float(baseline.at("state", "alliance", date).mean())
    partnership = float(baseline.at("state", "partnership", date).mean())
    now_alliance, now_partnership = (float(fit.start_state == s) for s in ("alliance", "partnership"))
    total = fit.definitions.weight.sum()
    found = []
    for source, centre, sd, weight in zip(
        fit.definitions.source,
        fit.definitions.centre,
        fit.definitions.sd,
        fit.definitions.weight,
        strict=True,
    ):
        now = _passed(mean[0], variance[0], centre, sd)
        far = _passed(mean[1], variance[1], centre, sd)
        judged = fit.workspace.sources[source].outcomes.alliance_broad if source != ELICITED else None
        written = fit.workspace.sources[source].view_date.year if judged else 0
        found.append(
            Definition(
                source=source,
                threshold=Range(float(centre), float(centre - Z90 * sd), float(centre + Z90 * sd)),
                weight=float(weight / total),
                now=_combine(now_alliance, now_partnership, now),
                far=_combine(alliance, partnership, far),
                coded=judged.quantiles.p50 if judged else float("nan"),
                coded_for=round(written + judged.years) if judged else 0,
            )
        )
    return tuple(sorted(found, key=lambda d: (-d.threshold.mean, d.source)))


def _passed(mean: float, variance: float, centre: float, sd: float) -> Range:
    def above(line: float, spread: float) -> float:
        return float(ndtr((mean - line) / max(np.sqrt(variance + spread**2), 1e-9)))

    return Range(above(centre, sd), above(centre + Z90 * sd, 0.0), above(centre - Z90 * sd, 0.0))


def _combine(alliance: float, partnership: float, passed: Range) -> Range:
    return Range(*(alliance + partnership * p for p in (passed.mean, passed.p05, passed.p95)))
