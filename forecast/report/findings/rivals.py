"""Rival readings: what is answered if another body of evidence is right, and what it takes to be so.

The readings that are at hand: each source heard alone, each other panel, the outside view and the pooled
judgment. One is a rival if it gives some key judgment another word at the horizon.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log
from typing import Literal

import numpy as np

from forecast.answering import Result
from forecast.answers import Answer
from forecast.inference.fit import Fit
from forecast.lexicon import words
from forecast.report.findings.effects import levels_at_work
from forecast.report.view import View
from forecast.states import CHANNELS, ESTIMATED, Channel

#: Drivers named as where a reading departs, and the least ratio of factors that is worth a name.
NAMED, WORTH = 2, 1.15
OUTCOMES = (*CHANNELS, "alliance_broad")


@dataclass(frozen=True)
class Departure:
    """What a driver multiplies a yearly rate by today, by the rival and by the panel reported on.

    ``silent``: whether nobody in the rival's panel says anything of the effect.
    """

    driver: str
    rival: float
    panel: float
    silent: bool


@dataclass(frozen=True)
class Cause:
    """Why a rival gives an outcome another word: rates at average drivers, and drivers that count otherwise.

    Of a broad alliance ``rate`` and ``panel_rate`` are the levels of the index where it begins.
    """

    outcome: str
    rate: float
    panel_rate: float
    departures: tuple[Departure, ...]

    @property
    def rates_differ(self) -> bool:
        """Whether the rates at average drivers are part of the reason."""
        return abs(log(self.rate / self.panel_rate)) >= log(WORTH)


@dataclass(frozen=True)
class Reading:
    """A reading's answer at the horizon by outcome, in words too; ``changed``: outcomes whose word differs.

    ``causes`` are of those, where the reading is a fit.
    """

    kind: Literal["source", "panel", "outside_view", "pooled_judgment"]
    name: str
    chances: dict[str, float]
    words: dict[str, str]
    changed: tuple[str, ...]
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Rivals:
    """Every reading at hand; ``index``: where the alignment index stands today."""

    readings: tuple[Reading, ...]
    index: float

    @property
    def rivals(self) -> tuple[Reading, ...]:
        """Those that change a word."""
        return tuple(one for one in self.readings if one.changed)


def rivals(view: View) -> Rivals:
    """Spotlight sources, other panels, then the two answers without a model."""
    mean, variance = view.fit.prepared.drivers.filtered()
    index, _ = view.fit.index.moments(mean[-1:], variance[-1:])
    return Rivals(tuple(_readings(view)), float(index[0]))


def _readings(view: View) -> Iterator[Reading]:
    for kind, results in (("source", view.material.spotlight), ("panel", view.material.panels)):
        for result in results:
            chances = {o: view.headline(o, view.far, result).mean for o in OUTCOMES}
            causes = tuple(_cause(view, result, o) for o in _changed(view, chances))
            members = result.fit.panel.members
            name = members[0] if kind == "source" else result.fit.panel.id
            yield _reading(view, "source" if kind == "source" else "panel", name, chances, causes)
    answers = view.main.answers
    if any(view.counts_as_reached(k) for k in CHANNELS):
        yield from _simple(view, "outside_view", answers.outside_view)
        yield from _simple(view, "pooled_judgment", answers.pooled_judgment.answer)


def _simple(
    view: View, kind: Literal["outside_view", "pooled_judgment"], answer: Answer
) -> Iterator[Reading]:
    """An answer without a model: of being reached alone."""
    if view.far in answer.reached:
        told = answer.reached[view.far]
        chances: dict[str, float] = {k: told[k].mean for k in CHANNELS if view.counts_as_reached(k)}
        yield _reading(view, kind, kind, chances, ())


def _reading(
    view: View,
    kind: Literal["source", "panel", "outside_view", "pooled_judgment"],
    name: str,
    chances: dict[str, float],
    causes: tuple[Cause, ...],
) -> Reading:
    lexicon = view.workspace.lexicon
    return Reading(
        kind=kind,
        name=name,
        chances=chances,
        words={o: words(lexicon, p) for o, p in chances.items()},
        changed=_changed(view, chances),
        causes=causes,
    )


def _changed(view: View, chances: dict[str, float]) -> tuple[str, ...]:
    lexicon = view.workspace.lexicon
    own = {o: words(lexicon, view.headline(o, view.far).mean) for o in chances}
    return tuple(o for o, p in chances.items() if words(lexicon, p) != own[o])


def _cause(view: View, result: Result, outcome: str) -> Cause:
    if outcome == "alliance_broad":
        return Cause(outcome, _line(result.fit), _line(view.fit), ())
    k = CHANNELS.index(outcome)
    theirs, ours = _factors(result.fit, k), _factors(view.fit, k)
    ranked = sorted(theirs, key=lambda d: -abs(log(theirs[d] / ours[d])))
    worth = [d for d in ranked if abs(log(theirs[d] / ours[d])) >= log(WORTH)][:NAMED]
    return Cause(
        outcome=outcome,
        rate=_rate(result.fit, CHANNELS[k]),
        panel_rate=_rate(view.fit, CHANNELS[k]),
        departures=tuple(
            Departure(d, theirs[d], ours[d], silent=_silent(result.fit, d, CHANNELS[k]))
            for d in worth[:NAMED]
        ),
    )


def _silent(fit: Fit, driver: str, channel: Channel) -> bool:
    told = (fit.workspace.sources[m].effects.get(driver) for m in fit.panel.members)
    return not any(effect and getattr(effect, channel) is not None for effect in told)


def _line(fit: Fit) -> float:
    return float(np.average(fit.definitions.centre, weights=fit.definitions.weight))


def _rate(fit: Fit, channel: Channel) -> float:
    """The yearly rate at average drivers: the mean over draws."""
    return float(np.exp(fit.posterior.log_rate[:, ESTIMATED.index(f"partnership->{channel}")]).mean())


def _factors(fit: Fit, channel: int) -> dict[str, float]:
    """What each driver multiplies a rate by today, from the mean log."""
    drivers = fit.prepared.features.drivers
    at_work = levels_at_work(fit)[: len(drivers)]
    effect = fit.posterior.coefficients[:, : len(drivers), channel].mean(axis=0)
    return dict(zip(drivers, np.exp(effect * at_work).tolist(), strict=True))
