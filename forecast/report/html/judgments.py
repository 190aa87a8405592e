"""Judgments at a glance: the bold probabilities of a paragraph, large beside it.

A paragraph is a judgment that begins with a heading in bold and holds probabilities in bold. Each stands with
the last date named before it and its interval, the pair of percentages that follows. What is said at a glance
is said in the paragraph too, so readers by ear hear it once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from markdown_it.token import Token

from forecast.report.blocks import piece, words
from forecast.report.html.contents import raw
from forecast.report.number_tokens import Token as Number
from forecast.report.number_tokens import tokens as numbers

_INTERVAL = re.compile(r"(?: to |–)")


@dataclass(frozen=True)
class Glance:
    """A probability as written, the year it is for, and the ends of its interval in percent."""

    shown: str
    year: str
    ends: tuple[float, float] | None


def at_a_glance(tokens: list[Token]) -> list[Token]:
    """Every judgment of a text as an element of its own, what it says at a glance before its paragraph."""
    found: list[Token] = []
    closing = -1
    for at, token in enumerate(tokens):
        glances = (
            list(glimpsed(tokens[at + 1])) if token.type == "paragraph_open" and token.level == 0 else []
        )
        if glances:
            shown = f'<p class="name">{escape(_name(tokens[at + 1]))}</p>' + "".join(map(_row, glances))
            found.append(
                raw(f'<div class="judgment">\n<div class="glance" aria-hidden="true">{shown}</div>\n')
            )
            closing = at + 2
        found.append(token)
        if at == closing:
            found.append(raw("</div>\n"))
    return found


def glimpsed(inline: Token) -> Iterator[Glance]:
    """The bold probabilities of a paragraph that begins with a heading in bold."""
    bold = _bold(inline)
    if not bold or bold[0].start > 0:
        return
    text = words(inline)
    found = numbers(text)
    for place, number in enumerate(found):
        if "%" not in number.text or (number.start, number.end) not in [(b.start, b.stop) for b in bold]:
            continue
        dates = [n for n in found[:place] if n.kind == "date"]
        until = next((b.start for b in bold if b.start >= number.end), len(text))
        following = [n for n in found[place + 1 :] if n.end <= until]
        yield Glance(number.text, dates[-1].text[-4:] if dates else "", _interval(text, following))


def _name(inline: Token) -> str:
    return words(inline)[: _bold(inline)[0].stop]


def _bold(inline: Token) -> list[range]:
    """Where the bold stretches of an inline token stand in its words."""
    found, at, begun = [], 0, 0
    for child in inline.children or []:
        if child.type == "strong_open":
            begun = at
        elif child.type == "strong_close":
            found.append(range(begun, at))
        at += len(piece(child))
    return found


def _interval(text: str, following: list[Number]) -> tuple[float, float] | None:
    """The first two percentages that are joined to one interval."""
    for low, high in pairwise(following):
        if high.text.endswith("%") and _INTERVAL.fullmatch(text[low.end : high.start]):
            return _percent(low.text), _percent(high.text)
    return None


def _percent(text: str) -> float:
    return float(re.sub(r"[^\d.]", "", text))


def _row(glance: Glance) -> str:
    bar = ""
    if glance.ends:
        low, high = glance.ends
        at = _percent(glance.shown)
        bar = (
            f'<span class="bar"><i style="left:{low:g}%;width:{max(high - low, 0.6):.4g}%"></i>'
            f'<b style="left:{at:g}%"></b></span>'
        )
    year, big = escape(glance.year), escape(glance.shown)
    return f'<p><span class="year">{year}</span> <span class="big">{big}</span>{bar}</p>'
