"""`forecast run --quick` as a real process: an edit answered from the last run's draws."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command import environment, forecast, without_run
from what_if import edit, what_if

#: Fits a workspace of its own; what is tested here in short is in tests/unit/test_engine.py.
pytestmark = pytest.mark.slow

#: Draws enough for the weights of an edit's draws.
DRAWS = ("--draws", "1000")
SOURCE = "priors/sources/smith2019.yaml"
#: A probability or difference of a quick answer: marked, whether or not it is the first in its cell.
MARKED = re.compile(r"~[<>+-]?\d")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with one run of the unedited workspace in it."""
    folder = tmp_path_factory.mktemp("cache")
    root = what_if(tmp_path_factory.mktemp("first") / "w")
    done = forecast("run", "-w", str(root), *DRAWS, "-q", cache=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the workspace with one judgment edited."""
    folder = what_if(tmp_path / "w")
    edit(folder, SOURCE, "p05: 0.02, p50: 0.06", "p05: 0.02, p50: 0.1")
    return folder


def document(root: Path, cache: Path, *arguments: str) -> dict[str, Any]:
    """The JSON of a run."""
    done = forecast("run", "-w", str(root), *DRAWS, *arguments, "--json", cache=cache)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_an_edit_is_answered_without_a_fit(root: Path, cache: Path) -> None:
    """The answer is marked as reweighted, moves the right way, and says how far to trust it."""
    before = document(what_if(root.parent / "before"), cache)
    after = document(root, cache, "--quick")
    assert (before["exact"], after["exact"]) == (True, False)
    assert after["run"]["source"] == "reweighted"
    assert after["diagnostics"]["passed"]
    assert after["diagnostics"]["pareto_k_max"] < 0.7
    assert after["diagnostics"]["ess_weights"] > 100
    assert after["provenance"]["inputs_sha256"] != before["provenance"]["inputs_sha256"]
    old, new = (d["scenarios"][0]["horizons"][-1]["reached"]["alliance"]["mean"] for d in (before, after))
    assert new > old
    assert new - old < 0.05


def test_the_same_edit_gives_the_same_bytes(root: Path, cache: Path) -> None:
    """Reweighting has no randomness of its own, and does not depend on the number of workers."""
    run = ("run", "-w", str(root), *DRAWS, "--quick", "--json", "-q")
    one, two = (forecast(*run, "--jobs", jobs, cache=cache) for jobs in ("1", "2"))
    assert without_run(one.stdout) == without_run(two.stdout)


def test_every_number_is_marked(root: Path, cache: Path) -> None:
    """Each cell of every table of numbers begins with ~, and the last line says what that is."""
    done = forecast("run", "-w", str(root), *DRAWS, "trade_grows", "--quick", "-q", cache=cache)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    told = [line for line in lines if re.match(r"(20\d\d-|outside|pooled|model|  +\S+ +~)", line)]
    assert len(told) > 15
    for line in told:
        cells = re.findall(r"(?<=\s)\S*\d\S*(?:%| \[)", line[11:])
        assert cells, line
        assert all(cell.startswith("~") for cell in cells), line
    assert lines[-1].startswith("~ reweighted draws: Pareto k")
    assert not any("near:" in line or "Traceback" in line for line in lines)


def test_csv_is_of_numbers(root: Path, cache: Path) -> None:
    """A spreadsheet gets numbers, and a column that says they are not exact."""
    done = forecast("run", "-w", str(root), *DRAWS, "--quick", "--csv", "-q", cache=cache)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {row["exact"] for row in rows} == {"false"}
    assert all(float(row["value"]) >= 0 for row in rows)


def test_a_scenario_is_compared_without_its_reasons(root: Path, cache: Path) -> None:
    """Levels and differences are there; why is for an exact run."""
    found = document(root, cache, "trade_grows", "--quick")
    assert [c["scenario"] for c in found["comparisons"]][:1] == ["trade_grows"]
    told = found["scenarios"][1]
    assert "reasons" not in told
    assert "consistency" in told
    assert found["diagnostics"]["draws_simulated"] > 0


def test_it_does_not_import_the_sampler(root: Path, cache: Path) -> None:
    """No sampler, no compiler of models, no plotting is loaded on the way."""
    call = "import sys; sys.argv[0] = 'forecast'; from forecast.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", call, "run", "-w", str(root), *DRAWS, "--quick", "-q"],
        env=environment(cache),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert "forecast.reweighting.quick" in loaded
    assert loaded.isdisjoint({"pymc", "pytensor", "nutpie", "arviz", "matplotlib", "pandas", "xarray"})


@pytest.mark.slow
def test_without_draws_it_runs_in_full(root: Path, tmp_path: Path) -> None:
    """There is nothing to reweigh the first time: a full run says so, unless it was told not to fit."""
    empty = tmp_path / "empty"
    refused = forecast("run", "-w", str(root), *DRAWS, "--quick", "--no-refit", cache=empty)
    assert refused.returncode == 2
    assert "no draws are kept that could be reweighted" in refused.stderr
    assert refused.stdout == ""
    done = forecast("run", "-w", str(root), *DRAWS, "--quick", "--json", cache=empty)
    assert done.returncode == 0
    assert "this is a full run" in done.stderr
    assert json.loads(done.stdout)["exact"] is True


@pytest.mark.slow
def test_draws_too_far_away_are_not_used(root: Path, cache: Path) -> None:
    """An edit that turns a panel round is refitted, or with --no-refit shown as not to be trusted, exit 1."""
    edit(root, "priors/base_rates.yaml", "events: 6, exposure_years: 400", "events: 300, exposure_years: 400")
    arguments = ("run", "-w", str(root), *DRAWS, "--quick", "--no-refit", "--json")
    rough = forecast(*arguments, cache=cache)
    found = json.loads(rough.stdout)["diagnostics"]
    if found["passed"]:
        pytest.skip("the draws could be moved that far")
    assert rough.returncode == 1
    assert "too far" in rough.stderr
    done = forecast("run", "-w", str(root), *DRAWS, "--quick", "--json", cache=cache)
    assert json.loads(done.stdout)["exact"] is True
    assert "fitted again" in done.stderr


@pytest.mark.parametrize(
    ("flags", "said"),
    [(("--quick", "--refit"), "choose one"), (("--no-refit",), "goes with --quick")],
    ids=["quick refit", "no-refit"],
)
def test_flags_that_contradict_are_refused(
    flags: tuple[str, ...], said: str, root: Path, cache: Path
) -> None:
    """Usage errors exit 2 with the reason."""
    done = forecast("run", "-w", str(root), *flags, cache=cache)
    assert done.returncode == 2
    assert said in done.stderr
