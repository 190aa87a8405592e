"""Panels between experts' quantiles, on which pools are integrated by Gauss-Legendre."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution

#: Nodes of a panel where no number of them is given.
_NODES = 8
#: Levels whose quantiles, of each expert, are edges.
_BODY = np.array([0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99])
#: Levels further out; of these the lowest and the highest of any expert's quantiles are edges.
_TAILS = np.array([1e-15, 1e-13, 1e-11, 1e-9, 1e-7, 1e-5, 1e-4, 1e-3])


def edges(said: Sequence[Distribution]) -> Floats:
    """Finite ones in order: quantiles in the body and far out, and where piecewise densities jump."""
    body = np.concatenate([np.asarray(one.ppf(_BODY)) for one in said])
    tails = np.array([np.asarray(one.ppf(np.concatenate([_TAILS, 1.0 - _TAILS]))) for one in said])
    found = np.concatenate([body, tails.min(axis=0), tails.max(axis=0), *(_corners(one) for one in said)])
    return np.unique(found[np.isfinite(found)])


def nodes(low: Floats, high: Floats, number: int = _NODES) -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes and weights, (N, number) each, of panels between ends (N,)."""
    at, weights = _legendre(number)
    half = ((high - low) / 2)[..., None]
    return np.asarray(low[..., None] + half * (at + 1.0)), np.asarray(half * weights)


@lru_cache
def _legendre(number: int) -> tuple[Floats, Floats]:
    return np.polynomial.legendre.leggauss(number)


def integrals(f: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """Integrals of f over panels between ends (N,)."""
    at, weights = nodes(low, high)
    return np.asarray((weights * f(at)).sum(axis=-1))


def _corners(one: Distribution) -> Floats:
    # A fit holds its distribution, and a piecewise one has edges.
    found = np.asarray(getattr(getattr(one, "distribution", one), "edges", ()), dtype=float)
    # Of many edges (a mixture's) the quantiles say enough.
    return found if found.size <= 40 else np.empty(0)
