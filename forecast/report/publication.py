"""What is published, in every format: one text, its figures, its data, and what each number of it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forecast.report.compose import Report
from forecast.report.data import as_data
from forecast.report.ledger import Ledger, paths_of, publish
from forecast.report.markdown import Drawing
from forecast.report.marks import plain


@dataclass(frozen=True)
class Publication:
    """A report ready for its formats: ``figures`` by the path its Markdown names, ``data`` as report.json."""

    markdown: str
    ledger: Ledger
    data: Mapping[str, Any]
    figures: Mapping[str, Drawing]
    source_page: str


def publication(report: Report, *, request_line: str) -> Publication:
    """Take the marks out of a composed text and keep what they said."""
    data = as_data(report, request_line=request_line)
    markdown, ledger = publish(report.marked, paths_of(data))
    return Publication(
        markdown=markdown,
        ledger=ledger,
        data={**data, "prose": ledger.as_dict()},
        figures={f"figures/{d.name}.svg": d for d in report.figures},
        source_page=plain(report.source_page),
    )
