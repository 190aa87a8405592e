"""Constraints on stated probabilities, as functions of their log odds that are not negative where they hold.

A constraint over few cells has a value and a gradient, so that the nearest point at which all hold can be
found; one that holds in either of two ways lists both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from forecast.calendar import Floats

#: Slack that is rounding of the machine, not of a person.
EXACT = 1e-9
#: The law of total probability as an equation is held to within this, in log odds: 5.0% against 5.5%.
#: Numbers that people round to one or two figures satisfy no equation exactly.
MIXTURE_TOLERANCE = 0.1


class Slack(Protocol):
    """A constraint on some log odds: it holds where ``value`` is at least 0."""

    def value(self, z: Floats) -> float:
        """How far the constraint is from failing, at log odds ``z`` (one each cell)."""
        ...

    def gradient(self, z: Floats) -> Floats:
        """d value / d z."""
        ...


@dataclass(frozen=True)
class Linear:
    """``coefficients . z <= 0``.

    p <= q is z_p - z_q <= 0; p + q <= 1 is z_p + z_q <= 0, since logit(1 - q) = -logit(q).
    """

    coefficients: tuple[float, ...]

    def value(self, z: Floats) -> float:
        """-coefficients . z."""
        return -float(np.dot(self.coefficients, z))

    def gradient(self, z: Floats) -> Floats:
        """-coefficients."""
        return -np.array(self.coefficients, dtype=np.float64)


@dataclass(frozen=True)
class Joint:
    """P(A) >= P(X) P(A | X), for A or its complement and X or its complement; cells (A, A|X[, X]).

    ``chance`` is P(X) where it is given and no cell. In logs, so that small probabilities weigh as large
    ones: log s(+-z_A) - log s(+-z_X) - log s(+-z_A|X) with s the logistic function.
    """

    complement: bool
    without: bool
    chance: float | None = None

    def value(self, z: Floats) -> float:
        """ln P(A) - ln P(X) - ln P(A | X)."""
        sign = -1.0 if self.complement else 1.0
        return _log_share(sign * z[0]) - _log_share(sign * z[1]) - self._log_chance(z)

    def gradient(self, z: Floats) -> Floats:
        """d ln s(a z) / d z = a s(-a z)."""
        sign = -1.0 if self.complement else 1.0
        slopes = [sign * _share(-sign * z[0]), -sign * _share(-sign * z[1])]
        if self.chance is None:
            side = -1.0 if self.without else 1.0
            slopes.append(-side * _share(-side * z[2]))
        return np.array(slopes)

    def _log_chance(self, z: Floats) -> float:
        side = -1.0 if self.without else 1.0
        if self.chance is None:
            return _log_share(side * z[2])
        return math.log1p(-self.chance) if self.without else math.log(self.chance)


@dataclass(frozen=True)
class Mixture:
    """P(A) = P(X) P(A | X) + P(not X) P(A | not X), to within a tolerance; cells (A, A|X, A|not X, X).

    ``sign`` +1 holds P(A) below the mixture's log odds plus the tolerance, -1 above them minus it.
    """

    sign: float

    def value(self, z: Floats) -> float:
        """tolerance - sign (z_A - logit mixture)."""
        mixed = mixture(z)
        return MIXTURE_TOLERANCE - self.sign * float(z[0] - math.log(mixed) + math.log1p(-mixed))

    def gradient(self, z: Floats) -> Floats:
        """By the chain rule through logit(mixture)."""
        x, given, without = _share(z[3]), _share(z[1]), _share(z[2])
        mixed = mixture(z)
        slopes = np.array(
            [
                0.0,
                x * given * (1 - given),
                (1 - x) * without * (1 - without),
                (given - without) * x * (1 - x),
            ]
        )
        slopes /= mixed * (1 - mixed)
        slopes[0] = -1.0
        return self.sign * slopes


def mixture(z: Floats) -> float:
    """P(X) P(A | X) + P(not X) P(A | not X), at log odds (A, A|X, A|not X, X).

    >>> round(mixture(np.array([0.0, 0.0, -math.log(3), 0.0])), 3)
    0.375
    """
    x = _share(z[3])
    return x * _share(z[1]) + (1 - x) * _share(z[2])


def _share(z: float) -> float:
    return math.exp(_log_share(z))


def _log_share(z: float) -> float:
    """ln of the logistic function, exact in both tails."""
    return -math.log1p(math.exp(-z)) if z > 0 else float(z) - math.log1p(math.exp(z))


@dataclass(frozen=True)
class Way:
    """Several constraints on the same cells that are to hold together."""

    slacks: tuple[Slack, ...]

    def value(self, z: Floats) -> float:
        """The least of their values."""
        return min(slack.value(z) for slack in self.slacks)
