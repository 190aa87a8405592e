"""`forecast sources` as a real process on the small workspace."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import shutil
import subprocess
from pathlib import Path

import pytest
from command import FORECAST, SMALL, environment, forecast, small

MATRIX = ["source", "driver", "channel", "code", "grade", "weight", "locator", "hazard_ratio"]


@pytest.fixture(scope="session")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for commands that keep nothing."""
    return tmp_path_factory.mktemp("idle")


def on_a_terminal(*arguments: str, cache: Path, columns: int) -> list[str]:
    """What a command shows on a terminal of so many columns."""
    main, other = pty.openpty()
    process = subprocess.Popen(
        [str(FORECAST), *arguments],
        env=environment(cache, COLUMNS=str(columns), NO_COLOR="1"),
        stdin=subprocess.DEVNULL,
        stdout=other,
        stderr=subprocess.DEVNULL,
    )
    os.close(other)
    shown = b""
    try:
        while chunk := os.read(main, 4096):
            shown += chunk
    except OSError:  # what Linux says when the other end is closed
        pass
    os.close(main)
    assert process.wait(timeout=60) == 0
    return shown.decode().splitlines()


def test_alone_it_lists(idle: Path) -> None:
    """`sources` and `sources list` are one command, options included; panel order, one line each."""
    bare = small("sources", cache=idle)
    listed = forecast("sources", "list", "-w", str(SMALL), cache=idle)
    assert (bare.returncode, bare.stdout) == (0, listed.stdout)
    assert bare.stderr == f"workspace: {SMALL} (given)\n"
    lines = bare.stdout.splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["source", "smith2019", "jones2022", "expert_one"]
    assert "smith2019   2019  text      1.00    40%    3/1       2/1  no" in lines[1]


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (["--panel", "texts"], ["smith2019", "jones2022"]),
        (["--lens", "economic"], ["jones2022"]),
        (["--kind", "expert", "--kind", "text"], ["smith2019", "jones2022", "expert_one"]),
        (["--kind", "camp"], []),
        (["--panel", "none"], []),
    ],
    ids=" ".join,
)
def test_the_list_can_be_narrowed(options: list[str], names: list[str], idle: Path) -> None:
    """By panel, lens and kind; an empty answer is empty and no error."""
    done = small("sources", *options, "--json", "-q", cache=idle)
    assert (done.returncode, done.stderr) == (0, "")
    assert [row["id"] for row in json.loads(done.stdout)] == names
    assert small("sources", *options, "-q", cache=idle).returncode == 0


def test_the_list_as_csv(idle: Path) -> None:
    """A row a source with every column; several lenses in one cell."""
    done = small("sources", "--csv", "-q", cache=idle)
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(done.stdout))}
    assert list(rows) == ["smith2019", "jones2022", "expert_one"]
    assert rows["jones2022"]["lens"] == "economic;domestic"
    assert rows["jones2022"]["reported_in"] == "smith2019"
    assert float(rows["smith2019"]["share"]) == pytest.approx(0.4)
    assert "\r" not in done.stdout


def test_a_card_says_whose_the_numbers_are(idle: Path) -> None:
    """Coded for a text, stated for a person asked, and how each is known."""
    text = forecast("sources", "show", "jones2022", "-q", cache=idle, cwd=SMALL).stdout
    assert "\nknown         not read; as reported in Smith (2019)\n" in text
    assert "\nOutcomes: our coding of words as probabilities; coded, not stated by the author\n" in text
    assert "  Alliance, within 5 years: coded 10% (p05 5.0%, p95 20%), from the text\n" in text
    assert "      +1    slight push toward alliance, from the text\n" in text
    expert = forecast("sources", "show", "expert_one", "-q", cache=idle, cwd=SMALL).stdout
    assert "\nOutcomes: as stated by the person asked\n" in expert
    assert "coded " not in expert.partition("Outcomes")[2].partition("Levels")[0]


def test_a_card_as_json(idle: Path) -> None:
    """The same, for programs."""
    found = json.loads(forecast("sources", "show", "smith2019", "--json", "-q", cache=idle, cwd=SMALL).stdout)
    assert (found["id"], found["reports"], found["checked"]) == ("smith2019", ["jones2022"], "no")
    assert found["outcomes"][1]["quantiles"] == {"p05": 0.01, "p50": 0.04, "p95": 0.12}
    assert found["effects"][1]["codes"][0]["grade"] == "INFER"


def test_the_matrix_as_csv_is_tidy(idle: Path) -> None:
    """One row a code; a hazard ratio has its own column; narrowing drops rows and changes none."""
    done = forecast("sources", "matrix", "--csv", "-q", cache=idle, cwd=SMALL)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == MATRIX
    assert len(rows) == 6
    (ratio,) = [r for r in rows if r["hazard_ratio"]]
    assert (ratio["source"], ratio["code"], ratio["hazard_ratio"]) == ("jones2022", "", "0.6")
    (inferred,) = [r for r in rows if r["grade"] == "INFER"]
    assert (inferred["driver"], inferred["channel"], inferred["code"]) == (
        "border_dispute",
        "alliance",
        "-1.0",
    )
    assert float(inferred["weight"]) == pytest.approx(0.3)
    some = forecast(
        "sources", "matrix", "--driver", "trade", "--channel", "split", "--csv", "-q", cache=idle, cwd=SMALL
    )
    assert list(csv.DictReader(io.StringIO(some.stdout))) == [ratio]


def test_the_matrix_as_a_table(idle: Path) -> None:
    """Sources down, drivers across, both channels in a cell; totals and a legend below."""
    lines = forecast("sources", "matrix", "-q", cache=idle, cwd=SMALL).stdout.splitlines()
    assert lines[0].split() == ["sht", "tra", "bod"]
    assert lines[1].split() == ["smith2019", "+2/-1", ".", "~-1/+2"]
    assert lines[2].split() == ["jones2022", ".", "+1/x0.6", "."]
    assert lines[3].split() == ["speaking", "1/1", "1/1", "1/1"]
    assert "1 more source of the panel codes none of these." in lines
    assert "  sht  Shared threat (shared_threat)" in lines


def test_agreement_of_two_coders(idle: Path, tmp_path: Path) -> None:
    """Counts and measures; --cells lists what differs, with the second coder's note; --json has both."""
    root = tmp_path / "w"
    shutil.copytree(SMALL, root)
    header = "source,item,channel,code,grade,p05,p50,p95,note\n"
    rows = ["smith2019,shared_threat,alliance,2,TEXT,,,,", "smith2019,trade,split,-1,INFER,,,,on p. 4"]
    (root / "priors" / "second_coding.csv").write_text(header + "\n".join(rows) + "\n")
    done = forecast("sources", "agreement", "--cells", "-q", cache=idle, cwd=root)
    lines = done.stdout.splitlines()
    assert lines[0].startswith("now:       2 cells of sources by drivers: both coded 1, the first alone 0, ")
    assert lines[0].endswith("the second alone 1, neither 0")
    assert any(line.split() == ["Same", "code", "100%", "(100", "to", "100)"] for line in lines)
    assert lines[-1].split() == ["smith2019", "trade", "split", ".", "~-1", "on", "p.", "4"]
    found = json.loads(forecast("sources", "agreement", "--json", "-q", cache=idle, cwd=root).stdout)
    assert (found["now"]["both"], found["then"]) == (1, None)
    assert [d["item"] for d in found["differences"]] == ["trade"]
    assert found["now"]["grade"]["value"] is None


def test_no_second_coding_is_said(idle: Path) -> None:
    """Nothing to compare is bad usage, in one line."""
    done = forecast("sources", "agreement", "-q", "-w", str(SMALL), cache=idle)
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no second coding: priors/second_coding.csv is missing or empty" in done.stderr


@pytest.mark.parametrize("command", [["list"], ["show", "smith2019"], ["matrix"]], ids=" ".join)
def test_piped_lines_are_whole(command: list[str], idle: Path) -> None:
    """The same bytes whatever the terminal's width is said to be, without colour, not wrapped."""
    wide = forecast("sources", *command, "-q", cache=idle, COLUMNS="300")
    narrow = forecast("sources", *command, "-q", cache=idle, COLUMNS="40", FORCE_COLOR="1")
    assert narrow.stdout == wide.stdout
    assert "\x1b" not in narrow.stdout


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("command", [["list"], ["show", "ying2018"], ["matrix"]], ids=" ".join)
def test_a_terminal_is_not_overrun(command: list[str], columns: int, idle: Path) -> None:
    """Tables drop columns and prose wraps, so that the terminal itself has nothing to wrap."""
    lines = on_a_terminal("sources", *command, cache=idle, columns=columns)
    body = lines[:-2] if command == ["list"] else lines
    assert len(body) > 20
    assert max(map(len, body)) <= columns
