"""drivers.yaml: the drivers, their dynamics and readings, and their interactions."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from forecast.inputs.fields import (
    Grade,
    Identifier,
    PositiveQuantiles,
    Prose,
    Quantified,
    Quantiles,
    Strict,
    When,
)
from forecast.inputs.records.common import Code, Lens
from forecast.states import Channel, Transition


class DriverReading(Quantified):
    """A dated level judgment that belongs to no single source (kept in drivers.yaml)."""

    date: When
    grade: Grade = "INFER"
    locator: Prose | None = None
    rationale: Prose | None = None


class Driver(Strict):
    """A driver, on a scale where 0 = its mean over the scale years and 1 = one sd of yearly values then."""

    name: Prose
    definition: Prose
    anchors: dict[Literal["-2", "0", "+2"], Prose]
    mechanism: Prose | None = None
    lenses: list[Lens] = []
    dynamics: Literal["structural", "event"]
    half_life_years: PositiveQuantiles
    long_run_mean: Quantiles
    volatility: PositiveQuantiles = Field(description="sd of the innovation over one year, in driver units")
    returns: dict[Transition, Code] = {}
    readings: list[DriverReading] = []
    no_indicator: Prose | None = Field(
        default=None, description="why no measured series stands for this driver"
    )


class ShockTerm(Strict):
    """An interaction term that is on only while one of these shocks has struck."""

    shock: list[Identifier]


class Interaction(Strict):
    """``coefficient * f(g_a, g_b)`` added to a log-hazard; a term that lists drivers is their average."""

    form: Literal["product", "absdiff"]
    terms: Annotated[list[Identifier | list[Identifier] | ShockTerm], Field(min_length=2, max_length=2)]
    channel: Channel
    effect: Quantiles
    locator: Prose | None = None
    rationale: Prose


class Drivers(Strict):
    """Every driver of the relationship, and their interactions."""

    schema_: Literal["drivers/1"] = Field(alias="schema")
    drivers: Annotated[dict[Identifier, Driver], Field(min_length=1)]
    interactions: dict[Identifier, Interaction] = {}
