"""Reading second_coding.csv: what another coder, who had not seen the first coding, made of some cells.

One row a cell of the table of sources by drivers (two channels each), or of sources by outcomes (``item`` =
``outcome``). A row without code and quantiles is a cell that was looked at and left empty: the source says
nothing there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from forecast.errors import Problem
from forecast.inputs.csv_table import Line, read_table
from forecast.inputs.draft import Draft
from forecast.inputs.records import SecondCode
from forecast.inputs.references import namespaces, unknown
from forecast.states import CHANNELS

FILE = "priors/second_coding.csv"
COLUMNS = ("source", "item", "channel", "code", "grade", "p05", "p50", "p95", "first", "first_grade", "note")
REQUIRED = COLUMNS[:8]
OUTCOME = "outcome"
QUANTILES = ("p05", "p50", "p95")


def read_second_coding(text: str) -> tuple[list[tuple[int, SecondCode]], list[Problem]]:
    """(line, row) of the file's rows, and what is wrong with it."""
    lines, problems = read_table(text, FILE, COLUMNS, REQUIRED)
    rows: list[tuple[int, SecondCode]] = []
    first: dict[tuple[str, str, str], int] = {}
    for line in lines:
        found = list(_faults(line))
        key = (line.cell["source"], line.cell["item"], line.cell["channel"])
        if key in first:
            found.append(Problem(FILE, line.number, "", f"this cell stands already in line {first[key]}"))
        first.setdefault(key, line.number)
        problems += found
        if not found:
            rows.append((line.number, _row(line.cell)))
    return rows, problems


def _faults(line: Line) -> Iterator[Problem]:
    cell = line.cell
    yield from (
        Problem(FILE, line.number, name, f"the {name} is empty") for name in COLUMNS[:3] if not cell[name]
    )
    channels = (*CHANNELS, "alliance_broad") if cell["item"] == OUTCOME else CHANNELS
    if cell["channel"] and cell["channel"] not in channels:
        message = f"'{cell['channel']}' is not one of {', '.join(channels)}"
        yield Problem(FILE, line.number, "channel", message)
    holds, never = (QUANTILES, ("code",)) if cell["item"] == OUTCOME else (("code",), QUANTILES)
    for name in never:
        if cell[name]:
            yield Problem(FILE, line.number, name, f"has no place in a row whose item is '{cell['item']}'")
    filled = [name for name in holds if cell[name]]
    if filled and len(filled) < len(holds):
        yield Problem(FILE, line.number, "", f"give {', '.join(holds)} together, or none of them")
    if bool(filled) != bool(cell["grade"]):
        message = "stands without a code" if cell["grade"] else "is empty beside a code; write TEXT or INFER"
        yield Problem(FILE, line.number, "grade", message)
    elif cell["grade"] not in ("", "TEXT", "INFER"):
        yield Problem(FILE, line.number, "grade", f"'{cell['grade']}' is neither TEXT nor INFER")
    if len(filled) == len(holds):
        yield from _numbers(line, holds)
    if cell.get("first"):
        yield from _numbers(line, ("first",))
    if cell.get("first_grade", "") not in ("", "TEXT", "INFER"):
        message = f"'{cell['first_grade']}' is neither TEXT nor INFER"
        yield Problem(FILE, line.number, "first_grade", message)


def _numbers(line: Line, holds: tuple[str, ...]) -> Iterator[Problem]:
    values = []
    for name in holds:
        try:
            values.append(float(line.cell[name]))
        except ValueError:
            yield Problem(FILE, line.number, name, f"'{line.cell[name]}' is not a number")
            return
    if holds == QUANTILES:
        if not (0 < values[0] < values[1] < values[2] < 1):
            yield Problem(FILE, line.number, "p05", "quantiles must increase strictly between 0 and 1")
    elif not (math.isfinite(values[0]) and abs(values[0]) <= 3):
        message = f"{line.cell[holds[0]]} is out of range; codes are -3 to 3"
        yield Problem(FILE, line.number, holds[0], message)


def _row(cell: dict[str, str]) -> SecondCode:
    stated = {name: float(cell[name]) for name in QUANTILES if cell[name]}
    return SecondCode.model_validate(
        {name: cell[name] for name in COLUMNS[:3]}
        | {
            "code": float(cell["code"]) if cell["code"] else None,
            "quantiles": stated or None,
            "grade": cell["grade"] or None,
            "first": float(cell["first"]) if cell.get("first") else None,
            "first_grade": cell.get("first_grade") or None,
            "first_kept": "first" in cell,
            "note": cell.get("note", ""),
        }
    )


def check_second_coding(draft: Draft) -> Iterator[Problem]:
    """Names in the second coding must be those of the workspace."""
    spaces = namespaces(draft)
    for line, row in draft.second_coding:
        if message := unknown(spaces["source"], row.source):
            yield Problem(FILE, line, "source", message)
        if row.item != OUTCOME and (message := unknown(spaces["driver"], row.item)):
            yield Problem(FILE, line, "item", message)
