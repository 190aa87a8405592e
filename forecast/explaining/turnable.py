"""Numbers and choices as they stand in a file, by the one grammar of paths that sweeps and edits use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forecast.explaining.basis import SERIES, Item, clean, found_at, piece
from forecast.inputs.knob_place import Place
from forecast.inputs.knob_places import places
from forecast.inputs.workspace import Workspace


def values(workspace: Workspace, path: str) -> Iterator[Item]:
    """Each number, or the choice, that stands at a path, by lines; ``path`` as `knobs` lists it."""
    first, _, rest = path.partition(".")
    for place in places(workspace, (first, rest.partition(".")[0])):
        if place.path == path and place.kind != "level":
            yield from items(workspace, place)
            return


def items(workspace: Workspace, place: Place) -> Iterator[Item]:
    """Each number, or the choice, of a place that a file holds; quantiles on one line are one piece."""
    assert place.file is not None
    if place.kind not in ("quantiles", "quantile"):
        value = place.value
        claim = value if isinstance(value, float | str) else None
        shown = f"{value:g}" if isinstance(value, float) else str(value).lower()
        yield piece(workspace, place.file, place.at, f"{place.label}: {shown}", claim=claim)
        return
    label = place.label.removesuffix(f", {place.quantile}")
    stated: Mapping[str, float] = place.value.stated()
    wanted = [place.quantile] if place.quantile else list(stated)
    by_place: dict[str, list[str]] = {}
    for name in wanted:
        by_place.setdefault(found_at(workspace, place.file, stated_at(workspace, place, name)), []).append(
            name
        )
    read = "" if in_numbers(workspace, place) else " (read from words)"
    for where, names in by_place.items():
        told = ", ".join(f"{name} {stated[name]:g}" for name in names)
        claims = () if read else tuple(stated[name] for name in names)
        yield Item(clean(f"{label}: {told}{read}"), where, claims=claims)


def stated_at(workspace: Workspace, place: Place, quantile: str | None = None) -> str:
    """The dotted path that a value stands at: of quantiles that of one, or of words for them."""
    assert place.file is not None
    if place.kind not in ("quantiles", "quantile"):
        return place.at
    base = place.at.removesuffix(f".{place.quantile}") if place.quantile else place.at
    if in_numbers(workspace, place):
        return f"{base}.{quantile or place.quantile or 'p50'}"
    own = [f"{base}.{name}" for name in ("words", *place.value.stated())]
    return next((at for at in own if (place.file, at) in workspace.lines), base)


def in_numbers(workspace: Workspace, place: Place) -> bool:
    """Whether quantiles stand as numbers in the file: then there are three at least, else one phrase."""
    base = place.at.removesuffix(f".{place.quantile}") if place.quantile else place.at
    return sum((place.file, f"{base}.{name}") in workspace.lines for name in place.value.stated()) > 1


def row(workspace: Workspace, indicator: str, period: str) -> Iterator[Item]:
    """One row of a measured series."""
    for one in workspace.measurements:
        if (one.indicator, one.period) == (indicator, period):
            title = workspace.indicators.indicators[indicator].title
            told = f"{title}, {period}: {one.value:g} {one.unit}"
            yield piece(workspace, SERIES, f"{indicator}.{period}", told, claim=one.value, locator=one.source)
