"""Draws of the second module on the scales a reader knows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats
from forecast.inference.diagnostics import Diagnostics
from forecast.model.batch import reached
from forecast.model.data import ModelData, Prepared
from forecast.model.density import NumpyFunctions, parameters

#: The fit's own F is read from one draw in this many: its mean is a diagnostic, not a forecast.
READ_EVERY = 4


@dataclass(frozen=True)
class Posterior:
    """N kept draws, chains one after the other.

    ``z`` (N, size); ``log_rate`` (N, 5); ``coefficients`` (N, F, 5) log-hazard per unit of each feature;
    ``gain`` (N, 2); ``tau``, ``tau_out`` (N,); ``reached`` (M, G, 2) the fit's own F for each window, of
    every READ_EVERY-th draw.
    """

    z: Floats
    log_rate: Floats
    coefficients: Floats
    score: Floats
    gain: Floats
    tau: Floats
    tau_out: Floats
    reached: Floats
    diagnostics: Diagnostics

    @property
    def draws(self) -> int:
        """N, the number of kept draws."""
        return len(self.z)


def read_draws(z: Floats, prepared: Prepared, diagnostics: Diagnostics) -> Posterior:
    """Every draw of z (N, size) through the density's own maps."""
    data: ModelData = prepared.data
    p = parameters(z, data, prepared.theta, NumpyFunctions)
    drivers = len(prepared.features.drivers)
    return Posterior(
        z=z,
        log_rate=p.log_rate,
        coefficients=p.coefficients,
        score=p.slope[:, :drivers, :2],
        gain=p.gain[:, :2],
        tau=p.tau[:, 0],
        tau_out=p.tau_out[:, 0],
        reached=reached(z[::READ_EVERY], data, prepared.theta),
        diagnostics=diagnostics,
    )


def thin(z: Floats, count: int) -> Floats:
    """``count`` draws spread evenly over the chains of z (chain, draw, size), chains one after the other."""
    chains, draws, size = z.shape
    per_chain = [count // chains + (c < count % chains) for c in range(chains)]
    picked = [z[c, (np.arange(n) * draws) // max(n, 1)] for c, n in enumerate(per_chain)]
    return np.concatenate(picked).reshape(-1, size)
