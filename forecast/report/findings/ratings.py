"""Items of evidence rated for consistency with each hypothesis, by what was coded and not by the model.

    sources coded on outcomes   their median of the hypothesis, each in its own window; of partnership, what
                                the ways out leave of one: CC from 95%, C from 80%, N, I below 20%, II below
                                5%
    sources coded on causes     push = sum over drivers of code x level today, in code points times driver
      alone                     units: CC from +4, C from +1, N, I from -1, II from -4
    a driver's level            push = mean code of the panel x level, the same
    the pair's record           half an event for each way out in the years on record, carried to the
                                horizon, as a median
    other pairs' statistics     not rated

Of sources of one cluster, which are one item, the mean by weight is rated. A push towards either way out
speaks against partnership, and one away from both for it. A broad alliance is rated by its own coded medians,
and by what a driver's level adds to the alignment index (C from +0.25, CC from +1, and the mirror image). A
hazard ratio counts as the code that it stands for at the assumed gain. These rules are ours.

Credibility: of sources, the highest of their own (`heuer.credibility`); of a level, high where it is measured
and current, medium where it is either, low where it is neither; the record's is high. Relevance: high where
the outcome itself is spoken of in the text's words, medium where that is inferred, and of levels and the
record; low of causes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np

from forecast.calendar import decimal_year
from forecast.drivers.features import saturate
from forecast.inference.fit import Fit
from forecast.inputs.records import HazardRatio, OutcomeJudgment, Source
from forecast.model.affine import LOG_GAIN
from forecast.report.findings.effects import mean_code
from forecast.report.findings.evidence import Item
from forecast.report.findings.heuer import WEIGHT, Degree, Rated, Rating, credibility, rate
from forecast.report.findings.levels import Track
from forecast.states import CHANNELS, STATES, Channel

#: The hypotheses about a broad alliance.
BROAD, NO_BROAD = "alliance_broad", "no_alliance_broad"
#: Where each rating but the lowest begins: of a probability, of a push, of what is added to the index.
PROBABILITY, PUSH, INDEX = (0.05, 0.2, 0.8, 0.95), (-4.0, -1.0, 1.0, 4.0), (-1.0, -0.25, 0.25, 1.0)


@dataclass(frozen=True)
class Rater:
    """Rates items of a fit; ``levels``: the drivers' today, ``tracks`` what is known of each."""

    fit: Fit
    levels: Mapping[str, float]
    tracks: Mapping[str, Track]

    def rate(self, item: Item, hypotheses: Sequence[str]) -> Rated | None:
        """An item against the three states, or a broad alliance and none; None where it is not rated."""
        broad = BROAD in hypotheses
        if item.kind == "level":
            ratings = self._level_broad(item.name) if broad else self._level(item.name)
            return Rated(ratings, self._read(item.name), "medium")
        if item.kind == "record" and not broad:
            return Rated(self._record(), "high", "medium")
        if item.kind != "sources":
            return None
        sources = [self.fit.workspace.sources[m] for m in item.members]
        coded = [self.coded(item, h) for h in hypotheses]
        if broad or any(p is not None for p in coded):
            ratings = tuple("N" if p is None else rate(p, PROBABILITY) for p in coded)
        else:
            ratings = _pushes({k: self._mean_push(item, k) for k in CHANNELS})
        judged = [j for s in sources for j in _judgments(s, broad=broad)]
        return Rated(ratings, max((credibility(s) for s in sources), key=WEIGHT.__getitem__), _spoken(judged))

    def coded(self, item: Item, hypothesis: str) -> float | None:
        """The mean by weight of the medians that an item's sources are coded to give a hypothesis."""
        return self._mean(item, lambda source: _medians(source).get(hypothesis))

    def _mean(self, item: Item, of: Callable[[Source], float | None]) -> float | None:
        told = {m: of(self.fit.workspace.sources[m]) for m in item.members}
        said = {m: value for m, value in told.items() if value is not None}
        weights = [self.fit.panel.weights[m] for m in said]
        return float(np.average(list(said.values()), weights=weights)) if said else None

    def _read(self, driver: str) -> Degree:
        """How well a level is known: measured and current, either, or neither."""
        track = self.tracks[driver]
        current, measured = track.projected_from is None, bool(track.indicators)
        degrees: tuple[Degree, ...] = ("low", "medium", "high")
        return degrees[current + measured]

    def _mean_push(self, item: Item, channel: Channel) -> float:
        return self._mean(item, lambda source: self._push(source, channel)) or 0.0

    def _push(self, source: Source, channel: Channel) -> float:
        said = {d: value for d, e in source.effects.items() if (value := getattr(e, channel)) is not None}
        return sum(_code(value) * self._at_work(driver) for driver, value in said.items())

    def _at_work(self, driver: str) -> float:
        return float(saturate(np.array(self.levels[driver])))

    def _level(self, driver: str) -> tuple[Rating, ...]:
        codes = {k: mean_code(self.fit, driver, k) or 0.0 for k in CHANNELS}
        return _pushes({k: code * self._at_work(driver) for k, code in codes.items()})

    def _level_broad(self, driver: str) -> tuple[Rating, ...]:
        at = self.fit.prepared.drivers.names.index(driver)
        added = float(self.fit.index.weights[at]) * self.levels[driver]
        return rate(added, INDEX), rate(-added, INDEX)

    def _record(self) -> tuple[Rating, ...]:
        history, as_of = self.fit.workspace.history, self.fit.as_of
        spell = [e for e in history.episodes if e.start <= as_of][-1]
        begun, now = max(decimal_year(spell.start), history.record_start), decimal_year(as_of)
        ahead = decimal_year(self.fit.workspace.question.horizon) - now
        leaves = 1 - exp(-0.5 * ahead / max(now - begun, 1e-9))
        p = dict.fromkeys(STATES, leaves) | {self.fit.start_state: max(0.0, 1 - 2 * leaves)}
        return tuple(rate(p[s], PROBABILITY) for s in STATES)


def _judgments(source: Source, *, broad: bool) -> list[OutcomeJudgment]:
    told = source.outcomes
    found = [told.alliance_broad] if broad else [told.alliance, told.split]
    return [j for j in found if j is not None]


def _spoken(judged: Sequence[OutcomeJudgment]) -> Degree:
    """How directly an outcome is spoken of."""
    if not judged:
        return "low"
    return "high" if any(j.grade == "TEXT" for j in judged) else "medium"


def _medians(source: Source) -> dict[str, float]:
    """The medians coded of each hypothesis; of partnership, and no broad alliance, what is left of one."""
    told = source.outcomes
    p: dict[str, float] = {k: j.quantiles.p50 for k in CHANNELS if (j := getattr(told, k)) is not None}
    if p:
        p["partnership"] = max(0.0, 1 - sum(p.values()))
    if told.alliance_broad is not None:
        p[BROAD] = told.alliance_broad.quantiles.p50
        p[NO_BROAD] = 1 - p[BROAD]
    return p


def _pushes(push: Mapping[Channel, float]) -> tuple[Rating, ...]:
    against = -max(push.values())
    return tuple(rate(against if s == "partnership" else push[s], PUSH) for s in STATES)


def _code(value: float | HazardRatio) -> float:
    """A code, or the one that a hazard ratio's median stands for at the assumed gain."""
    return log(value.hazard_ratio.p50) / exp(LOG_GAIN[0]) if isinstance(value, HazardRatio) else value
