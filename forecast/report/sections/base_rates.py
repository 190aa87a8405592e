"""The reference class: its counts, how they are moved to this pair, and the pair's own record."""

from __future__ import annotations

from forecast.report.findings.rates import Rates
from forecast.report.markdown import Lines, bullets, escape, heading, paragraph, sentence, table
from forecast.report.marked import cell, listed, number
from forecast.report.view import View


def base_rates(view: View, found: Rates) -> Lines:
    """Class counts, offsets, and the pair's own record."""
    base = view.workspace.base_rates
    chosen = base.classes[base.use]
    rows = [
        [
            _arrow(m.move),
            _counted(m.events, "g"),
            _counted(m.episodes, "g"),
            _counted(m.years_at_risk, ",.0f"),
            cell(m.rate),
            escape(m.basis),
        ]
        for m in found.moves
    ]
    notes = [f"{_arrow(way)}: {sentence(seen.note)}" for way, seen in chosen.transitions.items() if seen.note]
    return [
        *heading("Base rates and record"),
        *paragraph(
            f"Reference class in use: **{escape(chosen.title)}**. {sentence(chosen.citation)}",
            "The rate counts independent episodes, widened for this pair not being a random member of its "
            "class, and moved to this pair by the offsets below; its central number is a median.",
        ),
        *table(
            ["Move", "Events", "Episodes", "Years at risk", "Rate a year, before sources", "From"],
            rows,
            words=(0, 5),
        ),
        *bullets(notes),
        *_offsets(view, found),
        *_record(view, found),
    ]


def _arrow(move: str) -> str:
    return move.replace("->", " → ")


def _counted(value: float | None, form: str) -> str:
    return "–" if value is None else number(value, form)


def _offsets(view: View, found: Rates) -> Lines:
    base = view.workspace.base_rates
    said = []
    for offset in found.offsets:
        covariate = base.covariates[offset.covariate]
        said.append(
            f"{escape(covariate.title)}: the pair {number(offset.pair, 'g')}, the class "
            f"{number(offset.reference, 'g')} ({escape(covariate.unit)}). {sentence(covariate.citation)}"
        )
    for channel, factor in found.definition.items():
        said.append(
            f"Our {escape(view.outcome_name(channel))} is {'wider' if factor > 1 else 'narrower'} than that "
            f"of the data: its rate is multiplied by {number(factor)} at the median, elicited by us."
        )
    others = [c.title for name, c in base.classes.items() if name != base.use]
    if others:
        said.append(f"Other classes that can be switched to: {escape(listed(others))}.")
    return [*heading("Offsets and alternatives", 3), *bullets(said)] if said else []


def _record(view: View, found: Rates) -> Lines:
    history = view.workspace.history
    rows = [
        [
            escape(view.outcome_name(e.state)),
            str(e.start.year),
            str(e.end.year) if e.end else "–",
            escape(e.citation),
        ]
        for e in history.episodes
    ]
    return [
        *heading("The pair's own record", 3),
        *table(["State", "From", "To", "Citation"], rows, words=range(9)),
        *paragraph(
            f"Since {history.record_start} the pair's years without a move count as evidence against a high "
            f"rate, for what the panel had not yet seen of them when it wrote: {number(found.news, '.1f')} "
            "years of news in this panel. Past spells inform the rates of leaving those states, loosely."
        ),
    ]
