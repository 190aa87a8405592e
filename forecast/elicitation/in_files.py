"""Judgments where they stand in a workspace's files, as what can be fitted."""

from __future__ import annotations

import math
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
    place = find(workspace, path)
    if place.kind == "quantile":
        place = find(workspace, place.path.rpartition(".")[0])
    if not isinstance(place.value, Quantiles):
        inside = [known for known in knobs(workspace) if known.startswith(f"{place.path}.")]
        hint = f"; quantiles stand at {inside[0]}" if inside else ""
        raise UsageError(f"{place.path} is one {place.unit or 'number'}, no quantiles to be fitted{hint}")
    natural = next((ends for kind, ends in _LIMITS if isinstance(place.value, kind)), (-math.inf, math.inf))
    at = knob(workspace, place.path)
    said = Judgment(
        place.value.values,
        place.value.levels,
        natural[0] if lower is None else lower,
        natural[1] if upper is None else upper,
        name=place.path,
    )
    return InFile(said, place.path, at.file or "", at.line or 0, at.unit, at.label)
