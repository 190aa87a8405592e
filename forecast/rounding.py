"""Probabilities as a reader sees them: one way everywhere."""

from __future__ import annotations

from collections.abc import Mapping


def percent(p: float, *, sign: str = "%") -> str:
    """A probability as a percentage: whole from 10 to 99, one decimal beyond, never 0 or 100.

    >>> [percent(p) for p in (0.2345, 0.0862, 0.0997, 0.941, 0.9934, 0.0004, 0.9996)]
    ['23%', '8.6%', '10%', '94%', '99.3%', '<0.1%', '>99.9%']
    """
    hundredths = 100 * p
    if hundredths < 0.1:
        return f"<0.1{sign}"
    if hundredths > 99.9:
        return f">99.9{sign}"
    whole = 10 <= round(hundredths, 1) <= 99
    return f"{hundredths:.0f}{sign}" if whole else f"{hundredths:.1f}{sign}"


def interval(p: Mapping[str, float]) -> str:
    """A mean with its 5% and 95% quantiles.

    >>> interval({"mean": 0.0862, "p05": 0.0297, "p95": 0.177})
    '8.6% [3.0, 18]'
    """
    return f"{percent(p['mean'])} [{percent(p['p05'], sign='')}, {percent(p['p95'], sign='')}]"
