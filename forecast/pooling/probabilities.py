"""Probabilities of one event pooled to one, each rule a function of p (E,) and weights (E,).

    linear          p = sum w_e p_e
    log_odds        logit p = sum w_e logit p_e                     geometric mean of odds
    extremised      logit p = a sum w_e logit p_e                   a > 1 sharpens
    beta            p = I_{alpha,beta}(sum w_e p_e)                 beta-transformed linear pool
    median          the p with half of the weight on either side
    trimmed         the mean of what is left when a share of the weight is cut off at either end
    geometric       p = prod p_e^w_e                                of p alone: incoherent, see there
    probit          Phi^-1(p) = sum w_e Phi^-1(p_e)

Weights are brought to a sum of one; an expert of weight 0 is dropped before anything is computed, so that
whatever they said cannot matter.

Sources: Genest and Zidek (1986), Statistical Science 1(1), 114-135, for the linear and the logarithmic pool
and external Bayesianity; Baron, Mellers, Tetlock, Stone and Ungar (2014), Decision Analysis 11(2), 133-145,
and Satopaa et al. (2014), International Journal of Forecasting 30(2), 344-356, for extremising; Ranjan and
Gneiting (2010), JRSS B 72(1), 71-91, for the beta transform; Jose, Grushka-Cockayne and Lichtendahl (2014),
Management Science 60(2), 463-475, for trimming. Gould et al.'s aggreCAT (R) calls these ArMean, LOArMean,
BetaArMean, Median, GeoMean and ProbitArMean. It moves a 0 or 1 inwards by 2e-16 before taking log odds, which
lets that expert all but decide alone; here such a rule refuses them.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import betainc, expit, logit, ndtr, ndtri

from forecast.calendar import Floats
from forecast.errors import UsageError

#: The factor by which log odds are stretched where none is given: in the middle of the 1.161 to 3.921 that
#: Sevilla (2021), "When pooling forecasts, use the geometric mean of odds", reports of Satopaa et al. (2014),
#: and what it suggests where nothing was resolved to learn it from.
FACTOR = 2.5
#: The share of the weight that is cut off at either end where none is given.
TRIM = 0.1
#: Weights above this are brought down before they are summed, lest the sum overflow.
_LARGEST = 1e300
#: Both shapes of the beta transform where nothing was resolved to fit them to: aggreCAT's default, found on
#: claims that research would replicate.
ALPHA = 6.0


def heard(p: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Probabilities of those with weight, and their weights brought to a sum of one.

    Raises
    ------
    UsageError
        Where nobody is heard, a weight is negative or none, or a probability is none.
    """
    p, weight = np.asarray(p, dtype=float), np.asarray(weight, dtype=float)
    if p.ndim != 1 or p.shape != weight.shape:
        raise UsageError(f"{p.size} probabilities and {weight.size} weights; give one of each an expert")
    if not np.isfinite(weight).all() or (weight < 0).any():
        raise UsageError(f"weights are numbers of at least 0 (found {_listed(weight)})")
    if not (weight > 0).any():
        raise UsageError("nobody is heard: there is no expert with a weight above 0; raise one")
    p, weight = p[weight > 0], weight[weight > 0]
    wrong = p[~((p >= 0.0) & (p <= 1.0))]
    if wrong.size:
        percent = 1.0 < wrong[0] <= 100.0
        mend = f"write {wrong[0] / 100:g} for {wrong[0]:g}%" if percent else "leave out who did not answer"
        raise UsageError(f"{_listed(wrong)}: a probability lies between 0 and 1; {mend}")
    if weight.max() > _LARGEST:
        weight = weight / weight.max()
    return p, weight / weight.sum()


def check_settings(
    *, factor: float = FACTOR, trim: float = TRIM, alpha: float = ALPHA, beta: float | None = None
) -> None:
    """UsageError for a setting out of its range: those of `extremised`, `trimmed` and `beta_transformed`."""
    for name, value in (("factor", factor), ("shape alpha", alpha), ("shape beta", beta)):
        if value is not None and not (value > 0 and math.isfinite(value)):
            raise UsageError(
                f"the {name} is a finite number above 0 (found {value:g}); 1 leaves the pool as is"
            )
    if not 0 <= trim < 0.5:
        raise UsageError(
            f"a share of at least 0 and below a half is trimmed at either end (found {trim:g}); "
            "a half would leave nobody: that is the median"
        )


def linear(p: Floats, weight: Floats) -> float:
    """Weighted mean: marginalises, and is never sharper than its sharpest expert.

    >>> round(linear(np.array([.1, .2, .5]), np.ones(3)), 6)
    0.266667
    """
    p, share = heard(p, weight)
    return _bounded(float(share @ p))


def log_odds(p: Floats, weight: Floats) -> float:
    """Geometric mean of odds: externally Bayesian.

    For one event it is the logarithmic pool too: normalised geometric means of p and of 1 - p. Raises
    UsageError for a p of 0 or 1, whose expert would decide alone.

    >>> round(log_odds(np.array([.1, .2, .5]), np.ones(3)), 6)
    0.232454
    """
    return extremised(p, weight, factor=1.0)


def extremised(p: Floats, weight: Floats, *, factor: float = FACTOR) -> float:
    """Mean log odds times a factor above 1: experts share information, so that each alone is too timid.

    >>> round(extremised(np.array([.1, .2, .5]), np.ones(3)), 6)
    0.04805
    """
    check_settings(factor=factor)
    p, share = heard(p, weight)
    _no_veto(p)
    return float(expit(factor * (share @ logit(p))))


def beta_transformed(p: Floats, weight: Floats, *, alpha: float = ALPHA, beta: float | None = None) -> float:
    """The linear pool through a beta distribution's CDF; symmetric (beta = alpha) unless both are given.

    A linear pool of calibrated experts is underconfident; alpha = beta > 1 sharpens it about .5, and
    alpha = beta = 1 leaves it as it is.

    >>> round(beta_transformed(np.array([.1, .2, .5]), np.ones(3), alpha=2.), 6)
    0.175407
    """
    check_settings(alpha=alpha, beta=beta)
    return float(betainc(alpha, alpha if beta is None else beta, linear(p, weight)))


def median(p: Floats, weight: Floats) -> float:
    """Weighted median: midway where half of the weight ends between two experts.

    >>> median(np.array([.5, .1, .2]), np.ones(3)), median(np.array([.1, .3]), np.ones(2))
    (0.2, 0.2)
    """
    p, share = heard(p, weight)
    order = np.argsort(p, kind="stable")
    p, reached = p[order], np.cumsum(share[order])
    # Sums of shares that are a half in exact arithmetic count as a half.
    at = int(np.searchsorted(reached, 0.5 - 1e-12))
    if abs(reached[at] - 0.5) <= 1e-12 and at + 1 < len(p):
        return float((p[at] + p[at + 1]) / 2)
    return float(p[at])


def trimmed(p: Floats, weight: Floats, *, trim: float = TRIM) -> float:
    """Mean of the middle, with a share ``trim`` of the weight cut off at either end.

    Weight is trimmed, not heads: with ten equal experts and .1 the lowest and the highest go, with five half
    of each stays (R's ``mean(trim=)`` and SciPy's ``trim_mean`` cut whole experts, and there would cut none).

    >>> round(trimmed(np.array([0., .2, .2, .2, .2, .2, .2, .2, .2, 1.]), np.ones(10)), 6)
    0.2
    """
    check_settings(trim=trim)
    p, share = heard(p, weight)
    order = np.argsort(p, kind="stable")
    ends = np.concatenate([[0.0], np.cumsum(share[order])])
    kept = np.clip(np.minimum(ends[1:], 1.0 - trim) - np.maximum(ends[:-1], trim), 0.0, None)
    return _bounded(float(kept @ p[order] / kept.sum()))


def geometric(p: Floats, weight: Floats) -> float:
    """Geometric mean of the probabilities alone. It and that of 1 - p do not sum to one.

    Raises UsageError for a p of 0, which would decide alone (aggreCAT's GeoMean is then 0); a 1 is ordinary.

    >>> round(geometric(np.array([.1, .2, .5]), np.ones(3)), 6)
    0.215443
    """
    p, share = heard(p, weight)
    _no_veto(p[p < 0.5])
    return _bounded(float(np.exp(share @ np.log(p))))


def probit(p: Floats, weight: Floats) -> float:
    """Mean of the standard scores of the probabilities, as a probability.

    >>> round(probit(np.array([.1, .9]), np.ones(2)), 6)
    0.5
    """
    p, share = heard(p, weight)
    _no_veto(p)
    return float(ndtr(share @ ndtri(p)))


def _no_veto(p: Floats) -> None:
    """UsageError where somebody is certain: under a rule of odds they would decide alone."""
    sure = p[(p == 0.0) | (p == 1.0)]
    if sure.size:
        raise UsageError(
            f"somebody says {sure[0]:g} and would decide alone, whatever the others say; state a probability "
            "strictly between 0 and 1, or take a rule that is no mean of odds (linear, median, trimmed)"
        )


def _bounded(pooled: float) -> float:
    """A mean of probabilities without its rounding error: shares of nine alike sum to 1 + 2e-16."""
    return min(max(pooled, 0.0), 1.0)


def _listed(numbers: Floats) -> str:
    return ", ".join(f"{n:g}" for n in numbers[:5]) + (", ..." if numbers.size > 5 else "")
