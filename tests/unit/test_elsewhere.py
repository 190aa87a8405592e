"""Chances with drivers elsewhere, in closed form, against the simulation."""

from __future__ import annotations

import pytest
from test_report_material import material  # noqa: F401

from forecast.answering import Material
from forecast.inputs.records import Scenario
from forecast.report.findings.elsewhere import Standing, beside
from forecast.simulation.run import simulate

QUANTITIES = [("reached", "alliance"), ("reached", "split"), ("state", "partnership")]


@pytest.fixture(scope="module")
def standing(material: Material) -> Standing:  # noqa: F811
    """Every draw of the small workspace's fit."""
    return Standing(material.main.fit, every=1)


def held(driver: str, level: float) -> Scenario:
    """A scenario that holds a driver from today to the horizon."""
    act = {"hold": {"driver": driver, "level": level}}
    return Scenario.model_validate(
        {"schema": "scenario/1", "id": "held", "title": "Held", "storyline": "-", "interventions": [act]}
    )


@pytest.mark.parametrize(("quantity", "outcome"), QUANTITIES)
def test_the_base_is_the_baseline(
    standing: Standing,
    material: Material,  # noqa: F811
    quantity: str,
    outcome: str,
) -> None:
    """The same functional as the simulation's, within a tenth of four paths a draw."""
    own = standing.base.of(quantity, outcome).mean()
    simulated = material.main.baseline.summary(quantity, outcome, material.main.dates[-1]).mean
    assert own == pytest.approx(simulated, rel=0.1)


@pytest.mark.parametrize(("driver", "level"), [("shared_threat", 2.0), ("border_dispute", 2.0)])
@pytest.mark.parametrize(("quantity", "outcome"), QUANTITIES)
def test_a_held_driver_does_what_a_scenario_does(
    standing: Standing,
    material: Material,  # noqa: F811
    driver: str,
    level: float,
    quantity: str,
    outcome: str,
) -> None:
    """Beside the simulation's own baseline, where no shock is spared."""
    fit, date = material.main.fit, material.main.dates[-1]
    baseline = material.main.baseline.summary(quantity, outcome, date).mean
    scenario = simulate(fit, held(driver, level), paths=4, jobs=1).summary(quantity, outcome, date).mean
    there = standing.chances(held={driver: level}).of(quantity, outcome).mean()
    found = beside(baseline, standing.base.of(quantity, outcome).mean(), there)
    assert found == pytest.approx(scenario, rel=0.1)


def test_states_are_all_there_is(standing: Standing) -> None:
    """Probabilities of states sum to one, and none is reached less than it is held."""
    for chances in (standing.base, standing.chances(held={"trade": -2.0})):
        assert chances.state.sum(axis=1) == pytest.approx(1)
        assert (chances.reached >= chances.state - 1e-9).all()
        assert (chances.broad >= chances.state[:, 0] - 1e-9).all()


def test_a_push_fades_and_a_hold_does_not(standing: Standing) -> None:
    """A driver that starts elsewhere goes back to its mean; one that is held stays: it does more."""
    base, level = standing.base.of("reached", "split").mean(), 2.0
    started = standing.chances(start={"border_dispute": level}).of("reached", "split").mean()
    kept = standing.chances(held={"border_dispute": level}).of("reached", "split").mean()
    assert abs(kept - base) > abs(started - base) > 0


def test_the_baseline_stands_beside_itself(standing: Standing) -> None:
    """Moved to a headline, the fit's own chance is that headline."""
    own = standing.base.of("reached", "split").mean()
    assert beside(0.3, own, own) == pytest.approx(0.3)
