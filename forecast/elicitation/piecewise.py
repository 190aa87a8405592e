"""The piecewise-uniform reading of a judgment: straight lines through its points, and nothing else.

Among all distributions between the limits that have the stated quantiles it has the largest differential
entropy (Jaynes 1957): the probability between two values is spread evenly over them. SHELF's ``phist`` and
``qhist`` are the same reading.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from forecast.calendar import Floats
from forecast.elicitation.judgment import Judgment


@dataclass(frozen=True)
class Piecewise:
    """A `Distribution` of constant density between ``edges``, where P(X <= edge) = ``probabilities``.

    Edges increase; probabilities run from 0 to 1 and may stay equal, where nothing lies between two edges.

    Examples
    --------
    >>> halves = Piecewise((0.0, 1.0, 4.0), (0.0, 0.5, 1.0))
    >>> halves.cdf([0.5, 2.5]).tolist(), halves.ppf(0.75).item(), halves.mean
    ([0.25, 0.75], 2.5, 1.5)
    """

    edges: tuple[float, ...]
    probabilities: tuple[float, ...]

    @property
    def support(self) -> tuple[float, float]:
        """The outermost edges."""
        return self.edges[0], self.edges[-1]

    @property
    def _middles(self) -> tuple[Floats, Floats, Floats]:
        edges = np.array(self.edges)
        return edges[1:] / 2 + edges[:-1] / 2, np.diff(edges), np.diff(self.probabilities)

    @property
    def mean(self) -> float:
        """E(X)."""
        middle, _, share = self._middles
        return float(share @ middle)

    @property
    def sd(self) -> float:
        """Standard deviation of X."""
        middle, width, share = self._middles
        size = self.edges[-1] - self.edges[0]  # squares are of numbers near 1: none overflows
        apart = ((middle - self.mean) / size) ** 2 + (width / size) ** 2 / 12
        return size * math.sqrt(float(share @ apart))

    @property
    def entropy(self) -> float:
        """Differential entropy, -sum share ln(share / width), in nats."""
        _, width, share = self._middles
        full = share > 0
        return float(-np.sum(share[full] * np.log(share[full] / width[full])))

    def cdf(self, x: ArrayLike) -> Floats:
        """P(X <= x)."""
        return np.asarray(np.interp(np.asarray(x, dtype=float), self.edges, self.probabilities))

    def sf(self, x: ArrayLike) -> Floats:
        """P(X > x)."""
        return 1.0 - self.cdf(x)

    def ppf(self, p: ArrayLike) -> Floats:
        """The least value with probability p up to it."""
        p = np.asarray(p, dtype=float)
        edges, level = np.array(self.edges), np.array(self.probabilities)
        right = np.clip(np.searchsorted(level, p, side="left"), 1, len(level) - 1)
        low, high = level[right - 1], level[right]
        # A level reached already at the left edge (p = 0) leaves nothing to divide by.
        part = np.where(high > low, (p - low) / np.where(high > low, high - low, 1.0), 0.0)
        found = edges[right - 1] + part * (edges[right] - edges[right - 1])
        return np.asarray(np.where((p >= 0) & (p <= 1), np.where(p == high, edges[right], found), np.nan))

    def isf(self, q: ArrayLike) -> Floats:
        """The least value with at most probability q above it."""
        return self.ppf(1.0 - np.asarray(q, dtype=float))

    def pdf(self, x: ArrayLike) -> Floats:
        """Density per unit of x, that of the interval to the right of an edge."""
        x = np.asarray(x, dtype=float)
        _, width, share = self._middles
        at = np.searchsorted(self.edges, x, side="right") - 1
        inside = (at >= 0) & (at < len(width))
        with np.errstate(over="ignore"):
            density = share / width
        return np.asarray(np.where(inside, density[np.clip(at, 0, len(width) - 1)], 0.0))


def lacks(judgment: Judgment) -> tuple[str, ...]:
    """The ends that neither a limit nor a stated P = 0 or P = 1 gives."""
    ends = (
        ("lower", judgment.lower, judgment.probabilities[0] == 0.0),
        ("upper", judgment.upper, judgment.probabilities[-1] == 1.0),
    )
    return tuple(name for name, limit, stated in ends if not (math.isfinite(limit) or stated))


def piecewise(judgment: Judgment) -> Piecewise:
    """Through the stated points, from where P = 0 to where P = 1: as stated, else the limits."""
    pairs = list(zip(judgment.values, judgment.probabilities, strict=True))
    zero = [value for value, p in pairs if p == 0.0]
    one = [value for value, p in pairs if p == 1.0]
    start, end = zero[-1] if zero else judgment.lower, one[0] if one else judgment.upper
    inner = judgment.inner
    return Piecewise((start, *(v for v, _ in inner), end), (0.0, *(p for _, p in inner), 1.0))
