"""The typed workspace: everything read from one folder of files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from forecast.errors import Problem
from forecast.inputs.records import (
    BaseRates,
    Drivers,
    History,
    Indicators,
    Measurement,
    Question,
    Scenario,
    SecondCode,
    Seed,
    Shock,
    Source,
)
from forecast.lexicon import LEXICONS, Lexicon, named

BASELINE = "baseline"


@dataclass(frozen=True)
class Workspace:
    """All inputs of one question. ``scenarios`` always holds the empty ``baseline``.

    ``lines`` maps (file, dotted path) to a line number, so that any number can say where it stands.
    """

    root: Path
    question: Question
    drivers: Drivers
    base_rates: BaseRates
    history: History
    indicators: Indicators
    measurements: tuple[Measurement, ...]
    sources: Mapping[str, Source]
    scenarios: Mapping[str, Scenario]
    inputs_sha256: str
    shocks: Mapping[str, Shock] = field(default_factory=dict)
    second_coding: tuple[SecondCode, ...] = ()
    seeds: Mapping[str, Seed] = field(default_factory=dict)  # with their realisations, wherever these stand
    lines: Mapping[tuple[str, str], int] = field(default_factory=dict)
    origin: str = "found"  # "given" (-w), "found" (upward), or "shipped" (the read-only example)
    warnings: tuple[Problem, ...] = ()
    lexicons: Mapping[str, Lexicon] = field(default_factory=dict)  # its own, beside those that are shipped

    @property
    def lexicon(self) -> Lexicon:
        """The words of probability that the question chooses."""
        return named(self.question.lexicon, {**LEXICONS, **self.lexicons})
