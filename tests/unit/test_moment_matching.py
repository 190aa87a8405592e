"""Moment matching between Gaussians, where the answer is known, and when it does nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from forecast.errors import UsageError
from forecast.reweighting.moment_matching import Matched, match
from forecast.reweighting.pareto import K_LIMIT, smooth
from forecast.simulation.weighted import weighted_mean, weighted_monte_carlo_error


def gaussian(mean: np.ndarray, covariance: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Log density, 3.7 too high: it need not be normalised."""
    distribution = multivariate_normal(mean, covariance)
    return lambda z: np.atleast_1d(distribution.logpdf(z)) + 3.7


def standard(size: int) -> Callable[[np.ndarray], np.ndarray]:
    """Log density of independent standard normals."""
    return gaussian(np.zeros(size), np.eye(size))


def draws(count: int, size: int, seed: int) -> np.ndarray:
    """Independent standard normal draws (N, d)."""
    return np.random.default_rng(seed).normal(size=(count, size))


def within_four_errors(found: Matched, values: np.ndarray, truth: np.ndarray) -> bool:
    """Whether the weighted means are the truth within 4 Monte Carlo errors."""
    mean = weighted_mean(values, log_weights=found.log_weights)
    error = weighted_monte_carlo_error(values, log_weights=found.log_weights)
    return bool((np.abs(mean - truth) < 4 * error).all())


def test_nothing_is_done_when_weights_are_good() -> None:
    """k under the limit: the draws as they came, the weights of plain smoothing, one call of each density."""
    z, calls = draws(1000, 3, 1), []
    old, new = standard(3), gaussian(np.full(3, 0.3), np.eye(3))

    def counted(at: np.ndarray) -> np.ndarray:
        calls.append(len(at))
        return new(at)

    found = match(z, log_new=counted, log_old=old)
    plain = smooth(new(z) - old(z))
    assert found.steps == ()
    assert (found.z == z).all()
    assert (found.log_weights == plain.log_weights).all()
    assert found.k_before == found.k_hat == plain.k_hat < K_LIMIT
    assert found.ess == plain.ess
    assert calls == [1000]


def test_a_shift_in_a_few_of_many_directions() -> None:
    """Two sd in 3 of 150 directions, 2,000 draws: k from above 0.7 to below 0.5, and the mean is the truth.

    The means looked at are those of the 3 and of all the others together, so that 4 errors are 4 errors.
    """
    z, mean = draws(2000, 150, 4), np.zeros(150)
    mean[:3] = 2.0
    found = match(z, log_new=gaussian(mean, np.eye(150)), log_old=standard(150))
    assert found.k_before > K_LIMIT
    assert found.k_hat < 0.5
    assert found.steps
    values = np.column_stack([found.z[:, :3], found.z[:, 3:].mean(axis=1)])
    assert within_four_errors(found, values, np.array([2.0, 2.0, 2.0, 0.0]))
    assert logsumexp(found.log_weights) == pytest.approx(0, abs=1e-12)


def test_a_shift_of_one_parameter_is_found() -> None:
    """Three sd in one of two: a regression sees the shift at once, and weights are all but equal."""
    z = draws(1000, 2, 2)
    found = match(z, log_new=gaussian(np.array([3.0, 0.0]), np.eye(2)), log_old=standard(2))
    assert found.k_before > K_LIMIT > 0.5 > found.k_hat
    assert within_four_errors(found, found.z, np.array([3.0, 0.0]))
    one = match(z, log_new=gaussian(np.array([3.0, 0.0]), np.eye(2)), log_old=standard(2), calls=2)
    assert one.steps == ("curve",)
    # The log ratio is linear in the draws, so that the fit is exact but for its ridge and the trimmed tail.
    assert one.ess > 0.9 * len(z)


def test_a_wider_target_is_reached() -> None:
    """Twice the sd in each of 4: stretching lowers k, and second moments are those of the target."""
    z = draws(2000, 4, 3)
    found = match(z, log_new=gaussian(np.zeros(4), 4 * np.eye(4)), log_old=standard(4))
    assert found.k_before > K_LIMIT >= found.k_hat
    assert {"curve", "scale"} & set(found.steps)
    assert within_four_errors(found, found.z**2, np.full(4, 4.0))


def test_a_turned_target_is_reached_by_covariance() -> None:
    """A correlation of 0.95 that the draws lack: the covariance is matched, and products have their mean."""
    covariance = 4 * np.array([[1.0, 0.95], [0.95, 1.0]])
    spread = 1.5 * draws(4000, 2, 6)
    found = match(
        spread,
        log_new=gaussian(np.zeros(2), covariance),
        log_old=gaussian(np.zeros(2), 2.25 * np.eye(2)),
        limit=0.3,
    )
    assert found.k_before > 0.3 >= found.k_hat
    assert "covariance" in found.steps
    assert within_four_errors(found, found.z[:, 0] * found.z[:, 1], np.array(3.8))


def test_weights_are_exact_whatever_the_move() -> None:
    """Raw log ratios of the result are log new(y) - log old(T^-1 y) + log|det T|, T read off the draws.

    T is the affine map from the draws that came to those returned, found by least squares.
    """
    z = draws(500, 3, 7)
    covariance = np.array([[6.0, 2.0, 0.0], [2.0, 3.0, 0.5], [0.0, 0.5, 0.2]])
    old, new = standard(3), gaussian(np.array([2.5, -1.0, 0.0]), covariance)
    found = match(z, log_new=new, log_old=old, limit=0.2)
    assert found.steps
    map_ = np.linalg.lstsq(np.column_stack([np.ones(500), z]), found.z, rcond=None)[0]
    ratio = new(found.z) - old(z) + np.log(abs(np.linalg.det(map_[1:])))
    assert found.log_weights == pytest.approx(smooth(ratio).log_weights, abs=1e-8)


def test_the_new_density_is_called_no_more_than_allowed() -> None:
    """A target out of reach, 30 sd away: never more than ``calls`` calls, and k is not worse than before."""
    z, mean = draws(200, 20, 12), np.full(20, 30.0)
    for allowed in (1, 4, 12):
        calls: list[int] = []

        def new(at: np.ndarray, calls: list[int] = calls) -> np.ndarray:
            calls.append(len(at))
            return np.asarray(-0.5 * ((at - mean) ** 2).sum(axis=1))

        found = match(z, log_new=new, log_old=standard(20), calls=allowed)
        assert len(calls) <= allowed
        assert found.k_hat <= found.k_before


def test_the_old_density_is_asked_of_its_own_draws_alone() -> None:
    """It may be known at the draws only."""
    z = draws(1000, 2, 2)
    known = standard(2)(z)

    def old(at: np.ndarray) -> np.ndarray:
        assert at is z
        return known

    assert match(z, log_new=gaussian(np.full(2, 3.0), np.eye(2)), log_old=old).steps


def test_a_parameter_that_does_not_vary_stays() -> None:
    """A constant column has no scale and makes the covariance singular; the other is matched all the same."""
    z = np.column_stack([draws(1000, 1, 14)[:, 0], np.full(1000, 2.0)])
    found = match(
        z,
        log_new=lambda at: -0.125 * (at[:, 0] - 1) ** 2,
        log_old=lambda at: -0.5 * at[:, 0] ** 2,
        limit=0.2,
    )
    assert found.steps
    assert found.k_hat < found.k_before
    assert found.z[:, 1] == pytest.approx(np.full(1000, 2.0), abs=1e-12)


def test_what_cannot_be_matched_is_refused() -> None:
    """Draws in a row, a density of another shape, nan in the new, -inf in the old."""
    z = draws(50, 2, 1)
    fine = standard(2)
    with pytest.raises(UsageError, match=r"\(N, d\) with N at least 2; found shape \(50,\)"):
        match(z[:, 0], log_new=fine, log_old=fine)
    with pytest.raises(
        UsageError, match=r"log_new gives one log density a draw, \(50,\) here; found shape \(\)"
    ):
        match(z, log_new=lambda at: at.sum(), log_old=fine)
    with pytest.raises(UsageError, match="log_new is nan at 50 of 50 draws"):
        match(z, log_new=lambda at: np.full(len(at), np.nan), log_old=fine)
    with pytest.raises(UsageError, match="log_old is not finite at 50 of the 50 draws"):
        match(z, log_new=fine, log_old=lambda at: np.full(len(at), -np.inf))
