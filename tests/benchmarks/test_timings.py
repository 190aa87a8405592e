"""Timings to read, not to pass: pytest -m benchmark. Nothing here asserts a time.

Deselected by default; the shipped workspace unless a name says small. Fits come from the session's cache
where only what follows a fit is timed.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from command import FORECAST, QUICK, ROOT, SMALL, environment

import forecast
from forecast.drivers.fit import fit_drivers
from forecast.inputs.workspace import Workspace
from forecast.model.data import fitted_dates, prepare
from forecast.panel import resolve

if TYPE_CHECKING:
    from forecast.inference.fit import Fit

pytestmark = pytest.mark.benchmark

Timed = Any  # pytest-benchmark's fixture


def command(*arguments: str, cache: Path) -> None:
    """A process that has to succeed."""
    subprocess.run(
        [str(FORECAST), *arguments], cwd=ROOT, env=environment(cache), capture_output=True, check=True
    )


def test_validate(benchmark: Timed, tmp_path: Path) -> None:
    """`forecast validate` from start to exit."""
    benchmark(command, "validate", cache=tmp_path)


def test_load(benchmark: Timed) -> None:
    """Reading and checking every file, in a process that is up."""
    workspace = benchmark(forecast.load, ROOT)
    assert workspace.sources


def test_run_cached(benchmark: Timed, tmp_path: Path) -> None:
    """`forecast run` of a kept answer, from start to exit (small workspace)."""
    request = ("run", "-w", str(SMALL), *QUICK)
    command(*request, cache=tmp_path)
    benchmark(command, *request, cache=tmp_path)


def test_fit_drivers(benchmark: Timed, shipped: Workspace) -> None:
    """Every driver's dynamics and levels, exactly."""
    panel, day = resolve(shipped), shipped.question.as_of
    times = fitted_dates(shipped, day)
    benchmark(fit_drivers, shipped, panel, day, times)


def test_prepare(benchmark: Timed, shipped: Workspace) -> None:
    """All numbers of the density, drivers included."""
    benchmark(prepare, shipped, resolve(shipped), shipped.question.as_of)


def test_simulate_baseline(benchmark: Timed, fit_shipped: Callable[..., Fit], shipped: Workspace) -> None:
    """One scenario on 1000 posterior draws, after one untimed call that compiles."""
    fit = fit_shipped()
    benchmark.pedantic(forecast.simulate, (fit, shipped.scenarios["baseline"]), rounds=3, warmup_rounds=1)


def test_simulate_second_scenario(
    benchmark: Timed, fit_shipped: Callable[..., Fit], shipped: Workspace
) -> None:
    """A scenario with interventions: its paths are cut where they start and end."""
    fit = fit_shipped()
    name = next(name for name in shipped.scenarios if name != "baseline")
    benchmark.pedantic(forecast.simulate, (fit, shipped.scenarios[name]), rounds=3, warmup_rounds=1)


def test_refit_of_another_panel(
    benchmark: Timed, fit_shipped: Callable[..., Fit], shipped: Workspace
) -> None:
    """A second panel in one process: other numbers of the model already compiled."""
    fit_shipped()
    other = next(name for name in shipped.question.panels if name != shipped.question.default_panel)
    forecast.fit(shipped, panel=other, draws=1000, refit=True)  # compiles, if the first came from a cache
    benchmark.pedantic(forecast.fit, (shipped,), {"panel": other, "draws": 1000, "refit": True}, rounds=2)
