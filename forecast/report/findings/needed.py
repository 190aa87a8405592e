"""Where drivers would have to stand for an outcome to come: alone, by twos, and all together.

A driver is held at a level from today to the horizon, the others go as projected and as it pulls them
(`elsewhere`). Levels tried run from its anchor at -2 to that at +2, or to where it stands where that is
beyond; a level is sought between today's and the one that does most. Probabilities are moved on the log odds
to the simulation's baseline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from scipy.optimize import brentq

from forecast.lexicon import LEXICONS, words
from forecast.report.findings.elsewhere import Chances, Standing

#: The lowest and the highest level that drivers' files say what it is.
LOWEST, HIGHEST = -2.0, 2.0
#: Levels tried from one end to the other, and drivers of which pairs are tried.
TRIED, PAIRED = 3, 3
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
class Alone:
    """One driver: its level now, the level that does most (``best``), and the probability if held there.

    ``next_word`` and ``even``: the level at which the next word begins and at which it is even; None where
    no level that is tried does it.
    """

    driver: str
    now: float
    best: float
    at_best: float
    next_word: float | None
    even: float | None


@dataclass(frozen=True)
class Together:
    """Some drivers, each held where it does most, and the probability; ``levels`` in their order.

    ``next_word`` and ``even``: their levels on the straight way there, or None.
    """

    drivers: tuple[str, ...]
    levels: tuple[float, ...]
    at_best: float
    next_word: tuple[float, ...] | None
    even: tuple[float, ...] | None


@dataclass(frozen=True)
class Needed:
    """What drivers would have to do for an outcome of probability ``now``; ``edge`` None at the last word.

    ``alone``: drivers that raise it, most first; ``pair``: the two that do most together; ``all``: these and
    every other that raises it further, one after another, where each does most alone. ``even_at``: the
    probability that is called even.
    """

    now: float
    edge: Edge | None
    alone: tuple[Alone, ...]
    pair: Together | None
    all: Together | None
    even_at: float = EVEN


def next_word(lexicon: str, p: float) -> Edge | None:
    """Where the next word above a probability's begins.

    >>> next_word("icd203", 0.09), next_word("icd203", 0.97)
    (Edge(word='unlikely', at=0.2), None)
    """
    edges = sorted({e for term in LEXICONS[lexicon].terms for e in (term.low, term.high) if p < e < 1})
    own = words(lexicon, p)
    above = ((e, words(lexicon, min(1.0, e + 1e-9))) for e in edges)
    return next((Edge(word, e) for e, word in above if word != own), None)


@dataclass(frozen=True)
class Search:
    """Chances of a fit with drivers held at levels, each worked out once."""

    standing: Standing
    _known: dict[tuple[tuple[str, float], ...], Chances] = field(default_factory=dict, repr=False)

    def chances(self, held: Mapping[str, float]) -> Chances:
        """The chances with some drivers held."""
        key = tuple(sorted(held.items()))
        if key not in self._known:
            self._known[key] = self.standing.chances(held=held)
        return self._known[key]

    def levels(self, driver: str) -> list[float]:
        """The levels tried for a driver, from low to high."""
        now = self.standing.levels[driver]
        return [float(x) for x in np.linspace(min(LOWEST, now), max(HIGHEST, now), TRIED)]


def needed(search: Search, probability: Callable[[Chances], float], *, now: float, lexicon: str) -> Needed:
    """What it takes for an outcome; ``probability`` reads it off chances, ``now`` is the headline's."""
    edge, levels = next_word(lexicon, now), search.standing.levels

    def of(held: Mapping[str, float]) -> float:
        return probability(search.chances(held))

    def crossing(best: Mapping[str, float], target: float | None) -> tuple[float, ...] | None:
        """Levels on the straight way from today's to the best at which ``target`` is passed."""
        if target is None or of(best) < target:
            return None

        def along(share: float) -> dict[str, float]:
            return {d: levels[d] + share * (level - levels[d]) for d, level in best.items()}

        if of(along(0.0)) >= target:
            return tuple(along(0.0).values())
        share = brentq(lambda s: of(along(s)) - target, 0.0, 1.0, xtol=NEAR)
        return tuple(along(float(share)).values())

    def alone() -> Iterator[Alone]:
        for driver in search.standing.names:
            best = max(search.levels(driver), key=lambda level: of({driver: level}))
            at_best = of({driver: best})
            if at_best <= now:
                continue
            word, even = (crossing({driver: best}, t) for t in (edge.at if edge else None, EVEN))
            yield Alone(
                driver, levels[driver], best, at_best, word[0] if word else None, even[0] if even else None
            )

    def together(best: Mapping[str, float]) -> Together:
        return Together(
            drivers=tuple(best),
            levels=tuple(best.values()),
            at_best=of(best),
            next_word=crossing(best, edge.at if edge else None),
            even=crossing(best, EVEN if now < EVEN else None),
        )

    ranked = sorted(alone(), key=lambda one: -one.at_best)
    pairs = [{one.driver: one.best for one in pair} for pair in combinations(ranked[:PAIRED], 2)]
    two = max(pairs, key=of) if pairs else {}
    several = dict(two)
    for one in ranked:
        more = several | {one.driver: one.best}
        if of(more) > of(several):
            several = more
    return Needed(
        now=now,
        edge=edge,
        alone=tuple(ranked),
        pair=together(two) if two else None,
        all=together(several) if len(several) > len(two) > 0 else None,
    )
