"""Who disagrees on where a driver stands: indicators with judgments, judgments with each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecast.drivers.fit import DriverFit
from forecast.drivers.observations import Observations
from forecast.inference.fit import Fit
from forecast.inputs.records import LevelJudgment
from forecast.report.findings import disputes
from forecast.report.findings.disputes import (
    NOTABLE_Z,
    Voice,
    level_disputes,
    readings_conflicts,
)
from forecast.report.findings.levels import tracks

DRIVER = "shared_threat"


def with_level(fit: Fit, member: str, **values: object) -> Fit:
    """The fit whose source ``member`` places the driver once, at these values."""
    level = LevelJudgment.model_validate({"driver": DRIVER, **values})
    sources = dict(fit.workspace.sources)
    sources[member] = sources[member].model_copy(update={"levels": [level]})
    return replace(fit, workspace=replace(fit.workspace, sources=sources))


def with_seen(fit: Fit, **arrays: object) -> Fit:
    """The fit whose first driver was seen so."""
    drivers: DriverFit = fit.prepared.drivers
    first: Observations = replace(drivers.seen[0], **arrays)  # type: ignore[arg-type]
    seen = replace(drivers, seen=(first, *drivers.seen[1:]))
    return replace(fit, prepared=replace(fit.prepared, drivers=seen))


def test_a_source_far_from_the_nearest_reading_is_named(fitted: Fit) -> None:
    """z is the gap over the widths both state; the two are named with their dates."""
    nearest = fitted.workspace.drivers.drivers[DRIVER].readings[-1]
    member = fitted.panel.members[0]
    far = nearest.quantiles.p50 + 4.0
    told = with_level(fitted, member, date=nearest.date, p05=far - 0.8, p50=far, p95=far + 0.8)
    (found,) = [d for d in level_disputes(told) if d.lower.source is None]
    assert found.driver == DRIVER
    assert found.higher.source == member
    assert found.years == 0
    gap = found.higher.level - found.lower.level
    assert found.z == pytest.approx(gap / np.hypot(found.higher.sd, found.lower.sd))
    assert found.z > NOTABLE_Z


def test_a_source_that_agrees_or_speaks_of_other_years_is_not(fitted: Fit) -> None:
    """At the reading's own level, or long before any reading, there is nothing to name."""
    nearest = fitted.workspace.drivers.drivers[DRIVER].readings[-1]
    member, middle = fitted.panel.members[0], nearest.quantiles.p50
    agreed = with_level(fitted, member, date=nearest.date, p05=middle - 0.8, p50=middle, p95=middle + 0.8)
    early = with_level(fitted, member, date=1985, p05=5.0, p50=6.0, p95=7.0)
    for told in (agreed, early):
        assert not [d for d in level_disputes(told) if member in (d.higher.source, d.lower.source)]


def test_readings_of_the_drivers_file_are_never_set_against_each_other(fitted: Fit) -> None:
    """They are one path by one hand."""
    for found in level_disputes(fitted):
        assert found.higher.source is not None or found.lower.source is not None


def test_judgments_of_one_date_are_joined_by_precision() -> None:
    """Mean weighted by 1 / sd^2, variance the inverse of their sum; dates in order."""
    voices = [Voice("b", 2015.5, 1.0, 0.5), Voice("a", 2010.5, 0.0, 1.0), Voice(None, 2015.5, 2.0, 1.0)]
    times, levels, spreads = disputes._path(voices)
    assert times == pytest.approx([2010.5, 2015.5])
    assert levels == pytest.approx([0.0, (4 * 1.0 + 1 * 2.0) / 5])
    assert spreads == pytest.approx([1.0, 5**-0.5])


def test_an_indicator_that_falls_while_the_judgments_rise_is_opposed(fitted: Fit) -> None:
    """Trends per decade, of opposite signs; the gap is in driver units, its sign the indicator's side."""
    path = [Voice(None, 2000.5, -2.0, 0.5), Voice(None, 2020.5, 2.0, 0.5)]
    years = np.array([2002.5, 2008.5, 2014.5, 2018.5])
    falling = (years, -0.2 * (years - 2010.5), np.full(4, 0.8))
    found = disputes._against("d", "i", falling, disputes._path(path))
    assert found is not None
    assert found.opposed
    assert found.indicator_trend == pytest.approx(-2.0)
    assert found.judged_trend == pytest.approx(2.0)
    assert found.gap == pytest.approx(np.mean([-0.4 * (y - 2010.5) for y in years[1:]]))
    assert found.z == pytest.approx(found.gap / np.hypot(0.8, 0.5))
    assert found.since == 2008.5


def test_an_indicator_without_two_shared_years_is_not_compared() -> None:
    """Nothing is extrapolated beyond the first and last judgment."""
    path = disputes._path([Voice(None, 2010.5, 0.0, 0.5), Voice(None, 2012.5, 0.0, 0.5)])
    late = (np.array([2020.5, 2021.5]), np.array([3.0, 3.0]), np.array([0.1, 0.1]))
    assert disputes._against("d", "i", late, path) is None
    assert disputes._against("d", "i", late, disputes._path([])) is None


def test_conflicts_are_named_from_one_sd_or_opposed_trends(fitted: Fit) -> None:
    """Every conflict found passes the threshold it is named by."""
    for found in readings_conflicts(fitted):
        assert abs(found.z) > 1 or found.opposed


def test_a_track_says_what_it_was_last_read_by(fitted: Fit) -> None:
    """The latest observation: its date, its indicator or none, and whether the driver is projected."""
    seen = fitted.prepared.drivers.seen[0]
    now = fitted.prepared.drivers.as_of
    judged = with_seen(
        fitted, time=np.array([now - 3.0, now - 0.5]), value=np.zeros(2), loading=np.ones(2),
        sd=np.ones(2), stream=np.array([-1, -1]),
    )  # fmt: skip
    measured = with_seen(
        fitted, time=np.array([now - 3.0, now - 1.5]), value=np.zeros(2), loading=np.ones(2),
        sd=np.ones(2), stream=np.array([-1, 0]),
    )  # fmt: skip
    first, second = tracks(judged)[0], tracks(measured)[0]
    assert (first.last_indicator, first.projected_from) == (None, None)
    assert first.last_reading == pytest.approx(now - 0.5)
    assert (second.last_indicator, second.projected_from) == (seen.indicators[0], int(now - 1.5))
