"""The judgments of what drives what, as pushes on drivers and as a matrix of cross-impacts.

A driver is *low*, *usual* or *high* (state -1, 0, 1) by how far it is off its projected level; a shock that
a scenario forces is simply on. A cross-impact of strength c from driver i to j adds c * state_i * state_j to
the score of j's variant, a forced shock its jump, in points, times state_j.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from forecast.calendar import Floats
from forecast.consistency.balance import CrossImpacts, Descriptor, cross_impacts
from forecast.inputs.records import Jump
from forecast.inputs.workspace import Workspace

Variant = Literal["low", "usual", "high"]
VARIANTS: tuple[Variant, ...] = ("low", "usual", "high")
#: The state of each variant.
STATES = np.array([-1.0, 0.0, 1.0])
#: A driver this far off its projected level is no longer at its usual level: a quarter of the sd of its
#: yearly values. At twice that, pressing harder than projected by .46 would count as leaving things be.
OFF_USUAL = 0.25
#: No jump counts for more points than this: the scale of the judgments ends there.
MOST_POINTS = 3

DRIVERS = "priors/drivers.yaml"
SHOCKS = "priors/shocks.yaml"


@dataclass(frozen=True)
class Push:
    """One judgment as it bears on a driver, and where it stands.

    ``from_``: a driver's or a shock's id. ``strength``: points as stated (of a shock: its jump in points).
    ``points``: strength times the state of ``from_``; above 0 it pushes ``to`` up. ``imposed``: the scenario
    itself puts ``from_`` where it is, rather than that following from something else. ``line`` is 0 if the
    workspace was not read from files.
    """

    kind: Literal["cross-impact", "shock"]
    from_: str
    to: str
    strength: float
    points: float
    imposed: bool
    rationale: str
    file: str
    at: str
    line: int

    @property
    def place(self) -> str:
        """``file:line``."""
        return f"{self.file}:{self.line}" if self.line else self.file

    def under(self, state: Mapping[str, float], imposed: frozenset[str]) -> Push:
        """The same judgment where drivers are in these states, the ``imposed`` by the scenario."""
        if self.kind == "shock":
            return self
        return replace(self, points=self.strength * state[self.from_], imposed=self.from_ in imposed)


def variant_of(deviation: float) -> Variant:
    """The variant of a driver so far off its projected level (driver units).

    >>> [variant_of(d) for d in (-0.5, -0.1, 0.5)]
    ['low', 'usual', 'high']
    """
    return "low" if deviation <= -OFF_USUAL else "high" if deviation >= OFF_USUAL else "usual"


def jump_points(jump: Jump) -> int:
    """A jump's median in whole points, at most three, less the chance that its sign is the other one.

    p50 * (1 - 2 reversed), halves rounded away from 0: a driver unit counts as a point, and a jump whose
    sign is anyone's guess says nothing.
    """
    size = jump.quantiles.p50 * (1.0 - 2.0 * jump.reversed)
    return int(math.copysign(min(math.floor(abs(size) + 0.5), MOST_POINTS), size))


def stated_pushes(workspace: Workspace, shocks: Sequence[str]) -> Iterator[Push]:
    """Every judgment that bears on a driver while these shocks are on, as if each driver were high.

    A judgment of a driver on itself does not count, nor does a denial (strength 0).
    """
    for index, impact in enumerate(workspace.drivers.cross_impacts):
        if impact.from_ != impact.to and impact.strength:
            at = f"cross_impacts[{index}]"
            yield Push(
                kind="cross-impact",
                from_=impact.from_,
                to=impact.to,
                strength=impact.strength,
                points=impact.strength,
                imposed=False,
                rationale=impact.rationale,
                file=DRIVERS,
                at=at,
                line=workspace.lines.get((DRIVERS, at), 0),
            )
    for shock in shocks:
        record = workspace.shocks[shock]
        for to, jump in record.jumps.items():
            if points := jump_points(jump):
                at = f"shocks.{shock}.jumps.{to}"
                yield Push(
                    kind="shock",
                    from_=shock,
                    to=to,
                    strength=points,
                    points=points,
                    imposed=True,
                    rationale=jump.rationale or record.rationale,
                    file=SHOCKS,
                    at=at,
                    line=workspace.lines.get((SHOCKS, at), 0),
                )


def matrix_of(drivers: Sequence[str], shocks: Sequence[str], stated: Sequence[Push]) -> CrossImpacts:
    """The drivers in order, then the shocks, each with the one variant of being on; judgments add up."""
    sections: dict[tuple[str, str], Floats] = {}
    for push in stated:
        of, states = (push.from_, STATES) if push.kind == "cross-impact" else (_shock(push.from_), np.ones(1))
        section = push.strength * np.outer(states, STATES)
        sections[of, push.to] = sections.get((of, push.to), np.zeros_like(section)) + section
    descriptors = [Descriptor(name, VARIANTS) for name in drivers]
    return cross_impacts([*descriptors, *(Descriptor(_shock(s), ("on",)) for s in shocks)], sections)


def _shock(name: str) -> str:
    """A shock's name among the descriptors, where a driver may have the same id."""
    return f"shocks.{name}"
