"""A distribution whose CDF at each value is a rule of the experts' CDFs there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution
from forecast.pooling.moments import of_cdf, of_mixture
from forecast.pooling.solving import crossing


@dataclass(frozen=True)
class Combine:
    """A rule at one value.

    ``pooled`` takes the experts' probabilities of lying below and above (E, N each) and shares (E,) to the
    pooled CDF (N,); ``slope`` takes their densities (E, N) too and gives the pooled one; ``inner`` takes the
    pooled level back to the one that lies between the experts' own (itself, unless the rule sharpens). Rules
    that do not read probabilities above (not ``needs_above``) may be given any.
    """

    pooled: Callable[[Floats, Floats, Floats], Floats]
    slope: Callable[[Floats, Floats, Floats, Floats], Floats]
    inner: Callable[[Floats], Floats]
    is_mixture: bool = False
    needs_above: bool = False


@dataclass(frozen=True)
class Pointwise:
    """E distributions with shares (E,) that sum to one, combined at every value."""

    said: Sequence[Distribution]
    share: Floats
    combine: Combine

    @property
    def support(self) -> tuple[float, float]:
        """From where the rule leaves 0 to where it reaches 1, once some of the experts do.

        The widest of theirs for a mean, the narrowest for odds, between for a median.
        """
        low, high = np.sort(np.array([one.support for one in self.said]), axis=0).T
        begun = np.array([np.where(one.support[0] <= low, 0.5, 0.0) for one in self.said])
        ended = np.array([np.where(one.support[1] <= high, 1.0, 0.5) for one in self.said])
        leaves = self.combine.pooled(begun, 1.0 - begun, self.share) > _ROUNDING
        reaches = self.combine.pooled(ended, 1.0 - ended, self.share) >= 1.0 - _ROUNDING
        return float(low[np.argmax(leaves)]), float(high[np.argmax(reaches)])

    def cdf(self, x: Floats) -> Floats:
        """The rule applied to the experts' CDFs at x."""
        at = np.asarray(x, dtype=float)
        pooled = self.combine.pooled(*self._sides(at.ravel()), self.share)
        return np.asarray(np.clip(pooled, 0.0, 1.0).reshape(at.shape))

    def pdf(self, x: Floats) -> Floats:
        """The derivative of the rule at x."""
        at = np.asarray(x, dtype=float)
        flat = at.ravel()
        density = np.array([one.pdf(flat) for one in self.said])
        return np.asarray(self.combine.slope(*self._sides(flat), density, self.share).reshape(at.shape))

    def ppf(self, p: Floats) -> Floats:
        """Solved between the experts' own quantiles; NaN outside [0, 1]."""
        asked = np.asarray(p, dtype=float)
        wanted = asked.ravel()
        inner = self.combine.inner(wanted)
        theirs = np.array([one.ppf(inner) for one in self.said])
        low, high = theirs.min(axis=0), theirs.max(axis=0)
        found = np.where(wanted == 0.0, self.support[0], np.where(wanted == 1.0, self.support[1], low))
        found = np.where((wanted >= 0.0) & (wanted <= 1.0), found, np.nan)
        open_ = (low < high) & np.isfinite(low) & np.isfinite(high) & (wanted > 0.0) & (wanted < 1.0)
        if open_.any():
            level = wanted[open_]
            found[open_] = crossing(lambda x: self.cdf(x) - level, low[open_], high[open_])
        return np.asarray(found.reshape(asked.shape))

    @property
    def mean(self) -> float:
        """The mean; infinite or NaN where a member has none."""
        return self._moments[0]

    @property
    def sd(self) -> float:
        """The standard deviation, likewise."""
        return self._moments[1]

    @cached_property
    def _moments(self) -> tuple[float, float]:
        if self.combine.is_mixture:
            return of_mixture(self.said, self.share)
        return of_cdf(self, self.said)

    def _sides(self, x: Floats) -> tuple[Floats, Floats]:
        """P(X <= x) and P(X > x) of each, the second without cancellation where it can be had so."""
        below = np.array([one.cdf(x) for one in self.said])
        if not self.combine.needs_above:
            return below, below
        return below, np.array([_above(one, x, b) for one, b in zip(self.said, below, strict=True)])


def contradict(said: Sequence[Distribution]) -> bool:
    """Whether there is a value that somebody certainly stays below and another certainly lies above."""
    ends = np.array([one.ppf(np.array([_SURE, 1.0 - _SURE])) for one in said])
    low, high = float(ends[:, 1].min()), float(ends[:, 0].max())
    if not low < high:
        return False
    between = np.linspace(low, high, 11)
    below = np.array([one.cdf(between) for one in said])
    above = np.array([_above(one, between, b) for one, b in zip(said, below, strict=True)])
    return bool(((below == 0.0).any(axis=0) & (above == 0.0).any(axis=0)).any())


def _above(one: Distribution, x: Floats, below: Floats) -> Floats:
    """P(X > x), by the distribution's own tail where 1 - F would lose digits."""
    above = 1.0 - below
    tail, is_high = getattr(one, "sf", None), below > _HIGH
    if tail is not None and is_high.any():
        above[is_high] = tail(x[is_high])
    return above


#: Nearly certain: where one's values end before another's begin, to this, certainty is looked for between.
_SURE = 1e-15
#: Sums of shares have such errors.
_ROUNDING = 1e-14
#: Up to here 1 - F loses no more than two digits.
_HIGH = 0.99
