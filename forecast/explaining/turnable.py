"""Numbers and choices as they stand in a file, by the one grammar of paths that sweeps and edits use."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.errors import UsageError
from forecast.explaining.basis import SERIES, Item, piece
from forecast.inputs.knob_paths import find
from forecast.inputs.knob_place import Place
from forecast.inputs.workspace import Workspace


def stands(workspace: Workspace, path: str) -> Place | None:
    """The place a path means; None where it means none, or a level, which no file holds."""
    try:
        place = find(workspace, path)
    except UsageError:
        return None
    return None if place.kind == "level" else place


def values(workspace: Workspace, path: str) -> Iterator[Item]:
    """Each number, or the choice, that stands at a path, with its own line; of quantiles one by one."""
    place = stands(workspace, path)
    if place is not None and place.file is not None:
        yield from items(workspace, place)


def items(workspace: Workspace, place: Place) -> Iterator[Item]:
    """The same of a place."""
    assert place.file is not None
    if place.kind not in ("quantiles", "quantile"):
        value = place.value
        claim = value if isinstance(value, float | str) else None
        shown = f"{value:g}" if isinstance(value, float) else str(value).lower()
        yield piece(workspace, place.file, place.at, f"{place.label}: {shown}", claim=claim)
        return
    label = place.label.removesuffix(f", {place.quantile}")
    stated = place.value.stated()
    words = (place.file, f"{place.at}.words") in workspace.lines
    base = place.at.removesuffix(f".{place.quantile}") if place.quantile else place.at
    own = [n for n in stated if (place.file, f"{base}.{n}") in workspace.lines]
    for name in [place.quantile] if place.quantile else stated:
        assert name is not None
        # Words stand for all quantiles at once: then no number of the file is any of them.
        at = (
            f"{base}.words"
            if words
            else f"{base}.{name}"
            if len(own) > 1
            else f"{base}.{own[0] if own else name}"
        )
        claim = stated[name] if len(own) > 1 else None
        yield piece(workspace, place.file, at, f"{label}, {name}: {stated[name]:g}", claim=claim)


def row(workspace: Workspace, indicator: str, period: str) -> Iterator[Item]:
    """One row of a measured series."""
    for one in workspace.measurements:
        if (one.indicator, one.period) == (indicator, period):
            title = workspace.indicators.indicators[indicator].title
            told = f"{title}, {period}: {one.value:g} {one.unit}"
            yield piece(workspace, SERIES, f"{indicator}.{period}", told, claim=one.value, locator=one.source)


def level_of(workspace: Workspace, path: str) -> str | None:
    """The driver whose level today a path means, if it means one."""
    try:
        place = find(workspace, path)
    except UsageError:
        return None
    return str(place.steps[1]) if place.kind == "level" else None
