"""Where those who place a driver disagree: its indicators with its judgments, and judgments with each other.

A judgment is a reading of the drivers' file or a panel source's level. Judgments are compared at the widths
they state, before a source's weight widens them: what is asked is who says what, not who is heard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from forecast.calendar import Floats, decimal_year
from forecast.elicitation import normal
from forecast.inference.fit import Fit
from forecast.report.findings.conflicts import NOTABLE_SD, RECENT_READINGS

#: A source is set beside the reading of the drivers' file nearest to its date, if not further off than this,
#: and beside sources of a few years around it.
READING_YEARS = 1.5
SOURCE_YEARS = 5.0
#: Two judgments whose gap exceeds so many of its own standard deviations are named.
NOTABLE_Z = 1.645
#: A rise or fall of fewer units a decade is no trend to be contradicted.
NOTABLE_TREND = 0.25


@dataclass(frozen=True)
class Voice:
    """One judgment of a driver's level; ``source`` is None for a reading of the drivers' file."""

    source: str | None
    time: float
    level: float
    sd: float


@dataclass(frozen=True)
class LevelDispute:
    """Two judgments of one driver that are too far apart for their own widths.

    ``years`` lie between the dates they are made for: a change as much as a dispute where that is long.
    ``z`` = (level_high - level_low) / sqrt(sd_high^2 + sd_low^2).
    """

    driver: str
    higher: Voice
    lower: Voice
    years: float
    z: float


@dataclass(frozen=True)
class ReadingsConflict:
    """An indicator against the judgments of its driver, over the years both cover.

    ``gap`` is the mean over its latest readings there of what it alone suggests minus the judgments' path,
    in driver units, and ``z`` the same in standard deviations of one such difference. Trends are in units a
    decade; ``opposed`` where they differ in sign and neither is flat.
    """

    driver: str
    indicator: str
    gap: float
    z: float
    since: float
    indicator_trend: float
    judged_trend: float
    opposed: bool


def level_disputes(fit: Fit) -> tuple[LevelDispute, ...]:
    """Sources that contradict the drivers' file or each other on a level; largest z first.

    Two readings of the drivers' file are one path by one hand and are never set against each other.
    """
    found = []
    for driver, voices in _voices(fit).items():
        for one, other in _facing(voices):
            high, low = (one, other) if one.level > other.level else (other, one)
            z = (high.level - low.level) / float(np.hypot(high.sd, low.sd))
            if z > NOTABLE_Z:
                found.append(LevelDispute(driver, high, low, abs(one.time - other.time), z))
    return tuple(sorted(found, key=lambda d: -d.z))


def _facing(voices: Sequence[Voice]) -> Iterator[tuple[Voice, Voice]]:
    """Who is compared: a source with the reading nearest in time, and with sources of about its time."""
    readings = [v for v in voices if v.source is None]
    sources = [v for v in voices if v.source is not None]
    for one in sources:
        nearest = min(readings, key=lambda r: abs(r.time - one.time), default=None)
        if nearest and abs(nearest.time - one.time) <= READING_YEARS:
            yield one, nearest
    for one, other in combinations(sources, 2):
        if one.source != other.source and abs(one.time - other.time) <= SOURCE_YEARS:
            yield one, other


def readings_conflicts(fit: Fit) -> tuple[ReadingsConflict, ...]:
    """Indicators that stand off the judgments of their driver, or move against them; largest |z| first."""
    voices, found = _voices(fit), []
    for seen in fit.prepared.drivers.seen:
        path = _path(voices[seen.driver])
        for stream, name in enumerate(seen.indicators):
            mine = seen.stream == stream
            level, sd = seen.value[mine] / seen.loading[mine], seen.sd[mine] / abs(seen.loading[mine])
            conflict = _against(seen.driver, name, (seen.time[mine], level, sd), path)
            if conflict and (abs(conflict.z) > NOTABLE_SD or conflict.opposed):
                found.append(conflict)
    return tuple(sorted(found, key=lambda c: -abs(c.z)))


def _voices(fit: Fit) -> dict[str, list[Voice]]:
    """Every driver's judgments known at as_of, in time order."""
    found: dict[str, list[Voice]] = {}
    for name, driver in fit.workspace.drivers.drivers.items():
        found[name] = [
            Voice(None, decimal_year(r.date), fitted.mean, fitted.sd)
            for r in driver.readings
            if r.date <= fit.as_of
            for fitted in [normal(r.quantiles)]
        ]
    for driver_name, voice in _levels(fit):
        found[driver_name].append(voice)
    return {name: sorted(voices, key=lambda v: v.time) for name, voices in found.items()}


def _levels(fit: Fit) -> Iterator[tuple[str, Voice]]:
    for member in fit.panel.members:
        for level in fit.workspace.sources[member].levels:
            if level.date <= fit.as_of:
                fitted = normal(level.quantiles)
                yield level.driver, Voice(member, decimal_year(level.date), fitted.mean, fitted.sd)


def _path(voices: Sequence[Voice]) -> tuple[Floats, Floats, Floats]:
    """Dates, levels and sds of the judgments; those of one date joined, weighted by their precision."""
    times = np.unique([v.time for v in voices])
    joined = []
    for time in times:
        same = [v for v in voices if v.time == time]
        precision = np.array([v.sd**-2 for v in same])
        joined.append((float(precision @ [v.level for v in same] / precision.sum()), precision.sum() ** -0.5))
    table = np.array(joined, dtype=np.float64).reshape(-1, 2)
    return times, table[:, 0], table[:, 1]


def _against(
    driver: str, name: str, measured: tuple[Floats, Floats, Floats], path: tuple[Floats, Floats, Floats]
) -> ReadingsConflict | None:
    """An indicator's (times, levels, sds) beside the judgments' path; None where they share no two years."""
    times, levels, spreads = path
    if len(times) < 2:
        return None
    shared = (measured[0] >= times[0]) & (measured[0] <= times[-1])
    if shared.sum() < 2:
        return None
    when, level, sd = (part[shared] for part in measured)
    judged = np.interp(when, times, levels)
    width = np.hypot(sd, np.interp(when, times, spreads))
    latest = slice(-RECENT_READINGS, None)
    gap = (level - judged)[latest]
    mine, theirs = (10 * float(np.polyfit(when - when.mean(), y, 1)[0]) for y in (level, judged))
    return ReadingsConflict(
        driver=driver,
        indicator=name,
        gap=float(gap.mean()),
        z=float((gap / width[latest]).mean()),
        since=float(when[latest][0]),
        indicator_trend=mine,
        judged_trend=theirs,
        opposed=mine * theirs < 0 and min(abs(mine), abs(theirs)) > NOTABLE_TREND,
    )
