"""What the numbers of a page rest on: a sheet each, opened by its address, closed by another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from forecast.report.html.contents import Heading

#: Items of a basis that a number's own sheet shows; a longer basis has a sheet with all of them.
SHOWN = 3
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

    A basis that many numbers share is written once.
    """
    subjects, bases = trace["subjects"], trace["bases"]
    used = dict.fromkeys(key for subject in anchors for key in subjects[subject].get("basis", ()))
    shared = {key: f"b{n}" for n, key in enumerate((k for k in used if _long(bases[k])), 1)}
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
        f'<a class="close" href="#{closed}">Close</a>\n<h3 id="{name}">{escape(sheet.title)}</h3>\n'
        f"{sheet.body}{foot}</section>\n"
    )


def _subject(subject: Mapping[str, Any], bases: Mapping[str, Basis], shared: Mapping[str, str]) -> str:
    rows = "".join(f"<dt>{escape(a)}</dt><dd>{escape(b)}</dd>" for a, b in subject.get("rows", ()))
    how = subject.get("how")
    return (
        (f"<dl>{rows}</dl>\n" if rows else "")
        + (f"<p>{escape(how)}</p>\n" if how else "")
        + "".join(_part(bases[key], shared.get(key)) for key in subject.get("basis", ()))
    )


def _part(basis: Basis, anchor: str | None) -> str:
    """A basis inside a number's sheet: its first items, and the way to the others."""
    items = basis["items"][:SHOWN] if anchor else basis["items"]
    all_of_them = f'<p><a href="#{anchor}">All {len(basis["items"])} listed</a></p>\n' if anchor else ""
    return f"<h4>{escape(basis['title'])}</h4>\n{_items(items)}{all_of_them or _more(basis)}"


def _whole(basis: Basis) -> str:
    return _items(basis["items"]) + _more(basis)


def _items(items: Iterable[Mapping[str, Any]]) -> str:
    return "<ul>\n" + "".join(f"<li>{_item(i)}</li>\n" for i in items) + "</ul>\n" if items else ""


def _item(item: Mapping[str, Any]) -> str:
    locator = f" <cite>{escape(item['locator'])}</cite>" if item.get("locator") else ""
    place = f" <code>{escape(item['place'])}</code>" if item.get("place") else ""
    return escape(item["text"]) + locator + place


def _more(basis: Basis) -> str:
    return f"<p>And {basis['more']} more.</p>\n" if basis.get("more") else ""


def _long(basis: Basis) -> bool:
    return len(basis["items"]) > SHOWN
