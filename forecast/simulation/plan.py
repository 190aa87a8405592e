"""A scenario laid over the grid of dates: what is done to drivers, shocks and hazards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecast.calendar import Floats, decimal_year, decimal_years, step_dates
from forecast.inputs.records import Force, Hold, Intervention, Ramp, Shift, Shock
from forecast.states import STATES, TRANSITIONS

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Plan:
    """Steps between the grid ``dates`` (T + 1), cut into S sub-steps wherever something changes.

    Sub-steps ``first[t]`` to ``last[t]`` (exclusive) make up step t, between the decimal years ``edges``
    (S + 1); ``sub_from`` and ``sub_to`` are fractions of it; ``changed`` (S,) says where what is done differs
    from the sub-step before (or there is none).

    Drivers: ``level`` (S, D) is what a driver is set to, NaN where it is free. On a ramp it is the end of the
    way from where the path was when the ramp began (``anchored`` (S, D): it begins here), of which
    ``way_from`` and ``way_to`` are behind it as a sub-step begins and ends; a hold is all the way there.
    ``shift`` (S, D) is added to a free driver. ``end_level``, ``end_way`` (T, D): the same as the step ends;
    ``release`` (T, D): the level a hold that ends inside the step releases it at, after the fraction
    ``release_at``, ``release_years`` before the step's end; ``touched`` (T, D): not simply left alone.

    Shocks: ``usual`` (J, S) is how fast a shock's clock runs with nobody intervening, 1 for a yearly rate,
    1 / length inside a window; ``speed`` the same times the factors of the scenario; ``clock`` (J, S + 1) its
    reading at the edges. ``forced_time``,
    ``forced_shock``: occurrences on a date; ``entry`` (S,): the state that a forced criterion moves
    partnership into as a sub-step begins, or -1. ``times`` (S, 6) multiplies the hazards.

    ``reading`` (T + 1,): where the index is read, each 31 December and the first date, which stands for the
    31 December before it.
    """

    dates: tuple[dt.date, ...]
    edges: Floats
    first: Ints
    last: Ints
    sub_from: Floats
    sub_to: Floats
    sub_years: Floats
    changed: Flags
    level: Floats
    anchored: Flags
    way_from: Floats
    way_to: Floats
    shift: Floats
    end_level: Floats
    end_way: Floats
    release: Floats
    release_at: Floats
    release_years: Floats
    touched: Flags
    usual: Floats
    speed: Floats
    clock: Floats
    forced_time: Floats
    forced_shock: Ints
    entry: Ints
    times: Floats
    reading: Flags

    @property
    def step_years(self) -> Floats:
        """Length of each step, years; (T,)."""
        return np.diff(decimal_years(self.dates))

    @property
    def middles(self) -> Floats:
        """The middle of each sub-step, decimal years; (S,)."""
        return 0.5 * (self.edges[1:] + self.edges[:-1])


@dataclass(frozen=True)
class _Span:
    """An intervention's act and the decimal years it is in force between."""

    act: Any
    start: float
    end: float

    def covers(self, time: float) -> bool:
        return self.start <= time <= self.end

    def sets_out(self, time: float) -> bool:
        """Whether it is a ramp that begins then: the driver is still where it was."""
        return isinstance(self.act, Ramp) and time == self.start

    def way(self, time: float) -> float:
        """The share of a ramp that is behind it at ``time``; a hold is there at once."""
        if not isinstance(self.act, Ramp):
            return 1.0
        return min(1.0, max(0.0, (time - self.start) / (self.end - self.start)))


def lay(
    interventions: Sequence[Intervention],
    drivers: tuple[str, ...],
    as_of: dt.date,
    horizon: dt.date,
    *,
    shocks: Mapping[str, Shock] | None = None,
    steps_per_year: int = 4,
) -> Plan:
    """Lay interventions over the grid from ``as_of`` to ``horizon``.

    A hold or ramp covers its dates inclusively (do-semantics: the driver has that level whatever else
    happens) and takes precedence over a shift of the same driver; with no start it begins at ``as_of``, with
    no end it lasts to the horizon.
    """
    known = shocks or {}
    dates = step_dates(as_of, horizon, steps_per_year=steps_per_year)
    times = decimal_years(dates)
    acts = [one.act for one in interventions]
    spans = [_span(act, as_of, horizon) for act in acts if hasattr(act, "start")]
    windows = [[_span(w, as_of, horizon) for w in shock.windows] for shock in known.values()]
    names = list(known)
    forced = sorted(
        (decimal_year(act.date), names.index(act.shock))
        for act in acts
        if isinstance(act, Force) and as_of <= act.date <= horizon
    )
    first, last, edges, steps = _cut(times, [*spans, *(w for each in windows for w in each)], forced)
    sets = [s for s in spans if isinstance(s.act, Hold | Ramp)]
    shifts = [s for s in spans if isinstance(s.act, Shift)]
    level, anchored, way_from, way_to, shift = _drivers(edges, drivers, sets, shifts)
    end_level, end_way, release, release_at, release_years = _ends(times, drivers, sets)
    of_step = np.array(steps, dtype=np.int64)
    length = times[of_step + 1] - times[of_step]
    usual, speed = (_speeds(edges, known, windows, some) for some in ([], spans))
    criterion = [shock.outcome for shock in known.values()]
    entry = np.full(len(edges) - 1, -1, dtype=np.int64)
    for when, j in forced:
        if (entered := criterion[j]) is not None:
            entry[min(int(np.searchsorted(edges, when)), len(entry) - 1)] = STATES.index(entered)
    busy = ~np.isnan(level) | (shift != 0)
    touched = np.array([busy[a:b].any(axis=0) for a, b in zip(first, last, strict=True)])
    factor = _hazards(edges, spans)
    return Plan(
        dates=dates,
        edges=edges,
        first=first,
        last=last,
        sub_from=(edges[:-1] - times[of_step]) / length,
        sub_to=(edges[1:] - times[of_step]) / length,
        sub_years=np.diff(edges),
        changed=_changes(level, shift, release, steps) | anchored.any(axis=1) | (entry >= 0),
        level=level,
        anchored=anchored,
        way_from=way_from,
        way_to=way_to,
        shift=shift,
        end_level=end_level,
        end_way=end_way,
        release=release,
        release_at=release_at,
        release_years=release_years,
        touched=touched.reshape(len(first), len(drivers)) | ~np.isnan(release),
        usual=usual,
        speed=speed,
        clock=np.concatenate([np.zeros((len(known), 1)), np.cumsum(speed * np.diff(edges), axis=1)], axis=1),
        forced_time=np.array([when for when, _ in forced]),
        forced_shock=np.array([j for _, j in forced], dtype=np.int64),
        entry=entry,
        times=factor,
        reading=np.array([k == 0 or (d.month, d.day) == (12, 31) for k, d in enumerate(dates)]),
    )


def _span(act: Any, as_of: dt.date, horizon: dt.date) -> _Span:
    # An end date is included: what is held "to 31 December" is released as 1 January begins.
    start, end = max(act.start or as_of, as_of), act.end or horizon
    return _Span(act, decimal_year(start), decimal_year(end + dt.timedelta(days=1)))


def _cut(
    times: Floats, spans: list[_Span], forced: list[tuple[float, int]]
) -> tuple[Ints, Ints, Floats, list[int]]:
    """First and last sub-step of each step, the edges, and each sub-step's step."""
    changes = {time for span in spans for time in (span.start, span.end)} | {when for when, _ in forced}
    first: list[int] = []
    last: list[int] = []
    steps: list[int] = []
    edges = [float(times[0])]
    for t, (a, b) in enumerate(pairwise(times)):
        first.append(len(steps))
        for point in [*sorted(c for c in changes if a < c < b), b]:
            steps.append(t)
            edges.append(float(point))
        last.append(len(steps))
    return np.array(first, dtype=np.int64), np.array(last, dtype=np.int64), np.array(edges), steps


def _drivers(
    edges: Floats, drivers: tuple[str, ...], sets: list[_Span], shifts: list[_Span]
) -> tuple[Floats, Flags, Floats, Floats, Floats]:
    shape = (len(edges) - 1, len(drivers))
    level, shift = np.full(shape, np.nan), np.zeros(shape)
    way_from, way_to, anchored = np.ones(shape), np.ones(shape), np.zeros(shape, dtype=bool)
    for s, (a, b) in enumerate(pairwise(edges)):
        middle = 0.5 * (a + b)
        for span in (x for x in sets if x.covers(middle)):
            d = drivers.index(span.act.driver)
            level[s, d], way_from[s, d], way_to[s, d] = span.act.level, span.way(a), span.way(b)
            anchored[s, d] = isinstance(span.act, Ramp) and a <= span.start
        for span in (x for x in shifts if x.covers(middle)):
            shift[s, drivers.index(span.act.driver)] += span.act.amount
    return level, anchored, way_from, way_to, shift


def _ends(times: Floats, drivers: tuple[str, ...], sets: list[_Span]) -> tuple[Floats, ...]:
    grid = (len(times) - 1, len(drivers))
    end_level, end_way, release = np.full(grid, np.nan), np.ones(grid), np.full(grid, np.nan)
    release_at, release_years = np.zeros(grid), np.zeros(grid)
    for t in range(grid[0]):
        # In order of their ends: of several that end inside one step the last is the one it relaxes from.
        for span in sorted(sets, key=lambda one: one.end):
            d = drivers.index(span.act.driver)
            if span.covers(times[t + 1]) and not span.sets_out(times[t + 1]):
                end_level[t, d], end_way[t, d] = span.act.level, span.way(times[t + 1])
            elif times[t] < span.end < times[t + 1]:
                release[t, d] = span.act.level
                release_at[t, d] = (span.end - times[t]) / (times[t + 1] - times[t])
                release_years[t, d] = times[t + 1] - span.end
    return end_level, end_way, release, release_at, release_years


def _speeds(
    edges: Floats, shocks: Mapping[str, Shock], windows: list[list[_Span]], spans: list[_Span]
) -> Floats:
    """How fast each shock's clock runs in each sub-step; (J, S)."""
    middles = 0.5 * (edges[1:] + edges[:-1])
    speed = np.ones((len(shocks), len(middles)))
    for j, (name, shock) in enumerate(shocks.items()):
        if shock.windows:
            speed[j] = 0.0
            for window, span in zip(shock.windows, windows[j], strict=True):
                length = decimal_year(window.end + dt.timedelta(days=1)) - decimal_year(window.start)
                speed[j] += [span.covers(m) / length for m in middles]
        for span in spans:
            if getattr(span.act, "shock", None) == name:
                # Forbidden is a factor of nothing.
                speed[j] *= [getattr(span.act, "times", 0.0) if span.covers(m) else 1.0 for m in middles]
    return speed


def _hazards(edges: Floats, spans: list[_Span]) -> Floats:
    factor = np.ones((len(edges) - 1, len(TRANSITIONS)))
    for span in spans:
        if hasattr(span.act, "transition"):
            k = TRANSITIONS.index(span.act.transition)
            factor[:, k] *= [
                span.act.times if span.covers(0.5 * (a + b)) else 1.0 for a, b in pairwise(edges)
            ]
    return factor


def _changes(level: Floats, shift: Floats, release: Floats, step: list[int]) -> Flags:
    same = (level[1:] == level[:-1]) | (np.isnan(level[1:]) & np.isnan(level[:-1]))
    smooth = np.all(same & (shift[1:] == shift[:-1]), axis=1)
    # Inside a step with a release the path bends; its rates are always taken afresh.
    bends = ~np.all(np.isnan(release[step]), axis=1)
    return np.append(True, ~smooth | bends[1:] | bends[:-1])
