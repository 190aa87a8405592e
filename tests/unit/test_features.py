"""Features of the drivers and their Gaussian moments, against simulation."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.drivers.features import Features, evaluate, features, moments, saturate
from forecast.inputs.records import Drivers
from forecast.inputs.workspace import Workspace

SPEC = Features(
    drivers=("a", "b", "c"),
    interactions=("a_times_b", "a_less_b", "ab_less_c"),
    left=np.array([[1, 0, 0], [1, 0, 0], [0.5, 0.5, 0]]),
    right=np.array([[0, 1, 0], [0, 1, 0], [0, 0, 1.0]]),
    absdiff=np.array([False, True, True]),
    channel=("alliance", "alliance", "split"),
)
MEAN, SD = np.array([1.5, -0.5, 0.8]), np.array([0.8, 0.6, 0.7])
N = 400_000


@pytest.fixture(scope="module")
def simulated() -> np.ndarray:
    """phi(x) of N draws of x; (N, 6)."""
    x = MEAN + SD * np.random.default_rng(0).standard_normal((N, 3))
    return evaluate(SPEC, x)


def test_saturation_is_linear_at_zero_and_bounded() -> None:
    """g(x) = 3 tanh(x / 3): slope 1 at 0, within +-3, odd, increasing."""
    x = np.linspace(-30, 30, 601)
    g = saturate(x)
    assert (np.diff(g) >= 0).all()
    assert np.abs(g).max() <= 3
    assert g == pytest.approx(-g[::-1])
    assert saturate(np.array([1e-6]))[0] == pytest.approx(1e-6)
    assert saturate(np.array([2.0]))[0] == pytest.approx(3 * np.tanh(2 / 3))


def test_features_are_saturated_drivers_then_interactions() -> None:
    """A product, an absolute difference, and an average as a term, on the saturated scale."""
    x = np.array([0.5, -2.0, 4.0])
    a, b, c = 3 * np.tanh(x / 3)
    assert evaluate(SPEC, x) == pytest.approx([a, b, c, a * b, abs(a - b), abs((a + b) / 2 - c)])
    assert evaluate(SPEC, np.tile(x, (2, 5, 1))).shape == (2, 5, 6)


def test_interactions_are_read_from_the_file(small: Workspace) -> None:
    """Terms become weights over drivers; one that waits for a shock is left out."""
    spec = features(small.drivers)
    assert spec.names == ("shared_threat", "trade", "border_dispute", "threat_with_trade")
    assert spec.left.tolist() == [[1, 0, 0]]
    assert spec.right.tolist() == [[0, 1, 0]]
    base = small.drivers.interactions["threat_with_trade"].model_dump()
    wide = {**base, "terms": [["shared_threat", "trade"], "border_dispute"], "form": "absdiff"}
    shock = {**base, "terms": ["trade", {"shock": ["war"]}]}
    drivers = Drivers.model_validate(
        small.drivers.model_dump(by_alias=True) | {"interactions": {"wide": wide, "waiting": shock}}
    )
    spec = features(drivers)
    assert spec.interactions == ("wide",)
    assert spec.left.tolist() == [[0.5, 0.5, 0]]
    assert spec.absdiff.tolist() == [True]


def test_exact_moments_agree_with_simulation(simulated: np.ndarray) -> None:
    """g by quadrature, and products of unrelated drivers, are exact.

    Tolerance: five standard errors of N draws, sd / sqrt(N) for a mean and about sqrt(2 / N) of the
    product of sds for a covariance (fourth moments of these near-normal features are below twice a normal's,
    hence the factor 2).
    """
    mean, cov = moments(SPEC, MEAN[None], SD[None] ** 2)
    seen = simulated.mean(axis=0)
    sd = simulated.std(axis=0)
    assert np.abs(mean[0, :4] - seen[:4]).max() <= (5 * sd[:4] / N**0.5).max()
    gap = np.abs(cov[0] - np.cov(simulated.T))[:4, :4]
    assert (gap <= 2 * 5 * (2 / N) ** 0.5 * np.outer(sd[:4], sd[:4])).all()


def test_folded_moments_take_the_saturated_levels_as_normal(simulated: np.ndarray) -> None:
    """An absolute difference is exact where g is linear, and within two hundredths where it bends.

    Where g is linear (sd .02): five standard errors of N draws.
    """
    mean, cov = moments(SPEC, MEAN[None], SD[None] ** 2)
    assert mean[0, 4:] == pytest.approx(simulated[:, 4:].mean(axis=0), abs=0.02)
    assert np.sqrt(np.diag(cov[0]))[4:] == pytest.approx(simulated[:, 4:].std(axis=0), abs=0.02)
    little, where = np.full(3, 0.02), np.array([0.01, 0.02, 0.0])
    x = where + little * np.random.default_rng(1).standard_normal((N, 3))
    near = evaluate(SPEC, x)[:, 4:]
    mean, cov = moments(SPEC, where[None], little[None] ** 2)
    assert np.abs(mean[0, 4:] - near.mean(axis=0)).max() <= 5 * near.std(axis=0).max() / N**0.5
    assert np.sqrt(np.diag(cov[0]))[4:] == pytest.approx(near.std(axis=0), rel=5 * (1 / N) ** 0.5)


def test_expected_hazards_come_out_right(simulated: np.ndarray) -> None:
    """exp(mean + var / 2) of eta, with effects of the size of the codes, is E[exp(eta)] within one per cent.

    One per cent is what the approximations (eta normal, covariances by Stein's lemma) may cost: a fifth of
    the five per cent by which fit and simulation may differ. Monte Carlo adds sd / sqrt(N) < .001.
    """
    mean, cov = moments(SPEC, MEAN[None], SD[None] ** 2)
    for effects in ([0.25, -0.1, 0.3, 0.1, 0.1, 0.1], [-0.3, 0.3, -0.2, -0.15, 0.1, -0.1]):
        b = np.array(effects)
        closed = np.exp(mean[0] @ b + 0.5 * b @ cov[0] @ b)
        assert closed == pytest.approx(np.exp(simulated @ b).mean(), rel=0.01)


def test_only_features_that_share_a_driver_covary() -> None:
    """`pairs` leaves out no pair with a covariance, and holds each once."""
    _, cov = moments(SPEC, MEAN[None], SD[None] ** 2)
    pairs = SPEC.pairs()
    assert (pairs[:, 0] <= pairs[:, 1]).all()
    kept = np.zeros((6, 6), dtype=bool)
    kept[pairs[:, 0], pairs[:, 1]] = True
    assert kept.sum() == len(pairs)
    assert (cov[0][~(kept | kept.T)] == 0).all()
