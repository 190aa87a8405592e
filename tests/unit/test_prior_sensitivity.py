"""Components of the posterior by tag: what they add up to, and what a power of them does."""

from __future__ import annotations

import math

import numpy as np
import pytest

from forecast.calendar import Floats
from forecast.inference.fit import Fit
from forecast.inputs.knobs import turned
from forecast.inputs.workspace import Workspace
from forecast.model.batch import log_likelihood
from forecast.model.data import prepare
from forecast.panel import resolve
from forecast.sensitivity.prior import (
    INFORMS,
    PRIORS,
    Component,
    likelihood_components,
    noise,
    power_scaling,
    prior_components,
    source_codes,
    within_pair,
)


@pytest.fixture(scope="module")
def likelihood(fitted: Fit) -> dict[str, Floats]:
    """Each component of the likelihood at the fit's draws, by tag."""
    found = likelihood_components(fitted.posterior.z, fitted.prepared, fitted.workspace, fitted.panel)
    return {f"{c.group}/{c.name}".rstrip("/"): c.log_density for c in found}


def test_the_prior_is_the_sum_of_its_groups(fitted: Fit) -> None:
    """All of the prior is its groups together, and every column that is read is in one of them."""
    every, *groups = prior_components(fitted.posterior.z, fitted.prepared)
    assert [g.group for g in groups] == list(PRIORS)
    assert sorted(b for blocks in PRIORS.values() for b in blocks) == sorted(fitted.prepared.z.shapes)
    assert np.allclose(every.log_density, sum(g.log_density for g in groups), rtol=1e-12)
    # Every source of the panel is heard here, so that no column goes unread.
    heard = (fitted.prepared.data.matrix != 0).any(axis=0)
    assert np.allclose(every.log_density, -0.5 * (fitted.posterior.z[:, heard] ** 2).sum(axis=1), rtol=1e-12)


def test_the_likelihood_adds_up_by_what_is_said(likelihood: dict[str, Floats], fitted: Fit) -> None:
    """Codes, stated outcomes and the record are all there is; a driver's codes add up to all codes."""
    total = log_likelihood(fitted.posterior.z, fitted.prepared.data, fitted.prepared.theta).total
    parts = likelihood["codes"] + likelihood["stated"] + likelihood["record"]
    assert np.array_equal(likelihood["all"], total)
    assert np.allclose(parts, total, rtol=1e-10)
    drivers = [value for tag, value in likelihood.items() if tag.startswith("driver/")]
    assert np.allclose(sum(drivers), likelihood["codes"], rtol=1e-10)


def test_the_likelihood_adds_up_by_who_says_it(likelihood: dict[str, Floats]) -> None:
    """Every source's own words, the class's evidence and the record are all there is."""
    sources = [value for tag, value in likelihood.items() if tag.startswith("source/")]
    parts = sum(sources) + likelihood["within_pair"] + likelihood["record"]
    assert np.allclose(parts, likelihood["all"], rtol=1e-10, atol=1e-9)


def test_sums_hold_for_the_shipped_files(shipped: Workspace) -> None:
    """The same of every kind of judgment the shipped files have: ratios, evidence within pairs, kinds."""
    panel = resolve(shipped)
    prepared = prepare(shipped, panel, shipped.question.as_of)
    z = np.random.default_rng(1).standard_normal((50, prepared.z.size))
    found = log_likelihood(z, prepared.data, prepared.theta)
    by_source = sum(source_codes(z, prepared, shipped, panel).values())
    ratios = within_pair(z, prepared, shipped)
    assert shipped.base_rates.within_pair.effects
    assert np.abs(ratios).max() > 0
    assert np.allclose(by_source + ratios, (found.codes + found.ratios).sum(axis=1), rtol=1e-10)


def test_a_source_of_weight_0_has_no_component_and_changes_nothing(small: Workspace, fitted: Fit) -> None:
    """Nothing a source says counts once it weighs nothing: its columns are unread, its density is gone."""
    silent = turned(small, {"sources.jones2022.weight": 0})
    panel = resolve(silent)
    prepared = prepare(silent, panel, small.question.as_of)
    found = likelihood_components(fitted.posterior.z, prepared, silent, panel)
    assert "jones2022" not in {c.name for c in found}
    rows = [i for i, s in enumerate(prepared.judged.source) if s == "jones2022"]
    assert rows
    stated = log_likelihood(fitted.posterior.z, prepared.data, prepared.theta).stated
    assert not stated[:, rows].any()
    columns = prepared.z.index("cluster")[prepared.judged.cluster[rows]].ravel()
    assert not set(prepared.judged.cluster[rows]) & set(np.delete(prepared.judged.cluster, rows))
    moved = fitted.posterior.z.copy()
    moved[:, columns] += 5.0
    before, after = (prior_components(z, prepared)[0].log_density for z in (fitted.posterior.z, moved))
    assert np.array_equal(before, after)


def test_a_constant_component_does_nothing() -> None:
    """A factor that is the same at every draw cancels: no distance, no change, no tail, no word."""
    p = np.random.default_rng(1).random((400, 2, 3))
    (one,) = power_scaling([Component("likelihood", "source", "x", np.full(400, -3.0))], p)
    # A distance of rounding errors is their root.
    assert one.sensitivity.max() < 1e-6
    assert np.abs(one.change.mean).max() < 1e-12
    assert np.abs(one.noise).max() < 1e-12
    assert one.k_hat == -np.inf
    assert one.diagnosis == ("-",) * 6


def test_a_component_that_is_the_quantity_moves_it() -> None:
    """Per doubling the mean moves by ln 2 cov(quantity, log density), but for tails smoothed (1%)."""
    q = np.random.default_rng(2).standard_normal(4000)
    parts = [
        Component("likelihood", name, "", factor * q) for name, factor in (("all", 1.0), ("record", -1.0))
    ]
    up, down = power_scaling(parts, q[:, None])
    expected = math.log(2) * q.var()
    assert up.change.mean[0] == pytest.approx(expected, rel=1e-2)
    assert down.change.mean[0] == pytest.approx(-expected, rel=1e-2)
    assert abs(up.change.mean[0] - expected) < up.error[0]
    assert up.diagnosis == down.diagnosis == (INFORMS,)


def test_changes_of_parts_add_up_to_that_of_the_whole(fitted: Fit, likelihood: dict[str, Floats]) -> None:
    """The mean's change is a covariance, which adds up over components, but for the smoothing of tails."""
    p = 1 / (1 + np.exp(-fitted.posterior.log_rate[:, :2]))
    tags = ("all", "codes", "stated", "record")
    whole, *parts = power_scaling([Component("likelihood", t, "", likelihood[t]) for t in tags], p)
    together = sum(each.change.mean for each in parts)
    scale = np.abs([each.change.mean for each in (whole, *parts)]).max(axis=0)
    assert np.all(np.abs(together - whole.change.mean) < 0.05 * scale)


def test_noise_is_what_an_unrelated_component_shows() -> None:
    """Root mean square over many unrelated components of one spread, skewed quantity or not.

    The square of a bridge's integral has a coefficient of variation near 0.63 (that of Cramer-von Mises), so
    that 400 of them fix their mean square to 3.2%, its root to 1.6%; five times that, and 10% for the
    leading order.
    """
    rng = np.random.default_rng(3)
    q = rng.beta(2.0, 8.0, size=(1000, 1))
    shown = []
    for _ in range(400):
        component = Component("prior", "x", "", 4.0 * rng.standard_normal(1000))
        shown.append(power_scaling([component], q)[0].sensitivity[0])
    chance = noise(q, 4.0 * rng.standard_normal(1000))[0]
    assert math.sqrt(np.mean(np.square(shown))) == pytest.approx(chance, rel=0.18)


def test_nothing_is_diagnosed_below_the_noise() -> None:
    """A wide component that has nothing to do with the quantity shows a distance, and gets no word."""
    rng = np.random.default_rng(4)
    q = rng.beta(1.0, 8.0, size=(500, 1))
    wide = [Component(kind, "all", "", 9.0 * rng.standard_normal(500)) for kind in ("prior", "likelihood")]  # type: ignore[arg-type]
    for one in power_scaling(wide, q):
        assert one.sensitivity[0] > 0.05
        assert one.diagnosis == ("-",)


def test_a_prior_against_the_data_is_a_conflict_and_one_alone_is_strong() -> None:
    """The words of the source, from components that do and do not move the quantity."""
    rng = np.random.default_rng(5)
    q = rng.standard_normal(4000)
    prior = Component("prior", "base_rate", "", q)
    for factor, word in ((-1.0, "prior-data conflict"), (0.0, "strong prior / weak likelihood")):
        found = power_scaling([prior, Component("likelihood", "all", "", factor * q)], q[:, None])
        assert found[0].diagnosis == (word,)
