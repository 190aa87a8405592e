"""Every finding of a report, computed once from its view."""

from __future__ import annotations

from dataclasses import dataclass

from forecast.report.findings import (
    broad,
    conflicts,
    dependence,
    disputes,
    effects,
    levels,
    panels,
    rates,
    reasons,
    scenarios,
    shocks,
    sources,
    summary,
)
from forecast.report.findings.effects import Effect, Gain
from forecast.report.view import View


@dataclass(frozen=True)
class Findings:
    """Everything a report computes beyond the results themselves."""

    effects: tuple[Effect, ...]
    gain: Gain
    tracks: tuple[levels.Track, ...]
    drivers: tuple[summary.DriverSummary, ...]
    departures: tuple[conflicts.Departure, ...]
    indicator_conflicts: tuple[conflicts.IndicatorConflict, ...]
    readings_conflicts: tuple[disputes.ReadingsConflict, ...]
    level_disputes: tuple[disputes.LevelDispute, ...]
    class_conflicts: tuple[conflicts.ClassConflict, ...]
    misfits: tuple[conflicts.Misfit, ...]
    alignment: broad.Alignment
    definitions: tuple[broad.Definition, ...]
    steps: tuple[reasons.Steps, ...]
    confidence: reasons.Confidence
    sources: sources.Sources
    dependence: dependence.Shared
    scenarios: tuple[scenarios.Told, ...]
    surprises: shocks.Surprises
    panels: panels.Panels
    rates: rates.Rates


def everything(view: View) -> Findings:
    """Compute every finding of the panel reported on."""
    fit = view.fit
    departed = conflicts.departures(fit)
    acting, standing = effects.effects(fit), levels.tracks(fit)
    return Findings(
        effects=acting,
        gain=effects.gain(fit),
        tracks=standing,
        drivers=summary.drivers(fit, acting, standing),
        departures=departed,
        indicator_conflicts=conflicts.indicator_conflicts(departed),
        readings_conflicts=disputes.readings_conflicts(fit),
        level_disputes=disputes.level_disputes(fit),
        class_conflicts=conflicts.class_conflicts(fit),
        misfits=conflicts.misfits(fit),
        alignment=broad.alignment(fit),
        definitions=broad.by_definition(fit, view.baseline, view.far),
        steps=reasons.steps(fit),
        confidence=reasons.confidence(view),
        sources=sources.sources(fit),
        dependence=dependence.shared(view),
        scenarios=scenarios.told(view),
        surprises=shocks.surprises(view),
        panels=panels.panels(view),
        rates=rates.rates(fit),
    )
