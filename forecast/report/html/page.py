"""The Markdown report as one self-contained page: figures inlined, numbers traced, nothing loaded."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from html import escape
from typing import Any

from markdown_it.token import Token

from forecast.report.blocks import parser, words
from forecast.report.front_matter import Front
from forecast.report.html import contents, drawings, judgments, signing, tables, theme, traced
from forecast.report.html.code_marks import mark_codes
from forecast.report.html.template import filled
from forecast.report.ledger import Ledger
from forecast.report.markdown import Drawing
from forecast.visible import visible

#: Ids of the page's own elements.
RESERVED = ("report", "top", traced.CLOSED)


def page(
    markdown: str,
    figures: Mapping[str, Drawing],
    *,
    prose: Ledger | None = None,
    trace: Mapping[str, Any] | None = None,
    front: Front | None = None,
    codes: Collection[str] = (),
    template: str | None = None,
    style: str = "",
) -> str:
    """A page from a report's Markdown, composed or edited since.

    Parameters
    ----------
    figures
        By the path that the Markdown names.
    prose, trace
        What each number of the text is, and what that rests on (`traced`); with both, numbers open it.
    front
        Status, authors, date and marking: in the head, the foot, and on every page that is printed.
    codes
        Sections whose tables hold codes, which are coloured.
    template
        A page to fill instead of the shipped one (`template.filled`).
    style
        Rules of CSS after the page's own.

    Raises
    ------
    UsageError
        The text shows a figure that is not there, the template is not one, or the rules end their element.
    """
    text = parser()
    tokens = text.parse(markdown)
    found = traced.trace_numbers(tokens, prose, trace) if prose and trace else traced.Traced()
    headings = contents.anchored(tokens, reserved=(*RESERVED, *found.ids))
    contents.linked_pages(tokens)
    tables.marked_tables(tokens)
    if codes:
        mark_codes(tokens, codes)
    opening, rest = contents.split(tokens)
    if found.ids:
        headings.append(traced.HEADING)
    text.add_render_rule("table_open", tables.table_open)
    text.add_render_rule("table_close", tables.table_close)
    text.add_render_rule("image", drawings.image(figures))

    def render(part: list[Token]) -> str:
        return drawings.unwrapped(str(text.renderer.render(part, text.options, {})))

    if front:
        said = " ".join(words(t) for t in opening if t.type == "inline")
        opening[3:3] = [contents.raw(signing.signature(front, said))]
    name = contents.title(tokens) or (front.title if front else "Report")
    parts = {
        "language": escape(front.language if front else "en"),
        "title": escape(name),
        "policy": theme.policy(),
        "style": theme.style(marking=front.marking if front else "", title=name, own=style),
        "script": f"<script>{theme.script()}</script>",
        "marking": signing.marking(front),
        "head": render(opening),
        "contents": contents.listed(headings),
        "body": render(contents.sectioned(judgments.at_a_glance(rest))) + found.html,
    }
    # What the text's writers escaped is shown as it is; what would steer the browser is shown by its code.
    return visible(re.sub(r"\n{3,}", "\n\n", filled(template, parts)))
