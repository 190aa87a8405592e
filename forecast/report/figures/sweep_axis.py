"""A knob's values as places along an axis, and the words for what is drawn over them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from forecast.calendar import Floats
from forecast.sensitivity.sweep import Dial
from forecast.simulation.quantities import QUANTITIES, STATS

MEAN, LOW, HIGH = STATS.index("mean"), STATS.index("p05"), STATS.index("p95")


class KnobAxis:
    """A knob's values along an axis: their places, whether a line through them means anything, and now's.

    ``steps``: one place a value, evenly, as in a map. Numbers else stand where they are, in the log if they
    are evenly spaced there.
    """

    def __init__(self, dial: Dial, *, steps: bool = False) -> None:
        self.dial, self.steps = dial, steps or not dial.numeric
        self.line = dial.numeric and len(dial.values) > 1
        values = [value for value in dial.values if isinstance(value, int | float)]
        self.log = not self.steps and _evenly_in_log(values)
        self.at: Floats = np.arange(float(len(dial.values))) if self.steps else np.array(values, dtype=float)
        self.now = self._now(values)

    def label(self, axis: Any, *, across: bool) -> None:
        """Ticks along the axis, and its scale."""
        one = axis.xaxis if across else axis.yaxis
        if self.log:
            axis.set_xscale("log")
            few = self.dial.values[:: max(1, len(self.dial.values) // 5)]
            one.set_ticks([float(value) for value in few], [f"{value:.3g}" for value in few])
            one.set_ticks([], minor=True)
        elif self.steps:
            every = max(1, math.ceil(len(self.at) / (11 if across else 16)))
            names = [v if isinstance(v, str) else f"{v:.4g}" for v in self.dial.values]
            one.set_ticks(self.at[::every], names[::every])
            if not self.dial.numeric and across and not self.line:
                axis.set_xlim(self.at[0] - 0.5, self.at[-1] + 0.5)
        elif across and self.line:
            axis.set_xlim(min(self.at), max(self.at))

    def _now(self, values: list[float]) -> float | None:
        """Where the present value is on the axis; None if it is not known or lies outside."""
        current = self.dial.current
        if isinstance(current, str):
            found = self.dial.values.index(current) if current in self.dial.values else None
            return None if found is None else float(found)
        if current is None or not values or not min(values) <= current <= max(values):
            return None
        if not self.steps:
            return float(current)
        order = np.argsort(values)
        return float(np.interp(current, np.array(values)[order], self.at[order]))


def _evenly_in_log(values: Sequence[float]) -> bool:
    if len(values) < 3 or min(values) <= 0 or values[-1] / values[0] < 4:
        return False
    ratios = [b / a for a, b in itertools.pairwise(values)]
    return max(ratios) < 1.001 * min(ratios)


def named(dial: Dial) -> str:
    """A knob and its unit, unless its name says it."""
    return dial.label if dial.unit.lower() in dial.label.lower() else f"{dial.label} ({dial.unit})"


def column(quantity: str) -> int:
    """A quantity's place in QUANTITIES."""
    kind, _, outcome = quantity.partition(".")
    return list(QUANTITIES).index((kind, outcome or kind))


def title(quantity: str, scenario: str = "") -> str:
    """A quantity as a heading, with the scenario's name where there are several."""
    kind, _, outcome = quantity.partition(".")
    words = (outcome or "broad alliance").replace("alliance_broad", "broad alliance")
    when = "reached" if kind == "reached" else "on the date"
    return f"{words.capitalize()}, {when}" + (f": {scenario}" if scenario else "")
