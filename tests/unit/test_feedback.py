"""What is shown back of a fit: SHELF's numbers, identities between what is told, words that are true."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from forecast.elicitation.feedback import Feedback, feedback, feedback_of
from forecast.elicitation.fitting import fit, fits
from forecast.elicitation.judgment import Judgment
from forecast.elicitation.statements import (
    Window,
    chance,
    frequency,
    in_digits,
    in_percent,
    odds,
    statements,
)
from forecast.errors import UsageError

RIO = Judgment.of_quartiles(25, 30, 40, lower=0, upper=100)


def told_of(family: str, **asked: list[float]) -> Feedback:
    """Expert RIO of SHELF's report, read as a family."""
    return feedback(fit(RIO, family), **asked)  # type: ignore[arg-type]


def test_the_expert_of_shelfs_report() -> None:
    """Expert RIO: P05 = 15.17 and P(X < 25) = .2832 of the fitted beta, as SHELF's feedback prints them."""
    told = told_of("beta", quantiles=[0.05, 0.5], values=[25.0, 26.0])
    assert told.quantiles[0].fitted == pytest.approx(15.17, abs=0.005)
    assert told.probabilities[0].fitted == pytest.approx(0.2832, abs=0.00005)
    assert told.parameters == pytest.approx({"shape1": 5.45213, "shape2": 11.6056}, abs=1e-4)
    assert told_of("normal").parameters == pytest.approx({"mean": 31.4316, "sd": 11.5157}, abs=1e-4)


def test_what_was_stated_stands_beside_what_was_asked() -> None:
    """Asked points that were stated keep it; where nothing is asked all that was stated is shown."""
    told = told_of("beta", quantiles=[0.05, 0.5], values=[25.0, 26.0])
    assert [point.stated for point in told.quantiles] == [None, 30.0]
    assert [point.stated for point in told.probabilities] == [0.25, None]
    usual = told_of("beta")
    assert [point.probability for point in usual.quantiles] == [0.25, 0.5, 0.75]
    assert [point.value for point in usual.probabilities] == [25.0, 30.0, 40.0]
    differences = [point.difference for point in usual.probabilities]
    assert differences == pytest.approx(fit(RIO, "beta").residuals)
    assert usual.quantiles[0].difference == pytest.approx(usual.quantiles[0].fitted - 25.0)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"quantiles": [25.0]}, "between 0 and 1 \\(found 25\\); write 0.25"),
        ({"quantiles": [-0.1]}, "between 0 and 1"),
        ({"quantiles": [math.nan]}, "between 0 and 1"),
        ({"values": [math.inf]}, "finite values"),
    ],
)
def test_what_cannot_be_asked(asked: dict[str, list[float]], message: str) -> None:
    """A probability outside [0, 1] or an endless value is refused with the remedy."""
    with pytest.raises(UsageError, match=message):
        told_of("beta", **asked)


def test_tails_and_moments() -> None:
    """Tails and moments are those of an independent implementation of the fitted distribution."""
    told = told_of("beta")
    same = stats.beta(told.parameters["shape1"], told.parameters["shape2"], scale=100)
    assert told.tails.p01 == pytest.approx(same.ppf(0.01))
    assert told.tails.p99 == pytest.approx(same.ppf(0.99))
    assert (told.tails.below, told.tails.above) == pytest.approx((same.cdf(25), same.sf(40)))
    assert (told.tails.stated_below, told.tails.stated_above) == (0.25, 0.25)
    assert (told.mean, told.sd) == pytest.approx((same.mean(), same.std()))
    shape1, shape2 = told.parameters.values()
    assert told.modes == pytest.approx([100 * (shape1 - 1) / (shape1 + shape2 - 2)], rel=1e-6)
    normal = told_of("normal").tails
    same = stats.norm(31.43160724, 11.51567952)
    assert normal.outside == pytest.approx(same.cdf(0) + same.sf(100), rel=1e-5)


@pytest.mark.parametrize("family", [one.family for one in fits(RIO)])
def test_sentences_are_true(family: str) -> None:
    """Each chance spelt out is the distribution's own, to the digits it is said in."""
    said = fit(RIO, family)
    sentences = statements(said, repr)
    for words, p, upper in (
        ("a 1 in 20 chance below ", 0.05, False),
        ("a 1 in 20 chance above ", 0.05, True),
        ("a 1 in 100 chance below ", 0.01, False),
        ("a 1 in 100 chance above ", 0.01, True),
    ):
        (sentence,) = [one for one in sentences if one.startswith(words)]
        value = float(sentence.removeprefix(words))
        share = float(said.sf(value) if upper else said.cdf(value))
        assert share == pytest.approx(p, rel=1e-6), sentence
    middle = float(sentences[0].removeprefix("as likely above ").removesuffix(" as below"))
    assert float(said.cdf(middle)) == pytest.approx(0.5)


@pytest.mark.parametrize("family", ["lognormal", "gamma", "logit_normal", "student_t", "skew_normal"])
def test_the_mode_is_where_the_density_is_highest(family: str) -> None:
    """No point of a fine grid lies higher."""
    said = fit(RIO, family)
    (mode,) = feedback(said).modes
    grid = np.linspace(1.0, 99.0, 50_001)
    assert float(said.pdf(np.array(mode))) >= float(np.max(said.pdf(grid))) * (1 - 1e-12)


def test_two_peaks_are_said() -> None:
    """Two peaks are told and asked about; an even spread has none."""
    wide = Judgment.of_quartiles(0.2, 0.5, 0.8, lower=0, upper=1)
    told = feedback(fit(wide, "logit_normal"))
    assert len(told.modes) == 2
    assert any("2 peaks" in sentence for sentence in told.statements)
    assert feedback(fit(wide, "piecewise_uniform")).modes == ()


def test_symmetry_is_said() -> None:
    """A normal is symmetrical about its median; a lognormal is longer above, its mirror below."""
    assert any(said.startswith("symmetrical about 31.4") for said in told_of("normal").statements)
    assert any(said.startswith("longer above") for said in told_of("lognormal").statements)
    assert any(said.startswith("longer below") for said in told_of("mirror_lognormal").statements)


class Bare:
    """A lognormal without moments of its own, as a pooled distribution may be."""

    support = (0.0, math.inf)

    def cdf(self, x: np.ndarray) -> np.ndarray:
        """P(X <= x)."""
        return np.asarray(stats.lognorm.cdf(x, 0.5))

    def ppf(self, p: np.ndarray) -> np.ndarray:
        """The value with probability p below it."""
        return np.asarray(stats.lognorm.ppf(p, 0.5))

    def pdf(self, x: np.ndarray) -> np.ndarray:
        """Density."""
        return np.asarray(stats.lognorm.pdf(x, 0.5))


def test_moments_of_any_distribution() -> None:
    """Where a distribution has no moments of its own they are integrated."""
    said = Judgment.of_quantiles({0.05: 0.4, 0.5: 1.0, 0.95: 2.3}, lower=0)
    told = feedback_of(Bare(), said, family="bare", title="Bare")
    assert told.mean == pytest.approx(stats.lognorm.mean(0.5), rel=1e-9)
    assert told.sd == pytest.approx(stats.lognorm.std(0.5), rel=1e-9)
    assert told.modes == pytest.approx([math.exp(-0.25)], rel=1e-6)
    assert feedback_of(Bare(), said, family="bare", title="Bare", stepped=True).modes == ()


@given(st.floats(1e-9, 1 - 1e-9))
def test_percent_never_rounds_to_certainty(p: float) -> None:
    """What is not certain is not said to be, and two digits are kept of the smaller side."""
    told = float(in_percent(p).removesuffix("%")) / 100
    assert 0 < told < 1
    assert abs(told - p) <= 0.0501 * min(p, 1 - p) + 1e-15
    assert " 0 in " not in f" {frequency(p)}"


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_digits_tell_a_hundredth_of_the_range(value: float, spread: float) -> None:
    """A value as said lies within half a hundredth of the range, or has three digits."""
    told = float(in_digits(spread)(value).replace(",", ""))
    assert abs(told - value) <= max(0.0051 * spread, 0) + 1e-300 or abs(told - value) <= 0.0051 * abs(value)


@settings(max_examples=50)
@given(st.floats(0.001, 0.999), st.floats(0.5, 100), st.floats(0.5, 100), st.floats(0.5, 100))
def test_windows_compose(p: float, years: float, first: float, then: float) -> None:
    """At a constant hazard: the stated window gives the stated probability, and survival multiplies."""
    window = Window(p, years)
    assert window.within(years) == pytest.approx(p)
    both = 1 - (1 - window.within(first)) * (1 - window.within(then))
    assert window.within(first + then) == pytest.approx(both)


def test_a_window_in_words() -> None:
    """3% in ten years is about 0.3% a year, 1.5% in five and 5.9% in twenty."""
    assert str(Window(0.03, 10)) == "about 0.3% a year; 1.5% within 5 years; 5.9% within 20 years"


@given(st.floats(1e-6, 1 - 1e-6))
def test_odds_and_their_contrary(p: float) -> None:
    """Odds against an event are odds on its contrary."""
    assert odds(p).replace("against", "on") == odds(1 - p).replace("against", "on")


def test_chances_in_words() -> None:
    """Chances are 1 in N only where they are."""
    assert [chance(p) for p in (0.01, 0.005, 0.15, 0.95)] == [
        "a 1 in 100 chance", "a 1 in 200 chance", "a 15% chance", "a 95% chance",
    ]  # fmt: skip
