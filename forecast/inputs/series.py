"""Reading indicators.csv: dated measurements, one a row."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import io
import math
import re
from collections.abc import Iterator

from forecast.errors import Problem
from forecast.inputs.draft import CSV, Row
from forecast.inputs.fields import IDENTIFIER
from forecast.inputs.plain_words import did_you_mean
from forecast.inputs.records import Measurement

COLUMNS = ("indicator", "period", "value", "unit", "source", "vintage", "note")
REQUIRED = COLUMNS[:5]

_PERIOD = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")


def period_dates(period: str) -> tuple[dt.date, dt.date]:
    """The middle and the last day of a year, quarter or month.

    >>> period_dates("2025-Q3")
    (datetime.date(2025, 8, 15), datetime.date(2025, 9, 30))
    """
    match = _PERIOD.fullmatch(period)
    if match is None or not 1800 <= int(match[1]) <= 2200:
        raise ValueError(f"'{period}' is not a period; write 2025, 2025-Q3 or 2025-09")
    year = int(match[1])
    if match[2]:
        last = 3 * int(match[2])
        return dt.date(year, last - 1, 15), _month_end(year, last)
    if match[3]:
        return dt.date(year, int(match[3]), 15), _month_end(year, int(match[3]))
    return dt.date(year, 7, 1), dt.date(year, 12, 31)


def read_rows(text: str) -> tuple[list[Row], list[Problem]]:
    """The rows of indicators.csv, and what is wrong with it, each problem with its line and column."""
    table = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    problems: list[Problem] = []
    header: list[str] | None = None
    line = 1
    try:
        for raw in table:
            begins, line = line, table.line_num + 1
            cells = [cell.strip() for cell in raw]
            if not any(cells):
                continue
            if header is None:
                header = cells
                problems += _header(header, begins)
                if problems:
                    return [], problems
                continue
            row, wrong = _row(header, cells, begins)
            problems += wrong
            rows += [row] if row else []
    except csv.Error as error:
        problems.append(Problem(CSV, line, "", f"not valid CSV: {error}"))
    if header is None:
        problems.append(Problem(CSV, 1, "", f"the file is empty; its first line is {','.join(COLUMNS)}"))
    return rows, problems


def _header(header: list[str], line: int) -> Iterator[Problem]:
    if len(header) == 1 and re.search(r"[;\t|]", header[0]):
        yield Problem(CSV, line, "", "the columns are not separated by commas")
        return
    unknown = [name for name in header if name not in COLUMNS]
    meant = {name: did_you_mean(name, COLUMNS) for name in unknown}
    for name in unknown:
        hint = f". Did you mean '{meant[name]}'?" if meant[name] else f"; columns are {','.join(COLUMNS)}"
        yield Problem(CSV, line, name, f"unknown column '{name}'{hint}")
    for name in REQUIRED:
        if name not in header and name not in meant.values():
            yield Problem(CSV, line, name, f"the column '{name}' is missing")
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield Problem(CSV, line, name, f"the column '{name}' stands twice")


def _row(header: list[str], cells: list[str], line: int) -> tuple[Row | None, list[Problem]]:
    if len(cells) != len(header):
        message = f"{len(cells)} cells under {len(header)} columns; put text that holds a comma in quotes"
        return None, [Problem(CSV, line, "", message)]
    cell = dict(zip(header, cells, strict=True))
    problems = [
        Problem(CSV, line, name, f"the {name} is empty") for name in REQUIRED if not cell[name]
    ]  # fmt: skip
    if cell["indicator"] and not IDENTIFIER.match(cell["indicator"]):
        message = (
            f"'{cell['indicator']}' is not an identifier: letters, digits and _, beginning with a letter"
        )
        problems.append(Problem(CSV, line, "indicator", message))
    value, date, period_end = math.nan, dt.date.min, dt.date.min
    if cell["period"]:
        try:
            date, period_end = period_dates(cell["period"])
        except ValueError as error:
            problems.append(Problem(CSV, line, "period", str(error)))
    if cell["value"]:
        try:
            value = _number(cell["value"])
        except ValueError as error:
            problems.append(Problem(CSV, line, "value", str(error)))
    if problems:
        return None, problems
    rest = {name: cell.get(name, "") for name in ("indicator", "period", "unit", "source", "vintage", "note")}
    fields = {**rest, "date": date, "period_end": period_end, "value": value}
    return Row(line, Measurement.model_validate(fields)), []


def _number(text: str) -> float:
    try:
        number = float(text) if "_" not in text else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        hint = f"; write {text.replace(',', '.')}" if re.fullmatch(r"[-+]?\d+,\d+", text) else ""
        raise ValueError(f"'{text}' is not a number{hint}")
    return number


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])
