"""When shocks strike: counts, windows, what is forced, forbidden and raised, on common random numbers.

Lanes are antithetic in pairs: counts of the first half of the lanes are independent, and means over all of
them at least as near as if all were.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from scipy.integrate import quad
from test_kernel import blocks, laid, recorded, shock, toy, years

from forecast.calendar import decimal_year
from forecast.inference.fit import Fit
from forecast.simulation import strikes
from forecast.simulation.arrays import DUE, Clock, Rates, Waits

PAIRS = 10_000
LANES = 2 * PAIRS
#: The grid's dates lie ten years and 40 days apart.
YEARS = float(years(toy())[-1])
START = decimal_year(toy().as_of)
WINDOWS = [
    {"start": dt.date(2028, 2, 1), "end": dt.date(2028, 8, 31)},
    {"start": dt.date(2031, 1, 1), "end": dt.date(2031, 12, 31)},
    {"start": dt.date(2035, 7, 1), "end": dt.date(2036, 6, 30)},
]


def hits(fit: Fit, *interventions: dict[str, Any], name: str = "s", steps: int = 4) -> np.ndarray:
    """How often a shock struck each path in each step, (T, L)."""
    found = recorded(fit, *interventions, pairs=PAIRS, steps=steps).hits
    return np.asarray(found[0, 1:, list(fit.workspace.shocks).index(name)])


def near(values: np.ndarray, expected: float, variance: float) -> None:
    """A mean over lanes is as expected, to five standard errors at this variance of one lane."""
    assert values.mean() == pytest.approx(expected, abs=5 * (variance / len(values)) ** 0.5)


def test_occurrences_of_a_yearly_rate_are_a_poisson_process() -> None:
    """The number by the end is Poisson(rate T); in each step in proportion to its length.

    n = 20,000 lanes: mean within five standard errors; variance over the 10,000 independent ones within five
    of sqrt((2 + 1 / m) / n) of itself (fourth moment of a Poisson); the counts' distribution, and the steps'
    totals, not rejected by chi-squared at one in ten thousand.
    """
    rate = 0.35
    found = hits(toy(shocks={"s": shock(rate=rate, jumps={"x": 1.0})}))
    m, total = rate * YEARS, found.sum(axis=0)
    near(total, m, m)
    alone = total[:PAIRS]
    assert alone.var() == pytest.approx(m, rel=5 * np.sqrt((2 + 1 / m) / PAIRS))
    seen = np.bincount(np.minimum(alone, 9), minlength=10)
    expected = PAIRS * np.append(stats.poisson(m).pmf(np.arange(9)), stats.poisson(m).sf(8))
    assert stats.chisquare(seen, expected).pvalue > 1e-4
    lengths = np.diff(years(toy()))
    by_step = found[:, :PAIRS].sum(axis=1)
    assert stats.chisquare(by_step, lengths / YEARS * by_step.sum()).pvalue > 1e-4


def test_what_can_strike_once_does_so_by_an_exponential_time() -> None:
    """P(struck by t) = 1 - e^{-rate t} at every date, and never twice.

    n = 20,000: five binomial standard errors.
    """
    rate = 0.2
    found = hits(toy(shocks={"s": shock(rate=rate, occurs="once", jumps={"x": 1.0})}))
    assert found.sum(axis=0).max() == 1
    for struck, t in zip(np.cumsum(found, axis=0)[::6], years(toy())[1::6], strict=True):
        p = 1 - np.exp(-rate * t)
        near(struck, p, p * (1 - p))


@pytest.mark.parametrize("occurs", ["once", "repeatedly"])
def test_a_window_has_its_probability_and_the_time_between_none(occurs: str) -> None:
    """Per window p, at most one, at an even rate until then; independent between windows, or once in all.

    n = 20,000: five binomial standard errors, and chi-squared over the steps of the last window at one in ten
    thousand.
    """
    p = 0.3
    fit = toy(shocks={"s": shock(probability=p, windows=WINDOWS, occurs=occurs, jumps={"x": 1.0})})
    found, grid = hits(fit, steps=12), years(fit, steps=12) + START
    chance, counts, outside = 1.0, [], np.ones(len(found), dtype=bool)
    for window in WINDOWS:
        opens, closes = decimal_year(window["start"]), decimal_year(window["end"] + dt.timedelta(days=1))
        lengths = np.minimum(grid[1:], closes) - np.maximum(grid[:-1], opens)
        inside = lengths > 0
        outside &= ~inside
        counts.append(found[inside].sum(axis=0))
        assert counts[-1].max() == 1
        near(counts[-1], chance * p, chance * p * (1 - chance * p))
        chance *= 1 - p if occurs == "once" else 1.0
    assert found[outside].sum() == 0
    by_step = found[inside, :PAIRS].sum(axis=1)
    # An exponential wait on the window's clock, given that it ends inside the window.
    gone = np.append(0.0, np.cumsum(lengths[inside] / lengths[inside].sum()))
    shares = np.diff(1 - (1 - p) ** gone) / p
    assert stats.chisquare(by_step, shares * by_step.sum()).pvalue > 1e-4
    both = (counts[0] * counts[1])[:PAIRS]
    near(both, 0.0 if occurs == "once" else p * p, p * p * (1 - p * p))


def test_a_window_open_today_has_what_is_left_of_its_probability() -> None:
    """1 - (1 - p)^{share of the window that is left}, with the rest of the year still to come; n = 20,000."""
    window = {"start": dt.date(2026, 1, 1), "end": dt.date(2027, 12, 31)}
    fit = toy(shocks={"s": shock(probability=0.6, windows=[window], jumps={"x": 1.0})})
    share = (2028 - START) / 2
    p = 1 - 0.4**share
    near(hits(fit).sum(axis=0), p, p * (1 - p))


def test_a_rate_is_multiplied_between_dates() -> None:
    """Mean count rate (T + 2 years of 3 - 1 times); in a window the wait is multiplied: 1 - (1 - p)^3.

    n = 20,000, five standard errors.
    """
    rate = 0.3
    fit = toy(shocks={"s": shock(rate=rate, jumps={"x": 1.0})})
    span = {"start": dt.date(2029, 2, 10), "end": dt.date(2031, 2, 9)}
    found = hits(fit, {"rate": {"shock": "s", "times": 3.0, **span}})
    m = rate * (YEARS + 2 * 2)
    near(found.sum(axis=0), m, m)
    fit = toy(shocks={"s": shock(probability=0.2, windows=WINDOWS[:1], jumps={"x": 1.0})})
    p = 1 - 0.8**3
    near(hits(fit, {"rate": {"shock": "s", "times": 3.0}}).sum(axis=0), p, p * (1 - p))


def test_a_forbidden_shock_does_not_strike_and_what_is_left_of_its_wait_goes_on() -> None:
    """None between the dates; as often outside them as ever, as a Poisson process forgets; n = 20,000."""
    rate = 0.4
    fit = toy(shocks={"s": shock(rate=rate, jumps={"x": 1.0})})
    found = hits(fit, {"forbid": {"shock": "s", "start": dt.date(2028, 1, 1), "end": dt.date(2030, 12, 31)}})
    dates = laid(fit).dates
    begun, over = dates.index(dt.date(2027, 12, 31)), dates.index(dt.date(2030, 12, 31))
    # The step from 31 December to the first of January is a day long on either side of the ban.
    assert found[begun + 1 : over].sum() == 0
    m = rate * (YEARS - 3)
    near(found.sum(axis=0), m, m)
    assert hits(fit, {"forbid": {"shock": "s"}}).sum() == 0


def test_a_forced_shock_strikes_every_path_on_its_day() -> None:
    """One more on every path in the step of the day, and nothing else is changed; twice is twice."""
    fit = toy(shocks={"s": shock(rate=0.3, jumps={"x": 1.0}), "other": shock(rate=0.3, jumps={"x": 1.0})})
    days = [dt.date(2029, 2, 10), dt.date(2033, 6, 30)]
    forced = [{"force": {"shock": "s", "date": day}} for day in days]
    more = hits(fit, *forced) - hits(fit)
    steps = [laid(fit).dates.index(dt.date(2028, 12, 31)), laid(fit).dates.index(dt.date(2033, 6, 30))]
    assert (more[steps] == 1).all()
    assert np.abs(np.delete(more, steps, axis=0)).sum() == 0
    assert np.array_equal(hits(fit, *forced, name="other"), hits(fit, name="other"))


def test_what_can_strike_once_is_spent_when_forced() -> None:
    """Forced where it has not struck before, never again afterwards; what has struck before is not forced."""
    fit = toy(shocks={"s": shock(rate=0.2, occurs="once", jumps={"x": 1.0})})
    day = dt.date(2029, 2, 10)
    forced, free = hits(fit, {"force": {"shock": "s", "date": day}}), hits(fit)
    assert (forced.sum(axis=0) == 1).all()
    step = laid(fit).dates.index(dt.date(2028, 12, 31))
    assert np.array_equal(forced[:step], free[:step])
    before = free[: step + 1].sum(axis=0)
    assert (forced[step] >= 1 - before).all()
    near(forced[:step].sum(axis=0), 1 - np.exp(-0.2 * years(fit)[step]), 0.25)


def raised(times: float, for_years: float, **secondary: Any) -> Fit:
    """A shock p, and s, whose rate it raises."""
    more = {"raises": [{"shock": "s", "times": times, "for_years": for_years}]}
    return toy(
        shocks={"p": shock(rate=1e-6, jumps={"x": 1.0}, **more), "s": shock(jumps={"x": 1.0}, **secondary)}
    )


@pytest.mark.parametrize(("times", "for_years"), [(5.0, 2.0), (0.25, 3.0), (3.0, 30.0)])
def test_an_occurrence_raises_another_rate_for_some_years(times: float, for_years: float) -> None:
    """After a forced occurrence at t0 the count is Poisson(rate (T + (times - 1) min(years, T - t0))).

    Mean and variance, n = 20,000 lanes (10,000 for the variance); before t0 nothing is changed.
    """
    rate, day = 0.2, dt.date(2029, 5, 5)
    fit = raised(times, for_years, rate=rate)
    found, plain = (hits(fit, *f) for f in ([{"force": {"shock": "p", "date": day}}], []))
    ahead = decimal_year(day) - START
    m = rate * (YEARS + (times - 1) * min(for_years, YEARS - ahead))
    total = found.sum(axis=0)
    near(total, m, m)
    assert total[:PAIRS].var() == pytest.approx(m, rel=5 * np.sqrt((2 + 1 / m) / PAIRS))
    step = laid(fit).dates.index(dt.date(2029, 3, 31))
    assert np.array_equal(found[:step], plain[:step])


def test_a_raised_rate_can_bring_what_would_not_have_come_in_time() -> None:
    """P(once by T) = 1 - exp(-rate (T + (times - 1) years)), a rare shock's too; n = 20,000."""
    fit = raised(50.0, 2.0, rate=0.002, occurs="once")
    found = hits(fit, {"force": {"shock": "p", "date": dt.date(2030, 1, 1)}}).sum(axis=0)
    p = 1 - np.exp(-0.002 * (YEARS + 49 * 2))
    near(found, p, p * (1 - p))


def test_a_raised_window_is_raised_while_it_is_open() -> None:
    """1 - (1 - p)^times where the raise covers the window, p where it does not reach it; n = 20,000."""
    for day, times in ((dt.date(2027, 12, 1), 4.0), (dt.date(2027, 2, 1), 1.0)):
        fit = raised(4.0, 0.9, probability=0.2, windows=WINDOWS[:1])
        found = hits(fit, {"force": {"shock": "p", "date": day}}).sum(axis=0)
        p = 1 - 0.8**times
        near(found, p, p * (1 - p))


def test_a_raise_does_not_bring_a_window_its_second_occurrence() -> None:
    """What has struck in a window waits for the next, however much its rate is raised in this one.

    Raised eightfold half-way through: 1 - (1 - p)^(1/2 + 8/2) in this window, p in the next; n = 20,000.
    """
    windows = [{"start": dt.date(y, 1, 1), "end": dt.date(y, 12, 31)} for y in (2029, 2033)]
    fit, p = raised(8.0, 1.0, probability=0.5, windows=windows), 0.5
    found, grid = hits(fit, {"force": {"shock": "p", "date": dt.date(2029, 7, 2)}}), years(fit) + START
    for year, chance in ((2029, 1 - (1 - p) ** 4.5), (2033, p)):
        count = found[(grid[1:] > year) & (grid[:-1] < year + 1)].sum(axis=0)
        assert count.max() == 1
        near(count, chance, chance * (1 - chance) + 1e-3)


def test_raises_by_chance() -> None:
    """A primary at rate a raises for y years: b int 1 + (times - 1) (1 - e^{-a min(t, y)}) dt occurrences.

    The rate is up at t if the primary struck in the y years before. n = 20,000; the variance is bounded by
    that of a count which is raised all the time, 3 b T + (2 b T)^2.
    """
    a, b, y = 0.15, 0.2, 2.0
    more = {"raises": [{"shock": "s", "times": 3.0, "for_years": y}]}
    fit = toy(shocks={"p": shock(rate=a, jumps={"x": 1.0}, **more), "s": shock(rate=b, jumps={"x": 1.0})})
    m = b * quad(lambda t: 1 + 2 * (1 - np.exp(-a * min(t, y))), 0, YEARS, points=[y])[0]
    found = hits(fit).sum(axis=0)
    near(found, m, found.var())
    assert found.var() < 3 * b * YEARS + (2 * b * YEARS) ** 2


def test_a_higher_rate_only_brings_the_same_occurrences_forward() -> None:
    """Common random numbers: path by path, at every date at least as many have struck; of others as many."""
    fit = toy(shocks={"s": shock(rate=0.3, jumps={"x": 1.0}), "other": shock(rate=0.3, jumps={"x": 1.0})})
    more = {"rate": {"shock": "s", "times": 2.5, "start": dt.date(2029, 2, 10), "end": dt.date(2033, 2, 10)}}
    few, many = (np.cumsum(hits(fit, *one), axis=0) for one in ([], [more]))
    assert (many >= few).all()
    assert many[-1].sum() > few[-1].sum()
    assert np.array_equal(hits(fit, more, name="other"), hits(fit, name="other"))


def test_one_more_shock_in_the_file_changes_no_others() -> None:
    """Each has a stream of its own, named by its id, whatever stands before it."""
    alone = toy(shocks={"s": shock(rate=0.3, jumps={"x": 1.0})})
    beside = toy(shocks={"a": shock(rate=0.5, direct={"split": 1.0}), "s": shock(rate=0.3, jumps={"x": 1.0})})
    assert np.array_equal(hits(alone), hits(beside))


def test_waits_are_antithetic_exponentials() -> None:
    """Lane and its pair: e^{-rate w} + e^{-rate w'} = 1, so that both are exponential and one is late as the
    other is early; none where there is no rate, or no number left.
    """
    uniform = np.random.default_rng(0).random((1, 6, 4))
    never, none = np.zeros(2, dtype=bool), np.zeros(0)
    rates = Rates(
        np.array([[0.4, 0.0]]),
        never,
        never,
        np.zeros(3, dtype=np.int64),
        none.astype(np.int64),
        none,
        none,
    )
    waits = Waits(uniform, np.array([0, 3, 4]))
    for pair in range(6):
        for count in range(3):
            one, other = (strikes.next_wait(0, 0, lane, count, rates, waits) for lane in (pair, pair + 6))
            assert np.exp(-0.4 * one) + np.exp(-0.4 * other) == pytest.approx(1, abs=1e-14)
            assert np.exp(-0.4 * one) == pytest.approx(1 - uniform[0, pair, count], abs=1e-14)
        assert strikes.next_wait(0, 0, pair, 3, rates, waits) == np.inf
        assert strikes.next_wait(0, 1, pair, 0, rates, waits) == np.inf


@st.composite
def clocks(draw: st.DrawFn) -> Clock:
    """A clock that runs at some speeds, and stands still at times."""
    speeds = draw(st.lists(st.sampled_from([0.0, 0.3, 1.0, 4.0]), min_size=1, max_size=8))
    lengths = draw(st.lists(st.floats(0.05, 3.0), min_size=len(speeds), max_size=len(speeds)))
    edges = 2026.9 + np.append(0.0, np.cumsum(lengths))
    shows = np.append(0.0, np.cumsum(np.multiply(speeds, lengths)))[None]
    even = np.array([all(speed == 1.0 for speed in speeds)])
    first = np.arange(len(speeds))
    return Clock(edges, first, first + 1, shows, even, np.array([speeds]))


@settings(deadline=None)  # the first example may compile
@given(clocks(), st.floats(0.001, 0.999))
def test_a_clock_is_read_both_ways(clock: Clock, share: float) -> None:
    """The first time it shows a reading is when it shows that; beyond its last reading there is none.

    Where it stands still no earlier time would do, and none is taken inside the standstill.
    """
    last = clock.shows[0, -1]
    assert strikes.date_of(0, last + 1e-9, clock) == np.inf
    if last > 0:
        when = strikes.date_of(0, share * last, clock)
        assert clock.edges[0] <= when < clock.edges[-1]
        assert strikes.shown(0, when, clock) == pytest.approx(share * last, abs=1e-9)


@settings(deadline=None)  # the first example may compile
@given(
    clocks(),
    st.floats(0, 1),
    st.floats(0.01, 6),
    st.lists(st.tuples(st.floats(0.1, 8), st.floats(0.05, 4)), min_size=1, max_size=3),
)
def test_a_wait_has_passed_when_it_is_due(
    clock: Clock, begun: float, wait: float, raises: list[tuple[float, float]]
) -> None:
    """A wait set at any time, raised for some of it or not, has passed on the day it is due.

    Raised by factors that are all over 1 it is due earlier, by factors all under 1 later.
    """
    now = clock.edges[0] + begun * 0.9 * (clock.edges[-1] - clock.edges[0])
    times = np.array([factor for factor, _ in raises])
    rows = np.zeros(len(raises), dtype=np.int64)
    rates = Rates(np.ones((1, 1)), np.zeros(1, bool), np.zeros(1, bool), rows[:2], rows, times, times)
    table, due = np.zeros((1, 3, 1)), []
    for until in (np.full((1, len(raises)), -np.inf), now + np.array([[length for _, length in raises]])):
        strikes.schedule(0, 0, now, wait, table, until, rates, clock)
        due.append(table[0, DUE, 0])
        if np.isfinite(due[-1]):
            assert due[-1] >= now
            assert strikes.waited(0, 0, due[-1], table, until, rates, clock) == pytest.approx(wait, abs=1e-9)
    if (times > 1).all():
        assert due[1] <= due[0] + 1e-9 or due[0] == np.inf
    if (times < 1).all():
        assert due[0] <= due[1] + 1e-9 or due[1] == np.inf


def test_raises_by_two_shocks_multiply() -> None:
    """Forced p (x 5 for ten years) and q (x 2 for three) give rate (T + 4 a + 5 b) occurrences.

    Here a and b are the years of p's raise alone and of both: s has 5 times its rate, then 10, then 5 again.
    n = 20,000, five standard errors.
    """
    rate, first, second = 0.2, dt.date(2028, 1, 1), dt.date(2030, 1, 1)
    raises = {
        name: {"raises": [{"shock": "s", "times": times, "for_years": for_years}]}
        for name, times, for_years in (("p", 5.0, 30.0), ("q", 2.0, 3.0))
    }
    fit = toy(
        shocks={
            **{name: shock(rate=1e-6, jumps={"x": 1.0}, **more) for name, more in raises.items()},
            "s": shock(rate=rate, jumps={"x": 1.0}),
        }
    )
    told = [{"force": {"shock": name, "date": day}} for name, day in (("p", first), ("q", second))]
    m = rate * (YEARS + 4 * (YEARS - (decimal_year(first) - START)) + 5 * 3)
    near(hits(fit, *told).sum(axis=0), m, m)


@pytest.mark.parametrize("how", ["force", "forbid"])
def test_a_window_that_is_touched_is_still_one(how: str) -> None:
    """Forced in a window a shock strikes then and not again; forbidden for a month of it, at most once."""
    window = {"start": dt.date(2029, 1, 1), "end": dt.date(2030, 12, 31)}
    fit = toy(shocks={"s": shock(probability=0.9, windows=[window], jumps={"x": 1.0})})
    told = {
        "force": {"force": {"shock": "s", "date": dt.date(2029, 1, 1)}},
        "forbid": {"forbid": {"shock": "s", "start": dt.date(2030, 1, 1), "end": dt.date(2030, 1, 31)}},
    }[how]
    count = hits(fit, told).sum(axis=0)
    assert count.max() == 1
    if how == "force":
        assert count.min() == 1


def test_enough_numbers_are_drawn_for_the_highest_rate() -> None:
    """No path runs out of occurrences, whatever scenarios are beside: counts keep a Poisson's upper tail.

    Of 20,000 paths the busiest has at least the 1 - 1/2,000 point, and at most the 1 - 1e-9 point.
    """
    fit = toy(shocks={"s": shock(rate=2.0, jumps={"x": 0.1})})
    for times in (1.0, 3.0):
        plan = laid(fit, {"rate": {"shock": "s", "times": times}})
        none = laid(fit, {"forbid": {"shock": "s"}})
        block = blocks(fit, [none, plan], pairs=PAIRS)
        total = block.recorded(plan)[1].hits[0].sum(axis=0)[0]
        ideal = stats.poisson(2.0 * times * YEARS)
        assert ideal.ppf(1 - 1 / 2_000) <= total.max() <= ideal.ppf(1 - 1e-9)
        near(total, ideal.mean(), ideal.mean())
    # Alone, a scenario without the shock leaves the baseline it is compensated by its occurrences.
    assert np.array_equal(blocks(fit, [none], pairs=20).quiet, blocks(fit, [none, plan], pairs=20).quiet)
