"""Forward simulation of a fitted model under scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import Floats
from forecast.inputs.composition import acts
from forecast.inputs.records import Intervention, Scenario
from forecast.inputs.workspace import BASELINE
from forecast.simulation.block import Block
from forecast.simulation.forecast import Forecast
from forecast.simulation.plan import Plan, lay
from forecast.simulation.world import world

if TYPE_CHECKING:
    from forecast.inference.fit import Fit

#: Driver paths per posterior draw, in antithetic pairs.
PATHS = 64


def simulate(
    fit: Fit, scenario: Scenario, *, paths: int = PATHS, jobs: int = 2, steps_per_year: int = 4
) -> Forecast:
    """Probability of each outcome over time, for each posterior draw, driver paths averaged out.

    Noise depends on the fit's seed and the draw alone: scenarios share it (common random numbers) and the
    numbers are the same for any ``jobs``. ``paths`` is even.
    """
    return simulate_all(fit, [scenario], paths=paths, jobs=jobs, steps_per_year=steps_per_year)[0]


def simulate_all(
    fit: Fit, scenarios: Sequence[Scenario], *, paths: int = PATHS, jobs: int = 2, steps_per_year: int = 4
) -> tuple[Forecast, ...]:
    """`simulate` for several scenarios, which share draws, paths and noise; one after another the same.

    Works through blocks of draws, so that memory does not grow with their number.
    """
    usual = plan_of(fit, fit.workspace.scenarios[BASELINE], steps_per_year=steps_per_year)
    plans = [
        plan_of(fit, one, steps_per_year=steps_per_year) if acts(one, fit.workspace.scenarios) else usual
        for one in scenarios
    ]
    shared = world(fit, usual, plans, pairs=max(1, paths // 2))

    def block(number: int) -> list[Floats]:
        one = Block.of(shared, number)
        return [one.under(plan) for plan in plans]

    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        parts = list(pool.map(block, range(shared.blocks)))
    return tuple(
        _forecast(fit, scenario, plan, np.concatenate(results))
        for scenario, plan, results in zip(scenarios, plans, zip(*parts, strict=True), strict=True)
    )


def plan_of(
    fit: Fit, scenario: Scenario, *, more: Sequence[Intervention] = (), steps_per_year: int = 4
) -> Plan:
    """The scenario, with what it includes and ``more`` interventions, laid over the dates of a fit."""
    return lay(
        [*(placed.intervention for placed in acts(scenario, fit.workspace.scenarios)), *more],
        fit.prepared.drivers.names,
        fit.as_of,
        fit.workspace.question.horizon,
        shocks=fit.workspace.shocks,
        steps_per_year=steps_per_year,
    )


def _forecast(fit: Fit, scenario: Scenario, plan: Plan, draws: Floats) -> Forecast:
    horizon = fit.workspace.question.horizon
    report = tuple(d for d, read in zip(plan.dates[1:], plan.reading[1:], strict=True) if read)
    return Forecast(
        scenario=scenario.id,
        start_state=fit.start_state,
        dates=plan.dates,
        report_dates=report if report and report[-1] == horizon else (*report, horizon),
        draws=draws,
    )
