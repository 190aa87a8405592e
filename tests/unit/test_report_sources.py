"""The page of sources beside a report: the list, the matrix, and a card for each that can be linked to."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest
from test_report import Page
from test_report_material import make_material, material, prior_result  # noqa: F401

from forecast.answering import Material
from forecast.inputs.workspace import Workspace
from forecast.report import write
from forecast.report.findings.sources import sources
from forecast.report.source_page import opening


@pytest.fixture(scope="module")
def written(material: Material, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    """The report in a folder."""
    folder = tmp_path_factory.mktemp("reports") / "report"
    write(material, folder)
    return folder


def text(folder: Path, name: str) -> str:
    """One file of a report."""
    return (folder / name).read_text(encoding="utf-8")


def section(markdown: str, name: str) -> str:
    """What stands under a second-level heading."""
    return markdown.partition(f"\n## {name}\n")[2].partition("\n## ")[0]


def test_the_report_counts_kinds_and_leads_to_the_page(written: Path) -> None:
    """How many of each kind, how much is inferred, and a link; no table of fifty rows."""
    said = section(text(written, "report.md"), "Sources")
    assert "(sources.md)" in said
    assert "| text |" in said
    assert "| expert |" in said
    assert "Of 6 codes of what drivers do, 5 are from the text and 1 our inference" in said
    assert 'href="sources.html"' in text(written, "report.html")


def test_every_source_has_a_card_that_can_be_linked_to(written: Path, small: Workspace) -> None:
    """In both forms under the same anchor, the id; every link of the page leads somewhere."""
    markdown = text(written, "sources.md")
    assert re.findall(r"^### `(\w+)`$", markdown, re.MULTILINE) == ["smith2019", "jones2022", "expert_one"]
    page = Page()
    page.feed(text(written, "sources.html"))
    assert page.open == []
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert set(small.sources) <= set(ids)
    links = {str(a["href"]) for tag, a in page.tags if tag == "a"}
    assert {link for link in links if not link.startswith("#")} == {"report.html"}
    assert {link.removeprefix("#") for link in links if link.startswith("#")} <= set(ids)
    assert {f"#{name}" for name in small.sources} <= links


def test_the_page_loads_and_runs_nothing(written: Path) -> None:
    """One file, no script but its own, each table in a box of its own that scrolls."""
    page = Page()
    page.feed(text(written, "sources.html"))
    assert not {"link", "iframe", "img"} & {tag for tag, _ in page.tags}
    assert [a for tag, a in page.tags if tag == "script"] == [{}]
    for (box, attributes), (tag, _) in zip(page.tags, page.tags[1:], strict=False):
        if tag == "table":
            assert box == "div"
            assert "scroll" in str(attributes["class"])


def test_codes_are_coloured_by_sign_and_fainter_when_inferred(written: Path) -> None:
    """The class says the direction, the size and the grade; the number stays in the text."""
    page = text(written, "sources.html")
    assert '<span class="code toward2">+2</span><span class="code away1">−1</span>' in page
    assert '<span class="code away1 inferred">−1~</span><span class="code toward2">+2</span>' in page
    assert '<span class="code ratio">×0.6</span>' in page
    assert 'class="part matrix"' in page
    totals = page.partition("Sources speaking")[2].partition("</table>")[0]
    assert 'class="code' not in totals


def test_markdown_has_no_bare_tilde(written: Path) -> None:
    """Two bare tildes in a row of a table would strike out what stands between them."""
    assert not re.search(r"(?<!\\)~", text(written, "sources.md"))


def test_outcomes_are_coded_and_an_experts_stated(written: Path) -> None:
    """Nobody but a person asked has stated a number."""
    markdown = text(written, "sources.md")
    cards = {part.split("`")[0]: part for part in markdown.split("\n### `")[1:]}
    assert "our coding of words as probabilities; coded, not stated by the author" in cards["jones2022"]
    assert "| Stated |" in cards["expert_one"]
    assert "| Stated |" not in cards["jones2022"]
    said = section(text(written, "report.md"), "Sources")
    assert "Experts asked directly stated their numbers. No author of a text did" in said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("formats", "pages"), [(["md"], {"sources.md"}), (["html"], {"sources.html"}), (["json"], set())]
)
def test_each_format_has_its_page(
    material: Material,  # noqa: F811
    formats: list[str],
    pages: set[str],
    tmp_path: Path,
) -> None:
    """Also alone; a page that an earlier write left behind goes."""
    write(material, tmp_path / "r")
    names = {p.name for p in write(material, tmp_path / "r", formats=formats)}
    assert {n for n in names if n.startswith("sources")} == pages
    assert {p.name for p in (tmp_path / "r").glob("sources.*")} == pages


def test_the_data_has_the_cards(written: Path, small: Workspace) -> None:
    """report.json: kinds, entries, cards and matrix, unrounded."""
    found = json.loads(text(written, "report.json"))["findings"]["sources"]
    assert [c["id"] for c in found["cards"]] == [e["id"] for e in found["entries"]]
    assert len(found["matrix"]["cells"]) == 6
    assert {k["kind"]: k["sources"] for k in found["kinds"]} == {"text": 2, "expert": 1}


def test_widening_is_said(small: Workspace, tmp_path: Path) -> None:
    """The factor of each kind stands beside what the kind is, and on each card of it."""
    question = small.question.model_copy(update={"widening": {"text": 1.5}})
    write(make_material(dataclasses.replace(small, question=question)), tmp_path / "r", formats=["md"])
    (row,) = re.findall(
        r"^\| text \|.*$", section(text(tmp_path / "r", "report.md"), "Sources"), re.MULTILINE
    )
    assert "× 1.5" in row
    cards = text(tmp_path / "r", "sources.md")
    assert cards.count("is multiplied by 1.5") == 2
    assert "widened for its kind to" in cards


def test_who_is_not_heard_comes_last(small: Workspace, tmp_path: Path) -> None:
    """Those outside the panel keep their card and have no share; nobody heard is a page too."""
    write(Material(small, prior_result(small, "jones2022"), (), ()), tmp_path / "r", formats=["md"])
    listed = section(text(tmp_path / "r", "sources.md"), "List")
    rows = re.findall(r"^\| \[`(\w+)`\].*$", listed, re.MULTILINE)
    assert rows[0] == "jones2022"
    assert listed.count("not heard") == 2
    assert re.search(r"Not heard: .*Smith \(2019\)", text(tmp_path / "r", "report.md"))
    nobody = sources(prior_result(small, "none").fit)
    assert (nobody.heard, nobody.kinds, nobody.matrix.cells) == ((), (), ())


def test_a_long_stance_is_cut_between_words() -> None:
    """Whole where it fits, else cut and marked, so that a reader knows there is more."""
    assert opening("") == ""
    assert opening("Partners. And more.") == "Partners. And more."
    cut = opening("They stay partners; " + "and so on " * 40 + "in the end.")
    assert len(cut) <= 240
    assert cut.startswith("They stay partners; and so on")
    assert cut.endswith(" …")
