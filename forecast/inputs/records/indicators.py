"""indicators.yaml and indicators.csv: measured series and how each reads a driver."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from forecast.inputs.fields import Identifier, Prose, Strict
from forecast.inputs.records.common import Positive


class Anchors(Strict):
    """The scale of an indicator too short to standardise: the values that mean 0 and +1."""

    zero: float
    plus_one: float
    rationale: Prose


class Indicator(Strict):
    """How a measured series reads a driver: ``z = sign * loading * x + b + e``, ``e ~ t4(error_sd)``.

    ``z`` is the transformed series standardised on 2001-2021, or scaled by ``anchors`` where the series
    covers fewer than 15 of those years; ``b ~ Normal(0, offset_sd)`` is the indicator's own lasting offset.
    """

    title: Prose
    driver: Identifier
    sign: Literal[-1, 1]
    loading: Positive = 1.0
    error_sd: Positive
    offset_sd: Annotated[float, Field(ge=0)] = 0.3
    transform: Literal["identity", "log"] = "identity"
    anchors: Anchors | None = None
    citation: Prose
    rationale: Prose


class Indicators(Strict):
    """The measured series, by the name their rows carry."""

    schema_: Literal["indicators/1"] = Field(alias="schema")
    indicators: dict[Identifier, Indicator]


class Measurement(Strict):
    """One row of indicators.csv; ``date`` is the middle of its period, ``period_end`` its last day."""

    indicator: Identifier
    period: str
    date: dt.date
    period_end: dt.date
    value: float
    unit: str
    source: str
    vintage: str = ""
    note: str = ""
