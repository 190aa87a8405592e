"""Means, quantiles and Monte Carlo errors of weighted posterior draws.

Every function takes values (N, ...) whose first axis is the draws in chain order, and their log weights
(N,), which need not be normalised; what comes back has the trailing axes of the values. Equal weights give
what the unweighted formulas give.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forecast.calendar import Floats
from forecast.errors import UsageError


def relative_weights(log_weights: Floats) -> Floats:
    """Weights (N,) over their largest: exp(log w - max log w), so that equal weights are exactly 1.

    Raises UsageError unless every log weight is finite or -inf, and one at least finite.
    """
    log_weights = np.asarray(log_weights, dtype=np.float64)
    if log_weights.ndim != 1 or not log_weights.size:
        raise UsageError(f"log weights are one number a draw, (N,); found shape {log_weights.shape}")
    bad = np.isnan(log_weights) | (log_weights == np.inf)
    if bad.any():
        where = int(np.argmax(bad))
        raise UsageError(
            f"log weights must be finite, or -inf for a draw without weight; {int(bad.sum())} of"
            f" {log_weights.size} are not, the first {log_weights[where]} at draw {where}:"
            f" look for an overflow in the log density there"
        )
    largest = log_weights.max()
    if largest == -np.inf:
        raise UsageError(
            f"all {log_weights.size} log weights are -inf: the new density is zero at every draw,"
            f" so the draws say nothing of it; sample it anew"
        )
    return np.asarray(np.exp(log_weights - largest))


def effective_sample_size(log_weights: Floats, *, reff: float = 1.0) -> float:
    """How many independent equally weighted draws are worth as much: reff (sum w)^2 / sum w^2.

    Kish (1965), Survey Sampling, section 11.7; ``reff`` (effective over actual draws of the chains before
    weighting) multiplies it as in Vehtari et al. (2024), section 3.

    >>> effective_sample_size(np.log([1.0, 1.0, 2.0, 0.5]), reff=0.5)
    1.62
    """
    w = relative_weights(log_weights)
    return float(reff * w.sum() ** 2 / (w @ w))


def weighted_mean(values: Floats, *, log_weights: Floats) -> Floats:
    """Self-normalised mean sum w f / sum w over the first axis of ``values`` (N, ...).

    >>> float(weighted_mean(np.array([1.0, 4.0]), log_weights=np.log([2.0, 1.0])))
    2.0
    """
    w = relative_weights(log_weights)
    return np.asarray(np.tensordot(w / w.sum(), _values(values, w), axes=1))


def weighted_quantile(values: Floats, levels: float | Sequence[float], *, log_weights: Floats) -> Floats:
    """Quantiles of ``values`` (N, ...) at ``levels``, which come first in the result: (L, ...), or (...).

    With the values sorted, t_i their cumulative weight (t_N = 1) and n the effective sample size
    (sum w)^2 / sum w^2,

        Q(p) = sum_i [F(t_i) - F(t_(i-1))] x_(i),     F(t) = min(1, max(0, n t - p (n - 1))),

    the average of the values over a window of 1/n in cumulative weight. Equal weights make it NumPy's
    default (linear, type 7 of Hyndman and Fan 1996); a draw without weight does not move it; it is
    continuous in weights and values. Source: Akinshin (2023), arXiv:2304.07265 (weighted type 7).

    Raises UsageError for a level outside [0, 1].
    """
    p = np.asarray(levels, dtype=np.float64)
    if not ((p >= 0) & (p <= 1)).all():
        raise UsageError(
            f"quantile levels lie between 0 and 1; found {p.tolist()}: divide percentages by 100"
        )
    w = relative_weights(log_weights)
    values = _values(values, w)
    flat = values.reshape(len(w), -1)
    order = np.argsort(flat, axis=0, kind="stable")
    size = w.sum() ** 2 / (w @ w)
    # In units of draws: with equal weights exactly 1, 2, ..., N, and so NumPy's quantiles to the last digits.
    reached = np.cumsum(w[order], axis=0)
    reached *= size / reached[-1]
    ordered = np.take_along_axis(flat, order, axis=0)
    found = [_window(ordered, reached, level * (size - 1)) for level in np.atleast_1d(p)]
    return np.stack(found).reshape(p.shape + values.shape[1:])


def _window(ordered: Floats, reached: Floats, start: float) -> Floats:
    """Mean of sorted values (N, K) over the window from ``start`` to one draw beyond it."""
    share = np.diff(np.clip(reached - start, 0.0, 1.0), axis=0, prepend=0.0)
    return np.asarray((share * ordered).sum(axis=0) / share.sum(axis=0))


def weighted_monte_carlo_error(values: Floats, *, log_weights: Floats) -> Floats:
    """Standard error of the weighted mean of ``values`` (N, ...), draws in chain order.

    A self-normalised mean is off by the mean of the residuals e_i = N w_i (f_i - mean), sum w = 1, to first
    order (Owen 2013, Monte Carlo theory, methods and examples, section 9.2); theirs is the standard error by
    batch means, sqrt(N) batches of sqrt(N) draws (Flegal and Jones 2010), which covers the autocorrelation
    of chains. Draws left over at the end of the last whole batch are not used. nan for a single draw.
    With equal weights it is `forecast.simulation.forecast.monte_carlo_error`.
    """
    w = relative_weights(log_weights)
    values = _values(values, w)
    draws = len(w)
    size = int(draws**0.5)
    batches = draws // size
    if batches < 2:
        return np.full(values.shape[1:], np.nan)
    flat = values.reshape(draws, -1)
    share = draws * w / w.sum()
    residual = share[:, None] * (flat - share @ flat / draws)
    means = residual[: batches * size].reshape(batches, size, -1).mean(axis=1)
    return np.asarray((means.std(axis=0, ddof=1) / batches**0.5).reshape(values.shape[1:]))


def _values(values: Floats, weights: Floats) -> Floats:
    """The values as floats, once they have a row for each weight."""
    values = np.asarray(values, dtype=np.float64)
    if values.ndim == 0 or len(values) != len(weights):
        raise UsageError(
            f"values have a row for each draw, ({len(weights)}, ...) here as there are {len(weights)} log"
            f" weights; found shape {values.shape}: transpose them, or weigh the draws they came from"
        )
    return values
