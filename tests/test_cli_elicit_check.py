"""`forecast elicit check` as a real process on copies of the small workspace."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from command import SMALL, forecast
from what_if import add, edit, what_if

from forecast.inputs import load
from forecast.model.data import prepare
from forecast.panel import resolve

SMITH, EXPERT = "priors/sources/smith2019.yaml", "priors/sources/expert_one.yaml"
MORE = """also_stated:   # asked again
  - {outcome: alliance, within_years: 5, p05: "3%", p50: '7%', p95: 0.13}   # shorter
  - outcome: split
    within_years: 5
    words: likely
    # a remark
  - {outcome: split, within_years: 10, given: border_clash, p05: 0.3, p50: 0.6, p95: 0.9}
"""


@pytest.fixture(scope="session")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for commands that keep nothing."""
    return tmp_path_factory.mktemp("idle")


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A workspace with each kind of fault."""
    root = what_if(tmp_path / "w")
    edit(root, SMITH, "p05: 0.02, p50: 0.06, p95: 0.15", "p05: 0.02, p50: 0.3, p95: 0.55")
    add(root, EXPERT, MORE)
    edit(
        root,
        "priors/sources/jones2022.yaml",
        "{words: very unlikely, within",
        "{p05: 0.2, p50: 0.6, p95: 0.7, within",
    )
    edit(root, "priors/sources/jones2022.yaml", "p50: almost no chance", "p05: 0.1, p50: 0.5, p95: 0.6")
    return root


def line_of(root: Path, file: str, text: str) -> int:
    """The first line of a file that holds a text, counted from 1."""
    rows = (root / file).read_text("utf-8").splitlines()
    return next(number for number, row in enumerate(rows, 1) if text in row)


def test_what_fits_is_said_to(idle: Path) -> None:
    """A coherent workspace exits 0 with one line."""
    done = forecast("elicit", "check", "-w", str(SMALL), cache=idle)
    assert (done.returncode, done.stdout) == (0, "3 sources checked: every source's judgments fit together\n")
    assert done.stderr == f"workspace: {SMALL} (given)\n"


def test_faults_are_listed_with_their_lines(wrong: Path, idle: Path) -> None:
    """Sums over one, broad below narrow, backward horizons and contradicting conditionals, file:line each."""
    before = {path: path.read_bytes() for path in wrong.rglob("*") if path.is_file()}
    done = forecast("elicit", "check", "-w", str(wrong), "-q", cache=idle)
    assert done.returncode == 1
    split, further = line_of(wrong, EXPERT, "  split:"), line_of(wrong, EXPERT, "also_stated") + 1
    assert (
        "  horizons: alliance within 10 years p50 = 0.05 is below the shorter window's alliance within 5 "
        f"years p50 = 0.07\n    {EXPERT}:{further}  also_stated[0].p50 = 0.07\n    {EXPERT}:{split - 1}  "
        "outcomes.alliance.p50 = 0.05\n"
    ) in done.stdout
    rate = line_of(wrong, "priors/shocks.yaml", "rate:")
    assert (
        "  conditionals: split within 10 years p50 = 0.08, but 0.6 given border_clash, at the workspace's "
        f"chance of 0.2592 that it strikes, alone makes split 0.1555 likely, over 0.08\n    "
        f"{EXPERT}:{split}  outcomes.split.p50 = 0.08\n    {EXPERT}:{further + 5}  also_stated[2].p50 = 0.6\n"
        f"    priors/shocks.yaml:{rate}  shocks.border_clash.rate.p50\n"
    ) in done.stdout
    assert f"{EXPERT}:{further + 3}  also_stated[1].p50" in done.stdout  # where the words stand
    assert "  broad: alliance_broad after 10 years p50 = 0.2 is below the narrower" in done.stdout
    assert "and sum to 1.1, over 1\n" in done.stdout
    assert f"    {SMITH}:13  outcomes.alliance.p50: 0.3 -> 0.21\n" in done.stdout
    assert done.stdout.endswith(
        "3 sources checked: 10 incoherences in 3; nothing was changed, and --repair writes what is proposed\n"
    )
    assert before == {path: path.read_bytes() for path in wrong.rglob("*") if path.is_file()}


def test_a_repair_changes_the_numbers_alone_and_is_recorded(wrong: Path, idle: Path) -> None:
    """Comments, order, quotes and percentages stay; then nothing is wrong; again changes nothing."""
    done = forecast("elicit", "check", "-w", str(wrong), "-q", "--repair", cache=idle)
    assert done.returncode == 0
    text = (wrong / EXPERT).read_text("utf-8")
    assert "also_stated:   # asked again\n" in text
    assert (
        "  - {outcome: alliance, within_years: 5, p05: \"2.5%\", p50: '6.1%', p95: 0.13}   # shorter\n"
        in text
    )
    assert "    within_years: 5\n    p05: 0.27\n    p50: 0.45\n    p95: 0.7\n    # a remark\n" in text
    assert "+  alliance: {p05: 0.02, p50: 0.21, p95: 0.42, within_years: 10}\n" in done.stdout
    rows = list(csv.DictReader((wrong / "priors/repairs.csv").read_text("utf-8").splitlines()))
    assert next(row for row in rows if row["source"] == "smith2019") == {
        "date": rows[0]["date"],
        "source": "smith2019",
        "file": SMITH,
        "at": "outcomes.alliance.p50",
        "from": "0.3",
        "to": "0.21",
        "rules": "broad",
        "distance": "0.6002",
    }
    assert {"from": "words: likely", "to": "p05: 0.27, p50: 0.45, p95: 0.7"}.items() <= next(
        row for row in rows if row["at"] == "also_stated[1].words"
    ).items()
    kept = {path: path.read_bytes() for path in wrong.rglob("*") if path.is_file()}
    again = forecast("elicit", "check", "-w", str(wrong), "--repair", cache=idle)
    assert again.returncode == 0
    assert again.stdout == "3 sources checked: every source's judgments fit together\n"
    assert "warning" not in again.stderr  # the record is no stranger among the inputs
    assert kept == {path: path.read_bytes() for path in wrong.rglob("*") if path.is_file()}


def test_only_what_is_named_is_repaired_and_the_record_grows(wrong: Path, idle: Path) -> None:
    """One source's repair leaves the others' files alone; a later one is added below it."""
    before = (wrong / EXPERT).read_bytes()
    assert forecast("elicit", "check", "smith2019", "-w", str(wrong), "--repair", cache=idle).returncode == 0
    assert (wrong / EXPERT).read_bytes() == before
    first = (wrong / "priors/repairs.csv").read_bytes()
    assert forecast("elicit", "check", "-w", str(wrong), cache=idle).returncode == 1
    assert forecast("elicit", "check", "expert_one", "-w", str(wrong), "--repair", cache=idle).returncode == 0
    second = (wrong / "priors/repairs.csv").read_bytes()
    assert second.startswith(first)
    assert len(second) > len(first)


def test_line_ends_and_byte_order_mark_stay(wrong: Path, tmp_path: Path, idle: Path) -> None:
    """A file of another editor's making is repaired as its plain copy is, and keeps its marks."""
    other = Path(shutil.copytree(wrong, tmp_path / "other"))
    for file in (SMITH, EXPERT):
        marked = b"\xef\xbb\xbf" + (other / file).read_bytes().replace(b"\n", b"\r\n")
        (other / file).write_bytes(marked)
    for root in (wrong, other):
        assert forecast("elicit", "check", "-w", str(root), "--repair", cache=idle).returncode == 0
    for file in (SMITH, EXPERT):
        plain = (wrong / file).read_bytes()
        assert (other / file).read_bytes() == b"\xef\xbb\xbf" + plain.replace(b"\n", b"\r\n")


def test_as_json_every_number_has_its_place(wrong: Path, idle: Path) -> None:
    """The document: rules with their formulas, faults with file and line, repairs with exact numbers."""
    done = forecast("elicit", "check", "smith2019", "-w", str(wrong), "--json", cache=idle)
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert (found["schema"], found["checked"], found["coherent"], found["applied"]) == (
        "elicit-check/1",
        ["smith2019"],
        False,
        False,
    )
    fault = found["incoherences"][0]
    assert fault["rule"] == "broad"
    assert fault["judgments"][0] == {
        "file": SMITH,
        "line": 13,
        "at": "outcomes.alliance.p50",
        "title": "alliance within 10 years p50",
        "value": 0.3,
    }
    assert found["rules"]["broad"]["formula"].startswith("q_broad(u) >= q_alliance(u)")
    (proposed,) = found["repairs"]
    assert proposed["least_distance"] <= proposed["distance"]
    assert {"from": 0.3, "to": 0.21, "line": 13}.items() <= proposed["changes"][0].items()


def test_what_is_further_stated_moves_no_number(tmp_path: Path) -> None:
    """The numbers the model is made of are the same with and without further statements."""
    root = what_if(tmp_path / "w")
    before = load(root)
    add(root, EXPERT, MORE)
    after = load(root)
    assert len(after.sources["expert_one"].also_stated) == 3
    with_them, without = (prepare(ws, resolve(ws), ws.question.as_of) for ws in (after, before))
    arrays = [field.name for field in fields(with_them.data)]
    assert len(arrays) > 5
    for name in arrays:
        np.testing.assert_equal(getattr(with_them.data, name), getattr(without.data, name), err_msg=name)


def test_the_shipped_example_is_not_repaired(tmp_path: Path, idle: Path) -> None:
    """Asked for where no workspace is, the repair says how to get one to write to."""
    done = forecast("elicit", "check", "--repair", cache=idle, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "the shipped example is read-only; copy it out with 'forecast init DIR'" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("smith2918",), "Did you mean 'smith2019'?"),
        (("--repair",), "priors/repairs.csv does not begin with date,source,file,at,from,to,rules,distance"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    wrong: Path, idle: Path, arguments: tuple[str, ...], message: str
) -> None:
    """An unknown source, and a record of another make: exit 2, the remedy, every byte as it was."""
    (wrong / "priors/repairs.csv").write_text("mine,own\n1,2\n", encoding="utf-8")
    kept = {path: path.read_bytes() for path in wrong.rglob("*") if path.is_file()}
    done = forecast("elicit", "check", *arguments, "-w", str(wrong), cache=idle)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert kept == {path: path.read_bytes() for path in wrong.rglob("*") if path.is_file()}
