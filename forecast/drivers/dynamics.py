"""Ornstein-Uhlenbeck dynamics of one driver, elicited and drawn.

    dx = -theta (x - mu) dt + dW,    theta = ln 2 / half-life
    x(t + s) | x(t) ~ Normal(mu + e^{-theta s} (x(t) - mu),  v^2 (1 - e^{-2 theta s}) / (1 - e^{-2 theta}))

The volatility v is the sd of the innovation over one year: what a forecaster can picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from scipy.special import ndtri

from forecast.calendar import Floats
from forecast.elicitation import lognormal, normal
from forecast.inputs.records import Driver

#: Draws of (half-life, long-run mean, volatility) per driver; a power of two, as Sobol points want.
DYNAMICS_DRAWS = 256


@dataclass(frozen=True)
class Dynamics:
    """K draws of one driver's dynamics; each array has shape (K,).

    ``theta`` per year; ``mean`` and ``volatility`` in driver units.
    """

    theta: Floats
    mean: Floats
    volatility: Floats

    @property
    def half_life_years(self) -> Floats:
        """log 2 / theta: years in which half of a deviation is gone."""
        return np.asarray(np.log(2.0) / self.theta)

    def decay(self, years: float | Floats) -> Floats:
        """e^{-theta s}: the share of a deviation left after ``years``; broadcasts against (K,)."""
        return np.exp(-self.theta * years)

    def innovation_variance(self, years: float | Floats) -> Floats:
        """Variance gained over ``years``; broadcasts against (K,)."""
        return np.asarray(self.volatility**2 * np.expm1(-2 * self.theta * years) / np.expm1(-2 * self.theta))


def draw_dynamics(driver: Driver) -> Dynamics:
    """DYNAMICS_DRAWS draws from the elicited quantiles: half-life and volatility lognormal, mean normal.

    The draws are part of the model's definition, not of a run's randomness, so that two runs differ by their
    sampling alone.
    """
    z = _normals()
    half_life, mean, volatility = (
        lognormal(driver.half_life_years),
        normal(driver.long_run_mean),
        lognormal(driver.volatility),
    )
    return Dynamics(
        theta=np.log(2.0) / np.exp(half_life.mean + half_life.sd * z[:, 0]),
        mean=mean.mean + mean.sd * z[:, 1],
        volatility=np.exp(volatility.mean + volatility.sd * z[:, 2]),
    )


@cache
def _normals() -> Floats:
    """Scrambled Sobol points as normals (K, 3).

    They are ``scipy.stats.qmc.Sobol(d=3, rng=np.random.default_rng(1)).random(256)``, kept in a file: to
    import what makes them takes longer than most of what they are used for.
    """
    return np.asarray(ndtri(np.load(Path(__file__).with_name("sobol_points.npy"))))


def central_dynamics(driver: Driver) -> Dynamics:
    """The single set of dynamics at the elicited medians; arrays of length 1."""
    return Dynamics(
        theta=np.log(2.0) / np.array([driver.half_life_years.p50]),
        mean=np.array([driver.long_run_mean.p50]),
        volatility=np.array([driver.volatility.p50]),
    )
