"""The specification band: which combinations there are, what they turn, and what the band is."""

from __future__ import annotations

import json

import numpy as np
import pytest

import forecast
from forecast.errors import UsageError
from forecast.inputs.knobs import turned
from forecast.inputs.workspace import Workspace
from forecast.request import Request
from forecast.reweighting.engine import Engine, engine
from forecast.sensitivity.specification import (
    FACTORS,
    Cell,
    Choice,
    answered,
    band,
    cells,
    fitted,
    grid,
    refitted,
    settings,
)


@pytest.fixture(scope="module")
def eng(small: Workspace) -> Engine:
    """The small workspace's engine, of draws that suffice for combinations."""
    return engine(small, Request(draws=400), draws=50)


def cell(choice: Choice, mean: float, *, k_hat: float = 0.1) -> Cell:
    """A cell of one date and quantity."""
    values = np.array([[[mean, mean / 2, mean, 2 * mean, 0.0]]])
    return Cell(choice, values, k_hat, 400.0, fitted=False)


def test_every_combination_once_the_files_own_class_first(small: Workspace) -> None:
    """Classes by half-lives by shared bias; the files' own combination is one of them."""
    found = grid(small)
    assert len(found) == len(set(found)) == len(small.base_rates.classes) * 3 * 3
    assert found[0].reference_class == small.base_rates.use
    own = Choice(small.base_rates.use, 1.0, 1.0)
    assert own in found
    assert settings(small, own) == {}


def test_a_bias_of_0_stays_0(small: Workspace) -> None:
    """Twice nothing is nothing: such a workspace has no choice of bias."""
    without = turned(small, {"model.shared_bias_sd": 0})
    assert {choice.shared_bias for choice in grid(without)} == {1.0}


def test_settings_turn_what_they_say(small: Workspace) -> None:
    """Every driver's half-life quantiles by the factor, the class, the sd; nothing else."""
    choice = next(c for c in grid(small) if c.reference_class != small.base_rates.use)
    choice = Choice(choice.reference_class, 2.0, 0.5)
    edited = turned(small, settings(small, choice))
    assert edited.base_rates.use == choice.reference_class
    assert edited.question.model.shared_bias_sd == 0.5 * small.question.model.shared_bias_sd
    for name, driver in small.drivers.drivers.items():
        before, after = driver.half_life_years.values, edited.drivers.drivers[name].half_life_years.values
        assert np.allclose(after, 2.0 * np.array(before))
    assert edited.sources is small.sources or dict(edited.sources) == dict(small.sources)


def test_the_band_is_the_range_over_cells_and_effects_are_ranges_of_averages() -> None:
    """By hand, on a balanced grid where the mean is a sum of what each choice adds."""
    added = {"a": 0.1, "b": 0.2}
    found = [
        cell(Choice(name, life, bias), added[name] + 0.02 * life + 0.01 * bias)
        for name in added
        for life in FACTORS
        for bias in FACTORS
    ]
    of = band(found, date=0, quantity=0)
    assert (of.low, of.high) == pytest.approx((0.115, 0.26))
    assert (of.p05, of.p95) == pytest.approx((0.115 / 2, 0.26 * 2))
    assert of.ranges == pytest.approx({"reference_class": 0.1, "half_life": 0.03, "shared_bias": 0.015})
    assert list(of.ranges) == ["reference_class", "half_life", "shared_bias"]


def test_cells_that_cannot_be_trusted_are_left_out() -> None:
    """One heavy tail does not widen the band; where none is left there is no band."""
    good, bad = Choice("a", 1.0, 1.0), Choice("b", 1.0, 1.0)
    of = band([cell(good, 0.1), cell(bad, 0.9, k_hat=0.71)], date=0, quantity=0)
    assert (of.low, of.high) == (0.1, 0.1)
    assert of.effects["reference_class"] == {"a": 0.1}
    with pytest.raises(UsageError, match="leave --no-refit out"):
        band([cell(bad, 0.9, k_hat=0.71)], date=0, quantity=0)


def test_cells_are_the_engines_points_for_any_number_of_workers(eng: Engine) -> None:
    """Each cell is what the engine answers with its knobs turned; the files' own is the exact answer."""
    one = cells(eng, fresh=True)
    two = cells(eng, jobs=2, fresh=True)
    assert [c.choice for c in one] == list(grid(eng.workspace))
    for here, there in zip(one, two, strict=True):
        assert np.array_equal(here.values, there.values)
        assert here.k_hat == there.k_hat
    own = next(c for c in one if settings(eng.workspace, c.choice) == {})
    assert np.array_equal(own.values, eng.point({}).values[0])
    assert own.k_hat == -np.inf
    last = json.loads(answered(eng, one[-1].choice))
    assert np.allclose(last["values"], one[-1].values, rtol=1e-9)


def test_only_what_cannot_be_trusted_is_fitted_again(eng: Engine) -> None:
    """A fit replaces the cell in its place and counts as exact; it is the turned workspace's own answer."""
    choice = next(c for c in grid(eng.workspace) if c.shared_bias == 2.0)
    shape = (len(eng.dates), 7, 5)
    poor = Cell(choice, np.zeros(shape), 0.9, 3.0, fitted=False)
    fine = Cell(grid(eng.workspace)[0], np.ones(shape), 0.1, 300.0, fitted=False)
    told: list[tuple[int, int]] = []
    kept, made = refitted(eng, [fine, poor], lambda *numbers: told.append(numbers))
    assert kept is fine
    assert told == [(1, 1)]
    assert made.choice == choice
    assert made.fitted
    assert made.trusted
    edited = turned(eng.workspace, settings(eng.workspace, choice))
    own = forecast.fit(edited, draws=400)
    assert own.from_cache
    again = fitted(eng, choice)
    assert np.array_equal(made.values, again.values)
