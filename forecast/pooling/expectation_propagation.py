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

#: Natural parameters that move by less than this, relative to their size, have settled.
SETTLED = 1e-9
SWEEPS = 300
#: Share of each new value that is taken over, which keeps simultaneous updates from overshooting.
STEP = 0.8
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
    start = np.full_like(sites.below, mean)
    evidence, precision, shift = _settled(start, covariance + sd**2, sites)
    # The sites are noisy readings of s = theta + a; this is (I + S K)^-1 of S and of what they read.
    inner = np.eye(len(covariance)) + precision[:, :, None] * covariance
    read = np.linalg.solve(inner, np.stack([precision, shift], axis=-1)).sum(axis=1)
    variance = 1 / (1 / sd**2 + read[:, 0])
    return evidence, mean + variance * read[:, 1], np.sqrt(variance)


def _settled(means: Floats, covariance: Floats, sites: Sites) -> tuple[Floats, Floats, Floats]:
    """log Z (B,), and the sites' precisions and precision-weighted means, relative to ``means``; (B, E)."""
    centre = sites.centre - means
    precision, shift = np.zeros_like(means), np.zeros_like(means)
    for _ in range(SWEEPS):
        spread, mean = _joint(covariance, precision, shift)
        left = np.diagonal(spread, axis1=1, axis2=2)
        cavity = 1 / left - precision
        variance, at = 1 / cavity, (mean / left - shift) / cavity
        log_mass, tilted_mean, tilted_variance = _tilted(at - centre, variance, sites)
        tilted_mean = tilted_mean + centre
        new_precision = np.maximum(1 / tilted_variance - cavity, 0.0)
        new_shift = tilted_mean / tilted_variance - at * cavity
        moved = np.abs(new_precision - precision) / (new_precision + cavity)
        pulled = np.abs(new_shift - shift) / (np.abs(new_shift) + np.sqrt(cavity))
        if max(moved.max(), pulled.max()) < SETTLED:
            found = log_mass.sum(axis=1) + _correction(covariance, precision, shift, (cavity, at))
            return found, precision, shift
        precision = precision + STEP * (new_precision - precision)
        shift = shift + STEP * (new_shift - shift)
    raise UsageError(
        f"the hierarchical pool of {means.shape[1]} judgments did not settle in {SWEEPS} rounds; "
        "look for one whose sd is far smaller than the others'"
    )


def _joint(covariance: Floats, precision: Floats, shift: Floats) -> tuple[Floats, Floats]:
    """Covariance (B, E, E) and mean (B, E) of N(0, K) times the Gaussian sites."""
    root = np.sqrt(precision)
    scaled = root[:, :, None] * covariance
    inner = np.eye(len(covariance)) + scaled * root[:, None, :]
    spread = covariance - scaled.transpose(0, 2, 1) @ np.linalg.solve(inner, scaled)
    return spread, (spread @ shift[..., None])[..., 0]


def _correction(
    covariance: Floats, precision: Floats, shift: Floats, cavities: tuple[Floats, Floats]
) -> Floats:
    """What log Z has beyond the sites' tilted masses (Rasmussen and Williams 2006, eq. 3.74).

    ``cavities``: precisions and means of N(0, K) and the other sites, of each site.
    """
    cavity, at = cavities
    root = np.sqrt(precision)
    inner = np.eye(len(covariance)) + root[:, :, None] * covariance * root[:, None, :]
    _, mean = _joint(covariance, precision, shift)
    both = precision + cavity
    terms = (
        0.5 * np.log1p(precision / cavity)
        + 0.5 * shift * (mean - shift / both)
        + 0.5 * at * cavity / both * (precision * at - 2 * shift)
    )
    return np.asarray(terms.sum(axis=1) - 0.5 * np.linalg.slogdet(inner)[1])


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
