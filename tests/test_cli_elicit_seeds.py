"""`forecast elicit seeds` as a real process: on Excalibur's files, on tables, and on a workspace."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from classical_studies import delft
from command import SMALL, Done, files, forecast

from forecast.cli.elicit_seeds import seeds as command
from forecast.errors import UsageError
from forecast.interchange.excalibur import ExcaliburStudy, read_excalibur, written
from forecast.pooling.classical import classical

EXPERT = "priors/sources/expert_one.yaml"
SEEDS = """\
schema: seeds/1
seeds:
  exports: {question: Exports of 2020?, unit: bn, realisation: 12}
  share: {question: Their share?, realisation: 40, lower: 0, upper: 100}
"""
ANSWERS = """\
seeds:
  exports: {p05: 10, p50: 14, p95: 20}
  share: {p05: 20, p50: 45, p95: 70}
"""


@pytest.fixture(scope="session")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache for commands that keep nothing."""
    return tmp_path_factory.mktemp("idle")


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the course's study as course.dtt and course.rls."""
    folder = tmp_path_factory.mktemp("course")
    for suffix, text in zip(
        (".dtt", ".rls"), written(ExcaliburStudy(delft(), {"Q1": "How many?"})), strict=True
    ):
        (folder / f"course{suffix}").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small workspace, whose one expert answered two seeds."""
    root = tmp_path_factory.mktemp("asked") / "w"
    shutil.copytree(SMALL, root)
    (root / EXPERT).write_text((root / EXPERT).read_text("utf-8") + ANSWERS, "utf-8")
    (root / "priors/seeds.yaml").write_text(SEEDS, "utf-8")
    return root


def seeds(folder: Path, *arguments: str, idle: Path) -> Done:
    """The command on the course's files, from their folder."""
    where = ("--dtt", "course.dtt", "--rls", "course.rls")
    return forecast("elicit", "seeds", *where, *arguments, cache=idle, cwd=folder)


def cells(done: Done, first: str) -> list[str]:
    """The first row that begins with a word."""
    return next(line for line in done.stdout.splitlines() if line.startswith(first + "  ")).split()


def test_the_published_table(course: Path, idle: Path) -> None:
    """Scores and weights of the course, and both of its decision makers' answers to question 1."""
    done = seeds(course, "--item", "Q1", "--alpha", "0", idle=idle)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("3 experts, 5 seeds, 0 targets; quantiles p05, p50, p95; overshoot 0.1; ")
    assert cells(done, "A")[1:7] == ["5", "3.621e-05", "1.418", "1.418", "5.133e-05", "6.56e-05"]
    scores = [line.split() for line in done.stdout.splitlines() if line.startswith(("B ", "C "))]
    assert [row[1:7] for row in scores[:2]] == [
        ["5", "0.6084", "0.5581", "0.5581", "0.3395", "0.4339"],
        ["5", "0.327", "1.354", "1.354", "0.4429", "0.566"],
    ]
    assert cells(done, "[global, no cut-off]")[3:] == ["19.97", "24.48", "33.11"]
    assert cells(done, "[equal]")[1:] == ["2.549", "21.77", "32.39"]
    assert "How many?" in done.stdout.splitlines()


def test_the_best_cut_off_is_found_and_marked(course: Path, idle: Path) -> None:
    """B alone under global weights, B and C under item weights."""
    done = seeds(course, "--weights", "item", "--robust", idle=idle)
    assert cells(done, "global")[1:3] == ["0.6083", "best"]
    assert cells(done, "item *")[2:4] == ["0.327", "best"]
    assert "robustness of item: left out in turn" in done.stdout
    assert (
        len([line for line in done.stdout.splitlines() if line.startswith(("expert ", "seed "))]) == 3 + 5 + 1
    )


def test_json_is_unrounded_and_says_all_of_it(course: Path, idle: Path) -> None:
    """The same numbers as the library's, to the last bit."""
    done = seeds(course, "--json", "--robust", "--user", "B=1", "--user", "C=3", idle=idle)
    found = json.loads(done.stdout)
    assert found["schema"] == "elicit-seeds/1"
    assert found["origin"] == {"dtt": "course.dtt", "rls": "course.rls"}
    direct = classical(delft())
    expert = found["experts"][1]
    assert expert["calibration"] == direct.scores["B"].calibration
    assert expert["information"] == direct.scores["B"].information_seeds
    assert expert["weights"] == {
        "global": 1.0,
        "global, no cut-off": pytest.approx(direct.performance_weights[1], rel=1e-14),
        "item": pytest.approx(0.4452, abs=5e-5),
        "item, no cut-off": pytest.approx(0.4452, abs=5e-5),
        "equal": pytest.approx(1 / 3),
        "user": 0.25,
    }
    assert [maker["id"] for maker in found["decision_makers"]] == list(expert["weights"])
    assert found["decision_makers"][0]["items"][3]["quantiles"] == [20, 35, 45]
    assert found["decision_makers"][0]["optimised"] is True
    assert [len(found["robustness"][part]) for part in ("experts", "seeds")] == [3, 5]
    assert found["items"][0]["realisation"] == 24
    assert found["effective_seeds"] == 5


def test_a_table_gives_the_same_as_excaliburs_files(course: Path, idle: Path, tmp_path: Path) -> None:
    """Anduryl's two tables with semicolons and decimal commas, or one table of everything."""
    said = delft()
    rows = ["Expertid;Itemid;0,05;0.50;0.95"]
    for e, expert in enumerate(said.experts):
        for i, item in enumerate(said.items):
            numbers = ";".join(f"{v:.2f}".replace(".", ",") for v in said.values[e, i])
            rows.append(f"{expert};{item};{numbers}")
    (tmp_path / "a.csv").write_text("\n".join(rows) + "\n", "utf-8-sig")
    items = [f"{item};{r:g};uni" for item, r in zip(said.items, said.realisations, strict=True)]
    (tmp_path / "i.csv").write_text("\n".join(["ItemID;Realization;Scale", *items]) + "\n", "utf-8")
    one = ["expert,item,p05,p50,p95,realisation"]
    for row in rows[1:]:
        expert, item, *numbers = row.replace(",", ".").split(";")
        one.append(",".join([expert, item, *numbers, f"{said.realisations[said.items.index(item)]:g}"]))
    (tmp_path / "one.csv").write_text("\n".join(one) + "\n", "utf-8")
    expected = seeds(course, idle=idle).stdout
    two = forecast("elicit", "seeds", "--csv", "a.csv", "--items", "i.csv", cache=idle, cwd=tmp_path)
    single = forecast("elicit", "seeds", "--csv", "one.csv", cache=idle, cwd=tmp_path)
    assert (two.stdout, single.stdout) == (expected, expected)
    assert (two.stderr, single.stderr) == ("", "")


def test_a_workspace_with_an_expert(asked: Path, idle: Path) -> None:
    """Which workspace, what the expert earned, and what the range of a share was cut at."""
    done = forecast("elicit", "seeds", "-w", str(asked), "--item", "share", cache=idle)
    assert (done.returncode, done.stderr) == (0, f"workspace: {asked} (given)\n")
    assert done.stdout.startswith("1 expert, 2 seeds, 0 targets")
    assert cells(done, "expert_one")[1] == "2"
    assert "share (uniform)" in done.stdout
    assert "came true: 40" in done.stdout


def test_out_writes_files_that_are_read_back(asked: Path, idle: Path, tmp_path: Path) -> None:
    """Ids that do not fit are cut, and the note says so."""
    name = tmp_path / "study"
    done = forecast("elicit", "seeds", "-w", str(asked), "--out", str(name), cache=idle)
    assert done.returncode == 0
    assert "note: expert expert_one is written expert_o\n" in done.stderr
    assert f"wrote {name}.dtt and {name}.rls\n" in done.stderr
    assert files(tmp_path) == ["study.dtt", "study.rls"]
    back = read_excalibur(tmp_path / "study.dtt", tmp_path / "study.rls")
    assert back.assessments.seeds == ("exports", "share")
    assert back.questions["share"] == "Their share?"


def test_texts_earn_nothing_and_are_told_why(idle: Path, tmp_path: Path) -> None:
    """Exit 2, the reason and the remedy; experts who were not asked have their own."""
    done = forecast("elicit", "seeds", "-w", str(SMALL), "-q", cache=idle)
    assert (done.returncode, done.stdout) == (2, "")
    assert "no seed was answered by expert_one, so that no weight can be earned; ask each" in done.stderr
    root = tmp_path / "w"
    shutil.copytree(SMALL, root)
    (root / EXPERT).write_text(
        (root / EXPERT).read_text("utf-8").replace("kind: expert", "kind: text"), "utf-8"
    )
    done = forecast("elicit", "seeds", "-w", str(root), "-q", cache=idle)
    assert done.returncode == 2
    assert (
        "none of the 3 sources is an expert who answered in person. Coded texts earn no weight" in done.stderr
    )
    assert "priors/seeds.yaml" in done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alpha": "some"}, "--alpha some: write optimal, or a calibration score from 0"),
        ({"weights": "equal", "alpha": "0"}, "equal weights have no cut-off: leave one of the two out"),
        ({"weights": "best"}, "--weights best: there are global, item, equal, user"),
        ({"weights": "user"}, "--weights user wants a weight for each expert"),
        ({"user": ["B"]}, "--user B: write ID=W"),
        ({"user": ["B=-1"]}, "--user B=-1: write ID=W"),
        ({"user": ["D=1"]}, "user weights: no expert 'D'; there are A, B, C"),
        ({"item": ["Q9"]}, "no item 'Q9'; there are Q1, Q2, Q3, Q4, Q5"),
        ({"overshoot": 0.0}, "the overshoot must be a positive share"),
        ({"power": 2.0}, "the calibration power lies above 0 and at most at 1"),
        ({"csv": Path("x.csv")}, "--dtt and --csv are two studies"),
        ({"workspace": "."}, "files and a workspace are two studies"),
        ({"items": Path("x.csv")}, "--items describes the items of a table of answers"),
        ({"dtt": None}, "--rls holds realisations only; give the answers too"),
        ({"out": "nowhere/x"}, "--out nowhere/x: there is no folder nowhere; make it first"),
    ],
)
def test_what_cannot_be_done_says_what_can(options: dict[str, Any], message: str, course: Path) -> None:
    """Each option's limits, and those that exclude one another."""
    with pytest.raises(UsageError, match=re.escape(message)):
        command(**{"dtt": course / "course.dtt", "rls": course / "course.rls", **options})


def test_what_would_steer_a_terminal_is_shown(course: Path, idle: Path, tmp_path: Path) -> None:
    """An escape sequence in a question of somebody else's file is text, not a command."""
    for suffix in (".dtt", ".rls"):
        text = (course / f"course{suffix}").read_text("utf-8").replace("How many?", "\x1b[31mHow")
        (tmp_path / f"course{suffix}").write_text(text, "utf-8")
    done = seeds(tmp_path, "--item", "Q1", idle=idle)
    assert "⟨U+001B⟩[31mHow" in done.stdout
    assert "\x1b" not in done.stdout


def test_refusals_are_no_tracebacks(course: Path, idle: Path) -> None:
    """Exit 2, nothing on stdout, the remedy on stderr."""
    done = seeds(course, "--alpha", "0.9", idle=idle)
    assert (done.returncode, done.stdout) == (2, "")
    assert "every expert's calibration is below alpha 0.9 (the best is B, 0.60835833" in done.stderr
    assert "Traceback" not in done.stderr


def test_faults_of_files_have_their_lines(course: Path, idle: Path, tmp_path: Path) -> None:
    """A reversed answer and a realisation without a scale, in one go."""
    dtt = (
        (course / "course.dtt")
        .read_text("utf-8")
        .replace("5.00000E+0000  7.00000E+0000", "5.00000E+0000  4.00000E+0000")
    )
    (tmp_path / "course.dtt").write_text(dtt, "utf-8")
    (tmp_path / "course.rls").write_text("    1 Q1 3\n", "utf-8")
    done = seeds(tmp_path, idle=idle)
    assert done.returncode == 2
    assert "course.dtt:2  A, Q1\n  quantiles must increase (found 2, 5, 4)" in done.stderr
    assert "course.rls:1\n  a row holds the item's number and id" in done.stderr
    table = forecast("elicit", "seeds", "--csv", "x.csv", cache=idle, cwd=tmp_path)
    assert "x.csv\n  the file cannot be read: No such file or directory" in table.stderr
