"""Codes in the tables of a page: a colour by sign and size, fainter where the code is our inference."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import escape

from markdown_it.token import Token

_ONE = r"(?:[+−]\d(?:\.\d+)?|0|×\d+(?:\.\d+)?)~?|·"
_PAIR = re.compile(rf"({_ONE}) / ({_ONE})")
_ALONE = re.compile(rf"({_ONE})(,.*)?", re.DOTALL)


def mark_codes(tokens: list[Token], sections: Collection[str]) -> None:
    """Colour every cell of a code, or of two, in the tables of some sections.

    Rows that begin in bold are sums and keep their plain text.
    """
    section, total = "", False
    for i, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            section = tokens[i + 1].content
        elif token.type == "tr_open":
            total = tokens[i + 2].content.startswith("**")
        elif token.type == "td_open" and section in sections and not total:
            _mark(tokens[i + 1])


def _mark(inline: Token) -> None:
    text = "".join(child.content for child in inline.children or [])
    pair, alone = _PAIR.fullmatch(text), _ALONE.fullmatch(text)
    if pair:
        shown = _chip(pair[1]) + _chip(pair[2])
    elif alone:
        shown = _chip(alone[1]) + escape(alone[2] or "")
    else:
        return
    inline.children = [Token("html_inline", "", 0, content=shown)]


def _chip(code: str) -> str:
    """
    >>> _chip("−2~")
    '<span class="code away2 inferred">−2~</span>'
    """
    return f'<span class="code {_kind(code)}">{code}</span>'


def _kind(code: str) -> str:
    bare = code.removesuffix("~")
    inferred = " inferred" if code != bare else ""
    if bare == "·":
        return "silent"
    if bare[0] in "+−":
        size = min(max(round(float(bare[1:])), 1), 3)
        return f"{'toward' if bare[0] == '+' else 'away'}{size}{inferred}"
    return f"{'ratio' if bare[0] == '×' else 'denied'}{inferred}"
