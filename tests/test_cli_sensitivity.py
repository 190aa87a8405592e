"""`forecast sensitivity tornado` and `sources` as real processes on the small workspace."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import pytest
from command import QUICK, SMALL, Done, forecast, without_run

#: Every source is left out, every knob turned.
pytestmark = pytest.mark.slow

GROUPS = ("--group", "sources", "--group", "model")
#: Dates that are never fitted for: refused before anything slow.
IDLE = ("-w", str(SMALL), "-q")


@pytest.fixture(scope="session")
def kept(answered: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that the commands here share: one fit, and each point once."""
    return shutil.copytree(answered, tmp_path_factory.mktemp("sensitivity") / "cache")


def ask(kept: Path, *arguments: str, **more: str) -> Done:
    """A command about the small workspace, which must be done."""
    done = forecast("sensitivity", *arguments, *QUICK, cache=kept, cwd=SMALL, **more)
    assert done.returncode == 0, done.stderr
    return done


# ------------------------------------------------------------------------------ tornado


def test_tornado_is_a_table_ranked_by_width(kept: Path) -> None:
    """The question, the answer, one line a bar with both ends, and how far the numbers can be trusted."""
    done = ask(kept, "tornado", *GROUPS, "--top", "5", COLUMNS="40")
    lines = done.stdout.splitlines()
    assert lines[1] == "as of 2025-07-01, from partnership; panel all (3 sources)"
    assert lines[2].startswith("reached.alliance by 2035-12-31: ")
    assert re.split(r"\s{2,}", lines[4].strip()) == ["low end", "high end", "width"]
    rows = lines[5:10]
    widths = [float(re.sub(r"[~!]", "", row.split()[-1])) for row in rows]
    assert widths == sorted(widths, reverse=True)
    assert all(re.search(r" ~[<>]?[\d.]+%", row) for row in rows)
    assert re.match(r"and \d+ narrower bars", lines[10])
    assert lines[-1].startswith("~ reweighted or simulated from the exact answer's draws")


def test_tornado_as_json_and_csv(kept: Path) -> None:
    """tornado/1 holds every bar at every date; the CSV has two rows a bar in the same order."""
    document = json.loads(ask(kept, "tornado", *GROUPS, "--json", "-q").stdout)
    assert (document["schema"], document["exact"]) == ("tornado/1", False)
    assert document["date"] == "2035-12-31"
    done = ask(kept, "tornado", *GROUPS, "--csv", "-q")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["path"] for row in rows[::2]] == [bar["path"] for bar in document["bars"]]
    assert [row["end"] for row in rows[:2]] == ["low", "high"]
    assert float(rows[1]["mean"]) == document["bars"][0]["high"]["mean"]
    assert done.stderr == ""


def test_tornado_at_another_outcome_and_date(kept: Path) -> None:
    """A date between those reported is answered for too, and is the one that is ranked at."""
    arguments = ("tornado", "--group", "model", "--outcome", "reached.split", "--by", "2030-06-30", "--json")
    document = json.loads(ask(kept, *arguments).stdout)
    assert (document["outcome"], document["date"]) == ("reached.split", "2030-06-30")
    horizons = document["bars"][0]["settings"][0]["horizons"]
    assert "2030-06-30" in [one["date"] for one in horizons]


@pytest.mark.slow
def test_the_same_bytes_for_any_number_of_jobs(kept: Path, tmp_path: Path) -> None:
    """Numbers computed by two processes are those of one; the figure is the same file."""
    figures = [tmp_path / name for name in ("one.svg", "two.svg")]
    texts = [
        ask(kept, "tornado", "--group", "model", "--json", "--refit", "--jobs", jobs, "--svg", str(figure))
        for jobs, figure in zip(("1", "2"), figures, strict=True)
    ]
    one, two = (without_run(text.stdout) for text in texts)
    assert one == two
    assert figures[0].read_bytes() == figures[1].read_bytes()
    assert figures[0].read_text("utf-8").startswith("<svg")


@pytest.mark.slow
def test_tornado_of_an_empty_panel(kept: Path) -> None:
    """Nobody is heard: the drivers and base rates still move the answer."""
    document = json.loads(
        ask(kept, "tornado", "--panel", "none", "--group", "base_rates", "--json", "-q").stdout
    )
    assert document["panel"] == []
    assert document["bars"][0]["width"] > 0


# ------------------------------------------------------------------------------ sources


def test_sources_says_who_and_what_and_how_many(kept: Path) -> None:
    """The words as they are, what is left out and what is not coded, and the fewest sources."""
    done = ask(kept, "sources", "--top", "4")
    lines = done.stdout.splitlines()
    assert re.match(r"on 2035-12-31: reached\.alliance \S+ \((very )?unlikely\); reached\.split", lines[2])
    for start in (
        "left out, by what that does to reached.alliance",
        "one judgment not coded, by what that does to reached.alliance",
        "the fewest sources without which a word changes",
        "reached.split: ",
        "~ reweighted or simulated",
    ):
        assert any(line.startswith(start) for line in lines), start
    assert any(re.match(r"text\s+smith2019\s+2\s+~[+-]", line) for line in lines)


def test_sources_as_json_and_csv(kept: Path) -> None:
    """leave_out/1 and tidy rows hold the same numbers, the largest changes first."""
    document = json.loads(ask(kept, "sources", "--json", "-q").stdout)
    assert document["schema"] == "leave_out/1"
    changes = [abs(one["answers"]["reached.alliance"]["change"]) for one in document["units"]]
    assert changes == sorted(changes, reverse=True)
    rows = list(csv.DictReader(io.StringIO(ask(kept, "sources", "--csv", "-q", "--no-sets").stdout)))
    first, one = rows[0], document["units"][0]
    assert (first["kind"], first["left_out"]) == (one["kind"], one["name"])
    assert float(first["change"]) == one["answers"]["reached.alliance"]["change"]
    assert {row["kind"] for row in rows} == {"source", "text", "judgment"}


def test_sources_agrees_with_a_run_that_excludes(kept: Path) -> None:
    """Leaving a source out is ``run --quick --exclude``, to the last digit shown."""
    document = json.loads(ask(kept, "sources", "--json", "-q", "--no-sets").stdout)
    [one] = [one for one in document["units"] if (one["kind"], one["name"]) == ("source", "expert_one")]
    run = forecast(
        *(
            "run",
            "-w",
            str(SMALL),
            *QUICK,
            "--quick",
            "--no-refit",
            "--exclude",
            "expert_one",
            "--json",
            "-q",
        ),
        cache=kept,
    )
    assert run.returncode in (0, 1), run.stderr
    told = json.loads(run.stdout)["scenarios"][0]["horizons"][-1]["reached"]["alliance"]
    assert one["answers"]["reached.alliance"]["mean"] == pytest.approx(told["mean"], rel=1e-9)


# ------------------------------------------------------------------------------ faults


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("tornado --outcome reached.aliance", "Did you mean 'reached.alliance'?"),
        ("tornado --by 2050", "--by 2050-07-01 is past the horizon 2035-12-31"),
        ("tornado --group driver", "--group: unknown group 'driver'. Did you mean 'drivers'?"),
        ("tornado --json --csv", "--json and --csv are two forms of the same output; choose one"),
        ("tornado --svg bars.png", "--svg bars.png: the figure is an SVG; name it so, as in bars.svg"),
        ("tornado --svg nowhere/bars.svg", "there is no folder nowhere; make it first"),
        ("tornado --panel smth2019", "Did you mean 'smith2019'?"),
        ("tornado --top 0", "--top"),
        ("sources --panel none", "panel none hears no source, so that none can be left out"),
        ("sources --outcome split", "--outcome: unknown quantity 'split'"),
        ("sources --by 2020", "--by 2020-07-01 is before the forecast starts (2025-07-01)"),
        ("sources --verify --no-sets", "--verify is of the smallest sets, which --no-sets leaves out"),
        ("torndo", "No such command 'torndo'"),
    ],
)
def test_bad_requests(kept: Path, line: str, message: str) -> None:
    """Exit 2 before anything is fitted, nothing on stdout, no traceback."""
    command, *rest = line.split()
    done = forecast("sensitivity", command, *rest, *(IDLE if rest else ()), cache=kept / "idle")
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (kept / "idle").exists()


@pytest.mark.parametrize(
    ("command", "flags"),
    [
        ("tornado", "--outcome --by --group --top --panel --jobs --scheduler --svg --json --csv -q --debug"),
        (
            "sources",
            "--outcome --by --top --sets --verify --panel --jobs --scheduler --json --csv -q --debug",
        ),
    ],
)
def test_help_explains_every_option(command: str, flags: str, kept: Path) -> None:
    """--help exits 0 on stdout, with a word on each option."""
    done = forecast("sensitivity", command, "--help", cache=kept, COLUMNS="200")
    assert (done.returncode, done.stderr) == (0, "")
    named = set(re.findall(r"(?<!\w)--?[a-z][a-z-]*", done.stdout))
    assert set(flags.split()) <= named
