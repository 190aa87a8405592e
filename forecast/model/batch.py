"""The density of `density` for many draws at once: what reweighting evaluates at each edit.

The same formulas with a leading axis of draws, arranged so that all the work is two matrix products; a test
holds every part equal to `density.log_likelihood`, one draw at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecast.calendar import Floats
from forecast.model.affine import Blocks
from forecast.model.data import ModelData
from forecast.model.density import (
    AFTER,
    BEFORE,
    CODE_SD,
    FLOOR,
    NumpyFunctions,
    Parameters,
    parameters,
)
from forecast.model.judgments import WINDOW_STEPS

Ints = NDArray[np.int64]

#: Highest log hazard that is told apart: its exponential and sums of it are still numbers.
HIGHEST = 300.0
#: Draws worked on at a time: memory stays flat however many there are.
AT_A_TIME = 1000


@dataclass(frozen=True)
class LogLikelihood:
    """The tempered log likelihood of N draws by part.

    ``codes`` and ``ratios`` (N, F): of effects, by feature; ``record`` (N,); ``stated`` (N, n): by stated
    probability.
    """

    codes: Floats
    ratios: Floats
    record: Floats
    stated: Floats

    @property
    def total(self) -> Floats:
        """Their sum; (N,). Minus infinity of a draw so far out that no number can be had of it."""
        found = self.codes.sum(axis=1) + self.ratios.sum(axis=1) + self.record + self.stated.sum(axis=1)
        return np.where(np.isnan(found), -np.inf, found)


def log_likelihood(z: Floats, data: ModelData, layout: Blocks) -> LogLikelihood:
    """The log likelihood of draws of standard normals z (N, size); ``layout`` is that of theta."""
    # Draws may be tried far from where any were sampled: what overflows there has no weight.
    with np.errstate(over="ignore", invalid="ignore"):
        parts = [_some(z[start : start + AT_A_TIME], data, layout) for start in range(0, len(z), AT_A_TIME)]
    return LogLikelihood(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in LogLikelihood.__annotations__)
    )


def reached(z: Floats, data: ModelData, layout: Blocks) -> Floats:
    """The fit's own F of each window and channel for draws of z (N, size); (N, G, 2)."""
    parts = [
        np.stack(_reached(np.exp(_log_hazards(_read(some, data, layout), data)), data.step_years[:, 0]), 2)
        for some in (z[start : start + AT_A_TIME] for start in range(0, len(z), AT_A_TIME))
    ]
    return np.concatenate(parts)


def reached_along(
    log_rate: Floats, coefficients: Floats, *, phi: Floats, cov: Floats, pairs: Ints, step_years: Floats
) -> Floats:
    """F (N, G, 2) along feature rows other than the record's and windows' own.

    ``log_rate`` (N, 5) and ``coefficients`` (N, F, 5) of draws; ``phi`` (T, F) and ``cov`` (T, F, F) as
    `features.moments` has them, T = G windows of WINDOW_STEPS steps of ``step_years`` (T,); ``pairs`` (P, 2)
    of features that covary.
    """
    doubled = np.where(pairs[:, 0] == pairs[:, 1], 1.0, 2.0)
    log_h = _along(log_rate, coefficients, phi, cov[:, pairs[:, 0], pairs[:, 1]] * doubled, pairs.T)
    return np.stack(_reached(np.exp(log_h), step_years), axis=2)


def _read(z: Floats, data: ModelData, layout: Blocks) -> Parameters:
    return parameters(z, data, layout, NumpyFunctions)


def _log_hazards(p: Parameters, data: ModelData) -> Floats:
    """ln E[q_rs] (N, 5, T)."""
    pairs = np.stack([data.pair_left, data.pair_right])
    return _along(p.log_rate, p.coefficients, data.phi, data.phi_cov, pairs)


def _along(log_rate: Floats, coefficients: Floats, phi: Floats, phi_cov: Floats, pairs: Ints) -> Floats:
    b = np.ascontiguousarray(np.swapaxes(coefficients, 1, 2))
    spread = (b[..., pairs[0]] * b[..., pairs[1]]) @ phi_cov.T
    return np.minimum(log_rate[..., None] + b @ phi.T + 0.5 * spread, HIGHEST)


def _reached(h: Floats, step_years: Floats) -> tuple[Floats, Floats]:
    """F for hazards h (N, 5, T) per year in steps of ``step_years`` (T,): `density.reached`, (N, G) each."""
    steps = (h * step_years).reshape((len(h), 5, -1, WINDOW_STEPS))
    into_a, into_s, a_to_p, a_to_s = (steps[:, k] for k in range(4))
    leaving_p, leaving_a = into_a + into_s, a_to_p + a_to_s
    entered = np.exp(-(leaving_p @ BEFORE)) * -np.expm1(-leaving_p) / leaving_p
    later = leaving_a @ AFTER
    onward = (a_to_s @ AFTER) / later * -np.expm1(-later)
    return (entered * into_a).sum(axis=2), (entered * (into_s + into_a * onward)).sum(axis=2)


def _some(z: Floats, data: ModelData, layout: Blocks) -> LogLikelihood:
    p = _read(z, data, layout)
    s2 = CODE_SD**2 + p.tau[..., None] ** 2
    misfit = data.code_second - 2.0 * p.slope * data.code_first + p.slope**2 * data.code_weight
    codes = -0.5 * (data.code_weight * np.log(s2) + misfit / s2)
    ratios = data.ratio_mean * p.coefficients - 0.5 * data.ratio_precision * p.coefficients**2
    log_h = _log_hazards(p, data)
    h = np.exp(log_h)
    # Only the record's own years have exposure: the windows' rows are left out.
    lived = np.flatnonzero((data.exposure != 0).any(axis=1) | (data.events != 0).any(axis=1))
    record = np.einsum("tk,nkt->n", data.events[lived], log_h[..., lived]) - np.einsum(
        "tk,nkt->n", data.exposure[lived], h[..., lived]
    )
    alliance, split = _reached(h, data.step_years[:, 0])
    f = alliance @ data.pick_alliance.T + split @ data.pick_split.T
    f = np.clip(f, FLOOR, 1.0 - FLOOR)
    gap = np.log(f) - np.log1p(-f) + p.shift - data.stated_centre
    low = np.sqrt(data.stated_below**2 + p.tau_out**2)
    high = np.sqrt(data.stated_above**2 + p.tau_out**2)
    peak = 0.5 * np.log(2.0 / np.pi) - np.log(low + high)
    stated = data.stated_weight * (peak - 0.5 * (gap / np.where(gap < 0, low, high)) ** 2)
    return LogLikelihood(codes.sum(axis=2), ratios.sum(axis=2), record, stated)
