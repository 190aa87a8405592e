"""Stability and least eigenvalues, against NumPy's."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from numpy.typing import NDArray

from forecast.inputs.small_matrices import is_stable, least_eigenvalue, product


def drift(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    """Theta (u S - I) as drivers may have it: half-lives of months to decades, strengths of -3 to 3."""
    theta = math.log(2) / np.exp(rng.uniform(math.log(0.3), math.log(40), n))
    strengths = rng.integers(-3, 4, (n, n)) * (rng.random((n, n)) < rng.uniform(0.05, 1))
    np.fill_diagonal(strengths, 0)
    return np.asarray(theta[:, None] * (rng.uniform(0.02, 1) * strengths - np.eye(n)))


def test_stability_is_that_of_the_eigenvalues() -> None:
    """For 2,000 random systems of 1 to 14 drivers the verdict is the sign of the largest real part."""
    rng = np.random.default_rng(20261121)
    stable = 0
    for _ in range(2000):
        a = drift(rng, int(rng.integers(1, 15)))
        largest = float(np.linalg.eigvals(a).real.max())
        if abs(largest) > 1e-9:
            assert is_stable(a.tolist()) == (largest < 0)
        stable += largest < 0
    assert 400 < stable < 1600, "both verdicts are put to the test"


@pytest.mark.parametrize("margin", [1e-3, 1e-6, 1e-9])
def test_stability_is_decided_close_to_the_boundary(margin: float) -> None:
    """A system moved to just this side of the boundary is stable, to just the other side unstable."""
    rng = np.random.default_rng(5)
    for n in range(1, 15):
        a = drift(rng, n)
        a -= float(np.linalg.eigvals(a).real.max()) * np.eye(n)
        assert is_stable((a - margin * np.eye(n)).tolist())
        assert not is_stable((a + margin * np.eye(n)).tolist())


@pytest.mark.parametrize(
    ("a", "stable"),
    [
        ([[-1.0]], True),
        ([[0.0]], False),
        ([[1.0]], False),
        ([[0.0, 1.0], [-1.0, 0.0]], False),  # a centre: it swings for ever
        ([[-0.01, 5.0], [-5.0, -0.01]], True),  # a slow spiral inward
        ([[-1.0, 100.0, 1e4], [0.0, -1.0, 100.0], [0.0, 0.0, -1.0]], True),  # a large transient, no loop
        ([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], False),  # a ring: roots of unity
        ([[0.0, 0.0], [0.0, 0.0]], False),
    ],
)
def test_stability_of_known_systems(a: list[list[float]], stable: bool) -> None:
    """Systems whose eigenvalues are read off the matrix; on the boundary nothing comes to rest."""
    assert is_stable(a) is stable


def test_stability_costs_milliseconds() -> None:
    """14 drivers that all pull on all others are judged within 10 ms, at the best of several tries."""
    rng = np.random.default_rng(8)
    a = (0.1 * (0.05 * rng.integers(-3, 4, (14, 14)) - np.eye(14))).tolist()
    times = []
    for _ in range(5):
        start = time.perf_counter()
        is_stable(a)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.01


def test_least_eigenvalue_is_numpys() -> None:
    """Of symmetric matrices, well and badly conditioned, to 1e-9; the vector is an eigenvector of it."""
    rng = np.random.default_rng(3)
    for _ in range(300):
        n = int(rng.integers(1, 15))
        r = rng.normal(size=(n, n))
        r = (r + r.T) / 2
        value, vector = least_eigenvalue(r.tolist())
        assert value == pytest.approx(float(np.linalg.eigvalsh(r)[0]), abs=1e-9)
        assert np.linalg.norm(vector) == pytest.approx(1)
        assert r @ np.array(vector) == pytest.approx(value * np.array(vector), abs=1e-4)


def test_least_eigenvalue_of_equal_correlations() -> None:
    """n variables that all correlate by r: 1 - r where r > 0, else 1 + (n - 1) r (Johnson and Wichern)."""
    for n, r in [(3, 0.5), (4, -0.3), (5, -0.5)]:
        matrix = [[1.0 if i == j else r for j in range(n)] for i in range(n)]
        assert least_eigenvalue(matrix)[0] == pytest.approx(min(1 - r, 1 + (n - 1) * r))


def test_product() -> None:
    """Rows by columns."""
    assert product([[1.0, 2.0]], [[3.0], [4.0]]) == [[11.0]]
