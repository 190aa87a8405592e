"""The report as PDF: A4, tagged, with bookmarks, the same bytes wherever and whenever it is made."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from forecast.report.documents.fonts import CODE_FONT, families, shown
from forecast.report.documents.layouts import laid_out
from forecast.report.documents.page_size import (
    BOTTOM,
    FIGURE_HEIGHT,
    SIDE,
    TEXT_HEIGHT,
    TEXT_WIDTH,
    TOP,
)
from forecast.report.documents.raster import printable, size
from forecast.report.documents.reading import Manuscript, manuscript
from forecast.report.documents.typesetting import compiled
from forecast.report.documents.typst_source import Picture, source
from forecast.report.documents.wording import WORDS
from forecast.report.front_matter import Front
from forecast.report.markdown import Drawing
from forecast.report.numbers import day

#: From this share of a page on, a figure may move to where it fits.
TALL = 0.36


def pdf(markdown: str, figures: Mapping[str, Drawing], front: Front, *, fonts: Sequence[Path] = ()) -> bytes:
    """A report's Markdown as PDF/A-2a and PDF/UA-1.

    ``figures`` by the path that the Markdown names. A character that is in none of the fonts (see `fonts`) is
    shown by its code, unless a font file that has it is among ``fonts``.
    """
    text = manuscript(shown(markdown, fonts), figures)
    names = {path: f"figure-{i}.svg" for i, path in enumerate(sorted(figures), 1)}
    files = {names[path]: printable(drawing.svg, fonts) for path, drawing in figures.items()}
    pictures = {path: _picture(names[path], drawing) for path, drawing in figures.items()}
    template = resources.files("forecast.report.documents").joinpath("report.typ").read_bytes()
    return compiled(
        source(text, laid_out(text), pictures),
        {**files, "report.typ": template},
        kind="pdf",
        inputs={"front": shown(json.dumps(_front(front, text, fonts), ensure_ascii=False), fonts)},
        timestamp=front.timestamp,
        fonts=fonts,
    )


def _picture(name: str, drawing: Drawing) -> Picture:
    """A drawing as wide as the text, or as high as a page allows."""
    width, height = size(drawing.svg)
    scale = min(TEXT_WIDTH / width, FIGURE_HEIGHT / height)
    return Picture(file=name, width=width * scale, tall=height * scale > TALL * TEXT_HEIGHT)


def _front(front: Front, text: Manuscript, fonts: Sequence[Path]) -> dict[str, object]:
    language, _, region = front.language.partition("-")
    middle = text.contents[(len(text.contents) + 1) // 2].anchor if text.needs_contents else ""
    return {
        "title": front.title,
        "short": front.short_title,
        "subtitle": front.subtitle,
        "status": front.status_line,
        "draft": front.is_draft,
        "authors": list(front.authors),
        "marking": front.marking,
        "dated": f"{WORDS['dated']} {day(front.date)}",
        "date": [front.date.year, front.date.month, front.date.day],
        "language": language.lower(),
        "region": region.upper()[:2] or None,
        "middle": middle,
        "words": WORDS,
        "fonts": {"text": families(fonts), "code": [CODE_FONT, *families(fonts)]},
        "side": SIDE,
        "top": TOP,
        "bottom": BOTTOM,
    }
