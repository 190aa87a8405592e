"""Sources one line each: what each is, how much is coded from it, and how loudly it is heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from forecast.cards.card import share_of, weight_of
from forecast.cards.known import OUTCOMES, how_checked
from forecast.inputs.records import Kind, Source
from forecast.inputs.workspace import Workspace
from forecast.panel import Panel
from forecast.states import CHANNELS


@dataclass(frozen=True)
class Entry:
    """One source in a list; codes and outcomes are counted by grade of evidence.

    ``admiralty`` grades the source as a whole; empty where no grade was given.
    """

    id: str
    year: int
    kind: Kind
    widening: float
    lens: tuple[str, ...]
    weight: float
    share: float | None
    codes_text: int
    codes_infer: int
    outcomes_text: int
    outcomes_infer: int
    levels: int
    reported_in: tuple[str, ...]
    cluster: str
    admiralty: str
    checked: str
    citation: str
    stance: str


def in_panel_order(workspace: Workspace, panel: str | None) -> list[str]:
    """Every source: the members of a named panel as the question lists them, then the others by file."""
    listed = workspace.question.panels.get(panel or workspace.question.default_panel, [])
    return list(dict.fromkeys([*listed, *workspace.sources]))


def listing(workspace: Workspace, panel: Panel, names: Sequence[str]) -> tuple[Entry, ...]:
    """The sources named, in that order, weighed as in ``panel``."""
    return tuple(_entry(workspace, panel, workspace.sources[name]) for name in names)


def _entry(workspace: Workspace, panel: Panel, source: Source) -> Entry:
    codes = Counter(
        effect.grade_of(channel)
        for effect in source.effects.values()
        for channel in CHANNELS
        if getattr(effect, channel) is not None
    )
    outcomes = Counter(
        judgment.grade for name in OUTCOMES if (judgment := getattr(source.outcomes, name)) is not None
    )
    return Entry(
        id=source.id,
        year=source.view_date.year,
        kind=source.kind,
        widening=workspace.question.widened(source.kind),
        lens=tuple(source.lens),
        weight=weight_of(workspace, panel, source.id),
        share=share_of(panel, source.id),
        codes_text=codes["TEXT"],
        codes_infer=codes["INFER"],
        outcomes_text=outcomes["TEXT"],
        outcomes_infer=outcomes["INFER"],
        levels=len(source.levels),
        reported_in=source.reporters,
        cluster=source.cluster,
        admiralty=source.admiralty or "",
        checked=how_checked(source),
        citation=" ".join(source.citation.split()),
        stance=" ".join((source.stance or "").split()),
    )
