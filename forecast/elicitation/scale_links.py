"""From the quantity to the scale of its shape: as it is, from a limit, in logs, between limits."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from forecast.calendar import Floats

Limit = float | Floats
#: Arguments are (x or y, lower, upper), which broadcast together.
Map = Callable[[Floats, Limit, Limit], Floats]


@dataclass(frozen=True)
class Link:
    """y = to(x), x = back(y), and |dy/dx|; ``falls`` where y falls as x rises.

    ``needs`` names the limits that must be finite, which are also the ends of the support.
    """

    to: Map
    back: Map
    slope: Map
    needs: tuple[str, ...] = ()
    falls: bool = False

    def ends(self, lower: float, upper: float) -> tuple[float, float]:
        """The support of X."""
        return (
            lower if "lower" in self.needs else -math.inf,
            upper if "upper" in self.needs else math.inf,
        )


def _between(y: Floats, low: Limit, high: Limit) -> Floats:
    # Measured from the nearer limit, so that what is close to one is not rounded onto it.
    return np.asarray(
        np.where(y < 0, low + (high - low) * expit(y), high - (high - low) * expit(-np.asarray(y)))
    )


IDENTITY = Link(lambda x, low, high: x, lambda y, low, high: y, lambda x, low, high: np.ones_like(x))
ABOVE = Link(
    lambda x, low, high: x - low,
    lambda y, low, high: low + y,
    lambda x, low, high: np.ones_like(x),
    needs=("lower",),
)
LOG_ABOVE = Link(
    lambda x, low, high: np.log(x - low),
    lambda y, low, high: low + np.exp(y),
    lambda x, low, high: 1 / (x - low),
    needs=("lower",),
)
BELOW = Link(
    lambda x, low, high: high - x,
    lambda y, low, high: high - y,
    lambda x, low, high: np.ones_like(x),
    needs=("upper",),
    falls=True,
)
LOG_BELOW = Link(
    lambda x, low, high: np.log(high - x),
    lambda y, low, high: high - np.exp(y),
    lambda x, low, high: 1 / (high - x),
    needs=("upper",),
    falls=True,
)
UNIT = Link(
    lambda x, low, high: (x - low) / (high - low),
    lambda y, low, high: low + (high - low) * y,
    lambda x, low, high: np.broadcast_to(1 / (high - low), np.shape(x)),
    needs=("lower", "upper"),
)
LOGIT = Link(
    lambda x, low, high: np.log(x - low) - np.log(high - x),
    _between,
    lambda x, low, high: (high - low) / ((x - low) * (high - x)),
    needs=("lower", "upper"),
)
