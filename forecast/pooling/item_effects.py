"""What a panel says a higher driver does to a way out of partnership: codes in points, or hazard ratios.

Weights and their division for dependence are the model's: whoever speaks of the driver and the channel
counts, in points or as a ratio.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from forecast.elicitation import Normal, lognormal
from forecast.inputs.records import HazardRatio, Source
from forecast.inputs.workspace import Workspace
from forecast.pooling.on_scale import OnScale, widened
from forecast.pooling.said import Item, as_mapping, divisors, heard, members
from forecast.pooling.weights import graded
from forecast.states import Channel

if TYPE_CHECKING:
    from forecast.panel import Panel

#: Coding error of one code, in code points: the sd of the model's.
CODE_SD = 0.6
LEAST_CODE, MOST_CODE = -3.0, 3.0
RATIO = "hazard_ratio"


def effect(workspace: Workspace, panel: Panel, driver: str, channel: Channel, *, ratio: bool) -> Item:
    """The codes of a driver's effect, or (``ratio``) its hazard ratios per driver unit."""
    key = f"effects.{driver}.{channel}"
    speaking = [source for source in members(workspace, panel) if _value(source, driver, channel) is not None]
    shared = divisors(workspace, speaking)
    said, left_out = [], {}
    for source in speaking:
        value = _value(source, driver, channel)
        assert value is not None
        if isinstance(value, HazardRatio) != ratio:
            told = "coded in points: pooled as" if ratio else "states a ratio: pooled as"
            left_out[source.id] = f"{told} {key if ratio else f'{key}.{RATIO}'}"
            continue
        read = _read(value, workspace.question.widened(source.kind))
        said.append(
            heard(
                workspace,
                panel,
                source,
                f"{key}.{RATIO}" if ratio else key,
                stated=read.stated,
                pooled=read.pooled,
                distribution=read.distribution,
                grade=graded(source.effects[driver].grade_of(channel), workspace.question.model.infer_weight),
                divided_by=shared[source.id],
                date=source.view_date,
            )
        )
    what = f"{workspace.drivers.drivers[driver].name}: effect of a higher level on {channel}"
    if ratio:
        unit = "hazard ratio per driver unit"
        return Item(f"{key}.{RATIO}", what, "quantity", unit, 0.0, float("inf"), tuple(said), left_out)
    return Item(key, what, "code", "points", LEAST_CODE, MOST_CODE, tuple(said), left_out)


@dataclass(frozen=True)
class _Read:
    stated: dict[float, float]
    pooled: dict[float, float] | None
    distribution: OnScale


def _read(value: float | HazardRatio, factor: float) -> _Read:
    """A code, or a ratio with its sd widened by ``factor``."""
    if not isinstance(value, HazardRatio):
        return _Read({0.5: value}, None, OnScale.of(Normal(value, CODE_SD), "identity"))
    stated = as_mapping(value.hazard_ratio)
    fit = OnScale.of(lognormal(value.hazard_ratio), "log", widened=factor)
    return _Read(stated, widened(stated, "log", factor), fit)


def _value(source: Source, driver: str, channel: Channel) -> float | HazardRatio | None:
    effect = source.effects.get(driver)
    return None if effect is None else getattr(effect, channel)
