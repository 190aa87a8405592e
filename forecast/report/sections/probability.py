"""Probability over time, the three answers, the panels and the spotlight sources."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.answering import Result
from forecast.report.findings.effects import Range
from forecast.report.findings.reasons import Steps
from forecast.report.markdown import (
    Drawing,
    Lines,
    bullets,
    capital,
    escape,
    figure,
    heading,
    paragraph,
    sentence,
    table,
)
from forecast.report.marked import cell, count, day, interval, listed, number, percent, spread, times
from forecast.report.sections.sources import PAGE
from forecast.report.view import View, plain
from forecast.states import CHANNELS, STATES


def over_time(view: View, fan: Drawing, states: Drawing) -> Lines:
    """The fan, the stacked states, and every year to the horizon."""
    title = {s: escape(view.question.outcomes[s].title) for s in (*STATES, "alliance_broad")}  # type: ignore[index]
    rows = []
    for date in view.main.dates:
        reads = [view.baseline.summary("state", s, date) for s in STATES]
        reads += [view.baseline.summary("reached", c, date) for c in CHANNELS]
        reads.append(view.baseline.summary("alliance_broad", "alliance_broad", date))
        rows.append([date.isoformat(), *(cell(p) for p in reads)])
    return [
        *heading("Probability over time"),
        *paragraph(
            "**Reached** is the probability that a state was entered at least once by the date; **state** is "
            "the probability of being in it on the date. The two part company where a state can be left "
            "again. Tables give the mean with its 90% interval in brackets, here and wherever nothing else "
            "is said."
        ),
        *figure(fan),
        *figure(states),
        *table(
            [
                "Date",
                *(f"State: {title[s]}" for s in STATES),
                *(f"Reached: {title[c]}" for c in CHANNELS),
                title["alliance_broad"],
            ],
            rows,
        ),
    ]


def three_answers(view: View, found: Sequence[Steps], dots: Drawing) -> Lines:
    """Outside view, pooled judgment and model beside each other, and why they differ."""
    answers = view.main.answers
    named = {
        "Outside view": answers.outside_view,
        "Pooled judgment": answers.pooled_judgment.answer,
        "Model": answers.model,
    }
    rows = []
    for date in view.headline_dates:
        for name, answer in named.items():
            if date in answer.reached:
                rows.append([day(date), name, *(cell(answer.reached[date][c]) for c in CHANNELS)])
    return [
        *heading("Three answers"),
        *paragraph(
            "The **outside view** hears no source and no driver. **Pooled judgment** hears the sources and "
            "nothing else. The **model** reconciles both with the pair's record and the drivers. Each number "
            "is the probability that the state is entered at least once by the date; the state held today "
            "counts as entered. The central number is a mean, but of the pool its median."
        ),
        *figure(dots),
        *table(
            ["By", "Answer", *(escape(view.question.outcomes[c].title) for c in CHANNELS)],
            rows,
            words=(0, 1),
        ),
        *heading("Why they differ", 3),
        *bullets(_why(view, step) for step in found if view.counts_as_reached(step.channel)),
        *_pooled(view),
    ]


def _why(view: View, step: Steps) -> str:
    answers, name = view.main.answers, escape(view.outcome_name(step.channel))
    outside = answers.outside_view.reached[view.far][step.channel].mean
    model = answers.model.reached[view.far][step.channel].mean
    pooled = answers.pooled_judgment.answer.reached.get(view.far)
    said = (
        f"**{escape(view.question.outcomes[step.channel].title)}.** The reference class, with the pair's own "
        f"past spells, gives {percent(step.class_rate)} a year before any source is heard; the model puts "
        f"the rate at average drivers at {percent(step.rate.mean)} ({interval(step.rate)}), and the drivers "
        f"as they stand multiply it by {spread(step.drivers, '.1f')}. Hence "
        f"{percent(model)} by {view.far.year} against {percent(outside)} from the class alone "
        f"({_compared(model, outside)})."
    )
    if pooled:
        median, middle = pooled[step.channel].p50, answers.model.reached[view.far][step.channel].p50
        said += (
            f" The pool of coded probabilities has a median of {percent(median)}, the model one of "
            f"{percent(middle)} ({_compared(middle, median, 'the model is')}); the model takes the codings "
            f"of {name} to be {_bias(step.bias_odds)} ({number(step.bias_odds.p05, '.1f')} to "
            f"{number(step.bias_odds.p95, '.1f')} times the odds), weighs sources that share an origin as "
            "fewer, and lets drivers move after the views were written."
        )
    return said


def _compared(one: float, other: float, subject: str = "the model is") -> str:
    ratio = one / max(other, 1e-6)
    if 0.9 <= ratio <= 1.1:
        return f"{subject} about the same"
    return (
        f"{subject} {times(ratio)} as high"
        if ratio > 1
        else f"{subject} lower, {number(ratio, '.1f')} times that"
    )


def _bias(odds: Range) -> str:
    """Which way codings err, where the interval is on one side."""
    if odds.p05 <= 1 <= odds.p95:
        return "on the whole neither high nor low"
    return "on the whole too high" if odds.mean > 1 else "on the whole too low"


def _pooled(view: View) -> Lines:
    pooled = view.main.answers.pooled_judgment
    if not pooled.used:
        return paragraph("No source of this panel is coded on both outcomes, so there is nothing to pool.")
    if not pooled.answer.reached:
        return paragraph(
            "The sources are coded on leaving partnership; from another state they pool to nothing."
        )
    by_rule = "; ".join(
        f"{escape(plain(rule))}: "
        + ", ".join(f"{escape(view.outcome_name(c))} {percent(medians[c])}" for c in CHANNELS)
        for rule, medians in pooled.by_rule.items()
    )
    names = view.source_names
    closed = listed([names[s] for s in pooled.closed])
    reasons: dict[str, list[str]] = {}
    for source, reason in pooled.left_out.items():
        reasons.setdefault(reason, []).append(names[source])
    return [
        *heading("How the judgments were pooled", 3),
        *paragraph(
            sentence(capital(pooled.answer.rule.replace("_", "-"))),
            f"{count(len(pooled.used), 'source')} used, each carried to the date by a constant hazard, its "
            "weight halved for every ten years of age; the interval pools the sources' own quantiles.",
            f"Medians by {view.far.year} under each rule: {by_rule}.",
        ),
        *bullets(
            [
                *([f"Windows that have closed by now, still counted: {escape(closed)}."] if closed else []),
                *(f"Left out, {escape(reason)}: {_few(who)}." for reason, who in reasons.items()),
            ]
        ),
    ]


#: More sources than a sentence can name.
MANY = 8


def _few(names: list[str]) -> str:
    """Names, or how many there are and where to find them."""
    if len(names) <= MANY:
        return escape(listed(names))
    return f"{count(len(names), 'source')}, all on [the page of sources]({PAGE})"


def panels(view: View, dots: Drawing) -> Lines:
    """The panel reported on beside the others."""
    return [
        *heading("Panels"),
        *paragraph("The same model, hearing different sources. The panel of this report comes first."),
        *figure(dots),
        *_compare(view, view.panels, "Panel"),
        *_divergence(view),
    ]


def _divergence(view: View) -> Lines:
    if len(view.panels) < 2:
        return []
    parts = []
    for channel in CHANNELS:
        means = {r.fit.panel.id: view.headline(channel, view.far, r).mean for r in view.panels}
        low, high = min(means, key=lambda k: means[k]), max(means, key=lambda k: means[k])
        parts.append(
            f"On {escape(view.outcome_name(channel))} by {view.far.year} the panels run from "
            f"{percent(means[low])} "
            f"({escape(plain(low))}) to {percent(means[high])} ({escape(plain(high))})."
        )
    return paragraph(*parts)


def _compare(view: View, results: Sequence[Result], first: str) -> Lines:
    title = {c: escape(view.question.outcomes[c].title) for c in (*CHANNELS, "alliance_broad")}  # type: ignore[index]
    header = [first] + [
        f"{title[o]}, {d.year}" for d in view.headline_dates for o in (*CHANNELS, "alliance_broad")
    ]
    rows = [
        [
            escape(view.panel_title(r)) + ("" if r.fit.posterior.diagnostics.passed else " (not converged)"),
            *(
                cell(view.headline(o, d, r))
                for d in view.headline_dates
                for o in (*CHANNELS, "alliance_broad")
            ),
        ]
        for r in results
    ]
    return table(header, rows)


def spotlight(view: View, dots: Drawing | None) -> Lines:
    """What the model says if only one source is heard, one source at a time."""
    results = view.material.spotlight
    if not results or dots is None:
        return []
    lines = [
        *heading("Spotlight sources"),
        *paragraph(
            "What the model says if only this source is heard. The reference class, the pair's record and "
            "the drivers' readings stay; a source of low grade or weight moves them little, so the answer "
            "need not be the source's own."
        ),
        *figure(dots),
        *_compare(view, results, "Heard alone"),
    ]
    for result in results:
        source = view.workspace.sources[result.fit.panel.members[0]]
        lines += heading(escape(capital(view.source_names[source.id])), 3)
        if source.stance:
            lines += paragraph("**Stance (our words).** " + sentence(source.stance))
        lines += paragraph("**Coded as.** " + _stated(view, source.id))
        lines += paragraph(
            "**Heard alone.** "
            + f"By or on {day(view.far)}: "
            + "; ".join(
                f"{escape(view.outcome_name(c))} {percent(v.mean)} ({interval(v)})"
                for c in (*CHANNELS, "alliance_broad")
                for v in [view.headline(c, view.far, result)]
            )
            + "."
        )
    return lines


def _stated(view: View, source: str) -> str:
    outcomes = view.workspace.sources[source].outcomes
    said = []
    for name in (*CHANNELS, "alliance_broad"):
        judgment = getattr(outcomes, name)
        if judgment is not None:
            values = judgment.quantiles.values
            window = "after" if name == "alliance_broad" else "within"
            grade = "from the text" if judgment.grade == "TEXT" else "our inference"
            said.append(
                f"{escape(view.outcome_title(name))} {percent(judgment.quantiles.p50)} "
                f"({percent(values[0])} to "
                f"{percent(values[-1])}) {window} {number(judgment.years, 'g')} years ({grade})"
            )
    return "; ".join(said) + "." if said else "Nothing on any outcome; the codes of drivers alone."
