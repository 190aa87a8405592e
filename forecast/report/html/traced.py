"""Numbers of a page that open what they rest on, by links alone: no script is needed.

A trace (`forecast.report.trace`) says what every subject is and what it rests on; a subject stands for all
numbers at or below its pointer into the report's data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markdown_it.token import Token

from forecast.report.blocks import Block, blocks, piece, words
from forecast.report.html.contents import Heading
from forecast.report.html.evidence import evidence
from forecast.report.ledger import Assigned, Ledger, assign
from forecast.report.trace import subject_of

#: What is opened instead of a sheet when one is closed; it stands still, so that the page does not move.
CLOSED = "closed"
HEADING = Heading("Where each number comes from", "where-each-number-comes-from")
#: Between the numbers of one interval, or a number and its interval.
_JOINED = re.compile(r" ?(?:to|–|\(|±)? ?")


@dataclass(frozen=True)
class Traced:
    """The part of a page that holds what its numbers rest on; ``ids`` are of its elements."""

    html: str = ""
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Span:
    """A stretch of a block's text that is about one subject."""

    start: int
    end: int
    subject: str


def trace_numbers(tokens: list[Token], prose: Ledger, trace: Mapping[str, Any]) -> Traced:
    """Make links of the numbers whose data have a subject, in place, and return what they open.

    A number with its interval is one link. Numbers in headings, in header cells, in links and in code stay
    text, as do those that are no datum or of which the trace says nothing.
    """
    subjects: Mapping[str, Any] = trace["subjects"]
    # A header cell is a button that sorts: it holds no link.
    heads = {id(inline) for cell, inline in pairwise(tokens) if cell.type == "th_open"}
    anchors: dict[str, str] = {}
    for found in assign(blocks(tokens), prose):
        spans = list(_spans(found, subjects)) if found.block.kind != "heading" else []
        for inline, offset in found.block.inlines:
            inside = [
                _Span(s.start - offset, s.end - offset, anchors.setdefault(s.subject, f"t{len(anchors) + 1}"))
                for s in spans
                if id(inline) not in heads and offset <= s.start and s.end <= offset + len(words(inline))
            ]
            if inside:
                inline.children = list(_linked(inline.children or [], inside))
    if not anchors:
        return Traced()
    html, ids = evidence(anchors, trace, heading=HEADING, closed=CLOSED)
    return Traced(html, (*ids, HEADING.anchor))


def _spans(found: Assigned, subjects: Mapping[str, Any]) -> Iterator[_Span]:
    """The numbers of a block by subject; neighbours of one interval are one."""
    last: _Span | None = None
    for token, entry in found.numbers:
        path = entry.path if entry and entry.kind == "datum" else None
        subject = subject_of(path, subjects) if path else None
        if last and subject == last.subject and _joined(found.block, last.end, token.start):
            last = _Span(last.start, token.end, last.subject)
            continue
        if last:
            yield _closed(found.block.text, last)
        last = _Span(token.start, token.end, subject) if subject else None
    if last:
        yield _closed(found.block.text, last)


def _joined(block: Block, end: int, start: int) -> bool:
    between = block.text[end:start]
    return _JOINED.fullmatch(between) is not None and any(
        offset <= end and start <= offset + len(words(inline)) for inline, offset in block.inlines
    )


def _closed(text: str, span: _Span) -> _Span:
    """A span that opened a bracket, with its end."""
    opened = "(" in text[span.start : span.end] and text[span.end : span.end + 1] == ")"
    return _Span(span.start, span.end + opened, span.subject)


def _linked(children: list[Token], spans: list[_Span]) -> Iterator[Token]:
    """The parts of an inline token with each span a link; what is a link already, or code, is left."""
    at, depth = 0, 0
    for child in children:
        start, at = at, at + len(piece(child))
        depth += child.nesting if child.type in ("link_open", "link_close") else 0
        inside = [s for s in spans if s.start < at and start < s.end]
        if child.type != "text" or depth or not inside:
            yield child
            continue
        cut = start
        for span in inside:
            begin, end = max(span.start, start), min(span.end, at)
            yield _text(child.content[cut - start : begin - start])
            yield Token("link_open", "a", 1, attrs={"class": "n", "href": f"#{span.subject}"})
            yield _text(child.content[begin - start : end - start])
            yield Token("link_close", "a", -1)
            cut = end
        yield _text(child.content[cut - start :])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)
