"""What the outcomes mean and how they would be resolved, the alignment index, and what each driver means."""

from __future__ import annotations

from forecast.report.markdown import Lines, bullets, escape, heading, paragraph, sentence, table
from forecast.report.marked import signed
from forecast.report.view import View


def definitions(view: View) -> Lines:
    """Outcomes with their resolution criteria and edge cases, and the alignment index."""
    lines = heading("Definitions and resolution criteria")
    for outcome in view.question.outcomes.values():
        lines += heading(escape(outcome.title), 3)
        lines += paragraph(sentence(outcome.definition))
        lines += bullets(sentence(r) for r in outcome.resolution)
        if outcome.edge_cases:
            lines += paragraph("Edge cases:")
            lines += bullets(f"*{escape(e.case)}.* {sentence(e.ruling)}" for e in outcome.edge_cases)
    lines += _resolving(view)
    index = view.question.alignment_index
    first, last = view.question.scale_years
    lines += heading("Alignment index", 3)
    lines += paragraph(
        "Weights: "
        + "; ".join(f"{escape(view.driver_name(d))} {signed(w, 2)}" for d, w in index.weights.items())
        + f". Scaled to mean 0 and sd 1 over {first}–{last}; read on 31 December only."
    )
    return [*lines, *paragraph(sentence(index.rationale)), *_drivers(view)]


def _resolving(view: View) -> Lines:
    """Who resolves and how; then what is known, reported and not known, each apart from the others."""
    lines: Lines = []
    if view.question.resolving:
        lines += [*heading("How it is resolved", 3), *bullets(sentence(r) for r in view.question.resolving)]
    for status, title in FACTS.items():
        facts = [f for f in view.question.facts if f.status == status]
        if facts:
            cited = [f"{sentence(f.fact)}{_cited(f.citation)}" for f in facts]
            lines += [*heading(title, 3), *bullets(cited)]
    return lines


#: What each status of a fact is called.
FACTS = {
    "known": "What is known",
    "reported": "What is reported, and not seen in a document",
    "not_known": "What is not known",
}


def _cited(citation: str | None) -> str:
    return f" ({escape(citation)})" if citation else ""


def _drivers(view: View) -> Lines:
    rows = [
        [
            escape(d.name),
            sentence(d.definition),
            escape(d.anchors.get("-2", "")),
            escape(d.anchors.get("+2", "")),
        ]
        for d in view.workspace.drivers.drivers.values()
    ]
    return [
        *heading("What each driver means", 3),
        *table(["Driver", "Definition", "At −2", "At +2"], rows, words=range(9)),
    ]
