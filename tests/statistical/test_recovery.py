"""Known parameters recovered from synthetic judgments, at unit weights and with the record simulated."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import stats

from forecast.inference.diagnostics import diagnose
from forecast.inference.sampler import sample
from forecast.inputs.workspace import Workspace
from forecast.model.affine import Blocks
from forecast.model.data import ModelData, prepare
from forecast.model.density import (
    CODE_SD,
    FLOOR,
    NumpyFunctions,
    Parameters,
    log_hazards,
    parameters,
    reached,
)
from forecast.panel import resolve

DATA_SETS = 20
#: Codes on each driver and channel, and hazard-ratio judgments on the first driver (sd of the log ratio).
CODES, RATIO_SD = 5, 0.3
LEVEL = 0.9


def synthetic(data: ModelData, p: Parameters, rng: np.random.Generator) -> ModelData:
    """Codes, ratios, a record and stated probabilities drawn from the model at parameters ``p``.

    Nothing is tempered, so that the likelihood is the data's own.
    """
    weight, first, second = (np.zeros_like(data.code_weight) for _ in range(3))
    codes = rng.normal(p.slope[:3, :2], np.hypot(CODE_SD, p.tau[0]), size=(CODES, 3, 2))
    weight[:3, :2], first[:3, :2], second[:3, :2] = CODES, codes.sum(axis=0), (codes**2).sum(axis=0)
    precision, ratio = np.zeros_like(data.ratio_precision), np.zeros_like(data.ratio_mean)
    precision[0, :2] = RATIO_SD**-2
    ratio[0, :2] = rng.normal(p.coefficients[0, :2], RATIO_SD) * RATIO_SD**-2

    hazard = np.exp(log_hazards(p, data, NumpyFunctions))
    lived = (data.exposure.sum(axis=1, keepdims=True) > 0) * np.array([1.0, 1.0, 0.5, 0.5, 0.5])
    alliance, split = reached(hazard, data, NumpyFunctions)
    f = np.clip(data.pick_alliance @ alliance + data.pick_split @ split, FLOOR, 1 - FLOOR)
    low, high = (np.hypot(side, p.tau_out[0]) for side in (data.stated_below, data.stated_above))
    gap = np.abs(rng.standard_normal(len(f)))
    gap = np.where(rng.random(len(f)) < low / (low + high), -gap * low, gap * high)
    return dataclasses.replace(
        data,
        code_weight=weight,
        code_first=first,
        code_second=second,
        ratio_precision=precision,
        ratio_mean=ratio,
        exposure=lived,
        events=rng.poisson(lived * hazard).astype(np.float64),
        stated_centre=np.log(f / (1 - f)) + p.shift - gap,
        stated_weight=np.ones_like(f),
    )


def readable(z: np.ndarray, data: ModelData, theta: Blocks) -> np.ndarray:
    """The parameters a reader sees: taus, gains, log rates, scores and effects on the two ways out."""
    p = parameters(z, data, theta, NumpyFunctions)
    return np.concatenate(
        [p.tau, p.tau_out, p.gain[:2], p.log_rate, p.slope[:3, :2].ravel(), p.coefficients[:, :2].ravel()]
    )


def drawn(data: ModelData, theta: Blocks, seed: int) -> np.ndarray:
    """Posterior draws (N, size) with R-hat and both ESS within their gates, at the second attempt if need be.

    Parameters drawn from a whole prior reach corners no panel does. There a stray divergence (one in a
    thousand draws at most) is let pass, since what it might bias is the very thing that is tested.
    """
    for careful in (False, True):
        z, divergences = sample(data, theta, seed=seed, draws=4000, jobs=2, careful=careful)
        found = diagnose(z, divergences)
        if found.passed:
            break
    assert dataclasses.replace(found, divergences=0).failures == ()
    assert found.divergences <= z.shape[0] * z.shape[1] / 1000
    return z.reshape(-1, z.shape[-1])


@pytest.mark.slow
def test_parameters_are_recovered_from_synthetic_judgments(small: Workspace) -> None:
    """True values, drawn from the prior, lie uniformly within their posteriors (Talts et al. 2018).

    Twenty data sets, each fitted with the one compiled model.

    1. Over all coordinates of z, a priori independent, 90% intervals hold 90%: n = 20 x size indicators;
       posteriors correlate them, for which the binomial standard error is doubled; two-sided, three of it.
    2. Ranks of the true values are uniform in ten bins: chi-squared, not rejected at one in a thousand
       after halving the statistic, again for the correlation.
    3. No readable parameter is missed by more than chance allows: of 20 intervals each holds at least the
       lower 1 in 10,000 point of a binomial (20, .9), 12; there are 23 of them.
    4. Judgments teach: the effects the codes speak of are known better than before, on average.
    """
    workspace = dataclasses.replace(
        small, question=small.question.model_copy(update={"panels": {"all": list(small.sources)}})
    )
    prepared = prepare(workspace, resolve(workspace), workspace.question.as_of)
    theta, size = prepared.theta, prepared.z.size
    below, inside, widths = [], [], []
    for seed in range(DATA_SETS):
        rng = np.random.default_rng([20, seed])
        truth = rng.standard_normal(size)
        p = parameters(truth, prepared.data, theta, NumpyFunctions)
        data = synthetic(prepared.data, p, rng)
        z = drawn(data, theta, seed)
        below.append((z < truth).mean(axis=0))
        named = np.array([readable(row, data, theta) for row in z[::4]])
        low, high = np.quantile(named, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
        true = readable(truth, data, theta)
        inside.append((low <= true) & (true <= high))
        widths.append(z[:, prepared.z.index("score").ravel()].std(axis=0))
    ranks, held = np.array(below), np.array(inside)

    covered = np.abs(ranks - 0.5) <= LEVEL / 2
    error = 2 * np.sqrt(LEVEL * (1 - LEVEL) / covered.size)
    assert abs(covered.mean() - LEVEL) < 3 * error
    counts, _ = np.histogram(ranks, bins=10, range=(0, 1))
    statistic = ((counts - ranks.size / 10) ** 2 / (ranks.size / 10)).sum()
    assert statistic / 2 < stats.chi2(9).ppf(0.999)
    assert held.sum(axis=0).min() >= stats.binom(DATA_SETS, LEVEL).ppf(1e-4)
    assert np.mean(widths) < 0.5
