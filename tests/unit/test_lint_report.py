"""The linter on what the program writes: a report passes its own gate."""

from __future__ import annotations

import json
from typing import Any

import pytest

from forecast.answering import Material
from forecast.inputs.workspace import Workspace
from forecast.report.compose import compose
from forecast.report.lint import as_text, lint
from forecast.report.publication import publication
from tests.unit.test_report_material import make_material

KINDS = ("report", "brief", "comparison")


@pytest.fixture(scope="module")
def material(small: Workspace) -> Material:
    """The small workspace's material."""
    return make_material(small)


def published(
    material: Material, kind: str, lexicon: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, Any]:
    """A report of some kind in some lexicon, as Markdown and data."""
    monkeypatch.setitem(material.workspace.question.__dict__, "lexicon", lexicon)
    done = publication(
        compose(material, request_line="forecast report", kind=kind), request_line="forecast report"
    )
    return done.markdown, json.loads(json.dumps(done.data))


@pytest.mark.parametrize("lexicon", ["icd203", "phia", "ipcc"])
@pytest.mark.parametrize("kind", KINDS)
def test_reports_pass(material: Material, kind: str, lexicon: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of every kind, in the words of every lexicon."""
    faults = lint(*published(material, kind, lexicon, monkeypatch))
    assert not faults, as_text(faults, f"{kind}.md")


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_number_changed_anywhere_is_found(
    material: Material, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every datum of the text, one at a time: nothing is shown that is not held to the data."""
    markdown, data = published(material, kind, "icd203", monkeypatch)
    lines = markdown.splitlines()
    missed = []
    for i, line in list(enumerate(lines))[:: 3 if kind == "report" else 1]:
        if "7" not in line or line.startswith(("#", "![", "- Versions:")) or "`" in line:
            continue
        edited = "\n".join([*lines[:i], line.replace("7", "8"), *lines[i + 1 :]])
        if not any(fault.line == i + 1 for fault in lint(edited, data)):
            missed.append(line)
    assert missed == []
