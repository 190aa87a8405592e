"""Where drivers would have to stand for an outcome to come: alone, by twos, and several together.

A driver is held at a level from today to the horizon, the others go as projected and as it pulls them. Levels
tried run from its anchor at -2 to that at +2, or to where it stands where that is beyond. What does most is
sought with a quick reckoning of the probability, in closed form; what is found is reckoned again exactly, by
simulation, and only that is kept. Where a probability is passed on the way from today's level to the one that
does most is sought with the quick reckoning, moved on the log odds by its error there in proportion to the
way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

from forecast.lexicon import LEXICONS, Lexicon, named, words

Held = Mapping[str, float]
#: The lowest and the highest level that drivers' files say what it is.
LOWEST, HIGHEST = -2.0, 2.0
#: Levels tried from one end to the other, drivers of which pairs are tried, and drivers that are kept.
TRIED, PAIRED, KEPT = 3, 3, 6
#: The probability at which an outcome is as good as its opposite.
EVEN = 0.5
#: How near a level is found.
NEAR = 0.01


@dataclass(frozen=True)
class Edge:
    """The next word up in the lexicon, and the probability it begins at."""

    word: str
    at: float


@dataclass(frozen=True)
class Together:
    """Drivers, one or more, each held where it does most: ``levels`` in their order, ``now`` today's.

    ``at_best`` is the probability then. ``next_word`` and ``even``: their levels on the straight way there
    at which the next word begins and at which it is even; None where that is not reached.
    """

    drivers: tuple[str, ...]
    now: tuple[float, ...]
    levels: tuple[float, ...]
    at_best: float
    next_word: tuple[float, ...] | None
    even: tuple[float, ...] | None


@dataclass(frozen=True)
class Needed:
    """What drivers would have to do for an outcome of probability ``now``; ``edge`` None at the last word.

    ``alone``: drivers that raise it, most first; ``pair``: the two that do most together; ``several``: these
    and every other that raises it further, one after another, where each does most alone. ``even_at``: the
    probability that is called even.
    """

    now: float
    edge: Edge | None
    alone: tuple[Together, ...]
    pair: Together | None
    several: Together | None
    even_at: float = EVEN


def next_word(lexicon: Lexicon | str, p: float) -> Edge | None:
    """Where the next word above a probability's begins.

    >>> next_word("icd203", 0.09), next_word("icd203", 0.97)
    (Edge(word='unlikely', at=0.2), None)
    """
    edges = [edge for edge in named(lexicon, LEXICONS).edges if p < edge < 1]
    own = words(lexicon, p)
    above = ((e, words(lexicon, min(1.0, e + 1e-9))) for e in edges)
    return next((Edge(word, e) for e, word in above if word != own), None)


def needed(
    levels: Mapping[str, float],
    *,
    quick: Callable[[Held], float],
    exact: Callable[[Sequence[Held]], Sequence[float]],
    now: float,
    lexicon: Lexicon | str,
) -> Needed:
    """What it takes for an outcome of probability ``now``, by drivers with ``levels`` today.

    ``quick`` and ``exact`` are its probability with some drivers held; the latter of several such at once.
    """
    tried = {d: {one: quick({d: one}) for one in _tried(level)} for d, level in levels.items()}
    best = {d: max(each, key=each.__getitem__) for d, each in tried.items()}
    does = {d: max(each.values()) for d, each in tried.items()}
    ranked = sorted((d for d in levels if does[d] > now), key=lambda d: -does[d])[:KEPT]
    two = max(
        ({d: best[d] for d in pair} for pair in combinations(ranked[:PAIRED], 2)), key=quick, default={}
    )
    several = dict(two)
    for driver in sorted(levels, key=lambda d: -does[d]):
        more = several | {driver: best[driver]}
        if two and quick(more) > quick(several):
            several = more
    sets: list[dict[str, float]] = [{d: best[d]} for d in ranked]
    sets += [one for one in (two, several if len(several) > len(two) else {}) if one]
    edge = next_word(lexicon, now)
    goals = (edge.at if edge else None, EVEN if now < EVEN else None)
    found = [
        Together(
            drivers=tuple(held),
            now=tuple(levels[d] for d in held),
            levels=tuple(held.values()),
            at_best=p,
            next_word=_crossing(levels, held, quick, p, goals[0]),
            even=_crossing(levels, held, quick, p, goals[1]),
        )
        for held, p in zip(sets, exact(sets), strict=True)
    ]
    alone, together = found[: len(ranked)], found[len(ranked) :]
    return Needed(
        now=now,
        edge=edge,
        alone=tuple(sorted((one for one in alone if one.at_best > now), key=lambda one: -one.at_best)),
        pair=together[0] if together else None,
        several=together[1] if len(together) > 1 else None,
    )


def _tried(level: float) -> list[float]:
    """The levels tried of a driver, from low to high."""
    return [float(x) for x in np.linspace(min(LOWEST, level), max(HIGHEST, level), TRIED)]


def _crossing(
    levels: Mapping[str, float],
    best: Held,
    quick: Callable[[Held], float],
    at_best: float,
    goal: float | None,
) -> tuple[float, ...] | None:
    """Levels on the straight way from today's to the best at which a probability is passed."""
    if goal is None or at_best < goal:
        return None

    def along(share: float) -> dict[str, float]:
        return {d: levels[d] + share * (level - levels[d]) for d, level in best.items()}

    error = logit(at_best) - logit(quick(best))

    def beyond(share: float) -> float:
        return float(expit(logit(quick(along(share))) + share * error)) - goal

    share = 0.0 if beyond(0.0) >= 0 else float(brentq(beyond, 0.0, 1.0, xtol=NEAR))
    return tuple(along(share).values())
