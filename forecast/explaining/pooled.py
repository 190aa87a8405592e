"""What pooled judgment rests on: the probabilities that are pooled, by the weight they are pooled with."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.answers import pooled_judgment
from forecast.explaining.basis import Item, weighed
from forecast.explaining.stated import probability_of
from forecast.inference.fit import Fit


def pooled(fit: Fit, outcome: str) -> Iterator[Item]:
    """The probabilities of one outcome that are pooled, each with its share of the weight, in per cent."""
    used = pooled_judgment(fit, (fit.workspace.question.horizon,)).used
    total = sum(used.values())
    for name, weight in used.items():
        yield weighed(probability_of(fit.workspace, name, outcome), 100 * weight / total)
