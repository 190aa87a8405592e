"""The most spread-out member of a family that puts a stated probability in an interval.

"Nine chances in ten that it lies between 5 and 60" leaves every family a degree of freedom or more. Of all
members with P(low < X < high) = mass, the one of largest differential entropy says least beyond that (Jaynes
1957; PreliZ's ``maxent``, Icazatti et al. 2023). With quantiles and limits but no family it is the
piecewise-uniform (`forecast.elicitation.piecewise`). PreliZ can also choose the degrees of freedom of a t;
here they are given.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation import searches
from forecast.elicitation.entropy import ENTROPY
from forecast.elicitation.families import DEFAULT_DF, FAMILIES, PIECEWISE, Family, known
from forecast.elicitation.fitting import finite
from forecast.elicitation.parametric import Parametric
from forecast.elicitation.piecewise import Piecewise
from forecast.errors import UsageError

_EDGE = 1e-6
_ROUNDS, _POINTS = 8, 65

#: An interval says nothing of skew. Split normals of one width have one entropy whatever their skew, and the
#: best skew-normals are two mirror images (1e-4 nats above the normal where the mass is .9): of both families
#: the symmetric member is taken, as PreliZ's optimiser does. From (mean, sd) to their parameters.
_SYMMETRIC: Mapping[str, Callable[[Floats, Floats], tuple[Floats, ...]]] = {
    "skew_normal": lambda mean, sd: (mean, sd, np.zeros_like(mean)),
    "split_normal": lambda mean, sd: (mean, sd, sd),
}


@dataclass(frozen=True)
class MaximumEntropy:
    """Of its family the ``distribution`` with P(low < X < high) = mass of the largest ``entropy`` (nats)."""

    distribution: Parametric | Piecewise
    entropy: float
    low: float
    high: float
    mass: float


def maximum_entropy(
    family: str,
    low: float,
    high: float,
    mass: float = 0.9,
    *,
    lower: float = -math.inf,
    upper: float = math.inf,
    df: float = DEFAULT_DF,
) -> MaximumEntropy:
    """Within a family, the distribution of largest entropy with P(low < X < high) = mass.

    Parameters
    ----------
    low, high
        The interval, in units of X; either may be the limit itself where the family has one.
    mass
        Its probability, strictly between 0 and 1.
    lower, upper
        Limits of X, as the family needs them.
    df
        Degrees of freedom of the t families.

    Raises
    ------
    UsageError
        For an interval that is empty or passes a limit, a mass that is no probability, or missing limits.

    Examples
    --------
    >>> found = maximum_entropy("beta", 0.2, 0.6, 0.9, lower=0, upper=1)
    >>> {name: round(value, 3) for name, value in found.distribution.parameters.items()}
    {'shape1': 6.112, 'shape2': 9.101}
    """
    known(family)
    _check(low, high, mass, limits=(lower, upper))
    if family == PIECEWISE:
        return _spread_evenly(low, high, mass, limits=(lower, upper))
    if not (math.isfinite(df) and df > 0):
        raise UsageError(f"degrees of freedom must be a number above 0 (found {df:g})")
    chosen, limits = FAMILIES[family], (lower, upper)
    missing = [end for end, at in zip(("lower", "upper"), limits, strict=True) if not math.isfinite(at)]
    if needed := [end for end in chosen.link.needs if end in missing]:
        raise UsageError(f"{family} {finite(needed)}")
    members = _members(chosen, (low, high, mass), limits, df)
    width = upper - lower

    def entropy(at: Floats) -> Floats:
        with np.errstate(all="ignore"):
            return ENTROPY[family](*members(at), width=width)

    best = _highest(entropy)
    values = [float(column[0]) for column in members(best)]
    made = Parametric(family, dict(zip(chosen.parameters, values, strict=True)), lower, upper)
    return MaximumEntropy(made, float(entropy(best)[0]), low, high, mass)


def _check(low: float, high: float, mass: float, *, limits: tuple[float, float]) -> None:
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise UsageError(f"an interval is two finite numbers, the lower first (found {low:g} and {high:g})")
    if not 0.0 < mass < 1.0:
        meant = f"; write {mass / 100:g}" if 1 < mass < 100 else ""
        raise UsageError(f"the mass in the interval is a probability between 0 and 1 (found {mass:g}){meant}")
    if low < limits[0] or high > limits[1]:
        raise UsageError(
            f"the interval {low:g} to {high:g} passes the limits {limits[0]:g} and {limits[1]:g}; "
            "move one of the two"
        )
    if (low, high) == limits:
        raise UsageError(f"between the limits lies everything, not {mass:g}; narrow the interval")


def _spread_evenly(low: float, high: float, mass: float, *, limits: tuple[float, float]) -> MaximumEntropy:
    """No family: one density in the interval, one outside it."""
    if not all(map(math.isfinite, limits)):
        raise UsageError(f"{PIECEWISE} {finite(('lower', 'upper'))}")
    below = (1 - mass) * (low - limits[0]) / ((low - limits[0]) + (limits[1] - high))
    steps = [(limits[0], 0.0), (low, below), (high, below + mass), (limits[1], 1.0)]
    kept = [steps[0], *(b for a, b in pairwise(steps) if b[0] > a[0])]
    made = Piecewise(tuple(x for x, _ in kept), tuple(p for _, p in kept))
    return MaximumEntropy(made, made.entropy, low, high, mass)


def _members(
    family: Family, interval: tuple[float, float, float], limits: tuple[float, float], df: float
) -> Callable[[Floats], tuple[Floats, ...]]:
    """The members with the stated mass, one for each s between 0 and 1.

    s is the share of what is outside that lies below the interval; where one end of the interval is the
    family's own, so that nothing lies there, s is the place in it of the quantile that halves the mass.
    """
    low, high, mass = interval
    ends = family.link.ends(*limits)

    def two_points(s: Floats) -> tuple[Floats, Floats]:
        if low == ends[0]:
            return np.stack([low + s * (high - low), np.full_like(s, high)], -1), _both(s, mass / 2, mass)
        if high == ends[1]:
            x = np.stack([np.full_like(s, low), low + s * (high - low)], -1)
            return x, _both(s, 1 - mass, 1 - mass / 2)
        below = s * (1 - mass)
        return np.stack([np.full_like(s, low), np.full_like(s, high)], -1), np.stack(
            [below, below + mass], -1
        )

    def members(s: Floats) -> tuple[Floats, ...]:
        x, p = two_points(s)
        y = family.link.to(x, *limits)
        if family.link.falls:
            y, p = y[:, ::-1], 1 - p[:, ::-1]
        if family.key in _SYMMETRIC:
            return _SYMMETRIC[family.key](*searches.normal(y, p, df).parameters)
        return family.search(y, p, df).parameters

    return members


def _both(like: Floats, first: float, second: float) -> Floats:
    return np.stack([np.full_like(like, first), np.full_like(like, second)], -1)


def _highest(function: Callable[[Floats], Floats]) -> Floats:
    """Where a function of (0, 1) is highest, as an array of one: ever finer grids about the best point."""
    low, high = _EDGE, 1 - _EDGE
    for _ in range(_ROUNDS):
        at = np.linspace(low, high, _POINTS)
        best = int(np.argmax(np.nan_to_num(function(at), nan=-np.inf)))
        low, high = at[max(best - 2, 0)], at[min(best + 2, _POINTS - 1)]
    return at[best : best + 1]
