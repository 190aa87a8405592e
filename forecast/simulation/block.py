"""A block of posterior draws, run under the baseline and under scenarios on the same noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats
from forecast.simulation.arrays import Ahead, Record, Shocks, no_record
from forecast.simulation.plan import Plan
from forecast.simulation.world import BACK, World


@dataclass(frozen=True)
class Block:
    """The noise of a block of N draws, and the factors that make up for its shocks.

    ``quiet`` (N, S, 5): on hazards, in the sub-steps of the baseline, whose probabilities are ``usual``.
    """

    shared: World
    rows: slice
    ahead: Ahead
    struck: Shocks
    quiet: Floats
    usual: Floats

    @classmethod
    def of(cls, shared: World, number: int) -> Block:
        """Draw the block's noise, and run the baseline: without its shocks, then with them."""
        from forecast.simulation.kernel import KEEP, MAKE, USE

        rows = shared.rows(number)
        shape = (rows.stop - rows.start, len(shared.usual.middles), 5)
        quiet, mean = np.ones(shape), np.zeros(shape)
        ahead, struck = shared.ahead(number), shared.struck(number)
        block = cls(shared, rows, ahead, struck, quiet, np.zeros(0))
        if not shared.shocks.names:
            usual = block._run(USE, shared.usual, mean)
        else:
            block._run(KEEP, shared.usual, mean)
            usual = block._run(MAKE, shared.usual, mean)
        return cls(shared, rows, ahead, struck, quiet, usual)

    def under(self, plan: Plan) -> Floats:
        """Probabilities (N, T + 1, 9) under a plan; the baseline's own are at hand."""
        from forecast.simulation.kernel import USE

        return self.usual if plan is self.shared.usual else self._run(USE, plan, self.quiet)

    def recorded(self, plan: Plan) -> tuple[Floats, Record]:
        """The same, and what the paths did."""
        from forecast.simulation.kernel import USE

        draws, times = len(self.quiet), len(plan.dates)
        lanes = 2 * self.shared.pairs

        def table(rows: int, kind: type = float) -> np.ndarray:
            return np.zeros((draws, times, rows, lanes), dtype=kind)

        record = Record(
            seen=table(len(self.shared.motion.now_mean)),
            glow=table(len(self.struck.embers.tied)),
            q=table(6),
            p=table(3),
            hits=table(len(self.struck.rates.once), np.int64),
        )
        return self._run(USE, plan, self.quiet, record), record

    def _run(self, mode: int, plan: Plan, mean: Floats, record: Record | None = None) -> Floats:
        from forecast.simulation.kernel import KEEP, run

        shared, still = self.shared, mode == KEEP
        found: Floats = run(
            mode,
            shared.outset,
            BACK,
            self.ahead,
            shared.motion,
            shared.pulls(self.rows),
            shared.effects(self.rows),
            shared.broad(self.rows),
            shared.no_shocks(self.rows) if still else self.struck,
            shared.steps(plan, self.rows, quiet=still),
            self.quiet,
            mean,
            record or no_record(),
        )
        return found
