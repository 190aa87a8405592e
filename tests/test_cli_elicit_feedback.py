"""`forecast elicit feedback` as a real process: tables, JSON, pictures, bad input with its remedy."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command import SMALL, forecast

#: Dozens of processes; what is shown back is held in tests/unit/test_feedback.py.
pytestmark = pytest.mark.slow

RIO = ("--quartiles", "25,30,40", "--lower", "0", "--upper", "100")


@pytest.fixture(scope="session")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for commands that keep nothing."""
    return tmp_path_factory.mktemp("idle")


def test_the_expert_of_shelfs_report(idle: Path) -> None:
    """Expert RIO as a beta: P05 and P(X <= 25) to SHELF's digits, in words too."""
    asked = (*RIO, "--family", "beta", "--quantiles", ".05", "--values", "25")
    done = forecast("elicit", "feedback", *asked, cache=idle)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "stated: p25 25, p50 30, p75 40, lower 0, upper 100"
    rows = {line.split("  ")[0]: line.split()[1:] for line in lines if line}
    assert rows["p05"][-1] == "15.1727"
    assert rows["P(X <= 25)"][-2:] == ["28.32%", "(+3.32%)"]
    assert "a 1 in 20 chance below 15.2" in lines
    assert "as likely above 31.2 as below" in lines


def test_a_probability_of_the_files(idle: Path, tmp_path: Path) -> None:
    """File and line, the model's reading first, what it implies per year, and a picture."""
    drawn = tmp_path / "split.svg"
    path = "sources.expert_one.outcomes.split"
    done = forecast("elicit", "feedback", path, "-w", str(SMALL), "--figure", str(drawn), cache=idle)
    assert done.returncode == 0, done.stderr
    assert f"wrote {drawn}" in done.stderr
    assert done.stdout.startswith(f"priors/sources/expert_one.yaml:13  {path}: p05 2%, p25 5%, p50 8%")
    assert "(enters the forecast)" in done.stdout
    assert "about 0.83% a year" in done.stdout
    assert drawn.read_text(encoding="utf-8").startswith("<svg")
    told = forecast("elicit", "feedback", "expert_one", "-w", str(SMALL), "-q", "--json", cache=idle)
    assert told.stderr == ""
    document = json.loads(told.stdout)
    assert document["schema"] == "elicit-feedback/1"
    assert path in [one["name"] for one in document["judgments"]]
    point = document["judgments"][1]["readings"][1]["quantiles"][0]
    assert point["difference"] == pytest.approx(point["fitted"] - point["stated"])


def test_a_panel_and_a_table(idle: Path, tmp_path: Path) -> None:
    """Everybody on an item beside the pool; experts of a table likewise, with the group's picture."""
    done = forecast("elicit", "feedback", "outcomes.split", "-w", str(SMALL), "-q", cache=idle)
    assert (done.returncode, done.stderr) == (0, "")
    assert "linear pool" in done.stdout
    assert "priors/sources/expert_one.yaml:13" in done.stdout
    table, drawn = tmp_path / "said.csv", tmp_path / "said.png"
    table.write_text("expert,item,p25,p50,p75,lower,upper\nA,x,30,40,50,0,100\nB,x,20,25,35,0,100\n")
    done = forecast("elicit", "feedback", "--csv", str(table), "-q", "--figure", str(drawn), cache=idle)
    assert (done.returncode, done.stderr) == (0, "")
    assert "x: 2 experts" in done.stdout
    assert drawn.read_bytes().startswith(b"\x89PNG")


def test_several_sources_on_one_outcome(idle: Path, tmp_path: Path) -> None:
    """Each by itself, then all beside their pool, with the group's picture; a figure's suffix in any case."""
    drawn = tmp_path / "split.SVG"
    said = ("sources.expert_one.outcomes.split", "sources.smith2019.outcomes.split")
    asked = (*said, "-w", str(SMALL), "-q", "--figure", str(drawn))
    done = forecast("elicit", "feedback", *asked, cache=idle)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line for line in done.stdout.splitlines() if "experts" in line] == ["outcomes.split: 2 experts"]
    assert all(f"{path}: p05" in done.stdout for path in said)
    (label,) = [line for line in done.stdout.splitlines() if line.startswith("Split: reached, by ")]
    assert f"{label.replace(',', '')}: 2 experts" in drawn.read_text(encoding="utf-8")
    refused = forecast("elicit", "feedback", *asked, "--family", "beta", cache=idle)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--figure shows one judgment or one item" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        ((), "give a path such as sources.ID.outcomes.alliance"),
        (("outcomes.split", *RIO), "found --quartiles and PATH"),
        ((*RIO, "--quantiles", "25"), "write 0.25"),
        ((*RIO, "--values", "x"), "--values: 'x' is not a number"),
        ((*RIO, "--family", "bata"), "Did you mean 'beta'?"),
        ((*RIO, "--figure", "rio.pdf"), "ends in .svg or .png"),
        ((*RIO, "--figure", "/nowhere/rio.png"), "cannot be written"),
        ((*RIO, "--panel", "all"), "--panel belongs to an item"),
        (("--quartiles", "30,25,40"), "values must increase"),
        (("--csv", "none.csv"), "the file cannot be read"),
        (("expert_onne", "-w", str(SMALL), "-q"), "Did you mean 'expert_one'?"),
        (("outcomes.split", "-w", str(SMALL), "-q", "--family", "beta"), "as the model reads it"),
        (("outcomes.splot", "-w", str(SMALL), "-q"), "Did you mean 'outcomes.split'?"),
        (("expert_one", "-w", str(SMALL), "-q", "--figure", "x.svg"), "--figure shows one judgment"),
        (("sources.smith2019.weight", "-w", str(SMALL), "-q"), "no quantiles to be fitted"),
    ],
)
def test_bad_input(idle: Path, arguments: tuple[str, ...], remedy: str) -> None:
    """Exit 2, nothing on stdout, one message with the remedy and no traceback."""
    done = forecast("elicit", "feedback", *arguments, cache=idle)
    assert (done.returncode, done.stdout) == (2, ""), done.stdout
    assert remedy in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
