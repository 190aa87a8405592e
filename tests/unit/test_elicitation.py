"""From stated quantiles to distributions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import logit as scipy_logit

from forecast.elicitation import logit, lognormal, normal, split_logit_normal, standard_score
from forecast.inputs.fields import Quantiles

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


def quantiles(values: np.ndarray, levels: tuple[float, ...] = LEVELS) -> Quantiles:
    """Values at the levels."""
    return Quantiles(levels=levels, values=tuple(float(v) for v in values))


@given(st.floats(-50, 50), st.floats(0.01, 20))
def test_a_normal_is_recovered_from_its_own_quantiles(mean: float, sd: float) -> None:
    """Points of a normal lie on one quantile-quantile line, whose slope is the sd."""
    fit = normal(quantiles(stats.norm(mean, sd).ppf(LEVELS)))
    assert fit.mean == pytest.approx(mean, abs=1e-9 * (1 + abs(mean)) + 1e-9)
    assert fit.sd == pytest.approx(sd, rel=1e-7)
    assert fit.variance == pytest.approx(sd**2, rel=1e-6)


@given(st.floats(-3, 3), st.floats(0.05, 2))
def test_a_lognormal_is_recovered_from_its_own_quantiles(mean: float, sd: float) -> None:
    """As for the normal, on ln(value)."""
    fit = lognormal(quantiles(stats.lognorm(s=sd, scale=np.exp(mean)).ppf(LEVELS)))
    assert (fit.mean, fit.sd) == pytest.approx((mean, sd), abs=1e-8)


def test_more_quantiles_than_a_line_has_are_fitted_by_least_squares() -> None:
    """Asymmetric quantiles give the ordinary least-squares line of value on z."""
    stated = quantiles(np.array([1.0, 2.0, 9.0]), (0.05, 0.5, 0.95))
    slope, intercept = np.polyfit(stats.norm.ppf(stated.levels), stated.values, 1)
    assert (normal(stated).mean, normal(stated).sd) == pytest.approx((intercept, slope))


@given(st.floats(-10, 10), st.floats(0.1, 10))
def test_the_fit_moves_with_the_scale(shift: float, factor: float) -> None:
    """fit(a + b v) = a + b fit(v)."""
    values = np.array([1.0, 2.0, 4.5])
    plain = normal(quantiles(values, (0.05, 0.5, 0.95)))
    moved = normal(quantiles(shift + factor * values, (0.05, 0.5, 0.95)))
    assert moved.mean == pytest.approx(shift + factor * plain.mean, abs=1e-8)
    assert moved.sd == pytest.approx(factor * plain.sd)


def test_a_split_normal_keeps_the_median_and_each_side() -> None:
    """Centre = logit of the median; with p05 and p95 alone each side reproduces its stated value."""
    fit = split_logit_normal(quantiles(np.array([0.02, 0.05, 0.2]), (0.05, 0.5, 0.95)))
    z = stats.norm.ppf(0.95)
    assert fit.centre == pytest.approx(scipy_logit(0.05))
    assert fit.centre - z * fit.sd_below == pytest.approx(scipy_logit(0.02))
    assert fit.centre + z * fit.sd_above == pytest.approx(scipy_logit(0.2))


def test_a_side_averages_its_quantiles() -> None:
    """Two quantiles on a side: the mean of the two sds they would give alone."""
    fit = split_logit_normal(quantiles(np.array([0.02, 0.04, 0.05, 0.07, 0.2]), LEVELS))
    gaps = [(scipy_logit(v) - scipy_logit(0.05)) / stats.norm.ppf(q) for q, v in ((0.75, 0.07), (0.95, 0.2))]
    assert fit.sd_above == pytest.approx(np.mean(gaps))


@pytest.mark.parametrize(
    ("levels", "values"), [((0.5, 0.75, 0.95), (0.1, 0.2, 0.4)), ((0.05, 0.25, 0.5), (0.1, 0.2, 0.4))]
)
def test_a_side_without_quantiles_takes_the_others(
    levels: tuple[float, ...], values: tuple[float, ...]
) -> None:
    """One-sided statements are read as symmetric."""
    fit = split_logit_normal(quantiles(np.array(values), levels))
    assert fit.sd_below == fit.sd_above > 0


def test_a_median_alone_is_no_distribution() -> None:
    """Without a quantile on either side there is no width to read."""
    with pytest.raises(ValueError, match="one side of the median"):
        split_logit_normal(quantiles(np.array([0.2]), (0.5,)))


def test_scores_and_log_odds_agree_with_scipy() -> None:
    """Phi^-1 and ln(p / (1 - p))."""
    for p in (1e-6, 0.05, 0.5, 0.93):
        assert standard_score(p) == pytest.approx(stats.norm.ppf(p), abs=1e-9)
        assert logit(p) == pytest.approx(scipy_logit(p), abs=1e-12)
