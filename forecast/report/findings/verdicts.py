"""Verdicts on how well founded a judgment is: limits, readings, and one rule that joins them, used twice.

    reading      one measure against two limits                       strong, fair or weak
    component    the readings that look at the same thing, joined
    judgment     the components, joined: strong is high confidence, fair moderate, weak low

Joined are several verdicts so: weak where half or more of them are weak; strong where none is weak and more
than half are strong; fair otherwise. What could not be computed counts as fair: it neither lowers nor raises.
A verdict that gets worse can never make what it is joined to better.

How likely anything is has no part in it: shares and ages know no probability, and what compares probabilities
does so by differences of log-odds, which stay when all of them move together.

Source: US Intelligence Community Directive 203 (2015) for keeping the confidence in a judgment apart from how
likely the event is; the three levels after the definitions of the US National Intelligence Council (2007).
Limits and rule are ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["strong", "fair", "weak"]
Level = Literal["high", "moderate", "low"]
Unit = Literal["times", "share", "years"]

#: From the best to the worst.
VERDICTS: tuple[Verdict, ...] = ("strong", "fair", "weak")
LEVELS: dict[Verdict, Level] = {"strong": "high", "fair": "moderate", "weak": "low"}


@dataclass(frozen=True)
class Limits:
    """Up to where a measure is strong, and up to where fair; ``rising``: from where, since more is better."""

    strong: float
    fair: float
    unit: Unit
    rising: bool = False

    def verdict(self, measure: float) -> Verdict:
        """What a measure is.

        >>> Limits(2, 4, "times").verdict(3.0)
        'fair'
        >>> Limits(0.75, 0.5, "share", rising=True).verdict(0.8)
        'strong'
        """
        sign = -1 if self.rising else 1
        if sign * measure <= sign * self.strong:
            return "strong"
        return "fair" if sign * measure <= sign * self.fair else "weak"


@dataclass(frozen=True)
class Reading:
    """One measure of one judgment.

    ``measure`` is None where there is nothing to measure, ``verdict`` None where it was not computed;
    ``ground`` says in words what the verdict rests on; ``names`` are the sources, drivers or answers it
    points at, the weightiest first; ``of`` is the outcome it was read for, which for what follows from two
    others is the weaker of these.
    """

    name: str
    component: str
    of: str
    measure: float | None
    limits: Limits
    verdict: Verdict | None
    ground: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Component:
    """Readings that look at the same thing, and what they come to."""

    name: str
    readings: tuple[Reading, ...]
    verdict: Verdict


@dataclass(frozen=True)
class Judged:
    """How well founded the judgment on one outcome is.

    ``barred`` says what alone makes it low; ``told`` names the readings with nothing to measure that it says
    already.
    """

    outcome: str
    level: Level
    components: tuple[Component, ...]
    barred: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    def having(self, verdict: Verdict) -> tuple[Component, ...]:
        """The components with that verdict."""
        return tuple(each for each in self.components if each.verdict == verdict)


def joined(verdicts: Iterable[Verdict | None]) -> Verdict:
    """One verdict of several; fair where there are none.

    >>> joined(["strong", "strong", "fair"]), joined(["strong", "strong", "weak"]), joined(["fair", "weak"])
    ('strong', 'fair', 'weak')
    """
    often = Counter(verdict or "fair" for verdict in verdicts)
    count = sum(often.values())
    if count and 2 * often["weak"] >= count:
        return "weak"
    return "strong" if not often["weak"] and 2 * often["strong"] > count else "fair"


def judged(
    outcome: str, readings: Sequence[Reading], barred: Sequence[str] = (), told: Sequence[str] = ()
) -> Judged:
    """The readings of an outcome in their components, and the level they come to; low if ``barred``."""
    names = dict.fromkeys(reading.component for reading in readings)
    grouped = {name: tuple(r for r in readings if r.component == name) for name in names}
    components = tuple(
        Component(name, mine, joined(r.verdict for r in mine)) for name, mine in grouped.items()
    )
    level = "low" if barred else LEVELS[joined(c.verdict for c in components)]
    return Judged(outcome, level, components, tuple(barred), tuple(told))


def weaker(one: Reading, other: Reading) -> Reading:
    """The reading with the worse verdict; of two alike, the one that is further out."""

    def badness(reading: Reading) -> tuple[int, float]:
        sign = -1 if reading.limits.rising else 1
        out = sign * reading.measure if reading.measure is not None else float("inf")
        return VERDICTS.index(reading.verdict or "fair"), out

    return max(one, other, key=badness)
