"""Where a broad alliance begins: the index, and the thresholds that judgments imply."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import stats

from forecast.calendar import decimal_year
from forecast.drivers.fit import DriverFit, fit_drivers
from forecast.inputs.records import OutcomeJudgment, Source
from forecast.inputs.workspace import Workspace
from forecast.model.data import fitted_dates
from forecast.model.definition import (
    Definitions,
    Index,
    alignment_index,
    definitions,
    implied_threshold,
)
from forecast.panel import Panel, resolve


@pytest.fixture(scope="module")
def drivers(small: Workspace, small_panel: Panel) -> DriverFit:
    """The small workspace's levels."""
    as_of = small.question.as_of
    return fit_drivers(small, small_panel, as_of, fitted_dates(small, as_of))


@pytest.fixture(scope="module")
def index(small: Workspace, drivers: DriverFit) -> Index:
    """Its alignment index."""
    return alignment_index(small, drivers)


def broad(source: Source, p05: float, p50: float, p95: float, grade: str = "TEXT") -> Source:
    """The source with another broad judgment."""
    judgment = OutcomeJudgment.model_validate(
        {"p05": p05, "p50": p50, "p95": p95, "after_years": 10, "grade": grade}
    )
    return source.model_copy(
        update={"outcomes": source.outcomes.model_copy(update={"alliance_broad": judgment})}
    )


def test_the_index_is_standard_over_the_scale_years(
    small: Workspace, drivers: DriverFit, index: Index
) -> None:
    """Mean 0 and sd 1 over the fitted dates of 2001-2021, in proportion to the stated weights."""
    mean, variance = drivers.smoothed()
    level, _ = index.moments(mean, variance)
    inside = (drivers.time >= 2001) & (drivers.time < 2022)
    assert level[inside].mean() == pytest.approx(0, abs=1e-12)
    assert level[inside].std() == pytest.approx(1)
    assert index.weights / index.weights.sum() == pytest.approx([0.6, 0.4, 0])


def test_the_index_is_linear_in_independent_drivers() -> None:
    """Mean and variance of offset + w . x."""
    index = Index(weights=np.array([2.0, -1.0]), offset=0.5)
    mean, variance = index.moments(np.array([[1.0, 3.0]]), np.array([[0.25, 4.0]]))
    assert (mean[0], variance[0]) == pytest.approx((0.5 + 2 - 3, 4 * 0.25 + 4.0))


def test_an_implied_threshold_gives_back_the_judgment(
    small: Workspace, drivers: DriverFit, index: Index
) -> None:
    """P(A) + (1 - P(A) - P(S)) P(index > c), at the end of the window as seen from the view's date, is p50.

    And c moved by its sd gives back p05 and p95 where the three are one normal apart.
    """
    smith = small.sources["smith2019"]
    start = decimal_year(smith.view_date)
    mean, variance = index.moments(*drivers.project(start, np.array([start + 10])))

    def back(threshold: float) -> float:
        above = stats.norm.sf(threshold, mean[0], variance[0] ** 0.5)
        return 0.06 + (1 - 0.06 - 0.04) * above

    centre, sd = implied_threshold(smith, drivers, index)
    assert back(centre) == pytest.approx(0.2, abs=1e-9)
    shares = stats.norm.sf(stats.norm.isf(0.3) + np.array([0.6, 0.0, -0.6]))
    centre, sd = implied_threshold(broad(smith, *(0.06 + 0.9 * shares)), drivers, index)
    z = stats.norm.ppf(0.95)
    assert [back(centre + z * sd), back(centre), back(centre - z * sd)] == pytest.approx(0.06 + 0.9 * shares)


def test_a_higher_broad_judgment_implies_a_lower_threshold(
    small: Workspace, drivers: DriverFit, index: Index
) -> None:
    """Who calls it an alliance sooner draws the line lower."""
    smith = small.sources["smith2019"]
    lines = [implied_threshold(broad(smith, p / 2, p, 1.3 * p), drivers, index)[0] for p in (0.1, 0.3, 0.6)]
    assert lines[0] > lines[1] > lines[2]


def test_a_broad_judgment_below_the_narrow_one_still_implies_a_line(
    small: Workspace, drivers: DriverFit, index: Index
) -> None:
    """An incoherent pair is read as: (almost) never above the line."""
    centre, sd = implied_threshold(broad(small.sources["smith2019"], 0.01, 0.02, 0.03), drivers, index)
    assert np.isfinite([centre, sd]).all()
    with pytest.raises(ValueError, match="expert_one states no alliance_broad"):
        implied_threshold(small.sources["expert_one"], drivers, index)


def test_definitions_are_weighted_like_any_outcome_judgment(
    small: Workspace, drivers: DriverFit, index: Index
) -> None:
    """Panel weight times grade weight, one component per source; the question's own where none speaks."""
    jones = small.sources["jones2022"]
    both = {**small.sources, "jones2022": broad(jones, 0.2, 0.3, 0.5, grade="INFER")}
    workspace = dataclasses.replace(small, sources=both)
    found = definitions(workspace, resolve(workspace), drivers, index)
    assert found.source == ("jones2022", "smith2019")
    assert found.weight == pytest.approx([0.5 * 0.3, 1.0])
    question = small.question.model_copy(update={"widening": {small.sources["jones2022"].kind: 2.0}})
    wider = definitions(dataclasses.replace(workspace, question=question), resolve(workspace), drivers, index)
    assert wider.sd == pytest.approx(2.0 * found.sd)
    assert wider.centre == pytest.approx(found.centre)
    alone = definitions(small, resolve(small, panel="expert_one"), drivers, index)
    assert (alone.source, alone.centre[0]) == (("elicited",), pytest.approx(1.8))
    assert alone.sd[0] == pytest.approx(0.8 / stats.norm.ppf(0.95))


def test_definitions_that_depend_on_each_other_are_divided(
    small: Workspace, drivers: DriverFit, index: Index
) -> None:
    """Two of one cluster count 1 / (1 + rho) each, two through one text 1 / (1 + rho_reported)."""
    jones = broad(small.sources["jones2022"], 0.2, 0.3, 0.5)
    smith = small.sources["smith2019"]
    settings = small.question.model

    def weights(**changes: object) -> list[float]:
        kin = {"jones2022": jones.model_copy(update=changes), "smith2019": smith.model_copy(update=changes)}
        workspace = dataclasses.replace(small, sources={**small.sources, **kin})
        return list(definitions(workspace, resolve(workspace), drivers, index).weight)

    alone = weights(reported_in="self")
    kin = weights(reported_in="self", cluster="one")
    assert kin == pytest.approx([w / (1 + settings.rho) for w in alone])
    relayed = weights(reported_in="expert_one")
    assert relayed == pytest.approx([w / (1 + settings.rho_reported) for w in alone])


def test_thresholds_are_drawn_from_the_mixture() -> None:
    """Each definition by its weight to within one draw; tolerance on moments five standard errors."""
    mixture = Definitions(("a", "b"), np.array([-3.0, 5.0]), np.array([0.1, 0.5]), np.array([0.25, 0.75]))
    n = 4001
    drawn = mixture.draw(n, np.random.default_rng(3))
    of_b = drawn[drawn > 1]
    assert abs(len(of_b) - 0.75 * n) <= 1
    assert of_b.mean() == pytest.approx(5.0, abs=5 * 0.5 / len(of_b) ** 0.5)
    assert of_b.std() == pytest.approx(0.5, abs=5 * 0.5 / (2 * len(of_b)) ** 0.5)
    # In no order: a draw's definition must not go with its place in the chain.
    assert abs(np.mean(drawn[: n // 2] > 1) - 0.75) < 5 * (0.75 * 0.25 / (n // 2)) ** 0.5
    assert np.array_equal(drawn, mixture.draw(n, np.random.default_rng(3)))
