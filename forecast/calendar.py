"""Dates as decimal years, and the grid of dates a forecast is made on."""

from __future__ import annotations

import calendar as _calendar
import datetime as dt
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def decimal_year(date: dt.date) -> float:
    """The date as a decimal year: 1 January 2027 is 2027.0, 31 December 2027 almost 2028.

    >>> decimal_year(dt.date(2027, 1, 1))
    2027.0
    """
    length = 366 if _calendar.isleap(date.year) else 365
    return date.year + (date.timetuple().tm_yday - 1) / length


def decimal_years(dates: Iterable[dt.date]) -> Floats:
    """`decimal_year` of each date, as an array (years)."""
    return np.array([decimal_year(d) for d in dates], dtype=np.float64)


def year_ends(start: dt.date, end: dt.date) -> tuple[dt.date, ...]:
    """Every 31 December after ``start`` up to ``end``."""
    return tuple(d for d in (dt.date(y, 12, 31) for y in range(start.year, end.year + 1)) if start < d <= end)


def step_dates(start: dt.date, end: dt.date, *, steps_per_year: int = 4) -> tuple[dt.date, ...]:
    """The simulation grid: ``start``, then every period end up to the last not after ``end``, and ``end``.

    ``steps_per_year`` divides 12: 4 gives calendar quarter ends, 12 month ends. The first step is partial.

    >>> [d.isoformat() for d in step_dates(dt.date(2026, 11, 21), dt.date(2027, 6, 30))]
    ['2026-11-21', '2026-12-31', '2027-03-31', '2027-06-30']
    """
    months = 12 // steps_per_year
    if months * steps_per_year != 12:
        raise ValueError(f"steps_per_year must divide 12 (found {steps_per_year})")
    ends = [
        dt.date(year, month, _calendar.monthrange(year, month)[1])
        for year in range(start.year, end.year + 1)
        for month in range(months, 13, months)
    ]
    inside = [d for d in ends if start < d < end]
    return (start, *inside, end) if end > start else (start,)
