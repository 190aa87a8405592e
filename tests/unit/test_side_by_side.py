"""One item by every rule, what flips between rules, and Cooke's decision makers of an item."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from forecast.errors import UsageError
from forecast.inputs import load
from forecast.inputs.workspace import Workspace
from forecast.pooling.by_performance import COOKE, by_performance
from forecast.pooling.classical import Assessments, classical
from forecast.pooling.on_scale import OnScale
from forecast.pooling.pooled import PooledItem, Voice
from forecast.pooling.rule import Rule
from forecast.pooling.rules import RULES as FLAT
from forecast.pooling.side_by_side import Pool, flips, of_densities, of_probabilities, order_flips

SMALL = Path(__file__).resolve().parents[1] / "workspaces" / "small"
SEEDS = """\
schema: seeds/1
seeds:
  exports: {question: Exports of 2020?, unit: bn, realisation: 12}
  share: {question: Their share?, realisation: 40, lower: 0, upper: 100}
"""
GOOD = "seeds:\n  exports: {p05: 10, p50: 14, p95: 20}\n  share: {p05: 20, p50: 45, p95: 70}\n"
BAD = "seeds:\n  exports: {p05: 30, p50: 31, p95: 32}\n  share: {p05: 80, p50: 81, p95: 82}\n"
SAID = {
    "expert_one": {0.05: 0.02, 0.5: 0.1, 0.95: 0.3},
    "expert_two": {0.05: 0.4, 0.5: 0.6, 0.95: 0.8},
}


@pytest.fixture
def two_experts(tmp_path: Path) -> Workspace:
    """The small workspace with one expert who answered seeds well and one who did not."""
    root = tmp_path / "w"
    shutil.copytree(SMALL, root)
    one = root / "priors/sources/expert_one.yaml"
    text = one.read_text("utf-8")
    one.write_text(text + GOOD, "utf-8")
    (root / "priors/sources/expert_two.yaml").write_text(
        text.replace("expert_one", "expert_two") + BAD, "utf-8"
    )
    (root / "priors/seeds.yaml").write_text(SEEDS, "utf-8")
    return load(root)


def rules(*names: str) -> dict[str, Rule]:
    """Flat rules of probabilities alone."""
    return {name: Rule(name, name, "", "", FLAT[name], None) for name in names}


def test_each_level_is_pooled_by_itself() -> None:
    """Medians are pooled to a median, 5% quantiles to a 5% quantile; a missing level stays missing."""
    said = {0.05: np.array([0.01, 0.03]), 0.5: np.array([0.1, 0.3])}
    (pool,) = of_probabilities(said, np.array([1.0, 3.0]), rules("linear"))
    assert pool.quantiles == (pytest.approx(0.025), pytest.approx(0.25), None)


def test_a_rule_that_cannot_says_why() -> None:
    """A rule of probabilities has nothing to say of a quantity, and a refusal is a reason, not an end."""

    def refuse(p: np.ndarray, w: np.ndarray) -> float:
        raise UsageError("a probability of 0 decides alone")

    refusing = {"veto": Rule("veto", "veto", "", "", refuse, None)}
    (pool,) = of_probabilities({0.5: np.array([0.0, 0.3])}, np.ones(2), refusing)
    assert (pool.p50, pool.why) == (None, "a probability of 0 decides alone")
    (pool,) = of_densities([], np.ones(0), rules("linear"))
    assert pool.p50 is None
    assert "not a quantity" in pool.why


def test_conclusions_that_flip_are_named_with_their_rules() -> None:
    """Words, the side of even odds, and the order of two events, each with who concludes what."""
    pools = [Pool("a", "", p50=0.6), Pool("b", "", p50=0.45), Pool("c", "", why="nothing")]
    words = {0.6: "likely", 0.45: "unlikely"}
    told, side = flips(pools, words.__getitem__)
    assert told.reached == {"likely": ("a",), "unlikely": ("b",)}
    assert side.reached == {"above even odds": ("a",), "at or below even odds": ("b",)}
    assert flips(pools[:1], words.__getitem__) == ()
    other = [Pool("a", "", p50=0.1), Pool("b", "", p50=0.5), Pool("c", "", p50=0.2)]
    (order,) = order_flips("alliance", "split", pools, other)
    assert order.reached == {"alliance is likelier": ("a",), "split is likelier": ("b",)}
    assert order_flips("alliance", "split", pools[:1], other) == ()


def test_decision_makers_are_those_of_the_study_with_the_item_as_a_target(two_experts: Workspace) -> None:
    """Weights earned on the seeds, the range and the distribution of the item: the Classical Model's own."""
    found = by_performance(two_experts, "outcomes.alliance", SAID, limits=(0.0, 1.0))
    answers = {
        "expert_one": {"exports": (10.0, 14.0, 20.0), "share": (20.0, 45.0, 70.0)},
        "expert_two": {"exports": (30.0, 31.0, 32.0), "share": (80.0, 81.0, 82.0)},
    }
    levels = (0.05, 0.5, 0.95)
    study = Assessments.of_answers(
        {
            expert: {item: dict(zip(levels, values, strict=True)) for item, values in said.items()}
            | {"it": SAID[expert]}
            for expert, said in answers.items()
        },
        realisations={"exports": 12.0, "share": 40.0},
        limits={"share": (0.0, 100.0), "it": (0.0, 1.0)},
    )
    for name in ("cooke_global", "cooke_item", "cooke_equal"):
        expected = classical(study, rule=COOKE[name]).distribution("it")
        assert found.makers[name].ppf(np.array(levels)) == pytest.approx(expected.ppf(np.array(levels)))
    assert found.weights["cooke_equal"] == {"expert_one": 0.5, "expert_two": 0.5}
    assert found.weights["cooke_global"]["expert_one"] > 0.99
    assert "--weights" in found.why["cooke_user"]
    user = by_performance(two_experts, "it", SAID, user={"expert_one": 1.0, "expert_two": 3.0})
    assert user.weights["cooke_user"] == pytest.approx({"expert_one": 0.25, "expert_two": 0.75})


def test_without_experts_the_reason_is_given(small: Workspace, two_experts: Workspace) -> None:
    """Texts cannot earn weights, and who did not speak of the item has no part in it."""
    found = by_performance(small, "outcomes.alliance", SAID)
    assert found.makers == {}
    assert set(found.why) == set(COOKE)
    assert "no seed was answered by expert_one" in found.why["cooke_global"]
    silent = by_performance(two_experts, "outcomes.alliance", {})
    assert "said anything of outcomes.alliance" in silent.why["cooke_global"]
    sparse = {name: {0.25: 0.1, 0.75: 0.3} for name in SAID}
    assert "other quantiles" in by_performance(two_experts, "it", sparse).why["cooke_equal"]


def test_who_is_pooled_as_something_else_is_told(small: Workspace) -> None:
    """A lopsided level is read as a normal by the model: both stand together."""
    item = PooledItem(
        "levels.trade",
        "level",
        "quantity",
        (
            Voice(
                "a", 1.0, 1.0, {0.05: 0.0, 0.5: 1.0, 0.95: 4.0}, OnScale("identity", 5 / 3, 1.2159, 1.2159)
            ),
            Voice("b", 1.0, 1.0, {0.05: -1.0, 0.5: 0.0, 0.95: 1.0}, OnScale("identity", 0.0, 0.6080, 0.6080)),
        ),
        (),
    )
    (note,) = item.notes
    assert note.startswith("a states p05 0, p50 1, p95 4 and is pooled as p05 -0.3333, p50 1.667, p95 3.667")
