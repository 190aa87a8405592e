"""Priors and likelihood by tagged group, each raised to a power near 1: what the answer rests on.

The posterior of the second module is p(z) L(z) with z standard normal. Its components here are

    prior        base rate, effects, gain, scatter of sources, dependence between them, definition of broad
    likelihood   codes by driver, stated outcomes and the pair's record; the same again source by source

each a log density at every posterior draw. Parameters theta are affine in z, so that the prior of a block of
theta is normal and its power is the power of the block's standard normals. Columns of z that nothing reads
are left out: they would add noise alone. The definition's prior is the mixture that thresholds are drawn
from; it is no part of z, and only a broad alliance depends on it.

A distance has no sign, so that a component that has nothing to do with a quantity shows one too: chance
makes its weighted draws differ. Under independence that is, to leading order, for N draws, a log density of
sd s and the quantity's range [a, b],

    noise = s sqrt(ln 2 r / (8 N)),     r = max(u, 1/u),   u = (mean - a) / (b - mean)

(root mean square; the distribution functions differ by a bridge of variance s^2 F (1 - F) / N per unit of
ln alpha). A prior of many columns has a large s; nothing is diagnosed below `CLEAR` times its noise.

Drivers' levels are a cut, fitted before all this, and have no component: `global_levels` has what they do.

Source: Kallioinen, Paananen, Buerkner and Vehtari (2024), Statistics and Computing 34:57, for groups too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation import Normal, lognormal, normal
from forecast.inputs.records import HazardRatio
from forecast.inputs.workspace import Workspace
from forecast.model.batch import log_likelihood
from forecast.model.data import Prepared
from forecast.model.density import CODE_SD, NumpyFunctions, Parameters, parameters
from forecast.model.judgments import weighted_codes
from forecast.panel import Panel
from forecast.reweighting.pareto import K_LIMIT
from forecast.reweighting.power_scaling import (
    THRESHOLD,
    PerDoubling,
    diagnosis,
    per_doubling,
    power_scaled,
    sensitivity,
)
from forecast.simulation.forecast import monte_carlo_error
from forecast.states import CHANNELS

if TYPE_CHECKING:
    from forecast.reweighting.engine import Engine

#: Blocks of z that are one group of the prior.
PRIORS: Mapping[str, tuple[str, ...]] = {
    "base_rate": ("log_rate",),
    "effects": ("score", "slack", "return_slack", "effect"),
    "gain": ("log_gain",),
    "scatter": ("log_tau", "log_tau_out"),
    "dependence": ("bias", "cluster", "via"),
}
#: The step of alpha from 1, as in the source.
DELTA = 0.01
INFORMS = "informs"
#: How far above its noise a sensitivity has to be for a diagnosis.
CLEAR = 2.0

Kind = Literal["prior", "likelihood"]


@dataclass(frozen=True)
class Component:
    """A factor of the posterior by its tag, such as likelihood/source/smith2019: ``log_density`` (N,).

    ``group`` is all, a group of `PRIORS`, definition, codes, driver, stated, record, source or within_pair;
    ``name`` says which driver or source. Groups overlap: codes are there by driver and by source.
    """

    kind: Kind
    group: str
    name: str
    log_density: Floats = field(repr=False)


@dataclass(frozen=True)
class Scaled:
    """What a component does to the quantities; arrays have their trailing shape.

    ``sensitivity``: gradient of the distance in log2 alpha, ``noise`` what chance alone would make of it;
    ``change``: gradient of mean and quantiles, ``error`` the Monte Carlo standard error of the mean's.
    ``k_hat``: the worse of the two weightings' (-inf: nothing weighed); ``diagnosis``: a word for each
    quantity, C order.
    """

    kind: Kind
    group: str
    name: str
    sensitivity: Floats
    noise: Floats
    change: PerDoubling
    error: Floats
    k_hat: float
    diagnosis: tuple[str, ...]

    @property
    def trusted(self) -> bool:
        """Whether the weights can be trusted."""
        return self.k_hat <= K_LIMIT


def power_scaling(components: Sequence[Component], quantities: Floats) -> tuple[Scaled, ...]:
    """What each component does to each of ``quantities`` (N, ...), probabilities at the posterior draws.

    Diagnosis: of a prior, against all of the likelihood (`power_scaling.diagnosis`); of a likelihood, whether
    it `INFORMS`. A component without variance has sensitivity 0 and no change.
    """
    found = [sensitivity(quantities, component=c.log_density, delta=DELTA) for c in components]
    whole = next(
        (s for c, s in zip(components, found, strict=True) if (c.kind, c.group) == ("likelihood", "all")),
        np.zeros(quantities.shape[1:]),
    )
    return tuple(_scaled(c, s, whole, quantities) for c, s in zip(components, found, strict=True))


def components(engine: Engine) -> tuple[Component, ...]:
    """Every component of an engine's exact answer, at its draws."""
    exact = engine.exact
    priors = prior_components(exact.posterior.z, exact.prepared)
    line = Component("prior", "definition", "", engine.reference.line)
    told = likelihood_components(exact.posterior.z, exact.prepared, exact.workspace, exact.panel)
    return (*priors, line, *told)


def prior_components(z: Floats, prepared: Prepared) -> tuple[Component, ...]:
    """All of the prior of z (N, size), then by group of `PRIORS`, up to constants."""
    used = _read(prepared)
    groups = {}
    for group, blocks in PRIORS.items():
        columns = np.concatenate([prepared.z.index(name).ravel() for name in blocks])
        groups[group] = -0.5 * (z[:, columns[used[columns]]] ** 2).sum(axis=1)
    every = Component("prior", "all", "", np.asarray(sum(groups.values())))
    return (every, *(Component("prior", group, "", value) for group, value in groups.items()))


def likelihood_components(
    z: Floats, prepared: Prepared, workspace: Workspace, panel: Panel
) -> tuple[Component, ...]:
    """All of the tempered likelihood at draws z (N, size), then by what is said, then by who says it.

    codes (all, and each driver's), stated, record add up to all; so do each source's (its codes, ratios and
    stated outcomes), the class's evidence within pairs, and the record.
    """
    found = log_likelihood(z, prepared.data, prepared.theta)
    names = prepared.features.drivers
    codes = (found.codes + found.ratios)[:, : len(names)]
    by_source = source_codes(z, prepared, workspace, panel)
    stated = {m: np.zeros(len(z)) for m in panel.members}
    for place, source in enumerate(prepared.judged.source):
        if source in stated:
            stated[source] = stated[source] + found.stated[:, place]
    evidence = within_pair(z, prepared, workspace)
    parts = [
        ("all", "", found.total),
        ("codes", "", (found.codes + found.ratios).sum(axis=1)),
        ("stated", "", found.stated.sum(axis=1)),
        ("record", "", found.record),
        ("within_pair", "", evidence),
        *(("driver", name, codes[:, at]) for at, name in enumerate(names)),
        *(("source", m, by_source[m] + stated[m]) for m in panel.members),
    ]
    return tuple(Component("likelihood", group, name, value) for group, name, value in parts)


def source_codes(z: Floats, prepared: Prepared, workspace: Workspace, panel: Panel) -> dict[str, Floats]:
    """The log density (N,) of each source's own codes and hazard ratios, weighted; of one without any, 0.

        w [-(ln s^2 + (y - score)^2 / s^2) / 2],   s^2 = CODE_SD^2 + tau^2
        w (m B - B^2 / 2) / sd^2                   of a log hazard ratio N(m, sd^2)

    They add up over sources, with `within_pair`, to what the density has in sums over sources.
    """
    p = _parameters(z, prepared)
    s2 = CODE_SD**2 + p.tau[:, 0] ** 2
    found = {m: np.zeros(len(z)) for m in panel.members}
    for driver, channel, source, weight in weighted_codes(workspace, panel):
        value = getattr(source.effects[driver], channel)
        at = prepared.features.drivers.index(driver), CHANNELS.index(channel)
        if isinstance(value, HazardRatio):
            added = _ratio(p, at, lognormal(value.hazard_ratio), weight)
        else:
            added = -0.5 * weight * (np.log(s2) + (value - p.slope[:, *at]) ** 2 / s2)
        found[source.id] = found[source.id] + added
    return found


def within_pair(z: Floats, prepared: Prepared, workspace: Workspace) -> Floats:
    """The log density (N,) of the reference class's hazard ratios within pairs, 0 where not in use."""
    p, evidence = _parameters(z, prepared), workspace.base_rates.within_pair
    found = np.zeros(len(z))
    for each in evidence.effects if evidence.use else ():
        at = prepared.features.drivers.index(each.driver), CHANNELS.index(each.channel)
        found = found + _ratio(p, at, normal(each.log_hazard_ratio), evidence.weight)
    return found


def _parameters(z: Floats, prepared: Prepared) -> Parameters:
    return parameters(z, prepared.data, prepared.theta, NumpyFunctions)


def _ratio(p: Parameters, at: tuple[int, int], told: Normal, weight: float) -> Floats:
    b = p.coefficients[:, *at]
    return np.asarray(weight * (told.mean * b - 0.5 * b**2) / told.variance)


def _read(prepared: Prepared) -> np.ndarray:
    """Which columns of z anything reads: parameters, and shifts of stated outcomes that have weight."""
    shift = prepared.theta.index("shift")
    silent = shift[prepared.data.stated_weight == 0]
    return np.asarray((np.delete(prepared.data.matrix, silent, axis=0) != 0).any(axis=0))


def _scaled(component: Component, found: Floats, whole: Floats, quantities: Floats) -> Scaled:
    density = component.log_density
    chance = noise(quantities, density)
    powers = (power_scaled(density, alpha).k_hat for alpha in (1 / (1 + DELTA), 1 + DELTA))
    return Scaled(
        kind=component.kind,
        group=component.group,
        name=component.name,
        sensitivity=found,
        noise=chance,
        change=per_doubling(quantities, component=density, delta=DELTA),
        error=_error(quantities, density),
        k_hat=max(powers),
        diagnosis=tuple(
            _word(component.kind, *each)
            for each in zip(*(np.ravel(a).tolist() for a in (found, chance, whole)), strict=True)
        ),
    )


def noise(quantities: Floats, log_density: Floats) -> Floats:
    """What `sensitivity` of each of ``quantities`` (N, ...) would be by chance; of a constant one, 0."""
    mean, low, high = quantities.mean(axis=0), quantities.min(axis=0), quantities.max(axis=0)
    varies = high > low
    lean = np.where(varies, (mean - low) / np.where(varies, high - mean, 1.0), 0.0)
    ratio = np.maximum(lean, np.divide(1.0, lean, out=np.zeros_like(lean), where=varies))
    return np.asarray(log_density.std() * np.sqrt(np.log(2) * ratio / (8 * len(log_density))))


def _word(kind: Kind, found: float, chance: float, whole: float) -> str:
    if found < CLEAR * chance:
        return "-"
    if kind == "prior":
        return diagnosis(found, whole)
    return INFORMS if found >= THRESHOLD else "-"


def _error(quantities: Floats, density: Floats) -> Floats:
    """Of the mean's gradient, ln 2 cov(quantity, density): that of the mean of the products, by batches."""
    off = density - density.mean()
    flat = quantities.reshape(len(density), -1)
    products = np.log(2) * (flat - flat.mean(axis=0)) * off[:, None]
    return np.array([monte_carlo_error(column) for column in products.T]).reshape(quantities.shape[1:])


def scaled_of(engine: Engine, quantities: Sequence[tuple[str, str]]) -> tuple[Scaled, ...]:
    """`power_scaling` of an engine's exact answer; arrays (T, Q'): its dates by ``quantities``."""
    baseline = engine.reference.baseline
    values = [[baseline.at(*name, date) for name in quantities] for date in engine.dates]
    return power_scaling(components(engine), np.moveaxis(np.array(values), -1, 0))
