"""What the drivers contribute to a log-hazard, and its moments when the drivers are Gaussian.

    eta = sum_f coefficient_f phi_f(x),   phi = (g(x_1), ..., g(x_D), interactions),   g(x) = 3 tanh(x / 3)

An interaction is the product or the absolute difference of two terms, a term being g of a driver or the
average over several. The moments let E[exp(eta)] = exp(mean + var / 2) be had without simulation.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from forecast.calendar import Floats
from forecast.drivers.coupling import coupling
from forecast.inputs.records import Drivers, ShockTerm

SATURATION = 3.0
_NODES = 31


@dataclass(frozen=True)
class Features:
    """Which features there are: F = D drivers followed by J interactions that need no shock.

    ``left`` and ``right`` (J, D) hold each interaction's two terms as weights over g(x); ``absdiff`` (J,)
    says which of the two forms; ``channel`` (J,) which way out of partnership it acts on. ``linked`` (D, D):
    which drivers can covary ahead.
    """

    drivers: tuple[str, ...]
    interactions: tuple[str, ...]
    left: Floats
    right: Floats
    absdiff: NDArray[np.bool_]
    channel: tuple[str, ...]
    linked: NDArray[np.bool_]

    @property
    def names(self) -> tuple[str, ...]:
        """Every feature in column order: drivers, then interactions."""
        return self.drivers + self.interactions

    def terms(self) -> tuple[NDArray[np.int64], Floats]:
        """Each interaction's two terms as driver positions and weights, (J, 2, M), padded with weight 0."""
        rows = [
            [np.flatnonzero(side[j]) for side in (self.left, self.right)] for j in range(len(self.absdiff))
        ]
        longest = max((len(r) for pair in rows for r in pair), default=1)
        term = np.zeros((len(rows), 2, longest), dtype=np.int64)
        share = np.zeros((len(rows), 2, longest))
        for j, pair in enumerate(rows):
            for side, members in enumerate(pair):
                term[j, side, : len(members)] = members
                share[j, side, : len(members)] = (self.left, self.right)[side][j, members]
        return term, share

    def pairs(self) -> NDArray[np.int64]:
        """Index pairs (P, 2), i <= j, of features with linked drivers: the only ones that can covary."""
        touched = np.vstack([np.eye(len(self.drivers)), (self.left != 0) | (self.right != 0)]) != 0
        overlap = touched.astype(int) @ self.linked.astype(int) @ touched.T.astype(int)
        return np.argwhere(np.triu(overlap > 0))


def features(drivers: Drivers) -> Features:
    """The features of a workspace, in file order; interactions that wait for a shock are left out."""
    names = tuple(drivers.drivers)
    live = {
        name: spec
        for name, spec in drivers.interactions.items()
        if not any(isinstance(term, ShockTerm) for term in spec.terms)
    }

    def weights(term: object) -> Floats:
        members = [term] if isinstance(term, str) else list(term)  # type: ignore[call-overload]
        row = np.zeros(len(names))
        for member in members:
            row[names.index(member)] += 1.0 / len(members)
        return row

    def stack(rows: list[Floats]) -> Floats:
        return np.array(rows).reshape(len(rows), len(names))

    return Features(
        drivers=names,
        interactions=tuple(live),
        left=stack([weights(s.terms[0]) for s in live.values()]),
        right=stack([weights(s.terms[1]) for s in live.values()]),
        absdiff=np.array([s.form == "absdiff" for s in live.values()], dtype=bool),
        channel=tuple(s.channel for s in live.values()),
        linked=coupling(drivers).linked(),
    )


def saturate(x: Floats) -> Floats:
    """g(x) = 3 tanh(x / 3): linear near 0, never beyond +-3."""
    return np.asarray(SATURATION * np.tanh(x / SATURATION))


def evaluate(spec: Features, x: Floats) -> Floats:
    """phi(x): features (..., F) of driver levels (..., D)."""
    g = saturate(x)
    left, right = g @ spec.left.T, g @ spec.right.T
    return np.concatenate([g, np.where(spec.absdiff, np.abs(left - right), left * right)], axis=-1)


def moments(spec: Features, mean: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Mean (T, F) and covariance (T, F, F) of phi(x) for Gaussian drivers.

    ``mean`` is (T, D); ``spread`` their covariance (T, D, D), or the variances (T, D) of independent ones.
    g by Gauss-Hermite quadrature; products and absolute differences by the moments of jointly normal terms
    (folded normal: Leone, Nelson and Nottingham 1961), taking g(x) as normal; covariances between features
    by Stein's lemma, Cov(f, h) = E[grad f]' C E[grad h].
    """
    cov_x = spread if spread.ndim == 3 else spread[:, :, None] * np.eye(mean.shape[1])
    g_mean, g_variance, slope = _saturated_moments(mean, np.diagonal(cov_x, axis1=1, axis2=2))
    cov_g = slope[:, :, None] * cov_x * slope[:, None, :]
    own = np.arange(mean.shape[1])
    cov_g[:, own, own] = g_variance
    left, right = g_mean @ spec.left.T, g_mean @ spec.right.T
    cov_left, cov_right = spec.left @ cov_g, spec.right @ cov_g  # (T, J, D)
    var_left = np.einsum("tjd,jd->tj", cov_left, spec.left)
    var_right = np.einsum("tjd,jd->tj", cov_right, spec.right)
    cross = np.einsum("tjd,jd->tj", cov_left, spec.right)

    gap = left - right
    width = np.sqrt(np.maximum(var_left + var_right - 2 * cross, 1e-12))
    sign = 1 - 2 * ndtr(-gap / width)
    folded = width * np.sqrt(2 / np.pi) * np.exp(-0.5 * (gap / width) ** 2) + gap * sign
    inter_mean = np.where(spec.absdiff, folded, left * right + cross)
    inter_var = np.where(
        spec.absdiff,
        gap**2 + width**2 - folded**2,
        left**2 * var_right
        + right**2 * var_left
        + 2 * left * right * cross
        + var_left * var_right
        + cross**2,
    )
    slope_left = np.where(spec.absdiff, sign, right)
    slope_right = np.where(spec.absdiff, -sign, left)
    gradient = slope_left[:, :, None] * spec.left + slope_right[:, :, None] * spec.right  # (T, J, D)

    count, drivers = len(mean), len(spec.drivers)
    jacobian = np.concatenate([np.tile(np.eye(drivers), (count, 1, 1)), gradient], axis=1)
    cov = jacobian @ cov_g @ np.swapaxes(jacobian, 1, 2)
    own = np.arange(drivers, cov.shape[1])
    cov[:, own, own] = inter_var
    return np.concatenate([g_mean, inter_mean], axis=1), cov


@cache
def _gauss_hermite() -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    return nodes, weights / weights.sum()


def _saturated_moments(mean: Floats, variance: Floats) -> tuple[Floats, Floats, Floats]:
    """E[g(x)], Var[g(x)] and E[g'(x)], with g' = 1 - (g / 3)^2."""
    nodes, weights = _gauss_hermite()
    g = saturate(mean[..., None] + np.sqrt(variance)[..., None] * nodes)
    centre = g @ weights
    return centre, (g - centre[..., None]) ** 2 @ weights, (1 - (g / SATURATION) ** 2) @ weights
