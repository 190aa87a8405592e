"""The weight of an item of evidence under each hypothesis, read off the posterior's draws.

    P(e | h, rest) / P(e | rest) = P(h | all) / P(h | all but e)

by Bayes' rule, so that the log likelihood of an item e under h, against its average, is a log ratio of two
probabilities of h, with the item and without it. In decibans, ten times the decimal logarithm: 1 multiplies
the probability of h by 1.26, 3 doubles it. The difference between two hypotheses' cells is the log likelihood
ratio between them, which multiplies their odds; the range over all hypotheses is how diagnostic the item is.

Sources: Good (1950), Probability and the Weighing of Evidence, ch. 6, for decibans; Vehtari et al. (2024),
JMLR 25(72), for smoothed weights and k-hat.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from forecast.calendar import Floats
from forecast.reweighting.pareto import K_LIMIT, smooth
from forecast.reweighting.reweight import FEWEST
from forecast.simulation.forecast import monte_carlo_error
from forecast.simulation.weighted import effective_sample_size, relative_weights

DECIBANS = 10 / np.log(10)
#: A range below this, a twentieth in the odds, does not tell hypotheses apart.
NEGLIGIBLE = 0.2


@dataclass(frozen=True)
class Weighed:
    """An item's weight in decibans under each hypothesis, with Monte Carlo standard errors.

    ``diagnosticity`` is the range over the hypotheses, ``range_error`` the error of that difference.
    ``k_hat`` and ``ess`` of the weights, None where nothing is weighed by importance; ``moved``: the draws
    were moved first.
    """

    decibans: tuple[float, ...]
    errors: tuple[float, ...]
    range_error: float
    k_hat: float | None = None
    ess: float | None = None
    moved: bool = False
    diagnosticity: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "diagnosticity", max(self.decibans) - min(self.decibans))

    @property
    def trusted(self) -> bool:
        """Whether the weights' tail is light enough, and enough draws carry them."""
        return self.k_hat is None or (self.k_hat <= K_LIMIT and (self.ess or 0.0) >= FEWEST)

    @property
    def diagnostic(self) -> bool:
        """Whether it tells any two hypotheses apart."""
        return self.diagnosticity >= NEGLIGIBLE


def weigh(chances: Floats, log_likelihood: Floats, *, bounded: Floats | None = None) -> Weighed:
    """An item by its ``log_likelihood`` (N,) at draws with ``chances`` (N, H) of the hypotheses.

    ``bounded`` (N,): log of a further weight that is bounded, which no tail needs to be smoothed for.
    """
    smoothed = smooth(-log_likelihood)
    log_weights = smoothed.log_weights if bounded is None else smoothed.log_weights + bounded
    weights = relative_weights(log_weights)
    found = compare(chances, chances, weights / weights.mean())
    return replace(found, k_hat=smoothed.k_hat, ess=effective_sample_size(log_weights))


def compare(with_it: Floats, without: Floats, weights: Floats | None = None) -> Weighed:
    """An item by chances (n, H) with it and, at the same draws or their maps, without it.

    ``weights`` (n,), of mean 1, of the latter.
    """
    w = np.ones(len(without)) if weights is None else weights
    after, before = with_it.mean(axis=0), (w[:, None] * without).mean(axis=0)
    decibans = DECIBANS * np.log(after / before)
    # To first order the two means are off by the means of these.
    influence = with_it / after - 1 - w[:, None] * (without / before - 1)
    apart = influence[:, decibans.argmax()] - influence[:, decibans.argmin()]
    return Weighed(
        decibans=tuple(decibans.tolist()),
        errors=tuple(DECIBANS * monte_carlo_error(column) for column in influence.T),
        range_error=DECIBANS * monte_carlo_error(apart),
    )
