"""The logarithmic pool of densities: a normalised product of powers, on panels fitted to it.

    f(x) = prod f_e(x)^w_e / Z

Panels are halved where the log of the product bends or falls steeply, and integrated by Gauss-Legendre; edges
of piecewise densities are edges of panels. What is below exp(-45) of the peak is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution
from forecast.errors import UsageError
from forecast.pooling.solving import crossing

#: Nodes of a panel; how far below the peak a panel counts; how much of the log may change across one.
_NODES, _DEPTH, _CHANGE = 8, 45.0, 2.0
_ROUNDS = 60
#: Levels whose quantiles, of each expert, the first panels begin and end at.
_LEVELS = np.concatenate(
    [10.0 ** np.arange(-15.0, -2.0), np.linspace(0.01, 0.99, 50), 1.0 - 10.0 ** np.arange(-3.0, -16.0, -1.0)]
)


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
        ends = [one.support for one in self.said]
        return max(low for low, _ in ends), min(high for _, high in ends)

    def pdf(self, x: Floats) -> Floats:
        """The product of powers over Z."""
        at = np.asarray(x, dtype=float)
        return np.asarray(np.exp(_log_product(self.said, self.share, at) - self.log_norm))

    def cdf(self, x: Floats) -> Floats:
        """The CDF at the edge below x and the integral from there."""
        at = np.asarray(x, dtype=float)
        flat = np.clip(at.ravel(), self.edges[0], self.edges[-1])
        panel = np.clip(np.searchsorted(self.edges, flat, side="right") - 1, 0, len(self.edges) - 2)
        start = self.edges[panel]
        found = self.below[panel] + _integrals(self.pdf, start, flat)
        return np.asarray(np.clip(found, 0.0, 1.0).reshape(at.shape))

    def ppf(self, p: Floats) -> Floats:
        """Solved within the panel whose ends hold p."""
        asked = np.asarray(p, dtype=float)
        flat = asked.ravel()
        panel = np.clip(np.searchsorted(self.below, flat, side="right") - 1, 0, len(self.edges) - 2)
        low, high = self.edges[panel], self.edges[panel + 1]
        found = crossing(lambda x: self.below[panel] + _integrals(self.pdf, low, x) - flat, low, high)
        ends = self.support
        found = np.where(flat <= 0.0, ends[0], np.where(flat >= 1.0, ends[1], found))
        return np.asarray(found.reshape(asked.shape))

    @property
    def mean(self) -> float:
        """int x f(x) dx."""
        return self._moment(0.0, 1)

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return math.sqrt(max(self._moment(self.mean, 2), 0.0))

    def _moment(self, centre: float, power: int) -> float:
        def integrand(x: Floats) -> Floats:
            return np.asarray(self.pdf(x) * (x - centre) ** power)

        return float(_integrals(integrand, self.edges[:-1], self.edges[1:]).sum())


def product_of_powers(said: Sequence[Distribution], share: Floats) -> Product:
    """The logarithmic pool of distributions with shares (E,) that sum to one.

    Raises
    ------
    UsageError
        Where no value has a density above 0 for everybody.
    """
    edges = _panels(said, share)
    nodes, weights = _rule(edges[:-1], edges[1:])
    log_f = _log_product(said, share, nodes)
    peak = float(log_f.max())
    mass = (weights * np.exp(log_f - peak)).sum(axis=-1)
    total = float(mass.sum())
    below = np.concatenate([[0.0], np.cumsum(mass) / total])
    below[-1] = 1.0
    return Product(said, share, edges, below, peak + math.log(total))


def _panels(said: Sequence[Distribution], share: Floats) -> Floats:
    """Edges between which the log of the product changes little, over all that is not negligible."""
    low = max(one.support[0] for one in said)
    high = min(one.support[1] for one in said)
    edges = np.concatenate([np.asarray(one.ppf(_LEVELS)) for one in said] + [_corners(one) for one in said])
    ends = [end for end in (low, high) if math.isfinite(end)]
    edges = np.unique(np.append(edges[np.isfinite(edges)], ends))
    edges = edges[(edges >= low) & (edges <= high)]
    if not low < high or len(edges) < 2:
        raise UsageError(_NOWHERE)
    for _ in range(_ROUNDS):
        nodes, _ = _rule(edges[:-1], edges[1:])
        log_f = _log_product(said, share, nodes)
        peak = log_f.max()
        if peak == -np.inf:
            raise UsageError(_NOWHERE)
        top, bottom = log_f.max(axis=-1), np.maximum(log_f.min(axis=-1), peak - _DEPTH)
        middle = (edges[:-1] + edges[1:]) / 2
        wide = (middle > edges[:-1]) & (middle < edges[1:])
        rough = (top > peak - _DEPTH) & (top - bottom > _CHANGE) & wide
        if not rough.any():
            break
        edges = np.sort(np.concatenate([edges, middle[rough]]))
    counted = top > peak - _DEPTH
    first, last = int(np.argmax(counted)), len(counted) - int(np.argmax(counted[::-1]))
    return edges[first : last + 1]


_NOWHERE = (
    "there is no value to which everybody gives a density above 0 (1e-308 here), so that a logarithmic pool "
    "has nothing left; widen those who disagree, or take a rule that averages (linear, median)"
)


def _corners(one: Distribution) -> Floats:
    """Where a piecewise density jumps."""
    return np.asarray(getattr(one, "edges", ()), dtype=float)


def _log_product(said: Sequence[Distribution], share: Floats, x: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(sum(w * np.log(one.pdf(x)) for w, one in zip(share, said, strict=True)))


def _rule(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes and weights (N, _NODES) between ends (N,)."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    half = ((high - low) / 2)[..., None]
    return np.asarray(low[..., None] + half * (nodes + 1.0)), np.asarray(half * weights)


def _integrals(f: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    nodes, weights = _rule(low, high)
    return np.asarray((weights * f(nodes)).sum(axis=-1))
