"""Pareto-smoothed weights against ArviZ 0.23's `psislw`, and k against tails whose shape is known."""

from __future__ import annotations

import arviz as az
import numpy as np
import pytest

from forecast.reweighting.pareto import smooth


def ratios(kind: str, draws: int) -> np.ndarray:
    """Log ratios (N,) of one kind."""
    rng = np.random.default_rng([draws, *kind.encode()])
    z = rng.normal(size=draws)
    kinds = {
        "shift 0.01": 0.01 * z,
        "shift 0.5": 0.5 * z,
        "shift 2": 2 * z,
        "shift 10": 10 * z,
        "shift 300": 300 * z,
        "narrower": -1.5 * z**2,
        "wider": 0.375 * z**2,
        "Student": rng.standard_t(2, size=draws),
        "Cauchy": rng.standard_cauchy(draws),
        "Pareto 0.9": -0.9 * np.log(rng.random(draws)),
        "bounded": np.log(rng.random(draws)),
        "ties": np.round(z, 1),
        "pairs": np.repeat(z[: draws // 2], 2),
        "counts": np.log(rng.integers(1, 60, draws)),
        "without weight": np.where(z < -0.5, -np.inf, z),
        "far from zero": -2000 + z,
    }
    return np.asarray(kinds[kind])


KINDS = (
    *(
        "shift 0.01",
        "shift 0.5",
        "shift 2",
        "shift 10",
        "shift 300",
        "narrower",
        "wider",
        "Student",
        "Cauchy",
    ),
    *("Pareto 0.9", "bounded", "ties", "pairs", "counts", "without weight", "far from zero"),
)


@pytest.mark.parametrize("draws", [100, 500, 2000])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reff", [1.0, 0.3])
def test_as_arviz(kind: str, draws: int, reff: float) -> None:
    """Weights and k to 1e-8. Tied draws may have each other's weight, so both are compared in order."""
    given = ratios(kind, draws)
    with np.errstate(all="ignore"):  # exponentials that overflow there, to weights of 0 that are meant
        log_weights, k = az.psislw(given.copy(), reff)
    found = smooth(given, reff=reff)
    assert np.isfinite(found.k_hat) or kind == "Cauchy"
    assert found.k_hat == pytest.approx(float(k), abs=1e-8)
    order = np.lexsort((found.log_weights, given))
    theirs = np.lexsort((log_weights, given))
    assert np.exp(found.log_weights[order]) == pytest.approx(np.exp(log_weights[theirs]), abs=1e-8)


def test_where_arviz_differs() -> None:
    """Equal ratios: the same weights, but k of a tail that is not there is inf in ArviZ and -inf here."""
    log_weights, k = az.psislw(np.full(100, 3.0))
    found = smooth(np.full(100, 3.0))
    assert found.log_weights == pytest.approx(log_weights, abs=1e-14)
    assert (float(k), found.k_hat) == (np.inf, -np.inf)


def test_a_tail_of_ties_as_arviz() -> None:
    """Half of all draws with the largest ratio: no tail above it, k = inf in both."""
    given = np.where(np.arange(200) < 100, 0.0, -1.0)
    log_weights, k = az.psislw(given.copy())
    found = smooth(given)
    assert (float(k), found.k_hat) == (np.inf, np.inf)
    assert found.log_weights == pytest.approx(log_weights, abs=1e-14)


@pytest.mark.parametrize("shape", [-0.5, 0.0, 0.3, 0.7, 1.0])
def test_k_of_known_tails(shape: float) -> None:
    """Weights whose every excess is generalised Pareto of shape k: the mean k_hat of 200 samples is k.

    Weights are (U^-k - 1)/k. A tail of M = 135 of 2,000 draws has a k_hat of sd at most (1 + |k|)/sqrt(M)
    (maximum likelihood, Smith 1987), pulled to (M k + 5)/(M + 10) by the prior, with a bias of order 1/M.
    """
    rng = np.random.default_rng(77)
    tail, samples = 135, 200
    wait = -np.log(rng.random((samples, 2000)))
    weights = wait if shape == 0 else np.expm1(shape * wait) / shape
    found = np.mean([smooth(np.log(w)).k_hat for w in weights])
    expected = (tail * shape + 5) / (tail + 10)
    assert abs(found - expected) < 4 * (1 + abs(shape)) / (tail * samples) ** 0.5 + 1 / tail
