"""How often such things happen at all: the prior on each transition's rate at average drivers.

    a_rs = log r_rs + sum_j gamma_rj (pair mean_j - class mean_j) + delta_def
    log r_rs ~ Normal(digamma(n + 1/2) - ln E, sqrt(trigamma(n + 1/2) + extra^2))

with n events (independent episodes, where counted) in E dyad-years of a reference class: the log of a rate
under the Jeffreys posterior Gamma(n + 1/2, E), widened for the class not being this pair.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import digamma, polygamma

from forecast.calendar import Floats, decimal_year
from forecast.elicitation import lognormal, normal
from forecast.inputs.fields import Quantiles
from forecast.inputs.records import BaseRates, History, ReferenceClass
from forecast.states import ESTIMATED, Transition

#: Extra sd of a log rate for this pair not being a random member of its class.
CLASS_SD = 0.5
#: sd of a log rate read off the pair's own past spells, for drivers that were not observed then.
UNKNOWN_DRIVERS_SD = 0.7
#: An elicited rate or a class with fewer events than this is pooled with the wider class.
SMALLEST_COUNT = 0.5


@dataclass(frozen=True)
class LogRates:
    """Independent normal priors on the five log rates per year, in the order of `states.ESTIMATED`."""

    mean: Floats
    sd: Floats
    basis: tuple[str, ...]


def class_log_rates(base: BaseRates, *, use: str | None = None) -> LogRates:
    """The outside view: class counts, moved to this pair by its covariates and our definitions."""
    chosen, wider = base.classes[use or base.use], base.classes[base.fallback]
    means, variances, basis = [], [], []
    for transition in ESTIMATED:
        if transition in base.elicited:
            fit = lognormal(base.elicited[transition])
            means.append(fit.mean)
            variances.append(fit.variance)
            basis.append("elicited")
            continue
        events, exposure, how = _counts(chosen, wider, transition)
        mean, variance = log_rate(events, exposure, extra_sd=CLASS_SD)
        if base.offsets:
            shift, spread = _covariate_offset(base, chosen, transition)
            mean, variance = mean + shift, variance + spread
        mean, variance = _add(mean, variance, _definition(base, transition))
        means.append(mean)
        variances.append(variance)
        basis.append(how)
    return LogRates(np.array(means), np.sqrt(variances), tuple(basis))


def with_past_spells(rates: LogRates, history: History, as_of: dt.date) -> LogRates:
    """Update by the spells that ended before the yearly record: one event of each kind, in those years.

    Normal in the log rate, with sd .7 added for drivers unknown then. Later moves are the yearly record's,
    where the drivers are known.
    """
    until = min(as_of, dt.date(history.record_start, 1, 1))
    mean, precision = rates.mean.copy(), rates.sd**-2.0
    counts: dict[str, tuple[int, float]] = {}
    for spell, following in pairwise(e for e in history.episodes if e.start <= until):
        move = f"{spell.state}->{following.state}"
        n, years = counts.get(move, (0, 0.0))
        counts[move] = (n + 1, years + decimal_year(following.start) - decimal_year(spell.start))
    for k, transition in enumerate(ESTIMATED):
        if transition in counts:
            m, v = log_rate(*counts[transition], extra_sd=UNKNOWN_DRIVERS_SD)
            mean[k] = (mean[k] * precision[k] + m / v) / (precision[k] + 1 / v)
            precision[k] += 1 / v
    return LogRates(mean, precision**-0.5, rates.basis)


def log_rate(events: float, exposure_years: float, *, extra_sd: float) -> tuple[float, float]:
    """Mean and variance of ln(rate per year) given ``events`` in ``exposure_years``.

    >>> mean, variance = log_rate(4, 400.0, extra_sd=0.0)
    >>> round(float(np.exp(mean)), 5)
    0.01003
    """
    shape = events + 0.5
    return float(digamma(shape) - np.log(exposure_years)), float(polygamma(1, shape) + extra_sd**2)


def _counts(
    chosen: ReferenceClass, wider: ReferenceClass, transition: Transition
) -> tuple[float, float, str]:
    count = chosen.transitions.get(transition)
    events = 0.0 if count is None else count.events if count.episodes is None else count.episodes
    exposure = 0.0 if count is None else count.exposure_years
    if events >= SMALLEST_COUNT or chosen is wider:
        return events, exposure, chosen.title
    # The wider class holds the narrower one's years: its counts are the two pooled.
    more = wider.transitions[transition]
    events = more.events if more.episodes is None else more.episodes
    return events, more.exposure_years, f"{wider.title} (none seen in {chosen.title})"


def _covariate_offset(base: BaseRates, chosen: ReferenceClass, transition: Transition) -> tuple[float, float]:
    shift = spread = 0.0
    for name, covariate in base.covariates.items():
        ratio = covariate.log_hazard_ratio.get(transition)
        if ratio is None or name not in chosen.covariates or name not in chosen.pair_covariates:
            continue
        gap = chosen.pair_covariates[name] - chosen.covariates[name]
        fit = normal(ratio)
        shift, spread = shift + gap * fit.mean, spread + gap**2 * fit.variance
    return shift, spread


def _definition(base: BaseRates, transition: Transition) -> Quantiles | None:
    if transition == "partnership->alliance":
        return base.definition_offset.get("alliance")
    if transition == "partnership->split":
        return base.definition_offset.get("split")
    return None


def _add(mean: float, variance: float, offset: Quantiles | None) -> tuple[float, float]:
    if offset is None:
        return mean, variance
    fit = normal(offset)
    return mean + fit.mean, variance + fit.variance
