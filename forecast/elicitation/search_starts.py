"""Where a least-squares fit starts: curves through some of the stated points.

The sum of squares has several lows where points lie in heaps, or far from what the family can be. Starts are
many and cheap; the best of them are followed (`forecast.elicitation.least_squares.best_of`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln, ndtri

from forecast.calendar import Floats
from forecast.elicitation.shapes import GAMMA, STANDARD_NORMAL, Shape

#: Beyond these a gamma or a beta is a normal to the last digit, and its functions lose theirs.
SMALLEST_SHAPE, LARGEST_SHAPE = 1e-3, 1e13
_SCALES = 8  # from the smallest gap between points to all their range


@dataclass(frozen=True)
class Form:
    """What one parameter t does to a standard shape: ``standard(t)`` = (shift, stretch, its parameters).

    shift + stretch z is the variable of ``shape``, chosen so that t moves neither its middle nor its spread.
    ``grid`` holds the t from which a fit starts, ``reach`` the largest |t|; None where no t is fitted.
    """

    shape: Shape
    standard: Callable[[Floats], tuple[Floats, Floats, tuple[Floats, ...]]]
    grid: tuple[float, ...] = (0.0,)
    reach: float | None = None


def plain(t: Floats) -> tuple[Floats, Floats, tuple[Floats, ...]]:
    """A shape that t does not change."""
    return np.zeros_like(t), np.ones_like(t), ()


def kept(y: Floats) -> int:
    """How many starts are followed: more where more points may lie in more heaps."""
    return 4 if y.shape[1] <= 3 else 10


def lines(form: Form, t: float, z: Floats, p: Floats) -> Floats:
    """Starts (starts, judgments, 3): the lines z = location + scale q through two points, and one more."""
    levels, back = np.unique(p, axis=0, return_inverse=True)
    shift, stretch, rest = form.standard(np.array([[t]]))
    q = ((form.shape.ppf(levels, *rest) - shift) / stretch)[back.reshape(-1)]
    # Through every two points, of families with two parameters; the others are many already by their shapes.
    first, second = np.triu_indices(z.shape[1], 1)
    if form.reach is not None:
        near = (second == first + 1) | (second - first == z.shape[1] - 1)
        first, second = first[near], second[near]
    outer = (z[:, -1:] - z[:, :1]) / (q[:, -1:] - q[:, :1])
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = (z[:, second] - z[:, first]) / (q[:, second] - q[:, first])
    # Two values with one probability between them (an empty bin) give no line of their own.
    slopes = np.where(np.isfinite(slopes) & (slopes > 0), slopes, outer)
    middle = np.mean(z - outer * q, axis=1, keepdims=True)
    location = np.concatenate([z[:, first] - slopes * q[:, first], middle], axis=1)
    slopes = np.concatenate([slopes, outer], axis=1)
    return np.stack([location.T, np.log(slopes).T, np.full(location.T.shape, t)], axis=-1)


def steps(z: Floats, t: float) -> Floats:
    """Starts (starts, judgments, 3) with the middle at each point, from as steep as its neighbours to flat.

    Points in heaps have several best fits; a start is needed near the best of them.
    """
    gap = np.min(np.diff(z, axis=1), axis=1)
    scales = gap * ((z[:, -1] - z[:, 0]) / gap) ** np.linspace(0, 1, _SCALES)[:, None]
    location = np.broadcast_to(z.T[:, None, :], (z.shape[1], _SCALES, len(z)))
    every = (location, np.broadcast_to(np.log(scales), location.shape), np.full(location.shape, t))
    return np.stack(every, axis=-1).reshape(-1, len(z), 3)


def _normals(z: Floats, p: Floats) -> tuple[Floats, Floats]:
    """(mean, sd), each (starts, judgments), of normals through some of the points."""
    starts = lines(Form(STANDARD_NORMAL, plain), 0.0, z, p)
    if z.shape[1] > 3:
        starts = np.concatenate([starts, steps(z, 0.0)])
    return starts[..., 0], np.exp(starts[..., 1])


def gamma_starts(log_y: Floats, p: Floats) -> Floats:
    """Starts (starts, judgments, 2): by normals of ln y, by shapes through the middle, by the lower fall."""
    median, sd = _normals(log_y, p)
    shape = np.clip(np.where(sd < 1, sd**-2, 1 / sd), SMALLEST_SHAPE, LARGEST_SHAPE)
    near = np.stack([median + np.log(shape) - _log_quantile(shape, np.array(0.5)), np.log(shape)], axis=-1)
    spread, met = _log_spread(log_y, p), middle_of(p, p)[:, 0]
    shape = np.stack([*(spread**-2 * f for f in (0.03, 0.1, 0.3, 1.0, 3.0)), _fall(log_y, p)])
    shape = np.clip(shape, SMALLEST_SHAPE, LARGEST_SHAPE)
    mean = middle_of(log_y, p)[:, 0] + np.log(shape) - _log_quantile(shape, met)
    return np.concatenate([near, np.stack([mean, np.log(shape)], axis=-1)])


def beta_starts(y: Floats, p: Floats) -> Floats:
    """Starts (starts, judgments, 2): by the spread, by that of the log odds, by the fall at the ends."""
    z = ndtri(p)
    slope = (y[:, -1] - y[:, 0]) / (z[:, -1] - z[:, 0])
    mean = np.clip(np.mean(y - slope[:, None] * z, axis=1), y[:, 0], y[:, -1])
    odds = np.log(y) - np.log1p(-y)
    spread = _log_spread(odds, p)
    starts = []
    for m in (middle_of(y, p)[:, 0], mean):
        sums = [m * (1 - m) / slope**2, *(f / (spread**2 * m * (1 - m)) for f in (0.1, 0.3, 1.0, 3.0))]
        starts += [(np.log(m) - np.log1p(-m), np.log(total)) for total in sums]
    low, high = _fall(np.log(y), p), _fall(np.log1p(-y[:, ::-1]), 1 - p[:, ::-1])
    starts.append((np.log(low) - np.log(high), np.log(low + high)))
    median, sd = _normals(odds, p)
    near = (median, -2 * np.log(sd) - np.log(expit(median)) - np.log(expit(-median)))
    return np.concatenate([np.stack([np.stack(pair, axis=-1) for pair in starts]), np.stack(near, axis=-1)])


def middle_of(y: Floats, p: Floats) -> Floats:
    """y (judgments, 1) at the stated probability nearest to a half."""
    return np.take_along_axis(y, np.argmin(np.abs(p - 0.5), axis=1)[:, None], axis=1)


def _log_spread(y: Floats, p: Floats) -> Floats:
    """The sd of the normal through the outermost points."""
    return np.asarray((y[:, -1] - y[:, 0]) / (ndtri(p[:, -1]) - ndtri(p[:, 0])))


def _fall(log_y: Floats, p: Floats) -> Floats:
    """The power by which F falls towards 0, from the two lowest points that differ in probability."""
    rise = np.log(np.maximum(p[:, 1:], p[:, :1] * 1.01)) - np.log(p[:, :1])
    return np.asarray(np.clip(rise[:, 0] / (log_y[:, 1] - log_y[:, 0]), 1e-2, 1e6))


def _log_quantile(shape: Floats, level: Floats) -> Floats:
    """ln of the quantile of a gamma of rate 1; of a small shape by its series, which does not underflow."""
    found = GAMMA.ppf(level, shape, 1.0)
    small = (np.log(level) + gammaln(shape + 1)) / shape
    return np.asarray(np.where(found > 1e-30, np.log(np.maximum(found, 1e-300)), small))
