"""Heuer's ratings of consistency, and the weighted inconsistency scores of the programs made for his method.

An item is rated against each hypothesis CC, C, N, I or II, from very consistent to very inconsistent. The
score of a hypothesis is

    sum over items of  credibility x relevance x (II -2, I -1, else 0)

with weights 1/sqrt(2), 1 and sqrt(2) for low, medium and high. The hypothesis nearest to 0 is the least
inconsistent and ranks first: consistency counts for nothing, since much is consistent with anything. Base
rates have no place in it.

Sources: Heuer (1999), Psychology of Intelligence Analysis, ch. 8; PARC (2006), ACH 1.1: A Tool for Analyzing
Competing Hypotheses, Technical Description, for scores and weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from types import MappingProxyType
from typing import Literal

from forecast.inputs.records import Kind, Source

Rating = Literal["II", "I", "N", "C", "CC"]
Degree = Literal["low", "medium", "high"]
#: From the most inconsistent to the most consistent.
RATINGS: tuple[Rating, ...] = ("II", "I", "N", "C", "CC")
SCORE: Mapping[Rating, int] = MappingProxyType({"II": -2, "I": -1, "N": 0, "C": 0, "CC": 0})
WEIGHT: Mapping[Degree, float] = MappingProxyType({"low": 1 / sqrt(2), "medium": 1.0, "high": sqrt(2)})
#: How credible a source is by its kind, where no Admiralty grade is given.
BY_KIND: Mapping[Kind, Degree] = MappingProxyType(
    {
        "text": "high",
        "expert": "high",
        "analyst": "medium",
        "effects_only": "medium",
        "official": "low",
        "advocacy": "low",
        "camp": "low",
        "title_only": "low",
    }
)


@dataclass(frozen=True)
class Rated:
    """An item rated against each hypothesis, with the degrees that make its ``weight``, their product."""

    ratings: tuple[Rating, ...]
    credibility: Degree
    relevance: Degree
    weight: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "weight", WEIGHT[self.credibility] * WEIGHT[self.relevance])


def inconsistency(rated: Sequence[Rated]) -> tuple[float, ...]:
    """The weighted inconsistency score of each hypothesis: 0 at best, the lower the worse.

    >>> told = [Rated(("II", "I"), "high", "high"), Rated(("C", "I"), "low", "high")]
    >>> [round(score, 9) for score in inconsistency(told)]
    [-4.0, -3.0]
    """
    if not rated:
        return ()
    return tuple(
        sum(each.weight * SCORE[rating] for each, rating in zip(rated, column, strict=True))
        for column in zip(*(each.ratings for each in rated), strict=True)
    )


def rate(value: float, begins: Sequence[float]) -> Rating:
    """The rating of a value by where each but the lowest begins.

    A bound below 0 belongs to the lower rating, as one above belongs to the higher: mirror images.

    >>> [rate(p, (0.05, 0.2, 0.8, 0.95)) for p in (0.03, 0.05, 0.2, 0.8)]
    ['II', 'I', 'N', 'C']
    >>> [rate(s, (-4, -1, 1, 4)) for s in (-4.0, -1.0, 0.9, 1.0)]
    ['II', 'I', 'N', 'C']
    """
    return RATINGS[sum(value > bound if bound < 0 else value >= bound for bound in begins)]


def admiralty(grade: str) -> Degree:
    """How credible an Admiralty grade is, by the worse of letter and digit: B and 2, C and 3, or below.

    >>> admiralty("B2"), admiralty("C2"), admiralty("B4"), admiralty("F6")
    ('high', 'medium', 'low', 'low')
    """
    worst = max("ABCDEF".index(grade[0]), int(grade[1]) - 1)
    return "high" if worst <= 1 else "medium" if worst == 2 else "low"


def credibility(source: Source) -> Degree:
    """By the source's Admiralty grade; where it has none, by its kind."""
    return admiralty(source.admiralty) if source.admiralty else BY_KIND[source.kind]
