"""What rules make of the experts' probabilities of lying below a value, with slopes and inverses."""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.special import betainc, betaincinv, betaln, expit, logit, xlog1py, xlogy

from forecast.calendar import Floats
from forecast.pooling.pointwise import Combine

#: Sums of shares that differ by less are equal but for rounding.
_ROUNDING = 1e-12


def _mean(below: Floats, above: Floats, share: Floats) -> Floats:
    return share @ below


def _mean_slope(below: Floats, above: Floats, density: Floats, share: Floats) -> Floats:
    return share @ density


def _itself(p: Floats) -> Floats:
    return p


MEAN = Combine(_mean, _mean_slope, _itself, is_mixture=True)


def by_odds(factor: float) -> Combine:
    """logit F = factor sum w logit F_e; a half where one holds certain what another holds impossible.

    At a value that is NaN so is F.
    """
    return Combine(
        partial(_log_odds, factor=factor),
        partial(_log_odds_slope, factor=factor),
        partial(_relaxed, factor=factor),
        needs_above=True,
    )


def _log_odds(below: Floats, above: Floats, share: Floats, *, factor: float) -> Floats:
    return np.asarray(expit(_stretched(below, above, share, factor)))


def _stretched(below: Floats, above: Floats, share: Floats, factor: float) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        found = factor * (share @ (np.log(below) - np.log(above)))
    return np.asarray(np.where(np.isnan(found) & ~np.isnan(below).any(axis=0), 0.0, found))


def _log_odds_slope(below: Floats, above: Floats, density: Floats, share: Floats, *, factor: float) -> Floats:
    log_odds = _stretched(below, above, share, factor)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        relative = np.where(density > 0.0, density / (below * above), 0.0)
        slope = factor * expit(log_odds) * expit(-log_odds) * (share @ relative)
    return np.asarray(np.where(np.isfinite(slope) | np.isnan(log_odds), slope, 0.0))


def _relaxed(p: Floats, *, factor: float) -> Floats:
    return np.asarray(expit(logit(p) / factor))


def by_beta(alpha: float, beta: float) -> Combine:
    """F = I_{alpha,beta}(sum w F_e)."""
    return Combine(
        partial(_beta, alpha=alpha, beta=beta),
        partial(_beta_slope, alpha=alpha, beta=beta),
        partial(_beta_inverse, alpha=alpha, beta=beta),
    )


def _beta(below: Floats, above: Floats, share: Floats, *, alpha: float, beta: float) -> Floats:
    return np.asarray(betainc(alpha, beta, np.clip(share @ below, 0.0, 1.0)))


def _beta_slope(
    below: Floats, above: Floats, density: Floats, share: Floats, *, alpha: float, beta: float
) -> Floats:
    mixed = np.clip(share @ below, 0.0, 1.0)
    steep = np.exp(xlogy(alpha - 1.0, mixed) + xlog1py(beta - 1.0, -mixed) - betaln(alpha, beta))
    # Shapes below 1 have no bound where F is 0 or 1, beyond which nothing lies.
    return np.asarray(np.where(np.isinf(steep), 0.0, steep) * (share @ density))


def _beta_inverse(p: Floats, *, alpha: float, beta: float) -> Floats:
    return np.asarray(betaincinv(alpha, beta, p))


def by_trimming(trim: float) -> Combine:
    """The mean of the F_e with a share of the weight cut off at either end; a half leaves the median."""
    return Combine(partial(_trimmed, trim=trim), partial(_trimmed_slope, trim=trim), _itself)


def _trimmed(below: Floats, above: Floats, share: Floats, *, trim: float) -> Floats:
    return np.asarray((_left(below, share, trim) * below).sum(axis=0))


def _trimmed_slope(below: Floats, above: Floats, density: Floats, share: Floats, *, trim: float) -> Floats:
    return np.asarray((_left(below, share, trim) * density).sum(axis=0))


def _left(below: Floats, share: Floats, trim: float) -> Floats:
    """What each expert still weighs at each value (E, N), after trimming; columns sum to one."""
    order = np.argsort(below, axis=0, kind="stable")
    ends = np.cumsum(share[order], axis=0)
    if trim >= 0.5:
        # Midway between the last expert to end at a half and the next.
        kept = np.zeros_like(ends)
        columns = np.arange(ends.shape[1])
        for first in (np.argmax(ends >= 0.5 - _ROUNDING, axis=0), np.argmax(ends > 0.5 + _ROUNDING, axis=0)):
            kept[first, columns] += 0.5
    else:
        kept = np.minimum(ends, 1.0 - trim) - np.maximum(ends - share[order], trim)
        kept = np.clip(kept, 0.0, None)
        kept /= kept.sum(axis=0)
    left = np.empty_like(kept)
    np.put_along_axis(left, order, kept, axis=0)
    return left
