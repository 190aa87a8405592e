"""Whether what a scenario imposes agrees with the judgments of what drives what, in the manner of CIB.

With the push P_j = sum_i c_ij state_i + jumps on driver j, in points (`pushes`), its variants low, usual and
high score (-P_j, 0, P_j), and

    inconsistency of j = |P_j| - state_j P_j    0 where it goes with the push or nothing pushes; |P_j| where
                                                it is held at its usual level in spite of it; 2 |P_j| against

Drivers that the scenario leaves alone take what follows by succession from their usual level; a
tie takes them back to it. If that ends in a cycle, states and scores are means over it: scores are linear in
the states of the others. Like CIB itself the verdict knows no dates and no sizes beyond the variants, and one
net point moves a free driver all the way, so that what follows reaches far; ``direct``, kept beside each
inconsistency, is what the scenario's own parts say of one another.

Source: Weimer-Jehle (2006), see `balance`. Only the drivers that the scenario sets are judged, since those
that follow have what they are pushed to.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from forecast.calendar import Floats
from forecast.consistency.balance import TOLERANCE, Combination, CrossImpacts, balance
from forecast.consistency.imposed import forced_shocks, held_drivers
from forecast.consistency.pushes import (
    STATES,
    VARIANTS,
    Push,
    Variant,
    matrix_of,
    stated_pushes,
    variant_of,
)
from forecast.consistency.succession import succession
from forecast.inputs.records import Intervention
from forecast.inputs.workspace import Workspace

#: The largest inconsistency, in points, that is a strain: one net point against a driver, or two against
#: holding one at its usual level. Anything above is a contradiction.
STRAINED = 2.0

Word = Literal["consistent", "strained", "contradictory"]


@dataclass(frozen=True)
class DriverVerdict:
    """How a driver that the scenario sets stands to the judgments.

    ``balance``: scores of low, usual and high. ``direct``: the inconsistency if only what the scenario itself
    imposes counted. A judgment contradicts if it pushes away from the variant taken; at the usual level, if
    it pushes the way the sum does, and those that push the other way support it. The strongest come first.
    """

    driver: str
    deviation: float
    variant: Variant
    balance: tuple[float, float, float]
    inconsistency: float
    direct: float
    supports: tuple[Push, ...]
    contradicts: tuple[Push, ...]

    @property
    def push(self) -> float:
        """The net push in points, up above 0."""
        return self.balance[-1]

    @property
    def word(self) -> Word:
        """The verdict on this driver alone."""
        return in_a_word(self.inconsistency)


@dataclass(frozen=True)
class Follower:
    """A driver that the scenario leaves alone and that ends off its usual level; ``state`` from -1 to 1."""

    driver: str
    state: float
    push: float
    pushes: tuple[Push, ...]


@dataclass(frozen=True)
class Verdict:
    """The consistency of one scenario: the largest inconsistency of what it sets, and why.

    ``shocks``: those it forces. ``swinging``: drivers that find no rest, where what follows goes round.
    """

    scenario: str
    word: Word
    inconsistency: float
    drivers: tuple[DriverVerdict, ...]
    followers: tuple[Follower, ...]
    shocks: tuple[str, ...]
    swinging: tuple[str, ...]

    @property
    def contradicted_by(self) -> tuple[Push, ...]:
        """Every judgment that contradicts a driver that is not consistent, driver by driver."""
        return tuple(p for d in self.drivers if d.word != "consistent" for p in d.contradicts)


def in_a_word(inconsistency: float) -> Word:
    """0 is consistent, up to `STRAINED` points strained, more contradictory.

    >>> [in_a_word(points) for points in (0, 2, 2.5)]
    ['consistent', 'strained', 'contradictory']
    """
    if inconsistency <= TOLERANCE:
        return "consistent"
    return "strained" if inconsistency <= STRAINED + TOLERANCE else "contradictory"


def verdict(
    workspace: Workspace,
    scenario: str,
    deviations: Mapping[str, float],
    *,
    interventions: Sequence[Intervention],
) -> Verdict:
    """The consistency of a scenario, from the files alone.

    ``deviations``: of each driver that the scenario touches, its mean level over the days it is touched
    (`imposed.imposed_levels`) less its projected level, in driver units. ``interventions``: the scenario's,
    with those it includes, in any order: they say which drivers are held and which shocks forced. A driver
    that is only shifted, by less than `OFF_USUAL`, is left to follow, as is one without a deviation.
    Forbidden shocks, rates and hazards are not judged.

    Raises
    ------
    ValueError
        A deviation is of no driver of the workspace, or a forced shock is none of its shocks.
    """
    names, shocks = tuple(workspace.drivers.drivers), forced_shocks(interventions)
    _known("driver", deviations, names)
    _known("shock", shocks, workspace.shocks)
    variants = {name: variant_of(off) for name, off in deviations.items()}
    held = held_drivers(interventions)
    imposed = {name: v for name, v in variants.items() if v != "usual" or name in held}

    stated = tuple(stated_pushes(workspace, shocks))
    matrix = matrix_of(names, shocks, stated)
    end = _what_follows(matrix, imposed)
    scores = [np.mean(one, axis=0) for one in zip(*(balance(matrix, c) for c in end), strict=True)]
    taken = {name: STATES[[c[at] for c in end]] for at, name in enumerate(names)}
    state = {name: float(found.mean()) for name, found in taken.items()}
    pushes = [push.under(state, frozenset(imposed)) for push in stated]

    found = tuple(
        _driver_verdict(name, deviations[name], imposed[name], one, _on(name, pushes))
        for name, one in zip(names, scores, strict=False)
        if name in imposed
    )
    worst = max((one.inconsistency for one in found), default=0.0)
    return Verdict(
        scenario=scenario,
        word=in_a_word(worst),
        inconsistency=worst,
        drivers=found,
        followers=tuple(
            Follower(name, state[name], float(one[-1]), _on(name, pushes))
            for name, one in zip(names, scores, strict=False)
            if name not in imposed and taken[name].any()
        ),
        shocks=shocks,
        swinging=tuple(name for name in names if np.ptp(taken[name]) > 0),
    )


def _known(what: str, named: Collection[str], known: Collection[str]) -> None:
    if unknown := [name for name in named if name not in known]:
        raise ValueError(f"there is no {what} '{unknown[0]}' (found {', '.join(known) or 'none'})")


def _what_follows(matrix: CrossImpacts, imposed: Mapping[str, Variant]) -> tuple[Combination, ...]:
    """Where the free drivers end, or the cycle they end in; a shock has one variant and stays on."""
    rest = tuple(min(VARIANTS.index("usual"), len(d.variants) - 1) for d in matrix.descriptors)
    start = tuple(
        VARIANTS.index(imposed[name]) if name in imposed else home
        for name, home in zip(matrix.names, rest, strict=True)
    )
    return succession(matrix, start, held=frozenset(imposed), rest=rest).attractor


def _on(driver: str, pushes: Sequence[Push]) -> tuple[Push, ...]:
    """The judgments that push a driver, the strongest first."""
    found = [push for push in pushes if push.to == driver and push.points]
    return tuple(sorted(found, key=lambda push: (-abs(push.points), push.kind, push.from_)))


def _driver_verdict(
    name: str, deviation: float, variant: Variant, scores: Floats, pushes: Sequence[Push]
) -> DriverVerdict:
    low, usual, high = map(float, scores)
    chosen = VARIANTS.index(variant)
    state = float(STATES[chosen])
    # At the usual level what holds it there is what pushes against the sum; if all cancels, everything does.
    sought = state or -high
    by_itself = sum(push.points for push in pushes if push.imposed)
    return DriverVerdict(
        driver=name,
        deviation=deviation,
        variant=variant,
        balance=(low, usual, high),
        inconsistency=float(scores.max() - scores[chosen]),
        direct=abs(by_itself) - state * by_itself,
        supports=tuple(push for push in pushes if push.points * sought > 0 or not sought),
        contradicts=tuple(push for push in pushes if push.points * sought < 0),
    )
