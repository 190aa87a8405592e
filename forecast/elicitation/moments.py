"""Mean and sd of X, from those of its shape or through the scale it lives on."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

#: The mean and sd of X from (parameters, lower, upper).
Moments = Callable[[tuple[float, ...], float, float], tuple[float, float]]
#: (origin, size) of X = origin + size y, from (lower, upper).
Unit = Callable[[float, float], tuple[float, float]]


def moved(of_y: Callable[..., tuple[float, float]], unit: Unit) -> Moments:
    """Moments of X = origin + size y, where ``of_y`` gives those of y from the parameters."""

    def of_x(values: tuple[float, ...], lower: float, upper: float) -> tuple[float, float]:
        origin, size = unit(lower, upper)
        mean, sd = of_y(*values)
        return origin + size * mean, abs(size) * sd

    return of_x


def as_is(lower: float, upper: float) -> tuple[float, float]:
    """X = y."""
    return 0.0, 1.0


def from_lower(lower: float, upper: float) -> tuple[float, float]:
    """X = lower + y."""
    return lower, 1.0


def from_upper(lower: float, upper: float) -> tuple[float, float]:
    """X = upper - y."""
    return upper, -1.0


def between(lower: float, upper: float) -> tuple[float, float]:
    """X = lower + (upper - lower) y."""
    return lower, upper - lower


def exp_normal(mean: float, sd: float) -> tuple[float, float]:
    """Of exp(Y), Y normal.

    >>> [round(m, 4) for m in exp_normal(0.0, 1.0)]
    [1.6487, 2.1612]
    """
    with np.errstate(over="ignore"):
        centre = float(np.exp(mean + sd**2 / 2))
        return centre, float(centre * np.sqrt(np.expm1(sd**2)))


def exp_t(location: float, scale: float, df: float) -> tuple[float, float]:
    """Of exp(Y), Y a t: there are none, its upper tail falls slower than any power."""
    return math.inf, math.inf


def expit_normal(mean: float, sd: float) -> tuple[float, float]:
    """Of 1 / (1 + exp(-Y)), Y normal: sums over a fine grid, exact to rounding for smooth integrands.

    >>> expit_normal(0.0, 2.0)[0]
    0.5
    """
    z = np.linspace(-9.0, 9.0, 4001)
    weight = np.exp(-(z**2) / 2) / np.sum(np.exp(-(z**2) / 2))
    value = np.tanh((mean + sd * z) / 2) / 2
    centre = float(weight @ value)
    return 0.5 + centre, math.sqrt(float(weight @ (value - centre) ** 2))
