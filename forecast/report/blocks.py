"""A Markdown text as the blocks a reader sees: paragraphs, headings, list items, rows of tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from forecast.report.markdown import slug
from forecast.report.marks import plain

Kind = Literal["heading", "prose", "item", "row", "quote"]
#: Between the cells of a row.
CELL = " | "


@dataclass(frozen=True)
class Block:
    """One block: its section (the slug of the second-level heading above it), its words, its line.

    ``inlines`` are the parser's tokens it is made of, one but for a row, with where each begins in ``text``.
    """

    section: str
    kind: Kind
    text: str
    line: int
    inlines: tuple[tuple[Token, int], ...]


def parser() -> MarkdownIt:
    """The one dialect of reports: CommonMark with pipe tables, no HTML."""
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def blocks(tokens: list[Token]) -> Iterator[Block]:
    """The blocks of a parsed text, in order; empty ones and images alone are none."""
    section, around, row = "", ["prose"], list[tuple[Token, int]]()
    width = 0
    for at, token in enumerate(tokens):
        if token.type == "inline":
            text = words(token)
            if around[-1] == "row":
                row.append((token, width))
                width += len(text) + len(CELL)
                continue
            if token.map is None or not text.strip():
                continue
            heading = tokens[at - 1].type == "heading_open"
            if heading and tokens[at - 1].tag == "h2":
                section = slug(plain(text))
            kind: Kind = "heading" if heading else around[-1]  # type: ignore[assignment]
            yield Block(section, kind, text, token.map[0] + 1, ((token, 0),))
        elif token.type in _OPENS:
            around.append(_OPENS[token.type])
        elif token.type in _CLOSES:
            around.pop()
            if token.type == "tr_close":
                cells = CELL.join(words(t) for t, _ in row)
                line = next((t.map[0] + 1 for t, _ in row if t.map), 0)
                if cells.replace("|", "").strip():
                    yield Block(section, "row", cells, line, tuple(row))
                row, width = [], 0


def verbatim(tokens: list[Token]) -> Iterator[Block]:
    """Blocks of code, which reports have none of: what an editor puts there is read all the same."""
    for token in tokens:
        if token.type in ("fence", "code_block") and token.content.strip():
            line = (token.map[0] if token.map else 0) + (2 if token.type == "fence" else 1)
            yield Block("", "quote", " ".join(token.content.split()), line, ())


def figures(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """The images of a parsed text: where each is, and what it is described as."""
    for token in tokens:
        for child in token.children or ():
            if child.type == "image":
                yield str(child.attrs.get("src", "")), words(child)


_OPENS = {"tr_open": "row", "list_item_open": "item", "blockquote_open": "quote"}
_CLOSES = {"tr_close", "list_item_close", "blockquote_close"}


def words(inline: Token) -> str:
    """The text of an inline token as it is read: no marking, no images, line ends as spaces."""
    return "".join(piece(child) for child in inline.children or [])


def piece(child: Token) -> str:
    """What a part of an inline token adds to its text."""
    if child.type in ("softbreak", "hardbreak"):
        return " "
    return child.content if child.type in ("text", "code_inline") else ""
