"""What every scenario of a fit shares: dynamics, effects, shocks drawn and noise, by blocks of draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import Floats
from forecast.drivers.fit import DriverFit, normalised
from forecast.model.affine import RETURN_CODE_SHARE
from forecast.simulation.arrays import (
    Ahead,
    Broad,
    Clock,
    Effects,
    Ends,
    Forced,
    Motion,
    Pulls,
    Scale,
    Sets,
    Shocks,
    Steps,
    Waits,
)
from forecast.simulation.compensation import MeanPath, concentration, flow, mean_path
from forecast.simulation.plan import Plan
from forecast.simulation.shocks import ShockDraws, draw_shocks, stream
from forecast.states import STATES

if TYPE_CHECKING:
    from forecast.inference.fit import Fit

#: Draws whose noise comes from one stream: the unit of parallel work, whatever the number of workers.
BLOCK = 50
#: Share of an interaction or an ember that the ways back take, with the other sign.
BACK = 1 - RETURN_CODE_SHARE


@dataclass(frozen=True)
class World:
    """The scenario-independent part of a simulation. ``usual`` is the baseline's plan.

    ``shocks`` are those that strike, ``expected`` those whose movement is taken out of the drivers and whose
    chance out of the hazards: the same, but where shocks are meddled with.
    """

    fit: Fit
    pairs: int
    usual: Plan
    motion: Motion
    shocks: ShockDraws
    expected: ShockDraws
    waits: tuple[int, ...]
    log_rate: Floats
    unit: Floats
    cumulative: Floats
    path: MeanPath | None

    @property
    def outset(self) -> int:
        """The state at the start, by its place in STATES."""
        return STATES.index(self.fit.start_state)

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return -(-self.fit.posterior.draws // BLOCK)

    def rows(self, number: int) -> slice:
        """The draws of a block."""
        return slice(number * BLOCK, min((number + 1) * BLOCK, self.fit.posterior.draws))

    def effects(self, rows: slice) -> Effects:
        """Rates and coefficients of some draws."""
        spec = self.fit.prepared.features
        term, share = spec.terms()
        coefficients = np.ascontiguousarray(self.fit.posterior.coefficients[rows])
        return Effects(self.log_rate[rows], coefficients, term, share, spec.absdiff)

    def broad(self, rows: slice) -> Broad:
        """The index, and some draws' thresholds."""
        index = self.fit.index
        return Broad(index.weights, np.array([index.offset]), self.fit.thresholds[rows], self.usual.reading)

    def pulls(self, rows: slice) -> Pulls:
        """Cross-impacts, with some draws' unit."""
        strength = self.fit.prepared.drivers.links.strength
        to, by = np.nonzero(strength)
        return Pulls(to.astype(np.int64), by.astype(np.int64), strength[to, by], self.unit[rows])

    def ahead(self, number: int) -> Ahead:
        """The noise of a block, correlated between drivers as the workspace has it."""
        rows = self.rows(number)
        count, drivers = rows.stop - rows.start, len(self.motion.now_mean)
        rng = np.random.default_rng([self.fit.seed, 2, number])
        normal = rng.standard_normal((count, len(self.usual.dates), drivers, self.pairs))
        uniform = rng.random((drivers, count * self.pairs))
        pick = np.stack([np.searchsorted(c, u) for c, u in zip(self.cumulative, uniform, strict=True)])
        pick = np.minimum(pick, self.cumulative.shape[1] - 1).reshape(drivers, count, self.pairs)
        correlation = self.fit.prepared.drivers.links.correlation
        if not np.array_equal(correlation, np.eye(drivers)):
            normal[:, 1:] = np.linalg.cholesky(correlation) @ normal[:, 1:]
        return Ahead(normal, np.ascontiguousarray(np.swapaxes(pick, 0, 1)))

    def struck(self, number: int) -> Shocks:
        """The shocks of a block, with the numbers behind their waits and what varies between occurrences."""
        rows = self.rows(number)
        drawn, shape = self.shocks.rows(rows), (rows.stop - rows.start, self.pairs)
        seed, names, jumps = self.fit.seed, drawn.names, drawn.jumps
        uniform = [
            stream(seed, name, number).random((count, *shape))
            for name, count in zip(names, self.waits, strict=True)
        ]
        of = np.searchsorted(jumps.first, np.arange(len(jumps.driver)), side="right") - 1
        scatter = [
            stream(seed, names[j], number, 1 + int(d)).standard_normal(
                (1 + self.waits[j] if sd > 0 else 0, *shape)
            )
            for j, d, sd in zip(of, jumps.driver, jumps.spread, strict=True)
        ]
        return Shocks(
            rates=drawn.rates,
            jumps=jumps._replace(scatter=_by_path(scatter, shape), scatter_first=_offsets(scatter)[:-1]),
            embers=drawn.embers,
            waits=Waits(_by_path(uniform, shape), _offsets(uniform)),
        )

    def no_shocks(self, rows: slice) -> Shocks:
        """A world without any."""
        none = draw_shocks({}, self.fit.workspace.drivers, draws=rows.stop - rows.start, seed=0)
        empty = Waits(np.zeros((rows.stop - rows.start, self.pairs, 0)), np.zeros(1, dtype=np.int64))
        return Shocks(none.rates, none.jumps, none.embers, empty)

    def steps(self, plan: Plan, rows: slice, *, quiet: bool = False) -> Steps:
        """A scenario's plan as arrays, for some draws; ``quiet``: no shock, and nothing to make up for."""
        drawn = self.expected.rows(rows)
        path = self.path.rows(rows) if self.path else None
        clock = Clock(
            plan.edges, plan.first, plan.last, plan.clock, (plan.speed == 1).all(axis=1), plan.usual
        )
        begins = np.append(plan.edges[plan.first], plan.edges[-1])
        forced = Forced(
            plan.forced_time, plan.forced_shock, np.searchsorted(plan.forced_time, begins).astype(np.int64)
        )
        moved = flow(drawn, plan, len(self.motion.now_mean))
        scale = Scale(
            factor=concentration(path, drawn, plan) * plan.times,
            flow=np.zeros_like(moved) if quiet else moved,
            changed=plan.changed,
            entry=plan.entry,
            usual=(np.searchsorted(self.usual.edges, plan.middles) - 1).astype(np.int64),
        )
        return Steps(
            clock=clock._replace(shows=clock.shows[:0], even=clock.even[:0], usual=clock.usual[:0])
            if quiet
            else clock,
            forced=forced,
            sets=Sets(**{name: getattr(plan, name) for name in Sets._fields}),
            ends=Ends(plan.end_level, plan.end_way, plan.release, plan.release_at, plan.release_years),
            scale=scale,
        )


def world(fit: Fit, usual: Plan, plans: Sequence[Plan], *, pairs: int) -> World:
    """Everything the plans share; they are laid over the same dates as ``usual``, the baseline's."""
    drivers, draws = fit.prepared.drivers, fit.posterior.draws
    shocks = draw_shocks(fit.workspace.shocks, fit.workspace.drivers, draws=draws, seed=fit.seed)
    # split->alliance has no rate unless a user sets one.
    direct = fit.workspace.base_rates.elicited.get("split->alliance")
    column = np.full((draws, 1), np.log(direct.p50) if direct else -np.inf)
    log_rate = np.concatenate([fit.posterior.log_rate, column], axis=1)
    criteria = [shocks.windows[j] for j in np.flatnonzero(shocks.criterion >= 0)]
    last = max([float(usual.edges[-1]), *(end for windows in criteria for _, end in windows)])
    return World(
        fit=fit,
        pairs=pairs,
        usual=usual,
        motion=_motion(drivers, usual),
        shocks=shocks,
        expected=shocks,
        waits=tuple(_waits(shocks, [usual, *plans], j) for j in range(len(shocks.names))),
        log_rate=log_rate,
        unit=drivers.links.draw_units(draws, stream(fit.seed, "cross-impacts")),
        cumulative=np.cumsum([normalised(t.log_weight[-1]) for t in drivers.tracks], axis=1),
        path=mean_path(
            drivers, fit.prepared.features, log_rate, fit.posterior.coefficients, last - float(usual.edges[0])
        )
        if criteria
        else None,
    )


def _motion(drivers: DriverFit, plan: Plan) -> Motion:
    lengths, which = np.unique(plan.step_years.round(9), return_inverse=True)
    years, dynamics = lengths[:, None], drivers.dynamics
    return Motion(
        today=np.full(len(drivers.names), np.nan),
        now_mean=np.stack([t.filtered_mean[-1] for t in drivers.tracks]),
        now_sd=np.sqrt(np.stack([t.filtered_variance[-1] for t in drivers.tracks])),
        mean=np.stack([d.mean for d in dynamics]),
        theta=np.stack([d.theta for d in dynamics]),
        volatility=np.stack([d.volatility for d in dynamics]),
        decay=np.ascontiguousarray(np.stack([d.decay(years) for d in dynamics], axis=1)),
        spread=np.sqrt(np.stack([d.innovation_variance(years) for d in dynamics], axis=1)),
        length=which.astype(np.int64),
    )


def _waits(shocks: ShockDraws, plans: Sequence[Plan], j: int) -> int:
    """Waits to draw for a shock on one path: more occurrences than these are met on few paths in a million.

    More of them are drawn where a scenario or other shocks raise the rate, as if all these raised it all the
    time; the first ones stay the same.
    """
    if shocks.rates.once[j]:
        return 2
    most = float(shocks.rate[:, j].max()) * max(float(plan.clock[j, -1]) for plan in plans)
    most *= float(np.prod(np.maximum(shocks.rates.times[shocks.rates.shock == j], 1.0)))
    return int(np.ceil(most + 5 * np.sqrt(most))) + 4


def _by_path(parts: list[np.ndarray], shape: tuple[int, int]) -> np.ndarray:
    """Numbers drawn by row (rows, N, pairs), kept by path (N, pairs, rows): a path reads its own."""
    return np.ascontiguousarray(np.moveaxis(np.concatenate([np.zeros((0, *shape)), *parts]), 0, 2))


def _offsets(parts: list[np.ndarray]) -> np.ndarray:
    return np.cumsum([0, *map(len, parts)]).astype(np.int64)
