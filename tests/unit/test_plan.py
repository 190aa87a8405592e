"""A scenario laid over the grid."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest

from forecast.calendar import decimal_year
from forecast.inputs.records import Scenario
from forecast.simulation.plan import Plan, lay

AS_OF, HORIZON = dt.date(2026, 11, 21), dt.date(2030, 12, 31)
NAMES = ("x", "y")


def scenario(*interventions: dict[str, Any]) -> Scenario:
    """A scenario of these interventions."""
    return Scenario.model_validate(
        {
            "schema": "scenario/1",
            "id": "s",
            "title": "t",
            "storyline": "u",
            "interventions": list(interventions),
        }
    )


def laid(*interventions: dict[str, Any], **options: Any) -> Plan:
    """The same, on the grid."""
    return lay(scenario(*interventions), NAMES, AS_OF, HORIZON, **options)


def levels(plan: Plan, driver: int) -> list[tuple[float, float, float, float]]:
    """(start, end, held, shift) of each sub-step, decimal years."""
    times = np.array([decimal_year(d) for d in plan.dates])
    found = []
    for t in range(len(plan.first)):
        width = times[t + 1] - times[t]
        for s in range(plan.first[t], plan.last[t]):
            span = times[t] + width * plan.sub_from[s], times[t] + width * plan.sub_to[s]
            found.append((*span, plan.held[s, driver], plan.shift[s, driver]))
    return found


def test_the_empty_scenario_cuts_nothing() -> None:
    """One sub-step a step, nothing held or shifted; the first step is partial."""
    plan = laid()
    assert plan.dates[:3] == (AS_OF, dt.date(2026, 12, 31), dt.date(2027, 3, 31))
    assert plan.dates[-1] == HORIZON
    assert (plan.last - plan.first == 1).all()
    assert np.isnan(plan.held).all()
    assert (plan.shift == 0).all()
    assert plan.changed.tolist() == [True] + [False] * (len(plan.first) - 1)
    assert plan.step_years.sum() == pytest.approx(decimal_year(HORIZON) - decimal_year(AS_OF))


def test_a_hold_covers_its_dates_and_both_ends() -> None:
    """From 1 February 2027 to 10 August 2028: held from the start of the one to the end of the other."""
    plan = laid(
        {"hold": {"driver": "y", "level": 2.0, "start": dt.date(2027, 2, 1), "end": dt.date(2028, 8, 10)}}
    )
    held = [(a, b) for a, b, level, _ in levels(plan, 1) if level == 2.0]
    assert held[0][0] == pytest.approx(decimal_year(dt.date(2027, 2, 1)))
    assert held[-1][1] == pytest.approx(decimal_year(dt.date(2028, 8, 11)))
    assert all(np.isnan(level) for _, b, level, _ in levels(plan, 1) if b < held[0][1])
    assert all(np.isnan(level) for a, _, level, _ in levels(plan, 1) if a > held[-1][0])
    assert all(np.isnan(level) for _, _, level, _ in levels(plan, 0))


def test_a_step_is_cut_where_an_intervention_changes() -> None:
    """Sub-steps make up their step exactly, and `changed` marks the cuts."""
    plan = laid(
        {"hold": {"driver": "x", "level": 1.0, "start": dt.date(2027, 2, 1), "end": dt.date(2027, 2, 20)}}
    )
    step = plan.dates.index(dt.date(2026, 12, 31))
    inside = slice(plan.first[step], plan.last[step])
    assert plan.last[step] - plan.first[step] == 3
    assert plan.sub_from[inside].tolist()[0] == 0
    assert plan.sub_to[inside].tolist()[-1] == 1
    assert plan.sub_from[inside][1:] == pytest.approx(plan.sub_to[inside][:-1])
    assert plan.sub_years[inside].sum() == pytest.approx(plan.step_years[step])
    assert plan.changed[inside].all()
    # 1 to 20 February, both included.
    assert plan.sub_years[inside][1] == pytest.approx(20 / 365)


def test_a_hold_that_ends_inside_a_step_is_released_there() -> None:
    """The level, where in the step, and how long the driver then runs free to the step's end."""
    plan = laid({"hold": {"driver": "x", "level": -1.5, "end": dt.date(2027, 5, 15)}})
    step = plan.dates.index(dt.date(2027, 3, 31))
    assert plan.release[step].tolist()[0] == -1.5
    assert np.isnan(plan.release[step, 1])
    assert plan.release_years[step, 0] == pytest.approx(
        (decimal_year(dt.date(2027, 6, 30)) - 2027) - 135 / 365
    )
    share = 1 - plan.release_years[step, 0] / plan.step_years[step]
    assert plan.release_at[step, 0] == pytest.approx(share)
    assert np.isnan(np.delete(plan.release[:, 0], step)).all()
    # Held at every step's end before that one, and at none after.
    assert (plan.held_end[:step, 0] == -1.5).all()
    assert np.isnan(plan.held_end[step:, 0]).all()


def test_without_dates_a_hold_lasts_from_today_to_the_horizon() -> None:
    """do(x = 1) with nothing else said."""
    plan = laid({"hold": {"driver": "x", "level": 1.0}})
    assert (plan.held[:, 0] == 1.0).all()
    assert (plan.held_end[:, 0] == 1.0).all()
    assert np.isnan(plan.release).all()


def test_a_hold_that_ends_on_a_31_december_is_released_as_the_year_begins() -> None:
    """Held at the reading of 31 December; released on 1 January, inside the next step."""
    plan = laid({"hold": {"driver": "x", "level": 1.0, "end": dt.date(2028, 12, 31)}})
    step = plan.dates.index(dt.date(2028, 12, 31))
    assert plan.held_end[step - 1, 0] == 1.0
    assert plan.release[step, 0] == 1.0
    assert plan.release_at[step, 0] == pytest.approx(1 / 365.5 / plan.step_years[step], rel=0.01)


def test_shifts_add_up_and_a_hold_takes_precedence() -> None:
    """Two shifts of one driver add; a hold stands beside them and the simulation lets it win."""
    plan = laid(
        {"shift": {"driver": "x", "amount": 0.5}},
        {
            "shift": {
                "driver": "x",
                "amount": 0.25,
                "start": dt.date(2028, 1, 1),
                "end": dt.date(2028, 12, 31),
            }
        },
        {"hold": {"driver": "x", "level": 1.0, "start": dt.date(2028, 7, 1), "end": dt.date(2028, 12, 31)}},
    )
    by = {round(0.5 * (a + b), 2): (held, shift) for a, b, held, shift in levels(plan, 0)}
    at = lambda when: next(v for k, v in by.items() if k > when)  # noqa: E731
    assert at(2027.0)[1] == 0.5
    assert at(2028.05)[1] == 0.75
    assert at(2028.6) == (1.0, 0.75)
    assert at(2029.1)[1] == 0.5
    assert np.isnan(at(2029.1)[0])


@pytest.mark.parametrize("steps", [1, 4, 12])
def test_the_index_is_read_on_31_december_whatever_the_step(steps: int) -> None:
    """A barrier read more often is crossed more often; so once a year, and today for the last 31 December."""
    plan = laid(steps_per_year=steps)
    read = [d for d, r in zip(plan.dates, plan.reading, strict=True) if r]
    assert read == [plan.dates[0], *(dt.date(y, 12, 31) for y in range(2026, 2031))]


def test_one_hold_can_follow_another_without_a_gap() -> None:
    """To 31 December at 1, from 1 January at 2: no moment between them is free."""
    plan = laid(
        {"hold": {"driver": "x", "level": 1.0, "end": dt.date(2027, 12, 31)}},
        {"hold": {"driver": "x", "level": 2.0, "start": dt.date(2028, 1, 1)}},
    )
    by = [(a, b, level) for a, b, level, _ in levels(plan, 0)]
    assert all(level == (1.0 if b <= 2028.0 else 2.0) for _, b, level in by)
    assert not np.isnan(plan.held_end[:, 0]).any()


def test_the_order_of_interventions_changes_nothing() -> None:
    """Two holds of one driver that end inside one step: it relaxes from the later one, however they stand."""
    early, late = (
        {
            "hold": {
                "driver": NAMES[0],
                "level": level,
                "start": dt.date(2027, *start),
                "end": dt.date(2027, *end),
            }
        }
        for level, start, end in ((3.0, (1, 10), (2, 10)), (-3.0, (2, 15), (3, 10)))
    )
    one, other = laid(early, late), laid(late, early)
    assert one.dates == other.dates
    for name in set(vars(one)) - {"dates"}:
        assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
    assert -3.0 in one.release
    assert 3.0 not in one.release
