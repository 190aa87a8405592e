"""Checks of sources: who reports whom, that each says something, and that what it says fits together."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.errors import Problem
from forecast.inputs.draft import Document, Draft
from forecast.inputs.records import Effect, OutcomeJudgment, Outcomes, Source
from forecast.inputs.rings import around, rings


def check_sources(draft: Draft) -> Iterator[Problem]:
    """What each source says, alone and as reported by others."""
    reporters: dict[str, tuple[str, ...]] = {}
    for doc, source in draft.records(Source):
        reporters[doc.stem] = source.reporters
        yield from _check_content(doc, source)
        yield from _check_fit(doc, source.outcomes)
        if source.weight == 0:
            yield doc.problem("weight", "is 0; the source is read but counts for nothing", warning=True)
        for i, cited in enumerate(source.cites):
            if cited == doc.stem:
                yield doc.problem(f"cites[{i}]", "a source's citing itself is not recorded; leave it out")
            elif cited in source.cites[:i]:
                yield doc.problem(f"cites[{i}]", f"'{cited}' stands here twice")
        if doc.stem in source.reporters:
            yield doc.problem("reported_in", "a source does not report itself; write reported_in: self")
    yield from _check_cycles(draft, reporters)


def _check_content(doc: Document, source: Source) -> Iterator[Problem]:
    stated = [name for name in ("alliance", "split", "alliance_broad") if getattr(source.outcomes, name)]
    if not (stated or source.effects or source.levels or source.seeds):
        yield doc.problem("", "states nothing: give at least one outcome, effect, level or answer to a seed")
    if source.kind == "effects_only" and stated:
        yield doc.problem(
            "outcomes", "a source of kind effects_only states no outcomes; change one of the two"
        )
    bare = [at for at, item in _judgments(source) if source.is_checked(item) and not item.rationale]
    if bare and not source.rationale:
        more = f" and {len(bare) - 1} more" if len(bare) > 1 else ""
        yield doc.problem(
            bare[0], f"is checked, but no rationale says why it is so coded{more}", warning=True
        )
    for driver, effect in source.effects.items():
        if effect.alliance is None and effect.split is None:
            yield doc.problem(f"effects.{driver}", "states nothing: give alliance, split or both")


def _judgments(source: Source) -> Iterator[tuple[str, OutcomeJudgment | Effect]]:
    for name in ("alliance", "split", "alliance_broad"):
        if (judgment := getattr(source.outcomes, name)) is not None:
            yield f"outcomes.{name}", judgment
    for driver, effect in source.effects.items():
        yield f"effects.{driver}", effect


def _check_fit(doc: Document, outcomes: Outcomes) -> Iterator[Problem]:
    """Judgments that are each legal but do not fit together: warnings, since people hold such views."""
    alliance, split, broad = outcomes.alliance, outcomes.split, outcomes.alliance_broad
    if alliance and split and alliance.quantiles.p50 + split.quantiles.p50 > 1:
        message = (
            f"the medians of alliance ({alliance.quantiles.p50:g}) and split ({split.quantiles.p50:g}) "
            "sum to over 1"
        )
        yield doc.problem("outcomes", message, warning=True)
    if alliance and broad and broad.years >= alliance.years:
        narrow, wide = alliance.quantiles.p50, broad.quantiles.p50
        if wide < narrow:
            message = f"{wide:g} is below the narrower alliance.p50 = {narrow:g}"
            yield doc.problem("outcomes.alliance_broad.p50", message, warning=True)


def _check_cycles(draft: Draft, reporters: dict[str, tuple[str, ...]]) -> Iterator[Problem]:
    docs = {doc.stem: doc for doc in draft.of_kind("source")}
    for ring in rings(reporters):
        message = f"the sources report one another in a circle: {around(ring)}"
        yield docs[ring[0]].problem("reported_in", message)
