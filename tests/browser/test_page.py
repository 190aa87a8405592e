"""A report's page in a browser: silent, self-contained, as wide as its window, open to everyone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import EXAMPLE, Opened, Opener

PAGES = ("report.html", "sources.html", "traced.html", "example")


def path_of(name: str, pages: Path) -> Path:
    """A page by its name; the example is the one that is committed."""
    return EXAMPLE if name == "example" else pages / name


def faults(opened: Opened) -> list[str]:
    """What axe-core objects to, rule by rule, with the places."""
    axe: Any = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-core is not installed (pip install -e .[test])"
    )
    found = axe.Axe().run(opened.page).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_asked_for_and_nothing_goes_wrong(name: str, pages: Path, opened: Opener) -> None:
    """The page is its only request, from its top to its end, and the console stays empty."""
    path = path_of(name, pages)
    found = opened(path)
    found.value("scrollTo(0, document.body.scrollHeight)")
    found.page.wait_for_load_state("networkidle")
    assert found.requests == [path.as_uri()]
    assert found.said == []


def test_the_policy_stops_what_would_leave(pages: Path, opened: Opener) -> None:
    """Whatever a later hand put into the page: no script but its own runs, no image is fetched."""
    found = opened(pages / "report.html")
    found.value(
        "document.body.insertAdjacentHTML('beforeend', '<img src=\"http://127.0.0.1:9/x.png\" "
        'onerror="window.ran = true">\')'
    )
    found.page.wait_for_timeout(100)
    assert found.value("window.ran") is None
    assert any("Content Security Policy" in said for said in found.said)


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_the_page_never_scrolls_sideways(name: str, width: int, pages: Path, opened: Opener) -> None:
    """What is wider than the window scrolls in its own box."""
    found = opened(path_of(name, pages), width=width)
    assert found.value("document.scrollingElement.scrollWidth") <= width


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        ("traced.html", 1280, "light"),
        ("traced.html", 360, "dark"),
        ("sources.html", 360, "light"),
        ("sources.html", 1280, "dark"),
    ],
)
def test_axe_finds_nothing(name: str, width: int, scheme: str, pages: Path, opened: Opener) -> None:
    """No fault by any rule of axe-core, contrast included."""
    assert faults(opened(pages / name, width=width, scheme=scheme)) == []


@pytest.mark.slow
def test_axe_finds_nothing_in_an_open_sheet(pages: Path, opened: Opener) -> None:
    """What a number opens is as accessible as the page."""
    assert faults(opened(pages / "traced.html", fragment="t1")) == []
    assert faults(opened(pages / "traced.html", fragment="b1", width=360, scheme="dark")) == []


@pytest.mark.slow
def test_axe_finds_nothing_in_the_example(opened: Opener) -> None:
    """As committed."""
    assert faults(opened(EXAMPLE)) == []


def test_contents_stand_beside_a_wide_page_and_are_folded_on_a_narrow_one(
    pages: Path, opened: Opener
) -> None:
    """Beside it they stay in view; folded, the keyboard opens them."""
    link = "nav a[href='#provenance']"
    wide = opened(pages / "report.html").page
    assert wide.locator(link).is_visible()
    wide.locator("#diagnostics").scroll_into_view_if_needed()
    assert wide.locator("nav a").first.is_visible()
    narrow = opened(pages / "report.html", width=360).page
    assert not narrow.locator(link).is_visible()
    narrow.locator("nav summary").press("Enter")
    assert narrow.locator(link).is_visible()


def test_a_wide_table_is_scrolled_by_keyboard(pages: Path, opened: Opener) -> None:
    """Its box takes the focus where there is more to see, and is no stop where there is not."""
    page = opened(pages / "report.html", width=360).page
    box = page.locator(".scroll.wide").first
    box.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(150)
    assert box.evaluate("box => box.scrollLeft") > 0
    wide = opened(pages / "report.html", width=1280)
    assert wide.value("[...document.querySelectorAll('.scroll')].some(box => box.tabIndex < 0)")


def test_the_first_stop_leads_past_everything(pages: Path, opened: Opener) -> None:
    """A reader by keyboard need not pass the contents."""
    page = opened(pages / "report.html").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the text"
    page.keyboard.press("Enter")
    assert page.url.endswith("#report")


def test_dark_and_forced_colours(pages: Path, opened: Opener) -> None:
    """Ink and paper change places; in a reader's own colours the page keeps its bands and links."""
    paper = "getComputedStyle(document.body).backgroundColor"
    light = opened(pages / "traced.html").value(paper)
    assert opened(pages / "traced.html", scheme="dark").value(paper) != light
    forced = opened(pages / "traced.html", forced_colors="active")
    assert forced.said == []
    assert forced.value("getComputedStyle(document.querySelector('.marking')).borderTopStyle") == "solid"


def test_judgments_show_their_numbers_large(pages: Path, opened: Opener) -> None:
    """As the sentence has them, with the year each is for; a reader by ear hears the sentence alone."""
    page = opened(pages / "report.html").page
    first = page.locator(".judgment").first
    shown = first.locator(".big").all_text_contents()
    assert shown == [s for s in first.locator(":scope > p > strong").all_text_contents() if "%" in s]
    assert first.locator(".year").all_text_contents() == ["2030", "2035"]
    assert first.locator(".glance").get_attribute("aria-hidden") == "true"
    assert page.evaluate("getComputedStyle(document.querySelector('.big')).fontSize") > "20px"


def test_the_page_reads_without_script(pages: Path, opened: Opener) -> None:
    """All text, all tables and no button that would do nothing."""
    page = opened(pages / "traced.html", script=False).page
    assert page.locator("table").count() > 10
    assert page.locator("button").count() == 0
    assert page.locator("main h2").first.is_visible()
