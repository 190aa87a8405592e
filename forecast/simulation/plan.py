"""A scenario laid over the grid of dates: when each driver is held or shifted, cut at every change."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from forecast.calendar import Floats, decimal_year, decimal_years, step_dates
from forecast.inputs.records import Hold, Scenario, Shift


@dataclass(frozen=True)
class Plan:
    """Steps between the grid ``dates`` (T + 1), cut into S sub-steps wherever an intervention changes.

    Sub-steps ``first[t]`` to ``last[t]`` (exclusive) make up step t; ``sub_from`` and ``sub_to`` are
    fractions of it; ``changed`` (S,) says where an intervention differs from the sub-step before (or there
    is none). ``held`` (S, D) is the level a driver is held at, else NaN; ``shift`` (S, D) is added
    to it. ``held_end`` (T, D): the level it is held at when the step ends; ``release`` (T, D): the level a
    hold that ends inside the step releases it at, after the fraction ``release_at``, ``release_years``
    before the step's end. ``reading`` (T + 1,): where the index is read, each 31 December and the first
    date, which stands for the 31 December before it.
    """

    dates: tuple[dt.date, ...]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    sub_from: Floats
    sub_to: Floats
    sub_years: Floats
    changed: NDArray[np.bool_]
    held: Floats
    shift: Floats
    held_end: Floats
    release: Floats
    release_at: Floats
    release_years: Floats
    reading: NDArray[np.bool_]

    @property
    def step_years(self) -> Floats:
        """Length of each step, years; (T,)."""
        return np.diff(decimal_years(self.dates))


def lay(
    scenario: Scenario,
    drivers: tuple[str, ...],
    as_of: dt.date,
    horizon: dt.date,
    *,
    steps_per_year: int = 4,
) -> Plan:
    """Lay the scenario's interventions over the grid from ``as_of`` to ``horizon``.

    A hold covers its dates inclusively (do-semantics: the driver has that level whatever else happens) and
    takes precedence over a shift of the same driver; with no start it holds from ``as_of``, with no end to
    the horizon.
    """
    dates = step_dates(as_of, horizon, steps_per_year=steps_per_year)
    times = decimal_years(dates)
    holds = [_span(i.hold, as_of, horizon) for i in scenario.interventions if i.hold]
    shifts = [_span(i.shift, as_of, horizon) for i in scenario.interventions if i.shift]
    changes = {time for _, start, end in holds + shifts for time in (start, end)}

    first: list[int] = []
    last: list[int] = []
    edges: list[tuple[int, float, float]] = []
    for t in range(len(times) - 1):
        inner = sorted(c for c in changes if times[t] < c < times[t + 1])
        cuts = [times[t], *inner, times[t + 1]]
        first.append(len(edges))
        edges += [(t, a, b) for a, b in pairwise(cuts)]
        last.append(len(edges))

    shape = (len(edges), len(drivers))
    held, shift = np.full(shape, np.nan), np.zeros(shape)
    for s, (_, a, b) in enumerate(edges):
        middle = 0.5 * (a + b)
        for spec, start, end in holds:
            if start <= middle <= end:
                held[s, drivers.index(spec.driver)] = spec.level  # type: ignore[union-attr]
        for spec, start, end in shifts:
            if start <= middle <= end:
                shift[s, drivers.index(spec.driver)] += spec.amount  # type: ignore[union-attr]

    grid = (len(times) - 1, len(drivers))
    held_end, release = np.full(grid, np.nan), np.full(grid, np.nan)
    release_at, release_years = np.zeros(grid), np.zeros(grid)
    for t in range(grid[0]):
        # In order of their ends: of several that end inside one step the last is the one it relaxes from.
        for spec, start, end in sorted(holds, key=lambda hold: hold[2]):
            d = drivers.index(spec.driver)
            if start <= times[t + 1] <= end:
                held_end[t, d] = spec.level  # type: ignore[union-attr]
            elif times[t] < end < times[t + 1]:
                release[t, d] = spec.level  # type: ignore[union-attr]
                release_at[t, d] = (end - times[t]) / (times[t + 1] - times[t])
                release_years[t, d] = times[t + 1] - end
    return Plan(
        dates=dates,
        first=np.array(first, dtype=np.int64),
        last=np.array(last, dtype=np.int64),
        sub_from=np.array([(a - times[t]) / (times[t + 1] - times[t]) for t, a, _ in edges]),
        sub_to=np.array([(b - times[t]) / (times[t + 1] - times[t]) for t, _, b in edges]),
        sub_years=np.array([b - a for _, a, b in edges]),
        changed=_changes(held, shift, release, [t for t, _, _ in edges]),
        held=held,
        shift=shift,
        held_end=held_end,
        release=release,
        release_at=release_at,
        release_years=release_years,
        reading=np.array([k == 0 or (d.month, d.day) == (12, 31) for k, d in enumerate(dates)]),
    )


def _changes(held: Floats, shift: Floats, release: Floats, step: list[int]) -> NDArray[np.bool_]:
    same_hold = (held[1:] == held[:-1]) | (np.isnan(held[1:]) & np.isnan(held[:-1]))
    smooth = np.all(same_hold & (shift[1:] == shift[:-1]), axis=1)
    # Inside a step with a release the path bends; its rates are always taken afresh.
    bends = ~np.all(np.isnan(release[step]), axis=1)
    return np.append(True, ~smooth | bends[1:] | bends[:-1])


def _span(spec: Hold | Shift, as_of: dt.date, horizon: dt.date) -> tuple[Hold | Shift, float, float]:
    # An end date is included: what is held "to 31 December" is released as 1 January begins.
    start, end = spec.start or as_of, spec.end or horizon
    return spec, decimal_year(start), decimal_year(end + dt.timedelta(days=1))
