"""Timings to read, not to pass: pytest -m benchmark. Nothing here asserts a time.

Deselected by default; the shipped workspace unless a name says small. Fits come from the session's cache
where only what follows a fit is timed.
"""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from command import FORECAST, QUICK, ROOT, SMALL, environment

import forecast
from forecast.drivers.fit import fit_drivers
from forecast.inputs.records import Scenario
from forecast.inputs.workspace import Workspace
from forecast.model.data import fitted_dates, prepare
from forecast.panel import resolve
from forecast.simulation.run import simulate_all

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


#: Shipped scenarios of every kind: held, ramped, forced, forbidden, included, an outcome forced.
FURTHER = (
    "us_russia_detente", "s2_siege", "s6b_war_collapse_regime_falls", "treaty_expires", "defence_clause_2032",
)  # fmt: skip


def seconds(fit: Fit, scenarios: Sequence[Scenario]) -> float:
    """Median of three simulations in one call of these scenarios."""

    def once() -> float:
        began = time.perf_counter()
        simulate_all(fit, scenarios)
        return time.perf_counter() - began

    return statistics.median(once() for _ in range(3))


def test_simulate_one_scenario(benchmark: Timed, fit_shipped: Callable[..., Fit], shipped: Workspace) -> None:
    """1,000 posterior draws x 64 paths x 41 quarters x 14 drivers, after one untimed call that compiles."""
    fit, baseline = fit_shipped(), [shipped.scenarios["baseline"]]
    (fc,) = benchmark.pedantic(simulate_all, (fit, baseline), rounds=3, warmup_rounds=1)
    assert fc.draws.shape[:2] == (1000, 42)
    assert len(fit.prepared.drivers.names) == 14


def test_simulate_further_scenarios(
    benchmark: Timed,
    fit_shipped: Callable[..., Fit],
    shipped: Workspace,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Five more scenarios in the same call, which share draws, paths and noise: what each adds to the first.

    What is timed is the six together; beside it, from the same minute, what one takes and the ratio.
    """
    fit, baseline = fit_shipped(), shipped.scenarios["baseline"]
    six = [baseline, *(shipped.scenarios[name] for name in FURTHER)]
    benchmark.pedantic(simulate_all, (fit, six), rounds=3, warmup_rounds=1)
    one, together = seconds(fit, [baseline]), seconds(fit, six)
    further = (together - one) / len(FURTHER)
    found = {"one_scenario_s": one, "each_further_s": further, "ratio": further / one}
    benchmark.extra_info.update(found)
    with capsys.disabled():
        print("\n" + ", ".join(f"{name} {value:.3f}" for name, value in found.items()))


def test_refit_of_another_panel(
    benchmark: Timed, fit_shipped: Callable[..., Fit], shipped: Workspace
) -> None:
    """A second panel in one process: other numbers of the model already compiled."""
    fit_shipped()
    other = next(name for name in shipped.question.panels if name != shipped.question.default_panel)
    forecast.fit(shipped, panel=other, draws=1000, refit=True)  # compiles, if the first came from a cache
    benchmark.pedantic(forecast.fit, (shipped,), {"panel": other, "draws": 1000, "refit": True}, rounds=2)
