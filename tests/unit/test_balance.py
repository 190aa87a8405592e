"""Cross-impact balances: hand-computed cases, refusals, and what no matrix may break."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import forecast.consistency.balance as module
from forecast.consistency.balance import (
    Combination,
    CrossImpacts,
    Descriptor,
    balance,
    consistent,
    cross_impacts,
    inconsistencies,
    is_consistent,
)
from forecast.consistency.succession import succession

TRADE, MOOD, ARMS = (
    Descriptor("trade", ("falls", "grows")),
    Descriptor("mood", ("bad", "fair", "good")),
    Descriptor("arms", ("few", "many")),
)
#: Trade lifts the mood, a bad mood brings arms, and arms hinder trade.
SECTIONS = {
    ("trade", "mood"): [[2, 0, -2], [-3, 1, 2]],
    ("mood", "arms"): [[-1, 1], [0, 0], [2, -2]],
    ("arms", "trade"): [[0, 0], [3, -3]],
}


@pytest.fixture
def three() -> CrossImpacts:
    """Three descriptors, twelve combinations."""
    return cross_impacts([TRADE, MOOD, ARMS], SECTIONS)


@st.composite
def matrices(draw: st.DrawFn) -> CrossImpacts:
    """Two to four descriptors of one to three variants, with judgments from -3 to 3."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    descriptors = [Descriptor(f"d{i}", tuple(f"v{k}" for k in range(size))) for i, size in enumerate(sizes)]
    sections = {
        (of.name, on.name): [[draw(st.integers(-3, 3)) for _ in on.variants] for _ in of.variants]
        for of, on in product(descriptors, descriptors)
        if of is not on
    }
    return cross_impacts(descriptors, sections)


def combinations(matrix: CrossImpacts) -> list[Combination]:
    """Every combination there is."""
    return list(product(*(range(len(d.variants)) for d in matrix.descriptors)))


def by_hand(matrix: CrossImpacts, combination: Combination) -> list[float]:
    """Inconsistencies from the definition, one sum at a time."""
    found = []
    for j, on in enumerate(matrix.descriptors):
        scores = [
            sum(float(matrix.section(i, j)[k, variant]) for i, k in enumerate(combination) if i != j)
            for variant in range(len(on.variants))
        ]
        found.append(max(scores) - scores[combination[j]])
    return found


def test_scores_are_sums_over_the_other_descriptors(three: CrossImpacts) -> None:
    """Growing trade, a bad mood and many arms: 3 for falling trade, 2 for a good mood, 1 for many arms."""
    combination = three.combination({"trade": "grows", "mood": "bad", "arms": "many"})
    assert [scores.tolist() for scores in balance(three, combination)] == [[3, -3], [-3, 1, 2], [-1, 1]]
    assert inconsistencies(three, combination).tolist() == [6, 5, 0]
    assert not is_consistent(three, combination)


def test_two_loops_hold_themselves(three: CrossImpacts) -> None:
    """Trade, mood and arms support one another for good or ill, and in no other way."""
    found = [three.named(one) for one in consistent(three)]
    assert found == [
        {"trade": "falls", "mood": "bad", "arms": "many"},
        {"trade": "grows", "mood": "good", "arms": "few"},
    ]


def test_a_tie_is_consistent() -> None:
    """Without any judgment everything is consistent; a variant that equals the best one is not at odds."""
    assert len(consistent(cross_impacts([TRADE, MOOD], {}))) == 6
    tied = cross_impacts([TRADE, MOOD], {("trade", "mood"): [[1, 1, 0], [0, 0, 0]]})
    assert consistent(tied) == ((0, 0), (0, 1), (1, 0), (1, 1), (1, 2))


def test_equal_sums_of_fractions_tie() -> None:
    """0.1 + 0.2 is 0.3, whatever the last binary digit says; 0.1 + 0.25 is more."""
    on = Descriptor("sum", ("split", "whole"))
    sections = {("a", "sum"): [[0.1, 0.3]], ("b", "sum"): [[0.2, 0.0]]}
    matrix = cross_impacts([Descriptor("a", ("on",)), Descriptor("b", ("on",)), on], sections)
    assert 0.1 + 0.2 != 0.3
    assert consistent(matrix) == ((0, 0, 0), (0, 0, 1))
    sections["b", "sum"] = [[0.25, 0.0]]
    apart = cross_impacts(matrix.descriptors, sections)
    assert consistent(apart) == ((0, 0, 0),)


def test_what_is_fixed_must_be_consistent_too(three: CrossImpacts) -> None:
    """Fixing a variant leaves the solutions that take it, and adds none."""
    assert consistent(three, fixed={"mood": "good"}) == ((1, 2, 0),)
    assert consistent(three, fixed={"mood": "fair"}) == ()
    assert consistent(three, fixed={"trade": "grows", "arms": "many"}) == ()


def test_too_many_combinations_are_refused(three: CrossImpacts) -> None:
    """The error says how many there are and what to do; fixing a descriptor is one way."""
    with pytest.raises(ValueError, match=r"12 combinations are more than 11: fix the variants"):
        consistent(three, most=11)
    assert consistent(three, most=6, fixed={"arms": "few"}) == ((1, 2, 0),)


@pytest.mark.parametrize("block", [1, 2, 5, 6, 12])
def test_blocks_do_not_change_the_answer(
    three: CrossImpacts, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    """However many combinations are looked at in one go, the same are found in the same order."""
    whole = consistent(three)
    monkeypatch.setattr(module, "BLOCK", block)
    assert consistent(three) == whole


@pytest.mark.parametrize(
    ("descriptors", "sections", "message"),
    [
        ([TRADE, TRADE], {}, r"descriptors need different names, and at least one \(found trade, trade\)"),
        ([], {}, r"descriptors need different names, and at least one"),
        ([Descriptor("odd", ("on", "on"))], {}, r"variants of 'odd' need different names"),
        ([TRADE, MOOD], {("trade", "arms"): [[0]]}, r"no descriptor 'arms' \(found trade, mood\)"),
        (
            [TRADE, MOOD],
            {("trade", "mood"): [[1, 1], [0, 0]]},
            r"section of 'trade' on 'mood' must be \(2, 3\) \(found \(2, 2\)\)",
        ),
        ([TRADE, MOOD], {("trade", "trade"): [[1, 0], [0, 0]]}, r"'trade' impacts itself"),
        ([TRADE, MOOD], {("mood", "trade"): [[np.nan, 0]] * 3}, r"impacts must be finite"),
    ],
)
def test_matrices_that_cannot_be(
    descriptors: list[Descriptor], sections: dict[tuple[str, str], list[list[float]]], message: str
) -> None:
    """A name there is not, a wrong shape and an impact on oneself are refused with what was found."""
    with pytest.raises(ValueError, match=message):
        cross_impacts(descriptors, sections)


def test_impacts_of_another_size_are_refused() -> None:
    """A row and a column for each variant, no fewer."""
    with pytest.raises(ValueError, match=r"impacts must be \(5, 5\), a row a variant \(found \(4, 4\)\)"):
        CrossImpacts((TRADE, MOOD), np.zeros((4, 4)))


@pytest.mark.parametrize(
    ("variants", "message"),
    [
        ({"trade": "falls", "mood": "bad"}, r"no variant is given for 'arms'"),
        (
            {"trade": "stalls", "mood": "bad", "arms": "few"},
            r"'trade' has no variant 'stalls' \(found falls, grows\)",
        ),
        ({"trade": "falls", "mood": "bad", "arms": "few", "oil": "dear"}, r"no descriptor 'oil'"),
    ],
)
def test_combinations_that_cannot_be(three: CrossImpacts, variants: dict[str, str], message: str) -> None:
    """Every descriptor takes one of its own variants."""
    with pytest.raises(ValueError, match=message):
        three.combination(variants)


def test_succession_follows_the_best_scores(three: CrossImpacts) -> None:
    """All move at once: trade and mood and arms each look at where the others were."""
    found = succession(three, (1, 0, 0))
    # Trade ties (arms few) and stays; trade that grows wants a good mood; a bad mood wants many arms.
    assert found.path == ((1, 0, 0), (1, 2, 1), (0, 2, 0), (0, 0, 0))
    assert found.attractor == ((0, 0, 1),)
    assert found.settled


def test_a_chase_goes_round() -> None:
    """One follows the other, which flees it: a cycle of four, found and said to be one."""
    chase = cross_impacts(
        [Descriptor("hare", ("left", "right")), Descriptor("hound", ("left", "right"))],
        {("hare", "hound"): [[1, -1], [-1, 1]], ("hound", "hare"): [[-1, 1], [1, -1]]},
    )
    found = succession(chase, (0, 0))
    assert found.path == ()
    assert found.attractor == ((0, 0), (1, 0), (1, 1), (0, 1))
    assert not found.settled
    assert consistent(chase) == ()


def test_what_is_held_stays(three: CrossImpacts) -> None:
    """The others follow it, and it is left inconsistent if they push against it."""
    found = succession(three, (1, 0, 1), held=frozenset({"trade", "mood"}))
    assert found.attractor == ((1, 0, 1),)
    assert inconsistencies(three, found.attractor[0]).tolist() == [6, 5, 0]
    with pytest.raises(ValueError, match="no descriptor 'oil'"):
        succession(three, (1, 0, 1), held=frozenset({"oil"}))


def test_what_nothing_pushes_goes_back_to_rest() -> None:
    """An order lifts trade and is gone: trade falls back to its rest, and without one stays where it is."""
    chain = cross_impacts(
        [Descriptor("order", ("none", "big")), Descriptor("trade", ("usual", "high"))],
        {("order", "trade"): [[0, 0], [-2, 2]], ("trade", "order"): [[0, 0], [2, -2]]},
    )
    assert succession(chain, (1, 0)).attractor == ((0, 1),)
    assert succession(chain, (1, 0), rest=(0, 0)).attractor == ((0, 0),)


@given(matrices())
def test_enumeration_agrees_with_the_definition(matrix: CrossImpacts) -> None:
    """The vectorised search finds what checking every combination by hand finds, in the same order."""
    assert consistent(matrix) == tuple(c for c in combinations(matrix) if max(by_hand(matrix, c)) == 0)


@given(matrices(), st.data())
def test_only_differences_along_a_row_matter(matrix: CrossImpacts, data: st.DataObject) -> None:
    """A constant added to one row of one judgment section changes no inconsistency."""
    of, on = data.draw(st.permutations(range(len(matrix.descriptors))))[:2]
    row = matrix.columns(of).start + data.draw(st.integers(0, len(matrix.descriptors[of].variants) - 1))
    impacts = matrix.impacts.copy()
    impacts[row, matrix.columns(on)] += data.draw(st.integers(-5, 5))
    shifted = CrossImpacts(matrix.descriptors, impacts)
    for combination in combinations(matrix):
        assert inconsistencies(shifted, combination).tolist() == inconsistencies(matrix, combination).tolist()


@given(matrices(), st.integers(1, 5))
def test_the_unit_of_points_does_not_matter(matrix: CrossImpacts, factor: int) -> None:
    """Judgments all multiplied by a positive number leave the same combinations consistent."""
    assert consistent(CrossImpacts(matrix.descriptors, factor * matrix.impacts)) == consistent(matrix)


@given(matrices(), st.data())
def test_the_order_of_descriptors_does_not_matter(matrix: CrossImpacts, data: st.DataObject) -> None:
    """The same descriptors in another order have the same solutions, by their names."""
    order = data.draw(st.permutations(range(len(matrix.descriptors))))
    rows = np.concatenate([np.arange(matrix.impacts.shape[0])[matrix.columns(i)] for i in order])
    other = CrossImpacts(tuple(matrix.descriptors[i] for i in order), matrix.impacts[np.ix_(rows, rows)])
    assert {frozenset(other.named(c).items()) for c in consistent(other)} == {
        frozenset(matrix.named(c).items()) for c in consistent(matrix)
    }


@given(matrices())
def test_rest_and_consistency_are_the_same(matrix: CrossImpacts) -> None:
    """Succession comes to rest on consistent combinations only, and stays on every one of them."""
    for start in combinations(matrix):
        found = succession(matrix, start)
        assert found.settled == is_consistent(matrix, found.attractor[0])
        assert (found.attractor == (start,)) == is_consistent(matrix, start)


@given(matrices(), st.data())
def test_with_a_rest_what_stays_is_consistent_too(matrix: CrossImpacts, data: st.DataObject) -> None:
    """A preference among ties never makes a descriptor take less than its best score."""
    start, rest = (data.draw(st.sampled_from(combinations(matrix))) for _ in range(2))
    found = succession(matrix, start, rest=rest)
    if found.settled:
        assert is_consistent(matrix, found.attractor[0])
