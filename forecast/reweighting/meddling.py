"""Knobs of shocks turned as interventions: what makes up for shocks stays as the judgments have it.

In the files a shock's rate is one more judgment of a world that hazards and drivers were fitted to: it is
made up for, and the baseline stays. Turned as a knob it asks what would happen if the shock struck more
often, or harder, than judged; an occurrence rate is then multiplied as a scenario's ``rate`` does.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from forecast.errors import UsageError
from forecast.inputs.knobs import Setting
from forecast.inputs.records import Intervention, Rate, Shock
from forecast.inputs.workspace import Workspace

#: Most that a rate is multiplied by, as in a scenario.
MOST = 100.0


@dataclass(frozen=True)
class Meddling:
    """``rates``: interventions on how often shocks strike; ``struck``: shocks as they then are, or None."""

    rates: tuple[Intervention, ...]
    struck: Mapping[str, Shock] | None


def is_shock(path: str) -> bool:
    """Whether a knob belongs to a shock."""
    return path.startswith("shocks.")


def meddling(before: Workspace, after: Workspace, settings: Mapping[str, Setting]) -> Meddling | None:
    """What turning knobs of shocks does; None where none is turned to another value."""
    changed = [name for name in before.shocks if after.shocks[name] is not before.shocks[name]]
    if not changed:
        return None
    rates = tuple(
        Intervention(rate=Rate(shock=name, times=times))
        for name in changed
        if (times := _times(before.shocks[name], after.shocks[name], settings)) != 1.0
    )
    # How often it strikes is in the interventions: of the shocks themselves only what they do changes.
    struck = {
        name: shock.model_copy(
            update={"rate": before.shocks[name].rate, "probability": before.shocks[name].probability}
        )
        for name, shock in after.shocks.items()
    }
    return Meddling(rates, struck if any(struck[name] != before.shocks[name] for name in changed) else None)


def _times(before: Shock, after: Shock, settings: Mapping[str, Setting]) -> float:
    """By how much the hazard of striking is multiplied, at the medians."""
    old, new = (
        shock.rate.p50 if shock.rate else -math.log1p(-shock.probability.p50) if shock.probability else 1.0
        for shock in (before, after)
    )
    if not new / old <= MOST:
        turned = ", ".join(f"{path} = {value:g}" for path, value in settings.items() if is_shock(path))
        raise UsageError(
            f"{turned}: {new / old:.0f} times its judged value of {old:g}; at most {MOST:.0f} times"
        )
    return new / old
