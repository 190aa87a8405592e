"""Rows as aligned columns of plain text: whole lines for a pipe, cut to fit a terminal."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

GAP = "  "


def terminal() -> int | None:
    """The width of the terminal that is written to; None for a pipe or a file, where lines are whole."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def aligned(rows: Sequence[Sequence[str]], *, width: int | None = None) -> list[str]:
    """One line a row, each column as wide as its widest cell; lines are cut at ``width``.

    >>> aligned([["a", "one"], ["long", "two"]])
    ['a     one', 'long  two']
    """
    room = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        GAP.join(f"{cell:{size}}" for cell, size in zip(row, room, strict=True)).rstrip() for row in rows
    ]
    return [
        line if width is None or len(line) <= width else line[: width - 3].rstrip() + "..." for line in lines
    ]
