"""Pooled distributions where numbers are hard: no bound at a limit, far apart, no moments, many experts."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
from scipy import optimize, stats

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution
from forecast.elicitation.fitting import fit
from forecast.elicitation.judgment import Judgment
from forecast.elicitation.parametric import Parametric
from forecast.errors import UsageError
from forecast.pooling import densities
from forecast.pooling.solving import crossing
from forecast.pooling.table import RULES

LEVELS = np.array([0.01, 0.05, 0.5, 0.95, 0.99])


def beta(shape1: float, shape2: float, low: float = 0.0, high: float = 1.0) -> Parametric:
    """A beta between limits."""
    return Parametric("beta", {"shape1": shape1, "shape2": shape2}, low, high)


def normal(mean: float, sd: float) -> Parametric:
    """A normal."""
    return Parametric("normal", {"mean": mean, "sd": sd})


def moments(pooled: Distribution) -> tuple[float, float]:
    """Mean and sd as the pool states them."""
    return pooled.mean, pooled.sd  # type: ignore[attr-defined]


def test_densities_without_bound_keep_their_mass() -> None:
    """Betas that rise to infinity at 0 pool to the beta of their mean shapes, which does so too."""
    pooled = densities.logarithmic([beta(0.2, 0.3), beta(0.5, 5.0)], np.array([1.0, 2.0]))
    expected = stats.beta(0.4, 10.3 / 3)
    assert pooled.ppf(LEVELS) == pytest.approx(expected.ppf(LEVELS), rel=1e-6)
    assert moments(pooled) == pytest.approx((expected.mean(), expected.std()), rel=1e-6)


def test_gammas_that_pile_up_at_their_limit() -> None:
    """Shapes .1 and .3: the same for gammas, whose rates average too."""
    two = [Parametric("gamma", {"shape": s, "rate": r}, lower=0.0) for s, r in ((0.1, 1.0), (0.3, 2.0))]
    expected = stats.gamma(0.7 / 3, scale=3 / 5)
    pooled = densities.logarithmic(two, np.array([1.0, 2.0]))
    assert pooled.ppf(np.array([0.5, 0.95])) == pytest.approx(expected.ppf([0.5, 0.95]), rel=1e-6)
    assert pooled.mean == pytest.approx(expected.mean(), rel=1e-6)  # type: ignore[attr-defined]


def test_steps_of_piecewise_densities_are_integrated_exactly() -> None:
    """Between all edges of both the product of powers is constant: sums, by hand, of heights times widths."""
    said = [
        fit(
            Judgment.of_quantiles(dict(zip((0.05, 0.5, 0.95), q, strict=True)), lower=0, upper=100),
            "piecewise_uniform",
        )
        for q in ((10, 30, 60), (20, 50, 80))
    ]
    ends = np.array([0.0, 10, 20, 30, 50, 60, 80, 100])
    middle = (ends[:-1] + ends[1:]) / 2
    mass = np.diff(ends) * np.sqrt(said[0].pdf(middle) * said[1].pdf(middle))
    pooled = densities.logarithmic(said, np.ones(2))
    assert pooled.cdf(ends[1:]) == pytest.approx(np.cumsum(mass) / mass.sum(), abs=1e-12)
    assert pooled.mean == pytest.approx(mass @ middle / mass.sum(), rel=1e-12)  # type: ignore[attr-defined]


@pytest.mark.parametrize("weights", [(1.0, 2.0), (1.0, 1.0)])
def test_two_far_apart_have_exact_moments(weights: tuple[float, float]) -> None:
    """With a thousand sds between them the beta transform only moves mass from one peak to the other."""
    share = np.array(weights) / sum(weights)
    pooled = densities.beta_transformed([normal(0, 1), normal(1000, 1)], np.array(weights), alpha=6.0)
    upper = 1 - stats.beta.cdf(share[0], 6, 6)
    mean, sd = moments(pooled)
    assert mean == pytest.approx(1000 * upper, abs=1.0)
    assert sd == pytest.approx(1000 * math.sqrt(upper * (1 - upper)), abs=1.0)


@pytest.mark.parametrize("name", ["log_odds", "extremised", "logarithmic"])
def test_certainties_that_contradict_are_refused(name: str) -> None:
    """No rule of odds or densities makes something of two who exclude each other; averages do."""
    apart = [beta(2, 2), beta(2, 2, low=2.0, high=3.0)]
    rule, linear = RULES[name].densities, RULES["linear"].densities
    assert rule is not None
    assert linear is not None
    with pytest.raises(UsageError, match=r"take a rule that averages"):
        rule(apart, np.ones(2))
    assert linear(apart, np.ones(2)).ppf(np.array([0.25, 0.75])) == pytest.approx([0.5, 2.5])


def test_odds_keep_their_upper_tail() -> None:
    """Where the narrow one's F is 1 to double precision its 1 - F still counts, so that quantiles invert."""
    pooled = densities.odds([normal(0, 10), normal(0, 0.5)], np.ones(2))
    high = 1 - 10.0 ** -np.arange(2.0, 12.0)
    assert -pooled.ppf(1 - high)[::-1] == pytest.approx(pooled.ppf(high)[::-1], rel=1e-4)


def test_means_that_are_infinite_are_said_without_complaint() -> None:
    """A log-t has no mean: nor has a mixture with one, and nothing is printed about it."""
    heavy = Parametric("log_student_t", {"location_log": 0.0, "scale_log": 1.0, "df": 3.0}, lower=0.0)
    said = [heavy, Parametric("lognormal", {"mean_log": 3.0, "sd_log": 1.0}, lower=0.0)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for rule in RULES.values():
            if rule.densities is not None:
                pooled = rule.densities(said, np.ones(2))
                assert (np.diff(pooled.ppf(LEVELS)) > 0).all()
                assert not math.isfinite(moments(pooled)[0]) or rule.name == "logarithmic"


@pytest.mark.parametrize("name", [rule.name for rule in RULES.values() if rule.densities])
def test_moments_of_many_experts_are_those_of_their_quantiles(name: str) -> None:
    """Fifteen experts, narrow and wide: mean and sd against 40,001 quantiles by the trapezoid rule."""
    rng = np.random.default_rng(5)
    said = [normal(m, s) for m, s in zip(rng.normal(0, 2, 15), rng.uniform(0.3, 3, 15), strict=True)]
    rule = RULES[name].densities
    assert rule is not None
    pooled = rule(said, rng.uniform(0.2, 2, 15))
    z = np.linspace(-7.5, 7.5, 40_001)
    x, mass = pooled.ppf(stats.norm.cdf(z)), stats.norm.pdf(z)
    mean = np.trapezoid(x * mass, z)
    assert moments(pooled) == pytest.approx(
        (mean, math.sqrt(np.trapezoid((x - mean) ** 2 * mass, z))), rel=1e-4, abs=1e-4
    )


def test_crossings_are_brents() -> None:
    """Smooth, steep, flat and cornered functions cross where scipy says, all at once."""
    targets = np.array([0.3, -0.999999, 0.5, 1e-9])

    def rising(x: Floats) -> Floats:
        at = [math.erf(x[0]), math.tanh(50 * x[1]), max(x[2], 0.5 * x[2]), float(x[3]) ** 9]
        return np.asarray(np.array(at) - targets)

    def one(i: int) -> float:
        return float(
            optimize.brentq(
                lambda t: rising(np.full(4, t))[i], -3.0, 4.0, xtol=1e-15, rtol=1e-15, maxiter=500
            )
        )

    found = crossing(rising, np.full(4, -3.0), np.full(4, 4.0))
    assert found == pytest.approx([one(i) for i in range(4)], rel=1e-9, abs=1e-9)


def test_brackets_without_a_crossing_answer_with_the_nearer_end() -> None:
    """All above zero: the lower end; all below: the upper."""
    found = crossing(lambda x: x + np.array([10.0, -10.0]), np.zeros(2), np.ones(2))
    assert found.tolist() == [0.0, 1.0]
