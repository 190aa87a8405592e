"""A report's Markdown as both documents read it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("pypandoc", reason="needs the extra [reports]")

from forecast.errors import UsageError
from forecast.report.documents import requirements
from forecast.report.documents.nodes import Node, changed, text_of, words
from forecast.report.documents.reading import Manuscript, caption, manuscript, unbroken
from forecast.report.documents.requirements import require_documents
from forecast.report.markdown import Drawing, slug

FIGURES = {"figures/fan.svg": Drawing("fan", "<svg/>", "drawn")}
TEXT = """# Will *it* hold?

- **Pair:** A and B
- **As of:** 1 July 2025

Opening.

## Key judgments

First.

## Second part

See [above](#key-judgments), [nowhere](#nothing), [the page](sources.md), [the web](https://example.org),
[script](javascript:alert(1)) and ![a picture](other.svg).

![Rise over time; 5% in 2030.](figures/fan.svg)

## Second part

### `an_id`
"""


@pytest.fixture(scope="module")
def read() -> Manuscript:
    """The text above."""
    return manuscript(TEXT, FIGURES)


def _all(text: Manuscript) -> list[Node]:
    return [*text.opening, *text.first, *text.rest]


def _found(blocks: list[Node], kind: str) -> list[Node]:
    found: list[Node] = []

    def kept(node: Node) -> None:
        if node["t"] == kind:
            found.append(node)

    changed(blocks, kept)
    return found


def test_the_parts_of_a_report(read: Manuscript) -> None:
    """Title, facts, what precedes the first section, that section, and the others."""
    assert text_of(read.title) == "Will it hold?"
    assert [text_of(fact) for fact in read.facts] == ["Pair: A and B", "As of: 1\u00a0July 2025"]
    assert text_of(read.opening) == "Opening."
    assert text_of(read.first) == "Key judgmentsFirst."
    assert [entry.text for entry in read.contents] == ["Key judgments", "Second part", "Second part"]


def test_anchors_are_those_of_the_page(read: Manuscript) -> None:
    """A heading's slug, numbered where it comes again; a heading that is an id alone is its own anchor."""
    anchors = [node["c"][1][0] for node in _found(_all(read), "Header")]
    assert anchors == [slug("Key judgments"), "second-part", "second-part-2", "an_id"]


def test_links_lead_inside_or_to_the_web(read: Manuscript) -> None:
    """A link that leads nowhere, to another file or to a script is its text."""
    targets = [node["c"][2][0] for node in _found(_all(read), "Link")]
    assert targets == ["#key-judgments", "https://example.org"]
    assert "nowhere, the page, the web" in text_of(read.rest)


def test_pictures_are_the_reports_own(read: Manuscript) -> None:
    """A file that is not among the report's figures is never opened: its description stands for it."""
    pictures = [node["c"][2][0] for node in _found(_all(read), "Image")]
    assert pictures == ["figures/fan.svg"]
    assert "and a picture." in text_of(read.rest)


def test_html_and_mathematics_are_text() -> None:
    """The dialect is CommonMark and tables: nothing else in a text has a meaning."""
    hostile = "<b>x</b> $y$ [^1] @cite {.z} ~~s~~ H~2~O :smile: <!-- c -->"
    assert text_of(manuscript(hostile, {}).opening) == hostile
    block = "<script>\nalert(1)\n</script>"
    assert text_of(manuscript(block, {}).opening) == " ".join(block.split())


@pytest.mark.parametrize(
    "text", ["", "\n", "no heading", "## Only a section", "# Only a title", "- a\n\n  | b |\n"]
)
def test_any_markdown_is_read(text: str) -> None:
    """An edited text need not be shaped like a report."""
    manuscript(text, {})


@pytest.mark.parametrize(
    ("alt", "title", "expected"),
    [
        ("Areas over time; split 2.6%.", "", "Areas over time."),
        ("Panels, mean. all (53): 9%.", "", "Panels, mean."),
        ("One clause", "", "One clause."),
        ("Areas", "A caption of its own", "A caption of its own"),
        ("", "", ""),
    ],
)
def test_captions(alt: str, title: str, expected: str) -> None:
    """The figure's title, or the first clause of its description."""
    assert caption(alt, title) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.1 (1.3 to 9.9), above", "3.1 (1.3_to_9.9), above"),
        ("−0.36 (<0.1 to +0.03)", "−0.36 (<0.1_to_+0.03)"),
        ("× 1.27", "×_1.27"),
        ("by 31 December 2036", "by 31_December 2036"),
        ("pp. 12-14, para. 3", "pp._12-14, para._3"),
        ("(from the text, 3 of 9 sources)", "(from the text, 3 of 9 sources)"),
        ("a. 3 and ( to )", "a. 3 and ( to )"),
    ],
)
def test_what_a_line_does_not_break(text: str, expected: str) -> None:
    """Short intervals, a sign and its number, a day and its month, an abbreviation and its number."""
    assert unbroken(text) == expected.replace("_", "\u00a0")


def test_words_keep_their_spaces() -> None:
    """A text as inlines is the same text."""
    for text in ["", " ", " a  b ", "a\u00a0b"]:
        assert text_of(words(text)) == text


def test_an_extra_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is computed, with the command that mends it; other formats need nothing."""
    hidden: Callable[[str], None] = lambda name: None  # noqa: E731
    monkeypatch.setattr(requirements, "find_spec", hidden)
    require_documents(["md", "html", "json"])
    with pytest.raises(UsageError, match=r"formats pdf and docx need pypandoc and typst.*\[reports\]"):
        require_documents(["pdf", "md", "docx"])
    with pytest.raises(UsageError, match="format pdf needs pypandoc and typst, which are not installed"):
        require_documents(["pdf"])


def test_pandoc_itself_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package that calls it can be installed without it."""
    monkeypatch.setattr(requirements, "_has_pandoc", lambda: False)
    require_documents(["md"])
    with pytest.raises(UsageError, match="pip install pypandoc_binary"):
        require_documents(["docx"])


def test_installed_extras_are_enough() -> None:
    """With the packages there, nothing is said."""
    pytest.importorskip("typst", reason="needs the extra [reports]")
    require_documents(["pdf", "docx"])
