"""Features of the drivers and their Gaussian moments, against simulation."""

from __future__ import annotations

import dataclasses

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
    linked=np.eye(3, dtype=bool),
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


def test_moments_of_drivers_that_covary() -> None:
    """Means and covariances of linked drivers' features: exact where g is linear, near where it bends.

    Where g is linear (sd .05 about 0): means within five standard errors of N draws, covariances within five
    of sqrt(2 / N) of the product of the sds, twice over as above. Where it bends, Stein's lemma with the
    average slope: within six hundredths of the product of the sds, which is .06 of a correlation.
    """
    root = np.array([[1.0, 0, 0], [0.6, 0.8, 0], [-0.3, 0.5, 0.812403840463596]])
    noise = np.random.default_rng(2).standard_normal((N, 3)) @ root.T
    for scale, where, bend in ((0.05, np.zeros(3), 0.0), (0.7, MEAN, 0.06)):
        x = where + scale * noise
        phi = evaluate(SPEC, x)
        mean, cov = moments(SPEC, where[None], (scale**2 * root @ root.T)[None])
        sd, seen = phi.std(axis=0), np.cov(phi.T)
        assert (np.abs(mean[0] - phi.mean(axis=0)) <= 5 * sd / N**0.5 + bend * sd).all()
        gap = np.abs(cov[0] - seen) / np.outer(sd, sd)
        smooth = [0, 1, 2, 3]  # the fold of an absolute difference is not linear at any scale
        assert gap[np.ix_(smooth, smooth)].max() <= 2 * 5 * (2 / N) ** 0.5 + bend
        assert np.diag(cov[0])[4:] == pytest.approx(np.diag(seen)[4:], rel=5 * (2 / N) ** 0.5 + 2 * bend)


def test_independent_drivers_may_be_given_by_their_variances() -> None:
    """Variances (T, D) say the same as a diagonal covariance (T, D, D), to the bit."""
    mean, sd = np.stack([MEAN, -MEAN]), np.stack([SD, 2 * SD])
    for a, b in zip(
        moments(SPEC, mean, sd**2), moments(SPEC, mean, sd[:, :, None] ** 2 * np.eye(3)), strict=True
    ):
        assert np.array_equal(a, b)


def test_linked_drivers_features_are_paired() -> None:
    """With a linked to c, a pair that shares either, or one that each touches, covaries; b's own do not."""
    linked = np.eye(3, dtype=bool)
    linked[0, 2] = linked[2, 0] = True
    spec = dataclasses.replace(SPEC, linked=linked)
    cov_x = np.diag(SD**2)
    cov_x[0, 2] = cov_x[2, 0] = 0.3
    _, cov = moments(spec, MEAN[None], cov_x[None])
    pairs = {(int(i), int(j)) for i, j in spec.pairs()}
    assert (0, 2) in pairs
    assert (0, 1) not in pairs
    assert (1, 2) not in pairs
    nonzero = {(int(i), int(j)) for i, j in np.argwhere(np.triu(cov[0] != 0))}
    assert nonzero <= pairs


def test_features_know_which_drivers_are_linked(small: Workspace) -> None:
    """`linked` is that of the workspace's cross-impacts and correlations, through any chain of them."""
    assert features(small.drivers).linked.tolist() == np.eye(3).astype(bool).tolist()
    impact = {"from": "trade", "to": "shared_threat", "strength": 1.0, "rationale": "r"}
    pulled = Drivers.model_validate(small.drivers.model_dump(by_alias=True) | {"cross_impacts": [impact]})
    linked = np.eye(3, dtype=bool)
    linked[0, 1] = linked[1, 0] = True
    assert np.array_equal(features(pulled).linked, linked)


def test_only_features_that_share_a_driver_covary() -> None:
    """`pairs` leaves out no pair with a covariance, and holds each once."""
    _, cov = moments(SPEC, MEAN[None], SD[None] ** 2)
    pairs = SPEC.pairs()
    assert (pairs[:, 0] <= pairs[:, 1]).all()
    kept = np.zeros((6, 6), dtype=bool)
    kept[pairs[:, 0], pairs[:, 1]] = True
    assert kept.sum() == len(pairs)
    assert (cov[0][~(kept | kept.T)] == 0).all()
