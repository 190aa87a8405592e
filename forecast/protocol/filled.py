"""A filled template as cells that remember their place, whichever of the two files it was filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, get_args

from forecast.errors import Problem
from forecast.inputs.records import Lens

#: (item, blank); blanks of the head, such as the lens, belong to the item ''.
Place = tuple[str, str]
#: Blanks of the head that the expert fills, and what they hold.
HEAD: Final = {
    "lens": f"the schools your view belongs to, one or more of {', '.join(get_args(Lens))}",
    "view_date": "the day of these answers, as 2027-01-31; empty for the day they are sealed",
    "confidence": "how sure you are of every interval that has no confidence of its own",
    "remarks": "who you are to judge this, and anything else",
}
#: What says which template this is; a file for someone else, or of another round, is refused.
IDENTITY: Final = ("question", "expert", "round")


@dataclass(frozen=True)
class Cell:
    """What stands in a blank, and where: ``at`` is a dotted path, or a row and a column."""

    value: object
    line: int
    at: str


@dataclass(frozen=True)
class Filled:
    """One file that came back: its cells, what it says it is, and everything wrong with its form.

    ``mark`` is the decimal mark of the program that wrote it.
    """

    file: str
    cells: Mapping[Place, Cell] = field(default_factory=dict)
    identity: Mapping[str, Cell] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    mark: str = "."

    def problem(self, cell: Cell, message: str, *, warning: bool = False) -> Problem:
        """A problem of one cell."""
        return Problem(self.file, cell.line, cell.at, message, warning)


def check_identity(filled: Filled, *, question: str, expert: str, number: int) -> list[Problem]:
    """Whether a file is the template it is taken for."""
    wanted = {"question": question, "expert": expert, "round": str(number)}
    found = []
    for key, cell in filled.identity.items():
        if key in wanted and str(cell.value).strip() != wanted[key]:
            message = (
                f"is {str(cell.value)[:60]!r}, but this file stands where that of {wanted[key]!r} belongs"
            )
            found.append(filled.problem(cell, message))
    missing = [key for key in wanted if key not in filled.identity]
    if missing and not filled.problems:
        message = f"does not say which {' and '.join(missing)} it answers; write the template anew"
        found.append(Problem(filled.file, 1, missing[0], message))
    return found
