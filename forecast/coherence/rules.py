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

from forecast.calendar import Floats
from forecast.coherence.slack import Joint, Linear, Mixture, Slack, Way
from forecast.coherence.statement import Place, Stated, Statement

#: A stated value: its statement's position among a source's, and its own among the statement's quantiles.
Cell = tuple[int, int]
BELOW, TOGETHER = Linear((1.0, -1.0)), Linear((1.0, 1.0))


@dataclass(frozen=True)
class Constraint:
    """One consequence of coherence on some cells: it holds where any of its ways does.

    ``message`` says what is wrong where it fails; ``open_ended``: the bound itself is to be avoided when
    numbers are proposed; ``beside``: places of numbers it also rests on, that are not the source's.
    """

    rule: str
    cells: tuple[Cell, ...]
    ways: tuple[Way, ...]
    message: str
    open_ended: bool = False
    beside: tuple[Place, ...] = ()

    def value(self, z: Floats) -> float:
        """The slack at log odds ``z``, one each cell: negative where it fails."""
        return max(way.value(z) for way in self.ways)


@dataclass(frozen=True)
class Rule:
    """A consequence of coherence: its formula, where it comes from, and what finds it among statements."""

    title: str
    formula: str
    source: str
    find: Callable[[Stated], Iterator[Constraint]]


def exclusive(said: Stated) -> Iterator[Constraint]:
    """Leaving partnership for alliance first, and for split first, exclude each other.

    P_A within h and P_S within k are at most the same within the longer window, where they sum to at most 1:
    so whatever the windows. For what the person holds them to be, one probability's quantile at u and the
    other's at v with u + v <= 1 sum to at most 1; a sum above 1 at such a pair fits no joint distribution.
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
                + ("" if median else f" (while {one.key(u)} and {other.key(v)} mirror each other)")
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


def conditionals(said: Stated) -> Iterator[Constraint]:
    """The law of total probability at the medians, P(A) = P(X) P(A|X) + P(not X) P(A|not X).

    Where all four are the source's own it is an equation; where both conditionals are, P(A) lies between
    them; where one is, the other must be left a value between 0 and 1, with the source's P(X) for the window
    or, failing that, the workspace's: P(X) P(A|X) <= P(A), and the same for not A.
    """
    for j, part in enumerate(said.statements):
        if part.given is None:
            continue
        own = _find(said, of=part.given, years=part.years)
        other = _find(said, of=part.of, years=part.years, given=part.given, happens=not part.happens)
        for i, whole in enumerate(said.statements):
            if whole.of != part.of or whole.given is not None:
                continue
            if other is not None and whole.years == part.years:
                if part.happens:
                    yield _both(said, i, j, other, own)
            else:
                yield from _one(said, i, j, own)


def _both(said: Stated, whole: int, given: int, without: int, own: int | None) -> Constraint:
    """Both conditionals are stated: an equation with the source's own chance of the shock, else bounds."""
    cells = tuple((i, said.statements[i].median) for i in (whole, given, without))
    a, b, c = (_median(said.statements[i]) for i in (whole, given, without))
    said_of = said.statements[given]
    parts = f"{b:g} given {said_of.given} and {c:g} without"
    title = f"{said.statements[whole].title} p50 = {a:g}"
    if own is not None:
        x = _median(said.statements[own])
        mixed = x * b + (1 - x) * c
        message = f"{title}, but {parts}, with a chance of {x:g} for {said_of.given}, make {mixed:.4g}"
        slacks: tuple[Slack, ...] = (Mixture(1.0), Mixture(-1.0))
        cells = (*cells, (own, said.statements[own].median))
        return Constraint("conditionals", cells, (Way(slacks),), message)
    up = Way((Linear((1.0, -1.0, 0.0)), Linear((-1.0, 0.0, 1.0))))
    down = Way((Linear((-1.0, 1.0, 0.0)), Linear((1.0, 0.0, -1.0))))
    message = f"{title} is not between {parts}"
    return Constraint("conditionals", cells, (up, down), message)


def _one(said: Stated, whole: int, part: int, own: int | None) -> Iterator[Constraint]:
    """One conditional is stated: the other is left a value between 0 and 1."""
    one, all_ = said.statements[part], said.statements[whole]
    chance = said.chances.get((str(one.given), one.years))
    if own is None and chance is None:
        return
    x = _median(said.statements[own]) if own is not None else chance.value if chance else 0.0
    weight = x if one.happens else 1 - x
    a, b = _median(all_), _median(one)
    cells: tuple[Cell, ...] = ((whole, all_.median), (part, one.median))
    cells += ((own, said.statements[own].median),) if own is not None else ()
    whose = "its own" if own is not None else "the workspace's"
    beside = (chance.place,) if own is None and chance else ()
    for complement, fits, p, q, name in (
        (False, all_.years >= one.years, a, b, ""),
        (True, all_.years <= one.years, 1 - a, 1 - b, "no "),
    ):
        if not fits or (all_.at_end and all_.years != one.years):
            continue
        message = (
            f"{all_.title} p50 = {a:g}, but {b:g} {'given' if one.happens else 'without'} {one.given}, at "
            f"{whose} chance of {weight:.4g} that it {'strikes' if one.happens else 'does not'}, alone makes "
            f"{name}{one.of} {weight * q:.4g} likely, over {p:.4g}"
        )
        slack = Joint(complement, not one.happens, None if own is not None else x)
        yield Constraint("conditionals", cells, (Way((slack,)),), message, beside=beside)


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


def _find(
    said: Stated, *, of: str, years: float, given: str | None = None, happens: bool = True
) -> int | None:
    wanted = (of, years, (given, happens))
    found = (i for i, one in enumerate(said.statements) if (one.of, one.years, one.condition) == wanted)
    return next(found, None)


def _median(said: Statement) -> float:
    return said.values[said.median]


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
