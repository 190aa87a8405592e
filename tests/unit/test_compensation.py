"""What shocks do on average, and that it is taken out: of drivers, of hazards, and of a criterion's cycle."""

from __future__ import annotations

import dataclasses
import datetime as dt
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.linalg import expm
from test_kernel import (
    MOVING,
    RATES,
    TODAY,
    blocks,
    generator,
    laid,
    ou,
    recorded,
    run,
    shock,
    toy,
    years,
)

from forecast.calendar import decimal_year
from forecast.inference.fit import Fit
from forecast.simulation.block import Block
from forecast.simulation.compensation import MOST, concentration, flow, mean_path
from forecast.simulation.kernel import USE
from forecast.states import STATES, TRANSITIONS

#: Hazards so small that who is still there hardly depends on the path: 1e-4 of leaving in ten years.
SMALL = np.full(6, 1e-5)
PAIRS = 10_000
LANES = 2 * PAIRS
DIRECT, HALF_LIFE = 1.0, 1.5


def effect(age: float | np.ndarray, size: float = DIRECT) -> Any:
    """e^{d 2^{-age / half-life}}: by what an occurrence multiplies a hazard as it fades."""
    return np.exp(size * 2 ** (-np.asarray(age) / HALF_LIFE))


def campbell(rate: float, t: float, size: float = DIRECT) -> float:
    """exp(rate int_0^t (e^{d 2^{-a / half-life}} - 1) da): a Poisson shock's mean multiplier (Campbell)."""
    return float(np.exp(rate * quad(lambda a: effect(a, size) - 1, 0, t)[0]))


def single(rate: float, t: float, size: float = DIRECT) -> float:
    """The same of a shock that strikes once, after an exponential time."""
    struck = quad(lambda s: rate * np.exp(-rate * s) * effect(t - s, size), 0, t)[0]
    return float(np.exp(-rate * t) + struck)


def averaged(multiplier: Any, fit: Fit, steps: int) -> np.ndarray:
    """A multiplier over each step of the grid, by Simpson's rule; (T,)."""
    grid = years(fit, steps=steps)
    fine = [[multiplier(t) for t in (a, 0.5 * (a + b), b)] for a, b in pairwise(grid)]
    return np.asarray(np.array(fine) @ [1 / 6, 4 / 6, 1 / 6])


def uncompensated(fit: Fit, steps: int = 4) -> np.ndarray:
    """Each path's hazard of partnership->split in each step, with nothing to make up for shocks; (T, L)."""
    plan = laid(fit, steps=steps)
    block = blocks(fit, [], pairs=PAIRS, steps=steps)
    bare = dataclasses.replace(block, quiet=np.ones_like(block.quiet))
    return np.asarray(bare.recorded(plan)[1].q[0, 1:, TRANSITIONS.index("partnership->split")])


def shocked(
    occurs: str, rate: float = 0.3, rates: np.ndarray = SMALL, size: float = DIRECT, **options: Any
) -> Fit:
    """One shock with nothing but a direct effect on the way to split, constant hazards otherwise."""
    said = shock(rate=rate, direct={"split": size}, half_life_years=HALF_LIFE, occurs=occurs)
    return toy(rates=rates, shocks={"s": said}, **options)


CLOSED = pytest.mark.parametrize(("occurs", "closed"), [("repeatedly", campbell), ("once", single)])


@CLOSED
@pytest.mark.parametrize(("steps", "coarse"), [(4, 0.008), (12, 0.002)])
def test_the_mean_hazard_under_a_shock_has_a_closed_form(
    occurs: str, closed: Any, steps: int, coarse: float
) -> None:
    """E[q(t)] / q = exp(rate int (e^{d 2^{-a/hl}} - 1) da), or its like where a shock strikes once.

    n = 20,000 lanes: within five standard errors in every step, and what the step costs: with 200,000 lanes
    at most .0069 of the multiplier with four a year, where a second strike in one step counts late.
    """
    fit = shocked(occurs)
    found = uncompensated(fit, steps) / SMALL[0]
    expected = averaged(lambda t: closed(0.3, t), fit, steps)
    error = found.std(axis=1) / LANES**0.5
    assert (np.abs(found.mean(axis=1) - expected) <= 5 * error + coarse * expected).all()
    assert expected.max() > 1.3


@CLOSED
def test_quiet_brings_the_hazard_back(occurs: str, closed: Any) -> None:
    """Where hardly anybody leaves, the factor is one over the mean multiplier, step by step.

    n = 20,000: five standard errors of the multiplier's mean, and .008 for the step as above. A shock that
    pushes to split adds as much to A->S, and takes half of it from the way back, seen from a pair in split.
    Alliance is untouched.
    """
    multiplier = uncompensated(shocked(occurs)) / SMALL[0]
    error = multiplier.std(axis=1) / LANES**0.5 / multiplier.mean(axis=1)
    for start, transition, size in (
        ("partnership", "partnership->split", DIRECT),
        ("alliance", "alliance->split", DIRECT),
        ("split", "split->partnership", -0.5 * DIRECT),
    ):
        fit = shocked(occurs, start=start)
        block = blocks(fit, [], pairs=PAIRS)
        expected = 1 / averaged(lambda t, size=size: closed(0.3, t, size), fit, 4)
        quiet = block.quiet[0, :, TRANSITIONS.index(transition)]
        assert (np.abs(quiet / expected - 1) <= 5 * error + 0.008).all()
        for other in ("partnership->alliance", "alliance->partnership"):
            assert block.quiet[0, :, TRANSITIONS.index(other)] == pytest.approx(1.0, abs=1e-9)


def survivors(rate: float, hazard: float, grid: np.ndarray, size: float) -> np.ndarray:
    """The factor c(t) that keeps E[p] = e^{-hazard t} under a shock that strikes once; at ``grid``'s times.

    Those not struck by t: e^{-rate t - hazard C(t)}, C = int c. Those struck at s: a share rate e^{-rate s}
    ds of e^{-hazard (C(s) + int_s^t c(v) e^{d 2^{-(v - s)/hl}} dv)}. c(t) = e^{-hazard t} / sum of these
    times their multipliers, stepped on a fine grid with the trapezoidal rule.
    """
    dt = grid[1]
    struck = rate * np.exp(-rate * grid)
    weight = np.full(len(grid), dt)
    c, total, own = np.ones(len(grid)), np.zeros(len(grid)), np.zeros(len(grid))
    for n, t in enumerate(grid):
        if n:
            # Predict c as before, then correct once: second order in dt.
            for guess in (c[n - 1], None):
                now = c[n - 1] if guess is not None else c[n]
                total[n] = total[n - 1] + 0.5 * dt * (c[n - 1] + now)
                ages = t - grid[:n]
                moved = own[:n] + 0.5 * dt * (c[n - 1] * effect(ages - dt, size) + now * effect(ages, size))
                p = np.exp(-hazard * np.append(moved, total[n]))
                share = struck[: n + 1] * weight[: n + 1]
                share[0] *= 0.5
                share[n] *= 0.5
                free = np.exp(-rate * t - hazard * total[n])
                m = free + share @ (p * effect(t - grid[: n + 1], size))
                c[n] = np.exp(-hazard * t) / m
            own[:n], own[n] = moved, total[n]
    return c


def test_quiet_weighs_paths_by_who_is_still_there() -> None:
    """With a hazard of .3 those whom the shock hits leave first: the factor is not 1 / E[multiplier].

    Against the equation of the survivors, stepped finely (`survivors`: .01 years, second order). n = 20,000:
    five standard errors of the survivors' mean multiplier, and .003 for steps of a twelfth of a year.
    """
    hazard, rate, size = 0.3, 0.25, 1.5
    rates = np.array([1e-9, hazard, 1e-9, 1e-9, 1e-9, 1e-9])
    fit = shocked("once", rate, rates, size)
    block = blocks(fit, [], pairs=PAIRS, steps=12)
    quiet = block.quiet[0, :, 1]
    grid = np.arange(0, 10.2, 0.01)
    fine = survivors(rate, hazard, grid, size)
    plan = laid(fit, steps=12)
    expected = np.interp(plan.middles - TODAY, grid, fine)
    record = block.recorded(plan)[1]
    p, multiplier = record.p[0, 1:, 1], uncompensated(fit, 12) / hazard
    weight = p / p.sum(axis=1, keepdims=True)
    mean = (weight * multiplier).sum(axis=1, keepdims=True)
    error = np.sqrt((weight**2 * (multiplier - mean) ** 2).sum(axis=1)) / mean[:, 0]
    assert (np.abs(quiet / expected - 1) <= 5 * error + 0.003).all()
    # The weighting matters: without it the factor would be another, by ten times what is allowed.
    plain = 1 / averaged(lambda t: single(rate, t, size), fit, 12)
    assert np.abs(plain / expected - 1).max() > 0.05


def test_the_baseline_with_shocks_is_the_baseline_without() -> None:
    """States: in the mean over paths the same hazards leave the same states, so that nothing moves.

    Shocks with jumps and direct effects both ways, hazards of .1: states within .001, first entries within
    .002. Paths are weighted as a step begins, which is of first order in it (.0008, .0003 with twelve a year;
    a tenth of the hazards: .00003), and what is reached by others than who is in the state (.0012).
    """
    effects = np.array([0.4, -0.3, -0.3, 0.2, 0.3])
    shocks = {
        "s": shock(rate=0.3, jumps={"x": 1.0}, direct={"split": 0.8}),
        "t": shock(rate=0.1, jumps={"x": -1.5}, direct={"alliance": 1.0}, occurs="once"),
    }
    made: dict[str, Any] = {"dynamics": {"x": MOVING}, "now": {"x": (0.5, 0.4)}, "effects": effects}
    loud, still = run(toy(**made, shocks=shocks), pairs=1000), run(toy(**made), pairs=1000)
    assert np.abs(loud - still)[:, :3].max() < 1e-3
    assert np.abs(loud - still)[:, 3:5].max() < 2e-3
    few, none = (run(toy(**made, rates=0.1 * RATES, shocks=s), pairs=1000) for s in (shocks, {}))
    assert np.abs(few - none)[:, :5].max() < 1e-4
    # It is the factors that do it.
    block = blocks(toy(**made, shocks=shocks), [], pairs=1000)
    bare = dataclasses.replace(block, quiet=np.ones_like(block.quiet))
    twice = bare._run(USE, block.shared.usual, bare.quiet)[0]
    assert np.abs(twice[-1, :3] - still[-1, :3]).max() > 0.02


@pytest.mark.parametrize("day", [dt.date(2029, 1, 8), dt.date(2029, 2, 14), dt.date(2029, 3, 24)])
@pytest.mark.parametrize(
    "does", [{"direct": {"split": DIRECT}}, {"jumps": {"x": 1.5}}], ids=["direct", "jump"]
)
def test_an_occurrence_counts_from_its_day(does: dict[str, Any], day: dt.date) -> None:
    """Reached = 1 - exp(-q int m(t) dt), with the multiplier m from the day on, early or late in a quarter.

    Direct: e^{d 2^{-(t - t0)/hl}}; a jump: e^{.5 g(x)} of a driver that relaxes. By quadrature, to second
    order in the step: .002 with four steps a year, a ninth of it with twelve. Weights of a half for the step
    of the day would be .01 out.
    """
    still, hazard = ou(3.0, 0.0, 0.0), 0.1
    rates = np.array([1e-9, hazard, 1e-9, 1e-9, 1e-9, 1e-9])
    said = shock(rate=1e-9, half_life_years=HALF_LIFE, **does)
    fit = toy({"x": still}, rates=rates, effects=np.array([0, 0.5, 0, 0, 0]), shocks={"s": said})
    ahead = decimal_year(day) - TODAY

    def multiplier(age: float) -> float:
        jumped = 1.5 * float(still.decay(age)[0])
        return float(effect(age)) if "direct" in does else float(np.exp(0.5 * 3 * np.tanh(jumped / 3)))

    end = 3.0
    step = {n: int(np.argmin(np.abs(years(fit, steps=n) - end))) for n in (4, 12)}
    for n, near in ((4, 2e-3), (12, 2.3e-4)):
        over = years(fit, steps=n)[step[n]]
        total = hazard * (ahead + quad(multiplier, 0, over - ahead)[0])
        found = run(fit, {"force": {"shock": "s", "date": day}}, steps=n)[step[n], 4]
        assert found == pytest.approx(1 - np.exp(-total), abs=near)


def test_no_shocks_need_no_making_up() -> None:
    """Without shocks every factor is 1; without direct effects and jumps that matter, to rounding."""
    assert (blocks(toy(), [], pairs=3).quiet == 1).all()
    idle = toy({"x": MOVING}, effects=np.zeros(5), shocks={"s": shock(rate=0.5, jumps={"x": 1.0})})
    assert blocks(idle, [], pairs=3).quiet == pytest.approx(1.0, abs=1e-12)


def brute(rate: float, size: float, hazard: float, times: float, draws: int) -> tuple[float, float]:
    """Chance of leaving in ten years, and its standard error, where a shock's rate is ``times`` the usual.

    Plain NumPy, a twentieth of a year at a time; the factor from a run at the usual rate, 1 / E[multiplier].
    """
    rng = np.random.default_rng(5)
    dt_, count = 0.05, round(float(years(toy())[-1]) / 0.05)
    fade = 2 ** (-dt_ / HALF_LIFE)
    usual, other = np.zeros(draws), np.zeros(draws)
    total = np.zeros(draws)
    alive = np.ones(draws)
    for _ in range(count):
        usual = fade * usual + fade**0.5 * rng.poisson(rate * dt_, draws)
        other = fade * other + fade**0.5 * rng.poisson(times * rate * dt_, draws)
        factor = alive.mean() / (alive * np.exp(size * usual)).mean()
        alive *= np.exp(-hazard * factor * np.exp(size * usual) * dt_)
        total += hazard * factor * np.exp(size * other) * dt_
    left = 1 - np.exp(-total)
    return float(left.mean()), float(left.std() / draws**0.5)


@pytest.mark.parametrize("times", [0.0, 3.0])
def test_a_scenario_that_changes_a_rate_keeps_the_baselines_factors(times: float) -> None:
    """Forbidden, hazards fall below the baseline's by what the shock was expected to add; tripled, they rise.

    Against a simulation in plain NumPy that shares nothing with the kernel: five of the standard errors of
    both (n = 20,000 each), and .004 for steps of a quarter and a twentieth (.003 with twelve steps a year).
    """
    rate, size, hazard = 0.3, 1.0, 0.04
    rates = np.array([1e-9, hazard, 1e-9, 1e-9, 1e-9, 1e-9])
    fit = shocked("repeatedly", rate, rates, size)
    act = {"rate": {"shock": "s", "times": times}} if times else {"forbid": {"shock": "s"}}
    found = run(fit, act, pairs=PAIRS)[-1, 4]
    expected, error = brute(rate, size, hazard, times, LANES)
    assert found == pytest.approx(expected, abs=5 * 2**0.5 * error + 0.004)
    usual = 1 - np.exp(-hazard * years(fit)[-1])
    assert run(fit, pairs=200)[-1, 4] == pytest.approx(usual, abs=2e-3)
    assert abs(found - usual) > 0.05


WINDOW = {"start": dt.date(2030, 1, 1), "end": dt.date(2031, 12, 31)}
FREQUENT: dict[str, dict[str, Any]] = {
    "at a yearly rate": {"rate": 0.8},
    "once": {"rate": 0.3, "occurs": "once"},
    "in a window": {"probability": 0.1, "windows": [WINDOW]},
}


@pytest.mark.parametrize("kind", FREQUENT)
def test_drivers_keep_the_projections_mean_under_shocks(kind: str) -> None:
    """The movement that shocks are expected to make is taken out, from what they jump and what that pulls.

    n = 10,000 pairs: at every date within five standard errors of the mean, and .004 for the step. In a
    window the flow is even while the first strike comes early, by p^2 / 8 of its size half-way: .001 here
    (.07 were p = .7).
    """
    said = shock(**FREQUENT[kind], jumps={"x": 0.8})
    dynamics = {"x": ou(3.0, 0.0, 0.2), "y": ou(6.0, 0.5, 0.2)}
    fit = toy(dynamics, now={"x": (0.5, 0.1)}, impacts={("x", "y"): 3.0}, shocks={"s": said})
    seen = recorded(fit, pairs=PAIRS).seen[0]
    drivers = fit.prepared.drivers
    mean, _ = drivers.project(drivers.as_of, drivers.as_of + years(fit))
    pair = 0.5 * (seen[:, :, :PAIRS] + seen[:, :, PAIRS:])
    error = pair.std(axis=2) / PAIRS**0.5
    assert (np.abs(seen.mean(axis=2) - mean) <= 5 * error + 0.004).all()
    # What is taken out is what they do: without them the drivers fall behind.
    end = int(np.searchsorted(TODAY + years(fit), 2031.9))
    quiet = recorded(fit, {"forbid": {"shock": "s"}}, pairs=50).seen[0, end].mean(axis=1)
    assert quiet[0] < mean[end, 0] - 0.03
    assert quiet[1] < mean[end, 1] - 0.001


def test_drivers_keep_their_mean_where_one_shock_raises_another() -> None:
    """To first order in how often the first strikes: what it adds to the second is taken out too.

    The flow takes the rate as raised for rate x years of the time, it is so for 1 - e^{-rate x years}: .225
    and .202 of it, five times as high, so that .2 x 4 x .023 x .5 = .009 a year too much is taken out, which
    relaxes at .23 a year: .04 at most (.034 at ten years with 100,000 pairs). n = 10,000 pairs.
    """
    raises = [{"shock": "s", "times": 5.0, "for_years": 1.5}]
    fit = toy(
        {"x": ou(3.0, 0.0, 0.2)},
        shocks={
            "p": shock(rate=0.15, jumps={"x": 0.0}, raises=raises),
            "s": shock(rate=0.2, jumps={"x": 0.5}),
        },
    )
    seen = recorded(fit, pairs=PAIRS).seen[0, :, 0]
    pair = 0.5 * (seen[:, :PAIRS] + seen[:, PAIRS:])
    error = pair.std(axis=1) / PAIRS**0.5
    assert (np.abs(seen.mean(axis=1)) <= 5 * error + 0.04).all()
    assert seen.mean(axis=1)[-1] < 0
    forced = recorded(fit, {"force": {"shock": "p", "date": dt.date(2030, 1, 1)}}, pairs=PAIRS).seen[0, :, 0]
    assert (forced - seen).mean(axis=1).max() > 0.25


def test_the_flow_is_the_expected_jumps_of_a_step() -> None:
    """rate x length x size; of a shock that strikes once the rate times e^{-rate t}; in a window p in all.

    At usual rates, whatever a scenario does; nothing of a criterion; each posterior draw its own.
    """
    kinds = {
        **{name.split()[-1]: shock(**said, jumps={"x": 0.8}) for name, said in FREQUENT.items()},
        "notice": shock(probability=0.5, windows=[WINDOW], outcome="split", jumps={"x": 5.0}),
    }
    for name, total in (
        ("rate", 0.8 * years(toy())[-1]),
        ("once", 1 - np.exp(-0.3 * years(toy())[-1])),
        ("window", 0.1),
        ("notice", 0.0),
    ):
        fit = toy(shocks={name: kinds[name]}, draws=3)
        shared = blocks(fit, []).shared
        found = flow(shared.shocks, shared.usual, 1)
        assert found.shape == (3, len(shared.usual.first), 1)
        assert found.sum(axis=1) == pytest.approx(0.8 * total, rel=1e-3)
        banned = flow(shared.shocks, laid(fit, {"forbid": {"shock": name}}), 1)
        assert banned == pytest.approx(found, abs=1e-12)


def test_the_flow_after_a_release_is_that_of_the_time_since() -> None:
    """Let go inside a step at its long-run mean, a driver stays there on average, .8 jumps a year or none.

    n = 10,000 pairs: five standard errors and .01 for the step, of which half is left; the flow of all of it
    would take .8 x .14 years too much.
    """
    fit = toy({"x": ou(3.0, 0.0, 0.05)}, shocks={"s": shock(rate=0.8, jumps={"x": 1.0})})
    held = {"hold": {"driver": "x", "level": 0.0, "end": dt.date(2028, 2, 20)}}
    step = laid(fit).dates.index(dt.date(2028, 3, 31))
    seen = recorded(fit, held, pairs=PAIRS).seen[0, step, 0]
    assert seen.mean() == pytest.approx(0.0, abs=5 * seen.std() / PAIRS**0.5 + 0.01)


CYCLE = [
    {"start": dt.date(2029, 1, 1), "end": dt.date(2029, 12, 31)},
    {"start": dt.date(2034, 7, 1), "end": dt.date(2035, 6, 30)},
]
#: Leaving for split at .1 a year and nothing else, so that survival shows the hazard's integral.
LEAVING = np.array([1e-12, 0.1, 1e-12, 1e-12, 1e-12, 1e-12])


def criterion(p: float, windows: list[dict[str, Any]] | None = None, **more: Any) -> Fit:
    """A shock that is the criterion of split, and hazards of .1 a year to it."""
    timing = {"probability": p, "windows": CYCLE if windows is None else windows} if p < 1 else {}
    said = shock(**timing, outcome="split", **more)
    return toy(rates=LEAVING, shocks={"notice": said})


def spent(fit: Fit, *interventions: dict[str, Any]) -> np.ndarray:
    """The integral of the hazard of partnership->split up to each date of the grid, from what is reached."""
    return np.asarray(-np.log1p(-run(fit, *interventions)[:, 4]))


def cycles(p: float, share_most: float = MOST) -> np.ndarray:
    """What it is to be: a cycle's hazard q L is the fit's, of it min(-ln(1 - p), .9 q L) the window's."""
    q, grid = LEAVING[1], TODAY + years(toy())
    out, begun = np.zeros(len(grid)), TODAY
    for window in CYCLE:
        opens, closes = decimal_year(window["start"]), decimal_year(window["end"] + dt.timedelta(days=1))
        length = closes - begun
        mass = min(-np.log1p(-p), share_most * q * length)
        out += (q - mass / length) * np.clip(grid - begun, 0, length)
        out += mass * np.clip((grid - opens) / (closes - opens), 0, 1)
        begun = closes
    return np.asarray(out + q * np.maximum(grid - begun, 0))


@pytest.mark.parametrize("p", [0.02, 0.15, 0.7])
def test_a_criterion_takes_its_share_of_the_cycle_into_its_window(p: float) -> None:
    """Over a cycle the hazard is the fit's; of it -ln(1 - p) falls into the window, nine tenths at most.

    Constant hazards, in closed form at every date. A cycle begins as the last window closes.
    """
    assert spent(criterion(p)) == pytest.approx(cycles(p), abs=1e-9)
    assert spent(criterion(p))[-1] == pytest.approx(LEAVING[1] * years(toy())[-1], abs=1e-9)


def test_a_forbidden_criterion_takes_its_own_with_it() -> None:
    """What is left is the rest of the hazard: for a pair in partnership P(notice in the window) = p exactly.

    1 - (chance of staying) / (chance of staying where it is forbidden) = p in each of the two windows.
    """
    p = 0.15
    usual = run(criterion(p))[:, 4]
    none = run(criterion(p), {"forbid": {"shock": "notice"}})[:, 4]
    grid = TODAY + years(toy())
    kept = (1 - usual) / (1 - none)
    for moment, chance in ((2028.9, 1.0), (2030.3, 1 - p), (2034.4, 1 - p), (2035.6, (1 - p) ** 2)):
        assert kept[np.searchsorted(grid, moment)] == pytest.approx(chance, abs=1e-9)


def test_a_criterions_rate_is_multiplied() -> None:
    """rate: times 3 makes it 1 - (1 - p)^3 of a window, and leaves the rest of the hazard alone."""
    p = 0.15
    thrice = run(criterion(p), {"rate": {"shock": "notice", "times": 3.0}})[-1, 4]
    none = run(criterion(p), {"forbid": {"shock": "notice"}})[-1, 4]
    assert (1 - thrice) / (1 - none) == pytest.approx((1 - p) ** 6, abs=1e-9)


def test_a_criterion_at_any_time_is_a_constant_share() -> None:
    """At a yearly rate r of a hazard q: forbidden (q - r), at three times q + 2 r, and q when left alone."""
    q, r = LEAVING[1], 0.03
    fit = toy(rates=LEAVING, shocks={"notice": shock(rate=r, outcome="split")})
    length = years(fit)[-1]
    for act, hazard in (
        ([], q),
        ([{"forbid": {"shock": "notice"}}], q - r),
        ([{"rate": {"shock": "notice", "times": 3.0}}], q + 2 * r),
    ):
        assert run(fit, *act)[-1, 4] == pytest.approx(1 - np.exp(-hazard * length), abs=1e-9)


def test_a_window_that_is_open_today_has_what_is_left_of_its_mass() -> None:
    """-ln(1 - p) by the share of the window that is left; one that has closed takes nothing."""
    window = {"start": dt.date(2026, 1, 1), "end": dt.date(2027, 12, 31)}
    past = {"start": dt.date(2021, 1, 1), "end": dt.date(2021, 12, 31)}
    p, share = 0.1, (2028 - TODAY) / 2
    fit = criterion(p, [past, window])
    kept = (1 - run(fit)[-1, 4]) / (1 - run(fit, {"forbid": {"shock": "notice"}})[-1, 4])
    assert kept == pytest.approx((1 - p) ** share, abs=1e-9)


def test_concentration_is_in_proportion_to_the_paths_own_hazard() -> None:
    """With a hazard that varies the factor on it is s L / (window) / q-bar(t), beside 1 - s."""
    fit = toy(
        {"x": ou(4.0, 0.0, 0.0)}, now={"x": (1.0, 0.0)}, rates=LEAVING, effects=np.array([0, 0.5, 0, 0, 0])
    )
    fit.workspace.shocks["notice"] = shock(probability=0.1, windows=CYCLE[:1], outcome="split")
    plan = laid(fit)
    shared = blocks(fit, []).shared
    path = mean_path(
        fit.prepared.drivers, fit.prepared.features, shared.log_rate, fit.posterior.coefficients, 12.0
    )
    found = concentration(path, shared.shocks, plan)[0, :, 1]

    def hazard(t: float) -> float:
        return float(0.1 * np.exp(0.5 * 3 * np.tanh(2 ** (-t / 4.0) / 3)))

    cycle = quad(hazard, 0, 2030 - TODAY)[0]
    share = -np.log1p(-0.1) / cycle
    inside = (plan.middles > 2029) & (plan.middles < 2030)
    assert found[plan.middles < 2029] == pytest.approx(1 - share, abs=1e-3)
    own = np.array([-np.log1p(-0.1) / hazard(m - TODAY) for m in plan.middles[inside]])
    assert found[inside] == pytest.approx(1 - share + own, rel=2e-3)
    assert (found[plan.middles > 2030] == 1).all()
    assert (concentration(None, shared.shocks, plan) == 1).all()


def test_a_forced_criterion_moves_all_of_partnership_on_the_day() -> None:
    """p -> p with all of partnership in split, between expm(Q a) and expm(Q b), to 1e-10.

    Reached: what had not entered split and was in partnership then has; the alliance is left where it is.
    """
    day = dt.date(2029, 5, 5)
    forced = {"force": {"shock": "notice", "date": day}}
    said = shock(probability=1e-12, windows=CYCLE[1:], outcome="split")
    fit = toy(shocks={"notice": said})
    found, ahead = run(fit, forced), decimal_year(day) - TODAY
    left = years(fit)[-1] - ahead
    one = np.eye(3)[STATES.index("partnership")]

    def through(absorbing: str | None) -> np.ndarray:
        p = one @ expm(generator(RATES, absorbing) * ahead)
        p = np.array([p[0], 0.0, p[2] + p[1]])
        return np.asarray(p @ expm(generator(RATES, absorbing) * left))

    assert found[-1, :3] == pytest.approx(through(None), abs=1e-10)
    assert found[-1, 3] == pytest.approx(through("alliance")[0], abs=1e-10)
    assert found[-1, 4] == pytest.approx(through("split")[2], abs=1e-10)
    # And into alliance, where nothing else does: reached by all who were in partnership on the day.
    pact = shock(probability=1e-12, windows=CYCLE[1:], outcome="alliance")
    found = run(toy(rates=LEAVING, shocks={"notice": pact}), forced)
    gone = np.exp(-LEAVING[1] * ahead)
    assert found[-1, [0, 1, 2, 3, 4]] == pytest.approx([gone, 0, 1 - gone, gone, 1 - gone], abs=1e-9)


def test_a_block_keeps_the_baseline_it_was_made_with() -> None:
    """The baseline's numbers come from the run that makes the factors; with them, again, the same."""
    fit = toy(
        {"x": MOVING},
        effects=np.array([0.4, -0.3, -0.3, 0.2, 0.3]),
        shocks={"s": shock(rate=0.5, jumps={"x": 1.0}, direct={"split": 0.5})},
        draws=3,
    )
    block: Block = blocks(fit, [], pairs=20)
    again = block._run(USE, block.shared.usual, block.quiet)
    assert np.array_equal(block.under(block.shared.usual), again)
    assert block.recorded(block.shared.usual)[0] == pytest.approx(again, abs=0)
