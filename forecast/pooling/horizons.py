"""Stated probabilities carried from the window they were stated for to one horizon.

Two ways out of a state are competing risks. Of a source only its two probabilities and its window are
known; a constant total hazard that shares itself out as they do is the least that fits both:

    Lam = -ln(1 - p_1 - p_2) / H,   F_k(T) = p_k / (p_1 + p_2) (1 - exp(-Lam T))

Source: cumulative incidence under competing risks, Kalbfleisch and Prentice (2002), section 8.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecast.elicitation import SplitNormal, standard_score

#: The two probabilities are read as summing to no more than this.
MOST = 1 - 1e-6


def carried(p: Sequence[float], *, stated_years: float, years: float) -> tuple[float, ...]:
    """Probabilities of each way out within ``stated_years``, as they are within ``years``.

    At the stated window they are what they were, where their sum is at most `MOST`.

    >>> [round(f, 6) for f in carried((0.1, 0.3), stated_years=10, years=10)]
    [0.1, 0.3]
    >>> [round(f, 6) for f in carried((0.1, 0.3), stated_years=10, years=20)]
    [0.16, 0.48]
    """
    both = min(p[0] + p[1], MOST)
    hazard = -np.log1p(-both) / stated_years
    return tuple(float(each / (p[0] + p[1]) * -np.expm1(-hazard * years)) for each in p)


@dataclass(frozen=True)
class Curve:
    """A source's two stated distributions as quantile functions on the logit, and its window in years.

    ``centre``, ``below``, ``above``: logit of the median and the sds on either side, of each way out.
    """

    centre: tuple[float, float]
    below: tuple[float, float]
    above: tuple[float, float]
    years: float

    @classmethod
    def of(cls, first: SplitNormal, second: SplitNormal, *, years: float) -> Curve:
        """From the split normals of the two probabilities, both stated for ``years``."""
        return cls(
            centre=(first.centre, second.centre),
            below=(first.sd_below, second.sd_below),
            above=(first.sd_above, second.sd_above),
            years=years,
        )

    def at(self, channel: int, level: float, years: float) -> float:
        """F_k after ``years``, with both stated probabilities at their quantile of this ``level``."""
        z = standard_score(level)
        side = self.below if z < 0 else self.above
        p = [1 / (1 + np.exp(-(c + s * z))) for c, s in zip(self.centre, side, strict=True)]
        return carried(p, stated_years=self.years, years=years)[channel]

    def one(self, channel: int, level: float, years: float) -> float:
        """F_k after ``years``, with this way out at its quantile and the other at its median.

        Of one way out by itself: after the stated window its quantiles are what was stated, and they increase
        after any. Where the two sum to over one, the other gives way.
        """
        z = standard_score(level)
        side = self.below if z < 0 else self.above
        mine = 1 / (1 + np.exp(-(self.centre[channel] + side[channel] * z)))
        other = 1 / (1 + np.exp(-self.centre[1 - channel]))
        pair = (mine, max(min(other, MOST - mine), 1e-12))
        return carried(pair, stated_years=self.years, years=years)[0]
