"""The outcomes that are not the likeliest, fairly stated: what would have to be true, and what to watch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.answering import Result
from forecast.calendar import decimal_years
from forecast.lexicon import words
from forecast.report.findings.effects import Range
from forecast.report.findings.elsewhere import Standing
from forecast.report.findings.holds import Holds, Reader
from forecast.report.findings.levels import tracks
from forecast.report.findings.needed import Needed, needed
from forecast.report.findings.ratings import BROAD, NO_BROAD
from forecast.report.findings.rivals import Rivals, rivals
from forecast.report.findings.watch import Sign, Trigger, criteria, signs, triggers
from forecast.report.view import View
from forecast.simulation.forecast import Forecast
from forecast.states import STATES

#: Drivers watched for each outcome; sources named that would have to be right.
WATCHED, RIGHT = 3, 4


@dataclass(frozen=True)
class Heard:
    """A source with the outcome's probability when it is heard alone, and the word for it."""

    source: str
    chance: float
    word: str


@dataclass(frozen=True)
class Coded:
    """The source with the highest median coded for an outcome, and for how many years it was coded."""

    source: str
    median: float
    years: float
    grade: str


@dataclass(frozen=True)
class Under:
    """The outcome under a scenario that was asked for, and the difference from the baseline."""

    scenario: str
    chance: float
    difference: float


@dataclass(frozen=True)
class Against:
    """A key judgment that would not have held: its outcome, probability and word.

    ``even``: it is said in the lexicon's word for one half, and so would have come down on a side that it
    does not take; else its word would be overturned. ``lasting``: only if the alternative lasts.
    """

    judgment: str
    chance: float
    word: str
    even: bool
    lasting: bool = False


@dataclass(frozen=True)
class Alternative:
    """An outcome that is not the likeliest.

    ``against``: the key judgments that it would bear on, its own first.
    ``lasts``: of the futures that have entered it, the share still in it at the horizon, None of a state that
    is not entered; ``half_by``: the year by which half of its chance has fallen. ``right``: spotlight sources
    that put it higher than the panel, highest first; ``under``: scenarios, the nearest first.
    """

    outcome: str
    chance: Range
    word: str
    lasts: float | None
    half_by: int | None
    needed: Needed
    right: tuple[Heard, ...]
    coded: Coded | None
    under: tuple[Under, ...]
    criteria: tuple[Trigger, ...]
    triggers: tuple[Trigger, ...]
    watch: tuple[Sign, ...]
    against: tuple[Against, ...] = ()


@dataclass(frozen=True)
class Alternatives:
    """The likeliest state with its probability, the other outcomes, and the rival readings."""

    likeliest: str
    chance: float
    outcomes: tuple[Alternative, ...]
    rivals: Rivals


def alternatives(view: View) -> Alternatives:
    """Every other state at the horizon, and the less likely answer on a broad alliance."""
    headline = {s: view.headline(s, view.far).mean for s in STATES}
    likeliest = max(STATES, key=lambda s: headline[s])
    holds = Holds(Standing(view.fit))
    others = sorted((s for s in STATES if s != likeliest), key=lambda s: -headline[s])
    broad = NO_BROAD if view.headline(BROAD, view.far).mean >= 0.5 else BROAD
    return Alternatives(
        likeliest=likeliest,
        chance=headline[likeliest],
        outcomes=tuple(_alternative(view, holds, outcome, likeliest) for outcome in (*others, broad)),
        rivals=rivals(view),
    )


def _alternative(view: View, holds: Holds, outcome: str, likeliest: str) -> Alternative:
    lexicon = view.workspace.lexicon
    chance = _range(view, view.baseline, outcome)
    reader = Reader(holds, view, outcome, chance.mean)
    takes = needed(
        holds.standing.levels, quick=reader.quick, exact=reader.exact, now=chance.mean, lexicon=lexicon
    )
    towards = {one.drivers[0]: 1 if one.levels[0] > one.now[0] else -1 for one in takes.alone[:WATCHED]}
    entered = view.counts_as_reached(outcome) if outcome in STATES else False
    of, away = (BROAD, outcome == NO_BROAD) if outcome not in STATES else (outcome, False)
    return Alternative(
        outcome=outcome,
        chance=chance,
        word=words(lexicon, chance.mean),
        lasts=_lasts(view, outcome) if entered else None,
        half_by=_half_by(view, outcome) if entered else None,
        needed=takes,
        right=_right(view, outcome, chance.mean),
        coded=_coded(view, outcome),
        under=_under(view, outcome, chance.mean),
        criteria=criteria(view, of) if not away else (),
        triggers=triggers(view, of, away=away),
        watch=signs(view, {track.driver: track for track in tracks(view.fit)}, towards),
        against=against(view, outcome, likeliest),
    )


def against(view: View, outcome: str, likeliest: str) -> tuple[Against, ...]:
    """The key judgments whose word ``outcome`` would overturn, or that are even and would have a side.

    Its own judgment, if that gives it less than half; and the likeliest state's, where that is of the state
    on the date and gives it more than half. A broad alliance leaves the states' judgments alone: it holds of
    the other states too, when the alignment index is over the line.
    """
    found = [_against(view, BROAD if outcome == NO_BROAD else outcome, holds=outcome != NO_BROAD)]
    if outcome in STATES and not view.counts_as_reached(likeliest):
        found.append(_against(view, likeliest, holds=False, lasting=view.counts_as_reached(outcome)))
    return tuple(one for one in found if one is not None)


def _against(view: View, judgment: str, *, holds: bool, lasting: bool = False) -> Against | None:
    """A judgment against what would be so; None where it is on that side already."""
    lexicon, chance = view.workspace.lexicon, view.headline(judgment, view.far).mean
    word = words(lexicon, chance)
    even = word == words(lexicon, 0.5)
    if not even and holds == (chance > 0.5):
        return None
    return Against(judgment, chance, word, even, lasting)


def _range(view: View, forecast: Forecast, outcome: str) -> Range:
    """The outcome's headline at the horizon; of no broad alliance what a broad one leaves of one."""
    if outcome == NO_BROAD:
        found = forecast.summary(BROAD, BROAD, view.far)
        return Range(1 - found.mean, 1 - found.p95, 1 - found.p05)
    found = forecast.summary(view.quantity(outcome), outcome, view.far)
    return Range(found.mean, found.p05, found.p95)


def _lasts(view: View, outcome: str) -> float:
    state, reached = (
        view.baseline.summary(quantity, outcome, view.far).mean for quantity in ("state", "reached")
    )
    return state / reached


def _half_by(view: View, outcome: str) -> int:
    """The year in which half of the chance by the horizon is reached, linear between dates."""
    dates = view.baseline.dates
    reached = [view.baseline.at("reached", outcome, date).mean() for date in dates]
    return int(np.interp(0.5 * reached[-1], reached, decimal_years(dates)))


def _right(view: View, outcome: str, chance: float) -> tuple[Heard, ...]:
    def heard(result: Result) -> Heard:
        p = _range(view, result.baseline, outcome).mean
        return Heard(result.fit.panel.members[0], p, words(view.workspace.lexicon, p))

    alone = sorted(map(heard, view.material.spotlight), key=lambda one: -one.chance)
    return tuple(one for one in alone if one.chance > chance)[:RIGHT]


def _coded(view: View, outcome: str) -> Coded | None:
    """The highest of the panel's coded medians; of no broad alliance the lowest, from one."""
    name = BROAD if outcome == NO_BROAD else outcome
    told = {
        m: judgment
        for m in view.fit.panel.members
        if (judgment := getattr(view.workspace.sources[m].outcomes, name, None)) is not None
    }
    p = {m: 1 - j.quantiles.p50 if outcome == NO_BROAD else j.quantiles.p50 for m, j in told.items()}
    if not p:
        return None
    most = max(p, key=lambda m: p[m])
    return Coded(most, p[most], told[most].years, told[most].grade)


def _under(view: View, outcome: str, chance: float) -> tuple[Under, ...]:
    found = [(f.scenario, _range(view, f, outcome).mean) for f in view.main.forecasts[1:]]
    return tuple(Under(scenario, p, p - chance) for scenario, p in sorted(found, key=lambda one: -one[1]))
