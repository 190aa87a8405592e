"""Stated probabilities at another horizon."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from forecast.elicitation import SplitNormal
from forecast.pooling.horizons import Curve, carried

PROBABILITIES = st.tuples(st.floats(0.001, 0.45), st.floats(0.001, 0.45))
YEARS = st.floats(0.5, 40)


@given(PROBABILITIES, YEARS)
def test_at_the_stated_window_nothing_changes(p: tuple[float, float], years: float) -> None:
    """F_k(H) = p_k."""
    assert carried(p, stated_years=years, years=years) == pytest.approx(p, rel=1e-9)


@given(PROBABILITIES, YEARS, YEARS, YEARS)
def test_by_way_of_another_window_is_the_same(
    p: tuple[float, float], stated: float, between: float, years: float
) -> None:
    """A constant hazard has no memory of the window it was read from."""
    on_the_way = carried(p, stated_years=stated, years=between)
    if sum(on_the_way) < 0.999:
        direct = carried(p, stated_years=stated, years=years)
        assert carried(on_the_way, stated_years=between, years=years) == pytest.approx(direct, rel=1e-6)


def test_it_is_the_cumulative_incidence_of_two_constant_hazards() -> None:
    """F_1(T) = integral of h_1 exp(-(h_1 + h_2) t): here h_1 = .02 and h_2 = .05, read at 7 years, at 12."""

    def incidence(own: float, years: float) -> float:
        return float(quad(lambda t: own * np.exp(-0.07 * t), 0, years)[0])

    found = carried((incidence(0.02, 7), incidence(0.05, 7)), stated_years=7, years=12)
    assert found == pytest.approx((incidence(0.02, 12), incidence(0.05, 12)), rel=1e-9)


def test_certainty_to_leave_is_read_as_all_but_certain() -> None:
    """Probabilities that sum to one or more keep their shares and leave at once."""
    assert carried((0.6, 0.6), stated_years=10, years=10) == pytest.approx((0.5, 0.5), abs=1e-5)


def test_a_curve_answers_by_quantile_with_the_sd_of_its_side() -> None:
    """At the window the 5% quantile is that of the logit's lower side, the 95% that of its upper side."""
    curve = Curve.of(SplitNormal(-2.0, 0.5, 0.9), SplitNormal(-3.0, 0.4, 0.4), years=10)
    expected = [1 / (1 + np.exp(2.0 + s)) for s in (0.5 * 1.6448536270, 0.0, -0.9 * 1.6448536270)]
    assert [curve.at(0, level, 10.0) for level in (0.05, 0.5, 0.95)] == pytest.approx(expected, rel=1e-8)
