"""Where increasing functions cross a level, for many at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from forecast.calendar import Floats

#: Steps before brackets are left as they are; halving alone closes any in fewer than this.
MOST = 220
#: The three last points, or the function there.
Points = tuple[Floats, Floats, Floats]


def crossing(f: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """Where f - a non-decreasing function of each element by itself - is 0 between ``low`` and ``high`` (N,).

    Chandrupatla's method: inverse quadratic interpolation where the last three points make it safe, halving
    elsewhere (a flat stretch, a corner). Brackets are closed to a few units in the last place. One that does
    not hold the crossing answers with the end nearer to it.

    Source: Chandrupatla (1997), Advances in Engineering Software 28(3), 145-149.

    >>> crossing(lambda x: x**3 - np.array([8., 27.]), np.zeros(2), np.full(2, 10.)).round(9).tolist()
    [2.0, 3.0]
    """
    a, b = np.array(low, dtype=float), np.array(high, dtype=float)
    at_a, at_b = f(a), f(b)
    # Where there is no change of sign the bracket is only its nearer end.
    b = np.where(at_a >= 0.0, a, b)
    a = np.where(at_b <= 0.0, b, a)
    at_a, at_b = np.where(at_b <= 0.0, at_b, at_a), np.where(at_a >= 0.0, at_a, at_b)
    part = np.full(a.shape, 0.5)
    best = a
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for _ in range(MOST):
            x = a + part * (b - a)
            at_x = f(x)
            same = (at_x < 0.0) == (at_a < 0.0)
            c, at_c = np.where(same, a, b), np.where(same, at_a, at_b)
            b, at_b = np.where(same, b, a), np.where(same, at_b, at_a)
            a, at_a = x, at_x
            best = np.where(np.abs(at_a) < np.abs(at_b), a, b)
            least = 2.0 * np.finfo(float).eps * np.abs(best) / np.abs(b - a)
            # A bracket of no width has a least of NaN or infinity: it is closed too.
            if not ((least <= 0.5) & (at_a != 0.0) & (at_b != 0.0)).any():
                break
            part = np.where(least <= 0.5, _next((a, b, c), (at_a, at_b, at_c), least), 0.5)
    return best


def _next(x: Points, f: Points, least: Floats) -> Floats:
    """How far from a to b to try next: where a parabola through all three is 0 if that is safe."""
    (a, b, c), (at_a, at_b, at_c) = x, f
    xi, phi = (a - b) / (c - b), (at_a - at_b) / (at_c - at_b)
    safe = (phi**2 < xi) & ((1.0 - phi) ** 2 < 1.0 - xi)
    step = at_a / (at_b - at_a) * at_c / (at_b - at_c)
    step += (c - a) / (b - a) * at_a / (at_c - at_a) * at_b / (at_c - at_b)
    safe &= np.isfinite(step)
    return np.where(safe, np.clip(np.where(safe, step, 0.5), least, 1.0 - least), 0.5)
