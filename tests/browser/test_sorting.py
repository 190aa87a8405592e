"""Columns sort by what their cells say, and the order of the text comes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import Opener

from forecast.report.html import page as make_page

TABLE = """# A page

## Rows

| Name | Chance | Effect | On | Left |
| --- | ---: | ---: | --- | ---: |
| Beta | 9.4% (3.0–21%) | −0.2 | 31 December 2036 | 1,200 |
| alpha | <0.1% (<0.1–<0.1%) | +1.1 | 2 January 2031 | 30 |
| Delta 10 | 54% (1.6–>99.9%) | × 0.7 | 1 February 2031 | – |
| Delta 9 | 0.1% (<0.1–0.3%) | −3.0 | 31 December 2026 | 4 |
| **All** | 12% | 0.0 | 1 July 2050 | 0 |
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with one table."""
    made = tmp_path_factory.mktemp("sorting") / "page.html"
    made.write_text(make_page(TABLE, {}), encoding="utf-8")
    return made


def names(page: Any) -> list[str]:
    """The row headers, top to bottom."""
    return [str(name) for name in page.locator("tbody th").all_text_contents()]


ORIGINAL = ["Beta", "alpha", "Delta 10", "Delta 9", "All"]


@pytest.mark.parametrize(
    ("column", "first", "then"),
    [
        (
            "Name",
            ["alpha", "Beta", "Delta 9", "Delta 10", "All"],
            ["Delta 10", "Delta 9", "Beta", "alpha", "All"],
        ),
        (
            "Chance",
            ["Delta 10", "Beta", "Delta 9", "alpha", "All"],
            ["alpha", "Delta 9", "Beta", "Delta 10", "All"],
        ),
        (
            "Effect",
            ["alpha", "Delta 10", "Beta", "Delta 9", "All"],
            ["Delta 9", "Beta", "Delta 10", "alpha", "All"],
        ),
        (
            "On",
            ["Beta", "Delta 10", "alpha", "Delta 9", "All"],
            ["Delta 9", "alpha", "Delta 10", "Beta", "All"],
        ),
        (
            "Left",
            ["Beta", "alpha", "Delta 9", "Delta 10", "All"],
            ["Delta 9", "alpha", "Beta", "Delta 10", "All"],
        ),
    ],
)
def test_a_column_sorts_both_ways_and_back(
    column: str, first: list[str], then: list[str], path: Path, opened: Opener
) -> None:
    """Words from A, numbers and dates from the largest; empty cells last, sums below all; then as it was."""
    page = opened(path).page
    button = page.get_by_role("button", name=column, exact=True)
    head = page.get_by_role("columnheader", name=column, exact=True)
    words = column == "Name"
    assert names(page) == ORIGINAL
    button.click()
    assert names(page) == first
    assert head.get_attribute("aria-sort") == ("ascending" if words else "descending")
    button.click()
    assert names(page) == then
    assert head.get_attribute("aria-sort") == ("descending" if words else "ascending")
    button.click()
    assert names(page) == ORIGINAL
    assert head.get_attribute("aria-sort") is None


def test_sorting_by_keyboard_is_said_aloud(path: Path, opened: Opener) -> None:
    """One column at a time; a reader by ear is told, and rows keep their headers."""
    page = opened(path).page
    page.get_by_role("button", name="Chance").press("Enter")
    page.get_by_role("button", name="Name").press("Space")
    assert page.locator("th[aria-sort]").count() == 1
    assert page.get_by_role("status").text_content() == "Sorted by Name, ascending."
    assert page.locator("tbody th[scope=row]").count() == len(ORIGINAL)
    assert page.locator("tbody tr").first.locator("td").first.text_content() == "<0.1% (<0.1–<0.1%)"
