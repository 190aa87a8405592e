"""Affine moves of draws towards a changed density, each from what the draws and their weights show.

    mean         y = m_w + (z - m)
    scale        y = m_w + (s_w / s) (z - m)
    covariance   y = m_w + L_w L^-1 (z - m),      Cholesky factors, if N is at least 10 d
    tilt, curve  y = where a Gaussian would go if its log density changed as a regression of the log ratios on
                 the draws has it: linear, and with squares

m, s and L of the draws, m_w, s_w and L_w of the weighted ones: Paananen, Piironen, Buerkner and Vehtari
(2021), Statistics and Computing 31:16, section 3.1. Moments of few effective draws are shrunk to what these
know. The regression is the least-squares fit of importance sampling's log weights, whose residual variance it
lowers (in the spirit of Richard and Zhang 2007, Journal of Econometrics 141:1385, efficient importance
sampling).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from forecast.calendar import Floats

#: A covariance of d parameters is matched with at least this many draws a parameter.
_DRAWS_PER_PARAMETER = 10
#: A regression is fitted with at least this many draws a term.
_DRAWS_PER_TERM = 4
#: Share of the lowest log ratios that are not told apart; ridge on whitened terms; limits of curvature.
_TRIMMED, _RIDGE, _CURVATURE = 0.005, 1e-6, (-3.0, 0.6)


@dataclass(frozen=True)
class Affine:
    """y = offset + matrix z, of draws in rows; ``log_det`` the log of the absolute determinant."""

    offset: Floats
    matrix: Floats
    log_det: float

    def __call__(self, z: Floats) -> Floats:
        """Draws (N, d) moved."""
        return np.asarray(self.offset + z @ self.matrix.T)

    def after(self, first: Affine) -> Affine:
        """This map of another's result."""
        return Affine(
            self.offset + self.matrix @ first.offset, self.matrix @ first.matrix, self.log_det + first.log_det
        )


#: From draws (N, d), weights (N,) and log ratios (N,) to a map, or None where there is nothing to go by.
Move = Callable[[Floats, Floats, Floats], Affine | None]


def _to_mean(z: Floats, weights: Floats, _: Floats) -> Affine:
    """The shift from the mean of draws z (N, d) to their weighted mean."""
    return Affine(_shift(z, weights), np.eye(z.shape[1]), 0.0)


def _to_scale(z: Floats, weights: Floats, _: Floats) -> Affine:
    """The shift, and each parameter's standard deviation stretched to its weighted one."""
    return _around(z, weights, np.diag(np.exp(_stretch(z, weights))))


def _to_covariance(z: Floats, weights: Floats, _: Floats) -> Affine | None:
    """The shift, and the covariance turned and stretched into the weighted one; None if singular."""
    draws, size = z.shape
    if draws < _DRAWS_PER_PARAMETER * size:
        return None
    n = 1 / (weights @ weights)
    away, gap = z - z.mean(axis=0), z - weights @ z
    plain = away.T @ away / draws
    weighted = (n * (gap.T * weights) @ gap + (size + 1) * plain) / (n + size + 1)
    try:
        onto, whiten = np.linalg.cholesky(weighted), np.linalg.cholesky(plain)
    except np.linalg.LinAlgError:
        return None
    return _around(z, weights, np.linalg.solve(whiten.T, onto.T).T)


def _by_regression(z: Floats, _: Floats, log_ratios: Floats, *, curved: bool) -> Affine | None:
    """Where a Gaussian goes when its log density changes by a fitted polynomial.

    With u the draws whitened, l the log ratios and least squares l ~ a + g.u + h.(u^2 - 1) / 2,

        N(0, I) exp(g.u + h.u^2 / 2)  is  N(g / (1 - h), 1 / (1 - h)),      h = 0 unless ``curved``.

    All draws have a say in g and h, not only the few that the weights leave: moments of 15 effective draws
    know nothing of a hundred parameters. None where draws are too few or without spread.
    """
    draws, size = z.shape
    terms = 1 + size * (2 if curved else 1)
    if draws < _DRAWS_PER_TERM * terms:
        return None
    mean, away = z.mean(axis=0), z - z.mean(axis=0)
    try:
        factor = np.linalg.cholesky(away.T @ away / draws)
        whiten = np.linalg.inv(factor)
    except np.linalg.LinAlgError:
        return None
    u = away @ whiten.T
    design = np.column_stack([np.ones(draws), u, *([(u**2 - 1) / 2] if curved else [])])
    # A draw that the new density hardly allows is known to be far out, and how far bends the fit.
    seen = np.maximum(log_ratios, np.quantile(log_ratios, _TRIMMED))
    inner = np.linalg.inv(design.T @ design + _RIDGE * draws * np.eye(terms))
    slope = inner @ (design.T @ seen)
    slope = _shrunk(slope, (seen - design @ slope).var() * np.diag(inner))
    g = slope[1 : size + 1]
    h = np.clip(slope[size + 1 :], *_CURVATURE) if curved else np.zeros(size)
    matrix = factor @ (whiten / np.sqrt(1 - h)[:, None])
    shift = factor @ (g / (1 - h))
    return Affine(mean + shift - matrix @ mean, matrix, float(-0.5 * np.log1p(-h).sum()))


#: The moves in the order they are tried.
MOVES: dict[str, Move] = {
    "curve": partial(_by_regression, curved=True),
    "mean": _to_mean,
    "scale": _to_scale,
    "tilt": partial(_by_regression, curved=False),
    "covariance": _to_covariance,
}


def _around(z: Floats, weights: Floats, matrix: Floats) -> Affine:
    """The map that turns draws about their mean by ``matrix`` and then shifts them."""
    mean = z.mean(axis=0)
    _, log_det = np.linalg.slogdet(matrix)
    return Affine(mean + _shift(z, weights) - matrix @ mean, matrix, float(log_det))


def _shift(z: Floats, weights: Floats) -> Floats:
    """From mean to weighted mean (d,), shrunk by its standard error."""
    mean = weights @ z
    return _shrunk(mean - z.mean(axis=0), weights**2 @ (z - mean) ** 2)


def _stretch(z: Floats, weights: Floats) -> Floats:
    """Log of weighted over plain standard deviation (d,), shrunk by its standard error; 0 for a constant."""
    square = (z - weights @ z) ** 2
    plain, weighted = z.var(axis=0), weights @ square
    varies = (plain > 0) & (weighted > 0)
    plain, weighted = np.where(varies, plain, 1.0), np.where(varies, weighted, 1.0)
    error = weights**2 @ (square / weighted - 1) ** 2 / 4
    return np.where(varies, _shrunk(0.5 * np.log(weighted / plain), error), 0.0)


def _shrunk(x: Floats, variance: Floats) -> Floats:
    """James and Stein's positive part, one coordinate at a time: x max(0, 1 - variance / x^2)."""
    square = np.maximum(x**2, np.finfo(np.float64).tiny)
    return np.asarray(x * np.maximum(0.0, 1 - variance / square))
