"""The model's hierarchical pool, alone: what dependent, biased and scattered sources say of one quantity.

    link(y_e) ~ theta + b [coded] + u_cluster + mean_r v_r + eps_e,   eps_e: sd^2 = sd_e^2 + tau^2, by side
    b ~ N(0, shared_bias_sd^2),   u, v ~ N(0, shift_sd^2),   ln tau ~ N(ln .45, .6^2),   theta ~ N(mean, sd^2)

each source's likelihood, a two-piece normal about its stated median, raised to its weight. These are the
model's terms for stated probabilities, with its constants; but theta is one number with a wide prior, and
not what base rates, drivers and the record say: no outside view is reconciled here, and the answer is not
the model's. (The model also reads its own probability no nearer to 0 or 1 than 5e-4; nothing is cut here.)

No sampling: for given theta and tau the rest is integrated by `expectation_propagation`, on a grid of both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import RectBivariateSpline

from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.inputs.records import ModelSettings
from forecast.pooling.expectation_propagation import Sites, log_evidence, posterior_of_common
from forecast.pooling.on_grid import OnGrid
from forecast.pooling.on_scale import OnScale, Scale
from forecast.pooling.said import Item

#: How far from the middle, in sds, theta and ln tau are followed; points computed, and drawn between them.
REACH, REACH_TAU = 10.0, 4.0
COMPUTED, COMPUTED_TAU = 61, 17
DRAWN, DRAWN_TAU = 2001, 129
#: A prior sd this many times all differences between opinions is as good as endless.
WIDE = 10.0
#: Prior sd of the score that codes are codes of, in code points: the model's, where its panel speaks.
SPOKEN_SD = 1.5


@dataclass(frozen=True)
class Terms:
    """Prior sds on the link's scale: of theta, the coders' common bias, clusters' and reporters' shifts.

    ``mean`` is theta's, ``log_tau`` the mean and sd of ln tau. The defaults are the model's on the logit, but
    for theta's sd, so wide that one source alone keeps its median to 4% of its distance from ``mean``;
    `scaled` gives those of a quantity whose usual differences are some units large rather than 1.
    """

    mean: float = 0.0
    sd: float = 5.0
    shared_bias_sd: float = 0.5
    shift_sd: float = 0.4
    log_tau: tuple[float, float] = (math.log(0.45), 0.6)

    def scaled(self, unit: float) -> Terms:
        """The same, where what is 1 here is ``unit``; the mean stays."""
        bias, shift = self.shared_bias_sd * unit, self.shift_sd * unit
        at, spread = self.log_tau
        return Terms(self.mean, self.sd * unit, bias, shift, (at + math.log(unit), spread))


@dataclass(frozen=True)
class Opinion:
    """One source's reading, and what it shares: its cluster, the texts that report it, the coder's hand."""

    said: OnScale
    weight: float
    cluster: str
    reporters: tuple[str, ...] = ()
    coded: bool = True


@dataclass(frozen=True)
class Hierarchical(OnGrid):
    """The posterior of the pooled quantity, link(X) = theta.

    ``tau`` (DRAWN_TAU,) are values of the scatter between sources, ``tau_weight`` their probabilities.
    """

    tau: Floats
    tau_weight: Floats

    @property
    def tau_mean(self) -> float:
        """E(tau): how far sources scatter beyond what they say of their own uncertainty."""
        return float(self.tau @ self.tau_weight)


def hierarchical(
    opinions: Sequence[Opinion], *, scale: Scale = "logit", terms: Terms | None = None
) -> Hierarchical:
    """Pool opinions, all read on one scale; one of weight 0 changes nothing, and of none the prior is left.

    Parameters
    ----------
    opinions
        In any order. Weights temper: of weight .5, two that say the same count as one, were nothing shared.
    scale
        ``logit`` of a probability, ``log`` of a positive quantity, ``identity`` of any.
    terms
        The sds of what is shared, in units of the scale; the model's by default, for a probability alone.

    Raises
    ------
    UsageError
        For opinions read on another scale, weights that are negative or not numbers, sds that are none;
        for a quantity without terms in its units.

    Examples
    --------
    >>> def camp(name, median):
    ...     return Opinion(OnScale("logit", np.log(median / (1 - median)), 0.5, 0.5), 1.0, cluster=name)
    >>> pool = hierarchical([camp("a", 0.05), camp("b", 0.10), camp("c", 0.20)])
    >>> pool.ppf(np.array([0.05, 0.5, 0.95])).round(3).tolist()
    [0.037, 0.106, 0.27]
    """
    if terms is None and scale != "logit":
        raise UsageError(
            "what sources share in common is stated in units of the quantity; give "
            f"terms=Terms(mean=...).scaled(unit), on the {scale} scale"
        )
    terms = terms or Terms()
    _check(opinions, scale, terms)
    spoken = [one for one in opinions if one.weight > 0]
    at, spread = terms.log_tau
    z = np.linspace(-REACH_TAU, REACH_TAU, COMPUTED_TAU)
    covariance = _shared(spoken, terms)
    sites = _sites(spoken, np.exp(at + spread * z))
    centre, reach = _where(terms, covariance, sites, -0.5 * z**2)
    coarse = np.linspace(centre - reach, centre + reach, COMPUTED)
    repeated = Sites(
        centre=sites.centre,
        below=np.repeat(sites.below, COMPUTED, axis=0),
        above=np.repeat(sites.above, COMPUTED, axis=0),
        weight=sites.weight,
    )
    evidence = log_evidence(np.tile(coarse, COMPUTED_TAU), covariance, repeated)
    surface = RectBivariateSpline(z, coarse, evidence.reshape(COMPUTED_TAU, COMPUTED))
    theta, fine = np.linspace(coarse[0], coarse[-1], DRAWN), np.linspace(z[0], z[-1], DRAWN_TAU)
    log_joint = surface(fine, theta) - 0.5 * fine[:, None] ** 2 - 0.5 * ((theta - terms.mean) / terms.sd) ** 2
    joint = np.exp(log_joint - log_joint.max())
    density, tau_weight = joint.sum(axis=0), joint.sum(axis=1)
    return Hierarchical(
        scale=scale,
        theta=theta,
        density=density / np.trapezoid(density, theta),
        tau=np.exp(at + spread * fine),
        tau_weight=tau_weight / tau_weight.sum(),
    )


def of_item(item: Item, settings: ModelSettings) -> Hierarchical:
    """The hierarchical pool of an item, with the terms that the model has for its kind.

    Probabilities and levels weigh panel weight x grade, undivided and of any age: u and v stand for their
    dependence. Codes weigh as in the model, divided, and share neither u nor v. The coders' common bias is
    that of stated probabilities alone, as in the model. theta ~ N(0, 5^2) on the item's scale (the logit of
    a probability, the log of a hazard ratio, driver units), and N(0, 1.5^2) for a code, as in the model.
    """
    code = item.form == "code"
    bias = settings.shared_bias_sd if item.form == "probability" else 0.0
    return hierarchical(
        [
            Opinion(
                said=one.distribution,
                weight=one.effective if code else one.weight * one.grade,
                cluster=one.cluster,
                reporters=one.reporters,
                coded=one.coded,
            )
            for one in item.said
        ],
        scale=_scale(item),
        terms=Terms(sd=SPOKEN_SD, shared_bias_sd=bias, shift_sd=0.0) if code else Terms(shared_bias_sd=bias),
    )


def _scale(item: Item) -> Scale:
    if item.form == "probability":
        return "logit"
    return "log" if item.lower == 0 else "identity"


def _shared(opinions: Sequence[Opinion], terms: Terms) -> Floats:
    """Covariance (E, E) of what the opinions share: the coder's bias, clusters' and reporters' shifts."""
    coded = np.array([one.coded for one in opinions], dtype=np.float64)
    clusters = list(dict.fromkeys(one.cluster for one in opinions))
    reporters = list(dict.fromkeys(r for one in opinions for r in one.reporters))
    member, via = np.zeros((len(opinions), len(clusters))), np.zeros((len(opinions), len(reporters)))
    for i, one in enumerate(opinions):
        member[i, clusters.index(one.cluster)] = 1.0
        for reporter in one.reporters:
            via[i, reporters.index(reporter)] = 1.0 / len(one.reporters)
    shifts = member @ member.T + via @ via.T
    return np.asarray(terms.shared_bias_sd**2 * np.outer(coded, coded) + terms.shift_sd**2 * shifts)


def _sites(opinions: Sequence[Opinion], tau: Floats) -> Sites:
    """Each opinion's likelihood for every tau; sds (len(tau), E)."""
    below, above = (
        np.sqrt(np.array([getattr(one.said, side) for one in opinions]) ** 2 + tau[:, None] ** 2)
        for side in ("sd_below", "sd_above")
    )
    centre = np.array([one.said.centre for one in opinions])
    return Sites(centre, below, above, np.array([one.weight for one in opinions]))


def _where(terms: Terms, covariance: Floats, sites: Sites, log_prior: Floats) -> tuple[float, float]:
    """The middle of theta's posterior and how far from it the grid reaches; ``log_prior`` of each tau."""
    if not len(sites.centre):
        return terms.mean, REACH * terms.sd
    # A prior so wide that it says nothing is narrowed here, where only a place is looked for: the square of
    # its sd would drown all else.
    differ = np.abs(sites.centre - terms.mean) + np.maximum(sites.below, sites.above)
    wide = WIDE * float((differ + np.sqrt(np.diag(covariance))).max())
    evidence, means, sds = posterior_of_common(terms.mean, min(terms.sd, wide), covariance, sites)
    weight = np.exp(evidence + log_prior - (evidence + log_prior).max())
    weight /= weight.sum()
    middle = float(weight @ means)
    return middle, REACH * math.sqrt(float(weight @ (sds**2 + (means - middle) ** 2)))


def _check(opinions: Sequence[Opinion], scale: Scale, terms: Terms) -> None:
    for number, one in enumerate(opinions, 1):
        if one.said.scale != scale:
            raise UsageError(
                f"opinion {number} is read on the {one.said.scale} scale, the pool is on the {scale}; "
                "read all of them on one"
            )
        if not (math.isfinite(one.weight) and one.weight >= 0):
            raise UsageError(f"the weight of opinion {number} is {one.weight}; a weight is a number from 0")
        sds = (one.said.sd_below, one.said.sd_above)
        if not all(math.isfinite(sd) and sd > 0 for sd in sds):
            raise UsageError(f"opinion {number} has the sds {sds}; state quantiles apart from the median")
    if not (math.isfinite(terms.sd) and terms.sd > 0):
        raise UsageError(f"the prior sd of what is pooled is {terms.sd}; give a positive one, however wide")
