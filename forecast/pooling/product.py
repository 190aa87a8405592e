"""The logarithmic pool of densities: a normalised product of powers, on panels fitted to it.

    f(x) = prod f_e(x)^w_e / Z

Panels are halved where the log of the product bends or falls steeply, as long as they hold any mass, and
integrated by Gauss-Legendre; edges of piecewise densities are edges of panels. A density without bound at a
limit is followed towards it by panels a sixteenth as wide each. Panels with less than exp(-45) of the mass
of the heaviest are left out at both ends. What lies nearer to a limit than double precision tells apart is
lost: next to a limit of 0 nothing, next to another the mass within its last digit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution
from forecast.errors import UsageError
from forecast.pooling.panels import edges, integrals, nodes
from forecast.pooling.solving import crossing

#: How far below the heaviest panel's a log mass counts; how much of the log density may change across one.
_DEPTH, _CHANGE = 45.0, 2.0
_ROUNDS = 80
#: How much nearer to a limit the next panel begins.
_TOWARDS = 1.0 / 16.0
#: A moment of which the last panel before no limit holds more is not to be had.
_HELD = 1e-3
#: Beyond the experts' own quantiles panels go on where there is no limit, each wider than the last.
_BEYOND = 4.0 ** np.arange(20)


@dataclass(frozen=True)
class Product:
    """The pooled density: panels (K + 1 edges), the CDF at their edges, and log Z."""

    said: Sequence[Distribution]
    share: Floats
    edges: Floats
    below: Floats
    log_norm: float

    @property
    def support(self) -> tuple[float, float]:
        """What nobody rules out."""
        return _common(self.said)

    def pdf(self, x: Floats) -> Floats:
        """The product of powers over Z."""
        return np.asarray(np.exp(self.logpdf(x)))

    def logpdf(self, x: Floats) -> Floats:
        """The log of the density, also where that is too small for a float."""
        return _log_product(self.said, self.share, np.asarray(x, dtype=float)) - self.log_norm

    def cdf(self, x: Floats) -> Floats:
        """The CDF at the edge below x and the integral from there."""
        at = np.asarray(x, dtype=float)
        flat = np.clip(at.ravel(), self.edges[0], self.edges[-1])
        panel = np.clip(np.searchsorted(self.edges, flat, side="right") - 1, 0, len(self.edges) - 2)
        found = self.below[panel] + integrals(self.pdf, self.edges[panel], flat)
        found = np.where(flat == self.edges[-1], 1.0, found)
        return np.asarray(np.clip(found, 0.0, 1.0).reshape(at.shape))

    def ppf(self, p: Floats) -> Floats:
        """Solved within the panel whose ends hold p; NaN outside [0, 1]."""
        asked = np.asarray(p, dtype=float)
        flat = asked.ravel()
        panel = np.clip(np.searchsorted(self.below, flat, side="right") - 1, 0, len(self.edges) - 2)
        low, high = self.edges[panel], self.edges[panel + 1]
        found = crossing(lambda x: self.below[panel] + integrals(self.pdf, low, x) - flat, low, high)
        ends = self.support
        found = np.where(flat == 0.0, ends[0], np.where(flat == 1.0, ends[1], found))
        found = np.where((flat >= 0.0) & (flat <= 1.0), found, np.nan)
        return np.asarray(found.reshape(asked.shape))

    @cached_property
    def mean(self) -> float:
        """int x f(x) dx; NaN where the tail still holds a part of it at the end of the panels."""
        # From near the median, lest the rounding of Z count as often as the mean is far from 0.
        centre = float(self.edges[np.searchsorted(self.below, 0.5)])
        return centre + self._moment(centre, 1)

    @cached_property
    def sd(self) -> float:
        """The standard deviation, likewise."""
        variance = self._moment(self.mean, 2)
        return math.sqrt(variance) if variance > 0.0 else variance

    def _moment(self, centre: float, power: int) -> float:
        def integrand(x: Floats) -> Floats:
            return np.asarray(self.pdf(x) * (x - centre) ** power)

        with np.errstate(over="ignore", invalid="ignore"):
            parts = integrals(integrand, self.edges[:-1], self.edges[1:])
            whole = float(np.abs(parts).sum())
        low, high = self.support
        open_ends = [at for at, limit in ((0, low), (-1, high)) if math.isinf(limit)]
        if not math.isfinite(whole) or any(abs(parts[at]) > _HELD * whole for at in open_ends):
            return math.nan
        return float(parts.sum())


def product_of_powers(said: Sequence[Distribution], share: Floats) -> Product:
    """The logarithmic pool of distributions with shares (E,) that sum to one.

    Raises
    ------
    UsageError
        Where no value has a density above 0 for everybody.
    """
    ends, log_mass = _panels(said, share)
    most = float(log_mass.max())
    mass = np.exp(log_mass - most)
    below = np.concatenate([[0.0], np.cumsum(mass) / mass.sum()])
    below[-1] = 1.0
    return Product(said, share, ends, below, most + math.log(float(mass.sum())))


def _panels(said: Sequence[Distribution], share: Floats) -> tuple[Floats, Floats]:
    """Edges (K + 1,) between which the log of the product changes little, and log masses (K,)."""
    limits = _common(said)
    ends = _first(said, limits)
    low, high = ends[:-1], ends[1:]
    log_f = _at_nodes(said, share, low, high)
    for _ in range(_ROUNDS):
        log_mass = _log_masses(low, high, log_f)
        least = log_mass.max() - _DEPTH
        if least == -np.inf:
            raise UsageError(_NOWHERE)
        middle = _between(low, high, limits)
        # What is too low to count for a panel of this width is not followed further down.
        bottom = np.maximum(log_f.min(axis=-1), least - np.log(high - low))
        rough = (log_f.max(axis=-1) - bottom > _CHANGE) | _near(low, high, limits)
        rough &= (log_mass > least) & (middle > low) & (middle < high)
        if not rough.any():
            break
        new_low = np.concatenate([low[rough], middle[rough]])
        new_high = np.concatenate([middle[rough], high[rough]])
        log_f = np.concatenate([log_f[~rough], _at_nodes(said, share, new_low, new_high)])
        low, high = np.concatenate([low[~rough], new_low]), np.concatenate([high[~rough], new_high])
    order = np.argsort(low)
    log_mass = _log_masses(low, high, log_f)[order]
    counted = np.flatnonzero(log_mass > log_mass.max() - _DEPTH)
    kept = slice(counted[0], counted[-1] + 1)
    return np.append(low[order][kept], high[order][kept][-1]), log_mass[kept]


def _first(said: Sequence[Distribution], limits: tuple[float, float]) -> Floats:
    """Edges to begin with, from limit to limit, or far beyond the experts' quantiles where there is none."""
    low, high = limits
    ends = edges(said)
    with np.errstate(over="ignore"):
        beyond = (ends[-1] - ends[0]) * _BEYOND
    beyond = beyond[np.isfinite(beyond)]
    before = [low] if math.isfinite(low) else ends[0] - beyond
    after = [high] if math.isfinite(high) else ends[-1] + beyond
    ends = np.unique(np.concatenate([before, ends, after]))
    ends = ends[(ends >= low) & (ends <= high)]
    if not low < high or len(ends) < 2:
        raise UsageError(_NOWHERE)
    return ends


def _between(low: Floats, high: Floats, limits: tuple[float, float]) -> Floats:
    """Where panels are cut: halfway, but near the limit where they touch one."""
    width = high - low
    middle = np.where(low == limits[0], low + _TOWARDS * width, low + width / 2)
    return np.asarray(np.where((high == limits[1]) & (low != limits[0]), high - _TOWARDS * width, middle))


def _near(low: Floats, high: Floats, limits: tuple[float, float]) -> NDArray[np.bool_]:
    """Panels over twice as wide as they are from a limit: a power of the distance is no polynomial there."""
    away = np.minimum(
        np.where(low > limits[0], low - limits[0], np.inf),
        np.where(high < limits[1], limits[1] - high, np.inf),
    )
    return np.asarray(high - low > 2.0 * away)


_NOWHERE = (
    "there is no value to which everybody gives a density above 0 (1e-308 here), so that a logarithmic pool "
    "has nothing left; widen those who disagree, or take a rule that averages (linear, median)"
)


def _common(said: Sequence[Distribution]) -> tuple[float, float]:
    """The support of the product."""
    ends = [one.support for one in said]
    return max(low for low, _ in ends), min(high for _, high in ends)


def _log_product(said: Sequence[Distribution], share: Floats, x: Floats) -> Floats:
    """The log of the product of powers; at a limit where a density has no bound, nothing (a single point)."""
    total = np.zeros(np.shape(x))
    for w, one in zip(share, said, strict=True):
        log_f = _log_density(one, x)
        total = total + np.where(log_f < np.inf, w * log_f, -np.inf)
    return np.where(np.isnan(x), np.nan, total)


def _log_density(one: Distribution, x: Floats) -> Floats:
    """By the distribution's own ``logpdf`` if it has one: a density can be too small for a float."""
    own = getattr(one, "logpdf", None)
    with np.errstate(divide="ignore", over="ignore"):
        return np.asarray(np.log(one.pdf(x)) if own is None else own(x))


def _at_nodes(said: Sequence[Distribution], share: Floats, low: Floats, high: Floats) -> Floats:
    at, _ = nodes(low, high)
    return _log_product(said, share, at)


def _log_masses(low: Floats, high: Floats, log_f: Floats) -> Floats:
    """Logs of the panels' integrals; -inf for none."""
    _, weights = nodes(low, high)
    top = log_f.max(axis=-1)
    safe = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(safe + np.log((weights * np.exp(log_f - safe[..., None])).sum(axis=-1)))
