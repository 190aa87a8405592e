"""Scenarios beside the baseline: a table an outcome, at a few dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from forecast.cli.columns import aligned
from forecast.document import headline
from forecast.rounding import interval, percent
from forecast.states import CHANNELS

#: What stands where nothing differs.
NOTHING = "-"
HEAD = ("", "", "level [90%]", "less baseline, points [90%]", "P(sign)")


def comparison(document: dict[str, Any], by: Sequence[dt.date]) -> list[str]:
    """A table for alliance, for split and for the broad alliance: levels and differences."""
    start = document["start_state"]
    wanted = [
        *((f"{headline(c, start)}.{c}", _title(c, headline(c, start), start)) for c in CHANNELS),
        ("alliance_broad", "broad: alliance or de facto, on the date"),
    ]
    dates = shown(document, by)
    lines: list[str] = []
    for quantity, title in wanted:
        lines += ["", title, *_table(document, quantity, dates)]
    return lines[1:]


def _title(outcome: str, quantity: str, start: str) -> str:
    return f"{outcome}: " + (f"still {start} on the date" if quantity == "state" else "reached by the date")


def shown(document: dict[str, Any], by: Sequence[dt.date]) -> list[str]:
    """The dates compared at: the last one, the one nearest to the middle, and those asked for."""
    dates = [horizon["date"] for horizon in document["scenarios"][0]["horizons"]]
    first, last = dt.date.fromisoformat(document["as_of"]), dt.date.fromisoformat(dates[-1])
    middle = first + (last - first) / 2
    near = min(dates, key=lambda date: abs(dt.date.fromisoformat(date) - middle))
    return sorted({near, dates[-1], *(date.isoformat() for date in by)})


def _table(document: dict[str, Any], quantity: str, dates: Sequence[str]) -> list[str]:
    compared = {(c["scenario"], c["date"]): c for c in document["comparisons"] if c["quantity"] == quantity}
    rows = [HEAD]
    for date in dates:
        for at, scenario in enumerate(document["scenarios"]):
            level = interval(_level(scenario, quantity, date))
            found = compared.get((scenario["id"], date))
            rest = (difference(found["difference"]), sign(found["p_sign"])) if found else ("", "")
            rows.append(("" if at else date, scenario["id"], level, *rest))
    return aligned([(*row[:4], f"{row[4]:>7}") for row in rows])


def _level(scenario: dict[str, Any], quantity: str, date: str) -> dict[str, float]:
    value: Any = next(h for h in scenario["horizons"] if h["date"] == date)
    for key in quantity.split("."):
        value = value[key]
    found: dict[str, float] = value
    return found


def difference(p: dict[str, float]) -> str:
    """A difference with its 5% and 95% quantiles, in percentage points; a dash where there is none.

    >>> difference({"mean": -0.0439, "p05": -0.112, "p95": -0.0002})
    '-4.4 [-11, 0.0]'
    """
    return f"{points(p['mean'])} {ends(p)}" if differs(p) else NOTHING


def differs(p: dict[str, float]) -> bool:
    """Whether a difference is one in any draw that its summary shows."""
    return any(p[stat] for stat in ("mean", "p05", "p95"))


def ends(p: dict[str, float]) -> str:
    """The interval of a difference."""
    return f"[{points(p['p05'])}, {points(p['p95'])}]"


def points(p: float) -> str:
    """A difference of probabilities in percentage points: signed, whole from 10 on.

    >>> [points(p) for p in (0.0123, -0.234, -0.0004)]
    ['+1.2', '-23', '0.0']
    """
    hundredths = round(100 * p, 1)
    if not hundredths:
        return "0.0"
    return f"{100 * p:+.0f}" if abs(hundredths) >= 10 else f"{hundredths:+.1f}"


def sign(p: float) -> str:
    """The probability of a difference's sign; a dash where there is no difference."""
    return percent(p) if p else NOTHING
