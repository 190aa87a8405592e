"""What is published, in every format: one text, its figures, its data, and what each number of it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forecast.report.compose import Report
from forecast.report.data import as_data
from forecast.report.front_matter import Front
from forecast.report.ledger import Ledger, paths_of, publish
from forecast.report.markdown import Drawing
from forecast.report.marks import plain
from forecast.report.sections.front import status
from forecast.report.signing.signature import Signature
from forecast.report.trace import trace
from forecast.report.trace.named import names_around


@dataclass(frozen=True)
class Publication:
    """A report ready for its formats.

    ``figures`` by the path its Markdown names, ``data`` as its JSON, ``source_page`` the Markdown of the page
    beside it. ``templates``: the workspace's own page and style sheet are looked for there.
    """

    kind: str
    markdown: str
    ledger: Ledger
    data: Mapping[str, Any]
    figures: Mapping[str, Drawing]
    source_page: str
    front: Front
    templates: Path | None = None


def publication(report: Report, *, request_line: str) -> Publication:
    """Take the marks out of a composed text, keep what they said, and trace it."""
    data = as_data(report, request_line=request_line)
    markdown, ledger = publish(report.marked, paths_of(data), names=names_around(data, report.view))
    traced = trace(data, ledger, report.view.material)
    return Publication(
        kind=report.kind,
        markdown=markdown,
        ledger=ledger,
        data={**data, "prose": ledger.as_dict(), "trace": traced},
        figures={f"figures/{d.name}.svg": d for d in report.figures},
        source_page=plain(report.source_page),
        front=front(report.view.question.title, report.view.pair, report.view.fit.as_of, report.signature),
        templates=report.templates,
    )


def front(title: str, pair: str, as_of: dt.date, signed: Signature) -> Front:
    """What stands on every page: title, pair, day, and who signed."""
    return Front(
        title=title,
        subtitle=pair,
        date=as_of,
        status=status(signed),
        authors=signed.authors,
        marking=signed.marking or "",
    )
