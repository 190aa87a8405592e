"""Shapley effects: shares of an output's variance due to each of several *correlated* Gaussian inputs.

The Shapley values of v(S) = Var E[Y | X_S], divided by Var Y: they sum to 1 and none is negative, however the
inputs are correlated; what a correlation or an interaction explains is divided among those who share it.

Each of n walks has a random order of the inputs, a base point x and points that share with x the first j
inputs of the order, the others drawn anew given those (Gaussian, through the Cholesky factor of the
covariance in that order, so that consecutive points share all draws but one). With y_j the model there
and y_D = y(x),

    v(first j) = Var Y - E (y_D - y_j)^2 / 2,   so the input at place j gains
    v(first j) - v(first j - 1) = E (y_j - y_{j-1}) (y_D - (y_j + y_{j-1}) / 2)

without bias, for all inputs from D + 1 evaluations; the gains of a walk sum to (y_D - y_0)^2 / 2. A smooth
model needs fewer walks: the same gains of a quadratic fitted to the other half of the walks are taken off,
and its exact expectations (`quadratic`) put in their place. That removes noise, never adds bias; a model that
no quadratic is like is left with the noise it had.

Source: effects: Owen (2014), SIAM/ASA Journal on Uncertainty Quantification 2(1), 245-251, and Song, Nelson
and Staum (2016), same journal 4(1), 1060-1083; the gain in this form, for independent inputs: Goda (2021),
Reliability Engineering & System Safety 213, 107702. Differences: Song et al. estimate each conditional
variance by draws of its own (No = 1, Ni = 3), which had about 3 times the standard error of these walks at
equal cost, and 4 to 6 times that with the quadratic (14 correlated inputs; a logistic, an exponential and a
squared response).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.sensitivity import quadratic
from forecast.sensitivity.shapley import Orders, orders

#: Orders that the quadratic's exact gains are averaged over; no evaluations of the model.
QUADRATIC_ORDERS = 4096
#: Of those, so many at a time.
BLOCK = 64
#: An output whose standard deviation is below this part of its largest size has rounding, not variance.
ROUNDING = 1e-12
#: The smallest eigenvalue of a correlation matrix below which an input is a function of others.
SINGULAR = 1e-10


@dataclass(frozen=True)
class ShapleyEffects:
    """Shares (D, K) of the variance of K outputs, summing to 1 over inputs, with standard errors.

    ``variance`` (K,) is each output's, as estimated from the same walks. Outputs that are ``constant`` (K,)
    have 0 everywhere. Noise may take the estimate of a small share below 0.
    """

    shares: Floats
    se: Floats
    variance: Floats
    constant: NDArray[np.bool_]
    evaluations: int


@dataclass(frozen=True)
class Walks:
    """Where to evaluate the model: ``points`` (n (D + 1), D), walk by walk, each ending at its base point."""

    points: Floats
    orders: Orders
    mean: Floats
    covariance: Floats

    @property
    def standard(self) -> Floats:
        """The points in standard deviations from the mean: (n, D + 1, D)."""
        n, inputs = self.orders.shape
        scaled = (self.points - self.mean) / np.sqrt(np.diag(self.covariance))
        return scaled.reshape(n, inputs + 1, inputs)

    @property
    def correlation(self) -> Floats:
        """The covariance in standard deviations: (D, D)."""
        sd = np.sqrt(np.diag(self.covariance))
        return np.asarray(self.covariance / np.outer(sd, sd), dtype=np.float64)


def design(mean: Floats, *, covariance: Floats, walks: int, rng: np.random.Generator) -> Walks:
    """Draw ``walks`` (even, at least 4) in random orders, each order also backwards.

    Raises
    ------
    UsageError
        If the covariance (D, D) is not that of D inputs of which none is a function of others.
    """
    mean, covariance = np.asarray(mean, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    _check(mean, covariance)
    inputs = len(mean)
    drawn = orders(inputs, permutations=walks, rng=rng)
    z = rng.standard_normal((2, walks, inputs))
    shared = np.arange(inputs + 1)[:, None] > np.arange(inputs)
    mixed = np.where(shared, z[0][:, None], z[1][:, None])
    in_order = mixed @ quadratic.factors(covariance, drawn).transpose(0, 2, 1)
    points = np.empty_like(in_order)
    np.put_along_axis(points, np.broadcast_to(drawn[:, None], points.shape), in_order, axis=2)
    return Walks((mean + points).reshape(-1, inputs), drawn, mean, covariance)


def analyse(
    model: Callable[[Floats], Floats],
    *,
    mean: Floats,
    covariance: Floats,
    walks: int,
    rng: np.random.Generator,
    block: int = 4096,
) -> ShapleyEffects:
    """`effects` of a model of inputs (M, D), in their own units, to (M, K), ``block`` rows at a time."""
    drawn = design(mean, covariance=covariance, walks=walks, rng=rng)
    starts = range(0, len(drawn.points), block)
    outputs = np.concatenate([model(drawn.points[start : start + block]) for start in starts])
    return effects(outputs, drawn, rng=rng)


def effects(outputs: Floats, walks: Walks, *, rng: np.random.Generator) -> ShapleyEffects:
    """Shapley effects from what the model gave, Y (n (D + 1), K), at ``walks.points``.

    ``rng`` draws the orders that the quadratic's gains are averaged over. Standard errors are those of a
    ratio of means (delta method), over pairs of walks and over pairs of these orders.
    """
    n, inputs = walks.orders.shape
    if len(outputs) != len(walks.points):
        raise UsageError(
            f"outputs have a row for each point of the walks: {len(walks.points)} (found {len(outputs)})"
        )
    y = np.asarray(outputs, dtype=np.float64).reshape(n, inputs + 1, -1)
    if not np.isfinite(y).all():
        raise UsageError("every output of the model has to be finite; NaN or infinity was found")
    constant = y.std(axis=(0, 1)) <= ROUNDING * np.abs(y).max(axis=(0, 1))
    y = y - y.mean(axis=(0, 1))
    rest, fitted = _without_quadratic(y, walks)
    exact = _expected(fitted, walks.correlation, rng)
    parts = rest.mean(axis=0) + exact.mean(axis=0)
    variance = np.where(constant, 0.0, parts.sum(axis=0))
    whole = np.where(constant, np.inf, parts.sum(axis=0))
    shares = parts / whole
    error = sum(_squared_error(sample, shares) for sample in (rest, exact))
    return ShapleyEffects(shares, np.sqrt(error) / whole, variance, constant, len(outputs))


def _gains(y: Floats, orders: Orders) -> Floats:
    """Each input's gain along each walk, of outputs y (n, D + 1, K): (n, D, K)."""
    step, middle = np.diff(y, axis=1), (y[:, 1:] + y[:, :-1]) / 2
    found = np.empty_like(step)
    np.put_along_axis(found, orders[:, :, None], step * (y[:, -1:] - middle), axis=1)
    return found


def _without_quadratic(y: Floats, walks: Walks) -> tuple[Floats, list[tuple[quadratic.Quadratic, float]]]:
    """Gains beyond those of a quadratic, by pairs of walks (n / 2, D, K), and each quadratic with its weight.

    Each half of the walks is held against what the other half was fitted to, so that neither knows the other.
    """
    n, inputs = walks.orders.shape
    points = walks.standard
    # A walk and the next, which has its order backwards, stay in one half.
    first = np.arange(n) < n // 4 * 2
    rest = _gains(y, walks.orders)
    fitted = []
    for part, others in ((first, ~first), (~first, first)):
        u = points[others].reshape(-1, inputs)
        g = quadratic.fit(u, y[others].reshape(len(u), -1))
        rest[part] -= _gains(g.value(points[part]), walks.orders[part])
        fitted.append((g, float(part.mean())))
    return rest.reshape(n // 2, 2, inputs, -1).mean(axis=1), fitted


def _expected(
    fitted: list[tuple[quadratic.Quadratic, float]], correlation: Floats, rng: np.random.Generator
) -> Floats:
    """Exact gains of the quadratics, weighted, by pairs of random orders: (pairs, D, K)."""
    drawn = orders(len(correlation), permutations=QUADRATIC_ORDERS, rng=rng)
    blocks = [drawn[start : start + BLOCK] for start in range(0, len(drawn), BLOCK)]
    found = [
        np.sum([weight * quadratic.gains(g, correlation, block) for g, weight in fitted], axis=0)
        for block in blocks
    ]
    by_pair = np.concatenate(found).reshape(len(drawn) // 2, 2, len(correlation), -1)
    return np.asarray(by_pair.mean(axis=1), dtype=np.float64)


def _squared_error(sample: Floats, shares: Floats) -> Floats:
    """Squared standard error of the numerators of ``shares``, as these move with their sum: (D, K)."""
    off = sample - shares * sample.sum(axis=1, keepdims=True)
    return np.asarray(off.var(axis=0, ddof=1) / len(off), dtype=np.float64)


def _check(mean: Floats, covariance: Floats) -> None:
    if mean.ndim != 1 or covariance.shape != (len(mean), len(mean)):
        raise UsageError(
            f"covariance has a row and a column for each mean (found {covariance.shape} for {mean.shape})"
        )
    sd = np.sqrt(np.abs(np.diag(covariance)))
    if not np.allclose(covariance, covariance.T, rtol=1e-9, atol=0) or not (np.diag(covariance) > 0).all():
        raise UsageError("covariance is symmetric with variances above 0; leave out inputs that do not vary")
    smallest = np.linalg.eigvalsh(covariance / np.outer(sd, sd))[0]
    if smallest < SINGULAR:
        raise UsageError(
            f"an input is a function of others, or this is no covariance (smallest eigenvalue {smallest:.1e} "
            "of the correlations); leave out the inputs that others determine"
        )
