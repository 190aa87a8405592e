"""What drivers do to one another: cross-impacts on deviations, and innovations that come together.

    dx_i = theta_i (mu_i + sum_j c_ij dev_j - x_i) dt + dW_i,    dev_j = x_j - E[x_j],    Cov(dW) = S dt

A driver off its projection shifts the level the others are drawn to; on the projection it does nothing, so
that cross-impacts leave every mean where each driver's own readings put it. They act ahead of the origin of a
projection: a past level is read off the driver's own observations, which already hold what others did to it.
c = unit x strength, the unit in driver units a point and unit of deviation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm, solve_continuous_lyapunov

from forecast.calendar import Floats
from forecast.elicitation import Normal, lognormal
from forecast.inputs.records import Drivers


@dataclass(frozen=True)
class Coupling:
    """Cross-impacts and correlations of D drivers.

    ``strength`` (D, D): points, row = the driver pulled, column = the one that pulls. ``log_unit``: the
    elicited ln of the shift a point makes, ``most`` its highest stated quantile: stability is judged there,
    so that no draw of it lies higher. ``correlation`` (D, D) of the innovations.
    """

    strength: Floats
    log_unit: Normal
    most: float
    correlation: Floats

    @property
    def unit(self) -> float:
        """The median shift a point makes."""
        return float(np.exp(self.log_unit.mean))

    def linked(self) -> NDArray[np.bool_]:
        """Which drivers can covary ahead (D, D): joined by any chain of cross-impacts or correlations."""
        near = (self.strength != 0) | (self.strength.T != 0) | (self.correlation != 0)
        reach = near | np.eye(len(near), dtype=bool)
        for _ in range(max(1, len(reach).bit_length())):
            reach = (reach.astype(int) @ reach.astype(int)) > 0
        return np.asarray(reach)

    def any(self) -> bool:
        """Whether any driver does anything to another."""
        return bool((self.strength != 0).any() or (self.correlation != np.eye(len(self.strength))).any())

    def draw_units(self, count: int, rng: np.random.Generator) -> Floats:
        """``count`` draws of the shift a point makes."""
        drawn = np.exp(self.log_unit.mean + self.log_unit.sd * rng.standard_normal(count))
        return np.minimum(drawn, self.most)

    def drift(self, theta: Floats) -> Floats:
        """A (D, D) of d dev = A dev dt: Theta (C - I) at the median unit; ``theta`` (D,) per year."""
        return theta[:, None] * (self.unit * self.strength - np.eye(len(theta)))

    def response(self, theta: Floats, ahead: Floats) -> Floats:
        """e^{A t} (T, D, D): what a unit of deviation of j has become in i after ``ahead`` years."""
        return np.asarray(expm(self.drift(theta) * np.asarray(ahead)[:, None, None]))


def coupling(spec: Drivers) -> Coupling:
    """The coupling of a workspace's drivers, in file order."""
    names = list(spec.drivers)
    strength, correlation = np.zeros((len(names), len(names))), np.eye(len(names))
    for impact in spec.cross_impacts:
        strength[names.index(impact.to), names.index(impact.from_)] = impact.strength
    for pair in spec.correlations:
        i, j = (names.index(name) for name in pair.drivers)
        correlation[i, j] = correlation[j, i] = pair.correlation
    unit = spec.cross_impact_unit
    return Coupling(strength, lognormal(unit), max(unit.values), correlation)


def covariance_ahead(
    links: Coupling, theta: Floats, volatility: Floats, variance_now: Floats, ahead: Floats
) -> Floats:
    """Covariance (T, D, D) of the drivers after ``ahead`` years, independent at the origin.

    P(t) = P_inf + e^{At} (P_0 - P_inf) e^{A't},  A P_inf + P_inf A' + S = 0, with S from the yearly
    innovation sd: S_ij = R_ij s_i s_j, s^2 = v^2 2 theta / (1 - e^{-2 theta}). ``theta``, ``volatility``,
    ``variance_now``: (D,). Source: Gardiner (2009), section 4.5.
    """
    rate = volatility * np.sqrt(2 * theta / -np.expm1(-2 * theta))
    drift = links.drift(theta)
    final = solve_continuous_lyapunov(drift, -links.correlation * np.outer(rate, rate))
    response = links.response(theta, ahead)
    return np.asarray(final + response @ (np.diag(variance_now) - final) @ np.swapaxes(response, 1, 2))
