"""Judgments outside a workspace, and how far resolved questions call for sharpening."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit, logit
from scipy.stats import beta as beta_distribution

from forecast.elicitation.judgment import Judgment
from forecast.errors import InputError, UsageError
from forecast.interchange.resolved_csv import read_resolved
from forecast.lexicon import words
from forecast.pooling.bare import BEST, Answer, bare, of_answers
from forecast.pooling.probabilities import linear, log_odds
from forecast.pooling.resolved import Question, fit_beta, fit_factor
from forecast.pooling.table import RULES

SAID = {
    "x": [
        Answer("a", Judgment.of_quantiles({0.05: 2, 0.5: 5, 0.95: 7}), file="t.csv", line=2),
        Answer("b", Judgment.of_quantiles({0.05: 20, 0.5: 23, 0.95: 34}), weight=3.0),
        Answer("c", Judgment.of_quantiles({0.05: 1, 0.5: 2, 0.95: 3}), weight=0.0),
    ]
}


def test_bare_probabilities_have_a_median_alone() -> None:
    """No interval was stated, and none is pooled; conclusions flip as anywhere."""
    found = bare([0.1, 0.2, 0.5], [1.0, 1.0, 1.0], RULES, lambda p: words("icd203", p))
    by_rule = {pool.rule: pool for pool in found.pools}
    assert by_rule["linear"].quantiles == (None, pytest.approx(0.8 / 3), None)
    assert "quantile_average" not in by_rule
    assert found.words["linear"] == "unlikely"
    assert found.flips[0].reached["almost no chance"] == ("extremised", "beta")
    with pytest.raises(UsageError, match=re.escape("1.5: a probability lies between 0 and 1")):
        bare([0.1, 1.5], [1.0, 1.0], RULES, str)


def test_stated_quantiles_stay_what_they_are() -> None:
    """Straight lines go through them, so that averaged quantiles are the averages of those stated."""
    (found,) = of_answers(SAID, RULES)
    averaged = next(pool for pool in found.pools if pool.rule == "quantile_average")
    expected = [(2 + 3 * 20) / 4, (5 + 3 * 23) / 4, (7 + 3 * 34) / 4]
    assert averaged.quantiles == pytest.approx(expected)
    assert [voice.name for voice in found.voices] == ["a", "b"], "who has no weight is not heard"
    assert (found.voices[0].file, found.voices[0].line) == ("t.csv", 2)
    assert found.voices[0].distribution.support == pytest.approx((2 - 3.2, 34 + 3.2))
    (best,) = of_answers(SAID, RULES, family=BEST)
    assert "piecewise" not in best.title
    with pytest.raises(UsageError, match="nobody with a weight above 0 says anything of x"):
        of_answers({"x": SAID["x"][2:]}, RULES)


@pytest.fixture
def questions() -> list[Question]:
    """Sixty questions on which three experts are too timid by half: the truth has twice their log odds."""
    rng = np.random.default_rng(7)
    made = []
    for _ in range(60):
        p = expit(rng.normal(0, 1) + rng.normal(0, 0.3, 3))
        weight = np.array([1.0, 2.0, 1.0])
        made.append(Question(p, weight, bool(rng.random() < expit(2 * logit(log_odds(p, weight))))))
    return made


def test_the_factor_is_that_of_largest_likelihood(questions: list[Question]) -> None:
    """As a logistic regression without a constant finds it, by another optimiser; near the truth of 2."""
    x = np.array([logit(log_odds(q.p, q.weight)) for q in questions])
    y = np.array([q.came_true for q in questions])
    other = minimize(lambda a: np.logaddexp(0, np.where(y, -a * x, a * x)).sum(), [1.0], tol=1e-12)
    assert fit_factor(questions) == pytest.approx(other.x[0], rel=1e-4)
    # Fisher information of the slope at 2, over these questions.
    p = expit(2 * x)
    assert abs(fit_factor(questions) - 2) < 3 / np.sqrt((x**2 * p * (1 - p)).sum())


def test_the_shape_is_that_of_largest_likelihood(questions: list[Question]) -> None:
    """As the likelihood on a fine grid has it."""
    p = np.array([linear(q.p, q.weight) for q in questions])
    y = np.array([q.came_true for q in questions])
    grid = np.linspace(0.2, 12, 2000)
    said = beta_distribution.cdf(np.where(y, p, 1 - p)[:, None], grid, grid)
    assert fit_beta(questions) == pytest.approx(grid[np.log(said).sum(axis=0).argmax()], abs=0.01)


def test_what_tells_nothing_is_refused() -> None:
    """Too few questions, and questions that all came out as the pool leaned."""
    one = Question(np.array([0.7]), np.ones(1), came_true=True)
    for fitted in (fit_factor, fit_beta):
        with pytest.raises(UsageError, match="1 resolved questions tell nothing"):
            fitted([one])
        with pytest.raises(UsageError, match="came out as the pool leaned"):
            fitted([one, Question(np.array([0.2]), np.ones(1), came_true=False)])


def test_resolved_questions_are_read_from_a_table(tmp_path: Path) -> None:
    """Decimal commas, percentages, yes and no; weights where there are some."""
    file = tmp_path / "r.csv"
    file.write_bytes(
        "\ufeffquestion;expert;p;came_true;weight\na;x;0,3;yes;1\na;y;40%;Yes;2\nb;x;0,2;0;\n".encode()
    )
    first, second = read_resolved(file)
    assert (first.p.tolist(), first.weight.tolist(), first.came_true) == ([0.3, 0.4], [1.0, 2.0], True)
    assert (second.p.tolist(), second.weight.tolist(), second.came_true) == ([0.2], [1.0], False)


def test_every_fault_of_the_table_is_listed_at_once(tmp_path: Path) -> None:
    """By line, with what to write."""
    file = tmp_path / "r.csv"
    file.write_text(
        "question,expert,p,came_true\na,x,1.3,yes\na,x,.4,yes\na,y,.4,no\nb,x,two,no\nb,y,.2,perhaps\n",
        "utf-8",
    )
    with pytest.raises(InputError) as refused:
        read_resolved(file)
    told = {(problem.line, problem.at): problem.message for problem in refused.value.problems}
    assert told[2, "p"] == "1.3 is not a probability between 0 and 1"
    assert told[3, "expert"] == "x answers a on line 2 too"
    assert "came out otherwise on line 2" in told[4, "came_true"]
    assert "two" in told[5, "p"]
    assert "write yes or no" in told[6, "came_true"]
    file.write_text("question,expert,p\na,x,.3\n", "utf-8")
    with pytest.raises(InputError, match="has no column came_true"):
        read_resolved(file)
    file.write_text("question,expert,p,came_true\n", "utf-8")
    with pytest.raises(InputError, match="no resolved question"):
        read_resolved(file)
