"""SHELF's table of judgments of one quantity: probabilities down, experts across, limits above and below.

    probability,expert.A,expert.B
    lower,10,0
    0.25,50,40
    0.5,60,50
    0.75,65,60
    upper,100,Inf

These are the arguments of SHELF's ``fitdist`` (Oakley and O'Hagan): ``vals`` the cells, ``probs`` the first
column, ``lower`` and ``upper`` the rows of those names (its app writes L and U, and no name over the first
column). Experts asked for different probabilities (``probs`` a matrix) leave cells empty, or NA as R writes
it. A row ``weight`` is our own. Marks and separators as in `forecast.interchange.csv_cells`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from forecast.elicitation.judgment import Judgment, JudgmentError
from forecast.errors import InputError, Problem, UsageError
from forecast.inputs.plain_words import did_you_mean
from forecast.interchange.csv_cells import Table, number, read_table, written
from forecast.interchange.elicited import Elicited

#: What the rows that hold no quantiles may be called, in lower case.
ROWS: Mapping[str, str] = {
    "lower": "lower", "l": "lower", "upper": "upper", "u": "upper", "weight": "weight", "w": "weight",
}  # fmt: skip
#: What may stand over the first column, in lower case.
HEADS = ("", "probability", "probabilities", "probs", "prob", "p", "x", "rownames")
_ABSENT = ("", "na", "nan")


def read_shelf_table(path: Path, *, item: str | None = None) -> tuple[Elicited, ...]:
    """What each expert said, in the order of the columns; ``item`` is the file's name unless given.

    Raises
    ------
    InputError
        With every fault by file and line: a row that is neither a probability nor a limit, a probability
        given twice, cells that are no numbers, and what no distribution has, by expert.
    """
    problems: list[Problem] = []
    found = read_table(path, problems)
    said: list[Elicited] = []
    if found is not None and _has_experts(found, problems):
        rows = _rows(found, problems)
        for column in range(1, len(found.head)):
            said += _expert(found, rows, column, item or path.stem, problems)
        if not said and not problems:
            problems.append(Problem(found.file, 0, "", "there is no judgment in the table"))
    if problems:
        raise InputError(problems)
    return tuple(said)


def looks_like_shelf(path: Path) -> bool:
    """Whether a table's head is one of probabilities down and experts across."""
    found = read_table(path, [])
    return found is not None and found.head[0].lower() in HEADS


def shelf_table(said: Sequence[Elicited], *, excel: bool = False) -> str:
    """Judgments of one item as a table that `read_shelf_table` reads back the same.

    Limits are the first and the last row, as SHELF's app wants them. What the table has no place for (unit,
    realisation, note) is not written.

    Raises
    ------
    UsageError
        For no judgment, for several items (a table holds one), and for an expert who is there twice.

    Examples
    --------
    >>> one = Elicited("expert.A", "x", Judgment.of_quartiles(25, 30, 35, lower=0))
    >>> print(shelf_table([one]), end="")
    probability,expert.A
    lower,0
    0.25,25
    0.5,30
    0.75,35
    upper,Inf
    """
    _one_item(said)
    levels = sorted({p for one in said for p in one.judgment.probabilities})
    at = [dict(zip(one.judgment.probabilities, one.judgment.values, strict=True)) for one in said]
    for one, values in zip(said, at, strict=True):
        if len(values) < len(one.judgment.values):
            raise UsageError(f"{one.expert} states two values of equal probability; the table holds one")
    body: list[Sequence[str | float]] = [
        ["probability", *(one.expert for one in said)],
        ["lower", *(one.judgment.lower for one in said)],
        *([p, *(values.get(p, "") for values in at)] for p in levels),
        ["upper", *(one.judgment.upper for one in said)],
    ]
    if any(one.weight != 1.0 for one in said):
        body.append(["weight", *(one.weight for one in said)])
    return written(body, excel=excel)


def _one_item(said: Sequence[Elicited]) -> None:
    items = list(dict.fromkeys(one.item for one in said))
    if len(items) != 1:
        found = ", ".join(items[:4]) + (", ..." if len(items) > 4 else "")
        raise UsageError(f"SHELF's table holds one item (found {found or 'none'}); write one file for each")
    experts = [one.expert for one in said]
    twice = [name for name in experts if experts.count(name) > 1]
    if twice:
        raise UsageError(f"{twice[0]} is there twice; SHELF's table has one column an expert")


def _has_experts(found: Table, problems: list[Problem]) -> bool:
    if found.head[0].lower() not in HEADS:
        message = (
            f"the first column is called '{found.head[0]}', not 'probability'; a table with a row an answer "
            "is read as quantiles (expert,item,p05,...)"
        )
        problems.append(Problem(found.file, 1, "", message))
    elif len(found.head) < 2:
        problems.append(Problem(found.file, 1, "", "there is no expert; write one column for each"))
    elif "" in found.head[1:]:
        column = found.head.index("", 1) + 1
        problems.append(Problem(found.file, 1, "", f"column {column} has no name; write the expert's"))
    else:
        return True
    return False


_Row = tuple[int, Sequence[str]]


@dataclass(frozen=True)
class _Rows:
    """Rows by name, and those of quantiles by probability."""

    named: Mapping[str, _Row]
    stated: Mapping[float, _Row]


def _rows(found: Table, problems: list[Problem]) -> _Rows:
    named: dict[str, _Row] = {}
    stated: dict[float, _Row] = {}
    for line, cells in found.rows:
        label = cells[0]
        name = ROWS.get(label.lower())
        if name is not None and name in named:
            message = f"the row '{name}' stands on line {named[name][0]} too; keep one"
            problems.append(Problem(found.file, line, label, message))
        elif name is not None:
            named[name] = (line, cells)
        elif (p := _probability(found, line, label, problems)) is not None:
            if p in stated:
                message = f"the probability {p:g} stands on line {stated[p][0]} too; keep one row"
                problems.append(Problem(found.file, line, label, message))
            stated[p] = (line, cells)
    return _Rows(named, stated)


def _probability(found: Table, line: int, label: str, problems: list[Problem]) -> float | None:
    try:
        p = number(label, separator=found.separator, comma=found.comma)
    except ValueError as error:
        near = did_you_mean(label, ROWS)
        hint = f"did you mean '{near}'?" if near else "a row is a probability, lower, upper or weight"
        message = str(error) if any(c.isdigit() for c in label) else f"no such row; {hint}"
        problems.append(Problem(found.file, line, label, message))
        return None
    if not 0.0 <= p <= 1.0:
        meant = f"; write {p / 100:g}" if 1.0 < p <= 100.0 else ""
        problems.append(Problem(found.file, line, label, f"{p:g} is not a probability{meant}"))
        return None
    return p


def _expert(found: Table, rows: _Rows, column: int, item: str, problems: list[Problem]) -> list[Elicited]:
    """The judgment in a column: one, or none where nothing was answered or something is wrong."""
    expert, named, stated, before = found.head[column], rows.named, rows.stated, len(problems)

    def value(row: _Row, *, endless: bool = False) -> float | None:
        line, cells = row
        if cells[column].lower() in _ABSENT:
            return None
        try:
            return number(cells[column], separator=found.separator, comma=found.comma, endless=endless)
        except ValueError as error:
            problems.append(Problem(found.file, line, expert, str(error)))
            return None

    def about(name: str, otherwise: float, *, endless: bool = False) -> float:
        told = value(named[name], endless=endless) if name in named else None
        return otherwise if told is None else told

    values = {p: v for p in sorted(stated) if (v := value(stated[p])) is not None}
    lower, upper = about("lower", -math.inf, endless=True), about("upper", math.inf, endless=True)
    weight = about("weight", 1.0)
    if weight < 0:
        message = f"a weight is at least 0 (found {weight:g})"
        problems.append(Problem(found.file, named["weight"][0], expert, message))
    if not values or len(problems) > before:
        return []
    line = stated[min(values)][0]
    try:
        judgment = Judgment.of_quantiles(values, lower=lower, upper=upper, name=f"{expert}, {item}")
    except JudgmentError as error:
        problems.append(Problem(found.file, line, expert, str(error)))
        return []
    return [Elicited(expert, item, judgment, weight=weight, file=found.file, line=line)]
