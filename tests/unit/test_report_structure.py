"""The skeleton of each kind of report, held to a golden file: headings, heads of tables, figures, in order.

Where a change is meant: ``FORECAST_UPDATE_GOLDEN=1 pytest tests/unit/test_report_structure.py``, and read the
difference before it is committed.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from test_report_material import material  # noqa: F401

from forecast.answering import Material
from forecast.errors import UsageError
from forecast.report.compose import compose
from forecast.report.templating import KINDS, replaced

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


def skeleton(markdown: str) -> str:
    """Headings, the first row of each table, and each figure's name; a line each."""
    lines = markdown.splitlines()
    kept = []
    for at, line in enumerate(lines):
        if line.startswith("#"):
            kept.append(line)
        elif line.startswith("|") and at + 1 < len(lines) and re.match(r"\| -", lines[at + 1]):
            kept.append(f"    {line}")
        elif found := re.search(r"\]\((figures/[^)]+)\)$", line):
            kept.append(f"    figure {found[1]}")
    return "\n".join(kept) + "\n"


@pytest.mark.parametrize("kind", KINDS)
def test_structure(material: Material, kind: str) -> None:  # noqa: F811
    """What a reader finds where, unchanged unless it was meant to change."""
    found = skeleton(compose(material, request_line="forecast report", kind=kind).markdown)
    golden = GOLDEN / f"{kind}.txt"
    if os.environ.get("FORECAST_UPDATE_GOLDEN"):
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


def test_a_template_of_ones_own(material: Material, tmp_path: Path) -> None:  # noqa: F811
    """A file of the same name replaces the shipped one, may include it, and is recorded."""
    (tmp_path / "report.md.j2").write_text(
        "{{ title }}\n\n## For the minister\n\nRead this.\n\n{{ three_answers }}\n", encoding="utf-8"
    )
    found = compose(material, request_line="forecast report", templates=tmp_path)
    assert re.findall(r"^## (.+)$", found.markdown, re.MULTILINE) == ["For the minister", "Three answers"]
    assert [d.name for d in found.figures] == ["answers"]
    assert set(replaced(found.templates)) == {"report.md.j2"}
    (tmp_path / "report.md.j2").write_text('{% include "shipped/report.md.j2" %}\n\n## Annex\n')
    longer = compose(material, request_line="forecast report", templates=tmp_path)
    assert longer.markdown.startswith(compose(material, request_line="forecast report").markdown.strip())
    assert longer.markdown.endswith("## Annex\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ key_judgment }}", "there is no part 'key_judgment'. Did you mean 'key_judgments'?"),
        ("{{ title }}\n{% if %}", r"report.md.j2:2: Expected an expression"),
        ("{{ ''.__class__.__mro__ }}", "is unsafe"),
        ("{% include '/etc/passwd' %}", "not found|/etc/passwd"),
    ],
)
def test_a_template_that_cannot_be_used(
    material: Material,  # noqa: F811
    tmp_path: Path,
    text: str,
    said: str,
) -> None:
    """The file, the line and what is wrong; nothing outside the folder can be reached."""
    (tmp_path / "report.md.j2").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        compose(material, request_line="forecast report", templates=tmp_path)
