"""What each input file may hold: one frozen record type per file kind.

The names are those a forecaster writes. Nothing here reads a file or looks across files.
"""

# ruff: noqa: RUF012 - pydantic copies mutable defaults

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from forecast.inputs.fields import (
    Grade,
    Identifier,
    PositiveQuantiles,
    ProbabilityQuantiles,
    Prose,
    Quantified,
    Quantiles,
    Strict,
    When,
)
from forecast.states import Channel, State, Transition

Lens = Literal[
    "realist", "constructivist", "status", "domestic", "regional", "economic", "english_school", "official"
]
Kind = Literal["text", "analyst", "official", "camp", "expert", "effects_only"]
Code = Annotated[float, Field(ge=-3, le=3)]
Weight = Annotated[float, Field(ge=0)]
Positive = Annotated[float, Field(gt=0)]


# ------------------------------------------------------------------ question.yaml


class EdgeCase(Strict):
    case: Prose
    ruling: Prose


class Outcome(Strict):
    """One state (or the broad reading of alliance): what it means and how it would be resolved."""

    title: Prose
    definition: Prose
    resolution: list[Prose]
    edge_cases: list[EdgeCase] = []


class AlignmentIndex(Strict):
    """The alignment index: weights over drivers, and the threshold used where no source implies one.

    ``index(t) = (sum_d weights_d x_d(t) - mean) / sd`` with mean and sd over the yearly 2001-2021 levels.
    """

    weights: dict[Identifier, float]
    threshold: Quantiles
    rationale: Prose


class ModelSettings(Strict):
    """Constants of the model a user may vary; defaults as in ARCHITECTURE.md."""

    rho: Annotated[float, Field(ge=0, le=1)] = 0.6
    rho_reported: Annotated[float, Field(ge=0, le=1)] = 0.3
    infer_weight: Annotated[float, Field(gt=0, le=1)] = 0.3
    shared_bias_sd: Annotated[float, Field(ge=0)] = 0.5
    gain: PositiveQuantiles | None = None


class Question(Strict):
    schema_: Literal["question/1"] = Field(alias="schema")
    id: Identifier
    title: Prose
    pair: Annotated[list[Prose], Field(min_length=2, max_length=2)]
    as_of: When
    horizon: When
    initial_state: State
    scale_years: Annotated[list[int], Field(min_length=2, max_length=2)] = [2001, 2021]
    background: Prose | None = None
    outcomes: dict[Literal["alliance", "partnership", "split", "alliance_broad"], Outcome]
    alignment_index: AlignmentIndex
    lenses: dict[Lens, Prose] = {}
    panels: Annotated[dict[Identifier, list[Identifier]], Field(min_length=1)]
    default_panel: Identifier
    lexicon: Literal["icd203", "phia", "ipcc"] = "icd203"
    spotlight: list[Identifier] = []
    model: ModelSettings = ModelSettings()


# ------------------------------------------------------------------ drivers.yaml


class DriverReading(Quantified):
    """A dated level judgment that belongs to no single source (kept in drivers.yaml)."""

    date: When
    grade: Grade = "INFER"
    locator: Prose | None = None
    rationale: Prose | None = None


class Driver(Strict):
    """A driver of the relationship, on a scale where 0 = its 2001-2021 mean and 1 = one sd of yearly values."""

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
    schema_: Literal["drivers/1"] = Field(alias="schema")
    drivers: Annotated[dict[Identifier, Driver], Field(min_length=1)]
    interactions: dict[Identifier, Interaction] = {}


# ------------------------------------------------------------------ base_rates.yaml


class TransitionCount(Strict):
    """Observed moves of one kind in a reference class; ``episodes`` = independent ones among them."""

    events: Annotated[float, Field(ge=0)]
    episodes: Annotated[float, Field(ge=0)] | None = None
    exposure_years: Positive
    note: Prose | None = None


class ReferenceClass(Strict):
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
    use: bool = True
    weight: Weight = 0.3
    effects: list[WithinPair] = []


class BaseRates(Strict):
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


# ------------------------------------------------------------------ history.yaml


class Episode(Strict):
    """A spell of the pair in one state; ``end`` is absent while it lasts."""

    state: State
    start: When
    end: When | None = None
    citation: Prose
    note: Prose | None = None


class History(Strict):
    """The pair's own record. ``record_start``: first year of the current spell that counts as evidence."""

    schema_: Literal["history/1"] = Field(alias="schema")
    record_start: int
    use: Identifier
    codings: Annotated[dict[Identifier, list[Episode]], Field(min_length=1)]

    @property
    def episodes(self) -> list[Episode]:
        """The spells under the coding in use."""
        return self.codings[self.use]


# ------------------------------------------------------------------ indicators.yaml, indicators.csv


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


# ------------------------------------------------------------------ sources/<id>.yaml


class OutcomeJudgment(ProbabilityQuantiles):
    """A coded probability: ``reached`` within a window (alliance, split) or the state after it (broad)."""

    within_years: Positive | None = None
    after_years: Positive | None = None
    grade: Grade = "TEXT"
    locator: Prose | None = None
    rationale: Prose | None = None
    checked: bool = False

    @property
    def years(self) -> float:
        """Length of the window, in years from the source's view date."""
        return self.within_years or self.after_years or 0.0


def _reached(judgment: OutcomeJudgment) -> OutcomeJudgment:
    if judgment.within_years is None or judgment.after_years is not None:
        raise PydanticCustomError(
            "window",
            "alliance and split are stated with within_years (reached at least once within the window), "
            "and not with after_years",
        )
    return judgment


def _at_the_end(judgment: OutcomeJudgment) -> OutcomeJudgment:
    if judgment.after_years is None or judgment.within_years is not None:
        raise PydanticCustomError(
            "window",
            "alliance_broad is stated with after_years (the state at the end of the window), "
            "and not with within_years",
        )
    return judgment


class Outcomes(Strict):
    alliance: Annotated[OutcomeJudgment, AfterValidator(_reached)] | None = None
    split: Annotated[OutcomeJudgment, AfterValidator(_reached)] | None = None
    alliance_broad: Annotated[OutcomeJudgment, AfterValidator(_at_the_end)] | None = None


class HazardRatio(Strict):
    """A judged hazard ratio per driver unit (1 = no effect), as quantiles."""

    hazard_ratio: PositiveQuantiles


class Effect(Strict):
    """What a source says a higher driver does to the two ways out of partnership."""

    alliance: Code | HazardRatio | None = None
    split: Code | HazardRatio | None = None
    grade: Grade | dict[Channel, Grade] = "TEXT"
    locator: Prose | None = None
    rationale: Prose | None = None
    checked: bool = False

    def grade_of(self, channel: Channel) -> Grade:
        """The evidence grade of one channel."""
        return self.grade.get(channel, "TEXT") if isinstance(self.grade, dict) else self.grade


class LevelJudgment(DriverReading):
    """Where a source puts a driver at a date."""

    driver: Identifier
    grade: Grade = "TEXT"
    checked: bool = False


class Source(Strict):
    """One text, analyst, camp, official voice or expert, and everything coded from it."""

    schema_: Literal["source/1"] = Field(alias="schema")
    id: Identifier
    kind: Kind
    citation: Prose
    view_date: When
    reported_in: Literal["self"] | Identifier | list[Identifier] = "self"
    lens: Annotated[list[Lens], Field(min_length=1)]
    cluster: Identifier
    weight: Weight = 1.0
    locator: Prose
    stance: Prose | None = None
    rationale: Prose | None = None
    independence: Prose | None = None
    checked: bool = False
    outcomes: Outcomes = Outcomes()
    effects: dict[Identifier, Effect] = {}
    levels: list[LevelJudgment] = []

    @property
    def reporters(self) -> tuple[str, ...]:
        """The sources that report this view; empty when it speaks for itself."""
        if self.reported_in == "self":
            return ()
        return (self.reported_in,) if isinstance(self.reported_in, str) else tuple(self.reported_in)


# ------------------------------------------------------------------ scenarios/<id>.yaml


class Hold(Strict):
    """do(driver = level) from start to end, both included; afterwards it relaxes by its own dynamics."""

    driver: Identifier
    level: float
    start: When | None = None
    end: When | None = None


class Shift(Strict):
    """A lasting offset of the driver's path from start (to end, if given)."""

    driver: Identifier
    amount: float
    start: When | None = None
    end: When | None = None


class Intervention(Strict):
    """Exactly one of the kinds of intervention."""

    hold: Hold | None = None
    shift: Shift | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_kind(cls, data: Any) -> Any:
        if isinstance(data, dict) and len(data) != 1:
            raise PydanticCustomError(
                "intervention",
                "an intervention has exactly one kind (found {found})",
                {"found": ", ".join(map(str, data)) or "none"},
            )
        if isinstance(data, dict) and None in data.values():
            raise PydanticCustomError(
                "intervention", "is empty; say what it does, or remove it", {"at": next(iter(data))}
            )
        return data


class Scenario(Strict):
    schema_: Literal["scenario/1"] = Field(alias="schema")
    id: Identifier
    title: Prose
    storyline: Prose
    motivated_by: list[Identifier] = []
    interventions: list[Intervention] = []
