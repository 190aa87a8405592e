"""Each driver on one line: where it stands, which way it goes, what it does, who says so, what to watch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecast.inference.fit import Fit
from forecast.inputs.records import HazardRatio
from forecast.inputs.workspace import Workspace
from forecast.model.judgments import weighted_codes
from forecast.report.findings.effects import Effect, Range
from forecast.report.findings.levels import Track
from forecast.states import CHANNELS, Channel

#: A trend is the change of a level over so many years, back and ahead.
TREND_YEARS = 5.0
#: Sources named for an effect, those of most weight.
NAMED = 3


@dataclass(frozen=True)
class Voice:
    """A source that codes an effect: its code (−3 to +3; None where it states a hazard ratio), its share.

    ``share`` is its part of the weight of all that code the effect.
    """

    source: str
    code: float | None
    share: float


@dataclass(frozen=True)
class Watched:
    """The last row of a series that measures a driver."""

    indicator: str
    period: str
    value: float
    unit: str


@dataclass(frozen=True)
class DriverSummary:
    """One driver.

    ``past`` and ``ahead`` are changes of its central level over five years to today and from today on;
    ``factor`` by channel what it multiplies the yearly rate by at today's level; ``p_sign`` the probability
    that the effect has its mean's sign; ``voices`` the heaviest sources for each effect.
    """

    driver: str
    now: Range
    past: float
    ahead: float
    factor: dict[Channel, float]
    p_sign: dict[Channel, float]
    voices: dict[Channel, tuple[Voice, ...]]
    speaking: dict[Channel, int]
    watched: tuple[Watched, ...]


def drivers(fit: Fit, acting: Sequence[Effect], standing: Sequence[Track]) -> tuple[DriverSummary, ...]:
    """Every driver of the model, in file order."""
    effect = {(e.feature, e.channel): e for e in acting}
    said = _voices(fit)
    found = []
    for track in standing:
        mine = {c: effect[track.driver, c] for c in CHANNELS}
        found.append(
            DriverSummary(
                driver=track.driver,
                now=track.now,
                past=track.now.mean - _at(track.past, fit.prepared.drivers.as_of - TREND_YEARS),
                ahead=_at(track.ahead, fit.prepared.drivers.as_of + TREND_YEARS) - track.now.mean,
                factor={c: e.factor for c, e in mine.items()},
                p_sign={c: e.p_sign for c, e in mine.items()},
                voices={c: said.get((track.driver, c), ())[:NAMED] for c in CHANNELS},
                speaking={c: e.speaking for c, e in mine.items()},
                watched=tuple(last_row(fit.workspace, name, fit.as_of) for name in track.indicators),
            )
        )
    return tuple(found)


def _at(track: tuple[np.ndarray, np.ndarray, np.ndarray], year: float) -> float:
    times, mean, _ = track
    return float(np.interp(year, times, mean))


def _voices(fit: Fit) -> dict[tuple[str, Channel], tuple[Voice, ...]]:
    heard: dict[tuple[str, Channel], list[tuple[float, str, float | None]]] = {}
    for driver, channel, source, weight in weighted_codes(fit.workspace, fit.panel):
        code = getattr(source.effects[driver], channel)
        stated = None if isinstance(code, HazardRatio) else float(code)
        heard.setdefault((driver, channel), []).append((weight, source.id, stated))
    return {
        key: tuple(
            Voice(source, code, weight / sum(w for w, *_ in all_))
            for weight, source, code in sorted(all_, key=lambda one: (-one[0], one[1]))
        )
        for key, all_ in heard.items()
    }


def last_row(files: Workspace, indicator: str, as_of: dt.date) -> Watched:
    """The latest measurement of a series whose period had ended by a day."""
    known = (m for m in files.measurements if m.indicator == indicator and m.period_end <= as_of)
    row = max(known, key=lambda m: m.date)
    return Watched(indicator, row.period, row.value, row.unit)
