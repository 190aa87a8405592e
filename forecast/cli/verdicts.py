"""Scenarios held against the judgments of what drives what: as a table with its reasons, and as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, get_args

from forecast.answering import consistency_of
from forecast.cli.columns import aligned
from forecast.cli.verdict_words import in_points, pushed, setting
from forecast.consistency.verdict import Word
from forecast.document import consistency
from forecast.drivers.fit import fit_drivers
from forecast.inputs.workspace import Workspace
from forecast.model.data import fitted_dates
from forecast.panel import resolve

HEAD = ("scenario", "verdict", "points", "by itself", "drivers set", "swinging")


def verdicts(files: Workspace, names: Sequence[str]) -> list[dict[str, Any]]:
    """The consistency of scenarios, as in a document; drivers are fitted, nothing is sampled.

    ``direct``: the largest inconsistency of what the scenario imposes with itself.
    """
    as_of = files.question.as_of
    drivers = fit_drivers(files, resolve(files), as_of, fitted_dates(files, as_of))
    found = []
    for name in names:
        one = files.scenarios[name]
        verdict = consistency_of(files, one, drivers, as_of=as_of)
        stated = consistency(verdict)
        direct = max((each.direct for each in verdict.drivers), default=0.0)
        found.append({"id": name, "title": " ".join(one.title.split()), "direct": direct, **stated})
    return found


def render(found: Sequence[dict[str, Any]], files: Workspace, *, width: int | None) -> str:
    """A row a scenario; below, of each that is not consistent, what contradicts it and where that stands."""
    lines = aligned([HEAD, *map(_row, found)], width=width)
    for one in found:
        if one["verdict"] != "consistent" or one["swinging"]:
            lines += ["", f"{one['id']}: {one['verdict']}, {one['title']}", *_against(one, files, width)]
    many = Counter(one["verdict"] for one in found)
    count = ", ".join(f"{many[word]} {word}" for word in get_args(Word) if many[word])
    return "\n".join([*lines, "", f"{len(found)} scenario{'s' * (len(found) != 1)}: {count}"])


def _row(one: dict[str, Any]) -> tuple[str, ...]:
    numbers = (f"{one[key]:.3g}" for key in ("inconsistency", "direct"))
    set_by_it = ", ".join(f"{d['driver']} {d['variant']}" for d in one["drivers"])
    return one["id"], one["verdict"], *numbers, set_by_it or "-", ", ".join(one["swinging"]) or "-"


def _against(one: dict[str, Any], files: Workspace, width: int | None) -> list[str]:
    lines = []
    for driver in one["drivers"]:
        if driver["verdict"] != "consistent":
            own = f"; {in_points(driver['direct'])} by what the scenario itself sets"
            off = f"{driver['verdict']}, {in_points(driver['inconsistency'])}"
            lines.append(f"  {setting(driver, files)}: {off}{own if driver['direct'] else ''}")
            rows = [(f"    {push['place']}", pushed(push, files)) for push in driver["contradicts"]]
            lines += aligned(rows, width=width)
    if one["swinging"]:
        lines.append(f"  what follows finds no rest: {', '.join(one['swinging'])}")
    return lines
