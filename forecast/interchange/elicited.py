"""A judgment that came from elsewhere: whose, of what, and the line it stands on."""

from __future__ import annotations

from dataclasses import dataclass

from forecast.elicitation.judgment import Judgment


@dataclass(frozen=True)
class Elicited:
    """What one expert said of one item.

    Attributes
    ----------
    expert, item
        As the table names them.
    judgment
        What was stated, with its limits.
    unit
        Of the values; empty where the table has none.
    weight
        At least 0; 1 where the table has none.
    realisation
        What came true, in the units of the values; None where it is not known.
    note
        What the table says beside it.
    scale
        The background measure of an item on which experts are scored, ``uni`` or ``log``; empty where the
        table has none.
    file, line
        Where it stands; line 0 where it stands in no file.
    """

    expert: str
    item: str
    judgment: Judgment
    unit: str = ""
    weight: float = 1.0
    realisation: float | None = None
    note: str = ""
    scale: str = ""
    file: str = ""
    line: int = 0
