"""A broad alliance, by whose definition."""

from __future__ import annotations

from collections.abc import Sequence

from forecast.report.findings.broad import ELICITED, Definition
from forecast.report.markdown import Drawing, Lines, escape, figure, heading, paragraph, table
from forecast.report.marked import cell, count, day, integer, percent, signed, span
from forecast.report.view import View


def by_definition(view: View, found: Sequence[Definition], index: Drawing) -> Lines:
    """The index, each source's line on it, and the answer under each."""
    pooled = view.headline("alliance_broad", view.far)
    rows = [
        [
            "the question's own" if d.source == ELICITED else escape(view.source_names[d.source]),
            f"{signed(d.threshold.mean)} ({span(d.threshold.p05, d.threshold.p95)})",
            percent(d.weight),
            f"{percent(d.coded)} in {d.coded_for}" if d.coded_for else "–",
            cell(d.now),
            cell(d.far),
        ]
        for d in found
    ]
    rows.append(["**All definitions, pooled (model)**", "–", "all", "–", "–", cell(pooled)])
    return [
        *heading("Broad alliance, by definition"),
        *paragraph(
            "Sources that look at the same facts differ on what to call them. The alignment index is a fixed "
            "weighting of drivers (see Definitions); what each source's words were coded as implies a level "
            "of the index at which it would speak of an alliance. No source drew such a line itself. "
            "Intervals below are over where it lies."
        ),
        *paragraph(_spread(view, found), _approached(view, found)),
        *figure(index),
        *table(
            [
                "Definition of",
                "Threshold on the index",
                "Share of weight",
                "Coded from its words",
                "Passed now",
                f"Broad alliance, {view.far.year}",
            ],
            rows,
        ),
        *paragraph(
            f"Analytic: P(alliance) + P(partnership) × P(index above the threshold) on {day(view.far)}, the "
            "index taken as independent of the state; the last row is the simulation's."
        ),
    ]


def _spread(view: View, found: Sequence[Definition]) -> str:
    if len(found) < 2:
        return ""
    now = sum(d.weight * d.now.mean for d in found)
    passed = [d for d in found if d.now.mean > 0.5]
    strict, loose = found[0], found[-1]
    return (
        f"In more than half of the draws the tie is past the lines of {count(len(passed), 'source')} of "
        f"{integer(len(found))} already; over all lines by weight, in {percent(now)} of them. By "
        f"{view.far.year} "
        f"the answer runs from {percent(strict.far.mean)} "
        f"({escape(view.source_names.get(strict.source, strict.source))}) to {percent(loose.far.mean)} "
        f"({escape(view.source_names.get(loose.source, loose.source))}): most of the uncertainty is about "
        "the word."
    )


#: A line counts as approached when passing it has become so many times likelier than was coded.
APPROACHED = 2.0


def _approached(view: View, found: Sequence[Definition]) -> str:
    """Whose line the tie has come nearer to than the words were coded to expect."""
    near = [d for d in found if d.coded_for and d.now.mean > APPROACHED * d.coded]
    if not near:
        return ""
    most = max(near, key=lambda d: d.now.mean / d.coded)
    return (
        f"For {count(len(near), 'source')} the line is nearer now than the words were coded to expect: "
        f"{escape(view.source_names[most.source])}, coded as {percent(most.coded)} for {most.coded_for}, is "
        f"at {percent(most.now.mean)}. Either the tie has moved since, or the coding puts the line too low; "
        "by the author's own words it may still be none."
    )
