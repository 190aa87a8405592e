"""The Admiralty grades of the sources heard: how many and how much of the panel's weight each has, and which
poorly graded sources carry much of what is said of an outcome.

The grades are ours (`forecast.inputs.records.admiralty` has the scale and the rubric); no number of the
forecast is weighed by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forecast.inference.fit import Fit
from forecast.inputs.records import CREDIBILITY, RELIABILITY
from forecast.report.findings.voices import code_loads, is_good, voices
from forecast.states import CHANNELS

#: A source below C3 is named if it carries so much of what is said of an outcome, or of its causes.
CARRIES = 0.05
#: What a source can carry a share of.
BORNE = (*CHANNELS, "alliance_broad", *(f"causes_of_{channel}" for channel in CHANNELS))


@dataclass(frozen=True)
class GradeCell:
    """A grade: which and how many of the panel's sources have it, and what share of its weight they are."""

    grade: str
    sources: tuple[str, ...]
    count: int
    share: float


@dataclass(frozen=True)
class Bearing:
    """A poorly graded source and the share it carries of each of `BORNE` (0 where it says nothing)."""

    source: str
    grade: str
    why: str
    shares: Mapping[str, float]

    @property
    def most(self) -> float:
        """The largest of its shares."""
        return max(self.shares.values())


@dataclass(frozen=True)
class Grades:
    """Every grade from A1 to F6, who has none, and the poorly graded sources that carry much.

    ``good`` and ``best``: shares of the panel's weight at C3 or better, and at B3 or better.
    """

    cells: tuple[GradeCell, ...]
    ungraded: tuple[str, ...]
    good: float
    best: float
    bearing: tuple[Bearing, ...]

    def cell(self, grade: str) -> GradeCell:
        """The cell of a grade."""
        return next(cell for cell in self.cells if cell.grade == grade)


def grades(fit: Fit) -> Grades:
    """The grades of the panel of ``fit``; a source without one counts under F6 and is named as ungraded."""
    sources, weights = fit.workspace.sources, fit.panel.weights
    total = sum(weights.values())
    cells = []
    for grade in (letter + digit for letter in RELIABILITY for digit in CREDIBILITY):
        mine = tuple(m for m in fit.panel.members if sources[m].graded_as == grade)
        share = sum(weights[m] for m in mine) / total if total else 0.0
        cells.append(GradeCell(grade, mine, len(mine), share))
    return Grades(
        cells=tuple(cells),
        ungraded=tuple(m for m in fit.panel.members if sources[m].admiralty is None),
        good=sum(cell.share for cell in cells if is_good(cell.grade)),
        best=sum(cell.share for cell in cells if is_good(cell.grade, letter="B")),
        bearing=bearing(fit),
    )


def bearing(fit: Fit) -> tuple[Bearing, ...]:
    """Poorly graded sources that carry `CARRIES` or more of something, the heaviest first."""
    loads = {outcome: {v.source: v.weight for v in voices(fit, outcome)} for outcome in BORNE[:3]}
    loads |= {f"causes_of_{channel}": found for channel, found in code_loads(fit).items()}
    totals = {what: sum(found.values()) for what, found in loads.items()}
    found = []
    for member in fit.panel.members:
        source = fit.workspace.sources[member]
        shares = {
            what: loads[what].get(member, 0.0) / totals[what] if totals[what] else 0.0 for what in BORNE
        }
        one = Bearing(member, source.graded_as, " ".join((source.admiralty_why or "").split()), shares)
        if not is_good(one.grade) and one.most >= CARRIES:
            found.append(one)
    return tuple(sorted(found, key=lambda b: (-b.most, b.source)))
