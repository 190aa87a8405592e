"""Numbers as a reader sees them; every percentage of a report goes through `rounding.percent`."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from forecast.rounding import percent

#: Differences of probability smaller than this are not shown as numbers.
FLOOR = 0.001


class Interval(Protocol):
    """Anything with a central value and a 90% interval."""

    @property
    def mean(self) -> float:
        """The central value."""

    @property
    def p05(self) -> float:
        """The lower end."""

    @property
    def p95(self) -> float:
        """The upper end."""


def interval(value: Interval) -> str:
    """The 90% interval in a sentence: ``3.1% to 17%``."""
    return f"{percent(value.p05)} to {percent(value.p95)}"


def cell(value: Interval) -> str:
    """A probability with its interval in a table: ``8.4% (3.1–17%)``."""
    return f"{percent(value.mean)} ({percent(value.p05, sign='')}–{percent(value.p95)})"


def points(difference: float) -> str:
    """A signed difference of probabilities in percentage points: ``+1.2``; ``<0.1`` where it is smaller.

    >>> [points(d) for d in (0.0123, -0.21, 0.0004, 0.0)]
    ['+1.2', '−21', '<0.1', '<0.1']
    """
    size = abs(difference)
    if size < FLOOR:
        return "<0.1"
    sign = "+" if difference > 0 else "−"
    return f"{sign}{100 * size:.1f}" if size < 0.0995 else f"{sign}{100 * size:.0f}"


def signed(x: float, digits: int = 1) -> str:
    """A level or an effect with its sign: ``+1.6``, ``−0.2``, ``0.0``."""
    text = f"{abs(x):.{digits}f}"
    if float(text) == 0:
        return text
    return ("+" if x > 0 else "−") + text


def span(low: float, high: float, digits: int = 1) -> str:
    """Two signed ends: ``−0.4 to +1.1``."""
    return f"{signed(low, digits)} to {signed(high, digits)}"


def day(date: dt.date) -> str:
    """A date in words: ``31 December 2036``."""
    return f"{date.day} {date:%B} {date.year}"


def times(factor: float) -> str:
    """A ratio: ``1.8 times``."""
    return f"{factor:.1f} times" if factor < 9.95 else f"{factor:.0f} times"


def listed(names: list[str]) -> str:
    """Names in a sentence: ``a, b and c``; with semicolons where a name itself holds a comma or an "and"."""
    if any(" and " in name or "," in name for name in names):
        return "; ".join(names)
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]


def count(n: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: ``1 source``, ``3 sources``; ``no sources`` for none."""
    word = noun if n == 1 else plural or noun + "s"
    return f"{n or 'no'} {word}"


__all__ = [
    "FLOOR",
    "Interval",
    "cell",
    "count",
    "day",
    "interval",
    "listed",
    "percent",
    "points",
    "signed",
    "span",
    "times",
]
