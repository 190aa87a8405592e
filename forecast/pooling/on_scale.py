"""What the model reads quantiles as: a split normal on the scale of a link, as a distribution."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from forecast.calendar import Floats
from forecast.elicitation import Normal, SplitNormal
from forecast.elicitation.scale_links import IDENTITY, LOG_ABOVE, LOGIT, Link

Scale = Literal["logit", "log", "identity"]
#: Each scale's link, and the limits of what it is the scale of.
SCALES: Mapping[Scale, tuple[Link, float, float]] = MappingProxyType(
    {
        "logit": (LOGIT, 0.0, 1.0),
        "log": (LOG_ABOVE, 0.0, math.inf),
        "identity": (IDENTITY, -math.inf, math.inf),
    }
)


@dataclass(frozen=True)
class OnScale:
    """X with link(X) = centre + sd_side z, z standard normal and the sd that of z's side.

    ``centre`` is the link of the median: half of X lies on either side of it, whatever the sds. (The
    two-piece normal of Wallis 2014, whose density has no step, has more on its wider side; stated quantiles
    are read by this one, so that the median stays the stated median.) A `Distribution` of X.

    Examples
    --------
    >>> said = OnScale("logit", centre=0.0, sd_below=0.5, sd_above=1.0)
    >>> said.ppf(np.array([0.05, 0.5, 0.95])).round(4).tolist()
    [0.3052, 0.5, 0.8382]
    """

    scale: Scale
    centre: float
    sd_below: float
    sd_above: float

    @classmethod
    def of(cls, fit: SplitNormal | Normal, scale: Scale, *, widened: float = 1.0) -> OnScale:
        """From a fit on the scale, its sds multiplied by ``widened``."""
        if isinstance(fit, Normal):
            return cls(scale, fit.mean, fit.sd * widened, fit.sd * widened)
        return cls(scale, fit.centre, fit.sd_below * widened, fit.sd_above * widened)

    @property
    def support(self) -> tuple[float, float]:
        """The limits of what the scale is for."""
        _, lower, upper = SCALES[self.scale]
        return lower, upper

    def cdf(self, x: Floats) -> Floats:
        """P(X <= x)."""
        inside, z, _ = self._scored(x)
        lower, _ = self.support
        return np.where(inside, ndtr(z), np.where(np.asarray(x) <= lower, 0.0, 1.0))

    def sf(self, x: Floats) -> Floats:
        """P(X > x), exact where it is small."""
        inside, z, _ = self._scored(x)
        lower, _ = self.support
        return np.where(inside, ndtr(-z), np.where(np.asarray(x) <= lower, 1.0, 0.0))

    def ppf(self, p: Floats) -> Floats:
        """The value with probability p below it; NaN outside [0, 1]."""
        link, lower, upper = SCALES[self.scale]
        z = ndtri(np.asarray(p, dtype=np.float64))
        return np.asarray(link.back(self.centre + z * self._side(z), lower, upper))

    def pdf(self, x: Floats) -> Floats:
        """Density per unit of x; it steps at the median where the sds differ."""
        link, lower, upper = SCALES[self.scale]
        inside, z, safe = self._scored(x)
        density = np.exp(-0.5 * z**2) / (math.sqrt(2 * math.pi) * self._side(z))
        return np.where(inside, density * link.slope(safe, lower, upper), 0.0)

    def _side(self, z: Floats) -> Floats:
        return np.where(z < 0, self.sd_below, self.sd_above)

    def _scored(self, x: Floats) -> tuple[NDArray[np.bool_], Floats, Floats]:
        """Which x are inside the support, their standard scores, and x with the others at the median."""
        link, lower, upper = SCALES[self.scale]
        x = np.asarray(x, dtype=np.float64)
        # NaN counts as inside, so that it stays NaN.
        inside = ~((x <= lower) | (x >= upper))
        safe = np.where(inside, x, link.back(np.asarray(self.centre), lower, upper))
        gap = link.to(safe, lower, upper) - self.centre
        return inside, gap / self._side(gap), safe


def widened(quantiles: Mapping[float, float], scale: Scale, factor: float) -> dict[float, float]:
    """Quantiles {level: value} drawn apart around their median (level .5) by ``factor``, on a scale.

    >>> widened({0.05: 0.5, 0.5: 1.0, 0.95: 2.0}, "log", 2.0)
    {0.05: 0.25, 0.5: 1.0, 0.95: 4.0}
    """
    if factor == 1.0:
        return dict(quantiles)
    link, lower, upper = SCALES[scale]
    at = {level: float(link.to(np.asarray(value), lower, upper)) for level, value in quantiles.items()}
    apart = {level: at[0.5] + factor * (y - at[0.5]) for level, y in at.items()}
    return {level: float(link.back(np.asarray(y), lower, upper)) for level, y in apart.items()} | {
        0.5: quantiles[0.5]
    }
