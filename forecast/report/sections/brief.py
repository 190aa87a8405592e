"""The report on one page: judgments, the three answers, what drives them, and where the rest stands."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.lexicon import words
from forecast.report.findings.confidence import Confidence
from forecast.report.findings.summary import DriverSummary
from forecast.report.markdown import Lines, escape, heading, paragraph, table
from forecast.report.marked import cell, day, integer, interval, number, percent, signed
from forecast.report.sections.confidence import sentence as confidence_sentence
from forecast.report.sections.driver_summary import trend
from forecast.report.sections.front import (
    OUTCOMES,
    UNCONVERGED,
    asked_directly,
    claim,
    likelihood,
    straddling,
)
from forecast.report.view import View
from forecast.states import CHANNELS

#: Drivers on the page, those that move the rates most.
DRIVERS = 5


def judgments(view: View, sure: Confidence) -> Lines:
    """Each outcome at the horizon, in words and numbers; what its interval does to the words."""
    lines = heading("Key judgments")
    when = day(view.far)
    for outcome in OUTCOMES:
        value = view.headline(outcome, view.far)
        opening = likelihood(words(view.workspace.lexicon, value.mean))
        mark = "" if view.converged else UNCONVERGED
        date = f"{'by' if view.counts_as_reached(outcome) else 'on'} {when}"
        lines += paragraph(
            f"**{escape(view.outcome_title(outcome))}{mark}.** {opening[:1].upper()}{opening[1:]} that "
            f"{claim(view, outcome)} {date}: **{percent(value.mean)}**, 90% interval {interval(value)}.",
            straddling(view, outcome, (view.far,)),
            confidence_sentence(sure, outcome),
        )
    return lines


def answers(view: View) -> Lines:
    """Outside view, pooled judgment and model at the horizon, and the panels."""
    three = view.main.answers
    named = {
        "Outside view: no source, no driver": three.outside_view,
        "Pooled judgment: sources alone, the median": three.pooled_judgment.answer,
        "Model: both, with the drivers": three.model,
    }
    rows = [
        [name, *(cell(answer.reached[view.far][c]) for c in CHANNELS)]
        for name, answer in named.items()
        if view.far in answer.reached
    ]
    rows += [
        [
            f"Model, panel {escape(view.panel_title(r))}",
            *(cell(view.headline(c, view.far, r)) for c in CHANNELS),
        ]
        for r in view.panels[1:]
    ]
    header = [f"Reached by {view.far.year}", *(escape(view.outcome_title(c)) for c in CHANNELS)]
    return [*heading("The same question, answered apart"), *table(header, rows)]


def drivers(view: View, found: Sequence[DriverSummary]) -> Lines:
    """The drivers that move the rates most: where they stand and what they do."""
    ranked = sorted(found, key=lambda d: -max(abs(d.factor[c] - 1) for c in CHANNELS))[:DRIVERS]
    rows = [
        [
            escape(view.driver_name(d.driver)),
            signed(d.now.mean),
            trend(d.past),
            *(number(d.factor[c]) for c in CHANNELS),
        ]
        for d in ranked
    ]
    header = ["Driver", "Now", "Five years"]
    header += [f"{escape(view.outcome_title(c))}: rate ×" for c in CHANNELS]
    return [*heading("What moves it"), *table(header, rows, words=(0, 2))]


def provenance(view: View, request_line: str) -> Lines:
    """How to read it and where it comes from, in a few lines."""
    lexicon = view.workspace.lexicon
    return [
        *heading("How to read this page"),
        *paragraph(
            f"Words follow {lexicon.title} and describe the central number, a mean over "
            f"{integer(view.fit.posterior.draws)} draws; intervals hold 90% of them, over judgments given "
            "this model. No text states a probability: every number codes a verbal stance, and the coding "
            f"is ours{asked_directly(view)}. "
            f"Inputs `{view.workspace.inputs_sha256[:16]}`, seed {number(view.fit.seed, 'd')}; "
            f"`{request_line.replace('`', '')}`."
        ),
    ]
