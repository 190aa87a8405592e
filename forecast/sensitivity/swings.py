"""The judgments that a tornado moves, each over its own range.

    drivers     the level today, from the 5% to the 95% point of what is known of it (filtered, as of today)
    dynamics    half-life, long-run mean, volatility, and the unit of cross-impacts, over their p05..p95
    shocks      a rate, or the probability in a window; as interventions, which nothing makes up for
    sources     a stated outcome with its median at its own p05 and p95; the source left out altogether
    base_rates  every other reference class, offsets on and off, elicited numbers over their p05..p95
    model       interactions and the gain over their p05..p95, settings over MODEL_RANGES

Quantiles that are moved keep their shape: they follow their median (`forecast.inputs.knobs.turned`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from forecast.errors import UsageError
from forecast.inputs.fields import Quantiles
from forecast.inputs.knob_place import Place
from forecast.inputs.knob_places import places
from forecast.inputs.knob_ranges import MODEL_RANGES
from forecast.inputs.knobs import Setting
from forecast.inputs.plain_words import did_you_mean
from forecast.reweighting.engine import Engine

GROUPS: Final = ("drivers", "dynamics", "shocks", "sources", "base_rates", "model")
#: The standard normal's 95% point.
Z95: Final = 1.6448536269514722
LEFT_OUT: Final = "left out"
#: The group of a knob whose own quantiles are its range, by the first and last part of its path or the first.
_GROUP = {
    ("drivers", "half_life_years"): "dynamics",
    ("drivers", "long_run_mean"): "dynamics",
    ("drivers", "volatility"): "dynamics",
    ("cross_impact_unit", ""): "dynamics",
    ("shocks", "rate"): "shocks",
    ("shocks", "probability"): "shocks",
    ("base_rates", ""): "base_rates",
    ("interactions", ""): "model",
    ("model", ""): "model",
}


@dataclass(frozen=True)
class Swing:
    """One judgment and the settings it is moved to: two ends of a range, or the other choices."""

    path: str
    label: str
    group: str
    unit: str
    current: Setting | None
    settings: tuple[Setting, ...]
    choice: bool = False

    def questions(self) -> list[dict[str, Setting]]:
        """The knob at each setting; of a source that is left out, its name."""
        return [
            {LEFT_OUT: self.path.split(".")[1]} if value == LEFT_OUT else {self.path: value}
            for value in self.settings
        ]


def groups_of(names: Iterable[str]) -> tuple[str, ...]:
    """Groups by name, all where none is named; ``base-rates`` and ``base rates`` will do."""
    found = []
    for name in names:
        plain = name.strip().replace("-", "_").replace(" ", "_")
        if plain not in GROUPS:
            near = did_you_mean(plain, GROUPS)
            hint = f"Did you mean '{near}'?" if near else f"One of {', '.join(GROUPS)}."
            raise UsageError(f"--group: unknown group '{name}'. {hint}")
        found.append(plain)
    return tuple(group for group in GROUPS if group in found or not found)


def swings_of(engine: Engine, groups: Sequence[str] = GROUPS) -> tuple[Swing, ...]:
    """Every judgment that is moved, in the order of the files."""
    levels = known_levels(engine)
    members = set(engine.exact.panel.members)
    found = (swing for at in places(engine.workspace) if (swing := _swing(at, levels, members)) is not None)
    return tuple(swing for swing in found if swing.group in groups)


def known_levels(engine: Engine) -> dict[str, tuple[float, float]]:
    """The 5% and 95% points of each driver's level today: a normal with the filtered mean and variance."""
    drivers = engine.exact.prepared.drivers
    mean, variance = (each[-1] for each in drivers.filtered())
    spread = Z95 * np.sqrt(variance)
    return {
        name: (float(low), float(high))
        for name, low, high in zip(drivers.names, mean - spread, mean + spread, strict=True)
    }


def _swing(at: Place, levels: Mapping[str, tuple[float, float]], members: set[str]) -> Swing | None:
    """How a knob is moved; None of one that is not."""
    head, *rest = at.path.split(".")
    if at.kind == "level":
        return _between(at, "drivers", levels[rest[0]])
    if head == "sources":
        return _of_source(at) if rest[0] in members else None
    if head == "model" and rest[-1] in MODEL_RANGES:
        return _between(at, "model", MODEL_RANGES[rest[-1]])
    if head == "base_rates" and at.kind == "choice":
        return _others(at, "base_rates")
    group = _GROUP.get((head, rest[-1] if rest else "")) or _GROUP.get((head, ""))
    return _own(at, group) if group else None


def _of_source(at: Place) -> Swing | None:
    """A member of the panel is left out, and its stated outcomes are moved; its codes are not."""
    _, _, *rest = at.path.split(".")
    if rest == ["weight"]:
        label = at.label.removesuffix(", weight")
        return Swing(at.path, f"{label}, left out", "sources", "", at.value, (LEFT_OUT,), choice=True)
    return _own(at, "sources") if rest[0] == "outcomes" else None


def _own(at: Place, group: str) -> Swing | None:
    """Quantiles, from the lowest that is stated to the highest: p05 to p95, mostly."""
    if at.kind != "quantiles" or not isinstance(at.value, Quantiles):
        return None
    stated = [value for _, value in sorted(at.value.stated().items())]
    # A volatility is a spread, and no level.
    unit = "sd of a year" if at.path.endswith(".volatility") else at.unit
    return Swing(at.path, at.label, group, unit, at.value.p50, (stated[0], stated[-1]))


def _between(at: Place, group: str, ends: tuple[float, float]) -> Swing:
    return Swing(at.path, at.label, group, at.unit, at.value, ends)


def _others(at: Place, group: str) -> Swing | None:
    """Every choice but the present one; None where there is no other."""
    now = str(at.value).lower() if isinstance(at.value, bool) else at.value
    others = tuple(one for one in at.choices if one != now)
    return Swing(at.path, at.label, group, at.unit, now, others, choice=True) if others else None
