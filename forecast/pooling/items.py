"""What of a workspace can be pooled, by its key.

outcomes.alliance, outcomes.split         reached by a date; outcomes.alliance_broad, at each window's end
effects.DRIVER.CHANNEL                    codes in points; effects.DRIVER.CHANNEL.hazard_ratio
levels.DRIVER                             dated levels of a driver
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from forecast.errors import UsageError
from forecast.inputs.plain_words import choices, did_you_mean
from forecast.inputs.workspace import Workspace
from forecast.pooling.item_effects import RATIO, effect
from forecast.pooling.item_levels import level
from forecast.pooling.item_outcomes import broad, reached
from forecast.pooling.said import Item, Said
from forecast.states import CHANNELS, Channel

if TYPE_CHECKING:
    from forecast.panel import Panel

__all__ = ["Item", "Said", "item", "items"]


@dataclass(frozen=True)
class _When:
    """The date probabilities are carried to, and the one they are carried from."""

    by: dt.date
    as_of: dt.date


_Gathered = Callable[[Workspace, "Panel", _When], Item]


def items(workspace: Workspace, panel: Panel, *, as_of: dt.date | None = None) -> tuple[str, ...]:
    """Keys of which somebody on the panel says something that can be pooled, in the order of the files."""
    when = _when(workspace, None, as_of)
    return tuple(key for key, gathered in _known(workspace).items() if gathered(workspace, panel, when).said)


def item(
    workspace: Workspace,
    panel: Panel,
    key: str,
    *,
    by: dt.date | None = None,
    as_of: dt.date | None = None,
) -> Item:
    """All that a panel says of one item; nobody, where the panel says nothing of it.

    Parameters
    ----------
    key
        One of those above.
    by
        The date by which alliance or split is reached (default: the question's horizon). Other items have no
        date to be carried to, and it changes nothing of them.
    as_of
        Today: what views age to, and what probabilities are carried from (default: the question's).

    Raises
    ------
    UsageError
        For an unknown key, with the nearest known one; for a date past the horizon or not after today.
    """
    known = _known(workspace)
    if key not in known:
        near = did_you_mean(key, known)
        hint = f"Did you mean '{near}'?" if near else f"Known: {choices(known, limit=6)}."
        raise UsageError(f"unknown item '{key}'. {hint}")
    return known[key](workspace, panel, _when(workspace, by, as_of))


def _when(workspace: Workspace, by: dt.date | None, as_of: dt.date | None) -> _When:
    horizon = workspace.question.horizon
    by, as_of = by or horizon, as_of or workspace.question.as_of
    if by > horizon:
        raise UsageError(f"{by} is past the horizon {horizon}; raise horizon in priors/question.yaml")
    if by <= as_of:
        raise UsageError(f"{by} is not after {as_of}, where the forecast starts; give a later date")
    return _When(by, as_of)


def _known(workspace: Workspace) -> dict[str, _Gathered]:
    """Every key the workspace's drivers and outcomes make, to what gathers it."""
    known: dict[str, _Gathered] = {f"outcomes.{c}": partial(_reached, channel=c) for c in CHANNELS}
    known["outcomes.alliance_broad"] = lambda w, p, when: broad(w, p, as_of=when.as_of)
    for driver in workspace.drivers.drivers:
        for channel in CHANNELS:
            key = f"effects.{driver}.{channel}"
            known[key] = partial(_effect, driver=driver, channel=channel, ratio=False)
            known[f"{key}.{RATIO}"] = partial(_effect, driver=driver, channel=channel, ratio=True)
        known[f"levels.{driver}"] = partial(_level, driver=driver)
    return known


def _reached(workspace: Workspace, panel: Panel, when: _When, *, channel: Channel) -> Item:
    return reached(workspace, panel, channel, by=when.by, as_of=when.as_of)


def _effect(
    workspace: Workspace, panel: Panel, _: _When, *, driver: str, channel: Channel, ratio: bool
) -> Item:
    return effect(workspace, panel, driver, channel, ratio=ratio)


def _level(workspace: Workspace, panel: Panel, when: _When, *, driver: str) -> Item:
    return level(workspace, panel, driver, as_of=when.as_of)
