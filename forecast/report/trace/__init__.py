"""From any number of a report to what it rests on: draws, judgments with file, line and page, inputs' hash.

    {"inputs_sha256": ...,
     "subjects": {pointer: {"title", "rows", "how", "basis": [key, ...]}},
     "bases": {key: {"title", "items": [{"text", "place", "locator", "weight"}, ...], "more"}}}

A subject stands for every number at or below its pointer (`subject_of`). Bases are shared between subjects.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from forecast.answering import Material
from forecast.explaining.basis import Basis
from forecast.report.ledger import Ledger
from forecast.report.numbers import day
from forecast.report.trace.pointers import pointer_of
from forecast.report.trace.subjects import Subject, Tracer

__all__ = ["subject_of", "trace", "typeset"]

_DAY = re.compile(r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])")
_MINUS = re.compile(r"(?<![\w-])-(?=\d)")


def trace(data: Mapping[str, Any], ledger: Ledger, material: Material) -> dict[str, Any]:
    """The subjects of every number of the text that stands in the data, and their bases.

    ``data`` as `data.as_data` makes it of the report that ``ledger`` is of.
    """
    tracer, subjects = Tracer(data, material), dict[str, Subject]()
    paths = dict.fromkeys(e.path for line in ledger.lines for e in line.numbers if e.path)
    for path in paths:
        if (place := tracer.place(path)) is not None:
            pointer = pointer_of(place[1])
            if pointer not in subjects:
                subjects[pointer] = tracer.subject(*place)
    return {
        "inputs_sha256": material.workspace.inputs_sha256,
        "subjects": {
            pointer: {**(told := subject.as_dict()), "title": typeset(told["title"])}
            for pointer, subject in subjects.items()
        },
        "bases": {key: _listed(each) for key, each in tracer.bases.items()},
    }


def subject_of(path: str, subjects: Mapping[str, Any]) -> str | None:
    """The longest pointer at or above ``path`` that is a subject.

    >>> subject_of("/main/0/mean", {"/main": 1, "/main/0": 2})
    '/main/0'
    """
    while path and path not in subjects:
        path = path.rpartition("/")[0]
    return path or None


def typeset(text: str) -> str:
    """A piece as a page has it: days in words, a minus that is one.

    >>> typeset("reached by 2036-12-31; -1.11 points")
    'reached by 31 December 2036; −1.11 points'
    """
    return _MINUS.sub("−", _DAY.sub(_in_words, text))


def _in_words(found: re.Match[str]) -> str:
    try:
        return day(dt.date.fromisoformat(found[0]))
    except ValueError:  # digits of a file that are no day
        return found[0]


def _listed(basis: Basis) -> dict[str, Any]:
    """A basis as the page shows it: what a weight is stands in the title, the weight itself in the words."""
    ranked = f", by {basis.ranked}" if basis.ranked else ""
    return {
        "title": typeset(basis.title + ranked),
        "items": [
            {
                "text": typeset(basis.said(item)),
                "place": item.place,
                "locator": item.locator,
                "weight": None if item.weight is None else round(item.weight, 4),
            }
            for item in basis.items
        ],
        "more": basis.more,
    }
