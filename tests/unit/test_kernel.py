"""The compiled loops: state probabilities given a path, and the path itself.

`toy` makes a fit by hand, of drivers whose dynamics are known, hazards and shocks; other tests take it from
here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from scipy import integrate
from scipy.linalg import expm
from scipy.stats import norm

from forecast.calendar import decimal_year, decimal_years
from forecast.drivers.coupling import coupling
from forecast.drivers.dynamics import Dynamics
from forecast.drivers.features import features
from forecast.drivers.fit import DriverFit
from forecast.drivers.kalman import Levels
from forecast.inference.fit import Fit
from forecast.inputs.records import Drivers, Scenario, Shock
from forecast.model.definition import Index
from forecast.simulation.arrays import Record
from forecast.simulation.block import Block
from forecast.simulation.plan import Plan
from forecast.simulation.run import plan_of, simulate_all
from forecast.simulation.world import world
from forecast.states import STATES, TRANSITIONS, State, endpoints

AS_OF, HORIZON = dt.date(2026, 11, 21), dt.date(2036, 12, 31)
RATES = np.array([0.05, 0.10, 0.20, 0.05, 0.02, 0.01])
EFFECTS = np.array([0.5, -0.3, -0.2, 0.1, 0.2])


def ou(half_life: float = np.log(2) / 0.3, mean: float = -0.5, volatility: float = 0.0) -> Dynamics:
    """One set of dynamics, known exactly."""
    return Dynamics(np.array([np.log(2) / half_life]), np.array([mean]), np.array([volatility]))


STILL = ou()
MOVING = ou(volatility=0.4)


def tight(value: float) -> dict[str, float]:
    """Quantiles that leave no doubt."""
    gap = 1e-9 * abs(value) or 1e-12
    return {"p05": value - gap, "p50": value, "p95": value + gap}


def shock(
    *,
    rate: float | None = None,
    probability: float | None = None,
    jumps: Mapping[str, float] | None = None,
    direct: Mapping[str, float] | None = None,
    **more: Any,
) -> Shock:
    """A shock whose numbers are certain."""
    said = {"name": "n", "definition": "d", "rationale": "r", **more}
    said |= {"rate": tight(rate)} if rate is not None else {}
    said |= {"probability": tight(probability)} if probability is not None else {}
    said["jumps"] = {name: tight(size) for name, size in (jumps or {}).items()}
    said["direct"] = {name: tight(size) for name, size in (direct or {}).items()}
    return Shock.model_validate(said)


def toy(
    dynamics: Mapping[str, Dynamics] | None = None,
    *,
    now: Mapping[str, tuple[float, float]] | None = None,
    rates: np.ndarray = RATES,
    effects: np.ndarray | None = None,
    shocks: Mapping[str, Shock] | None = None,
    impacts: Mapping[tuple[str, str], float] | None = None,
    correlations: Mapping[tuple[str, str], float] | None = None,
    interactions: Mapping[str, dict[str, Any]] | None = None,
    unit: float = 0.12,
    start: State = "partnership",
    threshold: float = np.inf,
    draws: int = 1,
    seed: int = 1,
    as_of: dt.date = AS_OF,
    horizon: dt.date = HORIZON,
) -> Fit:
    """What a simulation asks of a fit, with every number known.

    ``dynamics`` by driver, of equally likely draws; ``now`` mean and sd of its level today, else (0, 0);
    ``effects`` (5,) of the first driver, or (F, 5); ``impacts`` by (pulling, pulled). The index is the first
    driver.
    """
    known = {"x": STILL} if dynamics is None else dynamics
    words = {"name": "n", "definition": "d", "anchors": {"-2": "a", "0": "b", "+2": "c"}}
    words |= {"dynamics": "event", "half_life_years": tight(1.0), "volatility": tight(1.0)}
    record = Drivers.model_validate(
        {
            "schema": "drivers/1",
            "drivers": {name: {**words, "long_run_mean": tight(0.0)} for name in known},
            "interactions": dict(interactions or {}),
            "cross_impact_unit": tight(unit),
            "cross_impacts": [
                {"from": by, "to": to, "strength": points, "rationale": "r"}
                for (by, to), points in (impacts or {}).items()
            ],
            "correlations": [
                {"drivers": list(pair), "correlation": r, "rationale": "r"}
                for pair, r in (correlations or {}).items()
            ],
        }
    )
    spec, today = features(record), np.array([decimal_year(as_of)])
    tracks = []
    for name, own in known.items():
        mean, sd = (now or {}).get(name, (0.0, 0.0))
        each = np.full((1, len(own.theta)), mean), np.full((1, len(own.theta)), sd**2)
        tracks.append(Levels(today, *each, *each, log_weight=np.zeros((1, len(own.theta)))))
    coefficients = np.zeros((len(spec.names), 5))
    if effects is not None:
        coefficients[: len(np.atleast_2d(effects))] = effects
    with np.errstate(divide="ignore"):
        log_rate = np.log(rates[:5])
    elicited = {"split->alliance": SimpleNamespace(p50=rates[5])} if rates[5] > 0 else {}
    drivers = DriverFit(
        tuple(known), today[0], today, tuple(tracks), tuple(known.values()), (), (), (), coupling(record)
    )
    weights = np.eye(len(known))[0]
    return cast(
        Fit,
        SimpleNamespace(
            workspace=SimpleNamespace(
                shocks=dict(shocks or {}),
                drivers=record,
                base_rates=SimpleNamespace(elicited=elicited),
                question=SimpleNamespace(horizon=horizon),
                scenarios={"baseline": scenario()},
            ),
            prepared=SimpleNamespace(drivers=drivers, features=spec),
            posterior=SimpleNamespace(
                draws=draws,
                log_rate=np.tile(log_rate, (draws, 1)),
                coefficients=np.tile(coefficients, (draws, 1, 1)),
            ),
            index=Index(weights, 0.0),
            thresholds=np.full(draws, threshold),
            as_of=as_of,
            start_state=start,
            seed=seed,
        ),
    )


def scenario(*interventions: dict[str, Any], name: str = "s") -> Scenario:
    """A scenario of these interventions."""
    said = {"schema": "scenario/1", "id": name, "title": "t", "storyline": "u"}
    return Scenario.model_validate({**said, "interventions": list(interventions)})


def laid(fit: Fit, *interventions: dict[str, Any], steps: int = 4) -> Plan:
    """Interventions on the grid of a toy."""
    return plan_of(fit, scenario(*interventions), steps_per_year=steps)


def blocks(fit: Fit, plans: Sequence[Plan], *, pairs: int = 1, steps: int = 4) -> Block:
    """The toy's first block of draws, ready for these plans."""
    usual = laid(fit, steps=steps)
    return Block.of(world(fit, usual, plans, pairs=pairs), 0)


def run(fit: Fit, *interventions: dict[str, Any], pairs: int = 1, steps: int = 4) -> np.ndarray:
    """Probabilities of the first draw (T + 1, COLUMNS) under interventions."""
    plan = laid(fit, *interventions, steps=steps)
    return np.asarray(blocks(fit, [plan], pairs=pairs, steps=steps).under(plan)[0])


def recorded(fit: Fit, *interventions: dict[str, Any], pairs: int = 1, steps: int = 4) -> Record:
    """What the paths did under interventions."""
    plan = laid(fit, *interventions, steps=steps)
    return blocks(fit, [plan], pairs=pairs, steps=steps).recorded(plan)[1]


def years(fit: Fit, *, steps: int = 4) -> np.ndarray:
    """Years from today of each date of a toy's grid."""
    times = decimal_years(laid(fit, steps=steps).dates)
    return np.asarray(times - times[0])


def generator(rates: np.ndarray, absorbing: str | None = None) -> np.ndarray:
    """Q over STATES, built entry by entry."""
    q = np.zeros((3, 3))
    for transition, rate in zip(TRANSITIONS, rates, strict=True):
        i, j = endpoints(transition)
        if STATES[i] != absorbing:
            q[i, j] += rate
            q[i, i] -= rate
    return q


@pytest.mark.parametrize("start", STATES)
def test_constant_hazards_are_the_matrix_exponential(start: State) -> None:
    """p(t) = e_start expm(Q t) to 1e-10 at every date; reached: the same with the state made absorbing."""
    fit = toy(start=start)
    result = run(fit)
    one = np.eye(3)[STATES.index(start)]
    for t, ahead in enumerate(years(fit)):
        assert result[t, :3] == pytest.approx(one @ expm(generator(RATES) * ahead), abs=1e-10)
        for column, state in ((3, "alliance"), (4, "split"), (5, "alliance")):
            p = one @ expm(generator(RATES, state) * ahead)
            assert result[t, column] == pytest.approx(p[STATES.index(state)], abs=1e-10)


def test_a_hazard_is_multiplied_between_its_dates() -> None:
    """p = expm(Q a) expm(Q' b) expm(Q c) with one entry of Q' four times as large, to 1e-10.

    Both dates are included and need not be on the grid.
    """
    fit = toy()
    said = {"transition": "partnership->split", "times": 4.0}
    span = {"start": dt.date(2029, 2, 10), "end": dt.date(2031, 8, 20)}
    found = run(fit, {"hazard": said | span})[-1]
    begin, finish = (decimal_year(d) - decimal_year(AS_OF) for d in (span["start"], dt.date(2031, 8, 21)))
    more = RATES * np.array([1, 4, 1, 1, 1, 1])
    for columns, absorbing in ((slice(0, 3), None), (slice(4, 5), "split")):
        p = np.eye(3)[1]
        for length, rates in ((begin, RATES), (finish - begin, more), (years(fit)[-1] - finish, RATES)):
            p = p @ expm(generator(rates, absorbing) * length)
        assert found[columns] == pytest.approx(p if absorbing is None else p[2:], abs=1e-10)


def truth(fit: Fit, level: Any, breaks: Sequence[float] = (), effects: np.ndarray = EFFECTS) -> np.ndarray:
    """State and reached probabilities at the horizon, from the differential equation with x(t) = level(t)."""
    times = decimal_years(laid(fit).dates)
    columns = []
    for absorbing, rows in ((None, STATES), ("alliance", ("alliance",)), ("split", ("split",))):
        p = np.eye(3)[1]

        def flow(t: float, y: np.ndarray, absorbing: str | None = absorbing) -> np.ndarray:
            moved = RATES[:5] * np.exp(effects * 3 * np.tanh(level(t) / 3))
            return np.asarray(y @ generator(np.append(moved, RATES[5]), absorbing))

        for a, b in pairwise(sorted({times[0], times[-1], *breaks})):
            p = integrate.solve_ivp(flow, (a, b), p, rtol=1e-10, atol=1e-13, max_step=0.25).y[:, -1]
        columns += [p[STATES.index(s)] for s in rows]  # type: ignore[arg-type]
    return np.array(columns)


def relaxed(t: float, since: float, value: float) -> float:
    """Where a driver without noise is at t, that was at ``value`` at ``since``."""
    return float(STILL.mean[0] + np.exp(-STILL.theta[0] * (t - since)) * (value - STILL.mean[0]))


TODAY = decimal_year(AS_OF)
#: Days inside steps, and the moments at which what is in force to the second ends.
BEGIN, FINISH, NEXT = dt.date(2028, 7, 11), dt.date(2031, 2, 28), dt.date(2031, 3, 1)
BEGUN, FINISHED = decimal_year(BEGIN), decimal_year(NEXT)


def followed(t: float) -> float:
    """A ramp to 2 between the two days, from where the driver is; then it relaxes."""
    if t < BEGUN:
        return relaxed(t, TODAY, 1.2)
    if t > FINISHED:
        return relaxed(t, FINISHED, 2.0)
    way = (t - BEGUN) / (FINISHED - BEGUN)
    return (1 - way) * relaxed(BEGUN, TODAY, 1.2) + way * 2.0


def stepped(t: float) -> float:
    """Held at -1 until the first day, on a ramp to 2 until the second, then free."""
    if t < BEGUN:
        return -1.0
    way = (t - BEGUN) / (FINISHED - BEGUN)
    return -1.0 + 3.0 * way if t <= FINISHED else relaxed(t, FINISHED, 2.0)


def turned(t: float) -> float:
    """On a ramp to 2 until the second day, on another to -1 for as long, then free."""
    if t <= FINISHED:
        return followed(t)
    over = decimal_year(dt.date(2033, 8, 21))
    way = (t - FINISHED) / (over - FINISHED)
    return 2.0 - 3.0 * way if way <= 1 else relaxed(t, over, -1.0)


DRIVEN = {
    "held, then free": (
        [{"hold": {"driver": "x", "level": 2.0, "start": BEGIN, "end": FINISH}}],
        lambda t: (
            2.0 if BEGUN <= t <= FINISHED else relaxed(t, *((FINISHED, 2.0) if t > BEGUN else (TODAY, 1.2)))
        ),
    ),
    "on a ramp from where it is, then free": (
        [{"ramp": {"driver": "x", "level": 2.0, "start": BEGIN, "end": FINISH}}],
        followed,
    ),
    "held, then on a ramp, then free": (
        [
            {"hold": {"driver": "x", "level": -1.0, "end": BEGIN - dt.timedelta(days=1)}},
            {"ramp": {"driver": "x", "level": 2.0, "start": BEGIN, "end": FINISH}},
        ],
        stepped,
    ),
    "on one ramp after another": (
        [
            {"ramp": {"driver": "x", "level": 2.0, "start": BEGIN, "end": FINISH}},
            {"ramp": {"driver": "x", "level": -1.0, "start": NEXT, "end": dt.date(2033, 8, 20)}},
        ],
        turned,
    ),
    "on a ramp from today to the horizon": (
        [{"ramp": {"driver": "x", "level": -2.0, "end": HORIZON}}],
        lambda t: 1.2 - 3.2 * (t - TODAY) / (decimal_year(dt.date(2037, 1, 1)) - TODAY),
    ),
    "held for three weeks inside a step": (
        [{"hold": {"driver": "x", "level": 3.0, "start": dt.date(2027, 8, 1), "end": dt.date(2027, 8, 21)}}],
        lambda t: (
            relaxed(t, TODAY, 1.2)
            if t < 2027 + 212 / 365
            else 3.0
            if t <= 2027 + 233 / 365
            else relaxed(t, 2027 + 233 / 365, 3.0)
        ),
    ),
    "shifted": (
        [{"shift": {"driver": "x", "amount": 0.7, "start": BEGIN}}],
        lambda t: relaxed(t, TODAY, 1.2) + 0.7 * (t >= BEGUN),
    ),
}


@pytest.mark.parametrize("kind", DRIVEN)
def test_what_is_done_to_a_driver_integrates_the_hazard(kind: str) -> None:
    """Without volatility every probability is that of p' = p Q(x(t)), to second order in the step.

    Against scipy's integration. The rates are averaged over the ends of each piece, whose error is of second
    order: twelve steps a year must come (4 / 12)^2 = 1/9 as near as four, here 1/6 to allow for the partial
    steps and for rounding at 1e-7, and four within 2.5e-4 (.0002 where one ramp follows another).
    """
    interventions, level = DRIVEN[kind]
    fit = toy(now={"x": (1.2, 0.0)}, effects=EFFECTS)
    breaks = [BEGUN, FINISHED, 2027 + 212 / 365, 2027 + 233 / 365, decimal_year(dt.date(2033, 8, 21))]
    expected = truth(fit, level, breaks)
    error = {
        steps: np.abs(run(fit, *interventions, steps=steps)[-1, :5] - expected).max() for steps in (4, 12)
    }
    assert error[4] < 2.5e-4
    assert error[12] < error[4] / 6 + 1e-7


def test_a_ramp_starts_from_each_paths_own_level() -> None:
    """Half-way along a ramp the spread of paths is half of what it was, at its end it is nothing."""
    fit = toy({"x": MOVING}, now={"x": (0.0, 1.0)})
    span = {"start": dt.date(2028, 6, 30), "end": dt.date(2030, 6, 29)}
    seen = recorded(fit, {"ramp": {"driver": "x", "level": 1.0, **span}}, pairs=50).seen[0, :, 0]
    begun, middle, end = (laid(fit).dates.index(dt.date(y, 6, 30)) for y in (2028, 2029, 2030))
    assert np.array_equal(seen[begun], recorded(fit, pairs=50).seen[0, begun, 0])
    assert seen[begun].std() > 0.5
    # The three dates are not quite evenly spaced, as 2028 is a leap year.
    assert seen[middle] == pytest.approx(0.5 * (seen[begun] + 1.0), abs=2e-3 * np.abs(seen[begun]).max())
    assert seen[end] == pytest.approx(1.0, abs=1e-12)


def test_a_hold_overrides_a_shift() -> None:
    """With a hold at the same time a shift does nothing."""
    fit = toy(now={"x": (1.2, 0.0)}, effects=EFFECTS, threshold=1.5)
    held = {"hold": {"driver": "x", "level": 1.0}}
    assert np.array_equal(run(fit, held, {"shift": {"driver": "x", "amount": 0.7}}), run(fit, held))


def test_a_broad_alliance_is_an_alliance_or_a_reading_over_the_threshold() -> None:
    """Read on 31 December only; below the threshold broad is alliance, above it all of partnership joins.

    Held at 1 from December to 2030: over a threshold of .9 from the first reading on, so that partnership
    counts as broad then; once reached it stays reached, while the state falls back when the level does.
    """
    span = {"start": dt.date(2026, 12, 1), "end": dt.date(2030, 6, 30)}
    held = {"hold": {"driver": "x", "level": 1.0, **span}}
    fit = toy(threshold=0.9)
    low, high, dates = run(fit, held), run(toy(threshold=1.1), held), laid(fit).dates
    assert np.array_equal(high[:, 5], high[:, 3])
    assert np.array_equal(high[:, 6], high[:, 0])
    first = dates.index(dt.date(2026, 12, 31))
    assert low[first, 6] == pytest.approx(low[first, 0] + low[first, 1], abs=1e-15)
    # Values just before the reading, from which dates inside the step are interpolated.
    assert low[first, 7] == pytest.approx(low[first, 3], abs=1e-15)
    assert low[first, 8] == pytest.approx(low[first, 0], abs=1e-15)
    later = dates.index(dt.date(2031, 12, 31))
    assert low[later, 6] == pytest.approx(low[later, 0], abs=1e-15)
    assert (np.diff(low[:, 5]) >= -1e-15).all()
    assert low[later, 5] > low[later, 6]
    # A hold covers both its dates: begun on the day, it is read on the day.
    day = {"start": dt.date(2026, 12, 31), "end": dt.date(2026, 12, 31)}
    once = run(fit, {"hold": {"driver": "x", "level": 1.0, **day}})
    assert once[first, 6] == pytest.approx(once[first, 0] + once[first, 1], abs=1e-15)
    # Today's level stands for the reading of the 31 December before.
    already = run(toy(now={"x": (1.0, 0.0)}, threshold=0.9))
    assert already[0, 5] == already[0, 6] == 1.0


def test_volatility_is_what_it_says() -> None:
    """Share of paths over a threshold at each reading equals the normal tail of the exact process.

    N = 4000 paths: within five binomial standard errors. Only the first passage of the reading is random:
    rates are nil, so broad is the share itself.
    """
    fit = toy({"x": MOVING}, rates=np.zeros(6), now={"x": (0.8, 0.3)}, threshold=0.2)
    pairs = 2000
    found = run(fit, pairs=pairs)
    for date in (dt.date(2026, 12, 31), dt.date(2028, 12, 31), dt.date(2036, 12, 31)):
        t = laid(fit).dates.index(date)
        ahead = years(fit)[t]
        mean = -0.5 + np.exp(-0.3 * ahead) * 1.3
        sd = np.sqrt(np.exp(-0.6 * ahead) * 0.09 + MOVING.innovation_variance(ahead)[0])
        p = norm.sf((0.2 - mean) / sd)
        assert found[t, 6] == pytest.approx(p, abs=5 * np.sqrt(p * (1 - p) / (2 * pairs)))


def test_a_released_driver_runs_free_for_the_rest_of_the_step() -> None:
    """Variance after a release inside a step is that of the years since, not of the whole step.

    Held at 0 to mid-November, read on 31 December of a grid that ends there: share over .05 against the tail.
    """
    days = {"as_of": dt.date(2027, 9, 30), "horizon": dt.date(2027, 12, 31)}
    fit, pairs = toy({"x": MOVING}, rates=np.zeros(6), threshold=0.05, **days), 2000
    found = run(fit, {"hold": {"driver": "x", "level": 0.0, "end": dt.date(2027, 11, 14)}}, pairs=pairs)
    free = 46 / 365
    mean = -0.5 + np.exp(-0.3 * free) * 0.5
    p = norm.sf((0.05 - mean) / np.sqrt(MOVING.innovation_variance(free)[0]))
    assert found[-1, 6] == pytest.approx(p, abs=5 * np.sqrt(p * (1 - p) / (2 * pairs)))


def test_each_path_carries_dynamics_by_their_weight() -> None:
    """Of two equally likely long-run means, 0 and 4, half of the pairs goes to each, and a pair to one.

    N = 400 pairs: within five binomial standard errors of a half.
    """
    two = Dynamics(np.full(2, 3.0), np.array([0.0, 4.0]), np.full(2, 1e-6))
    seen = recorded(toy({"x": two}), pairs=400).seen[0, -1, 0].reshape(2, 400)
    assert np.abs(seen[0] - seen[1]).max() < 1e-4
    assert set(seen.round(3).ravel()) == {0.0, 4.0}
    assert (seen[0] > 2).mean() == pytest.approx(0.5, abs=5 * 0.5 / 400**0.5)


#: A world with everything in it: three drivers that pull one another, shocks of every kind, interactions.
BUSY: dict[str, Any] = {
    "dynamics": {"x": MOVING, "y": ou(4.0, 0.2, 0.3), "z": ou(9.0, 0.5, 0.15)},
    "now": {"x": (0.5, 0.4), "y": (0.0, 0.3), "z": (1.0, 0.3)},
    "effects": np.array([[0.3, -0.2, -0.2, 0.1, 0.2], [-0.1, 0.3, 0.1, 0.2, -0.2]]),
    "impacts": {("x", "y"): 2.0, ("y", "z"): -1.0, ("z", "x"): 1.5},
    "correlations": {("x", "z"): 0.4},
    "threshold": 1.0,
    "shocks": {
        "often": shock(rate=0.7, jumps={"x": 0.5, "z": -0.2}, direct={"split": 0.3}),
        "once": shock(
            rate=0.1,
            occurs="once",
            jumps={"y": 1.0},
            raises=[{"shock": "often", "times": 3.0, "for_years": 2.0}],
        ),
        "notice": shock(
            probability=0.03,
            occurs="once",
            outcome="split",
            windows=[
                {"start": dt.date(2026, 1, 1), "end": dt.date(2026, 12, 31)},
                {"start": dt.date(2031, 1, 1), "end": dt.date(2031, 12, 31)},
            ],
        ),
    },
}


def test_the_same_bytes_from_one_worker_and_from_two() -> None:
    """Noise belongs to a block of draws; three blocks, the last of them partial."""
    fit = toy(**BUSY, draws=120)
    stories = [
        fit.workspace.scenarios["baseline"],
        scenario({"hold": {"driver": "x", "level": 1.0}}, {"force": {"shock": "once", "date": BEGIN}}),
    ]
    one, two = (simulate_all(fit, stories, paths=8, jobs=jobs) for jobs in (1, 2))
    for a, b in zip(one, two, strict=True):
        assert a.draws.tobytes() == b.draws.tobytes()
    assert len(one[0].draws) == 120
    assert not np.array_equal(one[0].draws[:20], one[0].draws[50:70])


def test_a_scenario_beside_others_is_the_same_as_alone() -> None:
    """Every scenario that raises no rate leaves every other's numbers as they are, to the bit."""
    fit = toy(**BUSY, draws=3)
    stories = [
        scenario({"hold": {"driver": "x", "level": 1.0}}),
        scenario({"forbid": {"shock": "often"}}, {"ramp": {"driver": "z", "level": 2.0, "end": FINISH}}),
    ]
    both = simulate_all(fit, stories, paths=8)
    for story, beside in zip(stories, both, strict=True):
        assert np.array_equal(simulate_all(fit, [story], paths=8)[0].draws, beside.draws)


def test_every_scenario_keeps_probabilities_probabilities() -> None:
    """States sum to 1; reached never falls; alliance <= broad; in a world of everything, and under much."""
    fit = toy(**BUSY, draws=4)
    interventions = [
        {"force": {"shock": "once", "date": dt.date(2029, 5, 5)}},
        {"rate": {"shock": "often", "times": 3.0, "start": dt.date(2030, 1, 1)}},
        {"ramp": {"driver": "z", "level": -2.0, "start": BEGIN, "end": FINISH}},
        {"force": {"shock": "notice", "date": dt.date(2033, 7, 1)}},
    ]
    for story in (scenario(), scenario(*interventions)):
        found = simulate_all(fit, [story], paths=16)[0].draws
        assert found[:, :, :3].sum(axis=2) == pytest.approx(1.0, abs=1e-12)
        assert (np.diff(found[:, :, 3:6], axis=1) >= -1e-12).all()
        assert (found[:, :, 3] <= found[:, :, 5] + 1e-12).all()
        assert (found[:, :, 0] <= found[:, :, 6] + 1e-12).all()
        assert (found >= -1e-12).all()
