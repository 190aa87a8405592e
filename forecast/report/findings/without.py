"""The chances without some sources, by draws that are moved to where the posterior without them lies.

For an item on which so much rests that weights alone will not do. Its factor is taken out of the density and
everything else left as it is: other sources keep their weights, drivers their levels. Draws are moved by
moment matching and read in closed form (`elsewhere`), so that nothing is sampled or simulated anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation import lognormal
from forecast.inference.fit import Fit
from forecast.inference.posterior import read_draws
from forecast.inputs.records import HazardRatio
from forecast.model.batch import log_likelihood
from forecast.model.data import ModelData
from forecast.model.definition import Definitions
from forecast.model.judgments import weighted_codes
from forecast.report.findings.elsewhere import Chances, Standing
from forecast.reweighting.moment_matching import match
from forecast.reweighting.reweight import FARTHEST
from forecast.simulation.weighted import relative_weights
from forecast.states import CHANNELS

#: Moves are made while the weights' tail is heavier than this: what is moved has been found wanting.
LIGHT = 0.3


@dataclass(frozen=True)
class Without:
    """The fit's own chances and those of the moved draws, each draw beside its map; ``weights`` of mean 1.

    ``k_hat`` and ``ess`` of the moved draws' weights.
    """

    own: Chances
    chances: Chances
    weights: Floats
    k_hat: float
    ess: float


def without_sources(fit: Fit, members: tuple[str, ...], lines: Definitions | None) -> Without:
    """Move a fit's draws to the posterior without what some sources are coded to say.

    ``lines``: the definitions of a broad alliance that are left, None for all. Draws that came from too far
    keep the ``k_hat`` they had before.
    """
    prepared = replace(fit.prepared, data=silent(fit, members))
    z, layout = fit.posterior.z, fit.prepared.theta

    def density(data: ModelData, draws: Floats) -> Floats:
        return np.asarray(log_likelihood(draws, data, layout).total - 0.5 * (draws**2).sum(axis=1))

    found = match(
        z,
        log_old=lambda draws: density(fit.prepared.data, draws),
        log_new=lambda draws: density(prepared.data, draws),
        limit=LIGHT,
    )
    drawn = fit.thresholds
    if lines is not None:
        drawn = lines.draw(len(z), np.random.default_rng([fit.seed, 1]))
    moved = replace(fit, posterior=read_draws(found.z, prepared, fit.posterior.diagnostics), thresholds=drawn)
    weights = relative_weights(found.log_weights)
    return Without(
        own=Standing(fit, every=1).base,
        chances=Standing(moved, every=1).base,
        weights=np.asarray(weights / weights.mean()),
        k_hat=found.k_hat if found.k_before <= FARTHEST else found.k_before,
        ess=found.ess,
    )


def silent(fit: Fit, members: tuple[str, ...]) -> ModelData:
    """The model's numbers less what some sources are coded to say of effects and outcomes."""
    data, names = fit.prepared.data, fit.prepared.features.drivers
    sums = np.stack(
        [data.code_weight, data.code_first, data.code_second, data.ratio_precision, data.ratio_mean]
    )
    for driver, channel, source, weight in weighted_codes(fit.workspace, fit.panel):
        if source.id not in members:
            continue
        value, at = getattr(source.effects[driver], channel), (names.index(driver), CHANNELS.index(channel))
        if isinstance(value, HazardRatio):
            told = lognormal(value.hazard_ratio)
            sums[3][at] -= weight / told.variance
            sums[4][at] -= weight * told.mean / told.variance
        else:
            for order in range(3):
                sums[order][at] -= weight * value**order
    # What is left of a sum of which all was taken is rounding, which may fall below nothing.
    spoken = sums[0] > 1e-9
    heard = np.array([source not in members for source in fit.prepared.judged.source])
    return replace(
        data,
        code_weight=np.where(spoken, sums[0], 0.0),
        code_first=np.where(spoken, sums[1], 0.0),
        code_second=np.where(spoken, sums[2], 0.0),
        ratio_precision=np.maximum(sums[3], 0.0),
        ratio_mean=np.where(sums[3] > 1e-9, sums[4], 0.0),
        stated_weight=np.where(heard, data.stated_weight, 0.0),
    )
