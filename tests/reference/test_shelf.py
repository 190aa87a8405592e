"""Fits that SHELF (R, Oakley and O'Hagan) publishes or recovers exactly.

SHELF's optimiser stops up to 4e-4 short of the least squares; numbers are compared to the digits it prints.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from forecast.elicitation import normal
from forecast.elicitation.fitting import fit, fits
from forecast.elicitation.judgment import Judgment
from forecast.inputs.fields import Quantiles


def test_a_normal_from_its_own_probabilities() -> None:
    """Normal(10, 20) from P(X <= v) at v = -10, 10, 50, as SHELF's `fitdist` recovers it.

    The model's fit is a line through the quantile-quantile points, SHELF's least squares on the CDF; on
    points of an exact normal both are exact.
    """
    line = normal(Quantiles(levels=tuple(stats.norm.cdf([-1.0, 0.0, 2.0])), values=(-10.0, 10.0, 50.0)))
    assert (line.mean, line.sd) == pytest.approx((10.0, 20.0), abs=1e-9)


def test_quartiles_of_expert_a_by_the_model() -> None:
    """Quartiles 25, 30, 35 on 0-100: Normal(30, 7.41301), the worked example of SHELF's documentation."""
    line = normal(Quantiles(levels=(0.25, 0.5, 0.75), values=(25.0, 30.0, 35.0)))
    assert (line.mean, line.sd) == pytest.approx((30.0, 7.41301), abs=5e-6)


A = Judgment.of_quartiles(25, 30, 35, lower=0, upper=100)
RIO = Judgment.of_quartiles(25, 30, 40, lower=0, upper=100)


@pytest.mark.parametrize(
    ("said", "family", "published"),
    [
        (A, "normal", (30.0, 7.41301)),
        (A, "beta", (11.5881, 26.7116)),
        (A, "gamma", (16.3878, 0.538011)),
        (A, "lognormal", (3.39331, 0.249968)),
        (RIO, "normal", (31.4316, 11.5157)),
        (RIO, "beta", (5.45213, 11.6056)),
    ],
)
def test_documented_fits(said: Judgment, family: str, published: tuple[float, ...]) -> None:
    """Experts A and RIO of SHELF's documentation, to the six digits printed."""
    found = tuple(fit(said, family).parameters.values())
    assert [float(f"{value:.6g}") for value in found] == pytest.approx(published, rel=1e-12)


def test_documented_feedback() -> None:
    """RIO's beta: p05 = 15.17 and P(X < 25) = 0.2832, as SHELF's `feedback` shows."""
    found = fit(RIO, "beta")
    assert (round(float(found.ppf(0.05)), 2), round(float(found.cdf(25)), 4)) == (15.17, 0.2832)


def _judgment(values: list[float], distribution: object, **limits: float) -> Judgment:
    return Judgment(tuple(values), tuple(distribution.cdf(values)), **limits)  # type: ignore[attr-defined]


#: SHELF's tests/testthat/test-fitting.R: points on a member of a family, that member, and df.
_OWN = [
    ("normal", [-10.0, 10.0, 50.0], stats.norm(10, 20), {}, (10, 20), 3),
    ("student_t", [-10.0, 10.0, 50.0], stats.t(4, 10, 20), {}, (10, 20, 4), 4),
    (
        "log_student_t",
        [22.0, 30.0, 42.0],
        None,
        {"lower": 0.0},
        (math.log(30), 0.5, 5),
        5,
    ),
    ("beta", [18.0, 20.0, 24.0], stats.beta(5, 20, 10, 50), {"lower": 10.0, "upper": 60.0}, (5, 20), 3),
    ("beta", [18.0, 20.0, 22.0, 24.0], stats.beta(5, 20, 10, 50), {"lower": 10.0, "upper": 60.0}, (5, 20), 3),
    ("lognormal", [22.0, 30.0, 42.0], stats.lognorm(0.5, 0, 30), {"lower": 0.0}, (math.log(30), 0.5), 3),
    (
        "lognormal",
        [-6.0, -2.0, 2.0, 6.0],
        stats.lognorm(0.5, -10, math.exp(2)),
        {"lower": -10.0},
        (2, 0.5),
        3,
    ),
    ("gamma", [32.0, 35.0, 37.0], stats.gamma(50, 10, 0.5), {"lower": 10.0}, (50, 2), 3),
]


@pytest.mark.parametrize(("family", "values", "member", "limits", "parameters", "df"), _OWN)
def test_a_family_from_its_own_probabilities(
    family: str,
    values: list[float],
    member: object,
    limits: dict[str, float],
    parameters: tuple[float, ...],
    df: float,
) -> None:
    """The cases SHELF tests itself with to 0.1%: recovered to 1e-8, named best, its quantiles shown back."""
    if member is None:
        logs = np.log(values)
        said = Judgment(tuple(values), tuple(stats.t.cdf((logs - parameters[0]) / 0.5, 5)), lower=0.0)
        wanted = np.exp(parameters[0] + 0.5 * stats.t.ppf([0.05, 0.95], 5))
    else:
        said = _judgment(values, member, **limits)
        wanted = member.ppf([0.05, 0.95])  # type: ignore[attr-defined]
    best = fits(said, df=df)[0]
    assert best.family == family
    assert tuple(best.parameters.values()) == pytest.approx(parameters, rel=1e-8)
    assert best.ppf([0.05, 0.95]) == pytest.approx(wanted, rel=1e-8)
