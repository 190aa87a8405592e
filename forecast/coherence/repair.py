"""The smallest change that makes a source's judgments fit together."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from forecast.coherence.check import failing, logits
from forecast.coherence.nearest import NoRepair, Problem, nearest
from forecast.coherence.rounded import rounded
from forecast.coherence.rules import constraints
from forecast.coherence.statement import Place, Stated
from forecast.elicitation import logit

#: The metric, in words, wherever a distance is shown.
METRIC = "root of the sum of squared changes in log odds, each divided by the judgment's own sd"


@dataclass(frozen=True)
class Change:
    """One number of a repair: as stated, as proposed (rounded), and as the exact nearest point has it."""

    place: Place
    title: str
    stated: float
    proposed: float
    exact: float


@dataclass(frozen=True)
class Repair:
    """What to change in one source so that every rule holds; ``rules`` are those that were broken.

    ``distance`` is of the proposed numbers, ``least`` of the exact nearest point: both the root of
    sum ((logit p' - logit p) / sd)^2.
    """

    source: str
    rules: tuple[str, ...]
    changes: tuple[Change, ...]
    distance: float
    least: float


def repair(said: Stated) -> Repair | None:
    """The smallest repair of a source; without changes where nothing is wrong, None where none was found.

    >>> from forecast.coherence.statement import Statement
    >>> a = Statement("alliance", 10, (.05, .5, .95), (.4, .6, .8))
    >>> s = Statement("split", 10, (.05, .5, .95), (.3, .5, .7))
    >>> [(c.stated, c.proposed) for c in repair(Stated("one", (a, s), {}, {})).changes]
    [(0.4, 0.34), (0.6, 0.54), (0.8, 0.74), (0.3, 0.25), (0.5, 0.45), (0.7, 0.65)]
    """
    rules = constraints(said)
    broken = failing(rules, logits(said))
    names = tuple(dict.fromkeys(one.rule for one in broken))
    if not broken:
        return Repair(said.source, (), (), 0.0, 0.0)
    problem = Problem.of(said, rules)
    try:
        target = nearest(problem)
    except NoRepair:
        return None
    proposed = rounded(problem, target)
    if proposed is None:
        return None
    z = problem.stated.copy()
    changes = []
    for at, cell in enumerate(problem.cells):
        if cell in proposed:
            statement = said.statements[cell[0]]
            z[at] = logit(proposed[cell])
            changes.append(
                Change(
                    statement.place(cell[1]),
                    f"{statement.title} {statement.key(cell[1])}",
                    statement.values[cell[1]],
                    proposed[cell],
                    float(1.0 / (1.0 + np.exp(-target[at]))),
                )
            )
    return Repair(
        said.source,
        names,
        tuple(changes),
        math.sqrt(problem.distance(z)),
        math.sqrt(problem.distance(target)),
    )
