"""Means and standard deviations of pooled distributions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution

#: Standard scores between which quantiles are integrated: beyond 8.2 double precision has no upper tail.
_FAR, _NODES = 8.2, 200


def of_mixture(said: Sequence[Distribution], share: Floats) -> tuple[float, float]:
    """Mean sum w m_e and variance sum w (s_e^2 + m_e^2) - mean^2, from the members' own moments.

    Members without moments of their own (as some distributions of other packages are) are integrated.
    """
    own = np.array([_own(one) or _integrated(one) for one in said])
    if not np.isfinite(own[:, 0]).all():
        return (math.nan if np.isnan(own[:, 0]).any() else float(share @ own[:, 0])), math.nan
    mean = float(share @ own[:, 0])
    if not np.isfinite(own[:, 1]).all():
        return mean, math.inf
    return mean, math.sqrt(float(share @ (own[:, 1] ** 2 + (own[:, 0] - mean) ** 2)))


def mean_and_sd(pooled: Distribution, said: Sequence[Distribution]) -> tuple[float, float]:
    """Of a pool known by its quantiles: int Q(Phi(z)) phi(z) dz; NaN where a member has none."""
    own = [moments for one in said if (moments := _own(one)) is not None]
    if not all(math.isfinite(m) and math.isfinite(s) for m, s in own):
        return math.nan, math.nan
    return _integrated(pooled)


def _own(one: Distribution) -> tuple[float, float] | None:
    """A distribution's own mean and sd, where it states them."""
    mean, sd = getattr(one, "mean", None), getattr(one, "sd", None)
    return (float(mean), float(sd)) if isinstance(mean, float) and isinstance(sd, float) else None


def _integrated(one: Distribution) -> tuple[float, float]:
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    z = _FAR * nodes
    mass = _FAR * weights * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    values = one.ppf(ndtr(z))
    inside = np.isfinite(values)
    mean = float(mass[inside] @ values[inside])
    return mean, math.sqrt(max(float(mass[inside] @ (values[inside] - mean) ** 2), 0.0))
