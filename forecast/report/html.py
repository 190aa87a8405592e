"""The Markdown report as one self-contained page: figures inlined, no script, nothing loaded."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from html import escape
from importlib import resources
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from forecast.report.code_marks import mark_codes
from forecast.report.figures.style import themed
from forecast.report.markdown import Drawing, slug

#: Tables of more columns than this may be wider than the text.
WIDE_FROM = 4

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{css}</style>
</head>
<body>
<a class="skip" href="#report">Skip to the text</a>
<header>
{front}</header>
<nav aria-label="Contents">
<details>
<summary>Contents</summary>
<ol>
{contents}</ol>
</details>
</nav>
<main id="report">
{body}</main>
<footer>
<p>Tables wider than the page scroll inside their own box.</p>
</footer>
</body>
</html>
"""


@dataclass(frozen=True)
class _Entry:
    text: str
    anchor: str


def page(markdown: str, figures: Mapping[str, Drawing], *, codes: Collection[str] = ()) -> str:
    """A page from the report's Markdown; ``figures`` by the path that the Markdown names.

    ``codes`` are the sections whose tables hold codes, which are coloured.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(markdown)
    contents = _anchored(tokens)
    _sectioned_tables(tokens)
    _marked_tables(tokens)
    _linked_pages(tokens)
    if codes:
        mark_codes(tokens, codes)
    split = next(i for i, t in enumerate(tokens) if t.type == "heading_open" and t.tag == "h2")
    render = _renderer(parser, figures)
    return _PAGE.format(
        title=escape(_plain(tokens[1])),
        css=resources.files("forecast.report").joinpath("page.css").read_text(encoding="utf-8"),
        front=render(tokens[:split]),
        contents="".join(f'<li><a href="#{e.anchor}">{escape(e.text)}</a></li>\n' for e in contents),
        body=render(tokens[split:]),
    )


def _anchored(tokens: list[Token]) -> list[_Entry]:
    """Give every heading an id of its own; the second-level ones are the contents."""
    seen: dict[str, int] = {}
    found = []
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        text = _plain(inline)
        # A heading that is an id alone is its own anchor, as it is on the hosts that show Markdown.
        anchor = (text.lower() if inline.content == f"`{text}`" else slug(text)) or "section"
        seen[anchor] = seen.get(anchor, 0) + 1
        if seen[anchor] > 1:
            anchor = f"{anchor}-{seen[anchor]}"
        opening.attrSet("id", anchor)
        if opening.tag == "h2":
            found.append(_Entry(text, anchor))
    return found


def _linked_pages(tokens: list[Token]) -> None:
    """Links to other pages of the report lead to their HTML."""
    for token in tokens:
        for child in token.children or []:
            target = str(child.attrs.get("href", ""))
            if child.type == "link_open" and not target.startswith("#"):
                child.attrSet("href", re.sub(r"\.md(?=#|$)", ".html", target))


def _sectioned_tables(tokens: list[Token]) -> None:
    """Every table gets its section's name as class."""
    section = ""
    for i, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            section = slug(tokens[i + 1].content)
        elif token.type == "table_open":
            token.attrSet("class", section)


def _marked_tables(tokens: list[Token]) -> None:
    """Column headers get scope=col; the first cell of each row becomes its header."""
    first = False
    depth: list[bool] = []
    for token in tokens:
        if token.type == "tr_open":
            first = True
        elif token.type == "th_open":
            token.attrSet("scope", "col")
            first = False
        elif token.type == "td_open":
            depth.append(first)
            if first:
                token.tag = "th"
                token.attrSet("scope", "row")
            first = False
        elif token.type == "td_close" and depth.pop():
            token.tag = "th"


def _renderer(parser: MarkdownIt, figures: Mapping[str, Drawing]) -> Any:
    def table_open(_self: Any, tokens: Any, at: int, _options: Any, _env: Any) -> str:
        headers = _headers(tokens, at)
        size = "scroll wide" if len(headers) > WIDE_FROM else "scroll"
        size = " ".join([size, *str(tokens[at].attrs.get("class", "")).split()])
        label = escape("Table: " + ", ".join(headers[:3]))
        return f'<div class="{size}" role="region" aria-label="{label}" tabindex="0">\n<table>\n'

    def table_close(_self: Any, _tokens: Any, _at: int, _options: Any, _env: Any) -> str:
        return "</table>\n</div>\n"

    def image(_self: Any, tokens: Any, at: int, _options: Any, _env: Any) -> str:
        return _inlined(figures[tokens[at].attrs["src"]])

    parser.add_render_rule("table_open", table_open)
    parser.add_render_rule("table_close", table_close)
    parser.add_render_rule("image", image)

    def render(tokens: list[Token]) -> str:
        text = parser.renderer.render(tokens, parser.options, {})
        # A figure stands by itself: a paragraph around it would not be valid.
        return re.sub(r"<p>(<figure.*?</figure>)</p>", r"\1", str(text), flags=re.DOTALL)

    return render


def _headers(tokens: list[Token], at: int) -> list[str]:
    headers = []
    for token, inline in zip(tokens[at:], tokens[at + 1 :], strict=False):
        if token.type == "thead_close":
            break
        if token.type == "th_open":
            headers.append(_plain(inline))
    return headers


def _inlined(drawing: Drawing) -> str:
    svg = themed(drawing.svg)
    label = escape(drawing.alt)
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"', r"\1", svg, count=1)
    # Resources of different figures must not share an id within the page.
    svg = re.sub(r'\bid="', f'id="{drawing.name}-', svg)
    svg = re.sub(r'(xlink:href="#|url\(#)', rf"\1{drawing.name}-", svg)
    svg = re.sub(r"<style type=\"text/css\">.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<defs>\s*</defs>\s*", "", svg)
    return f'<figure class="scroll" tabindex="0" role="group" aria-label="Figure">\n{svg.strip()}\n</figure>'


def _plain(inline: Token) -> str:
    return "".join(child.content for child in inline.children or [])
