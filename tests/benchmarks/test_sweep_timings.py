"""Timings of sweeps to read, not to pass: pytest -m benchmark tests/benchmarks/test_sweep_timings.py -s.

The shipped workspace; processes of the command, so that what is timed is what a user waits for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command import FORECAST, ROOT, environment

pytestmark = pytest.mark.benchmark

LEVEL = "drivers.us_pressure_china.level"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the exact answer and its reference."""
    folder = tmp_path_factory.mktemp("results")
    done = subprocess.run(
        [str(FORECAST), "run", "-q"], cwd=ROOT, env=environment(folder), capture_output=True, check=True
    )
    assert done.stdout
    return folder


def measured(cache: Path, *arguments: str) -> tuple[float, float]:
    """Seconds and peak memory (MB, of the largest process) of a command that has to succeed."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(FORECAST), *arguments],
        cwd=ROOT,
        env=environment(cache),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    assert status == 0, process.stderr.read() if process.stderr else None
    if process.stderr:
        process.stderr.close()
    process.returncode = 0
    return seconds, usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def report(capsys: pytest.CaptureFixture[str], found: dict[str, float]) -> None:
    """Print what was found."""
    with capsys.disabled():
        print("\n" + json.dumps({name: round(value, 3) for name, value in found.items()}))


def test_cost_of_points(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """20, 80 and 320 levels by one worker: what a point adds, and what memory it takes."""
    measured(cache, "sweep", f"{LEVEL}=-2..2:3", "--jobs", "1")  # compiles
    found = {
        n: measured(cache, "sweep", f"{LEVEL}=-2..2.0{n}:{n}", "--jobs", "1", "-q") for n in (20, 80, 320)
    }
    report(
        capsys,
        {
            **{f"{n}_points_s": seconds for n, (seconds, _) in found.items()},
            **{f"{n}_points_mb": megabytes for n, (_, megabytes) in found.items()},
            "each_of_20_to_80_s": (found[80][0] - found[20][0]) / 60,
            "each_of_80_to_320_s": (found[320][0] - found[80][0]) / 240,
        },
    )


def test_two_workers(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """320 levels by one worker and by two."""
    one, _ = measured(cache, "sweep", f"{LEVEL}=-1.9..2:320", "--jobs", "1", "-q")
    two, _ = measured(cache, "sweep", f"{LEVEL}=-1.8..2:320", "--jobs", "2", "-q")
    report(capsys, {"one_worker_s": one, "two_workers_s": two, "ratio": one / two})


def test_a_point_against_a_refit(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What fitting and simulating again takes, beside a further level of a sweep."""
    refit, _ = measured(cache, "run", "--refit", "-q")
    few, _ = measured(cache, "sweep", f"{LEVEL}=-1.7..2:10", "--jobs", "1", "-q")
    more, _ = measured(cache, "sweep", f"{LEVEL}=-1.6..2:110", "--jobs", "1", "-q")
    each = (more - few) / 100
    report(capsys, {"refit_s": refit, "each_point_s": each, "ratio": refit / each})
