"""Some draws that stand for all: fewer to simulate again, weighed so that what is known comes out the same.

Entropy balancing (Hainmueller 2012): the weights nearest to equal under which the draws' means are the
targets, w_i ~ exp(lambda . v_i), which is the dual of minimising sum w ln w.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from forecast.calendar import Floats
from forecast.inference.fit import Fit
from forecast.inference.posterior import Posterior
from forecast.simulation.forecast import Forecast, Known

#: Columns of a forecast and the parts of the way to its horizon at which a sample's means are to hold.
BALANCED, PARTS = (3, 4, 5, 6), (1 / 2, 1.0)
_STEPS, _TOLERANCE = 50, 1e-10
#: Draws from which quantiles of what is known of all are read.
ENOUGH = 500


def spread_out(count: int, among: int) -> NDArray[np.int64]:
    """``count`` of ``among`` draws, evenly spaced."""
    size = min(count, among)
    return (np.arange(size) * among) // size


def by_weight(weights: Floats, count: int) -> NDArray[np.int64]:
    """``count`` draws by weight (N,): systematic resampling from the middle of each stratum.

    Evenly spaced where all weigh the same; a heavy draw comes more than once.
    """
    size = min(count, len(weights))
    edges = np.cumsum(weights) / weights.sum()
    return np.minimum(np.searchsorted(edges, (np.arange(size) + 0.5) / size), len(weights) - 1)


def landmarks(draws: Floats) -> Floats:
    """The values (N, 8) that a sample is balanced on, of draws (N, T, 9)."""
    at = [round(part * (draws.shape[1] - 1)) for part in PARTS]
    return draws[:, at][:, :, BALANCED].reshape(len(draws), -1)


def balance(values: Floats, target: Floats, start: Floats | None = None) -> Floats:
    """Weights (n,) summing to one under which the mean of values (n, K) is ``target`` (K,).

    ``start`` (n,): the weights to stay near; equal ones by default. Values without spread are left alone, and
    so are all where no weights reach the target (it lies outside what the draws span).
    """
    base = np.full(len(values), 1.0 / len(values)) if start is None else start / start.sum()
    scale = values.std(axis=0)
    used = scale > 1e-12
    centred = (values[:, used] - target[used]) / scale[used]
    weights, dual = base, np.zeros(centred.shape[1])
    for _ in range(_STEPS):
        gradient = weights @ centred
        if np.abs(gradient).max(initial=0.0) < _TOLERANCE:
            return weights
        spread = (centred - gradient).T @ (weights[:, None] * (centred - gradient))
        step = np.linalg.lstsq(spread, gradient, rcond=1e-10)[0]
        # Long steps overshoot where the target is far: no log weight moves by more than two at a time.
        dual = dual - step * min(1.0, 2.0 / max(np.abs(centred @ step).max(), 1e-300))
        log_weights = np.log(np.maximum(base, 1e-300)) + centred @ dual
        weights = np.exp(log_weights - log_weights.max())
        weights = weights / weights.sum()
    return weights if np.abs(weights @ centred).max() < 1e-3 else base


def thinned(fit: Fit, rows: NDArray[np.int64]) -> Fit:
    """The fit with some of its draws."""
    return replace(fit, posterior=some(fit.posterior, rows), thresholds=fit.thresholds[rows])


def some(posterior: Posterior, rows: NDArray[np.int64]) -> Posterior:
    """The posterior with some of its draws; its own F, a diagnostic, stays that of all."""
    names = ("z", "log_rate", "coefficients", "score", "gain", "tau", "tau_out")
    return replace(posterior, **{name: getattr(posterior, name)[rows] for name in names})


def seen_from(values: Floats, rows: NDArray[np.int64], weights: Floats) -> Known:
    """What values (N, K) of all draws, weighed by ``weights`` (N,), tell of those in ``rows``.

    For quantiles a few hundred of all draws are enough, chosen by weight.
    """
    return Known(values[rows], values[by_weight(weights, ENOUGH)])


def weighted(forecast: Forecast, weights: Floats, known: Known, *, ess: float) -> Forecast:
    """The forecast with these weights (n,) on its draws for every outcome.

    They are balanced by what is ``known`` of all draws, which are worth ``ess``.
    """
    return replace(forecast, weights=np.stack([weights, weights]), known=known, ess=ess)
