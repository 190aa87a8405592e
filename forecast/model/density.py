"""The second module's mathematics, written once for two backends.

Every function takes ``xp``, the array functions of NumPy or of PyTensor: the density that is sampled and
the one that reads, reweights or tests the draws are the same lines.

    code of source e on driver d, channel k     y ~ Normal(score_dk, sqrt(.6^2 + tau^2)), tempered by w
    effects, log-hazard per driver unit         B = gain_k slope + slack
    hazards per year                            log q_rs(t) = a_rs + sum_f B_f,rs phi_f(x(t))
    stated probability of reaching k            logit p ~ SplitNormal(logit F_k + b_k + v + u), tempered by w
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from forecast.model.affine import Blocks
from forecast.model.data import ModelData
from forecast.model.judgments import WINDOW_STEPS

#: Coding error of one code, in code points.
CODE_SD = 0.6
#: Column j of (G, WINDOW_STEPS) @ BEFORE sums the steps before j; of @ AFTER those after the middle of j.
BEFORE = np.triu(np.ones((WINDOW_STEPS, WINDOW_STEPS)), 1)
AFTER = np.tril(np.ones((WINDOW_STEPS, WINDOW_STEPS)), -1) + 0.5 * np.eye(WINDOW_STEPS)
#: Probabilities are read no nearer to 0 or 1 than this.
FLOOR = 5e-4


class NumpyFunctions:
    """What the density needs of an array library, from NumPy; `graph` has the same from PyTensor."""

    exp, log, sqrt, dot = np.exp, np.log, np.sqrt, np.dot
    maximum, minimum, where = np.maximum, np.minimum, np.where

    @staticmethod
    def split(vector: Any, sizes: tuple[int, ...]) -> Any:
        """A vector (or each row of an array) cut into stretches of the given sizes."""
        return np.split(vector, np.cumsum(sizes)[:-1], axis=-1)

    @staticmethod
    def split_columns(table: Any) -> Any:
        """The five columns of a (T, 5) array, each (T, 1)."""
        return np.split(table, 5, axis=1)


@dataclass(frozen=True)
class Parameters:
    """Parameters on their own scales: ``slope``, ``coefficients`` (F, 5), ``log_rate`` (5,), ``shift`` (N,).

    ``slope[:D, :2]`` are the scores in code points, ``coefficients`` B; scalars are arrays of length 1.
    """

    tau: Any
    tau_out: Any
    gain: Any
    log_rate: Any
    slope: Any
    coefficients: Any
    shift: Any


def parameters(z: Any, data: ModelData, layout: Blocks, xp: Any) -> Parameters:
    """Standard normals (size,) to parameters; ``layout`` is that of theta.

    With NumPy, z may be draws (N, size): every parameter then has a leading axis of N.
    """
    theta = data.offset + xp.dot(z, data.matrix.T)
    log_tau, log_tau_out, log_gain, log_rate, slope, slack, shift = xp.split(theta, layout.sizes)
    draws = () if z.ndim == 1 else (-1,)
    gain, slope = xp.exp(log_gain), slope.reshape((*draws, *layout.shapes["slope"]))
    return Parameters(
        tau=xp.exp(log_tau),
        tau_out=xp.exp(log_tau_out),
        gain=gain,
        log_rate=log_rate,
        slope=slope,
        coefficients=gain[..., None, :] * slope + slack.reshape((*draws, *layout.shapes["slack"])),
        shift=shift,
    )


def log_hazards(p: Parameters, data: ModelData, xp: Any) -> Any:
    """ln E[q_rs] at each feature row (T, 5): mean + var / 2 of the Gaussian log-hazard."""
    b = p.coefficients
    spread = xp.dot(data.phi_cov, b[data.pair_left] * b[data.pair_right])
    return p.log_rate + xp.dot(data.phi, b) + 0.5 * spread


def reached(h: Any, data: ModelData, xp: Any) -> tuple[Any, Any]:
    """F for each window: the probability of having reached alliance, and split, by its end; (G,) each.

    ``h`` (T, 5) hazards per year, T = G windows of WINDOW_STEPS steps, from partnership at each window's
    start. Competing risks in steps of constant hazard, plus alliance followed by split (entries count from
    mid-step):

        CIF_k = sum_t h_k / h (exp(-(H_t - h_t)) - exp(-H_t)),  h = h_A + h_S,  H = cumsum(h)
        F_S = CIF_S + sum_u f_A(u) share_S(u) (1 - exp(-sum_{v > u} h_A,exit(v) - h_A,exit(u) / 2))

    Source: cumulative incidence under competing risks, Kalbfleisch and Prentice (2002), section 8.2.
    """
    into_a, into_s, a_to_p, a_to_s, _ = (
        column.reshape((-1, WINDOW_STEPS)) for column in xp.split_columns(h * data.step_years)
    )
    leaving_p, leaving_a = into_a + into_s, a_to_p + a_to_s
    entered = xp.exp(-xp.dot(leaving_p, BEFORE)) * (1.0 - xp.exp(-leaving_p)) / leaving_p
    later = xp.dot(leaving_a, AFTER)
    onward = xp.dot(a_to_s, AFTER) / later * (1.0 - xp.exp(-later))
    return (entered * into_a).sum(axis=1), (entered * (into_s + into_a * onward)).sum(axis=1)


def log_likelihood(p: Parameters, data: ModelData, xp: Any) -> dict[str, Any]:
    """The tempered log likelihood by part: ``effects``, ``record``, ``stated``."""
    s2 = CODE_SD**2 + p.tau**2
    misfit = data.code_second - 2.0 * p.slope * data.code_first + p.slope**2 * data.code_weight
    codes = -0.5 * (data.code_weight * xp.log(s2) + misfit / s2)
    ratios = data.ratio_mean * p.coefficients - 0.5 * data.ratio_precision * p.coefficients**2
    log_h = log_hazards(p, data, xp)
    h = xp.exp(log_h)
    lived = data.events * log_h - data.exposure * h
    alliance, split = reached(h, data, xp)
    f = xp.dot(data.pick_alliance, alliance) + xp.dot(data.pick_split, split)
    f = xp.maximum(FLOOR, xp.minimum(1.0 - FLOOR, f))
    gap = xp.log(f) - xp.log(1.0 - f) + p.shift - data.stated_centre
    low, high = xp.sqrt(data.stated_below**2 + p.tau_out**2), xp.sqrt(data.stated_above**2 + p.tau_out**2)
    peak = 0.5 * np.log(2.0 / np.pi) - xp.log(low + high)
    stated = data.stated_weight * (peak - 0.5 * (gap / xp.where(gap < 0, low, high)) ** 2)
    return {"effects": (codes + ratios).sum(), "record": lived.sum(), "stated": stated.sum()}
