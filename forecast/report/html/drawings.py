"""Figures inside a page: described, in the page's colours, each with ids of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from markdown_it.token import Token

from forecast.errors import UsageError
from forecast.report.blocks import words
from forecast.report.figures.style import themed
from forecast.report.markdown import Drawing

#: Letters of a description that name the box a figure scrolls in.
NAMED = 60


def image(figures: Mapping[str, Drawing]) -> Any:
    """The rule that puts a figure in the place of its image; ``figures`` by the path that a text names.

    The description is that of the text, which may have been edited. Raises UsageError for a figure that
    is not there.
    """

    def rule(_self: Any, tokens: list[Token], at: int, _options: Any, _env: Any) -> str:
        source = str(tokens[at].attrs["src"])
        if source not in figures:
            have = ", ".join(figures) or "none"
            raise UsageError(
                f"the text shows {source!r}, which is no figure of this report (its figures: {have}); "
                "take that line out, or name one of them"
            )
        return inlined(figures[source], words(tokens[at]) or figures[source].alt)

    return rule


def inlined(drawing: Drawing, alt: str) -> str:
    """The SVG of a figure as part of a page, described in words."""
    svg = themed(drawing.svg[drawing.svg.index("<svg") :])
    svg = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', 1)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*" height="[^"]*"', r"\1", svg, count=1)
    # Resources of different figures must not share an id within the page.
    svg = re.sub(r'\bid="', f'id="{drawing.name}-', svg)
    svg = re.sub(r'(xlink:href="#|url\(#)', rf"\1{drawing.name}-", svg)
    svg = re.sub(r"<style type=\"text/css\">.*?</style>", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<defs>\s*</defs>\s*", "", svg)
    # Its paper is the page's, so that the shade of the box it scrolls in is seen.
    svg = svg.replace("fill: var(--paper)", "fill: none", 1)
    name = escape("Figure: " + re.split(r"[.;:,] ", alt)[0][:NAMED])
    return f'<figure class="scroll" tabindex="0" role="group" aria-label="{name}">\n{svg.strip()}\n</figure>'


def unwrapped(html: str) -> str:
    """Figures by themselves: a paragraph around one would not be valid."""
    return re.sub(r"<p>(<figure.*?</figure>)</p>", r"\1", html, flags=re.DOTALL)
