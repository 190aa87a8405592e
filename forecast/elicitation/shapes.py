"""The mathematics of each shape on the scale it is fitted on: probabilities, quantiles and density.

Every function takes arrays of y and of parameters that broadcast together. Upper tails have functions of
their own, so that a mirrored family is as exact near its limit as the one it mirrors.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import (
    betainc,
    betaincc,
    betainccinv,
    betaincinv,
    betaln,
    gammainc,
    gammaincc,
    gammainccinv,
    gammaincinv,
    gammaln,
    ndtr,
    ndtri,
    stdtr,
    stdtrit,
    xlog1py,
    xlogy,
)

from forecast.calendar import Floats
from forecast.elicitation import skew_normal

Function = Callable[..., Floats]


@dataclass(frozen=True)
class Shape:
    """A distribution of y: functions of (y, *parameters), and ``ppf`` and ``isf`` of (p, *parameters).

    ``moments`` gives (mean, sd) of y from the parameters; infinite or NaN where there is none.
    """

    cdf: Function
    sf: Function
    ppf: Function
    isf: Function
    pdf: Function
    moments: Callable[..., tuple[float, float]]


def located(standard: Shape) -> Shape:
    """A standard shape of z = (y - location) / scale; its parameters are (location, scale, *shape)."""
    return Shape(
        cdf=lambda y, m, s, *rest: standard.cdf((y - m) / s, *rest),
        sf=lambda y, m, s, *rest: standard.sf((y - m) / s, *rest),
        ppf=lambda p, m, s, *rest: m + s * standard.ppf(p, *rest),
        isf=lambda q, m, s, *rest: m + s * standard.isf(q, *rest),
        pdf=lambda y, m, s, *rest: standard.pdf((y - m) / s, *rest) / s,
        moments=lambda m, s, *rest: _moved(standard.moments(*rest), m, s),
    )


def _moved(standard: tuple[float, float], location: float, scale: float) -> tuple[float, float]:
    return location + scale * standard[0], scale * standard[1]


def _normal_pdf(z: Floats) -> Floats:
    return np.asarray(np.exp(-np.square(z) / 2) / math.sqrt(2 * math.pi))


def _t_pdf(z: Floats, df: Floats) -> Floats:
    front = gammaln((df + 1) / 2) - gammaln(df / 2) - np.log(df * math.pi) / 2
    return np.asarray(np.exp(front - (df + 1) / 2 * np.log1p(np.square(z) / df)))


def _t_moments(df: float) -> tuple[float, float]:
    mean = 0.0 if df > 1 else math.nan
    return mean, math.sqrt(df / (df - 2)) if df > 2 else math.inf


def _split_cdf(z: Floats, w: Floats) -> Floats:
    below = 2 * w * ndtr(np.minimum(z, 0.0) / w)
    return np.asarray(np.where(z <= 0, below, 1 - 2 * (1 - w) * ndtr(-np.maximum(z, 0.0) / (1 - w))))


def _split_sf(z: Floats, w: Floats) -> Floats:
    return _split_cdf(-np.asarray(z), 1 - np.asarray(w))


def _split_ppf(p: Floats, w: Floats) -> Floats:
    below = w * ndtri(np.minimum(p / (2 * w), 0.5))
    above = (1 - w) * ndtri(np.minimum((1 - p) / (2 * (1 - w)), 0.5))
    return np.asarray(np.where(p <= w, below, -above))


def _split_isf(q: Floats, w: Floats) -> Floats:
    return -_split_ppf(q, 1 - np.asarray(w))


def _split_pdf(z: Floats, w: Floats) -> Floats:
    side = np.where(z <= 0, w, 1 - w)
    return np.asarray(2 * _normal_pdf(z / side))


def _split_moments(w: float) -> tuple[float, float]:
    """Wallis (2014), section 2, with sd w below and 1 - w above the mode."""
    difference = 1 - 2 * w
    mean = math.sqrt(2 / math.pi) * difference
    return mean, math.sqrt((1 - 2 / math.pi) * difference**2 + w * (1 - w))


def _of_sides(standard: Shape) -> Shape:
    """The split normal by (mode, sd_below, sd_above), with one continuous density (Wallis 2014).

    P(X < mode) = sd_below / (sd_below + sd_above). `forecast.elicitation.SplitNormal`, with which the model
    reads its priors, is another thing: two half-normals of probability 1/2 each meeting at the median, where
    the density jumps unless the sds are equal.
    """

    def split(m: Floats, below: Floats, above: Floats) -> tuple[Floats, Floats, Floats]:
        return m, below + above, below / (below + above)

    def by_sides(function: Function) -> Function:
        return lambda y, m, below, above: function(y, *split(m, below, above))

    return Shape(
        by_sides(standard.cdf),
        by_sides(standard.sf),
        by_sides(standard.ppf),
        by_sides(standard.isf),
        by_sides(standard.pdf),
        moments=lambda m, b, a: standard.moments(*split(m, b, a)),
    )


def _gamma_pdf(y: Floats, shape: Floats, rate: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = np.exp(xlogy(shape - 1, y * rate) - y * rate - gammaln(shape)) * rate
    return np.asarray(np.where(y < 0, 0.0, found))


def _beta_pdf(y: Floats, a: Floats, b: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return np.asarray(np.exp(xlogy(a - 1, y) + xlog1py(b - 1, -y) - betaln(a, b)))


def _beta_moments(a: float, b: float) -> tuple[float, float]:
    return a / (a + b), math.sqrt(a / (a + b) * b / (a + b) / (a + b + 1))


STANDARD_NORMAL = Shape(
    ndtr, lambda z: ndtr(-z), ndtri, lambda q: -ndtri(q), _normal_pdf, moments=lambda: (0.0, 1.0)
)
STANDARD_T = Shape(
    lambda z, df: stdtr(df, z),
    lambda z, df: stdtr(df, -z),
    lambda p, df: stdtrit(df, p),
    lambda q, df: -stdtrit(df, q),
    _t_pdf,
    _t_moments,
)
STANDARD_SKEW = Shape(
    skew_normal.cdf, skew_normal.sf, skew_normal.ppf, skew_normal.isf, skew_normal.pdf, skew_normal.moments
)
#: Mode 0, sd w below and 1 - w above it, so that P(Z < 0) = w.
STANDARD_SPLIT = Shape(_split_cdf, _split_sf, _split_ppf, _split_isf, _split_pdf, _split_moments)

NORMAL = located(STANDARD_NORMAL)
STUDENT_T = located(STANDARD_T)
SKEW_NORMAL = located(STANDARD_SKEW)
SPLIT_NORMAL = _of_sides(located(STANDARD_SPLIT))
GAMMA = Shape(
    lambda y, a, rate: gammainc(a, y * rate),
    lambda y, a, rate: gammaincc(a, y * rate),
    lambda p, a, rate: gammaincinv(a, p) / rate,
    lambda q, a, rate: gammainccinv(a, q) / rate,
    _gamma_pdf,
    lambda a, rate: (a / rate, math.sqrt(a) / rate),
)
BETA = Shape(
    lambda y, a, b: betainc(a, b, y),
    lambda y, a, b: betaincc(a, b, y),
    lambda p, a, b: betaincinv(a, b, p),
    lambda q, a, b: betainccinv(a, b, q),
    _beta_pdf,
    _beta_moments,
)
