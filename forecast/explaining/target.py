"""What is to be explained: a quantity, an estimate, a driver's level, or a number of the input files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from forecast.errors import UsageError
from forecast.inputs.knob_paths import find, knobs
from forecast.inputs.knob_place import Place
from forecast.inputs.plain_words import choices, did_you_mean
from forecast.inputs.workspace import Workspace
from forecast.simulation.quantities import QUANTITIES
from forecast.states import CHANNELS

Kind = Literal["quantity", "estimate", "level", "input"]
ESTIMATES = ("outside_view", "pooled_judgment", "model")


@dataclass(frozen=True)
class Target:
    """A path, read.

    ``name``: a quantity (``reached.alliance``), an estimate (``outside_view``) whose ``outcome`` is asked, a
    driver's id, or the path of an input, whose ``place`` is given.
    """

    kind: Kind
    path: str
    name: str
    outcome: str = ""
    place: Place | None = None


def quantity_names() -> dict[str, tuple[str, str]]:
    """Quantities by the names that `run --json` gives them: ``reached.split``, ``alliance_broad``."""
    return {q if q == of else f"{q}.{of}": (q, of) for q, of in QUANTITIES}


def estimate_names() -> dict[str, tuple[str, str]]:
    """Estimates with their outcome: ``outside_view.alliance``."""
    return {f"{name}.{channel}": (name, channel) for name in ESTIMATES for channel in CHANNELS}


def target(workspace: Workspace, path: str) -> Target:
    """Read a path.

    Raises
    ------
    UsageError
        If it means nothing: with the nearest that does, or with what a path may begin with.
    """
    wanted = path.strip()
    if wanted in quantity_names():
        return Target("quantity", wanted, wanted, quantity_names()[wanted][1])
    if wanted in estimate_names():
        return Target("estimate", wanted, *estimate_names()[wanted])
    named = (*quantity_names(), *estimate_names())
    heads = tuple(dict.fromkeys(name.partition(".")[0] for name in knobs(workspace)))
    if wanted.partition(".")[0] not in heads:
        raise UsageError(_unknown(wanted, named, heads))
    try:
        place = find(workspace, wanted)
    except UsageError:
        if (near := did_you_mean(wanted, estimate_names())) is not None:
            raise UsageError(f"unknown estimate '{wanted}'. Did you mean '{near}'?") from None
        raise
    if place.kind == "level":
        return Target("level", place.path, str(place.steps[1]))
    return Target("input", place.path, place.path, place=place)


def _unknown(wanted: str, named: Iterable[str], heads: Iterable[str]) -> str:
    """What to say of a path that begins like nothing known: the nearest name, or what there is."""
    near = did_you_mean(wanted, named)
    if near is None and (head := did_you_mean(wanted.partition(".")[0], heads)) is not None:
        near = head + wanted[len(wanted.partition(".")[0]) :]
    if near is not None:
        return f"unknown quantity or input '{wanted}'. Did you mean '{near}'?"
    return (
        f"unknown quantity or input '{wanted}'; a quantity is one of {choices(named, 20)};"
        f" an input begins with {choices(heads, 20)}"
    )
