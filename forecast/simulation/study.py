"""A closer look at scenarios: why each differs from the baseline, and how often futures come near it.

Looked at on every fourth block of posterior draws, whose paths are kept; what is explained are the published
differences, which are over all draws: what the two differ by is spread over the parts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import Floats
from forecast.inputs.composition import Placed, acts
from forecast.inputs.records import Scenario
from forecast.inputs.workspace import BASELINE
from forecast.simulation.arrays import Record
from forecast.simulation.block import Block
from forecast.simulation.forecast import Forecast, Summary, compare, summarise
from forecast.simulation.plan import Plan, lay
from forecast.simulation.plausibility import Condition, Plausibility, nearness
from forecast.simulation.quantities import QUANTITIES
from forecast.simulation.reasons import FUNCTIONALS, change, parts
from forecast.simulation.run import PATHS, plan_of
from forecast.simulation.world import World, world
from forecast.states import CHANNELS, TRANSITIONS

if TYPE_CHECKING:
    from forecast.inference.fit import Fit

#: One block of draws in this many is looked at.
EVERY = 4
#: Line by line a scenario is run once for each intervention: with more than these it is not.
MOST_LINES = 12


@dataclass(frozen=True)
class Part:
    """A share of a difference: what carries it, and on which transition.

    ``kind``: driver, interaction, shock (its direct effect), criterion (shocks that are an outcome's own, in
    their windows), hazard (interventions on it), or entry (a criterion that is forced).
    """

    kind: str
    name: str
    transition: str
    share: Summary


@dataclass(frozen=True)
class Line:
    """What one intervention adds to those before it, in the order of the file."""

    placed: Placed
    share: Summary


@dataclass(frozen=True)
class Reasons:
    """Why a scenario's chance of an outcome differs from the baseline's, in two ways that sum to it.

    ``lines`` is empty where there are more than MOST_LINES interventions.
    """

    date: dt.date
    quantity: str
    outcome: str
    total: Summary
    parts: tuple[Part, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Study:
    """What a scenario was found to be: reasons by (quantity, outcome), and plausibility."""

    scenario: str
    reasons: tuple[Reasons, ...]
    plausibility: Plausibility


def study(
    fit: Fit,
    scenarios: Sequence[Scenario],
    forecasts: Sequence[Forecast],
    *,
    paths: int = PATHS,
    jobs: int = 2,
) -> tuple[Study, ...]:
    """Study scenarios, whose forecasts these are, the baseline's first; at the last date."""
    usual = plan_of(fit, fit.workspace.scenarios[BASELINE])
    placed = [acts(one, fit.workspace.scenarios) for one in scenarios]
    plans = [_prefixes(fit, one) for one in placed]
    shared = world(fit, usual, [usual, *(p for each in plans for p in each)], pairs=max(1, paths // 2))

    def block(number: int) -> list[_Looked]:
        one = Block.of(shared, number)
        base = one.recorded(usual)[1]
        return [_look(one, each, base, acted) for each, acted in zip(plans, placed, strict=True)]

    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        blocks = list(pool.map(block, range(0, shared.blocks, EVERY)))
    return tuple(
        _study(
            shared,
            acted,
            baseline=forecasts[0],
            forecast=forecasts[1 + i],
            blocks=[each[i] for each in blocks],
        )
        for i, acted in enumerate(placed)
    )


@dataclass(frozen=True)
class _Looked:
    """One scenario on one block: shares by functional (N, rows, 6), lines (N, lines), nearness (N,)."""

    parts: list[Floats]
    lines: list[Floats]
    near: list[Floats | None]
    all_near: Floats


def _prefixes(fit: Fit, placed: tuple[Placed, ...]) -> list[Plan]:
    """Plans of the first intervention, the first two, ... and all; of all alone where there are many."""
    first = 0 if len(placed) <= MOST_LINES else len(placed) - 1
    return [
        lay(
            [one.intervention for one in placed[: n + 1]],
            fit.prepared.drivers.names,
            fit.as_of,
            fit.workspace.question.horizon,
            shocks=fit.workspace.shocks,
        )
        for n in range(first, len(placed))
    ]


def _look(block: Block, plans: list[Plan], base: Record, placed: tuple[Placed, ...]) -> _Looked:
    if not plans:
        empty = np.zeros((len(block.quiet), 0, 6))
        return _Looked([empty] * len(FUNCTIONALS), [], [], np.ones(len(block.quiet)))
    whole, told = block.recorded(plans[-1])
    steps = [block.usual, *(block.under(plan) for plan in plans[:-1]), whole]
    found, shares, lines = change(block, plans[-1], base, told), [], []
    for of in FUNCTIONALS:
        column = QUANTITIES[of.quantity, of.outcome]
        levels = np.stack([one[:, -1, column] for one in steps], axis=1)
        shares.append(parts(found, of, levels[:, -1] - levels[:, 0]))
        lines.append(np.diff(levels, axis=1))
    near = nearness(block, plans[-1], base, told, placed)
    shown = [one for one in near if one is not None]
    together = np.prod(shown, axis=0) if shown else np.ones((len(block.quiet), 1))
    return _Looked(
        shares, lines, [None if n is None else n.mean(axis=1) for n in near], together.mean(axis=1)
    )


def _study(
    shared: World,
    placed: tuple[Placed, ...],
    *,
    baseline: Forecast,
    forecast: Forecast,
    blocks: list[_Looked],
) -> Study:
    reasons = []
    for f, of in enumerate(FUNCTIONALS):
        date = baseline.report_dates[-1]
        total = compare(forecast, baseline, of.quantity, of.outcome, date).difference
        shares = np.concatenate([b.parts[f] for b in blocks])
        told = placed if len(placed) <= MOST_LINES else ()
        lines = np.concatenate([b.lines[f] for b in blocks]) if told else np.zeros((len(shares), 0))
        reasons.append(
            Reasons(
                date=date,
                quantity=of.quantity,
                outcome=of.outcome,
                total=total,
                parts=_parts(shared, _to(shares, total.mean)),
                lines=tuple(
                    Line(one, summarise(column))
                    for one, column in zip(told, _to(lines, total.mean).T, strict=True)
                ),
            )
        )
    nears = [[b.near[i] for b in blocks] for i in range(len(placed))]
    together = np.concatenate([b.all_near for b in blocks])
    return Study(
        scenario=forecast.scenario,
        reasons=tuple(reasons),
        plausibility=Plausibility(
            futures=len(together) * 2 * shared.pairs,
            share=summarise(together),
            conditions=tuple(
                Condition(one, None if each[0] is None else summarise(np.concatenate(each)))  # type: ignore[arg-type]
                for one, each in zip(placed, nears, strict=True)
            ),
        ),
    )


def _to(shares: Floats, total: float) -> Floats:
    """Shares whose means sum to ``total``: what is missing spread over them by the size of their means."""
    mean = np.abs(shares.mean(axis=0))
    left = total - float(shares.sum(axis=tuple(range(1, shares.ndim))).mean())
    return shares + (left * mean / mean.sum() if mean.sum() > 0 else 0.0)


def _parts(shared: World, shares: Floats) -> tuple[Part, ...]:
    """Parts with a name, largest first; those that are nothing left out."""
    spec, embers = shared.fit.prepared.features, shared.shocks.embers
    of = np.searchsorted(embers.first, np.arange(len(embers.tied)), side="right") - 1
    rows = [
        *(("driver", name) for name in spec.drivers),
        *(("interaction", name) for name in spec.interactions),
        *(("shock", shared.shocks.names[j]) for j in of),
        ("criterion", ""),
        ("hazard", ""),
        ("entry", ""),
    ]
    criteria = {
        f"partnership->{channel}": ", ".join(
            name for name, k in zip(shared.shocks.names, shared.shocks.criterion, strict=True) if k == c
        )
        for c, channel in enumerate(CHANNELS)
    }
    merged: dict[tuple[str, str, str], Floats] = {}
    for row, (kind, name) in enumerate(rows[: shares.shape[1]]):
        for k, transition in enumerate(TRANSITIONS):
            key = (kind, criteria.get(transition, "") if kind in ("criterion", "entry") else name, transition)
            merged[key] = merged.get(key, 0.0) + shares[:, row, k]
    found = [Part(*key, summarise(values)) for key, values in merged.items() if np.any(values)]
    return tuple(sorted(found, key=lambda part: -abs(part.share.mean)))
