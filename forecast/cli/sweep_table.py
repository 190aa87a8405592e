"""A sweep as a table for a terminal: a row a value of one knob, a matrix of two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forecast.cli.columns import aligned
from forecast.cli.comparison import points
from forecast.document import headline
from forecast.rounding import interval, percent
from forecast.states import CHANNELS

#: What stands before a number that is estimated, and behind a point that is not to be used.
ROUGH, WARNING = "~", "!"
NOW = "now"


def render(document: dict[str, Any], *, outcome: str, date: str) -> str:
    """The tables of a sweep's document at a date: of alliance, split and the outcome asked for."""
    start, knobs = document["start_state"], document["knobs"]
    wanted = list(dict.fromkeys([*(f"{headline(c, start)}.{c}" for c in CHANNELS), outcome]))
    members = len(document["panel"])
    lines = [
        document["title"],
        f"as of {document['as_of']}, from {start}; panel {document['panel_id']}"
        f" ({members} source{'s' * (members != 1)}); {_when(date)}",
        *(_about(knob) for knob in knobs),
    ]
    for at, scenario in enumerate(document["current"]["scenarios"]):
        if len(knobs) == 1:
            lines += ["", f"{scenario['id']}:", *_rows(document, at, wanted, date)]
            continue
        for quantity in [outcome] if outcome not in wanted[:2] else wanted:
            lines += ["", f"{scenario['id']}, {_name(quantity)}:", *_matrix(document, at, quantity, date)]
    return "\n".join([*lines, "", *_legend(document)])


def written(values: Sequence[float | str]) -> list[str]:
    """Values with as few digits as tell them apart, four at least.

    >>> written([0.1, 0.316227766017, 1.0])
    ['0.1', '0.3162', '1']
    """
    for digits in range(4, 13):
        found = [value if isinstance(value, str) else f"{value:.{digits}g}" for value in values]
        if len(set(found)) == len(set(values)):
            return found
    return [str(value) for value in values]


def _when(date: str) -> str:
    return f"reached: by {date}; state, broad: on it"


def _about(knob: dict[str, Any]) -> str:
    """A knob: what it is, and what it is now."""
    where = f" ({knob['file']}" + (f":{knob['line']})" if knob["line"] else ")") if knob["file"] else ""
    if knob["current"] is None:
        now = "not stated now"
    elif knob["file"] is None:
        now = f"now about {knob['current']:.2g}, as fitted"
    else:
        now = f"now {written([knob['current']])[0]}{where}"
    return f"{knob['path']}: {knob['label']} ({knob['unit']}), {now}"


def _rows(document: dict[str, Any], at: int, wanted: list[str], date: str) -> list[str]:
    """A row a value: each quantity, and the points it is above or below the present answer."""
    knob, current = document["knobs"][0], document["current"]
    told = [*knob["values"]] + ([knob["current"]] if _apart(knob) else [])
    texts = dict(zip(told, written(told), strict=True))
    rows = [["", *(part for quantity in wanted for part in (f"{_name(quantity)} [90%]", "less now")), ""]]
    found = [(point["settings"][knob["path"]], point) for point in document["points"]]
    for value, point in found:
        mark = f" ({NOW})" if value == knob["current"] else ""
        rows.append([f"{texts[value]}{mark}", *_cells(point, current, at, wanted, date)])
    now = f"{texts[knob['current']]} ({NOW})" if _apart(knob) else f"({NOW})"
    if knob["current"] not in [value for value, _ in found]:
        place = _place(knob, [value for value, _ in found])
        rows.insert(1 + place, [now, *_cells(current, None, at, wanted, date)])
    return aligned(_right(rows, first=knob["unit"]))


def _apart(knob: dict[str, Any]) -> bool:
    """Whether the present value is known, and not among those of the sweep."""
    return knob["current"] is not None and knob["current"] not in knob["values"]


def _place(knob: dict[str, Any], values: list[float | str]) -> int:
    """Where the present answer stands among the rows: in its order if they have one, else first."""
    now = knob["current"]
    ordered = all(not isinstance(value, str) for value in [now, *values]) and now is not None
    if not ordered or values != sorted(values):
        return 0
    return sum(value < now for value in values)


def _cells(
    point: dict[str, Any], current: dict[str, Any] | None, at: int, wanted: list[str], date: str
) -> list[str]:
    found = []
    for quantity in wanted:
        p = _level(point, at, quantity, date)
        rough = "" if point["exact"] else ROUGH
        found.append(rough + interval(p))
        if current is None:
            found.append("")
        else:
            found.append(rough + points(p["mean"] - _level(current, at, quantity, date)["mean"]))
    return [*found, "" if point["trusted"] else WARNING]


def _matrix(document: dict[str, Any], at: int, quantity: str, date: str) -> list[str]:
    """Means: the first knob's values down, the second's across."""
    down, across = document["knobs"]
    found = {tuple(point["settings"].values()): point for point in document["points"]}
    heads = [
        text + (f" ({NOW})" if value == across["current"] else "")
        for value, text in zip(across["values"], written(across["values"]), strict=True)
    ]
    rows = [["", *heads]]
    for value, text in zip(down["values"], written(down["values"]), strict=True):
        cells = [_mean(found[value, other], at, quantity, date) for other in across["values"]]
        rows.append([text + (f" ({NOW})" if value == down["current"] else ""), *cells])
    now = _mean(document["current"], at, quantity, date)
    head = f"{down['path']} down, {across['path']} across; as the files have it {now}"
    return [head, *aligned(_right(rows))]


def _mean(point: dict[str, Any], at: int, quantity: str, date: str) -> str:
    rough = "" if point["exact"] else ROUGH
    text = rough + percent(_level(point, at, quantity, date)["mean"])
    return text if point["trusted"] else text + WARNING


def _right(rows: list[list[str]], *, first: str = "") -> list[list[str]]:
    """Cells flush right under their heads."""
    rows = [[rows[0][0] or first, *rows[0][1:]], *rows[1:]]
    room = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [[f"{cell:>{size}}" for cell, size in zip(row, room, strict=True)] for row in rows]


def _level(point: dict[str, Any], at: int, quantity: str, date: str) -> dict[str, float]:
    value: Any = next(h for h in point["scenarios"][at]["horizons"] if h["date"] == date)
    for key in quantity.split("."):
        value = value[key]
    found: dict[str, float] = value
    return found


def _name(quantity: str) -> str:
    """A quantity as a heading: ``alliance reached``, ``split state``, ``broad``."""
    kind, _, outcome = quantity.partition(".")
    return f"{outcome} {kind}" if outcome else "broad"


def _legend(document: dict[str, Any]) -> list[str]:
    """By what means the points were come by, and what the marks say."""
    found = document["points"]
    count = {
        means: sum(p["means"] == means for p in found) for means in dict.fromkeys(p["means"] for p in found)
    }
    words = {
        "exact": "with all draws as they are",
        "simulated": "simulated again with some of the draws",
        "reweighted": "reweighted",
        "refit": "fitted again",
    }
    shapes = [p["k_hat"] for p in found if p["means"] == "reweighted" and p["k_hat"] is not None]
    worst = f" (worst Pareto k {max(shapes):.2f}, to 0.7)" if shapes else ""
    parts = [
        f"{count[means]} {word}{worst if means == 'reweighted' else ''}"
        for means, word in words.items()
        if means in count
    ]
    lines = [f"{len(found)} point{'s' * (len(found) != 1)}: {', '.join(parts)}"]
    if any(not p["exact"] for p in found):
        lines[0] += f"; {ROUGH} estimated"
    far = sum(not p["trusted"] for p in found)
    if far:
        lines.append(
            f"{WARNING} {far} NOT TO BE TRUSTED: draws too far from these judgments, or not converged"
        )
    return lines
