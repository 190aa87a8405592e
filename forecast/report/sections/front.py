"""The title block, what must be known before anything is read, and the key judgments."""

from __future__ import annotations

import datetime as dt

from forecast.lexicon import LEXICONS, words
from forecast.report.findings.effects import Effect
from forecast.report.findings.reasons import Confidence, straddled
from forecast.report.markdown import Lines, bullets, escape, heading, paragraph
from forecast.report.numbers import count, day, interval, listed, percent
from forecast.report.view import View, plain
from forecast.simulate.forecast import Summary

OUTCOMES = ("alliance", "partnership", "split", "alliance_broad")
UNCONVERGED = "(not converged) "


def title(view: View) -> Lines:
    """Question, pair, dates, panel, status."""
    question, fit = view.question, view.fit
    facts = [
        f"**Pair:** {escape(view.pair)}",
        f"**As of:** {day(fit.as_of)}, {view.outcome_name(fit.start_state)} on that date",
        f"**Horizon:** {day(view.far)}",
        f"**Panel:** {escape(plain(fit.panel.id))}, {count(len(fit.panel.members), 'source')}",
        "**Status:** draft, not reviewed",
    ]
    lines = [*heading(escape(question.title), 1), *bullets(facts)]
    if not view.converged:
        failures = "; ".join(fit.posterior.diagnostics.failures)
        lines += [
            f"> **Warning: the estimation has not passed its checks ({escape(failures)}).** "
            "No number below is fit to be quoted until it has. Every headline is marked as not converged.",
            "",
        ]
    if question.background:
        lines += paragraph(escape(question.background))
    return lines


def key_judgments(view: View, found: tuple[Effect, ...], sure: Confidence) -> Lines:
    """Each outcome at both dates in words and numbers; what moves them; confidence, kept apart."""
    lines = heading("Key judgments")
    for outcome in OUTCOMES:
        lines += paragraph(*(_judgment(view, outcome, date) for date in view.headline_dates))
    lines += paragraph(_movers(view, found))
    lines += paragraph(
        f"**Confidence in this analysis: {sure.level}.**",
        _weaknesses(sure),
    )
    lexicon = LEXICONS[view.question.lexicon]
    lines += paragraph(
        "**How to read these numbers.** No text states a probability: every number codes a verbal stance, "
        "and "
        "the coding is ours.",
        f"Words follow {lexicon.title} and describe the central number, which is a mean over "
        f"{view.fit.posterior.draws:,} draws; intervals hold 90% of the draws and are over judgments given "
        "this "
        "model, not over every way in which the model may be wrong.",
    )
    return lines


def likelihood(phrase: str) -> str:
    """The opening of a sentence for words of a lexicon.

    >>> likelihood("very unlikely"), likelihood("almost no chance"), likelihood("remote chance")
    ('It is very unlikely that', 'There is almost no chance that', 'There is a remote chance that')
    """
    if phrase.startswith("between "):
        return f"It is ({phrase}) that"
    if phrase.endswith(("chance", "possibility")):
        article = "" if phrase.startswith("almost no") else "a "
        return f"There is {article}{phrase} that"
    return f"It is {phrase} that"


def _judgment(view: View, outcome: str, date: dt.date) -> str:
    value = view.headline(outcome, date)
    mark = "" if view.converged else UNCONVERGED
    phrase = words(view.question.lexicon, value.mean)
    clause = f"{likelihood(phrase)} {escape(view.pair)} {_event(view, outcome, date)}"
    lead = f"**{escape(view.question.outcomes[outcome].title)}.** " if date == view.headline_dates[0] else ""  # type: ignore[index]
    return (
        f"{lead}{mark}{clause}: **{percent(value.mean)}**, 90% interval "
        f"{interval(value)}{_bands(view, value)}."
    )


def _event(view: View, outcome: str, date: dt.date) -> str:
    if view.counts_as_reached(outcome):
        verb = {"alliance": "enter an alliance", "split": "split"}[outcome]
        return f"{verb} at any time by {day(date)}"
    state = {
        "alliance": "are in an alliance",
        "partnership": "are in a partnership, neither allied nor split,",
        "split": "are split",
        "alliance_broad": "count as allies in the broad sense",
    }[outcome]
    return f"{state} on {day(date)}"


def _bands(view: View, value: Summary) -> str:
    ends = straddled(view.question.lexicon, value)
    return f" (the interval runs from “{ends[0]}” to “{ends[1]}”)" if ends else ""


def _movers(view: View, found: tuple[Effect, ...]) -> str:
    parts = []
    for channel in ("alliance", "split"):
        ranked = sorted((e for e in found if e.channel == channel), key=lambda e: -abs(e.now.mean))[:3]
        if not ranked:
            continue
        said = listed([f"{escape(view.feature_name(e.feature))} ({_factor(e.now.mean)})" for e in ranked])
        parts.append(f"What moves {view.outcome_name(channel)} most from its long-run rate today: {said}.")
    return "**What moves the answer.** " + " ".join(parts) if parts else ""


def _factor(log: float) -> str:
    from math import exp

    return f"rate × {exp(log):.2f}"


def _weaknesses(sure: Confidence) -> str:
    if not sure.weaknesses:
        return "No weakness of the kinds checked was found (see Assumptions and gaps)."
    return "The reasons: " + "; ".join(escape(w) for w in sure.weaknesses) + "."
