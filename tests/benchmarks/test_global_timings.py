"""Timings of global sensitivity, to read: pytest -m benchmark. Nothing here asserts a time."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from forecast.inputs.workspace import Workspace
from forecast.request import Request
from forecast.sensitivity import sobol
from forecast.sensitivity.global_levels import global_sensitivity, inputs
from forecast.sensitivity.global_points import DRAWS, evaluator, job_name, small_engine
from forecast.simulation.quantities import QUANTITIES

pytestmark = pytest.mark.benchmark

Timed = Any  # pytest-benchmark's fixture

ROWS, SEED = 1024, 1
NAMES = (("reached", "alliance"), ("reached", "split"), ("alliance_broad", "alliance_broad"))


def indices(shipped: Workspace, *, draws: int, rows: int, dates: int = 10) -> tuple[sobol.SobolIndices, int]:
    """Sobol indices of three outcomes at the last ``dates`` dates, on two processes; and points."""
    made = small_engine(shipped, Request(), draws=draws)
    of = inputs(made.exact, "independent")
    every = range(len(made.reference.baseline.report_dates))
    evaluate = evaluator(made, [QUANTITIES[name] for name in NAMES], name=job_name(made), jobs=2, fresh=True)
    kept = 3 * min(dates, len(every))
    outputs = [(*name, at) for at in every for name in NAMES][-kept:]
    found = global_sensitivity(
        lambda levels: evaluate(levels)[:, -kept:],
        of,
        outputs=outputs,
        rows=rows,
        seed=SEED,
        wanted=("sobol",),
    )
    assert found.sobol is not None
    return found.sobol, found.evaluations


def test_sobol_of_the_shipped_workspace(benchmark: Timed, shipped: Workspace) -> None:
    """N = 1024 over 14 drivers for 3 outcomes x 10 dates with intervals, two processes, after the fit."""
    small_engine(shipped, Request())
    found, points = benchmark.pedantic(
        indices, (shipped,), {"draws": DRAWS, "rows": ROWS}, rounds=1, warmup_rounds=0
    )
    assert points == ROWS * 16
    assert found.first.shape == (14, 30)


def test_four_times_the_draws_agree(shipped: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """First orders of the few draws lie in the intervals of four times as many; totals are near, not inside.

    Intervals are of the design alone. A first order's is wider than what few draws add, a total's is not: at
    N = 256 some three tenths of the totals lie outside, by hundredths. What is held is the size of the gap.
    """
    rows = 256
    few, _ = indices(shipped, draws=DRAWS, rows=rows)
    many, _ = indices(shipped, draws=4 * DRAWS, rows=rows)
    inside, gaps = {}, {}
    for name in ("first", "total"):
        here, there = getattr(few, name), getattr(many, name)
        low, high = getattr(many, f"{name}_low"), getattr(many, f"{name}_high")
        own_low, own_high = getattr(few, f"{name}_low"), getattr(few, f"{name}_high")
        apart = (np.maximum(low, own_low) > np.minimum(high, own_high)).mean()
        inside[name] = ((low <= here) & (here <= high)).mean()
        gaps[name] = np.abs(here - there)
        with capsys.disabled():
            print(
                f"\n{name}: {inside[name]:.1%} of {DRAWS} draws' indices in the intervals of {4 * DRAWS}; "
                f"{apart:.1%} of intervals apart; gap {gaps[name].mean():.3f}, at most {gaps[name].max():.3f}"
            )
    # Nineteen in twenty, as the intervals say, less what neighbouring dates share.
    assert inside["first"] > 0.9
    assert all(gap.mean() < 0.01 and gap.max() < 0.06 for gap in gaps.values())


def test_beside_salib_alone(shipped: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    """The indices alone, of outputs already there: 33 at once here, one at a time in SALib.

    Point estimates agree to rounding; that both name the same design is in tests/reference.
    """
    from SALib.analyze import sobol as theirs

    count = 14
    y = np.random.default_rng(SEED).standard_normal((ROWS * (count + 2), 33))
    began = time.perf_counter()
    ours = sobol.indices(y, inputs=count, resamples=1000)
    all_of_them = time.perf_counter() - began
    problem = {"num_vars": count, "names": [str(i) for i in range(count)], "bounds": [[0, 1]] * count}
    began = time.perf_counter()
    one = theirs.analyze(problem, y[:, 0], calc_second_order=False, num_resamples=1000)
    alone = time.perf_counter() - began
    with capsys.disabled():
        print(f"\n33 outputs with intervals {all_of_them:.2f} s; SALib, one output {alone:.2f} s")
    assert np.allclose(ours.total[:, 0], one["ST"], rtol=1e-6)
