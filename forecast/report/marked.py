"""Numbers as sections write them: the forms of `numbers`, each carrying the exact value it shows.

Sections import their forms from here; figures and alternative texts, where nothing is traced, from `numbers`.
"""

from __future__ import annotations

from forecast.report import numbers
from forecast.report.marks import mark
from forecast.report.numbers import FLOOR, Interval, day, listed


def percent(p: float, *, sign: str = "%") -> str:
    """A probability or share, as `rounding.percent`."""
    return mark(numbers.percent(p, sign=sign), p)


def interval(value: Interval) -> str:
    """The 90% interval in a sentence."""
    return f"{percent(value.p05)} to {percent(value.p95)}"


def cell(value: Interval) -> str:
    """A probability with its interval in a table."""
    return f"{percent(value.mean)} ({percent(value.p05, sign='')}–{percent(value.p95)})"


def points(difference: float) -> str:
    """A signed difference of probabilities, in percentage points."""
    return mark(numbers.points(difference), difference)


def signed(x: float, digits: int = 1, *, at: str = "") -> str:
    """A level or an effect with its sign; ``at`` as `mark` takes it."""
    return mark(numbers.signed(x, digits), x, at=at)


def span(low: float, high: float, digits: int = 1) -> str:
    """Two signed ends."""
    return f"{signed(low, digits)} to {signed(high, digits)}"


def times(factor: float) -> str:
    """A ratio in words."""
    return mark(numbers.times(factor), factor)


def number(x: float, form: str = ".2f", *, after: str = "") -> str:
    """Any other number, in a format of Python's and with what belongs to it: ``number(3.1, ".1f")``."""
    return mark(f"{x:{form}}{after}", x)


def spread(value: Interval, form: str = ".2f") -> str:
    """Any quantity with its interval in a sentence: ``3.1 (1.3 to 9.9)``."""
    return f"{number(value.mean, form)} ({number(value.p05, form)} to {number(value.p95, form)})"


def integer(n: float, *, zero: str = "0") -> str:
    """A count, with commas: ``2,000``; ``zero`` stands for none."""
    return mark(f"{n:,.0f}" if n else zero, n, counted=True)


def count(n: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun; the number alone carries the value."""
    word = noun if n == 1 else plural or noun + "s"
    return f"{integer(n, zero='no')} {word}"


__all__ = [
    "FLOOR",
    "Interval",
    "cell",
    "count",
    "day",
    "integer",
    "interval",
    "listed",
    "mark",
    "number",
    "percent",
    "points",
    "signed",
    "span",
    "spread",
    "times",
]
