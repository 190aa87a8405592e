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
from forecast.reweighting.moves import MOVES, Affine, Move
from forecast.reweighting.pareto import K_LIMIT, Smoothed, smooth
from forecast.simulation.weighted import effective_sample_size

LogDensity = Callable[[Floats], Floats]

#: Moments are of weights that at least this many draws have in effect, if a power of them does.
_SHARED, _LEAST_POWER = 10.0, 2.0**-20

#: A move that lowers k_hat by this much is made again before the next is tried.
_WORTH_REPEATING = 0.05


@dataclass(frozen=True)
class Matched:
    """Draws ``z`` (N, d) with ``log_weights`` (N,), normalised, that stand for the new density.

    ``steps`` are the moves kept, in order, of "curve", "mean", "scale", "tilt" and "covariance"; none
    leaves the draws as they came. ``k_hat`` and ``ess`` as in `Smoothed`; ``k_before`` of the draws unmoved.
    """

    z: Floats
    log_weights: Floats
    k_hat: float
    ess: float
    steps: tuple[str, ...]
    k_before: float


@dataclass(frozen=True)
class _Moved:
    """Draws under a map so far: where they are, the new log density there, and their smoothed weights."""

    through: Affine
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
    calls: int = 14,
) -> Matched:
    """Draws ``z`` (N, d) of exp ``log_old``, moved until their weights for exp ``log_new`` are to be trusted.

    Both take (M, d) and give (M,), unnormalised log densities on the same unconstrained space; ``log_old``
    is called once, at ``z``, ``log_new`` at most ``calls`` times. If k_hat is above ``limit`` the `moves` are
    made in turn, each from the draws and weights where they then are, and kept if k_hat falls; one that
    lowers it by 0.05 is made again, and a round of them that do not is the end.

    Four things differ from the paper, for many parameters and few effective draws. Two moves, "curve" and
    "tilt", go by a regression of the log ratios instead of weighted moments. Moves go on below the
    limit while they pay: a map fitted to the very draws it moves flatters them, and at the first k_hat under
    0.7 means were found up to 12 Monte Carlo errors off, at the end 4. Where fewer than 10 draws count, the
    moments are of the weights' square root, or its, and so on: a shorter way in a surer direction. And each
    moment is shrunk to what the n effective draws know of it: the difference x in a mean or log scale, of
    standard error se, to x max(0, 1 - se^2 / x^2); the covariance S_w to
    (n S_w + (d + 1) S) / (n + d + 1).

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
    still = Affine(np.zeros(z.shape[1]), np.eye(z.shape[1]), 0.0)
    new = _called(log_new, z, "log_new")
    now = _Moved(still, z, new, smooth(new - old, reff=reff))
    before, steps = now.smoothed.k_hat, []
    names, vain = cycle(MOVES), 0
    name = next(names)
    for _ in range(calls - 1):
        if before <= limit or vain == len(MOVES):
            break
        tried = _moved(now, z, MOVES[name], old=old, log_new=log_new, reff=reff)
        fall = now.smoothed.k_hat - tried.smoothed.k_hat if tried is not None else 0.0
        if tried is not None and fall > 0:
            now = tried
            steps.append(name)
        if fall >= _WORTH_REPEATING:
            vain = 0
        else:
            vain, name = vain + 1, next(names)
    found = now.smoothed
    return Matched(now.z, found.log_weights, found.k_hat, found.ess, tuple(steps), before)


def _moved(
    now: _Moved, z: Floats, move: Move, *, old: Floats, log_new: LogDensity, reff: float
) -> _Moved | None:
    """All draws moved further; None where the move has no moments to go by or leads where nothing is."""
    log_ratios = now.log_new - old + now.through.log_det
    further = move(now.z, _tempered(now.smoothed.log_weights), log_ratios)
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
