"""Differential entropy of each family, in nats of X.

Of a shape on its own scale where that is known in closed form, plus E ln |dx/dy| for the scale it lives on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
from scipy.special import betaln, digamma, gammaln, log_ndtr

from forecast.calendar import Floats
from forecast.elicitation import skew_normal

_HALF_LOG = math.log(2 * math.pi * math.e) / 2
_GRID = np.linspace(-12.0, 12.0, 2401)
_STEP = float(_GRID[1] - _GRID[0])

#: Entropy from the parameters, arrays of one shape, and the width between the limits.
Entropy = Callable[..., Floats]


def _normal(mean: Floats, sd: Floats, *, width: float) -> Floats:
    return np.asarray(_HALF_LOG + np.log(sd))


def _student_t(location: Floats, scale: Floats, df: Floats, *, width: float) -> Floats:
    half = (df + 1) / 2
    standard = half * (digamma(half) - digamma(df / 2)) + np.log(df) / 2 + betaln(df / 2, 0.5)
    return np.asarray(np.log(scale) + standard)


def _skew_normal(location: Floats, scale: Floats, shape: Floats, *, width: float) -> Floats:
    """The normal's, less E ln 2 Phi(alpha Z), by sums over a fine grid."""
    log_tilt = math.log(2) + log_ndtr(np.asarray(shape)[..., None] * _GRID)
    density = skew_normal.pdf(_GRID, np.asarray(shape)[..., None])
    surprise = _GRID**2 / 2 + math.log(2 * math.pi) / 2 - log_tilt
    return np.asarray(np.log(scale) + np.sum(density * surprise, axis=-1) * _STEP)


def _split_normal(mode: Floats, below: Floats, above: Floats, *, width: float) -> Floats:
    return np.asarray(_HALF_LOG + np.log((below + above) / 2))


def _lognormal(mean: Floats, sd: Floats, *, width: float) -> Floats:
    return np.asarray(mean + _HALF_LOG + np.log(sd))


def _log_student_t(location: Floats, scale: Floats, df: Floats, *, width: float) -> Floats:
    return location + _student_t(location, scale, df, width=width)


def _gamma(shape: Floats, rate: Floats, *, width: float) -> Floats:
    return np.asarray(shape - np.log(rate) + gammaln(shape) + (1 - shape) * digamma(shape))


def _beta(a: Floats, b: Floats, *, width: float) -> Floats:
    standard = betaln(a, b) - (a - 1) * digamma(a) - (b - 1) * digamma(b) + (a + b - 2) * digamma(a + b)
    return np.asarray(standard + math.log(width))


def _logit_normal(mean: Floats, sd: Floats, *, width: float) -> Floats:
    y = np.abs(np.asarray(mean)[..., None] + np.asarray(sd)[..., None] * _GRID)
    weight = np.exp(-(_GRID**2) / 2) * (_STEP / math.sqrt(2 * math.pi))
    stretch = np.sum(weight * (-y - 2 * np.log1p(np.exp(-y))), axis=-1)
    return np.asarray(_HALF_LOG + np.log(sd) + stretch + math.log(width))


#: By family key. A mirrored family has the entropy of the one it mirrors.
ENTROPY: Mapping[str, Entropy] = {
    "normal": _normal,
    "student_t": _student_t,
    "skew_normal": _skew_normal,
    "split_normal": _split_normal,
    "lognormal": _lognormal,
    "mirror_lognormal": _lognormal,
    "log_student_t": _log_student_t,
    "mirror_log_student_t": _log_student_t,
    "gamma": _gamma,
    "mirror_gamma": _gamma,
    "beta": _beta,
    "logit_normal": _logit_normal,
}
