"""`forecast shocks` and `forecast scenarios` as real processes, on a workspace with shocks."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import subprocess
import sys
from pathlib import Path

import pytest
from command import SMALL, Done, environment, forecast
from what_if import edit, what_if

SHOCKS = "priors/shocks.yaml"
YEARS = 3835 / 365.25  # 2025-07-01 to 2035-12-31


@pytest.fixture(scope="session")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for commands that keep nothing."""
    return tmp_path_factory.mktemp("idle")


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace, which no test here changes."""
    return what_if(tmp_path_factory.mktemp("what_if") / "w")


def ask(root: Path, idle: Path, *arguments: str, **more: str) -> Done:
    """A command in the workspace, which must be done."""
    done = forecast(*arguments, cache=idle, cwd=root, **more)
    assert done.returncode == 0, done.stderr
    return done


# --------------------------------------------------------------------------------- shocks list


def test_list_is_a_table_of_whole_lines(root: Path, idle: Path) -> None:
    """One line a shock under its headings, aligned, the same for any width of terminal; notes below."""
    done = ask(root, idle, "shocks", "list", COLUMNS="40")
    assert done.stderr == f"workspace: {root} (found)\n"
    head, *rows = done.stdout.split("\n\n")[0].splitlines()
    assert re.split(r"\s{2,}", head) == [
        *("shock", "rate [90%]", "chance by 2035-12-31", "occurs", "outcome", "moves"),
    ]
    assert [re.split(r"\s{2,}", row) for row in rows] == [
        [
            "border_clash",
            "0.03 [0.01, 0.08] a year",
            "27% [10, 57]",
            "repeatedly, 0.31 x",
            "-",
            "border_dispute +1.5, trade -0.2",
        ],
        [
            "leader_exit",
            "0.1 [p10 0.05, p90 0.2] a year",
            "65% [p10 41, p90 88]",
            "once",
            "-",
            "shared_threat +-1",
        ],
        ["treaty_lapses", "1.5% [0.5, 4.0] a window", "3.0% [1.0, 7.8]", "once", "split", "-"],
    ]
    starts = [row.index(re.split(r"\s{2,}", row)[2]) for row in (head, *rows)]
    assert len(set(starts)) == 1
    assert "3 shocks, from 2025-07-01 on, each at its own rate" in done.stdout


def test_list_as_json(root: Path, idle: Path) -> None:
    """Chances are those of a Poisson process, and of the two windows that lie ahead."""
    listed = json.loads(ask(root, idle, "shocks", "list", "--json", "-q").stdout)
    clash, exit_, lapse = listed
    assert [s["id"] for s in listed] == ["border_clash", "leader_exit", "treaty_lapses"]
    assert clash["chance"]["p50"] == pytest.approx(1 - math.exp(-0.03 * YEARS))
    assert clash["expected"] == pytest.approx({"p05": 0.01 * YEARS, "p50": 0.03 * YEARS, "p95": 0.08 * YEARS})
    assert (
        exit_["expected"]
        == exit_["chance"]
        == pytest.approx({p: 1 - math.exp(-r * YEARS) for p, r in exit_["rate"].items()})
    )
    assert (lapse["rate"], lapse["windows_ahead"], lapse["outcome"]) == (None, 2, "split")
    assert lapse["chance"]["p50"] == pytest.approx(1 - 0.985**2)
    assert clash["jumps"]["border_dispute"]["spread"] == 0.3
    line = (root / SHOCKS).read_text("utf-8").splitlines()[clash["line"] - 1]
    assert (clash["file"], line) == (SHOCKS, "  border_clash:")


def test_list_as_csv(root: Path, idle: Path) -> None:
    """Tidy rows: every number of every shock with its quantile, unrounded."""
    done = ask(root, idle, "shocks", "list", "--csv", "-q")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == ["shock", "quantity", "stat", "value"]
    found = {(r["shock"], r["quantity"], r["stat"]): float(r["value"]) for r in rows}
    assert len(found) == len(rows)
    assert found["border_clash", "rate", "p95"] == 0.08
    assert found["border_clash", "direct.split", "p50"] == 0.4
    assert found["border_clash", "jump.trade", "p05"] == -0.6
    assert found["treaty_lapses", "probability", "p50"] == 0.015
    assert found["treaty_lapses", "chance", "p50"] == pytest.approx(1 - 0.985**2)
    assert found["leader_exit", "chance", "p90"] == pytest.approx(1 - math.exp(-0.2 * YEARS))


def test_a_workspace_without_shocks(idle: Path) -> None:
    """It is said on stderr; the data are an empty list."""
    done = forecast("shocks", "list", cache=idle, cwd=SMALL)
    assert (done.returncode, done.stdout) == (0, "")
    assert "no shocks: the workspace has no priors/shocks.yaml" in done.stderr
    assert json.loads(forecast("shocks", "list", "--json", "-q", cache=idle, cwd=SMALL).stdout) == []


# --------------------------------------------------------------------------------- shocks show


def test_show_says_all_that_the_file_does(root: Path, idle: Path) -> None:
    """Definition, chance, jumps, direct effects, what is raised and by what, place, evidence, reason."""
    shown = ask(root, idle, "shocks", "show", "border_clash", "-q").stdout
    assert shown.startswith(f"A clash at the border (border_clash)\n{SHOCKS}:3\n\nShots between")
    for line in (
        "strikes     0.03 [0.01, 0.08] a year, any number of times",
        "chance      27% [10, 57] from 2025-07-01 to 2035-12-31",
        "expected    0.31 [0.1, 0.84] times until then",
        "moves       border_dispute +1.5 [+0.5, +2.5], sd 0.3 from one time to the next: The record has two.",
        "            trade -0.2 [-0.6, +0.1]; the other way with chance 20%",
        "hazards     split +0.4 [+0.1, +0.9] (times 1.5)",
        "            half of that has faded after 1.5 years",
        "raises      the rate of leader_exit, 2 times for 1 year: Someone is blamed.",
        "evidence    from the text; Smith 2019, p. 3",
        "why         One in thirty years of the record.",
    ):
        assert line in shown.splitlines()
    assert (
        "\nraised by   border_clash, 2 times for 1 year\n"
        in ask(root, idle, "shocks", "show", "leader_exit").stdout
    )


def test_show_a_shock_with_windows(root: Path, idle: Path) -> None:
    """Every window, how many lie ahead, and the outcome that it is."""
    lines = ask(root, idle, "shocks", "show", "treaty_lapses").stdout.splitlines()
    for line in (
        "strikes     1.5% [0.5, 4.0] a window, once at most",
        "windows     2020-01-01 to 2020-12-31",
        "            2026-01-01 to 2026-12-31",
        "            2 of 3 windows lie ahead",
        "is          how split is reached: a transition, so that it adds to no hazard",
    ):
        assert line in lines


def test_show_as_json_is_the_entry_of_the_list(root: Path, idle: Path) -> None:
    """The same document alone and among the others."""
    listed = json.loads(ask(root, idle, "shocks", "list", "--json").stdout)
    assert json.loads(ask(root, idle, "shocks", "show", "leader_exit", "--json").stdout) == listed[1]
    assert listed[1]["raised_by"] == ["border_clash"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("shocks show border_clsh", "unknown shock 'border_clsh'. Did you mean 'border_clash'?"),
        ("shocks list --json --csv", "--json and --csv are two forms of the same output; choose one"),
        ("shocks lst", "No such command 'lst'."),
        ("shocks", "Commands:"),
        ("scenarios show clsh", "unknown scenario 'clsh'. Did you mean 'clash'?"),
    ],
)
def test_bad_requests(root: Path, idle: Path, line: str, message: str) -> None:
    """Exit 2, nothing on stdout, the nearest right name, no traceback."""
    done = forecast(*line.split(), cache=idle, cwd=root)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_faults_are_listed_before_anything_is_shown(tmp_path: Path, idle: Path) -> None:
    """A misspelt driver, a rate in percent and a contradiction, each with its line, in one go."""
    root = what_if(tmp_path / "w")
    edit(root, SHOCKS, "border_dispute: {", "border_disput: {")
    edit(root, SHOCKS, "{p10: 0.05, p50: 0.1, p90: 0.2}", "{p10: 5, p50: 10, p90: 20}")
    edit(root, "scenarios/clash.yaml", "forbid: {shock: leader_exit", "forbid: {shock: border_clash")
    done = forecast("shocks", "list", cache=idle, cwd=root)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"{SHOCKS}:8  shocks.border_clash.jumps.border_disput\n"
        "  unknown driver 'border_disput'. Did you mean 'border_dispute'?\n"
        f"{SHOCKS}:21  shocks.leader_exit.rate\n"
        "  20 a year is more than once a month; a rate is occurrences per year: "
        "if 10% a year is meant, write 0.1\n"
        "scenarios/clash.yaml:11  interventions[1].forbid.shock\n"
        "  'border_clash' is forced on 2028-06-01, when it is forbidden, on lines 10 and 11\n"
        "3 problems in 2 files; nothing was run.\n"
    )


# --------------------------------------------------------------------------------- scenarios


def test_scenarios_list_counts_what_is_included(root: Path, idle: Path) -> None:
    """Id, title, the number of interventions in all, and whose they are."""
    rows = [re.split(r"\s{2,}", line) for line in ask(root, idle, "scenarios", "list").stdout.splitlines()]
    assert rows == [
        ["baseline", "Baseline", "no interventions"],
        ["clash", "A clash while the threat stays", "6 interventions, with threat_stays"],
        ["threat_stays", "The threat stays high", "1 intervention"],
        ["trade_grows", "Trade grows for good", "1 intervention"],
    ]
    listed = json.loads(ask(root, idle, "scenarios", "list", "--json").stdout)
    assert listed[1] == {
        "id": "clash",
        "title": "A clash while the threat stays",
        "interventions": 6,
        "includes": ["threat_stays"],
    }


def test_scenarios_show_puts_every_intervention_in_words(root: Path, idle: Path) -> None:
    """What is included first, with its file and line; what is expected; where it comes from."""
    shown = ask(root, idle, "scenarios", "show", "clash").stdout
    assert shown == (
        "A clash while the threat stays (clash)\n\n"
        "Shots are fired at the border, and whoever led before it leads after it.\n\n"
        "  hold shared_threat at +1.5 from 2027-01-01 to 2031-12-31 (scenarios/threat_stays.yaml:7)\n"
        "  force border_clash on 2028-06-01\n"
        "  forbid leader_exit from the start to 2030-12-31\n"
        "  multiply the odds of treaty_lapses by 3 from 2030-07-01 to the horizon\n"
        "  multiply the hazard of partnership->alliance by 0.5 from the start to the horizon\n"
        "  ramp trade to -1 from the start to 2030-12-31\n\n"
        "  includes threat_stays\n"
        "  expected beside the baseline: alliance lower, split higher\n"
        "  motivated by Smith (2019), Journal of Examples 1(1), 1-20\n"
        "  found at Smith 2019, p. 4\n"
    )


def test_scenarios_show_as_json(root: Path, idle: Path) -> None:
    """What the file says, and every intervention with its kind, its words and its place."""
    found = json.loads(ask(root, idle, "scenarios", "show", "clash", "--json").stdout)
    assert (found["id"], found["includes"]) == ("clash", ["threat_stays"])
    assert found["expected"] == {"alliance": "lower", "split": "higher"}
    assert [i["kind"] for i in found["interventions"]] == [
        *("hold", "force", "forbid", "rate", "hazard", "ramp"),
    ]
    hold, force, *_ = found["interventions"]
    assert hold == {
        "kind": "hold",
        "driver": "shared_threat",
        "level": 1.5,
        "start": "2027-01-01",
        "end": "2031-12-31",
        "words": "hold shared_threat at +1.5 from 2027-01-01 to 2031-12-31",
        "scenario": "threat_stays",
        "file": "scenarios/threat_stays.yaml",
        "line": 7,
    }
    assert (force["date"], force["file"], force["line"]) == ("2028-06-01", "scenarios/clash.yaml", 10)


# --------------------------------------------------------------------------------- speed and help


@pytest.mark.parametrize("command", ["shocks list", "shocks show border_clash", "scenarios show clash"])
def test_no_numerical_library_is_loaded(root: Path, idle: Path, command: str) -> None:
    """These commands read files: NumPy, SciPy and pandas stay out of the process."""
    call = "import sys; sys.argv[0] = 'forecast'; from forecast.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", call, *command.split()],
        cwd=root,
        env=environment(idle),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert "forecast.cli.shocks" in loaded
    assert loaded.isdisjoint({"numpy", "scipy", "pandas", "numba", "matplotlib"})


@pytest.mark.parametrize(
    ("command", "flags"),
    [
        ("shocks", ""),
        ("shocks list", "-w --json --csv -q --debug"),
        ("shocks show", "-w --json -q --debug"),
        ("scenarios list", "-w --json -q --debug"),
        ("scenarios show", "-w --json -q --debug"),
    ],
)
def test_help_explains_every_option(command: str, flags: str, idle: Path) -> None:
    """--help exits 0 on stdout, with a word on each option."""
    done = forecast(*command.split(), "--help", cache=idle, COLUMNS="200")
    assert (done.returncode, done.stderr) == (0, "")
    options = re.findall(r"^  (-.*)$", done.stdout, flags=re.MULTILINE)
    assert all(re.search(r"\s{2,}\w+", option) for option in options)
    named = set(re.findall(r"(?<!\w)--?[a-z][a-z-]*", done.stdout))
    assert set(flags.split()) <= named
