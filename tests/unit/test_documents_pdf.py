"""The report as PDF: every text as itself, the same bytes anywhere, tagged, with the look of a report."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("typst", reason="needs the extra [reports]")
pytest.importorskip("pypandoc", reason="needs the extra [reports]")

from forecast.report.documents.fonts import families, missing, shown
from forecast.report.documents.pdf import pages, pdf
from forecast.report.documents.raster import png, size
from forecast.report.documents.typesetting import compiled
from forecast.report.documents.typst_source import literal
from forecast.report.front_matter import Front
from forecast.report.markdown import Drawing, bullets, escape, heading, paragraph, table
from forecast.report.marks import plain

FRONT = Front(
    title="Will it hold?",
    date=dt.date(2026, 11, 21),
    subtitle="A and B",
    authors=("A. Author",),
    marking="FOR EXERCISE",
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="400pt" height="100pt" viewBox="0 0 400 100">'
    '<rect width="400" height="100" fill="#0072b2"/>'
    '<text x="20" y="50" font-family="Helvetica, \'DejaVu Sans\', sans-serif">In the figure</text></svg>'
)
FIGURES = {"figures/fan.svg": Drawing("fan", SVG, "Rise over time; 5% in 2030.")}
TEXT = """# Will it hold?

- **Pair:** A and B
- **Status:** draft, not reviewed

Opening words.

## Key judgments

It is unlikely: **5.1%**, 90% interval 1.5% to 12% (see [the last part](#last)).

## Second

![Rise over time; 5% in 2030.](figures/fan.svg)

| Driver | Effect |
| --- | ---: |
| one | +0.12 (−0.01 to +0.28) |

## Third

> **Warning.** Not converged.

1. first
2. `priors/a_long/path_to_a_file.yaml:12`

## Fourth

Words.

## Fifth

Words.

## Last

Done.
"""
HOSTILE = [
    "<script>alert(1)</script> <!-- c --> &amp; &#65;",
    "**bold** _x_ [l](javascript:alert(1)) ![i](/etc/passwd)",
    r"\input{/etc/passwd} \textbf{a} $x^2$ \u{41}",
    "@cite2018 [@cite] #ref <label>",
    '#set page(width: 1pt) #import "x.typ" #read("/etc/passwd") #{1+1} #[a]',
    "= heading",
    "- item",
    "+ item",
    "/ term: x",
    "1. one",
    "a\x1b[31mred\x07\x00z",
    "\u202e%5\u202c \u2066x\u2069 \u200fy",
    "=cmd|' /C calc'!A0",
    "-- --- ... -5 -? ~ 'q' \"q\" a--b",
    "// comment /* x */ http://a.b//c",
    "{.cls} {#id} [x]{.y} {typst:text:size=80pt}",
    "| pipe | a",
    "^sup^ ~~sub~~ H~2~O",
    "Путин and 刘莹",
    "x" * 300,
]


def _text_of(data: bytes, tmp_path: Path) -> str:
    """What a reader sees, by poppler."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    (tmp_path / "t.pdf").write_bytes(data)
    done = subprocess.run(
        ["pdftotext", "-raw", str(tmp_path / "t.pdf"), "-"], capture_output=True, check=True
    )
    return done.stdout.decode()


def _letters(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.fixture(scope="module")
def made() -> bytes:
    """The text above as PDF."""
    return pdf(TEXT, FIGURES, FRONT)


@settings(max_examples=80, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_a_text_in_the_source_is_a_string(text: str) -> None:
    """Typst itself reads back exactly the text that was written, whatever is in it."""
    import typst

    assert json.loads(typst.eval(b"", literal(text))) == text


def test_everything_is_in_it(made: bytes, tmp_path: Path) -> None:
    """Title, facts, judgments, caption, table, warning, list, code, contents and the figure's own text."""
    text = _letters(_text_of(made, tmp_path))
    for part in (
        *("Will it hold?", "A. Author", "Pair: A and B", "Opening words.", "5.1%", "the last part"),
        *("Figure 1. Rise over time.", "+0.12 (−0.01 to +0.28)", "Warning. Not converged.", "Contents"),
        *("priors/a_long/path_to_a_file.yaml:12", "In the figure", "Last"),
    ):
        assert _letters(part) in text, part


def test_marking_status_and_number_are_on_every_page(made: bytes, tmp_path: Path) -> None:
    """The marking above and below, the status, the day, and which page of how many."""
    long = TEXT + "\n\nA paragraph of some length. ".join([""] * 200)
    pages = _text_of(pdf(long, FIGURES, FRONT), tmp_path).split("\f")[:-1]
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert page.count("FOR EXERCISE") == 2
        assert "Draft, not reviewed" in page
        assert f"Page {number} of {len(pages)}" in page
        assert "As of 21 November 2026" in page


def test_a_final_report_is_no_draft(tmp_path: Path) -> None:
    """Nothing says draft, and without a marking there is none."""
    text = TEXT.replace("draft, not reviewed", "final")
    page = _text_of(pdf(text, FIGURES, replace(FRONT, status="final", marking="")), tmp_path)
    assert "draft" not in page.lower()
    assert "Final" in page
    assert "EXERCISE" not in page


def test_a_brief_stands_on_one_page(tmp_path: Path) -> None:
    """A report of few sections has no contents, and smaller type where that keeps it to one page."""
    few = "# Brief\n\n## Key judgments\n\n"
    words = "A sentence of the brief, which says one thing and then stops. "
    whole = pdf(few + words * 50, {}, FRONT)
    tight = pdf(few + words * 95, {}, FRONT)
    assert pages(whole) == pages(tight) == 1
    assert pages(pdf(few + words * 400, {}, FRONT)) > 1
    assert "Contents" not in _text_of(whole, tmp_path)


def test_it_is_tagged_and_for_the_archive(made: bytes) -> None:
    """PDF/UA-1 and PDF/A-2a are claimed in the metadata; Typst refuses what breaks either."""
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in made
    assert b"/StructTreeRoot" in made
    assert b"/Lang" in made


def test_a_figure_without_description_is_refused() -> None:
    """The standard is enforced, not only claimed: a picture that says nothing to the blind does not pass."""
    with pytest.raises(RuntimeError, match=r"PDF/UA-1 error: missing alt text"):
        compiled(
            '#set document(title: "t", date: datetime(year: 2026, month: 1, day: 1))\n#image("a.svg")',
            {"a.svg": SVG.encode()},
            kind="pdf",
        )


@pytest.mark.parametrize("where", ["paragraph", "heading", "list", "table"])
def test_hostile_text_is_text(where: str, tmp_path: Path) -> None:
    """Whatever an input file says is read by a reader and by no program."""
    forms = {
        "paragraph": lambda t: paragraph(escape(t)),
        "heading": lambda t: [*heading(escape(t)), "x", ""],
        "list": lambda t: bullets([escape(t)]),
        "table": lambda t: table(["A", "B"], [[escape(t), escape(t)]]),
    }
    lines = [line for text in HOSTILE for line in forms[where](text)]
    read = _letters(_text_of(pdf(plain("\n".join(["# T", "", *lines])), {}, FRONT), tmp_path))
    for text in HOSTILE:
        expected = shown(plain(_unescaped(escape(text))))
        assert _letters(expected).replace("x" * 300, "x" * 60) in read, text


def _unescaped(markdown: str) -> str:
    return re.sub(r"\\([^A-Za-z0-9\s])", r"\1", markdown)


def test_hostile_front_matter_is_text(tmp_path: Path) -> None:
    """So are title, authors, status and marking."""
    front = Front(
        title='#set "x" \\ <b>',
        date=FRONT.date,
        authors=("#a]", "$b$"),
        status="draft #x",
        marking="} \u202e <m>",
    )
    read = _letters(_text_of(pdf("## Only\n\nThis.\n", {}, front), tmp_path))
    for text in ("#a],$b$", "Draft#x", "}⟨U+202E⟩<m>"):
        assert text in read


@pytest.mark.parametrize(
    "text", ["", "\n", "word", "## S", "| a |\n| --- |\n", "- a\n\n  > b\n\n  | c |\n  |---|\n"]
)
def test_any_markdown_becomes_a_document(text: str) -> None:
    """An edited text need not be shaped like a report."""
    assert pdf(text, {}, FRONT).startswith(b"%PDF-1.7")


def test_the_same_report_has_the_same_bytes(made: bytes) -> None:
    """Twice in one process; `test_documents_bytes` makes it in others."""
    assert pdf(TEXT, FIGURES, FRONT) == made


def test_characters_of_no_font_are_shown_by_their_code() -> None:
    """They are found before Typst refuses them; the shipped fonts have Cyrillic and no Chinese."""
    assert missing("Путин 刘莹 → × “”") == "刘莹"
    assert shown("刘 Путин") == "⟨U+5218⟩ Путин"


def test_a_font_that_is_given_has_its_characters(tmp_path: Path) -> None:
    """A file among the fonts is asked for what ours lack."""
    import matplotlib as mpl

    extra = Path(mpl.get_data_path(), "fonts", "ttf", "STIXGeneral.ttf")
    lacking = sorted(
        chr(code)
        for code in _charmap(extra)
        if missing(chr(code)) and not missing(chr(code), [extra]) and chr(code).isprintable()
    )
    assert lacking
    text = f"# T\n\nHere: {lacking[0]}.\n"
    assert "STIXGeneral" in families([extra])
    assert lacking[0] in _text_of(pdf(text, {}, FRONT, fonts=[extra]), tmp_path)
    assert f"U+{ord(lacking[0]):04X}" in _text_of(pdf(text, {}, FRONT), tmp_path)


def _charmap(path: Path) -> list[int]:
    from matplotlib.ft2font import FT2Font

    return list(FT2Font(str(path)).get_charmap())


def test_a_drawing_as_picture() -> None:
    """PNG of twice the size, the same bytes for the same drawing, also where its text holds a control."""
    assert size(SVG) == (400, 100)
    first = png(SVG)
    assert first == png(SVG)
    width, height = (int.from_bytes(first[at : at + 4], "big") for at in (16, 20))
    assert (width, height) == (1067, 267)
    assert png(SVG.replace("In the", "In\x07 the 刘\u202e")).startswith(b"\x89PNG")
