"""Pages of a report in real Chromium: a browser, pages to open in it, and what they asked for and said."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from forecast.inputs.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
# The small workspace's material is made where the report itself is tested.
sys.path.append(str(ROOT / "tests" / "unit"))

EXAMPLE = ROOT / "reports" / "example" / "report.html"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
#: A browser that does nothing by itself: no updates, no accounts, no first-run page.
SWITCHES = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@dataclass
class Opened:
    """A page in a tab, with every request it made and every word it put on the console."""

    page: Any
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def value(self, script: str) -> Any:
        """What an expression gives inside the page."""
        return self.page.evaluate(script)

    @property
    def scrolled(self) -> float:
        """How far down the page is."""
        return float(self.value("scrollY"))


Opener = Callable[..., Opened]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium with an empty profile of its own; skipped where it is not installed."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    api = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed (pip install -e .[test])"
    )
    with api.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield started
        started.close()


@pytest.fixture(scope="session")
def pages(browser: Any, small: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pages of the small workspace: ``report.html``, ``sources.html``, ``traced.html``."""
    from pages import written
    from test_report_material import make_material

    return written(make_material(small), tmp_path_factory.mktemp("pages"))


@pytest.fixture
def opened(browser: Any) -> Iterator[Opener]:
    """Open a file: ``opened(path, width=360, scheme="dark", script=False, fragment="t1")``."""
    contexts = []

    def open_(
        path: Path,
        *,
        width: int = 1280,
        scheme: str = "light",
        script: bool = True,
        fragment: str = "",
        **more: Any,
    ) -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            java_script_enabled=script,
            reduced_motion="reduce",
            **more,
        )
        contexts.append(context)
        found = Opened(context.new_page())
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.on("console", lambda message: found.said.append(f"{message.type}: {message.text}"))
        found.page.on("pageerror", lambda error: found.said.append(f"error: {error}"))
        found.page.goto(path.as_uri() + (f"#{fragment}" if fragment else ""))
        return found

    yield open_
    for context in contexts:
        context.close()
