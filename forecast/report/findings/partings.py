"""Items on which the model and the rating of consistency point opposite ways."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np

from forecast.calendar import Floats
from forecast.report.findings.evidence import Item
from forecast.report.findings.heuer import RATINGS, Rated, Rating
from forecast.report.findings.ratings import Rater
from forecast.report.findings.weight_of_evidence import DECIBANS, NEGLIGIBLE, Weighed


@dataclass(frozen=True)
class Row:
    """An item with what the model and the codes make of it."""

    item: Item
    weighed: Weighed
    rated: Rated | None


@dataclass(frozen=True)
class Parting:
    """An item that the model has speak for one hypothesis over another, and its rating the other way round.

    ``decibans`` between the two by the model; ``rated_for`` and ``rated_over`` the ratings. ``coded``: the
    median coded for the first, None of a level; ``without``: its chance by all but this item.
    """

    item: Item
    for_: str
    over: str
    decibans: float
    rated_for: Rating
    rated_over: Rating
    coded: float | None
    without: float


def partings(
    rater: Rater, hypotheses: tuple[str, ...], chances: Floats, rows: tuple[Row, ...]
) -> tuple[Parting, ...]:
    """Of each row the pair on which it is furthest from its rating, if model and rating are opposed."""
    found = []
    for row in rows:
        if row.rated is None:
            continue
        gain, ratings = row.weighed.decibans, row.rated.ratings
        opposed = [
            (gain[a] - gain[b], a, b)
            for a, b in permutations(range(len(hypotheses)), 2)
            if gain[a] - gain[b] >= NEGLIGIBLE and RATINGS.index(ratings[a]) < RATINGS.index(ratings[b])
        ]
        if opposed:
            apart, a, b = max(opposed)
            found.append(
                Parting(
                    item=row.item,
                    for_=hypotheses[a],
                    over=hypotheses[b],
                    decibans=apart,
                    rated_for=ratings[a],
                    rated_over=ratings[b],
                    coded=rater.coded(row.item, hypotheses[a]),
                    without=float(chances[a] / np.exp(gain[a] / DECIBANS)),
                )
            )
    return tuple(sorted(found, key=lambda one: -one.decibans))
