"""How wide the columns of a table are, in what size of type, and when it needs a page turned sideways.

A table must fit the width of the page with no word cut and no interval broken over two lines. Columns of
numbers get what their longest number needs. Columns of words share what is left so that the table becomes as
short as it can be: point by point, width goes to the column that shortens the table most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil

from forecast.report.documents.measure import REFERENCE_SIZE, Measure, width_of
from forecast.report.documents.page_size import TEXT_HEIGHT
from forecast.report.documents.tables import Cell, Piece, Table, lines_if_stacked, pieces

Line = list[Piece]
Lines = list[Line]

#: Points of type for tables of up to so many columns, before it is made smaller to fit.
SIZES = ((3, 9.5), (5, 9.0), (99, 8.5))
SMALLEST = 6.5
#: Points to the left and right of a cell's text together, and above and below.
GAP, PADDING = 9.0, 6.0
LEADING = 1.32
#: A column of words should have room for about this much before numbers are spread out, in times the type.
COMFORT = 12.0
#: A shorter number keeps its bracket beside it, in times the type.
STACK_FROM = 5.0
#: What is longer is set like words, though flush right.
LONGEST_NUMBER = 16.0
#: A header over numbers may take so many lines where there is room, and where there is not.
HEADER_LINES = (2, 3)
#: Lines broken at words are not filled evenly.
_UNEVEN = 1.15
#: What a line counts in a cell that does not make its row higher.
_LOWER = 0.1
#: Up to this share of a page a table is not broken.
WHOLE = 0.42
#: So many sizes are tried, by half points, before anything else gives way.
_SMALLER = 3
#: Rounding in the setting of lines.
_SLACK = 1.03


@dataclass(frozen=True)
class Layout:
    """Size of type and widths of columns in points; whose intervals stand by themselves; on its side or not.

    ``available`` is the width of the page's text; ``height`` is an estimate, to decide which tables stay
    in one piece.
    """

    available: float
    size: float
    widths: tuple[float, ...]
    stacked: tuple[bool, ...]
    flipped: bool
    height: float

    @property
    def whole(self) -> bool:
        """Whether the table is low enough to stand on one page in one piece."""
        return self.height < WHOLE * TEXT_HEIGHT


@dataclass(frozen=True)
class _Column:
    """Points that a column needs: for its longest word, its longest cell, header included, each cell in turn.

    ``ragged`` is what a line loses where it is broken: half a word.
    """

    numeric: bool
    stacked: bool
    least: float
    body: float
    natural: float
    cells: tuple[float, ...]
    ragged: float

    def wanted(self, room: float) -> float:
        """Points that the column should have: all that numbers need, and for words up to ``room``."""
        return self.least if self.numeric else max(self.least, min(self.body, room))

    def lines(self, width: float) -> list[float]:
        """Lines that each cell takes in a column of ``width`` points, not rounded."""
        whole, broken = max(width - GAP, 1.0), max(width - GAP - self.ragged, 1.0)
        return [min(1.0, cell / whole) if cell <= whole else cell / broken for cell in self.cells]


def lay_out(table: Table, measured: Measure, *, upright: float, sideways: float) -> Layout:
    """The layout of a table on a page whose text is ``upright`` points wide, or ``sideways`` when turned."""
    for available, flipped in ((upright, False), (sideways, True)):
        for size, unstacked, room in _tries(len(table.numeric)):
            found = _columns(table, measured, size, unstacked=unstacked)
            if sum(c.wanted(room * size) for c in found) <= available:
                widths = _widths(found, available)
                stacks = tuple(c.stacked for c in found)
                return Layout(available, size, widths, stacks, flipped, _height(found, widths, size))
    # Words longer than a page is wide: every column gives way in proportion, and the words are broken.
    found = _columns(table, measured, SMALLEST, unstacked=False)
    total = sum(c.least for c in found)
    widths = tuple(sideways * c.least / total for c in found)
    stacks = tuple(c.stacked for c in found)
    return Layout(sideways, SMALLEST, widths, stacks, True, _height(found, widths, SMALLEST))


def _tries(columns: int) -> list[tuple[float, bool, float]]:
    """Size of type, whether intervals stand beside their numbers, and room for words, in order of trying."""
    first = next(size for most, size in SIZES if columns <= most)
    sizes = [first - step / 2 for step in range(int(2 * (first - SMALLEST)) + 1)]
    return [
        *((size, True, COMFORT) for size in sizes[:_SMALLER]),
        *((size, False, share * COMFORT) for share in (1.0, 0.75) for size in sizes[:_SMALLER]),
        *((size, False, 0.0) for size in sizes),
    ]


def _columns(table: Table, measured: Measure, size: float, *, unstacked: bool) -> list[_Column]:
    scale = size / REFERENCE_SIZE * _SLACK
    columns = []
    for at, (head, aligned) in enumerate(zip(table.header, table.numeric, strict=True)):
        cells = [pieces(cell) for cell in table.column(at)]
        whole = max((width_of(cell, measured) for cell in cells), default=0.0)
        if aligned and whole <= LONGEST_NUMBER * REFERENCE_SIZE:
            stacks = not unstacked and whole > STACK_FROM * REFERENCE_SIZE
            lines = [lines_if_stacked(cell) for cell in table.column(at)] if stacks else [[c] for c in cells]
            columns.append(_of_numbers(head, lines, measured, scale, roomy=unstacked, stacked=stacks))
        else:
            columns.append(_of_words(head, cells, measured, scale))
    return columns


def _of_numbers(
    head: Cell, cells: Sequence[Lines], measured: Measure, scale: float, *, roomy: bool, stacked: bool
) -> _Column:
    """A column as wide as its widest line, and as its header needs in a few lines."""
    header = pieces(head, "bold")
    lines = [width_of(line, measured) for cell in cells for line in cell]
    heading = _UNEVEN * width_of(header, measured) / HEADER_LINES[0 if roomy else 1]
    least = max([heading, *lines, *map(measured, header)]) * scale
    return _Column(
        numeric=True,
        stacked=stacked,
        least=least + GAP,
        body=least + GAP,
        natural=least + GAP,
        cells=tuple(least * len(cell) for cell in cells),
        ragged=0.0,
    )


def _of_words(head: Cell, cells: Sequence[Line], measured: Measure, scale: float) -> _Column:
    """A column that may be as narrow as its longest word."""
    header = pieces(head, "bold")
    heading = width_of(header, measured)
    found = [measured(piece) for cell in cells for piece in cell]
    widths = [width_of(cell, measured) for cell in cells]
    least = max([0.0, *map(measured, header), *found])
    return _Column(
        numeric=False,
        stacked=False,
        least=least * scale + GAP,
        body=max([least, *widths, _UNEVEN * heading / HEADER_LINES[0]]) * scale + GAP,
        natural=max([heading, *widths]) * scale + GAP,
        cells=tuple(width * scale for width in widths),
        ragged=sum(found) / max(len(found), 1) / 2 * scale,
    )


def _widths(columns: Sequence[_Column], available: float) -> tuple[float, ...]:
    """From the least each column needs, step by step to where the table becomes shortest."""
    widths = [c.least for c in columns]
    growing = [i for i, c in enumerate(columns) if not c.numeric and c.natural > c.least]
    step = max(2.0, (available - sum(widths)) / 80)
    for _ in count():
        open_to = [i for i in growing if widths[i] < columns[i].natural]
        if not open_to or sum(widths) + step > available:
            break
        best = min(open_to, key=lambda i: _rows_if(columns, widths, i, step))
        widths[best] = min(widths[best] + step, columns[best].natural)
    return _spread(widths, available)


def _rows_if(columns: Sequence[_Column], widths: Sequence[float], at: int, step: float) -> float:
    """The table's height in lines, smoothly, were column ``at`` wider by ``step``.

    Cells lower than their row count a little, so that no column is starved beside a tall one.
    """
    tried = [width + step * (i == at) for i, width in enumerate(widths)]
    return sum((max(row) + _LOWER * sum(row) for row in _by_row(columns, tried)), 0.0)


def _by_row(columns: Sequence[_Column], widths: Sequence[float]) -> list[tuple[float, ...]]:
    """Lines that each cell takes, row by row."""
    by_column = [c.lines(width) for c, width in zip(columns, widths, strict=True)]
    return list(zip(*by_column, strict=True))


def _spread(widths: Sequence[float], available: float) -> tuple[float, ...]:
    """What is left over goes between the columns, up to a limit: a small table need not fill the page."""
    left = available - sum(widths)
    each = min(left / len(widths), 2.5 * GAP)
    return tuple(width + each for width in widths)


def _height(columns: Sequence[_Column], widths: Sequence[float], size: float) -> float:
    lines = [max(1, *(ceil(n) for n in row)) for row in _by_row(columns, widths)]
    return sum((n * size * LEADING + PADDING for n in [HEADER_LINES[0], *lines]), 0.0)
