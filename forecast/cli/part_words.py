"""Parts of a difference in plain words: what carries them, and on which way."""

from __future__ import annotations

from typing import Any

from forecast.inputs.records import ShockTerm
from forecast.inputs.workspace import Workspace


def carrier(part: dict[str, Any], files: Workspace) -> str:
    """What carries a part of a difference, by names."""
    kind, name = part["kind"], part["name"]
    if kind == "driver":
        moved = f", {part['moved']}" if part["moved"] else ""
        return driver_name(name, files) + moved
    if kind == "interaction":
        return _interaction(name, files)
    shocks = " or ".join(f'"{shock_name(one, files)}"' for one in name.split(", ") if one)
    if kind == "shock":
        return f"{shocks}, beside what it does to drivers"
    event = shocks or "an event that is the outcome itself"
    if kind == "criterion":
        return f"the chance of {event}"
    return f"{event}, made to happen" if kind == "entry" else "the hazard, multiplied by hand"


def way(transition: str) -> str:
    """A transition in a sentence.

    >>> [way(t) for t in ("partnership->split", "alliance->partnership", "alliance->split")]
    ['the way into split', 'the way back from alliance', 'the way from alliance to split']
    """
    origin, destination = transition.split("->")
    if origin == "partnership":
        return f"the way into {destination}"
    if destination == "partnership":
        return f"the way back from {origin}"
    return f"the way from {origin} to {destination}"


def driver_name(driver: str, files: Workspace) -> str:
    """A driver's name on one line."""
    return " ".join(files.drivers.drivers[driver].name.split())


def shock_name(shock: str, files: Workspace) -> str:
    """A shock's name on one line."""
    return " ".join(files.shocks[shock].name.split())


def _interaction(name: str, files: Workspace) -> str:
    spec = files.drivers.interactions[name]
    terms = [_term(term, files) for term in spec.terms]
    return " with ".join(terms) if spec.form == "product" else f"the gap between {' and '.join(terms)}"


def _term(term: str | list[str] | ShockTerm, files: Workspace) -> str:
    if isinstance(term, str):
        return driver_name(term, files)
    if isinstance(term, list):
        return "the mean of " + " and ".join(driver_name(one, files) for one in term)
    return " or ".join(f'"{shock_name(one, files)}"' for one in term.shock)
