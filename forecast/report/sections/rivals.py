"""Rival readings of the evidence: what each would have this report say, and what would have to be true."""

from __future__ import annotations

from forecast.cards.names import plain
from forecast.report.findings.ratings import BROAD
from forecast.report.findings.rivals import Cause, Departure, Reading, Rivals
from forecast.report.markdown import Lines, bullets, capital, escape, heading, paragraph, table
from forecast.report.marked import count, day, integer, number, percent, signed
from forecast.report.view import View
from forecast.states import CHANNELS

OUTCOMES = (*CHANNELS, BROAD)


def rivals(view: View, found: Rivals) -> Lines:
    """All readings in a table, then why those that change a word do."""
    if not found.readings:
        return []
    lexicon = view.workspace.lexicon.title
    own = [percent(view.headline(o, view.far).mean) for o in OUTCOMES]
    rows = [
        ["**This report**", *own, "–"],
        *([_name(view, r), *(_answer(r, o) for o in OUTCOMES), _changes(view, r)] for r in found.readings),
    ]
    told = [_why(view, one, found.index) for one in found.rivals if one.causes]
    return [
        *heading("Rival readings", 3),
        *paragraph(
            f"What this report would say on {day(view.far)} if another reading of the evidence were right. "
            f"{integer(len(found.rivals))} of {count(len(found.readings), 'reading')} would change a word "
            f"of {lexicon} in a key judgment."
        ),
        *table(
            ["If right", *(escape(view.outcome_title(o)) for o in OUTCOMES), "Words it changes"],
            rows,
            words=(0, len(OUTCOMES) + 1),
        ),
        *(paragraph("What would have to be true for it:") if told else []),
        *bullets(told),
    ]


def _answer(reading: Reading, outcome: str) -> str:
    return percent(reading.chances[outcome]) if outcome in reading.chances else "–"


def _changes(view: View, reading: Reading) -> str:
    said = [
        f"{escape(view.outcome_name(o))}: “{reading.words[o]}” ({percent(reading.chances[o])})"
        for o in reading.changed
    ]
    return "; ".join(said) or "none"


def _name(view: View, reading: Reading) -> str:
    if reading.kind == "source":
        return escape(capital(view.source_names[reading.name]))
    if reading.kind == "panel":
        return f"Panel {escape(plain(reading.name))}"
    return {"outside_view": "Outside view", "pooled_judgment": "Pooled judgment"}[reading.kind]


def _why(view: View, reading: Reading, index: float) -> str:
    causes = " ".join(_cause(view, c, index) for c in reading.causes)
    return f"**{_name(view, reading)}.** {causes}"


def _cause(view: View, cause: Cause, index: float) -> str:
    title = escape(capital(view.outcome_name(cause.outcome)))
    if cause.outcome == BROAD:
        return (
            f"{title}: it begins at {signed(cause.rate)} on the alignment index and not at the panel's "
            f"{signed(cause.panel_rate)}; the index stands at {signed(index)}."
        )
    parts = [_departure(view, one) for one in cause.departures]
    if cause.rates_differ:
        rates = f"{percent(cause.rate)} a year at average drivers, not {percent(cause.panel_rate)}"
        parts = [rates, *parts]
    return f"{title}: {'; '.join(parts) or 'many small differences'}."


def _departure(view: View, one: Departure) -> str:
    said = f"× {number(one.rival)} today, not × {number(one.panel)}"
    return f"{escape(view.driver_name(one.driver))} {said}" + (", as nothing is said of it" * one.silent)
