"""Analysis of competing hypotheses: every body of evidence against every hypothesis, by model and by rating.

One matrix for the three states at the horizon, as the key judgments read them, and one for a broad alliance
or none. What the model gives an item is in `evidence`, how codes alone are rated in `heuer`; here the two
stand side by side, with where they agree and part.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from forecast.calendar import Floats
from forecast.report.findings.elsewhere import class_alone
from forecast.report.findings.evidence import Asked, Evidence, evidence
from forecast.report.findings.heuer import WEIGHT, Degree, inconsistency
from forecast.report.findings.levels import tracks
from forecast.report.findings.partings import Parting, Row, partings
from forecast.report.findings.ratings import BROAD, NO_BROAD, PROBABILITY, PUSH, Rater
from forecast.report.findings.weight_of_evidence import DECIBANS, NEGLIGIBLE, Weighed, weigh
from forecast.report.view import View
from forecast.reweighting.pareto import K_LIMIT
from forecast.states import STATES

#: Rows that stand one by one; the rest is summed in one.
SHOWN, LEAST_SHOWN = 12, 3


@dataclass(frozen=True)
class Rest:
    """Rows that are not shown, summed: ``decibans`` and ``scores`` by hypothesis, with Monte Carlo error."""

    items: int
    decibans: tuple[float, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True)
class Total:
    """Where the model starts from and ends, in decibans against the same chance for each hypothesis.

    ``start``: the reference class alone, None where it says nothing of the hypotheses; ``gap``: what that
    is worth between the model's first two.
    """

    start: tuple[float, ...] | None
    end: tuple[float, ...]
    gap: Gap | None


@dataclass(frozen=True)
class Gap:
    """How many decibans one hypothesis is ahead of another by the reference class alone."""

    first: str
    second: str
    decibans: float


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
class Rules:
    """Where ratings begin, of medians and of code times level, their weights, and what is not diagnostic."""

    probability: tuple[float, ...] = PROBABILITY
    push: tuple[float, ...] = PUSH
    weight: dict[Degree, float] = field(default_factory=lambda: dict(WEIGHT))
    negligible: float = NEGLIGIBLE
    k_limit: float = K_LIMIT


@dataclass(frozen=True)
class Ach:
    """Both matrices, the codes read by driver instead of by source, and the rules of it all."""

    states: Matrix
    broad: Matrix
    by_driver: tuple[DriverCodes, ...]
    rules: Rules

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
        rules=Rules(),
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
    mean = chances.mean(axis=0)
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
        total=_total(hypotheses, mean, prior),
        scores=scores,
        by_model=tuple(hypotheses[h] for h in np.argsort(-mean, kind="stable")),
        by_rating=tuple(hypotheses[h] for h in np.argsort(-np.array(scores), kind="stable")),
        idle=sum(idle) / sum(scores) if sum(scores) else 0.0,
        flat=sum(
            row.weighed.diagnostic and (row.rated is None or len(set(row.rated.ratings)) == 1) for row in rows
        ),
        parted=partings(rater, hypotheses, mean, rows),
    )


def _total(hypotheses: tuple[str, ...], mean: Floats, prior: Floats | None) -> Total:
    even = 1 / len(hypotheses)
    end = DECIBANS * np.log(mean / even)
    if prior is None:
        return Total(None, tuple(end.tolist()), None)
    start = DECIBANS * np.log(prior / even)
    first, second = sorted(np.argsort(-mean, kind="stable")[:2], key=lambda h: -float(start[h]))
    return Total(
        start=tuple(start.tolist()),
        end=tuple(end.tolist()),
        gap=Gap(hypotheses[first], hypotheses[second], float(start[first] - start[second])),
    )


def _scores(rows: Sequence[Row], hypotheses: int) -> tuple[float, ...]:
    found = inconsistency([row.rated for row in rows if row.rated is not None])
    return found or (0.0,) * hypotheses
