"""Rules of pooling against numbers from elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.elicitation.fitting import fit
from forecast.elicitation.judgment import Judgment
from forecast.pooling import densities, probabilities
from forecast.pooling.table import RULES, rules

P = np.array([0.1, 0.2, 0.5])
ALIKE = np.ones(3)


@pytest.mark.parametrize(
    ("rule", "expected", "to"),
    [
        # The arithmetic of three forecasters at 10, 20 and 50%.
        ("linear", 0.266667, 5e-7),
        ("log_odds", 0.232454, 5e-7),
        ("logarithmic", 0.232454, 5e-7),
        ("extremised", 0.048050, 5e-7),
        ("geometric", (0.1 * 0.2 * 0.5) ** (1 / 3), 1e-12),
        ("median", 0.2, 0),
    ],
)
def test_three_forecasters(rule: str, expected: float, to: float) -> None:
    """Mean .266667, geometric mean of odds .232454, log odds stretched by 2.5 .048050."""
    pooled = RULES[rule].probabilities
    assert pooled is not None
    assert pooled(P, ALIKE) == pytest.approx(expected, abs=to)


def test_the_beta_transform_is_the_cdf_at_the_mean() -> None:
    """aggreCAT's BetaArMean is R's pbeta(mean, 6, 6): of a mean of .3 it is .0782, of a half a half.

    I_x(6, 6) = sum_{j=6}^{11} C(11, j) x^j (1 - x)^(11 - j).
    """
    assert probabilities.beta_transformed(np.array([0.2, 0.4]), np.ones(2)) == pytest.approx(0.0782, abs=5e-5)
    assert probabilities.beta_transformed(np.array([0.2, 0.8]), np.ones(2)) == pytest.approx(0.5)


def test_four_forecasts_of_a_nuclear_war() -> None:
    """Sevilla (2021), "When pooling forecasts, use the geometric mean of odds": 1.40, 2.21, .39 and .40%.

    The mean is 1.10%, odds of about 1:91; the geometric mean of odds about 1:118, a probability of .84%.
    """
    p, alike = np.array([0.0140, 0.0221, 0.0039, 0.0040]), np.ones(4)
    mean, odds = probabilities.linear(p, alike), probabilities.log_odds(p, alike)
    assert 100 * mean == pytest.approx(1.10, abs=0.005)
    assert 100 * odds == pytest.approx(0.84, abs=0.005)
    # The odds are printed from odds that were rounded to whole numbers themselves.
    assert 1 / mean == pytest.approx(91, abs=1)
    assert 1 / odds - 1 == pytest.approx(118, abs=1)


def test_averaged_quantiles_of_normals() -> None:
    """Lichtendahl et al. (2013), prop. 1: a normal with the mean of the means and of the sds."""
    pooled = densities.quantile_average([_normal(0, 1), _normal(3, 2)], np.array([1.0, 3.0]))
    assert pooled.mean == pytest.approx(2.25)  # type: ignore[attr-defined]
    assert pooled.sd == pytest.approx(1.75)  # type: ignore[attr-defined]
    assert float(pooled.ppf(np.array(0.975))) == pytest.approx(2.25 + 1.959964 * 1.75, abs=1e-5)


def test_the_logarithmic_pool_of_normals() -> None:
    """Genest and Zidek (1986), sec. 3: a normal, its precision the weighted mean of the precisions."""
    pooled = densities.logarithmic([_normal(0, 1), _normal(3, 2)], np.array([1.0, 3.0]))
    precision = 0.25 / 1 + 0.75 / 4
    mean = 0.75 * 3 / 4 / precision
    assert (pooled.mean, pooled.sd) == pytest.approx((mean, precision**-0.5), rel=1e-9)  # type: ignore[attr-defined]


def test_the_linear_pool_of_equal_experts_is_cookes_equal_weighted_decision_maker() -> None:
    """TU Delft, open course on expert judgment, 3.8.2: Q1 by equal weights is (2.55, 21.77, 32.39)."""
    said = [(2, 5, 7), (20, 23, 34), (20, 25, 28)]
    low, high = 2 - 0.1 * 32, 34 + 0.1 * 32
    experts = [
        fit(
            Judgment.of_quantiles(dict(zip((0.05, 0.5, 0.95), q, strict=True)), lower=low, upper=high),
            "piecewise_uniform",
        )
        for q in said
    ]
    pooled = densities.linear(experts, ALIKE).ppf(np.array([0.05, 0.5, 0.95]))
    assert pooled == pytest.approx([2.55, 21.77, 32.39], abs=0.005)
    averaged = densities.quantile_average(experts, ALIKE).ppf(np.array([0.05, 0.5, 0.95]))
    assert averaged == pytest.approx(np.mean(said, axis=0))


def test_settings_reach_their_rules() -> None:
    """A factor of one is the geometric mean of odds, shapes of one the mean, no trimming the mean."""
    table = rules(factor=1.0, alpha=1.0, trim=0.0)
    for changed, plain in (("extremised", "log_odds"), ("beta", "linear"), ("trimmed", "linear")):
        one, other = table[changed].probabilities, table[plain].probabilities
        assert one is not None
        assert other is not None
        assert one(P, ALIKE) == pytest.approx(other(P, ALIKE), abs=1e-14)


def _normal(mean: float, sd: float) -> object:
    scores = {0.05: -1.6448536269514729, 0.5: 0.0, 0.95: 1.6448536269514722}
    return fit(Judgment.of_quantiles({p: mean + sd * z for p, z in scores.items()}), "normal")
