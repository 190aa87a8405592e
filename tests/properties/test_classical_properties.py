"""What holds of the Classical Model whatever the experts say."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from classical_studies import LEVELS, drawn
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.pooling.classical import Assessments, Classical, classical

SEEDS = st.integers(0, 10**6)
RULES = st.sampled_from(["global", "item", "equal"])
SCALES = st.sampled_from(["uniform", "log"])
FEW = settings(max_examples=40, deadline=None)


def scores(found: Classical) -> np.ndarray:
    """Every score of the experts and the decision maker."""
    maker = found.decision_maker.score
    return np.array(
        [(s.calibration, s.information_seeds, s.information_all) for s in (*found.scores.values(), maker)]
    )


@FEW
@given(SEEDS, RULES, SCALES)
def test_a_panel_of_one_is_that_expert(seed: int, rule: str, scale: str) -> None:
    """Quantiles to the last bit, and so the scores."""
    said = drawn(seed, experts=1, scale=scale)
    found = classical(said, rule=rule)
    assert np.array_equal(found.decision_maker.quantiles, said.values[0])
    assert scores(found)[0] == pytest.approx(scores(found)[1], rel=1e-12)


@FEW
@given(SEEDS, RULES, st.permutations(range(4)), st.permutations(range(6)))
def test_order_of_experts_and_items_does_not_matter(
    seed: int, rule: str, experts: list[int], items: list[int]
) -> None:
    """The same decision maker, item by item."""
    said = drawn(seed)
    other = Assessments(
        tuple(said.experts[e] for e in experts),
        tuple(said.items[i] for i in items),
        LEVELS,
        said.values[np.ix_(experts, items)],
        said.realisations[items],
        said.scales,
    )
    first, second = classical(said, rule=rule), classical(other, rule=rule)
    for item in said.items:
        assert second.quantiles(item) == pytest.approx(first.quantiles(item), rel=1e-9)
    assert second.decision_maker.score.combined == pytest.approx(first.decision_maker.score.combined)


@FEW
@given(SEEDS, RULES, st.floats(0.01, 100), st.floats(-50, 50))
def test_units_do_not_matter(seed: int, rule: str, factor: float, shift: float) -> None:
    """Scores are those of any a x + b; on a log scale, of any a x."""
    said = drawn(seed)
    moved = replace(
        said, values=factor * said.values + shift, realisations=factor * said.realisations + shift
    )
    assert scores(classical(moved, rule=rule)) == pytest.approx(scores(classical(said, rule=rule)), rel=1e-6)
    logs = drawn(seed, scale="log")
    scaled = replace(logs, values=factor * logs.values, realisations=factor * logs.realisations)
    assert scores(classical(scaled, rule=rule)) == pytest.approx(scores(classical(logs, rule=rule)), rel=1e-6)


@FEW
@given(SEEDS, RULES)
def test_a_log_item_is_a_uniform_one_of_logarithms(seed: int, rule: str) -> None:
    """The background measure is all that a scale is."""
    plain, logs = drawn(seed), drawn(seed, scale="log")
    assert scores(classical(logs, rule=rule)) == pytest.approx(scores(classical(plain, rule=rule)), rel=1e-9)


@FEW
@given(SEEDS, st.sampled_from(["global", "item"]))
def test_no_cut_off_scores_better_than_the_best(seed: int, rule: str) -> None:
    """Not even one between two calibration scores, nor none at all."""
    said = drawn(seed)
    best = classical(said, rule=rule).decision_maker.score.combined
    found = sorted(s.calibration for s in classical(said).scores.values())
    between = [(a + b) / 2 for a, b in pairwise(found)]
    for alpha in (0.0, *found, *between):
        other = classical(said, rule=rule, alpha=alpha).decision_maker.score.combined
        assert other <= best * (1 + 1e-11)


@FEW
@given(SEEDS, RULES)
def test_weights_are_shares(seed: int, rule: str) -> None:
    """Not negative, one in all, and none for anybody below the cut-off."""
    found = classical(drawn(seed), rule=rule)
    maker = found.decision_maker
    assert (maker.weights >= 0).all()
    assert maker.weights.sum(axis=0) == pytest.approx(np.ones(6))
    below = [s.calibration < (maker.alpha or 0.0) for s in found.scores.values()]
    assert (maker.weights[below] == 0).all()


@FEW
@given(SEEDS, st.floats(0.01, 0.99))
def test_a_decision_maker_is_between_the_experts(seed: int, p: float) -> None:
    """A mixture's quantile lies between the lowest and the highest expert's."""
    said = drawn(seed)
    for item in said.items:
        each = [
            classical(said, rule="user", weights={expert: 1.0}).distribution(item).ppf(np.array([p]))[0]
            for expert in said.experts
        ]
        pooled = classical(said, rule="equal").distribution(item)
        (found,) = pooled.ppf(np.array([p]))
        assert min(each) - 1e-9 <= found <= max(each) + 1e-9
        assert pooled.cdf(np.array([found])) == pytest.approx([p], abs=1e-9)


@FEW
@given(SEEDS)
def test_user_weights_of_the_scores_are_global_weights(seed: int) -> None:
    """Nothing but the weights makes a decision maker."""
    said = drawn(seed)
    uncut = classical(said, alpha=0.0)
    weights = {name: score.combined for name, score in uncut.scores.items()}
    same = classical(said, rule="user", weights=weights)
    assert scores(same) == pytest.approx(scores(uncut), rel=1e-9)
