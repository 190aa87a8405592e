"""Checks across files, all at once: what no single file can get wrong alone.

Each check is a function of the draft that yields problems, and runs on whatever could be read: a file with
other faults drops out of the checks of values, not of those of references.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from forecast.errors import Problem
from forecast.inputs.check_contradictions import check_contradictions
from forecast.inputs.check_cross_impacts import check_cross_impacts
from forecast.inputs.check_grades import check_grades
from forecast.inputs.check_history import check_history
from forecast.inputs.check_scenarios import check_scenarios
from forecast.inputs.check_seeds import check_seeds
from forecast.inputs.check_series import check_series
from forecast.inputs.check_shocks import check_shocks
from forecast.inputs.check_sources import check_sources
from forecast.inputs.draft import Draft
from forecast.inputs.lexicons import check_lexicons
from forecast.inputs.locators import check_locators
from forecast.inputs.records import BaseRates, Question, Source
from forecast.inputs.references import check_references
from forecast.inputs.second_coding import check_second_coding

MAX_HORIZON_YEARS = 60


def check(draft: Draft) -> list[Problem]:
    """Every problem and warning across the files of a workspace."""
    return [problem for one in CHECKS for problem in one(draft)]


def check_ids(draft: Draft) -> Iterator[Problem]:
    """A file's id is its name."""
    for kind in ("source", "scenario", "lexicon"):
        for doc in draft.of_kind(kind):
            found = doc.raw.get("id") if isinstance(doc.raw, dict) else None
            if isinstance(found, str) and found != doc.stem:
                message = (
                    f"the id '{found}' differs from the file's name; rename one: '{doc.stem}' or {found}.yaml"
                )
                yield doc.problem("id", message)


def check_question(draft: Draft) -> Iterator[Problem]:
    """Dates in order; panels well made; an index that weighs something."""
    if (pair := draft.one(Question)) is None:
        return
    doc, question = pair
    if question.horizon <= question.as_of:
        yield doc.problem("horizon", f"{question.horizon} is not after as_of = {question.as_of}")
    elif (years := question.horizon.year - question.as_of.year) > MAX_HORIZON_YEARS:
        yield doc.problem(
            "horizon", f"is {years} years after as_of; at most {MAX_HORIZON_YEARS} are forecast"
        )
    first, last = question.scale_years
    if first > last:
        yield doc.problem("scale_years", f"{first} is after {last}; write [first, last]")
    if not any(question.alignment_index.weights.values()):
        yield doc.problem("alignment_index.weights", "every weight is 0; the index needs at least one driver")
    for name in ("alliance", "partnership", "split", "alliance_broad"):
        if name not in question.outcomes:
            yield doc.problem("outcomes", f"the outcome '{name}' is not defined")
    yield from _check_panels(draft)


def _check_panels(draft: Draft) -> Iterator[Problem]:
    if (pair := draft.one(Question)) is None:
        return
    doc, question = pair
    sources = {record.id: (where, record) for where, record in draft.records(Source)}
    heard = {name for members in question.panels.values() for name in members}
    for name in sorted(sources.keys() - heard):
        message = f"is in no panel of question.yaml; add it there, or hear it alone with --panel {name}"
        yield sources[name][0].problem("id", message, warning=True)
    late: dict[str, list[str]] = {}
    for panel, members in question.panels.items():
        if panel == "none" or panel in sources:
            meaning = "asks for no panel" if panel == "none" else "is a source's id"
            yield doc.problem(f"panels.{panel}", f"'{panel}' {meaning} in --panel; name the panel otherwise")
        for name, times in Counter(members).items():
            if times > 1:
                second = members.index(name, members.index(name) + 1)
                yield doc.problem(f"panels.{panel}[{second}]", f"'{name}' stands {times} times in this panel")
            if name in sources and sources[name][1].view_date > question.as_of:
                late.setdefault(name, []).append(panel)
    for name, panels in late.items():
        where, source = sources[name]
        message = f"{source.view_date} is after as_of = {question.as_of} (in {_panels(panels)})"
        yield where.problem("view_date", message, warning=True)


def _panels(names: list[str]) -> str:
    return f"panel{'s' * (len(names) > 1)} {', '.join(names)}"


def check_base_rates(draft: Draft) -> Iterator[Problem]:
    """Counts that can be counts."""
    if (pair := draft.one(BaseRates)) is None:
        return
    doc, base_rates = pair
    for name, reference in base_rates.classes.items():
        first, last = reference.years
        if first > last:
            yield doc.problem(f"classes.{name}.years", f"{first} is after {last}; write [first, last]")
        for transition, count in reference.transitions.items():
            if count.episodes is not None and count.episodes > count.events:
                at = f"classes.{name}.transitions.{transition}.episodes"
                yield doc.problem(
                    at, f"{count.episodes:g} episodes are more than the {count.events:g} events"
                )


CHECKS: tuple[Callable[[Draft], Iterator[Problem]], ...] = (
    check_ids,
    check_references,
    check_question,
    check_lexicons,
    check_base_rates,
    check_history,
    check_series,
    check_sources,
    check_grades,
    check_locators,
    check_second_coding,
    check_seeds,
    check_cross_impacts,
    check_shocks,
    check_scenarios,
    check_contradictions,
)
