"""Every finding of a report, computed once from its view."""

from __future__ import annotations

from dataclasses import dataclass

from forecast.report.findings import (
    ach,
    alternatives,
    broad,
    confidence,
    conflicts,
    dependence,
    disputes,
    effects,
    grades,
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
    """Everything a report computes beyond the results themselves.

    ``hypotheses`` and ``alternatives`` take seconds; they are None where no template shows them.
    """

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
    confidence: confidence.Confidence
    grades: grades.Grades
    hypotheses: ach.Ach | None
    alternatives: alternatives.Alternatives | None
    sources: sources.Sources
    dependence: dependence.Shared
    scenarios: tuple[scenarios.Told, ...]
    surprises: shocks.Surprises
    panels: panels.Panels
    rates: rates.Rates


def everything(view: View, *, rivals: bool = True) -> Findings:
    """Every finding of the panel reported on; ``rivals``: competing hypotheses and alternatives too."""
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
        confidence=confidence.confidence(view, specification=view.material.specification),
        grades=grades.grades(fit),
        hypotheses=ach.ach(view) if rivals else None,
        alternatives=alternatives.alternatives(view) if rivals else None,
        sources=sources.sources(fit),
        dependence=dependence.shared(view),
        scenarios=scenarios.told(view),
        surprises=shocks.surprises(view),
        panels=panels.panels(view),
        rates=rates.rates(fit),
    )
