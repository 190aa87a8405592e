"""The band from few combinations: which they are, and that it is that of the whole grid where it can be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import forecast
from forecast.inference.fit import Fit
from forecast.inputs.workspace import Workspace
from forecast.request import Request
from forecast.reweighting.engine import Engine
from forecast.reweighting.reference import reference_of
from forecast.sensitivity import short_band
from forecast.sensitivity.short_band import corners, headlines, specification_of, spokes
from forecast.sensitivity.specification import FACTORS, Cell, Choice, band, cells, grid, settings
from forecast.simulation.forecast import Forecast
from forecast.simulation.quantities import QUANTITIES
from forecast.simulation.run import simulate

REQUEST = Request(draws=400, jobs=1)


@pytest.fixture(scope="module")
def exact(small: Workspace) -> tuple[Fit, Forecast]:
    """The small workspace's answer."""
    fit = forecast.fit(small, draws=400)
    return fit, simulate(fit, small.scenarios["baseline"], jobs=1)


@pytest.fixture(autouse=True)
def _few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(short_band, "DRAWS", 50)


@pytest.fixture(scope="module")
def eng(exact: tuple[Fit, Forecast]) -> Engine:
    """The same as an engine."""
    return Engine(exact[0], reference_of(*exact), request=REQUEST, draws=50)


def cell(choice: Choice, mean: float) -> Cell:
    """A cell of one date and quantity."""
    return Cell(choice, np.array([[[mean, mean / 2, mean, 2 * mean, 0.0]]]), 0.1, 400.0, fitted=False)


def test_spokes_differ_from_the_files_in_one_choice(eng: Engine) -> None:
    """The files' own first; every single choice once, and no two together."""
    found = spokes(eng)
    assert settings(eng.workspace, found[0]) == {}
    classes = len(eng.workspace.base_rates.classes)
    assert len(found) == len(set(found)) == 1 + (classes - 1) + 2 + 2
    assert set(found) <= set(grid(eng.workspace))


def test_corners_are_the_ends_of_the_grid_where_choices_add(eng: Engine) -> None:
    """On a grid where a mean is a sum of what each choice adds."""
    names = list(eng.workspace.base_rates.classes)
    added = {name: 0.1 * i for i, name in enumerate(names)}

    def mean(choice: Choice) -> float:
        return 0.2 + added[choice.reference_class] - 0.02 * choice.half_life + 0.01 * choice.shared_bias

    whole = {choice: mean(choice) for choice in grid(eng.workspace)}
    low, high = corners([cell(c, whole[c]) for c in spokes(eng)], date=0, quantity=0)
    assert whole[low] == min(whole.values())
    assert whole[high] == max(whole.values())
    assert (low.half_life, high.half_life) == (max(FACTORS), min(FACTORS))
    assert corners([], date=0, quantity=0) == ()


def test_headlines_are_what_reports_give() -> None:
    """Reached for the states that can be entered, else the state; of every outcome one."""
    assert headlines("partnership") == (
        *(("reached", "alliance"), ("state", "partnership")),
        *(("reached", "split"), ("alliance_broad", "alliance_broad")),
    )
    assert headlines("split")[2] == ("state", "split")
    assert all(
        each in QUANTITIES for state in ("alliance", "partnership", "split") for each in headlines(state)
    )


def test_the_band_lies_in_that_of_the_grid_and_near_it(exact: tuple[Fit, Forecast], eng: Engine) -> None:
    """Cells are the grid's own; what is left out of it moves little more."""
    found = specification_of(*exact, REQUEST)
    assert found is not None
    assert found.used <= found.asked < found.whole == len(grid(eng.workspace))
    assert found.date == eng.workspace.question.horizon
    every = [c for c in cells(eng) if c.trusted]
    for key, mine in found.bands.items():
        quantity, _, outcome = key.partition(".")
        column = list(QUANTITIES).index((quantity, outcome))
        whole = band(every, date=eng.dates.index(found.date), quantity=column)
        assert whole.low - 1e-12 <= mine.low <= mine.high <= whole.high + 1e-12
        assert mine.high - mine.low >= 0.8 * (whole.high - whole.low)


def test_it_is_a_function_of_the_answer_alone(exact: tuple[Fit, Forecast]) -> None:
    """The same from what is kept, computed afresh, and for a request with scenarios."""
    first = specification_of(*exact, REQUEST)
    again = specification_of(*exact, replace(REQUEST, refit=True))
    asked = specification_of(*exact, replace(REQUEST, scenarios=tuple(exact[0].workspace.scenarios)[1:2]))
    assert first == again == asked


def test_what_cannot_be_answered_is_left_out_or_fitted(
    exact: tuple[Fit, Forecast], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Left out, it is counted; fitted, it is used; where nothing is left there is no band."""

    def untrusted(*_: object, **given: object) -> tuple[Cell, ...]:
        choices = given["choices"]
        assert isinstance(choices, list | tuple)
        shape = (len(exact[1].report_dates), len(QUANTITIES), 5)
        own = [settings(exact[0].workspace, c) == {} for c in choices]
        return tuple(
            Cell(c, np.full(shape, 0.2), -np.inf if mine else 0.9, 400.0, fitted=False)
            for c, mine in zip(choices, own, strict=True)
        )

    def answers(_: object, choice: Choice, *, draws: int) -> Cell:
        assert draws == short_band.FITTED
        shape = (len(exact[1].report_dates), len(QUANTITIES), 5)
        return Cell(choice, np.full(shape, 0.3), -np.inf, 400.0, fitted=True)

    monkeypatch.setattr(short_band, "cells", untrusted)
    monkeypatch.setattr(short_band, "fitted", answers)
    assert specification_of(*exact, REQUEST) is None
    heard: list[str] = []
    found = specification_of(*exact, REQUEST, fits=True, told=heard.append)
    assert found is not None
    assert found.used == found.asked
    assert found.bands["reached.split"].high == pytest.approx(0.3)
    assert heard
