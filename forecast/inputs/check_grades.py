"""Checks of Admiralty grades: each has a reason, and none is above what its rubric allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forecast.errors import Problem
from forecast.inputs.draft import Draft
from forecast.inputs.records import Kind, Source

#: The best letter a kind of source can have.
CEILINGS: Mapping[Kind, str] = {"advocacy": "D", "official": "D", "camp": "E", "title_only": "D"}
#: The best letter of a view that is known through another's text.
REPORTED = "C"
BEST = "A"


def check_grades(draft: Draft) -> Iterator[Problem]:
    """A grade without its reason is an error; one that the rubric does not allow, a warning."""
    sources = {source.id: source for _, source in draft.records(Source)}
    for doc, source in draft.records(Source):
        if source.admiralty and not source.admiralty_why:
            message = f"{source.admiralty} stands without admiralty_why; say there in your own words why"
            yield doc.problem("admiralty", message)
        if source.admiralty_why and not source.admiralty:
            message = "gives a reason for no grade; add admiralty, such as C3, or leave both out"
            yield doc.problem("admiralty_why", message)
        if source.admiralty:
            letter, why = ceiling(source, sources)
            if source.admiralty[0] < letter:
                message = f"{source.admiralty} is above {letter}, the best letter for {why}"
                yield doc.problem("admiralty", message, warning=True)
            if source.admiralty[1] == "1" and _states_outcomes(source):
                message = "a probability is coded from it, and nobody can confirm a forecast; 2 at the best"
                yield doc.problem("admiralty", message, warning=True)


def ceiling(source: Source, sources: Mapping[str, Source]) -> tuple[str, str]:
    """The best letter that the rubric (`records.admiralty`) allows a source, and for being what.

    ``sources``: by id, those that report it among them; a reporter without a grade sets no limit.
    """
    found = [(BEST, "any source")]
    if source.kind in CEILINGS:
        found.append((CEILINGS[source.kind], f"a source of kind {source.kind}"))
    if source.reporters:
        found.append((REPORTED, "a view that others report"))
        graded = {
            grade: name
            for name in source.reporters
            if name in sources and (grade := sources[name].admiralty) is not None
        }
        if len(graded) == len(source.reporters):
            best = min(graded)
            found.append((best[0], f"a view known through {graded[best]} ({best})"))
    return max(found, key=lambda pair: pair[0])


def _states_outcomes(source: Source) -> bool:
    stated = source.outcomes
    return any(each is not None for each in (stated.alliance, stated.split, stated.alliance_broad))
