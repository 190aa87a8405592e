"""What a scenario does to the level of each driver that it touches, before anything is simulated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from forecast.inputs.records import Hold, Intervention, Ramp, Shift

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class _Pull:
    """One intervention on one driver over days ``start`` to ``end``, both included.

    ``first`` and ``last``: the levels between which it moves in a straight line, or the offset of a shift.
    """

    start: dt.date
    end: dt.date
    first: float
    last: float
    imposes: bool

    def at(self, day: float) -> float:
        """Its level, or offset, so many days after ``start``."""
        span = (self.end - self.start).days
        return self.first + (self.last - self.first) * (day / span if span else 1.0)


def imposed_levels(
    interventions: Sequence[Intervention],
    projected: Mapping[str, float],
    *,
    as_of: dt.date,
    horizon: dt.date,
) -> dict[str, float]:
    """The mean level, over the days it is touched, of each driver that holds, ramps and shifts touch.

        hold     its level
        ramp     from where the driver is at its start to its level, in a straight line
        shift    projected + amount; amounts of several shifts add

    ``projected``: each driver's mean projected level, taken as constant, in driver units. A ramp starts at
    the level of the hold or ramp that ends on its first day or the day before, else at the projected level
    with the shifts of that day. Holds and ramps win over shifts, and a later one over an earlier one.
    Interventions without a date run from ``as_of`` or to ``horizon``. What lies outside these does not count,
    nor does the time after an end, when the driver relaxes; a driver touched on no day has no level here.

    Raises
    ------
    ValueError
        A touched driver has no projected level.
    """
    acts = [one.act for one in interventions]
    touched = [act for act in acts if isinstance(act, Hold | Ramp | Shift)]
    levels = {}
    for driver in dict.fromkeys(act.driver for act in touched):
        if driver not in projected:
            raise ValueError(f"'{driver}' is touched and has no projected level")
        own = [act for act in touched if act.driver == driver]
        pulls = list(_pulls(own, projected[driver], as_of, horizon))
        if pulls:
            levels[driver] = _mean(pulls, projected[driver])
    return levels


def held_drivers(interventions: Sequence[Intervention]) -> frozenset[str]:
    """The drivers that are held or ramped: what else pulls them no longer moves them."""
    return frozenset(act.driver for act in (one.act for one in interventions) if isinstance(act, Hold | Ramp))


def forced_shocks(interventions: Sequence[Intervention]) -> tuple[str, ...]:
    """The shocks that are made to occur, each once, in order."""
    return tuple(dict.fromkeys(one.force.shock for one in interventions if one.force is not None))


def _pulls(
    acts: Sequence[Hold | Ramp | Shift], projected: float, as_of: dt.date, horizon: dt.date
) -> Iterator[_Pull]:
    """The interventions on one driver inside the window, by date; shifts first, for ramps to start from."""
    windows = [(max(act.start or as_of, as_of), min(act.end or horizon, horizon), act) for act in acts]
    before: list[_Pull] = []
    for start, end, act in sorted(windows, key=lambda w: (not isinstance(w[2], Shift), w[0])):
        if start > end:
            continue
        if isinstance(act, Shift):
            pull = _Pull(start, end, act.amount, act.amount, imposes=False)
        elif isinstance(act, Hold):
            pull = _Pull(start, end, act.level, act.level, imposes=True)
        else:
            pull = _Pull(start, end, _level_before(before, start, projected), act.level, imposes=True)
        before.append(pull)
        yield pull


def _level_before(before: Sequence[_Pull], start: dt.date, projected: float) -> float:
    """Where a driver is when a ramp starts."""
    imposed = [p for p in before if p.imposes and p.start <= start <= p.end + DAY]
    if imposed:
        return imposed[-1].at((min(start, imposed[-1].end) - imposed[-1].start).days)
    return projected + sum(p.first for p in before if not p.imposes and p.start <= start <= p.end)


def _mean(pulls: Sequence[_Pull], projected: float) -> float:
    """Mean level over the days that some intervention covers: exact, since it is linear between dates."""
    edges = sorted({p.start for p in pulls} | {p.end + DAY for p in pulls})
    total, covered = 0.0, 0
    for start, stop in pairwise(edges):
        there = [p for p in pulls if p.start <= start <= p.end]
        days = (stop - start).days
        middle = (days - 1) / 2
        imposed = [p for p in there if p.imposes]
        if imposed:
            level = imposed[-1].at((start - imposed[-1].start).days + middle)
        else:
            level = projected + sum(p.at(0) for p in there)
        if there:
            total += days * level
            covered += days
    return total / covered
