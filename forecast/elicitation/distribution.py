"""What fitted, pooled and piecewise distributions have in common."""

from __future__ import annotations

from typing import Protocol

from forecast.calendar import Floats


class Distribution(Protocol):
    """A distribution of one real quantity.

    ``x`` is in its units, ``p`` in [0, 1]; both of any shape, and answered in that shape.
    """

    @property
    def support(self) -> tuple[float, float]:
        """The ends of where the density is not zero; infinite where there is none."""
        ...

    def cdf(self, x: Floats) -> Floats:
        """P(X <= x)."""
        ...

    def ppf(self, p: Floats) -> Floats:
        """The value with probability p below it."""
        ...

    def pdf(self, x: Floats) -> Floats:
        """Density per unit of x."""
        ...
