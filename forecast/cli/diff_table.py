"""A document of a difference as tables for a terminal: whole lines, fixed columns."""

from __future__ import annotations

from typing import Any

from forecast.cli.columns import aligned
from forecast.difference.document import NOT_ATTRIBUTED
from forecast.difference.markdown import changes, points, where
from forecast.rounding import percent


def as_table(document: dict[str, Any]) -> str:
    """Key probabilities before and after, the edits by size, and what moves nothing."""
    lines = [document["title"], f"{document['old']['label']} -> {document['new']['label']}"]
    if document["probabilities"]:
        lines[1] += (
            f"; as of {document['as_of']}, from {document['start_state']}; panel {document['panel_id']}"
        )
        lines += ["", *_probabilities(document), "", *_parts(document)]
    elif document["moves_nothing"]:
        lines += ["", "no change: nothing that moves a probability differs"]
    else:
        lines += ["", "no change: no judgment differs"]
    if document["moves_nothing"]:
        lines += ["", "moves nothing", *(f"  {edit['sentence']}" for edit in document["moves_nothing"])]
    if document["probabilities"]:
        lines += ["", _how(document)]
    return "\n".join(line.rstrip() for line in lines)


def _probabilities(document: dict[str, Any]) -> list[str]:
    """Before and after, by date and key probability."""
    mark = "" if document["exact"] else "~"
    dates = list(dict.fromkeys(one["date"] for one in document["probabilities"]))
    middle = dates[len(dates) // 2 - (len(dates) > 1)]
    shown = sorted({middle, document["ranked_by"]["date"], dates[-1]})
    found = {(one["quantity"], one["date"]): one for one in document["probabilities"]}
    rows = [["", *shown]]
    for name in document["key"]:
        cells = [
            f"{percent(one['before'])} -> {mark}{percent(one['after'])} ({mark}{points(one['change'])})"
            for one in (found[name, date] for date in shown)
        ]
        rows.append([name, *cells])
    return aligned(rows)


def _parts(document: dict[str, Any]) -> list[str]:
    """Each part in percentage points, at the date that they are ordered by."""
    date, keys = document["ranked_by"]["date"], document["key"]
    rows = [[*keys, f"edit; percentage points by {date}"]]
    for part in document["parts"]:
        by = changes(part["changes"], date)
        mark = "~" if part["reweighted"] else ""
        told = f"{part['sentence']}  ({where(part)})"
        rows.append([*(mark + points(by[key]) if by[key] else "0" for key in keys), told])
    if document["not_attributed"] is not None:
        by = changes(document["not_attributed"], date)
        rows.append([*(points(by[key]) for key in keys), NOT_ATTRIBUTED])
    total = changes(document["probabilities"], date)
    mark = "" if document["exact"] else "~"
    rows.append([*(mark + points(total[key]) for key in keys), "total"])
    wide = [max(len(row[i]) for row in rows) for i in range(len(keys))]
    return aligned([[*(f"{row[i]:>{wide[i]}}" for i in range(len(keys))), row[-1]] for row in rows])


def _how(document: dict[str, Any]) -> str:
    """How the parts were come by, in a line."""
    how = document["attribution"]
    shape = how["pareto_k_max"]
    said = "not known" if shape is None else "below 0" if shape < 0 else f"{shape:.2f}"
    sets = (
        f"all {how['answered']} versions between the two"
        if how["every_set"]
        else (f"{how['answered']} versions between the two, orders sampled")
    )
    return f"~ Shapley values over {sets}, from reweighted draws: Pareto k to {said} (trusted to 0.7)" + (
        "!" if how["untrusted"] else ""
    )
