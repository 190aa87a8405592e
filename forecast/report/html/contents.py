"""Headings with anchors, second-level sections as elements, and the contents they make."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from markdown_it.token import Token

from forecast.report.blocks import words
from forecast.report.markdown import slug


@dataclass(frozen=True)
class Heading:
    """A second-level heading: its words and its anchor."""

    text: str
    anchor: str


def anchored(tokens: list[Token], *, reserved: Collection[str] = ()) -> list[Heading]:
    """Give every heading an id of its own; the second-level ones are the contents.

    ``reserved`` are ids of the page itself, which no heading gets.
    """
    seen = dict.fromkeys(reserved, 1)
    found = []
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        text = words(inline)
        # A heading that is an id alone is its own anchor, as it is on the hosts that show Markdown.
        name = (text.lower() if inline.content == f"`{text}`" else slug(text)) or "section"
        anchor = name
        while anchor in seen:
            seen[name] += 1
            anchor = f"{name}-{seen[name]}"
        seen[anchor] = 1
        opening.attrSet("id", anchor)
        if opening.tag == "h2":
            found.append(Heading(text, anchor))
    return found


def split(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    """What stands before the first second-level heading and the rest; without one, the title and the rest."""
    titles = [i for i, t in enumerate(tokens) if t.type == "heading_open"]
    at = next((i for i in titles if tokens[i].tag == "h2"), None)
    if at is None:
        at = 3 if titles[:1] == [0] and tokens[0].tag == "h1" else 0
    return tokens[:at], tokens[at:]


def title(tokens: list[Token]) -> str:
    """The words of the first heading, empty where there is none."""
    return next((words(b) for a, b in pairwise(tokens) if a.type == "heading_open"), "")


def sectioned(tokens: list[Token]) -> list[Token]:
    """Each second-level heading with what follows it as an element whose class is the heading's slug."""
    found: list[Token] = []
    is_open = False
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            name = slug(words(tokens[at + 1]))
            found.append(raw(f'{"</section>" * is_open}\n<section class="part {name}">\n'))
            is_open = True
        found.append(token)
    return [*found, raw("</section>\n")] if is_open else found


def raw(html: str) -> Token:
    """Ready HTML among the tokens of a text."""
    return Token("html_block", "", 0, content=html)


def linked_pages(tokens: list[Token]) -> None:
    """Links to other pages of the report lead to their HTML."""
    for token in tokens:
        for child in token.children or []:
            target = str(child.attrs.get("href", ""))
            if child.type == "link_open" and not re.match(r"#|[a-z][a-z0-9+.-]*:", target, re.IGNORECASE):
                child.attrSet("href", re.sub(r"\.md(?=#|$)", ".html", target))


def listed(headings: list[Heading]) -> str:
    """The contents as list items."""
    return "".join(f'<li><a href="#{h.anchor}">{escape(h.text)}</a></li>\n' for h in headings)
