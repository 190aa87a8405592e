"""The decision maker of one item: a weighted mixture of experts' piecewise-uniform distributions.

Each expert's probabilities between quantiles are spread evenly over the item's background scale (log-uniform
for a log item), from the lower to the upper end of the intrinsic range; the decision maker is their linear
pool. Source: Cooke (1991), ch. 12.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats

#: A cumulative probability this near a knot's is the knot's: a mixture of one expert has their own quantiles.
ROUNDING = 1e-12


def knots(values: Floats, lower: Floats, upper: Floats) -> Floats:
    """(E, I, Q) within (I,) ranges -> (I, E Q + 2): where anybody's density changes, in order."""
    count = values.shape[1]
    inner = values.transpose(1, 0, 2).reshape(count, -1)
    inner = np.where(np.isnan(inner), upper[:, None], inner)
    return np.sort(np.concatenate([lower[:, None], inner, upper[:, None]], axis=1), axis=1)


def cumulative(values: Floats, lower: Floats, upper: Floats, masses: Floats, at: Floats) -> Floats:
    """P(X <= at) of each expert: (E, I, Q) and (I, G) -> (I, E, G).

    Where there was no answer, that of the background measure stands in; its weight is to be 0.
    """
    experts, items, _ = values.shape
    even = lower[:, None] + (upper - lower)[:, None] * np.cumsum(masses)[:-1]
    ends = [np.broadcast_to(end[None, :, None], (experts, items, 1)) for end in (lower, upper)]
    said = np.where(np.isnan(values), even, values)
    edges = np.concatenate([ends[0], said, ends[1]], axis=-1).transpose(1, 0, 2)
    total = np.zeros((items, experts, at.shape[1]))
    for b, mass in enumerate(masses):
        low, high = edges[..., b, None], edges[..., b + 1, None]
        total += mass * np.clip((at[:, None, :] - low) / (high - low), 0.0, 1.0)
    return total


def quantiles(cumulated: Floats, at: Floats, levels: tuple[float, ...]) -> Floats:
    """Invert mixtures' distribution functions: (I, A, G) at knots (I, G) -> (I, A, Q).

    Between knots the functions are straight lines. A mixture without any weight, which stays at 0, has NaN.
    """
    items, alternatives, size = cumulated.shape
    found = np.empty((items, alternatives, len(levels)))
    row = np.arange(items)[:, None]
    for q, p in enumerate(levels):
        above = np.minimum((cumulated < p - ROUNDING).sum(axis=-1), size - 1)
        below = np.maximum(above - 1, 0)
        f1 = np.take_along_axis(cumulated, above[..., None], axis=-1)[..., 0]
        f0 = np.take_along_axis(cumulated, below[..., None], axis=-1)[..., 0]
        x1, x0 = at[row, above], at[row, below]
        rise = np.where(f1 > f0, f1 - f0, 1.0)
        between = x0 + (x1 - x0) * (p - f0) / rise
        found[..., q] = np.where(np.abs(f1 - p) <= ROUNDING, x1, between)
    empty = ~(cumulated[..., -1] > 0.5)
    found[empty] = np.nan
    return found


@dataclass(frozen=True, eq=False)
class Mixture:
    """A piecewise-uniform (or log-uniform) distribution by its knots: a ``Distribution``.

    ``edges`` (G,) strictly increasing, on the background scale; ``heights`` (G,), P(X <= edge), from 0 to 1.

    >>> even = Mixture(np.array([0., 10.]), np.array([0., 1.]), is_log=False)
    >>> even.ppf(np.array([.25])).tolist(), even.pdf(np.array([3., 11.])).tolist()
    ([2.5], [0.1, 0.0])
    """

    edges: Floats
    heights: Floats
    is_log: bool

    @property
    def support(self) -> tuple[float, float]:
        """The intrinsic range, in the item's unit."""
        low, high = self._unscaled(self.edges[[0, -1]])
        return float(low), float(high)

    def cdf(self, x: Floats) -> Floats:
        """P(X <= x)."""
        found: Floats = np.interp(self._scaled(x), self.edges, self.heights)
        return found

    def ppf(self, p: Floats) -> Floats:
        """The value with probability p below it."""
        return self._unscaled(np.interp(p, self.heights, self.edges))

    def pdf(self, x: Floats) -> Floats:
        """Density per unit of x; at an edge, that of the bin below it."""
        at = self._scaled(x)
        slopes = np.diff(self.heights) / np.diff(self.edges)
        bin_of = np.clip(np.searchsorted(self.edges, at, side="left") - 1, 0, len(slopes) - 1)
        inside = (at >= self.edges[0]) & (at <= self.edges[-1])
        per_unit = 1.0 / np.where(inside, x, 1.0) if self.is_log else 1.0
        density: Floats = np.where(inside, slopes[bin_of], 0.0) * per_unit
        return density

    def _scaled(self, x: Floats) -> Floats:
        x = np.asarray(x, dtype=float)
        if not self.is_log:
            return x
        scaled: Floats = np.log(np.where(x > 0, x, 1.0))
        return np.where(x > 0, scaled, -np.inf)

    def _unscaled(self, x: Floats) -> Floats:
        back: Floats = np.exp(x) if self.is_log else x
        return back


def mixture(
    values: Floats, ends: tuple[float, float], masses: Floats, weights: Floats, *, is_log: bool
) -> Mixture:
    """The mixture of (E, Q) quantiles within an intrinsic range; experts of weight 0 leave no knot."""
    use = weights > 0
    lower, upper = (np.array([end]) for end in ends)
    said = values[use][:, None, :]
    edges = np.unique(knots(said, lower, upper))
    by_expert = cumulative(said, lower, upper, masses, edges[None])[0]
    heights = np.clip((weights[use] / weights[use].sum()) @ by_expert, 0.0, 1.0)
    heights[0], heights[-1] = 0.0, 1.0
    return Mixture(edges, heights, is_log)
