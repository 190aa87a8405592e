"""Pooled distributions where numbers are hard: no bound at a limit, far apart, no moments, many experts."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, optimize, stats

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
OF_QUANTITIES = [rule.name for rule in RULES.values() if rule.densities]


@dataclass(frozen=True)
class InLogs:
    """A normal of another package: no moments or upper tail of its own, but the log of its density."""

    mean_of: float
    sd_of: float

    @property
    def support(self) -> tuple[float, float]:
        """The whole line."""
        return -math.inf, math.inf

    def cdf(self, x: Floats) -> Floats:
        """P(X <= x)."""
        return np.asarray(stats.norm.cdf(x, self.mean_of, self.sd_of))

    def ppf(self, p: Floats) -> Floats:
        """Its inverse."""
        return np.asarray(stats.norm.ppf(p, self.mean_of, self.sd_of))

    def pdf(self, x: Floats) -> Floats:
        """The density, which is 0 forty sds away."""
        return np.asarray(stats.norm.pdf(x, self.mean_of, self.sd_of))

    def logpdf(self, x: Floats) -> Floats:
        """Its log, which is not."""
        return np.asarray(stats.norm.logpdf(x, self.mean_of, self.sd_of))


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


@pytest.mark.parametrize("name", OF_QUANTITIES)
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


def test_normals_thousands_of_sds_apart_have_their_closed_form() -> None:
    """Precisions 100 and 25: where neither density is a float any more, their logs still are."""
    pooled = densities.logarithmic([InLogs(0, 0.1), InLogs(1000, 0.2)], np.ones(2))
    expected = stats.norm(200, math.sqrt(2 / 125))
    assert pooled.ppf(LEVELS) == pytest.approx(expected.ppf(LEVELS), abs=1e-8)
    assert moments(pooled) == pytest.approx((200, math.sqrt(2 / 125)), rel=1e-9)
    with pytest.raises(UsageError, match="no value to which everybody"):
        densities.logarithmic([beta(2, 2), InLogs(1000, 0.2), beta(2, 2, 3, 4)], np.ones(3))


def test_a_logarithmic_pool_of_pools_is_one_pool() -> None:
    """Two groups pooled, then the groups by their total weights: as all four at once."""
    four = [normal(0, 1), normal(2, 3), normal(-4, 0.5), normal(1, 2)]
    groups = [
        densities.logarithmic(four[:2], np.array([1.0, 2])),
        densities.logarithmic(four[2:], np.ones(2)),
    ]
    at_once = densities.logarithmic(four, np.array([1.0, 2, 1, 1]))
    assert densities.logarithmic(groups, np.array([3.0, 2])).ppf(LEVELS) == pytest.approx(
        at_once.ppf(LEVELS), rel=1e-9
    )


@pytest.mark.parametrize("name", OF_QUANTITIES)
def test_what_is_no_probability_has_no_quantile(name: str) -> None:
    """Outside 0 to 1, and of a value that is none, NaN; ends at 0 and 1; any shape, none included."""
    rule = RULES[name].densities
    assert rule is not None
    pooled = rule([normal(0, 1), normal(1, 2)], np.ones(2))
    assert pooled.ppf(np.array([-0.1, 0, 1, 1.1, np.nan])) == pytest.approx(
        [np.nan, -np.inf, np.inf, np.nan, np.nan], nan_ok=True
    )
    for function, ends in ((pooled.cdf, [0.0, 1.0]), (pooled.pdf, [0.0, 0.0])):
        found = function(np.array([-np.inf, np.inf, np.nan]))
        assert found[:2].tolist() == ends
        assert np.isnan(found[2])
        assert function(np.zeros((2, 0, 3))).shape == (2, 0, 3)
        assert function(np.array(0.3)).shape == ()
    assert pooled.ppf(np.full((2, 2), 0.5)).shape == (2, 2)


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("linear", (0.0, 10.0)),
        ("logarithmic", (2.0, 5.0)),
        ("quantile_average", (1.0, 7.0)),
        ("log_odds", (2.0, 5.0)),
        ("extremised", (2.0, 5.0)),
        ("beta", (0.0, 10.0)),
        ("median", (1.0, 6.0)),
        ("trimmed", (0.0, 10.0)),
    ],
)
def test_a_pool_ends_where_its_rule_does(name: str, ends: tuple[float, float]) -> None:
    """Three between 0 and 10, 1 and 6, 2 and 5: nothing lies beyond the ends, something just within."""
    rule = RULES[name].densities
    assert rule is not None
    pooled = rule([beta(1, 1, 0, 10), beta(1, 1, 1, 6), beta(1, 1, 2, 5)], np.ones(3))
    assert pooled.support == pytest.approx(ends)
    assert pooled.ppf(np.array([0.0, 1.0])) == pytest.approx(ends)
    assert pooled.cdf(np.array(ends)) == pytest.approx([0.0, 1.0], abs=1e-12)
    within = np.array(ends) + np.array([0.3, -0.3])
    assert (pooled.pdf(within) > 0).all()


def test_a_third_cut_off_at_either_end_of_three_is_their_middle_one() -> None:
    """So that its support is that one's too."""
    three = [beta(1, 1, 0, 10), beta(1, 1, 1, 6), beta(1, 1, 2, 5)]
    assert densities.trimmed(three, np.ones(3), trim=0.34).support == (1.0, 6.0)


@pytest.mark.parametrize(
    ("pool", "said"),
    [
        (lambda d, w: densities.trimmed(d, w, trim=0.5), "below a half"),
        (lambda d, w: densities.trimmed(d, w, trim=-0.1), "at least 0"),
        (lambda d, w: densities.extremised(d, w, factor=0.0), "above 0"),
        (lambda d, w: densities.extremised(d, w, factor=math.nan), "above 0"),
        (lambda d, w: densities.beta_transformed(d, w, alpha=-1.0), "above 0"),
        (lambda d, w: densities.beta_transformed(d, w, beta=0.0), "above 0"),
        (lambda d, w: densities.linear(d, -w), "at least 0"),
        (lambda d, w: densities.linear(d, np.nan * w), "at least 0"),
        (lambda d, w: densities.linear(d, 0 * w), "nobody is heard"),
        (lambda d, w: densities.linear([], np.array([])), "nobody is heard"),
        (lambda d, w: densities.linear(d[:1], w), "one of each"),
    ],
)
def test_settings_and_weights_are_checked_by_every_rule(
    pool: Callable[[list[Distribution], Floats], Distribution], said: str
) -> None:
    """A setting out of its range would make no distribution; the error says what it has to be."""
    with pytest.raises(UsageError, match=said):
        pool([normal(0, 1), normal(1, 1)], np.ones(2))


def test_shapes_below_one_flatten_to_a_finite_density() -> None:
    """Beta(.5, .5) puts mass outwards, but none beyond the ends, nor beyond what a float can tell from 1."""
    pooled = densities.beta_transformed([beta(2, 2), beta(3, 2)], np.ones(2), alpha=0.5)
    assert pooled.pdf(np.array([-1.0, 2.0])).tolist() == [0.0, 0.0]
    whole = integrate.quad(lambda t: float(pooled.pdf(np.array(t))), 0, 1, points=[0.01, 0.99], limit=200)[0]
    assert whole == pytest.approx(1.0, abs=1e-6)
    wide = densities.beta_transformed([normal(0, 1), normal(1, 2)], np.ones(2), alpha=0.5)
    assert np.isfinite(wide.pdf(np.array([-50.0, 0.0, 60.0]))).all()


def test_a_logarithmic_pool_has_the_tail_of_its_members() -> None:
    """Two log-ts pool to what has no mean either; a lognormal's tail, to a power, gives one back."""
    heavy = [
        Parametric("log_student_t", {"location_log": m, "scale_log": 1.0, "df": 3.0}, lower=0.0)
        for m in (0, 1)
    ]
    assert np.isnan(moments(densities.logarithmic(heavy, np.ones(2)))).all()
    light = Parametric("lognormal", {"mean_log": 1.0, "sd_log": 0.5}, lower=0.0)
    mean, sd = moments(densities.logarithmic([heavy[0], light], np.ones(2)))

    def moment(power: int) -> float:
        def of_log(y: float) -> float:
            f = math.sqrt(stats.t.pdf(y, 3) * stats.norm.pdf(y, 1, 0.5))
            return float(f * math.exp(power * y))

        return float(integrate.quad(of_log, -8, 12, epsabs=1e-13, limit=400)[0])

    expected = moment(1) / moment(0)
    assert mean == pytest.approx(expected, rel=1e-7)
    assert sd == pytest.approx(math.sqrt(moment(2) / moment(0) - expected**2), rel=1e-6)


def test_a_pool_of_ts_keeps_their_sd() -> None:
    """Three degrees of freedom have an sd and barely: the product's, by quadrature."""
    said = [Parametric("student_t", {"location": m, "scale": s, "df": 3.0}) for m, s in ((0, 1), (10, 5))]

    def product(x: float, power: int = 0) -> float:
        return float(x**power * math.sqrt(stats.t.pdf(x, 3) * stats.t.pdf((x - 10) / 5, 3) / 5))

    def moment(power: int) -> float:
        ends = (-np.inf, -50, 0, 5, 10, 60, np.inf)
        parts = [integrate.quad(product, a, b, args=(power,), limit=400)[0] for a, b in pairwise(ends)]
        return float(np.sum(parts))

    mean = moment(1) / moment(0)
    found = moments(densities.logarithmic(said, np.ones(2)))
    assert found == pytest.approx((mean, math.sqrt(moment(2) / moment(0) - mean**2)), rel=1e-5)
