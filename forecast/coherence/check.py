"""Which of a source's judgments, each legal, do not fit together: with every number and place involved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats
from forecast.coherence.constraint import Cell, Constraint
from forecast.coherence.rules import constraints
from forecast.coherence.slack import EXACT
from forecast.coherence.statement import Place, Stated


@dataclass(frozen=True)
class Value:
    """A stated number: where it stands, and the quantile of what it is."""

    place: Place
    title: str
    value: float


@dataclass(frozen=True)
class Incoherence:
    """Judgments of one source that no probability distribution has together.

    ``rule`` is a key of `RULES`; ``excess`` by how much it fails, in log odds; ``judgments`` every number
    involved; ``beside`` numbers it also rests on that are not the source's own.
    """

    source: str
    rule: str
    message: str
    excess: float
    judgments: tuple[Value, ...]
    beside: tuple[Place, ...] = ()


def incoherences(said: Stated) -> tuple[Incoherence, ...]:
    """Every rule that a source's statements break, in the order of the table."""
    broken = failing(constraints(said), logits(said))
    return tuple(
        Incoherence(
            source=said.source,
            rule=one.rule,
            message=one.message,
            excess=-one.value(_at(logits(said), one.cells)),
            judgments=tuple(_value(said, cell) for cell in one.cells),
            beside=one.beside,
        )
        for one in broken
    )


def logits(said: Stated) -> dict[Cell, float]:
    """Log odds of every stated value, by cell."""
    return {(i, u): z for i, statement in enumerate(said.statements) for u, z in enumerate(statement.logits)}


def failing(rules: Sequence[Constraint], z: dict[Cell, float]) -> tuple[Constraint, ...]:
    """The constraints that do not hold at these log odds."""
    return tuple(one for one in rules if one.value(_at(z, one.cells)) < -EXACT)


def _at(z: dict[Cell, float], cells: Sequence[Cell]) -> Floats:
    return np.array([z[cell] for cell in cells])


def _value(said: Stated, cell: Cell) -> Value:
    statement = said.statements[cell[0]]
    title = f"{statement.title} {statement.key(cell[1])}"
    return Value(statement.place(cell[1]), title, statement.values[cell[1]])
