"""The decision makers of one study side by side: by performance with and without a cut-off, equal, user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forecast.pooling.classical.assessments import Assessments, ClassicalError
from forecast.pooling.classical.model import Classical, classical
from forecast.pooling.classical.ranges import OVERSHOOT
from forecast.pooling.classical.weights import BY_PERFORMANCE


@dataclass(frozen=True, eq=False)
class Compared:
    """Decision makers by name, in order; ``why`` says why none is by performance, if none is."""

    makers: Mapping[str, Classical]
    why: str = ""


def compared(
    said: Assessments,
    *,
    alpha: float | None = None,
    overshoot: float = OVERSHOOT,
    power: float = 1.0,
    weights: Mapping[str, float] | None = None,
) -> Compared:
    """Global and item weights at the cut-off asked for (None: the best one) and without; equal; the user's.

    Where no performance can be scored, the equal and the user's decision makers stand alone.

    Raises
    ------
    ClassicalError
        For settings out of range, and for an alpha that leaves nobody.

    >>> said = Assessments.of_answers({"a": {"x": {.05: 1., .5: 2., .95: 4.}}}, realisations={"x": 3.})
    >>> list(compared(said).makers)
    ['global', 'global, no cut-off', 'item', 'item, no cut-off', 'equal']
    """
    equal = classical(said, rule="equal", overshoot=overshoot, power=power)
    makers: dict[str, Classical] = {}
    why = ""
    try:
        for rule in BY_PERFORMANCE:
            makers[f"{rule}, no cut-off"] = classical(
                said, rule=rule, alpha=0.0, overshoot=overshoot, power=power
            )
    except ClassicalError as error:
        makers, why = {}, str(error)
    if makers and alpha != 0.0:
        found = {
            rule: classical(said, rule=rule, alpha=alpha, overshoot=overshoot, power=power)
            for rule in BY_PERFORMANCE
        }
        makers = {name: one for rule in BY_PERFORMANCE for name, one in _pair(rule, found[rule], makers)}
    makers["equal"] = equal
    if weights:
        makers["user"] = classical(said, rule="user", overshoot=overshoot, power=power, weights=weights)
    return Compared(makers, why)


def _pair(rule: str, cut: Classical, uncut: Mapping[str, Classical]) -> tuple[tuple[str, Classical], ...]:
    return (rule, cut), (f"{rule}, no cut-off", uncut[f"{rule}, no cut-off"])
