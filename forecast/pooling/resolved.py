"""How far to sharpen a pool, learnt from questions that were resolved.

For Q questions with outcomes y_q in {0, 1}, the factor a of log odds and the shapes of the beta transform are
those of largest likelihood, prod p_q^y_q (1 - p_q)^(1 - y_q), p_q being the pool of question q.

Sources: Satopaa et al. (2014), International Journal of Forecasting 30(2), 344-356, sec. 2.3, for the factor;
Ranjan and Gneiting (2010), JRSS B 72(1), 71-91, sec. 3.2, for the beta transform.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, expit, logit

from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.pooling.probabilities import linear, log_odds
from forecast.pooling.rule import OfProbabilities

#: Factors and shapes are looked for up to here, and shapes down to the other.
LARGEST, SMALLEST = 100.0, 1e-3
#: Parts of what is said where a likelihood has no maximum.
_NOTHING = "which tells nothing of how to sharpen; give "
_ALL = "came out as the pool leaned, so that no "
_AGAINST = "came out, on the whole, no more as the pool leaned than against it, so that no "
_MORE = "resolve more questions, or give "


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
        For fewer than two questions, and where the likelihood has no maximum between 0 and 100: all came out
        on the side the pool was on, or no more on that side than on the other.

    Examples
    --------
    Ten questions pooled at 30%, of which one came true, call for more than 30% said:

    >>> one = [Question(np.array([.3]), np.ones(1), k == 0) for k in range(10)]
    >>> round(fit_factor(one), 4)
    2.5932
    """
    x, y = logit(_pools(questions, log_odds)), _outcomes(questions)
    # Log odds of what came out. The likelihood is concave in the factor, and this is its slope.
    right = np.where(y, x, -x)

    def slope(factor: float) -> float:
        return float(right @ expit(-factor * right))

    if not right.any():
        raise UsageError(f"every resolved question was pooled at 1/2, {_NOTHING}the factor")
    if (right >= 0).all():
        raise UsageError(f"every resolved question {_ALL}factor is large enough; {_MORE}the factor")
    if slope(LARGEST) > 0:
        raise UsageError(f"the resolved questions call for a factor above {LARGEST:g}; {_MORE}the factor")
    if slope(0.0) <= 0:
        raise UsageError(f"the resolved questions {_AGAINST}factor above 0 helps; {_MORE}the factor")
    from scipy.optimize import brentq

    return float(brentq(slope, 0.0, LARGEST, xtol=1e-12))


def fit_beta(questions: Sequence[Question]) -> float:
    """The shape alpha = beta of the beta transform that resolved questions call for.

    Raises
    ------
    UsageError
        As `fit_factor`, for shapes between .001 and 100; and where what was pooled at 0 came true, or what
        was pooled at 1 did not, which no shape makes possible.

    Examples
    --------
    >>> one = [Question(np.array([.3]), np.ones(1), k == 0) for k in range(10)]
    >>> shape = fit_beta(one)
    >>> round(float(betainc(shape, shape, .3)), 6)
    0.1
    """
    p, y = _pools(questions, linear), _outcomes(questions)
    # The CDF of a symmetric beta at p and at 1 - p sum to one: each side without cancellation.
    right = np.where(y, p, 1.0 - p)
    if (right == 0.0).any():
        raise UsageError(
            "a resolved question that all held impossible came true (or all held certain, and did not), "
            "which no shape makes possible; state probabilities strictly between 0 and 1, or give alpha"
        )
    if (right == 0.5).all():
        raise UsageError(f"every resolved question was pooled at 1/2, {_NOTHING}alpha")
    if (right >= 0.5).all():
        raise UsageError(f"every resolved question {_ALL}shape is large enough; {_MORE}alpha")

    def likelihood(log_shape: Floats) -> Floats:
        shape = np.exp(log_shape)[:, None]
        return np.asarray(np.log(np.maximum(betainc(shape, shape, right), 1e-300)).sum(axis=1))

    grid = np.linspace(math.log(SMALLEST), math.log(LARGEST), 200)
    best = int(likelihood(grid).argmax())
    if best == len(grid) - 1:
        raise UsageError(f"the resolved questions call for a shape above {LARGEST:g}; {_MORE}alpha")
    if best == 0:
        raise UsageError(f"the resolved questions {_AGAINST}shape above 0 helps; {_MORE}alpha")
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda a: -float(likelihood(np.array([a]))[0]),
        bounds=(grid[best - 1], grid[best + 1]),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return math.exp(found.x)


def _pools(questions: Sequence[Question], rule: OfProbabilities) -> Floats:
    if len(questions) < 2:
        if not questions:
            raise UsageError("without a resolved question nothing tells how to sharpen; give some ten")
        raise UsageError("1 resolved questions tell nothing of how to sharpen; give some ten")
    return np.array([rule(q.p, q.weight) for q in questions])


def _outcomes(questions: Sequence[Question]) -> NDArray[np.bool_]:
    return np.array([q.came_true for q in questions])
