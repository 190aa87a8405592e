"""The driver by source matrix as plain text: sources down, drivers across, as many blocks as it takes."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from forecast.cards.matrix import Column, Matrix, Total

Row = tuple[str, list[str]]
#: On a terminal longer ids are cut, so that 80 columns hold seven drivers.
LABEL = 22
NOTHING = "."


def render(matrix: Matrix, *, width: int | None) -> str:
    """One table without a ``width``; else blocks of as many drivers each as fit into it."""
    lines: list[str] = []
    for columns in _blocks(matrix, width):
        lines += [*_table(matrix, columns, width), ""]
    return "\n".join([*lines, *_legend(matrix, width)])


def _blocks(matrix: Matrix, width: int | None) -> list[Sequence[Column]]:
    """The drivers in blocks that fit, as equal in size as can be."""
    drivers = matrix.columns
    if width is None:
        return [drivers]
    most = max(1, (width - _label(matrix, width)) // (_cell(matrix) + 1))
    count = -(-len(drivers) // most)
    size = -(-len(drivers) // count)
    return [drivers[i : i + size] for i in range(0, len(drivers), size)]


def _label(matrix: Matrix, width: int | None) -> int:
    names = [*matrix.sources, *(name for name, _ in _totals(matrix, matrix.columns))]
    longest = max(map(len, names))
    return longest if width is None else min(longest, LABEL)


def _cell(matrix: Matrix) -> int:
    rows = [*_rows(matrix, matrix.columns), *_totals(matrix, matrix.columns)]
    return max([3, *(len(cell) for _, cells in rows for cell in cells)])


def _table(matrix: Matrix, columns: Sequence[Column], width: int | None) -> list[str]:
    label, cell = _label(matrix, width), _cell(matrix)
    speaking = [row for row in _rows(matrix, columns) if set(row[1]) != {NOTHING}]
    rows: list[Row] = [("", [c.short for c in columns]), *speaking, *_totals(matrix, columns)]
    return [
        (f"{_cut(name, label):{label}}" + "".join(f" {each:>{cell}}" for each in cells)).rstrip()
        for name, cells in rows
    ]


def _cut(name: str, length: int) -> str:
    return name if len(name) <= length else name[: length - 2] + ".."


def _rows(matrix: Matrix, columns: Sequence[Column]) -> list[Row]:
    rows = []
    for source in matrix.sources:
        cells = []
        for column in columns:
            found = [matrix.at.get((source, column.driver, channel)) for channel in matrix.channels]
            marks = [cell.mark if cell else NOTHING for cell in found]
            cells.append("/".join(marks) if any(found) else NOTHING)
        rows.append((source, cells))
    return rows


def _totals(matrix: Matrix, columns: Sequence[Column]) -> list[Row]:
    by_driver = [[matrix.total[c.driver, channel] for channel in matrix.channels] for c in columns]
    return [
        ("speaking", ["/".join(str(t.speaking) for t in totals) for totals in by_driver]),
        ("from the text", ["/".join(str(t.text) for t in totals) for totals in by_driver]),
        *(
            (f"mean {channel}", [_mean(totals[i]) for totals in by_driver])
            for i, channel in enumerate(matrix.channels)
        ),
    ]


def _mean(total: Total) -> str:
    return NOTHING if total.mean is None else f"{total.mean:+.1f}"


def _legend(matrix: Matrix, width: int | None) -> list[str]:
    said = [
        f"What more of a driver does to {'/'.join(matrix.channels)}: +3 strong, +2 clear, +1 slight push"
        " toward it, 0 denied, below 0 away from it; ~ our inference; x a hazard ratio a unit; . not spoken"
        " of. Coded by us from words.",
        f"Means are by the weight each code has in panel {matrix.panel}.",
    ]
    if matrix.silent:
        n = len(matrix.silent)
        said.append(f"{n} more source{'s' * (n != 1)} of the panel code{'s' * (n == 1)} none of these.")
    said += [f"  {c.short}  {c.name} ({c.driver})" for c in matrix.columns]
    if width is None:
        return said
    return [
        line
        for text in said
        for line in textwrap.wrap(text, width, subsequent_indent=" " * (7 if text.startswith(" ") else 0))
    ]
