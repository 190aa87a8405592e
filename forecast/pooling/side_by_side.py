"""One item pooled by every rule, beside one another, and what of it depends on the rule.

Of a probability each rule pools the experts' quantiles level by level (their medians to a median, their 5%
quantiles to a 5% quantile), as the pooled answer of a forecast does; of a quantity it pools distributions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution
from forecast.errors import UsageError
from forecast.pooling.moments import of_one
from forecast.pooling.rule import OfProbabilities, Rule

#: The quantiles that stand side by side.
LEVELS = (0.05, 0.5, 0.95)
EVEN = 0.5


@dataclass(frozen=True)
class Pool:
    """What one rule makes of an item: its quantiles, and mean and sd where it has them.

    ``why`` says why there is nothing, and the numbers are then None.
    """

    rule: str
    title: str
    p05: float | None = None
    p50: float | None = None
    p95: float | None = None
    mean: float | None = None
    sd: float | None = None
    why: str = ""

    @property
    def quantiles(self) -> tuple[float | None, ...]:
        """Those at `LEVELS`."""
        return self.p05, self.p50, self.p95


@dataclass(frozen=True)
class Flip:
    """A conclusion that two rules do not share: what it is of, and {conclusion: the rules that reach it}."""

    of: str
    reached: Mapping[str, tuple[str, ...]]


def of_probabilities(
    said: Mapping[float, Floats], weights: Floats, rules: Mapping[str, Rule]
) -> tuple[Pool, ...]:
    """Every rule on probabilities of one event.

    ``said`` maps a level to the experts' quantiles there (E,); {.5: p} for bare probabilities.
    """
    return tuple(_of_event(rule, rule.probabilities, said, weights) for rule in rules.values())


def _of_event(
    rule: Rule, pooled: OfProbabilities | None, said: Mapping[float, Floats], weights: Floats
) -> Pool:
    if pooled is None:
        return Pool(rule.name, rule.title, why="pools distributions of a quantity, not a probability")
    try:
        at = {level: pooled(values, weights) for level, values in said.items()}
    except UsageError as error:
        return Pool(rule.name, rule.title, why=str(error))
    low, middle, high = (at.get(level) for level in LEVELS)
    return Pool(rule.name, rule.title, low, middle, high)


def of_densities(
    said: Sequence[Distribution], weights: Floats, rules: Mapping[str, Rule]
) -> tuple[Pool, ...]:
    """Every rule on distributions of one quantity."""
    return tuple(_of_quantity(rule, said, weights) for rule in rules.values())


def _of_quantity(rule: Rule, said: Sequence[Distribution], weights: Floats) -> Pool:
    if rule.densities is None:
        return Pool(rule.name, rule.title, why="pools probabilities of an event, not a quantity")
    try:
        return summary(rule.name, rule.title, rule.densities(said, weights))
    except UsageError as error:
        return Pool(rule.name, rule.title, why=str(error))


def summary(name: str, title: str, pooled: Distribution) -> Pool:
    """A pooled distribution as a row; mean and sd where it has finite ones."""
    low, middle, high = (float(q) for q in pooled.ppf(np.array(LEVELS)))
    mean, sd = of_one(pooled)
    return Pool(name, title, low, middle, high, _finite(mean), _finite(sd))


def _finite(number: float) -> float | None:
    return number if np.isfinite(number) else None


def flips(
    pools: Sequence[Pool], words: Callable[[float], str], *, of: str = "the pooled probability"
) -> tuple[Flip, ...]:
    """Conclusions about a probability that depend on the rule: its words, and its side of even odds.

    >>> two = [Pool("linear", "", p50=.27), Pool("extremised", "", p50=.05)]
    >>> flips(two, lambda p: "unlikely" if p >= .2 else "very unlikely")[0].reached
    {'unlikely': ('linear',), 'very unlikely': ('extremised',)}
    """
    points = {pool.rule: pool.p50 for pool in pools if pool.p50 is not None}
    sides = {rule: "above even odds" if p > EVEN else "at or below even odds" for rule, p in points.items()}
    told = [(of, {rule: words(p) for rule, p in points.items()}), (f"the side {of} is on", sides)]
    return tuple(Flip(what, _by_conclusion(found)) for what, found in told if len({*found.values()}) > 1)


def order_flips(
    first: str, second: str, by_first: Sequence[Pool], by_second: Sequence[Pool]
) -> tuple[Flip, ...]:
    """Whether the rules agree on which of two events is likelier."""
    other = {pool.rule: pool.p50 for pool in by_second}
    found = {
        pool.rule: f"{first} is likelier" if pool.p50 > q else f"{second} is likelier"
        for pool in by_first
        if pool.p50 is not None and (q := other.get(pool.rule)) is not None and pool.p50 != q
    }
    if len({*found.values()}) < 2:
        return ()
    return (Flip(f"which of {first} and {second} is likelier", _by_conclusion(found)),)


def _by_conclusion(found: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {told: tuple(r for r, t in found.items() if t == told) for told in dict.fromkeys(found.values())}
