"""Where each driver stood, stands, and is expected to go, with the readings behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats, decimal_year
from forecast.drivers.fit import normalised
from forecast.drivers.observations import Observations
from forecast.inference.fit import Fit
from forecast.report.findings.effects import Range

#: A driver whose last reading is older than this at as_of is called projected.
STALE_YEARS = 1.0
Z90 = 1.6449
STEPS_PER_YEAR = 4


@dataclass(frozen=True)
class Reading:
    """One observation on the driver's own scale; ``indicator`` is None for a judgment."""

    time: float
    level: float
    indicator: str | None


@dataclass(frozen=True)
class Track:
    """One driver: (time, mean, sd) up to as_of and beyond, its level now, and what reads it.

    ``last_reading`` is when it was last read and ``last_indicator`` by what (None: by a judgment);
    ``projected_from`` is the year of that where it is over a year old, else None.
    """

    driver: str
    now: Range
    past: tuple[Floats, Floats, Floats]
    ahead: tuple[Floats, Floats, Floats]
    readings: tuple[Reading, ...]
    last_reading: float | None
    last_indicator: str | None
    projected_from: int | None
    half_life: Range
    judgments: int
    indicators: tuple[str, ...]


def tracks(fit: Fit) -> tuple[Track, ...]:
    """Every driver, in file order."""
    drivers = fit.prepared.drivers
    smoothed = drivers.smoothed()
    ends = future_times(fit)
    mean, covariance = drivers.project(drivers.as_of, ends)
    projected = mean, np.diagonal(covariance, axis1=1, axis2=2)
    return tuple(_track(fit, d, smoothed, (ends, *projected)) for d in range(len(drivers.names)))


def future_times(fit: Fit) -> Floats:
    """Quarterly dates from as_of to the horizon, as decimal years."""
    start, end = fit.prepared.drivers.as_of, decimal_year(fit.workspace.question.horizon)
    return np.linspace(start, end, max(2, round((end - start) * STEPS_PER_YEAR) + 1))


def _track(
    fit: Fit, d: int, smoothed: tuple[Floats, Floats], projected: tuple[Floats, Floats, Floats]
) -> Track:
    drivers = fit.prepared.drivers
    seen, level, dynamics = drivers.seen[d], drivers.tracks[d], drivers.dynamics[d]
    mean, sd = smoothed[0][:, d], np.sqrt(smoothed[1][:, d])
    first = fit.workspace.question.scale_years[0]
    keep = drivers.time >= first
    readings = tuple(_readings(seen))
    last = readings[-1] if readings else None
    stale = last is None or drivers.as_of - last.time > STALE_YEARS
    weight = normalised(level.log_weight[-1])
    return Track(
        driver=drivers.names[d],
        now=Range(float(mean[-1]), float(mean[-1] - Z90 * sd[-1]), float(mean[-1] + Z90 * sd[-1])),
        past=(drivers.time[keep], mean[keep], sd[keep]),
        ahead=(projected[0], projected[1][:, d], np.sqrt(projected[2][:, d])),
        readings=readings,
        last_reading=last.time if last else None,
        last_indicator=last.indicator if last else None,
        projected_from=(int(last.time) if last else first) if stale else None,
        half_life=_weighted_range(dynamics.half_life_years, weight),
        judgments=int((seen.stream < 0).sum()),
        indicators=seen.indicators,
    )


def _readings(seen: Observations) -> list[Reading]:
    # value = loading x + error, so value / loading is the level this reading alone would suggest.
    return [
        Reading(float(t), float(v / load), seen.indicators[s] if s >= 0 else None)
        for t, v, load, s in zip(seen.time, seen.value, seen.loading, seen.stream, strict=True)
    ]


def _weighted_range(values: Floats, weight: Floats) -> Range:
    """Median and 90% interval of weighted draws."""
    order = np.argsort(values)
    share = np.cumsum(weight[order])
    at = np.searchsorted(share, [0.05, 0.5, 0.95]).clip(max=len(values) - 1)
    low, middle, high = values[order][at].tolist()
    return Range(middle, low, high)
