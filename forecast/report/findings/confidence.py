"""Analytic confidence: how well founded each key judgment is, apart from how likely anything is.

Five components are read for alliance, split and the broad state: the spread of sources, the grade of the
evidence, other choices of the model, conflict with data, and the age of the inputs (`measures`, joined by the
rule of `verdicts`). Partnership is what is left when neither way out is taken: each of its readings is the
weaker of theirs.

Some things make a level low whatever is read: an estimation that has not passed its checks and a panel of
nobody make all of them low; an outcome on which fewer than `FEWEST` sources of the panel are heard is low
itself, since what one says is borne out by no other; partnership is low if either way out is so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from forecast.inference.fit import Fit
from forecast.report.findings import broad, conflicts, disputes, voices
from forecast.report.findings.levels import tracks
from forecast.report.findings.measures import MEASURES, POOR
from forecast.report.findings.verdicts import (
    LEVELS,
    VERDICTS,
    Judged,
    Level,
    Reading,
    Verdict,
    judged,
    weaker,
)
from forecast.report.findings.voices import Voice, logit
from forecast.report.view import View
from forecast.sensitivity.short_band import Specification
from forecast.states import CHANNELS

OUTCOMES = ("alliance", "partnership", "split", "alliance_broad")
#: A stated probability further than this from the model's, in standard deviations, is fitted badly.
BADLY = disputes.NOTABLE_Z
#: Fewer sources heard on an outcome than this make the level low.
FEWEST = 2


@dataclass(frozen=True)
class Confidence:
    """What the judgment on each outcome rests on; ``specification`` is what other choices were read from."""

    judgments: tuple[Judged, ...]
    specification: Specification | None = None

    def of(self, outcome: str) -> Judged:
        """The judgment on an outcome."""
        return next(each for each in self.judgments if each.outcome == outcome)

    @property
    def level(self) -> Level:
        """The lowest level of any."""
        levels = list(LEVELS.values())
        return max((each.level for each in self.judgments), key=levels.index)


@dataclass(frozen=True)
class Drivers:
    """Which drivers each thing is true of, all by name; shares of them by weight."""

    every: tuple[str, ...]
    measured: frozenset[str]
    projected: frozenset[str]
    disputed: frozenset[str]
    in_conflict: frozenset[str]
    index: Mapping[str, float]

    def share(self, some: Iterable[str], of: Iterable[str], *, by_index: bool) -> float | None:
        """Of ``of``, the share that is in ``some``: each driver once, or as the alignment index weighs it."""
        weights = {name: self.index[name] if by_index else 1.0 for name in of}
        total = sum(weights.values())
        chosen = set(some)
        return sum(w for name, w in weights.items() if name in chosen) / total if total else None


def confidence(view: View, *, specification: Specification | None = None) -> Confidence:
    """How well founded the judgments of the panel reported on are.

    ``specification``: what other choices would have made of them (`sensitivity.short_band`); without it
    that component counts as not computed.
    """
    barred = []
    if not view.converged:
        barred.append("the estimation has not passed its checks")
    known = drivers_of(view.fit)
    read = {
        outcome: _readings(view, outcome, known, specification)
        for outcome in OUTCOMES
        if outcome != "partnership"
    }
    own = {r.name: r for r in _band(view, "partnership", specification)}
    pairs = {one.name: [one] for one in read["alliance"]}
    for other in read["split"]:
        pairs.setdefault(other.name, []).append(other)
    read["partnership"] = [
        own[name] if name in own else weaker(found[0], found[-1])
        for name, found in sorted(pairs.items(), key=lambda pair: list(MEASURES).index(pair[0]))
    ]
    judgments = []
    for outcome in OUTCOMES:
        silence = _silence(view.fit, outcome)
        told = _told(read[outcome]) if silence else ()
        judgments.append(judged(outcome, read[outcome], [*barred, *silence], told))
    return Confidence(tuple(judgments), specification)


def _silence(fit: Fit, outcome: str) -> list[str]:
    """Why a level is low for want of voices, once; nothing where `FEWEST` or more sources are heard."""
    if not fit.panel.members:
        return ["no source is heard"]
    ways = CHANNELS if outcome == "partnership" else (outcome,)
    heard = min(len({voice.source for voice in voices.voices(fit, way)}) for way in ways)
    what = "a way out of it" if outcome == "partnership" else "it"
    if heard >= FEWEST:
        return []
    return [f"only one source is heard on {what}" if heard else f"no source of the panel is heard on {what}"]


def _told(readings: Iterable[Reading]) -> tuple[str, ...]:
    """The readings that have nobody to measure, which a level that is low for want of voices says already."""
    return tuple(r.name for r in readings if r.measure is None and r.name in ("voices", "speakers", "causes"))


def drivers_of(fit: Fit) -> Drivers:
    """What is measured, projected, disputed and in conflict."""
    known = tracks(fit)
    at_odds = [c.driver for c in conflicts.indicator_conflicts(conflicts.departures(fit))]
    at_odds += [c.driver for c in disputes.readings_conflicts(fit)]
    return Drivers(
        every=tuple(t.driver for t in known),
        measured=frozenset(t.driver for t in known if t.indicators),
        projected=frozenset(t.driver for t in known if t.projected_from is not None),
        disputed=frozenset(d.driver for d in disputes.level_disputes(fit)),
        in_conflict=frozenset(at_odds),
        index={
            name: abs(float(weight))
            for name, weight in zip(fit.prepared.drivers.names, fit.index.weights, strict=True)
        },
    )


def reading(name: str, of: str, measure: float | None, names: Iterable[str] = ()) -> Reading | None:
    """A measure with its verdict; None where there is none, and none is no weakness."""
    how = MEASURES[name]
    if measure is None and not how.none:
        return None
    verdict: Verdict | None = VERDICTS[-1] if measure is None else how.limits.verdict(measure)
    if measure is None and name == "band":
        verdict = None
    ground = how.grounds[verdict] if measure is not None and verdict else how.none
    return Reading(name, how.component, of, measure, how.limits, verdict, ground, tuple(names))


def _readings(view: View, outcome: str, known: Drivers, specification: Specification | None) -> list[Reading]:
    heard = voices.voices(view.fit, outcome)
    found = [
        *_spread(view, outcome, heard, known),
        *_grade(view.fit, outcome, heard, known),
        *_band(view, outcome, specification),
        *_conflict(view.fit, outcome, known),
        *_age(outcome, heard, known),
    ]
    return [each for each in found if each is not None]


def _spread(view: View, outcome: str, heard: tuple[Voice, ...], known: Drivers) -> list[Reading | None]:
    by_index = outcome == "alliance_broad"
    disputed = known.share(known.disputed, known.every, by_index=by_index)
    return [
        reading("voices", outcome, voices.spread(heard), _by_weight(heard)),
        _definitions(view) if by_index else _answers(view, outcome),
        reading("disputes", outcome, disputed, _named(known, known.disputed)),
    ]


def _answers(view: View, outcome: str) -> Reading | None:
    if not view.counts_as_reached(outcome):
        return None
    answers = view.main.answers
    said = [answers.outside_view, answers.pooled_judgment.answer, answers.model]
    means = [a.reached[view.far][outcome].mean for a in said if view.far in a.reached]
    return reading("answers", outcome, voices.apart([logit(p) for p in means]))


def _definitions(view: View) -> Reading | None:
    drawn = broad.by_definition(view.fit, view.baseline, view.far)
    if len(drawn) < 2:
        return None
    means = [logit(d.far.mean) for d in drawn]
    strict, loose = drawn[0].source, drawn[-1].source
    measure = voices.typical(means, [d.weight for d in drawn])
    return reading("definitions", "alliance_broad", measure, (strict, loose))


def _grade(fit: Fit, outcome: str, heard: tuple[Voice, ...], known: Drivers) -> list[Reading | None]:
    grades = {name: source.graded_as for name, source in fit.workspace.sources.items()}
    said = {v.source: v.weight for v in heard}
    poor = [v.source for v in sorted(heard, key=lambda v: -v.weight) if not voices.is_good(v.grade)]
    by_index = outcome == "alliance_broad"
    bare = set(known.every) - known.measured
    unmeasured = known.share(bare, known.every, by_index=by_index)
    found = [_named_grades(fit, reading("speakers", outcome, voices.well_graded(said, grades), poor))]
    for channel in (c for c in CHANNELS if c == outcome):
        loads = voices.code_loads(fit)[channel]
        ranked = sorted(loads, key=lambda name: -loads[name])
        behind = [name for name in ranked if not voices.is_good(grades[name])]
        causes = reading("causes", outcome, voices.well_graded(loads, grades), behind)
        found.append(_named_grades(fit, causes))
    return [
        *found,
        reading("inferred", outcome, voices.inferred(heard)),
        reading("unmeasured", outcome, unmeasured, _named(known, bare)),
    ]


def _named_grades(fit: Fit, found: Reading | None) -> Reading | None:
    """The reading with its ground as it is where sources behind it are not poorly graded but not graded."""
    bare = [name for name in found.names if fit.workspace.sources[name].admiralty is None] if found else []
    if found is None or not bare:
        return found
    called = "ungraded" if len(bare) == len(found.names) else f"{POOR} or ungraded"
    return replace(found, ground=found.ground.replace(POOR, called))


def _band(view: View, outcome: str, specification: Specification | None) -> list[Reading]:
    key = f"{view.quantity(outcome)}.{outcome}"
    measure = None
    moved: tuple[str, ...] = ()
    if specification is not None and key in specification.bands:
        band, answer = specification.bands[key], view.headline(outcome, specification.date)
        width = logit(answer.p95) - logit(answer.p05)
        if width > 0:
            measure = (logit(band.high) - logit(band.low)) / width
            moved = tuple(band.ranges)
    found = reading("band", outcome, measure, moved)
    return [found] if found else []


def _conflict(fit: Fit, outcome: str, known: Drivers) -> list[Reading | None]:
    at_odds = known.share(known.in_conflict, known.measured, by_index=outcome == "alliance_broad")
    measured = reading("measurements", outcome, at_odds, _named(known, known.in_conflict))
    if outcome not in CHANNELS:
        return [measured]
    said = [m for m in conflicts.misfits(fit) if m.channel == outcome]
    badly = [m for m in said if abs(m.z) > BADLY]
    seen = [c for c in conflicts.class_conflicts(fit) if c.channel == outcome]
    opposed = [c.driver for c in seen if c.opposed]
    total = sum(m.weight for m in said)
    misfit = sum(m.weight for m in badly) / total if total else None
    return [
        reading("misfits", outcome, misfit, (m.source for m in badly)),
        reading("classes", outcome, len(opposed) / len(seen) if seen else None, opposed),
        measured,
    ]


def _age(outcome: str, heard: tuple[Voice, ...], known: Drivers) -> list[Reading | None]:
    projected = known.share(known.projected, known.every, by_index=outcome == "alliance_broad")
    return [
        reading("views", outcome, voices.age(heard)),
        reading("projected", outcome, projected, _named(known, known.projected)),
    ]


def _named(known: Drivers, some: Iterable[str]) -> tuple[str, ...]:
    """Drivers in file order."""
    chosen = set(some)
    return tuple(name for name in known.every if name in chosen)


def _by_weight(heard: tuple[Voice, ...]) -> tuple[str, ...]:
    return tuple(v.source for v in sorted(heard, key=lambda v: (-v.weight, v.source)))
