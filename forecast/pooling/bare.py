"""Judgments that stand in no workspace: bare probabilities, and tables of quantiles."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation.fitting import Fitted, fit_many, fits_many
from forecast.elicitation.judgment import Judgment
from forecast.errors import UsageError
from forecast.pooling.pooled import PooledItem, Voice, in_words, pools
from forecast.pooling.probabilities import heard
from forecast.pooling.rule import Rule

#: Straight lines through what was stated; the family that fits best.
THROUGH, BEST = "piecewise_uniform", "best"
#: How far beyond the range of all answers straight lines go where nothing limits them.
OVERSHOOT = 0.1


@dataclass(frozen=True)
class Known:
    """A probability as the distribution of one who is sure of it: all of its quantiles are the same."""

    p: float

    @property
    def support(self) -> tuple[float, float]:
        """The one value."""
        return self.p, self.p

    def cdf(self, x: Floats) -> Floats:
        """0 below it, 1 from it on."""
        return (x >= self.p).astype(float)

    def ppf(self, p: Floats) -> Floats:
        """It."""
        return p * 0.0 + self.p

    def pdf(self, x: Floats) -> Floats:
        """No density: all of the mass is at one value."""
        return x * 0.0


def bare(
    probabilities: Sequence[float],
    weights: Sequence[float],
    rules: Mapping[str, Rule],
    words: Callable[[float], str],
) -> PooledItem:
    """Probabilities of one event by every rule, their experts numbered; UsageError for one that is none."""
    heard(np.array(probabilities, dtype=float), np.array(weights, dtype=float))
    voices = tuple(
        Voice(f"expert {n}", weight, 1.0, {0.5: p}, Known(p))
        for n, (p, weight) in enumerate(zip(probabilities, weights, strict=True), start=1)
    )
    found = pools(voices, "probability", rules, alike=False)
    told, flipped = in_words(found, words)
    return PooledItem("p", "probabilities of one event", "probability", voices, found, flipped, told)


@dataclass(frozen=True)
class Answer:
    """What one expert said of one quantity, from outside a workspace."""

    expert: str
    judgment: Judgment
    weight: float = 1.0
    file: str = ""
    line: int = 0


def of_answers(
    said: Mapping[str, Sequence[Answer]],
    rules: Mapping[str, Rule],
    *,
    family: str = THROUGH,
    units: Mapping[str, str] | None = None,
) -> list[PooledItem]:
    """Quantiles of quantities by every rule.

    Parameters
    ----------
    said
        {item: answers}.
    family
        What each judgment is pooled as: `THROUGH` joins what was stated by straight lines, so that stated
        quantiles stay what they are, from limit to limit or a tenth beyond the range of all answers (Cooke's
        intrinsic range); `BEST` is the family that fits it best; else a family of `elicitation.families`.

    Raises
    ------
    UsageError
        For an item of which nobody with a weight says anything, and a family that does not apply.
    """
    found = []
    for item, answers in said.items():
        speaking = [one for one in answers if one.weight > 0]
        if not speaking:
            raise UsageError(f"nobody with a weight above 0 says anything of {item}; raise one")
        fitted = _fitted([one.judgment for one in speaking], family)
        voices = tuple(
            Voice(
                one.expert,
                one.weight,
                1.0,
                dict(zip(one.judgment.probabilities, one.judgment.values, strict=True)),
                as_pooled,
                one.file,
                one.line,
            )
            for one, as_pooled in zip(speaking, fitted, strict=True)
        )
        title = f"each expert as {', '.join(sorted({one.family for one in fitted}))}"
        unit = (units or {}).get(item, "")
        found.append(PooledItem(item, title, "quantity", voices, pools(voices, "quantity", rules), unit=unit))
    return found


def _fitted(said: Sequence[Judgment], family: str) -> Sequence[Fitted]:
    if family == BEST:
        return [ranked[0] for ranked in fits_many(said)]
    return fit_many(_within(said) if family == THROUGH else said, family)


def _within(said: Sequence[Judgment]) -> list[Judgment]:
    """The judgments with finite limits: their own, or a tenth beyond the range of all."""
    low, high = min(one.values[0] for one in said), max(one.values[-1] for one in said)
    beyond = OVERSHOOT * (high - low)
    return [
        replace(
            one,
            lower=one.lower if math.isfinite(one.lower) else low - beyond,
            upper=one.upper if math.isfinite(one.upper) else high + beyond,
        )
        for one in said
    ]
