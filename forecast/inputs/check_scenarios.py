"""Checks of scenarios: what each includes, that it lies inside the forecast, and that it does something."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from forecast.errors import Problem
from forecast.inputs.composition import Placed
from forecast.inputs.draft import Document, Draft
from forecast.inputs.records import (
    BaseRates,
    Force,
    Hazard,
    Question,
    Ramp,
    Rate,
    Scenario,
    Shift,
    Shock,
    Shocks,
)
from forecast.inputs.rings import around, rings
from forecast.inputs.workspace import BASELINE
from forecast.states import ESTIMATED, TRANSITIONS


@dataclass(frozen=True)
class Surroundings:
    """What a scenario is held against, so far as it could be read.

    ``without_rate``: transitions that do not happen, since nothing gives them a rate.
    """

    as_of: dt.date | None
    horizon: dt.date | None
    shocks: dict[str, Shock]
    without_rate: frozenset[str]


def check_scenarios(draft: Draft) -> Iterator[Problem]:
    """Each scenario's includes and interventions, one by one."""
    beside = _surroundings(draft)
    for doc, scenario in draft.records(Scenario):
        yield from _check_baseline(doc, scenario)
        yield from _check_includes(doc, scenario)
        for index, intervention in enumerate(scenario.interventions):
            yield from _check_act(doc, Placed(doc.stem, index, intervention), beside)
    yield from _check_circles(draft)


def _surroundings(draft: Draft) -> Surroundings:
    question, shocks, rates = draft.one(Question), draft.one(Shocks), draft.one(BaseRates)
    ordered = question is not None and question[1].as_of < question[1].horizon
    return Surroundings(
        as_of=question[1].as_of if question and ordered else None,
        horizon=question[1].horizon if question and ordered else None,
        shocks=dict(shocks[1].shocks) if shocks else {},
        without_rate=frozenset(TRANSITIONS) - {*ESTIMATED, *rates[1].elicited} if rates else frozenset(),
    )


def _check_baseline(doc: Document, scenario: Scenario) -> Iterator[Problem]:
    if doc.stem == BASELINE and scenario.interventions:
        yield doc.problem("interventions", "the baseline has no interventions; give this scenario another id")
    if doc.stem == BASELINE and scenario.includes:
        yield doc.problem("includes", "the baseline includes nothing; give this scenario another id")
    if doc.stem != BASELINE and not scenario.interventions and not scenario.includes:
        yield doc.problem("", "neither intervenes nor includes: it is the baseline again", warning=True)


def _check_includes(doc: Document, scenario: Scenario) -> Iterator[Problem]:
    for index, name in enumerate(scenario.includes):
        at = f"includes[{index}]"
        if name == doc.stem:
            yield doc.problem(at, "a scenario does not include itself; remove it")
        elif name == BASELINE:
            yield doc.problem(at, "the baseline does nothing that could be included; remove it")
        elif name in scenario.includes[:index]:
            yield doc.problem(at, f"'{name}' stands here twice")


def _check_circles(draft: Draft) -> Iterator[Problem]:
    files = {doc.stem: (doc, scenario) for doc, scenario in draft.records(Scenario)}
    links = {name: scenario.includes for name, (_, scenario) in files.items()}
    for ring in rings(links):
        at = f"includes[{links[ring[0]].index(ring[1])}]"
        message = f"the scenarios include one another in a circle: {around(ring)}"
        yield files[ring[0]][0].problem(at, message)


def _check_act(doc: Document, placed: Placed, beside: Surroundings) -> Iterator[Problem]:
    act = placed.intervention.act
    if isinstance(act, Force):
        yield from _check_force(doc, placed.at, act, beside)
    else:
        yield from _check_span(doc, placed.at, act.start, act.end, beside)
        if isinstance(act, Ramp):
            yield from _check_ramp(doc, placed.at, act, beside)
    if isinstance(act, Shift) and act.amount == 0:
        yield doc.problem(f"{placed.at}.amount", "is 0: this does nothing", warning=True)
    if isinstance(act, Rate | Hazard) and act.times == 1:
        yield doc.problem(f"{placed.at}.times", "is 1: this does nothing", warning=True)
    if isinstance(act, Hazard) and act.transition in beside.without_rate:
        message = (
            "has no rate that could be multiplied, so that this does nothing; give it one in "
            "priors/base_rates.yaml, under elicited"
        )
        yield doc.problem(f"{placed.at}.transition", message, warning=True)


def _check_span(
    doc: Document, at: str, start: dt.date | None, end: dt.date | None, beside: Surroundings
) -> Iterator[Problem]:
    if start and end and start > end:
        yield doc.problem(f"{at}.end", f"{end} is before start = {start}")
    as_of, horizon = beside.as_of, beside.horizon
    if as_of is None or horizon is None:
        return
    if start and start > horizon:
        message = f"{start} is after the horizon, {horizon}: nothing of it lies inside the forecast"
        yield doc.problem(f"{at}.start", message)
        return
    for key, date in (("start", start), ("end", end)):
        if date and not as_of <= date <= horizon:
            message = (
                f"{date} is outside the forecast, {as_of} (as_of) to {horizon} (horizon);"
                " only what lies inside is done"
            )
            yield doc.problem(f"{at}.{key}", message, warning=True)


def _check_ramp(doc: Document, at: str, act: Ramp, beside: Surroundings) -> Iterator[Problem]:
    if act.start == act.end:
        message = f"{act.end} is also its start, but a ramp takes time; to set a level at once, hold it"
        yield doc.problem(f"{at}.end", message)
    elif act.start is None and beside.as_of is not None and act.end <= beside.as_of:
        message = (
            f"{act.end} is not after as_of = {beside.as_of}, where a ramp without a start begins; "
            "give it a start, or a later end"
        )
        yield doc.problem(f"{at}.end", message)


def _check_force(doc: Document, at: str, act: Force, beside: Surroundings) -> Iterator[Problem]:
    as_of, horizon = beside.as_of, beside.horizon
    if as_of and horizon and act.date > horizon:
        message = f"{act.date} is after the horizon, {horizon}: nothing of it lies inside the forecast"
        yield doc.problem(f"{at}.date", message)
    elif as_of and act.date <= as_of:
        message = f"{act.date} is not after as_of = {as_of}; it is done only with an earlier --as-of"
        yield doc.problem(f"{at}.date", message, warning=True)
    shock = beside.shocks.get(act.shock)
    if shock and shock.windows and not any(w.start <= act.date <= w.end for w in shock.windows):
        message = f"no window of '{act.shock}' is open on {act.date}; it strikes there all the same"
        yield doc.problem(f"{at}.date", message, warning=True)
