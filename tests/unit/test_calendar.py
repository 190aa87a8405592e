"""Decimal years and the grid of dates."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.calendar import decimal_year, decimal_years, step_dates, year_ends

DATES = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


@given(DATES)
def test_decimal_years_keep_the_year_and_the_order(date: dt.date) -> None:
    """The integer part is the calendar year, and the next day is later, by a day's share of its year."""
    now, after = decimal_year(date), decimal_year(date + dt.timedelta(days=1))
    assert int(now) == date.year
    assert 1 / 366.5 < after - now < 1 / 364.5


def test_a_leap_year_has_a_day_more() -> None:
    """31 December is 364/365 into a common year and 365/366 into a leap year."""
    assert decimal_year(dt.date(2027, 12, 31)) == pytest.approx(2027 + 364 / 365, abs=1e-12)
    assert decimal_year(dt.date(2028, 12, 31)) == pytest.approx(2028 + 365 / 366, abs=1e-12)
    assert decimal_years([dt.date(2027, 1, 1), dt.date(2028, 1, 1)]).tolist() == [2027.0, 2028.0]


def test_year_ends_exclude_the_start_and_include_the_end() -> None:
    """After the start, up to and including the end."""
    assert year_ends(dt.date(2026, 12, 31), dt.date(2028, 12, 31)) == (
        dt.date(2027, 12, 31),
        dt.date(2028, 12, 31),
    )
    assert year_ends(dt.date(2026, 1, 1), dt.date(2026, 6, 1)) == ()


@given(DATES, st.integers(1, 4000), st.sampled_from([1, 2, 3, 4, 6, 12]))
def test_the_grid_runs_from_start_to_end_through_period_ends(start: dt.date, days: int, steps: int) -> None:
    """Increasing; first and last are given; all between are the last day of a period; no step is longer
    than a period."""
    end = start + dt.timedelta(days=days)
    grid = step_dates(start, end, steps_per_year=steps)
    assert grid[0] == start
    assert grid[-1] == end
    assert all(a < b for a, b in pairwise(grid))
    assert all((d + dt.timedelta(days=1)).day == 1 and d.month % (12 // steps) == 0 for d in grid[1:-1])
    assert np.diff(decimal_years(grid)).max() <= 1 / steps + 3 / 365


def test_finer_steps_hold_the_coarser_ones() -> None:
    """Month ends include quarter ends."""
    start, end = dt.date(2026, 11, 21), dt.date(2030, 3, 15)
    assert set(step_dates(start, end)) <= set(step_dates(start, end, steps_per_year=12))


def test_a_grid_of_no_length_is_its_start() -> None:
    """Nothing lies between a day and itself."""
    assert step_dates(dt.date(2026, 5, 5), dt.date(2026, 5, 5)) == (dt.date(2026, 5, 5),)


def test_steps_that_do_not_divide_the_year_are_refused() -> None:
    """Five steps a year would end on no calendar period."""
    with pytest.raises(ValueError, match="divide 12"):
        step_dates(dt.date(2026, 1, 1), dt.date(2027, 1, 1), steps_per_year=5)
