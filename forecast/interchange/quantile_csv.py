"""Quantiles of many experts and items as one table, as people type it and other programs write it.

One row an answer:

    expert,item,p05,p50,p95[,lower,upper,unit,weight,realisation,scale,note]

Quantile columns are called p05, p2.5, 0.05 or 5%; an empty cell was not answered, and a row without any was
not answered at all. Marks and separators as in `forecast.interchange.csv_cells`. Everything wrong is told at
once, by line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from forecast.elicitation.judgment import Judgment, JudgmentError
from forecast.errors import InputError, Problem
from forecast.inputs.plain_words import did_you_mean
from forecast.interchange.csv_cells import Table, number, read_table, written
from forecast.interchange.elicited import Elicited

#: What a column may be called, in lower case, by what it holds.
COLUMNS: Mapping[str, str] = {
    "expert": "expert",
    "expertid": "expert",
    "item": "item",
    "itemid": "item",
    "lower": "lower",
    "upper": "upper",
    "unit": "unit",
    "weight": "weight",
    "realisation": "realisation",
    "realization": "realisation",
    "scale": "scale",
    "note": "note",
}
#: What a scale may be: of the Classical Model's background measure.
SCALES = ("", "uni", "log")
_LEVEL = re.compile(r"p(\d{1,2}(?:[.,]\d+)?)|(\d{1,2}(?:[.,]\d+)?)%|(0?[.,]\d+)")


def read_quantile_csv(path: Path) -> tuple[Elicited, ...]:
    """Every answer of a table, in its order.

    Raises
    ------
    InputError
        With every fault by file and line: missing or unknown columns, cells that are no numbers, quantiles
        that no distribution has, an item answered twice by one expert, rows that disagree on an item's unit
        or on what came true, and a table without an answer.
    """
    problems: list[Problem] = []
    found = read_table(path, problems)
    said: list[Elicited] = []
    if found is not None:
        places = _places(found, problems)
        if places is not None:
            columns, levels = places
            for row in found.rows:
                said += _answer(found, row, columns, levels, problems)
            problems += _clashes(said)
            if not said and not problems:
                problems.append(Problem(found.file, 0, "", "there is no answer in the table"))
    if problems:
        raise InputError(problems)
    return tuple(said)


def quantile_csv(said: Iterable[Elicited], *, excel: bool = False) -> str:
    """Answers as a table that `read_quantile_csv` reads back the same; columns that say nothing are left out.

    Stated probabilities of 0 and 1 have no column of quantiles: they are written as the limits they are.

    >>> one = Elicited("A", "x", Judgment.of_quartiles(25, 30, 35, lower=0))
    >>> print(quantile_csv([one]), end="")
    expert,item,p25,p50,p75,lower
    A,x,25,30,35,0
    """
    rows = list(said)
    levels = sorted({p for one in rows for _, p in one.judgment.inner})
    table: dict[str, Callable[[Elicited], str | float]] = {
        "lower": lambda one: _finite(_ends(one.judgment)[0]),
        "upper": lambda one: _finite(_ends(one.judgment)[1]),
        "unit": lambda one: one.unit,
        "weight": lambda one: one.weight,
        "realisation": lambda one: "" if one.realisation is None else one.realisation,
        "scale": lambda one: one.scale,
        "note": lambda one: one.note,
    }
    silent: Mapping[str, str | float] = {"weight": 1.0}
    used = [name for name, cell in table.items() if any(cell(one) != silent.get(name, "") for one in rows)]
    body: list[Sequence[str | float]] = [["expert", "item", *map(column, levels), *used]]
    for one in rows:
        at = {p: v for v, p in one.judgment.inner}
        body.append([one.expert, one.item, *(at.get(p, "") for p in levels), *(table[n](one) for n in used)])
    return written(body, excel=excel)


def level(name: str) -> float | None:
    """The probability that a column's quantiles stand at; None for another column.

    >>> level("p05"), level("P2.5"), level("0.95"), level("50%"), level("unit")
    (0.05, 0.025, 0.95, 0.5, None)
    """
    found = _LEVEL.fullmatch(name.strip().lower())
    if not found:
        return None
    percents, fraction = found[1] or found[2], found[3]
    # 2.5 / 100 as a decimal, so that p30 is 0.3 and no neighbour of it.
    text = f"{percents}e-2" if percents else fraction
    p = float(text.replace(",", "."))
    return p if 0.0 < p < 1.0 else None


def column(p: float) -> str:
    """The name of the column of quantiles at p; `level` gives the same number back.

    >>> column(0.05), column(0.025), column(1 / 3)
    ('p05', 'p2.5', '0.3333333333333333')
    """
    percents = f"{100 * p:.10g}"
    name = f"p{percents}" if "." in percents or len(percents) > 1 else f"p0{percents}"
    return name if level(name) == p else format(Decimal(repr(p)), "f")


def _places(table: Table, problems: list[Problem]) -> tuple[dict[str, int], dict[int, float]] | None:
    """Where each column stands, and which are quantiles; None, and problems, where the head is no head."""
    columns: dict[str, int] = {}
    levels: dict[int, float] = {}
    for n, name in enumerate(table.head):
        p, known = level(name), COLUMNS.get(name.lower())
        if p is not None:
            if p in levels.values():
                problems.append(Problem(table.file, 1, name, f"two columns hold the quantiles at {p:g}"))
            levels[n] = p
        elif known is None:
            problems.append(Problem(table.file, 1, name or f"column {n + 1}", _unknown(name)))
        elif known in columns:
            problems.append(Problem(table.file, 1, name, f"two columns hold the {known}"))
        else:
            columns[known] = n
    missing = [name for name in ("expert", "item") if name not in columns]
    missing += [] if levels else ["quantiles such as p05, p50, p95"]
    if missing:
        found = ", ".join(filter(None, table.head))
        problems.append(Problem(table.file, 1, "", f"no column for {', '.join(missing)} (found {found})"))
        return None
    return columns, levels


def _unknown(name: str) -> str:
    if near := did_you_mean(name, COLUMNS):
        return f"unknown column. Did you mean '{near}'?"
    return f"unknown column. One of {', '.join(dict.fromkeys(COLUMNS.values()))}, or quantiles such as p05."


def _answer(
    table: Table,
    row: tuple[int, Sequence[str]],
    columns: Mapping[str, int],
    levels: Mapping[int, float],
    problems: list[Problem],
) -> list[Elicited]:
    """The answer of a row: one, or none where nothing was answered or something is wrong."""
    (line, cells), before = row, len(problems)

    def text(name: str) -> str:
        return cells[columns[name]] if name in columns else ""

    def value(cell: str, at: str, *, endless: bool = False) -> float:
        try:
            return number(cell, separator=table.separator, comma=table.comma, endless=endless)
        except ValueError as error:
            problems.append(Problem(table.file, line, at, str(error)))
            return math.nan

    def optional(name: str, otherwise: float, *, endless: bool = False) -> float:
        return value(text(name), name, endless=endless) if text(name) else otherwise

    problems += [
        Problem(table.file, line, name, f"the {name} is not named")
        for name in ("expert", "item")
        if not text(name)
    ]
    stated = {p: value(cells[n], table.head[n]) for n, p in levels.items() if cells[n]}
    lower, upper = optional("lower", -math.inf, endless=True), optional("upper", math.inf, endless=True)
    weight, realisation = optional("weight", 1.0), optional("realisation", math.nan)
    if weight < 0:
        problems.append(Problem(table.file, line, "weight", f"a weight is at least 0 (found {weight:g})"))
    scale = text("scale").lower()
    if scale not in SCALES:
        message = f"the scale is uni or log (found '{text('scale')}')"
        problems.append(Problem(table.file, line, "scale", message))
    if not stated or len(problems) > before:
        return []
    try:
        judgment = Judgment.of_quantiles(
            stated, lower=lower, upper=upper, name=f"{text('expert')}, {text('item')}"
        )
    except JudgmentError as error:
        problems.append(Problem(table.file, line, "", str(error)))
        return []
    came_true = None if math.isnan(realisation) else realisation
    return [
        Elicited(
            text("expert"), text("item"), judgment, text("unit"), weight, came_true, text("note"),
            scale, table.file, line,
        )
    ]  # fmt: skip


def _clashes(said: Sequence[Elicited]) -> list[Problem]:
    """Rows that say what another row says otherwise."""
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    about: dict[tuple[str, str], tuple[str, int]] = {}
    for one in said:
        if (first := seen.setdefault((one.expert, one.item), one.line)) != one.line:
            message = f"{one.expert} answers {one.item} a second time (first on line {first}); keep one"
            problems.append(Problem(one.file, one.line, "", message))
        came_true = "" if one.realisation is None else f"{one.realisation:.12g}"
        for name, found in (
            ("unit", one.unit),
            ("realisation", came_true),
            ("scale", one.scale),
        ):
            said_first, line = about.setdefault((one.item, name), (found, one.line)) if found else ("", 0)
            if found and said_first != found:
                message = f"{name} of {one.item} is {found} here and {said_first} on line {line}"
                problems.append(Problem(one.file, one.line, name, message))
    return problems


def _ends(judgment: Judgment) -> tuple[float, float]:
    pairs = list(zip(judgment.values, judgment.probabilities, strict=True))
    return (
        max([judgment.lower, *(v for v, p in pairs if p == 0.0)]),
        min([judgment.upper, *(v for v, p in pairs if p == 1.0)]),
    )


def _finite(limit: float) -> str | float:
    return limit if math.isfinite(limit) else ""
