"""Posterior draws kept between runs, keyed by the very numbers they were drawn for.

The key is made of the model's arrays, not of the files: an edited rationale or a comment finds the draws
again, an edited quantile does not.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict

import numpy as np

from forecast import cache
from forecast.inference.diagnostics import Diagnostics
from forecast.inference.posterior import Posterior, read_draws
from forecast.model.data import ModelData, Prepared

KIND = "posterior"


def posterior_key(data: ModelData, *, seed: int, draws: int) -> str:
    """The name of the draws from these numbers with this seed."""
    return cache.key([str(seed), str(draws), repr(data.structure()), data.packed().tobytes()])


def load_posterior(name: str, prepared: Prepared) -> Posterior | None:
    """The draws kept under ``name``, read through the density's maps; None if there are none that fit."""
    payload = cache.load(KIND, name)
    if payload is None:
        return None
    try:
        with np.load(io.BytesIO(payload), allow_pickle=False) as kept:
            z, diagnostics = kept["z"], Diagnostics(**json.loads(str(kept["diagnostics"])))
    except (ValueError, KeyError, TypeError, OSError):
        return None
    if z.ndim != 2 or z.shape[1] != prepared.z.size:
        return None
    return read_draws(z, prepared, diagnostics)


def store_posterior(name: str, posterior: Posterior) -> None:
    """Keep the draws."""
    buffer = io.BytesIO()
    np.savez(buffer, z=posterior.z, diagnostics=json.dumps(asdict(posterior.diagnostics)))
    cache.store(KIND, name, buffer.getvalue())
