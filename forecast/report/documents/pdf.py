"""The report as PDF: A4, tagged, with bookmarks, the same bytes wherever and whenever it is made."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from itertools import chain
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

#: Points of type of a report; of one of few sections, so that it stands on one page if it can.
TYPE, BRIEF_TYPE = 10.5, (9.5, 9.0, 8.5)
#: From this share of a page on, a figure may move to where it fits.
TALL = 0.36
_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")


def pdf(markdown: str, figures: Mapping[str, Drawing], front: Front, *, fonts: Sequence[Path] = ()) -> bytes:
    """A report's Markdown as PDF/A-2a and PDF/UA-1.

    ``figures`` by the path that the Markdown names. A character that is in none of the fonts (see `fonts`) is
    shown by its code, unless a font file that has it is among ``fonts``.
    """
    text = manuscript(shown(markdown, fonts), figures)
    names = {path: f"figure-{i}.svg" for i, path in enumerate(sorted(figures), 1)}
    pictures = {path: _picture(names[path], drawing) for path, drawing in figures.items()}
    body = source(text, laid_out(text), pictures)
    files = {names[path]: printable(drawing.svg, fonts) for path, drawing in figures.items()}
    files["report.typ"] = resources.files("forecast.report.documents").joinpath("report.typ").read_bytes()

    def made(points: float) -> bytes:
        said = json.dumps(_front(front, text, fonts) | {"size": points}, ensure_ascii=False)
        inputs = {"front": shown(said, fonts)}
        return compiled(body, files, kind="pdf", inputs=inputs, timestamp=front.timestamp, fonts=fonts)

    if text.needs_contents:
        return made(TYPE)
    tries = map(made, BRIEF_TYPE)
    first = next(tries)
    return next((found for found in chain([first], tries) if pages(found) == 1), first)


def pages(data: bytes) -> int:
    """How many pages a PDF has that `compiled` made."""
    return len(_PAGE.findall(data))


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
        "compact": not text.needs_contents,
        "fonts": {"text": families(fonts), "code": [CODE_FONT, *families(fonts)]},
        "side": SIDE,
        "top": TOP,
        "bottom": BOTTOM,
    }
