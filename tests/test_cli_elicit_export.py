"""`forecast elicit export` as a process: what each format holds, conversions there and back, bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from forecast.cli import elicit_export
from forecast.errors import InputError, UsageError
from forecast.interchange.answers_csv import read_answers
from forecast.interchange.excalibur import read_excalibur
from tests.command import SMALL, Done, forecast

#: Dozens of processes; what is exported is held in tests/unit/test_interchange_priors.py.
pytestmark = pytest.mark.slow

ANSWERS = (
    "expert,item,p05,p50,p95,realisation,scale,note\n"
    "A,seed,1,3,9,4,log,How many?\nB,seed,2,4,6,4,log,How many?\nA,aim,-2,0,5.5,,uni,\nB,aim,-1,1,2,,uni,\n"
)


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    """A table of two experts, a seed and a target."""
    path = tmp_path / "answers.csv"
    path.write_text(ANSWERS)
    return path


def export(tmp_path: Path, *arguments: str) -> Done:
    """The command in a folder without a workspace."""
    return forecast("elicit", "export", *arguments, cache=tmp_path / "cache", cwd=tmp_path)


def of_small(tmp_path: Path, *arguments: str) -> Done:
    """The command on the small workspace."""
    return forecast("elicit", "export", *arguments, "-w", "tests/workspaces/small", cache=tmp_path / "cache")


def good(done: Done) -> str:
    """What a command that succeeded printed."""
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr
    return done.stdout


def test_code_of_a_judgment_and_of_a_pool(tmp_path: Path) -> None:
    """The code compiles, and says whose judgments it is made of, with file and line and the inputs' hash."""
    code = good(of_small(tmp_path, "sources.expert_one.outcomes.split", "outcomes.split", "--family", "beta"))
    compile(code, "priors.py", "exec")
    assert "sources_expert_one_outcomes_split = pm.Beta(" in code
    assert "outcomes_split = pm.Mixture(" in code
    assert code.count("pm.Beta.dist(") == 3
    assert "(priors/sources/expert_one.yaml:13)" in code
    assert "# Of the inputs with SHA-256 " in code


def test_a_pool_has_the_quantiles_that_elicit_pool_shows(tmp_path: Path) -> None:
    """The same rule, the same numbers, in the document and beside the other rules."""
    asked = ("outcomes.split", "--rule", "log_odds")
    found = json.loads(good(of_small(tmp_path, *asked, "--format", "json")))
    small = ("-w", "tests/workspaces/small")
    shown = json.loads(good(forecast("elicit", "pool", *asked, "--json", *small, cache=tmp_path / "cache")))
    (prior,), (pool,) = found["priors"], shown["items"][0]["pools"]
    assert (found["schema"], prior["rule"], pool["rule"]) == ("priors/1", "log_odds", "log_odds")
    for name in ("p05", "p50", "p95"):
        assert prior["quantiles"][name] == pytest.approx(pool[name], rel=1e-9)
    assert sum(voice["share"] for voice in prior["voices"]) == pytest.approx(1.0)


def test_a_panel_as_a_table_for_shelf(tmp_path: Path) -> None:
    """Experts across, and the same judgments as rows; --out leaves stdout to nobody and notes on stderr."""
    table = good(of_small(tmp_path, "outcomes.split", "--format", "shelf"))
    assert table.splitlines()[0] == "probability,expert_one,jones2022,smith2019"
    rows = good(of_small(tmp_path, "outcomes.split", "--format", "csv"))
    assert [line.split(",")[0] for line in rows.splitlines()] == [
        "expert",
        *table.split("\n")[0].split(",")[1:],
    ]
    out = tmp_path / "split.csv"
    assert good(of_small(tmp_path, "outcomes.split", "--format", "shelf", "--out", str(out))) == ""
    assert out.read_text() == table
    assert good(export(tmp_path, "--from", str(out), "--format", "shelf")) == table


def test_tables_and_excalibur_there_and_back(tmp_path: Path, answers: Path) -> None:
    """A table to Excalibur's files and back is the same table, and the same study."""
    good(export(tmp_path, "--from", str(answers), "--format", "excalibur", "--out", str(tmp_path / "s")))
    dtt, rls = tmp_path / "s.dtt", tmp_path / "s.rls"
    written = read_excalibur(dtt, rls)
    read = read_answers(answers)
    assert written.assessments.values.tolist() == read.assessments.values.tolist()
    assert written.assessments.scales == read.assessments.scales == ("log", "uniform")
    assert written.questions == {"seed": "How many?"}
    back = good(export(tmp_path, "--from", str(dtt), "--rls", str(rls), "--format", "csv"))
    assert sorted(back.splitlines()) == sorted(ANSWERS.splitlines())


def test_a_table_as_excel_opens_it_is_read_back(tmp_path: Path, answers: Path) -> None:
    """Semicolons, decimal commas and a byte-order mark, byte for byte the same after a round."""
    out = tmp_path / "excel.csv"
    good(export(tmp_path, "--from", str(answers), "--format", "csv", "--excel", "--out", str(out)))
    assert out.read_bytes().startswith(b"\xef\xbb\xbfexpert;item;p05")
    assert b"5,5" in out.read_bytes()
    assert good(export(tmp_path, "--from", str(out), "--format", "csv")) == ANSWERS


def test_priors_of_a_table(tmp_path: Path, answers: Path) -> None:
    """Each item its own prior, pooled of all who answered it."""
    found = json.loads(
        good(export(tmp_path, "--from", str(answers), "--format", "json", "--family", "normal"))
    )
    assert [(p["item"], p["rule"], p["form"]) for p in found["priors"]] == [
        ("seed", "linear", "mixture"), ("aim", "linear", "mixture"),
    ]  # fmt: skip
    assert {part["family"] for p in found["priors"] for part in p["components"]} == {"normal"}
    assert found["priors"][0]["voices"][1]["line"] == 3


BAD = [
    ({}, "neither was given"),
    ({"what": ["outcomes.split"], "source": "answers.csv"}, "both were given"),
    ({"source": "answers.csv", "form": "pymcc"}, "did you mean 'pymc'?"),
    ({"source": "answers.csv", "rule": "linaer"}, "Did you mean 'linear'?"),
    ({"source": "answers.csv", "rule": "geometric"}, "geometric does not pool tables of quantities"),
    ({"source": "answers.csv", "family": "gama"}, "Did you mean 'gamma'?"),
    ({"source": "answers.csv", "family": "gamma"}, "needs a finite lower limit"),
    ({"source": "answers.csv", "form": "csv", "rule": "linear"}, "holds what each expert said"),
    ({"source": "answers.csv", "form": "shelf"}, "holds one item (found seed, aim)"),
    ({"source": "answers.csv", "form": "shelf-fit", "family": "beta"}, "leave --family out"),
    ({"source": "answers.csv", "form": "excalibur"}, "--out NAME writes NAME.dtt and NAME.rls"),
    ({"source": "answers.csv", "excel": True}, "--excel is of tables"),
    ({"source": "answers.csv", "rls": "x.rls"}, "give the answers too"),
    ({"source": "answers.csv", "out": "no/where.py"}, "there is no folder no"),
    ({"source": "answers.csv", "out": "."}, "this is a folder"),
    ({"source": "none.csv"}, "the file cannot be read"),
    ({"source": "bad.csv"}, "bad.csv:2"),
]


@pytest.mark.parametrize(("options", "message"), BAD, ids=[message for _, message in BAD])
def test_bad_input_is_told_with_its_remedy(
    tmp_path: Path, answers: Path, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], message: str
) -> None:
    """The error that ends a process with 2, before anything is printed or written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.csv").write_text("expert,item,p05,p50,p95\nA,x,3,2,1\n")
    before = sorted(tmp_path.iterdir())
    given: dict[str, Any] = {
        name: Path(v) if name in {"source", "rls", "out"} else v for name, v in options.items()
    }
    with pytest.raises((UsageError, InputError)) as caught:
        elicit_export.export(**given)
    assert message in " ".join(str(caught.value).split())
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("outcomes.splt", "-w", str(SMALL)), "Did you mean 'outcomes.split'?"),
        (("--from", "answers.csv", "--family", "gamma"), "needs a finite lower limit"),
    ],
)
def test_bad_input_ends_the_process_with_2(
    tmp_path: Path, answers: Path, arguments: tuple[str, ...], message: str
) -> None:
    """Nothing on stdout, no traceback."""
    done = export(tmp_path, *arguments)
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (2, "", False)
    assert message in " ".join(done.stderr.split())
