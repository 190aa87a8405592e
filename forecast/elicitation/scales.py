"""Two-parameter fits on the scale of a link: what the model reads its priors with.

Quantiles are matched through the standard normal: a stated value v at probability q puts the point
(Phi^-1(q), link(v)) on a quantile-quantile line; a straight line is a normal on the scale of the link.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from forecast.inputs.fields import Quantiles

_STANDARD = NormalDist()


@dataclass(frozen=True)
class Normal:
    """A normal distribution, on whatever scale the fitting function names."""

    mean: float
    sd: float

    @property
    def variance(self) -> float:
        """sd squared."""
        return self.sd**2


@dataclass(frozen=True)
class SplitNormal:
    """Two half-normals that meet at the median-mode ``centre`` (Wallis 2014), one sd on either side."""

    centre: float
    sd_below: float
    sd_above: float

    def widened(self, factor: float) -> SplitNormal:
        """The same centre with both sds multiplied by ``factor``."""
        return SplitNormal(self.centre, self.sd_below * factor, self.sd_above * factor)


def standard_score(level: float) -> float:
    """Phi^-1(level)."""
    return _STANDARD.inv_cdf(level)


def logit(p: float) -> float:
    """Log odds, ln(p / (1 - p))."""
    return math.log(p) - math.log1p(-p)


def normal(quantiles: Quantiles) -> Normal:
    """Least-squares line through the quantile-quantile points: value = mean + sd z.

    >>> fit = normal(Quantiles(levels=(.05, .5, .95), values=(-1.6448536, 0., 1.6448536)))
    >>> round(fit.mean, 6), round(fit.sd, 6)
    (0.0, 1.0)
    """
    return _line([standard_score(q) for q in quantiles.levels], list(quantiles.values))


def lognormal(quantiles: Quantiles) -> Normal:
    """As `normal`, for ln(value); the values must be positive."""
    return _line([standard_score(q) for q in quantiles.levels], [math.log(v) for v in quantiles.values])


def split_logit_normal(quantiles: Quantiles) -> SplitNormal:
    """A split normal on the logit of a probability, centred on the stated median.

    The sd of a side is the mean of |logit v - logit p50| / |z| over that side's stated quantiles; a side
    without a stated quantile takes the other's.
    """
    centre = logit(quantiles.p50)
    below, above = [], []
    for level, value in zip(quantiles.levels, quantiles.values, strict=True):
        z = standard_score(level)
        if level < 0.5:
            below.append((logit(value) - centre) / z)
        elif level > 0.5:
            above.append((logit(value) - centre) / z)
    sides = [sum(side) / len(side) if side else None for side in (below, above)]
    low = sides[0] if sides[0] is not None else sides[1]
    high = sides[1] if sides[1] is not None else sides[0]
    if low is None or high is None:
        raise ValueError("quantiles on at least one side of the median are needed")
    return SplitNormal(centre=centre, sd_below=low, sd_above=high)


def _line(z: list[float], value: list[float]) -> Normal:
    n = len(z)
    z_mean, v_mean = sum(z) / n, sum(value) / n
    slope = sum((a - z_mean) * (b - v_mean) for a, b in zip(z, value, strict=True)) / sum(
        (a - z_mean) ** 2 for a in z
    )
    return Normal(mean=v_mean - slope * z_mean, sd=slope)
