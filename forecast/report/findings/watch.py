"""Early warning: what to watch for an outcome, with its last value and the way it has moved.

Of the drivers that do most for the outcome, the series that measure them; where none does, when the driver
was last judged. And shocks: those that are its own criterion, and those that raise its rate.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from forecast.drivers.features import evaluate
from forecast.drivers.observations import scaled
from forecast.inference.fit import Fit
from forecast.inputs.occurrence import DAYS_A_YEAR, occurrence
from forecast.inputs.records import Measurement
from forecast.report.findings.levels import Track
from forecast.report.findings.summary import Watched
from forecast.report.view import View
from forecast.states import CHANNELS

#: A series' way is that from its latest reading of at least so many years before its last one; a change of
#: less than so many of its own error sds is none.
BACK_YEARS, STILL = 3.0, 1.0
#: Shocks named, and the least factor on a rate, or share of the index, that is worth a name.
NAMED, WORTH, SHARE = 3, 1.1, 0.1


@dataclass(frozen=True)
class Sign:
    """A series that measures a driver, or, without ``indicator``, the driver's last judgment.

    ``towards``: +1 where raising the driver brings the outcome nearer, -1 where lowering it does. ``last``
    and ``before``: its rows; ``change`` from one to the other in error sds, positive where it reads the
    driver as higher; None where it is too short.
    """

    driver: str
    towards: int
    indicator: str | None
    judged: int | None
    last: Watched | None
    before: Watched | None
    change: float | None

    @property
    def way(self) -> str:
        """Whether it has moved nearer to the outcome, away from it, or not."""
        if self.change is None:
            return "unknown"
        if abs(self.change) < STILL:
            return "steady"
        return "nearer" if self.change * self.towards > 0 else "away"


@dataclass(frozen=True)
class Trigger:
    """A shock: its chance of striking by the horizon, and what it does when it strikes.

    ``factor`` on the yearly rate of the outcome by jumps and direct effect, at the medians; of a broad
    alliance the change of the index in its units; None of a shock that is the outcome's own criterion.
    """

    shock: str
    chance: float
    factor: float | None


def signs(view: View, known: Mapping[str, Track], towards: Mapping[str, int]) -> tuple[Sign, ...]:
    """What to watch of some drivers, in their order."""
    return tuple(sign for driver, way in towards.items() for sign in _signs(view, known[driver], way))


def _signs(view: View, track: Track, towards: int) -> Iterable[Sign]:
    if not track.indicators:
        judged = None if track.last_reading is None else int(track.last_reading)
        yield Sign(track.driver, towards, None, judged, None, None, None)
    for name in track.indicators:
        spec = view.workspace.indicators.indicators[name]
        known = [m for m in view.workspace.measurements if m.indicator == name]
        read = sorted(
            ((m, z) for m, z in scaled(view.workspace, spec, known) if m.period_end <= view.fit.as_of),
            key=lambda one: one[0].date,
        )
        last, level = read[-1]
        long_ago = last.date - dt.timedelta(days=round(BACK_YEARS * DAYS_A_YEAR))
        earlier = [one for one in read if one[0].date <= long_ago]
        yield Sign(
            driver=track.driver,
            towards=towards,
            indicator=name,
            judged=None,
            last=_watched(last),
            before=_watched(earlier[-1][0]) if earlier else None,
            change=spec.sign * (level - earlier[-1][1]) / spec.error_sd if earlier else None,
        )


def _watched(row: Measurement) -> Watched:
    return Watched(row.indicator, row.period, row.value, row.unit)


def criteria(view: View, outcome: str) -> tuple[Trigger, ...]:
    """The shocks that are an outcome's own criterion."""
    return tuple(
        Trigger(name, _chance(view, name), None)
        for name, shock in view.workspace.shocks.items()
        if shock.outcome == outcome
    )


def triggers(view: View, outcome: str, *, away: bool = False) -> tuple[Trigger, ...]:
    """The other shocks that do most for an outcome when they strike, or against it (``away``).

    None for a state that is not reached from the present one by its own hazard.
    """
    if outcome != "alliance_broad" and not view.counts_as_reached(outcome):
        return ()
    found = [
        Trigger(name, _chance(view, name), _effect(view.fit, name, outcome))
        for name, shock in view.workspace.shocks.items()
        if shock.outcome is None
    ]
    if outcome == "alliance_broad":
        worth = [(t.factor or 0.0, t) for t in found if (t.factor or 0.0) * (-1 if away else 1) >= SHARE]
    else:
        worth = [(t.factor or 1.0, t) for t in found if (t.factor or 1.0) >= WORTH]
    ranked = sorted(worth, key=lambda one: one[0] if away else -one[0])
    return tuple(trigger for _, trigger in ranked[:NAMED])


def _chance(view: View, shock: str) -> float:
    found = occurrence(view.workspace.shocks[shock], view.fit.as_of, view.far)
    return found.chance["p50"]


def _effect(fit: Fit, name: str, outcome: str) -> float:
    """The factor on a rate, or the change of the index, that a shock's medians make today."""
    shock, spec = fit.workspace.shocks[name], fit.prepared.features
    jump = np.zeros(len(spec.drivers))
    for driver, one in shock.jumps.items():
        jump[spec.drivers.index(driver)] = one.quantiles.p50 * (1 - 2 * one.reversed)
    if outcome == "alliance_broad":
        return float(fit.index.weights @ jump)
    mean, _ = fit.prepared.drivers.filtered()
    moved = evaluate(spec, mean[-1] + jump) - evaluate(spec, mean[-1])
    k = CHANNELS.index(outcome)
    direct = shock.direct.get(CHANNELS[k])
    added = direct.quantiles.p50 * (1 - 2 * direct.reversed) if direct else 0.0
    return float(np.exp(fit.posterior.coefficients[:, :, k].mean(axis=0) @ moved + added))
