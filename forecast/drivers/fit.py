"""Where the drivers stand: the first module of the model (Gaussian, no sampling).

The second module sees means and variances only (a *cut*): that no alliance has happened does not lower the
measured pressure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats, decimal_year, decimal_years
from forecast.drivers.coupling import Coupling, coupling, covariance_ahead
from forecast.drivers.dynamics import Dynamics, central_dynamics, draw_dynamics
from forecast.drivers.kalman import Levels, levels, robust_variances
from forecast.drivers.observations import Observations, observations
from forecast.inputs.workspace import Workspace
from forecast.panel import Panel


@dataclass(frozen=True)
class DriverFit:
    """The drivers' levels as known at ``as_of``. D drivers, K draws of dynamics, dates indexed by ``time``.

    ``tracks[d]`` holds driver d's levels at ``time``, ``dynamics[d]`` the K draws they are conditional on;
    ``links`` is what the drivers do to one another ahead.
    """

    names: tuple[str, ...]
    as_of: float
    time: Floats
    tracks: tuple[Levels, ...]
    dynamics: tuple[Dynamics, ...]
    seen: tuple[Observations, ...]
    robust_sd: tuple[Floats, ...]
    links: Coupling

    def smoothed(self) -> tuple[Floats, Floats]:
        """Mean and variance at ``time`` given all observations, dynamics integrated out; (T, D) each."""
        return _columns(
            [
                _mix(t.smoothed_mean, t.smoothed_variance, np.tile(t.log_weight[-1], (len(self.time), 1)))
                for t in self.tracks
            ]
        )

    def filtered(self) -> tuple[Floats, Floats]:
        """Mean and variance at each of ``time`` given what was observed by then; (T, D) each."""
        return _columns([_mix(t.filtered_mean, t.filtered_variance, t.log_weight) for t in self.tracks])

    def project(self, origin: float, times: Floats) -> tuple[Floats, Floats]:
        """Mean (T', D) and covariance (T', D, D) at ``times`` (decimal years >= origin) seen from ``origin``.

        From the *filtered* level: what could be known then. Means and variances of each driver alone are
        exact over the draws of its dynamics; what cross-impacts and correlations add to the covariance is
        that at the average dynamics. ``origin`` must be one of ``time``.
        """
        mean, variance = self.project_alone(origin, times)
        if not self.links.any():
            return mean, variance[:, :, None] * np.eye(mean.shape[1])
        theta, volatility = self.average_dynamics(origin)
        _, now = self.project_alone(origin, np.array([origin]))
        together = covariance_ahead(self.links, theta, volatility, now[0], times - origin)
        decay = np.exp(-2 * theta * (times - origin)[:, None])
        apart = decay * now + volatility**2 * (1 - decay) / -np.expm1(-2 * theta)
        return mean, together + (variance - apart)[:, :, None] * np.eye(len(theta))

    def project_alone(self, origin: float, times: Floats) -> tuple[Floats, Floats]:
        """Mean and variance (T', D) of each driver by its own dynamics alone, seen from ``origin``."""
        row = self._row(origin)
        ahead = (times - origin)[:, None]
        parts = []
        for track, dyn in zip(self.tracks, self.dynamics, strict=True):
            decay = dyn.decay(ahead)
            mean = dyn.mean + decay * (track.filtered_mean[row] - dyn.mean)
            variance = decay**2 * track.filtered_variance[row] + dyn.innovation_variance(ahead)
            parts.append(_mix(mean, variance, np.tile(track.log_weight[row], (len(times), 1))))
        return _columns(parts)

    def average_dynamics(self, origin: float) -> tuple[Floats, Floats]:
        """Each driver's mean reversion per year and yearly innovation sd, as weighted at ``origin``."""
        row = self._row(origin)
        weights = [normalised(t.log_weight[row]) for t in self.tracks]
        return (
            np.array([w @ d.theta for w, d in zip(weights, self.dynamics, strict=True)]),
            np.array([w @ d.volatility for w, d in zip(weights, self.dynamics, strict=True)]),
        )

    def _row(self, origin: float) -> int:
        row = int(np.searchsorted(self.time, origin))
        if row >= len(self.time) or self.time[row] != origin:
            raise ValueError(f"{origin} is not one of the fitted times")
        return row

    def last_seen(self) -> Floats:
        """Decimal year of each driver's latest observation; (D,)."""
        return np.array([s.last for s in self.seen])


def fit_drivers(workspace: Workspace, panel: Panel, as_of: dt.date, times: Sequence[dt.date]) -> DriverFit:
    """Fit every driver's level at ``times`` (and at ``as_of``, the last) from what is known at ``as_of``."""
    now = decimal_year(as_of)
    grid = np.unique(np.append(decimal_years([t for t in times if t <= as_of]), now))
    seen = observations(workspace, panel, as_of)
    tracks, dynamics, spreads = [], [], []
    for each in seen:
        driver = workspace.drivers.drivers[each.driver]
        variances = robust_variances(each, central_dynamics(driver))
        drawn = draw_dynamics(driver)
        tracks.append(levels(each, variances, drawn, grid))
        dynamics.append(drawn)
        spreads.append(np.sqrt(variances))
    return DriverFit(
        names=tuple(workspace.drivers.drivers),
        as_of=now,
        time=grid,
        tracks=tuple(tracks),
        dynamics=tuple(dynamics),
        seen=seen,
        robust_sd=tuple(spreads),
        links=coupling(workspace.drivers),
    )


def normalised(log_weight: Floats) -> Floats:
    """Weights along the last axis that sum to one, from their logs."""
    weight = np.exp(log_weight - log_weight.max(axis=-1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=-1, keepdims=True))


def _mix(mean: Floats, variance: Floats, log_weight: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of a mixture over the last axis."""
    weight = normalised(log_weight)
    centre = (weight * mean).sum(axis=-1)
    return centre, (weight * (variance + (mean - centre[..., None]) ** 2)).sum(axis=-1)


def _columns(parts: list[tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    return np.stack([m for m, _ in parts], axis=-1), np.stack([v for _, v in parts], axis=-1)
