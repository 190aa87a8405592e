"""A pandoc table as rows of cells, and the pieces of a cell that a line must not break."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from forecast.report.documents.nodes import Node, text_of

Cell = tuple[Node, ...]
Face = Literal["regular", "bold", "code"]
#: Text in one face of the font.
Piece = tuple[str, Face]
#: Where a path or a name in code may break: after these.
_IN_CODE = re.compile(r"(?<=[/_])(?=[^/_])")
_SPACES = re.compile(r"[ \t\n]+")
#: A word longer than this may break, and after so many characters.
LONGEST_WORD, LETTERS = 36, 12
_LONG = re.compile(rf"[^ \t\n]{{{LONGEST_WORD + 1},}}")


@dataclass(frozen=True)
class Table:
    """Header and rows of cells (inlines), and which columns hold numbers, set flush right."""

    header: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: tuple[bool, ...]

    def column(self, at: int) -> list[Cell]:
        """The cells of a column below its header."""
        return [row[at] for row in self.rows]


def as_table(node: Node) -> Table:
    """A pandoc ``Table`` node, its captions and spans left aside: Markdown has none."""
    _, _, columns, (_, head_rows), bodies, _ = node["c"]
    header = [_cells(row) for row in head_rows]
    rows = [_cells(row) for body in bodies for row in body[3]]
    return Table(
        header=header[0] if header else (),
        rows=tuple(rows),
        numeric=tuple(alignment["t"] == "AlignRight" for alignment, _ in columns),
    )


def stacked(cell: Cell) -> Cell:
    """A number with its interval on a line of its own: the last space before a bracket becomes a new line."""
    nodes = list(cell)
    if len(nodes) == 1 and nodes[0]["t"] in {"Strong", "Emph"}:
        return ({"t": nodes[0]["t"], "c": list(stacked(tuple(nodes[0]["c"])))},)
    for i in range(1, len(nodes) - 1):
        if nodes[i]["t"] in {"Space", "SoftBreak"} and text_of(nodes[i + 1 :]).startswith("("):
            return (*nodes[:i], {"t": "LineBreak"}, *nodes[i + 1 :])
    return cell


def with_stacks(table: Table, columns: Sequence[bool]) -> Table:
    """The table with the intervals of those columns on lines of their own."""
    rows = tuple(
        tuple(stacked(cell) if on else cell for cell, on in zip(row, columns, strict=True))
        for row in table.rows
    )
    return replace(table, rows=rows)


def pieces(cell: Iterable[Node], face: Face = "regular") -> list[Piece]:
    """The words of a cell in their faces; code in the parts between which it may break.

    >>> pieces(({"t": "Str", "c": "a"}, {"t": "Space"}, {"t": "Code", "c": [["", [], []], "b/c_d.yaml"]}))
    [('a', 'regular'), ('b/', 'code'), ('c_', 'code'), ('d.yaml', 'code')]
    """
    found: list[Piece] = []
    for text, own in _runs(cell, face):
        if own == "code":
            found += [(part, own) for part in code_parts(text)]
        else:
            found += [(part, own) for word in _SPACES.split(text) for part in word_parts(word) if part]
    return found


def code_parts(text: str) -> list[str]:
    """A path or a name in the parts between which a line may break."""
    return _IN_CODE.split(text)


def word_parts(word: str) -> list[str]:
    """A word too long for any column in the parts between which it may break, others as they are.

    >>> word_parts("word"), len(word_parts("x" * 60))
    (['word'], 5)
    """
    if len(word) <= LONGEST_WORD:
        return [word]
    return [word[at : at + LETTERS] for at in range(0, len(word), LETTERS)]


def long_words(text: str) -> list[list[str]]:
    """A text as stretches: of one part where it breaks at its spaces, of several where a word is too long.

    >>> [len(stretch) for stretch in long_words("see " + "x" * 60 + " there")]
    [1, 5, 1]
    """
    found, end = [], 0
    for match in _LONG.finditer(text):
        found += [[text[end : match.start()]], word_parts(match[0])]
        end = match.end()
    return [stretch for stretch in [*found, [text[end:]]] if stretch != [""]]


def lines_if_stacked(cell: Cell, face: Face = "regular") -> list[list[Piece]]:
    """The lines of a number cell when its interval stands by itself."""
    nodes = cell[0]["c"] if len(cell) == 1 and cell[0]["t"] in {"Strong", "Emph"} else cell
    bold: Face = "bold" if nodes is not cell and cell[0]["t"] == "Strong" else face
    whole = stacked(tuple(nodes))
    at = next((i for i, n in enumerate(whole) if n["t"] == "LineBreak"), len(whole))
    return [pieces(part, bold) for part in (whole[:at], whole[at + 1 :]) if part]


def _cells(row: Sequence[object]) -> tuple[Cell, ...]:
    _, cells = row
    return tuple(_inlines(cell[4]) for cell in cells)  # type: ignore[attr-defined]


def _inlines(blocks: Iterable[Node]) -> Cell:
    return tuple(node for block in blocks if block["t"] in {"Plain", "Para"} for node in block["c"])


def _runs(nodes: Iterable[Node], face: Face) -> Iterator[Piece]:
    """Stretches of text in one face; neighbours in the same face are one."""
    text = ""
    for node in nodes:
        kind = node["t"]
        if kind in {"Strong", "Emph", "Link", "Code"}:
            if text:
                yield text, face
            text = ""
            if kind == "Code":
                yield text_of([node]), "code"
            else:
                inner = node["c"][1] if kind == "Link" else node["c"]
                yield from _runs(inner, "bold" if kind == "Strong" else face)
        else:
            text += text_of([node])
    if text:
        yield text, face
