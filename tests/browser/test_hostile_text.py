"""Whatever a file of priors holds is text on the page: it runs nothing, fetches nothing, hides nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Opener
from pages import FRONT, written
from test_report_material import make_material

from forecast.inputs.workspace import Workspace

#: A report of hostile files is written in every format first.
pytestmark = pytest.mark.slow

LONG = "x" * 400
MARKUP = (
    "<script>window.ran = 1</script> <img src=http://127.0.0.1:9/a onerror=window.ran=1> </style><b>bold</b> "
    "[a](javascript:window.ran=1) ![b](http://127.0.0.1:9/b.png) <http://127.0.0.1:9/c> **strong** `code` "
    "| cell @cite [@key] \\input{/etc/passwd} $x^2$ &lt;i&gt; &#60; {{ body }} "
)
HOSTILE = f"{MARKUP} \u202eabc\u202c \u200b\x1b[31m\x07 {LONG}"
#: Pieces that are to be read as they were written.
READ = (
    "<script>window.ran = 1</script>",
    "onerror=window.ran=1",
    "[a](javascript:window.ran=1)",
    "**strong**",
    "| cell @cite [@key]",
    "\\input{/etc/passwd}",
    "$x^2$",
    "&lt;i&gt;",
    "{{ body }}",
)


@pytest.fixture(scope="module")
def folder(browser: Any, small: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report whose question, sources, drivers, scenario, trace and authors are all hostile."""
    sources = {
        name: source.model_copy(update={"citation": HOSTILE, "rationale": HOSTILE, "locator": HOSTILE})
        for name, source in small.sources.items()
    }
    scenarios = {
        name: each.model_copy(update={"title": HOSTILE, "storyline": HOSTILE})
        for name, each in small.scenarios.items()
    }
    drivers = {
        name: each.model_copy(
            update={"name": f"{each.name} <script>window.ran = 1</script> \u202e\x07", "definition": HOSTILE}
        )
        for name, each in small.drivers.drivers.items()
    }
    told = small.drivers.model_copy(update={"drivers": drivers})
    question = small.question.model_copy(update={"title": HOSTILE, "background": HOSTILE})
    material = make_material(
        replace(small, sources=sources, scenarios=scenarios, drivers=told, question=question)
    )
    front = replace(
        FRONT, title=HOSTILE, authors=(HOSTILE,), marking='</style><script>window.ran=1</script>"'
    )
    return written(material, tmp_path_factory.mktemp("hostile"), said=HOSTILE, front=front)


@pytest.mark.parametrize("name", ["report.html", "sources.html", "traced.html"])
def test_it_runs_and_fetches_nothing(name: str, folder: Path, opened: Opener) -> None:
    """One script, the page's own; no element that the report does not make."""
    found = opened(folder / name, fragment="t1")
    assert found.value("window.ran") is None
    assert found.said == []
    assert found.requests == [(folder / name).as_uri()]
    assert found.value("document.querySelectorAll('script').length") == 1
    assert found.value("document.querySelectorAll('img, iframe, object, main b:not(.bar b)').length") == 0
    assert (
        found.value(
            "[...document.links].filter(a => !/^(#|[a-z]+[.]html)/.test(a.getAttribute('href'))).length"
        )
        == 0
    )


@pytest.mark.parametrize("name", ["report.html", "sources.html", "traced.html"])
def test_it_is_read_as_it_was_written(name: str, folder: Path, opened: Opener) -> None:
    """Markup as its letters, and characters that steer or hide by their codes."""
    text = opened(folder / name).value("document.body.textContent")
    for piece in READ:
        assert piece in text
    assert "⟨U+202E⟩abc" in text
    assert not {"\u202e", "\u200b", "\x1b", "\x07"} & set(text)


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", ["report.html", "sources.html", "traced.html"])
def test_a_word_without_end_is_broken(name: str, width: int, folder: Path, opened: Opener) -> None:
    """It widens neither the page nor what a number opens."""
    found = opened(folder / name, width=width, fragment="t1")
    assert found.value("document.scrollingElement.scrollWidth") <= width
    assert found.value(
        "[...document.querySelectorAll('.sheet:target')].every(s => s.scrollWidth <= s.clientWidth)"
    )
