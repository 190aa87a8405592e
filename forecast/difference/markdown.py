"""A difference for a pull request: GitHub-flavoured Markdown without HTML, from the document.

Nothing that comes from a file or an argument is read as Markdown: characters that mark it up are escaped, and
what GitHub links by itself wherever it stands (mentions, issues, addresses) is broken by an invisible space.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from forecast.difference.document import NOT_ATTRIBUTED
from forecast.rounding import percent

_SPECIAL = re.compile(r"([\\`*_\[\]<>#!|~$&]|^[-+=])")
#: What begins a numbered list.
_NUMBERED = re.compile(r"^(\d+)([.)])(?= |$)")
#: Breaks a word without being seen.
ZERO = "\u200b"
_LINKED = re.compile(r"(?<=[@#])|(?<=://)|(?<=\bwww)(?=\.)|(?<=\bGH)(?=-)", re.IGNORECASE)
#: Kinds of edits listed as moving nothing, at most.
LISTED = 30


def escape(text: str) -> str:
    """Text with nothing in it read as Markdown, on one line.

    >>> escape("a_b [c] | d")
    'a\\\\_b \\\\[c\\\\] \\\\| d'
    """
    flat = "".join(c for c in " ".join(text.split()) if c.isprintable())
    marked = _SPECIAL.sub(r"\\\1", _LINKED.sub(ZERO, flat.replace("->", "→")))
    return _NUMBERED.sub(r"\1\\\2", marked)


def points(change: float) -> str:
    """A change of a probability in percentage points.

    >>> points(0.0123), points(-0.00001), points(0.0)
    ('+1.23', '-0.00', '0')
    """
    return f"{100 * change:+.2f}" if change else "0"


def as_markdown(document: dict[str, Any]) -> str:
    """The document as Markdown: key probabilities before and after, edits by size, what moves nothing."""
    lines = [f"### {escape(document['title'])}", "", _versions(document), ""]
    if document["probabilities"]:
        lines += [*_summary(document), "", *_parts(document), ""]
        lines += [f"- {escape(note)}" for note in document["notes"]] + [""] * bool(document["notes"])
    elif not document["moves_nothing"]:
        lines += ["No judgment differs.", ""]
    else:
        lines += ["Nothing that moves a probability differs.", ""]
    lines += _idle(document["moves_nothing"])
    return "\n".join(lines).rstrip() + "\n"


def changes(rows: Sequence[dict[str, Any]], date: str) -> dict[str, float]:
    """Changes at a date by quantity."""
    return {row["quantity"]: row["change"] for row in rows if row["date"] == date}


def where(part: dict[str, Any]) -> str:
    """File and line of a part's first edit, in the version that has it."""
    first = part["edits"][0]
    line = first["line_new"] or first["line_old"]
    return f"{first['file']}:{line}" if line else str(first["file"])


def _versions(document: dict[str, Any]) -> str:
    said = f"{escape(document['old']['label'])} → {escape(document['new']['label'])}"
    if "panel_id" in document:
        said += f"; panel {escape(document['panel_id'])}, as of {document['as_of']}"
    return said


def _summary(document: dict[str, Any]) -> list[str]:
    date, mark = document["ranked_by"]["date"], "" if document["exact"] else "\\~"
    found = {one["quantity"]: one for one in document["probabilities"] if one["date"] == date}
    return [
        f"- **{escape(name)}** by {date}: {percent(found[name]['before'])} →"
        f" {mark}{escape(percent(found[name]['after']))} ({mark}{points(found[name]['change'])} points)"
        for name in document["key"]
    ]


def _parts(document: dict[str, Any]) -> list[str]:
    date, keys = document["ranked_by"]["date"], document["key"]
    rows = [[*map(escape, keys), "edit", "where"], [*["---:"] * len(keys), "---", "---"]]
    for part in document["parts"]:
        by = changes(part["changes"], date)
        mark = "\\~" if part["reweighted"] else ""
        cells = [mark + points(by[key]) if by[key] else "0" for key in keys]
        rows.append([*cells, escape(part["sentence"]), escape(where(part))])
    if document["not_attributed"] is not None:
        by = changes(document["not_attributed"], date)
        rows.append([*(points(by[key]) for key in keys), escape(NOT_ATTRIBUTED), ""])
    total = changes(document["probabilities"], date)
    mark = "" if document["exact"] else "\\~"
    rows.append([*(f"**{mark}{points(total[key])}**" for key in keys), "**total**", ""])
    head = f"Percentage points by {date}; \\~ from reweighted draws."
    return [head, "", *("| " + " | ".join(row) + " |" for row in rows)]


def _idle(edits: Sequence[dict[str, Any]]) -> list[str]:
    if not edits:
        return []
    shown = [f"- {escape(edit['sentence'])}" for edit in edits[:LISTED]]
    more = [f"- and {len(edits) - LISTED} more"] if len(edits) > LISTED else []
    return ["Moves nothing:", "", *shown, *more]
