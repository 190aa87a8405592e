"""What pandoc's DOCX lacks: exact widths of columns, rows that stay whole, pictures told from their data.

All of it is a change of markup that pandoc wrote a moment ago, so that simple patterns are enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from forecast.report.documents.columns import Layout

#: Word counts in twentieths of a point.
TWIPS = 20
_TABLE = re.compile(r"<w:tbl>.*?</w:tbl>", re.DOTALL)
_GRID = re.compile(r"<w:tblGrid>.*?</w:tblGrid>", re.DOTALL)
_TOTAL = re.compile(r"<w:tblW [^>]*/>")
_CELL = re.compile(r"<w:tcPr />")
_HEAD = re.compile(r"<w:tr><w:trPr><w:tblHeader[^>]*/></w:trPr>")
_DATA = re.compile(r'(<pic:cNvPr [^>]*?descr=)"data:[^"]*"')
_COMPATIBLE = (
    '<w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
)


def finished(document: str, layouts: Sequence[Layout]) -> str:
    """The main part of a document with the tables' layouts applied, one for each table in order."""
    following = iter(layouts)
    document = _TABLE.sub(lambda found: _table(found[0], following), document)
    # Without these, a word processor leaves room beside a picture that is as wide as the text.
    document = document.replace("<wp:inline>", '<wp:inline distT="0" distB="0" distL="0" distR="0">')
    return _DATA.sub(r'\1""', document)


def settings(part: str) -> str:
    """The settings of a document, opened by a word processor of today as one of its own."""
    return part.replace("<w:rsids", f"{_COMPATIBLE}<w:rsids", 1)


def _table(markup: str, layouts: Iterator[Layout]) -> str:
    widths = [round(points * TWIPS) for points in next(layouts).widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    markup = _GRID.sub(f"<w:tblGrid>{grid}</w:tblGrid>", markup, count=1)
    markup = _TOTAL.sub(f'<w:tblW w:type="dxa" w:w="{sum(widths)}"/>', markup, count=1)
    cells = _repeated(widths)
    markup = _CELL.sub(lambda _: f'<w:tcPr><w:tcW w:type="dxa" w:w="{next(cells)}"/></w:tcPr>', markup)
    markup = _HEAD.sub("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>", markup)
    return re.sub(r"<w:tr>(?!<w:trPr>)", "<w:tr><w:trPr><w:cantSplit/></w:trPr>", markup)


def _repeated(values: Iterable[int]) -> Iterator[int]:
    kept = list(values)
    while True:
        yield from kept
