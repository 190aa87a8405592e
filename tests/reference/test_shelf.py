"""Fits that SHELF (R, Oakley and O'Hagan) recovers exactly."""

from __future__ import annotations

import pytest
from scipy.stats import norm

from forecast.elicitation import normal
from forecast.inputs.fields import Quantiles


def test_a_normal_from_its_own_probabilities() -> None:
    """Normal(10, 20) from P(X <= v) at v = -10, 10, 50, as SHELF's `fitdist` recovers it.

    Our fit is a line through the quantile-quantile points, SHELF's least squares on the CDF; on points of
    an exact normal both are exact.
    """
    fit = normal(Quantiles(levels=tuple(norm.cdf([-1.0, 0.0, 2.0])), values=(-10.0, 10.0, 50.0)))
    assert (fit.mean, fit.sd) == pytest.approx((10.0, 20.0), abs=1e-9)


def test_quartiles_of_expert_a() -> None:
    """Quartiles 25, 30, 35 on 0-100: Normal(30, 7.41301), the worked example of SHELF's documentation."""
    fit = normal(Quantiles(levels=(0.25, 0.5, 0.75), values=(25.0, 30.0, 35.0)))
    assert (fit.mean, fit.sd) == pytest.approx((30.0, 7.41301), abs=5e-6)
