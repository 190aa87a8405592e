"""Tables of a page: header cells that say what they head, a box each that scrolls by itself."""

from __future__ import annotations

from html import escape
from typing import Any

from markdown_it.token import Token

from forecast.report.blocks import words

#: Tables of more columns than this may be wider than the text.
WIDE_FROM = 4
#: Row headers of so many letters at most stand on one line.
BRIEF = 18
#: A cell of more letters needs room for its words.
LONG = 20


def marked_tables(tokens: list[Token]) -> None:
    """Column headers get scope=col, the first cell of each row becomes its header; a row that begins in bold
    is a sum."""
    first = False
    row: Token | None = None
    cells: list[bool] = []
    for at, token in enumerate(tokens):
        if token.type == "tr_open":
            first, row = True, token
        elif token.type == "th_open":
            token.attrSet("scope", "col")
            first = False
        elif token.type == "td_open":
            cells.append(first)
            if len(words(tokens[at + 1])) > LONG:
                token.attrSet("class", "long")
            if first:
                token.tag = "th"
                token.attrSet("scope", "row")
                if row is not None and tokens[at + 1].content.startswith("**"):
                    row.attrSet("class", "sum")
            first = False
        elif token.type == "td_close" and cells.pop():
            token.tag = "th"


def table_open(_self: Any, tokens: list[Token], at: int, _options: Any, _env: Any) -> str:
    """The box of a table, reached and scrolled by keyboard, named by its first columns."""
    headers, firsts = _headers(tokens, at)
    kinds = [
        "scroll",
        "wide" * (len(headers) > WIDE_FROM),
        "brief" * (max(map(len, firsts), default=0) <= BRIEF),
    ]
    label = escape("Table: " + ", ".join([h for h in headers if h][:3]))
    box = " ".join(filter(None, kinds))
    return f'<div class="{box}" role="group" aria-label="{label}" tabindex="0">\n<table>\n'


def table_close(_self: Any, _tokens: list[Token], _at: int, _options: Any, _env: Any) -> str:
    """The end of a table and of its box."""
    return "</table>\n</div>\n"


def _headers(tokens: list[Token], at: int) -> tuple[list[str], list[str]]:
    """What stands in the header cells of the table at ``at``: of its columns, and of its rows."""
    columns, rows = [], []
    for token, inline in zip(tokens[at:], tokens[at + 1 :], strict=False):
        if token.type == "table_close":
            break
        if token.type == "th_open":
            columns.append(words(inline))
        elif token.type == "td_open" and token.tag == "th":
            rows.append(words(inline))
    return columns, rows
