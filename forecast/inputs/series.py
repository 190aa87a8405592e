"""Reading indicators.csv: dated measurements, one a row."""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re

from forecast.errors import Problem
from forecast.inputs.csv_table import Line, read_table
from forecast.inputs.draft import CSV, Row
from forecast.inputs.fields import IDENTIFIER
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
    lines, problems = read_table(text, CSV, COLUMNS, REQUIRED)
    rows: list[Row] = []
    for line in lines:
        row, wrong = _row(line)
        problems += wrong
        rows += [row] if row else []
    return rows, problems


def _row(row: Line) -> tuple[Row | None, list[Problem]]:
    line, cell = row
    problems = [Problem(CSV, line, name, f"the {name} is empty") for name in REQUIRED if not cell[name]]
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
