"""The coherent point nearest to what was stated: reconciliation by least squares in log odds.

    minimise  sum over cells ((z - z_stated) / sd)^2   subject to every constraint, and quantiles in order

with z = logit(p) and sd the stated judgment's own on that scale, so that firm numbers move least (Lindley,
Tversky and Brown 1979, who weigh each stated value by the precision of its error).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from forecast.calendar import Floats
from forecast.coherence.check import logits
from forecast.coherence.constraint import Cell, Constraint
from forecast.coherence.slack import EXACT, Linear, Slack
from forecast.coherence.statement import Stated

#: Log odds by which two quantiles of one judgment are kept apart, where they were stated further apart.
APART = 0.02
#: A change smaller than this, in log odds, is the optimiser's and no change.
NO_CHANGE = 1e-6
#: What the optimiser may leave a constraint short of.
_REACHED = 1e-7


class NoRepair(Exception):  # noqa: N818 - an outcome that callers report
    """No point was found at which all constraints hold."""


@dataclass(frozen=True)
class Problem:
    """The program: cells with their stated log odds and sds, and what is to hold of them.

    ``order`` holds (lower cell, upper cell, least distance) within each judgment.
    """

    cells: tuple[Cell, ...]
    stated: Floats
    sd: Floats
    order: tuple[tuple[int, int, float], ...]
    constraints: tuple[Constraint, ...]

    @classmethod
    def of(cls, said: Stated, rules: Sequence[Constraint]) -> Problem:
        """Everything a source stated, and every constraint on it."""
        z = logits(said)
        cells = tuple(z)
        index = {cell: i for i, cell in enumerate(cells)}
        order = tuple(
            (index[i, u], index[i, u + 1], min(APART, above - below))
            for i, statement in enumerate(said.statements)
            for u, (below, above) in enumerate(pairwise(statement.logits))
        )
        sd = np.array([said.statements[i].sd for i, _ in cells])
        return cls(cells, np.array(list(z.values())), sd, order, tuple(rules))

    def distance(self, z: Floats) -> float:
        """Sum of squared changes of the log odds, each divided by its judgment's sd."""
        return float(np.sum(((z - self.stated) / self.sd) ** 2))

    def holds(self, z: Floats, *, short: float = EXACT) -> bool:
        """Whether every constraint and order holds, to within ``short``."""
        at = dict(zip(self.cells, z, strict=True))
        ordered = all(z[high] - z[low] >= apart - short for low, high, apart in self.order)
        return ordered and all(
            one.value(np.array([at[cell] for cell in one.cells])) >= -short for one in self.constraints
        )


def nearest(problem: Problem) -> Floats:
    """The log odds nearest to the stated ones at which everything holds; the stated ones if they do.

    Constraints with several ways to hold are left out at first; where one then fails, each of its ways is
    tried in turn, and branches that are already further than the best are cut: the nearest of all is found.
    Linear constraints make a convex program, solved exactly; with products of probabilities (`conditionals`)
    it is the local optimum nearest to what was stated.

    Raises
    ------
    NoRepair
        If nothing satisfies all of them.
    """
    if problem.holds(problem.stated):
        return problem.stated.copy()
    index = {cell: i for i, cell in enumerate(problem.cells)}
    fixed = [
        (slack, tuple(index[c] for c in one.cells))
        for one in problem.constraints
        if len(one.ways) == 1
        for slack in one.ways[0].slacks
    ]
    best: Floats | None = None
    pending = [fixed]
    while pending:
        held = pending.pop()
        z = _solved(problem, held)
        if z is None or (best is not None and problem.distance(z) >= problem.distance(best)):
            continue
        open_ = [
            one
            for one in problem.constraints
            if len(one.ways) > 1 and one.value(z[[index[c] for c in one.cells]]) < -_REACHED
        ]
        if not open_:
            best = z
            continue
        where = tuple(index[c] for c in open_[0].cells)
        pending += [[*held, *((slack, where) for slack in way.slacks)] for way in open_[0].ways]
    if best is None:
        raise NoRepair
    return np.where(np.abs(best - problem.stated) < NO_CHANGE, problem.stated, best)


def _solved(problem: Problem, held: Sequence[tuple[Slack, tuple[int, ...]]]) -> Floats | None:
    """The least distance under these constraints, in units of sd; None where the optimiser finds no point."""
    from scipy.optimize import minimize

    rows = [(slack, list(cells), 0.0) for slack, cells in held]
    rows += [(Linear((1.0, -1.0)), [low, high], apart) for low, high, apart in problem.order]

    def at(u: Floats) -> Floats:
        return problem.stated + problem.sd * u

    def slacks(u: Floats) -> Floats:
        z = at(u)
        return np.array([slack.value(z[cells]) - margin for slack, cells, margin in rows])

    def slopes(u: Floats) -> Floats:
        z, jacobian = at(u), np.zeros((len(rows), len(u)))
        for row, (slack, cells, _) in enumerate(rows):
            jacobian[row, cells] = slack.gradient(z[cells]) * problem.sd[cells]
        return jacobian

    found = minimize(
        lambda u: float(u @ u),
        np.zeros(len(problem.cells)),
        jac=lambda u: 2.0 * u,
        method="SLSQP",
        constraints=[{"type": "ineq", "fun": slacks, "jac": slopes}],
        options={"ftol": 1e-14, "maxiter": 500},
    )
    reached = bool(np.all(np.isfinite(found.x))) and bool(np.all(slacks(found.x) >= -_REACHED))
    return at(found.x) if reached else None
