"""One item pooled: who was heard with what weight, what every rule makes of it, what flips between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution
from forecast.pooling.rule import Rule
from forecast.pooling.side_by_side import LEVELS, Flip, Pool, flips, of_densities, of_probabilities

Form = Literal["probability", "quantity"]
#: A reading this share of the stated range away from what was stated is said.
_OFF = 0.1


@dataclass(frozen=True)
class Voice:
    """One source on one item: its weight, what that was divided by for dependence, what it says.

    ``quantiles`` are as pooled: a probability carried to the item's horizon.
    """

    name: str
    weight: float
    divided_by: float
    quantiles: Mapping[float, float]
    distribution: Distribution
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class PooledItem:
    """An item by every rule.

    ``words`` has each rule's median in the words of the lexicon; ``left_out`` who says something of it that
    cannot be pooled, and why; ``performance`` the weights that experts earned, by Cooke's rule.
    """

    key: str
    title: str
    form: Form
    voices: tuple[Voice, ...]
    pools: tuple[Pool, ...]
    flips: tuple[Flip, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    performance: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    unit: str = ""
    horizon: dt.date | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """Who is pooled as something else than what they stated, since the model reads them so."""
        return tuple(note for voice in self.voices if (note := _read_otherwise(voice)))

    @property
    def levels(self) -> Sequence[float]:
        """Levels of the voices' quantiles, in order."""
        return sorted({p for voice in self.voices for p in voice.quantiles})


def _read_otherwise(voice: Voice) -> str:
    """What a voice says and how it is read, where a quantile is off by a tenth of the range; else nothing."""
    levels = sorted(voice.quantiles)
    stated = np.array([voice.quantiles[p] for p in levels])
    read = np.asarray(voice.distribution.ppf(np.array(levels)))
    if np.abs(read - stated).max() <= _OFF * np.ptp(stated):
        return ""
    told = [
        ", ".join(f"p{round(100 * p):02d} {v:.4g}" for p, v in zip(levels, q, strict=True))
        for q in (stated, read)
    ]
    return f"{voice.name} states {told[0]} and is pooled as {told[1]}, as the model reads it"


def pools(
    voices: Sequence[Voice], form: Form, rules: Mapping[str, Rule], *, alike: bool = True
) -> tuple[Pool, ...]:
    """What every rule made for such an item makes of several voices; if none is, each says so.

    ``alike``: of a probability, the quantiles at `LEVELS` are pooled level by level; else only the medians,
    as where bare probabilities were given.
    """
    weights = np.array([voice.weight for voice in voices], dtype=float)
    if form == "quantity":
        made = {name: rule for name, rule in rules.items() if rule.densities is not None}
        return of_densities([voice.distribution for voice in voices], weights, made or rules)
    rules = {name: rule for name, rule in rules.items() if rule.probabilities is not None} or rules
    levels = LEVELS if alike else (0.5,)
    return of_probabilities({p: _at(voices, p) for p in levels}, weights, rules)


def _at(voices: Sequence[Voice], level: float) -> Floats:
    """The voices' quantiles at a level: as stated where it was, else read off their distributions."""
    return np.array(
        [
            voice.quantiles[level]
            if level in voice.quantiles
            else float(voice.distribution.ppf(np.array(level)))
            for voice in voices
        ]
    )


def in_words(found: Sequence[Pool], words: Callable[[float], str]) -> tuple[dict[str, str], tuple[Flip, ...]]:
    """Each rule's median in words, and the conclusions that flip between rules."""
    told = {pool.rule: words(pool.p50) for pool in found if pool.p50 is not None}
    return told, flips(found, words)
