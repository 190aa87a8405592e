"""What a rule of pooling is: what it does to probabilities and to densities, and where it is from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution

#: Probabilities (E,) and weights (E,), which need not sum to one, to one probability.
OfProbabilities = Callable[[Floats, Floats], float]
#: Distributions, one an expert, and weights (E,) to one distribution.
OfDensities = Callable[[Sequence[Distribution], Floats], Distribution]


@dataclass(frozen=True)
class Rule:
    """A rule of pooling.

    ``probabilities`` pools probabilities of one event, ``densities`` distributions of one quantity; None
    where the rule is not made for it. Weights are free of scale, and a weight of 0 drops its expert.
    ``remark`` is what a reader should know before choosing it.
    """

    name: str
    title: str
    formula: str
    source: str
    probabilities: OfProbabilities | None
    densities: OfDensities | None
    remark: str = ""
