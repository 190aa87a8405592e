"""A publication in its formats, as files by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from forecast.document import to_json
from forecast.report.html import page
from forecast.report.hubverse import hubverse
from forecast.report.publication import Publication
from forecast.report.source_page import WITH_CODES
from forecast.report.templating import own_fonts, page_template, style_sheet


def rendered(done: Publication, formats: Sequence[str]) -> dict[str, bytes]:
    """The files of some formats (`formats.FORMATS`): the text, its figures, and the page of sources beside.

    Figures go with Markdown and HTML, which is drawn with them too; the page of sources with the same, but
    for a report on one page.
    """
    files = {f"{done.kind}.{name}": RENDER[name](done) for name in formats}
    if "md" in formats and done.source_page:
        files["sources.md"] = done.source_page.encode()
    if "html" in formats and done.source_page:
        files["sources.html"] = page(done.source_page, {}, front=done.front, codes=WITH_CODES).encode()
    if {"md", "html"} & set(formats):
        files |= {path: standing_alone(d.svg) for path, d in done.figures.items()}
    return files


def standing_alone(svg: str) -> bytes:
    """A figure as a file of its own."""
    return b'<?xml version="1.0" encoding="utf-8" standalone="no"?>\n' + svg.encode()


def _markdown(done: Publication) -> bytes:
    return done.markdown.encode()


def _html(done: Publication) -> bytes:
    return page(
        done.markdown,
        done.figures,
        prose=done.ledger,
        trace=done.data["trace"],
        front=done.front,
        template=page_template(done.templates),
        style=style_sheet(done.templates),
    ).encode()


def _json(done: Publication) -> bytes:
    return (to_json(done.data) + "\n").encode()


def _csv(done: Publication) -> bytes:
    return hubverse(done.data).encode()


def _docx(done: Publication) -> bytes:
    from forecast.report.documents.docx import docx

    return docx(done.markdown, done.figures, done.front)


def _pdf(done: Publication) -> bytes:
    from forecast.report.documents.pdf import pdf

    return pdf(done.markdown, done.figures, done.front, fonts=own_fonts(done.templates))


#: Format -> the function that makes its file.
RENDER: Mapping[str, Callable[[Publication], bytes]] = {
    "md": _markdown,
    "html": _html,
    "json": _json,
    "docx": _docx,
    "pdf": _pdf,
    "csv": _csv,
}
