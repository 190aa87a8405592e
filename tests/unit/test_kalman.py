"""Filtering and smoothing against a dense Gaussian solve that knows no recursion."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import stats

from forecast.drivers.dynamics import Dynamics
from forecast.drivers.kalman import (
    DEGREES_OF_FREEDOM,
    INITIAL_SD,
    REWEIGHTINGS,
    levels,
    robust_variances,
)
from forecast.drivers.observations import Observations

SEEN = Observations(
    driver="d",
    time=np.array([2003.5, 2004.5, 2004.5, 2007.0, 2010.5, 2010.5, 2016.25, 2019.5]),
    value=np.array([0.2, -0.4, 0.9, 0.1, 1.1, 0.3, 1.9, 1.2]),
    loading=np.array([1.0, -0.6, 1.0, 0.8, 0.8, -0.6, 0.8, 1.0]),
    sd=np.array([0.5, 0.3, 0.6, 0.2, 0.2, 0.3, 0.2, 0.4]),
    stream=np.array([-1, 0, -1, 1, 1, 0, 1, -1]),
    indicators=("one", "two"),
    offset_sd=np.array([0.3, 0.5]),
)
DYNAMICS = Dynamics(
    theta=np.array([0.03, 0.2, 1.1]), mean=np.array([-0.5, 0.4, 1.5]), volatility=np.array([0.1, 0.4, 0.9])
)
TIMES = np.array([2001.5, 2004.5, 2008.0, 2010.5, 2014.0, 2019.5, 2024.0])


@dataclasses.dataclass(frozen=True)
class Dense:
    """Joint normal of the level at ``grid`` and the observations, under one draw of the dynamics."""

    seen: Observations
    grid: np.ndarray
    mean: np.ndarray
    cov: np.ndarray
    h: np.ndarray
    offsets: np.ndarray
    noise: np.ndarray

    @classmethod
    def of(cls, seen: Observations, variances: np.ndarray, dyn: Dynamics, k: int, times: np.ndarray) -> Dense:
        """Covariance of an OU process begun at the first date with sd INITIAL_SD around 0."""
        grid = np.unique(np.concatenate([seen.time, times]))
        theta, mu, v = dyn.theta[k], dyn.mean[k], dyn.volatility[k]
        ahead = grid - grid[0]
        rate = v**2 / (1 - np.exp(-2 * theta))
        variance = np.exp(-2 * theta * ahead) * INITIAL_SD**2 + rate * (1 - np.exp(-2 * theta * ahead))
        early = np.minimum.outer(np.arange(len(grid)), np.arange(len(grid)))
        cov = np.exp(-theta * np.abs(np.subtract.outer(grid, grid))) * variance[early]
        h = (seen.time[:, None] == grid) * seen.loading[:, None]
        same = (seen.stream[:, None] == seen.stream) & (seen.stream >= 0)[:, None]
        offsets = same * (seen.offset_sd[seen.stream] ** 2)[:, None]
        return cls(seen, grid, mu * (1 - np.exp(-theta * ahead)), cov, h, offsets, variances)

    def given(self, known: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Mean and variance of the level at every grid date, and log density, given those observations."""
        h, y = self.h[known], self.seen.value[known]
        if not len(y):
            return self.mean, np.diag(self.cov), 0.0
        total = h @ self.cov @ h.T + self.offsets[np.ix_(known, known)] + np.diag(self.noise[known])
        gain = np.linalg.solve(total, h @ self.cov).T
        mean = self.mean + gain @ (y - h @ self.mean)
        variance = np.diag(self.cov - gain @ h @ self.cov)
        return mean, variance, float(stats.multivariate_normal(h @ self.mean, total).logpdf(y))

    def residual_squares(self) -> np.ndarray:
        """E[(y - l x - b)^2] of each observation given all of them."""
        total = self.h @ self.cov @ self.h.T + self.offsets
        signal_cov, full = total, total + np.diag(self.noise)
        gain = np.linalg.solve(full, signal_cov).T
        mean = self.h @ self.mean + gain @ (self.seen.value - self.h @ self.mean)
        variance = np.diag(signal_cov - gain @ signal_cov)
        return (self.seen.value - mean) ** 2 + variance


@pytest.mark.parametrize("k", range(3))
def test_smoothed_levels_are_the_dense_posterior(k: int) -> None:
    """Mean and variance at any date, observed or not, given all observations."""
    track = levels(SEEN, SEEN.sd**2, DYNAMICS, TIMES)
    dense = Dense.of(SEEN, SEEN.sd**2, DYNAMICS, k, TIMES)
    mean, variance, _ = dense.given(np.arange(len(SEEN.time)))
    rows = np.searchsorted(dense.grid, TIMES)
    assert track.smoothed_mean[:, k] == pytest.approx(mean[rows], abs=1e-9)
    assert track.smoothed_variance[:, k] == pytest.approx(variance[rows], abs=1e-9)


@pytest.mark.parametrize("k", range(3))
@pytest.mark.parametrize("row", range(len(TIMES)))
def test_filtered_levels_and_likelihood_know_only_the_past(k: int, row: int) -> None:
    """At each date: the dense posterior given what was observed by then, and its log marginal likelihood."""
    track = levels(SEEN, SEEN.sd**2, DYNAMICS, TIMES)
    dense = Dense.of(SEEN, SEEN.sd**2, DYNAMICS, k, TIMES)
    mean, variance, log_density = dense.given(np.flatnonzero(SEEN.time <= TIMES[row]))
    at = np.searchsorted(dense.grid, TIMES[row])
    assert track.filtered_mean[row, k] == pytest.approx(mean[at], abs=1e-9)
    assert track.filtered_variance[row, k] == pytest.approx(variance[at], abs=1e-9)
    assert track.log_weight[row, k] == pytest.approx(log_density, abs=1e-8)


def test_reweighting_is_the_em_algorithm_of_student_t_errors() -> None:
    """Each round: variance <- sd^2 (nu + E[e^2] / sd^2) / (nu + 1), with E[e^2] from the dense posterior."""
    central = Dynamics(theta=np.array([0.2]), mean=np.array([0.4]), volatility=np.array([0.4]))
    base = variances = SEEN.sd**2
    for _ in range(REWEIGHTINGS):
        squares = Dense.of(SEEN, variances, central, 0, SEEN.time).residual_squares()
        variances = base * (DEGREES_OF_FREEDOM + squares / base) / (DEGREES_OF_FREEDOM + 1)
    assert robust_variances(SEEN, central) == pytest.approx(variances, rel=1e-8)


def test_an_outlier_is_turned_down() -> None:
    """A reading ten sd off loses most of its weight and moves the level less than it would if trusted."""
    central = Dynamics(theta=np.array([0.2]), mean=np.array([0.4]), volatility=np.array([0.2]))
    wild = dataclasses.replace(SEEN, value=SEEN.value + np.eye(8)[6] * 10 * SEEN.sd[6])
    robust = robust_variances(wild, central)
    assert robust[6] > 5 * wild.sd[6] ** 2
    assert (robust[:6] < 3 * wild.sd[:6] ** 2).all()
    rest = np.arange(8) != 6
    dropped = Observations(
        **{f: getattr(wild, f)[rest] for f in ("time", "value", "loading", "sd", "stream")},
        driver="d", indicators=wild.indicators, offset_sd=wild.offset_sd,
    )  # fmt: skip
    at = np.array([2016.25])
    without = levels(dropped, robust[rest], central, at).smoothed_mean[0, 0]
    trusted = levels(wild, wild.sd**2, central, at).smoothed_mean[0, 0]
    turned_down = levels(wild, robust, central, at).smoothed_mean[0, 0]
    assert 0 < turned_down - without < 0.5 * (trusted - without)


def test_a_driver_never_observed_keeps_its_prior() -> None:
    """No observation: the level drifts from 0 (sd INITIAL_SD) to its long-run mean, with no likelihood."""
    none = Observations("d", *(np.empty(0),) * 4, np.empty(0, dtype=np.int64), (), np.empty(0))
    assert robust_variances(none, DYNAMICS).shape == (0,)
    track = levels(none, np.empty(0), DYNAMICS, TIMES)
    ahead = (TIMES - TIMES[0])[:, None]
    assert track.filtered_mean == pytest.approx(DYNAMICS.mean * (1 - np.exp(-DYNAMICS.theta * ahead)))
    assert track.filtered_variance[0] == pytest.approx(np.full(3, INITIAL_SD**2))
    assert track.smoothed_variance == pytest.approx(track.filtered_variance)
    assert (track.log_weight == 0).all()
