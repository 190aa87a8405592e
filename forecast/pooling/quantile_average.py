"""The average of several experts' quantiles at each probability (Vincent's average)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution
from forecast.pooling.moments import of_averaged_quantiles
from forecast.pooling.solving import crossing


@dataclass(frozen=True)
class QuantileAverage:
    """F^-1(u) = sum w_e F_e^-1(u), for E distributions with shares (E,) that sum to one.

    Source: Lichtendahl, Grushka-Cockayne and Winkler (2013), Management Science 59(7), 1594-1611.
    """

    said: Sequence[Distribution]
    share: Floats

    @property
    def support(self) -> tuple[float, float]:
        """The averages of the ends."""
        low, high = np.array([one.support for one in self.said]).T
        return float(self.share @ low), float(self.share @ high)

    def ppf(self, p: Floats) -> Floats:
        """The average of the quantiles."""
        asked = np.asarray(p, dtype=float)
        return np.asarray(sum(w * one.ppf(asked) for w, one in zip(self.share, self.said, strict=True)))

    def cdf(self, x: Floats) -> Floats:
        """Solved between the experts' own probabilities of lying below x, from 1e-100 within the ends."""
        at = np.asarray(x, dtype=float)
        flat = at.ravel()
        theirs = np.array([one.cdf(flat) for one in self.said])
        low, high = theirs.min(axis=0), theirs.max(axis=0)
        below, above = flat <= self.support[0], flat >= self.support[1]
        found = np.where(below, 0.0, np.where(above, 1.0, low))
        open_ = (low < high) & ~below & ~above
        if open_.any():
            target = flat[open_]
            found[open_] = crossing(
                lambda p: self.ppf(p) - target, np.maximum(low[open_], _LEAST), np.minimum(high[open_], _MOST)
            )
        return np.asarray(found.reshape(at.shape))

    def pdf(self, x: Floats) -> Floats:
        """1 / sum w_e / f_e(F_e^-1(u)) at u = F(x); 0 beyond the ends, NaN at NaN."""
        at = np.asarray(x, dtype=float)
        p = self.cdf(at)
        inside = (p > 0.0) & (p < 1.0)
        level = np.where(inside, p, 0.5)
        with np.errstate(divide="ignore"):
            slope = sum(
                w / np.asarray(one.pdf(one.ppf(level))) for w, one in zip(self.share, self.said, strict=True)
            )
        return np.asarray(np.where(inside, 1.0 / np.asarray(slope), np.where(np.isnan(p), np.nan, 0.0)))

    @property
    def mean(self) -> float:
        """The mean of the means; infinite or NaN where a member has none."""
        return self._moments[0]

    @property
    def sd(self) -> float:
        """The standard deviation; NaN where a member has none."""
        return self._moments[1]

    @cached_property
    def _moments(self) -> tuple[float, float]:
        return of_averaged_quantiles(self, self.said, self.share)


#: Levels between which a probability is looked for: below the first SciPy's quantiles of t go wrong, above
#: the second there is no float but 1.
_LEAST, _MOST = 1e-100, 1.0 - 2.0**-53
