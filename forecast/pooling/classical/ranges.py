"""The intrinsic range of each item, and answers on the scale of the background measure.

For each item, over *every* expert who answered it (whatever their weight) and the realisation of a seed:

    l = min(lowest quantiles, realisation)      h = max(highest quantiles, realisation)
    range = [l - k (h - l), h + k (h - l)]      k = overshoot, 0.1 unless told otherwise

on the item's own scale: for a log item l and h are logarithms. Limits of an item cut the range where they are
narrower. Source: Cooke (1991), ch. 12; Cooke and Goossens (2008), RESS 93, 657-674, sec. 2.2. The conventions
are those of Excalibur and Anduryl.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats
from forecast.pooling.classical.assessments import LOG, Assessments, ClassicalError, Mask

OVERSHOOT = 0.1


@dataclass(frozen=True, eq=False)
class Background:
    """Assessments on the scale of each item's background measure.

    ``values`` (E, I, Q), ``realisations`` (I,), ``lower`` and ``upper`` (I,) of the intrinsic range, all of
    them logarithms for log items; ``masses`` (Q + 1,), the probability between neighbouring quantiles.
    """

    values: Floats
    realisations: Floats
    lower: Floats
    upper: Floats
    masses: Floats
    is_log: Mask
    answered: Mask
    is_seed: Mask

    def unscaled(self, x: Floats) -> Floats:
        """Values (I, ...) in each item's own unit."""
        is_log = self.is_log.reshape(-1, *[1] * (x.ndim - 1))
        back: Floats = np.where(is_log, np.exp(np.where(is_log, x, 0.0)), x)
        return back


def background(said: Assessments, *, overshoot: float = OVERSHOOT) -> Background:
    """Put assessments on their scales, within their intrinsic ranges.

    Raises
    ------
    ClassicalError
        For an overshoot that is not positive: the lowest quantile of all would end the range, and no density
        could carry the probability below it. Likewise for an item whose limit is somebody's quantile.
    """
    if not 0 < overshoot < np.inf:
        raise ClassicalError(
            f"the overshoot must be a positive share of the range of answers (found {overshoot:g}); "
            "0.1 is usual"
        )
    is_log = np.array([scale == LOG for scale in said.scales])
    values = _scaled(said.values, is_log[None, :, None])
    realisations = _scaled(said.realisations, is_log)
    reach = np.concatenate([values.transpose(0, 2, 1).reshape(-1, len(said.items)), realisations[None]])
    low, high = np.nanmin(reach, axis=0), np.nanmax(reach, axis=0)
    extra = overshoot * (high - low)
    # A limit at or below zero is no limit on a log scale: nothing lies there anyway.
    floor, ceiling = (_limit(limit, is_log) for limit in said.limits.T)
    lower, upper = np.fmax(low - extra, floor), np.fmin(high + extra, ceiling)
    _room(said, values, lower, upper)
    # To twelve decimals, so that what is symmetric in the levels is so to the last bit: 1 - 0.9 is not 0.1.
    ends: Floats = np.array([0.0, *said.levels, 1.0])
    masses: Floats = np.diff(ends).round(12)
    return Background(values, realisations, lower, upper, masses, is_log, said.answered, said.is_seed)


def _scaled(x: Floats, is_log: Mask) -> Floats:
    """Logarithms where the item is on a log scale; values were checked to be positive there."""
    logarithms = np.log(np.where(is_log, x, 1.0))
    scaled: Floats = np.where(is_log, logarithms, x)
    return scaled


def _limit(limit: Floats, is_log: Mask) -> Floats:
    usable = np.where(is_log & ~(limit > 0), np.nan, limit)
    return _scaled(usable, is_log)


def _room(said: Assessments, values: Floats, lower: Floats, upper: Floats) -> None:
    """No quantile may end the range: there is probability beyond it."""
    for q, end in ((0, lower), (-1, upper)):
        for e, i in np.argwhere(values[..., q] == end):
            raise ClassicalError(
                f"item {said.items[i]}: {said.values[e, i, q]:g} of {said.experts[e]} is the limit of the "
                "item, so that nothing could lie beyond it; move the quantile inwards or the limit outwards"
            )
