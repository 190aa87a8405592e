"""How wide words are, from the program that will set them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from forecast.report.documents.fonts import CODE_FONT, SANS_FONT, TEXT_FONT
from forecast.report.documents.tables import Face, Piece, Table, pieces

#: Points to which widths refer.
REFERENCE_SIZE = 10.0
#: Code is set a little smaller than the text around it.
CODE_SCALE = 0.82
#: Width of a piece at `REFERENCE_SIZE`, in points.
Measure = Callable[[Piece], float]

_SOURCE = """
#let data = json(bytes(sys.inputs.words))
#set text(font: (data.text, data.sans), size: 10pt, number-width: "tabular", fallback: false)
#let width(body) = measure(body).width.pt()
#context [#metadata((
  regular: data.regular.map(w => width(text(w))),
  bold: data.bold.map(w => width(text(weight: "bold", w))),
  code: data.code.map(w => width(text(font: data.mono, size: 10pt * data.scale, w))),
)) <widths>]
"""


def measure(tables: Iterable[Table]) -> Measure:
    """The widths of all words of the tables, at 10 points; headers are bold."""
    import typst

    found: dict[Face, set[str]] = {"regular": {" "}, "bold": set(), "code": set()}
    for table in tables:
        _collect(table, found)
    ordered = {face: sorted(words) for face, words in found.items()}
    fonts = {"text": TEXT_FONT, "sans": SANS_FONT, "mono": CODE_FONT, "scale": CODE_SCALE}
    answer = typst.query(
        _SOURCE.encode(),
        "<widths>",
        field="value",
        one=True,
        ignore_system_fonts=True,
        sys_inputs={"words": json.dumps({**ordered, **fonts})},
    )
    measured = json.loads(answer)
    widths: dict[Piece, float] = {
        (word, face): width
        for face, words in ordered.items()
        for word, width in zip(words, measured[face], strict=True)
    }
    return widths.__getitem__


def width_of(line: Iterable[Piece], measured: Measure) -> float:
    """A line of pieces at `REFERENCE_SIZE`; words have a space between them, parts of code none."""
    found = list(line)
    gaps = sum(1 for _, face in found[1:] if face != "code")
    return sum(measured(piece) for piece in found) + gaps * measured((" ", "regular"))


def _collect(table: Table, found: dict[Face, set[str]]) -> None:
    for cell in table.header:
        for text, face in pieces(cell, "bold"):
            found[face].add(text)
    for row in table.rows:
        for cell in row:
            for text, face in pieces(cell):
                found[face].add(text)
