"""What a check found, as `forecast elicit check --json` prints it; numbers unrounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from forecast.coherence.check import Incoherence, incoherences
from forecast.coherence.repair import METRIC, Repair, repair
from forecast.coherence.rules import RULES
from forecast.coherence.statement import Place, Stated


@dataclass(frozen=True)
class Checked:
    """One source: what it states, what does not fit, and the smallest repair (None where none was found)."""

    said: Stated
    found: tuple[Incoherence, ...]
    repair: Repair | None


def checked(said: Stated) -> Checked:
    """A source's statements, checked."""
    return Checked(said, incoherences(said), repair(said))


def document(results: Sequence[Checked], *, workspace: str, applied: bool) -> dict[str, Any]:
    """Everything found, for programs."""
    broken = [one for one in results if one.found]
    return {
        "schema": "elicit-check/1",
        "workspace": workspace,
        "checked": [one.said.source for one in results],
        "coherent": not broken,
        "applied": applied,
        "metric": METRIC,
        "rules": {
            key: {"title": rule.title, "formula": rule.formula, "source": rule.source}
            for key, rule in RULES.items()
        },
        "incoherences": [_incoherence(found) for one in broken for found in one.found],
        "repairs": [_repair(one.repair) for one in broken if one.repair is not None],
        "without_repair": [one.said.source for one in broken if one.repair is None],
    }


def _incoherence(found: Incoherence) -> dict[str, Any]:
    return {
        "source": found.source,
        "rule": found.rule,
        "message": found.message,
        "excess_log_odds": found.excess,
        "judgments": [
            {**_place(one.place), "title": one.title, "value": one.value} for one in found.judgments
        ],
        "beside": [_place(place) for place in found.beside],
    }


def _repair(found: Repair) -> dict[str, Any]:
    return {
        "source": found.source,
        "rules": list(found.rules),
        "distance": found.distance,
        "least_distance": found.least,
        "changes": [
            {
                **_place(one.place),
                "title": one.title,
                "from": one.stated,
                "to": one.proposed,
                "exact": one.exact,
            }
            for one in found.changes
        ],
    }


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line or None, "at": place.at}
