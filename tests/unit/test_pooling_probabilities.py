"""Rules on probabilities of one event: certainty, ties, weights and settings at their edges."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from forecast.errors import UsageError
from forecast.pooling import probabilities
from forecast.pooling.resolved import Question, fit_beta, fit_factor
from forecast.pooling.rules import RULES as ANSWERED
from forecast.pooling.table import RULES, rules

P, ALIKE = np.array([0.1, 0.2, 0.5]), np.ones(3)
OF_CERTAINTY = ("linear", "median", "trimmed", "beta")


@pytest.mark.parametrize("name", OF_CERTAINTY)
@pytest.mark.parametrize("said", [0.0, 1.0])
def test_what_all_are_certain_of_is_certain(name: str, said: float) -> None:
    """However many they are: rounding errors of shares neither pass one nor leave it."""
    pooled = RULES[name].probabilities
    assert pooled is not None
    for many in range(1, 60):
        found = pooled(np.full(many, said), np.ones(many))
        assert 0.0 <= found <= 1.0
        assert found == pytest.approx(said, abs=1e-14)


@pytest.mark.parametrize("name", ["log_odds", "logarithmic", "extremised", "probit"])
@pytest.mark.parametrize("said", [0.0, 1.0])
def test_one_who_is_certain_has_no_veto(name: str, said: float) -> None:
    """Their odds would decide alone, so they are refused, with what to do."""
    pooled = RULES[name].probabilities
    assert pooled is not None
    with pytest.raises(UsageError, match=rf"says {said:g} and would decide alone.*strictly between 0 and 1"):
        pooled(np.array([0.4, said]), np.ones(2))


def test_only_a_zero_decides_a_geometric_mean() -> None:
    """A factor of one is ordinary there: .5 and 1 make the root of a half."""
    assert probabilities.geometric(np.array([1.0, 0.5]), np.ones(2)) == pytest.approx(0.5**0.5)
    with pytest.raises(UsageError, match="says 0 and would decide alone"):
        probabilities.geometric(np.array([0.0, 0.5]), np.ones(2))


def test_percentages_are_told_from_what_is_no_number() -> None:
    """The remedy is that of the fault."""
    for wrong, mend in ((40.0, "write 0.4 for 40%"), (-0.1, "leave out who"), (np.nan, "leave out who")):
        with pytest.raises(UsageError, match=re.escape(mend)):
            probabilities.linear(np.array([0.2, wrong]), np.ones(2))


def test_weights_of_any_size() -> None:
    """The largest floats and the smallest ones."""
    for size in (1e308, 1e-300):
        assert probabilities.linear(P, size * ALIKE) == pytest.approx(0.8 / 3)
        assert probabilities.log_odds(P, size * ALIKE) == pytest.approx(0.232454, abs=5e-7)


def test_a_weighted_median() -> None:
    """Where half of the weight is reached; midway at a tie; equal weights as everybody's median."""
    for p, w, expected in (
        ([0.1, 0.2, 0.5], [1, 1, 3], 0.5),
        ([0.5, 0.1, 0.2], [2, 1, 1], 0.35),
        ([0.1, 0.9], [0.4999, 0.5001], 0.9),
        # Three tenths and two tenths are a half but for rounding.
        ([0.1, 0.2, 0.3, 0.4], [0.1, 0.2, 0.2, 0.5], 0.35),
    ):
        assert probabilities.median(np.array(p), np.array(w, dtype=float)) == pytest.approx(expected)
    drawn = np.random.default_rng(1)
    for many in range(1, 30):
        some = drawn.uniform(size=many)
        assert probabilities.median(some, np.ones(many)) == pytest.approx(np.median(some), abs=1e-15)


def test_weight_is_trimmed_not_heads() -> None:
    """Of five alike, a tenth cuts half an expert at either end; splitting one in two changes nothing."""
    five = np.array([0.0, 0.1, 0.2, 0.4, 1.0])
    assert probabilities.trimmed(five, np.ones(5)) == pytest.approx((0.0 + 0.2 + 0.4 + 0.8 + 1.0) / 8)
    split, halves = np.array([0.0, 0.0, 0.1, 0.2, 0.4, 1.0]), np.array([0.5, 0.5, 1, 1, 1, 1])
    assert probabilities.trimmed(split, halves) == pytest.approx(probabilities.trimmed(five, np.ones(5)))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *[(name, value) for name in ("factor", "alpha", "beta") for value in (0.0, -1.0, np.inf, np.nan)],
        *[("trim", value) for value in (-0.1, 0.5, np.nan)],
    ],
)
def test_settings_out_of_range_are_refused_alone_and_in_the_table(setting: str, value: float) -> None:
    """With the number that was found."""
    of: dict[str, Callable[..., float]] = {
        "factor": probabilities.extremised,
        "alpha": probabilities.beta_transformed,
        "beta": probabilities.beta_transformed,
        "trim": probabilities.trimmed,
    }
    alone = partial(of[setting], P, ALIKE)
    for pooled in (rules, alone):
        with pytest.raises(UsageError, match=re.escape(f"(found {value:g})")):
            pooled(**{setting: value})


def test_the_rules_of_an_answer_are_those_of_the_table() -> None:
    """Two of them, the one in use first."""
    assert list(ANSWERED) == ["log_odds", "linear"]
    for name, rule in ANSWERED.items():
        assert rule is RULES[name].probabilities


def asked(p: float, came_true: int, of: int) -> list[Question]:
    """``of`` questions pooled at p, some of which came true."""
    return [Question(np.array([p]), np.ones(1), k < came_true) for k in range(of)]


def test_what_resolved_questions_call_for_is_exact() -> None:
    """Questions pooled alike call for what makes of p the share that came true."""
    for p, true in ((0.3, 1), (0.3, 2), (0.3, 4), (0.8, 9), (0.05, 1)):
        questions, one = asked(p, true, 10), (np.array([p]), np.ones(1))
        by_factor = probabilities.extremised(*one, factor=fit_factor(questions))
        by_shape = probabilities.beta_transformed(*one, alpha=fit_beta(questions))
        assert (by_factor, by_shape) == pytest.approx((true / 10, true / 10), rel=1e-5)


@pytest.mark.parametrize("fitted", [fit_factor, fit_beta])
@pytest.mark.parametrize(
    ("questions", "told"),
    [
        (asked(0.501, 99, 100), "above 100; resolve more questions"),
        (asked(0.7, 1, 10), "no more as the pool leaned than against it"),
        (asked(0.7, 5, 10), "no more as the pool leaned than against it"),
        (asked(0.5, 3, 10), "pooled at 1/2"),
        (asked(0.7, 10, 10), "came out as the pool leaned"),
        ([], "without a resolved question nothing tells how to sharpen"),
    ],
)
def test_likelihoods_without_a_maximum_are_refused(
    fitted: Callable[[list[Question]], float], questions: list[Question], told: str
) -> None:
    """None is answered with the end of the range that was searched."""
    with pytest.raises(UsageError, match=told):
        fitted(questions)


def test_no_shape_makes_the_impossible_possible() -> None:
    """What was pooled at 0 and came true has no likelihood; at 0 and did not is ordinary."""
    ordinary = asked(0.3, 1, 10)
    with pytest.raises(UsageError, match="all held impossible came true"):
        fit_beta([*ordinary, *asked(0.0, 1, 1)])
    assert fit_beta([*ordinary, *asked(0.0, 0, 1)]) == pytest.approx(fit_beta(ordinary))
