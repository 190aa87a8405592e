"""Answers to seeds and targets as a CSV table, as Anduryl reads them and as people write them.

One row an answer: ``expert`` and ``item`` (Anduryl: ``Expertid``, ``Itemid``), a column for each quantile
(``p05`` or ``0.05``), and in the same table or in a second one with a row an item ``realisation``, ``scale``
(uni or log) and ``question``. Separated by semicolons, commas or tabs; decimal commas where commas do not
separate.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from forecast.errors import InputError, Problem
from forecast.interchange.excalibur import ExcaliburStudy
from forecast.interchange.excalibur_rows import SCALE_WORDS
from forecast.pooling.classical import UNIFORM, Assessments

#: What a column may be called, in lower case, by what it holds.
COLUMNS = {
    "expert": "expert",
    "expertid": "expert",
    "item": "item",
    "itemid": "item",
    "seed": "item",
    "realisation": "realisation",
    "realization": "realisation",
    "scale": "scale",
    "question": "question",
    "unit": "unit",
}
_SCALES = {**SCALE_WORDS, "uniform": UNIFORM, "": UNIFORM}
_LEVEL = re.compile(r"p(\d{1,2}(?:\.\d+)?)|(0?\.\d+)")


@dataclass(frozen=True)
class _Row:
    line: int
    cells: Mapping[str, str]
    levels: Mapping[float, str]


def read_answers(answers: Path, items: Path | None = None) -> ExcaliburStudy:
    """Read a study from one table, or from a table of answers and one of items.

    Raises
    ------
    InputError
        With every fault of both tables, by line.
    """
    problems: list[Problem] = []
    rows = list(_table(answers, ("expert", "item"), problems))
    about = list(_table(items, ("item",), problems)) if items else []
    said: dict[str, dict[str, dict[float, float]]] = {}
    for row in rows:
        stated = {p: _number(answers, row, cell, problems) for p, cell in row.levels.items() if cell}
        expert = said.setdefault(row.cells["expert"], {})
        if row.cells["item"] in expert:
            message = f"{row.cells['expert']} answers item {row.cells['item']} twice"
            problems.append(Problem(answers.as_posix(), row.line, "", message))
        elif stated and len(stated) < len(row.levels):
            problems.append(Problem(answers.as_posix(), row.line, "", "some quantiles are empty; state all"))
        elif not _rising([stated[p] for p in sorted(stated)]):
            found = ", ".join(f"{stated[p]:g}" for p in sorted(stated))
            who = f"{row.cells['expert']}, item {row.cells['item']}"
            message = f"{who}: quantiles must increase (found {found}); ask again, or spread them"
            problems.append(Problem(answers.as_posix(), row.line, "", message))
        if stated:
            expert[row.cells["item"]] = stated
    known, scale, question = _about(answers, rows, items, about, problems)
    if not problems and not any(said.values()):
        problems.append(Problem(answers.as_posix(), 0, "", "there is no answer in the table"))
    if problems:
        raise InputError(problems)
    return ExcaliburStudy(Assessments.of_answers(said, realisations=known, scales=scale), question)


def _rising(values: Sequence[float]) -> bool:
    """Whether values increase, those that are no numbers let off: they have a problem of their own."""
    return all(a < b for a, b in pairwise(v for v in values if not math.isnan(v)))


def _table(path: Path, needed: Sequence[str], problems: list[Problem]) -> Iterator[_Row]:
    """The rows of a table, each by what its columns hold."""
    file = path.as_posix()
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except OSError as error:
        problems.append(Problem(file, 0, "", f"the file cannot be read: {error.strerror}"))
        return
    except UnicodeDecodeError:
        problems.append(Problem(file, 0, "", "the file is not UTF-8; save it as CSV in UTF-8"))
        return
    separator = max(";\t,", key=lines[0].count) if lines else ","
    reader = csv.reader(lines, delimiter=separator)
    head = [name.strip() for name in next(reader, [])]
    places = {COLUMNS[name.lower()]: n for n, name in enumerate(head) if name.lower() in COLUMNS}
    levels = {p: n for n, name in enumerate(head) if (p := _level(name)) is not None}
    missing = [name for name in needed if name not in places]
    if missing or ("expert" in needed and not levels):
        wanted = [*missing, *(["quantiles such as p05, p50, p95"] if not levels else [])]
        message = f"no column for {', '.join(wanted)} (found {', '.join(head) or 'nothing'})"
        problems.append(Problem(file, 1, "", message))
        return
    for row in reader:
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(head):
            message = f"{len(row)} cells, but the head has {len(head)} columns"
            problems.append(Problem(file, reader.line_num, "", message))
            continue
        comma = "," if separator == "," else "."
        cells = {name: row[n].strip() for name, n in places.items()}
        if "realisation" in cells:
            cells["realisation"] = cells["realisation"].replace(",", comma)
        yield _Row(reader.line_num, cells, {p: row[n].strip().replace(",", comma) for p, n in levels.items()})


def _level(name: str) -> float | None:
    """The probability that a column's quantiles stand at; None for another column.

    >>> _level("p05"), _level("0.50"), _level("unit")
    (0.05, 0.5, None)
    """
    found = _LEVEL.fullmatch(name.lower().replace(",", "."))
    if not found:
        return None
    level = float(found[1]) / 100.0 if found[1] else float(found[2])
    return level if 0 < level < 1 else None


def _number(path: Path, row: _Row, cell: str, problems: list[Problem]) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        problems.append(Problem(path.as_posix(), row.line, "", f"'{cell}' is not a number"))
    return value


def _same(first: str, second: str) -> bool:
    """Whether two cells say one thing: 20 and 20.0 do, uni and UNI too."""
    try:
        return float(first) == float(second)
    except ValueError:
        return first.lower() == second.lower()


def _about(
    answers: Path, rows: Sequence[_Row], items: Path | None, about: Sequence[_Row], problems: list[Problem]
) -> tuple[dict[str, float], dict[str, str], dict[str, str]]:
    """Realisation, scale and question of each item; where rows disagree, a problem names both."""
    found: dict[tuple[str, str], tuple[str, int, Path]] = {}
    for path, row in [*((answers, row) for row in rows), *((items, row) for row in about if items)]:
        for name in ("realisation", "scale", "question"):
            cell = row.cells.get(name, "")
            if not cell or path is None:
                continue
            first, line, where = found.setdefault((name, row.cells["item"]), (cell, row.line, path))
            if name != "question" and not _same(first, cell):
                message = (
                    f"{name} {cell} of item {row.cells['item']} was {first} at {where.as_posix()}:{line}"
                )
                problems.append(Problem(path.as_posix(), row.line, "", message))
            if name == "scale" and cell.lower() not in _SCALES:
                message = f"scale '{cell}' is neither uni nor log"
                problems.append(Problem(path.as_posix(), row.line, "", message))
            if name == "realisation" and first == cell and line == row.line:
                _number(path, row, cell, problems)
    by = {
        name: {item: cell for (n, item), (cell, _, _) in found.items() if n == name}
        for name in ("realisation", "scale", "question")
    }
    if problems:
        return {}, {}, {}
    known = {item: float(cell) for item, cell in by["realisation"].items()}
    return known, {item: _SCALES[cell.lower()] for item, cell in by["scale"].items()}, by["question"]
