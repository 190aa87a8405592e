"""Where the evidence disagrees with itself: indicators, the class and texts, sources and model."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from forecast.elicitation import normal
from forecast.inference.fit import Fit
from forecast.report.findings.effects import Range, mean_code, summarise_range
from forecast.states import CHANNELS, Channel

#: Readings an indicator's recent departure is averaged over, and how far apart two must be to be named.
RECENT_READINGS = 3
NOTABLE_SD = 1.0


@dataclass(frozen=True)
class Departure:
    """How far an indicator's latest readings lie from the smoothed level, in its own error sds.

    Positive: it reads the driver as higher than everything together does. ``trend`` is the change of level
    it alone suggests per decade, over all its years; ``since`` the first of the latest readings.
    """

    driver: str
    indicator: str
    recent: float
    typical: float
    trend: float
    since: float


@dataclass(frozen=True)
class IndicatorConflict:
    """Two indicators of one driver whose latest readings lie on opposite sides of its level."""

    driver: str
    higher: str
    lower: str
    gap: float
    trends_opposed: bool


@dataclass(frozen=True)
class ClassConflict:
    """A hazard ratio seen across pairs against what the panel's sources say of the same effect.

    ``class_ratio`` and ``ratio`` are the class's and the model's hazard ratios per unit, the exponentials of
    ``class_log_ratio`` and ``posterior``.
    """

    driver: str
    channel: Channel
    class_log_ratio: Range
    mean_code: float
    posterior: Range
    class_ratio: Range
    ratio: Range
    opposed: bool
    note: str


@dataclass(frozen=True)
class Misfit:
    """A source's stated probability against the model's own for the same window.

    ``z`` = (logit stated - logit model) / sqrt(sd_stated^2 + sd_model^2), positive where the source says
    more.
    """

    source: str
    channel: Channel
    stated: float
    model: Range
    window: tuple[float, float]
    grade: str
    weight: float
    z: float


def departures(fit: Fit) -> tuple[Departure, ...]:
    """Every indicator's departure from its driver's smoothed level."""
    drivers = fit.prepared.drivers
    mean, _ = drivers.smoothed()
    found = []
    for d, seen in enumerate(drivers.seen):
        for stream, name in enumerate(seen.indicators):
            mine = seen.stream == stream
            at = np.interp(seen.time[mine], drivers.time, mean[:, d])
            side = np.sign(seen.loading[mine])
            residual = side * (seen.value[mine] - seen.loading[mine] * at) / seen.sd[mine]
            level = seen.value[mine] / seen.loading[mine]
            years = seen.time[mine]
            slope = np.polyfit(years - years.mean(), level, 1)[0] if len(years) > 2 else 0.0
            found.append(
                Departure(
                    driver=drivers.names[d],
                    indicator=name,
                    recent=float(residual[-RECENT_READINGS:].mean()),
                    typical=float(np.sqrt((residual**2).mean())),
                    trend=float(10 * slope),
                    since=float(years[-RECENT_READINGS:][0]),
                )
            )
    return tuple(found)


def indicator_conflicts(found: tuple[Departure, ...]) -> tuple[IndicatorConflict, ...]:
    """Pairs of indicators of one driver on opposite sides of it, over one sd apart."""
    conflicts = []
    for one, other in combinations(found, 2):
        if one.driver != other.driver or one.recent * other.recent >= 0:
            continue
        gap = abs(one.recent - other.recent)
        if gap > NOTABLE_SD:
            high, low = (one, other) if one.recent > other.recent else (other, one)
            conflicts.append(
                IndicatorConflict(one.driver, high.indicator, low.indicator, gap, one.trend * other.trend < 0)
            )
    return tuple(sorted(conflicts, key=lambda c: -c.gap))


def _exp(log: Range) -> Range:
    return Range(*(float(np.exp(x)) for x in (log.mean, log.p05, log.p95)))


def class_conflicts(fit: Fit) -> tuple[ClassConflict, ...]:
    """Each within-pair ratio of the reference class beside the panel's mean code."""
    evidence, spec = fit.workspace.base_rates.within_pair, fit.prepared.features
    found = []
    for each in evidence.effects if evidence.use else ():
        code = mean_code(fit, each.driver, each.channel)
        if code is None:
            continue
        ratio = normal(each.log_hazard_ratio)
        draws = fit.posterior.coefficients[:, spec.drivers.index(each.driver), CHANNELS.index(each.channel)]
        across = Range(ratio.mean, ratio.mean - 1.645 * ratio.sd, ratio.mean + 1.645 * ratio.sd)
        within = summarise_range(draws)
        found.append(
            ClassConflict(
                driver=each.driver,
                channel=each.channel,
                class_log_ratio=across,
                mean_code=code,
                posterior=within,
                class_ratio=_exp(across),
                ratio=_exp(within),
                opposed=ratio.mean * code < 0,
                note=each.note,
            )
        )
    return tuple(found)


def misfits(fit: Fit) -> tuple[Misfit, ...]:
    """Every stated probability of the panel against the model's F for its window, largest |z| first."""
    judged, reached = fit.prepared.judged, fit.posterior.reached
    first = reached.shape[1] - len(judged.windows)
    found = []
    for i, source in enumerate(judged.source):
        if judged.weight[i] <= 0:
            continue
        k = int(judged.channel[i])
        f = reached[:, first + judged.window[i], k].clip(5e-4, 1 - 5e-4)
        logit = np.log(f) - np.log1p(-f)
        gap = float(judged.centre[i] - logit.mean())
        own = judged.above[i] if gap < 0 else judged.below[i]
        stated = getattr(fit.workspace.sources[source].outcomes, CHANNELS[k])
        found.append(
            Misfit(
                source=source,
                channel=CHANNELS[k],
                stated=float(stated.quantiles.p50),
                model=summarise_range(f),
                window=judged.windows[judged.window[i]],
                grade=stated.grade,
                weight=float(judged.weight[i]),
                z=gap / float(np.hypot(own, logit.std())),
            )
        )
    return tuple(sorted(found, key=lambda m: (-abs(m.z), m.source)))
