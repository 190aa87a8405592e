"""What an edit does to a forecast, again and again: the engine under sweeps, tornadoes and differences.

An `Engine` holds one exact answer. A point is the same workspace with some knobs turned; its answer costs

    nothing new                        where no knob is turned: the exact answer's own draws
    a density (60 ms)                  where judgments change, and with them only what each draw weighs
    a simulation of DRAWS draws        where a level today, a scenario, or what moves the paths changes
    both                               where a knob of dynamics or rates changes

Points share draws and noise, so that their differences are far better known than they are. The draws that are
simulated again are balanced: with nothing turned their means are the exact answer's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecast.calendar import Floats
from forecast.inference.fit import Fit, fit
from forecast.inputs.knobs import Setting, start_levels, turned
from forecast.inputs.workspace import BASELINE, Workspace
from forecast.panel import resolve
from forecast.request import Request
from forecast.reweighting.kept import name_of, recall, remember
from forecast.reweighting.meddling import Meddling, is_shock, meddling
from forecast.reweighting.outlook import outlook
from forecast.reweighting.pareto import K_LIMIT
from forecast.reweighting.reference import Reference, reference_of
from forecast.reweighting.reweight import (
    FEWEST,
    Reweighted,
    fit_of,
    reweight,
    still_simulated,
    weigh_definitions,
)
from forecast.reweighting.sample import (
    balance,
    by_weight,
    landmarks,
    seen_from,
    spread_out,
    thinned,
    weighted,
)
from forecast.simulation.forecast import Forecast, Known
from forecast.simulation.quantities import QUANTITIES, STATS
from forecast.simulation.run import simulate
from forecast.simulation.stage import Stage, stage

#: Draws that are simulated again for a point, and paths of each.
DRAWS, PATHS = 80, 32


@dataclass(frozen=True)
class Point:
    """The answer at one setting of the knobs.

    ``values`` (S, T, Q, 5): for each scenario, date and quantity (as in QUANTITIES) the statistics of STATS.
    ``k_hat``: the Pareto shape of the weights, -inf where all weigh the same; ``ess``: how many draws they
    are worth; ``simulated``: draws simulated again.
    """

    values: Floats
    k_hat: float
    ess: float
    simulated: int

    @property
    def trusted(self) -> bool:
        """Whether the weights can be trusted."""
        return self.k_hat <= K_LIMIT and self.ess >= FEWEST


@dataclass(frozen=True)
class _Do:
    """What is done beside editing the files: levels today, and shocks meddled with."""

    levels: dict[str, float]
    meddled: Meddling | None

    @property
    def nothing(self) -> bool:
        return not self.levels and self.meddled is None


@dataclass(frozen=True)
class _Sample:
    """Draws that are simulated again: which, what each counts, and what they are balanced by."""

    rows: NDArray[np.int64]
    shares: Floats
    known: Known


class Engine:
    """One exact answer, ready for what-ifs. It can be pickled; what it prepares stays behind.

    ``scenarios`` beside the baseline, which is always first; ``dates`` those answered for.
    """

    def __init__(
        self,
        exact: Fit,
        reference: Reference,
        *,
        request: Request,
        draws: int = DRAWS,
        paths: int = PATHS,
        steps_per_year: int = 4,
    ) -> None:
        self.exact, self.reference, self.request = exact, reference, request
        self.draws, self.paths, self.steps_per_year = draws, paths, steps_per_year
        self.scenarios = tuple(dict.fromkeys((BASELINE, *request.scenarios)))
        self.dates: tuple[dt.date, ...] = tuple(sorted({*reference.baseline.report_dates, *request.by}))
        #: Draws that are simulated again, of the reference's.
        self.rows = spread_out(draws, reference.draws)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("own", "weights")}

    @property
    def workspace(self) -> Workspace:
        """The workspace as its files have it."""
        return self.exact.workspace

    @cached_property
    def own(self) -> Stage:
        """The exact answer's draws, some of them, ready to be simulated from other levels."""
        return self._stage(thinned(self.exact, self.rows))

    @cached_property
    def weights(self) -> Floats:
        """What each of those draws counts (n,), so that with nothing turned the exact means come out."""
        target = landmarks(self.reference.baseline.draws).mean(axis=0)
        return balance(landmarks(self.own.run(BASELINE)[0]), target)

    def point(self, settings: Mapping[str, Setting]) -> Point:
        """The answer with some knobs turned; UsageError for settings that do not hold together.

        Knobs of shocks are interventions (`meddling`), and so are levels; all others are edits of the files.
        """
        told = {path: value for path, value in settings.items() if not is_shock(path)}
        edited = turned(self.workspace, told)
        meddled = meddling(edited, turned(self.workspace, settings), settings)
        return self.under(edited, start_levels(settings), meddled)

    def under(
        self, edited: Workspace, levels: Mapping[str, float] | None = None, meddled: Meddling | None = None
    ) -> Point:
        """The answer for another version of the workspace, with drivers starting from some levels."""
        what = _Do(dict(levels or {}), meddled)
        if edited is not self.workspace:
            return self._reweighted(edited, self._reweigh(edited), what)
        all_draws = float(self.reference.draws)
        if what.nothing and len(self.scenarios) == 1:
            return self._summed([self.reference.baseline], -np.inf, all_draws, 0)
        on = self._stage(thinned(self.exact, self.rows), meddled) if meddled else self.own
        return self._simulated(on, what, self._sample(self.weights), -np.inf, all_draws)

    def means_at(self, levels: Floats) -> Floats:
        """Means (M, T, Q) of the baseline from rows of levels today (M, D); one at a time, memory is flat."""
        wanted = self._dates_of(self.own)
        columns = list(QUANTITIES.values())
        found = [self.own.run(BASELINE, row[None])[0][:, wanted][:, :, columns] for row in levels]
        return np.stack([np.einsum("n,ntq->tq", self.weights, one) for one in found])

    def _reweigh(self, edited: Workspace) -> Reweighted:
        request = self.request
        panel = resolve(
            edited, panel=request.panel, lens=request.lens, exclude=request.exclude, as_of=self.exact.as_of
        )
        return reweight(self.reference, edited, panel, like=self.exact.prepared)

    def _reweighted(self, edited: Workspace, found: Reweighted, what: _Do) -> Point:
        reference, weights = self.reference, np.exp(found.log_weights)
        whole = fit_of(found, reference)
        if what.nothing and len(self.scenarios) == 1 and still_simulated(found, whole, reference):
            broad = weigh_definitions(whole.definitions, reference, found.log_weights)
            if broad.k_hat <= max(K_LIMIT, found.k_hat):
                both = np.stack([weights, np.exp(broad.log_weights)])
                forecast = replace(reference.baseline, weights=both, ess=found.ess)
                return self._summed([forecast], max(found.k_hat, broad.k_hat), found.ess, 0)
        sample = self._chosen(found, whole, weights)
        again = self._stage(thinned(whole, sample.rows), what.meddled)
        return self._simulated(again, what, sample, found.k_hat, found.ess)

    def _sample(self, shares: Floats) -> _Sample:
        """The draws that are simulated again where nothing is edited."""
        exact = landmarks(self.reference.baseline.draws)
        known = seen_from(exact, self.rows, np.full(len(exact), 1 / len(exact)))
        return _Sample(self.rows, shares, replace(known, here=landmarks(self.own.run(BASELINE)[0])))

    def _chosen(self, found: Reweighted, whole: Fit, weights: Floats) -> _Sample:
        """Draws to simulate again, and what each counts.

        The same ones as for every point, weighed, as long as these are worth half of what they are unweighed;
        else twice as many others, chosen by weight. Either way balanced by what all draws make of the years
        ahead in closed form, and the same ones by what they were when simulated before, noise included.
        """
        ahead = outlook(whole)
        if found.moved or found.ess < self.reference.draws / 2:
            rows = by_weight(weights, 2 * self.draws)
            return _Sample(rows, balance(ahead[rows], weights @ ahead), seen_from(ahead, rows, weights))
        before = np.concatenate([landmarks(self.reference.baseline.draws), ahead], axis=1)
        again = np.concatenate([landmarks(self.own.run(BASELINE)[0]), ahead[self.rows]], axis=1)
        known = replace(seen_from(before, self.rows, weights), here=again)
        return _Sample(self.rows, balance(again, weights @ before, weights[self.rows]), known)

    def _stage(self, fitted: Fit, meddled: Meddling | None = None) -> Stage:
        return stage(
            fitted,
            [fitted.workspace.scenarios[name] for name in self.scenarios[1:]],
            meddled=meddled.rates if meddled else (),
            struck=meddled.struck if meddled else None,
            paths=self.paths,
            steps_per_year=self.steps_per_year,
        )

    def _simulated(self, on: Stage, what: _Do, sample: _Sample, k_hat: float, ess: float) -> Point:
        row = on.levels(what.levels) if what.levels else None
        forecasts = [
            weighted(
                Forecast(
                    scenario=name,
                    start_state=self.exact.start_state,
                    dates=on.plans[name].dates,
                    report_dates=self.dates,
                    draws=on.run(name, row)[0],
                ),
                sample.shares,
                sample.known,
                ess=ess,
            )
            for name in self.scenarios
        ]
        return self._summed(forecasts, k_hat, ess, len(sample.rows))

    def _summed(self, forecasts: Sequence[Forecast], k_hat: float, ess: float, simulated: int) -> Point:
        values = np.array(
            [
                [
                    [
                        [getattr(summary, stat) for stat in STATS]
                        for quantity, outcome in QUANTITIES
                        for summary in [one.summary(quantity, outcome, date)]
                    ]
                    for date in self.dates
                ]
                for one in forecasts
            ]
        )
        return Point(values, k_hat, ess, simulated)

    def _dates_of(self, on: Stage) -> list[int]:
        grid = on.plans[BASELINE].dates
        return [grid.index(date) for date in self.reference.baseline.report_dates]


def engine(workspace: Workspace, request: Request, *, remembers: bool = True, **sizes: int) -> Engine:
    """The engine of one panel: its exact answer, kept or made. ``sizes``: draws, paths, steps_per_year."""
    exact = fit(
        workspace,
        panel=request.panel,
        lens=request.lens,
        exclude=request.exclude,
        as_of=request.as_of,
        start=request.start,
        seed=request.seed,
        draws=request.draws,
        jobs=request.jobs,
        refit=request.refit,
    )
    name, question = name_of(workspace, request), workspace.question.id
    reference = None if request.refit else recall(name, question=question)
    if reference is None:
        reference = reference_of(exact, simulate(exact, workspace.scenarios[BASELINE], jobs=request.jobs))
        if remembers:
            remember(reference, question=question, name=name)
    return Engine(exact, reference, request=request, **sizes)
