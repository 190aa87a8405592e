"""The least-squares fit of each shape: on which scale its parameters are searched, and how they are bounded.

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
from scipy.special import expit

from forecast.calendar import Floats
from forecast.elicitation import skew_normal
from forecast.elicitation.least_squares import best_of
from forecast.elicitation.search_starts import (
    LARGEST_SHAPE,
    SMALLEST_SHAPE,
    Form,
    beta_starts,
    gamma_starts,
    kept,
    lines,
    middle_of,
    plain,
    steps,
)
from forecast.elicitation.shapes import (
    BETA,
    GAMMA,
    STANDARD_NORMAL,
    STANDARD_SKEW,
    STANDARD_SPLIT,
    STANDARD_T,
)

_STEP = 6e-6  # the cube root of machine precision: the step of a central difference
_LARGEST_SUM = 1e12  # of a beta's shapes: a normal to the last digit
#: Skewness is searched up to that of alpha = 1000, next to the half-normal; a split up to 1000 to 1.
_LARGEST_ALPHA, _LARGEST_SPLIT = 1000.0, 1000.0


@dataclass(frozen=True)
class Found:
    """One array (judgments,) per parameter, and which judgments ended at an end of what was searched."""

    parameters: tuple[Floats, ...]
    at_end: NDArray[np.bool_]


Search = Callable[[Floats, Floats, float], Found]


def _skewed(t: Floats) -> tuple[Floats, Floats, tuple[Floats, ...]]:
    """Azzalini's centred parameters: mean 0, sd 1 and skewness, which is regular where alpha is 0."""
    alpha = skew_normal.shape_of(skew_normal.LARGEST_SKEWNESS * np.tanh(t))
    mean = math.sqrt(2 / math.pi) * alpha / np.hypot(1.0, alpha)
    return mean, np.sqrt(1 - mean**2), (alpha,)


def _reach_of(alpha: float) -> float:
    return float(np.arctanh(skew_normal.skewness(np.array(alpha)) / skew_normal.LARGEST_SKEWNESS))


def _split(t: Floats) -> tuple[Floats, Floats, tuple[Floats, ...]]:
    return np.zeros_like(t), np.ones_like(t) / 2, (expit(t),)


def normal(y: Floats, p: Floats, df: float) -> Found:
    """(mean, sd)."""
    return _located(Form(STANDARD_NORMAL, plain), y, p)


def student_t(y: Floats, p: Floats, df: float) -> Found:
    """(location, scale, df), with df as given."""
    return _located(Form(STANDARD_T, lambda t: (*plain(t)[:2], (np.full_like(t, df),))), y, p)


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
    middle, spread = middle_of(y, p), (y[:, -1:] - y[:, :1]) / 2
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
    starts = [lines(form, t, z, p) for t in form.grid]
    if k == 2 or y.shape[1] > 3:
        starts += [steps(z, t) for t in form.grid[:3]]
    low, high = np.array([-1e12, -60.0, -reach])[:k], np.array([1e12, 60.0, reach])[:k]
    solved = best_of(model, np.concatenate(starts)[..., :k], low, high, kept=kept(y))
    t = solved.theta[:, 2] if k == 3 else np.zeros(len(y))
    shift, stretch, rest = form.standard(t)
    scale = np.exp(solved.theta[:, 1]) * spread[:, 0] / stretch
    location = middle[:, 0] + spread[:, 0] * solved.theta[:, 0] - shift * scale
    return Found((location, scale, *rest), solved.at_end)


def gamma(y: Floats, p: Floats, df: float) -> Found:
    """(shape, rate): theta = (ln mean, ln shape), y in units of its middle."""
    middle = middle_of(y, p)
    z = y / middle

    def cdf(theta: Floats, which: NDArray[np.intp]) -> Floats:
        mean, shape = np.exp(theta[:, :1]), np.exp(theta[:, 1:])
        return GAMMA.cdf(z[which], shape, shape / mean)

    def model(theta: Floats, which: NDArray[np.intp]) -> tuple[Floats, Floats]:
        steps = np.stack([_fine(np.exp(theta[:, 1])), np.full(len(theta), _STEP)], axis=1)
        return _differenced(cdf, theta, which, steps, p)

    low = np.array([-600.0, math.log(SMALLEST_SHAPE)])
    high = np.array([600.0, math.log(LARGEST_SHAPE)])
    solved = best_of(model, gamma_starts(np.log(z), p), low, high, kept=kept(y))
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

    low, high = np.array([-60.0, -7.0]), np.array([60.0, math.log(_LARGEST_SUM)])
    solved = best_of(model, beta_starts(y, p), low, high, kept=kept(y))
    first, second = shapes(solved.theta)
    return Found((first[:, 0], second[:, 0]), solved.at_end)


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
