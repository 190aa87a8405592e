"""Shocks drawn for each posterior draw: rates, chances, sizes and signs as elicited."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from scipy import stats
from test_kernel import TODAY, recorded, shock, tight, toy, years

from forecast.calendar import decimal_year
from forecast.inputs.records import Drivers, Shock
from forecast.simulation.shocks import ShockDraws, draw_shocks

N = 4000
#: Stratified draws: quantiles within 1 / N of their level, so that an sd is within a few thousandths.
CLOSE = 0.01
DRIVERS = toy({name: toy().prepared.drivers.dynamics[0] for name in ("x", "y", "z")}).workspace.drivers
WINDOWS = [
    {"start": dt.date(2036, 1, 1), "end": dt.date(2036, 12, 31)},
    {"start": dt.date(2031, 1, 1), "end": dt.date(2031, 6, 30)},
]


def uncertain(**said: Any) -> Shock:
    """A shock as it may stand in a file."""
    return Shock.model_validate({"name": "n", "definition": "d", "rationale": "r", **said})


def drawn(shocks: dict[str, Shock], drivers: Drivers = DRIVERS, draws: int = N, seed: int = 1) -> ShockDraws:
    """Every shock drawn."""
    return draw_shocks(shocks, drivers, draws=draws, seed=seed)


def test_a_yearly_rate_has_its_quantiles() -> None:
    """ln rate is normal through the stated quantiles, which lie on a line here."""
    rate = uncertain(rate={"p05": 0.05, "p50": 0.1, "p95": 0.2}, jumps={"x": tight(1.0)})
    found = drawn({"s": rate}).rate[:, 0]
    assert np.quantile(found, [0.05, 0.5, 0.95]) == pytest.approx([0.05, 0.1, 0.2], rel=CLOSE)
    assert stats.kstest(np.log(found), stats.norm(np.log(0.1), np.log(2) / 1.6448536).cdf).pvalue > 1e-4


def test_a_chance_in_a_window_has_its_quantiles() -> None:
    """P = 1 - e^{-rate}, a split normal on the logit: its own sd on either side of the median."""
    said = uncertain(
        probability={"p05": 0.02, "p50": 0.1, "p95": 0.2}, windows=WINDOWS, jumps={"x": tight(1.0)}
    )
    chance = -np.expm1(-drawn({"s": said}).rate[:, 0])
    assert np.quantile(chance, [0.05, 0.5, 0.95]) == pytest.approx([0.02, 0.1, 0.2], rel=CLOSE)
    # Windows are kept in order of time, and an end date is included.
    (windows,) = drawn({"s": said}).windows
    assert windows == ((2031.0, decimal_year(dt.date(2031, 7, 1))), (2036.0, 2037.0))


def test_jumps_and_direct_effects_have_their_quantiles() -> None:
    """Normal through the stated quantiles, on the driver and channel named; nothing on the others."""
    said = uncertain(
        rate=tight(0.1),
        jumps={"z": {"p05": 0.5, "p50": 1.0, "p95": 1.5, "spread": 0.3}, "x": tight(-2.0)},
        direct={"split": {"p05": -0.1, "p50": 0.2, "p95": 0.5}},
        half_life_years=1.5,
    )
    found = drawn({"s": said})
    assert found.jumps.driver.tolist() == [2, 0]
    assert found.jumps.first.tolist() == [0, 2]
    assert found.jumps.spread.tolist() == [0.3, 0.0]
    assert np.quantile(found.jumps.size[:, 0], [0.05, 0.5, 0.95]) == pytest.approx([0.5, 1.0, 1.5], rel=CLOSE)
    assert found.jumps.size[:, 1] == pytest.approx(-2.0, abs=1e-6)
    assert (found.embers.effect[:, 0, 0] == 0).all()
    effect = found.embers.effect[:, 0, 1]
    assert np.quantile(effect, [0.05, 0.5, 0.95]) == pytest.approx([-0.1, 0.2, 0.5], rel=CLOSE, abs=0.002)
    assert found.embers.half_life.tolist() == [1.5]
    assert not found.embers.tied.any()
    # Sizes of different effects are drawn apart: no correlation beyond five standard errors.
    assert abs(np.corrcoef(found.jumps.size[:, 0], effect)[0, 1]) < 5 / N**0.5


def test_a_contested_sign_is_the_other_one_with_its_chance() -> None:
    """Of draws the share stated is reversed, stratified: within 2 / N; each occurrence of a draw alike."""
    said = uncertain(
        rate=tight(0.1), jumps={"x": {**tight(1.0), "reversed": 0.3}}, direct={"split": tight(0.5)}
    )
    found = drawn({"s": said})
    assert (found.jumps.size[:, 0] < 0).mean() == pytest.approx(0.3, abs=2 / N)
    assert (found.embers.effect[:, 0, 1] > 0).all()
    assert set(np.abs(found.jumps.size[:, 0]).round(6)) == {1.0}


def test_draws_are_stratified() -> None:
    """One in each of N equal parts: means of normals vary by far less than sd / sqrt(N), whatever N."""
    said = uncertain(rate={"p05": 0.05, "p50": 0.1, "p95": 0.2}, jumps={"x": tight(1.0)})
    for draws in (50, 1000):
        z = (np.log(drawn({"s": said}, draws=draws).rate[:, 0]) - np.log(0.1)) * 1.6448536 / np.log(2)
        parts = np.floor(stats.norm.cdf(z) * draws).astype(int)
        assert sorted(parts) == list(range(draws))


def test_each_shock_has_a_stream_of_its_own() -> None:
    """What is drawn depends on the seed and the id alone: not on order, nor on what else there is."""
    one = uncertain(rate={"p05": 0.05, "p50": 0.1, "p95": 0.2}, jumps={"x": {"p05": 0, "p50": 1, "p95": 2}})
    other = uncertain(rate={"p05": 0.01, "p50": 0.1, "p95": 0.9}, direct={"split": tight(1.0)})
    alone, beside = drawn({"s": one}), drawn({"a": other, "s": one})
    assert np.array_equal(alone.rate[:, 0], beside.rate[:, 1])
    assert np.array_equal(alone.jumps.size, beside.jumps.size)
    assert np.array_equal(beside.rate, drawn({"s": one, "a": other}).rate[:, ::-1])
    assert not np.array_equal(alone.rate, drawn({"t": one}).rate)
    assert not np.array_equal(alone.rate, drawn({"s": one}, seed=2).rate)


def test_a_criterion_keeps_its_rate_from_the_paths() -> None:
    """`rate` has it, `rates`, which is what paths meet, has none; `criterion` names the channel."""
    shocks = {
        "s": shock(rate=0.1, direct={"split": 0.5}),
        "notice": shock(probability=0.2, windows=WINDOWS, outcome="split"),
        "pact": shock(rate=0.05, outcome="alliance", jumps={"x": 1.0}),
    }
    found = drawn(shocks, draws=10)
    assert found.criterion.tolist() == [-1, 1, 0]
    assert found.rate == pytest.approx(np.tile([0.1, -np.log(0.8), 0.05], (10, 1)), rel=1e-6)
    assert found.rates.rate == pytest.approx(np.tile([0.1, 0, 0], (10, 1)), rel=1e-6)
    assert found.rates.windowed.tolist() == [False, True, False]
    assert found.rates.once.tolist() == [False, False, False]
    # Its jumps count where a scenario forces it.
    assert found.jumps.first.tolist() == [0, 0, 0, 1]


def test_raises_stand_under_the_shock_that_raises() -> None:
    """Rows first[j] to first[j + 1], of the shock raised, by how much and for how long."""
    shocks = {
        "a": shock(rate=0.1, direct={"split": 0.5}, raises=[{"shock": "c", "times": 2.0, "for_years": 1.0}]),
        "b": shock(rate=0.1, direct={"split": 0.5}, occurs="once"),
        "c": shock(
            rate=0.1,
            direct={"split": 0.5},
            raises=[
                {"shock": "a", "times": 0.5, "for_years": 3.0},
                {"shock": "b", "times": 4.0, "for_years": 2.0},
            ],
        ),
    }
    rates = drawn(shocks, draws=2).rates
    assert rates.first.tolist() == [0, 1, 1, 3]
    assert rates.shock.tolist() == [2, 0, 1]
    assert rates.times.tolist() == [2.0, 0.5, 4.0]
    assert rates.years.tolist() == [1.0, 3.0, 2.0]
    assert rates.once.tolist() == [False, True, False]


INTERACTION = {
    "form": "product",
    "terms": [["x", "y"], {"shock": ["exit", "death"]}],
    "channel": "alliance",
    "effect": {"p05": -0.5, "p50": -0.3, "p95": -0.1},
    "rationale": "r",
}


def test_an_interaction_with_a_shock_is_an_ember_of_each_of_its_shocks() -> None:
    """Tied to the drivers of its other term, averaged; one draw of its size, for all the shocks it names."""
    drivers = Drivers.model_validate(
        DRIVERS.model_dump(by_alias=True) | {"interactions": {"bond": INTERACTION}}
    )
    shocks = {
        "exit": shock(rate=0.1, direct={"split": 0.5}, half_life_years=1.0),
        "war": shock(rate=0.1, jumps={"x": 1.0}),
        "death": shock(rate=0.1, jumps={"x": 1.0}, half_life_years=3.0),
    }
    embers = drawn(shocks, drivers).embers
    assert embers.first.tolist() == [0, 2, 2, 3]
    assert embers.tied.tolist() == [False, True, True]
    assert embers.weight.tolist() == [[0, 0, 0], [0.5, 0.5, 0], [0.5, 0.5, 0]]
    assert embers.half_life.tolist() == [1.0, 1.0, 3.0]
    size = embers.effect[:, 1, 0]
    assert np.array_equal(size, embers.effect[:, 2, 0])
    assert np.quantile(size, [0.05, 0.5, 0.95]) == pytest.approx([-0.5, -0.3, -0.1], rel=CLOSE)
    assert (embers.effect[:, 1:, 1] == 0).all()


def test_some_of_the_draws_are_rows_of_all() -> None:
    """A block's shocks are the same draws as the whole posterior's."""
    shocks = {"s": shock(rate=0.1, jumps={"x": 1.0}, direct={"split": 0.5})}
    whole = drawn(shocks, draws=120)
    part = whole.rows(slice(50, 100))
    assert np.array_equal(part.rate, whole.rate[50:100])
    assert np.array_equal(part.rates.rate, whole.rates.rate[50:100])
    assert np.array_equal(part.jumps.size, whole.jumps.size[50:100])
    assert np.array_equal(part.embers.effect, whole.embers.effect[50:100])


STILL = {"x": toy().prepared.drivers.dynamics[0]}
DAY = dt.date(2029, 5, 5)
FORCED = {"force": {"shock": "s", "date": DAY}}


def jumped(*interventions: dict[str, Any], pairs: int = 1, **jump: Any) -> np.ndarray:
    """How far x is from where it would be at each date, after a forced jump (T + 1, L)."""
    said = uncertain(rate=tight(1e-9), jumps={"x": {**tight(0.8), **jump}})
    fit = toy(STILL, now={"x": (1.2, 0.0)}, shocks={"s": said})
    return np.asarray(
        recorded(fit, *interventions, FORCED, pairs=pairs).seen[0, :, 0]
        - recorded(fit, *interventions, pairs=pairs).seen[0, :, 0]
    )


def dates() -> np.ndarray:
    """Decimal years of the toy's grid."""
    return TODAY + years(toy())


def test_a_jump_relaxes_by_the_drivers_own_dynamics() -> None:
    """Off by .8 e^{-theta (t - t0)} at every date after the day, and by nothing before."""
    since = dates() - decimal_year(DAY)
    expected = np.where(since > 0, 0.8 * np.exp(-STILL["x"].theta[0] * since), 0.0)
    assert jumped()[:, 0] == pytest.approx(expected, abs=1e-9)


def test_a_driver_that_is_held_does_not_jump() -> None:
    """do(x): whatever happens. Released later nothing of the jump is left; released before, all of it."""
    for days, jump in ((20, 0.0), (-5, jumped().max())):
        end = DAY + dt.timedelta(days=days)
        held = {"hold": {"driver": "x", "level": 1.0, "start": dt.date(2029, 4, 20), "end": end}}
        assert np.abs(jumped(held)).max() == pytest.approx(jump, abs=1e-9)


def test_occurrences_vary_by_their_spread() -> None:
    """+- a normal of sd .3 between paths, antithetic within a pair; n = 2000 pairs: five standard errors."""
    step = int(np.searchsorted(dates(), decimal_year(DAY)))
    kept = np.exp(-STILL["x"].theta[0] * (dates()[step] - decimal_year(DAY)))
    found = jumped(pairs=2000, spread=0.3)[step] / kept
    assert found.reshape(2, 2000).mean(axis=0) == pytest.approx(0.8, abs=1e-9)
    assert found.std() == pytest.approx(0.3, rel=5 / (2 * 2000) ** 0.5)
    assert stats.kstest((found[:2000] - 0.8) / 0.3, stats.norm.cdf).pvalue > 1e-4


def test_an_ember_fades_by_half_in_its_half_life() -> None:
    """2^{-(t - t0) / half-life} of each occurrence is left, of several the sum."""
    fit = toy(shocks={"s": shock(rate=1e-9, direct={"split": 0.7}, half_life_years=1.5)})
    again = {"force": {"shock": "s", "date": dt.date(2031, 11, 2)}}
    glow = recorded(fit, FORCED, again).glow[0, :, 0, 0]
    expected = np.zeros(len(glow))
    for day in (DAY, dt.date(2031, 11, 2)):
        since = dates() - decimal_year(day)
        expected += np.where(since > 0, 0.5 ** (np.maximum(since, 0) / 1.5), 0.0)
    assert glow == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "done",
    [
        {"shift": {"driver": "x", "amount": 1.0}},
        {"hold": {"driver": "x", "level": 1.0}},
        {"hold": {"driver": "x", "level": 1.0, "start": DAY}},
    ],
)
def test_an_ember_is_tied_to_its_driver_as_it_is_then(done: dict[str, Any]) -> None:
    """g(1) times what is left, whichever way the driver was brought to 1, in the first step as in others."""
    still = toy().prepared.drivers.dynamics[0]
    at_rest = {"x": type(still)(still.theta, np.zeros(1), np.zeros(1))}
    tied = {**INTERACTION, "terms": ["x", {"shock": ["s"]}]}
    fit = toy(at_rest, shocks={"s": shock(rate=1e-9, jumps={"x": 0.0001})}, interactions={"bond": tied})
    for day in (DAY, dt.date(2026, 12, 10)) if "start" not in next(iter(done.values())) else (DAY,):
        glow = recorded(fit, done, {"force": {"shock": "s", "date": day}}).glow[0, :, 0, 0]
        step = int(np.searchsorted(dates(), decimal_year(day)))
        left = 0.5 ** ((dates()[step] - decimal_year(day)) / 2.0)
        assert glow[step] == pytest.approx(3 * np.tanh(1 / 3) * left, abs=1e-9)
    assert recorded(fit, {"force": {"shock": "s", "date": DAY}}).glow.max() < 1e-3
