"""Distributions of one quantity pooled to one, each rule a function of E distributions and weights (E,).

    linear            F = sum w_e F_e                          mixture; f likewise
    logarithmic       f proportional to prod f_e^w_e           externally Bayesian
    quantile_average  F^-1(u) = sum w_e F_e^-1(u)              Vincent's average
    odds              logit F = sum w_e logit F_e              geometric mean of odds, at every value
    extremised        logit F = a sum w_e logit F_e
    beta              F = I_{alpha,beta}(sum w_e F_e)
    median            F = the weighted median of F_e, at every value
    trimmed           F = their trimmed mean, at every value

The last five apply a rule of probabilities to P(X <= x) at every x; each is monotone in every F_e, so that F
is a distribution. Odds and extremised are our extension of rules for events; the others are published for
distributions. Weights are brought to a sum of one, and weight 0 drops its expert.

Sources: Genest and Zidek (1986), Statistical Science 1(1), 114-135; Lichtendahl, Grushka-Cockayne and Winkler
(2013), Management Science 59(7), 1594-1611, for averaging quantiles; Hora, Fransen, Hawkins and Susel (2013),
Decision Analysis 10(4), 279-291, for medians; Jose, Grushka-Cockayne and Lichtendahl (2014), Management
Science 60(2), 463-475, for trimming; Gneiting and Ranjan (2013), Electronic Journal of Statistics 7,
1747-1782, for the beta transform.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution
from forecast.errors import UsageError
from forecast.pooling.combining import MEAN, by_beta, by_odds, by_trimming
from forecast.pooling.pointwise import Pointwise, contradict
from forecast.pooling.probabilities import ALPHA, FACTOR, TRIM, check_settings, heard
from forecast.pooling.product import product_of_powers
from forecast.pooling.quantile_average import QuantileAverage

_CERTAIN = (
    "one is certain (to 1e-308) that the value lies below where another is certain that it lies above, so "
    "that their odds have no mean; widen those who disagree, or take a rule that averages (linear, median)"
)


def linear(said: Sequence[Distribution], weights: Floats) -> Distribution:
    """The mixture: marginalises; as wide as disagreement makes it."""
    kept, share = speaking(said, weights)
    return kept[0] if len(kept) == 1 else Pointwise(kept, share, MEAN)


def logarithmic(said: Sequence[Distribution], weights: Floats) -> Distribution:
    """The normalised weighted geometric mean of densities: what somebody rules out is ruled out.

    Raises
    ------
    UsageError
        Where no value has a density above 0 for everybody.
    """
    kept, share = speaking(said, weights)
    return kept[0] if len(kept) == 1 else product_of_powers(kept, share)


def quantile_average(said: Sequence[Distribution], weights: Floats) -> Distribution:
    """The average of what everybody puts at each probability: as wide as experts are on average."""
    kept, share = speaking(said, weights)
    return kept[0] if len(kept) == 1 else QuantileAverage(kept, share)


def odds(said: Sequence[Distribution], weights: Floats) -> Distribution:
    """The geometric mean of the odds of lying below each value."""
    return extremised(said, weights, factor=1.0)


def extremised(said: Sequence[Distribution], weights: Floats, *, factor: float = FACTOR) -> Distribution:
    """As `odds`, log odds stretched by a factor: drawn together about the pooled median.

    Raises
    ------
    UsageError
        Where somebody is certain to lie below what another is certain to lie above: their odds have no mean;
        for a factor that is not above 0.
    """
    check_settings(factor=factor)
    kept, share = speaking(said, weights)
    if len(kept) == 1 and factor == 1.0:
        return kept[0]
    if contradict(kept):
        raise UsageError(_CERTAIN)
    return Pointwise(kept, share, by_odds(factor))


def beta_transformed(
    said: Sequence[Distribution], weights: Floats, *, alpha: float = ALPHA, beta: float | None = None
) -> Distribution:
    """The mixture's CDF through a beta distribution's; symmetric (beta = alpha) unless both are given.

    Raises
    ------
    UsageError
        For shapes that are not above 0.
    """
    check_settings(alpha=alpha, beta=beta)
    kept, share = speaking(said, weights)
    return Pointwise(kept, share, by_beta(alpha, alpha if beta is None else beta))


def median(said: Sequence[Distribution], weights: Floats) -> Distribution:
    """The weighted median of the CDFs at each value."""
    return _without_ends(said, weights, 0.5)


def trimmed(said: Sequence[Distribution], weights: Floats, *, trim: float = TRIM) -> Distribution:
    """The mean of the CDFs at each value, with a share of the weight cut off at either end.

    Raises
    ------
    UsageError
        For a share that is negative, or a half and more, which would leave nobody.
    """
    check_settings(trim=trim)
    return _without_ends(said, weights, trim)


def _without_ends(said: Sequence[Distribution], weights: Floats, trim: float) -> Distribution:
    kept, share = speaking(said, weights)
    return kept[0] if len(kept) == 1 else Pointwise(kept, share, by_trimming(trim))


def speaking(said: Sequence[Distribution], weights: Floats) -> tuple[tuple[Distribution, ...], Floats]:
    """The distributions of those with weight, and their weights brought to a sum of one."""
    weights = np.asarray(weights, dtype=float)
    if len(said) != weights.size:
        raise UsageError(f"{len(said)} distributions and {weights.size} weights; give one of each an expert")
    _, share = heard(np.full(len(said), 0.5), weights)
    return tuple(one for one, w in zip(said, weights, strict=True) if w > 0), share
