"""The outside view: counts to log rates."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from scipy import stats

from forecast.calendar import decimal_year
from forecast.inputs.fields import PositiveQuantiles, Quantiles
from forecast.inputs.records import BaseRates, Episode, TransitionCount
from forecast.inputs.workspace import Workspace
from forecast.model.base_rate import (
    CLASS_SD,
    UNKNOWN_DRIVERS_SD,
    LogRates,
    class_log_rates,
    log_rate,
    with_past_spells,
)
from forecast.model.record import record
from forecast.panel import Panel

Z95 = stats.norm.ppf(0.95)


def jeffreys(events: float, years: float, extra: float = CLASS_SD) -> tuple[float, float]:
    """Mean and sd of ln of a Gamma(events + 1/2, rate years) variable, widened by ``extra``."""
    log_gamma = stats.loggamma(events + 0.5)
    return log_gamma.mean() - np.log(years), np.hypot(log_gamma.std(), extra)


def with_covariates_off(base: BaseRates) -> BaseRates:
    """The counts alone."""
    return base.model_copy(update={"offsets": False})


@pytest.mark.parametrize(("events", "years"), [(0, 300.0), (1.5, 466.0), (4, 400.0), (40, 1200.0)])
def test_log_rates_are_those_of_the_jeffreys_posterior(events: float, years: float) -> None:
    """Mean and variance of ln r for r ~ Gamma(n + 1/2, E), against scipy's log-gamma."""
    mean, variance = log_rate(events, years, extra_sd=0.3)
    expected, sd = jeffreys(events, years, 0.3)
    assert mean == pytest.approx(expected)
    assert variance == pytest.approx(sd**2)


def test_counts_are_of_episodes_where_those_are_given(small: Workspace) -> None:
    """Events that belong together count once: 3 episodes, not 4 events; elsewhere the events."""
    rates = class_log_rates(with_covariates_off(small.base_rates))
    assert (rates.mean[0], rates.sd[0]) == pytest.approx(jeffreys(3, 400))
    assert (rates.mean[1], rates.sd[1]) == pytest.approx(jeffreys(6, 400))


def test_a_zero_or_missing_cell_is_pooled_with_the_wider_class(small: Workspace) -> None:
    """No move seen: the wider class, which holds the narrower one's years, and the basis says so."""
    rates = class_log_rates(small.base_rates)
    assert (rates.mean[3], rates.sd[3]) == pytest.approx(jeffreys(0 + 5, 0 + 900))
    assert "none seen" in rates.basis[3]
    assert rates.basis[2] == "Neighbouring dyads with a partnership treaty"
    classes = dict(small.base_rates.classes)
    zero = TransitionCount(events=0, exposure_years=150)
    counted = {**classes["neighbours"].transitions, "alliance->split": zero}
    classes["neighbours"] = classes["neighbours"].model_copy(update={"transitions": counted})
    pooled = class_log_rates(small.base_rates.model_copy(update={"classes": classes}))
    assert pooled.mean[3] == pytest.approx(jeffreys(5, 900)[0])


def test_an_elicited_rate_replaces_the_class(small: Workspace) -> None:
    """Its lognormal is used as stated: neither counts nor class sd nor offsets."""
    rates = class_log_rates(small.base_rates)
    slope, intercept = np.polyfit(stats.norm.ppf([0.05, 0.5, 0.95]), np.log([0.01, 0.04, 0.1]), 1)
    assert (rates.mean[4], rates.sd[4]) == pytest.approx((intercept, slope))
    assert rates.basis[4] == "elicited"


def test_covariates_move_the_class_rate_to_the_pair(small: Workspace) -> None:
    """Shift gamma (pair - class) = .9 x .3, variance (.3 sd_gamma)^2; only where a ratio is given."""
    off, on = class_log_rates(with_covariates_off(small.base_rates)), class_log_rates(small.base_rates)
    assert on.mean - off.mean == pytest.approx([0.3 * 0.9, 0, 0, 0, 0])
    assert on.sd**2 - off.sd**2 == pytest.approx([(0.3 * 0.7 / Z95) ** 2, 0, 0, 0, 0])


def test_definition_offsets_act_on_the_ways_out_of_partnership_only(small: Workspace) -> None:
    """Our outcomes are looser than the data's: the ways in move, the returns do not."""
    offset = Quantiles(levels=(0.05, 0.5, 0.95), values=(0.5 - Z95 * 0.4, 0.5, 0.5 + Z95 * 0.4))
    moved = small.base_rates.model_copy(update={"definition_offset": {"split": offset}})
    plain, shifted = class_log_rates(small.base_rates), class_log_rates(moved)
    assert shifted.mean - plain.mean == pytest.approx([0, 0.5, 0, 0, 0])
    assert shifted.sd**2 - plain.sd**2 == pytest.approx([0, 0.16, 0, 0, 0])


def test_another_class_can_be_used(small: Workspace) -> None:
    """The wider class needs no pooling, and its pair covariates are not given, so nothing is moved."""
    rates = class_log_rates(small.base_rates, use="major_dyads")
    assert (rates.mean[3], rates.sd[3]) == pytest.approx(jeffreys(5, 900))
    assert (rates.mean[0], rates.sd[0]) == pytest.approx(jeffreys(20, 2500))


def test_more_events_mean_a_higher_and_surer_rate(small: Workspace) -> None:
    """One more event in the same years raises the log rate and narrows it."""
    lower, higher = log_rate(3, 400, extra_sd=0), log_rate(4, 400, extra_sd=0)
    assert higher[0] > lower[0]
    assert higher[1] < lower[1]


def test_the_pairs_completed_spells_update_its_ways_back(small: Workspace) -> None:
    """One split of 21.7 years that ended in partnership: a precision-weighted mean with .7 added in sd."""
    rates = class_log_rates(small.base_rates)
    updated = with_past_spells(rates, small.history, small.question.as_of)
    years = decimal_year(dt.date(1992, 3, 1)) - decimal_year(dt.date(1970, 7, 1))
    mean, sd = jeffreys(1, years, UNKNOWN_DRIVERS_SD)
    precision = rates.sd[4] ** -2 + sd**-2
    assert updated.mean[4] == pytest.approx((rates.mean[4] * rates.sd[4] ** -2 + mean * sd**-2) / precision)
    assert updated.sd[4] == pytest.approx(precision**-0.5)
    assert np.array_equal(updated.mean[:4], rates.mean[:4])


def test_a_spell_that_had_not_ended_teaches_nothing(small: Workspace) -> None:
    """As of 1990 the split was still open."""
    rates = LogRates(np.zeros(5), np.ones(5), ("",) * 5)
    assert np.array_equal(with_past_spells(rates, small.history, dt.date(1990, 1, 1)).mean, np.zeros(5))


@pytest.mark.parametrize(("record_start", "counted"), [(1991, True), (1990, True), (1985, False)])
def test_each_past_move_is_counted_once(small: Workspace, record_start: int, counted: bool) -> None:
    """A move before the yearly record starts updates the rate here, partnership's too; a later one there."""
    rates = LogRates(np.zeros(5), np.ones(5), ("",) * 5)
    spells = [
        Episode(state="partnership", start=dt.date(1970, 1, 1), end=dt.date(1990, 1, 1), citation="x"),
        Episode(state="alliance", start=dt.date(1990, 1, 1), citation="x"),
    ]
    history = small.history.model_copy(update={"codings": {"main": spells}, "record_start": record_start})
    updated = with_past_spells(rates, history, dt.date(2020, 1, 1))
    assert bool(updated.sd[0] < 1) is counted
    workspace = dataclasses.replace(small, history=history)
    later = record(workspace, Panel("none", (), {}), dt.date(2020, 1, 1)).events[:, 0].sum()
    assert bool(later > 0) is not counted


def test_elicited_quantiles_are_positive() -> None:
    """A rate of zero per year has no logarithm and is refused when read."""
    with pytest.raises(ValueError, match="not positive"):
        PositiveQuantiles.model_validate({"p05": 0.0, "p50": 0.1, "p95": 0.2})
