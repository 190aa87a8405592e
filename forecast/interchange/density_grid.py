"""A density as points on a grid, for programs that take no other form of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution
from forecast.errors import UsageError

#: Points of a grid, the most of them, and what the CDF may be off by before more are taken.
POINTS, MOST, CLOSE = 201, 1601, 1e-4
#: Standard scores of the outermost points: one in a million lies beyond either.
REACH = 4.75


@dataclass(frozen=True)
class Grid:
    """X = centre + scale Z, where Z has a density with straight lines between points, 0 outside them.

    ``scale`` is the distance between the quartiles, so that densities are near 1 whatever the units of X;
    ``error`` the most that the CDF differs from that of the distribution it stands for.
    """

    centre: float
    scale: float
    z: tuple[float, ...]
    density: tuple[float, ...]
    error: float


def on_grid(distribution: Distribution) -> Grid:
    """The density at quantiles evenly spaced in standard scores, dense enough for a CDF within `CLOSE`.

    A density that jumps (piecewise-uniform ones pooled) may miss that with the most points; ``error`` says by
    how much.

    Raises
    ------
    UsageError
        For a distribution without spread.
    """
    low, centre, high = (float(q) for q in distribution.ppf(np.array([0.25, 0.5, 0.75])))
    if not high > low:
        raise UsageError(f"half of the distribution lies at {centre:g}: it has no density to write")
    points = POINTS
    while True:
        found = _grid(distribution, centre, high - low, points)
        if found.error <= CLOSE or 2 * points - 1 > MOST:
            return found
        points = 2 * points - 1


def _grid(distribution: Distribution, centre: float, scale: float, points: int) -> Grid:
    x = np.unique(distribution.ppf(ndtr(np.linspace(-REACH, REACH, points))))
    x = x[np.isfinite(x)]
    z = (x - centre) / scale
    z, first = np.unique(z, return_index=True)
    density = np.asarray(distribution.pdf(x[first])) * scale
    kept = np.isfinite(density)
    z, density = z[kept], density[kept]
    between = (z[1:] + z[:-1]) / 2
    truth = np.asarray(distribution.cdf(centre + scale * np.concatenate([z, between])))
    error = float(np.max(np.abs(_cdf(z, density) - truth)))
    return Grid(centre, scale, tuple(z.tolist()), tuple(density.tolist()), error)


def _cdf(z: Floats, density: Floats) -> Floats:
    """The CDF of straight lines, at the points and midway between them."""
    width = np.diff(z)
    pieces = width * (density[1:] + density[:-1]) / 2
    at = np.concatenate([[0.0], np.cumsum(pieces)])
    midway = at[:-1] + width * (3 * density[:-1] + density[1:]) / 8
    return np.asarray(np.concatenate([at, midway]) / at[-1])
