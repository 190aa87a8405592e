"""The report's own word on its sources: kinds, grades, and where each of them has its card."""

from __future__ import annotations

from forecast.agreement.coders import Agreement
from forecast.report.findings.sources import KindCount, Sources
from forecast.report.markdown import Lines, capital, escape, heading, paragraph, sentence, table
from forecast.report.marked import count, integer, listed, number, percent
from forecast.report.view import View, plain

#: The page beside the report.
PAGE = "sources.md"


def sources(view: View, found: Sources) -> Lines:
    """Who is heard, by kind, and how much of the coding is our inference."""
    heard, absent = found.heard, [e.id for e in found.entries if e.share is None]
    return [
        *heading("Sources"),
        *paragraph(
            f"{count(len(heard), 'source')} of the panel {escape(plain(view.fit.panel.id))}; "
            f"[each has a card, with what was made of it]({PAGE}).",
            said_by_nobody(found),
            _graded(found),
            f"Not heard: {escape(listed([view.source_names[s] for s in absent]))}." if absent else "",
        ),
        *kinds(found),
    ]


def kinds(found: Sources) -> Lines:
    """What each kind of source is, and what follows for its weight as evidence."""
    rows = [[plain(k.kind), sentence(capital(k.meaning)), integer(k.sources), _wider(k)] for k in found.kinds]
    return table(["Kind", "What it is", "Sources", "Uncertainty (sd)"], rows, words=(0, 1))


def coders(found: Sources) -> Lines:
    """How far a second coder agreed; nothing where there was none."""
    if (two := found.coders) is None:
        return []
    now = two.now
    return [
        *heading("Agreement of two coders"),
        *paragraph(
            f"A second coder, who had not seen the first coding, was given {integer(now.cells)} cells drawn "
            "at random "
            "from the table of sources by drivers (each for alliance and for split) and "
            f"{count(now.outcome_cells, 'cell')} of outcomes.",
            _spoke("When that was done", two.then) if two.then else "",
            _spoke("The coding has been checked and revised since; now", now),
            "The forecast rests on the first coding; `forecast sources agreement --cells` lists what "
            "differs.",
        ),
        *table(["Measure", "When made", "Now"], two.rows),
        *paragraph(
            "Kappa is 1 for full agreement and 0 for what chance would give (Cohen 1960, 1968); in brackets "
            "90% intervals, bootstrapped over sources. Only the column of the day it was made is between "
            "coders who had not seen each other's work."
        ),
    ]


def _spoke(when: str, one: Agreement) -> str:
    neither = one.cells - one.both - one.first_only - one.second_only
    return (
        f"{when}, both gave a code in {integer(one.both)} of the former, the first alone in "
        f"{integer(one.first_only)}, the second alone in {integer(one.second_only)}, neither in "
        f"{integer(neither)}."
    )


def said_by_nobody(found: Sources) -> str:
    """Whose the numbers are."""
    if any(k.kind == "expert" for k in found.kinds):
        return (
            "Experts asked directly stated their numbers. No author of a text did: whatever number stands "
            "beside a text is our coding of its words."
        )
    return "No author stated a probability: whatever number stands beside a source is our coding of words."


def _graded(found: Sources) -> str:
    texts, inferred = (sum(getattr(e, f"codes_{g}") for e in found.heard) for g in ("text", "infer"))
    read, guessed = (sum(getattr(e, f"outcomes_{g}") for e in found.heard) for g in ("text", "infer"))
    return (
        f"Of {count(texts + inferred, 'code')} of what drivers do, {integer(texts)} are from the text and "
        f"{integer(inferred)} "
        f"our inference; of {count(read + guessed, 'judgment')} of outcomes, {integer(read)} and "
        f"{integer(guessed)}. "
        f"{_checked(found)}{_agreed(found)}"
    )


def _agreed(found: Sources) -> str:
    two = found.coders and (found.coders.then or found.coders.now)
    if not two or not two.both:
        return ""
    return (
        " A second coder, who had not seen the first coding, agreed with it on whether a source speaks of a "
        f"driver with kappa {number(two.presence.value)} and, where both coded, on the code with weighted "
        "kappa "
        f"{number(two.linear.value)}; of the cells that either coded, {percent(two.of_either.value)} had "
        "the same "
        "code."
    )


def _checked(found: Sources) -> str:
    done, every = sum(e.checked == "yes" for e in found.heard), len(found.heard)
    against = "been held, item by item, against the text it comes from."
    if done in (0, every):
        return f"{'Every' if done else 'No'} source's coding has {against}" if every else ""
    return f"Of {integer(done)} of the {integer(every)} the coding has {against}"


def _wider(kind: KindCount) -> str:
    return "as coded" if kind.widening == 1 else f"× {number(kind.widening, 'g')}"
