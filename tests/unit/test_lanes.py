"""Arithmetic on lanes, against NumPy's and SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm
from test_kernel import RATES, generator

from forecast.simulation import lanes
from forecast.states import STATES


def test_the_exponential_is_good_to_twelve_digits() -> None:
    """e^y within 1e-12 of itself for |y| <= 40, and finite and positive however far beyond."""
    y = np.linspace(-40, 40, 4001)
    found = np.array([lanes.exponential(v) for v in y])
    assert np.abs(found / np.exp(y) - 1).max() < 1e-12
    assert lanes.exponential(0.0) == 1.0
    for far in (-np.inf, -1e6, -700.0, 700.0, 1e6, np.inf):
        assert np.isfinite(lanes.exponential(far))
        assert lanes.exponential(far) > 0
    # A log rate of minus infinity is a transition that is not there.
    assert lanes.exponential(-np.inf) < 1e-300


def test_saturation_is_that_of_the_features() -> None:
    """g(x) = 3 tanh(x / 3) within 1e-12, odd, and within +-3 however far out."""
    x = np.append(np.linspace(-30, 30, 3001), [-1e4, 1e4])
    found = np.array([lanes.saturated(v) for v in x])
    assert np.abs(found - 3 * np.tanh(x / 3)).max() < 1e-12
    assert np.abs(found).max() <= 3
    assert np.abs(found + [lanes.saturated(-v) for v in x]).max() < 1e-12


def moved(q: np.ndarray, years: float, rng: np.random.Generator) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """State, free of alliance, of split and of a broad alliance: found and expected, (rows, L) each."""
    width = q.shape[1]
    p = rng.dirichlet(np.ones(3), width).T
    free = [rng.dirichlet(np.ones(3), width).T[:2] for _ in range(3)]
    kept = [np.zeros((3, width)) for _ in range(3)]
    for k, rows in enumerate((slice(1, 3), slice(0, 2), slice(1, 3))):
        kept[k][rows] = free[k]
    expected = [np.empty((3, width)), *(np.empty((3, width)) for _ in range(3))]
    for lane in range(width):
        for k, absorbing in enumerate((None, "alliance", "split", "alliance")):
            start = p if k == 0 else kept[k - 1]
            expected[k][:, lane] = start[:, lane] @ expm(generator(q[:, lane], absorbing) * years)
    to_a, to_s, broad = (f.copy() for f in free)
    state = p.copy()
    lanes.propagate(q.copy(), years, state, to_a, to_s, broad, np.zeros((6, width)), np.zeros((3, 3, 3)))
    return [state, to_a, to_s, broad], [expected[0], expected[1][1:], expected[2][:2], expected[3][1:]]


@pytest.mark.parametrize("scales", [(1e-9, 1e-6), (1e-3, 1.0), (40.0, 400.0), (1e-9, 400.0)])
def test_lanes_move_by_the_matrix_exponential(scales: tuple[float, float]) -> None:
    """Each lane's probabilities times expm(Q dt), slow lanes beside ones too fast for a series: 3e-13.

    States and the three absorbing chains. The exponential has 1e-12 of an exponent's forty, a fortieth of it
    here; squaring ten times multiplies a rounding by 2^10.
    """
    rng = np.random.default_rng(3)
    q = RATES[:, None] * np.exp(rng.uniform(*np.log(scales), 64)) * rng.uniform(0.2, 3, (6, 64))
    for years in (0.25, 40 / 365, 1.0):
        for found, expected in zip(*moved(q, years, rng), strict=True):
            assert np.abs(found - expected).max() < 3e-13


def test_nothing_moves_without_rates_or_time() -> None:
    """Q = 0 or dt = 0 leaves every lane to the bit as it is; states sum to 1 after a year of any rates."""
    rng = np.random.default_rng(4)
    for q, years in ((np.zeros((6, 5)), 1.0), (rng.uniform(0, 5, (6, 5)), 0.0)):
        found, expected = moved(q, years, rng)
        for a, b in zip(found, expected, strict=True):
            assert np.array_equal(a, b)
    found, _ = moved(rng.uniform(0, 5, (6, 50)), 1.0, rng)
    assert found[0].sum(axis=0) == pytest.approx(1.0, abs=1e-13)


TERM = np.array([[[0, 0], [1, 0]], [[0, 1], [2, 0]]])
SHARE = np.array([[[1.0, 0.0], [1.0, 0.0]], [[0.5, 0.5], [1.0, 0.0]]])


def intensities(seen: np.ndarray, coefficients: np.ndarray, embers: np.ndarray, back: float) -> np.ndarray:
    """Rates (6, L), of a product and an absolute difference of three drivers."""
    rates, phi = np.empty((6, seen.shape[1])), np.empty((5, seen.shape[1]))
    lanes.intensities(
        seen, phi, TERM, SHARE, np.array([False, True]), np.log(RATES), coefficients, embers, back, rates
    )
    return rates


def test_interactions_are_products_and_absolute_differences() -> None:
    """log rates = a + B phi(x), term by term, with averages padded by weight 0; S->A has its rate alone."""
    seen = np.random.default_rng(0).normal(0, 2, (3, 7))
    coefficients = np.random.default_rng(1).normal(0, 0.3, (5, 5))
    g = 3 * np.tanh(seen / 3)
    phi = np.stack([*g, g[0] * g[1], np.abs((g[0] + g[1]) / 2 - g[2])])
    expected = RATES[:, None] * np.exp(np.vstack([coefficients.T @ phi, np.zeros(7)]))
    assert intensities(seen, coefficients, np.zeros((2, 7)), 0.5) == pytest.approx(expected, rel=1e-12)


def test_embers_act_on_ways_out_and_their_mirror_on_ways_back() -> None:
    """Added to P->A, half is taken from A->P; added to P->S, all is added to A->S, half taken from S->P."""
    embers = np.array([[0.7, 0.0, -0.2], [0.0, 1.1, 0.4]])
    a, s = embers
    found = intensities(np.zeros((3, 3)), np.zeros((5, 5)), embers, 0.5)
    expected = RATES[:, None] * np.exp([a, s, -0.5 * a, s, -0.5 * s, 0 * s])
    assert found == pytest.approx(expected, rel=1e-12)
    assert STATES == ("alliance", "partnership", "split")  # the order that the rows are named by
