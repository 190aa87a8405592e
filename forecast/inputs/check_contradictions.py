"""Interventions that cannot both be done: within a scenario, or through what it includes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from forecast.errors import Problem, UsageError
from forecast.inputs.composition import Placed, acts
from forecast.inputs.draft import Document, Draft
from forecast.inputs.records import Act, Forbid, Force, Hold, Ramp, Rate, Scenario, Shock, Shocks

Span = tuple[dt.date, dt.date]
#: The kinds of intervention that are about a shock.
OfShock = Force | Forbid | Rate


@dataclass(frozen=True)
class _Files:
    """The scenarios that could be read, by id, with their documents; and the shocks."""

    documents: Mapping[str, Document]
    scenarios: Mapping[str, Scenario]
    shocks: Mapping[str, Shock]


def check_contradictions(draft: Draft) -> Iterator[Problem]:
    """No driver held twice at one time; no shock forced and forbidden, or twice at once."""
    read = {doc.stem: (doc, scenario) for doc, scenario in draft.records(Scenario)}
    shocks = draft.one(Shocks)
    files = _Files(
        documents={name: doc for name, (doc, _) in read.items()},
        # A file whose id is not its name has that fault already; what it is called here is its name.
        scenarios={name: one.model_copy(update={"id": name}) for name, (_, one) in read.items()},
        shocks=shocks[1].shocks if shocks else {},
    )
    for name, scenario in files.scenarios.items():
        placed = _acts(scenario, files)
        # What contradicts itself inside an included scenario is said there, once.
        told = [_acts(files.scenarios[i], files) for i in scenario.includes if i in read]
        for first, second in combinations(placed, 2):
            words = _contradiction(first.intervention.act, second.intervention.act, files.shocks)
            if words and not any(first in seen and second in seen for seen in told):
                yield _problem(name, first, second, words, files)


def _acts(scenario: Scenario, files: _Files) -> tuple[Placed, ...]:
    """All that a scenario does; its own interventions alone where its includes have a fault."""
    try:
        return acts(scenario, files.scenarios)
    except UsageError:
        return acts(scenario.model_copy(update={"includes": []}), files.scenarios)


def _contradiction(first: Act, second: Act, shocks: Mapping[str, Shock]) -> tuple[str, str] | None:
    """What is wrong with doing both, as words before and after the two places; None where nothing is."""
    if isinstance(first, Hold | Ramp) and isinstance(second, Hold | Ramp):
        return _of_driver(first, second) if first.driver == second.driver else None
    if isinstance(first, OfShock) and isinstance(second, OfShock) and first.shock == second.shock:
        shock = shocks.get(first.shock)
        words = _of_shock(first, second, once=shock is not None and shock.occurs == "once")
        return (f"'{first.shock}' {words}", "") if words else None
    return None


def _of_driver(first: Hold | Ramp, second: Hold | Ramp) -> tuple[str, str] | None:
    if (shared := _shared(first, second)) is None:
        return None
    kinds = ["ramped" if isinstance(one, Ramp) else "held" for one in (first, second)]
    how = f"{kinds[0]} twice" if kinds[0] == kinds[1] else "held and ramped"
    one_day = f"; both count {shared[0]}, since an end is included" if shared[0] == shared[1] else ""
    return f"'{first.driver}' is {how} at one time", one_day


def _of_shock(first: OfShock, second: OfShock, *, once: bool) -> str | None:
    shared = _shared(first, second)
    kinds = {type(first), type(second)}
    if kinds == {Force} and (shared or once):
        return f"is forced twice on {shared[0]}" if shared else "occurs once, but is forced twice"
    if kinds == {Force, Forbid} and shared:
        return f"is forced on {shared[0]}, when it is forbidden"
    if kinds == {Forbid, Rate} and shared:
        return "is forbidden and its rate multiplied at one time"
    return None


def _shared(first: Act, second: Act) -> Span | None:
    """The days on which both are done, ends included; None if there are none."""
    (a, b), (c, d) = _span(first), _span(second)
    return (max(a, c), min(b, d)) if max(a, c) <= min(b, d) else None


def _span(act: Act) -> Span:
    if isinstance(act, Force):
        return act.date, act.date
    return act.start or dt.date.min, act.end or dt.date.max


def _problem(name: str, first: Placed, second: Placed, words: tuple[str, str], files: _Files) -> Problem:
    """Said of scenario ``name``: at the later of the two if that stands in it, else at what includes it."""
    home = files.documents[name]
    lines = [files.documents[one.scenario].line(one.at) for one in (first, second)]
    where = [f"{files.documents[p.scenario].file}:{n}" for p, n in zip((first, second), lines, strict=True)]
    at = f"{second.at}.{'driver' if isinstance(second.intervention.act, Hold | Ramp) else 'shock'}"
    if first.scenario == second.scenario:
        places = f"on lines {lines[0]} and {lines[1]}"
    elif second.scenario == name:
        places = f"here and in {where[0]}"
    else:
        places = f"in {where[0]} and {where[1]}"
        included = files.scenarios[name].includes
        brings = next(i for i, one in enumerate(included) if second in _acts(files.scenarios[one], files))
        at = f"includes[{brings}]"
    return home.problem(at, f"{words[0]}, {places}{words[1]}")
