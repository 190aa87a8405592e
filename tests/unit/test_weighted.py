"""Weighted summaries: the unweighted ones at equal weights, and what weights should do."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from forecast.errors import UsageError
from forecast.simulation.forecast import monte_carlo_error
from forecast.simulation.weighted import (
    effective_sample_size,
    weighted_mean,
    weighted_monte_carlo_error,
    weighted_quantile,
)

RNG = np.random.default_rng(5)
LEVELS = [0.0, 0.001, 0.05, 0.25, 0.5, 0.9, 0.95, 0.999, 1.0]


@pytest.mark.parametrize("draws", [1, 2, 7, 100, 2000])
@pytest.mark.parametrize("constant", [0.0, -7.3, 350.0])
def test_equal_weights_are_none(draws: int, constant: float) -> None:
    """Mean, NumPy's default quantile and the forecast's own Monte Carlo error, whatever the constant."""
    values = RNG.normal(size=(draws, 3, 2))
    equal = np.full(draws, constant)
    assert weighted_mean(values, log_weights=equal) == pytest.approx(values.mean(axis=0), abs=1e-12)
    found = weighted_quantile(values, LEVELS, log_weights=equal)
    assert found == pytest.approx(np.quantile(values, LEVELS, axis=0), abs=1e-12)
    errors = weighted_monte_carlo_error(values, log_weights=equal)
    for i, j in np.ndindex(3, 2):
        expected = monte_carlo_error(values[:, i, j])
        assert errors[i, j] == pytest.approx(expected, rel=1e-10, nan_ok=True)
    assert effective_sample_size(equal) == draws


def test_every_column_is_summarised_alone() -> None:
    """Trailing axes stay, in place, and a level that is a number adds none."""
    values, log_w = RNG.normal(size=(50, 4, 3)), RNG.normal(size=50)
    mean = weighted_mean(values, log_weights=log_w)
    quantile = weighted_quantile(values, [0.1, 0.6], log_weights=log_w)
    error = weighted_monte_carlo_error(values, log_weights=log_w)
    assert (mean.shape, quantile.shape, error.shape) == ((4, 3), (2, 4, 3), (4, 3))
    one = values[:, 2, 1]
    assert mean[2, 1] == pytest.approx(float(weighted_mean(one, log_weights=log_w)), abs=1e-14)
    assert weighted_quantile(one, 0.6, log_weights=log_w).shape == ()
    assert quantile[1, 2, 1] == pytest.approx(
        float(weighted_quantile(one, 0.6, log_weights=log_w)), abs=1e-14
    )
    assert error[2, 1] == pytest.approx(float(weighted_monte_carlo_error(one, log_weights=log_w)), abs=1e-14)


def test_a_draw_without_weight_is_not_there() -> None:
    """Mean, quantiles and effective size without it are the same."""
    values, log_w = RNG.normal(size=60), RNG.normal(size=60)
    log_w[::3] = -np.inf
    kept = np.isfinite(log_w)
    assert weighted_mean(values, log_weights=log_w) == pytest.approx(
        weighted_mean(values[kept], log_weights=log_w[kept]), abs=1e-14
    )
    assert weighted_quantile(values, LEVELS, log_weights=log_w) == pytest.approx(
        weighted_quantile(values[kept], LEVELS, log_weights=log_w[kept]), abs=1e-12
    )
    assert effective_sample_size(log_w) == pytest.approx(effective_sample_size(log_w[kept]))


def test_a_mean_counts_a_draw_of_double_weight_twice() -> None:
    """Whole weights are repetitions: 1, 2 and 3 of three draws are the mean of six."""
    values, times = np.array([3.0, -1.0, 0.5]), np.array([1, 2, 3])
    found = weighted_mean(values, log_weights=np.log(times))
    assert found == pytest.approx(np.repeat(values, times).mean(), abs=1e-15)


def test_quantiles_are_a_window_in_cumulative_weight() -> None:
    """By hand: weights 1/2, 1/4, 1/4 have n = 8/3, so the median's window runs from 5/16 to 11/16.

    Half of it, 3/16 of 6/16, lies on the first value and half on the second.
    """
    found = weighted_quantile(np.array([10.0, 2.0, 4.0]), 0.5, log_weights=np.log([0.25, 0.5, 0.25]))
    assert found == pytest.approx(3.0, abs=1e-14)


def test_quantiles_rise_with_their_level_within_the_values() -> None:
    """Monotone in the level, never outside the draws, and mirrored with the values."""
    values, log_w = RNG.normal(size=(200, 5)), 2 * RNG.normal(size=200)
    levels = np.linspace(0, 1, 201)
    found = weighted_quantile(values, levels, log_weights=log_w)
    assert (np.diff(found, axis=0) >= -1e-12).all()
    assert (found >= values.min(axis=0) - 1e-12).all()
    assert (found <= values.max(axis=0) + 1e-12).all()
    mirrored = weighted_quantile(-values, levels[::-1], log_weights=log_w)
    assert mirrored == pytest.approx(-found, abs=1e-10)


def test_weights_move_mean_and_quantiles_to_the_target() -> None:
    """Standard normal draws weighted for N(0.5, 1), log w = z/2: its mean and quantiles within 4 errors.

    The error of a quantile is sqrt(p (1 - p) / n) / density there, n the effective sample size.
    """
    z = np.random.default_rng(8).normal(size=20_000)
    log_w = 0.5 * z
    n = effective_sample_size(log_w)
    assert abs(float(weighted_mean(z, log_weights=log_w)) - 0.5) < 4 / n**0.5
    for p in (0.05, 0.5, 0.95):
        expected = norm.ppf(p, 0.5)
        error = (p * (1 - p) / n) ** 0.5 / norm.pdf(expected, 0.5)
        assert abs(float(weighted_quantile(z, p, log_weights=log_w)) - expected) < 4 * error


@pytest.mark.parametrize("memory", [0.0, 0.8])
def test_the_error_is_the_spread_of_the_mean(memory: float) -> None:
    """Over 400 chains the root mean square of the error is the sd of the weighted mean, within 4 of its own.

    Chains of 2,500 draws, autoregressive with coefficient ``memory``, weighted by z/2. The sd of 400 means is
    known to 1/sqrt(800); batches of 50 draws see autocorrelation less the share (1 + r)/(1 - r)/50 at most.
    """
    rng = np.random.default_rng(21)
    chains, draws = 400, 2500
    z = np.empty((draws, chains))
    z[0] = rng.normal(size=chains)
    for t in range(1, draws):
        z[t] = memory * z[t - 1] + (1 - memory**2) ** 0.5 * rng.normal(size=chains)
    found = [
        (float(weighted_mean(c, log_weights=c / 2)), float(weighted_monte_carlo_error(c, log_weights=c / 2)))
        for c in z.T
    ]
    means, errors = np.array(found).T
    lost = (1 + memory) / (1 - memory) / 50 if memory else 0.0
    ratio = np.sqrt((errors**2).mean()) / means.std(ddof=1)
    assert 1 - lost - 4 / (2 * chains) ** 0.5 < ratio < 1 + 4 / (2 * chains) ** 0.5


def test_one_draw_has_no_error() -> None:
    """One draw is not two batches: nan, as for the unweighted error."""
    assert np.isnan(weighted_monte_carlo_error(np.zeros((1, 2)), log_weights=np.zeros(1))).all()


def test_what_does_not_fit_is_refused() -> None:
    """Values without a row for each weight, levels that are percentages, weights that are nan."""
    with pytest.raises(UsageError, match=r"found shape \(2, 3\): transpose"):
        weighted_mean(np.zeros((2, 3)), log_weights=np.zeros(3))
    with pytest.raises(UsageError, match="divide percentages by 100"):
        weighted_quantile(np.zeros(3), [5, 95], log_weights=np.zeros(3))
    with pytest.raises(UsageError, match="the first nan at draw 0"):
        weighted_monte_carlo_error(np.zeros(3), log_weights=np.full(3, np.nan))
