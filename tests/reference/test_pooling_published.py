"""Pools that others publish or print, or that have a closed form; the rest is worked out here another way."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from forecast.calendar import Floats
from forecast.elicitation.fitting import fit
from forecast.elicitation.judgment import Judgment
from forecast.elicitation.parametric import Parametric
from forecast.pooling import densities, probabilities

THREE, EQUAL = np.array([0.1, 0.2, 0.5]), np.ones(3)


FORECASTS = np.array([0.1] * 5 + [0.2] * 5 + [0.4] * 5 + [0.5] * 2 + [0.8, 0.9, 1.0])


@pytest.mark.parametrize(("trim", "pooled"), [(0.0, 0.36), (0.1, 0.31875), (0.25, 0.3)])
def test_trimmed_means_of_twenty_forecasters(trim: float, pooled: float) -> None:
    """The numbers in the tests of aggutils (R, Forecasting Research Institute)."""
    assert probabilities.trimmed(FORECASTS, np.ones(20), trim=trim) == pytest.approx(pooled, abs=1e-12)


@pytest.mark.parametrize("trim", [0.1, 0.2, 0.4])
def test_trimming_whole_experts_is_what_scipy_trims(trim: float) -> None:
    """Where the share cut off is a whole number of equal experts, the trimmed mean is everybody's."""
    p = np.random.default_rng(3).uniform(0, 1, 10)
    assert probabilities.trimmed(p, np.ones(10), trim=trim) == pytest.approx(stats.trim_mean(p, trim))


def test_the_odds_of_something_and_of_its_contrary() -> None:
    """Geometric means of odds of p and of 1 - p sum to one, of probabilities to less (aggutils)."""
    p = np.array([0.7, 0.2, 0.1])
    assert probabilities.log_odds(p, EQUAL) + probabilities.log_odds(1 - p, EQUAL) == pytest.approx(1)
    assert probabilities.geometric(p, EQUAL) + probabilities.geometric(1 - p, EQUAL) < 1


@pytest.mark.parametrize(
    ("rule", "pooled"),
    [
        (probabilities.linear, (0.1 + 0.2 + 0.4 + 0.5) / 4),
        (probabilities.median, 0.3),
        (probabilities.geometric, (0.1 * 0.2 * 0.4 * 0.5) ** (1 / 4)),
        (probabilities.log_odds, 1 / (1 + (9 * 4 * 1.5 * 1) ** (1 / 4))),
    ],
    ids=["ArMean", "Median", "GeoMean", "LOArMean"],
)
def test_averages_of_aggrecat(rule: Callable[..., float], pooled: float) -> None:
    """aggreCAT's (R) AverageWAgg, from its formulas: p = .1, .2, .4, .5 by hand."""
    assert rule(np.array([0.1, 0.2, 0.4, 0.5]), np.ones(4)) == pytest.approx(pooled, rel=1e-12)


def test_probits_of_aggrecat() -> None:
    """ProbitArMean: one and two standard deviations below the middle pool to one and a half below."""
    p = np.array([0.15865525393145707, 0.022750131948179195])
    assert probabilities.probit(p, np.ones(2)) == pytest.approx(stats.norm.cdf(-1.5), rel=1e-12)


@pytest.mark.parametrize(("alpha", "beta"), [(6, 6), (2, 3), (1, 1)])
def test_the_beta_transform_is_a_binomial_tail(alpha: int, beta: int) -> None:
    """For whole shapes I_p(a, b) = P(Binomial(a + b - 1, p) >= a); aggreCAT's BetaArMean has 6 and 6."""
    p, n = 0.8 / 3, alpha + beta - 1
    tail = sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(alpha, n + 1))
    assert probabilities.beta_transformed(THREE, EQUAL, alpha=alpha, beta=beta) == pytest.approx(
        tail, rel=1e-12
    )


SAVCHUK = ((18.1, 0.995), (3.44, 0.860), (8.32, 0.924), (1.98, 0.848))
LEVELS = np.array([0.05, 0.25, 0.5, 0.75, 0.95])


def beta(shape1: float, shape2: float) -> Parametric:
    """A beta on 0-1."""
    return Parametric("beta", {"shape1": shape1, "shape2": shape2}, 0.0, 1.0)


@pytest.mark.parametrize(("successes", "failures"), [(0, 0), (9, 1)])
def test_survival_by_four_experts(successes: int, failures: int) -> None:
    """The logarithmic pool of betas is the beta of the mean shapes, before the data and after.

    Savchuk and Martz (1994), IEEE Trans. Reliability 43(1): four priors of a probability of survival, 9 of 10
    survived; as pooled with equal weights by Carvalho et al. (2023), Bayesian Analysis 18(1): Beta(7.96,
    0.90675), and (16.96, 1.90675) with the data, whichever comes first (external Bayesianity).
    """
    pooled = densities.logarithmic([beta(a + successes, b + failures) for a, b in SAVCHUK], np.ones(4))
    expected = stats.beta(7.96 + successes, 0.90675 + failures)
    assert pooled.ppf(LEVELS) == pytest.approx(expected.ppf(LEVELS), rel=1e-6)
    assert pooled.cdf(np.array([0.5, 0.9])) == pytest.approx(expected.cdf([0.5, 0.9]), rel=1e-6)
    assert pooled.pdf(np.array([0.5, 0.9])) == pytest.approx(expected.pdf([0.5, 0.9]), rel=1e-6)


def normal(mean: float, sd: float) -> Parametric:
    """A normal."""
    return Parametric("normal", {"mean": mean, "sd": sd})


def test_the_logarithmic_pool_of_normals() -> None:
    """Precisions and precision-weighted means average: Genest and Zidek (1986), sec. 3."""
    weights = np.array([1.0, 2.0, 1.0])
    precision = np.array([1.0, 1 / 4, 1 / 9])
    total = weights @ precision / 4
    expected = stats.norm((weights * precision) @ [0.0, 3.0, -2.0] / 4 / total, total**-0.5)
    pooled = densities.logarithmic([normal(0, 1), normal(3, 2), normal(-2, 3)], weights)
    assert pooled.ppf(LEVELS) == pytest.approx(expected.ppf(LEVELS), abs=1e-6)
    assert (pooled.mean, pooled.sd) == pytest.approx((expected.mean(), expected.std()), abs=1e-6)  # type: ignore[attr-defined]


def test_the_logarithmic_pool_of_gammas() -> None:
    """Shapes and rates average, since the density is a product of powers and exponentials."""
    two = [Parametric("gamma", {"shape": s, "rate": r}, lower=0.0) for s, r in ((2.0, 0.5), (9.0, 3.0))]
    pooled, expected = densities.logarithmic(two, np.array([3.0, 1.0])), stats.gamma(3.75, scale=1 / 1.125)
    assert pooled.ppf(LEVELS) == pytest.approx(expected.ppf(LEVELS), rel=1e-6)


def test_quantiles_of_normals_average_to_a_normal() -> None:
    """Means and sds average; the mixture has the same mean and is wider.

    Lichtendahl, Grushka-Cockayne and Winkler (2013), Management Science 59(7), propositions on location-scale
    families and on variances.
    """
    two, weights = [normal(2, 1), normal(8, 3)], np.array([1.0, 3.0])
    averaged, mixed = densities.quantile_average(two, weights), densities.linear(two, weights)
    expected = stats.norm(6.5, 2.5)
    assert averaged.ppf(LEVELS) == pytest.approx(expected.ppf(LEVELS), rel=1e-12)
    assert averaged.cdf(np.array([3.0, 7.0])) == pytest.approx(expected.cdf([3.0, 7.0]), rel=1e-9)
    assert averaged.pdf(np.array([3.0, 7.0])) == pytest.approx(expected.pdf([3.0, 7.0]), rel=1e-9)
    assert (averaged.mean, averaged.sd) == pytest.approx((6.5, 2.5), rel=1e-9)  # type: ignore[attr-defined]
    # The variance of a mixture: the mean variance 7.0 and the variance of the means 6.75.
    assert (mixed.mean, mixed.sd) == pytest.approx((6.5, math.sqrt(7.0 + 6.75)), rel=1e-12)  # type: ignore[attr-defined]


SHELF_TWO = (
    Judgment.of_quartiles(30, 40, 50, lower=0, upper=100),
    Judgment.of_quartiles(20, 25, 35, lower=0, upper=100),
)


@pytest.mark.parametrize("weights", [(1.0, 1.0), (0.7, 0.3)])
def test_shelf_pools_two_gammas(weights: tuple[float, float]) -> None:
    """The two experts of SHELF's plinearpool and qlinearpool, gammas forced.

    Gammas are fitted here by another optimiser and mixed by scipy; SHELF reads quantiles off 10,000 points.
    """

    def fitted(quartiles: tuple[float, float, float]) -> stats.rv_continuous:
        def misses(q: Floats) -> Floats:
            below = stats.gamma.cdf(quartiles, np.exp(q[0]), scale=np.exp(-q[1]))
            return np.asarray(below - np.array([0.25, 0.5, 0.75]))

        start = [math.log(10), math.log(10 / quartiles[1])]
        return stats.gamma(*_shape_scale(optimize.least_squares(misses, start, xtol=1e-15, ftol=1e-15).x))

    share = np.array(weights) / sum(weights)
    two = [fitted((30, 40, 50)), fitted((20, 25, 35))]
    pooled = densities.linear([fit(one, "gamma") for one in SHELF_TWO], np.array(weights))
    at = [20.0, 50.0, 80.0]
    assert pooled.cdf(np.array(at)) == pytest.approx(share @ [one.cdf(at) for one in two], abs=1e-7)
    for level in (0.05, 0.5, 0.95):
        value = optimize.brentq(lambda x, p=level: share @ [g.cdf(x) for g in two] - p, 0, 200, xtol=1e-12)
        assert float(pooled.ppf(np.array(level))) == pytest.approx(value, rel=1e-6)


def _shape_scale(q: Floats) -> tuple[float, float, float]:
    return float(np.exp(q[0])), 0.0, float(np.exp(-q[1]))


class Logistic:
    """A logistic distribution: its log odds are a straight line, so that pools of odds are exact."""

    def __init__(self, middle: float, scale: float) -> None:
        self.frozen = stats.logistic(middle, scale)
        self.support = (-math.inf, math.inf)
        self.mean, self.sd = float(self.frozen.mean()), float(self.frozen.std())
        self.cdf, self.ppf, self.pdf, self.sf = (
            self.frozen.cdf,
            self.frozen.ppf,
            self.frozen.pdf,
            self.frozen.sf,
        )


@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_odds_of_logistics_pool_to_a_logistic(factor: float) -> None:
    """logit F = (x - m) / s is linear in x, and so is a weighted mean of such lines, times any factor."""
    pooled = densities.extremised([Logistic(0, 1), Logistic(6, 2)], np.array([1.0, 2.0]), factor=factor)
    slope = factor * (1 / 3 + 2 / 3 / 2)
    expected = stats.logistic(factor * (2 / 3 * 6 / 2) / slope, 1 / slope)
    assert pooled.ppf(LEVELS) == pytest.approx(expected.ppf(LEVELS), rel=1e-9)
    assert pooled.cdf(LEVELS) == pytest.approx(expected.cdf(LEVELS), rel=1e-12)
    assert pooled.pdf(LEVELS) == pytest.approx(expected.pdf(LEVELS), rel=1e-9)
    assert (pooled.mean, pooled.sd) == pytest.approx((expected.mean(), expected.std()), rel=1e-7)  # type: ignore[attr-defined]


def test_the_beta_transform_of_a_uniform_is_that_beta() -> None:
    """The CDF of a uniform on 0-1 is x itself, so that its transform is Beta(alpha, beta)."""
    pooled = densities.beta_transformed([beta(1.0, 1.0)], np.ones(1), alpha=3, beta=2)
    expected = stats.beta(3, 2)
    assert pooled.ppf(LEVELS) == pytest.approx(expected.ppf(LEVELS), rel=1e-9)
    assert pooled.pdf(LEVELS) == pytest.approx(expected.pdf(LEVELS), rel=1e-9)
    assert (pooled.mean, pooled.sd) == pytest.approx((expected.mean(), expected.std()), rel=1e-6)  # type: ignore[attr-defined]


def test_three_in_order_have_the_middle_one_as_their_median() -> None:
    """Of normals shifted along, the middle CDF is the median at every value (Hora et al. 2013)."""
    pooled = densities.median([normal(5, 1), normal(0, 1), normal(1, 1)], np.ones(3))
    assert pooled.ppf(LEVELS) == pytest.approx(stats.norm(1, 1).ppf(LEVELS), rel=1e-9)
    assert (pooled.mean, pooled.sd) == pytest.approx((1.0, 1.0), rel=1e-6)  # type: ignore[attr-defined]


def test_trimming_two_of_five_leaves_the_mixture_of_three() -> None:
    """Exterior trimming of CDFs: Jose, Grushka-Cockayne and Lichtendahl (2014)."""
    five = [normal(m, 1) for m in (-9, 4, 0, 1, 2)]
    pooled = densities.trimmed(five, np.ones(5), trim=0.2)
    middle = densities.linear([normal(m, 1) for m in (0, 1, 2)], np.ones(3))
    assert pooled.ppf(LEVELS) == pytest.approx(middle.ppf(LEVELS), rel=1e-9)


def test_any_logarithmic_pool_is_the_normalised_product() -> None:
    """Families without a closed form, by quadrature of the product of powers of densities."""
    three = [
        Parametric("student_t", {"location": 1.0, "scale": 0.5, "df": 3.0}),
        normal(2, 1),
        Parametric("lognormal", {"mean_log": 0.5, "sd_log": 0.4}, lower=0.0),
    ]
    share = np.array([0.2, 0.3, 0.5])

    def product(x: float) -> float:
        return float(np.prod([float(one.pdf(np.array(x))) ** w for one, w in zip(three, share, strict=True)]))

    pieces = [integrate.quad(product, a, b, epsabs=0, epsrel=1e-11)[0] for a, b in ((0, 1), (1, 2), (2, 30))]
    pooled = densities.logarithmic(three, share)
    assert pooled.cdf(np.array([1.0, 2.0])) == pytest.approx(
        [pieces[0] / sum(pieces), sum(pieces[:2]) / sum(pieces)], abs=1e-6
    )
    assert pooled.pdf(np.array([0.7, 1.9])) == pytest.approx(
        [product(0.7) / sum(pieces), product(1.9) / sum(pieces)], rel=1e-5
    )
