"""Scenarios through the command line as a real process: beside the baseline, why, do they hold together.

One model is fitted for all of it, on the small workspace with shocks.
"""

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
from command import QUICK, Done, environment, forecast
from what_if import add, edit, what_if

from forecast.rounding import interval

#: Fits a workspace of its own.
pytestmark = pytest.mark.slow

ASKED = ("clash", "trade_grows")
DRIVERS = "priors/drivers.yaml"
#: Judged of the small workspace, which has none: a threat that stays high brings trade down by two points.
CROSS_IMPACTS = """
cross_impacts:
  - {from: shared_threat, to: trade, strength: -2, rationale: A front line is bad for trade.}
"""


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for commands that keep nothing."""
    return tmp_path_factory.mktemp("idle")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace, which no test here changes."""
    return what_if(tmp_path_factory.mktemp("what_if") / "w")


@pytest.fixture(scope="module")
def fitted(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Path]:
    """The one fit, as JSON, and the cache it is kept in."""
    cache = tmp_path_factory.mktemp("cache")
    done = forecast("run", *ASKED, *QUICK, "--json", cache=cache, cwd=root)
    assert done.returncode == 0, done.stderr
    return done, cache


@pytest.fixture(scope="module")
def document(fitted: tuple[Done, Path]) -> dict[str, Any]:
    """The JSON of the one fit."""
    found: dict[str, Any] = json.loads(fitted[0].stdout)
    return found


@pytest.fixture(scope="module")
def shown(root: Path, fitted: tuple[Done, Path]) -> str:
    """The same answer as a table, from the cache."""
    done = forecast("run", *ASKED, *QUICK, cache=fitted[1], cwd=root)
    assert (done.returncode, done.stderr) == (0, f"workspace: {root} (found)\n"), "it is in the cache"
    return done.stdout


def section(text: str, start: str) -> list[str]:
    """The lines from the one that starts so to the next empty one."""
    found = next(part for part in text.split("\n\n") if part.startswith(start))
    return found.splitlines()


# --------------------------------------------------------------------------------- run


def test_what_takes_time_is_said(root: Path, fitted: tuple[Done, Path]) -> None:
    """Which scenarios are simulated, and which are looked into, on stderr."""
    assert fitted[0].stderr == (
        f"workspace: {root} (found)\n"
        "fitting and simulating: panel all; baseline, clash, trade_grows (half a minute the first time)\n"
        "then looking into why: clash, trade_grows (some 10 s each)\n"
    )


def test_each_scenario_says_what_it_does_and_where(root: Path, document: dict[str, Any]) -> None:
    """In words, those it includes first, each with the line it stands on; the baseline says nothing."""
    assert list(document["scenarios"][0]) == ["id", "horizons"]
    clash = document["scenarios"][1]
    assert (clash["id"], clash["title"]) == ("clash", "A clash while the threat stays")
    assert [one["at"] for one in clash["interventions"]] == [
        *("interventions[0].hold", "interventions[0].force", "interventions[1].forbid"),
        *("interventions[2].rate", "interventions[3].hazard", "interventions[4].ramp"),
    ]
    assert [one["scenario"] for one in clash["interventions"]] == ["threat_stays", *["clash"] * 5]
    for one in clash["interventions"]:
        line = (root / one["file"]).read_text("utf-8").splitlines()[one["line"] - 1]
        assert one["at"].rpartition(".")[2] in line
    assert clash["interventions"][1]["text"] == "force border_clash on 2028-06-01"


def test_the_table_sets_scenarios_beside_the_baseline(shown: str, document: dict[str, Any]) -> None:
    """An outcome a table, at the date nearest the middle and the last: the numbers of the document."""
    middle, last = "2030-12-31", "2035-12-31"
    for title, place in [
        ("alliance: reached by the date", ("reached", "alliance")),
        ("split: reached by the date", ("reached", "split")),
        ("broad: ", ("alliance_broad",)),
    ]:
        head, *rows = section(shown, title)[1:]
        assert re.split(r"\s{2,}", head.strip()) == ["level [90%]", "less baseline, points [90%]", "P(sign)"]
        cells = [re.split(r"\s{2,}", row.strip()) for row in rows]
        assert [row[0] for row in cells] == [middle, "clash", "trade_grows", last, "clash", "trade_grows"]
        names = ["baseline", *ASKED]
        for at, row in enumerate(cells):
            scenario, date = names[at % 3], (middle, last)[at // 3]
            found: Any = next(h for h in document["scenarios"][at % 3]["horizons"] if h["date"] == date)
            for key in place:
                found = found[key]
            assert interval(found) in row
            assert len(row[row.index(scenario) :]) == (2 if scenario == "baseline" else 4)


def test_a_date_asked_for_is_compared_at(root: Path, fitted: tuple[Done, Path]) -> None:
    """Before anything differs there is a dash: no sign, and no certainty of one."""
    asked = ("run", "threat_stays", *QUICK, "--by", "2026-06-30", "-q")
    rows = section(forecast(*asked, cache=fitted[1], cwd=root).stdout, "alliance: ")[2:]
    assert [re.split(r"\s{2,}", row)[0] for row in rows] == [
        *("2026-06-30", "", "2030-12-31", "", "2035-12-31", ""),
    ]
    assert re.split(r"\s{2,}", rows[1].strip())[-2:] == ["-", "-"]
    assert rows[3].strip().endswith("%")


def test_each_scenario_has_its_paragraph(shown: str, document: dict[str, Any]) -> None:
    """Title, verdict, plausibility, what was expected, why by parts and by lines; what near means."""
    lines = section(shown, "clash: A clash while the threat stays")
    labels = [line[2:16].strip() for line in lines[1:] if line[2:16].strip()]
    assert labels == [
        *("consistency", "plausible", "expected", "alliance", "split", "line by line"),
    ]
    assert any(re.search(r"expected +alliance lower: .*; split higher: ", line) for line in lines)
    for channel in ("alliance", "split"):
        reasons = next(
            r for r in document["scenarios"][1]["reasons"] if r["quantity"] == f"reached.{channel}"
        )
        at = next(i for i, line in enumerate(lines) if line.startswith(f"  {channel} "))
        assert re.search(r"[+-]\d.* points \[.*\] by 2035-12-31$", lines[at])
        sentences = [line for line in lines[at + 1 : at + 7] if " points on the way " in line]
        assert 1 <= len(sentences) <= 5
        assert len(sentences) <= len(reasons["parts"])
    table = lines[next(i for i, line in enumerate(lines) if line.startswith("  line by line")) :]
    assert len(table) == 1 + 6
    assert re.split(r"\s{2,}", table[0].strip())[1:3] == ["alliance", "split"]
    assert shown.rstrip().splitlines()[-1].startswith("near: a baseline future counts as near if ")


def test_without_a_scenario_nothing_is_added(root: Path, fitted: tuple[Done, Path], shown: str) -> None:
    """What is printed for the baseline alone is the beginning of what is printed with scenarios."""
    alone = forecast("run", *QUICK, "-q", cache=fitted[1], cwd=root).stdout
    assert shown.startswith(alone.rstrip("\n") + "\n\nalliance: reached by the date\n")


def test_piped_lines_are_whole(root: Path, fitted: tuple[Done, Path], shown: str) -> None:
    """Whatever the width of the terminal, and without colours."""
    narrow = forecast("run", *ASKED, *QUICK, cache=fitted[1], cwd=root, COLUMNS="20", FORCE_COLOR="1")
    assert narrow.stdout == shown
    assert "\x1b" not in shown


def test_csv_carries_the_differences(root: Path, fitted: tuple[Done, Path]) -> None:
    """Four numbers more for what is not the baseline, every year."""
    done = forecast("run", *ASKED, *QUICK, "--csv", "-q", cache=fitted[1], cwd=root)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    more = [r for r in rows if r["stat"].startswith("difference_") or r["stat"] == "p_sign"]
    assert {r["scenario"] for r in more} == set(ASKED)
    assert len(more) == 2 * 11 * 7 * 4
    by_key = {(r["scenario"], r["date"], r["quantity"], r["outcome"], r["stat"]): r["value"] for r in rows}
    key = ("clash", "2035-12-31", "reached", "split")
    less = float(by_key[*key, "mean"]) - float(by_key["baseline", *key[1:], "mean"])
    assert float(by_key[*key, "difference_mean"]) == pytest.approx(less, abs=1e-12)


# --------------------------------------------------------------------------------- scenarios check


def test_check_lists_every_scenario(root: Path, idle: Path) -> None:
    """A row each, aligned; all agree with judgments of which there are none but the shock's: exit 0."""
    done = forecast("scenarios", "check", cache=idle, cwd=root, COLUMNS="30")
    assert (done.returncode, done.stderr) == (0, f"workspace: {root} (found)\n")
    head, *rows = done.stdout.split("\n\n")[0].splitlines()
    assert re.split(r"\s{2,}", head) == [
        *("scenario", "verdict", "points", "by itself", "drivers set", "swinging"),
    ]
    assert [re.split(r"\s{2,}", row)[:2] for row in rows] == [
        ["clash", "consistent"],
        ["threat_stays", "consistent"],
        ["trade_grows", "consistent"],
    ]
    assert len({row.index("consistent") for row in rows}) == 1
    assert done.stdout.endswith("\n3 scenarios: 3 consistent\n")


def test_a_scenario_that_contradicts_itself_fails_the_check(tmp_path: Path, idle: Path) -> None:
    """Trade is made to grow while the threat that ruins it stays: exit 1, and the line of the judgment."""
    root = what_if(tmp_path / "w")
    add(root, DRIVERS, CROSS_IMPACTS)
    edit(root, "scenarios/clash.yaml", "{driver: trade, level: -1,", "{driver: trade, level: 3,")
    line = 1 + (root / DRIVERS).read_text("utf-8").splitlines().index(
        "  - {from: shared_threat, to: trade, strength: -2, rationale: A front line is bad for trade.}"
    )
    done = forecast("scenarios", "check", "clash", "trade_grows", "-q", cache=idle, cwd=root)
    assert (done.returncode, done.stderr) == (1, "")
    assert re.search(r"^clash +contradictory +4 +4 +", done.stdout, re.MULTILINE)
    assert "is set high, " in done.stdout
    assert re.search(rf"^    {DRIVERS}:{line}  .*pushes it down by 2 points$", done.stdout, re.MULTILINE)
    assert done.stdout.endswith("\n2 scenarios: 1 consistent, 1 contradictory\n")
    found = json.loads(forecast("scenarios", "check", "--json", cache=idle, cwd=root).stdout)
    assert [one["id"] for one in found] == ["clash", "threat_stays", "trade_grows"]
    trade = next(d for d in found[0]["drivers"] if d["driver"] == "trade")
    assert (found[0]["verdict"], found[0]["direct"], trade["verdict"]) == (
        "contradictory",
        4,
        "contradictory",
    )
    (against,) = trade["contradicts"]
    assert (against["from"], against["to"], against["strength"]) == ("shared_threat", "trade", -2)
    assert against["place"] == f"{DRIVERS}:{line}"
    one = forecast("scenarios", "check", "trade_grows", "-q", cache=idle, cwd=root)
    assert (one.returncode, "clash" in one.stdout) == (0, False)


def test_check_of_an_unknown_scenario(root: Path, idle: Path) -> None:
    """Exit 2 with the nearest right name, and nothing on stdout."""
    done = forecast("scenarios", "check", "clsh", cache=idle, cwd=root)
    assert (done.returncode, done.stdout) == (2, "")
    assert "unknown scenario 'clsh'. Did you mean 'clash'?" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_samples_nothing(root: Path, idle: Path) -> None:
    """It loads no sampler, no compiler and no data-frame library."""
    call = "import sys; sys.argv[0] = 'forecast'; from forecast.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", call, "scenarios", "check"],
        cwd=root,
        env=environment(idle),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert "forecast.cli.verdicts" in loaded
    assert loaded.isdisjoint({"pymc", "pytensor", "nutpie", "arviz", "numba", "pandas", "matplotlib"})


def test_a_cached_answer_needs_no_numbers(root: Path, fitted: tuple[Done, Path]) -> None:
    """A table with scenarios from the cache loads neither NumPy nor what is below it."""
    call = "import sys; sys.argv[0] = 'forecast'; from forecast.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", call, "run", *ASKED, *QUICK],
        cwd=root,
        env=environment(fitted[1]),
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rsplit("|", 1)[1].strip() for line in done.stderr.splitlines() if "|" in line}
    assert "forecast.cli.why" in loaded
    assert loaded.isdisjoint({"numpy", "scipy", "pandas", "numba", "pymc"})
