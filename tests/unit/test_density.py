"""The density: one text for two backends, and the probability of reaching an outcome."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from forecast.drivers.features import moments
from forecast.inputs.workspace import Workspace
from forecast.model.data import Prepared, prepare
from forecast.model.density import (
    CODE_SD,
    NumpyFunctions,
    log_hazards,
    log_likelihood,
    parameters,
    reached,
)
from forecast.model.judgments import WINDOW_STEPS, weighted_codes
from forecast.panel import Panel
from forecast.states import CHANNELS


@pytest.fixture(scope="module")
def prepared(small: Workspace, small_panel: Panel) -> Prepared:
    """The small workspace's numbers."""
    return prepare(small, small_panel, small.question.as_of)


@pytest.fixture(scope="module")
def points(prepared: Prepared) -> np.ndarray:
    """Ten points of z: the origin, draws of the prior, and one far out."""
    rng = np.random.default_rng(2)
    size = prepared.z.size
    return np.concatenate(
        [np.zeros((1, size)), rng.standard_normal((8, size)), 2.5 * rng.standard_normal((1, size))]
    )


def numpy_log_density(z: np.ndarray, prepared: Prepared) -> float:
    """Prior and tempered likelihood of z."""
    parts = log_likelihood(
        parameters(z, prepared.data, prepared.theta, NumpyFunctions), prepared.data, NumpyFunctions
    )
    return float(stats.norm.logpdf(z).sum() + sum(parts.values()))


def windows(hazards: np.ndarray, years: float) -> tuple[float, float]:
    """`reached` of one window with hazards (WINDOW_STEPS, 5) per year."""
    data: Any = SimpleNamespace(step_years=np.full((WINDOW_STEPS, 1), years / WINDOW_STEPS))
    alliance, split = reached(hazards, data, NumpyFunctions)
    return float(alliance[0]), float(split[0])


def solved(hazards: np.ndarray, years: float) -> tuple[float, float]:
    """The same two probabilities from the differential equation, with alliance left for good if left at all.

    States: partnership, in a first alliance, done; split is counted as it is first reached.
    """

    def flow(t: float, y: np.ndarray) -> list[float]:
        a, s, back, across, _ = hazards[min(int(t / years * WINDOW_STEPS), WINDOW_STEPS - 1)]
        p, ally = y[:2]
        return [-(a + s) * p, a * p - (back + across) * ally, a * p, s * p + across * ally]

    end = integrate.solve_ivp(
        flow, (0, years), [1, 0, 0, 0], rtol=1e-9, atol=1e-12, max_step=years / WINDOW_STEPS / 4
    )
    return float(end.y[2, -1]), float(end.y[3, -1])


def test_both_backends_have_one_log_density(prepared: Prepared, points: np.ndarray) -> None:
    """PyTensor's log density of z, prior included, is NumPy's to 1e-9 of its size."""
    # PyTensor takes seconds to import, and only this test wants it.
    from pytensor.compile.mode import Mode

    from forecast.model.graph import build

    model = build(prepared.data, prepared.theta)
    compiled = model.compile_logp(mode=Mode(linker="py", optimizer=None))
    for z in points:
        assert float(compiled({"z": z})) == pytest.approx(numpy_log_density(z, prepared), rel=1e-9)


def test_codes_in_sums_are_codes_one_by_one(
    small: Workspace, small_panel: Panel, prepared: Prepared, points: np.ndarray
) -> None:
    """sum w log Normal(y | score, sqrt(.6^2 + tau^2)) plus the ratios' normals, up to a constant."""
    names = list(small.drivers.drivers)
    ratios = np.array(prepared.data.ratio_precision)
    gaps = []
    for z in points[1:6]:
        p = parameters(z, prepared.data, prepared.theta, NumpyFunctions)
        direct = 0.0
        for driver, channel, source, weight in weighted_codes(small, small_panel):
            code = getattr(source.effects[driver], channel)
            at = names.index(driver), CHANNELS.index(channel)
            if isinstance(code, float | int):
                s = np.sqrt(CODE_SD**2 + p.tau[0] ** 2)
                direct += weight * stats.norm.logpdf(code, p.slope[at], s)
            else:
                b, precision = p.coefficients[at], ratios[at]
                direct += -0.5 * precision * (b - prepared.data.ratio_mean[at] / precision) ** 2
        gaps.append(log_likelihood(p, prepared.data, NumpyFunctions)["effects"] - direct)
    assert np.ptp(gaps) < 1e-9


def test_stated_probabilities_are_split_normal_on_the_logit(prepared: Prepared, points: np.ndarray) -> None:
    """sum w log f(logit p), f two half-normals around logit F + shift that meet at their peak.

    The sd is that of the side the stated median lies on seen from the model's: a model above the median
    (gap > 0) is judged by the stated upper side.
    """
    data = prepared.data
    for z in points[:6]:
        p = parameters(z, data, prepared.theta, NumpyFunctions)
        f = np.stack(reached(np.exp(log_hazards(p, data, NumpyFunctions)), data, NumpyFunctions))
        total = 0.0
        for i in range(len(data.stated_centre)):
            picked = (data.pick_alliance, data.pick_split)[prepared.judged.channel[i]][i]
            chance = float(f[prepared.judged.channel[i]] @ picked)
            low, high = (np.hypot(x[i], p.tau_out[0]) for x in (data.stated_below, data.stated_above))
            gap = np.log(chance / (1 - chance)) + p.shift[i] - data.stated_centre[i]
            side = low if gap < 0 else high
            # A half-normal of sd s has height 2 N(0 | s); weighted s / (low + high), the halves meet.
            density = 2 * side / (low + high) * stats.norm.pdf(gap, scale=side)
            total += data.stated_weight[i] * np.log(density)
        assert log_likelihood(p, data, NumpyFunctions)["stated"] == pytest.approx(total, rel=1e-10)


def test_the_record_is_a_poisson_process(prepared: Prepared, points: np.ndarray) -> None:
    """sum events log q - exposure q, q the expected hazard of the year."""
    data, z = prepared.data, points[3]
    p = parameters(z, data, prepared.theta, NumpyFunctions)
    q = np.exp(log_hazards(p, data, NumpyFunctions))
    moved = dataclasses.replace(data, events=np.where(data.exposure > 0, 0.25, 0.0))
    still = log_likelihood(p, data, NumpyFunctions)["record"]
    assert still == pytest.approx(-(data.exposure * q).sum())
    assert log_likelihood(p, moved, NumpyFunctions)["record"] == pytest.approx(
        still + 0.25 * np.log(q[data.exposure > 0]).sum()
    )


def test_expected_hazards_are_lognormal_means(prepared: Prepared, points: np.ndarray) -> None:
    """ln E[q] = a + m B + B' C B / 2 along the last window, m and C the features' moments as projected."""
    start, years = prepared.judged.windows[-1]
    middles = start + (np.arange(WINDOW_STEPS) + 0.5) * years / WINDOW_STEPS
    mean, cov = moments(prepared.features, *prepared.drivers.project(start, middles))
    for z in points[:5]:
        p = parameters(z, prepared.data, prepared.theta, NumpyFunctions)
        b = p.coefficients
        expected = p.log_rate + mean @ b + 0.5 * np.einsum("fk,tfg,gk->tk", b, cov, b)
        found = log_hazards(p, prepared.data, NumpyFunctions)[-WINDOW_STEPS:]
        assert found == pytest.approx(expected)


def test_reaching_an_alliance_is_exact_for_stepwise_hazards() -> None:
    """The cumulative incidence of the first competing risk equals the differential equation's solution."""
    h = np.random.default_rng(0).uniform(0.005, 0.3, size=(WINDOW_STEPS, 5))
    for years in (1.0, 5.0, 10.0):
        assert windows(h, years)[0] == pytest.approx(solved(h, years)[0], rel=1e-6)


@pytest.mark.parametrize("years", [2.0, 5.0, 10.0])
def test_reaching_a_split_counts_the_way_through_alliance(years: float) -> None:
    """Directly or by way of an alliance; the latter with entries at mid-step and the mean share of exits.

    Both shortcuts are of second order in a step: the way through alliance is within a fiftieth of itself
    at rates twice those of a reference class.
    """
    rng = np.random.default_rng(1)
    for _ in range(20):
        h = np.exp(rng.normal(np.log([0.02, 0.02, 0.03, 0.03, 0.05]), 0.7)) * rng.uniform(
            0.7, 1.4, (WINDOW_STEPS, 5)
        )
        no_way_through = h.copy()
        no_way_through[:, 3] = 1e-12
        direct = windows(no_way_through, years)[1]
        through = solved(h, years)[1] - direct
        assert direct == pytest.approx(solved(no_way_through, years)[1], rel=1e-6)
        assert windows(h, years)[1] - direct == pytest.approx(through, rel=0.02)


def test_constant_hazards_reach_by_the_textbook_formula() -> None:
    """F_A = h_A / (h_A + h_S) (1 - exp(-(h_A + h_S) T)): Kalbfleisch and Prentice (2002), section 8.2."""
    h = np.tile([0.03, 0.05, 1e-12, 1e-12, 0.1], (WINDOW_STEPS, 1))
    total = 0.08
    for years in (1.0, 10.0, 50.0):
        left = -np.expm1(-total * years)
        assert windows(h, years) == pytest.approx((0.03 / total * left, 0.05 / total * left), rel=1e-9)
