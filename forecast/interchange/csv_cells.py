"""Tables as people and spreadsheets write them: what separates cells, which mark is the decimal one, texts.

A table is UTF-8 with or without a byte-order mark. Its head line shows whether semicolons, tabs or commas
separate. Where one of the first two does and any number has a comma, the comma is the decimal mark and a
point in a number is a fault: whether 1.500 is one and a half is not guessed. A text that a spreadsheet would
run as a formula stands behind an apostrophe, which is taken off again.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from forecast.errors import Problem

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_ENDLESS = re.compile(r"([+-]?)inf(?:inity)?", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Table:
    """Head and rows of a file, cells stripped; a row is (line, cells), as many as the head has.

    ``comma`` says that it is the decimal mark.
    """

    file: str
    head: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    separator: str = ","
    comma: bool = False


def read_table(path: Path, problems: list[Problem]) -> Table | None:
    """A file as a table; None, and a problem, where it is none.

    Rows that are too short or too long are problems, empty ones are left out. Line numbers are those at which
    a row ends.
    """
    file = path.as_posix()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        problems.append(Problem(file, 0, "", f"the file cannot be read: {error.strerror}"))
        return None
    except UnicodeDecodeError:
        problems.append(Problem(file, 0, "", "the file is not UTF-8; save it as CSV in UTF-8"))
        return None
    return table(text, file, problems)


def table(text: str, file: str, problems: list[Problem]) -> Table | None:
    """A text as a table; as `read_table`."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not first:
        problems.append(Problem(file, 0, "", "the file is empty; it begins with a line of column names"))
        return None
    separator = max(";\t,", key=_QUOTED.sub("", first).count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    head: tuple[str, ...] = ()
    rows: list[tuple[int, tuple[str, ...]]] = []
    try:
        for cells in reader:
            row = tuple(plain(cell) for cell in cells)
            if not any(row):
                continue
            if not head:
                head = row
            elif len(row) != len(head):
                message = f"{len(row)} cells, but the head has {len(head)} columns"
                problems.append(Problem(file, reader.line_num, "", message))
            else:
                rows.append((reader.line_num, row))
    except csv.Error as error:
        problems.append(Problem(file, reader.line_num, "", f"not a table: {error}; save it as CSV again"))
        return None
    repeated = sorted({name for name in head if name and head.count(name) > 1})
    if repeated:
        problems.append(Problem(file, 1, "", f"two columns are called '{repeated[0]}'; rename one"))
        return None
    comma = separator != "," and any(_with_comma(cell) for _, row in rows for cell in row)
    return Table(file, head, tuple(rows), separator, comma)


def number(cell: str, *, separator: str = ",", comma: bool = False, endless: bool = False) -> float:
    """The number of a cell: 1.5, 1,5 where commas are decimal marks, 5%; ValueError says what is wrong.

    ``endless`` lets Inf and -Inf be numbers, as limits may be.

    >>> number("5%"), number("1,5", separator=";", comma=True), number("-Inf", endless=True)
    (0.05, 1.5, -inf)
    """
    text = cell.strip().replace("\u2212", "-").replace("\u00a0", " ")
    share = text.endswith("%")
    text = text.removesuffix("%").rstrip()
    if endless and (found := _ENDLESS.fullmatch(text)):
        return -math.inf if found[1] == "-" else math.inf
    if "," in text and separator == "," and _NUMBER.fullmatch(text.replace(",", ".")):
        raise ValueError(
            f"'{cell}' has a comma in a table that commas separate; write {text.replace(',', '.')}"
        )
    if comma and "." in text:
        raise ValueError(f"'{cell}' has a point in a table of decimal commas; write one mark in all numbers")
    text = text.replace(",", ".") if comma else text
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise ValueError(f"'{cell}' is not a number; leave empty what was not answered")
    # As a decimal, so that 7% is 0.07 and no neighbour of it.
    return float(f"{text}e-2") if share and "e" not in text.lower() else value / 100 if share else value


def plain(cell: str) -> str:
    """A cell stripped, without the apostrophe of `guarded`."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and text[1:2] in {*_FORMULA, "'"} - {""} else text


def guarded(text: str) -> str:
    """A text that no spreadsheet runs as a formula, on one line; `plain` gives it back.

    >>> guarded("=1+1"), plain(guarded("=1+1")), guarded("expert.A")
    ("'=1+1", '=1+1', 'expert.A')
    """
    flat = " ".join(text.split())
    return f"'{flat}" if flat.startswith((*_FORMULA, "'")) else flat


def written(rows: Iterable[Sequence[str | float]], *, excel: bool = False) -> str:
    """Rows of texts and numbers as CSV: numbers to the last digit, texts guarded.

    With ``excel``, as the program opens it by a double click wherever commas are decimal marks: a byte-order
    mark, semicolons, decimal commas. Both are read back the same.
    """
    separator, end = (";", "\r\n") if excel else (",", "\n")
    lines = [separator.join(_cell(cell, excel=excel) for cell in row) + end for row in rows]
    return ("\ufeff" if excel else "") + "".join(lines)


def _cell(cell: str | float, *, excel: bool) -> str:
    if isinstance(cell, str):
        text = guarded(cell)
        # Quoted for any separator, so that the head shows which one separates.
        return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in '";,\t') else text
    if math.isinf(cell):
        return "Inf" if cell > 0 else "-Inf"
    shown = repr(int(cell)) if cell == int(cell) and abs(cell) < 1e15 else repr(float(cell))
    return shown.replace(".", ",") if excel else shown


def _with_comma(cell: str) -> bool:
    text = cell.removesuffix("%").strip().replace("\u2212", "-")
    return "," in text and _NUMBER.fullmatch(text.replace(",", ".", 1)) is not None
