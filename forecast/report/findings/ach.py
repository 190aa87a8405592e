"""Analysis of competing hypotheses: every body of evidence against every hypothesis, by model and by rating.

One matrix for the three states at the horizon, as the key judgments read them, and one for a broad alliance
or none. What the model gives an item is in `evidence`, how codes alone are rated in `heuer`; here the two
stand side by side, with where they agree and part.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

import numpy as np

from forecast.calendar import Floats
from forecast.report.findings.elsewhere import class_alone
from forecast.report.findings.evidence import Asked, Evidence, Item, evidence
from forecast.report.findings.heuer import RATINGS, Rated, Rating, inconsistency
from forecast.report.findings.levels import tracks
from forecast.report.findings.ratings import BROAD, NO_BROAD, Rater
from forecast.report.findings.weight_of_evidence import DECIBANS, NEGLIGIBLE, Weighed, weigh
from forecast.report.view import View
from forecast.states import STATES

#: Rows that stand one by one; the rest is summed in one.
SHOWN, LEAST_SHOWN = 12, 3


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


@dataclass(frozen=True)
class Rest:
    """Rows that are not shown, summed: ``decibans`` and ``scores`` by hypothesis, with Monte Carlo error."""

    items: int
    decibans: tuple[float, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True)
class Total:
    """Where the model starts from and ends, in decibans against the same chance for each hypothesis.

    ``start``: the reference class alone, None where it says nothing of the hypotheses.
    """

    start: tuple[float, ...] | None
    end: tuple[float, ...]


@dataclass(frozen=True)
class Matrix:
    """The evidence on one set of hypotheses, most diagnostic first.

    ``chances``: the model's probability of each; ``scores``: weighted inconsistency of each, of all rows;
    ``shown``: how many rows stand one by one. ``by_model`` and ``by_rating``: the hypotheses from the
    likeliest, and from the least inconsistent. ``idle``: share of all inconsistency that comes from rows
    that the model does not tell hypotheses apart by; ``flat``: how many rows that it does are rated alike
    for all, or not; ``parted``: where model and rating point opposite ways, the furthest first.
    """

    judgment: Literal["states", "broad"]
    date: dt.date
    hypotheses: tuple[str, ...]
    chances: tuple[float, ...]
    rows: tuple[Row, ...]
    shown: int
    rest: Rest
    total: Total
    scores: tuple[float, ...]
    by_model: tuple[str, ...]
    by_rating: tuple[str, ...]
    idle: float
    flat: int
    parted: tuple[Parting, ...]

    @property
    def main(self) -> tuple[Row, ...]:
        """The rows that stand one by one."""
        return self.rows[: self.shown]

    @property
    def diagnostic(self) -> tuple[Row, ...]:
        """The rows that tell hypotheses apart."""
        return tuple(row for row in self.rows if row.weighed.diagnostic)

    def start_of(self, hypothesis: str) -> float:
        """A hypothesis's decibans by the reference class alone."""
        assert self.total.start is not None
        return self.total.start[self.hypotheses.index(hypothesis)]

    @property
    def agree(self) -> bool:
        """Whether both rank the hypotheses alike."""
        return self.by_model == self.by_rating


@dataclass(frozen=True)
class DriverCodes:
    """What all sources' codes of one driver count for, given all else; they overlap the rows of sources."""

    driver: str
    states: Weighed


@dataclass(frozen=True)
class Ach:
    """Both matrices, and the codes read by driver instead of by source."""

    states: Matrix
    broad: Matrix
    by_driver: tuple[DriverCodes, ...]

    @property
    def matrices(self) -> tuple[Matrix, Matrix]:
        """In the order they are shown."""
        return self.states, self.broad


def ach(view: View) -> Ach:
    """The matrices of the panel reported on, from its draws; nothing is fitted or simulated anew."""
    told = evidence(view.fit)
    known = {track.driver: track for track in tracks(view.fit)}
    rater = Rater(view.fit, told.standing.levels, known)
    states, broad = _of_states(view), _of_broad(view)
    return Ach(
        states=_matrix(rater, states, _rows(told, states, rater), prior=_class_alone(view)),
        broad=_matrix(rater, broad, _rows(told, broad, rater), prior=None),
        by_driver=tuple(
            DriverCodes(name, weigh(states.chances, density)) for name, density in told.by_driver.items()
        ),
    )


def _of_states(view: View) -> Asked:
    """The three states at the horizon, in the quantities of the headlines."""
    quantities = [(view.quantity(s), s) for s in STATES]
    return Asked(
        hypotheses=STATES,
        chances=np.stack([view.baseline.at(*q, view.far) for q in quantities], axis=1),
        read=lambda chances: np.stack([chances.of(*q) for q in quantities], axis=1),
        lined=False,
    )


def _of_broad(view: View) -> Asked:
    """A broad alliance at the horizon, and none."""

    def both(p: Floats) -> Floats:
        return np.stack([p, 1 - p], axis=1)

    return Asked(
        hypotheses=(BROAD, NO_BROAD),
        chances=both(view.baseline.at(BROAD, BROAD, view.far)),
        read=lambda chances: both(chances.broad),
        lined=True,
    )


def _class_alone(view: View) -> Floats:
    """The reference class's chances of the three states' headlines (3,)."""
    state, reached = class_alone(view.fit)
    return np.array(
        [(state if view.quantity(s) == "state" else reached)[:, STATES.index(s)].mean() for s in STATES]
    )


def _rows(told: Evidence, asked: Asked, rater: Rater) -> tuple[Row, ...]:
    rows = [Row(item, told.weigh(asked, item), rater.rate(item, asked.hypotheses)) for item in told.items]
    return tuple(sorted(rows, key=lambda r: -r.weighed.diagnosticity))


def _matrix(rater: Rater, asked: Asked, rows: tuple[Row, ...], *, prior: Floats | None) -> Matrix:
    hypotheses, chances = asked.hypotheses, asked.chances
    shown = min(SHOWN, max(LEAST_SHOWN, sum(row.weighed.diagnostic for row in rows)), len(rows))
    scores = _scores(rows, len(hypotheses))
    mean, even = chances.mean(axis=0), 1 / len(hypotheses)
    idle = _scores([row for row in rows if not row.weighed.diagnostic], len(hypotheses))
    return Matrix(
        judgment="broad" if asked.lined else "states",
        date=rater.fit.workspace.question.horizon,
        hypotheses=hypotheses,
        chances=tuple(mean.tolist()),
        rows=rows,
        shown=shown,
        rest=Rest(
            items=len(rows) - shown,
            decibans=tuple(
                float(sum(row.weighed.decibans[h] for row in rows[shown:])) for h in range(len(hypotheses))
            ),
            scores=_scores(rows[shown:], len(hypotheses)),
        ),
        total=Total(
            start=None if prior is None else tuple((DECIBANS * np.log(prior / even)).tolist()),
            end=tuple((DECIBANS * np.log(mean / even)).tolist()),
        ),
        scores=scores,
        by_model=tuple(hypotheses[h] for h in np.argsort(-mean, kind="stable")),
        by_rating=tuple(hypotheses[h] for h in np.argsort(-np.array(scores), kind="stable")),
        idle=sum(idle) / sum(scores) if sum(scores) else 0.0,
        flat=sum(
            row.weighed.diagnostic and (row.rated is None or len(set(row.rated.ratings)) == 1) for row in rows
        ),
        parted=_partings(rater, hypotheses, mean, rows),
    )


def _partings(
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


def _scores(rows: Sequence[Row], hypotheses: int) -> tuple[float, ...]:
    found = inconsistency([row.rated for row in rows if row.rated is not None])
    return found or (0.0,) * hypotheses
