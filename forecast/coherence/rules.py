"""What coherent probabilities of one person satisfy: a table of rules, each a pure function of statements.

A person is coherent if no set of bets at their probabilities loses for certain (de Finetti 1937), which holds
where there is one probability distribution that all of them come from. Each rule names a consequence that a
set of statements can break while each of them is legal. Quantiles are those of what the person holds a
probability to be: what is ordered or bounded for certain is so at every quantile, as far as stated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from types import MappingProxyType

from forecast.coherence.constraint import Constraint
from forecast.coherence.slack import Linear, Way
from forecast.coherence.statement import Stated, Statement
from forecast.coherence.total_probability import conditionals

BELOW, TOGETHER = Linear((1.0, -1.0)), Linear((1.0, 1.0))


@dataclass(frozen=True)
class Rule:
    """A consequence of coherence: its formula, where it comes from, and what finds it among statements."""

    title: str
    formula: str
    source: str
    find: Callable[[Stated], Iterator[Constraint]]


def exclusive(said: Stated) -> Iterator[Constraint]:
    """Leaving partnership for alliance first, and for split first, exclude each other.

    Reached one after the other they could sum to more, but both are read as the first way out of partnership,
    by the model and by the pool. P_A within h and P_S within k are at most the same within the longer window,
    where they sum to at most 1: so whatever the windows. For what the person holds them to be, one
    probability's quantile at u and the other's at v with u + v <= 1 sum to at most 1; a sum above 1 at such a
    pair fits no joint distribution.
    """
    for (i, one), (j, other) in product(enumerate(said.statements), repeat=2):
        if (one.of, other.of) != ("alliance", "split") or not _alike(one, other):
            continue
        for u, v in _mirrored(one.levels, other.levels):
            total = one.values[u] + other.values[v]
            median = one.levels[u] == other.levels[v] == 0.5
            message = (
                f"{one.title} {one.key(u)} = {one.values[u]:g} and {other.title} {other.key(v)} = "
                f"{other.values[v]:g} exclude each other as the first way out, and sum to {total:.6g}, over 1"
                + ("" if median else " (where one is low the other is high)")
            )
            yield Constraint("exclusive", ((i, u), (j, v)), (Way((TOGETHER,)),), message, open_ended=True)


def broad(said: Stated) -> Iterator[Constraint]:
    """The broad state takes in alliance: it is no less likely, then or later.

    Alliance is stated as reached, broad as the state at the end: the rule reads an alliance reached as one
    that still stands then, as `validate` does.
    """
    for (i, narrow), (j, wide) in product(enumerate(said.statements), repeat=2):
        same = narrow.condition == wide.condition and (narrow.given is None or narrow.years == wide.years)
        if (narrow.of, wide.of) == ("alliance", "alliance_broad") and same and wide.years >= narrow.years:
            yield from _ordered("broad", (i, narrow), (j, wide), "is below the narrower")


def horizons(said: Stated) -> Iterator[Constraint]:
    """What is reached within a window is reached within every longer one that begins with it."""
    for (i, short), (j, long) in permutations(enumerate(said.statements), 2):
        unconditional = short.given is None and long.given is None
        if short.of == long.of and unconditional and not short.at_end and short.years < long.years:
            yield from _ordered("horizons", (i, short), (j, long), "is below the shorter window's")


def twice(said: Stated) -> Iterator[Constraint]:
    """One probability has one value: the same statement made twice says the same at a common quantile."""
    for (i, one), (j, other) in permutations(enumerate(said.statements), 2):
        same = (one.of, one.years, one.condition) == (other.of, other.years, other.condition)
        for u, v in product(range(len(one.levels)), range(len(other.levels))):
            if same and one.levels[u] == other.levels[v]:
                message = (
                    f"{one.title} {one.key(u)} is stated twice, as {other.values[v]:g} "
                    f"({other.place(v)}) and as {one.values[u]:g}"
                )
                yield Constraint("twice", ((i, u), (j, v)), (Way((BELOW,)),), message)


def criterion(said: Stated) -> Iterator[Constraint]:
    """A shock that is an outcome's own criterion of resolution brings it about: it is no likelier."""
    for (i, shock), (j, outcome) in permutations(enumerate(said.statements), 2):
        brings = said.criteria.get(shock.of) == outcome.of
        if brings and shock.given is None and outcome.given is None and outcome.years >= shock.years:
            yield from _ordered("criterion", (i, shock), (j, outcome), "is below its own criterion's")


def _ordered(
    rule: str, lower: tuple[int, Statement], upper: tuple[int, Statement], words: str
) -> Iterator[Constraint]:
    """``lower`` is never above ``upper``: its quantile at u is at most the other's at every v >= u.

    Only the nearest stated pairs: the rest follows from the order of quantiles.
    """
    (i, low), (j, high) = lower, upper
    for u, v in _nearest(low.levels, high.levels):
        message = (
            f"{high.title} {high.key(v)} = {high.values[v]:g} {words} "
            f"{low.title} {low.key(u)} = {low.values[u]:g}"
        )
        yield Constraint(rule, ((i, u), (j, v)), (Way((BELOW,)),), message)


def _nearest(lower: Sequence[float], upper: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Pairs of positions with lower[u] <= upper[v] that imply all other such pairs."""
    for u, level in enumerate(lower):
        above = [v for v, other in enumerate(upper) if other >= level]
        if above and not any(level < later <= upper[above[0]] for later in lower[u + 1 :]):
            yield u, above[0]


def _mirrored(one: Sequence[float], other: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Pairs of positions whose levels sum to at most 1, and that imply all other such pairs."""
    turned = [round(1.0 - level, 2) for level in reversed(other)]
    for u, v in _nearest(one, turned):
        yield u, len(other) - 1 - v


def _alike(one: Statement, other: Statement) -> bool:
    """Under one condition; and, as that is over the window, with one window."""
    return one.condition == other.condition and (one.given is None or one.years == other.years)


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "exclusive": Rule(
            "Ways out that exclude each other sum to at most one",
            "q_A(u) + q_S(v) <= 1 for u + v <= 1; at the medians p_A + p_S <= 1",
            "de Finetti 1937 (additivity); quantiles: Makarov 1981",
            exclusive,
        ),
        "broad": Rule(
            "What takes in an outcome is no less likely than it",
            "q_broad(u) >= q_alliance(u), for a window at least as long",
            "de Finetti 1937 (monotony); quantiles: first-order stochastic dominance",
            broad,
        ),
        "horizons": Rule(
            "A longer window is no less likely to see an outcome reached",
            "q_k(u; h) <= q_k(u; H) for h < H",
            "de Finetti 1937 (monotony)",
            horizons,
        ),
        "twice": Rule(
            "The same probability has one value", "q(u) = q'(u)", "Lindley, Tversky and Brown 1979", twice
        ),
        "criterion": Rule(
            "An event that is an outcome's criterion is no likelier than the outcome",
            "q_X(u; h) <= q_k(u; H) for h <= H",
            "de Finetti 1937 (monotony)",
            criterion,
        ),
        "conditionals": Rule(
            "Conditional probabilities mix to the unconditional one",
            "P(A) = P(X) P(A|X) + P(not X) P(A|not X), every term in [0, 1], at the medians",
            "Lindley, Tversky and Brown 1979 (extending the conversation)",
            conditionals,
        ),
    }
)


def constraints(said: Stated) -> tuple[Constraint, ...]:
    """Every consequence that the rules find among a source's statements, whether it holds or not."""
    return tuple(found for rule in RULES.values() for found in rule.find(said))
