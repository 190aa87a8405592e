"""A quadratic in correlated Gaussian inputs: fitted by least squares, its conditional variances exact.

For g(u) = const + b'u + u'Q u with u ~ N(0, C) and inputs in an order, let L be the Cholesky factor of C in
that order, u = L z, and a = L'b, M = L'Q L in that order. The first j inputs are a function of the first j
of z and the other way round, so

    Var E[g | first j] - Var E[g | first j - 1] = a_j^2 + 2 M_jj^2 + 4 sum_{i<j} M_ij^2

Source: the normal moments Cov(z'A z, z'B z) = 2 tr(A B), Cov(b'z, z'A z) = 0 (Searle 1971, Linear Models,
ch. 2, thm 1 and cor. 1.2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecast.calendar import Floats

#: A term of the fit needs this many points; else the quadratic does without squares, or is constant.
POINTS_PER_TERM = 10


@dataclass(frozen=True)
class Quadratic:
    """b (D, K) and symmetric Q (D, D, K) of K outputs; constants do not matter to variances."""

    linear: Floats
    square: Floats

    def value(self, u: Floats) -> Floats:
        """b'u + u'Qu at points u (..., D): (..., K)."""
        inputs, outputs = self.linear.shape
        half = (u @ self.square.reshape(inputs, -1)).reshape(*u.shape, outputs)
        return np.asarray(u @ self.linear + np.einsum("...i,...ik->...k", u, half), dtype=np.float64)


def fit(u: Floats, y: Floats) -> Quadratic:
    """Least squares of outputs y (N, K) on points u (N, D), with as many terms as points allow."""
    inputs, outputs = u.shape[1], y.shape[1]
    i, j = np.triu_indices(inputs)
    b, q = np.zeros((inputs, outputs)), np.zeros((inputs, inputs, outputs))
    terms = [np.ones((len(u), 1)), u]
    if len(u) >= POINTS_PER_TERM * (1 + inputs + len(i)):
        terms.append(u[:, i] * u[:, j])
    elif len(u) < POINTS_PER_TERM * (1 + inputs):
        return Quadratic(b, q)
    found = np.linalg.lstsq(np.concatenate(terms, axis=1), y, rcond=None)[0]
    b += found[1 : 1 + inputs]
    if len(terms) == 3:
        q[i, j] = found[1 + inputs :] / 2
        q += q.transpose(1, 0, 2)
    return Quadratic(b, q)


def factors(covariance: Floats, orders: NDArray[np.int64]) -> Floats:
    """Cholesky factors L (P, D, D) of the covariance with inputs in each of the orders (P, D)."""
    factor = np.linalg.cholesky(covariance[orders[:, :, None], orders[:, None, :]])
    return np.asarray(factor, dtype=np.float64)


def gains(g: Quadratic, correlation: Floats, orders: NDArray[np.int64]) -> Floats:
    """What each input adds to Var E[g | inputs so far], joining in each of the orders (P, D): (P, D, K)."""
    p, inputs = orders.shape
    turned = factors(correlation, orders).transpose(0, 2, 1)
    a = turned @ g.linear[orders]
    left = turned @ g.square[orders[:, :, None], orders[:, None, :]].reshape(p, inputs, -1)
    # Q is symmetric, so what L' does on its left it does on its right with the axes exchanged.
    m = turned @ left.reshape(p, inputs, inputs, -1).transpose(0, 2, 1, 3).reshape(p, inputs, -1)
    m = m.reshape(p, inputs, inputs, -1) ** 2
    # One row for each j, over i <= j: off the diagonal twice, for (i, j) and (j, i).
    twice = 4 * np.tri(inputs, k=-1) + 2 * np.eye(inputs)
    by_place = a**2 + np.einsum("ji,pjik->pjk", twice, m)
    found = np.empty(by_place.shape)
    np.put_along_axis(found, orders[:, :, None], by_place, axis=1)
    return found
