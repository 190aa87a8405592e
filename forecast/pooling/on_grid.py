"""A distribution known by its density on a grid of a link's scale."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from forecast.calendar import Floats
from forecast.pooling.on_scale import SCALES, Scale


@dataclass(frozen=True)
class OnGrid:
    """X with the density ``density`` (N,) of link(X) at ``theta`` (N,), linear between: a `Distribution`.

    Beyond the grid nothing lies.
    """

    scale: Scale
    theta: Floats
    density: Floats
    _below: Floats = field(init=False, repr=False)

    def __post_init__(self) -> None:
        mass = 0.5 * (self.density[1:] + self.density[:-1]) * np.diff(self.theta)
        below = np.concatenate([[0.0], np.cumsum(mass)])
        object.__setattr__(self, "_below", below / below[-1])

    @property
    def support(self) -> tuple[float, float]:
        """The limits of what the scale is for."""
        _, lower, upper = SCALES[self.scale]
        return lower, upper

    @property
    def mean(self) -> float:
        """E(X); where the log of X has heavy tails, that of what lies on the grid."""
        return self._expected(self._values)

    @property
    def sd(self) -> float:
        """Standard deviation of X."""
        return math.sqrt(self._expected((self._values - self.mean) ** 2))

    def cdf(self, x: Floats) -> Floats:
        """P(X <= x)."""
        link, lower, upper = SCALES[self.scale]
        x = np.asarray(x, dtype=np.float64)
        with np.errstate(divide="ignore"):
            at = link.to(np.clip(x, lower, upper), lower, upper)
        return np.asarray(np.interp(at, self.theta, self._below))

    def ppf(self, p: Floats) -> Floats:
        """The value with probability p below it; NaN outside [0, 1]."""
        link, lower, upper = SCALES[self.scale]
        p = np.asarray(p, dtype=np.float64)
        theta = np.interp(p, self._below, self.theta)
        return np.asarray(np.where((p >= 0) & (p <= 1), link.back(theta, lower, upper), np.nan))

    def pdf(self, x: Floats) -> Floats:
        """Density per unit of x."""
        link, lower, upper = SCALES[self.scale]
        x = np.asarray(x, dtype=np.float64)
        inside = (x > lower) & (x < upper)
        safe = np.where(inside, x, self._values[0])
        at = np.interp(link.to(safe, lower, upper), self.theta, self.density, left=0.0, right=0.0)
        return np.where(inside, at * link.slope(safe, lower, upper), 0.0)

    @property
    def _values(self) -> Floats:
        link, lower, upper = SCALES[self.scale]
        return np.asarray(link.back(self.theta, lower, upper))

    def _expected(self, of: Floats) -> float:
        return float(np.trapezoid(of * self.density, self.theta))
