"""Means and standard deviations of pooled distributions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr, ndtri

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution
from forecast.pooling.panels import edges, nodes

#: Standard scores between which quantiles are integrated: beyond 8.2 double precision has no upper tail.
_FAR, _NODES = 8.2, 200
#: A CDF is integrated on panels across which its standard score changes by no more than this, each of so many
#: nodes; points nearer than half as much are not both kept as edges.
_STEP, _EACH = 0.1, 4
_ROUNDS = 30
#: A panel is cut into at most so many at once; into no fewer after so many rounds, when only jumps are left.
_PARTS, _SMOOTH = 16, 4


def of_one(one: Distribution) -> tuple[float, float]:
    """Mean and sd of a distribution: its own, else integrated."""
    return _own(one) or _integrated(one)


def of_mixture(said: Sequence[Distribution], share: Floats) -> tuple[float, float]:
    """Mean sum w m_e and variance sum w (s_e^2 + m_e^2) - mean^2, from the members' own moments.

    Members without moments of their own (as some distributions of other packages are) are integrated.
    """
    means, sds = np.array([_own(one) or _integrated(one) for one in said]).T
    mean = _mean(means, share)
    if not math.isfinite(mean):
        return mean, math.nan
    if not np.isfinite(sds).all():
        return mean, math.inf
    return mean, math.sqrt(float(share @ (sds**2 + (means - mean) ** 2)))


def of_averaged_quantiles(
    averaged: Distribution, said: Sequence[Distribution], share: Floats
) -> tuple[float, float]:
    """Mean sum w m_e, and the sd from int (Q(Phi(z)) - mean)^2 phi(z) dz; NaN where a member has none."""
    means, sds = np.array([_own(one) or _integrated(one) for one in said]).T
    mean = _mean(means, share)
    if not (math.isfinite(mean) and np.isfinite(sds).all()):
        return mean, math.nan
    return mean, _integrated(averaged)[1]


def of_cdf(pooled: Distribution, said: Sequence[Distribution]) -> tuple[float, float]:
    """Of a pool that lies between its members, from its CDF; NaN where a member has no mean or sd.

        mean = c + int_c^inf (1 - F) - int_-inf^c F
        E (X - c)^2 = 2 int_c^inf (x - c) (1 - F) + 2 int_-inf^c (c - x) F

    with c near its median, on panels between the members' quantiles: no quantile of the pool is solved for.
    """
    own = [moments for one in said if (moments := _own(one)) is not None]
    if not all(math.isfinite(m) and math.isfinite(s) for m, s in own):
        return math.nan, math.nan
    ends, scores = _even_in_scores(pooled, edges(said))
    start = int(np.argmin(np.abs(scores)))
    centre = float(ends[start])
    at, weights = nodes(ends[:-1], ends[1:], _EACH)
    below = pooled.cdf(at)
    is_left = (np.arange(len(ends) - 1) < start)[:, None]
    tail = np.where(is_left, below, 1.0 - below) * weights
    away = float((np.where(is_left, -1.0, 1.0) * tail).sum())
    squared = float((2.0 * np.abs(at - centre) * tail).sum())
    return centre + away, math.sqrt(max(squared - away**2, 0.0))


def _even_in_scores(pooled: Distribution, ends: Floats) -> tuple[Floats, Floats]:
    """Edges (K + 1,) across which Phi^-1(F) changes by about `_STEP` at most, and those scores."""
    scores = _scores(pooled, ends)
    bins = np.floor(scores / (_STEP / 2))
    kept = np.ones(len(ends), dtype=bool)
    kept[1:-1] = (bins[1:-1] != bins[:-2]) | (bins[1:-1] != bins[2:])
    ends, scores = ends[kept], scores[kept]
    for turn in range(_ROUNDS):
        middle = ends[:-1] + np.diff(ends) / 2
        steep = (np.diff(scores) > _STEP) & (middle > ends[:-1]) & (middle < ends[1:])
        if not steep.any():
            break
        least = 2 if turn < _SMOOTH else _PARTS
        new = _between(ends[:-1][steep], ends[1:][steep], np.diff(scores)[steep], least)
        order = np.argsort(np.concatenate([ends, new]), kind="stable")
        scores = np.concatenate([scores, _scores(pooled, new)])[order]
        ends = np.concatenate([ends, new])[order]
    return ends, scores


def _between(low: Floats, high: Floats, change: Floats, least: int) -> Floats:
    """Points that cut panels into as many equal parts as their change of score calls for."""
    parts = np.clip(np.ceil(change / _STEP), least, _PARTS).astype(int)
    number = np.concatenate([np.arange(1, n) for n in parts])
    panel = np.repeat(np.arange(len(parts)), parts - 1)
    return np.asarray(low[panel] + (high - low)[panel] * (number / parts[panel]))


def _scores(pooled: Distribution, x: Floats) -> Floats:
    return np.asarray(np.clip(ndtri(pooled.cdf(x)), -_FAR, _FAR))


def _mean(means: Floats, share: Floats) -> float:
    """The weighted mean; infinite or NaN where a member's is, without complaint."""
    with np.errstate(invalid="ignore"):
        return float((share * means).sum())


def _own(one: Distribution) -> tuple[float, float] | None:
    """A distribution's own mean and sd, where it states them."""
    mean, sd = getattr(one, "mean", None), getattr(one, "sd", None)
    return (float(mean), float(sd)) if isinstance(mean, float) and isinstance(sd, float) else None


def _integrated(one: Distribution) -> tuple[float, float]:
    """Mean and sd by Gauss-Legendre over quantiles: int Q(Phi(z)) phi(z) dz, and of squares."""
    scores, weights = np.polynomial.legendre.leggauss(_NODES)
    z = _FAR * scores
    mass = _FAR * weights * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    values = one.ppf(ndtr(z))
    inside = np.isfinite(values)
    mean = float(mass[inside] @ values[inside])
    return mean, math.sqrt(max(float(mass[inside] @ (values[inside] - mean) ** 2), 0.0))
