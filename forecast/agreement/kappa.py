"""Agreement of two codings beyond chance, with intervals.

    kappa_w = 1 - mean_i d(x_i, y_i) / mean_ij d(x_i, y_j)

over pairs of codes (x_i, y_i): 1 is full agreement, 0 what independent coders with these marginal
distributions would show. d = |x - y| is the linear weight, (x - y)^2 the quadratic one, and d = [x != y]
the unweighted kappa.

Source: Cohen (1960), Educational and Psychological Measurement 20(1), 37-46; Cohen (1968), Psychological
Bulletin 70(4), 213-220. Intervals: bootstrap over sources (Efron and Tibshirani 1993, ch. 13), since the
cells of one source are read from the same few pages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats

RESAMPLES = 1000
SEED = 1

Distance = Callable[[Floats, Floats], Floats]


def linear(x: Floats, y: Floats) -> Floats:
    """|x - y|."""
    return np.asarray(np.abs(x - y), dtype=np.float64)


def quadratic(x: Floats, y: Floats) -> Floats:
    """(x - y)^2."""
    return np.asarray((x - y) ** 2, dtype=np.float64)


def nominal(x: Floats, y: Floats) -> Floats:
    """1 where x and y differ."""
    return np.asarray(x != y, dtype=np.float64)


@dataclass(frozen=True)
class Statistic:
    """A measure over ``n`` cells with a 90% bootstrap interval; NaN where it cannot be had."""

    value: float
    p05: float
    p95: float
    n: int

    def shown(self, *, share: bool) -> str:
        """The value with its interval as text; a share of cells in whole per cent.

        >>> Statistic(0.75, 0.5, 1.0, 4).shown(share=True)
        '75% (50 to 100)'
        """
        if not np.isfinite(self.value):
            return "-"
        value, low, high = (100 * v if share else v for v in (self.value, self.p05, self.p95))
        form = "{:.0f}{} ({:.0f} to {:.0f})" if share else "{:.2f}{} ({:.2f} to {:.2f})"
        return form.format(value, "%" if share else "", low, high)


def kappa(x: Floats, y: Floats, distance: Distance) -> float:
    """Weighted kappa of two codings x, y (n,) of the same items; NaN if no disagreement is possible.

    >>> round(kappa(np.array([0., 0, 1, 1]), np.array([0., 1, 1, 1]), nominal), 3)
    0.5
    """
    if not len(x):
        return float("nan")
    (u, often), (v, times) = (np.unique(codes, return_counts=True) for codes in (x, y))
    expected = float(often @ distance(u[:, None], v[None, :]) @ times) / len(x) ** 2
    return 1.0 - float(distance(x, y).mean()) / expected if expected > 0 else float("nan")


def statistic(groups: Sequence[str], of: Callable[[np.ndarray], float]) -> Statistic:
    """``of`` over all cells, with quantiles over resamples of whole groups."""
    if not groups:
        return Statistic(float("nan"), float("nan"), float("nan"), 0)
    names = sorted(set(groups))
    members = [np.flatnonzero([g == name for g in groups]) for name in names]
    rng = np.random.default_rng(SEED)
    drawn = [
        of(np.concatenate([members[k] for k in rng.integers(len(names), size=len(names))]))
        for _ in range(RESAMPLES)
    ]
    low, high = np.nanquantile(drawn, [0.05, 0.95]) if np.isfinite(drawn).any() else (np.nan, np.nan)
    return Statistic(of(np.arange(len(groups))), float(low), float(high), len(groups))
