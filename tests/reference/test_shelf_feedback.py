"""What SHELF (R, Oakley) shows back of its fits, as printed and as it tests itself.

Printed: vignettes/SHELF-overview.html of OakleyJ/SHELF (29 June 2016), the consensus of its two experts,
P(X <= 25) = .25, P(X <= 30) = .5, P(X <= 40) = .75 on 0 to 100; `feedback` rounds to three digits.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from forecast.elicitation.feedback import feedback
from forecast.elicitation.fitting import fit, fits
from forecast.elicitation.judgment import Judgment

CONSENSUS = Judgment.of_quartiles(25, 30, 40, lower=0, upper=100)

#: Family, p05, p95, P(X <= 25), P(X <= 30), P(X <= 40).
PRINTED = [
    ("normal", 12.5, 50.4, 0.288, 0.451, 0.772),
    ("student_t", 7.49, 55.10, 0.289, 0.453, 0.774),
    ("gamma", 16.2, 53.2, 0.279, 0.461, 0.769),
    ("lognormal", 17.3, 55.3, 0.274, 0.466, 0.767),
    ("log_student_t", 14.8, 64.1, 0.275, 0.469, 0.768),
    ("beta", 15.2, 51.2, 0.283, 0.456, 0.770),
]


def three_digits(value: float) -> float:
    """As SHELF rounds."""
    return float(f"{value:.3g}")


@pytest.mark.parametrize(("family", "low", "high", "first", "second", "third"), PRINTED)
def test_the_printed_table(
    family: str, low: float, high: float, first: float, second: float, third: float
) -> None:
    """Every number of the table, to the digits printed; each probability beside the stated one."""
    told = feedback(fit(CONSENSUS, family), quantiles=[0.05, 0.95])
    assert [three_digits(one.fitted) for one in told.quantiles] == [low, high]
    assert [three_digits(one.fitted) for one in told.probabilities] == [first, second, third]
    assert [one.stated for one in told.probabilities] == [0.25, 0.5, 0.75]
    assert [one.stated for one in told.quantiles] == [None, None]


#: tests/testthat/test-fitting.R: values, limits, df, the member whose probabilities are stated, values asked.
OWN = [
    ("normal", [-10.0, 10.0, 50.0], {}, 3, stats.norm(10, 20), [0.0, 30.0]),
    ("student_t", [-10.0, 10.0, 50.0], {}, 4, stats.t(4, 10, 20), [0.0, 30.0]),
    ("beta", [18.0, 20.0, 24.0], {"lower": 10.0, "upper": 60.0}, 3, stats.beta(5, 20, 10, 50), [19.0, 29.0]),
    ("lognormal", [-78.0, -70.0, -58.0], {"lower": -100.0}, 3, stats.lognorm(0.5, -100, 30), [-75.0, -45.0]),
    (
        "lognormal",
        [-6.0, -2.0, 2.0, 6.0],
        {"lower": -10.0},
        3,
        stats.lognorm(0.5, -10, math.exp(2)),
        [-4.0, 4.0],
    ),
    ("gamma", [32.0, 35.0, 37.0], {"lower": 10.0}, 3, stats.gamma(50, 10, 0.5), [33.0, 40.0]),
]


@pytest.mark.parametrize(("family", "values", "limits", "df", "member", "asked"), OWN)
def test_shelfs_own_cases(
    family: str,
    values: list[float],
    limits: dict[str, float],
    df: float,
    member: stats.rv_continuous,
    asked: list[float],
) -> None:
    """Points on a member of a family: it is named best, and what is asked of it is the member's own."""
    said = Judgment(tuple(values), tuple(member.cdf(values)), **limits)  # type: ignore[arg-type]
    best = fits(said, df=df)[0]
    assert best.family == family
    told = feedback(best, quantiles=[0.05, 0.95], values=asked)
    assert [one.fitted for one in told.quantiles] == pytest.approx(member.ppf([0.05, 0.95]), rel=1e-7)
    assert [one.fitted for one in told.probabilities] == pytest.approx(member.cdf(asked), rel=1e-7)


def test_a_mirrored_lognormal() -> None:
    """Below an upper limit of 10: as SHELF, u - q(1 - p) and 1 - F(u - x), u the limit."""
    below = stats.lognorm(0.5, 0, math.exp(2))
    values = np.array([-6.0, -2.0, 2.0, 6.0])
    said = Judgment(tuple(values.tolist()), tuple(1 - below.cdf(10 - values)), lower=-20.0, upper=10.0)
    told = feedback(fits(said)[0], quantiles=[0.05, 0.95], values=[-4.0, 4.0])
    assert told.family == "mirror_lognormal"
    assert [one.fitted for one in told.quantiles] == pytest.approx(10 - below.ppf([0.95, 0.05]), rel=1e-7)
    assert [one.fitted for one in told.probabilities] == pytest.approx(1 - below.cdf([14.0, 6.0]), rel=1e-7)


def test_three_experts_at_once() -> None:
    """The group of test-linearpool.R: a gamma, a normal and a lognormal, each told as itself."""
    p = [0.33, 0.5, 0.66, 0.75]
    members = {
        "gamma": stats.gamma(5, 0, 1 / 5),
        "normal": stats.norm(10, 2),
        "lognormal": stats.lognorm(2, 0, 10),
    }
    for family, member in members.items():
        said = Judgment.of_quantiles(dict(zip(p, member.ppf(p).tolist(), strict=True)), lower=0)
        told = feedback(fits(said)[0], quantiles=[0.1, 0.9], values=[1.0, 2.0])
        assert told.family == family
        assert [one.fitted for one in told.quantiles] == pytest.approx(member.ppf([0.1, 0.9]), rel=1e-6)
        assert [one.fitted for one in told.probabilities] == pytest.approx(member.cdf([1, 2]), abs=1e-7)
