"""The parts that a template may name: each a section's lines, worked out when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from forecast.answering import Result
from forecast.report.figures import ach as ach_figures
from forecast.report.figures import answers as answer_figures
from forecast.report.figures import dependence as dependence_figure
from forecast.report.figures import drivers as driver_figures
from forecast.report.figures import index as index_figure
from forecast.report.figures import probability as probability_figures
from forecast.report.figures import scenarios as scenario_figures
from forecast.report.figures import shocks as shock_figure
from forecast.report.findings.changes import Changes
from forecast.report.findings.everything import Findings
from forecast.report.markdown import Drawing, Lines
from forecast.report.sections import (
    ach,
    alternatives,
    base_rates,
    brief,
    comparison,
    confidence,
    definitions,
    driver_summary,
    front,
    method,
    reference,
)
from forecast.report.sections import broad as broad_section
from forecast.report.sections import conflicts as conflict_section
from forecast.report.sections import dependence as dependence_section
from forecast.report.sections import drivers as driver_sections
from forecast.report.sections import probability as probability_sections
from forecast.report.sections import scenarios as scenario_section
from forecast.report.sections import shocks as shock_section
from forecast.report.sections import sources as source_section
from forecast.report.sections.changes import changed
from forecast.report.signing import dissent
from forecast.report.signing.signature import Signature
from forecast.report.view import View
from forecast.states import CHANNELS


@dataclass(frozen=True)
class Part:
    """Some lines of Markdown, made when a template shows them."""

    make: Callable[[], Lines]

    @cached_property
    def text(self) -> str:
        """The lines as text."""
        return "\n".join(self.make()).strip()

    def __str__(self) -> str:
        return self.text


@dataclass
class Figures:
    """Figures drawn so far, each once, under its name."""

    drawn: dict[str, Drawing] = field(default_factory=dict)

    def __call__(self, draw: Callable[[], Drawing | None]) -> Drawing | None:
        """Draw a figure and keep it."""
        if (drawing := draw()) is not None:
            self.drawn[drawing.name] = drawing
        return drawing

    def several(self, drawings: Sequence[Drawing]) -> dict[str, Drawing]:
        """Keep some figures; by name."""
        named = {d.name: d for d in drawings}
        self.drawn |= named
        return named


def parts(
    view: View,
    found: Findings,
    figures: Figures,
    *,
    request_line: str,
    signature: Signature,
    changes: Changes | None,
) -> Mapping[str, Any]:
    """Every part by the name a template uses."""
    makers = {
        **_makers(view, found, figures, request_line),
        "title": lambda: front.title(view, signature),
        "dissent": lambda: dissent.section(signature.dissents),
        "changes": lambda: changed(view, changes),
    }
    return {name: Part(make) for name, make in makers.items()}


def _makers(
    view: View, found: Findings, figures: Figures, request_line: str
) -> dict[str, Callable[[], Lines]]:
    material = view.material

    def dots(name: str, rows: list[answer_figures.Row], title: str, *, dated: bool = False) -> Drawing:
        drawing = figures(lambda: answer_figures.dots(view, name, rows, title, dated=dated))
        assert drawing is not None
        return drawing

    def over_time() -> Lines:
        fan, states = probability_figures.fan(view), probability_figures.states(view)
        figures.several([fan, states])
        return probability_sections.over_time(view, fan, states)

    def dependence() -> Lines:
        heard = view.fit.panel.members
        graph = figures(
            lambda: dependence_figure.dependence(view, found.dependence.structure) if heard else None
        )
        return dependence_section.dependence(view, found.dependence, graph)

    def effects() -> Lines:
        (forest,) = figures.several([driver_figures.forest(view, found.effects)]).values()
        return driver_sections.what_they_do(view, found.effects, found.gain, forest)

    def levels() -> Lines:
        (stand,) = figures.several([driver_figures.levels(view, found.tracks)]).values()
        return driver_sections.where_they_stand(view, found.tracks, stand)

    def hypotheses() -> Lines:
        if found.hypotheses is None:
            return []
        drawn = figures.several(ach_figures.weights(view, found.hypotheses))
        return ach.ach(view, found.hypotheses, drawn)

    def shocks() -> Lines:
        return shock_section.in_short(
            view, found.surprises, figures(lambda: shock_figure.matrix(view, found.surprises))
        )

    def spotlight() -> Lines:
        rows = _rows(view, material.spotlight)
        alone = dots("spotlight", rows, "Each source heard alone") if material.spotlight else None
        return probability_sections.spotlight(view, alone)

    def by_definition() -> Lines:
        (drawing,) = figures.several([index_figure.index(view, found.alignment, found.definitions)]).values()
        return broad_section.by_definition(view, found.definitions, drawing)

    def scenarios() -> Lines:
        told: Sequence[Drawing] = ()
        if found.scenarios:
            several = scenario_figures.small_multiples(view)
            told = (several, *scenario_figures.waterfalls(view, found.scenarios))
        return scenario_section.compared(view, found.scenarios, figures.several(told))

    def conflicts() -> Lines:
        return conflict_section.conflicts(
            view,
            departed=found.departures,
            paired=found.indicator_conflicts,
            off_readings=found.readings_conflicts,
            disputed=found.level_disputes,
            classes=found.class_conflicts,
            misfits=found.misfits,
        )

    return {
        "background": lambda: front.background(view),
        "key_judgments": lambda: front.key_judgments(
            view, found.effects, found.steps, found.definitions, found.confidence
        ),
        "alternatives": lambda: (
            alternatives.alternatives(view, found.alternatives) if found.alternatives else []
        ),
        "competing_hypotheses": hypotheses,
        "analytic_confidence": lambda: confidence.confidence(view, found.confidence, found.grades),
        "over_time": over_time,
        "three_answers": lambda: probability_sections.three_answers(
            view, found.steps, dots("answers", _answer_rows(view), "Three answers", dated=True)
        ),
        "drivers": lambda: driver_summary.at_a_glance(view, found.drivers),
        "driver_effects": effects,
        "driver_levels": levels,
        "shocks": shocks,
        "scenarios": scenarios,
        "panels": lambda: probability_sections.panels(
            view, dots("panels", _rows(view, view.panels), "Panels")
        ),
        "spotlight": spotlight,
        "broad_definitions": by_definition,
        "conflicts": conflicts,
        "dependence": dependence,
        "assumptions": lambda: reference.assumptions(view, found.tracks, found.sources),
        "definitions": lambda: definitions.definitions(view),
        "method": lambda: method.method(view),
        "base_rates": lambda: base_rates.base_rates(view, found.rates),
        "all_shocks": lambda: shock_section.in_full(view, found.surprises),
        "diagnostics": lambda: reference.diagnostics(view),
        "sources": lambda: source_section.sources(view, found.sources),
        "provenance": lambda: reference.provenance(view, request_line),
        "brief_judgments": lambda: brief.judgments(view, found.confidence),
        "brief_answers": lambda: brief.answers(view),
        "brief_drivers": lambda: brief.drivers(view, found.drivers),
        "brief_provenance": lambda: brief.provenance(view, request_line),
        "compared_in_short": lambda: comparison.in_short(view),
        "compared_panels": lambda: comparison.panels(
            view, found.panels, dots("panels", _rows(view, view.panels), "Panels")
        ),
        "compared_effects": lambda: comparison.effects(view, found.panels.effects),
        "compared_voices": lambda: comparison.voices(view, found.panels.voices),
    }


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
