"""Why a scenario differs: its difference from the baseline, split along the paths.

For a chain with generator Q(t), the chance f of an outcome differs between two worlds by (Duhamel)

    f_s - f_b = int sum_rs p_s,r(t) [q_s,rs(t) - q_b,rs(t)] [V_b,s(t) - V_b,r(t)] dt

with p_s the scenario's chance of being in state r and V_b the baseline's chance of the outcome from there. A
hazard's difference is split by the logarithmic mean (LMDI: Ang 2004): q_s - q_b = L sum_f b_f (phi_s,f -
phi_b,f), L = (q_s - q_b) / ln(q_s / q_b), so that each driver, interaction, ember and factor has its share,
on the way in, the way back and the way on. What the steps of the grid leave over is spread in proportion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats
from forecast.drivers.features import evaluate
from forecast.simulation.arrays import Record
from forecast.simulation.block import Block
from forecast.simulation.plan import Ints, Plan
from forecast.simulation.world import BACK
from forecast.states import STATES, TRANSITIONS, endpoints


@dataclass(frozen=True)
class Functional:
    """An outcome's chance as a function of the chain: entered at least once, or there on the date."""

    quantity: str
    outcome: str

    @property
    def state(self) -> int:
        """The outcome's place in STATES."""
        names: tuple[str, ...] = STATES
        return names.index(self.outcome)

    @property
    def absorbing(self) -> int:
        """The state that is made absorbing, or -1."""
        return self.state if self.quantity == "reached" else -1


#: What differences are explained of.
FUNCTIONALS = tuple(Functional(q, k) for q in ("reached", "state") for k in ("alliance", "split"))


@dataclass(frozen=True)
class Change:
    """What differs between a scenario and the baseline on one block of N draws.

    ``before`` and ``after``: hazards (N, T + 1, 6, L). ``log_mean`` (N, T, 6, L) of the two. In a step,
    ``features`` (N, T, L, F), ``embers`` (N, T, M, L) and logs of factors, ``criteria`` and ``hazards``
    (N, T, 6), scenario less baseline. ``entry`` (T,) and ``share`` (T,): forced entries.
    """

    block: Block
    years: Floats
    before: Floats
    after: Floats
    log_mean: Floats
    features: Floats
    embers: Floats
    criteria: Floats
    hazards: Floats
    entry: Ints
    share: Floats


def change(block: Block, plan: Plan, base: Record, told: Record) -> Change:
    """Compare what the paths of a block did under a plan and under the baseline."""
    spec, usual = block.shared.fit.prepared.features, block.shared.usual
    before, after = base.q[:, 1:], told.q[:, 1:]
    both = (before > 0) & (after > 0)
    ratio = np.log(np.where(both, after, 1.0) / np.where(both, before, 1.0))
    near = np.abs(ratio) < 1e-9
    entry, share = np.full(len(plan.first), -1, dtype=np.int64), np.zeros(len(plan.first))
    for s in np.flatnonzero(plan.entry >= 0):
        t = int(np.searchsorted(plan.first, s, side="right")) - 1
        entry[t], share[t] = plan.entry[s], plan.sub_from[s]
    own = [
        _per_step(block.shared.steps(one, block.rows).scale.factor / one.times, one) for one in (plan, usual)
    ]
    set_by_hand = _per_step(np.broadcast_to(plan.times, (len(before), *plan.times.shape)), plan)
    return Change(
        block=block,
        years=plan.step_years,
        before=base.q,
        after=told.q,
        log_mean=np.where(near, before, (after - before) / np.where(near, 1.0, ratio)),
        features=_ends(_features(spec, told.seen) - _features(spec, base.seen)),
        embers=_ends(told.glow - base.glow),
        criteria=np.log(np.maximum(own[0], 1e-12) / np.maximum(own[1], 1e-12)),
        hazards=np.log(set_by_hand),
        entry=entry,
        share=share,
    )


def parts(found: Change, of: Functional, difference: Floats) -> Floats:
    """Shares (N, F + M + 3, 6) of a scenario's ``difference`` (N,), by what carries it and by transition.

    Rows: the F features, the M embers, criteria in their windows, interventions on hazards, and forced
    entries into a state. They sum to the difference, draw by draw.
    """
    from forecast.simulation.flows import occupied, worth

    block, (draws, times, _, lanes) = found.block, found.before.shape
    there, gained = np.zeros((draws, times - 1, lanes)), np.zeros((draws, times - 1, lanes))
    how = (of.absorbing, found.entry, found.share)
    p = occupied(found.after, found.years, block.shared.outset, *how, there)
    value = _ends(worth(found.before, found.years, of.state, *how, gained))
    p = _ends(p)
    weight = np.zeros_like(found.log_mean)
    for k, transition in enumerate(TRANSITIONS):
        r, s = endpoints(transition)
        if r != of.absorbing:
            weight[:, :, k] = found.years[:, None] * p[:, :, r] * (value[:, :, s] - value[:, :, r])
    weight *= found.log_mean
    flat = np.moveaxis(weight[:, :, :5], 2, 1).reshape(draws, 5, -1)
    carried = np.swapaxes(flat @ found.features.reshape(draws, -1, found.features.shape[-1]), 1, 2)
    carried = carried * block.shared.fit.posterior.coefficients[block.rows]
    embers = np.einsum("ntkl,ntml->nmk", weight[:, :, :5], found.embers, optimize=True)
    embers *= _ember_effects(block.struck.embers.effect)
    shares = np.zeros((draws, carried.shape[1] + embers.shape[1] + 3, 6))
    shares[:, : carried.shape[1], :5] = carried
    shares[:, carried.shape[1] : -3, :5] = embers
    total = weight.sum(axis=-1)
    shares[:, -3] = (total * found.criteria).sum(axis=1)
    shares[:, -2] = (total * found.hazards).sum(axis=1)
    for t in np.flatnonzero(found.entry >= 0):
        k = [endpoints(one) for one in TRANSITIONS].index((1, int(found.entry[t])))
        shares[:, -1, k] += (there[:, t] * gained[:, t]).sum(axis=-1)
    return _closed(shares / lanes, difference)


def _features(spec: object, seen: Floats) -> Floats:
    """phi (N, T + 1, L, F) of drivers seen (N, T + 1, D, L)."""
    return evaluate(spec, np.ascontiguousarray(np.moveaxis(seen, 2, 3)))  # type: ignore[arg-type]


def _ends(change: Floats) -> Floats:
    """The average over a step's ends."""
    return np.asarray(0.5 * (change[:, 1:] + change[:, :-1]))


def _per_step(factor: Floats, plan: Plan) -> Floats:
    """A factor (N, S, 6) averaged over the sub-steps of each step (N, T, 6)."""
    return np.asarray(np.add.reduceat(factor * (plan.sub_to - plan.sub_from)[:, None], plan.first, axis=1))


def _ember_effects(effect: Floats) -> Floats:
    """Embers' effects (N, M, 5) on each transition from those on the ways out (N, M, 2)."""
    a, s = effect[..., 0], effect[..., 1]
    return np.stack([a, s, -BACK * a, s, -BACK * s], axis=-1)


def _closed(found: Floats, difference: Floats) -> Floats:
    """The parts with what is left of each draw's difference spread over them in proportion to their size."""
    size = np.abs(found).sum(axis=(1, 2))
    left = difference - found.sum(axis=(1, 2))
    share = np.where(size > 0, left / np.where(size > 0, size, 1.0), 0.0)
    return np.asarray(found + share[:, None, None] * np.abs(found))
