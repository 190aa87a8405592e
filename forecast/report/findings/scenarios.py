"""Scenarios as a reader meets them: what each does, how near futures come, and if it came out as told."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from forecast.answering import Result
from forecast.consistency.verdict import Verdict
from forecast.inputs.act_words import in_words
from forecast.inputs.composition import Placed, acts
from forecast.inputs.records import Act, Hazard, Hold, Ramp, Shift
from forecast.report.findings.why import Why, whys
from forecast.report.view import View
from forecast.simulation.forecast import Comparison, Summary
from forecast.simulation.plausibility import MEASURE, Plausibility
from forecast.states import CHANNELS, Channel

#: A difference counts as one where its sign has at least this probability.
CLEAR = 0.6
#: A difference smaller than this (as a probability), or than this share of the level, is none.
SMALL, SMALL_SHARE = 0.02, 0.25
OUTCOMES = (*CHANNELS, "alliance_broad")


@dataclass(frozen=True)
class Deed:
    """One intervention in words, where it stands, and how often baseline futures come near it.

    ``scenario``: whose file it stands in, which is another's if it comes by ``includes``.
    """

    scenario: str
    file: str
    line: int
    words: str
    near: Summary | None

    @property
    def place(self) -> str:
        """``file:line``."""
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Expected:
    """What the file expects of an outcome at the horizon, and what came out.

    ``same_below``: a smaller difference counts as none. ``met`` is None where the file is unsure.
    """

    outcome: Channel
    expected: str
    level: float
    difference: float
    p_sign: float
    same_below: float
    met: bool | None


@dataclass(frozen=True)
class Told:
    """Everything a report says of one scenario beside its levels and differences."""

    scenario: str
    deeds: tuple[Deed, ...]
    expected: tuple[Expected, ...]
    whys: tuple[Why, ...]
    measure: str
    futures: int
    near: Summary
    one_in: float | None
    verdict: Verdict


def told(view: View) -> tuple[Told, ...]:
    """Each scenario of the panel reported on, in the order asked."""
    result = view.main
    return tuple(
        _told(view, study.scenario, study.plausibility, verdict, whys(view, study))
        for study, verdict in zip(result.studies, result.verdicts, strict=True)
    )


def _told(
    view: View, scenario: str, plausibility: Plausibility, verdict: Verdict, found: tuple[Why, ...]
) -> Told:
    near = [condition.share for condition in plausibility.conditions]
    placed = acts(view.workspace.scenarios[scenario], view.workspace.scenarios)
    return Told(
        scenario=scenario,
        deeds=tuple(_deed(view, one, share) for one, share in zip(placed, near, strict=True)),
        expected=tuple(_expected(view, scenario)),
        whys=found,
        measure=MEASURE,
        futures=plausibility.futures,
        near=plausibility.share,
        one_in=one_in(plausibility.share.mean),
        verdict=verdict,
    )


def _deed(view: View, placed: Placed, near: Summary | None) -> Deed:
    file = f"scenarios/{placed.scenario}.yaml"
    line = view.workspace.lines.get((file, f"interventions[{placed.index}]"), 0)
    return Deed(placed.scenario, file, line, deed_words(view, placed.intervention.act), near)


def deed_words(view: View, act: Act) -> str:
    """An intervention in words, with names in place of ids."""
    shocks = {f"“{shock.name}”": shock for shock in view.workspace.shocks.values()}
    if isinstance(act, Hold | Ramp | Shift):
        act = act.model_copy(update={"driver": f"“{view.driver_name(act.driver)}”"})
    elif isinstance(act, Hazard):
        return in_words(act, shocks).replace("->", " → ")
    else:
        act = act.model_copy(update={"shock": f"“{view.shock_name(act.shock)}”"})
    # A hyphen before a figure is a minus; one inside a date follows a figure.
    return re.sub(r"(?<= )-(?=\d)", "−", in_words(act, shocks))


def one_in(share: float) -> float | None:
    """N of "about 1 in N", whole and to two digits; None where no future is near.

    >>> [one_in(s) for s in (0.35, 0.0237, 0.0001, 0.0)]
    [3.0, 42.0, 10000.0, None]
    """
    if share <= 0:
        return None
    n = 1 / share
    return round(n, min(0, 1 - math.floor(math.log10(n))))


def _expected(view: View, scenario: str) -> Iterator[Expected]:
    for outcome, expected in view.workspace.scenarios[scenario].expected.items():
        found = comparison(view.main, scenario, view.quantity(outcome), outcome, view.far)
        level = view.headline(outcome, view.far).mean
        difference, p = found.difference.mean, found.p_sign
        met = came_out(expected, difference=difference, p_sign=p, level=level)
        yield Expected(outcome, expected, level, difference, p, same_below(level), met)


def came_out(expected: str, *, difference: float, p_sign: float, level: float) -> bool | None:
    """Whether a difference from the baseline's ``level`` is what was expected; None where nothing was.

    higher, lower   the difference has that sign with a probability of at least `CLEAR`
    unchanged       it is smaller than `SMALL`, or than `SMALL_SHARE` of the level

    >>> came_out("higher", difference=0.03, p_sign=0.7, level=0.1)
    True
    >>> came_out("unchanged", difference=0.03, p_sign=0.7, level=0.1)
    False
    """
    if expected == "unsure":
        return None
    if expected == "unchanged":
        return abs(difference) < same_below(level)
    return (difference > 0) == (expected == "higher") and difference != 0 and p_sign >= CLEAR


def same_below(level: float) -> float:
    """The difference from a level below which nothing has changed: the larger of the two limits."""
    return max(SMALL, SMALL_SHARE * level)


def comparison(result: Result, scenario: str, quantity: str, outcome: str, date: object) -> Comparison:
    """A scenario's difference in one quantity on one date."""
    return next(
        c
        for c in result.comparisons
        if (c.scenario, c.quantity, c.outcome, c.date) == (scenario, quantity, outcome, date)
    )
