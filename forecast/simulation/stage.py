"""A fit made ready to be simulated again and again: from other levels, under other scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import Floats
from forecast.inputs.composition import acts
from forecast.inputs.records import Intervention, Scenario, Shock
from forecast.inputs.workspace import BASELINE
from forecast.simulation.block import Block
from forecast.simulation.plan import Plan
from forecast.simulation.run import PATHS, plan_of
from forecast.simulation.shocks import draw_shocks
from forecast.simulation.world import world

if TYPE_CHECKING:
    from forecast.inference.fit import Fit


@dataclass(frozen=True)
class Stage:
    """Blocks of noise whose shocks are made up for, and the plans that can be run on them.

    ``plans`` by scenario, the baseline's first. All that is the same for every point of a sweep.
    """

    plans: dict[str, Plan]
    drivers: tuple[str, ...]
    blocks: tuple[Block, ...]

    def run(self, scenario: str, levels: Floats | None = None) -> Floats:
        """Probabilities (M, N, T + 1, 9) under a scenario from levels today (M, D); NaN: as fitted.

        Without ``levels`` M = 1, and every driver starts as fitted.
        """
        plan = self.plans[scenario]
        if levels is None:
            return np.concatenate([block.under(plan) for block in self.blocks])[None]
        return np.concatenate([block.from_levels(plan, levels) for block in self.blocks], axis=1)

    def levels(self, stated: dict[str, float]) -> Floats:
        """Levels today of some drivers as a row (1, D)."""
        row = np.full((1, len(self.drivers)), np.nan)
        for name, level in stated.items():
            row[0, self.drivers.index(name)] = level
        return row


def stage(
    fit: Fit,
    scenarios: Sequence[Scenario] = (),
    *,
    meddled: Sequence[Intervention] = (),
    struck: Mapping[str, Shock] | None = None,
    paths: int = PATHS,
    jobs: int = 1,
    steps_per_year: int = 4,
) -> Stage:
    """Draw the noise of a fit, run its baseline, and lay the scenarios. Memory grows with the fit's draws.

    ``meddled``: interventions under every scenario, the baseline included; ``struck``: shocks as they strike
    instead of as they are in the workspace. What makes up for shocks stays that of the workspace's own.
    """
    told = {BASELINE: fit.workspace.scenarios[BASELINE]} | {one.id: one for one in scenarios}
    usual = plan_of(fit, told[BASELINE], steps_per_year=steps_per_year)
    plans = {
        name: plan_of(fit, one, more=meddled, steps_per_year=steps_per_year)
        if meddled or acts(one, fit.workspace.scenarios)
        else usual
        for name, one in told.items()
    }
    shared = world(fit, usual, list(plans.values()), pairs=max(1, paths // 2))
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        blocks = tuple(pool.map(lambda number: Block.of(shared, number), range(shared.blocks)))
    if struck is not None:
        other = draw_shocks(struck, fit.workspace.drivers, draws=fit.posterior.draws, seed=fit.seed)
        blocks = tuple(one.struck_by(other, number) for number, one in enumerate(blocks))
        # The baseline's own run is no longer what the blocks hold.
        plans = {name: replace(plan) if plan is usual else plan for name, plan in plans.items()}
    return Stage(plans, fit.prepared.drivers.names, blocks)
