"""Judgments where they stand in a workspace's files, as what can be fitted."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from forecast.elicitation.judgment import Judgment
from forecast.errors import UsageError
from forecast.inputs.fields import PositiveQuantiles, Quantiles, StatedProbability
from forecast.inputs.knob_paths import find, knob, knobs
from forecast.inputs.workspace import Workspace

#: The limits that a kind of quantiles has by nature.
_LIMITS: tuple[tuple[type[Quantiles], tuple[float, float]], ...] = (
    (StatedProbability, (0.0, 1.0)),
    (PositiveQuantiles, (0.0, math.inf)),
)
#: Dated quantiles in a list, which no knob turns: ``sources.ID.levels[0]``, ``drivers.ID.readings[0]``.
_LISTED = re.compile(r"(?:(sources)|drivers)\.(\w+)\.(levels|readings)(?:\[|\.)(\d+)\]?\Z")


@dataclass(frozen=True)
class InFile:
    """A judgment, and where it stands: ``file`` and ``line`` (relative to the workspace), unit and label."""

    judgment: Judgment
    path: str
    file: str
    line: int
    unit: str
    label: str


def judgment_at(
    workspace: Workspace, path: str, *, lower: float | None = None, upper: float | None = None
) -> InFile:
    """The quantiles at a path such as ``sources.ID.outcomes.alliance`` or ``shocks.ID.rate``.

    Limits are those of the quantity (a probability 0 and 1, a positive quantity 0) unless given.

    Raises
    ------
    UsageError
        For a path that is unknown, or at which no quantiles stand.
    """
    limits = (lower, upper)
    if listed := _listed(workspace, path.strip()):
        quantiles, shown, file, at, label = listed
        line = workspace.lines.get((file, at), 0)
        return InFile(_judgment(quantiles, shown, limits), shown, file, line, "level", label)
    place = find(workspace, path)
    if place.kind == "quantile":
        place = find(workspace, place.path.rpartition(".")[0])
    if not isinstance(place.value, Quantiles):
        inside = [known for known in knobs(workspace) if known.startswith(f"{place.path}.")]
        hint = f"; quantiles stand at {inside[0]}" if inside else ""
        raise UsageError(f"{place.path} is one {place.unit or 'number'}, no quantiles to be fitted{hint}")
    stands = knob(workspace, place.path)
    said = _judgment(place.value, place.path, limits)
    return InFile(said, place.path, stands.file or "", stands.line or 0, stands.unit, stands.label)


def _judgment(said: Quantiles, name: str, limits: tuple[float | None, float | None]) -> Judgment:
    natural = next((ends for kind, ends in _LIMITS if isinstance(said, kind)), (-math.inf, math.inf))
    lower, upper = (own if own is not None else end for own, end in zip(limits, natural, strict=True))
    return Judgment(said.values, said.levels, lower, upper, name=name)


def _listed(workspace: Workspace, path: str) -> tuple[Quantiles, str, str, str, str] | None:
    """(quantiles, path, file, place in it, label) of a dated level; None where the path means no such."""
    found = _LISTED.match(path)
    if found is None:
        return None
    of_source, name, key, index = found[1] is not None, found[2], found[3], int(found[4])
    owner = (workspace.sources if of_source else workspace.drivers.drivers).get(name)
    entries = getattr(owner, key, None) if owner is not None else None
    if entries is None:
        return None
    if index >= len(entries):
        raise UsageError(f"{path}: {name} has {len(entries)} {key}, the first of them {key}[0]")
    at = f"{key}[{index}]" if of_source else f"drivers.{name}.{key}[{index}]"
    file = f"priors/sources/{name}.yaml" if of_source else "priors/drivers.yaml"
    label = f"{entries[index].driver} in {entries[index].date:%Y}" if of_source else name
    return entries[index].quantiles, f"{found[0].partition(key)[0]}{key}[{index}]", file, at, label
