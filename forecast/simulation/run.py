"""Forward simulation of a fitted model under a scenario."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from forecast.calendar import Floats
from forecast.drivers.features import Features
from forecast.drivers.fit import normalised
from forecast.inputs.records import Scenario
from forecast.simulation.forecast import Forecast
from forecast.simulation.plan import Plan, lay
from forecast.states import STATES

if TYPE_CHECKING:
    from forecast.inference.fit import Fit

#: Draws whose noise comes from one stream: the unit of parallel work, whatever the number of workers.
BLOCK = 50
#: Driver paths per posterior draw, in antithetic pairs. At 32 what is left of their noise is .09 of the
#: posterior sd of either probability, and widens its interval by half a percent of itself.
PATHS = 32


def simulate(
    fit: Fit, scenario: Scenario, *, paths: int = PATHS, jobs: int = 2, steps_per_year: int = 4
) -> Forecast:
    """Probability of each outcome over time, for each posterior draw, driver paths averaged out.

    Noise depends on the fit's seed and the draw alone: scenarios share it (common random numbers) and the
    numbers are the same for any ``jobs``. ``paths`` is even.
    """
    horizon = fit.workspace.question.horizon
    plan = lay(scenario, fit.prepared.drivers.names, fit.as_of, horizon, steps_per_year=steps_per_year)
    prepared = _prepare(fit, plan)
    draws = fit.posterior.draws
    edges = [*range(0, draws, BLOCK), draws]
    seeds = np.random.SeedSequence([fit.seed, 2]).spawn(len(edges) - 1)
    pairs = max(1, paths // 2)

    def block(number: int) -> Floats:
        rows = slice(edges[number], edges[number + 1])
        return _run_block(
            prepared, fit, plan, rows=rows, pairs=pairs, rng=np.random.default_rng(seeds[number])
        )

    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        results = np.concatenate(list(pool.map(block, range(len(edges) - 1))))
    report = tuple(d for d, read in zip(plan.dates[1:], plan.reading[1:], strict=True) if read)
    return Forecast(
        scenario=scenario.id,
        start_state=fit.start_state,
        dates=plan.dates,
        report_dates=report if report and report[-1] == horizon else (*report, horizon),
        draws=results,
    )


@dataclass(frozen=True)
class _Prepared:
    """What every block shares: the dynamics along the grid, (D, K) or (T, D, K), and the log rates (N, 6)."""

    now_mean: Floats
    now_sd: Floats
    cumulative: Floats
    decay: Floats
    spread: Floats
    mean: Floats
    theta: Floats
    volatility: Floats
    log_rate: Floats
    term: NDArray[np.int64]
    share: Floats


def _prepare(fit: Fit, plan: Plan) -> _Prepared:
    drivers, years = fit.prepared.drivers, plan.step_years[:, None]
    term, share = _terms(fit.prepared.features)
    # split->alliance has no rate unless a user sets one.
    direct = fit.workspace.base_rates.elicited.get("split->alliance")
    column = np.full((fit.posterior.draws, 1), np.log(direct.p50) if direct else -np.inf)
    return _Prepared(
        now_mean=np.stack([t.filtered_mean[-1] for t in drivers.tracks]),
        now_sd=np.sqrt(np.stack([t.filtered_variance[-1] for t in drivers.tracks])),
        cumulative=np.cumsum([normalised(t.log_weight[-1]) for t in drivers.tracks], axis=1),
        decay=np.ascontiguousarray(np.stack([d.decay(years) for d in drivers.dynamics], axis=1)),
        spread=np.sqrt(np.stack([d.innovation_variance(years) for d in drivers.dynamics], axis=1)),
        mean=np.stack([d.mean for d in drivers.dynamics]),
        theta=np.stack([d.theta for d in drivers.dynamics]),
        volatility=np.stack([d.volatility for d in drivers.dynamics]),
        log_rate=np.concatenate([fit.posterior.log_rate, column], axis=1),
        term=term,
        share=share,
    )


def _terms(spec: Features) -> tuple[NDArray[np.int64], Floats]:
    """Each interaction's two terms as driver positions and weights, (J, 2, M), padded with weight 0."""
    rows = [
        [np.flatnonzero(side[j]) for side in (spec.left, spec.right)] for j in range(len(spec.interactions))
    ]
    longest = max((len(r) for pair in rows for r in pair), default=1)
    term = np.zeros((len(rows), 2, longest), dtype=np.int64)
    share = np.zeros((len(rows), 2, longest))
    for j, pair in enumerate(rows):
        for side, members in enumerate(pair):
            term[j, side, : len(members)] = members
            share[j, side, : len(members)] = (spec.left, spec.right)[side][j, members]
    return term, share


def _run_block(
    shared: _Prepared, fit: Fit, plan: Plan, *, rows: slice, pairs: int, rng: np.random.Generator
) -> Floats:
    from forecast.simulation import kernel

    draws, steps, drivers = rows.stop - rows.start, len(plan.first), len(shared.mean)
    noise = rng.standard_normal((draws, pairs, steps + 1, drivers))
    uniform = rng.random((drivers, draws * pairs))
    pick = np.stack([np.searchsorted(c, u) for c, u in zip(shared.cumulative, uniform, strict=True)], axis=-1)
    result: Floats = kernel.run(
        noise,
        np.minimum(pick, shared.cumulative.shape[1] - 1).reshape(draws, pairs, drivers),
        STATES.index(fit.start_state),
        shared.now_mean,
        shared.now_sd,
        shared.decay,
        shared.spread,
        shared.mean,
        shared.theta,
        shared.volatility,
        shared.log_rate[rows],
        np.ascontiguousarray(fit.posterior.coefficients[rows]),
        shared.term,
        shared.share,
        fit.prepared.features.absdiff,
        fit.index.weights,
        fit.index.offset,
        fit.thresholds[rows],
        plan.first,
        plan.last,
        plan.sub_from,
        plan.sub_to,
        plan.sub_years,
        plan.changed,
        plan.held,
        plan.shift,
        plan.held_end,
        plan.release,
        plan.release_at,
        plan.release_years,
        plan.reading,
    )
    return result
