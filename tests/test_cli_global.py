"""`forecast sensitivity prior` and `global` as real processes, on the small workspace."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from command import QUICK, SMALL, Done, environment, forecast, without_run

#: Indices and figures of a whole workspace.
pytestmark = pytest.mark.slow

#: Few base rows: what is tested is the command, not the numbers' precision.
FEW = ("--n", "8", "--jobs", "1")


@pytest.fixture(scope="module")
def cache(answered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One fit for every command here."""
    return shutil.copytree(answered, tmp_path_factory.mktemp("global") / "cache")


def ask(command: str, *arguments: str, cache: Path, **more: str) -> Done:
    """A command that must be done."""
    told = forecast("sensitivity", command, "-w", str(SMALL), *QUICK, *arguments, cache=cache, **more)
    assert told.returncode in {0, 1}, told.stderr
    assert "Traceback" not in told.stderr
    return told


@pytest.fixture(scope="module")
def found(cache: Path) -> dict[str, Any]:
    """The JSON of `global`."""
    document: dict[str, Any] = json.loads(ask("global", *FEW, "--json", "-q", cache=cache).stdout)
    return document


def test_global_as_json_has_every_output(found: dict[str, Any]) -> None:
    """Three outcomes at each date, each with all methods and all drivers; inputs and assumption stated."""
    assert (found["schema"], found["exact"], found["n"]) == ("global/1", False, 8)
    drivers = [entry["driver"] for entry in found["inputs"]]
    assert found["evaluations"] == 8 * (len(drivers) + 2) + 10 * (len(drivers) + 1) + 8 * (len(drivers) + 1)
    names = {output["quantity"] for output in found["outputs"]}
    assert names == {"reached.alliance", "reached.split", "alliance_broad"}
    assert len(found["outputs"]) == 3 * len({output["date"] for output in found["outputs"]})
    for output in found["outputs"]:
        for method in ("sobol", "morris", "shapley"):
            assert [entry["driver"] for entry in output[method]["drivers"]] == drivers
        assert sum(entry["share"] for entry in output["shapley"]["drivers"]) == pytest.approx(1)
    assert found["correlation"]["kind"] == "dynamics"
    assert len(found["correlation"]["matrix"]) == len(drivers)


def test_global_is_a_ranked_table(found: dict[str, Any], cache: Path) -> None:
    """Drivers by total index for the outcome and date asked for; numbers marked as estimates."""
    date = found["outputs"][0]["date"]
    done = ask("global", *FEW, "--outcome", "reached.split", "--by", date, "-q", COLUMNS="40", cache=cache)
    output = next(o for o in found["outputs"] if (o["quantity"], o["date"]) == ("reached.split", date))
    ranked = sorted(output["sobol"]["drivers"], key=lambda entry: -entry["total"])
    lines = done.stdout.splitlines()
    assert f"what reached.split by {date} owes to the drivers' levels today" in done.stdout
    start = next(i for i, line in enumerate(lines) if "first order" in line)
    rows = lines[start + 1 : start + 1 + len(ranked)]
    assert [row.split()[0] for row in rows] == [entry["driver"] for entry in ranked]
    assert all("~" in row for row in rows)


def test_global_as_csv_is_the_json_tidy(found: dict[str, Any], cache: Path) -> None:
    """A row a number, each once, the same numbers."""
    rows = list(csv.DictReader(io.StringIO(ask("global", *FEW, "--csv", "-q", cache=cache).stdout)))
    assert list(rows[0]) == ["method", "quantity", "date", "driver", "stat", "value"]
    keys = {tuple(list(row.values())[:5]) for row in rows}
    assert len(keys) == len(rows)
    output = found["outputs"][-1]
    entry = output["sobol"]["drivers"][0]
    wanted = ("sobol", output["quantity"], output["date"], entry["driver"], "total")
    (value,) = [row["value"] for row in rows if tuple(list(row.values())[:5]) == wanted]
    assert float(value) == entry["total"]


@pytest.mark.slow
def test_the_same_bytes_for_any_number_of_jobs_and_when_kept(cache: Path, tmp_path: Path) -> None:
    """Chunks computed by two processes, by one, or read from an earlier run give one document."""
    once = ask("global", "--n", "8", "--jobs", "2", "--json", "-q", cache=tmp_path).stdout
    again = ask("global", "--n", "8", "--jobs", "1", "--json", "-q", cache=tmp_path).stdout
    other = ask("global", *FEW, "--json", "-q", cache=cache).stdout
    assert without_run(once) == without_run(again) == without_run(other)


def test_figures_are_drawings_of_both(cache: Path, tmp_path: Path) -> None:
    """Well-formed SVG that names the drivers, and the reference classes."""
    ask("global", *FEW, "--svg", str(tmp_path / "g.svg"), "-q", cache=cache)
    band = ("--only", "band", "--no-refit", "--jobs", "1", "--svg", str(tmp_path / "b.svg"), "-q")
    ask("prior", *band, cache=cache)
    drawn = [(tmp_path / name).read_text("utf-8") for name in ("g.svg", "b.svg")]
    assert all(ElementTree.fromstring(text).get("viewBox") for text in drawn)
    assert "Sobol" in drawn[0]
    assert "Shapley" in drawn[0]
    assert "Morris" in drawn[0]
    assert "half-lives doubled" in drawn[1]


def test_prior_as_json_and_table(cache: Path) -> None:
    """Components by tag with all three outcomes; the band beside them; what cannot be trusted said."""
    asked = ("--no-refit", "--jobs", "1", "-q")
    document = json.loads(ask("prior", *asked, "--json", cache=cache).stdout)
    assert (document["schema"], document["exact"]) == ("prior/1", False)
    tags = {(c["kind"], c["group"]) for c in document["components"]}
    assert {("prior", "base_rate"), ("likelihood", "record"), ("likelihood", "driver")} <= tags
    sources = {c["name"] for c in document["components"] if c["group"] == "source"}
    assert sources == set(document["panel"])
    cells = document["specification"]["cells"]
    assert len(cells) == 2 * 3 * 3
    assert document["specification"]["fitted"] == 0
    left = sum(not cell["trusted"] for cell in cells)
    assert document["specification"]["left_out"] == left
    shown = ask("prior", *asked, cache=cache).stdout
    assert "what the answer rests on" in shown
    assert "18 specifications: reached.alliance" in shown
    assert ("!" in shown.split("18 specifications")[1]) == (left > 0)


def test_prior_as_csv(cache: Path) -> None:
    """Tidy rows, each number once."""
    text = ask("prior", "--only", "power", "--csv", "-q", cache=cache).stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert list(rows[0]) == ["part", "component", "quantity", "date", "stat", "value"]
    assert len({tuple(list(row.values())[:5]) for row in rows}) == len(rows)
    assert {row["part"] for row in rows} == {"power_scaling"}
    assert all(abs(float(row["value"])) < 10 for row in rows)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("global --n 100", "--n takes a power of two from 4 (found 100); take 128"),
        ("global --n 0", "--n takes a power of two from 4 (found 0); take 4"),
        ("global --method sobl", "--method: unknown method 'sobl'. Did you mean 'sobol'?"),
        ("global --correlation dynamic", "Did you mean 'dynamics'?"),
        ("global --outcome reached.spilt", "Did you mean 'reached.split'?"),
        ("global --by 2030-06-30", "take 2030-12-31"),
        ("global --by 2050-12-31", "to the horizon 2035-12-31"),
        ("global --panel smth2019", "Did you mean 'smith2019'?"),
        ("global --json --csv", "--json and --csv are two forms of the same output; choose one"),
        ("prior --only bnd", "--only: unknown part 'bnd'"),
        ("prior --only power --svg x.svg", "--svg draws the specification band"),
        ("prior --top 0", "--top takes a number from 1 (found 0)"),
        ("prior --by 2050-12-31", "past the horizon"),
    ],
)
def test_bad_requests(tmp_path: Path, line: str, message: str) -> None:
    """Exit 2 before anything is fitted, nothing on stdout, how to mend it, no traceback."""
    done = forecast("sensitivity", *line.split(), cache=tmp_path, cwd=SMALL)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert "the exact answer first" not in done.stderr


def test_without_salib_screening_says_what_to_install(tmp_path: Path) -> None:
    """A process in which SALib cannot be imported: exit 2 and the extra to install, before any fit."""
    call = "import sys; sys.modules['SALib'] = None; from forecast.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", call, "sensitivity", "global", "--method", "morris"],
        cwd=SMALL,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "pip install 'alliance-forecast[sensitivity]'" in done.stderr
    assert "Traceback" not in done.stderr
