"""Shapley values: the properties that define them, exactly and by sampled orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.sensitivity.shapley import (
    Attribution,
    Coalition,
    coalitions,
    from_values,
    met,
    orders,
    shapley,
)

Game = Callable[[Coalition], Floats]
games = st.tuples(st.integers(1, 6), st.integers(0, 10_000))


def game(count: int, seed: int) -> Game:
    """A value with two outputs, drawn at random for every set, the empty one too."""
    rng = np.random.default_rng(seed)
    table = {s: rng.normal(size=2) for s in coalitions(count)}
    return table.__getitem__


def both(value: Game, count: int, seed: int) -> tuple[Attribution, Attribution]:
    """Exact, and by 20 orders."""
    rng = np.random.default_rng(seed)
    return shapley(value, count), shapley(value, count, exact_up_to=0, permutations=20, rng=rng)


@settings(max_examples=30, deadline=None)
@given(games)
def test_nothing_is_left_over(of: tuple[int, int]) -> None:
    """Efficiency: parts sum to v(all) - v(none), also of sampled orders."""
    count, seed = of
    value = game(count, seed)
    for found in both(value, count, seed):
        assert found.total == pytest.approx(value(frozenset(range(count))) - value(frozenset()), abs=1e-14)
        assert found.parts.sum(axis=0) == pytest.approx(found.total, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(games)
def test_equals_have_equal_parts(of: tuple[int, int]) -> None:
    """Symmetry: two that add the same to every set have the same part."""
    count, seed = of
    inner = game(count, seed)

    def value(s: Coalition) -> Floats:
        """The first and the last count alike: by how many of the two take part."""
        return inner(s - {0, count}) + 1.7 * len(s & {0, count}) ** 2

    parts = shapley(value, count + 1).parts
    assert parts[0] == pytest.approx(parts[count], abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(games)
def test_who_adds_nothing_has_nothing(of: tuple[int, int]) -> None:
    """Dummy: a member that changes no set's value has part 0, and the others what they have without it."""
    count, seed = of
    inner = game(count, seed)
    found, sampled = both(lambda s: inner(s - {count}), count + 1, seed)
    assert not sampled.parts[count].any()
    assert found.parts[count] == pytest.approx(np.zeros(2), abs=1e-14)
    assert found.parts[:count] == pytest.approx(shapley(inner, count).parts, abs=1e-12)


@settings(max_examples=30, deadline=None)
@given(games)
def test_parts_add_up_over_values(of: tuple[int, int]) -> None:
    """Additivity: the parts of 2 v - 3 w are 2 of v's less 3 of w's; of sampled orders too, if the same."""
    count, seed = of
    v, w = game(count, seed), game(count, seed + 1)
    mixed = both(lambda s: 2 * v(s) - 3 * w(s), count, seed)
    for found, of_v, of_w in zip(mixed, both(v, count, seed), both(w, count, seed), strict=True):
        assert found.parts == pytest.approx(2 * of_v.parts - 3 * of_w.parts, abs=1e-12)


def test_three_who_need_gloves() -> None:
    """One left glove, two right ones, a pair is worth 1: 4/6, 1/6, 1/6 (Shapley's own kind of market)."""
    found = shapley(lambda s: np.array([float(0 in s and len(s) > 1)]), 3)
    assert found.parts[:, 0] == pytest.approx([4 / 6, 1 / 6, 1 / 6], abs=1e-15)
    assert found.exact
    assert found.coalitions == 8
    assert not found.se.any()


def test_sampled_parts_agree_with_exact() -> None:
    """Within 4 standard errors, of a game of nine with two outputs; errors are neither 0 nor idle.

    A normal deviate passes 4 once in 16,000; there are 18.
    """
    value = game(9, 3)
    exact = shapley(value, 9)
    found = shapley(value, 9, exact_up_to=8, permutations=400, rng=np.random.default_rng(1))
    assert not found.exact
    assert (found.se > 0).all()
    assert (np.abs(found.parts - exact.parts) < 4 * found.se).all()


def test_standard_errors_are_those_of_repetition() -> None:
    """The mean square of (sampled - exact) / se over 100 samples of 5 members is 1.

    With 50 pairs it is that of a t of 49 degrees: mean 1.04; 500 of them, dependent within a sample, have a
    standard error below sqrt(2 / 100) = 0.14, of which four are allowed.
    """
    value = game(5, 3)
    exact = shapley(value, 5).parts[:, 0]
    squares = []
    for seed in range(100):
        found = shapley(value, 5, exact_up_to=0, permutations=100, rng=np.random.default_rng(seed))
        squares.append(((found.parts[:, 0] - exact) / found.se[:, 0]) ** 2)
    assert np.mean(squares) == pytest.approx(49 / 47, abs=4 * np.sqrt(2 / 100))


def test_an_order_and_its_reverse_are_exact_for_pairs() -> None:
    """Where members interact two by two at most, every pair of orders gives the exact parts: errors are 0."""
    weights = np.random.default_rng(5).normal(size=(7, 7))
    found, sampled = both(lambda s: np.array([weights[np.ix_(sorted(s), sorted(s))].sum()]), 7, 1)
    assert sampled.parts == pytest.approx(found.parts, abs=1e-12)
    assert sampled.se == pytest.approx(np.zeros((7, 1)), abs=1e-12)


def test_no_set_is_evaluated_twice() -> None:
    """Values are kept: each set is asked for once, in the documented order, and counted."""
    asked: list[Coalition] = []
    value = game(4, 1)

    def counting(s: Coalition) -> Floats:
        asked.append(s)
        return value(s)

    found = shapley(counting, 4)
    assert tuple(asked) == coalitions(4)
    asked.clear()
    found = shapley(counting, 4, exact_up_to=3, permutations=40, rng=np.random.default_rng(1))
    assert max(Counter(asked).values()) == 1
    assert found.coalitions == len(asked)
    assert tuple(asked) == met(orders(4, permutations=40, rng=np.random.default_rng(1)))


def test_batches_give_the_same() -> None:
    """Values by `coalitions`, or by `met` with their orders, are what `shapley` finds one by one."""
    value = game(5, 2)
    assert np.array_equal(
        from_values({s: value(s) for s in reversed(coalitions(5))}).parts, shapley(value, 5).parts
    )
    drawn = orders(5, permutations=10, rng=np.random.default_rng(4))
    found = shapley(value, 5, exact_up_to=2, permutations=10, rng=np.random.default_rng(4))
    assert np.array_equal(from_values({s: value(s) for s in met(drawn)}, orders=drawn).parts, found.parts)


def test_what_is_refused() -> None:
    """Too many members without a generator, orders without a pair, values that are missing."""
    value = game(3, 1)
    with pytest.raises(UsageError, match="give rng"):
        shapley(value, 3, exact_up_to=2)
    for permutations in (2, 7):
        with pytest.raises(UsageError, match=f"found {permutations}"):
            orders(3, permutations=permutations, rng=np.random.default_rng(1))
    values = {s: value(s) for s in coalitions(3) if s != {0, 2}}
    with pytest.raises(UsageError, match=r"all 2\^3 sets .*found 7"):
        from_values(values)
    with pytest.raises(UsageError, match=r"set \[0, 2\] is missing"):
        from_values(values, orders=np.array([[0, 2, 1], [1, 2, 0], [2, 0, 1], [1, 0, 2]]))
