"""`forecast explain` as a real process: probabilities, estimates, levels and inputs, and what they rest on.

What takes a fit is one fit, and marked slow; what stands in the files needs none.
"""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command import FORECAST, QUICK, SMALL, Done, environment, files, forecast
from what_if import add, edit, what_if

PROBABILITY = "sources.jones2022.outcomes.alliance"
CODE = "sources.smith2019.effects.shared_threat.alliance"
KEYS = ["schema", "question", "as_of", "start_state", "panel", "panel_id", "path", "kind"]
P = ["mean", "p05", "p50", "p95", "mcse"]


@pytest.fixture(scope="session")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for commands that keep nothing."""
    return tmp_path_factory.mktemp("idle")


def ask(*arguments: str, cache: Path, cwd: Path = SMALL, **more: str) -> Done:
    """An explanation, which must be given."""
    done = forecast("explain", *arguments, cache=cache, cwd=cwd, **more)
    assert done.returncode == 0, done.stderr
    return done


def data(*arguments: str, cache: Path, cwd: Path = SMALL) -> dict[str, Any]:
    """The same as JSON, with the one line on stderr that says which workspace it is of."""
    found: dict[str, Any] = json.loads(ask(*arguments, "--json", "-q", cache=cache, cwd=cwd).stdout)
    return found


# ----------------------------------------------------------------------------------- inputs


def test_an_input_says_where_it_stands_and_where_it_goes(idle: Path) -> None:
    """Label, value, file and line, locator, grade, reason, use, hash and commands; a line each in a pipe."""
    done = ask(CODE, cache=idle, COLUMNS="40")
    assert done.stderr == f"workspace: {SMALL} (found)\n"
    lines = done.stdout.splitlines()
    assert lines[:9] == [
        "smith2019, Shared threat on alliance",
        "  2  (code points)",
        "  priors/sources/smith2019.yaml:17",
        "",
        "at       pp. 3-5",
        "grade    from the text",
        "why      Expects the threat to outlast the quarrel over the valley.",
        "goes to  the effect of Shared threat on alliance, with weight 1 in panel all",
        "",
    ]
    assert lines[9].startswith("inputs   sha256 ")
    assert lines[10:] == [f"again    forecast explain {CODE}", f"turn it  forecast sweep {CODE}"]
    assert files(idle) == [], "nothing is fitted for what stands in a file"


def test_an_input_as_data(idle: Path) -> None:
    """`explain/1`: what the card says; words of the lexicon are said to be that."""
    found = data(PROBABILITY, cache=idle)
    assert list(found)[: len(KEYS)] == KEYS
    assert (found["schema"], found["kind"], found["path"]) == ("explain/1", "input", PROBABILITY)
    assert (found["place"], found["in_words"]) == ("priors/sources/jones2022.yaml:13", True)
    assert set(found["value"]) == {"p05", "p50", "p95"}
    assert found["basis"][0]["items"][0]["place"] == found["place"]
    assert "seed" not in found["provenance"]


def test_a_level_needs_no_fit(idle: Path) -> None:
    """Where a driver stands follows from its readings: a second's work, and nothing is kept."""
    done = ask("drivers.trade.level", "2030", "--width", "80", cache=idle)
    assert done.stdout.startswith("Level of Trade on 2030-07-01\n  +1.")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "priors/indicators.csv:23  Example statistics" in done.stdout
    assert files(idle) == []


def test_a_panel_of_one_says_who_is_not_heard(idle: Path) -> None:
    """An input is explained for the panel that is asked."""
    found = data("sources.jones2022.weight", "--panel", "smith2019", cache=idle)
    assert found["feeds"] == ["nothing, for panel smith2019, which does not hear this source"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["reached.aliance", "2031-12-31"], "Did you mean 'reached.alliance'?"),
        (["sources.jnes2022.weight"], "Did you mean 'sources.jones2022.weight'?"),
        (["drivers.trad.level", "2030"], "Did you mean 'drivers.trade.level'?"),
        (["model.splt"], "Did you mean 'model.split'?"),
        (["nonsense"], "a quantity is one of state.alliance"),
        (["sources.jones2022"], "go on with .weight, .outcomes, .effects"),
        (["reached.split", "2040"], "2040-07-01 is past the horizon 2035-12-31"),
        (["reached.split", "2020-01-01"], "2020-01-01 is before the forecast starts (2025-07-01)"),
        (["reached.split", "soon"], "DATE soon is not a date; write 2031-12-31"),
        (["reached.split", "--scenario", "trade_grow"], "Did you mean 'trade_grows'?"),
        (["model.split", "--scenario", "trade_grows"], "--scenario goes with a quantity"),
        (["reached.split", "--panel", "nobody"], "unknown panel or source 'nobody'"),
        (["reached.split", "--draws", "3"], "--draws takes a number"),
    ],
)
def test_what_cannot_be_explained_is_said_at_once(idle: Path, arguments: list[str], says: str) -> None:
    """Exit 2, one message, no traceback, and nothing was fitted."""
    done = forecast("explain", *arguments, "-q", cache=idle, cwd=SMALL)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert files(idle) == []


def test_a_workspace_with_shocks_explains_them(idle: Path, tmp_path: Path) -> None:
    """A rate, a jump, a point of a cross-impact, a count of the class, a number of a scenario."""
    root = what_if(tmp_path / "w")
    add(
        root,
        "priors/drivers.yaml",
        "cross_impacts: [{from: trade, to: shared_threat, strength: 1, rationale: x}]\n",
    )
    for path, place in (
        ("shocks.border_clash.rate.p95", "priors/shocks.yaml:6"),
        ("shocks.border_clash.jumps.trade", "priors/shocks.yaml:9"),
        ("cross_impacts.trade.shared_threat", "priors/drivers.yaml:41"),
        ("base_rates.classes.neighbours.transitions.partnership->split.events", "priors/base_rates.yaml:11"),
        ("scenarios.trade_grows.0.amount", "scenarios/trade_grows.yaml:7"),
    ):
        assert data(path, cache=idle, cwd=root)["place"] == place


def test_hostile_text_does_not_reach_the_terminal(idle: Path, tmp_path: Path) -> None:
    """Escapes and marks of direction in names, reasons and places are shown by their codes."""
    root = what_if(tmp_path / "w")
    edit(root, "priors/drivers.yaml", "name: Trade", 'name: "Tr\\x1b[2Jade \\u202eX"')
    edit(root, "priors/sources/smith2019.yaml", "locator: pp. 3-5", 'locator: "pp. 3\\x07\\u2066-5"')
    edit(root, "priors/sources/smith2019.yaml", "rationale: Expects", 'rationale: "Exp\\x9bects" #')
    for arguments in (["drivers.trade.level"], [CODE], ["drivers.trade.half_life_years"]):
        done = forecast("explain", *arguments, "-q", cache=idle, cwd=root)
        assert done.returncode == 0, done.stderr
        assert all(c.isprintable() for line in done.stdout.splitlines() for c in line)
    assert "pp. 3⟨U+0007⟩⟨U+2066⟩-5" in ask(CODE, "-q", cache=idle, cwd=root).stdout


# ----------------------------------------------------------------------------------- with a fit


@pytest.fixture(scope="module")
def kept(answered: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """A cache with one run in it, and the run's JSON."""
    cache = shutil.copytree(answered, tmp_path_factory.mktemp("explain") / "cache")
    done = forecast("run", "trade_grows", *QUICK, "--json", cache=cache, cwd=SMALL)
    assert done.returncode == 0, done.stderr
    return cache, done


@pytest.mark.slow
def test_a_probability_is_the_run_s_own(kept: tuple[Path, Done]) -> None:
    """From the cache: the very numbers of `run`, of the baseline, a scenario and the three answers."""
    cache, run = kept
    told = json.loads(run.stdout)
    date = "2031-12-31"
    at = [h["date"] for h in told["scenarios"][0]["horizons"]].index(date)
    found = data("reached.alliance", date, *QUICK, cache=cache)
    assert list(found["value"]) == P
    assert found["value"] == told["scenarios"][0]["horizons"][at]["reached"]["alliance"]
    assert found["diagnostics"] == told["diagnostics"]
    assert found["provenance"]["inputs_sha256"] == told["provenance"]["inputs_sha256"]
    assert (found["provenance"]["seed"], found["provenance"]["draws"]) == (told["provenance"]["seed"], 400)
    broad = data("alliance_broad", date, "--scenario", "trade_grows", *QUICK, cache=cache)
    assert broad["value"] == told["scenarios"][1]["horizons"][at]["alliance_broad"]
    assert broad["baseline"] == told["scenarios"][0]["horizons"][at]["alliance_broad"]
    for name in ("outside_view", "pooled_judgment", "model"):
        found = data(f"{name}.split", date, *QUICK, cache=cache)
        assert found["value"] == told["estimates"][name]["horizons"][at]["reached"]["split"]


@pytest.mark.slow
def test_judgments_come_first_then_readings_class_and_record(kept: tuple[Path, Done]) -> None:
    """Ranked by how far the answer moves, each with its file and line; then how to get it again."""
    done = ask("reached.alliance", "2031-12-31", *QUICK, "--width", "80", cache=kept[0])
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == "Alliance reached by 2031-12-31"
    assert "90% interval" in lines[1]
    titles = [line for before, line in zip(["", *lines], lines, strict=False) if not before]
    assert [t for t in titles if not t.startswith(("how", "inputs"))] == [
        "Alliance reached by 2031-12-31",
        "Judgments behind alliance reached by 2031-12-31",
        "Drivers of alliance",
        *(t for t in titles if t.startswith("Readings of")),
        "The reference class and its counts",
        "The pair's own record",
        "What the outcome means, and how it resolves",
    ]
    assert lines[-1] == "again    forecast explain reached.alliance 2031-12-31 --draws 400"


@pytest.mark.slow
def test_a_pipe_has_whole_lines_and_no_colour(kept: tuple[Path, Done]) -> None:
    """Whatever the terminal's width, and whatever asks for colour."""
    asked = ("reached.split", "2031-12-31", *QUICK, "-q")
    wide = ask(*asked, cache=kept[0], COLUMNS="300").stdout
    narrow = ask(*asked, cache=kept[0], COLUMNS="20", FORCE_COLOR="1").stdout
    assert wide == narrow
    assert "\x1b" not in narrow
    assert max(map(len, wide.splitlines())) > 80


@pytest.mark.slow
def test_a_terminal_gets_lines_that_fit(kept: tuple[Path, Done]) -> None:
    """Of its own width, without an escape."""
    main, other = pty.openpty()
    with subprocess.Popen(
        [str(FORECAST), "explain", "reached.split", *QUICK, "-q"],
        cwd=SMALL,
        env=environment(kept[0], COLUMNS="60", TERM="xterm-256color", NO_COLOR="1"),
        stdin=subprocess.DEVNULL,
        stdout=other,
    ) as process:
        os.close(other)
        shown = b""
        try:
            while chunk := os.read(main, 4096):
                shown += chunk
        except OSError:  # what Linux says when the other end is closed
            pass
        os.close(main)
        assert process.wait(timeout=60) == 0
    assert b"\x1b" not in shown
    lines = shown.decode().replace("\r", "").splitlines()
    # A hash is not broken, so that it can be searched for.
    assert [line for line in lines if len(line) > 60 and len(line.split()[-1]) < 64] == []


@pytest.mark.slow
def test_with_a_date_an_input_says_what_it_moves(kept: tuple[Path, Done]) -> None:
    """Each headline, in points; a number without draws behind it does not ask for any."""
    found = data(PROBABILITY, "2031-12-31", *QUICK, cache=kept[0])
    assert [m["quantity"] for m in found["moves"]] == ["reached.alliance", "reached.split", "alliance_broad"]
    assert found["moves"][0]["points"] > 0 > found["moves"][1]["points"] - 0.5
    assert "moves" not in data("base_rates.use", "2031-12-31", *QUICK, cache=kept[0])


@pytest.mark.slow
def test_the_same_bytes_from_the_cache_and_anew(kept: tuple[Path, Done]) -> None:
    """All but ``run``, and nothing slow is loaded where the draws are kept."""
    asked = ("reached.alliance", "2030-06-30", *QUICK)
    one, other = (data(*asked, *more, cache=kept[0]) for more in ([], ["--refit"]))
    assert {**one, "run": None} == {**other, "run": None}
    heavy = (
        "import sys; sys.argv = ['forecast', 'explain', *sys.argv[1:]]\n"
        "from forecast.cli.app import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'pymc', 'pytensor', 'nutpie', 'arviz', 'matplotlib', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", heavy, *asked, "-q"],
        cwd=SMALL,
        env=environment(kept[0]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
