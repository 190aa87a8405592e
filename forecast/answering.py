"""Answering: one panel and a list of scenarios, fitted, simulated and compared."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from forecast.answers import Answers, three_answers
from forecast.calendar import decimal_year
from forecast.consistency.imposed import imposed_levels
from forecast.consistency.verdict import Verdict, verdict
from forecast.drivers.fit import DriverFit
from forecast.inference.fit import Fit, as_if_independent, fit, starting_state
from forecast.inputs.composition import acts
from forecast.inputs.records import Scenario
from forecast.inputs.workspace import BASELINE, Workspace
from forecast.panel import resolve
from forecast.request import Request, check_request
from forecast.reweighting.quick import Quick, nearest, quick
from forecast.reweighting.reference import Reference
from forecast.sensitivity.short_band import Specification, specification_of
from forecast.simulation.forecast import Comparison, Forecast, compare
from forecast.simulation.quantities import QUANTITIES
from forecast.simulation.run import simulate, simulate_all
from forecast.simulation.study import Study, study


@dataclass(frozen=True)
class Result:
    """The answer for one panel: the fit, each scenario's forecast (baseline first), and comparisons.

    ``dates`` are those answered for: each 31 December, the horizon, and those asked for. ``studies`` say
    of each scenario but the baseline why it differs, and how often futures come near it; ``verdicts`` whether
    it agrees with the judgments of what drives what.
    """

    fit: Fit
    forecasts: tuple[Forecast, ...]
    comparisons: tuple[Comparison, ...]
    answers: Answers
    dates: tuple[dt.date, ...]
    studies: tuple[Study, ...]
    verdicts: tuple[Verdict, ...]
    seconds: float
    quick: Quick | None = None

    @property
    def baseline(self) -> Forecast:
        """The forecast with no intervention, which every scenario is compared with."""
        return self.forecasts[0]


def answer(workspace: Workspace, request: Request) -> Result:
    """Fit, simulate the baseline and each scenario on common random numbers, and compare."""
    check_request(workspace, request)
    began = time.monotonic()
    fitted = fit(
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
    told = _told(workspace, request)
    forecasts = simulate_all(fitted, [workspace.scenarios[BASELINE], *told], jobs=request.jobs)
    return _result(
        fitted,
        forecasts,
        request,
        began,
        studies=study(fitted, told, forecasts, jobs=request.jobs) if told else (),
    )


def answer_quickly(workspace: Workspace, request: Request, references: Iterable[Reference]) -> Result | None:
    """`answer` by reweighting: from the nearest of some references; None where none is of that day and state.

    Why a scenario differs is not looked into. ``Result.quick`` says how far to trust it.
    """
    check_request(workspace, request)
    began = time.monotonic()
    day = request.as_of or workspace.question.as_of
    panel = resolve(workspace, panel=request.panel, lens=request.lens, exclude=request.exclude, as_of=day)
    state = request.start or starting_state(workspace, day)
    found = nearest(
        (
            one
            for one in references
            if (one.as_of, one.start_state, one.seed) == (day, state, request.seed)
            and one.draws == request.draws
            and one.baseline.dates[-1] == workspace.question.horizon
        ),
        workspace,
        panel,
    )
    if found is None:
        return None
    answered = quick(*found, _told(workspace, request), jobs=request.jobs)
    return replace(_result(answered.fit, answered.forecasts, request, began), quick=answered)


def _told(workspace: Workspace, request: Request) -> list[Scenario]:
    """The scenarios asked for beside the baseline, each once."""
    return [workspace.scenarios[name] for name in dict.fromkeys(request.scenarios) if name != BASELINE]


def _result(
    fitted: Fit,
    forecasts: tuple[Forecast, ...],
    request: Request,
    began: float,
    studies: tuple[Study, ...] = (),
) -> Result:
    workspace = fitted.workspace
    dates = tuple(sorted({*forecasts[0].report_dates, *request.by}))
    return Result(
        fit=fitted,
        forecasts=forecasts,
        comparisons=tuple(
            compare(forecast, forecasts[0], quantity, outcome, date)
            for forecast in forecasts[1:]
            for date in dates
            for quantity, outcome in QUANTITIES
        ),
        answers=three_answers(fitted, forecasts[0], dates),
        dates=dates,
        studies=studies,
        verdicts=tuple(
            consistency_of(workspace, one, fitted.prepared.drivers, as_of=fitted.as_of)
            for one in _told(workspace, request)
        ),
        seconds=time.monotonic() - began,
    )


def consistency_of(
    workspace: Workspace, scenario: Scenario, drivers: DriverFit, *, as_of: dt.date
) -> Verdict:
    """Whether what a scenario does to drivers agrees with the judgments of what drives what.

    A driver's projected level is its mean over the years ahead.
    """
    horizon = workspace.question.horizon
    mean, _ = drivers.project_alone(drivers.as_of, np.linspace(drivers.as_of, decimal_year(horizon), 41))
    projected = dict(zip(drivers.names, mean.mean(axis=0).tolist(), strict=True))
    interventions = [placed.intervention for placed in acts(scenario, workspace.scenarios)]
    levels = imposed_levels(interventions, projected, as_of=as_of, horizon=horizon)
    deviations = {name: level - projected[name] for name, level in levels.items()}
    return verdict(workspace, scenario.id, deviations, interventions=interventions)


@dataclass(frozen=True)
class Independent:
    """The panel reported on as if no two of its sources depended on each other: fit and baseline."""

    fit: Fit
    baseline: Forecast


@dataclass(frozen=True)
class Material:
    """Everything a report is made of: the panel reported on, the others, and spotlight sources one by one.

    ``independent`` is None for a panel of fewer than two sources, which have nothing to share;
    ``specification`` (the band of other choices) where it was not asked for.
    """

    workspace: Workspace
    main: Result
    panels: tuple[Result, ...]
    spotlight: tuple[Result, ...]
    independent: Independent | None = None
    specification: Specification | None = None


def gather(
    workspace: Workspace,
    request: Request,
    *,
    progress: Callable[[str], None],
    against: Sequence[str] | None = None,
    apart: bool = True,
) -> Material:
    """Answer for the requested panel, for the panels beside it, and for each spotlight source alone.

    Parameters
    ----------
    progress
        Is told what is being worked on. One compiled model serves them all.
    against
        Panels to compare with, under the same lens and exclusions; None: each other panel the question names,
        whole.
    apart
        Whether to answer for spotlight sources alone, and as if no source depended on another.
    """
    check_request(workspace, request)
    main_panel = request.panel or workspace.question.default_panel
    progress(f"panel {main_panel}")
    main = answer(workspace, request)
    independent = None
    if apart and len(main.fit.panel.members) > 1:
        progress(f"panel {main_panel}, as if its sources were independent")
        independent = independently(main.fit, jobs=request.jobs, refit=request.refit)
    progress("other choices of class, half-lives and bias")
    band = specification_of(main.fit, main.baseline, replace(request, scenarios=()), fits=True)
    whole = replace(request, scenarios=(), lens=(), exclude=())
    beside = replace(request, scenarios=()) if against else whole
    panels = []
    for name in against if against is not None else workspace.question.panels:
        if name != main_panel:
            progress(f"panel {name}")
            panels.append(answer(workspace, replace(beside, panel=name)))
    spotlight = []
    for name in workspace.question.spotlight if apart else ():
        if workspace.sources[name].view_date <= main.fit.as_of:
            progress(f"source {name} alone")
            spotlight.append(answer(workspace, replace(whole, panel=name)))
    return Material(workspace, main, tuple(panels), tuple(spotlight), independent, band)


def independently(fitted: Fit, *, jobs: int, refit: bool) -> Independent:
    """The baseline of the same panel with every source taken to stand alone, on common random numbers."""
    apart = as_if_independent(fitted, jobs=jobs, refit=refit)
    return Independent(apart, simulate(apart, fitted.workspace.scenarios[BASELINE], jobs=jobs))
