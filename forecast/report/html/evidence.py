"""What the numbers of a page rest on: a sheet each, opened by its address, closed by another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from textwrap import shorten
from typing import Any

from forecast.report.html.contents import Heading

#: Items that a number's sheet shows of the first basis it shares with others; of further ones the name alone.
SHOWN = 3
#: Letters of where an item is from that such a sheet shows.
LOCATOR = 120
#: Letters of a hash that tell inputs apart.
HASH = 16
Basis = Mapping[str, Any]


@dataclass(frozen=True)
class _Sheet:
    """One sheet: its id, its title, what it says as HTML."""

    anchor: str
    title: str
    body: str


def evidence(
    anchors: Mapping[str, str], trace: Mapping[str, Any], *, heading: Heading, closed: str
) -> tuple[str, tuple[str, ...]]:
    """The part of a page that holds the sheets of ``anchors`` (subject to id), and the ids in it.

    A basis that one number has to itself is shown with it; of the first that it shares, a number shows some
    items; to all of what is shared it leads.
    """
    subjects, bases = trace["subjects"], trace["bases"]
    used = Counter(key for subject in anchors for key in subjects[subject].get("basis", ()))
    cut = dict.fromkeys(
        key
        for subject in anchors
        for place, key in enumerate(subjects[subject].get("basis", ()))
        if used[key] > 1 and len(bases[key]["items"]) > (1 if place else SHOWN)
    )
    shared = {key: f"b{n}" for n, key in enumerate(cut, 1)}
    sheets = [
        *(_Sheet(a, subjects[s]["title"], _subject(subjects[s], bases, shared)) for s, a in anchors.items()),
        *(_Sheet(a, bases[key]["title"], _whole(bases[key])) for key, a in shared.items()),
    ]
    inputs = escape(str(trace["inputs_sha256"]))
    foot = f'<p class="hash">Inputs <code>sha256 {inputs[:HASH]}…</code></p>\n'
    html = [
        f'<section class="part evidence">\n<h2 id="{heading.anchor}">{escape(heading.text)}</h2>\n'
        "<p>Each underlined number opens what it rests on: what it is exactly, how it was computed, and the "
        "judgments and records behind it with the file, the line and the page. The browser's back button, "
        "Close or the Escape key puts it away.</p>\n"
        f'<p>All were computed from inputs with the hash <code class="hash">sha256 {inputs}</code>.</p>\n'
        f'<span id="{closed}"></span>\n',
        *(_html(sheet, foot, closed) for sheet in sheets),
        "</section>\n",
    ]
    return "".join(html), (*(s.anchor for s in sheets), *(f"{s.anchor}-title" for s in sheets))


def _html(sheet: _Sheet, foot: str, closed: str) -> str:
    name = f"{sheet.anchor}-title"
    return (
        f'<section class="sheet" id="{sheet.anchor}" role="dialog" aria-labelledby="{name}" tabindex="-1">\n'
        f'<a class="close" href="#{closed}">Close</a>\n<h3 id="{name}">{_dated(sheet.title)}</h3>\n'
        f"{sheet.body}{foot}</section>\n"
    )


def _subject(subject: Mapping[str, Any], bases: Mapping[str, Basis], shared: Mapping[str, str]) -> str:
    rows = "".join(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>" for a, b in subject.get("rows", ()))
    how = subject.get("how")
    return (
        (f"<dl>{rows}</dl>\n" if rows else "")
        + (f"<p>{escape(how)}</p>\n" if how else "")
        + "".join(
            _part(bases[key], shared.get(key), first=place == 0)
            for place, key in enumerate(subject.get("basis", ()))
        )
    )


def _part(basis: Basis, anchor: str | None, *, first: bool) -> str:
    """A basis inside a number's sheet: all of it, or the way to it, with some items if it is the first."""
    items, title = basis["items"], _dated(basis["title"])
    if anchor is None or (first and len(items) <= SHOWN):
        return f"<h4>{title}</h4>\n{_whole(basis)}"
    if not first:
        return f'<h4><a href="#{anchor}">{title}</a> ({len(items)})</h4>\n'
    some = [
        {**i, "locator": shorten(i.get("locator") or "", LOCATOR, placeholder=" …")} for i in items[:SHOWN]
    ]
    return f'<h4>{title}</h4>\n{_items(some)}<p><a href="#{anchor}">All {len(items)} listed</a></p>\n'


def _whole(basis: Basis) -> str:
    return _items(basis["items"]) + _more(basis)


def _items(items: Iterable[Mapping[str, Any]]) -> str:
    return "<ul>\n" + "".join(f"<li>{_item(i)}</li>\n" for i in items) + "</ul>\n" if items else ""


def _item(item: Mapping[str, Any]) -> str:
    locator = escape(item.get("locator") or "")
    place = f"<code>{escape(item['place'])}</code>" if item.get("place") else ""
    found = " ".join(filter(None, [locator, place]))
    return escape(item["text"]) + (f"<small>{found}</small>" if found else "")


def _more(basis: Basis) -> str:
    return f"<p>And {basis['more']} more.</p>\n" if basis.get("more") else ""


def _dated(text: str) -> str:
    """Escaped text whose dates are not broken at the end of a line."""
    return re.sub(r"\d{4}-\d\d-\d\d", r"<time>\g<0></time>", escape(text))
