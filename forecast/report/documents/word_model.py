"""The Word document that a report takes its styles, header and footer from, made from readable parts.

Pandoc's own model is taken for what every document needs (theme, numbering, settings); styles, header, footer
and page are ours.
"""

from __future__ import annotations

from importlib import resources
from xml.sax.saxutils import escape, quoteattr

from forecast.report.documents.archive import packed, unpacked
from forecast.report.documents.page_size import BOTTOM, PAGE_HEIGHT, PAGE_WIDTH, SIDE, TEXT_WIDTH, TOP
from forecast.report.documents.pandoc import default_reference
from forecast.report.documents.word_markup import TWIPS
from forecast.report.documents.wording import WORDS
from forecast.report.front_matter import Front
from forecast.report.numbers import day

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#: Room below a table.
AFTER_TABLE = '<w:p><w:pPr><w:pStyle w:val="AfterTable"/></w:pPr></w:p>'
_DRAFT, _PLAIN = "B84A00", "5C6370"


def model(front: Front) -> bytes:
    """The reference document of a report: its own styles, and ``front`` in header and footer."""
    files = unpacked(default_reference())
    styles = resources.files("forecast.report.documents").joinpath("word/styles.xml").read_text("utf-8")
    right = str(round(TEXT_WIDTH * TWIPS))
    files["word/styles.xml"] = (
        styles.replace('"LANGUAGE"', quoteattr(front.language)).replace('"RIGHT"', f'"{right}"').encode()
    )
    files["word/header1.xml"] = _part("hdr", _header(front))
    files["word/footer1.xml"] = _part("ftr", _footer(front))
    files["word/document.xml"] = _document(section())
    files["[Content_Types].xml"] = files["[Content_Types].xml"].replace(
        b"</Types>",
        "".join(
            f'<Override PartName="/word/{name}1.xml" ContentType="{_TYPE}.{name}+xml"/>'
            for name in ("header", "footer")
        ).encode()
        + b"</Types>",
    )
    files["word/_rels/document.xml.rels"] = files["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        "".join(
            f'<Relationship Id="{_id(name)}" Type="{_RELATION}/{name}" Target="{name}1.xml"/>'
            for name in ("header", "footer")
        ).encode()
        + b"</Relationships>",
    )
    return packed(files)


def section(*, flipped: bool = False) -> str:
    """Page size, margins, header and footer of a stretch of pages, upright or on their side."""
    width, height = (PAGE_HEIGHT, PAGE_WIDTH) if flipped else (PAGE_WIDTH, PAGE_HEIGHT)
    turned = ' w:orient="landscape"' if flipped else ""
    edges = {"top": TOP, "right": SIDE, "bottom": BOTTOM, "left": SIDE, "header": 34.0, "footer": 30.0}
    margins = " ".join(f'w:{name}="{round(points * TWIPS)}"' for name, points in edges.items())
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="{_id("header")}"/>'
        f'<w:footerReference w:type="default" r:id="{_id("footer")}"/>'
        f'<w:pgSz w:w="{round(width * TWIPS)}" w:h="{round(height * TWIPS)}"{turned}/>'
        f'<w:pgMar {margins} w:gutter="0"/></w:sectPr>'
    )


def section_end(*, flipped: bool = False) -> str:
    """A paragraph that takes no room and ends a stretch of pages."""
    properties = section(flipped=flipped)
    return f'<w:p><w:pPr><w:pStyle w:val="SectionEnd"/>{properties}</w:pPr></w:p>'


def _id(name: str) -> str:
    return f"rIdReport{name.capitalize()}"


def _document(properties: str) -> bytes:
    return f"{_DECLARED}<w:document {_W} {_R}><w:body><w:p/>{properties}</w:body></w:document>".encode()


def _part(tag: str, paragraphs: str) -> bytes:
    return f"{_DECLARED}<w:{tag} {_W} {_R}>{paragraphs}</w:{tag}>".encode()


def _header(front: Front) -> str:
    colour = _DRAFT if front.is_draft else _PLAIN
    bold = f'<w:b/><w:bCs/><w:color w:val="{colour}"/>'
    line = f"{_run(front.short_title)}{_TAB}{_run(front.status_line, properties=bold)}"
    return _marking(front) + _paragraph("Header", line, edge="bottom")


def _footer(front: Front) -> str:
    dated, page, of = f"{WORDS['dated']} {day(front.date)}", f"{WORDS['page']} ", f" {WORDS['of']} "
    line = f"{_run(dated)}{_TAB}{_run(page)}{_field('PAGE')}{_run(of)}{_field('NUMPAGES')}"
    return _paragraph("Footer", line, edge="top") + _marking(front)


def _marking(front: Front) -> str:
    return _paragraph("Marking", _run(front.marking)) if front.marking else ""


def _paragraph(style: str, runs: str, *, edge: str = "") -> str:
    border = (
        f'<w:pBdr><w:{edge} w:val="single" w:sz="4" w:space="4" w:color="D5D8DD"/></w:pBdr>' if edge else ""
    )
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{border}</w:pPr>{runs}</w:p>'


_TAB = "<w:r><w:tab/></w:r>"


def _run(text: str, *, properties: str = "") -> str:
    formatted = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{formatted}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _field(name: str) -> str:
    return f'<w:fldSimple w:instr=" {name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
