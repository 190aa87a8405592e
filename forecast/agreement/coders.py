"""Two codings of the same cells: presence of a code, its value, its grade, and coded probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.agreement.kappa import Statistic, kappa, linear, nominal, quadratic, statistic
from forecast.elicitation import logit
from forecast.inputs.records import SecondCode
from forecast.inputs.workspace import Workspace


@dataclass(frozen=True)
class Agreement:
    """Two codings of the same cells.

    ``cells`` driver cells were drawn (source x driver x channel); both coders gave a code in ``both``, one of
    them in ``first_only`` and ``second_only``. ``exact`` to ``quadratic`` are over cells with two codes, but
    ``of_either``, the share of equal codes among cells with any; ``strength`` is the linear kappa of |code|,
    since signs nearly follow from driver and channel; ``grade`` the kappa of TEXT against INFER. ``outcomes``
    compares coded medians: the mean absolute difference on the logit, and ``covered``, the share of second
    medians inside the first coder's 90% interval.
    """

    cells: int
    both: int
    first_only: int
    second_only: int
    presence: Statistic
    exact: Statistic
    within_one: Statistic
    of_either: Statistic
    same_sign: Statistic
    linear: Statistic
    quadratic: Statistic
    strength: Statistic
    grade: Statistic
    outcome_cells: int
    outcomes: Statistic
    covered: Statistic

    @property
    def measures(self) -> tuple[tuple[str, Statistic, bool], ...]:
        """(what is measured, its value, whether it is a share) in the order a reader asks."""
        return (
            ("Whether anything is said there: kappa", self.presence, False),
            ("Same code", self.exact, True),
            ("Codes at most 1 apart", self.within_one, True),
            ("Same code, of cells that either coded", self.of_either, True),
            ("Same direction", self.same_sign, True),
            ("Codes: kappa, linear weights", self.linear, False),
            ("Codes: kappa, quadratic weights", self.quadratic, False),
            ("Strength of code, sign aside: kappa, linear weights", self.strength, False),
            ("Evidence grade: kappa", self.grade, False),
            ("Coded medians of outcomes: mean difference, log odds", self.outcomes, False),
            ("Second median inside the first 90% interval", self.covered, True),
        )


@dataclass(frozen=True)
class Coders:
    """Two coders compared: on the day of the second coding (if the first was kept as it was), and now.

    Only the former is between coders who had not seen each other's work.
    """

    then: Agreement | None
    now: Agreement

    @property
    def rows(self) -> tuple[tuple[str, str, str], ...]:
        """(measure, its value then, its value now) as text; outcomes only as they stand."""
        then = {what: value for what, value, _ in self.then.measures} if self.then else {}
        return tuple(
            (what, then[what].shown(share=share) if what in then else "-", value.shown(share=share))
            for what, value, share in self.now.measures
            if value.n
        )


def coders(workspace: Workspace) -> Coders | None:
    """Both comparisons; None without a second coding."""
    now = agreement(workspace)
    return None if now is None else Coders(agreement(workspace, then=True), now)


@dataclass(frozen=True)
class Difference:
    """One cell that the two coders did not code alike; None: nothing is said there."""

    source: str
    item: str
    channel: str
    first: float | None
    first_grade: str | None
    second: float | None
    second_grade: str | None
    note: str


def differences(workspace: Workspace) -> tuple[Difference, ...]:
    """Driver cells with different codes, or with one, in the order of the second coding."""
    found = []
    for row in filter(_of_driver, workspace.second_coding):
        first, grade = _first_code(workspace, row) or (None, None)
        if first != row.code:
            where = (row.source, row.item, row.channel)
            found.append(Difference(*where, first, grade, row.code, row.grade, row.note))
    return tuple(found)


def agreement(workspace: Workspace, *, then: bool = False) -> Agreement | None:
    """The workspace's codes against its second coding; None if it has none.

    ``then`` takes the first coder's codes of the day the second coding was made, which no later revision
    has touched; None if they were not kept. Outcomes were not, and are compared as they stand only.
    """
    rows = [row for row in workspace.second_coding if _of_driver(row) and (row.first_kept or not then)]
    pairs = [(row, _kept(row) if then else _first_code(workspace, row)) for row in rows]
    if not pairs:
        return None
    both = [(row, first) for row, first in pairs if row.code is not None and first is not None]
    groups = [row.source for row, _ in both]
    x = np.array([first[0] for _, first in both])
    y = np.array([row.code for row, _ in both], dtype=np.float64)
    graded = np.array([[first[1] == "TEXT", row.grade == "TEXT"] for row, first in both], dtype=np.float64)
    either = [(row, first) for row, first in pairs if row.code is not None or first is not None]
    equal = np.array([first is not None and first[0] == row.code for row, first in either], dtype=np.float64)
    said = np.array([[first is not None, row.code is not None] for row, first in pairs], dtype=np.float64)
    medians = [] if then else _medians(workspace)
    a = np.array([[m[1], m[2]] for m in medians]).reshape(-1, 2)
    inside = np.array([m[3] for m in medians])
    return Agreement(
        cells=len(pairs),
        both=len(both),
        first_only=int((said[:, 0] > said[:, 1]).sum()),
        second_only=int((said[:, 1] > said[:, 0]).sum()),
        presence=statistic([r.source for r, _ in pairs], lambda i: kappa(said[i, 0], said[i, 1], nominal)),
        exact=statistic(groups, lambda i: float((x[i] == y[i]).mean())),
        within_one=statistic(groups, lambda i: float((np.abs(x[i] - y[i]) <= 1).mean())),
        of_either=statistic([r.source for r, _ in either], lambda i: float(equal[i].mean())),
        same_sign=statistic(groups, lambda i: float((np.sign(x[i]) == np.sign(y[i])).mean())),
        linear=statistic(groups, lambda i: kappa(x[i], y[i], linear)),
        quadratic=statistic(groups, lambda i: kappa(x[i], y[i], quadratic)),
        strength=statistic(groups, lambda i: kappa(np.abs(x[i]), np.abs(y[i]), linear)),
        grade=statistic(groups, lambda i: kappa(graded[i, 0], graded[i, 1], nominal)),
        outcome_cells=sum(not _of_driver(row) for row in workspace.second_coding),
        outcomes=statistic([m[0] for m in medians], lambda i: float(np.abs(a[i, 0] - a[i, 1]).mean())),
        covered=statistic([m[0] for m in medians], lambda i: float(inside[i].mean())),
    )


def _of_driver(row: SecondCode) -> bool:
    return row.item != "outcome"


def _kept(row: SecondCode) -> tuple[float, str] | None:
    return None if row.first is None else (row.first, row.first_grade or "TEXT")


def _first_code(workspace: Workspace, row: SecondCode) -> tuple[float, str] | None:
    """The first coder's (code, grade) of a cell; None where there is none."""
    effect = workspace.sources[row.source].effects.get(row.item)
    if effect is None:
        return None
    code = getattr(effect, row.channel)
    if not isinstance(code, int | float):
        return None
    return float(code), effect.grade_of("split" if row.channel == "split" else "alliance")


def _medians(workspace: Workspace) -> list[tuple[str, float, float, bool]]:
    """(source, logit of the first median, of the second, whether the second lies in the first's interval)."""
    found = []
    for row in workspace.second_coding:
        first = None if _of_driver(row) else getattr(workspace.sources[row.source].outcomes, row.channel)
        if first is not None and row.quantiles is not None:
            low, high = first.quantiles.values[0], first.quantiles.values[-1]
            second = row.quantiles.p50
            found.append((row.source, logit(first.quantiles.p50), logit(second), low <= second <= high))
    return found
