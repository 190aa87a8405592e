"""The compiled loops: state probabilities given a path, and the path itself."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import integrate
from scipy.linalg import expm
from scipy.stats import norm

from forecast.calendar import decimal_years
from forecast.drivers.dynamics import Dynamics
from forecast.inputs.records import Scenario
from forecast.simulation import kernel
from forecast.simulation.plan import Plan, lay
from forecast.states import STATES, TRANSITIONS, State, endpoints

AS_OF, HORIZON = dt.date(2026, 11, 21), dt.date(2036, 12, 31)
RATES = np.array([0.05, 0.10, 0.20, 0.05, 0.02, 0.01])
STILL = Dynamics(theta=np.array([0.3]), mean=np.array([-0.5]), volatility=np.array([0.0]))


def plan_of(*interventions: dict[str, Any], **options: Any) -> Plan:
    """These interventions on one driver, x."""
    return lay(
        Scenario.model_validate(
            {
                "schema": "scenario/1",
                "id": "s",
                "title": "t",
                "storyline": "u",
                "interventions": list(interventions),
            }
        ),
        ("x",),
        AS_OF,
        HORIZON,
        **options,
    )


def run(
    plan: Plan,
    rates: np.ndarray,
    *,
    effects: np.ndarray | None = None,
    start: State = "partnership",
    dynamics: Dynamics = STILL,
    now: tuple[float, float] = (0.0, 0.0),
    threshold: float = np.inf,
    noise: np.ndarray | None = None,
    pairs: int = 1,
) -> np.ndarray:
    """`kernel.run` for one posterior draw and one driver with no interactions; (T + 1, COLUMNS)."""
    years = plan.step_years[:, None]
    steps, none = len(plan.first), np.zeros((0, 2, 1))
    if noise is None:
        noise = np.zeros((1, pairs, steps + 1, 1))
    with np.errstate(divide="ignore"):
        log_rate = np.log(rates)[None]
    result = kernel.run(
        noise, np.zeros((1, noise.shape[1], 1), dtype=np.int64), STATES.index(start),
        np.array([[now[0]]]), np.array([[now[1]]]), dynamics.decay(years)[:, None],
        np.sqrt(dynamics.innovation_variance(years))[:, None], dynamics.mean[None], dynamics.theta[None],
        dynamics.volatility[None], log_rate, (np.zeros(5) if effects is None else effects)[None, None],
        none.astype(np.int64), none, np.zeros(0, dtype=bool), np.ones(1), 0.0, np.array([threshold]),
        plan.first, plan.last, plan.sub_from, plan.sub_to, plan.sub_years, plan.changed, plan.held,
        plan.shift, plan.held_end, plan.release, plan.release_at, plan.release_years, plan.reading,
    )  # fmt: skip
    return np.asarray(result[0])


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
    plan = plan_of()
    result = run(plan, RATES, start=start)
    ahead = decimal_years(plan.dates) - decimal_years(plan.dates)[0]
    one = np.eye(3)[STATES.index(start)]
    for t, years in enumerate(ahead):
        assert result[t, :3] == pytest.approx(one @ expm(generator(RATES) * years), abs=1e-10)
        for column, state in ((3, "alliance"), (4, "split"), (5, "alliance")):
            p = one @ expm(generator(RATES, state) * years)
            assert result[t, column] == pytest.approx(p[STATES.index(state)], abs=1e-10)


@pytest.mark.parametrize("scale", [1e-9, 1.0, 40.0, 400.0])
def test_propagation_holds_for_slow_and_fast_chains(scale: float) -> None:
    """One step of p expm(Q dt), from hazards of nothing to hundreds a year."""
    q = generator(RATES * scale)
    p = np.array([0.2, 0.5, 0.3])
    expected = p @ expm(q * 0.25)
    kernel.propagate(p, q, 0.25, np.empty(3))
    assert p == pytest.approx(expected, abs=1e-12)


def test_first_passage_of_constant_rates() -> None:
    """Entered by each time = the absorbing chain's probability of being there."""
    years = np.array([0.5, 5.0, 20.0])
    found = kernel.first_passage(RATES[None], STATES.index("partnership"), STATES.index("split"), years)
    one = np.eye(3)[1]
    expected = [(one @ expm(generator(RATES, "split") * y))[2] for y in years]
    assert found[0] == pytest.approx(expected, abs=1e-12)


def truth(plan: Plan, effects: np.ndarray, level: Any) -> np.ndarray:
    """State and reached probabilities at the horizon, from the differential equation with x(t) = level(t)."""
    times = decimal_years(plan.dates)
    breaks = sorted({*times, 2028 + 192 / 366, 2031 + 59 / 365})
    columns = []
    for absorbing, rows in ((None, STATES), ("alliance", ("alliance",)), ("split", ("split",))):
        p = np.eye(3)[1]

        def flow(t: float, y: np.ndarray, absorbing: str | None = absorbing) -> np.ndarray:
            moved = RATES[:5] * np.exp(effects * 3 * np.tanh(level(t) / 3))
            return np.asarray(y @ generator(np.append(moved, RATES[5]), absorbing))

        for a, b in pairwise(breaks):
            p = integrate.solve_ivp(flow, (a, b), p, rtol=1e-10, atol=1e-13).y[:, -1]
        columns += [p[STATES.index(s)] for s in rows]  # type: ignore[arg-type]
    return np.array(columns)


def test_a_hold_and_its_release_integrate_the_hazard() -> None:
    """Without volatility: held at 2 between two dates inside steps, then relaxing; to second order.

    Against scipy's integration of p' = p Q(x(t)). The rates are averaged over the ends of each piece, whose
    error is of second order: twelve steps a year must come (4 / 12)^2 = 1/9 as near as four, here 1/6 to
    allow for the partial steps, and four within 2e-4.
    """
    effects = np.array([0.5, -0.3, -0.2, 0.1, 0.2])
    hold = {"hold": {"driver": "x", "level": 2.0, "start": dt.date(2028, 7, 11), "end": dt.date(2031, 2, 28)}}
    begin, finish = 2028 + 192 / 366, 2031 + 59 / 365
    start = decimal_years([AS_OF])[0]

    def relaxed(t: float, since: float, value: float) -> float:
        return float(STILL.mean[0] + np.exp(-STILL.theta[0] * (t - since)) * (value - STILL.mean[0]))

    def level(t: float) -> float:
        if begin <= t <= finish:
            return 2.0
        return relaxed(t, finish, 2.0) if t > finish else relaxed(t, start, 1.2)

    errors = {}
    for steps in (4, 12):
        plan = plan_of(hold, steps_per_year=steps)
        expected = truth(plan, effects, level)
        errors[steps] = np.abs(run(plan, RATES, effects=effects, now=(1.2, 0.0))[-1, :5] - expected)
    assert errors[4].max() < 2e-4
    assert errors[12].max() < errors[4].max() / 6


def test_a_shift_adds_to_the_path_and_a_hold_overrides_it() -> None:
    """Shift: x(t) + .7 from its start on; with a hold at the same level the shift does nothing."""
    effects = np.array([0.5, -0.3, -0.2, 0.1, 0.2])
    start = decimal_years([AS_OF])[0]
    plan = plan_of(
        {"shift": {"driver": "x", "amount": 0.7, "start": dt.date(2028, 7, 11)}}, steps_per_year=12
    )

    def level(t: float) -> float:
        path = STILL.mean[0] + np.exp(-STILL.theta[0] * (t - start)) * (1.2 - STILL.mean[0])
        return float(path + 0.7 * (t >= 2028 + 192 / 366))

    found = run(plan, RATES, effects=effects, now=(1.2, 0.0))[-1, :5]
    assert found == pytest.approx(truth(plan, effects, level), abs=2e-5)
    held = {"hold": {"driver": "x", "level": 1.0}}
    both = plan_of(held, {"shift": {"driver": "x", "amount": 0.7}})
    assert np.array_equal(
        run(both, RATES, effects=effects, threshold=1.5),
        run(plan_of(held), RATES, effects=effects, threshold=1.5),
    )


def test_a_broad_alliance_is_an_alliance_or_a_reading_over_the_threshold() -> None:
    """Read on 31 December only; below the threshold broad is alliance, above it all of partnership joins.

    Held at 1 from December to 2030: over a threshold of .9 from the first reading on, so that partnership
    counts as broad then; once reached it stays reached, while the state falls back when the level does.
    """
    span = {"start": dt.date(2026, 12, 1), "end": dt.date(2030, 6, 30)}
    plan = plan_of({"hold": {"driver": "x", "level": 1.0, **span}})
    low, high = run(plan, RATES, threshold=0.9), run(plan, RATES, threshold=1.1)
    assert np.array_equal(high[:, 5], high[:, 3])
    assert np.array_equal(high[:, 6], high[:, 0])
    first = plan.dates.index(dt.date(2026, 12, 31))
    assert low[first, 6] == pytest.approx(low[first, 0] + low[first, 1], abs=1e-15)
    # Values just before the reading, from which dates inside the step are interpolated.
    assert low[first, 7] == pytest.approx(low[first, 3], abs=1e-15)
    assert low[first, 8] == pytest.approx(low[first, 0], abs=1e-15)
    later = plan.dates.index(dt.date(2031, 12, 31))
    assert low[later, 6] == pytest.approx(low[later, 0], abs=1e-15)
    assert (np.diff(low[:, 5]) >= -1e-15).all()
    assert low[later, 5] > low[later, 6]
    # Today's level stands for the reading of the 31 December before.
    already = run(plan_of(), RATES, now=(1.0, 0.0), threshold=0.9)
    assert already[0, 5] == already[0, 6] == 1.0


def test_volatility_is_what_it_says() -> None:
    """Share of paths over a threshold at each reading equals the normal tail of the exact process.

    N = 4000 paths: within five binomial standard errors. Only the first passage of the reading is random:
    rates are nil, so broad is the share itself.
    """
    moving = Dynamics(theta=np.array([0.3]), mean=np.array([-0.5]), volatility=np.array([0.4]))
    plan = plan_of()
    pairs = 2000
    noise = np.random.default_rng(1).standard_normal((1, pairs, len(plan.first) + 1, 1))
    found = run(plan, np.zeros(6), dynamics=moving, noise=noise, now=(0.8, 0.3), threshold=0.2)
    ahead = decimal_years(plan.dates) - decimal_years(plan.dates)[0]
    for date in (dt.date(2026, 12, 31), dt.date(2028, 12, 31), dt.date(2036, 12, 31)):
        t = plan.dates.index(date)
        mean = -0.5 + np.exp(-0.3 * ahead[t]) * 1.3
        sd = np.sqrt(np.exp(-0.6 * ahead[t]) * 0.09 + moving.innovation_variance(ahead[t])[0])
        p = norm.sf((0.2 - mean) / sd)
        assert found[t, 6] == pytest.approx(p, abs=5 * np.sqrt(p * (1 - p) / (2 * pairs)))


def test_a_released_driver_runs_free_for_the_rest_of_the_step() -> None:
    """Variance after a release inside a step is that of the years since, not of the whole step.

    Held at 0 to mid-February, read on 31 March of a grid that ends there: share over .05 against the tail.
    """
    moving = Dynamics(theta=np.array([0.3]), mean=np.array([-0.5]), volatility=np.array([0.4]))
    scenario = Scenario.model_validate(
        {"schema": "scenario/1", "id": "s", "title": "t", "storyline": "u", "interventions": [
            {"hold": {"driver": "x", "level": 0.0, "end": dt.date(2027, 11, 14)}}]}
    )  # fmt: skip
    plan = lay(scenario, ("x",), dt.date(2027, 9, 30), dt.date(2027, 12, 31))
    pairs = 2000
    noise = np.random.default_rng(1).standard_normal((1, pairs, 2, 1))
    found = run(plan, np.zeros(6), dynamics=moving, noise=noise, threshold=0.05)
    years = 46 / 365
    mean = -0.5 + np.exp(-0.3 * years) * 0.5
    p = norm.sf((0.05 - mean) / np.sqrt(moving.innovation_variance(years)[0]))
    assert found[-1, 6] == pytest.approx(p, abs=5 * np.sqrt(p * (1 - p) / (2 * pairs)))


def test_interactions_are_products_and_absolute_differences() -> None:
    """log rates = a + B phi(x), term by term, with averages padded by weight 0."""
    x = np.array([1.0, -2.0, 0.5])
    g = 3 * np.tanh(x / 3)
    term = np.array([[[0, 0], [1, 0]], [[0, 1], [2, 0]]])
    share = np.array([[[1.0, 0.0], [1.0, 0.0]], [[0.5, 0.5], [1.0, 0.0]]])
    coefficients = np.random.default_rng(0).normal(0, 0.3, (5, 5))
    rates, phi = np.empty(6), np.empty(5)
    kernel.intensities(x, phi, term, share, np.array([False, True]), np.log(RATES), coefficients, rates)
    expected = np.append(g, [g[0] * g[1], abs((g[0] + g[1]) / 2 - g[2])])
    assert phi == pytest.approx(expected)
    assert rates == pytest.approx(np.append(RATES[:5] * np.exp(expected @ coefficients), RATES[5]))
