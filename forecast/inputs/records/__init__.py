"""What each input file may hold: one frozen record type per kind of file, in a forecaster's words."""

from forecast.inputs.records.base_rates import (
    BaseRates,
    Covariate,
    ReferenceClass,
    TransitionCount,
    WithinPair,
    WithinPairEvidence,
)
from forecast.inputs.records.common import KINDS, Code, Kind, Lens, Level, Positive, Weight, Window
from forecast.inputs.records.drivers import Driver, DriverReading, Drivers, Interaction, ShockTerm
from forecast.inputs.records.history import Episode, History
from forecast.inputs.records.indicators import Anchors, Indicator, Indicators, Measurement
from forecast.inputs.records.question import AlignmentIndex, EdgeCase, Fact, ModelSettings, Outcome, Question
from forecast.inputs.records.scenarios import Hold, Intervention, Scenario, Shift
from forecast.inputs.records.sources import (
    Effect,
    HazardRatio,
    Layout,
    LevelJudgment,
    OutcomeJudgment,
    Outcomes,
    SecondCode,
    Source,
)

__all__ = [
    "KINDS",
    "AlignmentIndex",
    "Anchors",
    "BaseRates",
    "Code",
    "Covariate",
    "Driver",
    "DriverReading",
    "Drivers",
    "EdgeCase",
    "Effect",
    "Episode",
    "Fact",
    "HazardRatio",
    "History",
    "Hold",
    "Indicator",
    "Indicators",
    "Interaction",
    "Intervention",
    "Kind",
    "Layout",
    "Lens",
    "Level",
    "LevelJudgment",
    "Measurement",
    "ModelSettings",
    "Outcome",
    "OutcomeJudgment",
    "Outcomes",
    "Positive",
    "Question",
    "ReferenceClass",
    "Scenario",
    "SecondCode",
    "Shift",
    "ShockTerm",
    "Source",
    "TransitionCount",
    "Weight",
    "Window",
    "WithinPair",
    "WithinPairEvidence",
]
