"""How far to sharpen a pool, learnt from questions that were resolved.

For Q questions with outcomes y_q in {0, 1}, the factor a of log odds and the shapes of the beta transform are
those of largest likelihood, prod p_q^y_q (1 - p_q)^(1 - y_q), p_q being the pool of question q.

Sources: Satopaa et al. (2014), International Journal of Forecasting 30(2), 344-356, sec. 2.3, for the factor;
Ranjan and Gneiting (2010), JRSS B 72(1), 71-91, sec. 3.2, for the beta transform.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, logit

from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.pooling.probabilities import linear, log_odds
from forecast.pooling.rule import OfProbabilities

#: Beyond these a likelihood is taken not to have its maximum anywhere.
LARGEST = 100.0


@dataclass(frozen=True)
class Question:
    """A resolved question: what each expert said (E,), how much each weighs, and whether it came true."""

    p: Floats
    weight: Floats
    came_true: bool


def fit_factor(questions: Sequence[Question]) -> float:
    """The factor of log odds that resolved questions call for.

    Raises
    ------
    UsageError
        For too few questions, or where all came out on the side the pool was on: the likelihood then grows
        with the factor for ever.

    Examples
    --------
    Ten questions pooled at 30%, of which one came true, call for more than 30% said:

    >>> one = [Question(np.array([.3]), np.ones(1), k == 0) for k in range(10)]
    >>> round(fit_factor(one), 4)
    2.5932
    """
    x, y = logit(_pools(questions, log_odds)), _outcomes(questions)
    if (np.where(y, x, -x) >= 0).all() or not x.any():
        raise UsageError(
            "every resolved question came out as the pool leaned, so that no factor is large enough; resolve "
            "more questions, or give the factor"
        )
    return max(_largest(lambda a: float(-np.logaddexp(0.0, np.where(y, -a * x, a * x)).sum())), 0.0)


def fit_beta(questions: Sequence[Question]) -> float:
    """The shape alpha = beta of the beta transform that resolved questions call for.

    Raises
    ------
    UsageError
        As `fit_factor`.
    """
    p, y = _pools(questions, linear), _outcomes(questions)
    if (np.where(y, p, 1 - p) >= 0.5).all():
        raise UsageError(
            "every resolved question came out as the pool leaned, so that no shape is large enough; resolve "
            "more questions, or give alpha"
        )

    def likelihood(alpha: float) -> float:
        # The CDF of a symmetric beta at p and at 1 - p sum to one: each side without cancellation.
        said = np.where(y, betainc(alpha, alpha, p), betainc(alpha, alpha, 1.0 - p))
        return float(np.log(np.maximum(said, 1e-300)).sum())

    return _largest(likelihood)


def _pools(questions: Sequence[Question], rule: OfProbabilities) -> Floats:
    if len(questions) < 2:
        raise UsageError(f"{len(questions)} resolved questions tell nothing of how to sharpen; give some ten")
    return np.array([rule(q.p, q.weight) for q in questions])


def _outcomes(questions: Sequence[Question]) -> NDArray[np.bool_]:
    return np.array([q.came_true for q in questions])


def _largest(likelihood: Callable[[float], float]) -> float:
    """Where a likelihood of one positive number is largest."""
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda a: -likelihood(a), bounds=(1e-6, LARGEST), method="bounded", options={"xatol": 1e-10}
    )
    return float(found.x)
