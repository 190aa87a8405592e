"""The drivers' levels with dynamics integrated out."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from forecast.calendar import decimal_year
from forecast.drivers.fit import DriverFit, fit_drivers, normalised
from forecast.drivers.observations import observations, scaled
from forecast.inputs.workspace import Workspace
from forecast.panel import Panel, resolve

DATES = [dt.date(year, 7, 1) for year in range(2001, 2026)]


@pytest.fixture(scope="module")
def drivers(small: Workspace, small_panel: Panel) -> DriverFit:
    """The small workspace's levels on 1 July of each year."""
    return fit_drivers(small, small_panel, dt.date(2025, 7, 1), DATES)


def test_projecting_no_time_ahead_is_the_filtered_level(drivers: DriverFit) -> None:
    """At the origin itself the projection is what was known then."""
    mean, variance = drivers.filtered()
    for row in (0, 10, len(drivers.time) - 1):
        m, v = drivers.project(drivers.time[row], drivers.time[row : row + 1])
        assert m[0] == pytest.approx(mean[row])
        assert v[0] == pytest.approx(np.diag(variance[row]))


def test_with_nothing_seen_between_a_projection_is_the_later_filtered_level(small: Workspace) -> None:
    """Time alone adds no information: filtering on without observations is projecting."""
    quiet = dataclasses.replace(small, measurements=())
    fit = fit_drivers(quiet, resolve(quiet), dt.date(2017, 7, 1), DATES)
    mean, variance = fit.filtered()
    m, v = fit.project(2005.0 + decimal_year(dt.date(2005, 7, 1)) % 1, fit.time[-3:])
    assert m == pytest.approx(mean[-3:])
    assert v == pytest.approx(variance[-3:, :, None] * np.eye(3))


def test_drivers_that_are_left_to_themselves_do_not_covary(drivers: DriverFit) -> None:
    """With no cross-impacts and no correlations the projected covariance is diagonal, to the bit."""
    _, cov = drivers.project(drivers.time[10], drivers.time[10] + np.array([0.0, 1.0, 20.0]))
    assert (cov[:, ~np.eye(3, dtype=bool)] == 0).all()


def test_the_average_dynamics_are_weighted_as_of_the_origin(drivers: DriverFit) -> None:
    """Mean reversion and volatility averaged with the marginal likelihood of what was seen by then."""
    for row in (0, len(drivers.time) - 1):
        theta, volatility = drivers.average_dynamics(drivers.time[row])
        for d, (track, dynamics) in enumerate(zip(drivers.tracks, drivers.dynamics, strict=True)):
            weight = np.exp(track.log_weight[row] - np.logaddexp.reduce(track.log_weight[row]))
            assert theta[d] == pytest.approx(weight @ dynamics.theta)
            assert volatility[d] == pytest.approx(weight @ dynamics.volatility)


def test_only_fitted_times_can_be_projected_from(drivers: DriverFit) -> None:
    """A level is filtered at the fitted times only; another origin is refused."""
    with pytest.raises(ValueError, match="not one of the fitted times"):
        drivers.project(2010.123, np.array([2012.0]))


def test_the_mixture_has_the_moments_of_total_variance(drivers: DriverFit) -> None:
    """Mean = sum w m; variance = sum w v + sum w (m - mean)^2, w from the marginal likelihood."""
    track = drivers.tracks[1]
    weight = np.exp(track.log_weight[-1] - np.logaddexp.reduce(track.log_weight[-1]))
    mean, variance = drivers.smoothed()
    inside, between = track.smoothed_variance[5], (track.smoothed_mean[5] - mean[5, 1]) ** 2
    assert mean[5, 1] == pytest.approx(weight @ track.smoothed_mean[5])
    assert variance[5, 1] == pytest.approx(weight @ inside + weight @ between)


def test_weights_of_dynamics_move_toward_what_fits() -> None:
    """Weights sum to one and keep the ratios of the likelihoods, however small those are."""
    weight = normalised(np.array([-1000.0, -1000.0 + np.log(3.0)]))
    assert weight == pytest.approx([0.25, 0.75])


def test_later_readings_are_not_known_before_they_were_made(small: Workspace) -> None:
    """What was measured after the day leaves that day's fit unchanged, to the last bit.

    (The scale itself is that of the scale years, 2001-2021, by definition; the day here lies after them.)
    """
    day = dt.date(2021, 12, 31)
    later = tuple(
        m.model_copy(update={"value": 9.0}) if m.period_end > day else m for m in small.measurements
    )
    assert later != small.measurements
    fits = [
        fit_drivers(w, resolve(w, as_of=day), day, DATES)
        for w in (small, dataclasses.replace(small, measurements=later))
    ]
    assert max(s.last for s in fits[0].seen) <= decimal_year(day)
    assert np.array_equal(fits[0].smoothed(), fits[1].smoothed())


def test_a_driver_gains_variance_after_its_last_reading(drivers: DriverFit) -> None:
    """Each year without a reading is a year of noise; the last reading's date is known."""
    _, cov = drivers.project(drivers.time[-1], drivers.time[-1] + np.arange(5.0))
    assert (np.diff(np.diagonal(cov, axis1=1, axis2=2), axis=0) > 0).all()
    assert drivers.last_seen() == pytest.approx([decimal_year(dt.date(2024, 7, 1))] * 2 + [2025 + 181 / 365])


def test_standardised_and_anchored_indicators(small: Workspace) -> None:
    """A long series is standardised on the scale years, after its transform; a short one by its anchors."""
    specs = small.indicators.indicators
    trade = [m for m in small.measurements if m.indicator == "trade_share"]
    z = {m.date.year: value for m, value in scaled(small, specs["trade_share"], trade)}
    window = np.log([m.value for m in trade if 2001 <= m.date.year <= 2021])
    assert z[2024] == pytest.approx((np.log(4.2) - window.mean()) / window.std())
    summits = [m for m in small.measurements if m.indicator == "summit_count"]
    anchored = [value for _, value in scaled(small, specs["summit_count"], summits)]
    # Anchors: 2 summits mean x = 0 and 4 mean x = 1, read through the loading of .6.
    assert anchored == pytest.approx([0.6 * 0.5, 0.0, 0.6 * 1.5])
    assert scaled(small, specs["trade_share"], []) == []


def test_a_sources_level_is_tempered_by_weight_and_grade(small: Workspace, small_panel: Panel) -> None:
    """Variance divided by panel weight and grade weight; readings of drivers.yaml count as stated."""
    seen = {o.driver: o for o in observations(small, small_panel, small.question.as_of)}
    z = 1.6448536269514722
    assert seen["border_dispute"].sd == pytest.approx([0.8 / z / np.sqrt(0.3)])
    judged = seen["shared_threat"].stream == -1
    assert seen["shared_threat"].sd[judged] == pytest.approx([0.7 / z, 0.75 / z], rel=1e-6)
    half = dataclasses.replace(small_panel, weights={**small_panel.weights, "smith2019": 0.5})
    softer = {o.driver: o for o in observations(small, half, small.question.as_of)}["shared_threat"]
    assert softer.sd[judged] == pytest.approx([0.7 / z / np.sqrt(0.5), 0.75 / z], rel=1e-6)
    question = small.question.model_copy(update={"widening": {small.sources["smith2019"].kind: 1.5}})
    wide = dataclasses.replace(small, question=question)
    wider = {o.driver: o for o in observations(wide, small_panel, small.question.as_of)}["shared_threat"]
    assert wider.sd[judged] == pytest.approx([1.5 * 0.7 / z, 0.75 / z], rel=1e-6)
