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

    shock: Annotated[list[Identifier], Field(min_length=1)]


class Interaction(Strict):
    """``coefficient * f(g_a, g_b)`` added to a log-hazard; a term that lists drivers is their average."""

    form: Literal["product", "absdiff"]
    terms: Annotated[list[Identifier | list[Identifier] | ShockTerm], Field(min_length=2, max_length=2)]
    channel: Channel
    effect: Quantiles
    locator: Prose | None = None
    rationale: Prose


class CrossImpact(Strict):
    """How one driver pulls another: ``strength`` in points, -3 to 3; 0 is a denial."""

    from_: Identifier = Field(alias="from")
    to: Identifier
    strength: Code
    grade: Grade = "INFER"
    locator: Prose | None = None
    rationale: Prose


class Correlation(Strict):
    """Innovations of two drivers that come together, since the same events move both."""

    drivers: Annotated[list[Identifier], Field(min_length=2, max_length=2)]
    correlation: Annotated[float, Field(gt=-1, lt=1)]
    rationale: Prose


class Drivers(Strict):
    """Every driver of the relationship, what they do together, and what they do to one another.

    ``cross_impact_unit``: by how much a point of strength shifts the level a driver is drawn to, for each
    unit that the other is off its projection.
    """

    schema_: Literal["drivers/1"] = Field(alias="schema")
    drivers: Annotated[dict[Identifier, Driver], Field(min_length=1)]
    interactions: dict[Identifier, Interaction] = {}
    cross_impact_unit: PositiveQuantiles = PositiveQuantiles(
        levels=(0.05, 0.5, 0.95), values=(0.08, 0.12, 0.18)
    )
    cross_impacts: list[CrossImpact] = []
    correlations: list[Correlation] = []
