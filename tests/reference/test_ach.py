"""Competing hypotheses against numbers from elsewhere: PARC's weights, conjugate Bayes, a known chain."""

from __future__ import annotations

from math import log10, sqrt

import numpy as np
import pytest
from scipy.stats import beta

from forecast.report.findings.elsewhere import propagate
from forecast.report.findings.heuer import SCORE, WEIGHT, Degree, Rated, Rating, inconsistency
from forecast.report.findings.weight_of_evidence import compare, weigh

#: Evenly spread quantiles stand for draws, so that no sampling error is left.
DRAWS = 20_000


def test_scores_and_weights_are_those_of_parc() -> None:
    """PARC (2006), ACH 1.1 Technical Description: II -2, I -1, others 0; weights 1/sqrt 2, 1, sqrt 2."""
    assert dict(SCORE) == {"II": -2, "I": -1, "N": 0, "C": 0, "CC": 0}
    assert dict(WEIGHT) == pytest.approx({"low": 0.70711, "medium": 1.0, "high": 1.41421}, abs=1e-5)


@pytest.mark.parametrize(
    ("rating", "credibility", "relevance", "score"),
    [
        ("II", "high", "high", -4.0),
        ("II", "high", "low", -2.0),
        ("II", "low", "low", -1.0),
        ("I", "high", "medium", -1.4142),
        ("I", "low", "low", -0.5),
        ("CC", "high", "high", 0.0),
        ("N", "high", "high", 0.0),
    ],
)
def test_a_cell_is_its_score_times_both_weights(
    rating: Rating, credibility: Degree, relevance: Degree, score: float
) -> None:
    """From one extreme to the other by a factor of eight, as the weights are powers of sqrt 2."""
    assert inconsistency([Rated((rating,), credibility, relevance)]) == pytest.approx((score,), abs=1e-4)


def test_a_matrix_worked_by_hand() -> None:
    """Three items, three hypotheses: columns are summed, and much consistency does not make up for one II."""
    items = [
        Rated(("CC", "II", "I"), "high", "medium"),
        Rated(("C", "C", "II"), "medium", "low"),
        Rated(("I", "N", "CC"), "high", "high"),
    ]
    assert inconsistency(items) == pytest.approx((-2.0, -2 * sqrt(2), -sqrt(2) - 2 / sqrt(2)))


def test_two_hypotheses_by_hand() -> None:
    """Even prior, evidence of likelihood ratios 3 and 2: odds 6 with both, 2 without the first.

    The first counts 10 log10((6/7) / (2/3)) for and 10 log10((1/7) / (1/3)) against, 4.77 decibans apart.
    """
    draws = np.repeat([1.0, 0.0], [6000, 1000])
    found = weigh(np.stack([draws, 1 - draws], axis=1), np.log(np.where(draws == 1, 3.0, 1.0)))
    assert found.decibans == pytest.approx((10 * log10(9 / 7), 10 * log10(3 / 7)))
    assert found.diagnosticity == pytest.approx(10 * log10(3))


@pytest.mark.parametrize(("hits", "misses"), [(3, 2), (0, 4), (4, 0), (2, 2)])
def test_a_conjugate_rate_is_weighed_exactly(hits: int, misses: int) -> None:
    """A rate ~ Beta(12, 18) after all the evidence: without some hits and misses Beta(12 - h, 18 - m).

    The hypothesis is a hit next time, whose probability is the mean of the rate.
    """
    a, b = 12, 18
    rate = beta.ppf((np.arange(DRAWS) + 0.5) / DRAWS, a, b)
    chances = np.stack([rate, 1 - rate], axis=1)
    found = weigh(chances, hits * np.log(rate) + misses * np.log1p(-rate))
    before = (a - hits) / (a + b - hits - misses)
    exact = 10 * log10(a / (a + b) / before), 10 * log10(b / (a + b) / (1 - before))
    assert found.trusted
    assert found.decibans == pytest.approx(exact, abs=0.02)


def test_an_item_that_says_nothing_has_no_weight() -> None:
    """A likelihood that is the same everywhere leaves every hypothesis as it was."""
    rate = beta.ppf((np.arange(1000) + 0.5) / 1000, 2, 5)
    found = weigh(np.stack([rate, 1 - rate], axis=1), np.full(1000, -3.7))
    assert found.decibans == pytest.approx((0.0, 0.0))
    assert not found.diagnostic


def test_draws_of_another_posterior_are_compared_with_their_weights() -> None:
    """Beta(9, 16) read off draws of Beta(8, 16) with weights in proportion to the rate: the exact ratio."""
    grid = (np.arange(DRAWS) + 0.5) / DRAWS
    after, moved = beta.ppf(grid, 12, 18), beta.ppf(grid, 8, 16)
    weights = moved / moved.mean()
    found = compare(np.stack([after, 1 - after], 1), np.stack([moved, 1 - moved], 1), weights)
    assert found.decibans == pytest.approx((10 * log10(0.4 / 0.36), 10 * log10(0.6 / 0.64)), abs=0.01)


def test_the_chain_of_three_states() -> None:
    """Q = [[-.15, .05, .10], [.20, -.25, .05], [.02, 0, -.02]] over P, A, S: P(5) from P, by R's msm."""
    rates = np.array([0.05, 0.10, 0.20, 0.05, 0.02])
    state, reached = propagate(np.tile(rates, (2, 10, 1)), 0.5, 1)
    assert state[0] == pytest.approx([0.097931, 0.539672, 0.362398], abs=1e-6)
    assert reached[0, 1] == 1.0
    assert (reached >= state - 1e-12).all()


def test_steps_with_many_moves_are_cut_into_pieces() -> None:
    """A return within days beside a slow way out: against the matrix exponential."""
    from scipy.linalg import expm

    rates = np.array([0.3, 0.02, 8.0, 1.5, 0.01])
    q = np.array([[-9.5, 8.0, 1.5], [0.3, -0.32, 0.02], [0.0, 0.01, -0.01]])
    state, _ = propagate(np.tile(rates, (1, 20, 1)), 0.5, 1)
    assert state[0] == pytest.approx(expm(10 * q)[1], abs=1e-6)
