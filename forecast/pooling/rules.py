"""Many probabilities to one, by a named rule.

    log_odds   logit p = sum w_e logit p_e      (geometric mean of odds; externally Bayesian)
    linear     p = sum w_e p_e                  (linear opinion pool)

Source: Genest and Zidek (1986), Statistical Science 1(1), 114-135.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from forecast.calendar import Floats

Rule = Callable[[Floats, Floats], float]


def log_odds_pool(p: Floats, weight: Floats) -> float:
    """Weighted geometric mean of odds of probabilities p (E,); weights need not sum to one.

    >>> round(log_odds_pool(np.array([.1, .2, .5]), np.ones(3)), 6)
    0.232454
    """
    share = weight / weight.sum()
    log_odds = float(share @ (np.log(p) - np.log1p(-p)))
    return 1.0 / (1.0 + float(np.exp(-log_odds)))


def linear_pool(p: Floats, weight: Floats) -> float:
    """Weighted mean of probabilities p (E,).

    >>> round(linear_pool(np.array([.1, .2, .5]), np.ones(3)), 6)
    0.266667
    """
    return float(p @ weight / weight.sum())


RULES: Mapping[str, Rule] = MappingProxyType({"log_odds": log_odds_pool, "linear": linear_pool})
