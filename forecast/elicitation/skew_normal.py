"""The skew-normal distribution, exact into its thin tail.

Density 2 phi(z) Phi(alpha z); F(z) = Phi(z) - 2 T(z, alpha) with Owen's T (Azzalini 1985). On the side away
from the skew that difference cancels, and the density is integrated instead.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import log_ndtr, ndtr, ndtri, owens_t

from forecast.calendar import Floats

_NODES, _WEIGHTS = np.polynomial.laguerre.laggauss(40)
#: Below this probability the difference of the two terms has lost digits that the integral keeps.
_THIN = 1e-5
#: sqrt(2 / pi), the mean of a half-normal.
_HALF = math.sqrt(2 / math.pi)
#: The largest skewness, that of the half-normal.
LARGEST_SKEWNESS = (4 - math.pi) / 2 * _HALF**3 / (1 - _HALF**2) ** 1.5


def cdf(z: Floats, alpha: Floats) -> Floats:
    """P(Z <= z).

    >>> float(cdf(np.array(0.0), np.array(0.0)))
    0.5
    """
    z, alpha = np.broadcast_arrays(np.asarray(z, dtype=float), np.asarray(alpha, dtype=float))
    plain = ndtr(z) - 2.0 * owens_t(z, alpha)
    thin = (alpha > 0) & (z < 0) & (plain < _THIN)
    if thin.any():
        plain = np.array(plain)
        plain[thin] = _thin_tail(z[thin], alpha[thin])
    return np.asarray(np.clip(plain, 0.0, 1.0))


def sf(z: Floats, alpha: Floats) -> Floats:
    """P(Z > z), the mirror image of `cdf`."""
    return cdf(-np.asarray(z), -np.asarray(alpha))


def pdf(z: Floats, alpha: Floats) -> Floats:
    """2 phi(z) Phi(alpha z)."""
    return np.asarray(_HALF * np.exp(-np.square(z) / 2) * ndtr(alpha * z))


def ppf(p: Floats, alpha: Floats) -> Floats:
    """The value with probability p below it, by safeguarded Newton steps on ln F.

    For alpha >= 0 it lies between the quantiles of the normal and of the half-normal; negative alpha mirror.
    """
    p, alpha = np.broadcast_arrays(np.asarray(p, dtype=float), np.asarray(alpha, dtype=float))
    right = _upper(np.where(alpha < 0, p, 1.0 - p), np.where(alpha < 0, 1.0 - p, p), np.abs(alpha))
    return np.asarray(np.where(alpha < 0, -right, right))


def isf(q: Floats, alpha: Floats) -> Floats:
    """The value with probability q above it."""
    return -ppf(q, -np.asarray(alpha))


def moments(alpha: float) -> tuple[float, float]:
    """(mean, sd) of the standard skew-normal."""
    mean = _HALF * alpha / math.hypot(1.0, alpha)
    return mean, math.sqrt(1 - mean**2)


def skewness(alpha: Floats) -> Floats:
    """Third standardised moment; alpha 0 has none, |alpha| = inf the half-normal's.

    >>> round(float(skewness(np.array(4.0))), 4)
    0.7844
    """
    mean = _HALF * alpha / np.hypot(1.0, alpha)
    return np.asarray((4 - math.pi) / 2 * mean**3 / (1 - mean**2) ** 1.5)


def shape_of(gamma: Floats) -> Floats:
    """The alpha with skewness ``gamma``, |gamma| < `LARGEST_SKEWNESS`; the inverse of `skewness`."""
    ratio = np.cbrt(2 * np.asarray(gamma) / (4 - math.pi))
    delta = ratio / np.sqrt(1 + ratio**2) / _HALF
    return np.asarray(delta / np.sqrt(np.maximum((1 - delta) * (1 + delta), 1e-300)))


def _thin_tail(z: Floats, alpha: Floats) -> Floats:
    """The integral of the density below z by Gauss-Laguerre, in steps of the density's own fall there."""
    rate = -z * (1 + alpha**2)
    u = _NODES / rate[..., None]
    at = z[..., None] - u
    log_density = math.log(2) - at**2 / 2 - math.log(2 * math.pi) / 2 + log_ndtr(alpha[..., None] * at)
    return np.asarray(np.sum(_WEIGHTS * np.exp(log_density + _NODES), axis=-1) / rate)


def _upper(q: Floats, p: Floats, alpha: Floats) -> Floats:
    """The value with p below and q = 1 - p above it, for alpha >= 0; whichever is small is matched."""
    low_side = p < 0.5
    with np.errstate(divide="ignore", invalid="ignore"):
        below = np.where(low_side, ndtri(p), -ndtri(q))
        above = np.where(low_side, ndtri((1 + p) / 2), -ndtri(q / 2))
        # The tail away from the skew is thinner than the half-normal's lower end, which stops at 0.
        low, high = np.minimum(below, above), np.maximum(below, above)
        z = np.where(np.isfinite(low) & np.isfinite(high), (low + high) / 2, below)
        target = np.log(np.where(low_side, p, q))
        for _ in range(80):
            reached = np.where(low_side, cdf(z, alpha), sf(z, alpha))
            gap = np.log(reached) - target
            over = np.where(low_side, gap > 0, gap < 0)
            high, low = np.where(over, z, high), np.where(over, low, z)
            step = gap * reached / pdf(z, alpha)
            new = z - np.where(low_side, step, -step)
            new = np.where((new > low) & (new < high), new, (low + high) / 2)
            done = np.abs(new - z) <= 4e-16 * np.maximum(np.abs(z), 1e-3)
            z = np.where(np.isfinite(new), new, z)
            if np.all(done | ~np.isfinite(new)):
                break
    return np.asarray(np.where(p <= 0, -np.inf, np.where(q <= 0, np.inf, z)))
