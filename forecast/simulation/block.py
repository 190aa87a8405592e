"""A block of posterior draws, run under the baseline and under scenarios on the same noise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from forecast.calendar import Floats
from forecast.simulation.arrays import Ahead, Motion, Record, Shocks, no_record
from forecast.simulation.plan import Plan
from forecast.simulation.shocks import ShockDraws
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

    def struck_by(self, shocks: ShockDraws, number: int) -> Block:
        """The same block, struck by other shocks; what makes up for shocks stays."""
        shared = replace(self.shared, shocks=shocks)
        return replace(self, shared=shared, struck=shared.struck(number))

    def from_levels(self, plan: Plan, levels: Floats) -> Floats:
        """Probabilities (M, N, T + 1, 9) under a plan where drivers start from each row of levels (M, D).

        NaN leaves a driver's start as it is drawn.
        """
        from forecast.simulation.kernel import USE

        given = self._given(plan)
        rows = [self.shared.motion._replace(today=np.ascontiguousarray(row)) for row in levels]
        return np.stack([self._call(USE, given, motion=motion) for motion in rows])

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
        from forecast.simulation.kernel import KEEP

        return self._call(mode, self._given(plan, still=mode == KEEP), mean=mean, record=record)

    def _given(self, plan: Plan, *, still: bool = False) -> tuple[Any, ...]:
        """What the kernel is given of effects, shocks and a plan; ``still``: of a world without shocks."""
        shared, rows = self.shared, self.rows
        return (
            shared.pulls(rows),
            shared.effects(rows),
            shared.broad(rows),
            shared.no_shocks(rows) if still else self.struck,
            shared.steps(plan, rows, quiet=still),
        )

    def _call(
        self,
        mode: int,
        given: tuple[Any, ...],
        *,
        motion: Motion | None = None,
        mean: Floats | None = None,
        record: Record | None = None,
    ) -> Floats:
        from forecast.simulation.kernel import run

        found: Floats = run(
            mode,
            self.shared.outset,
            BACK,
            self.ahead,
            motion or self.shared.motion,
            *given,
            self.quiet,
            self.quiet if mean is None else mean,
            record or no_record(),
        )
        return found
