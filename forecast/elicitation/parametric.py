"""A member of a family, with all that can be asked of a distribution."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from forecast.calendar import Floats
from forecast.elicitation.families import FAMILIES, Family
from forecast.errors import UsageError


@dataclass(frozen=True)
class Parametric:
    """A member of a family between limits: a `Distribution`.

    Examples
    --------
    >>> half = Parametric("beta", {"shape1": 2.0, "shape2": 2.0}, lower=0, upper=10)
    >>> float(half.cdf(np.array(5.0))), float(half.ppf(np.array(0.5))), half.mean
    (0.5, 5.0, 5.0)
    """

    family: str
    parameters: Mapping[str, float]
    lower: float = -math.inf
    upper: float = math.inf

    def __post_init__(self) -> None:
        missing = [end for end in self._family.link.needs if not math.isfinite(getattr(self, end))]
        if missing:
            raise UsageError(f"{self.family} needs a finite {' and '.join(missing)} limit")
        if set(self.parameters) != set(self._family.parameters):
            raise UsageError(
                f"{self.family} has the parameters {', '.join(self._family.parameters)} "
                f"(found {', '.join(self.parameters) or 'none'})"
            )

    @property
    def _family(self) -> Family:
        return FAMILIES[self.family]

    @property
    def _values(self) -> tuple[float, ...]:
        return tuple(self.parameters[name] for name in self._family.parameters)

    @property
    def support(self) -> tuple[float, float]:
        """Between the limits that the family knows of: a lognormal has no upper end even if X has."""
        return self._family.link.ends(self.lower, self.upper)

    @property
    def mean(self) -> float:
        """E(X); infinite or NaN where there is none."""
        return self._family.moments(self._values, self.lower, self.upper)[0]

    @property
    def sd(self) -> float:
        """Standard deviation of X; infinite or NaN where there is none."""
        return self._family.moments(self._values, self.lower, self.upper)[1]

    def cdf(self, x: ArrayLike) -> Floats:
        """P(X <= x)."""
        return self._probability(x, upper_tail=False)

    def sf(self, x: ArrayLike) -> Floats:
        """P(X > x), exact where it is small."""
        return self._probability(x, upper_tail=True)

    def ppf(self, p: ArrayLike) -> Floats:
        """The value with probability p below it."""
        return self._quantile(p, upper_tail=False)

    def isf(self, q: ArrayLike) -> Floats:
        """The value with probability q above it, exact where q is small."""
        return self._quantile(q, upper_tail=True)

    def pdf(self, x: ArrayLike) -> Floats:
        """Density per unit of x; 0 outside the support."""
        x = np.asarray(x, dtype=float)
        low, high = self.support
        inside = (x > low) & (x < high)
        with np.errstate(all="ignore"):
            y = self._family.link.to(x, self.lower, self.upper)
            slope = self._family.link.slope(x, self.lower, self.upper)
            density = self._family.shape.pdf(y, *self._values) * slope
        return np.asarray(np.where(inside, density, np.where(np.isnan(x), np.nan, 0.0)))

    def _probability(self, x: ArrayLike, *, upper_tail: bool) -> Floats:
        low, high = self.support
        family, at = self._family, np.clip(np.asarray(x, dtype=float), low, high)
        function = family.shape.sf if upper_tail != family.link.falls else family.shape.cdf
        with np.errstate(all="ignore"):
            found = function(family.link.to(at, self.lower, self.upper), *self._values)
        found = np.where(at == low, float(upper_tail), np.where(at == high, float(not upper_tail), found))
        return np.asarray(found)

    def _quantile(self, p: ArrayLike, *, upper_tail: bool) -> Floats:
        family, p = self._family, np.asarray(p, dtype=float)
        function = family.shape.isf if upper_tail != family.link.falls else family.shape.ppf
        with np.errstate(all="ignore"):
            y = function(p, *self._values)
            found = family.link.back(y, self.lower, self.upper)
        low, high = self.support
        ends = (high, low) if upper_tail else (low, high)
        found = np.where(p == 0, ends[0], np.where(p == 1, ends[1], np.clip(found, low, high)))
        return np.asarray(np.where((p >= 0) & (p <= 1), found, np.nan))
