"""Conditional probabilities against the unconditional one: the law of total probability."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.coherence.constraint import Cell, Constraint
from forecast.coherence.slack import Joint, Linear, Mixture, Slack, Way
from forecast.coherence.statement import Stated, Statement


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


def _find(
    said: Stated, *, of: str, years: float, given: str | None = None, happens: bool = True
) -> int | None:
    wanted = (of, years, (given, happens))
    found = (i for i, one in enumerate(said.statements) if (one.of, one.years, one.condition) == wanted)
    return next(found, None)


def _median(said: Statement) -> float:
    return said.values[said.median]
