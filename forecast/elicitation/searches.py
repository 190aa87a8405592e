"""Where the least-squares fit of each shape starts, and the scale on which it is searched.

A search takes y and p, arrays (judgments, points) with 0 < p < 1, and gives one array (judgments,) per
parameter of the shape. Each works on y in units of the judgment's own middle and spread, starts from several
curves through some of the points, and keeps the best end.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaln, ndtri

from forecast.calendar import Floats
from forecast.elicitation import skew_normal
from forecast.elicitation.least_squares import best_of
from forecast.elicitation.shapes import (
    BETA,
    GAMMA,
    STANDARD_NORMAL,
    STANDARD_SKEW,
    STANDARD_SPLIT,
    STANDARD_T,
    Shape,
)

_STEP = 6e-6  # the cube root of machine precision: the step of a central difference
#: Beyond these a gamma or a beta is a normal to the last digit, and its functions lose theirs.
_SMALLEST_SHAPE, _LARGEST_SHAPE, _LARGEST_SUM = 1e-3, 1e13, 1e12
#: Skewness is searched up to that of alpha = 1000, next to the half-normal; a split up to 1000 to 1.
_LARGEST_ALPHA, _LARGEST_SPLIT = 1000.0, 1000.0


@dataclass(frozen=True)
class Found:
    """One array (judgments,) per parameter, and which judgments ended at an end of what was searched."""

    parameters: tuple[Floats, ...]
    at_end: NDArray[np.bool_]


Search = Callable[[Floats, Floats, float], Found]


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


def _skewed(t: Floats) -> tuple[Floats, Floats, tuple[Floats, ...]]:
    """Azzalini's centred parameters: mean 0, sd 1 and skewness, which is regular where alpha is 0."""
    alpha = skew_normal.shape_of(skew_normal.LARGEST_SKEWNESS * np.tanh(t))
    mean = math.sqrt(2 / math.pi) * alpha / np.hypot(1.0, alpha)
    return mean, np.sqrt(1 - mean**2), (alpha,)


def _reach_of(alpha: float) -> float:
    return float(np.arctanh(skew_normal.skewness(np.array(alpha)) / skew_normal.LARGEST_SKEWNESS))


def _split(t: Floats) -> tuple[Floats, Floats, tuple[Floats, ...]]:
    return np.zeros_like(t), np.ones_like(t) / 2, (expit(t),)


def _plain(t: Floats) -> tuple[Floats, Floats, tuple[Floats, ...]]:
    return np.zeros_like(t), np.ones_like(t), ()


def normal(y: Floats, p: Floats, df: float) -> Found:
    """(mean, sd)."""
    return _located(Form(STANDARD_NORMAL, _plain), y, p)


def student_t(y: Floats, p: Floats, df: float) -> Found:
    """(location, scale, df), with df as given."""
    return _located(Form(STANDARD_T, lambda t: (*_plain(t)[:2], (np.full_like(t, df),))), y, p)


def skewed(y: Floats, p: Floats, df: float) -> Found:
    """(location, scale, shape) of the skew-normal."""
    reach = _reach_of(_LARGEST_ALPHA)
    grid = tuple(s * _reach_of(a) for a in (1.0, 2.0, 4.0, 10.0, 100.0) for s in (-1, 1))
    return _located(Form(STANDARD_SKEW, _skewed, (0.0, *grid), reach), y, p)


def split(y: Floats, p: Floats, df: float) -> Found:
    """(mode, sd_below, sd_above) of the split normal."""
    grid = tuple(s * t for t in (0.5, 1.0, 2.0, 4.0) for s in (-1, 1))
    found = _located(Form(STANDARD_SPLIT, _split, (0.0, *grid), math.log(_LARGEST_SPLIT)), y, p)
    mode, scale, share = found.parameters
    return Found((mode, scale * share, scale * (1 - share)), found.at_end)


def _located(form: Form, y: Floats, p: Floats) -> Found:
    """Fit (location, scale, t): theta = (location, ln scale, t), y measured from its middle in its spread."""
    middle, spread = _middle(y, p), (y[:, -1:] - y[:, :1]) / 2
    z = (y - middle) / spread
    k = 2 if form.reach is None else 3

    def at(theta: Floats, aside: float, which: NDArray[np.intp]) -> tuple[Floats, Floats]:
        t = theta[:, 2:] + aside if k == 3 else np.zeros((len(theta), 1))
        shift, stretch, rest = form.standard(t)
        per_unit = stretch / np.exp(theta[:, 1:2])
        w = shift + per_unit * (z[which] - theta[:, :1])
        return form.shape.cdf(w, *rest), form.shape.pdf(w, *rest) * per_unit

    def model(theta: Floats, which: NDArray[np.intp]) -> tuple[Floats, Floats]:
        cdf, density = at(theta, 0.0, which)
        slopes = [-density, -density * (z[which] - theta[:, :1])]
        if k == 3:
            ahead, behind = (at(theta, aside, which)[0] for aside in (_STEP, -_STEP))
            slopes.append((ahead - behind) / (2 * _STEP))
        return cdf - p[which], np.stack(slopes, axis=-1)

    reach = form.reach or 0.0
    starts = np.concatenate([_lines(form, t, z, p) for t in form.grid])[..., :k]
    low, high = np.array([-1e12, -60.0, -reach])[:k], np.array([1e12, 60.0, reach])[:k]
    solved = best_of(model, starts, low, high)
    t = solved.theta[:, 2] if k == 3 else np.zeros(len(y))
    shift, stretch, rest = form.standard(t)
    scale = np.exp(solved.theta[:, 1]) * spread[:, 0] / stretch
    location = middle[:, 0] + spread[:, 0] * solved.theta[:, 0] - shift * scale
    return Found((location, scale, *rest), solved.at_end)


def _lines(form: Form, t: float, z: Floats, p: Floats) -> Floats:
    """Starts (starts, judgments, 3): the lines z = location + scale q through two points, and one more."""
    levels, back = np.unique(p, axis=0, return_inverse=True)
    shift, stretch, rest = form.standard(np.array([[t]]))
    q = ((form.shape.ppf(levels, *rest) - shift) / stretch)[back.reshape(-1)]
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes = np.diff(z, axis=1) / np.diff(q, axis=1)
        outer = (z[:, -1:] - z[:, :1]) / (q[:, -1:] - q[:, :1])
        # Two values with one probability between them (an empty bin) give no line of their own.
        slopes = np.where(np.isfinite(slopes) & (slopes > 0), slopes, outer)
        at = z[:, :-1] - slopes * q[:, :-1]
    slopes = np.concatenate([slopes, outer, outer], axis=1)
    ends = [z[:, :1] - outer * q[:, :1], np.mean(z - outer * q, axis=1, keepdims=True)]
    location = np.concatenate([at, *ends], axis=1)
    return np.stack([location.T, np.log(slopes).T, np.full(location.T.shape, t)], axis=-1)


def gamma(y: Floats, p: Floats, df: float) -> Found:
    """(shape, rate): theta = (ln mean, ln shape), y in units of its middle."""
    middle = _middle(y, p)
    z = y / middle

    def cdf(theta: Floats, which: NDArray[np.intp]) -> Floats:
        mean, shape = np.exp(theta[:, :1]), np.exp(theta[:, 1:])
        return GAMMA.cdf(z[which], shape, shape / mean)

    def model(theta: Floats, which: NDArray[np.intp]) -> tuple[Floats, Floats]:
        steps = np.stack([_fine(np.exp(theta[:, 1])), np.full(len(theta), _STEP)], axis=1)
        return _differenced(cdf, theta, which, steps, p)

    spread = _log_spread(np.log(z), p)
    shapes = [spread**-2 * factor for factor in (0.03, 0.1, 0.3, 1.0, 3.0)]
    shapes = [np.clip(a, _SMALLEST_SHAPE, _LARGEST_SHAPE) for a in (*shapes, _fall(np.log(z), p))]
    level = _middle(p, p)[:, 0]
    starts = [np.stack([np.log(a) - _log_quantile(a, level), np.log(a)], axis=-1) for a in shapes]
    low = np.array([-600.0, math.log(_SMALLEST_SHAPE)])
    high = np.array([600.0, math.log(_LARGEST_SHAPE)])
    solved = best_of(model, np.stack(starts), low, high)
    shape = np.exp(solved.theta[:, 1])
    return Found((shape, shape / (np.exp(solved.theta[:, 0]) * middle[:, 0])), solved.at_end)


def beta(y: Floats, p: Floats, df: float) -> Found:
    """(shape1, shape2): theta = (logit of the mean, ln of their sum)."""

    def shapes(theta: Floats) -> tuple[Floats, Floats]:
        total = np.exp(theta[..., 1:])
        return total * expit(theta[..., :1]), total * expit(-theta[..., :1])

    def cdf(theta: Floats, which: NDArray[np.intp]) -> Floats:
        return BETA.cdf(y[which], *shapes(theta))

    def model(theta: Floats, which: NDArray[np.intp]) -> tuple[Floats, Floats]:
        first, second = shapes(theta)
        steps = np.stack([_fine(first * second / (first + second))[:, 0], np.full(len(theta), _STEP)], axis=1)
        return _differenced(cdf, theta, which, steps, p)

    solved = best_of(model, _beta_starts(y, p), np.array([-60.0, -7.0]), np.array([60.0, math.log(_LARGEST_SUM)]))
    first, second = shapes(solved.theta)
    return Found((first[:, 0], second[:, 0]), solved.at_end)


def _beta_starts(y: Floats, p: Floats) -> Floats:
    """Starts (starts, judgments, 2): by the spread, by that of the log odds, by the fall at the ends."""
    z = ndtri(p)
    slope = (y[:, -1] - y[:, 0]) / (z[:, -1] - z[:, 0])
    mean = np.clip(np.mean(y - slope[:, None] * z, axis=1), y[:, 0], y[:, -1])
    odds = np.log(y) - np.log1p(-y)
    spread = _log_spread(odds, p)
    starts = []
    for m in (_middle(y, p)[:, 0], mean):
        sums = [m * (1 - m) / slope**2, *(f / (spread**2 * m * (1 - m)) for f in (0.1, 0.3, 1.0, 3.0))]
        starts += [(np.log(m) - np.log1p(-m), np.log(total)) for total in sums]
    low, high = _fall(np.log(y), p), _fall(np.log1p(-y[:, ::-1]), 1 - p[:, ::-1])
    starts.append((np.log(low) - np.log(high), np.log(low + high)))
    return np.stack([np.stack(pair, axis=-1) for pair in starts])


def _differenced(
    cdf: Callable[[Floats, NDArray[np.intp]], Floats],
    theta: Floats,
    which: NDArray[np.intp],
    steps: Floats,
    p: Floats,
) -> tuple[Floats, Floats]:
    """Residuals, and their Jacobian by central differences."""
    slopes = []
    for j in range(theta.shape[1]):
        aside = np.zeros_like(theta)
        aside[:, j] = steps[:, j]
        slopes.append((cdf(theta + aside, which) - cdf(theta - aside, which)) / (2 * steps[:, j : j + 1]))
    return cdf(theta, which) - p[which], np.stack(slopes, axis=-1)


def _fine(shape: Floats) -> Floats:
    """The step in the log (odds) of a mean: the narrower the distribution, the shorter."""
    return np.asarray(_STEP / np.sqrt(1.0 + shape))


def _middle(y: Floats, p: Floats) -> Floats:
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
