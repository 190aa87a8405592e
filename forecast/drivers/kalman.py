"""Where one driver stood: exact filtering and smoothing, vectorised over draws of its dynamics.

State: s = (x, b_1, ..., b_I), the driver and the lasting offset of each indicator. Observation i reads
``y_i = l_i x + b_stream(i) + e_i`` with ``e_i ~ t_4(sd_i)``, a scale mixture of normals whose variances are
found by reweighting (Lange, Little and Taylor 1989): lambda_i = (nu + 1) / (nu + E[e_i^2] / sd_i^2).
Filter: Kalman (1960). Smoother: Rauch, Tung and Striebel (1965).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats
from forecast.drivers.dynamics import Dynamics
from forecast.drivers.observations import Observations

DEGREES_OF_FREEDOM = 4.0
REWEIGHTINGS = 8
#: sd of a driver's level before its first observation, in driver units: the scale years cover about +-2.
INITIAL_SD = 1.5


@dataclass(frozen=True)
class Levels:
    """A driver's level at ``time`` (T,), for each of K draws of its dynamics; moments are (T, K).

    ``log_weight`` (T, K) is the log marginal likelihood of what was observed up to each time: the weight of
    each draw of the dynamics in the filtered moments then. The smoothed moments go with its last row.
    """

    time: Floats
    filtered_mean: Floats
    filtered_variance: Floats
    smoothed_mean: Floats
    smoothed_variance: Floats
    log_weight: Floats


def robust_variances(seen: Observations, central: Dynamics) -> Floats:
    """Error variances after reweighting for Student-t(4) errors, at the central dynamics; shape (n,)."""
    base = seen.sd**2
    if not len(base):
        return base
    variances = base
    for _ in range(REWEIGHTINGS):
        track = _forward(seen, variances, central, seen.time)
        mean, cov = _backward(track, central)
        row = np.searchsorted(track.time, seen.time)
        h = _loadings(seen)
        m, p = mean[row, 0], cov[row, 0]
        squared = (seen.value - np.einsum("ni,ni->n", h, m)) ** 2 + np.einsum("ni,nij,nj->n", h, p, h)
        variances = base * (DEGREES_OF_FREEDOM + squared / base) / (DEGREES_OF_FREEDOM + 1.0)
    return variances


def levels(seen: Observations, variances: Floats, dynamics: Dynamics, times: Floats) -> Levels:
    """Filtered and smoothed levels at ``times`` (sorted decimal years) under each draw of the dynamics."""
    track = _forward(seen, variances, dynamics, times)
    mean, cov = _backward(track, dynamics)
    row = np.searchsorted(track.time, times)
    return Levels(
        time=times,
        filtered_mean=track.mean[row, :, 0],
        filtered_variance=track.cov[row, :, 0, 0],
        smoothed_mean=mean[row, :, 0],
        smoothed_variance=cov[row, :, 0, 0],
        log_weight=track.log_likelihood[row],
    )


@dataclass(frozen=True)
class _Track:
    """The forward pass: predicted and updated moments (T, K, n) and (T, K, n, n), log likelihood (T, K)."""

    time: Floats
    predicted_mean: Floats
    predicted_cov: Floats
    mean: Floats
    cov: Floats
    log_likelihood: Floats


def _loadings(seen: Observations) -> Floats:
    """h (n, 1 + I): row i maps the state to observation i."""
    h = np.zeros((len(seen.time), 1 + len(seen.indicators)))
    h[:, 0] = seen.loading
    measured = np.flatnonzero(seen.stream >= 0)
    h[measured, 1 + seen.stream[measured]] = 1.0
    return h


def _forward(seen: Observations, variances: Floats, dynamics: Dynamics, times: Floats) -> _Track:
    grid = np.unique(np.concatenate([seen.time, times]))
    size, draws = 1 + len(seen.indicators), len(dynamics.theta)
    h = _loadings(seen)
    mean = np.zeros((draws, size))
    cov = np.tile(np.diag([INITIAL_SD**2, *seen.offset_sd**2]), (draws, 1, 1))
    log_likelihood = np.zeros(draws)
    kept: list[list[Floats]] = [[], [], [], [], []]
    start = np.searchsorted(seen.time, grid, side="left")
    stop = np.searchsorted(seen.time, grid, side="right")
    for k, now in enumerate(grid):
        if k:
            mean, cov = _predict(mean, cov, dynamics, now - grid[k - 1])
        kept[0].append(mean)
        kept[1].append(cov)
        for i in range(start[k], stop[k]):
            ph = cov @ h[i]
            spread = ph @ h[i] + variances[i]
            residual = seen.value[i] - mean @ h[i]
            log_likelihood = log_likelihood - 0.5 * (np.log(2 * np.pi * spread) + residual**2 / spread)
            mean = mean + ph * (residual / spread)[:, None]
            cov = cov - ph[:, :, None] * ph[:, None, :] / spread[:, None, None]
        kept[2].append(mean)
        kept[3].append(cov)
        kept[4].append(log_likelihood)
    return _Track(grid, *(np.array(part) for part in kept))


def _predict(mean: Floats, cov: Floats, dynamics: Dynamics, years: float) -> tuple[Floats, Floats]:
    decay = dynamics.decay(years)
    mean, cov = mean.copy(), cov.copy()
    mean[:, 0] = dynamics.mean + decay * (mean[:, 0] - dynamics.mean)
    cov[:, 0, :] *= decay[:, None]
    cov[:, :, 0] *= decay[:, None]
    cov[:, 0, 0] += dynamics.innovation_variance(years)
    return mean, cov


def _backward(track: _Track, dynamics: Dynamics) -> tuple[Floats, Floats]:
    mean, cov = track.mean.copy(), track.cov.copy()
    for k in range(len(track.time) - 2, -1, -1):
        decay = dynamics.decay(track.time[k + 1] - track.time[k])
        cross = track.cov[k].copy()
        cross[:, :, 0] *= decay[:, None]
        gain = np.swapaxes(np.linalg.solve(track.predicted_cov[k + 1], np.swapaxes(cross, 1, 2)), 1, 2)
        mean[k] += np.einsum("kij,kj->ki", gain, mean[k + 1] - track.predicted_mean[k + 1])
        cov[k] += gain @ (cov[k + 1] - track.predicted_cov[k + 1]) @ np.swapaxes(gain, 1, 2)
    return mean, cov
