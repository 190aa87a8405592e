"""base_rates.yaml: reference classes, and what moves their rates to this pair."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from forecast.inputs.fields import Identifier, PositiveQuantiles, Prose, Quantiles, Strict
from forecast.inputs.records.common import Positive, Weight
from forecast.states import Channel, Transition


class TransitionCount(Strict):
    """Observed moves of one kind in a reference class; ``episodes`` = independent ones among them."""

    events: Annotated[float, Field(ge=0)]
    episodes: Annotated[float, Field(ge=0)] | None = None
    exposure_years: Positive
    note: Prose | None = None


class ReferenceClass(Strict):
    """Dyad-years of pairs like this one, and the moves counted in them."""

    title: Prose
    citation: Prose
    years: Annotated[list[int], Field(min_length=2, max_length=2)]
    transitions: dict[Transition, TransitionCount]
    covariates: dict[Identifier, float] = Field(default={}, description="class mean of each offset covariate")
    pair_covariates: dict[Identifier, float] = Field(default={}, description="the pair's mean, same years")


class Covariate(Strict):
    """A dyadic covariate with empirical log hazard ratios, used to move the class rate to this pair."""

    title: Prose
    unit: Prose
    citation: Prose
    log_hazard_ratio: dict[Transition, Quantiles]


class WithinPair(Strict):
    """An empirical hazard ratio rescaled to one driver unit, as a low-weight judgment about an effect."""

    driver: Identifier
    channel: Channel
    log_hazard_ratio: Quantiles
    note: Prose


class WithinPairEvidence(Strict):
    """Empirical ratios heard as one more, low-weight source; ``use: false`` turns them off."""

    use: bool = True
    weight: Weight = 0.3
    effects: list[WithinPair] = []


class BaseRates(Strict):
    """The outside view: which class is in use, and what moves its rates to this pair."""

    schema_: Literal["base_rates/1"] = Field(alias="schema")
    use: Identifier
    fallback: Identifier = Field(description="the wider class that zero cells are pooled with")
    classes: Annotated[dict[Identifier, ReferenceClass], Field(min_length=1)]
    offsets: bool = True
    covariates: dict[Identifier, Covariate] = {}
    definition_offset: dict[Channel, Quantiles] = {}
    elicited: dict[Transition, PositiveQuantiles] = Field(
        default={}, description="rates per year that replace the class's, by transition"
    )
    within_pair: WithinPairEvidence = WithinPairEvidence()
