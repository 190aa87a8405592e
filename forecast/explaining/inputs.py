"""Why a number stands in the files: where, what it was read from and why so, and where it goes from there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forecast.explaining import events, rates, stated
from forecast.explaining.basis import Basis, basis, clean, found_at
from forecast.explaining.document import head, of_files, told
from forecast.explaining.feeding import feeds
from forecast.explaining.ground import Ground
from forecast.explaining.target import Target
from forecast.explaining.turnable import in_numbers, items, stated_at
from forecast.inputs.fields import Quantiles, Strict
from forecast.inputs.knob_place import Place
from forecast.inputs.records import Source
from forecast.inputs.workspace import Workspace
from forecast.panel import Panel
from forecast.states import CHANNELS


def entry(
    target: Target,
    files: Workspace,
    panel: Panel,
    *,
    as_of: dt.date,
    start: str,
    ground: Ground | None = None,
) -> dict[str, Any]:
    """A number or choice of the files; with ``ground``, also how far each headline moves with it."""
    place = target.place
    assert place is not None
    assert place.file is not None
    beside = _beside(files, place)
    return {
        **head(target, files, panel, as_of=as_of, start=start),
        **({"date": ground.date.isoformat()} if ground else {}),
        "title": clean(place.label),
        "unit": place.unit,
        "value": _value(place),
        "stated": (place.file, stated_at(files, place)) in files.lines,
        "in_words": isinstance(place.value, Quantiles) and not in_numbers(files, place),
        "place": found_at(files, place.file, place.at),
        "locator": clean(beside.get("locator")) or None,
        "grade": beside.get("grade"),
        "rationale": clean(beside.get("rationale")) or None,
        "definition": clean(beside.get("definition")) or None,
        "feeds": [clean(one) for one in feeds(files, panel, place)],
        **({"moves": _moves(ground, place)} if ground else {}),
        "basis": told(
            [("input", Basis("As the file has it", tuple(items(files, place)))), *_around(files, place)]
        ),
        **of_files(files),
    }


def scored(place: Place) -> tuple[str, str, str] | None:
    """The factor of the posterior that a judgment is: its kind, driver and channel; None of other inputs."""
    parts = place.path.split(".")
    if parts[0] != "sources" or len(parts) < 4:
        return None
    if parts[2] == "outcomes" and parts[3] in CHANNELS:
        return "outcome", "", parts[3]
    if parts[2] == "outcomes":
        return "line", "", "alliance_broad"
    if parts[2] == "effects" and len(parts) > 4 and parts[4] in CHANNELS:
        return "code", parts[3], parts[4]
    return None


def _around(files: Workspace, place: Place) -> Iterator[tuple[str, Basis]]:
    """What a number is read together with."""
    first, *rest = place.path.split(".")
    if first == "base_rates":
        yield "class", basis("The reference class and its counts", rates.reference_class(files))
    elif first == "shocks":
        yield f"shock:{rest[0]}", basis(files.shocks[rest[0]].name, events.shock(files, rest[0]))
    elif first == "scenarios":
        title = f"What the scenario does: {files.scenarios[rest[0]].title}"
        yield f"scenario:{rest[0]}", basis(title, events.scenario_lines(files, rest[0]))
    elif first == "drivers" and rest[0] in files.drivers.drivers:
        title = f"How {files.drivers.drivers[rest[0]].name} moves by itself"
        yield f"dynamics:{rest[0]}", basis(title, events.dynamics(files, rest[0]))
    elif first == "sources" and rest[1] == "weight":
        title = f"All that is coded from {stated.name_of(files, rest[0])}"
        yield f"source:{rest[0]}", basis(title, (item for _, item in stated.everything(files, rest[0])))


def _beside(files: Workspace, place: Place) -> Mapping[str, Any]:
    """Locator, grade and rationale of the record a number belongs to, else of those around it."""
    chain = _records(files, place)
    found: dict[str, Any] = {}
    for key in ("locator", "grade", "rationale", "citation", "note", "definition"):
        found[key] = next((value for one in chain if isinstance(value := getattr(one, key, None), str)), None)
    found["locator"] = found["locator"] or found["citation"]
    found["rationale"] = found["rationale"] or found["note"]
    if place.home == "sources" and isinstance(chain[-1], Source) and len(place.steps) > 2:
        of = chain[0] if hasattr(chain[0], "grade_of") else None
        channel = str(place.steps[3]) if len(place.steps) > 3 else ""
        if of is not None and channel in CHANNELS:
            found["grade"] = of.grade_of(channel)
    return found


def _records(files: Workspace, place: Place) -> Sequence[Any]:
    """The records on the way to a number, the nearest first; numbers, lists and mappings are none."""
    node: Any = getattr(files, place.home)
    found = [node]
    for step in place.steps:
        node = getattr(node, str(step)) if isinstance(node, Strict) else node[step]
        found.append(node)
    kept = [one for one in found if isinstance(one, Strict) and not isinstance(one, Quantiles)]
    return kept[::-1]


def _value(place: Place) -> Any:
    """The number, the choice, or quantiles by name."""
    if isinstance(place.value, Quantiles):
        stated = place.value.stated()
        return stated[place.quantile] if place.quantile else stated
    return place.value


def _moves(ground: Ground, place: Place) -> list[dict[str, Any]]:
    """How far each headline moves, in points and to first order, if the judgment counted double."""
    key, source = scored(place), place.path.split(".")[1]
    at = [
        i
        for i, f in enumerate(ground.factors)
        if f.source == source and (f.kind, f.driver, f.channel or "alliance_broad") == key
    ]
    quantities = ("alliance_broad",) if key and key[0] == "line" else (*ground.headlines(), "alliance_broad")
    found = []
    for quantity in quantities if at else ():
        moved, error = ground.moves(quantity)
        found.append({"quantity": quantity, "points": float(moved[at[0]]), "mcse": float(error[at[0]])})
    return found
