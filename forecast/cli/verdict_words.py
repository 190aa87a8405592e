"""Whether a scenario agrees with the judgments of what drives what, in words."""

from __future__ import annotations

from typing import Any

from forecast.cli.part_words import driver_name, shock_name
from forecast.inputs.workspace import Workspace


def against(found: dict[str, Any], files: Workspace) -> str:
    """The verdict in a line: the word, the driver furthest off, and the strongest judgment against it.

    ``found``: as in a document, under "consistency".
    """
    if not found["drivers"]:
        return "consistent: it sets no driver, so that no judgment contradicts it"
    if not found["inconsistency"]:
        return "consistent with the judgments of what drives what"
    worst = max(found["drivers"], key=lambda one: one["inconsistency"])
    opening = f"{found['verdict']}, by {in_points(found['inconsistency'])}: {setting(worst, files)}"
    strongest = worst["contradicts"][:1]
    more = len(worst["contradicts"]) - 1
    rest = f", and {more} more" if more > 0 else ""
    return opening + "".join(f"; {pushed(push, files)} ({push['place']}){rest}" for push in strongest)


def setting(driver: dict[str, Any], files: Workspace) -> str:
    """A driver as the scenario has it: how far off its projection."""
    where = "near its usual level" if driver["variant"] == "usual" else driver["variant"]
    name, off = driver_name(driver["driver"], files), f"{driver['deviation']:+.1f}"
    return f"{name} is set {where}, {off} off its projection"


def pushed(push: dict[str, Any], files: Workspace) -> str:
    """A judgment as it bears on a driver: what pushes it, which way and by how much."""
    way = f"pushes it {'up' if push['points'] > 0 else 'down'} by {in_points(abs(push['points']))}"
    if push["kind"] == "shock":
        return f'"{shock_name(push["from"], files)}", forced, {way}'
    state = "high" if push["points"] * push["strength"] > 0 else "low"
    how = "as set" if push["imposed"] else "as follows from the rest"
    return f"{driver_name(push['from'], files)}, {state} {how}, {way}"


def in_points(value: float) -> str:
    """Points of judgment.

    >>> [in_points(value) for value in (1.0, 2.5)]
    ['1 point', '2.5 points']
    """
    return f"{value:.3g} point{'s' * (value != 1)}"
