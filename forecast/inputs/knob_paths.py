"""Knobs by their paths: what one is, every one there is, and what was meant by a path that is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from forecast.errors import UsageError
from forecast.inputs.fields import Quantiles, is_quantile
from forecast.inputs.knob_place import Kind, Part, Place, Setting
from forecast.inputs.knob_places import places
from forecast.inputs.plain_words import choices, did_you_mean
from forecast.inputs.workspace import Workspace

#: Parts of drivers.yaml that are written with or without ``drivers.`` before them.
SECTIONS = ("interactions", "cross_impacts", "cross_impact_unit", "correlations")
#: What files may leave out, and then has no value to be turned.
OPTIONAL = ("model.gain", "base_rates.elicited", "base_rates.definition_offset")


@dataclass(frozen=True)
class Knob:
    """A number or a choice of a workspace that may be turned.

    Attributes
    ----------
    path
        Its path in the one grammar, as `knobs` lists it.
    kind
        ``level`` (where a driver stands today), ``number``, ``quantiles`` (turned whole, by their median),
        ``quantile`` (one of them), ``code`` or ``choice``.
    part
        What it belongs to.
    current
        The value in the files, of quantiles their median; None of a level, which no file holds.
    low, high
        The elicited p05 and p95 of quantiles, where stated.
    choices
        What a choice may be.
    file, line
        Where it stands, relative to the workspace; of a default that no file states, the nearest thing
        around it. None where there is no such place.
    unit, label
        For axes and readers.
    """

    path: str
    kind: Kind
    part: Part
    current: Setting | None
    low: float | None
    high: float | None
    choices: tuple[str, ...]
    file: str | None
    line: int | None
    unit: str
    label: str


def knob(workspace: Workspace, path: str) -> Knob:
    """The knob at a path.

    Raises
    ------
    UsageError
        If there is none: with the nearest path, or with what may follow a path that stops short.
    """
    place = find(workspace, path)
    stated = place.value.stated() if place.kind == "quantiles" else {}
    return Knob(
        path=place.path,
        kind=place.kind,
        part=place.part,
        current=_current(place),
        low=stated.get("p05"),
        high=stated.get("p95"),
        choices=place.choices,
        file=place.file,
        line=_line(workspace, place),
        unit=place.unit,
        label=place.label,
    )


def knobs(workspace: Workspace) -> tuple[str, ...]:
    """The path of every knob, in the order of the files."""
    return tuple(place.path for place in places(workspace))


def find(workspace: Workspace, path: str) -> Place:
    """The place a path means; UsageError as `knob`."""
    wanted = _canonical(workspace, path.strip())
    first, _, rest = wanted.partition(".")
    for place in places(workspace, (first, rest.partition(".")[0])):
        if place.path == wanted:
            return place
    raise UsageError(_unknown(path.strip(), wanted, knobs(workspace)))


def _canonical(workspace: Workspace, path: str) -> str:
    """The path as `knobs` lists it, of the ways there are to write it."""
    parts = path.split(".")
    section = parts[0] == "drivers" and len(parts) > 1 and parts[1] in SECTIONS
    if section and parts[1] not in workspace.drivers.drivers:
        parts = parts[1:]
    if parts[0] == "interactions" and (len(parts) == 2 or (len(parts) == 3 and is_quantile(parts[2]))):
        parts.insert(2, "effect")
    if parts[0] == "correlations" and len(parts) == 3:
        known = {tuple(one.drivers) for one in workspace.drivers.correlations}
        if (parts[2], parts[1]) in known and (parts[1], parts[2]) not in known:
            parts = [parts[0], parts[2], parts[1]]
    return ".".join(parts)


def _current(place: Place) -> Setting | None:
    if isinstance(place.value, Quantiles):
        return place.value[place.quantile] if place.quantile else place.value.p50
    if isinstance(place.value, bool):
        return "true" if place.value else "false"
    setting: Setting | None = place.value
    return setting


def _line(workspace: Workspace, place: Place) -> int | None:
    if place.file is None:
        return None
    at = place.at
    while at and (place.file, at) not in workspace.lines:
        at = at[: max(at.rfind("."), at.rfind("["), 0)]
    return workspace.lines.get((place.file, at)) if at else None


def _unknown(found: str, wanted: str, known: Iterable[str]) -> str:
    """What to say of a path that is no knob: walk it down the known paths, mending part by part."""
    paths = [path.split(".") for path in known]
    parts, walked, mended = wanted.split("."), list[str](), False
    for part in parts:
        following = _following(paths, walked)
        if part in following:
            walked.append(part)
        elif meant := did_you_mean(part, following):
            walked, mended = [*walked, meant], True
        else:
            return _dead_end(found, wanted, walked, following, mended=mended)
    if mended:
        return f"unknown knob '{found}'. Did you mean '{'.'.join(walked)}'?"
    ways = choices((f".{one}" for one in _following(paths, walked)), 20)
    return f"'{found}' is not one knob but several; go on with {ways}"


def _dead_end(found: str, wanted: str, walked: list[str], following: list[str], *, mended: bool) -> str:
    """No part like the next one follows what was walked so far."""
    so_far = ".".join(walked)
    if not mended and any(f"{wanted}.".startswith(f"{one}.") for one in OPTIONAL):
        return f"the files state no '{wanted}'; a value is turned where there is one, so state it there first"
    if not walked:
        return f"unknown knob '{found}'; a path begins with {choices(following, 20)}"
    if not following:
        hint = f". Did you mean '{so_far}'?" if mended else f"; nothing follows '{so_far}'"
        return f"unknown knob '{found}'{hint}"
    return f"unknown knob '{found}'; '{so_far}' goes on with {choices((f'.{one}' for one in following), 20)}"


def _following(paths: list[list[str]], walked: list[str]) -> list[str]:
    """The parts that may follow, in the order of the files."""
    n = len(walked)
    return list(dict.fromkeys(path[n] for path in paths if len(path) > n and path[:n] == walked))
