"""A reference: an exact answer's draws, with all it takes to weigh them for other judgments."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import logsumexp

from forecast.calendar import Floats
from forecast.inference.diagnostics import Diagnostics
from forecast.inference.fit import Fit
from forecast.model.batch import log_likelihood
from forecast.model.data import Prepared
from forecast.model.definition import Definitions
from forecast.reweighting.align import labels
from forecast.simulation.forecast import Forecast
from forecast.states import State

#: Least sd of a definition, in units of the index, where densities of definitions are compared.
LEAST_SD = 1e-3
#: Blocks of theta that the simulation reads; the rest is between judgments alone.
_SIMULATED = ("log_gain", "log_rate", "slope", "slack")


@dataclass(frozen=True)
class Reference:
    """N draws of one panel's posterior and the probabilities simulated for each.

    ``z`` (N, size) with the names of its columns, ``log_likelihood`` (N,) under the judgments they were
    drawn for, ``thresholds`` (N,) with ``line`` (N,), the log density of the definitions they come from;
    ``moves``: a hash of all that the probabilities of a draw depend on beside z and its threshold.
    """

    panel_id: str
    as_of: dt.date
    start_state: State
    seed: int
    labels: tuple[str, ...]
    z: Floats
    log_likelihood: Floats
    thresholds: Floats
    line: Floats
    moves: str
    baseline: Forecast
    diagnostics: Diagnostics

    @property
    def draws(self) -> int:
        """N."""
        return len(self.z)


def reference_of(fit: Fit, baseline: Forecast) -> Reference:
    """The reference that an exact fit and its baseline make."""
    prepared = fit.prepared
    return Reference(
        panel_id=fit.panel.id,
        as_of=fit.as_of,
        start_state=fit.start_state,
        seed=fit.seed,
        labels=labels(prepared),
        z=fit.posterior.z,
        log_likelihood=log_likelihood(fit.posterior.z, prepared.data, prepared.theta).total,
        thresholds=fit.thresholds,
        line=log_density(fit.definitions, fit.thresholds),
        moves=moves(fit),
        baseline=baseline,
        diagnostics=fit.posterior.diagnostics,
    )


def log_density(definitions: Definitions, thresholds: Floats) -> Floats:
    """ln of the mixture of normals that definitions are, at thresholds (N,)."""
    # A judgment whose quantiles all imply one threshold leaves no sd; a point has no density to compare.
    sd = np.maximum(definitions.sd, LEAST_SD)
    z = (thresholds[:, None] - definitions.centre) / sd
    share = np.log(definitions.weight / definitions.weight.sum())
    peak = share - np.log(sd) - 0.5 * np.log(2 * np.pi)
    return np.asarray(logsumexp(peak - 0.5 * z**2, axis=1))


def moves(fit: Fit) -> str:
    """A hash of what a draw's probabilities depend on beside its z and threshold.

    Numbers count to nine digits: matrix products differ in their last with the number of threads.
    """
    prepared, workspace = fit.prepared, fit.workspace
    drivers = prepared.drivers
    arrays = [
        *(getattr(t, name)[-1] for t in drivers.tracks for name in ("filtered_mean", "filtered_variance")),
        *(_weights(t.log_weight[-1]) for t in drivers.tracks),
        *(getattr(d, name) for d in drivers.dynamics for name in ("theta", "mean", "volatility")),
        drivers.links.strength,
        drivers.links.correlation,
        np.array([drivers.links.log_unit.mean, drivers.links.log_unit.sd, drivers.links.most]),
        fit.index.weights,
        np.array([fit.index.offset]),
    ]
    shocks = [(name, shock.model_dump_json()) for name, shock in workspace.shocks.items()]
    interactions = [(n, i.model_dump_json()) for n, i in workspace.drivers.interactions.items()]
    direct = workspace.base_rates.elicited.get("split->alliance")
    told = (drivers.names, shocks, interactions, fit.as_of, fit.start_state, fit.seed, direct)
    return _digest([*arrays, *_map(prepared)], repr((*told, workspace.question.horizon)))


def _weights(log_weight: Floats) -> Floats:
    return np.asarray(np.exp(log_weight - log_weight.max()))


def _map(prepared: Prepared) -> Iterable[Any]:
    """The rows of the affine map that rates and coefficients are, by the columns they use."""
    rows = np.concatenate([prepared.theta.index(name).ravel() for name in _SIMULATED])
    part = prepared.data.matrix[rows]
    used = np.flatnonzero((part != 0).any(axis=0))
    names = labels(prepared)
    return [
        part[:, used],
        prepared.data.offset[rows],
        np.frombuffer("".join(names[c] for c in used).encode(), "u1"),
    ]


def _digest(arrays: Iterable[Any], text: str) -> str:
    digest = hashlib.sha256(text.encode())
    for array in arrays:
        values = np.asarray(array, dtype=np.float64)
        digest.update(repr(values.shape).encode() + (values.round(9) + 0.0).tobytes())
    return digest.hexdigest()
