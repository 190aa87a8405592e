"""The rule `number`, of tables: rows stand under the head that they were published under.

A number is right only under its column's title. A table that an editor adds has a head of its own; one with
rows of the report, or in the place of a table whose head is gone, has the published one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from forecast.report.blocks import CELL
from forecast.report.ledger import Line
from forecast.report.lint.fault import Fault
from forecast.report.lint.published import spaced, words_of
from forecast.report.lint.reading import Passage
from forecast.report.lint.text import Text
from forecast.report.number_tokens import skeleton


def heads(text: Text) -> Iterator[Fault]:
    """Faults of heads of tables that are not as published."""
    for head, rows in _tables(text):
        published = [
            line for line in text.ledger.lines if line.kind == "row" and line.section == head.section
        ]
        if not published or skeleton(spaced(head.block.text)) in {
            skeleton(spaced(line.text)) for line in published
        }:
            continue
        own = {spaced(line.text) for line in published}
        known = [spaced(row.block.text) for row in rows if spaced(row.block.text) in own]
        if head.same and not known:
            continue  # a whole table, moved here
        wanted = _above(known, text.ledger.lines, head.section) or _gone(head, text)
        if wanted:
            yield Fault(
                head.block.line,
                "number",
                head.block.text,
                "the head of the table is not the published one, and its columns would be read as others",
                f"Put back the published head: {wanted}.",
            )


def _tables(text: Text) -> Iterator[tuple[Passage, list[Passage]]]:
    """Each table's head with the rows below it."""
    head: Passage | None = None
    rows: list[Passage] = []
    for passage in text.passages:
        if passage.block.kind != "row" or passage.block.line in text.heads:
            if head is not None:
                yield head, rows
            head, rows = (passage if passage.block.kind == "row" else None), []
        else:
            rows.append(passage)
    if head is not None:
        yield head, rows


def _published_heads(lines: Sequence[Line], section: str) -> list[str]:
    """Rows that open a table: those after a block that is none."""
    return [
        spaced(line.text)
        for before, line in pairwise([None, *lines])
        if line is not None
        and line.kind == "row"
        and line.section == section
        and (before is None or before.kind != "row")
    ]


def _above(rows: Sequence[str], lines: Sequence[Line], section: str) -> str | None:
    """The published head above the first of these rows."""
    head = None
    for before, line in pairwise([None, *lines]):
        if line is None or line.kind != "row":
            continue
        if before is None or before.kind != "row":
            head = spaced(line.text)
        elif line.section == section and rows and spaced(line.text) == rows[0]:
            return head
    return None


def _gone(head: Passage, text: Text) -> str | None:
    """The published head of the section that stands there no more and is most like this one."""
    standing = {spaced(p.block.text) for p in text.passages if p.section == head.section}
    said = words_of(head.block.text)
    gone = [
        (SequenceMatcher(None, words_of(one), said, autojunk=False).ratio(), one)
        for one in _published_heads(text.ledger.lines, head.section)
        if one not in standing and one.count(CELL) == head.block.text.count(CELL)
    ]
    return max(gone)[1] if gone else None
