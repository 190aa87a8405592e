"""Numbers as a reader sees them: one rounding for every percentage of a report.

A probability is never shown as 0% or 100%: nothing here is certain.
"""

from __future__ import annotations

import datetime as dt
from typing import Protocol

FLOOR, CEILING = 0.001, 0.999


class Interval(Protocol):
    """Anything with a central value and a 90% interval."""

    @property
    def mean(self) -> float: ...
    @property
    def p05(self) -> float: ...
    @property
    def p95(self) -> float: ...


def percent(p: float) -> str:
    """A probability as a percentage: whole above 10%, one decimal below, never 0% or 100%.

    >>> [percent(p) for p in (0.0004, 0.084, 0.0996, 0.523, 0.9968, 0.9996)]
    ['<0.1%', '8.4%', '10%', '52%', '99.7%', '>99.9%']
    """
    if p < FLOOR:
        return "<0.1%"
    if p > CEILING:
        return ">99.9%"
    return f"{100 * p:.1f}%" if p < 0.0995 or p >= 0.995 else f"{100 * p:.0f}%"


def interval(value: Interval) -> str:
    """The 90% interval in a sentence: ``3.1% to 17%``."""
    return f"{percent(value.p05)} to {percent(value.p95)}"


def cell(value: Interval) -> str:
    """A probability with its interval in a table: ``8.4% (3.1–17%)``."""
    low = percent(value.p05)
    return f"{percent(value.mean)} ({low.removesuffix('%')}–{percent(value.p95)})"


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
    """Names in a sentence: ``a``, ``a and b``, ``a, b and c``."""
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]


def count(n: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: ``1 source``, ``3 sources``; ``no sources`` for none."""
    word = noun if n == 1 else plural or noun + "s"
    return f"{n or 'no'} {word}"
