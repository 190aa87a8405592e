"""SHELF's table of chips: one row an expert, one column a bin, as ``elicitMultiple`` downloads it.

    "","(0-10]","(10-20]","(20-30]"
    "A",3,6,1

The bins are those of its head, (from-to], next to one another; the outer ends are the limits. P(X <= the
right end of a bin) is the share of the chips up to there (Gore 1987; SHELF's ``roulette``). An empty cell is
no chip; a row without any was not answered.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path

from forecast.elicitation.judgment import Judgment, JudgmentError
from forecast.errors import InputError, Problem
from forecast.interchange.csv_cells import Table, number, read_table
from forecast.interchange.elicited import Elicited

#: A bin: the mark between its ends may be that of a negative number, so ends are matched as numbers.
_END = r"(-?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d+)?)"
_BIN = re.compile(rf"[(\[]\s*{_END}\s*(?:-|;|\bto\b)\s*{_END}\s*[\])]", re.IGNORECASE)


def looks_like_roulette(path: Path) -> bool:
    """Whether every column but the first is a bin."""
    found = read_table(path, [])
    return found is not None and len(found.head) > 1 and all(map(_BIN.fullmatch, found.head[1:]))


def read_shelf_roulette(path: Path, *, item: str | None = None) -> tuple[Elicited, ...]:
    """What each expert laid, in the order of the rows; ``item`` is the file's name unless given.

    Raises
    ------
    InputError
        With every fault by file and line: bins that do not meet, chips that are no counts, an expert twice or
        without a name, and chips that leave no distribution to fit.
    """
    problems: list[Problem] = []
    found = read_table(path, problems)
    said: list[Elicited] = []
    if found is not None and (edges := _edges(found, problems)):
        seen: dict[str, int] = {}
        for line, (expert, *cells) in found.rows:
            if not expert or expert in seen:
                told = (
                    f"{expert} has the row on line {seen[expert]} too" if expert else "the expert has no name"
                )
                problems.append(Problem(found.file, line, "", told))
            seen.setdefault(expert, line)
            said += _laid(found, (line, expert, cells), edges, item or path.stem, problems)
        if not said and not problems:
            problems.append(Problem(found.file, 0, "", "there is no chip in the table"))
    if problems:
        raise InputError(problems)
    return tuple(said)


def _edges(found: Table, problems: list[Problem]) -> list[float]:
    """The ends of the bins in order; none, and a problem, where they are no bins or do not meet."""
    bins = [_BIN.fullmatch(name) for name in found.head[1:]]
    if not bins or None in bins:
        named = next((n for n, b in zip(found.head[1:], bins, strict=True) if b is None), "")
        message = f"'{named}' is no bin; write its ends, such as (0-10]"
        problems.append(Problem(found.file, 1, "", message))
        return []
    ends = [tuple(float(end.replace(",", ".")) for end in b.groups()) for b in bins if b]
    edges = [ends[0][0]]
    for name, (low, high) in zip(found.head[1:], ends, strict=True):
        if low != edges[-1] or not high > low:
            message = f"the bins do not meet: it runs from {low:g} to {high:g} after {edges[-1]:g}"
            problems.append(Problem(found.file, 1, name, message))
            return []
        edges.append(high)
    return edges


def _laid(
    found: Table,
    row: tuple[int, str, Sequence[str]],
    edges: Sequence[float],
    item: str,
    problems: list[Problem],
) -> list[Elicited]:
    line, expert, cells = row
    before, chips = len(problems), []
    for name, cell in zip(found.head[1:], cells, strict=True):
        try:
            count = number(cell, separator=found.separator, comma=found.comma) if cell else 0.0
        except ValueError as error:
            problems.append(Problem(found.file, line, name, str(error)))
            count = math.nan
        if count < 0:
            problems.append(Problem(found.file, line, name, f"there are no {count:g} chips"))
        chips.append(count)
    if len(problems) > before or not any(chips):
        return []
    try:
        judgment = Judgment.of_roulette(
            edges, chips, lower=edges[0], upper=edges[-1], name=f"{expert}, {item}"
        )
    except JudgmentError as error:
        problems.append(Problem(found.file, line, expert, str(error)))
        return []
    return [Elicited(expert, item, judgment, file=found.file, line=line)]
