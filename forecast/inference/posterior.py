"""Draws of the second module on the scales a reader knows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats
from forecast.inference.diagnostics import Diagnostics
from forecast.model.data import ModelData, Prepared
from forecast.model.density import NumpyFunctions, log_hazards, parameters, reached


@dataclass(frozen=True)
class Posterior:
    """N kept draws, chains one after the other.

    ``z`` (N, size); ``log_rate`` (N, 5); ``coefficients`` (N, F, 5) log-hazard per unit of each feature;
    ``gain`` (N, 2); ``tau``, ``tau_out`` (N,); ``reached`` (N, G, 2) the fit's own F for each window.
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
    rows = []
    for each in z:
        p = parameters(each, data, prepared.theta, NumpyFunctions)
        f = reached(np.exp(log_hazards(p, data, NumpyFunctions)), data, NumpyFunctions)
        rows.append((p, np.stack(f, axis=1)))
    drivers = len(prepared.features.drivers)
    return Posterior(
        z=z,
        log_rate=np.array([p.log_rate for p, _ in rows]),
        coefficients=np.array([p.coefficients for p, _ in rows]),
        score=np.array([p.slope[:drivers, :2] for p, _ in rows]),
        gain=np.array([p.gain[:2] for p, _ in rows]),
        tau=np.array([p.tau[0] for p, _ in rows]),
        tau_out=np.array([p.tau_out[0] for p, _ in rows]),
        reached=np.array([f for _, f in rows]),
        diagnostics=diagnostics,
    )


def thin(z: Floats, count: int) -> Floats:
    """``count`` draws spread evenly over the chains of z (chain, draw, size), chains one after the other."""
    chains, draws, size = z.shape
    per_chain = [count // chains + (c < count % chains) for c in range(chains)]
    picked = [z[c, (np.arange(n) * draws) // max(n, 1)] for c, n in enumerate(per_chain)]
    return np.concatenate(picked).reshape(-1, size)
