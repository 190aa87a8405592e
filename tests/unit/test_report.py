"""A report's text: structure, words and numbers that agree, one page that stands alone."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from test_report_material import PASSED, make_material, material, prior_result  # noqa: F401

from forecast.answering import Material
from forecast.errors import UsageError
from forecast.inputs.workspace import Workspace
from forecast.lexicon import LEXICONS, words
from forecast.report import check_formats, folder_name, write
from forecast.report.place import place
from forecast.report.view import View
from forecast.rounding import percent

#: Pages that stand beside the report and may be linked to.
BESIDE = {"sources.html"}
VOID = {"meta", "br", "hr", "img", "link", "input", "path", "use"}


@pytest.fixture(scope="module")
def written(material: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    """The report in a folder."""
    folder = tmp_path_factory.mktemp("reports") / "report"
    write(material, folder, request_line="forecast report trade_grows")
    return folder


@pytest.fixture(scope="module")
def markdown(written: Path) -> str:
    """The report's one text source."""
    return (written / "report.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(written: Path) -> str:
    """The self-contained page."""
    return (written / "report.html").read_text(encoding="utf-8")


def key_judgments(text: str) -> str:
    """The prose between the first two second-level headings."""
    return text.split("\n## ")[1]


def test_every_percentage_of_the_key_judgments_is_in_the_data(markdown: str, written: Path) -> None:
    """Rounded the one way; nothing in the prose was typed by hand."""
    found: set[str] = set()

    def collect(value: object) -> None:
        if isinstance(value, dict | list):
            for each in value.values() if isinstance(value, dict) else value:
                collect(each)
        elif isinstance(value, float) and 0 <= value <= 1:
            found.add(percent(value))

    collect(json.loads((written / "report.json").read_text(encoding="utf-8")))
    prose = key_judgments(markdown).split("**How to read")[0].replace("90% interval", "")
    shown = set(re.findall(r"[<>]?\d+(?:\.\d)?%", prose))
    assert shown
    assert shown <= found


@pytest.mark.parametrize("outcome", ["alliance", "partnership", "split", "alliance_broad"])
def test_words_agree_with_numbers(material: Material, markdown: str, outcome: str) -> None:  # noqa: F811
    """Each headline is said in the lexicon's word for its own number."""
    view = View(material)
    title = view.question.outcomes[outcome].title
    (paragraph,) = [p for p in key_judgments(markdown).split("\n\n") if p.startswith(f"**{title}.**")]
    claims = re.findall(r"([^.:]*): \*\*([<>]?[\d.]+%)\*\*", paragraph)
    assert len(claims) == 2
    said = ""
    for (claim, number), date in zip(claims, view.headline_dates, strict=True):
        value = view.headline(outcome, date)
        assert number == percent(value.mean)
        phrase = words(view.question.lexicon, value.mean)
        assert phrase in claim.lower() or ("still so" in claim and phrase == said)
        said = phrase


def test_confidence_and_likelihood_never_share_a_sentence(markdown: str) -> None:
    """ICD 203, and no certainty about the future."""
    terms = [w for t in LEXICONS["icd203"].terms for w in t.words]
    for sentence in re.split(r"(?<=[.!?])\s", key_judgments(markdown)):
        if "confidence" in sentence.lower():
            assert not any(term in sentence.lower() for term in terms)
            assert "%" not in sentence
    assert not re.search(r"\bwill\b", key_judgments(markdown))


def test_never_nought_or_a_hundred_per_cent(markdown: str) -> None:
    """Nothing here is certain."""
    assert not re.search(r"(?<![\d.,])(0|0\.0|100|100\.0)%", markdown)


def test_it_says_that_numbers_are_codings(markdown: str) -> None:
    """In the key judgments, where nobody misses it."""
    assert "No text states a probability" in key_judgments(markdown)


def test_a_failed_gate_is_on_top_and_on_every_headline(small: Workspace, tmp_path: Path) -> None:
    """Nothing unconverged is published unmarked."""
    failed = make_material(small, diagnostics=replace(PASSED, divergences=2))
    write(failed, tmp_path / "r", formats=["md"])
    text = (tmp_path / "r" / "report.md").read_text(encoding="utf-8")
    assert text.index("> **Warning") < text.index("## Key judgments")
    assert "2 divergent transitions" in text.split("## Key judgments")[0]
    assert len(re.findall(r"^\*\*[^*]+ \(not converged\)\.\*\*", text, re.MULTILINE)) == 4


class Page(HTMLParser):
    """Checks nesting, and collects tags with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.fixture(scope="module")
def parsed(page: str) -> Page:
    """The page, parsed; every element closed."""
    parser = Page()
    parser.feed(page)
    parser.close()
    assert parser.open == []
    return parser


def test_the_page_loads_nothing(parsed: Page, page: str) -> None:
    """No style sheet, no image, no font from anywhere; one script, the page's own, within it."""
    assert not {"link", "iframe", "img", "object"} & {tag for tag, _ in parsed.tags}
    assert [a for tag, a in parsed.tags if tag == "script"] == [{}]
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)
    for tag, attributes in parsed.tags:
        for name in ("src", "href", "xlink:href", "srcset"):
            followed = tag == "a" and name == "href" and attributes.get(name) in BESIDE
            assert followed or (attributes.get(name) or "#").startswith("#")
        assert not any(name.startswith("on") for name in attributes)


def test_landmarks_contents_and_headers(parsed: Page) -> None:
    """A skip link, one main, contents that lead somewhere, header cells with a scope."""
    tags = [tag for tag, _ in parsed.tags]
    assert tags.count("main") == 1
    assert tags.count("h1") == 1
    ids = [a["id"] for _, a in parsed.tags if "id" in a]
    assert len(ids) == len(set(ids))
    links = [a["href"] for tag, a in parsed.tags if tag == "a" and a.get("href")]
    assert links[0] == "#report"
    assert {str(link).removeprefix("#") for link in links if link not in BESIDE} <= set(ids)
    assert all(a.get("scope") in ("col", "row") for tag, a in parsed.tags if tag == "th")


def test_every_table_and_figure_scrolls_in_its_own_box(parsed: Page) -> None:
    """So that the page itself never does."""
    for (box, attributes), (tag, _) in zip(parsed.tags, parsed.tags[1:], strict=False):
        if tag == "table":
            assert box == "div"
            assert "scroll" in str(attributes["class"])
            assert attributes["tabindex"] == "0"
        if tag == "svg":
            assert box == "figure"
            assert "scroll" in str(attributes["class"])


def test_every_figure_is_described(parsed: Page, markdown: str) -> None:
    """In words that carry its numbers."""
    labels = [str(a.get("aria-label")) for tag, a in parsed.tags if tag == "svg"]
    assert len(labels) == len(re.findall(r"^!\[", markdown, re.MULTILINE)) == 13
    assert all(len(label) > 40 and re.search(r"\d", label) for label in labels)


def test_the_same_material_gives_the_same_bytes(material: Material, written: Path, tmp_path: Path) -> None:  # noqa: F811
    """However long the run took and wherever it is written."""
    slower = replace(material, main=replace(material.main, seconds=99.0))
    for path in write(slower, tmp_path / "again", request_line="forecast report trade_grows"):
        assert path.read_bytes() == (written / path.relative_to(tmp_path / "again")).read_bytes()


def test_no_path_and_no_clock(material: Material, written: Path) -> None:  # noqa: F811
    """Nothing of this machine is in the files."""
    for path in written.rglob("*.*"):
        if path.suffix == ".zip":
            continue  # the input files as they are
        text = path.read_text(encoding="utf-8")
        assert str(material.workspace.root) not in text
        assert "seconds" not in text


def test_an_interrupted_write_leaves_the_old_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also halfway through the moves."""
    folder = tmp_path / "r"
    place(folder, {"report.md": b"old", "figures/a.svg": b"old"}, ours=["report.md", "figures/a.svg"])
    (folder / "notes.txt").write_bytes(b"mine")
    import os

    moves = iter(range(10))
    true_replace = os.replace

    def interrupted(source: object, target: object) -> None:
        if next(moves) == 3:
            raise KeyboardInterrupt
        true_replace(source, target)  # type: ignore[arg-type]

    monkeypatch.setattr("forecast.report.place.os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        place(folder, {"report.md": b"new", "figures/a.svg": b"new"}, ours=[])
    assert (folder / "report.md").read_bytes() == b"old"
    assert (folder / "figures" / "a.svg").read_bytes() == b"old"
    assert (folder / "notes.txt").read_bytes() == b"mine"
    assert [p.name for p in tmp_path.iterdir()] == ["r"]


def test_files_of_others_stay_and_stale_ones_go(tmp_path: Path) -> None:
    """A report is of one piece: what an earlier one left behind is not mixed with it."""
    folder = tmp_path / "r"
    place(folder, {"report.md": b"1", "report.html": b"1"}, ours=[])
    (folder / "notes.txt").write_bytes(b"mine")
    place(folder, {"report.md": b"2"}, ours=["report.md", "report.html"])
    assert sorted(p.name for p in folder.iterdir()) == ["notes.txt", "report.md"]


def test_formats(material: Material, tmp_path: Path) -> None:  # noqa: F811
    """Those asked for are written, with what seals them; unknown ones are refused by name."""
    paths = write(material, tmp_path / "r", formats=["json"])
    assert [p.name for p in paths] == ["report.json", "inputs.zip", "manifest.json"]
    assert check_formats(["docx", "md", "docx"]) == ("docx", "md")
    with pytest.raises(UsageError, match=r"unknown report format 'docs'.* Did you mean 'docx'\?"):
        check_formats(["docs"])
    with pytest.raises(UsageError, match=r"unknown report format 'odt'"):
        write(material, tmp_path / "r", formats=["md", "odt"])


def test_folder_name(material: Material) -> None:  # noqa: F811
    """Question, date, scenarios."""
    assert folder_name(material).startswith(f"{material.workspace.question.id}-2025-07-01-")


def test_nobody_heard(small: Workspace, tmp_path: Path) -> None:
    """An empty panel has a report: outside view and record, and low confidence."""
    write(Material(small, prior_result(small, "none"), (), ()), tmp_path / "r")
    text = (tmp_path / "r" / "report.md").read_text(encoding="utf-8")
    assert text.count("Confidence in this judgment is **low**: no source is heard") >= 4
    assert "nothing to pool" in text
    assert "## Spotlight sources" not in text
    assert "## Scenarios compared" not in text


def test_a_pair_that_starts_allied(small: Workspace, tmp_path: Path) -> None:
    """The present state is not "reached": its headline is the probability of being in it."""
    question = small.question.model_copy(update={"initial_state": "alliance"})
    allied = replace(small, question=question)
    write(make_material(allied), tmp_path / "r", formats=["md"])
    text = (tmp_path / "r" / "report.md").read_text(encoding="utf-8")
    assert "are in an alliance on" in key_judgments(text)
    assert "enter an alliance" not in key_judgments(text)
    assert ">99.9% (>99.9" not in text.split("## Scenarios compared")[1].split("\n## ")[0]


@pytest.mark.parametrize("lexicon", ["phia", "ipcc"])
def test_a_short_horizon_in_another_lexicon(small: Workspace, tmp_path: Path, lexicon: str) -> None:
    """One headline date where five years on is past the horizon, in the question's own words."""
    question = small.question.model_copy(update={"horizon": dt.date(2027, 6, 30), "lexicon": lexicon})
    write(make_material(replace(small, question=question)), tmp_path / "r", formats=["md"])
    prose = key_judgments((tmp_path / "r" / "report.md").read_text(encoding="utf-8"))
    assert len(re.findall(r"\*\*[<>]?[\d.]+%\*\*", prose)) == 4
    assert "30 June 2027" in prose
    assert LEXICONS[lexicon].title in prose
