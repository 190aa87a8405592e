"""Ornstein-Uhlenbeck dynamics, elicited and drawn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from forecast.drivers.dynamics import (
    DYNAMICS_DRAWS,
    Dynamics,
    _normals,
    central_dynamics,
    draw_dynamics,
)
from forecast.inputs.workspace import Workspace

YEARS = st.floats(1e-3, 40)
RATES = st.floats(0.02, 2)


def single(theta: float, mean: float = 0.4, volatility: float = 0.3) -> Dynamics:
    """One draw of dynamics."""
    return Dynamics(theta=np.array([theta]), mean=np.array([mean]), volatility=np.array([volatility]))


@given(RATES, YEARS, YEARS)
def test_two_steps_make_one(theta: float, first: float, second: float) -> None:
    """Decays multiply, and variances add after the first has decayed: the exact step composes."""
    dyn = single(theta)
    assert dyn.decay(first) * dyn.decay(second) == pytest.approx(dyn.decay(first + second), rel=1e-12)
    composed = dyn.decay(second) ** 2 * dyn.innovation_variance(first) + dyn.innovation_variance(second)
    assert composed == pytest.approx(dyn.innovation_variance(first + second), rel=1e-9)


@given(RATES)
def test_volatility_is_the_sd_gained_in_a_year(theta: float) -> None:
    """That is how a forecaster states it; half of a deviation is left after the half-life."""
    dyn = single(theta, volatility=0.3)
    assert dyn.innovation_variance(1.0) == pytest.approx(0.09)
    assert dyn.decay(dyn.half_life_years) == pytest.approx(0.5)


def test_innovation_variance_is_the_integral_of_decayed_noise() -> None:
    """Var = sigma^2 int_0^s e^{-2 theta u} du, sigma^2 set by the volatility; limit sigma^2 / 2 theta."""
    theta, volatility, years = 0.2, 0.3, 7.0
    unit = integrate.quad(lambda u: np.exp(-2 * theta * u), 0, 1)[0]
    expected = volatility**2 / unit * integrate.quad(lambda u: np.exp(-2 * theta * u), 0, years)[0]
    dyn = single(theta, volatility=volatility)
    assert dyn.innovation_variance(years) == pytest.approx(expected)
    assert dyn.innovation_variance(1e4) == pytest.approx(volatility**2 / unit / (2 * theta))


@pytest.mark.parametrize("name", ["shared_threat", "trade", "border_dispute"])
def test_draws_follow_the_elicited_quantiles(small: Workspace, name: str) -> None:
    """The share of draws below each stated quantile is its level.

    Sobol points in base 2 leave each margin stratified: among n points the count below any quantile is
    within one or two of n q, against a random sample's sqrt(n q (1 - q)). The elicited quantiles lie on a
    line only approximately; the fitted line is what the draws are held to.
    """
    driver = small.drivers.drivers[name]
    dyn = draw_dynamics(driver)
    for stated, drawn in (
        (np.log(driver.half_life_years.values), np.log(dyn.half_life_years)),
        (np.array(driver.long_run_mean.values), dyn.mean),
        (np.log(driver.volatility.values), np.log(dyn.volatility)),
    ):
        z = stats.norm.ppf([0.05, 0.5, 0.95])
        slope, intercept = np.polyfit(z, stated, 1)
        for level in (0.05, 0.25, 0.5, 0.9):
            below = float(np.mean(drawn < intercept + slope * stats.norm.ppf(level)))
            assert abs(below - level) <= 2 / DYNAMICS_DRAWS


def test_draws_are_part_of_the_model_not_of_a_run(small: Workspace) -> None:
    """Drawn twice, they are the same to the last bit."""
    driver = small.drivers.drivers["trade"]
    once, again = draw_dynamics(driver), draw_dynamics(driver)
    assert np.array_equal(once.theta, again.theta)
    assert np.array_equal(once.mean, again.mean)
    assert np.array_equal(once.volatility, again.volatility)


def test_central_dynamics_are_the_stated_medians(small: Workspace) -> None:
    """One draw, at p50 of each."""
    central = central_dynamics(small.drivers.drivers["trade"])
    assert central.half_life_years == pytest.approx([10.0])
    assert (central.mean.tolist(), central.volatility.tolist()) == ([0.5], [0.15])


def test_the_points_kept_are_those_of_the_sequence() -> None:
    """The file of points is what SciPy makes of the seed that its reader names."""
    points = stats.qmc.Sobol(d=3, rng=np.random.default_rng(1)).random(DYNAMICS_DRAWS)
    np.testing.assert_array_equal(_normals(), stats.norm.ppf(points))
