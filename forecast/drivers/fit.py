"""Where the drivers stand: the first module of the model (Gaussian, no sampling).

The second module sees means and variances only (a *cut*): that no alliance has happened does not lower the
measured pressure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

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

    ``tracks[d]`` holds driver d's levels at ``time``, ``dynamics[d]`` the K draws they are conditional on,
    ``centres[d]`` the median dynamics; ``links`` is what the drivers do to one another ahead.
    """

    names: tuple[str, ...]
    as_of: float
    time: Floats
    tracks: tuple[Levels, ...]
    dynamics: tuple[Dynamics, ...]
    centres: tuple[Dynamics, ...]
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


def fit_drivers(
    workspace: Workspace,
    panel: Panel,
    as_of: dt.date,
    times: Sequence[dt.date],
    *,
    like: DriverFit | None = None,
) -> DriverFit:
    """Fit every driver's level at ``times`` (and at ``as_of``, the last) from what is known at ``as_of``.

    What another fit, ``like``, found of a driver is taken over where nothing it rests on differs.
    """
    now = decimal_year(as_of)
    grid = np.unique(np.append(decimal_years([t for t in times if t <= as_of]), now))
    seen = observations(workspace, panel, as_of)
    tracks, dynamics, centres, spreads = [], [], [], []
    for each in seen:
        driver = workspace.drivers.drivers[each.driver]
        drawn, centre = draw_dynamics(driver), central_dynamics(driver)
        known = _known(like, each, drawn, centre, grid)
        if known is None:
            variances = robust_variances(each, centre)
            track, spread = levels(each, variances, drawn, grid), np.sqrt(variances)
        else:
            assert like is not None
            track, spread = like.tracks[known], like.robust_sd[known]
        tracks.append(track)
        dynamics.append(drawn)
        centres.append(centre)
        spreads.append(spread)
    return DriverFit(
        names=tuple(workspace.drivers.drivers),
        as_of=now,
        time=grid,
        tracks=tuple(tracks),
        dynamics=tuple(dynamics),
        centres=tuple(centres),
        seen=seen,
        robust_sd=tuple(spreads),
        links=coupling(workspace.drivers),
    )


def _known(
    like: DriverFit | None, seen: Observations, drawn: Dynamics, centre: Dynamics, grid: Floats
) -> int | None:
    """The place of the same driver in another fit, if it saw the same and moves the same there."""
    if like is None or seen.driver not in like.names or not np.array_equal(like.time, grid):
        return None
    at = like.names.index(seen.driver)
    same = alike(like.seen[at], seen) and alike(like.dynamics[at], drawn) and alike(like.centres[at], centre)
    return at if same else None


def alike(one: Any, other: Any) -> bool:
    """Whether two dataclasses of arrays and plain values hold the same."""
    return all(np.array_equal(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))


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
