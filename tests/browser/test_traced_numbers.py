"""A number opens what it rests on: draws, judgments with file, line and page, the hash of the inputs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from conftest import Opener
from pages import SHA256

#: Dozens of sheets are opened in a real browser.
pytestmark = pytest.mark.slow

FIRST = "section.key-judgments a.n"


@pytest.fixture
def path(pages: Path) -> Path:
    """The traced page."""
    return pages / "traced.html"


def open_sheet(page: Any) -> Any:
    """The one sheet that is shown."""
    (shown,) = [s for s in page.locator(".sheet").all() if s.is_visible()]
    return shown


def sheets_shown(page: Any) -> int:
    """How many sheets are shown."""
    return int(page.evaluate("[...document.querySelectorAll('.sheet')].filter(s => s.offsetHeight).length"))


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("width", [360, 1280])
def test_a_click_opens_what_a_number_rests_on(script: bool, width: int, path: Path, opened: Opener) -> None:
    """With script and without; the page stays where it is, opening and closing."""
    found = opened(path, width=width, script=script)
    page = found.page
    number = page.locator(FIRST).last
    number.scroll_into_view_if_needed()
    assert sheets_shown(page) == 0
    before = found.scrolled
    assert before > 0
    number.click()
    sheet = open_sheet(page)
    said = sheet.inner_text()
    assert "60 kept" in said
    assert "priors/sources/smith2019.yaml:11" in said
    assert "pp. 3-5" in said
    assert f"sha256 {SHA256[:16]}" in said
    assert found.scrolled == before
    sheet.get_by_text("Close").click()
    assert sheets_shown(page) == 0
    assert found.scrolled == before


def test_a_report_as_written_is_traced(pages: Path, opened: Opener) -> None:
    """To the files of its own workspace: the key judgments' first number, and a row of a table."""
    page = opened(pages / "report.html", script=False).page
    for number in (page.locator(FIRST).first, page.locator("section.what-the-drivers-do td a.n").first):
        number.click()
        said = open_sheet(page).inner_text()
        assert re.search(r"priors/\S+[.]yaml:\d+", said)
        assert re.search(r"sha256 [0-9a-f]{16}", said)
        assert "draws" in said


def test_the_keyboard_alone_opens_and_closes(path: Path, opened: Opener) -> None:
    """Enter opens, Escape closes, and focus is back on the number it came from."""
    page = opened(path).page
    number = page.locator(FIRST).nth(2)
    number.focus()
    page.keyboard.press("Enter")
    sheet = open_sheet(page)
    assert page.evaluate("document.activeElement.className") == "sheet"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Close"
    page.keyboard.press("Escape")
    assert not sheet.is_visible()
    assert number.evaluate("link => link === document.activeElement")
    page.keyboard.press("Tab")
    assert page.locator(FIRST).nth(3).evaluate("link => link === document.activeElement")


def test_the_back_button_closes_too(path: Path, opened: Opener) -> None:
    """What was opened by an address is left by going back."""
    page = opened(path).page
    page.locator(FIRST).first.click()
    assert sheets_shown(page) == 1
    page.go_back()
    assert sheets_shown(page) == 0


def test_a_long_basis_has_a_sheet_of_its_own(path: Path, opened: Opener) -> None:
    """A number shows the first judgments; one step further are all that are listed, and how many are not."""
    page = opened(path).page
    page.locator(FIRST).first.click()
    assert "smith2019.yaml:18" not in open_sheet(page).inner_text()
    page.get_by_text("All 8 listed").locator("visible=true").click()
    said = open_sheet(page).inner_text()
    assert "smith2019.yaml:18" in said
    assert "And 3 more" in said


def test_a_number_and_its_interval_are_one_link(path: Path, opened: Opener) -> None:
    """In a table one subject is one stop of the Tab key, and headings hold none."""
    page = opened(path).page
    cells = page.locator("section.probability-over-time td")
    linked = [c for c in cells.all() if c.locator("a.n").count()]
    assert linked
    for cell in linked[:8]:
        assert cell.locator("a.n").all_text_contents() == [cell.text_content()]
    assert page.locator("h1 a.n, h2 a.n, h3 a.n, figure a.n").count() == 0


def test_the_number_that_opened_is_marked(path: Path, opened: Opener) -> None:
    """So that the eye finds it again beside the sheet."""
    page = opened(path).page
    page.locator(FIRST).first.click()
    assert page.locator("a.n.open").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("a.n.open").count() == 0
