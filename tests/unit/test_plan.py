"""A scenario laid over the grid."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from test_kernel import scenario, shock

from forecast.calendar import decimal_year, decimal_years
from forecast.inputs.records import Shock
from forecast.simulation.plan import Plan, lay
from forecast.states import STATES, TRANSITIONS

AS_OF, HORIZON = dt.date(2026, 11, 21), dt.date(2030, 12, 31)
NAMES = ("x", "y")


def laid(*interventions: dict[str, Any], **options: Any) -> Plan:
    """These interventions on the grid."""
    return lay(scenario(*interventions).interventions, NAMES, AS_OF, HORIZON, **options)


def levels(plan: Plan, driver: int) -> list[tuple[float, float, float, float]]:
    """(start, end, level, shift) of each sub-step, decimal years."""
    times = np.array([decimal_year(d) for d in plan.dates])
    found = []
    for t in range(len(plan.first)):
        width = times[t + 1] - times[t]
        for s in range(plan.first[t], plan.last[t]):
            span = times[t] + width * plan.sub_from[s], times[t] + width * plan.sub_to[s]
            found.append((*span, plan.level[s, driver], plan.shift[s, driver]))
    return found


def test_the_empty_scenario_cuts_nothing() -> None:
    """One sub-step a step, nothing held or shifted; the first step is partial."""
    plan = laid()
    assert plan.dates[:3] == (AS_OF, dt.date(2026, 12, 31), dt.date(2027, 3, 31))
    assert plan.dates[-1] == HORIZON
    assert (plan.last - plan.first == 1).all()
    assert np.isnan(plan.level).all()
    assert (plan.shift == 0).all()
    assert (plan.times == 1).all()
    assert not plan.anchored.any()
    assert not plan.touched.any()
    assert (plan.entry == -1).all()
    assert len(plan.forced_time) == len(plan.usual) == 0
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
    assert (plan.end_level[:step, 0] == -1.5).all()
    assert np.isnan(plan.end_level[step:, 0]).all()


def test_without_dates_a_hold_lasts_from_today_to_the_horizon() -> None:
    """do(x = 1) with nothing else said."""
    plan = laid({"hold": {"driver": "x", "level": 1.0}})
    assert (plan.level[:, 0] == 1.0).all()
    assert (plan.end_level[:, 0] == 1.0).all()
    assert np.isnan(plan.release).all()


def test_a_hold_that_ends_on_a_31_december_is_released_as_the_year_begins() -> None:
    """Held at the reading of 31 December; released on 1 January, inside the next step."""
    plan = laid({"hold": {"driver": "x", "level": 1.0, "end": dt.date(2028, 12, 31)}})
    step = plan.dates.index(dt.date(2028, 12, 31))
    assert plan.end_level[step - 1, 0] == 1.0
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
    assert not np.isnan(plan.end_level[:, 0]).any()


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


WINDOWS = [
    {"start": dt.date(2026, 1, 1), "end": dt.date(2026, 12, 31)},
    {"start": dt.date(2029, 2, 1), "end": dt.date(2029, 8, 31)},
]
SHOCKS = {
    "war": shock(rate=0.1, jumps={"x": 1.0}),
    "talks": shock(probability=0.2, windows=WINDOWS, jumps={"x": 1.0}),
    "notice": shock(probability=0.1, windows=WINDOWS[1:], outcome="split"),
}
WAR, TALKS, NOTICE = range(3)


def shocked(*interventions: dict[str, Any], **options: Any) -> Plan:
    """These interventions on the grid, in a world with shocks."""
    return laid(*interventions, shocks=SHOCKS, **options)


def span(year: int, month: int, day: int) -> float:
    """A date as a decimal year."""
    return decimal_year(dt.date(year, month, day))


def test_the_baseline_is_cut_where_windows_open_and_close() -> None:
    """An edge at the start of each window's first day and at the end of its last, if inside the grid."""
    plan = shocked()
    grid = decimal_years(plan.dates)
    assert plan.edges == pytest.approx(sorted([*grid, span(2027, 1, 1), span(2029, 2, 1), span(2029, 9, 1)]))
    assert plan.edges[plan.first] == pytest.approx(grid[:-1])
    assert plan.edges[plan.last] == pytest.approx(grid[1:])
    assert plan.sub_years == pytest.approx(np.diff(plan.edges))
    # Cut, but nothing about the drivers changes there: their rates still hold.
    assert plan.changed.tolist() == [True] + [False] * (len(plan.sub_years) - 1)


def test_a_clock_shows_years_or_windows() -> None:
    """A yearly rate's clock shows the years since the start; a window's moves by 1 from its start to its end.

    Of a window that is open at the start it shows what is left.
    """
    plan = shocked()
    assert (plan.usual == plan.speed).all()
    assert (plan.usual[WAR] == 1).all()
    assert plan.clock[WAR] == pytest.approx(plan.edges - plan.edges[0])
    left = (span(2027, 1, 1) - span(2026, 11, 21)) / (span(2027, 1, 1) - span(2026, 1, 1))
    at = dict(zip(plan.edges.round(9), plan.clock[TALKS], strict=True))
    for moment, reading in (
        (span(2026, 11, 21), 0),
        (span(2027, 1, 1), left),
        (span(2029, 2, 1), left),
        (span(2029, 9, 1), left + 1),
        (span(2030, 12, 31), left + 1),
    ):
        assert at[round(moment, 9)] == pytest.approx(reading, abs=1e-12)
    half = (span(2029, 6, 30) - span(2029, 2, 1)) / (span(2029, 9, 1) - span(2029, 2, 1))
    assert at[round(span(2029, 6, 30), 9)] == pytest.approx(left + half)
    assert set(plan.usual[TALKS][plan.middles < 2027].round(9)) == {1.0}


def test_rates_are_multiplied_and_shocks_forbidden_between_dates() -> None:
    """Speed: 3 under `rate`, 0 under `forbid`, both dates included; other shocks' and `usual` as before."""
    days = {"start": dt.date(2028, 1, 10), "end": dt.date(2028, 5, 20)}
    more = shocked({"rate": {"shock": "war", "times": 3.0, **days}})
    none = shocked({"forbid": {"shock": "war", **days}})
    length = span(2028, 5, 21) - span(2028, 1, 10)
    for plan, times in ((more, 3.0), (none, 0.0)):
        inside = (plan.middles > span(2028, 1, 10)) & (plan.middles < span(2028, 5, 21))
        assert plan.sub_years[inside].sum() == pytest.approx(length)
        assert (plan.speed[WAR][inside] == times).all()
        assert (plan.speed[WAR][~inside] == 1).all()
        assert (plan.usual[WAR] == 1).all()
        assert plan.clock[WAR, -1] == pytest.approx(plan.edges[-1] - plan.edges[0] + (times - 1) * length)
        assert np.array_equal(plan.speed[TALKS], plan.usual[TALKS])
    # With no dates, all the time; in a window, on the window's own clock.
    always = shocked({"rate": {"shock": "talks", "times": 0.5}})
    assert always.clock[TALKS, -1] == pytest.approx(0.5 * shocked().clock[TALKS, -1])
    twice = shocked(
        {"rate": {"shock": "war", "times": 2.0}}, {"rate": {"shock": "war", "times": 3.0, **days}}
    )
    assert set(twice.speed[WAR]) == {2.0, 6.0}


def test_a_hazard_is_multiplied_between_dates() -> None:
    """Two factors on one transition multiply where both are in force; the others stay 1."""
    days = {"start": dt.date(2028, 1, 10), "end": dt.date(2028, 5, 20)}
    first, k = "alliance->partnership", TRANSITIONS.index("alliance->partnership")
    plan = laid(
        {"hazard": {"transition": first, "times": 2.0, **days}},
        {"hazard": {"transition": first, "times": 0.25, "end": dt.date(2028, 3, 1)}},
    )
    expected = [
        (2.0 if span(2028, 1, 10) < m < span(2028, 5, 21) else 1.0) * (0.25 if m < span(2028, 3, 2) else 1.0)
        for m in plan.middles
    ]
    assert plan.times[:, k].tolist() == expected
    assert set(expected) == {0.25, 0.5, 1.0, 2.0}
    assert (np.delete(plan.times, k, axis=1) == 1).all()


def test_forced_occurrences_cut_the_grid_and_stand_in_order() -> None:
    """Each on its day, by time; one outside the forecast's dates is left out."""
    plan = shocked(
        {"force": {"shock": "talks", "date": dt.date(2029, 5, 5)}},
        {"force": {"shock": "war", "date": dt.date(2028, 2, 2)}},
        {"force": {"shock": "war", "date": dt.date(2026, 3, 3)}},
    )
    assert plan.forced_time == pytest.approx([span(2028, 2, 2), span(2029, 5, 5)])
    assert plan.forced_shock.tolist() == [WAR, TALKS]
    assert np.isin(plan.forced_time, plan.edges).all()
    assert (plan.entry == -1).all()


@pytest.mark.parametrize("day", [dt.date(2028, 2, 2), dt.date(2028, 6, 30), AS_OF])
def test_a_forced_criterion_is_an_entry_as_its_day_begins(day: dt.date) -> None:
    """The sub-step that begins on the day, inside a step or with it, enters the state; rates change there."""
    plan = shocked({"force": {"shock": "notice", "date": day}})
    (s,) = np.flatnonzero(plan.entry >= 0)
    assert plan.edges[s] == decimal_year(day)
    assert plan.entry[s] == STATES.index("split")
    assert plan.changed[s]


def test_a_ramp_is_anchored_where_it_begins() -> None:
    """Anchored in the sub-step it begins in; the way behind it grows from 0 to 1 in proportion to time."""
    plan = laid(
        {"ramp": {"driver": "y", "level": 2.0, "start": dt.date(2028, 2, 1), "end": dt.date(2029, 3, 31)}}
    )
    (s,) = np.flatnonzero(plan.anchored[:, 1])
    begun, over = span(2028, 2, 1), span(2029, 4, 1)
    assert plan.edges[s] == begun
    on = ~np.isnan(plan.level[:, 1])
    assert plan.middles[on].min() > begun
    assert plan.sub_years[on].sum() == pytest.approx(over - begun)
    assert plan.way_from[on, 1] == pytest.approx((plan.edges[:-1][on] - begun) / (over - begun))
    assert plan.way_to[on, 1] == pytest.approx((plan.edges[1:][on] - begun) / (over - begun))
    assert (plan.way_from[~on, 1] == 1).all()
    # As a step ends on it, the level is part of the way there; it is let go at its own end.
    ends = ~np.isnan(plan.end_level[:, 1])
    assert plan.end_way[ends, 1] == pytest.approx((plan.edges[plan.last][ends] - begun) / (over - begun))
    assert not plan.anchored[:, 0].any()
    step = plan.dates.index(dt.date(2029, 3, 31))
    assert plan.release[step, 1] == 2.0
    assert plan.touched[:, 1].tolist() == [
        bool(on[plan.first[t] : plan.last[t]].any() or t == step) for t in range(len(plan.first))
    ]


def test_a_ramp_that_begins_on_a_date_of_the_grid_leaves_the_step_before_alone() -> None:
    """Nothing is set as that step ends: the ramp starts from where the driver is then.

    A hold that begins on the date does set it: it covers the day.
    """
    day, step = dt.date(2028, 6, 30), laid().dates.index(dt.date(2028, 6, 30))
    ramp = laid({"ramp": {"driver": "x", "level": 2.0, "start": day, "end": dt.date(2029, 3, 31)}})
    assert np.isnan(ramp.end_level[:step, 0]).all()
    assert ramp.anchored[ramp.first[step], 0]
    hold = laid({"hold": {"driver": "x", "level": 2.0, "start": day}})
    assert hold.end_level[step - 1, 0] == 2.0
    # After a hold that ends the day before, it is where it was held.
    both = laid(
        {"hold": {"driver": "x", "level": 1.0, "end": day - dt.timedelta(days=1)}},
        {"ramp": {"driver": "x", "level": 2.0, "start": day, "end": dt.date(2029, 3, 31)}},
    )
    assert both.end_level[step - 1, 0] == 1.0


def test_a_ramp_from_today_is_anchored_in_the_first_sub_step() -> None:
    """With no start it begins as the forecast does."""
    plan = laid({"ramp": {"driver": "x", "level": 2.0, "end": HORIZON}})
    assert plan.anchored[:, 0].tolist() == [True] + [False] * (len(plan.first) - 1)
    assert plan.way_from[0, 0] == 0
    assert plan.end_way[-1, 0] == pytest.approx(
        (decimal_year(HORIZON) - decimal_year(AS_OF)) / (2031 - decimal_year(AS_OF))
    )


def test_what_ended_before_today_is_not_there() -> None:
    """A hold of the past, and a window of the past, set nothing and cut nothing."""
    past = {"start": dt.date(2020, 1, 1), "end": dt.date(2020, 12, 31)}
    plan = laid(
        {"hold": {"driver": "x", "level": 2.0, **past}},
        shocks={"gone": Shock.model_validate({**SHOCKS["talks"].model_dump(), "windows": [past]})},
    )
    assert np.array_equal(plan.edges, laid().edges)
    assert np.isnan(plan.level).all()
    assert (plan.clock == 0).all()
