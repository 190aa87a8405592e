"""How a source is known: read, asked, reported by another, or by a title; and whether that was checked."""

from __future__ import annotations

from collections.abc import Mapping

from forecast.cards.words import joined
from forecast.inputs.records import Effect, LevelJudgment, OutcomeJudgment, Source
from forecast.states import CHANNELS

OUTCOMES = (*CHANNELS, "alliance_broad")


def known_how(source: Source, sources: Mapping[str, Source], names: Mapping[str, str]) -> str:
    """Where a source's view comes from, in words; at how many hands where more than two."""
    if source.reporters:
        through = joined([names[r] for r in source.reporters])
        if source.kind == "title_only":
            return f"not read; its title as {through} {_cite(source)} it"
        third = [
            f"{names[r]} is itself known through {joined([names[x] for x in sources[r].reporters])}"
            for r in source.reporters
            if sources[r].reporters
        ]
        said = f"not read; as reported in {through}"
        return f"{said}. Third-hand: {joined(third)}" if third else said
    if source.kind == "expert":
        return "asked directly"
    if source.kind == "title_only":
        return "not read; its title alone"
    return f"read: {parts}" if (parts := _parts(source)) else "read in full"


def _cite(source: Source) -> str:
    return "cites" if len(source.reporters) == 1 else "cite"


def _parts(source: Source) -> str:
    """What of a text was read, where its layout names only its abstract or notes."""
    layout = source.layout
    if layout is None or layout.pages or layout.paragraphs:
        return ""
    parts = ["the abstract"] * layout.abstract + [f"{layout.notes} notes"] * bool(layout.notes)
    return f"{joined(parts)}, not the whole text" if parts else ""


def pages_note(source: Source, sources: Mapping[str, Source]) -> str:
    """Within how many pages the places hold, for each text in which pages had to be reconstructed."""
    said = []
    for name in source.reporters or (source.id,):
        layout = sources[name].layout
        if layout is not None and layout.page_error:
            pages = f"{layout.page_error} page{'s' * (layout.page_error != 1)}"
            how = f" ({layout.counting})" if layout.counting else ""
            said.append(f"Page numbers of {layout.name} hold within {pages} of the printed ones{how}.")
    return " ".join(said)


def judgments(source: Source) -> list[OutcomeJudgment | Effect | LevelJudgment]:
    """Everything coded from a source."""
    stated = [getattr(source.outcomes, name) for name in OUTCOMES]
    return [*(j for j in stated if j is not None), *source.effects.values(), *source.levels]


def how_checked(source: Source) -> str:
    """How many of a source's codings a reader has held against the text: yes, no, or ``3 of 12``."""
    every = judgments(source)
    done = sum(source.is_checked(item) for item in every)
    return "no" if done == 0 else "yes" if done == len(every) else f"{done} of {len(every)}"
