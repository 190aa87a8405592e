"""Some draws that stand for all."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.reweighting.sample import balance, by_weight, landmarks, spread_out


@given(st.integers(1, 60), st.integers(1, 60))
def test_rows_are_spread_and_each_comes_once(count: int, among: int) -> None:
    """As many as asked for or as there are, in order, none twice."""
    rows = spread_out(count, among)
    assert len(rows) == min(count, among)
    assert (np.diff(rows) > 0).all()
    assert 0 <= rows[0] <= rows[-1] < among


@given(st.integers(0, 2**32 - 1), st.integers(5, 200), st.integers(1, 100))
def test_draws_come_by_weight(seed: int, count: int, wanted: int) -> None:
    """A draw of weight w comes n w times, rounded one way or the other; without weight never."""
    weights = np.random.default_rng(seed).gamma(0.3, size=count)
    weights[0] = 0.0
    weights /= weights.sum()
    rows = by_weight(weights, wanted)
    size = min(wanted, count)
    assert len(rows) == size
    times = np.bincount(rows, minlength=count)
    assert (np.abs(times - size * weights) < 1 + 1e-9).all()


def test_equal_weights_take_evenly_spaced_draws() -> None:
    """Systematic resampling of equal weights is thinning."""
    assert by_weight(np.full(12, 1 / 12), 4).tolist() == [1, 4, 7, 10]


@given(st.integers(0, 2**32 - 1))
def test_balanced_means_are_the_targets(seed: int) -> None:
    """Weights are positive, sum to one, and hit a target that lies inside what the draws span."""
    rng = np.random.default_rng(seed)
    values = rng.beta(2, 8, size=(100, 6))
    target = values[rng.permutation(100)[:60]].mean(axis=0)
    weights = balance(values, target)
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert (weights > 0).all()
    np.testing.assert_allclose(weights @ values, target, atol=1e-9)


def test_balance_stays_nearest_to_where_it_starts() -> None:
    """Among weights with the target's mean those found have the least sum w ln (w / start).

    First-order condition: ln (w / start) is affine in the values.
    """
    rng = np.random.default_rng(3)
    values, start = rng.normal(size=(50, 2)), rng.gamma(3.0, size=50)
    weights = balance(values, np.array([0.1, -0.2]), start)
    log_ratio = np.log(weights / start)
    design = np.column_stack([np.ones(50), values])
    fitted = design @ np.linalg.lstsq(design, log_ratio, rcond=None)[0]
    np.testing.assert_allclose(fitted, log_ratio, atol=1e-8)


def test_nothing_to_balance_leaves_weights_equal() -> None:
    """Values at their target, without spread, or with one out of reach keep the weights they start from."""
    values = np.array([[1.0, 5.0], [3.0, 5.0]])
    np.testing.assert_allclose(balance(values, np.array([2.0, 5.0])), [0.5, 0.5])
    np.testing.assert_allclose(balance(values, np.array([9.0, 5.0])), [0.5, 0.5])
    np.testing.assert_allclose(balance(values[:, 1:], np.array([7.0])), [0.5, 0.5])


def test_landmarks_are_the_outcomes_half_way_and_at_the_end() -> None:
    """Reached alliance, split and broad alliance, and the broad state, at the middle and the end."""
    draws = np.zeros((2, 31, 9))
    draws[1, 15, 3], draws[1, 15, 4], draws[1, 30, 5], draws[1, 30, 6] = 1.0, 2.0, 3.0, 4.0
    found = landmarks(draws)
    assert found.shape == (2, 8)
    assert sorted(found[1].tolist()) == [0.0] * 4 + [1.0, 2.0, 3.0, 4.0]
