"""The reference class: its counts, how they are moved to this pair, and the pair's own record."""

from __future__ import annotations

from math import exp

from forecast.model.base_rate import class_log_rates
from forecast.model.record import record
from forecast.report.markdown import Lines, bullets, escape, heading, paragraph, sentence, table
from forecast.report.marked import listed, number, percent
from forecast.report.view import View
from forecast.states import ESTIMATED


def base_rates(view: View) -> Lines:
    """Class counts, offsets, and the pair's own record."""
    base = view.workspace.base_rates
    chosen = base.classes[base.use]
    rates = class_log_rates(base)
    rows = []
    for k, way in enumerate(ESTIMATED):
        seen = chosen.transitions.get(way)
        low, middle, high = (float(_rate(rates.mean[k] + z * rates.sd[k])) for z in (-1.645, 0.0, 1.645))
        rows.append(
            [
                way.replace("->", " → "),
                number(seen.events, "g") if seen else "–",
                "–" if seen is None or seen.episodes is None else number(seen.episodes, "g"),
                number(seen.exposure_years, ",.0f") if seen else "–",
                f"{percent(middle)} ({percent(low)} to {percent(high)})",
                escape(rates.basis[k]),
            ]
        )
    notes = [
        f"{way.replace('->', ' → ')}: {sentence(seen.note)}"
        for way, seen in chosen.transitions.items()
        if seen.note
    ]
    return [
        *heading("Base rates and record"),
        *paragraph(
            f"Reference class in use: **{escape(chosen.title)}**. {sentence(chosen.citation)}",
            "The rate counts independent episodes, widened for this pair not being a random member of its "
            "class, and moved to this pair by the offsets below.",
        ),
        *table(["Move", "Events", "Episodes", "Years at risk", "Rate a year, before sources", "From"], rows),
        *bullets(notes),
        *_offsets(view),
        *_record(view),
    ]


def _rate(log_rate: float) -> float:
    return min(exp(log_rate), 1.0)


def _offsets(view: View) -> Lines:
    base = view.workspace.base_rates
    said = []
    if base.offsets:
        chosen = base.classes[base.use]
        for name, covariate in base.covariates.items():
            if name in chosen.covariates and name in chosen.pair_covariates:
                said.append(
                    f"{escape(covariate.title)}: the pair {number(chosen.pair_covariates[name], 'g')}, the "
                    "class "
                    f"{number(chosen.covariates[name], 'g')} ({escape(covariate.unit)}). "
                    f"{sentence(covariate.citation)}"
                )
    for channel, quantiles in base.definition_offset.items():
        said.append(
            f"Our {escape(view.outcome_name(channel))} is {'wider' if quantiles.p50 > 0 else 'narrower'} "
            "than that "
            f"of the data: its rate is multiplied by {number(exp(quantiles.p50))} at the median, elicited "
            "by us."
        )
    others = [c.title for name, c in base.classes.items() if name != base.use]
    if others:
        said.append(f"Other classes that can be switched to: {escape(listed(others))}.")
    return [*heading("Offsets and alternatives", 3), *bullets(said)] if said else []


def _record(view: View) -> Lines:
    history = view.workspace.history
    lived = record(view.workspace, view.fit.panel, view.fit.as_of)
    state = view.fit.start_state
    leaving = [k for k, way in enumerate(ESTIMATED) if way.startswith(f"{state}->")]
    weighted = float(lived.exposure[:, leaving[0]].sum()) if leaving and len(lived.exposure) else 0.0
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
            f"rate, for what the panel had not yet seen of them when it wrote: {number(weighted, '.1f')} "
            "years of news "
            "in this panel. Past spells inform the rates of leaving those states, loosely."
        ),
    ]
