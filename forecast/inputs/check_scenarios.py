"""Checks of scenarios against the question's window and against themselves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import combinations

from forecast.errors import Problem
from forecast.inputs.draft import Document, Draft
from forecast.inputs.records import Hold, Intervention, Question, Scenario, Shift
from forecast.inputs.workspace import BASELINE


def check_scenarios(draft: Draft) -> Iterator[Problem]:
    """Interventions inside the forecast's window, and no driver held twice at one time."""
    question = draft.one(Question)
    window = (question[1].as_of, question[1].horizon) if question else None
    for doc, scenario in draft.records(Scenario):
        if doc.stem == BASELINE and scenario.interventions:
            message = "the baseline has no interventions; give this scenario another id"
            yield doc.problem("interventions", message)
        for index, intervention in enumerate(scenario.interventions):
            yield from _check_window(doc, index, intervention, window)
        yield from _check_holds(doc, scenario)


def _check_window(
    doc: Document, index: int, intervention: Intervention, window: tuple[dt.date, dt.date] | None
) -> Iterator[Problem]:
    kind, what = _what(intervention)
    at = f"interventions[{index}].{kind}"
    for key in ("start", "end"):
        date: dt.date | None = getattr(what, key)
        if date and window and window[0] < window[1] and not window[0] <= date <= window[1]:
            message = (
                f"{date} is outside the forecast, {window[0]} (as_of) to {window[1]} (horizon);"
                " only what lies inside is done"
            )
            yield doc.problem(f"{at}.{key}", message, warning=True)
    if what.start and what.end and what.start > what.end:
        yield doc.problem(f"{at}.end", f"{what.end} is before start = {what.start}")


def _what(intervention: Intervention) -> tuple[str, Hold | Shift]:
    kinds = {"hold": intervention.hold, "shift": intervention.shift}
    return next((kind, what) for kind, what in kinds.items() if what is not None)


def _check_holds(doc: Document, scenario: Scenario) -> Iterator[Problem]:
    holds = [(i, one.hold) for i, one in enumerate(scenario.interventions) if one.hold is not None]
    for (i, first), (j, second) in combinations(holds, 2):
        together = (first.start or dt.date.min) <= (second.end or dt.date.max) and (
            second.start or dt.date.min
        ) <= (first.end or dt.date.max)
        if first.driver == second.driver and together:
            lines = [doc.line(f"interventions[{index}].hold") for index in (i, j)]
            message = f"'{first.driver}' is held twice at one time, on lines {lines[0]} and {lines[1]}"
            yield doc.problem(f"interventions[{j}].hold.driver", message)
