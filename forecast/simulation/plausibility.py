"""How often futures of the baseline come near a scenario.

A future is one path of one posterior draw. It is near an intervention if

    hold, ramp, shift   the driver's average over the intervention's time is within 0.5 of the scenario's, or
                        further from the projection on the same side
    force               the shock strikes within a year of the date, either side
    forbid              the shock does not strike in the time
    rate, hazard        always: they change a judgment, which no future shows

and near the scenario if it is near to all. What is a transition, never sampled, counts with its chance.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats, decimal_year
from forecast.inputs.composition import Placed
from forecast.inputs.records import Forbid, Force, Hold, Ramp, Shift
from forecast.simulation.arrays import Record
from forecast.simulation.block import Block
from forecast.simulation.forecast import Summary
from forecast.simulation.plan import Plan

#: A driver this near to the scenario's average, in driver units, is near.
NEAR = 0.5
#: Years either side of a forced date.
YEARS = 1.0
MEASURE = (
    "a baseline future counts as near if each driver the scenario sets is, on average over the time, within"
    f" {NEAR:g} of the scenario's level or further out, each forced shock strikes within {YEARS:g} year of"
    " its date, and no forbidden one does; changed rates and hazards are not counted"
)


@dataclass(frozen=True)
class Condition:
    """How often futures are near one intervention; None where no future could show it."""

    placed: Placed
    share: Summary | None


@dataclass(frozen=True)
class Plausibility:
    """How often futures are near a scenario as a whole: over posterior draws, of ``futures`` looked at."""

    futures: int
    share: Summary
    conditions: tuple[Condition, ...]


def nearness(
    block: Block, plan: Plan, base: Record, told: Record, acts: tuple[Placed, ...]
) -> list[Floats | None]:
    """For each intervention, how near each future of a block is: 1, 0 or a chance; (N, L), or None."""
    return [_near(block, plan, base, told, placed) for placed in acts]


def _near(block: Block, plan: Plan, base: Record, told: Record, placed: Placed) -> Floats | None:
    act = placed.intervention.act
    fit = block.shared.fit
    times = np.array([decimal_year(d) for d in plan.dates])
    if isinstance(act, Hold | Ramp | Shift):
        start, end = act.start or fit.as_of, act.end or fit.workspace.question.horizon
        inside = _dates(times, start, end)
        d = fit.prepared.drivers.names.index(act.driver)
        usual, scenario = base.seen[:, inside, d].mean(axis=1), told.seen[:, inside, d].mean(axis=1)
        target, side = scenario.mean(), np.sign(scenario.mean() - usual.mean())
        return np.asarray((np.abs(usual - target) <= NEAR) | (side * (usual - target) > 0), dtype=np.float64)
    if isinstance(act, Force):
        day = decimal_year(act.date)
        return _strikes(block, base, act.shock, start=day - YEARS, end=day + YEARS)
    if isinstance(act, Forbid):
        start, end = act.start or fit.as_of, act.end or fit.workspace.question.horizon
        return 1 - _strikes(block, base, act.shock, start=decimal_year(start), end=decimal_year(end))
    return None


def _dates(times: Floats, start: dt.date, end: dt.date) -> np.ndarray:
    inside = (times >= decimal_year(start)) & (times <= decimal_year(end))
    if not inside.any():
        inside[np.argmin(np.abs(times - 0.5 * (decimal_year(start) + decimal_year(end))))] = True
    return inside


def _strikes(block: Block, base: Record, name: str, *, start: float, end: float) -> Floats:
    """Whether a shock strikes a future between two times (N, L), by the grid's steps."""
    shared = block.shared
    j = shared.shocks.names.index(name)
    usual = shared.usual
    if shared.shocks.criterion[j] >= 0:
        clock = np.interp([start, end], usual.edges, usual.clock[j])
        chance = -np.expm1(-shared.shocks.rate[block.rows, j] * (clock[1] - clock[0]))
        return np.broadcast_to(chance[:, None], base.hits.shape[::3]).copy()
    ends = usual.edges[usual.last]
    inside = np.append(False, (ends > start) & (usual.edges[usual.first] < end))
    return np.asarray(base.hits[:, inside, j].sum(axis=1) > 0, dtype=np.float64)
