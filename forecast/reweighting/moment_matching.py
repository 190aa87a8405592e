"""Draws moved so that their moments are those of a changed target, when weighting them alone will not do.

Where a new density lies in the tail of the old, no smoothing helps the weights. An affine map T of the draws
towards the weighted moments does: with z from p_old the moved draws have density
p_old(T^-1 y) / |det T|, so that

    log w = log p_new(T z) - log p_old(z) + log |det T|

is exact whatever T is; a T fitted to poor weights costs precision, not correctness.

Source: Paananen, Piironen, Buerkner and Vehtari (2021), Implicitly adaptive importance sampling, Statistics
and Computing 31:16, algorithm 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle

import numpy as np

from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.reweighting.pareto import K_LIMIT, Smoothed, smooth
from forecast.simulation.weighted import effective_sample_size

LogDensity = Callable[[Floats], Floats]

#: A covariance of d parameters is matched with at least this many draws a parameter.
_DRAWS_PER_PARAMETER = 10

#: Moments are of weights that at least this many draws have in effect, if a power of them does.
_SHARED, _LEAST_POWER = 10.0, 2.0**-20

#: A move that lowers k_hat by this much is made again before the next is tried.
_WORTH_REPEATING = 0.05


@dataclass(frozen=True)
class Matched:
    """Draws ``z`` (N, d) with ``log_weights`` (N,), normalised, that stand for the new density.

    ``steps`` are the moves kept, in order, of "mean", "scale", "covariance" and last perhaps "split"; none
    leaves the draws as they came. ``k_hat`` and ``ess`` as in `Smoothed`; ``k_before`` of the draws unmoved.
    """

    z: Floats
    log_weights: Floats
    k_hat: float
    ess: float
    steps: tuple[str, ...]
    k_before: float


@dataclass(frozen=True)
class _Affine:
    """y = offset + matrix z, of draws in rows; ``log_det`` the log of the absolute determinant."""

    offset: Floats
    matrix: Floats
    log_det: float

    def __call__(self, z: Floats) -> Floats:
        return np.asarray(self.offset + z @ self.matrix.T)

    def after(self, first: _Affine) -> _Affine:
        return _Affine(
            self.offset + self.matrix @ first.offset, self.matrix @ first.matrix, self.log_det + first.log_det
        )

    def undo(self, y: Floats) -> Floats:
        return np.asarray(np.linalg.solve(self.matrix, (y - self.offset).T).T)


@dataclass(frozen=True)
class _Moved:
    """Draws under a map so far: where they are, the new log density there, and their smoothed weights."""

    through: _Affine
    z: Floats
    log_new: Floats
    smoothed: Smoothed


def match(
    z: Floats,
    *,
    log_new: LogDensity,
    log_old: LogDensity,
    limit: float = K_LIMIT,
    reff: float = 1.0,
    calls: int = 12,
    split: bool = False,
) -> Matched:
    """Draws ``z`` (N, d) of exp ``log_old``, moved until their weights for exp ``log_new`` are to be trusted.

    Both take (M, d) and give (M,), unnormalised log densities on the same unconstrained space; ``log_old``
    is called once, at ``z``, ``log_new`` at most ``calls`` times. If k_hat is above ``limit`` these moves are
    made in turn, each from the weighted moments of the draws where they then are, and kept if k_hat falls;
    one that lowers it by 0.05 is made again, and three running that do not are the end:

        mean         y = m_w + (z - m)
        scale        y = m_w + (s_w / s) (z - m)
        covariance   y = m_w + L_w L^-1 (z - m),     Cholesky factors, if N is at least 10 d

    Three things differ from the paper, for many parameters and few effective draws. Moves go on below the
    limit while they pay: a map fitted to the very draws it moves flatters them, and at the first k_hat under
    0.7 means were found up to 12 Monte Carlo errors off, at the end 4. Where fewer than 10 draws count, the
    moments are of the weights' square root, or its, and so on: a shorter way in a surer direction. And each
    moment is shrunk to what the n effective draws know of it: the difference x in a mean or log scale, of
    standard error se, to x max(0, 1 - se^2 / x^2); the covariance S_w to
    (n S_w + (d + 1) S) / (n + d + 1).

    With ``split`` the moves end, if k_hat is still above, with one that is kept if it lowers it: every
    second draw is moved, the others stay where they came, and all are weighted as draws of the half-half
    mixture of the two densities (the paper's section on multiple importance sampling). It needs a
    ``log_old`` that can be called anywhere, once more. It covers a target wider than the moved draws, and
    matters where what is averaged is large in a tail they have left: then the plain weights, which know of
    the density alone, look better than the average is.

    Raises UsageError for draws that are not (N, d), densities of another shape, or not finite where the old
    one has a draw.
    """
    z = np.asarray(z, dtype=np.float64)
    if z.ndim != 2 or len(z) < 2:
        raise UsageError(f"draws are rows of parameters, (N, d) with N at least 2; found shape {z.shape}")
    old = _called(log_old, z, "log_old")
    if not np.isfinite(old).all():
        raise UsageError(
            f"log_old is not finite at {int((~np.isfinite(old)).sum())} of the {len(z)} draws it is the"
            " density of: give the draws and the density of one posterior"
        )
    still = _Affine(np.zeros(z.shape[1]), np.eye(z.shape[1]), 0.0)
    new = _called(log_new, z, "log_new")
    now = _Moved(still, z, new, smooth(new - old, reff=reff))
    before, steps = now.smoothed.k_hat, []
    names, vain = cycle(_MOVES), 0
    name = next(names)
    for _ in range(calls - 1):
        if before <= limit or vain == len(_MOVES):
            break
        tried = _moved(now, z, _MOVES[name], old=old, log_new=log_new, reff=reff)
        fall = now.smoothed.k_hat - tried.smoothed.k_hat if tried is not None else 0.0
        if tried is not None and fall > 0:
            now = tried
            steps.append(name)
        if fall >= _WORTH_REPEATING:
            vain = 0
        else:
            vain, name = vain + 1, next(names)
    if split and steps and now.smoothed.k_hat > limit:
        halved = _split(now, z, old=old, new=new, log_old=log_old, reff=reff)
        if halved.smoothed.k_hat < now.smoothed.k_hat:
            now = halved
            steps.append("split")
    found = now.smoothed
    return Matched(now.z, found.log_weights, found.k_hat, found.ess, tuple(steps), before)


def _moved(
    now: _Moved, z: Floats, move: _Move, *, old: Floats, log_new: LogDensity, reff: float
) -> _Moved | None:
    """All draws moved further; None where the move has no moments to go by or leads where nothing is."""
    further = move(now.z, _tempered(now.smoothed.log_weights))
    if further is None:
        return None
    through = further.after(now.through)
    there = through(z)
    new = _called(log_new, there, "log_new")
    if not np.isfinite(new).any():
        return None
    return _Moved(through, there, new, smooth(new - old + through.log_det, reff=reff))


def _tempered(log_weights: Floats) -> Floats:
    """Weights (N,), summing to 1, to the largest power 1, 1/2, 1/4, ... at which enough draws share them."""
    power = 1.0
    while effective_sample_size(power * log_weights) < _SHARED and power > _LEAST_POWER:
        power /= 2
    weights = np.exp(power * (log_weights - log_weights.max()))
    return np.asarray(weights / weights.sum())


def _split(now: _Moved, z: Floats, *, old: Floats, new: Floats, log_old: LogDensity, reff: float) -> _Moved:
    """Draws 0, 2, ... moved and the others not, so that both halves are of every chain and every stretch."""
    moves = np.arange(len(z)) % 2 == 0
    there = np.where(moves[:, None], now.z, z)
    elsewhere = _called(log_old, np.where(moves[:, None], now.z, now.through.undo(z)), "log_old")
    as_old, as_moved = np.where(moves, [elsewhere, old], [old, elsewhere])
    mixture = np.logaddexp(as_old, as_moved - now.through.log_det)
    at = np.where(moves, now.log_new, new)
    return _Moved(now.through, there, at, smooth(at - mixture, reff=reff))


_Move = Callable[[Floats, Floats], _Affine | None]


def _to_mean(z: Floats, weights: Floats) -> _Affine:
    """The shift from the mean of draws z (N, d) to their weighted mean."""
    return _Affine(_shift(z, weights), np.eye(z.shape[1]), 0.0)


def _to_scale(z: Floats, weights: Floats) -> _Affine:
    """The shift, and each parameter's standard deviation stretched to its weighted one."""
    return _around(z, weights, np.diag(np.exp(_stretch(z, weights))))


def _to_covariance(z: Floats, weights: Floats) -> _Affine | None:
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


#: The moves in the order they are tried: those that ask least of the weights first.
_MOVES: dict[str, _Move] = {"mean": _to_mean, "scale": _to_scale, "covariance": _to_covariance}


def _around(z: Floats, weights: Floats, matrix: Floats) -> _Affine:
    """The map that turns draws about their mean by ``matrix`` and then shifts them."""
    mean = z.mean(axis=0)
    _, log_det = np.linalg.slogdet(matrix)
    return _Affine(mean + _shift(z, weights) - matrix @ mean, matrix, float(log_det))


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


def _called(density: LogDensity, z: Floats, name: str) -> Floats:
    """The log density at draws z (N, d), once it is one number a draw, none of them nan or inf."""
    found = np.asarray(density(z), dtype=np.float64)
    if found.shape != (len(z),):
        raise UsageError(f"{name} gives one log density a draw, ({len(z)},) here; found shape {found.shape}")
    bad = np.isnan(found) | (found == np.inf)
    if bad.any():
        raise UsageError(
            f"{name} is {found[np.argmax(bad)]} at {int(bad.sum())} of {len(z)} draws: make it -inf where"
            " the density is zero, and look for an overflow elsewhere"
        )
    return found
