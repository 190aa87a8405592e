"""`forecast sweep` as a real process: its outputs, bad input, interruption, workers and shards."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from command import FORECAST, QUICK, SMALL, Done, environment, files, forecast, without_run

from forecast.states import CHANNELS

LEVEL = "drivers.shared_threat.level"
CURVE = (f"{LEVEL}=-2..2:5",)
MAP = (f"{LEVEL}=-1..1:3", "sources.smith2019.weight=0,1")
COMMON = ("-w", str(SMALL), *QUICK)


@pytest.fixture(scope="session")
def fitted(answered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the exact answer, which no test here adds to."""
    cache = shutil.copytree(answered, tmp_path_factory.mktemp("fitted") / "cache")
    done = forecast("run", *COMMON, cache=cache)
    assert done.returncode == 0, done.stderr
    return cache


@pytest.fixture
def cache(fitted: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return shutil.copytree(fitted, tmp_path / "cache")


def sweep(cache: Path, *arguments: str, code: int = 0) -> Done:
    """A sweep of the small workspace, which must end as expected."""
    done = forecast("sweep", *arguments, *COMMON, cache=cache)
    assert done.returncode == code, done.stderr
    return done


@pytest.fixture(scope="session")
def curve(fitted: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Path]:
    """A sweep of one knob by one worker, as JSON, with every file beside it."""
    folder = tmp_path_factory.mktemp("curve")
    own = shutil.copytree(fitted, folder / "cache")
    places = [f"--{kind}={folder / name}" for kind, name in (("svg", "c.svg"), ("out", "c.json"))]
    return sweep(own, *CURVE, "--json", "--jobs", "1", *places), folder


# ------------------------------------------------------------------------------------------ outputs


def test_json(curve: tuple[Done, Path]) -> None:
    """The documented JSON on stdout, and the same in the file; a note of what it took on stderr."""
    done, folder = curve
    found = json.loads(done.stdout)
    assert found["schema"] == "sweep/1"
    assert [one["settings"][LEVEL] for one in found["points"]] == [-2, -1, 0, 1, 2]
    assert (found["knobs"][0]["path"], found["knobs"][0]["unit"]) == (LEVEL, "driver units")
    assert found["exact"] is False
    assert all(one["trusted"] and one["simulated"] > 0 for one in found["points"])
    assert found["provenance"]["seed"] == 20260101
    assert found["run"]["workspace"] == str(SMALL)
    assert (folder / "c.json").read_text("utf-8") == done.stdout
    assert re.search(r"^6 points computed in [\d.]+ s, [\d.e-]+ s each$", done.stderr, flags=re.MULTILINE)


def test_a_level_that_is_now_answers_as_the_run(curve: tuple[Done, Path], fitted: Path) -> None:
    """The present answer is that of `forecast run`, to the last digit."""
    run = json.loads(forecast("run", *COMMON, "--json", cache=fitted).stdout)
    current = json.loads(curve[0].stdout)["current"]
    assert current["means"] == "exact"
    assert current["scenarios"][0]["horizons"] == run["scenarios"][0]["horizons"]


def test_table(curve: tuple[Done, Path]) -> None:
    """A row a value, the present one in its place; estimates are marked, differences signed."""
    done = forecast("sweep", *CURVE, *COMMON, "-q", cache=curve[1] / "cache", COLUMNS="30")
    head, *rows = done.stdout.split("baseline:\n")[1].split("\n\n")[0].splitlines()
    assert re.split(r"\s{2,}", head.strip())[:3] == ["driver units", "alliance reached [90%]", "less now"]
    names = [re.split(r"\s{2,}", row.strip())[0] for row in rows]
    assert [name for name in names if "now" not in name] == ["-2", "-1", "0", "1", "2"]
    (now,) = [row for row in rows if "(now)" in row]
    assert "~" not in now
    for row in rows:
        if row != now:
            cells = re.split(r"\s{2,}", row.strip())
            assert all(cell.startswith("~") for cell in cells[1:])
    assert re.fullmatch(r"~-\d+\.\d", re.split(r"\s{2,}", rows[0].strip())[2])
    assert done.stderr == ""
    assert "5 points: 5 simulated again with some of the draws; ~ estimated" in done.stdout


def test_csv(curve: tuple[Done, Path]) -> None:
    """Tidy rows with the knob's value first."""
    done = forecast("sweep", *CURVE, *COMMON, "--csv", "-q", cache=curve[1] / "cache")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == [LEVEL, "scenario", "date", "quantity", "outcome", "stat", "value", "means"]
    found = json.loads(curve[0].stdout)["points"][0]["scenarios"][0]["horizons"][-1]["reached"]["split"]
    wanted = ("-2.0", "2035-12-31", "reached", "split", "p95")
    (value,) = [
        row["value"]
        for row in rows
        if (row[LEVEL], row["date"], row["quantity"], row["outcome"], row["stat"]) == wanted
    ]
    assert float(value) == found["p95"]


def test_figure_of_one_knob(curve: tuple[Done, Path]) -> None:
    """Well-formed SVG with text, the outcomes and the knob named; the same bytes again."""
    folder = curve[1]
    text = (folder / "c.svg").read_text("utf-8")
    assert ElementTree.fromstring(text).get("viewBox")
    assert "Shared threat, level today (driver units)" in text
    assert all(f"{outcome.capitalize()}, reached" in text for outcome in CHANNELS)
    again = folder / "again.svg"
    forecast("sweep", *CURVE, *COMMON, "--svg", str(again), cache=folder / "cache")
    assert again.read_text("utf-8") == text


def test_two_knobs(cache: Path, tmp_path: Path) -> None:
    """A matrix for each outcome, a heat map with its values, and Parquet with both knobs."""
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    svg, parquet = tmp_path / "m.svg", tmp_path / "m.parquet"
    done = sweep(cache, *MAP, "--svg", str(svg), "--parquet", str(parquet), "-q")
    block = done.stdout.split("baseline, alliance reached:\n")[1].split("\n\n")[0].splitlines()
    assert block[0].startswith(f"{LEVEL} down, sources.smith2019.weight across; as the files have it ")
    assert block[1].split() == ["0", "1", "(now)"]
    assert [row.split()[0] for row in block[2:]] == ["-1", "0", "1"]
    assert all(len(re.findall(r"~[\d.<>]+%", row)) == 2 for row in block[2:])
    assert "3 reweighted (worst Pareto k " in done.stdout
    text = svg.read_text("utf-8")
    assert ElementTree.fromstring(text).get("viewBox")
    assert "smith2019, weight" in text
    shown = {cell for row in block[2:] for cell in re.findall(r"~([\d.]+%)", row)}
    assert all(f">{cell}<" in text for cell in shown)
    table = pd.read_parquet(parquet)
    assert table.groupby([LEVEL, "sources.smith2019.weight"]).ngroups == 6


def test_choices_and_scenarios(cache: Path, tmp_path: Path) -> None:
    """A choice without values is swept over all; a scenario is answered beside the baseline."""
    svg = tmp_path / "choice.svg"
    done = sweep(
        cache, "base_rates.use", "--scenario", "trade_grows", "--svg", str(svg), "--by", "2030-06-30"
    )
    assert "neighbours (now)" in done.stdout
    assert "major_dyads" in done.stdout
    assert "\ntrade_grows:\n" in done.stdout
    assert "reached: by 2030-06-30" in done.stdout
    assert "major_dyads" in svg.read_text("utf-8")


@pytest.mark.slow
def test_points_out_of_reach(cache: Path) -> None:
    """A point whose weights cannot be trusted is fitted, or with --no-refit marked, and the exit is 1."""
    far = "sources.expert_one.outcomes.alliance=0.05,0.998"
    rough = sweep(cache, far, "--no-refit", code=1)
    row = next(line for line in rough.stdout.splitlines() if line.strip().startswith("0.998"))
    assert row.endswith("!")
    assert "! 1 NOT TO BE TRUSTED" in rough.stdout
    done = sweep(cache, far)
    assert (
        "1 point cannot be reweighted (Pareto k above 0.7, or few effective draws) and will be fitted"
        in done.stderr
    )
    assert "1 fit computed in" in done.stderr
    row = next(line for line in done.stdout.splitlines() if line.strip().startswith("0.998"))
    assert "~" not in row.split("]")[0]
    assert not row.endswith("!")
    assert "1 fitted again" in done.stdout


# ------------------------------------------------------------------------- workers, interruption, shards


def test_two_workers_give_the_same_bytes(curve: tuple[Done, Path], cache: Path) -> None:
    """--jobs changes nothing but the time."""
    done = sweep(cache, *CURVE, "--json", "--jobs", "2")
    assert without_run(done.stdout) == without_run(curve[0].stdout)


def done_in(cache: Path) -> int:
    """How many chunks are kept; one that is being written is still under a hidden name."""
    return sum(not chunk.name.startswith(".") for chunk in (cache / "chunk").glob("*"))


@pytest.mark.slow
def test_interrupted_and_resumed(fitted: Path, cache: Path, tmp_path: Path) -> None:
    """Ctrl-C ends it with 130 and a word on going on; the same command then computes only what is left."""
    long = (f"{LEVEL}=-2..2:120", "--json", "--jobs", "2")
    process = subprocess.Popen(
        [str(FORECAST), "sweep", *long, *COMMON],
        env=environment(cache),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    give_up = time.monotonic() + 120
    while not done_in(cache) and time.monotonic() < give_up:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, ""), err
    assert "stopped; what was done is kept: run the same command again to go on" in err
    assert "Traceback" not in err
    there = done_in(cache)
    assert 0 < there < 61
    done = sweep(cache, *long)
    assert json.loads(done.stdout)["run"]["computed"] == 121 - 2 * there
    whole = sweep(shutil.copytree(fitted, tmp_path / "other"), *long)
    assert json.loads(whole.stdout)["run"]["computed"] == 121
    assert without_run(whole.stdout) == without_run(done.stdout)


@pytest.mark.slow
def test_shards_merged_are_the_whole(curve: tuple[Done, Path], cache: Path, tmp_path: Path) -> None:
    """Three processes with a part each; merged in any order the same bytes, in every form."""
    parts = [tmp_path / f"part{k}.json" for k in (1, 2, 3)]
    for k, part in enumerate(parts, start=1):
        done = sweep(cache, *CURVE, "--shard", f"{k}/3", "--out", str(part))
        assert done.stdout == ""
        assert f"shard {k}/3: 2 of 6 points" in done.stderr
    names = [str(part) for part in (parts[1], parts[2], parts[0])]
    merged = forecast("sweep", "merge", *names, "--json", "--svg", str(tmp_path / "m.svg"), cache=cache)
    assert (merged.returncode, merged.stderr) == (0, "")
    assert without_run(merged.stdout) == without_run(curve[0].stdout)
    assert (tmp_path / "m.svg").read_bytes() == (curve[1] / "c.svg").read_bytes()
    table = forecast("sweep", "merge", *names, cache=cache)
    assert table.stdout == forecast("sweep", *CURVE, *COMMON, cache=curve[1] / "cache").stdout
    # A shard of another sweep among them.
    sweep(cache, f"{LEVEL}=-2..3:5", "--shard", "2/3", "--out", str(parts[1]), "-q")
    refused = forecast("sweep", "merge", *names, "--json", cache=cache)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "is of another sweep than" in refused.stderr
    assert "from -2.0 to 3.0" in refused.stderr
    missing = forecast("sweep", "merge", *names[1:], cache=cache)
    assert missing.returncode == 2
    assert "missing: shard 2/3; run the same sweep with --shard 2/3" in missing.stderr


# ------------------------------------------------------------------------------------------ bad input


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["drivers.shared_thret.level=0,1"], "Did you mean 'drivers.shared_threat.level'?"),
        ([f"{LEVEL}=2..-2:5"], "found 2..-2; write -2..2:5"),
        ([f"{LEVEL}=1..1"], "is empty: both ends are 1"),
        ([f"{LEVEL}="], "names no values"),
        ([f"{LEVEL}=0..1:0"], f"{LEVEL}=0..1:0"),
        (
            ["sources.smith2019.outcomes.alliance.p50=0.05..0.25:3"],
            "point 2 of 3 (sources.smith2019.outcomes",
        ),
        ([f"{LEVEL}=0,1", "model.rho=0.1,0.2", "trade=1"], "unknown knob 'trade'"),
        (
            [f"{LEVEL}=0,1", "model.rho=0.1,0.2", "model.infer_weight=0.1,0.2"],
            "a sweep turns one knob or two (found 3",
        ),
        ([f"{LEVEL}=0,1", "--outcome", "reached.aliance"], "Did you mean 'reached.alliance'?"),
        ([f"{LEVEL}=0,1", "--scenario", "trade_grow"], "Did you mean 'trade_grows'?"),
        ([f"{LEVEL}=0,1", "--by", "2099"], "past the horizon"),
        ([f"{LEVEL}=0,1", "--json", "--csv"], "choose one"),
        ([f"{LEVEL}=0,1", "--refit", "--no-refit"], "choose one"),
        ([f"{LEVEL}=0,1", "--jobs", "0"], "--jobs takes a number from 1"),
        ([f"{LEVEL}=0,1", "--shard", "3/2", "--out", "x.json"], "k from 1 to n"),
        ([f"{LEVEL}=0,1", "--shard", "1/3", "--out", "x.json"], "makes at most 2 shards"),
        ([f"{LEVEL}=0,1", "--shard", "1/2"], "--shard goes with --out FILE"),
        ([f"{LEVEL}=0,1", "--shard", "1/2", "--out", "x.json", "--json"], "--shard goes with --out FILE"),
        ([f"{LEVEL}=0,1", "--svg", "nowhere/x.svg"], "the folder nowhere is not there"),
    ],
)
def test_bad_input(tmp_path: Path, arguments: list[str], said: str) -> None:
    """Exit 2 with what is wrong and how to mend it, before anything is fitted or written."""
    done = forecast("sweep", *arguments, *COMMON, cache=tmp_path / "cache", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "one exact answer first" not in done.stderr
    assert files(tmp_path) == []


def test_a_scheduler_that_is_dead(tmp_path: Path) -> None:
    """Known before the fit, with how to start one."""
    pytest.importorskip("distributed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    done = forecast("sweep", *CURVE, *COMMON, "--scheduler", address, cache=tmp_path / "cache")
    assert done.returncode == 2
    assert f"no Dask scheduler answers at {address}" in done.stderr
    assert "dask scheduler" in done.stderr
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "sweep merge takes the files of all shards"),
        (["nowhere.json"], "nowhere.json: No such file"),
        (["nowhere.json", "--panel", "all"], "--panel goes with a sweep"),
        (["nowhere.json", "--jobs", "2"], "--jobs goes with a sweep"),
        (["nowhere.json", "--shard", "1/2"], "--shard goes with a sweep"),
    ],
)
def test_bad_merge(tmp_path: Path, arguments: list[str], said: str) -> None:
    """Exit 2; what belongs to a sweep is refused rather than ignored."""
    done = forecast("sweep", "merge", *arguments, cache=tmp_path / "cache", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def test_a_knob_that_moves_nothing_says_so(cache: Path) -> None:
    """Clusters of one source each have no dependence to turn."""
    done = sweep(cache, "model.rho=0.2,0.9")
    assert "nothing moves with model.rho: panel all has no use for it" in done.stderr


def test_help_explains_every_option(tmp_path: Path) -> None:
    """--help exits 0 on stdout, with a word on each option and on merging."""
    done = forecast("sweep", "--help", cache=tmp_path, COLUMNS="200")
    assert (done.returncode, done.stderr) == (0, "")
    options = re.findall(r"^  (-.*)$", done.stdout, flags=re.MULTILINE)
    assert all(re.search(r"\s{2,}\w+", option) for option in options)
    wanted = """-w --scenario --outcome --by --panel --lens --exclude --as-of --start --seed --draws --jobs
    --scheduler --shard --refit --no-refit --json --csv --out --parquet --svg -q --debug"""
    assert set(wanted.split()) <= set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", done.stdout))
    assert "forecast sweep merge part*.json" in done.stdout
