"""The tables of a report in order, each laid out for the page."""

from __future__ import annotations

from forecast.report.documents.columns import Layout, lay_out
from forecast.report.documents.measure import Measure, measure
from forecast.report.documents.nodes import Node, changed
from forecast.report.documents.page_size import SIDEWAYS_WIDTH, TEXT_WIDTH
from forecast.report.documents.reading import Manuscript
from forecast.report.documents.tables import Piece, Table, as_table


def laid_out(text: Manuscript, *, wider: float = 1.0) -> list[tuple[Table, Layout]]:
    """Tables with their layouts; ``wider``: how much wider the document's font is than the one measured."""
    tables = [as_table(node) for node in _tables([*text.opening, *text.first, *text.rest])]
    if not tables:
        return []
    measured = _scaled(measure(tables), wider)
    return [
        (table, lay_out(table, measured, upright=TEXT_WIDTH, sideways=SIDEWAYS_WIDTH)) for table in tables
    ]


def _scaled(measured: Measure, factor: float) -> Measure:
    def scaled(piece: Piece) -> float:
        return factor * measured(piece)

    return scaled


def _tables(blocks: list[Node]) -> list[Node]:
    found: list[Node] = []

    def kept(node: Node) -> None:
        if node["t"] == "Table":
            found.append(node)

    changed(blocks, kept)
    return found
