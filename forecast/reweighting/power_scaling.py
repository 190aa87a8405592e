"""How much a quantity depends on the prior, or on the likelihood, found by raising it to a power near 1.

Of a posterior p(theta) proportional to prior x likelihood, one component c (all of the prior, or a tagged
group of likelihood terms) is made c^alpha. Draws of the posterior are weighted for it by c^(alpha - 1),
smoothed, so nothing is sampled anew. A quantity that moves with the prior as with the likelihood is drawn
two ways by them; one that moves with the prior alone was never told much by the data.

Source: Kallioinen, Paananen, Buerkner and Vehtari (2024), Detecting and diagnosing prior and likelihood
sensitivity with power-scaling, Statistics and Computing 34:57.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import kl_div

from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.reweighting.pareto import Smoothed, smooth
from forecast.simulation.weighted import relative_weights, weighted_mean, weighted_quantile

#: A sensitivity from here on is worth a look (Kallioinen et al. 2024, section 3).
THRESHOLD = 0.05

CONFLICT, STRONG_PRIOR, NEITHER = "prior-data conflict", "strong prior / weak likelihood", "-"


@dataclass(frozen=True)
class PerDoubling:
    """Change of summaries of quantities per doubling of alpha, at alpha = 1; each (K,), in their units."""

    mean: Floats
    p05: Floats
    p50: Floats
    p95: Floats


def power_scaled(component: Floats, alpha: float, *, reff: float = 1.0) -> Smoothed:
    """Smoothed weights of draws for the posterior with the component to the power ``alpha``, above 0.

    The log ratio at a draw is (alpha - 1) ``component``, with ``component`` (N,) its log density there.

    Raises UsageError for an ``alpha`` not above 0 or a component that is not finite at some draw.
    """
    if not alpha > 0:
        raise UsageError(f"a component is raised to a power above 0; found alpha = {alpha}")
    component = np.asarray(component, dtype=np.float64)
    if not np.isfinite(component).all():
        raise UsageError(
            f"the component's log density is not finite at {int((~np.isfinite(component)).sum())} of"
            f" {component.size} draws, which cannot be draws of a posterior it is part of"
        )
    return smooth((alpha - 1) * component, reff=reff)


def distance(quantity: Floats, *, log_weights: Floats) -> Floats:
    """Cumulative Jensen-Shannon distance of weighted from unweighted draws of ``quantity`` (N, K): (K,).

    With P and Q the two empirical distribution functions and M = (P + Q)/2,

        sqrt( int [ D(P, M) + D(Q, M) ] dx / int (P + Q) dx ),     D(a, b) = a log2(a/b) + (b - a)/ln 2,

    and of this and the same for the reversed quantity, whose functions are 1 - P and 1 - Q, the larger, so
    that it does not matter which end is called high. 0 for the same distribution, at most 1. Nguyen and
    Vreeken (2015); Kallioinen et al. (2024), section 2. A quantity that is the same at every draw has 0.
    """
    weights = relative_weights(log_weights)
    flat = _rows(quantity, len(weights))
    order = np.argsort(flat, axis=0, kind="stable")
    width = np.diff(np.take_along_axis(flat, order, axis=0), axis=0)
    share = (weights / weights.sum())[order]
    below = np.arange(1, len(flat))[:, None] / len(flat)
    up = _one_sided(below, np.cumsum(share, axis=0)[:-1], width)
    down = _one_sided(1 - below, np.cumsum(share[::-1], axis=0)[-2::-1], width)
    return np.asarray(np.maximum(up, down).reshape(np.shape(quantity)[1:]))


def _one_sided(p: Floats, q: Floats, width: Floats) -> Floats:
    """The distance of distribution functions p (N - 1, 1) and q (N - 1, K), constant over ``width``."""
    middle = (p + q) / 2
    # Its integrand is never negative, but by rounding.
    parted = np.maximum(0.0, (width * (kl_div(p, middle) + kl_div(q, middle))).sum(axis=0) / np.log(2))
    bound = (width * (p + q)).sum(axis=0)
    return np.asarray(np.sqrt(np.divide(parted, bound, out=np.zeros_like(bound), where=bound > 0)))


def sensitivity(quantity: Floats, *, component: Floats, delta: float = 0.01, reff: float = 1.0) -> Floats:
    """Gradient of `distance` with respect to log2 alpha at alpha = 1, of each ``quantity`` (N, K): (K,).

        [ d(1 / (1 + delta)) + d(1 + delta) ] / (2 log2(1 + delta))

    d(alpha) between the draws and the same draws with the component, log density ``component`` (N,), to the
    power alpha. It has no sign; `per_doubling` says which way. As `arviz.psens`; arviz_stats differs in that
    it takes ``reff`` from the tail of the component and its powers as 0.99 and 1.01.

    Raises UsageError as `power_scaled` does, and for ``delta`` not above 0.
    """
    lower, upper = _around_one(component, delta, reff)
    apart = distance(quantity, log_weights=lower) + distance(quantity, log_weights=upper)
    return np.asarray(apart / (2 * np.log2(1 + delta)))


def per_doubling(
    quantity: Floats, *, component: Floats, delta: float = 0.01, reff: float = 1.0
) -> PerDoubling:
    """Gradients of mean and quantiles with respect to log2 alpha at 1, of each ``quantity`` (N, K).

    Central differences between alpha = 1 + delta and 1 / (1 + delta). The mean's is
    ln 2 cov(quantity, component) to second order in delta (Kallioinen et al. 2024, section 2).
    """
    lower, upper = _around_one(component, delta, reff)
    step = 2 * np.log2(1 + delta)

    def gradient(low: Floats, high: Floats) -> Floats:
        return np.asarray((high - low) / step)

    levels = [0.05, 0.5, 0.95]
    quantiles = gradient(
        weighted_quantile(quantity, levels, log_weights=lower),
        weighted_quantile(quantity, levels, log_weights=upper),
    )
    mean = gradient(weighted_mean(quantity, log_weights=lower), weighted_mean(quantity, log_weights=upper))
    return PerDoubling(mean, *quantiles)


def diagnosis(prior: float, likelihood: float, *, threshold: float = THRESHOLD) -> str:
    """What sensitivities to prior and likelihood say together (Kallioinen et al. 2024, table 1).

    Both from ``threshold`` on: prior-data conflict. The prior alone: strong prior / weak likelihood. Else,
    the likelihood alone as it should be, or neither, nothing: "-".

    >>> diagnosis(0.2, 0.3), diagnosis(0.2, 0.01), diagnosis(0.01, 0.3)
    ('prior-data conflict', 'strong prior / weak likelihood', '-')
    """
    if prior < threshold:
        return NEITHER
    return CONFLICT if likelihood >= threshold else STRONG_PRIOR


def _around_one(component: Floats, delta: float, reff: float) -> tuple[Floats, Floats]:
    """Log weights (N,) at alpha = 1 / (1 + delta) and 1 + delta."""
    if not delta > 0:
        raise UsageError(f"delta is the step of alpha from 1, above 0; found {delta}")
    lower, upper = (power_scaled(component, alpha, reff=reff) for alpha in (1 / (1 + delta), 1 + delta))
    return lower.log_weights, upper.log_weights


def _rows(quantity: Floats, draws: int) -> Floats:
    """The quantity as (N, K) once it has a row for each draw."""
    quantity = np.asarray(quantity, dtype=np.float64)
    if quantity.ndim == 0 or len(quantity) != draws:
        raise UsageError(
            f"a quantity has a row for each draw, ({draws}, ...) here as the weights; found shape"
            f" {quantity.shape}: transpose it, or give the component at the same draws"
        )
    return quantity.reshape(draws, -1)
