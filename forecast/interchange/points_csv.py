"""Judgments in the long form, one row a point, as data frames are kept:

    expert,item,probability,value[,lower,upper,unit,weight]

A table without the column ``item`` has one item, called as its file. Limits, unit and weight stand in any of
an expert's rows and must not differ between them. A row without a value was not answered.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from forecast.elicitation.judgment import Judgment, JudgmentError
from forecast.errors import InputError, Problem
from forecast.inputs.plain_words import did_you_mean
from forecast.interchange.csv_cells import Table, number, read_table, written
from forecast.interchange.elicited import Elicited

NEEDED = ("expert", "probability", "value")
#: What a row may say beside its point, and how it is read: as a limit, a number, or text.
BESIDE = ("item", "lower", "upper", "unit", "weight")


@dataclass
class _Gathered:
    """The rows of one expert on one item: where they begin, their points, what stands beside them."""

    line: int
    points: dict[float, float] = field(default_factory=dict)
    beside: dict[str, tuple[str, int]] = field(default_factory=dict)


def looks_like_points(path: Path) -> bool:
    """Whether the head is that of a long table."""
    found = read_table(path, [])
    return found is not None and set(NEEDED) <= {name.lower() for name in found.head}


def read_points(path: Path, *, item: str | None = None) -> tuple[Elicited, ...]:
    """Every judgment of a long table, in the order of first rows.

    Raises
    ------
    InputError
        With every fault by file and line: missing or unknown columns, cells that are no numbers, a point
        given twice, rows that disagree on what stands beside, and points that no distribution has.
    """
    problems: list[Problem] = []
    found = read_table(path, problems)
    said: list[Elicited] = []
    if found is not None and _headed(found, problems):
        gathered = _gathered(found, item or path.stem, problems)
        for (expert, what), rows in gathered.items():
            said += _judged(found, (expert, what), rows, problems)
        if not said and not problems:
            problems.append(Problem(found.file, 0, "", "there is no answer in the table"))
    if problems:
        raise InputError(problems)
    return tuple(said)


def points_csv(said: Iterable[Elicited], *, excel: bool = False) -> str:
    """Judgments as a long table that `read_points` reads back the same; realisations and notes are not kept.

    >>> print(points_csv([Elicited("A", "x", Judgment.of_tertiles(20, 40, lower=0))]), end="")
    expert,item,probability,value,lower,upper,unit,weight
    A,x,0.3333333333333333,20,0,Inf,,1
    A,x,0.6666666666666666,40,0,Inf,,1
    """
    rows: list[list[str | float]] = [["expert", "item", "probability", "value", *BESIDE[1:]]]
    for one in said:
        beside: list[str | float] = [one.judgment.lower, one.judgment.upper, one.unit, one.weight]
        for value, p in zip(one.judgment.values, one.judgment.probabilities, strict=True):
            rows.append([one.expert, one.item, p, value, *beside])
    return written(rows, excel=excel)


def _headed(found: Table, problems: list[Problem]) -> bool:
    names = [name.lower() for name in found.head]
    for name in names:
        if name not in (*NEEDED, *BESIDE):
            near = did_you_mean(name, (*NEEDED, *BESIDE))
            hint = f"Did you mean '{near}'?" if near else f"One of {', '.join((*NEEDED, *BESIDE))}."
            problems.append(Problem(found.file, 1, name, f"unknown column. {hint}"))
    if missing := [name for name in NEEDED if name not in names]:
        problems.append(Problem(found.file, 1, "", f"no column for {', '.join(missing)}"))
    return not problems


def _gathered(found: Table, item: str, problems: list[Problem]) -> Mapping[tuple[str, str], _Gathered]:
    names = [name.lower() for name in found.head]
    said: dict[tuple[str, str], _Gathered] = {}
    for line, cells in found.rows:
        row = dict(zip(names, cells, strict=True))
        if not row["expert"]:
            problems.append(Problem(found.file, line, "expert", "the expert is not named"))
            continue
        if not row["value"]:
            continue
        who = f"{row['expert']}, {row.get('item') or item}"
        one = said.setdefault((row["expert"], row.get("item") or item), _Gathered(line))
        for name in BESIDE[1:]:
            first, where = one.beside.setdefault(name, (row[name], line)) if row.get(name) else ("", line)
            if row.get(name) and row[name] != first:
                message = f"{name} of {who} is {row[name]} here and {first} on line {where}"
                problems.append(Problem(found.file, line, name, message))
        p = _number(found, line, "probability", row["probability"], problems)
        value = _number(found, line, "value", row["value"], problems)
        if p in one.points:
            problems.append(Problem(found.file, line, "", f"the value of {who} at {p:g} is given twice"))
        one.points[p] = value
    return said


def _judged(found: Table, who: tuple[str, str], rows: _Gathered, problems: list[Problem]) -> list[Elicited]:
    before = len(problems)

    def beside(name: str, otherwise: float) -> float:
        cell, line = rows.beside.get(name, ("", 0))
        return _number(found, line, name, cell, problems, endless=name != "weight") if cell else otherwise

    lower, upper, weight = beside("lower", -math.inf), beside("upper", math.inf), beside("weight", 1.0)
    if weight < 0:
        message = f"a weight is at least 0 (found {weight:g})"
        problems.append(Problem(found.file, rows.beside["weight"][1], "weight", message))
    unread = any(math.isnan(x) for point in rows.points.items() for x in point)
    if unread or len(problems) > before:
        return []
    try:
        judgment = Judgment.of_quantiles(rows.points, lower=lower, upper=upper, name=", ".join(who))
    except JudgmentError as error:
        problems.append(Problem(found.file, rows.line, "", str(error)))
        return []
    unit = rows.beside.get("unit", ("", 0))[0]
    return [Elicited(*who, judgment, unit, weight, file=found.file, line=rows.line)]


def _number(
    found: Table, line: int, at: str, cell: str, problems: list[Problem], *, endless: bool = False
) -> float:
    try:
        return number(cell, separator=found.separator, comma=found.comma, endless=endless)
    except ValueError as error:
        problems.append(Problem(found.file, line, at, str(error)))
        return math.nan
