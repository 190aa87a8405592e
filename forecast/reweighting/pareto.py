"""Pareto-smoothed importance weights, and the shape of their tail, which says whether to trust them.

Draws of an old posterior stand for a new one with weights w = p_new / p_old. The largest weights are noisy;
they are replaced by the expected order statistics of a generalised Pareto distribution fitted to them. Its
shape k also says how many moments the weights have: under 0.7 the weighted mean settles within any number of
draws one would take, above it does not.

Sources: Vehtari, Simpson, Gelman, Yao and Gabry (2024), Pareto smoothed importance sampling, JMLR 25(72);
Zhang and Stephens (2009), Technometrics 51(3), 316-325.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log10

import numpy as np

from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.simulation.weighted import effective_sample_size, relative_weights

#: Above it weights are not to be used however many draws there are (Vehtari et al. 2024, section 3).
K_LIMIT = 0.7

#: A tail of fewer draws has no fit, here as in ArviZ and loo.
_SHORTEST_TAIL = 5

#: The prior on k is worth this many draws of shape 0.5 (Vehtari et al. 2024, appendix).
_PRIOR_DRAWS, _PRIOR_SHAPE = 10, 0.5

#: Log ratios this close, relative to their size, differ by rounding alone.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Smoothed:
    """Smoothed weights of draws: ``log_weights`` (N,) whose exponentials sum to 1.

    ``k_hat`` is the tail's shape: -inf when all weights are equal, inf when the tail has too few distinct
    values to say. ``ess`` is the effective sample size, `effective_sample_size` of the weights.
    """

    log_weights: Floats
    k_hat: float
    ess: float


def smooth(log_ratios: Floats, *, reff: float = 1.0) -> Smoothed:
    """Smoothed weights from ``log_ratios`` (N,), log p_new - log p_old at each draw up to one constant.

    The tail is the min(N/5, 3 sqrt(N/reff)) largest ratios, rounded up, less any that tie with the largest
    below it; ``reff`` is the effective over the actual number of draws. With u the cutoff and (k, sigma)
    fitted to r - u, the z-th of M tail ratios becomes

        u + sigma ((1 - (z - 1/2)/M)^-k - 1) / k,     never more than the largest raw ratio.

    A draw with -inf keeps weight zero. Tied draws of the tail take their values in the order of the draws.

    Differs from `arviz.psislw` in one thing: equal ratios give k_hat = -inf, there inf as for every tail of
    fewer than five, since an unchanged density needs no caution.

    Raises UsageError for nan, +inf, no finite ratio at all, or ``reff`` not above 0.

    >>> smooth(np.zeros(4))
    Smoothed(log_weights=array([-1.38629436, -1.38629436, -1.38629436, -1.38629436]), k_hat=-inf, ess=4.0)
    """
    if not reff > 0:
        raise UsageError(f"reff is a share of effective draws, above 0 and seldom above 1; found {reff}")
    relative_weights(log_ratios)  # the same ratios are bad here as there
    x = np.asarray(log_ratios, dtype=np.float64)
    largest = float(x.max())
    x = x - largest
    if -x.min() <= _ROUNDING * max(1.0, abs(largest)):
        equal = np.full(len(x), -np.log(len(x)))
        return Smoothed(equal, -np.inf, effective_sample_size(equal, reff=reff))
    k_hat = np.inf
    cutoff = _cutoff(x, ceil(min(len(x) / 5, 3 * (len(x) / reff) ** 0.5)))
    tail = np.flatnonzero(x > cutoff)
    if len(tail) >= _SHORTEST_TAIL:
        tail = tail[np.argsort(x[tail], kind="stable")]
        # In units of the cutoff, so that neither small weights nor small differences lose digits.
        shape, scale = fit_tail(np.expm1(x[tail] - cutoff))
        if np.isfinite(shape):
            k_hat = shape
            level = (np.arange(len(tail)) + 0.5) / len(tail)
            x[tail] = np.minimum(0.0, cutoff + np.log1p(_tail_quantile(level, shape, scale)))
    weights = x - np.log(np.exp(x).sum())
    return Smoothed(weights, float(k_hat), effective_sample_size(weights, reff=reff))


def needed_k(draws: int) -> float:
    """Largest k_hat at which ``draws`` draws suffice: min(1 - 1/log10(N), 0.7).

    Vehtari et al. (2024), section 3.2.4; from 2155 draws on it is `K_LIMIT`.

    Raises UsageError for fewer than 2 draws.

    >>> round(needed_k(100), 3), round(needed_k(1000), 3), needed_k(4000)
    (0.5, 0.667, 0.7)
    """
    if draws < 2:
        raise UsageError(f"one draw cannot be weighted against others; found {draws}")
    return min(1 - 1 / log10(draws), K_LIMIT)


def _cutoff(x: Floats, length: int) -> float:
    """The largest log ratio below the tail of ``length``; above the underflow of exp, as the fit needs."""
    smallest = float(np.log(np.finfo(np.float64).tiny))
    return smallest if length >= len(x) else max(float(np.sort(x)[-length - 1]), smallest)


def fit_tail(excess: Floats) -> tuple[float, float]:
    """Shape k and scale sigma of a generalised Pareto distribution for ``excess`` (M,), positive, ascending.

    The density is (1/sigma) (1 + k x / sigma)^(-1/k - 1). In b = -k/sigma the likelihood has one parameter,
    k(b) = mean log(1 - b x); b is its posterior mean over m = 30 + sqrt(M) points (Zhang and Stephens 2009,
    whose k has the other sign),

        b_j = 1/x_M + (1 - sqrt(m / (j - 1/2))) / (3 x_q),     x_q the first quartile,

    in proportion to exp of the profile log likelihood M (log(-b/k) - k - 1). Then k is moved a little
    towards 0.5, (M k + 10 * 0.5) / (M + 10) (Vehtari et al. 2024, appendix), sigma is not. nan where the
    values span more than floating point can.
    """
    count = len(excess)
    points = 30 + int(count**0.5)
    quartile = excess[int(count / 4 + 0.5) - 1]
    with np.errstate(over="ignore", invalid="ignore"):
        steps = 1 - np.sqrt(points / (np.arange(points) + 0.5))
        b = 1 / excess[-1] + steps / (3 * quartile)
        k = np.log1p(-b[:, None] * excess).mean(axis=1)
        profile = count * (np.log(_inverse_scale(b, k, excess)) - k - 1)
        posterior = np.exp(profile - profile.max())
        posterior /= posterior.sum()
        b_mean = (posterior * b).sum()
        shape = np.log1p(-b_mean * excess).mean()
        scale = 1 / _inverse_scale(b_mean, shape, excess)
    shape = (count * shape + _PRIOR_DRAWS * _PRIOR_SHAPE) / (count + _PRIOR_DRAWS)
    return float(shape), float(scale)


def _inverse_scale(b: Floats, k: Floats, excess: Floats) -> Floats:
    """1/sigma = -b/k, and its limit 1/mean at b = 0, the exponential distribution."""
    flat = b == 0
    return np.where(flat, 1 / excess.mean(), -b / np.where(flat, 1.0, k))


def _tail_quantile(level: Floats, shape: float, scale: float) -> Floats:
    """Quantiles of the generalised Pareto distribution; the exponential's at shape 0."""
    wait = -np.log1p(-level)
    if abs(shape) < np.finfo(np.float64).eps:
        return scale * wait
    with np.errstate(over="ignore"):  # to inf, which is above the largest ratio and so becomes it
        return np.asarray(scale * np.expm1(shape * wait) / shape)
