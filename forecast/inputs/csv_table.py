"""A CSV file as rows of named cells, with every fault told by its line and column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from forecast.errors import Problem
from forecast.inputs.plain_words import did_you_mean


class Line(NamedTuple):
    """One row: the line it begins on, and its cells by column."""

    number: int
    cell: dict[str, str]


def read_table(
    text: str, file: str, columns: Sequence[str], required: Sequence[str]
) -> tuple[list[Line], list[Problem]]:
    """The rows of a CSV file whose header names some of ``columns``, ``required`` among them."""
    table = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Line] = []
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
                problems += _header(header, file, begins, columns, required)
                if problems:
                    return [], problems
            elif len(cells) != len(header):
                message = (
                    f"{len(cells)} cells under {len(header)} columns; put text that holds a comma in quotes"
                )
                problems.append(Problem(file, begins, "", message))
            else:
                rows.append(Line(begins, dict(zip(header, cells, strict=True))))
    except csv.Error as error:
        problems.append(Problem(file, line, "", f"not valid CSV: {error}"))
    if header is None:
        problems.append(Problem(file, 1, "", f"the file is empty; its first line is {','.join(columns)}"))
    return rows, problems


def _header(
    header: list[str], file: str, line: int, columns: Sequence[str], required: Sequence[str]
) -> Iterator[Problem]:
    if len(header) == 1 and re.search(r"[;\t|]", header[0]):
        yield Problem(file, line, "", "the columns are not separated by commas")
        return
    unknown = [name for name in header if name not in columns]
    meant = {name: did_you_mean(name, columns) for name in unknown}
    for name in unknown:
        hint = f". Did you mean '{meant[name]}'?" if meant[name] else f"; columns are {','.join(columns)}"
        yield Problem(file, line, name, f"unknown column '{name}'{hint}")
    for name in required:
        if name not in header and name not in meant.values():
            yield Problem(file, line, name, f"the column '{name}' is missing")
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield Problem(file, line, name, f"the column '{name}' stands twice")
