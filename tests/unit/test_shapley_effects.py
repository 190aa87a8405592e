"""Shapley effects: walks, errors and what is refused. Known effects: tests/reference."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.sensitivity import quadratic, shapley_effects

MEAN = np.array([1.0, -2.0, 30.0])
COVARIANCE = np.array([[4.0, 1.5, 2.0], [1.5, 1.0, 0.0], [2.0, 0.0, 9.0]])


def model(x: Floats) -> Floats:
    """Smooth, rough and constant."""
    return np.stack([np.exp(0.3 * x[:, 0]) + x[:, 1], x[:, 1] * x[:, 2] > -60, np.full(len(x), 7.0)], axis=1)


def analyse(seed: int = 1, walks: int = 200, block: int = 4096) -> shapley_effects.ShapleyEffects:
    """The effects of the model above."""
    rng = np.random.default_rng(seed)
    return shapley_effects.analyse(model, mean=MEAN, covariance=COVARIANCE, walks=walks, rng=rng, block=block)


def test_every_point_has_the_inputs_distribution() -> None:
    """Each place of a walk has the mean and the covariance of the inputs, whatever was shared with its base.

    n = 20,000 walks: a mean has sd sigma_i / sqrt(n), a covariance at most sqrt(2 / n) sigma_i sigma_j; five.
    """
    n = 20_000
    walks = shapley_effects.design(MEAN, covariance=COVARIANCE, walks=n, rng=np.random.default_rng(1))
    for place in walks.standard.transpose(1, 0, 2):
        assert place.mean(axis=0) == pytest.approx(np.zeros(3), abs=5 / np.sqrt(n))
        assert np.cov(place.T) == pytest.approx(walks.correlation, abs=5 * np.sqrt(2 / n))
    sd = np.sqrt(np.diag(COVARIANCE))
    assert walks.points.reshape(n, 4, 3) == pytest.approx(MEAN + sd * walks.standard, abs=1e-9)


def test_a_walk_shares_its_first_inputs_with_its_base() -> None:
    """After j steps the first j inputs of the order are the base point's, and only they."""
    walks = shapley_effects.design(MEAN, covariance=COVARIANCE, walks=50, rng=np.random.default_rng(1))
    for order, points in zip(walks.orders, walks.points.reshape(50, 4, 3), strict=True):
        for j in range(4):
            same = np.isclose(points[j], points[3], rtol=1e-12, atol=1e-12)
            assert set(np.flatnonzero(same)) == set(order[:j])


def test_shares_sum_to_one() -> None:
    """Over inputs, whatever the output; a constant has none of it, and a flag instead of NaN."""
    found = analyse()
    assert found.shares.sum(axis=0) == pytest.approx([1.0, 1.0, 0.0], abs=1e-12)
    assert found.constant.tolist() == [False, False, True]
    assert found.variance[2] == 0
    assert not found.se[:, 2].any()
    assert (found.se[:, :2] > 0).all()
    assert found.evaluations == 200 * 4


def test_blocks_do_not_matter() -> None:
    """A model evaluated a few rows at a time has the same effects."""
    assert np.array_equal(analyse(block=7).shares, analyse().shares)


def test_a_quadratic_model_leaves_the_error_of_orders_alone() -> None:
    """Its gains are exact in each order: shares between 0 and 1, so their sd over orders is at most 1/2.

    The exact share is the mean over all six orders; with 2048 pairs of orders an error is at most
    1/2 / sqrt(2048), and the estimate within four of those stated.
    """
    square = np.array([[0.4, 0.3, 0.0], [0.3, 0.0, -0.5], [0.0, -0.5, 0.2]])
    g = quadratic.Quadratic(np.array([[1.0], [-0.5], [2.0]]), square[:, :, None])
    rng = np.random.default_rng(1)
    walks = shapley_effects.design(MEAN, covariance=COVARIANCE, walks=100, rng=rng)
    found = shapley_effects.effects(g.value(walks.standard).reshape(-1, 1), walks, rng=rng)
    every = np.array(list(itertools.permutations(range(3))))
    exact = quadratic.gains(g, walks.correlation, every).mean(axis=0)
    assert found.variance == pytest.approx(exact.sum(axis=0), rel=1e-9)
    assert (found.se <= 0.5 / np.sqrt(2048)).all()
    assert (np.abs(found.shares - exact / exact.sum(axis=0)) < 4 * found.se).all()


def test_no_walk_is_held_against_its_own_fit() -> None:
    """The quadratic taken off the first half of the walks knows the second alone, and the other way round."""
    rng = np.random.default_rng(1)
    walks = shapley_effects.design(MEAN, covariance=COVARIANCE, walks=200, rng=rng)
    y = model(walks.points).reshape(200, 4, 3)
    changed = y.copy()
    changed[:100] *= 2
    _, ((before_first, _), (before_second, _)) = shapley_effects._without_quadratic(y, walks)
    _, ((after_first, _), (after_second, _)) = shapley_effects._without_quadratic(changed, walks)
    assert np.array_equal(before_first.square, after_first.square)
    assert after_second.square == pytest.approx(2 * before_second.square)


@pytest.mark.parametrize(
    ("covariance", "words"),
    [
        (COVARIANCE[:2, :2], "row and a column for each mean"),
        (np.diag([1.0, 0.0, 1.0]), "variances above 0"),
        (COVARIANCE + np.triu(np.ones((3, 3)), 1), "symmetric"),
        (np.ones((3, 3)), "function of others"),
        (np.eye(3) * 2 - 1, "no covariance"),
    ],
)
def test_what_is_no_covariance_is_refused(covariance: Floats, words: str) -> None:
    """Shape, symmetry, variances, and that no input is a function of others."""
    with pytest.raises(UsageError, match=words):
        shapley_effects.design(MEAN, covariance=covariance, walks=10, rng=np.random.default_rng(1))


def test_outputs_are_those_of_the_walks() -> None:
    """As many rows as points, and all finite."""
    rng = np.random.default_rng(1)
    walks = shapley_effects.design(MEAN, covariance=COVARIANCE, walks=10, rng=rng)
    with pytest.raises(UsageError, match=r"40 \(found 39\)"):
        shapley_effects.effects(np.zeros((39, 1)), walks, rng=rng)
    with pytest.raises(UsageError, match="finite"):
        shapley_effects.effects(np.full((40, 1), np.nan), walks, rng=rng)
