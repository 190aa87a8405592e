"""Seeds in the files: where they stand, who may answer them, and that no forecast number depends on them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from forecast.difference.edits import edits
from forecast.errors import UsageError
from forecast.inputs import load
from forecast.inputs.canonical import canonical
from forecast.inputs.json_schema import schemas
from forecast.inputs.workspace import Workspace
from forecast.model.data import prepare
from forecast.panel import resolve
from forecast.pooling.classical import answered, classical

SMALL = Path(__file__).resolve().parents[1] / "workspaces" / "small"
EXPERT = "priors/sources/expert_one.yaml"
ASKED = """\
schema: seeds/1
seeds:
  exports: {question: Exports of 2020?, unit: bn, realisation: 12, resolved: 2021-03-01, citation: Yearbook}
  visits:  {question: Visits of state?, scale: log, lower: 0}
  share:   {question: Their share?, lower: 0, upper: 100, realisation: 40}
"""
ONE = """\
seeds:
  exports: {p05: 10, p50: 14, p95: 20, rationale: Remembered 2018.}
  visits: {p05: 1, p25: 2, p50: 3, p75: 4, p95: 6, realisation: 3}
"""
TWO = """\
seeds:
  share: {p05: 10, p50: 35, p95: 60}
  exports: {p05: 11, p50: 12, p95: 13}
"""

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """The small workspace with a second expert, answers to seeds, and files of the test's own."""

    def made(one: str = ONE, two: str = TWO, asked: str | None = ASKED) -> Path:
        root = tmp_path / "w"
        shutil.copytree(SMALL, root, dirs_exist_ok=True)
        text = (root / EXPERT).read_text("utf-8")
        (root / EXPERT).write_text(text + one, "utf-8")
        second = text.replace("expert_one", "expert_two") + two
        (root / "priors/sources/expert_two.yaml").write_text(second, "utf-8")
        question = root / "priors/question.yaml"
        panels = question.read_text("utf-8").replace(
            "jones2022, expert_one]", "jones2022, expert_one, expert_two]"
        )
        question.write_text(panels, "utf-8")
        seeds = root / "priors/seeds.yaml"
        seeds.unlink(missing_ok=True)
        if asked is not None:
            seeds.write_text(asked, "utf-8")
        return root

    return made


def warned(ws: Workspace) -> list[str]:
    """Warnings of seeds, each with its place."""
    return [f"{p.file}:{p.line} {p.at}: {p.message}" for p in ws.warnings if p.at.startswith("seeds")]


def test_a_realisation_stands_in_either_file(make: Make) -> None:
    """In seeds.yaml, or beside the answer; the workspace holds it with what was asked."""
    ws = load(make())
    known: Mapping[str, float | None] = {name: seed.realisation for name, seed in ws.seeds.items()}
    assert known == {"exports": 12, "visits": 3, "share": 40}
    assert ws.seeds["visits"].question == "Visits of state?"
    assert ws.lines["priors/seeds.yaml", "seeds.exports.realisation"] == 3
    assert (EXPERT, "seeds.visits.p25") in ws.lines


def test_the_same_realisation_in_both_is_no_fault(make: Make) -> None:
    """They agree."""
    ws = load(make(one=ONE.replace("rationale: Remembered 2018.", "realisation: 12.0")))
    assert ws.seeds["exports"].realisation == 12


def test_without_a_file_of_seeds_a_seed_is_what_is_answered(make: Make) -> None:
    """One without a realisation is a target and warns, with the name that was probably meant."""
    one = "seeds:\n  exports: {p05: 10, p50: 14, p95: 20, realisation: 12}\n"
    two = "seeds:\n  export_s: {p05: 11, p50: 12, p95: 13}\n"
    ws = load(make(one=one, two=two, asked=None))
    assert {name: seed.realisation for name, seed in ws.seeds.items()} == {"exports": 12, "export_s": None}
    (warning,) = warned(ws)
    assert warning.startswith("priors/sources/expert_two.yaml:17 seeds.export_s: has no realisation anywhere")
    assert warning.endswith("Did you mean 'exports'?")
    assert ws.seeds["exports"].scale == "uniform"


def test_other_quantiles_than_the_first_answer_warn(make: Make) -> None:
    """Performance is scored on what all answers have in common."""
    ws = load(make())
    first, *others = warned(ws)
    assert first == (
        "priors/sources/expert_one.yaml:18 seeds.visits: states p05, p25, p50, p75, p95, but "
        "priors/sources/expert_one.yaml:17 states p05, p50, p95; performance is scored on what all answers "
        "to seeds have in common"
    )
    assert others == []


def test_answers_become_assessments(make: Make) -> None:
    """In the order of seeds.yaml, at the common levels, with scales and limits; NaN where silent."""
    found = answered(load(make()))
    said = found.assessments
    assert (said.experts, said.items) == (("expert_one", "expert_two"), ("exports", "visits", "share"))
    assert said.levels == (0.05, 0.5, 0.95)
    assert said.scales == ("uniform", "log", "uniform")
    assert said.values[0, 1].tolist() == [1, 3, 6]
    assert said.answered.tolist() == [[True, True, False], [True, False, True]]
    assert said.limits[2].tolist() == [0, 100]
    assert found.notes == (
        "the answers state different quantiles; those that all have are scored: p05, p50, p95",
    )
    assert classical(said, alpha=0.0).scores["expert_one"].seeds == 2


def test_an_expert_without_answers_of_known_outcome_is_left_out_and_named(make: Make) -> None:
    """Nobody else's sample size suffers."""
    found = answered(
        load(
            make(two="seeds:\n  visits: {p05: 1, p50: 2, p95: 4}\n", one=ONE.replace(", realisation: 3", ""))
        )
    )
    assert found.assessments.experts == ("expert_one",)
    assert found.notes[0] == "expert_two answered no seed of known answer and can earn nothing"


def test_nobody_answered(make: Make) -> None:
    """Experts who were not asked, and a workspace of texts: each is told why nothing is earned."""
    with pytest.raises(UsageError, match="no seed was answered by expert_one, expert_two"):
        answered(load(make(one="", two="")))
    with pytest.raises(
        UsageError, match=re.escape("none of the 4 sources is an expert who answered in person")
    ):
        answered(texts_only(make(one="", two="")))


def texts_only(root: Path) -> Workspace:
    """A workspace whose experts are texts."""
    for file in (root / "priors/sources").glob("expert_*.yaml"):
        file.write_text(file.read_text("utf-8").replace("kind: expert", "kind: text"), "utf-8")
    return load(root)


def test_no_forecast_number_depends_on_seeds(make: Make) -> None:
    """The density has the same bytes, and no edit of a seed or an answer moves anything."""
    plain, with_seeds = load(make(one="", two="", asked=None)), load(make())
    packed = [
        prepare(ws, resolve(ws), ws.question.as_of).data.packed().tobytes() for ws in (plain, with_seeds)
    ]
    assert packed[0] == packed[1]
    changes = edits(load(make(asked=None, two="")), load(make(one=ONE.replace("14", "15"))))
    assert {edit.id: (edit.file, edit.line_new, edit.moves) for edit in changes} == {
        "seeds.exports": ("priors/seeds.yaml", 3, False),
        "seeds.visits": ("priors/seeds.yaml", 4, False),
        "seeds.share": ("priors/seeds.yaml", 5, False),
        "sources.expert_one.seeds": (EXPERT, 16, False),
        "sources.expert_two.seeds": ("priors/sources/expert_two.yaml", 16, False),
    }


def test_fmt_knows_the_order_of_keys() -> None:
    """Quantiles first, as everywhere; seeds after what is forecast from."""
    text = (
        "schema: seeds/1\nseeds:\n  b:\n    realisation: 3\n    scale: log\n    question: Second?\n"
        "  a: {unit: km, question: First?}\n"
    )
    assert canonical(text) == (
        "schema: seeds/1\nseeds:\n  b:\n    question: Second?\n    scale: log\n    realisation: 3\n"
        "  a: {question: First?, unit: km}\n"
    )
    source = "schema: source/1\nseeds:\n  a: {realisation: 3, p95: 4, p05: 1, p50: 2}\nid: x\n"
    assert (
        canonical(source)
        == "schema: source/1\nid: x\nseeds:\n  a: {p05: 1, p50: 2, p95: 4, realisation: 3}\n"
    )


def test_the_editors_schema_knows_seeds() -> None:
    """A seed wants its question, an answer its median; other keys of either are named."""
    seed = schemas()["seeds"]["$defs"]["Seed"]
    assert seed["required"] == ["question"]
    assert seed["properties"]["scale"]["enum"] == ["uniform", "log"]
    answer = schemas()["source"]["$defs"]["SeedAnswer"]
    assert answer["required"] == ["p50"]
    assert set(answer["properties"]) == {"realisation", "locator", "rationale"}
    assert answer["patternProperties"] == {"^p(0[1-9]|[1-9][0-9])$": {"type": "number"}}
