"""The report's own word on its sources: kinds, grades, and where each of them has its card."""

from __future__ import annotations

from forecast.report.findings.sources import KindCount, Sources
from forecast.report.markdown import Lines, escape, heading, paragraph, sentence, table
from forecast.report.numbers import count, listed
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
    rows = [
        [plain(k.kind), sentence(k.meaning[:1].upper() + k.meaning[1:]), str(k.sources), _wider(k)]
        for k in found.kinds
    ]
    return table(["Kind", "What it is", "Sources", "Uncertainty (sd)"], rows, words=(0, 1))


def coders(found: Sources) -> Lines:
    """How far a second coder agreed; nothing where there was none."""
    if (two := found.agreement) is None:
        return []
    rows = [[what, *value.shown(share=share), str(value.n)] for what, value, share in two.measures if value.n]
    neither = two.cells - two.both - two.first_only - two.second_only
    return [
        *heading("Agreement of two coders"),
        *paragraph(
            f"A second coder, who had not seen the first coding, was given {two.cells} cells drawn at random "
            "from the table of sources by drivers (each for alliance and for split) and "
            f"{count(two.outcome_cells, 'cell')} of outcomes. Both gave a code in {two.both} of the former, "
            f"the first alone in {two.first_only}, the second alone in {two.second_only}, neither in "
            f"{neither}. The forecast rests on the first coding; `forecast sources agreement --cells` lists "
            "what differs."
        ),
        *table(["Measure", "Value", "90% interval", "Cells"], rows),
        *paragraph(
            "Kappa is 1 for full agreement and 0 for what chance would give (Cohen 1960, 1968); intervals "
            "are bootstrapped over sources."
        ),
    ]


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
        f"Of {count(texts + inferred, 'code')} of what drivers do, {texts} are from the text and {inferred} "
        f"our inference; of {count(read + guessed, 'judgment')} of outcomes, {read} and {guessed}. "
        f"{_checked(found)}{_agreed(found)}"
    )


def _agreed(found: Sources) -> str:
    if (two := found.agreement) is None or not two.both:
        return ""
    return (
        " A second coder, blind to the first, agreed on whether a source speaks of a driver with kappa "
        f"{two.presence.value:.2f} and, where both coded, on the code with weighted kappa "
        f"{two.linear.value:.2f}."
    )


def _checked(found: Sources) -> str:
    done, every = sum(e.checked == "yes" for e in found.heard), len(found.heard)
    against = "been held, item by item, against the text it comes from."
    if done in (0, every):
        return f"{'Every' if done else 'No'} source's coding has {against}" if every else ""
    return f"Of {done} of the {every} the coding has {against}"


def _wider(kind: KindCount) -> str:
    return "as coded" if kind.widening == 1 else f"× {kind.widening:g}"
