"""Pages to open: the small workspace's report as written, and with a trace, a signature and a marking."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from forecast.answering import Material
from forecast.report import write
from forecast.report.compose import compose
from forecast.report.front_matter import Front
from forecast.report.html import page
from forecast.report.ledger import Ledger
from forecast.report.publication import publication

REQUEST = "forecast report trade_grows"
SHA256 = "5d41402abc4b2a76b9719d911017c592" * 2
MARKING = 'FOR TRIAL USE "ONLY" <1>'
FRONT = Front(
    title="A trial", date=dt.date(2025, 7, 1), authors=("A. Analyst", "B. <i>Second</i>"), marking=MARKING
)
LEAVES = ("mean", "p05", "p50", "p95", "mcse")


def trace_of(prose: Ledger, *, said: str = "") -> dict[str, Any]:
    """A trace of every datum of a text, in the form of a report's own; ``said`` stands in all its words."""
    subjects: dict[str, Any] = {}
    for path in (entry.path for line in prose.lines for entry in line.numbers if entry.path):
        above, _, leaf = path.rpartition("/")
        subjects[above if leaf in LEAVES else path] = {
            "title": f"What stands at {path} {said}",
            "rows": [["Draws", f"60 kept {said}"], ["Exactly", "0.0937"]],
            "how": f"The share of paths. {said}",
            "basis": ["codes", "record"],
        }
    codes = [
        {
            "text": f"Smith (2019): code {n} {said}",
            "place": f"priors/sources/smith2019.yaml:{n}",
            "locator": "pp. 3-5",
        }
        for n in range(11, 19)
    ]
    record = [{"text": f"History {said}", "place": "priors/history.yaml:4", "locator": None}]
    return {
        "inputs_sha256": SHA256,
        "subjects": subjects,
        "bases": {
            "codes": {"title": f"Judgments {said}", "items": codes, "more": 3},
            "record": {"title": "Record", "items": record, "more": 0},
        },
    }


def written(material: Material, folder: Path, *, said: str = "", front: Front = FRONT) -> Path:
    """``report.html`` and ``sources.html`` as a user gets them, and ``traced.html`` beside them.

    In the last every number has a trace, whose words end in ``said``; it is signed and marked as ``front``.
    """
    write(material, folder, formats=["html"], request_line=REQUEST)
    (folder / "traced.html").write_text(_traced(material, said, front), encoding="utf-8")
    return folder


def _traced(material: Material, said: str, front: Front) -> str:
    done = publication(compose(material, request_line=REQUEST), request_line=REQUEST)
    return page(
        done.markdown, done.figures, prose=done.ledger, trace=trace_of(done.ledger, said=said), front=front
    )
