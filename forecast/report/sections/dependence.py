"""Who depends on whom among the sources heard, drawn, and what it does to the interval."""

from __future__ import annotations

from forecast.report.findings.dependence import Difference, Shared
from forecast.report.markdown import Drawing, Lines, escape, figure, heading, paragraph, table
from forecast.report.marked import cell, count, integer, interval, number, percent
from forecast.report.view import View

#: A ratio this many sampling errors from 1 is called a difference.
CLEAR = 2.0
#: The coding bias is named as bounding the interval from this share of its variance.
NOTABLE_SHARE = 0.05
#: Up to this many citations are named in the text.
MOST_NAMED = 6


def dependence(view: View, found: Shared, graph: Drawing | None) -> Lines:
    """The structure, the graph, the interval with and without dependence, and what is not modelled."""
    if graph is None:
        return []
    return [
        *heading("Who depends on whom"),
        *_counts(view, found),
        *figure(graph),
        *_texts(view, found),
        *_difference(view, found),
        *_not_modelled(view, found),
    ]


def _counts(view: View, found: Shared) -> Lines:
    structure, settings = found.structure, view.question.model
    heard, larger = len(structure.heard), [w for w in structure.clusters.values() if len(w) > 1]
    said = (
        f"{count(heard, 'source')} of this panel {'reaches' if heard == 1 else 'reach'} us through "
        f"{count(len(structure.texts), 'text')} and {'falls' if heard == 1 else 'fall'} into "
        f"{count(len(structure.clusters), 'cluster')} of common origin or outlook"
    )
    said += (
        f", {integer(len(larger))} of them with two members or more."
        if larger
        else ", none with two members."
    )
    if not structure.shares:
        return paragraph(
            said,
            "No two share a cluster or a reporting text: by weight they count as "
            f"{number(structure.effective, '.1f')} "
            "equal voices, and the model takes them to be independent.",
        )
    return paragraph(
        said,
        f"By weight alone they would count as {number(structure.by_weight, '.1f')} equal, independent "
        "voices; with the "
        f"overlap that the model gives to what they say of the drivers ({number(settings.rho, 'g')} within "
        "a cluster, "
        f"{number(settings.rho_reported, 'g')} between views reported by the same text), as "
        f"**{number(structure.effective, '.1f')}**.",
    )


def _texts(view: View, found: Shared) -> Lines:
    structure = found.structure
    rows = []
    for text in structure.texts:
        told = [v for v in structure.heard if text in v.reporters]
        own = [v for v in structure.heard if v.source == text and not v.reporters]
        rows.append(
            [
                escape(view.source_names[text]),
                number(own[0].weight) if own else "–",
                integer(len(told)),
                number(sum(v.weight for v in told)),
                integer(len({v.cluster for v in told})),
            ]
        )
    if len(rows) == len(structure.heard):
        return []
    return table(["Text", "Its own weight", "Sources it reports", "Their weight", "Their clusters"], rows)


def _difference(view: View, found: Shared) -> Lines:
    if not found.differences or not found.structure.shares:
        return []
    rows = [
        [
            escape(view.question.outcomes[d.outcome].title) + ("" if found.converged else " (not converged)"),
            cell(d.modelled),
            cell(d.independent),
            f"{number(d.ratio)} (±{number(d.error)})",
        ]
        for d in found.differences
    ]
    return [
        *heading("What it does to the interval", 3),
        *paragraph(
            "The same panel was fitted again as if every source had come to its view alone: codes at their "
            "full weight, of a coded probability nothing shared with its cluster or its reporting text, and "
            "every definition of a broad alliance with its full weight. The width compares the intervals of "
            "the log-odds, with dependence over without; beside it, its sampling error."
        ),
        *table(
            [f"By {view.far.year}", "As modelled", "If all were independent", "Width, times"],
            rows,
        ),
        *paragraph(
            *(_verdict(view, d) for d in found.differences),
            _why(view, found),
        ),
    ]


def _verdict(view: View, d: Difference) -> str:
    name = escape(view.outcome_title(d.outcome))
    if d.outcome == "alliance_broad":
        way = "raise" if d.independent.mean > d.modelled.mean else "lower"
        return (
            f"{name}: what dependence moves is the central number. Definitions that reach us together, "
            f"counted in full, would {way} it from {percent(d.modelled.mean)} to "
            f"{percent(d.independent.mean)}."
        )
    if abs(d.ratio - 1) < CLEAR * d.error:
        return f"{name}: the interval is as wide either way, to within sampling error."
    if d.ratio > 1:
        return (
            f"{name}: dependence widens the interval; taken as independent, the same sources would have "
            f"seemed to warrant {interval(d.independent)}."
        )
    return (
        f"{name}: dependence does not widen the interval here. How far sources scatter is estimated anew in "
        "each fit, and can more than make up for the voices that are lost."
    )


def _why(view: View, found: Shared) -> str:
    if max(d.coding for d in found.differences) < NOTABLE_SHARE:
        return ""
    shares = " and ".join(
        f"{percent(d.coding)} of the spread in the log-odds of {escape(view.outcome_name(d.outcome))}"
        for d in found.differences
        if d.coding
    )
    return (
        f"The bias shared by all our codings accounts for {shares}; that part stays however many sources "
        "there are and whoever they depend on."
    )


def _not_modelled(view: View, found: Shared) -> Lines:
    structure = found.structure
    cites, loose = len(structure.of_kind("cites")), len(structure.unmodelled)
    apart = "It takes a text and the sources it reports to be independent unless they share a cluster."
    if not structure.of_kind("reports"):
        apart = ""
    if not cites:
        none = "No citation between sources of this panel is on record; the model would not use one yet."
        return paragraph(none, apart)
    names = view.source_names
    beyond = [f"{escape(names[c.first])} of {escape(names[c.second])}" for c in structure.beyond]
    said = (
        f"{count(cites, 'citation')} between sources of this panel {'is' if cites == 1 else 'are'} on record"
    )
    if structure.of_kind("reports"):
        said += f", {integer(cites - len(beyond), zero='none')} of them of a source by a text that reports it"
        said += f"; {integer(len(beyond), zero='none')} beyond" if len(beyond) != cites else ""
    if beyond and len(beyond) <= MOST_NAMED:
        said += f" ({'; '.join(beyond)})"
    return paragraph(
        said + ".",
        "They are data for the reader: **nothing in the model uses citations yet**, and "
        f"{integer(loose, zero='none')} of them {'joins' if loose == 1 else 'join'} two sources that it "
        "takes to be "
        "independent.",
        apart,
    )
