"""A source's card: what it is, how it is known, and everything that was coded from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

from forecast.cards import words
from forecast.cards.known import OUTCOMES, how_checked, known_how, pages_note
from forecast.cards.names import short_names
from forecast.elicitation import split_logit_normal, standard_score
from forecast.inputs.fields import Grade, Quantiles
from forecast.inputs.records import HazardRatio, Kind, LevelJudgment, OutcomeJudgment, Source
from forecast.inputs.workspace import Workspace
from forecast.panel import Panel
from forecast.states import CHANNELS, Channel


@dataclass(frozen=True)
class CodedOutcome:
    """A probability coded from a source; ``used`` is how it counts once widened, None where it is not."""

    outcome: str
    title: str
    window: str
    quantiles: Mapping[str, float]
    used: Mapping[str, float] | None
    grade: Grade
    place: str
    rationale: str
    checked: bool


@dataclass(frozen=True)
class Code:
    """What one driver is coded to do to one way out of partnership: a code or a hazard ratio."""

    channel: Channel
    code: float | None
    hazard_ratio: Mapping[str, float] | None
    words: str
    grade: Grade

    @property
    def mark(self) -> str:
        """The code as it stands in a table: ``+2``, ``x0.6`` for a ratio, ``~`` before an inference."""
        shown = words.signed_code(self.code) if self.code is not None else f"x{self.ratio:g}"
        return ("~" if self.grade == "INFER" else "") + shown

    @property
    def ratio(self) -> float | None:
        """The median hazard ratio, where there is one."""
        return self.hazard_ratio["p50"] if self.hazard_ratio is not None else None


@dataclass(frozen=True)
class CodedEffect:
    """What a source is coded to say of one driver."""

    driver: str
    driver_name: str
    codes: tuple[Code, ...]
    place: str
    rationale: str
    checked: bool


@dataclass(frozen=True)
class CodedLevel:
    """Where a source is coded to put one driver."""

    driver: str
    driver_name: str
    date: str
    quantiles: Mapping[str, float]
    grade: Grade
    place: str
    rationale: str
    checked: bool


@dataclass(frozen=True)
class Card:
    """One source as a reader meets it.

    ``weight`` is relative to the largest of the panel, ``share`` its part of the panel's weight (None where
    the panel does not hear it); ``cited_by`` and ``reports`` are ids of other sources. ``admiralty`` is empty
    where no grade was given.
    """

    id: str
    name: str
    citation: str
    kind: Kind
    kind_in_words: str
    widening: float
    asked_directly: bool
    known: str
    pages: str
    view_date: str
    lens: tuple[str, ...]
    panel: str
    weight: float
    share: float | None
    cluster: str
    cluster_with: tuple[str, ...]
    reported_in: tuple[str, ...]
    reports: tuple[str, ...]
    cites: tuple[str, ...]
    cited_by: tuple[str, ...]
    stance: str
    rationale: str
    independence: str
    admiralty: str
    admiralty_why: str
    checked: str
    outcomes: tuple[CodedOutcome, ...]
    effects: tuple[CodedEffect, ...]
    levels: tuple[CodedLevel, ...]


def card(workspace: Workspace, panel: Panel, name: str) -> Card:
    """The card of one source, weighed as in ``panel``."""
    source, every = workspace.sources[name], workspace.sources.values()
    names = short_names(workspace.sources)
    widening = workspace.question.widened(source.kind)
    return Card(
        id=name,
        name=names[name],
        citation=_flat(source.citation),
        kind=source.kind,
        kind_in_words=words.kind_in_words(source.kind, widening),
        widening=widening,
        asked_directly=source.kind == "expert",
        known=known_how(source, workspace.sources, names),
        pages=pages_note(source, workspace.sources),
        view_date=words.when(source.view_date),
        lens=tuple(x.replace("_", " ") for x in source.lens),
        panel=panel.id,
        weight=weight_of(workspace, panel, name),
        share=share_of(panel, name),
        cluster=source.cluster,
        cluster_with=tuple(s.id for s in every if s.cluster == source.cluster and s.id != name),
        reported_in=source.reporters,
        reports=tuple(s.id for s in every if name in s.reporters),
        cites=tuple(source.cites),
        cited_by=tuple(s.id for s in every if name in s.cites),
        stance=_flat(source.stance),
        rationale=_flat(source.rationale),
        independence=_flat(source.independence),
        admiralty=source.admiralty or "",
        admiralty_why=_flat(source.admiralty_why),
        checked=how_checked(source),
        outcomes=_outcomes(workspace, source, widening),
        effects=tuple(_effect(workspace, source, driver) for driver in source.effects),
        levels=tuple(_level(workspace, source, item) for item in source.levels),
    )


def weight_of(workspace: Workspace, panel: Panel, name: str) -> float:
    """A source's weight in the panel; outside it, the weight its file gives."""
    return panel.weights.get(name, workspace.sources[name].weight)


def share_of(panel: Panel, name: str) -> float | None:
    """A source's part of the panel's weight; None where the panel does not hear it."""
    return panel.weights[name] / sum(panel.weights.values()) if name in panel.weights else None


def _outcomes(workspace: Workspace, source: Source, widening: float) -> tuple[CodedOutcome, ...]:
    found = []
    for name in OUTCOMES:
        judgment: OutcomeJudgment | None = getattr(source.outcomes, name)
        if judgment is None:
            continue
        window = f"{'within' if judgment.within_years else 'after'} {judgment.years:g} years"
        found.append(
            CodedOutcome(
                outcome=name,
                title=workspace.question.outcomes[name].title,  # type: ignore[index]
                window=window,
                quantiles=judgment.quantiles.stated(),
                used=_widened(judgment.quantiles, widening) if widening != 1 else None,
                grade=judgment.grade,
                place=_flat(source.place_of(judgment)),
                rationale=_flat(judgment.rationale),
                checked=source.is_checked(judgment),
            )
        )
    return tuple(found)


def _widened(quantiles: Quantiles, factor: float) -> dict[str, float]:
    """The quantiles of a coded probability as the model hears them."""
    fit = split_logit_normal(quantiles).widened(factor)
    found = {}
    for q in quantiles.levels:
        z = standard_score(q)
        found[f"p{round(100 * q):02d}"] = 1 / (
            1 + exp(-(fit.centre + z * (fit.sd_below if z < 0 else fit.sd_above)))
        )
    return found


def _effect(workspace: Workspace, source: Source, driver: str) -> CodedEffect:
    effect = source.effects[driver]
    codes = []
    for channel in CHANNELS:
        value = getattr(effect, channel)
        if value is None:
            continue
        outcome = workspace.question.outcomes[channel].title.lower()
        ratio = value.hazard_ratio if isinstance(value, HazardRatio) else None
        codes.append(
            Code(
                channel=channel,
                code=None if ratio else value,
                hazard_ratio=ratio.stated() if ratio else None,
                words=words.ratio_in_words(ratio, outcome) if ratio else words.code_in_words(value, outcome),
                grade=effect.grade_of(channel),
            )
        )
    return CodedEffect(
        driver=driver,
        driver_name=workspace.drivers.drivers[driver].name,
        codes=tuple(codes),
        place=_flat(source.place_of(effect)),
        rationale=_flat(effect.rationale),
        checked=source.is_checked(effect),
    )


def _level(workspace: Workspace, source: Source, item: LevelJudgment) -> CodedLevel:
    return CodedLevel(
        driver=item.driver,
        driver_name=workspace.drivers.drivers[item.driver].name,
        date=words.when(item.date),
        quantiles=item.quantiles.stated(),
        grade=item.grade,
        place=_flat(source.place_of(item)),
        rationale=_flat(item.rationale),
        checked=source.is_checked(item),
    )


def _flat(text: str | None) -> str:
    return " ".join((text or "").split())
