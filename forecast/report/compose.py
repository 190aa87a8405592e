"""A report from a material: findings computed once, figures drawn once, sections in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forecast.answering import Material, Result
from forecast.report.figures import answers as answer_figures
from forecast.report.figures import dependence as dependence_figure
from forecast.report.figures import drivers as driver_figures
from forecast.report.figures import index as index_figure
from forecast.report.figures import probability as probability_figures
from forecast.report.figures import scenarios as scenario_figures
from forecast.report.figures import shocks as shock_figure
from forecast.report.findings import (
    broad,
    conflicts,
    dependence,
    disputes,
    effects,
    levels,
    reasons,
    scenarios,
    shocks,
    sources,
)
from forecast.report.findings.effects import Effect, Gain
from forecast.report.markdown import Drawing, Lines
from forecast.report.sections import broad as broad_section
from forecast.report.sections import conflicts as conflict_section
from forecast.report.sections import dependence as dependence_section
from forecast.report.sections import drivers as driver_sections
from forecast.report.sections import front, reference
from forecast.report.sections import probability as probability_sections
from forecast.report.sections import scenarios as scenario_section
from forecast.report.sections import shocks as shock_section
from forecast.report.sections import sources as source_section
from forecast.report.source_page import source_page
from forecast.report.view import View
from forecast.states import CHANNELS


@dataclass(frozen=True)
class Findings:
    """Everything a report computes beyond the results themselves."""

    effects: tuple[Effect, ...]
    gain: Gain
    tracks: tuple[levels.Track, ...]
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


@dataclass(frozen=True)
class Report:
    """A composed report: view, findings, figures, and its two texts with the marks of `marks` in them."""

    view: View
    findings: Findings
    marked: str
    figures: tuple[Drawing, ...]
    source_page: str


def findings(view: View) -> Findings:
    """Compute every finding of the panel reported on."""
    fit = view.fit
    departed = conflicts.departures(fit)
    return Findings(
        effects=effects.effects(fit),
        gain=effects.gain(fit),
        tracks=levels.tracks(fit),
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
    )


def compose(material: Material, *, request_line: str) -> Report:
    """The whole report as Markdown with its figures."""
    view = View(material)
    found = findings(view)
    fan, stacked = probability_figures.fan(view), probability_figures.states(view)
    three = answer_figures.dots(view, "answers", _answer_rows(view), "Three answers", dated=True)
    panels = answer_figures.dots(view, "panels", _rows(view, view.panels), "Panels")
    graph = dependence_figure.dependence(view, found.dependence.structure) if view.fit.panel.members else None
    forest = driver_figures.forest(view, found.effects)
    stand = driver_figures.levels(view, found.tracks)
    alone = (
        answer_figures.dots(view, "spotlight", _rows(view, material.spotlight), "Each source heard alone")
        if material.spotlight
        else None
    )
    index = index_figure.index(view, found.alignment, found.definitions)
    pulls = shock_figure.matrix(view, found.surprises)
    told = _scenario_figures(view, found)
    lines: Lines = [
        *front.title(view),
        *front.key_judgments(view, found.effects, found.steps, found.definitions, found.confidence),
        *probability_sections.over_time(view, fan, stacked),
        *probability_sections.three_answers(view, found.steps, three),
        *probability_sections.panels(view, panels),
        *dependence_section.dependence(view, found.dependence, graph),
        *driver_sections.what_they_do(view, found.effects, found.gain, forest),
        *driver_sections.where_they_stand(view, found.tracks, stand),
        *shock_section.in_short(view, found.surprises, pulls),
        *conflict_section.conflicts(
            view,
            departed=found.departures,
            paired=found.indicator_conflicts,
            off_readings=found.readings_conflicts,
            disputed=found.level_disputes,
            classes=found.class_conflicts,
            misfits=found.misfits,
        ),
        *probability_sections.spotlight(view, alone),
        *broad_section.by_definition(view, found.definitions, index),
        *scenario_section.compared(view, found.scenarios, {d.name: d for d in told}),
        *reference.definitions(view),
        *reference.base_rates(view),
        *reference.assumptions(view, found.tracks, found.sources),
        *shock_section.in_full(view, found.surprises),
        *source_section.sources(view, found.sources),
        *reference.diagnostics(view),
        *reference.provenance(view, request_line),
    ]
    drawn = (fan, stacked, three, panels, graph, forest, stand, pulls, alone, index, *told)
    return Report(
        view=view,
        findings=found,
        marked="\n".join(lines).rstrip() + "\n",
        figures=tuple(d for d in drawn if d is not None),
        source_page=source_page(view, found.sources),
    )


def _scenario_figures(view: View, found: Findings) -> tuple[Drawing, ...]:
    """The comparison, then why each differs; none where no scenario was asked for."""
    if not found.scenarios:
        return ()
    return scenario_figures.small_multiples(view), *scenario_figures.waterfalls(view, found.scenarios)


def _answer_rows(view: View) -> list[answer_figures.Row]:
    answers = view.main.answers
    named = {
        "Outside view": answers.outside_view,
        "Pooled judgment": answers.pooled_judgment.answer,
        "Model": answers.model,
    }
    return [
        answer_figures.Row(
            f"{name}, {date.year}", {c: answer.reached[date][c] for c in CHANNELS}, strong=name == "Model"
        )
        for date in view.headline_dates
        for name, answer in named.items()
        if date in answer.reached
    ]


def _rows(view: View, results: Sequence[Result]) -> list[answer_figures.Row]:
    return [
        answer_figures.Row(
            view.panel_title(r), {c: view.headline(c, view.far, r) for c in CHANNELS}, strong=r is view.main
        )
        for r in results
    ]
