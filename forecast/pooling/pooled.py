"""One item pooled: who was heard with what weight, what every rule makes of it, what flips between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from forecast.elicitation.distribution import Distribution
from forecast.pooling.side_by_side import Flip, Pool

Form = Literal["probability", "quantity"]


@dataclass(frozen=True)
class Voice:
    """One source on one item: its weight, what that was divided by for dependence, what it says."""

    name: str
    weight: float
    divided_by: float
    quantiles: Mapping[float, float]
    distribution: Distribution
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class PooledItem:
    """An item by every rule."""

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
    def levels(self) -> Sequence[float]:
        """Levels of the stated quantiles, in order."""
        return sorted({p for voice in self.voices for p in voice.quantiles})
