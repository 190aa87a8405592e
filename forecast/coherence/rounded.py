"""A repair in figures a person would write: as few as still satisfy every constraint."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from forecast.calendar import Floats
from forecast.coherence.constraint import Cell, Constraint
from forecast.coherence.nearest import Problem
from forecast.coherence.slack import EXACT
from forecast.elicitation import logit

#: Significant figures, of a probability or of its complement if that is smaller: as few as will do.
FIGURES = range(2, 9)
#: Points looked at for one number of figures before it is taken to allow none.
PATIENCE = 5_000


def rounded(problem: Problem, target: Floats) -> dict[Cell, float] | None:
    """The probabilities that change, near ``target`` (log odds) and with everything still holding.

    Of the grid points around the target the one at the least distance from what was stated; two figures
    where such a point exists, else three, and so on. A sum of exactly 1 is not proposed, since it would leave
    nothing for partnership. None if no number of figures allows a point.
    """
    changed = [i for i in range(len(target)) if target[i] != problem.stated[i]]
    for figures in FIGURES:
        found = _search(problem, target, changed, figures)
        if found is not None:
            return {
                problem.cells[i]: p
                for i, p in found.items()
                if not math.isclose(p, _probability(problem.stated[i]), rel_tol=1e-12)
            }
    return None


def grid(p: float, figures: int) -> tuple[float, ...]:
    """Probabilities of so many figures around ``p``: two below and two above it, or ``p`` and its neighbours.

    >>> grid(0.03456, 2), grid(0.9712, 2)
    ((0.033, 0.034, 0.035, 0.036), (0.97, 0.971, 0.972, 0.973))
    """
    step = Decimal(1).scaleb(math.floor(math.log10(min(p, 1 - p))) - figures + 1)
    below = int(Decimal(p) / step)
    near = [(below + k) * step for k in (-1, 0, 1, 2)]
    return tuple(float(q) for q in near if 0 < q < 1)


def _search(problem: Problem, target: Floats, changed: list[int], figures: int) -> dict[int, float] | None:
    """The best grid point by branch and bound, cells in turn; None if none holds."""
    z = problem.stated.copy()
    # Quantile by quantile over all judgments: what constrains two cells is met early.
    turn = sorted(changed, key=lambda i: (problem.cells[i][1], problem.cells[i][0]))
    touching = _touching(problem, turn)
    options = [_options(problem, i, target[i], figures) for i in turn]
    least = [math.fsum(min(cost for cost, _ in one) for one in options[k:]) for k in range(len(turn) + 1)]
    best: tuple[float, dict[int, float] | None] = (math.inf, None)
    pending: list[tuple[float, tuple[float, ...]]] = [(0.0, ())]
    for _ in range(PATIENCE):
        if not pending:
            break
        so_far, chosen = pending.pop()
        depth = len(chosen)
        if so_far + least[depth] >= best[0]:
            continue
        for i, p in zip(turn, chosen, strict=False):
            z[i] = logit(p)
        if depth and not touching[turn[depth - 1]](z):
            continue
        if depth == len(turn):
            best = so_far, dict(zip(turn, chosen, strict=True))
            continue
        # The nearest to the target is looked at first: it lies on top of the stack.
        pending += [(so_far + cost, (*chosen, p)) for cost, p in reversed(options[depth])]
    return best[1]


def _options(problem: Problem, i: int, target: float, figures: int) -> list[tuple[float, float]]:
    """(cost, probability) of the grid points for a cell, nearest to its target first.

    The stated value is among them where it lies that near.
    """
    p, stated = _probability(target), _probability(problem.stated[i])
    near = [q for q in grid(p, figures) if not math.isclose(q, stated, rel_tol=1e-12)]
    if min(near) < stated < max(near):
        near.append(stated)
    costs = [(float(((logit(q) - problem.stated[i]) / problem.sd[i]) ** 2), q) for q in near]
    return sorted(costs, key=lambda one: abs(logit(one[1]) - target))


class _Touching:
    """What is to hold once the cells up to one of those that change are chosen."""

    def __init__(self, problem: Problem, cell: int, known: frozenset[int]) -> None:
        index: Mapping[Cell, int] = {one: i for i, one in enumerate(problem.cells)}
        self.order = [
            (low, high) for low, high, _ in problem.order if cell in (low, high) and {low, high} <= known
        ]
        self.constraints: list[tuple[Constraint, list[int]]] = []
        for one in problem.constraints:
            where = [index[c] for c in one.cells]
            if cell in where and set(where) <= known:
                self.constraints.append((one, where))

    def __call__(self, z: Floats) -> bool:
        """Whether it holds at log odds ``z``."""
        return all(z[high] - z[low] > EXACT for low, high in self.order) and all(
            one.value(z[where]) >= (EXACT if one.open_ended else -EXACT) for one, where in self.constraints
        )


def _touching(problem: Problem, changed: list[int]) -> dict[int, _Touching]:
    """By cell, in the order they are chosen: what involves it and only cells chosen before, or not at all."""
    known = set(range(len(problem.cells))) - set(changed)
    found = {}
    for cell in changed:
        known.add(cell)
        found[cell] = _Touching(problem, cell, frozenset(known))
    return found


def _probability(z: float) -> float:
    return float(1.0 / (1.0 + np.exp(-z)))
