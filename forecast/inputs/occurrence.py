"""How likely a shock is to strike between two days, and how often, at each stated quantile of its rate."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

from forecast.inputs.records import Shock, ShockWindow

DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Occurrence:
    """The chance that a shock strikes at all, and how often to expect it; by quantile (p05, p50, ..)."""

    chance: Mapping[str, float]
    expected: Mapping[str, float]


def occurrence(shock: Shock, start: dt.date, end: dt.date) -> Occurrence:
    """Of a shock left to itself after ``start`` until ``end``: no other shock raises it.

    At a rate r over T years the number is Poisson: 1 - exp(-r T) that it is not 0, r T on average. With a
    probability p of striking, once, in each of some windows: 1 - prod (1 - p)^s, and sum (1 - (1 - p)^s), s
    the share of a window that lies between the days, 1 for most. What occurs once is expected as often as it
    is likely. All grow with r and p, so that quantiles stay quantiles.
    """
    if shock.rate is not None:
        years = max((end - start).days, 0) / DAYS_A_YEAR
        expected = {key: rate * years for key, rate in shock.rate.stated().items()}
        chance = {key: -math.expm1(-mean) for key, mean in expected.items()}
    else:
        shares = [_share(window, start, end) for window in windows_between(shock, start, end)]
        stated = shock.probability.stated() if shock.probability is not None else {}
        expected = {key: math.fsum(1 - (1 - p) ** share for share in shares) for key, p in stated.items()}
        chance = {key: 1 - (1 - p) ** math.fsum(shares) for key, p in stated.items()}
    return Occurrence(chance, chance if shock.occurs == "once" else expected)


def windows_between(shock: Shock, start: dt.date, end: dt.date) -> list[ShockWindow]:
    """The windows, in order, that are open on some day after ``start`` and not after ``end``."""
    return [window for window in shock.windows_after(start) if window.start <= end]


def _share(window: ShockWindow, start: dt.date, end: dt.date) -> float:
    """The share of a window's days, its end included, that come after ``start`` and not after ``end``."""
    day = dt.timedelta(days=1)
    first, last = max(window.start, start + day), min(window.end, end)
    return (last - first + day) / (window.end - window.start + day)
