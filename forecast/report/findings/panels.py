"""Panels against one another: where their rates part, and who is heard in one and not in another."""

from __future__ import annotations

from dataclasses import dataclass

from forecast.report.findings.effects import Range, effects
from forecast.report.findings.reasons import Steps, steps
from forecast.report.view import View
from forecast.states import Channel


@dataclass(frozen=True)
class PanelSteps:
    """From the reference class to today's rate, for one panel."""

    panel: str
    steps: tuple[Steps, ...]


@dataclass(frozen=True)
class PanelEffect:
    """What a driver multiplies a yearly rate by today, and its effect per unit, by panel."""

    driver: str
    channel: Channel
    factor: dict[str, float]
    per_unit: dict[str, Range]

    @property
    def apart(self) -> float:
        """The largest factor over the smallest."""
        return max(self.factor.values()) / min(self.factor.values())


@dataclass(frozen=True)
class PanelVoices:
    """Sources that a panel hears and no other compared with it."""

    panel: str
    heard: int
    alone: tuple[str, ...]


@dataclass(frozen=True)
class Panels:
    """What tells several panels apart; empty where only one is answered."""

    steps: tuple[PanelSteps, ...]
    effects: tuple[PanelEffect, ...]
    voices: tuple[PanelVoices, ...]


def panels(view: View) -> Panels:
    """Every panel answered, the one reported on first; effects by how far apart the panels are on them."""
    results = view.panels
    if len(results) < 2:
        return Panels((), (), ())
    names = view.panel_names
    said = {name: {(e.feature, e.channel): e for e in effects(r.fit)} for name, r in names.items()}
    drivers = results[0].fit.prepared.features.drivers
    keys = [key for key in said[next(iter(names))] if key[0] in drivers]
    apart = [
        PanelEffect(
            driver=driver,
            channel=channel,
            factor={name: said[name][driver, channel].factor for name in names},
            per_unit={name: said[name][driver, channel].per_unit for name in names},
        )
        for driver, channel in keys
    ]
    return Panels(
        steps=tuple(PanelSteps(name, steps(r.fit)) for name, r in names.items()),
        effects=tuple(sorted(apart, key=lambda e: -e.apart)),
        voices=tuple(
            PanelVoices(
                panel=name,
                heard=len(r.fit.panel.members),
                alone=tuple(
                    m
                    for m in r.fit.panel.members
                    if not any(m in other.fit.panel.weights for other in results if other is not r)
                ),
            )
            for name, r in names.items()
        ),
    )
