"""How well a common value explains what several dependent sources said: an integral over what they share.

    log Z(theta) = log integral N(a | 0, K) prod_e t_e(theta + a_e) da
    t_e(s) = [c_e exp(-(s - centre_e)^2 / (2 side^2))]^w_e,   side = below_e where s < centre_e, else above_e

c_e makes t_e a density of the centre before it is tempered: sqrt(2 / pi) / (below_e + above_e). Each t_e is
replaced by the Gaussian with the moments it has in the company of the others, until none changes.

Source: Minka (2001), Uncertainty in Artificial Intelligence 17; Rasmussen and Williams (2006), Gaussian
Processes for Machine Learning, section 3.6, with eq. 3.74 for log Z. Exact where the sides are equal, and for
sources that share nothing; each t_e is log-concave, and so is the integrand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr

from forecast.calendar import Floats
from forecast.errors import UsageError

#: Sites that move by less than this, relative to what is known of them, have settled.
SETTLED = 1e-8
SWEEPS = 300
#: After some whole steps only this share of each new value is taken over, lest updates overshoot in turns.
FULL_STEPS, STEP = 30, 0.5
#: Least precision of a site, in units of what is known of it before anybody speaks.
LEAST = 1e-8
_LOG_ROOT_2PI = 0.5 * float(np.log(2 * np.pi))


@dataclass(frozen=True)
class Sites:
    """Tempered two-piece normals t_e, one an expert; ``centre`` and ``weight`` (E,), sds (..., E)."""

    centre: Floats
    below: Floats
    above: Floats
    weight: Floats

    @property
    def log_peak(self) -> Floats:
        """w_e log c_e, (..., E)."""
        return np.asarray(self.weight * (0.5 * np.log(2 / np.pi) - np.log(self.below + self.above)))

    def log_at(self, s: Floats) -> Floats:
        """log t_e(s_e) of s (..., E)."""
        gap = s - self.centre
        side = np.where(gap < 0, self.below, self.above)
        return np.asarray(self.log_peak - 0.5 * self.weight * (gap / side) ** 2)


def log_evidence(theta: Floats, covariance: Floats, sites: Sites) -> Floats:
    """log Z at each theta (B,), with covariance K (E, E); sds of the sites (E,) or (B, E).

    Raises UsageError where the approximation does not settle.
    """
    means = np.broadcast_to(theta[:, None], (len(theta), len(sites.centre)))
    free = np.diag(covariance) > 0
    alone: Floats = sites.log_at(means)[:, ~free].sum(axis=1)
    if not free.any():
        return alone
    below, above = (np.broadcast_to(side, means.shape)[:, free] for side in (sites.below, sites.above))
    kept = Sites(sites.centre[free], below, above, sites.weight[free])
    return alone + _settled(means[:, free], covariance[np.ix_(free, free)], kept)[0]


def posterior_of_common(
    mean: float, sd: float, covariance: Floats, sites: Sites
) -> tuple[Floats, Floats, Floats]:
    """log evidence, mean and sd of theta ~ Normal(mean, sd) itself, as a Gaussian; the sites' sds (B, E)."""
    evidence, precision, read = _settled(np.full_like(sites.below, mean), covariance + sd**2, sites)
    # Each site is a reading of theta + a_e with variance 1 / precision: their covariance is K + S^-1.
    root = np.sqrt(precision)
    inverse, _ = _whitened(covariance, root, read)
    common = (root[:, :, None] * inverse * root[:, None, :]).sum(axis=1)
    variance = 1 / (1 / sd**2 + common.sum(axis=1))
    return evidence, mean + variance * (common * read).sum(axis=1), np.sqrt(variance)


def _settled(means: Floats, covariance: Floats, sites: Sites) -> tuple[Floats, Floats, Floats]:
    """log Z (B,), and each site as a Gaussian: its precision p and mean y, from ``means``; (B, E).

    With B = I + S^1/2 K S^1/2, g = B^-1 S^1/2 y and d = diag B^-1, what the others say of a_e has variance
    (1 - d) / (p d) and mean y - g / (p^1/2 d): neither is a difference of large numbers.
    """
    centre = sites.centre - means
    least = LEAST / np.diag(covariance)
    precision = np.maximum(2 * sites.weight / (sites.below**2 + sites.above**2), least)
    read = centre
    for sweep in range(SWEEPS):
        root = np.sqrt(precision)
        inverse, pulled = _whitened(covariance, root, read)
        own = np.diagonal(inverse, axis1=1, axis2=2)
        variance, at = (1 - own) / (precision * own), read - pulled / (root * own)
        log_mass, mean, tilted = _tilted(at - centre, variance, sites)
        mean = mean + centre
        updated = np.maximum(1 / tilted - 1 / variance, least)
        to = (mean / tilted - at / variance) / updated
        moved = np.abs(updated - precision) / (updated + 1 / variance)
        turned = np.abs(to - read) * np.sqrt(updated)
        if max(moved.max(), turned.max()) < SETTLED:
            log_root = 0.5 * (np.log(own) - pulled**2 / own + root * read * pulled)
            log_z = (log_mass - log_root).sum(axis=1) + 0.5 * np.linalg.slogdet(inverse)[1]
            return log_z, precision, read
        step = 1.0 if sweep < FULL_STEPS else STEP
        shift = precision * read + step * (updated * to - precision * read)
        precision = precision + step * (updated - precision)
        read = shift / precision
    raise UsageError(
        f"the hierarchical pool of {means.shape[1]} judgments did not settle in {SWEEPS} rounds; "
        "look for weights or sds that are millions of times those of the others"
    )


def _whitened(covariance: Floats, root: Floats, read: Floats) -> tuple[Floats, Floats]:
    """B^-1 (B, E, E) and g = B^-1 S^1/2 y (B, E), where S^1/2 = ``root`` and y = ``read``."""
    inner = np.eye(len(covariance)) + root[:, :, None] * covariance * root[:, None, :]
    inverse: Floats = np.asarray(np.linalg.inv(inner), dtype=np.float64)
    return inverse, (inverse @ (root * read)[..., None])[..., 0]


def _tilted(mean: Floats, variance: Floats, sites: Sites) -> tuple[Floats, Floats, Floats]:
    """Log mass, mean and variance of N(mean, variance) times each site, the sites' centres at 0."""
    parts = [_side(sign * mean, variance, side**2 / sites.weight) for sign, side in
             ((1.0, sites.below), (-1.0, sites.above))]  # fmt: skip
    (log_low, low_mean, low_square), (log_high, high_mean, high_square) = parts
    log_mass = np.logaddexp(log_low, log_high)
    low, high = np.exp(log_low - log_mass), np.exp(log_high - log_mass)
    first = low * low_mean - high * high_mean
    between = low * high * (low_mean + high_mean) ** 2
    return sites.log_peak + log_mass, first, low * low_square + high * high_square + between


def _side(mean: Floats, variance: Floats, spread: Floats) -> tuple[Floats, Floats, Floats]:
    """N(mean, variance) exp(-s^2 / (2 spread)) on s < 0: log mass, then mean and variance on that side."""
    both = variance + spread
    centre, sd = mean * spread / both, np.sqrt(variance * spread / both)
    edge = -centre / sd
    log_share = log_ndtr(edge)
    log_mass = 0.5 * np.log(spread / both) - 0.5 * mean**2 / both + log_share
    hazard = np.exp(-0.5 * edge**2 - _LOG_ROOT_2PI - log_share)
    # Far in the tail the difference below is rounding; 0 is then right to within it.
    return log_mass, centre - sd * hazard, sd**2 * np.maximum(1 - hazard * (edge + hazard), 0.0)
