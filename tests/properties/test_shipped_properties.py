"""What any version of the model must satisfy, on the shipped workspace."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest
from test_scenario_algebra import held_at_the_mean, reached_on_the_mean_path, scenario

import forecast
from forecast.inputs.workspace import Workspace
from forecast.simulation.forecast import QUANTITIES, monte_carlo_error
from forecast.simulation.run import simulate_all

if TYPE_CHECKING:
    from forecast.inference.fit import Fit

Fits = Callable[..., "Fit"]
TEN_YEARS = dt.date(2036, 11, 21)
PANELS = (
    "texts", "all", "ying2018", "blank2020", "zhang_yun2021", "wishnick2022", "friedman2018", "korolev2020",
    "fragile_split_camp", "blanchette_brands2022",
)  # fmt: skip


def test_the_panels_below_are_those_the_question_shows(shipped: Workspace) -> None:
    """The texts, all sources, and every source in the spotlight."""
    assert set(PANELS) == {"texts", "all", *shipped.question.spotlight}


@pytest.mark.slow
@pytest.mark.parametrize("panel", PANELS)
def test_every_shown_panel_passes_its_gates(fit_shipped: Fits, panel: str) -> None:
    """R-hat <= 1.01, bulk and tail ESS >= 400, no divergence."""
    assert fit_shipped(panel=panel).posterior.diagnostics.failures == ()


def test_one_worker_and_two_give_the_same_bytes(fit_shipped: Fits, shipped: Workspace) -> None:
    """Scenarios that hold, ramp, force and forbid, an outcome forced: noise belongs to blocks of draws."""
    fit, names = fit_shipped(panel="texts"), ("baseline", "s2_siege", "treaty_expires", "defence_clause_2032")
    told = [shipped.scenarios[name] for name in names]
    one, two = (simulate_all(fit, told, paths=8, jobs=jobs) for jobs in (1, 2))
    assert [fc.draws.tobytes() for fc in one] == [fc.draws.tobytes() for fc in two]


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "baseline",
        "us_russia_detente",
        "defence_clause_2032",
        pytest.param(
            "s2_siege",
            marks=pytest.mark.xfail(
                reason="part of a forced event is lost in the quarter it strikes in: it is seen in proportion"
                " to what is over of a step that is cut, and from the last strike on where there are several;"
                " the alliance of 2031 is 0.10 points lower by quarters than by months, error .02"
            ),
        ),
    ],
)
def test_quarters_and_months_agree(fit_shipped: Fits, name: str) -> None:
    """Within four Monte Carlo errors of the difference, paired by posterior draw, every quantity.

    With shocks, windows and pulls; the scenarios hold, ramp and force, one of them an alliance itself.
    """
    fit = fit_shipped(panel="all")
    scenario = fit.workspace.scenarios[name]
    quarters, months = (forecast.simulate(fit, scenario, steps_per_year=n, paths=64) for n in (4, 12))
    for quantity, outcome in QUANTITIES:
        for day in (dt.date(2031, 12, 31), dt.date(2036, 12, 31)):
            gap = quarters.at(quantity, outcome, day) - months.at(quantity, outcome, day)
            assert abs(gap.mean()) <= 4 * monte_carlo_error(gap), (quantity, outcome, day)


@pytest.mark.slow
@pytest.mark.parametrize("panel", ["texts", "all", "blank2020", "fragile_split_camp"])
def test_fit_and_simulation_reach_alike(
    fit_shipped: Fits, own_reached: Callable[[Fit, float], np.ndarray], panel: str
) -> None:
    """The fit's own probability of reaching an outcome in ten years is the simulation's within 5%.

    With every shock, pull and correlation on. The gap of the alliance is -3.8% (all) and -4.0% (texts) at
    1,000 draws, Monte Carlo error .2; without shocks -1.3% and -.8%; of the split -1.7% and -1.4%.
    """
    fit = fit_shipped(panel=panel)
    own = own_reached(fit, 10.0)
    fc = forecast.simulate(fit, fit.workspace.scenarios["baseline"])
    for k, outcome in enumerate(("alliance", "split")):
        assert fc.at("reached", outcome, TEN_YEARS).mean() == pytest.approx(own[:, k].mean(), rel=0.05)


@pytest.mark.slow
@pytest.mark.xfail(
    reason="what makes up for shocks is made for paths that jump, and stays where every driver is held: a"
    " tenth of the alliance and a quarter of the split are missing"
)
@pytest.mark.parametrize("panel", ["texts", "all"])
def test_holding_every_driver_at_its_projected_mean_takes_away_its_spread_alone(
    fit_shipped: Fits, panel: str
) -> None:
    """With every driver held where it is projected, the fit's own chance on that path, within 5%."""
    fit = fit_shipped(panel=panel)
    still = reached_on_the_mean_path(fit, 10.0)
    fc = forecast.simulate(fit, scenario(held_at_the_mean(fit)), paths=16)
    for k, outcome in enumerate(("alliance", "split")):
        assert fc.at("reached", outcome, TEN_YEARS).mean() == pytest.approx(still[:, k].mean(), rel=0.05)


@pytest.mark.slow
def test_an_empty_panel_forecasts_from_counts_and_record(fit_shipped: Fits) -> None:
    """Without sources the posterior rates stay near the class's: lower by the quiet years, never higher."""
    fit = fit_shipped(panel="none")
    data, rows = fit.prepared.data, fit.prepared.theta.index("log_rate")
    sd = np.sqrt((data.matrix[rows] ** 2).sum(axis=1))
    shift = (fit.posterior.log_rate.mean(axis=0) - data.offset[rows]) / sd
    noise = np.array([monte_carlo_error(c) for c in fit.posterior.log_rate.T]) / sd
    assert (shift[:2] < 0).all()
    assert (shift[:2] > -1).all()
    # The record since 2001 says nothing of the ways back.
    assert (np.abs(shift[2:]) < 4 * noise[2:]).all()


@pytest.mark.slow
@pytest.mark.parametrize("start", ["alliance", "split"])
def test_other_starts_are_coherent(fit_shipped: Fits, start: str) -> None:
    """From the other two states: states sum to one, reached rises and is at least the state."""
    fit = dataclasses.replace(fit_shipped(panel="texts"), start_state=start)
    draws = forecast.simulate(fit, fit.workspace.scenarios["us_russia_detente"], paths=16).draws
    assert draws[:, :, :3].sum(axis=2) == pytest.approx(np.ones(draws.shape[:2]), abs=1e-12)
    assert (np.diff(draws[:, :, 3:6], axis=1) >= -1e-12).all()
    assert (draws[:, :, 0] <= draws[:, :, 3] + 1e-12).all()
    assert (draws[:, :, 2] <= draws[:, :, 4] + 1e-12).all()
    assert (draws[:, :, 6] <= draws[:, :, 5] + 1e-12).all()
