"""What-ifs from one exact answer: levels today, knobs of shocks, and edits answered by reweighting."""

from __future__ import annotations

import dataclasses
import pickle

import numpy as np
import pytest
from what_if import what_if

import forecast
from forecast.errors import UsageError
from forecast.inputs.knobs import turned
from forecast.inputs.records import Hold, Intervention, Rate
from forecast.inputs.workspace import Workspace
from forecast.panel import resolve
from forecast.request import Request
from forecast.reweighting.engine import Engine, engine
from forecast.reweighting.reference import log_density, moves
from forecast.reweighting.reweight import fit_of, reweight
from forecast.simulation.quantities import QUANTITIES, STATS
from forecast.simulation.run import simulate

MEAN, ERROR = STATS.index("mean"), STATS.index("mcse")
KEYS = list(QUANTITIES)
REACHED = [KEYS.index(("reached", "alliance")), KEYS.index(("reached", "split"))]
BROAD = KEYS.index(("alliance_broad", "alliance_broad"))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The small workspace with shocks."""
    return forecast.load(what_if(tmp_path_factory.mktemp("engine") / "w"))


@pytest.fixture(scope="module")
def own(files: Workspace) -> Engine:
    """Its engine."""
    return engine(files, Request(draws=400))


def test_nothing_turned_is_the_exact_answer(own: Engine) -> None:
    """The numbers at the files' own settings are those of a full run, to the last bit."""
    point = own.point({})
    baseline = simulate(own.exact, own.workspace.scenarios["baseline"])
    for t, date in enumerate(own.dates):
        for q, (quantity, outcome) in enumerate(QUANTITIES):
            exact = baseline.summary(quantity, outcome, date).as_dict()
            assert point.values[0, t, q].tolist() == [exact[stat] for stat in STATS]
    assert (point.k_hat, point.simulated) == (-np.inf, 0)
    weight = own.workspace.sources["smith2019"].weight
    same = own.point({"sources.smith2019.weight": weight})
    np.testing.assert_array_equal(same.values, point.values)


def test_simulated_draws_are_balanced_to_the_exact_means(own: Engine) -> None:
    """What is simulated again with nothing changed has the exact answer's means where it is balanced."""
    on = own.own.run("baseline")[0]
    exact = own.reference.baseline.draws.mean(axis=0)
    for column in (3, 4, 5, 6):
        assert own.weights @ on[:, -1, column] == pytest.approx(exact[-1, column], abs=1e-9)


def test_a_level_today_is_a_hold_of_one_day(own: Engine) -> None:
    """Starting from a level is holding the driver there on the first day and letting it go."""
    level, today = 2.5, own.exact.as_of
    hold = Intervention(hold=Hold(driver="shared_threat", level=level, start=today, end=today))
    base = own.workspace.scenarios["baseline"]
    held = base.model_copy(update={"id": "held", "interventions": [hold]})
    files = dataclasses.replace(own.workspace, scenarios={**own.workspace.scenarios, "held": held})
    exact = dataclasses.replace(own.exact, workspace=files)
    other = Engine(exact, own.reference, request=Request(draws=400, scenarios=("held",)))
    point = other.point({})
    from_level = own.point({"drivers.shared_threat.level": level})
    # The hold ends a day later: a day of a half-life of years, on a difference of a few points.
    np.testing.assert_allclose(
        point.values[1, :, REACHED, MEAN], from_level.values[0, :, REACHED, MEAN], atol=5e-4
    )
    assert (
        abs(from_level.values[0, -1, REACHED, MEAN] - own.point({}).values[0, -1, REACHED, MEAN]).max() > 5e-3
    )


def test_levels_drawn_as_fitted_average_to_the_baseline(own: Engine) -> None:
    """The law of total expectation: over today's levels of a driver the answers average to the answer."""
    drivers = own.exact.prepared.drivers
    mean, variance = (part[-1, drivers.names.index("shared_threat")] for part in drivers.filtered())
    nodes, weights = np.polynomial.hermite_e.hermegauss(9)
    levels = np.full((9, len(drivers.names)), np.nan)
    levels[:, drivers.names.index("shared_threat")] = mean + variance**0.5 * nodes
    found = np.einsum("m,mq->q", weights / weights.sum(), own.means_at(levels)[:, -1])
    base = own.means_at(np.full((1, len(drivers.names)), np.nan))[0, -1]
    error = own.point({"drivers.shared_threat.level": mean}).values[0, -1, :, ERROR]
    assert (np.abs(found - base)[REACHED] < 4 * error[REACHED]).all()


def test_a_shock_knob_is_an_intervention(own: Engine) -> None:
    """Turning a shock's rate is a scenario that multiplies it: it moves the answer, as no edit would."""
    name, shock = next((n, s) for n, s in own.workspace.shocks.items() if s.rate and s.jumps)
    assert shock.rate is not None
    knob = f"shocks.{name}.rate"
    more = own.point({knob: 3 * shock.rate.p50})
    rate = Intervention(rate=Rate(shock=name, times=3.0))
    base = own.workspace.scenarios["baseline"]
    often = base.model_copy(update={"id": "often", "interventions": [rate]})
    files = dataclasses.replace(own.workspace, scenarios={**own.workspace.scenarios, "often": often})
    exact = dataclasses.replace(own.exact, workspace=files)
    scenario = Engine(exact, own.reference, request=Request(draws=400, scenarios=("often",))).point({})
    np.testing.assert_allclose(more.values[0, :, :, MEAN], scenario.values[1, :, :, MEAN], atol=1e-12)
    assert abs(more.values[0, -1, :, MEAN] - own.point({}).values[0, -1, :, MEAN]).max() > 1e-3
    edited = own.under(turned(own.workspace, {knob: 3 * shock.rate.p50}))
    moved = abs(edited.values[0, -1, REACHED, MEAN] - own.point({}).values[0, -1, REACHED, MEAN])
    assert (moved < 3 * edited.values[0, -1, REACHED, ERROR]).all()
    with pytest.raises(UsageError, match=r"more than once a month"):
        own.point({knob: 1000 * shock.rate.p50})


def test_a_larger_jump_moves_further(own: Engine) -> None:
    """What shocks do can be turned too, with what makes up for them left alone."""
    name, driver = next((n, d) for n, s in own.workspace.shocks.items() for d in s.jumps)
    size = own.workspace.shocks[name].jumps[driver].quantiles.p50
    values = [
        own.point({f"shocks.{name}.jumps.{driver}": size * times}).values[0, -1, :, MEAN]
        for times in (0.5, 2, 4)
    ]
    steps = np.diff(np.array(values), axis=0)
    top = int(np.abs(steps).max(axis=0).argmax())
    assert np.sign(steps[0, top]) == np.sign(steps[1, top]) != 0


@pytest.mark.parametrize(("panel", "trusted"), [("texts", True), ("jones2022", False), ("none", False)])
def test_another_panel_by_reweighting_agrees_with_its_fit(
    files: Workspace, own: Engine, panel: str, trusted: bool
) -> None:
    """Means by weights are those of a fit of that panel, within four errors of their difference.

    Those that weights had no mean for, to within the error of their shape, are not trusted all the same.
    """
    exact = engine(files, Request(draws=400, panel=panel), remembers=False)
    other = Engine(own.exact, own.reference, request=Request(draws=400, panel=panel))
    weighed = other.under(dataclasses.replace(files))
    assert weighed.trusted == trusted
    truth = exact.point({}).values[0, -1]
    error = np.hypot(truth[:, ERROR], weighed.values[0, -1, :, ERROR])
    wanted = [*REACHED, BROAD]
    gap = np.abs(truth[:, MEAN] - weighed.values[0, -1, :, MEAN])
    assert (gap[wanted] < 4 * error[wanted]).all(), (gap, error)


def test_words_move_nothing(own: Engine, files: Workspace) -> None:
    """An edited rationale leaves every weight equal and every probability as it was."""
    source = files.sources["smith2019"].model_copy(update={"rationale": "other words"})
    edited = dataclasses.replace(files, sources={**files.sources, "smith2019": source})
    point = own.under(edited)
    assert point.k_hat == -np.inf
    np.testing.assert_allclose(point.values[..., MEAN], own.point({}).values[..., MEAN], rtol=1e-12)
    assert point.simulated == 0


def test_what_a_draw_rests_on_is_told_apart(own: Engine, files: Workspace) -> None:
    """Weights and codes leave a draw's probabilities; dynamics, effects of interactions and shocks do not."""
    panel = resolve(files)

    def mark(settings: dict[str, float | str]) -> str:
        edited = turned(files, settings)
        found = reweight(own.reference, edited, panel, like=own.exact.prepared)
        return moves(fit_of(found, own.reference))

    driver = next(iter(files.drivers.drivers))
    shock = next(n for n, s in files.shocks.items() if s.rate)
    assert mark({"model.rho": 0.1}) == own.reference.moves
    assert mark({f"drivers.{driver}.half_life_years": 1.0}) != own.reference.moves
    assert mark(
        {"model.gain": 0.3} if files.question.model.gain else {f"shocks.{shock}.half_life_years": 9.0}
    ) != (own.reference.moves)


def test_the_density_of_definitions_integrates_to_one(own: Engine) -> None:
    """The mixture that thresholds come from is a density."""
    grid = np.linspace(-30, 30, 20001)
    area = np.trapezoid(np.exp(log_density(own.exact.definitions, grid)), grid)
    assert area == pytest.approx(1.0, abs=1e-6)


def test_an_engine_survives_a_pickle(own: Engine) -> None:
    """A copy in another process answers with the same bits."""
    copy = pickle.loads(pickle.dumps(own))
    for settings in ({"drivers.shared_threat.level": 1.0}, {"model.rho": 0.0}):
        np.testing.assert_array_equal(copy.point(settings).values, own.point(settings).values)


def test_settings_that_do_not_hold_together_are_refused(own: Engine) -> None:
    """A knob out of its limits is named with its value."""
    with pytest.raises(UsageError, match=r"sources\.smith2019\.weight"):
        own.point({"sources.smith2019.weight": -1.0})
    with pytest.raises(UsageError, match=r"Did you mean .drivers\.shared_threat\.level."):
        own.point({"drivers.shared_treat.level": 1.0})
