"""How well experts did on seeds: calibration and information.

*Calibration* of an expert is the chance that realisations drawn from their own quantiles would look at least
as far off as those that came. With s_b the share of the answered seeds whose realisation fell in
interquantile bin b, and p_b what the levels promise,

    I(s; p) = sum_b s_b ln(s_b / p_b)          C = 1 - F(2 N I(s; p)),  F: chi-squared with Q degrees

*Information* is the relative entropy of the expert's density (the masses p_b spread evenly over their bins on
the item's scale) to the background measure (even over the intrinsic range [L, U]):

    I_i = sum_b p_b ln(p_b / width_b) + ln(U - L)

Both are scores of the published method: Cooke (1991), ch. 9 and 12; Cooke and Goossens (2008), eqs. 1-4;
Colson and Cooke (2017), RESS 163, 109-120.

Conventions where the books leave one open (those of Excalibur, kept by Anduryl):

* a realisation equal to a quantile counts in the bin below it;
* N is the smallest number of seeds that any expert answered, for every expert and decision maker, so that the
  scores compare; shares s are over the seeds that each one answered;
* the calibration power multiplies N (it weakens the test where N is large);
* mean information is over the items that the expert answered;
* scores that are equal are equal to the last bit (mirrored counts, say), so that a cut-off at one keeps both.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecast.calendar import Floats
from forecast.pooling.classical.assessments import Mask

Counts = NDArray[np.int64]


def bin_counts(values: Floats, realisations: Floats, answered: Mask) -> Counts:
    """Seeds per interquantile bin: (..., S, Q), (S,), (..., S) -> (..., Q + 1).

    >>> v = np.array([[1., 2., 3.], [1., 2., 3.], [1., 2., 3.]])
    >>> bin_counts(v, np.array([2., 2.5, 9.]), np.array([True, True, True])).tolist()
    [0, 1, 1, 1]
    """
    quantiles = values.shape[-1]
    # The bin is the number of quantiles strictly below the realisation: one equal to it is not below.
    place = (values < realisations[:, None]).sum(axis=-1)
    hit = (place[..., None] == np.arange(quantiles + 1)) & answered[..., None]
    counts: Counts = hit.sum(axis=-2)
    return counts


def calibration(counts: Counts, masses: Floats, *, seeds: float, power: float = 1.0) -> Floats:
    """Calibration scores (...,) of counts (..., Q + 1) at a sample size of ``seeds``; 0 with no answers.

    >>> promised = np.array([.05, .45, .45, .05])
    >>> calibration(np.array([0, 2, 2, 1]), promised, seeds=5).round(3).item()
    0.608
    """
    from scipy.special import chdtrc, rel_entr

    total = counts.sum(axis=-1)
    shares = counts / np.maximum(total, 1)[..., None]
    # In order of size: counts in mirrored bins are the same sum to the last bit, and so the same score, which
    # no cut-off may part.
    terms = np.sort(rel_entr(shares, masses), axis=-1)
    distance = np.maximum(terms.sum(axis=-1), 0.0)
    score: Floats = np.where(total > 0, chdtrc(len(masses) - 1, 2.0 * seeds * distance * power), 0.0)
    return score


def information(values: Floats, lower: Floats, upper: Floats, masses: Floats) -> Floats:
    """Relative information per item: (..., I, Q) within (I,) ranges -> (..., I); NaN where not answered.

    >>> v = np.array([[5., 50., 95.]])
    >>> information(v, np.array([0.]), np.array([100.]), np.array([.05, .45, .45, .05])).round(12).tolist()
    [0.0]
    """
    shape = (*values.shape[:-1], 1)
    ends = [np.broadcast_to(end[:, None], shape) for end in (lower, upper)]
    widths = np.diff(np.concatenate([ends[0], values, ends[1]], axis=-1), axis=-1)
    found: Floats = np.log(upper - lower) + (masses * (np.log(masses) - np.log(widths))).sum(axis=-1)
    # Even quantiles are exactly the background measure, but for rounding.
    return np.where(found < 0, 0.0, found)


def mean_answered(information: Floats, over: Mask) -> Floats:
    """Mean (...,) of (..., I) over the items in ``over`` (I,) that were answered; 0 if none was."""
    use = over & ~np.isnan(information)
    total = np.where(use, information, 0.0).sum(axis=-1)
    mean: Floats = total / np.maximum(use.sum(axis=-1), 1)
    return mean
