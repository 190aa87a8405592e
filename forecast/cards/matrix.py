"""Drivers by sources: what each source is coded to say of each driver, and what they say together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from forecast.cards.card import Code, CodedEffect, card
from forecast.cards.names import abbreviations
from forecast.inputs.fields import Grade
from forecast.inputs.records import Source
from forecast.inputs.workspace import Workspace
from forecast.panel import Panel
from forecast.states import CHANNELS, Channel


@dataclass(frozen=True)
class Column:
    """A driver with its name and the three letters that stand for it."""

    driver: str
    name: str
    short: str


@dataclass(frozen=True)
class Cell:
    """One code; ``weight`` is the one the model gives it (w_edk of `model.judgments`)."""

    source: str
    driver: str
    channel: Channel
    code: float | None
    hazard_ratio: float | None
    grade: Grade
    weight: float
    locator: str
    mark: str


@dataclass(frozen=True)
class Total:
    """A driver and channel over all sources; ``mean`` = sum w y / sum w over codes, None without any."""

    driver: str
    channel: Channel
    speaking: int
    text: int
    mean: float | None


@dataclass(frozen=True)
class Matrix:
    """Codes of a panel; ``sources`` are those that code a driver shown, ``silent`` the others."""

    panel: str
    columns: tuple[Column, ...]
    sources: tuple[str, ...]
    silent: tuple[str, ...]
    channels: tuple[Channel, ...]
    cells: tuple[Cell, ...]
    totals: tuple[Total, ...]

    @cached_property
    def at(self) -> Mapping[tuple[str, str, Channel], Cell]:
        """Each code by source, driver and channel."""
        return {(c.source, c.driver, c.channel): c for c in self.cells}

    @cached_property
    def total(self) -> Mapping[tuple[str, Channel], Total]:
        """All sources together, by driver and channel."""
        return {(t.driver, t.channel): t for t in self.totals}


def matrix(
    workspace: Workspace,
    panel: Panel,
    weighted: Iterable[tuple[str, Channel, Source, float]],
    *,
    order: Sequence[str],
    drivers: Sequence[str] = (),
    channels: Sequence[Channel] = CHANNELS,
) -> Matrix:
    """The matrix of the panel's codes; ``weighted`` are (driver, channel, source, weight), ``order`` of rows.

    ``drivers`` and ``channels`` narrow it; all drivers where none is named.
    """
    shown = [d for d in workspace.drivers.drivers if not drivers or d in drivers]
    cards = {m: card(workspace, panel, m) for m in panel.members}
    effects = {(m, e.driver): e for m, c in cards.items() for e in c.effects}
    cells = tuple(
        _cell(effects[source.id, driver], source.id, channel, weight)
        for driver, channel, source, weight in weighted
        if driver in shown and channel in channels
    )
    speaking = {c.source for c in cells}
    members = [m for m in order if m in panel.members]
    short = abbreviations(workspace.drivers.drivers)
    return Matrix(
        panel=panel.id,
        columns=tuple(Column(d, workspace.drivers.drivers[d].name, short[d]) for d in shown),
        sources=tuple(m for m in members if m in speaking),
        silent=tuple(m for m in members if m not in speaking),
        channels=tuple(channels),
        cells=cells,
        totals=tuple(_total(cells, d, c) for d in shown for c in channels),
    )


def _cell(effect: CodedEffect, source: str, channel: Channel, weight: float) -> Cell:
    code: Code = next(c for c in effect.codes if c.channel == channel)
    return Cell(
        source=source,
        driver=effect.driver,
        channel=channel,
        code=code.code,
        hazard_ratio=code.ratio,
        grade=code.grade,
        weight=weight,
        locator=effect.place,
        mark=code.mark,
    )


def _total(cells: Sequence[Cell], driver: str, channel: Channel) -> Total:
    mine = [c for c in cells if (c.driver, c.channel) == (driver, channel)]
    coded = [(c.code, c.weight) for c in mine if c.code is not None]
    whole = sum(weight for _, weight in coded)
    return Total(
        driver=driver,
        channel=channel,
        speaking=len(mine),
        text=sum(c.grade == "TEXT" for c in mine),
        mean=sum(code * weight for code, weight in coded) / whole if whole else None,
    )
