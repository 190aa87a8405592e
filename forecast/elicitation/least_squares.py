"""Nonlinear least squares for many small problems at once (Levenberg 1944, Marquardt 1963).

Every problem has the same number of points and of parameters; they are worked on as arrays and leave the
work as they converge. Parameters stay in a box: one at its end that would leave is held there for the step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecast.calendar import Floats

#: (parameters (problems, k), which problems) -> residuals (problems, points), Jacobian (problems, points, k).
Model = Callable[[Floats, NDArray[np.intp]], tuple[Floats, Floats]]

_STEPS = 400
#: A step is the last when no residual would change by more; the first is to choose among starts.
_NEARLY, _STILL = 1e-4, 1e-14
_LARGEST_DAMPING = 1e14
#: A parameter this close to an end of its range, as a share of it, is at that end.
_NEAR = 1e-3


@dataclass(frozen=True)
class Solved:
    """``theta`` (problems, k), ``ssq`` (problems,), and where a parameter ended at an end of its range."""

    theta: Floats
    ssq: Floats
    at_end: NDArray[np.bool_]


def solve(model: Model, start: Floats, low: Floats, high: Floats, *, still: float = _STILL) -> Solved:
    """Minimise sum(residual^2) over theta in [low, high], for every problem (row) of ``start``.

    >>> def line(theta, which):
    ...     x = np.array([0.0, 1.0, 2.0])
    ...     fitted = theta[:, :1] * np.exp(theta[:, 1:] * x)
    ...     return fitted - np.array([2.0, 4.0, 8.0]), np.stack([fitted / theta[:, :1], fitted * x], axis=-1)
    >>> found = solve(line, np.array([[1.0, 0.1]]), np.full(2, -9.0), np.full(2, 9.0))
    >>> [round(float(v), 9) for v in found.theta[0]]
    [2.0, 0.693147181]
    """
    theta = np.clip(start, low, high)
    every = np.arange(len(theta))
    residual, jacobian = model(theta, every)
    ssq = _squares(residual)
    damping, active = np.full(len(theta), 1e-3), every
    for _ in range(_STEPS):
        step, moved = _step(
            residual[active], jacobian[active], theta[active], damping[active], box=(low, high)
        )
        tried = np.clip(theta[active] + step, low, high)
        new_residual, new_jacobian = model(tried, active)
        new_ssq = _squares(new_residual)
        better = new_ssq < ssq[active]
        won = active[better]
        theta[won], residual[won], jacobian[won] = tried[better], new_residual[better], new_jacobian[better]
        ssq[won] = new_ssq[better]
        damping[active] = np.where(better, np.maximum(damping[active] / 10, 1e-15), damping[active] * 8)
        going = (moved > still) & (damping[active] < _LARGEST_DAMPING)
        active = active[going]
        if not len(active):
            break
    near = _NEAR * (high - low)
    return Solved(theta, ssq, np.any((theta <= low + near) | (theta >= high - near), axis=1))


def _squares(residual: Floats) -> Floats:
    """Their sum; infinite where a function left what it can compute."""
    ssq = np.sum(residual**2, axis=1)
    return np.asarray(np.where(np.isnan(ssq), np.inf, ssq))


def _step(
    residual: Floats, jacobian: Floats, theta: Floats, damping: Floats, *, box: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """The damped Gauss-Newton step, and the largest change of a residual that it foresees."""
    low, high = box
    gradient = np.einsum("bnk,bn->bk", jacobian, residual)
    held = ((theta <= low) & (gradient > 0)) | ((theta >= high) & (gradient < 0))
    free = np.where(held[:, None, :], 0.0, jacobian)
    # Columns are scaled to length one: a damping then means the same for every parameter.
    size = np.sqrt(np.sum(free**2, axis=1))
    size = np.where(size > 1e-150, size, 1.0)
    scaled = free / size[:, None, :]
    normal = np.einsum("bnk,bnl->bkl", scaled, scaled)
    k = np.arange(normal.shape[1])
    normal[:, k, k] += damping[:, None] + 1e-14
    right = np.einsum("bnk,bn->bk", scaled, residual)
    step = -np.linalg.solve(normal, right[..., None])[..., 0]
    change = np.max(np.abs(np.einsum("bnk,bk->bn", scaled, step)), axis=1)
    return step / size, change


def best_of(model: Model, starts: Floats, low: Floats, high: Floats, *, kept: int = 3) -> Solved:
    """`solve` from the ``kept`` best of ``starts`` (starts, problems, k): all nearly, the best to the end."""
    count, problems, k = starts.shape
    starts = np.clip(np.where(np.isfinite(starts), starts, 0.0), low, high)
    which = np.tile(np.arange(problems), count)
    residual, _ = model(starts.reshape(-1, k), which)
    ssq = _squares(residual).reshape(count, problems)
    order = np.argsort(ssq, axis=0, kind="stable")[: min(kept, count)]
    chosen = np.take_along_axis(starts, order[..., None], axis=0).reshape(-1, k)
    tiled = np.tile(np.arange(problems), len(order))
    nearly = solve(lambda theta, rows: model(theta, tiled[rows]), chosen, low, high, still=_NEARLY)
    best = np.argmin(nearly.ssq.reshape(-1, problems), axis=0) * problems + np.arange(problems)
    return solve(model, nearly.theta[best], low, high)
