"""Where increasing functions cross a level, for many at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from forecast.calendar import Floats

#: Steps of false position before a bracket is only halved, and in all.
STEPS, MOST = 60, 220


def crossing(f: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """Where f - a non-decreasing function of each element by itself - is 0 between ``low`` and ``high`` (N,).

    False position with the Illinois rule, which halves the value kept at an end that does not move; then
    bisection for what is left (a flat stretch, a corner). Brackets are closed to a few units in the last
    place. A bracket that does not hold the crossing answers with the end nearer to it.

    >>> crossing(lambda x: x**3 - np.array([8., 27.]), np.zeros(2), np.full(2, 10.)).round(9).tolist()
    [2.0, 3.0]
    """
    low, high = np.array(low, dtype=float), np.array(high, dtype=float)
    at_low, at_high = f(low), f(high)
    low = np.where(at_high <= 0.0, high, low)
    high = np.where(at_low >= 0.0, np.minimum(low, high), high)
    kept_low, kept_high = at_low.copy(), at_high.copy()
    side = np.zeros(low.shape, dtype=int)
    for step in range(MOST):
        width = high - low
        if not (width > 4.0 * np.finfo(float).eps * np.maximum(np.abs(low), np.abs(high))).any():
            break
        middle = low + width / 2
        if step < STEPS and step % 3 < 2:
            gap = kept_high - kept_low
            with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
                guess = low - kept_low * width / gap
            middle = np.where((gap > 0) & (guess > low) & (guess < high), guess, middle)
        value = f(middle)
        below = value < 0.0
        exact = value == 0.0
        kept_high = np.where(below, np.where(side < 0, kept_high / 2, kept_high), value)
        kept_low = np.where(below, value, np.where(side > 0, kept_low / 2, kept_low))
        low = np.where(below | exact, middle, low)
        high = np.where(below, high, middle)
        side = np.where(below, -1, 1)
    return low + (high - low) / 2
