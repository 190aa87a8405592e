"""The report as data: every document, and everything its figures and tables show, unrounded."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from forecast.answering import Result
from forecast.document import document
from forecast.lexicon import LEXICONS, Lexicon
from forecast.report.compose import Report
from forecast.report.templating import replaced

SCHEMA = "report/1"


def as_data(report: Report, *, request_line: str) -> dict[str, Any]:
    """The documents of main, the other panels and each spotlight source, then the findings by name."""
    view, material = report.view, report.view.material
    pooled = material.main.answers.pooled_judgment
    return {
        "schema": SCHEMA,
        "kind": report.kind,
        "request": request_line,
        "title": view.question.title,
        "pair": list(view.question.pair),
        "as_of": view.fit.as_of.isoformat(),
        "signature": report.signature.as_dict(),
        "templates": replaced(report.templates),
        **_words(view.workspace.lexicon),
        "outcomes": {name: {"title": o.title} for name, o in view.question.outcomes.items()},
        "headline_dates": [d.isoformat() for d in view.headline_dates],
        "headlines": [
            {"outcome": o, "date": d.isoformat(), **view.headline(o, d).as_dict()}
            for o in ("alliance", "partnership", "split", "alliance_broad")
            for d in view.headline_dates
        ],
        "main": _document(material.main),
        "panels": [_document(r) for r in material.panels],
        "spotlight": [_document(r) for r in material.spotlight],
        "pooling": {
            "used": dict(pooled.used),
            "left_out": dict(pooled.left_out),
            "closed": list(pooled.closed),
            "by_rule": {rule: dict(medians) for rule, medians in pooled.by_rule.items()},
        },
        "changes": plain_data(report.changes),
        "findings": plain_data(report.findings),
    }


def _words(lexicon: Lexicon) -> dict[str, Any]:
    """The lexicon by name; one that is not published also with its words and ranges, which nobody knows."""
    named = {"lexicon": lexicon.id}
    return named if lexicon.id in LEXICONS else {**named, "word_scale": lexicon.as_dict()}


def plain_data(value: Any) -> Any:
    """Dataclasses, arrays, mappings and dates as plain JSON values; a number not finite becomes null."""
    if is_dataclass(value) and not isinstance(value, type):
        value = {f.name: getattr(value, f.name) for f in fields(value)}
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(key): plain_data(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain_data(each) for each in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _document(result: Result) -> dict[str, Any]:
    found = document(result)
    # How long it took and where it stood on a disk are no part of a report.
    del found["run"]
    return found
