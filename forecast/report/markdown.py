"""Markdown building blocks: everything a section returns is a list of lines made here."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from forecast.report.marks import cleaned, quoted
from forecast.visible import visible

Lines = list[str]
#: Characters that Markdown, or a reader of a wider dialect, would take for its own; the last only where a
#: line begins with it.
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#{}~$@^]|&(?=#?\w+;)|!(?=\[)|^[-+=](?=[\s\-=+]|$))")
#: A number that would begin a list.
_LISTED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")


@dataclass(frozen=True)
class Drawing:
    """A figure: its file name without ending, its SVG, and what it shows in words."""

    name: str
    svg: str
    alt: str


def escape(text: str) -> str:
    """Text from an input file, with nothing in it read as Markdown.

    It is marked as quoted: the numbers in it are the file's. A character that would steer the reader's
    program is shown by its code.

    >>> from forecast.report.marks import plain
    >>> plain(escape("a_b [c]"))
    'a\\\\_b \\\\[c\\\\]'
    """
    flat = _SPECIAL.sub(r"\\\1", " ".join(visible(cleaned(text)).split()))
    return quoted(_LISTED.sub(r"\1\\\2", flat))


def sentence(text: str) -> str:
    """Escaped text that ends like a sentence."""
    clean = " ".join(visible(text).split())
    return escape(clean if not clean or clean.endswith((".", "!", "?")) else clean + ".")


def capital(text: str) -> str:
    """A text with its first letter large, before it is escaped."""
    return text[:1].upper() + text[1:]


def heading(text: str, level: int = 2) -> Lines:
    """A heading with a blank line after it."""
    return [f"{'#' * level} {text}", ""]


def paragraph(*sentences: str) -> Lines:
    """Sentences as one paragraph; empty ones are dropped."""
    kept = [s for s in sentences if s]
    return [" ".join(kept), ""] if kept else []


def bullets(items: Iterable[str]) -> Lines:
    """A list."""
    lines = [f"- {item}" for item in items]
    return [*lines, ""] if lines else []


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, words: Collection[int] = (0,)) -> Lines:
    """A pipe table; columns in ``words`` hold text, the others numbers, aligned right. None for no rows."""
    body = [[_in_cell(c) for c in row] for row in rows]
    if not body:
        return []
    rule = ["---" if i in words else "---:" for i in range(len(header))]
    return [_row(header), _row(rule), *(_row(row) for row in body), ""]


def figure(drawing: Drawing) -> Lines:
    """A figure by its file, with its description."""
    alt = escape(drawing.alt.replace("[", "(").replace("]", ")"))
    return [f"![{alt}](figures/{drawing.name}.svg)", ""]


def slug(text: str) -> str:
    """A heading's anchor."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _in_cell(text: str) -> str:
    return " ".join(text.split()) or "–"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
