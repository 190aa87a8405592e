"""The report as DOCX: valid markup, styles and page of our own, pictures and tables that anyone can read."""

from __future__ import annotations

import base64
import re
from xml.etree import ElementTree as ET

import pytest

pytest.importorskip("typst", reason="needs the extra [reports]")
pytest.importorskip("pypandoc", reason="needs the extra [reports]")

from test_documents_pdf import FIGURES, FRONT, HOSTILE, TEXT, _letters, _unescaped

from forecast.report.documents.archive import packed, unpacked
from forecast.report.documents.docx import docx
from forecast.report.front_matter import Front
from forecast.report.markdown import bullets, escape, heading, paragraph, table
from forecast.report.marks import plain

SECTIONS = ["Key judgments", "Second", "Third", "Fourth", "Fifth", "Last"]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DOC = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"


@pytest.fixture(scope="module")
def made() -> bytes:
    """The text of the PDF's tests as DOCX."""
    return docx(TEXT, FIGURES, FRONT)


@pytest.fixture(scope="module")
def files(made: bytes) -> dict[str, bytes]:
    """Its parts."""
    return unpacked(made)


@pytest.fixture(scope="module")
def body(files: dict[str, bytes]) -> ET.Element:
    """Its main part."""
    return ET.fromstring(files["word/document.xml"])


def _text(element: ET.Element) -> str:
    return "".join(t.text or "" for t in element.iter(f"{W}t"))


def _styled(body: ET.Element, style: str) -> list[str]:
    return [
        _text(p)
        for p in body.iter(f"{W}p")
        if (found := p.find(f"{W}pPr/{W}pStyle")) is not None and found.get(f"{W}val") == style
    ]


def test_every_part_is_valid_xml(files: dict[str, bytes]) -> None:
    """And every style that is used is defined."""
    for name, data in files.items():
        if name.endswith((".xml", ".rels")):
            ET.fromstring(data)
    styles = ET.fromstring(files["word/styles.xml"])
    known = {style.get(f"{W}styleId") for style in styles.iter(f"{W}style")}
    parts = [ET.fromstring(files[f"word/{name}.xml"]) for name in ("document", "header1", "footer1")]
    used = {
        found.get(f"{W}val")
        for part in parts
        for tag in ("pStyle", "rStyle", "tblStyle")
        for found in part.iter(f"{W}{tag}")
    }
    assert used <= known


def test_everything_is_in_it(body: ET.Element) -> None:
    """Each part of the report in the style it has its look from."""
    assert _styled(body, "Title") == ["Will it hold?"]
    assert _styled(body, "Author") == ["A. Author"]
    assert _styled(body, "Facts") == ["Pair: A and B", "Status: draft, not reviewed"]
    assert _styled(body, "Heading1") == SECTIONS
    assert _styled(body, "TOC1") == SECTIONS
    assert _styled(body, "ImageCaption") == ["Figure 1. Rise over time."]
    assert _styled(body, "BlockText") == ["Warning. Not converged."]


def test_links_lead_to_bookmarks(body: ET.Element) -> None:
    """Contents and text link to headings of the document."""
    marks = {mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")}
    anchors = [link.get(f"{W}anchor") for link in body.iter(f"{W}hyperlink")]
    assert len(anchors) == len(SECTIONS) + 1
    assert set(anchors) <= marks


def test_marking_status_and_number_are_on_every_page(files: dict[str, bytes], body: ET.Element) -> None:
    """In header and footer, which the only section of the document uses."""
    header, footer = (ET.fromstring(files[f"word/{name}1.xml"]) for name in ("header", "footer"))
    assert [_text(p) for p in header.iter(f"{W}p")] == ["FOR EXERCISE", "Will it hold?Draft, not reviewed"]
    assert [_text(p) for p in footer.iter(f"{W}p")] == [
        "As of 21 November 2026Page 1 of 1",
        "FOR EXERCISE",
    ]
    fields = [field.get(f"{W}instr") for field in footer.iter(f"{W}fldSimple")]
    assert fields == [" PAGE ", " NUMPAGES "]
    (section,) = body.iter(f"{W}sectPr")
    relations = files["word/_rels/document.xml.rels"].decode()
    for kind in ("header", "footer"):
        (found,) = section.iter(f"{W}{kind}Reference")
        identity = next(value for name, value in found.attrib.items() if name.endswith("}id"))
        assert re.search(rf'Id="{identity}"[^>]*Target="{kind}1.xml"', relations)


def test_pictures_have_descriptions_and_not_their_data(files: dict[str, bytes], body: ET.Element) -> None:
    """A screen reader is told what the figure shows; nothing else is said of it."""
    (properties,) = body.iter(f"{DOC}docPr")
    assert properties.get("descr") == "Rise over time; 5% in 2030."
    assert b"base64" not in files["word/document.xml"]
    (picture,) = [data for name, data in files.items() if name.startswith("word/media/")]
    assert picture.startswith(b"\x89PNG")


def test_tables_have_header_rows_and_exact_widths(body: ET.Element) -> None:
    """The header is marked and repeated, no row is torn, and the grid is what the cells say."""
    (found,) = body.iter(f"{W}tbl")
    rows = list(found.iter(f"{W}tr"))
    assert [row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows] == [True, False]
    assert all(len(row.findall(f"{W}trPr")) == 1 for row in rows)
    assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in rows)
    grid = [int(column.get(f"{W}w") or 0) for column in found.iter(f"{W}gridCol")]
    for row in rows:
        assert [int(cell.get(f"{W}w") or 0) for cell in row.iter(f"{W}tcW")] == grid
    (total,) = found.iter(f"{W}tblW")
    assert int(total.get(f"{W}w") or 0) == sum(grid)
    aligned = [p.find(f"{W}pPr/{W}jc") for p in rows[1].iter(f"{W}p")]
    assert [jc.get(f"{W}val") for jc in aligned if jc is not None] == ["left", "right"]


def test_a_table_too_wide_lies_on_its_side() -> None:
    """The page before and after stays upright, and each stretch has header and footer."""
    word = "a" * 30
    rows = "\n".join(f"| {' | '.join([word] * 6)} |" for _ in range(2))
    text = f"# T\n\nBefore.\n\n| {' | '.join('abcdef')} |\n|{'---|' * 6}\n{rows}\n\nAfter.\n"
    body = ET.fromstring(unpacked(docx(text, {}, FRONT))["word/document.xml"])
    sections = list(body.iter(f"{W}sectPr"))
    turned = [section.find(f"{W}pgSz").get(f"{W}orient") for section in sections]  # type: ignore[union-attr]
    assert turned == [None, "landscape", None]
    assert all(len(list(s.iter(f"{W}headerReference"))) == 1 for s in sections)


def test_the_core_properties(files: dict[str, bytes]) -> None:
    """Title, pair, authors, status, marking, and the report's own day as the time it was made."""
    core = files["docProps/core.xml"].decode()
    for part in ("Will it hold?", "A and B", "A. Author", "draft, not reviewed", "FOR EXERCISE"):
        assert f">{part}<" in core
    assert core.count("2026-11-21T00:00:00Z") == 2


def test_it_opens_as_a_document_of_today(files: dict[str, bytes]) -> None:
    """Without the setting a word processor falls back on the manners of 2007."""
    assert b'w:name="compatibilityMode"' in files["word/settings.xml"]


def test_the_same_report_has_the_same_bytes(made: bytes) -> None:
    """Twice in one process; `test_documents_bytes` makes it in others."""
    assert docx(TEXT, FIGURES, FRONT) == made


def test_an_archive_is_a_function_of_its_files() -> None:
    """Names, order and content alone; packing what was unpacked changes nothing."""
    files = {"b": b"1", "a/c": b"2" * 1000}
    assert unpacked(packed(files)) == files
    assert packed(unpacked(packed(files))) == packed(files)


@pytest.mark.parametrize("where", ["paragraph", "heading", "list", "table"])
def test_hostile_text_is_text(where: str) -> None:
    """Whatever an input file says is read by a reader and by no program."""
    forms = {
        "paragraph": lambda t: paragraph(escape(t)),
        "heading": lambda t: [*heading(escape(t)), "x", ""],
        "list": lambda t: bullets([escape(t)]),
        "table": lambda t: table(["A", "B"], [[escape(t), escape(t)]]),
    }
    lines = [line for text in HOSTILE for line in forms[where](text)]
    made = docx(plain("\n".join(["# T", "", *lines])), {}, FRONT)
    body = ET.fromstring(unpacked(made)["word/document.xml"])
    read = _letters(_text(body))
    for text in HOSTILE:
        assert _letters(plain(_unescaped(escape(text)))) in read, text
    targets = re.findall(
        r'TargetMode="External"[^>]*|Target="[a-z]+:', unpacked(made)["word/_rels/document.xml.rels"].decode()
    )
    assert targets == []


def test_hostile_front_matter_is_text() -> None:
    """So are title, authors, status and marking."""
    front = Front(title="<w:p/> ]]>", date=FRONT.date, authors=("a&b",), status="<s>", marking='"\x07<m>')
    files = unpacked(docx("## Only\n", {}, front))
    assert _text(ET.fromstring(files["word/header1.xml"])) == '"⟨U+0007⟩<m><w:p/> ]]><s>'
    ET.fromstring(files["docProps/core.xml"])


def test_a_picture_beside_words_is_in_the_document() -> None:
    """Also one that is not a figure of its own, and those in lists."""
    text = "# T\n\nHere ![x](figures/fan.svg) it is.\n\n- ![y](figures/fan.svg)\n"
    files = unpacked(docx(text, FIGURES, FRONT))
    assert any(name.startswith("word/media/") for name in files)
    assert base64.b64encode(b"\x89PNG")[:4] not in files["word/document.xml"]


@pytest.mark.parametrize(
    "text", ["", "\n", "word", "## S", "| a |\n| --- |\n", "- a\n\n  > b\n\n  | c |\n  |---|\n"]
)
def test_any_markdown_becomes_a_document(text: str) -> None:
    """An edited text need not be shaped like a report."""
    ET.fromstring(unpacked(docx(text, {}, FRONT))["word/document.xml"])
