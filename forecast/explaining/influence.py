"""How far an answer moves with each judgment: power-scaling to first order, from draws alone.

Of a posterior p(z) prod_j c_j(z), raising one factor c_j to a power alpha moves the mean of a quantity q by

    d E[q] / d log2 alpha = ln 2 Cov(q, ln c_j)      at alpha = 1

(Kallioinen, Paananen, Buerkner and Vehtari 2024, Statistics and Computing 34:57, section 2): per doubling of
what the judgment counts. For a broad alliance, whose threshold is drawn from a mixture of one definition per
source, the factor is a component's weight, and ln c_j its share of the mixture at the draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation import lognormal, normal
from forecast.inference.fit import Fit
from forecast.inputs.records import HazardRatio
from forecast.model.batch import log_likelihood
from forecast.model.density import CODE_SD
from forecast.model.judgments import weighted_codes
from forecast.reweighting.reference import LEAST_SD
from forecast.states import CHANNELS, Channel

Kind = Literal["outcome", "code", "line", "ratio", "record", "class"]


@dataclass(frozen=True)
class Factor:
    """One factor of the posterior: ``log_density`` (N,) at the draws, with the weight it counts by.

    ``outcome`` (a source's probability of ``channel``), ``code`` (of ``driver`` on ``channel``), ``line``
    (its definition of broad), ``ratio`` (the class's, of ``driver`` on ``channel``), ``record``, ``class``.
    """

    kind: Kind
    source: str = ""
    driver: str = ""
    channel: Channel | None = None
    weight: float = 1.0
    log_density: Floats = field(repr=False, default_factory=lambda: np.zeros(0))


def factors(fit: Fit, *, every: int = 1) -> tuple[Factor, ...]:
    """Every judgment of a fit, the pair's record, and the class's prior on the rates.

    At one draw in ``every``: ranks of a quarter of the draws cost a quarter.
    """
    return tuple(_factors(_thinned(fit, every)))


def _thinned(fit: Fit, every: int) -> Fit:
    """The fit with some of its draws."""
    if every == 1:
        return fit
    names = ("z", "coefficients", "score", "tau")
    draws = replace(fit.posterior, **{name: getattr(fit.posterior, name)[::every] for name in names})
    return replace(fit, posterior=draws, thresholds=fit.thresholds[::every])


def _factors(fit: Fit) -> Iterator[Factor]:
    found = log_likelihood(fit.posterior.z, fit.prepared.data, fit.prepared.theta)
    judged = fit.prepared.judged
    for i, source in enumerate(judged.source):
        if judged.weight[i] > 0:
            channel, weight = CHANNELS[judged.channel[i]], float(judged.weight[i])
            yield Factor("outcome", source, "", channel, weight, found.stated[:, i])
    yield from _codes(fit)
    yield from _ratios(fit)
    yield Factor("record", log_density=found.record)
    rates = fit.posterior.z[:, fit.prepared.z.index("log_rate")]
    yield Factor("class", log_density=-0.5 * (rates**2).sum(axis=1))
    yield from _lines(fit)


def moves(quantity: Floats, found: tuple[Factor, ...]) -> tuple[Floats, Floats]:
    """ln 2 Cov(q, ln c_j) of a quantity (N,) for each factor, and its Monte Carlo error; (J,) each.

    The error is that of a mean of N products, by batch means over sqrt(N) draws (Flegal and Jones 2010).
    """
    table = np.column_stack([one.log_density for one in found])
    off = table - table.mean(axis=0)
    products = np.log(2) * (quantity - quantity.mean())[:, None] * off
    size = max(1, int(len(quantity) ** 0.5))
    batches = len(quantity) // size
    means = products[: batches * size].reshape(batches, size, -1).mean(axis=1)
    return products.mean(axis=0), means.std(axis=0, ddof=1) / batches**0.5


def _codes(fit: Fit) -> list[Factor]:
    """Each code and hazard ratio, as `sensitivity.prior.source_codes` sums them."""
    draws, drivers = fit.posterior, fit.prepared.features.drivers
    s2 = CODE_SD**2 + draws.tau**2
    found = []
    for driver, channel, source, weight in weighted_codes(fit.workspace, fit.panel):
        value = getattr(source.effects[driver], channel)
        at = drivers.index(driver), CHANNELS.index(channel)
        if isinstance(value, HazardRatio):
            told = lognormal(value.hazard_ratio)
            density = _of_ratio(draws.coefficients[:, *at], told.mean, told.variance)
        else:
            density = -0.5 * (np.log(s2) + (value - draws.score[:, *at]) ** 2 / s2)
        found.append(Factor("code", source.id, driver, channel, weight, weight * density))
    return found


def _ratios(fit: Fit) -> list[Factor]:
    evidence, drivers = fit.workspace.base_rates.within_pair, fit.prepared.features.drivers
    found = []
    for each in evidence.effects if evidence.use else ():
        told = normal(each.log_hazard_ratio)
        b = fit.posterior.coefficients[:, drivers.index(each.driver), CHANNELS.index(each.channel)]
        density = evidence.weight * _of_ratio(b, told.mean, told.variance)
        found.append(Factor("ratio", "", each.driver, each.channel, evidence.weight, density))
    return found


def _of_ratio(b: Floats, mean: float, variance: float) -> Floats:
    return np.asarray((mean * b - 0.5 * b**2) / variance)


def _lines(fit: Fit) -> list[Factor]:
    """Each definition's share of the mixture at the threshold that was drawn; they sum to one."""
    told = fit.definitions
    sd = np.maximum(told.sd, LEAST_SD)
    with np.errstate(divide="ignore"):  # a definition that counts nothing has no share
        peak = np.log(told.weight) - np.log(sd) - 0.5 * ((fit.thresholds[:, None] - told.centre) / sd) ** 2
    share = np.exp(peak - peak.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    return [
        Factor("line", source, weight=float(weight), log_density=share[:, i])
        for i, (source, weight) in enumerate(zip(told.source, told.weight / told.weight.sum(), strict=True))
    ]
