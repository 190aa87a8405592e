"""A consequence of coherence on some stated values: what is to hold of them, and what is wrong if not."""

from __future__ import annotations

from dataclasses import dataclass

from forecast.calendar import Floats
from forecast.coherence.slack import Way
from forecast.coherence.statement import Place

#: A stated value: its statement's position among a source's, and its own among the statement's quantiles.
Cell = tuple[int, int]


@dataclass(frozen=True)
class Constraint:
    """One consequence of coherence on some cells: it holds where any of its ways does.

    ``message`` says what is wrong where it fails; ``open_ended``: the bound itself is to be avoided when
    numbers are proposed; ``beside``: places of numbers it also rests on, that are not the source's.
    """

    rule: str
    cells: tuple[Cell, ...]
    ways: tuple[Way, ...]
    message: str
    open_ended: bool = False
    beside: tuple[Place, ...] = ()

    def value(self, z: Floats) -> float:
        """The slack at log odds ``z``, one each cell: negative where it fails."""
        return max(way.value(z) for way in self.ways)
