"""The command line as a real process on a small workspace: output, exit codes, messages.

One model is fitted for all of it, into a cache of this session; what needs more fits is in test_cli_slow.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from command import FORECAST, QUICK, ROOT, SMALL, Done, environment, files, forecast, small, without_run

import forecast as package

#: Seconds into a fit: the sampler's libraries are being imported or the model compiled.
INTO_THE_FIT = 4.0
SLOW_LIBRARIES = {
    "pymc",
    "pytensor",
    "nutpie",
    "arviz",
    "numba",
    "scipy.stats",
    "pandas",
    "matplotlib",
    "xarray",
}
COMMANDS = [
    [],
    ["run"],
    ["report"],
    ["explain"],
    ["validate"],
    ["fmt"],
    ["init"],
    ["schema"],
    ["scenarios"],
    ["scenarios", "list"],
    ["scenarios", "show"],
    ["scenarios", "check"],
    ["sources"],
    ["sources", "list"],
    ["sources", "show"],
    ["sources", "matrix"],
    ["cache"],
    ["cache", "path"],
    ["cache", "ls"],
    ["cache", "clear"],
    ["doctor"],
]
REQUEST = "-w --panel --lens --exclude --by --as-of --start --seed --draws --jobs --refit -q --debug"
FLAGS = {
    "run": f"{REQUEST} --json --csv",
    "report": f"{REQUEST} --out --format --brief --compare --since --status --author --reviewer --dissent"
    " --marking --check --from --verify --json",
    "explain": "-w --panel --lens --exclude --as-of --start --seed --draws --jobs --refit --scenario --width"
    " --json -q --debug",
    "validate": "-w --format -q --debug",
    "fmt": "-w --check --debug",
    "init": "--debug",
    "doctor": "-w --debug",
    "scenarios check": "-w --json -q --debug",
    "sources list": "-w --panel --lens --kind --json --csv --width -q --debug",
    "sources show": "-w --panel --json --width -q --debug",
    "sources matrix": "-w --panel --channel --driver --json --csv --width -q --debug",
}
PLACES = ["state.alliance", "state.partnership", "state.split"]
PLACES += ["reached.alliance", "reached.split", "reached.alliance_broad", "alliance_broad"]
KEYS = ["schema", "question", "as_of", "start_state", "exact", "panel", "panel_id", "scenarios"]
KEYS += ["comparisons", "estimates", "diagnostics", "provenance", "run"]
STATS = ["mean", "p05", "p50", "p95", "mcse"]


@pytest.fixture(scope="session")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for commands that keep nothing."""
    return tmp_path_factory.mktemp("idle")


@pytest.fixture(scope="session")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, str, str, list[str], Path]:
    """A first run stopped by SIGINT inside its fit: exit code, stdout, stderr, files kept, and the cache."""
    cache = tmp_path_factory.mktemp("cache")
    with subprocess.Popen(
        [str(FORECAST), "run", "-w", str(SMALL), *QUICK],
        env=environment(cache),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        said = [process.stderr.readline(), process.stderr.readline()]
        time.sleep(INTO_THE_FIT)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    return process.returncode, out, "".join(said) + err, files(cache), cache


@pytest.fixture(scope="session")
def fitted(interrupted: tuple[Any, ...]) -> tuple[Done, Path]:
    """The one fit: a run with a scenario, as JSON, on the cache that the interrupted run left behind."""
    cache = interrupted[-1]
    return small("run", "trade_grows", *QUICK, "--json", cache=cache), cache


@pytest.fixture(scope="session")
def cache(fitted: tuple[Done, Path]) -> Path:
    """The session's cache, filled."""
    return fitted[1]


@pytest.fixture(scope="session")
def document(fitted: tuple[Done, Path]) -> dict[str, Any]:
    """The JSON of the one fit."""
    found: dict[str, Any] = json.loads(fitted[0].stdout)
    return found


def exact(text: str) -> Any:
    """JSON with every number as the text it is written as."""
    return json.loads(text, parse_float=str, parse_int=str)


# --------------------------------------------------------------------------------- help and version


def test_version(idle: Path) -> None:
    """--version prints the package's version on stdout and nothing else."""
    done = forecast("--version", cache=idle)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"forecast {package.__version__}\n", "")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_explains_every_option(command: list[str], idle: Path) -> None:
    """--help exits 0, on stdout, and no option stands there without a word of explanation."""
    done = forecast(*command, "--help", cache=idle, COLUMNS="200")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: forecast")
    options = re.findall(r"^  (-.*)$", done.stdout, flags=re.MULTILINE)
    assert options
    for option in options:
        assert re.search(r"\s{2,}\w+", option), f"not explained: {option}"
    named = set(re.findall(r"(?<!\w)--?[a-z][a-z-]*", done.stdout))
    assert set(FLAGS.get(" ".join(command), "").split()) <= named


def test_root_help_lists_every_command(idle: Path) -> None:
    """Each command stands in the list of the root, with a line that says what it does."""
    listed = forecast("--help", cache=idle, COLUMNS="200").stdout
    for name in sorted({command[0] for command in COMMANDS if command}):
        assert re.search(rf"^  {name}\s{{2,}}\w+", listed, flags=re.MULTILINE), name


@pytest.mark.parametrize("arguments", [[], ["scenarios"], ["cache"]], ids=" ".join)
def test_a_group_without_a_command_shows_its_help(arguments: list[str], idle: Path) -> None:
    """A bare group is a usage error that shows what could have been asked."""
    done = forecast(*arguments, cache=idle)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Commands:" in done.stderr


# --------------------------------------------------------------------------------- run


def test_interrupt_leaves_nothing(interrupted: tuple[Any, ...]) -> None:
    """Ctrl-C in a fit: exit 130, one line, no file in the cache, finished or not."""
    code, out, err, kept, _ = interrupted
    assert (code, out, kept) == (130, "", [])
    assert err.splitlines()[2:] == ["interrupted; nothing was half written"]


def test_stderr_is_our_own_lines(fitted: tuple[Done, Path]) -> None:
    """A run says which workspace and what takes time; no library adds a word."""
    done, _ = fitted
    assert done.returncode == 0, done.stderr
    assert done.stderr == (
        f"workspace: {SMALL} (given)\n"
        "fitting and simulating: panel all; baseline, trade_grows (half a minute the first time)\n"
        "then looking into why: trade_grows (some 10 s each)\n"
    )


def test_document_is_the_contract(document: dict[str, Any]) -> None:
    """Keys and nested keys of forecast/1, in the documented order."""
    assert [key for key in document if key in KEYS] == KEYS, "others may be added, these stay"
    assert document["schema"] == "forecast/1"
    assert document["question"] == "arland_bergia"
    assert document["as_of"] == "2025-07-01"
    assert document["start_state"] == "partnership"
    assert document["exact"] is True
    assert document["panel_id"] == "all"
    assert sorted(document["panel"]) == ["expert_one", "jones2022", "smith2019"]
    assert [s["id"] for s in document["scenarios"]] == ["baseline", "trade_grows"]
    assert list(document["provenance"]) == ["inputs_sha256", "seed", "versions"]
    assert re.fullmatch(r"[0-9a-f]{64}", document["provenance"]["inputs_sha256"])
    assert {"python", "numpy", "pymc", "nutpie"} <= set(document["provenance"]["versions"])
    assert list(document["run"]) == ["source", "seconds", "workspace"]
    assert document["run"]["source"] == "fit"
    assert document["run"]["workspace"] == str(SMALL)
    assert list(document["diagnostics"]) == [
        *("r_hat_max", "ess_bulk_min", "ess_tail_min", "divergences", "pareto_k_max", "passed"),
    ]
    assert document["diagnostics"]["passed"] is True


def test_horizons_are_each_31_december(document: dict[str, Any]) -> None:
    """One horizon a year, to the question's horizon, for every scenario."""
    wanted = [f"{year}-12-31" for year in range(2025, 2036)]
    for scenario in document["scenarios"]:
        assert [h["date"] for h in scenario["horizons"]] == wanted


def test_every_probability_has_its_summary(document: dict[str, Any]) -> None:
    """Each quantity has mean, quantiles in order inside [0, 1] and an error; states sum to one."""
    for scenario in document["scenarios"]:
        for horizon in scenario["horizons"]:
            assert list(horizon) == ["date", "state", "reached", "alliance_broad"]
            for place in PLACES:
                p: Any = horizon
                for key in place.split("."):
                    p = p[key]
                assert list(p) == STATS
                assert 0 <= p["p05"] <= p["p50"] <= p["p95"] <= 1
                assert p["mcse"] >= 0
            assert sum(p["mean"] for p in horizon["state"].values()) == pytest.approx(1, abs=1e-12)


def test_comparisons_and_estimates(document: dict[str, Any]) -> None:
    """Every quantity of every date is compared with the baseline; three answers stand side by side."""
    rows = document["comparisons"]
    assert {(r["date"], r["quantity"]) for r in rows} == {
        (f"{year}-12-31", place) for year in range(2025, 2036) for place in PLACES
    }
    for row in rows:
        assert list(row) == ["scenario", "vs", "date", "quantity", "difference", "p_sign"]
        assert (row["scenario"], row["vs"]) == ("trade_grows", "baseline")
        assert list(row["difference"]) == STATS
        assert 0 <= row["p_sign"] <= 1
    assert list(document["estimates"]) == ["outside_view", "pooled_judgment", "model"]
    for estimate in document["estimates"].values():
        assert list(estimate) == ["rule", "horizons"]
        assert estimate["rule"]
        for horizon in estimate["horizons"]:
            assert list(horizon["reached"]) == ["alliance", "split"]
            assert all(list(p) == STATS for p in horizon["reached"].values())
    model = document["estimates"]["model"]["horizons"][-1]["reached"]["alliance"]
    assert model == document["scenarios"][0]["horizons"][-1]["reached"]["alliance"]


def test_second_run_is_the_cache_with_the_same_bytes(fitted: tuple[Done, Path]) -> None:
    """All but ``run`` is byte for byte the first answer; ``run`` says where it came from."""
    first, cache = fitted
    again = small("run", "trade_grows", *QUICK, "--json", "--jobs", "1", cache=cache)
    assert without_run(again.stdout) == without_run(first.stdout)
    assert json.loads(again.stdout)["run"]["source"] == "cache"
    assert again.stderr == f"workspace: {SMALL} (given)\n"


def test_quiet_says_nothing(cache: Path) -> None:
    """With -q stderr is empty."""
    done = small("run", "trade_grows", *QUICK, "-q", cache=cache)
    assert (done.returncode, done.stderr) == (0, "")


def test_cached_run_imports_nothing_slow(cache: Path) -> None:
    """A cached answer loads no sampler, no compiler, no plotting and no data-frame library."""
    call = "import sys; sys.argv[0] = 'forecast'; from forecast.cli import main; main()"
    arguments = ["run", "-w", str(SMALL), "trade_grows", *QUICK, "--json"]
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", call, *arguments],
        env=environment(cache),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["run"]["source"] == "cache"
    loaded = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert "forecast.cli.run" in loaded
    assert loaded.isdisjoint(SLOW_LIBRARIES), loaded & SLOW_LIBRARIES


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate"],
        ["scenarios", "list"],
        ["sources"],
        ["sources", "show", "smith2019"],
        ["schema"],
        ["fmt", "--check"],
    ],
    ids=" ".join,
)
def test_reading_files_needs_no_numerical_library(arguments: list[str], idle: Path) -> None:
    """Commands on files load neither NumPy nor SciPy nor pandas."""
    call = "import sys; sys.argv[0] = 'forecast'; from forecast.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", call, *arguments],
        cwd=SMALL,
        env=environment(idle),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert "forecast.cli.files" in loaded
    assert loaded.isdisjoint({"numpy", "scipy", "pandas", *SLOW_LIBRARIES})


def test_by_adds_a_date_and_changes_no_other_number(fitted: tuple[Done, Path]) -> None:
    """--by answers for one more date, between its neighbours; every other number keeps its digits."""
    first, cache = fitted
    done = small("run", "trade_grows", *QUICK, "--json", "--by", "2031", "--by", "2030-12-31", cache=cache)
    assert done.returncode == 0, done.stderr
    before, after = exact(first.stdout), exact(done.stdout)
    for old, new in zip(before["scenarios"], after["scenarios"], strict=True):
        added = [h for h in new["horizons"] if h not in old["horizons"]]
        assert [h["date"] for h in added] == ["2031-07-01"]
        assert [h for h in new["horizons"] if h not in added] == old["horizons"]
        dates = [h["date"] for h in new["horizons"]]
        assert dates == sorted(dates)
        at = dates.index("2031-07-01")
        means = [float(h["reached"]["split"]["mean"]) for h in new["horizons"][at - 1 : at + 2]]
        assert means == sorted(means)
    assert [c for c in after["comparisons"] if c["date"] != "2031-07-01"] == before["comparisons"]
    for name in before["estimates"]:
        kept = [h for h in after["estimates"][name]["horizons"] if h["date"] != "2031-07-01"]
        assert kept == before["estimates"][name]["horizons"]
    for key in ("diagnostics", "provenance", "panel", "as_of"):
        assert after[key] == before[key]


@pytest.mark.slow
def test_several_panels_are_an_array_in_order(fitted: tuple[Done, Path]) -> None:
    """Panels come back in the order asked for, each as if it had been asked alone."""
    first, cache = fitted
    done = small("run", "trade_grows", *QUICK, "--json", "--panel", "texts", "--panel", "all", cache=cache)
    assert done.returncode == 0, done.stderr
    both = exact(done.stdout)
    assert [d["panel_id"] for d in both] == ["texts", "all"]
    assert sorted(both[0]["panel"]) == ["jones2022", "smith2019"]
    alone = exact(first.stdout)
    assert {**both[1], "run": None} == {**alone, "run": None}
    assert both[0]["scenarios"] != both[1]["scenarios"]
    one = small("run", "trade_grows", *QUICK, "--json", "--panel", "texts", cache=cache)
    assert {**exact(one.stdout), "run": None} == {**both[0], "run": None}


def test_corrupt_answer_is_made_again(fitted: tuple[Done, Path], tmp_path: Path) -> None:
    """A kept answer that does not verify is treated as absent: the same bytes, and kept afresh."""
    first, cache = fitted
    copy = shutil.copytree(cache, tmp_path / "cache")
    for path in (copy / "forecast").iterdir():
        raw = path.read_bytes()
        path.write_bytes(raw.replace(b"alliance", b"allianze", 1) if len(raw) % 2 else raw[: len(raw) // 2])
    done = small("run", "trade_grows", *QUICK, "--json", cache=copy)
    assert done.returncode == 0, done.stderr
    assert without_run(done.stdout) == without_run(first.stdout)
    again = small("run", "trade_grows", *QUICK, "--json", cache=copy)
    assert again.stdout.partition('"run"')[0] == first.stdout.partition('"run"')[0]
    assert "fitting" not in again.stderr


def test_table(cache: Path, document: dict[str, Any]) -> None:
    """The table: question, panel, the baseline by date, the three answers, the scenario at two dates."""
    done = small("run", "trade_grows", *QUICK, "-q", cache=cache)
    lines = done.stdout.splitlines()
    assert lines[0] == "Will Arland and Bergia form an alliance, stay partners or split?"
    assert lines[1] == "as of 2025-07-01, from partnership; panel all (3 sources)"
    for year in range(2025, 2036):
        block = 1 if year not in (2030, 2035) else 4
        assert sum(line.startswith(f"{year}-12-31") for line in lines) == block, "the baseline; 3 comparisons"
    assert any(line.startswith("baseline: ") for line in lines)
    assert "trade_grows: Trade grows for good" in lines
    alone = small("run", *QUICK, "-q", cache=cache).stdout
    assert done.stdout.startswith(alone.rstrip("\n")), "a scenario comes after what is said without it"
    last = document["scenarios"][0]["horizons"][-1]["state"]["partnership"]["mean"]
    row = next(line for line in lines if line.startswith("2035-12-31"))
    assert f"{100 * last:.0f}%" in row
    for name in ("outside view", "pooled judgment", "model"):
        assert any(line.startswith(name) for line in lines)


def test_nothing_is_wrapped_or_coloured(cache: Path) -> None:
    """Piped output is the same whatever the width of the terminal, and plain."""
    wide = small("run", *QUICK, "-q", "trade_grows", cache=cache, COLUMNS="300")
    narrow = small("run", *QUICK, "-q", "trade_grows", cache=cache, COLUMNS="20", FORCE_COLOR="1")
    assert narrow.stdout == wide.stdout
    assert "\x1b" not in narrow.stdout
    assert max(map(len, wide.stdout.splitlines())) > 80


def test_no_color_on_a_terminal(idle: Path) -> None:
    """On a terminal too, NO_COLOR means no escape sequence, in help, data and errors."""
    for arguments in (["--help"], ["run", "--bogus"], ["validate", "-w", str(SMALL)]):
        main, other = pty.openpty()
        process = subprocess.Popen(
            [str(FORECAST), *arguments],
            env=environment(idle, NO_COLOR="1", TERM="xterm-256color"),
            stdin=subprocess.DEVNULL,
            stdout=other,
            stderr=other,
        )
        os.close(other)
        shown = b""
        try:
            while chunk := os.read(main, 4096):
                shown += chunk
        except OSError:  # what Linux says when the other end is closed
            pass
        os.close(main)
        assert process.wait(timeout=30) in (0, 2)
        assert len(shown) > 20
        assert b"\x1b" not in shown


def test_csv_is_tidy_and_agrees_with_the_json(cache: Path, document: dict[str, Any]) -> None:
    """scenario,date,quantity,outcome,stat,value: one row for every number of the document, unrounded."""
    done = small("run", "trade_grows", *QUICK, "--csv", "-q", cache=cache)
    rows = list(csv.reader(io.StringIO(done.stdout)))
    assert rows[0] == ["scenario", "date", "quantity", "outcome", "stat", "value"]
    more = ["difference_mean", "difference_p05", "difference_p95", "p_sign"]
    assert len(rows) - 1 == 11 * len(PLACES) * (2 * len(STATS) + len(more))
    assert "\r" not in done.stdout
    found = {tuple(row[:5]): float(row[5]) for row in rows[1:]}
    for scenario in document["scenarios"]:
        for horizon in scenario["horizons"]:
            key = (scenario["id"], horizon["date"])
            for name, p in horizon["reached"].items():
                for stat in STATS:
                    assert found[*key, "reached", name, stat] == p[stat]
            broad = horizon["alliance_broad"]["p95"]
            assert found[*key, "alliance_broad", "alliance_broad", "p95"] == broad
    for row in document["comparisons"]:
        quantity, _, outcome = row["quantity"].partition(".")
        place = (row["scenario"], row["date"], quantity, outcome or quantity)
        assert found[*place, "p_sign"] == row["p_sign"]
        assert all(found[*place, f"difference_{s}"] == row["difference"][s] for s in ("mean", "p05", "p95"))
    assert not any(key[0] == "baseline" and key[-1] in more for key in found)


def test_csv_of_two_panels_says_which(cache: Path) -> None:
    """With more than one panel each row begins with its panel."""
    done = small("run", "trade_grows", *QUICK, "--csv", "-q", "--panel", "all", "--panel", "all", cache=cache)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert next(iter(rows[0])) == "panel"
    assert {row["panel"] for row in rows} == {"all"}


@pytest.mark.parametrize(
    "arguments", [["run", "--json"], ["run"], ["schema"], ["scenarios", "list"]], ids=" ".join
)
def test_a_reader_that_leaves_is_no_error(arguments: list[str], cache: Path) -> None:
    """`forecast run | head -1`: exit 0, no traceback, whether the output fills the pipe or not."""
    more = [] if arguments == ["schema"] else ["-w", str(SMALL)]
    more += ["trade_grows", *QUICK, "-q"] if arguments[0] == "run" else []
    for lines in (0, 1):
        with subprocess.Popen(
            [str(FORECAST), *arguments, *more],
            env=environment(cache),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            for _ in range(lines):
                assert process.stdout.readline()
            process.stdout.close()
            said = process.stderr.read().decode()
            assert process.wait(timeout=30) == 0
        assert "Traceback" not in said
        assert "Broken" not in said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_said_in_a_line(cache: Path) -> None:
    """Output that cannot be written: exit 2 and the system's reason."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [str(FORECAST), "schema"],
            env=environment(cache),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (2, "output: No space left on device\n")


# --------------------------------------------------------------------------------- bad requests

REFUSED = {
    "run --panel txts": "unknown panel or source 'txts'. Did you mean 'texts'?",
    "run --panel smith2019,jones2202": "unknown panel or source 'jones2202'. Did you mean 'jones2022'?",
    "run trade_growz": "unknown scenario 'trade_growz'. Did you mean 'trade_grows'?",
    "run trade_grows --panel texts --panel xyzzy": "unknown panel or source 'xyzzy'. Known: ",
    "run --lens realst": "unknown lens 'realst'. Did you mean 'realist'?",
    "run --exclude smith2018": "unknown source 'smith2018'. Did you mean 'smith2019'?",
    "run --start partnersip": "--start: unknown state 'partnersip'. Did you mean 'partnership'?",
    "run --by 2030-13-01": "--by 2030-13-01 is not a date; write 2031-12-31, or a year such as 2031",
    "run --by 2036": "--by 2036-07-01 is past the horizon 2035-12-31; raise horizon in priors/question.yaml",
    "run --by 2020": "--by 2020-07-01 is before the forecast starts (2025-07-01)",
    "run --as-of 2035-12-31": "--as-of 2035-12-31 is not before the horizon 2035-12-31",
    "run --as-of soon": "--as-of soon is not a date",
    "run --draws 5": "--draws takes a number from 100 to 100000 (found 5)",
    "run --jobs 0": "--jobs takes a number from 1 (found 0)",
    "run --seed -1": "--seed takes a number from 0 to 9223372036854775807 (found -1)",
    "run --json --csv": "--json and --csv are two forms of the same output; choose one",
    "run --drws 500": "No such option: --drws",
    "run --draws many": "Invalid value for '--draws'",
    "report --panel texts --panel txt": "unknown panel or source 'txt'. Did you mean 'texts'?",
    "report --panel texts --panel all --brief": "--brief is one page on one panel; leave it out to compare",
    "report --status finall": (
        "--status takes one of draft, reviewed, final (found 'finall'). Did you mean 'final'?"
    ),
    "report --status final": (
        "--status final says that someone stands behind the report; name them with --author"
    ),
    "report --status reviewed --author A": "name them with --reviewer NAME (found authors: A)",
    "report --author A --reviewer A": "'A' is an author and a reviewer of the same report",
    "report --dissent Never": "--dissent takes 'NAME: TEXT'",
    "report --since never": "--since 'never' is neither a report's folder",
    "report --check nowhere.md": "nowhere.md",
    "report --from nowhere.md": "there is no file nowhere.md; name the edited report.md in its folder",
    "report --verify nowhere": "nowhere is no report folder: it has no manifest.json",
    "report --check a.md --verify b": "--check and --verify are different jobs; give one at a time",
    "report trade_grows --verify b": (
        "--verify takes a report that is there, and no scenario (found 'trade_grows')"
    ),
    "report --verify b --format pdf": "--format says nothing to --verify, which takes a report as it is",
    "report --check a.md --status final --author A": "--status says nothing to --check",
    "report --json": "--json is for --check and --verify; the data of a report are --format json",
    "report trade_growz": "unknown scenario 'trade_growz'. Did you mean 'trade_grows'?",
    "report --by 2036": "--by 2036-07-01 is past the horizon 2035-12-31",
    "report --format mdd": (
        "unknown report format 'mdd'; formats: md, html, json, docx, pdf, csv. Did you mean 'md'?"
    ),
    "report --out priors/question.yaml": "priors/question.yaml is a file; name a folder",
    "report --out priors/question.yaml/below": "priors/question.yaml is a file; name a folder",
    "validate --format jsn": "--format: unknown form 'jsn'. One of text, github, json.",
    "scenarios show trade_growz": "unknown scenario 'trade_growz'. Did you mean 'trade_grows'?",
    "sources show smth2019": "unknown source 'smth2019'. Did you mean 'smith2019'?",
    "sources --panel txts": "unknown panel or source 'txts'. Did you mean 'texts'?",
    "sources --lens realst": "unknown lens 'realst'. Did you mean 'realist'?",
    "sources --kind analist": "unknown kind 'analist'. Did you mean 'analyst'?",
    "sources --json --csv": "--json and --csv are two forms of the same output; choose one",
    "sources matrix --driver trad": "unknown driver 'trad'. Did you mean 'trade'?",
    "sources matrix --channel splt": "unknown channel 'splt'. Did you mean 'split'?",
    "sources shw": "No such command 'shw'.",
    "schema sorce": "unknown kind 'sorce'. Did you mean 'source'?",
    "fmt nosuch.yaml": "no such file or folder: nosuch.yaml",
    "run -w nosuch": "no folder nosuch (looked for priors/question.yaml in nosuch)",
    "run -w priors": "priors is a priors folder; -w names the folder that holds it: .",
    "run -w scenarios": "scenarios is not a workspace: looked for priors/question.yaml in scenarios",
    "rum": "No such command 'rum'.",
}


@pytest.mark.parametrize("line", REFUSED)
def test_bad_requests_are_refused_before_anything_runs(line: str, idle: Path) -> None:
    """Exit 2, nothing on stdout, what is wrong and the nearest right name on stderr, no traceback."""
    done = forecast(*line.split(), cache=idle, cwd=SMALL)
    assert (done.returncode, done.stdout) == (2, "")
    assert REFUSED[line] in done.stderr
    assert "Traceback" not in done.stderr
    assert "fitting" not in done.stderr
    assert files(idle) == []


def test_debug_shows_where(idle: Path) -> None:
    """--debug adds the traceback to the message of a refusal."""
    done = forecast("run", "--panel", "txts", "--debug", cache=idle, cwd=SMALL)
    assert done.returncode == 2
    assert "Traceback" in done.stderr
    assert done.stderr.endswith("unknown panel or source 'txts'. Did you mean 'texts'?\n")


# --------------------------------------------------------------------------------- files


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A copy of the small workspace with one fault in each of two files."""
    folder = shutil.copytree(SMALL, tmp_path / "broken")
    edits = [
        ("priors/sources/smith2019.yaml", "p95: 0.15", "p95: 0.01"),
        ("scenarios/threat_stays.yaml", "driver: shared_threat", "driver: shared_thret"),
    ]
    for name, old, new in edits:
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return folder


@pytest.mark.parametrize("command", [["validate"], ["run"], ["report"], ["scenarios", "list"]], ids=" ".join)
def test_bad_workspace_names_every_problem(command: list[str], broken: Path, idle: Path) -> None:
    """Every fault of every file with its line, in one go; nothing was run; exit 2."""
    done = forecast(*command, cache=idle, cwd=broken)
    assert (done.returncode, done.stdout) == (2, "")
    said = done.stderr
    assert re.search(r"^priors/sources/smith2019\.yaml:13  outcomes\.alliance\.p95\n  \S", said, re.MULTILINE)
    assert re.search(
        r"^scenarios/threat_stays\.yaml:7  interventions\[0\]\.hold\.driver\n", said, re.MULTILINE
    )
    assert "Did you mean 'shared_threat'?" in said
    assert said.endswith("2 problems in 2 files; nothing was run.\n")
    assert "Traceback" not in said


def test_validate_for_programs(broken: Path, idle: Path) -> None:
    """--format json is one document on stdout, github one annotation a problem; both exit 2."""
    done = forecast("validate", "--format", "json", "-q", cache=idle, cwd=broken)
    assert (done.returncode, done.stderr) == (2, "")
    found = json.loads(done.stdout)
    assert (found["schema"], found["valid"], found["errors"]) == ("problems/1", False, 2)
    assert [(p["file"], p["line"]) for p in found["problems"]] == [
        ("priors/sources/smith2019.yaml", 13),
        ("scenarios/threat_stays.yaml", 7),
    ]
    done = forecast("validate", "--format", "github", "-q", cache=idle, cwd=broken)
    assert (done.returncode, done.stderr) == (2, "")
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(
        "::error file=priors/sources/smith2019.yaml,line=13,title=outcomes.alliance.p95::"
    )


def test_validate_a_good_workspace(idle: Path) -> None:
    """Exit 0 in every form, with a count of what was read."""
    done = small("validate", "-q", cache=idle)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "valid: 3 drivers, 3 sources, 25 measurements, 3 scenarios\n"
    done = small("validate", "--format", "json", cache=idle)
    assert (done.returncode, json.loads(done.stdout)["valid"]) == (0, True)
    done = small("validate", "--format", "github", cache=idle)
    assert (done.returncode, done.stdout.strip()) == (0, "")


def test_the_shipped_workspace_is_used_and_named(tmp_path: Path, idle: Path) -> None:
    """Away from any workspace the shipped example answers, and stderr says so."""
    done = forecast("scenarios", "list", cache=idle, cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr.splitlines()[0] == f"workspace: {ROOT} (shipped)"
    assert done.stdout.startswith("baseline ")


def test_a_workspace_is_found_upward(idle: Path) -> None:
    """Inside a workspace, at any depth, that one is used."""
    done = forecast("scenarios", "list", cache=idle, cwd=SMALL / "priors" / "sources")
    assert done.stderr.splitlines()[0] == f"workspace: {SMALL} (found)"


def test_init_makes_a_valid_workspace_once(tmp_path: Path, idle: Path) -> None:
    """init fills a new folder that validates as it stands; a second init changes nothing and is refused."""
    done = forecast("init", "mine", cache=idle, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{tmp_path / 'mine'}\n"
    assert {"priors", "scenarios", ".gitignore", ".editorconfig"} <= {
        p.name for p in (tmp_path / "mine").iterdir()
    }
    checked = forecast("validate", cache=idle, cwd=tmp_path / "mine")
    assert checked.returncode == 0, checked.stderr
    assert checked.stderr.splitlines()[0] == f"workspace: {tmp_path / 'mine'} (found)"
    before = {name: (tmp_path / "mine" / name).read_bytes() for name in files(tmp_path / "mine")}
    again = forecast("init", "mine", cache=idle, cwd=tmp_path)
    assert (again.returncode, again.stdout) == (2, "")
    assert "already holds priors/; nothing was written" in again.stderr
    assert {name: (tmp_path / "mine" / name).read_bytes() for name in files(tmp_path / "mine")} == before


def test_init_into_a_file_is_refused(tmp_path: Path, idle: Path) -> None:
    """A name that is taken by a file, or lies below one, is a message."""
    (tmp_path / "taken").write_text("x")
    for name in ("taken", "taken/below"):
        done = forecast("init", name, cache=idle, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr


def test_fmt(tmp_path: Path, idle: Path) -> None:
    """fmt --check says what would change and exits 1; fmt changes it; then there is nothing to do."""
    folder = shutil.copytree(SMALL, tmp_path / "work")
    assert forecast("fmt", "--check", cache=idle, cwd=folder).returncode == 0
    path = folder / "scenarios" / "trade_grows.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    swapped = "".join([lines[0], lines[2], lines[1], *lines[3:]])
    path.write_text(swapped, encoding="utf-8")
    done = forecast("fmt", "--check", cache=idle, cwd=folder)
    assert (done.returncode, done.stdout) == (1, f"would reorder {path}\n")
    assert path.read_text(encoding="utf-8") == swapped
    done = forecast("fmt", cache=idle, cwd=folder)
    assert (done.returncode, done.stdout) == (0, f"reordered {path}\n")
    assert path.read_text(encoding="utf-8") == "".join(lines)


def test_fmt_leaves_the_shipped_workspace_alone(tmp_path: Path, idle: Path) -> None:
    """Without a workspace of one's own there is nothing to reorder."""
    done = forecast("fmt", cache=idle, cwd=tmp_path)
    assert done.returncode == 2
    assert "read-only" in done.stderr


def test_schema(idle: Path) -> None:
    """schema prints one kind, or all, as JSON Schema."""
    every = json.loads(forecast("schema", cache=idle).stdout)
    assert {"question", "drivers", "base_rates", "history", "indicators", "source", "scenario"} <= set(every)
    one = json.loads(forecast("schema", "source", cache=idle).stdout)
    assert one == every["source"]
    assert "outcomes" in one["properties"]


def test_scenarios(idle: Path) -> None:
    """list names every scenario, baseline first; show gives its story and what it does."""
    done = forecast("scenarios", "list", "-q", cache=idle, cwd=SMALL)
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        "baseline",
        "threat_stays",
        "trade_grows",
    ]
    listed = json.loads(forecast("scenarios", "list", "--json", "-q", cache=idle, cwd=SMALL).stdout)
    assert [s["id"] for s in listed] == ["baseline", "threat_stays", "trade_grows"]
    shown = forecast("scenarios", "show", "threat_stays", "-q", cache=idle, cwd=SMALL).stdout
    assert shown.startswith("The threat stays high (threat_stays)\n\nThe third power keeps its bases")
    assert "\n  hold shared_threat at +1.5 from 2027-01-01 to 2031-12-31\n" in shown
    assert "\n  motivated by Smith (2019), Journal of Examples 1(1), 1-20\n" in shown
    base = forecast("scenarios", "show", "baseline", "-q", cache=idle, cwd=SMALL)
    assert base.returncode == 0


# --------------------------------------------------------------------------------- cache and doctor


def test_cache_commands(cache: Path, tmp_path: Path) -> None:
    """path names the folder, ls what is in it, clear empties it."""
    copy = shutil.copytree(cache, tmp_path / "cache")
    assert forecast("cache", "path", cache=copy).stdout == f"{copy}\n"
    listed = forecast("cache", "ls", cache=copy).stdout.splitlines()
    assert len(listed) == len(files(copy)) > 0
    assert {line.split()[0] for line in listed} == {"forecast", "posterior", "reference"}
    cleared = forecast("cache", "clear", cache=copy)
    assert cleared.stdout.startswith(f"deleted {len(listed)} files, ")
    assert files(copy) == []
    assert forecast("cache", "ls", cache=copy).stdout == ""
    assert forecast("cache", "clear", cache=copy).stdout == "deleted 0 files, 0.0 MB\n"


def test_a_cache_that_is_not_there(tmp_path: Path) -> None:
    """A folder not made yet is an empty cache, and looking does not make it."""
    absent = tmp_path / "a" / "b"
    assert forecast("cache", "ls", cache=absent).stdout == ""
    assert forecast("cache", "clear", cache=absent).returncode == 0
    assert not absent.exists()


def test_doctor(broken: Path, idle: Path) -> None:
    """All well exits 0 with the versions that matter; a bad workspace is a trouble and exits 1."""
    done = small("doctor", cache=idle)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("all well\n")
    for name in ("numpy", "pymc", "nutpie", str(idle), str(SMALL)):
        assert name in done.stdout
    done = forecast("doctor", cache=idle, cwd=broken)
    assert done.returncode == 1
    assert "trouble: the workspace has 2 problems" in done.stdout
    assert done.stdout.endswith("1 trouble\n")
    done = forecast("doctor", "-w", "nosuch", cache=idle)
    assert done.returncode == 1


def test_every_date_of_the_document_is_a_date(document: dict[str, Any]) -> None:
    """Dates are ISO dates wherever they stand."""
    dates = [document["as_of"], *(c["date"] for c in document["comparisons"])]
    dates += [h["date"] for e in document["estimates"].values() for h in e["horizons"]]
    assert all(dt.date.fromisoformat(date) for date in dates)
