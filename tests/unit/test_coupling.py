"""Cross-impacts and correlated innovations: their closed form, and what the paths make of them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm
from scipy.stats import norm
from test_kernel import AS_OF, TODAY, laid, ou, recorded, toy, years

from forecast.calendar import decimal_year
from forecast.drivers.coupling import Coupling, coupling, covariance_ahead
from forecast.drivers.dynamics import draw_dynamics
from forecast.elicitation import Normal
from forecast.inputs.records import Drivers
from forecast.inputs.workspace import Workspace
from forecast.simulation.world import world

#: x pulls y, y pulls z, z pulls x: half-lives of 2, 5 and 12 years.
DYNAMICS = {"x": ou(2.0, 0.4, 0.5), "y": ou(5.0, -0.3, 0.3), "z": ou(12.0, 0.6, 0.2)}
NOW = {"x": (0.5, 0.4), "y": (0.0, 0.3), "z": (-1.0, 0.2)}
IMPACTS = {("x", "y"): 3.0, ("y", "z"): -2.0, ("z", "x"): 2.0}
CORRELATIONS = {("x", "z"): 0.5}
WORLD: dict[str, Any] = {"now": NOW, "impacts": IMPACTS, "correlations": CORRELATIONS}

LINKS = toy(DYNAMICS, **WORLD).prepared.drivers.links


def parameters(links: Coupling) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Drift A, innovation covariance a year S, and covariance today, of the three drivers; each (3, 3).

    From the definitions: dx_i = theta_i (mu_i + sum_j c_ij dev_j - x_i) dt + dW_i, the volatility being the
    sd of a year's innovation.
    """
    theta = np.array([d.theta[0] for d in DYNAMICS.values()])
    yearly = np.array([d.volatility[0] for d in DYNAMICS.values()])
    rate = yearly / np.sqrt((1 - np.exp(-2 * theta)) / (2 * theta))
    drift = np.diag(theta) @ (0.12 * links.strength - np.eye(3))
    return drift, links.correlation * np.outer(rate, rate), np.diag([NOW[n][1] ** 2 for n in DYNAMICS])


def van_loan(drift: np.ndarray, noise: np.ndarray, now: np.ndarray, ahead: float) -> np.ndarray:
    """Covariance after ``ahead`` years by Van Loan (1978), whose block exponential integrates the noise."""
    n = len(drift)
    blocks = expm(np.block([[-drift, noise], [np.zeros((n, n)), drift.T]]) * ahead)
    step = blocks[n:, n:].T
    return np.asarray(step @ now @ step.T + step @ blocks[:n, n:])


def test_a_point_of_strength_is_a_unit_of_shift(small: Workspace) -> None:
    """Strengths stand by (pulled, pulling) in file order, the unit is the median, correlations both ways."""
    names = list(small.drivers.drivers)
    said = {
        "cross_impact_unit": {"p05": 0.08, "p50": 0.12, "p95": 0.18},
        "cross_impacts": [{"from": names[0], "to": names[2], "strength": -2.0, "rationale": "r"}],
        "correlations": [{"drivers": [names[1], names[0]], "correlation": 0.3, "rationale": "r"}],
    }
    links = coupling(Drivers.model_validate(small.drivers.model_dump(by_alias=True) | said))
    strength = np.zeros((3, 3))
    strength[2, 0] = -2.0
    assert np.array_equal(links.strength, strength)
    assert links.correlation.tolist() == [[1, 0.3, 0], [0.3, 1, 0], [0, 0, 1]]
    assert links.unit == pytest.approx(0.12, rel=0.01)
    # ln .18 - ln .08 spans the 90% of a normal: 2 x 1.6449 sds.
    assert links.log_unit.sd == pytest.approx(np.log(0.18 / 0.08) / (2 * 1.6448536), rel=1e-6)
    theta = np.array([0.1, 0.2, 0.4])
    drift = links.drift(theta)
    assert np.diag(drift) == pytest.approx(-theta)
    assert drift[2, 0] == pytest.approx(0.4 * links.unit * -2.0)
    assert links.any()
    assert not dataclasses.replace(links, strength=0 * links.strength, correlation=np.eye(3)).any()


def test_drivers_are_linked_by_any_chain() -> None:
    """Covariance spreads along cross-impacts, either way, and correlations; a driver apart stays apart."""
    strength, correlation = np.zeros((6, 6)), np.eye(6)
    strength[1, 0] = strength[2, 1] = 1.0
    correlation[2, 3] = correlation[3, 2] = 0.2
    links = dataclasses.replace(
        LINKS, strength=strength, correlation=correlation, log_unit=Normal(np.log(0.3), 0.0)
    )
    linked = links.linked()
    expected = np.eye(6, dtype=bool)
    expected[:4, :4] = True
    assert np.array_equal(linked, expected)
    # A chain through fourteen drivers, end to end.
    long = dataclasses.replace(LINKS, strength=np.diag(np.ones(13), -1), correlation=np.eye(14))
    assert long.linked().all()
    # What is not linked has no covariance ahead; what pulls, or is pulled by the same, has.
    cov = covariance_ahead(links, np.full(6, 0.3), np.full(6, 0.4), np.full(6, 0.1), np.array([3.0]))[0]
    assert (cov[~expected] == 0).all()
    assert (np.abs(cov[:3, :3]) > 1e-3).all()
    assert abs(cov[2, 3]) > 1e-3


def test_the_covariance_ahead_is_that_of_the_equation() -> None:
    """Van Loan's block exponential, to 1e-12; at rest A P + P A' + S = 0; alone the drivers' own."""
    links = LINKS
    theta = np.array([d.theta[0] for d in DYNAMICS.values()])
    yearly = np.array([d.volatility[0] for d in DYNAMICS.values()])
    drift, noise, now = parameters(links)
    ahead = np.array([0.0, 0.1, 1.0, 10.0, 1000.0])
    found = covariance_ahead(links, theta, yearly, np.diag(now), ahead)
    for cov, time in zip(found[:4], ahead, strict=False):
        assert cov == pytest.approx(van_loan(drift, noise, now, time), abs=1e-12)
    assert found[0] == pytest.approx(now, abs=1e-14)
    assert np.abs(drift @ found[4] + found[4] @ drift.T + noise).max() < 1e-12
    none = dataclasses.replace(links, strength=0 * links.strength, correlation=np.eye(3))
    alone = covariance_ahead(none, theta, yearly, np.diag(now), ahead)
    for d, own in enumerate(DYNAMICS.values()):
        variance = own.decay(ahead) ** 2 * now[d, d] + own.innovation_variance(ahead)
        assert alone[:, d, d] == pytest.approx(variance, abs=1e-12)
    assert (alone[:, ~np.eye(3, dtype=bool)] == 0).all()


def test_the_covariance_ahead_against_a_random_walk_in_small_steps() -> None:
    """Euler-Maruyama, written out driver by driver: N = 20,000 paths of 400 steps over 4 years.

    Within five standard errors sqrt((C_ii C_jj + C_ij^2) / N), and the step's own error, theta dt / 2 < .002
    of the product of the sds.
    """
    drift, noise, now = parameters(LINKS)
    rng, n, count = np.random.default_rng(0), 20_000, 400
    x = np.sqrt(np.diag(now))[:, None] * rng.standard_normal((3, n))
    root = np.linalg.cholesky(noise)
    dt = 4.0 / count
    theta = -np.diag(drift)
    for _ in range(count):
        pulled = [
            0.12 * 2.0 * x[2],  # z pulls x
            0.12 * 3.0 * x[0],  # x pulls y
            0.12 * -2.0 * x[1],  # y pulls z
        ]
        x = x + theta[:, None] * (np.array(pulled) - x) * dt + root @ rng.standard_normal((3, n)) * dt**0.5
    expected = covariance_ahead(
        LINKS,
        theta,
        np.array([d.volatility[0] for d in DYNAMICS.values()]),
        np.diag(now),
        np.array([4.0]),
    )[0]
    sd = np.sqrt(np.diag(expected))
    error = np.sqrt((np.outer(sd, sd) ** 2 + expected**2) / n)
    assert (np.abs(np.cov(x) - expected) <= 5 * error + 0.002 * np.outer(sd, sd)).all()


def test_paths_have_the_projections_mean_and_covariance() -> None:
    """With dynamics known exactly the fit's projection is the paths' own distribution, cross-impacts and all.

    Means: pairs are antithetic and the system is linear, so that they are exact to rounding. Covariances:
    both of a pair say the same, so n = 20,000 pairs; five standard errors sqrt((C_ii C_jj + C_ij^2) / n), and
    .0002 of the product of the sds for the step (it makes .00006, and .000006 with twelve a year).
    """
    fit, pairs = toy(DYNAMICS, **WORLD), 20_000
    drivers = fit.prepared.drivers
    seen = recorded(fit, pairs=pairs).seen[0]
    mean, cov = drivers.project(drivers.as_of, drivers.as_of + years(fit))
    assert seen.mean(axis=2) == pytest.approx(mean, abs=1e-9)
    for t in range(0, len(mean), 8):
        sd = np.sqrt(np.diag(cov[t]))
        error = np.sqrt((np.outer(sd, sd) ** 2 + cov[t] ** 2) / pairs)
        gap = np.abs(np.cov(seen[t], bias=True) - cov[t])
        assert (gap <= 5 * error + 2e-4 * np.outer(sd, sd)).all()
    # Linked drivers do covary, and by far more than the error.
    assert (np.abs(cov[-1]) / np.outer(sd, sd)).min() > 0.05


def response(pulse: str, steps: int) -> np.ndarray:
    """Where a unit of deviation of one driver today takes all of them after ten years; (D,)."""
    still = {name: ou(2.0 ** (i + 1), 0.0, 0.0) for i, name in enumerate(DYNAMICS)}
    fit = toy(still, now={pulse: (0.0, 1.0)}, impacts=IMPACTS)
    seen = recorded(fit, steps=steps).seen[0]
    return np.asarray(seen[-1, :, 0] / seen[0, list(still).index(pulse), 0])


@pytest.mark.parametrize("pulse", DYNAMICS)
def test_a_deviation_spreads_by_the_matrix_exponential(pulse: str) -> None:
    """Without noise dev(t) = e^{A t} dev(0), to second order in the step.

    Three times as many steps come (1/3)^2 = 1/9 as near; here 1/7 for the partial first step, beyond 1e-7.
    """
    theta = np.log(2) / np.array([2.0, 4.0, 8.0])
    links = LINKS
    fit = toy(DYNAMICS, **WORLD)
    expected = links.response(theta, years(fit)[-1:])[0][:, list(DYNAMICS).index(pulse)]
    error = {steps: np.abs(response(pulse, steps) - expected).max() for steps in (4, 12)}
    assert error[4] < 5e-4
    assert error[12] < error[4] / 7 + 1e-7


def held(steps: int, **hold: Any) -> np.ndarray:
    """All drivers at each year's end while x is held; (years, D)."""
    still = {name: ou(2.0 ** (i + 1), 0.0, 0.0) for i, name in enumerate(DYNAMICS)}
    fit = toy(still, impacts=IMPACTS)
    seen = recorded(fit, {"hold": {"driver": "x", **hold}}, steps=steps).seen[0, :, :, 0]
    return np.asarray(seen[[d.month == 12 for d in laid(fit, steps=steps).dates]])


@pytest.mark.parametrize(
    "hold", [{"level": 2.0}, {"level": 2.0, "start": dt.date(2028, 2, 10), "end": dt.date(2031, 8, 20)}]
)
def test_a_held_driver_pulls_the_others_as_the_equation_has_it(hold: dict[str, Any]) -> None:
    """do(x = 2): x no longer responds, its effects still spread; afterwards it relaxes and is pulled again.

    Against scipy's integration of the drivers' equation, at each year's end. Second order: three times as
    many steps come at least 1/7 as near (1/9 but for partial steps), four a year within .004.
    """
    theta = np.log(2) / np.array([2.0, 4.0, 8.0])
    drift = LINKS.drift(theta)
    begun = max(TODAY, decimal_year(hold.get("start", AS_OF)))
    over = decimal_year(hold["end"] + dt.timedelta(days=1)) if "end" in hold else np.inf

    def flow(t: float, x: np.ndarray) -> np.ndarray:
        moved = drift @ x
        if begun <= t < over:
            moved[0] = 0.0
        return np.asarray(moved)

    dates = [d for d in laid(toy(DYNAMICS)).dates if d.month == 12]
    x, now, expected = np.zeros(3), TODAY, []
    for stop in sorted({*(decimal_year(d) for d in dates), begun, min(over, 2037.0)}):
        if stop > now:
            x, now = solve_ivp(flow, (now, stop - 1e-12), x, rtol=1e-10, atol=1e-12).y[:, -1], stop
        if now == begun:
            x[0] = 2.0
        if now in {decimal_year(d) for d in dates}:
            expected.append(x.copy())
    error = {steps: np.abs(held(steps, **hold) - np.array(expected)).max() for steps in (4, 12)}
    assert np.abs(np.array(expected)[-1, 1:]).max() > 0.2
    assert error[4] < 4e-3
    assert error[12] < error[4] / 7 + 1e-7


def test_a_held_driver_does_not_respond() -> None:
    """Whatever pulls it; and a shift spreads to others as if the driver were off by that much."""
    fit = toy({n: ou(3.0, 0.0, 0.3) for n in "xyz"}, impacts=IMPACTS)
    seen = recorded(fit, {"hold": {"driver": "x", "level": 1.5}}, pairs=20).seen[0]
    assert (seen[:, 0] == 1.5).all()
    still = toy({n: ou(3.0, 0.0, 0.0) for n in "xyz"}, impacts={("x", "y"): 3.0})
    shifted = recorded(still, {"shift": {"driver": "x", "amount": 1.5}}).seen[0, :, :, 0]
    settled = recorded(still, {"hold": {"driver": "x", "level": 1.5}}).seen[0, :, :, 0]
    assert shifted == pytest.approx(settled, abs=1e-12)


def test_innovations_come_together_as_stated() -> None:
    """Correlation of a year's innovations, of drivers of one and of different speeds.

    n = 20,000 pairs, each of whose two paths says the same: five standard errors (1 - r^2) / sqrt(n). Between
    different speeds the year is one step, whose innovations are given the correlation itself; the equation's
    own differs from it by (theta_i - theta_j)^2 h^2 / 24 < .001.
    """
    fit = toy(
        {"x": ou(2.0, 0.0, 0.5), "y": ou(2.0, 0.0, 0.2), "z": ou(6.0, 0.0, 0.4)},
        correlations={("x", "y"): 0.6, ("x", "z"): -0.3},
        horizon=dt.date(2028, 12, 31),
    )
    pairs = 20_000
    seen = recorded(fit, pairs=pairs, steps=1).seen[0]
    kept = np.exp(-np.log(2) / np.array([2.0, 2.0, 6.0]) * np.diff(years(fit, steps=1))[-1])
    innovation = seen[-1] - kept[:, None] * seen[-2]
    found = np.corrcoef(innovation)
    for (i, j), r in {(0, 1): 0.6, (0, 2): -0.3, (1, 2): 0.0}.items():
        assert found[i, j] == pytest.approx(r, abs=5 * (1 - r**2) / pairs**0.5 + 1e-3)
    # Today's levels are not innovations: they are read off each driver's own observations.
    today = np.corrcoef(recorded(toy(DYNAMICS, **WORLD), pairs=pairs).seen[0, 0])
    assert np.abs(today[~np.eye(3, dtype=bool)]).max() < 5 / pairs**0.5


def test_the_unit_is_drawn_for_each_posterior_draw() -> None:
    """ln unit ~ Normal, no higher than stated; one draw for each posterior draw, for all its paths and pulls.

    N = 2000: median and lower quartile of ln unit within five standard errors of the elicited, sd sqrt(q (1 -
    q) / N) / density.
    """
    fit, sd = toy(DYNAMICS, **WORLD, draws=2000), 0.25
    links = dataclasses.replace(LINKS, log_unit=Normal(np.log(0.12), sd), most=0.16)
    fit.prepared.drivers = dataclasses.replace(fit.prepared.drivers, links=links)  # type: ignore[misc]
    usual = laid(fit)
    shared = world(fit, usual, [usual], pairs=1)
    for q in (0.5, 0.25):
        z = norm.ppf(q)
        error = np.sqrt(q * (1 - q) / 2000) / norm.pdf(z) * sd
        assert np.quantile(np.log(shared.unit), q) == pytest.approx(np.log(0.12) + sd * z, abs=5 * error)
    assert shared.unit.max() == 0.16
    pulls = shared.pulls(slice(50, 100))
    assert np.array_equal(pulls.unit, shared.unit[50:100])
    strengths = dict(zip(zip(pulls.by, pulls.to, strict=True), pulls.strength, strict=True))
    assert strengths == {(0, 1): 3.0, (1, 2): -2.0, (2, 0): 2.0}


def test_projection_and_paths_when_dynamics_are_uncertain(small: Workspace) -> None:
    """The projection's closed form takes average dynamics; paths each have their own. What that costs.

    Drivers of the small workspace, 256 draws of dynamics each (half-lives within a factor of six), two of
    them pulling each other at 3 points. Means of pairs are exact but for which dynamics the pairs carry.
    n = 20,000 pairs: five standard errors; beyond them the sds may be off by .01 of themselves and a
    correlation by .05 (with 200,000 pairs: .003 and .040, a third of the correlation, since a driver's
    variance grows with the square of a volatility; shipped drivers: .047 at most).
    """
    own = {name: draw_dynamics(spec) for name, spec in small.drivers.drivers.items()}
    names = list(own)
    impacts = {(names[0], names[1]): 3.0, (names[1], names[0]): 3.0, (names[2], names[0]): -2.0}
    fit, pairs = toy(own, now=dict.fromkeys(names, (1.0, 0.3)), impacts=impacts), 20_000
    drivers = fit.prepared.drivers
    seen = recorded(fit, pairs=pairs).seen[0, -1]
    mean, cov = drivers.project(drivers.as_of, drivers.as_of + years(fit)[-1:])
    sd = np.sqrt(np.diag(cov[0]))
    assert (np.abs(seen.mean(axis=1) - mean[0]) <= 5 * sd / pairs**0.5).all()
    assert seen.std(axis=1) == pytest.approx(sd, rel=5 / pairs**0.5 + 0.01)
    correlation = cov[0] / np.outer(sd, sd)
    assert np.abs(np.corrcoef(seen) - correlation).max() < 5 / pairs**0.5 + 0.05
    assert np.abs(correlation[0, 1]) > 0.1


def test_a_scenario_of_nothing_pulls_nothing() -> None:
    """On its projection a driver does nothing to the others: without noise every path is its centre."""
    still = {name: ou(2.0 ** (i + 1), 1.0, 0.0) for i, name in enumerate(DYNAMICS)}
    fit = toy(still, now=dict.fromkeys(still, (-1.0, 0.0)), impacts=IMPACTS)
    alone = toy(still, now=dict.fromkeys(still, (-1.0, 0.0)))
    assert recorded(fit).seen == pytest.approx(recorded(alone).seen, abs=1e-14)
