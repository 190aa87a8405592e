"""Performance, equal and user weights, and the decision makers they make.

With calibration C_e, information I_e (mean over seeds) or I_e,i (of item i) and a cut-off alpha:

    global   w_e    ~ 1(C_e >= alpha) C_e I_e          the same for every item
    item     w_e,i  ~ 1(C_e >= alpha) C_e I_e,i
    equal    w_e    ~ 1                                 no cut-off
    user     w_e    ~ as given                          no cut-off

Weights are brought to a sum of one over the experts who answered the item. Where item weights are all 0,
because nobody who was kept says more of the item than its range does, calibration alone weighs them. Source:
Cooke (1991), ch. 12; Cooke and Goossens (2008), eqs. 5-6. The indicator is what makes global and item weights
strictly proper scoring rules asymptotically; ``study`` finds the cut-off that scores best.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from forecast.calendar import Floats
from forecast.pooling.classical.assessments import Mask
from forecast.pooling.classical.mixture import cumulative, knots, quantiles
from forecast.pooling.classical.ranges import Background
from forecast.pooling.classical.scores import bin_counts, calibration, information, mean_answered


@dataclass(frozen=True, eq=False)
class Performance:
    """Scores (E,) of experts on the seeds, with the information (E, I) of each item.

    ``effective`` is the number of seeds at which calibration is computed.
    """

    answered_seeds: Floats
    calibration: Floats
    information: Floats
    information_seeds: Floats
    information_all: Floats
    effective: int
    power: float

    @property
    def combined(self) -> Floats:
        """Calibration times mean information over seeds."""
        return self.calibration * self.information_seeds


def performance(on: Background, *, power: float) -> Performance:
    """Score the experts; with no seeds, calibration is 0 throughout."""
    seed = on.is_seed
    answered = on.answered[:, seed]
    effective = int(answered.sum(axis=1).min())
    counts = bin_counts(on.values[:, seed], on.realisations[seed], answered)
    told = information(on.values, on.lower, on.upper, on.masses)
    return Performance(
        answered.sum(axis=1).astype(float),
        calibration(counts, on.masses, seeds=effective, power=power),
        told,
        mean_answered(told, seed),
        mean_answered(told, np.ones_like(seed)),
        effective,
        power,
    )


@dataclass(frozen=True, eq=False)
class Makers:
    """A decision makers for the same study: ``quantiles`` (A, I, Q) on the background scales, scores (A,)."""

    quantiles: Floats
    calibration: Floats
    information_seeds: Floats
    information_all: Floats

    @property
    def combined(self) -> Floats:
        """Calibration times mean information over seeds."""
        return self.calibration * self.information_seeds


def decide(on: Background, weights: Floats, scored: Performance) -> Makers:
    """The decision makers of weights (A, E, I), scored as if each were one more expert.

    Their quantiles at the experts' levels are scored, within the experts' intrinsic ranges and at the
    experts' effective number of seeds. An item without any weight is one they did not answer.
    """
    at = knots(on.values, on.lower, on.upper)
    heights = cumulative(on.values, on.lower, on.upper, on.masses, at)
    mixed = weights.transpose(2, 0, 1) @ heights
    levels = tuple(np.cumsum(on.masses)[:-1].tolist())
    made = quantiles(mixed, at, levels).transpose(1, 0, 2)
    answered = ~np.isnan(made[..., 0])
    seed = on.is_seed
    counts = bin_counts(made[:, seed], on.realisations[seed], answered[:, seed])
    told = information(made, on.lower, on.upper, on.masses)
    return Makers(
        made,
        calibration(counts, on.masses, seeds=scored.effective, power=scored.power),
        mean_answered(told, seed),
        mean_answered(told, np.ones_like(seed)),
    )


#: Unnormalised weights (A, E, I): of what is known, the experts kept (A, E) and the user's weights (E,).
Rule = Callable[[Performance, Mask, Floats], Floats]


def _global(scored: Performance, kept: Mask, given: Floats) -> Floats:
    weights = np.where(kept, scored.combined, 0.0)
    return np.repeat(weights[..., None], scored.information.shape[1], axis=-1)


def _item(scored: Performance, kept: Mask, given: Floats) -> Floats:
    told = np.nan_to_num(scored.information, nan=0.0)
    calibrated = np.where(kept, scored.calibration, 0.0)[..., None]
    weights = calibrated * told
    found: Floats = np.where(weights.sum(axis=1, keepdims=True) > 0, weights, calibrated)
    return found


def _equal(scored: Performance, kept: Mask, given: Floats) -> Floats:
    return np.ones((len(kept), *scored.information.shape))


def _user(scored: Performance, kept: Mask, given: Floats) -> Floats:
    return np.broadcast_to(given[None, :, None], (len(kept), *scored.information.shape)).copy()


RULES: Mapping[str, Rule] = MappingProxyType(
    {"global": _global, "item": _item, "equal": _equal, "user": _user}
)
#: Rules that a cut-off and the seeds have a say in.
BY_PERFORMANCE = ("global", "item")


def shares(raw: Floats, answered: Mask) -> Floats:
    """Weights (A, E, I) of those who answered, summing to one over experts; all 0 where none has a weight."""
    weights = np.where(answered, raw, 0.0)
    total = weights.sum(axis=1, keepdims=True)
    found: Floats = weights / np.where(total > 0, total, 1.0)
    return found
