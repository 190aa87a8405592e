"""A report on paper: marked on every page, nothing cut off, nothing that only a screen can use."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import EXAMPLE, Opener
from pages import MARKING

#: Width of a page of A4 between its margins, in CSS pixels.
PAPER = round((210 - 2 * 16) / 25.4 * 96)


def printed(path: Path, opened: Opener, target: Path) -> list[str]:
    """The text of each page of a page that is printed."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (Debian: apt-get install poppler-utils)")
    opened(path).page.pdf(path=str(target), format="A4")
    text = subprocess.run(
        ["pdftotext", "-layout", str(target), "-"], capture_output=True, check=True, text=True
    ).stdout
    return text.split("\f")[:-1]


def test_the_marking_is_on_every_page(pages: Path, opened: Opener, tmp_path: Path) -> None:
    """At the top and at the bottom, whatever characters it is of, with the number of the page."""
    paper = printed(pages / "traced.html", opened, tmp_path / "traced.pdf")
    assert len(paper) > 5
    for number, text in enumerate(paper, 1):
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        assert MARKING in lines[0]
        assert text.count(MARKING) >= 2
        assert f"{number} / {len(paper)}" in text


def test_what_only_a_screen_can_use_is_not_printed(pages: Path, opened: Opener, tmp_path: Path) -> None:
    """Neither contents nor the sheets of numbers; all sections are, and heads of tables come again."""
    paper = printed(pages / "traced.html", opened, tmp_path / "traced.pdf")
    text = " ".join("".join(paper).split())
    assert "Where each number comes from" not in text
    assert "smith2019.yaml:11" not in text
    assert "Skip to the text" not in text
    assert "Key judgments" in text
    assert "Provenance" in text


def test_the_head_of_a_long_table_is_on_each_of_its_pages(opened: Opener, tmp_path: Path) -> None:
    """Also where its cells are buttons on a screen."""
    from forecast.report.html import page

    rows = "".join(f"| row {n} | {n} |\n" for n in range(150))
    path = tmp_path / "long.html"
    path.write_text(
        page(f"# Long\n\n## Rows\n\n| Heads | Number |\n| --- | ---: |\n{rows}", {}), encoding="utf-8"
    )
    pages = printed(path, opened, tmp_path / "long.pdf")
    assert len(pages) >= 3
    assert all("Heads" in text for text in pages if "row " in text)


@pytest.mark.parametrize("name", ["traced.html", "sources.html", "example"])
def test_nothing_is_cut_off(name: str, pages: Path, opened: Opener) -> None:
    """Every table and figure is as wide as the paper at most."""
    found = opened(EXAMPLE if name == "example" else pages / name, width=PAPER)
    found.page.emulate_media(media="print")
    assert (
        found.value(
            "[...document.querySelectorAll('table, figure, svg, p, li')]"
            ".filter(e => e.offsetParent && e.getBoundingClientRect().right > innerWidth + 1).length"
        )
        == 0
    )


def test_the_example_prints(opened: Opener, tmp_path: Path) -> None:
    """As committed: its title on the first page, its provenance among the last."""
    pages = printed(EXAMPLE, opened, tmp_path / "example.pdf")
    assert len(pages) > 10
    assert "Key judgments" in "".join(pages[:2])
    assert "Provenance" in "".join(pages[-2:])
