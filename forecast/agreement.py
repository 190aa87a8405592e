"""How far two coders agree: presence of a code, its value, its grade, and coded probabilities.

    kappa_w = 1 - mean_i d(x_i, y_i) / mean_ij d(x_i, y_j)

over pairs of codes (x_i, y_i): 1 is full agreement, 0 what independent coders with these marginal
distributions would show. d = |x - y| is the linear weight, (x - y)^2 the quadratic one, and d = [x != y]
the unweighted kappa.

Source: Cohen (1960), Educational and Psychological Measurement 20(1), 37-46; Cohen (1968), Psychological
Bulletin 70(4), 213-220. Intervals: bootstrap over sources (Efron and Tibshirani 1993, ch. 13), since the
cells of one source are read from the same few pages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation import logit
from forecast.inputs.records import SecondCode
from forecast.inputs.workspace import Workspace

RESAMPLES = 1000
SEED = 1

Distance = Callable[[Floats, Floats], Floats]


def linear(x: Floats, y: Floats) -> Floats:
    """|x - y|."""
    return np.asarray(np.abs(x - y), dtype=np.float64)


def quadratic(x: Floats, y: Floats) -> Floats:
    """(x - y)^2."""
    return np.asarray((x - y) ** 2, dtype=np.float64)


def nominal(x: Floats, y: Floats) -> Floats:
    """1 where x and y differ."""
    return np.asarray(x != y, dtype=np.float64)


@dataclass(frozen=True)
class Statistic:
    """A measure over ``n`` cells with a 90% bootstrap interval; NaN where it cannot be had."""

    value: float
    p05: float
    p95: float
    n: int

    def shown(self, *, share: bool) -> tuple[str, str]:
        """The value and its interval as text; a share of cells in whole per cent.

        >>> Statistic(0.75, 0.5, 1.0, 4).shown(share=True)
        ('75%', '50% to 100%')
        """
        form = "{:.0%}" if share else "{:.2f}"
        return form.format(self.value), f"{form.format(self.p05)} to {form.format(self.p95)}"


@dataclass(frozen=True)
class Agreement:
    """Two codings of the same cells.

    ``cells`` driver cells were drawn (source x driver x channel); both coders gave a code in ``both``, one of
    them in ``first_only`` and ``second_only``. ``exact`` to ``quadratic`` are over cells with two codes,
    ``grade`` is the unweighted kappa of TEXT against INFER there. ``outcomes`` compares coded medians: the
    mean absolute difference on the logit, and ``covered``, the share of second medians inside the first
    coder's 90% interval.
    """

    cells: int
    both: int
    first_only: int
    second_only: int
    presence: Statistic
    exact: Statistic
    within_one: Statistic
    same_sign: Statistic
    linear: Statistic
    quadratic: Statistic
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
            ("Same direction", self.same_sign, True),
            ("Codes: kappa, linear weights", self.linear, False),
            ("Codes: kappa, quadratic weights", self.quadratic, False),
            ("Evidence grade: kappa", self.grade, False),
            ("Coded medians of outcomes: mean difference, log odds", self.outcomes, False),
            ("Second median inside the first 90% interval", self.covered, True),
        )


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


def kappa(x: Floats, y: Floats, distance: Distance) -> float:
    """Weighted kappa of two codings x, y (n,) of the same items; NaN if no disagreement is possible.

    >>> round(kappa(np.array([0., 0, 1, 1]), np.array([0., 1, 1, 1]), nominal), 3)
    0.5
    """
    if not len(x):
        return float("nan")
    expected = float(distance(x[:, None], y[None, :]).mean())
    return 1.0 - float(distance(x, y).mean()) / expected if expected > 0 else float("nan")


def agreement(workspace: Workspace) -> Agreement | None:
    """The workspace's codes against its second coding; None if it has none."""
    pairs = [(row, _first_code(workspace, row)) for row in workspace.second_coding if _of_driver(row)]
    if not pairs:
        return None
    both = [(row, first) for row, first in pairs if row.code is not None and first is not None]
    groups = [row.source for row, _ in both]
    x = np.array([first[0] for _, first in both])
    y = np.array([row.code for row, _ in both], dtype=np.float64)
    graded = np.array([[first[1] == "TEXT", row.grade == "TEXT"] for row, first in both], dtype=np.float64)
    said = np.array([[first is not None, row.code is not None] for row, first in pairs], dtype=np.float64)
    medians = _medians(workspace)
    a = np.array([[m[1], m[2]] for m in medians]).reshape(-1, 2)
    inside = np.array([m[3] for m in medians])
    return Agreement(
        cells=len(pairs),
        both=len(both),
        first_only=int((said[:, 0] > said[:, 1]).sum()),
        second_only=int((said[:, 1] > said[:, 0]).sum()),
        presence=_statistic([r.source for r, _ in pairs], lambda i: kappa(said[i, 0], said[i, 1], nominal)),
        exact=_statistic(groups, lambda i: float((x[i] == y[i]).mean())),
        within_one=_statistic(groups, lambda i: float((np.abs(x[i] - y[i]) <= 1).mean())),
        same_sign=_statistic(groups, lambda i: float((np.sign(x[i]) == np.sign(y[i])).mean())),
        linear=_statistic(groups, lambda i: kappa(x[i], y[i], linear)),
        quadratic=_statistic(groups, lambda i: kappa(x[i], y[i], quadratic)),
        grade=_statistic(groups, lambda i: kappa(graded[i, 0], graded[i, 1], nominal)),
        outcome_cells=sum(not _of_driver(row) for row in workspace.second_coding),
        outcomes=_statistic([m[0] for m in medians], lambda i: float(np.abs(a[i, 0] - a[i, 1]).mean())),
        covered=_statistic([m[0] for m in medians], lambda i: float(inside[i].mean())),
    )


def _of_driver(row: SecondCode) -> bool:
    return row.item != "outcome"


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


def _statistic(groups: Sequence[str], of: Callable[[np.ndarray], float]) -> Statistic:
    """``of`` over all cells, with quantiles over resamples of whole groups."""
    if not groups:
        return Statistic(float("nan"), float("nan"), float("nan"), 0)
    names = sorted(set(groups))
    members = [np.flatnonzero([g == name for g in groups]) for name in names]
    rng = np.random.default_rng(SEED)
    drawn = [
        of(np.concatenate([members[k] for k in rng.integers(len(names), size=len(names))]))
        for _ in range(RESAMPLES)
    ]
    low, high = np.nanquantile(drawn, [0.05, 0.95]) if np.isfinite(drawn).any() else (np.nan, np.nan)
    return Statistic(of(np.arange(len(groups))), float(low), float(high), len(groups))
