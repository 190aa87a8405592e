"""Several panels, or several scenarios, beside one another: what differs, and why."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.lexicon import words
from forecast.report.findings.panels import PanelEffect, Panels, PanelVoices
from forecast.report.findings.reasons import straddled
from forecast.report.markdown import Drawing, Lines, bullets, escape, figure, heading, paragraph, table
from forecast.report.marked import cell, count, day, integer, interval, listed, number, percent, spread
from forecast.report.sections.front import UNCONVERGED, claim
from forecast.report.view import View
from forecast.simulation.forecast import Summary
from forecast.states import CHANNELS

OUTCOMES = (*CHANNELS, "alliance_broad")
#: Effects shown, those on which the panels are furthest apart; sources named in a sentence.
SHOWN, NAMED = 12, 8


def in_short(view: View) -> Lines:
    """What is compared, and each outcome's answer in each of them at the horizon, in words and numbers."""
    answers = _answers(view)
    lines = [
        *heading("In short"),
        *paragraph(
            f"{count(len(answers), 'answer')} to the same question by {day(view.far)}, on the same random "
            "numbers where only the scenario differs. The first is what the others are compared with."
        ),
    ]
    for outcome in OUTCOMES:
        said = [
            f"{name}: {words(view.workspace.lexicon, value.mean)}, **{percent(value.mean)}**, 90% interval "
            f"{interval(value)}.{_runs(view, value)}"
            for name, value in ((n, by[outcome]) for n, by in answers.items())
        ]
        lines += paragraph(f"**{escape(view.outcome_title(outcome))}**, {claim(view, outcome)}:")
        lines += bullets(said)
    return lines


def _runs(view: View, value: Summary) -> str:
    """What an interval does to the words, where it holds more than one of them."""
    ends = straddled(view.workspace.lexicon, value)
    return f" The interval runs from “{ends[0]}” to “{ends[1]}”." if ends else ""


def _answers(view: View) -> dict[str, dict[str, Summary]]:
    """Name to outcome to number: panels' baselines, then the first panel's scenarios."""
    found = {
        f"Panel {escape(view.panel_title(r))}{'' if r.fit.posterior.diagnostics.passed else UNCONVERGED}": {
            o: view.headline(o, view.far, r) for o in OUTCOMES
        }
        for r in view.panels
    }
    for forecast in view.main.forecasts[1:]:
        found[f"Scenario {escape(view.scenario_title(forecast.scenario))}"] = {
            o: forecast.summary(view.quantity(o), o, view.far) for o in OUTCOMES
        }
    return found


def panels(view: View, found: Panels, dots: Drawing) -> Lines:
    """Each panel's numbers at both dates, and the steps from the reference class to its rate today."""
    if not found.steps:
        return []
    header = ["Panel"] + [
        f"{escape(view.outcome_title(o))}, {d.year}" for d in view.headline_dates for o in OUTCOMES
    ]
    rows = [
        [
            escape(view.panel_title(r)),
            *(cell(view.headline(o, d, r)) for d in view.headline_dates for o in OUTCOMES),
        ]
        for r in view.panels
    ]
    steps = [
        [
            escape(one.panel),
            escape(view.outcome_title(s.channel)),
            f"{percent(s.rate.mean)} ({interval(s.rate)})",
            spread(s.drivers, ".1f"),
        ]
        for one in found.steps
        for s in one.steps
    ]
    return [
        *heading("Panels compared"),
        *figure(dots),
        *table(header, rows),
        *heading("Why they differ", 3),
        *paragraph(
            "A panel's answer is a yearly rate at average drivers, multiplied by what it takes the drivers "
            "of "
            "today to do. The reference class, the pair's record and the drivers' readings of the drivers' "
            "file are the same for all."
        ),
        *table(
            ["Panel", "Outcome", "Rate a year at average drivers", "Drivers today multiply it by"],
            steps,
            words=(0, 1),
        ),
    ]


def effects(view: View, found: Sequence[PanelEffect]) -> Lines:
    """The drivers on which the panels are furthest apart."""
    if not found:
        return []
    names = list(found[0].factor)
    rows = [
        [
            escape(view.driver_name(e.driver)),
            escape(view.outcome_title(e.channel)),
            *(number(e.factor[n]) for n in names),
            number(e.apart),
        ]
        for e in found[:SHOWN]
    ]
    return [
        *heading("Drivers they disagree on"),
        *paragraph(
            "What each driver multiplies the yearly rate by at today's level, by panel; the last column is "
            "the "
            "largest over the smallest. Most apart first."
        ),
        *table(["Driver", "On", *(escape(n) for n in names), "Apart, times"], rows, words=(0, 1)),
    ]


def voices(view: View, found: Sequence[PanelVoices]) -> Lines:
    """Who is heard in one panel alone."""
    if not found:
        return []
    said = []
    for one in found:
        named = escape(listed([view.source_names[s] for s in one.alone[:NAMED]]))
        more = len(one.alone) - NAMED
        rest = f"; and {integer(more)} more" if more > 0 else ""
        alone = f"{count(len(one.alone), 'of them', 'of them')} heard by no other"
        listing = f" ({named}{rest})" if one.alone else ""
        said.append(f"**{escape(one.panel)}:** {count(one.heard, 'source')}, {alone}{listing}.")
    return [*heading("Who is heard"), *bullets(said)]
