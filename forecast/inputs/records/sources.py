"""sources/<id>.yaml: one text, analyst, camp, official voice or expert, and all that is coded from it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from forecast.inputs.fields import (
    Grade,
    Identifier,
    PositiveQuantiles,
    ProbabilityQuantiles,
    Prose,
    StatedProbability,
    Strict,
    When,
)
from forecast.inputs.records.admiralty import NOT_GRADED, Admiralty
from forecast.inputs.records.common import Code, Kind, Lens, Weight, Window
from forecast.inputs.records.drivers import DriverReading
from forecast.inputs.records.further import Further
from forecast.inputs.records.seeds import SeedAnswer
from forecast.states import Channel


class OutcomeJudgment(ProbabilityQuantiles):
    """A coded probability: ``reached`` within a window (alliance, split) or the state after it (broad)."""

    within_years: Window | None = None
    after_years: Window | None = None
    grade: Grade = "TEXT"
    locator: Prose | None = None
    rationale: Prose | None = None
    checked: bool | None = None

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
    """Stated probabilities: of reaching alliance or split, and of the broad state."""

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
    checked: bool | None = None

    def grade_of(self, channel: Channel) -> Grade:
        """The evidence grade of one channel."""
        return self.grade.get(channel, "TEXT") if isinstance(self.grade, dict) else self.grade


class LevelJudgment(DriverReading):
    """Where a source puts a driver at a date."""

    driver: Identifier
    grade: Grade = "TEXT"
    checked: bool | None = None


class Layout(Strict):
    """How places in a text are counted, so that a locator can be followed and checked.

    ``name`` is what locators call the text (``Liu Ying 2018, pp. 341-342``; ``Zhang Yun 2021, para. 3``);
    ``page_error`` says within how many pages the numbers hold where they had to be reconstructed.
    """

    name: Prose
    pages: Annotated[list[int], Field(min_length=2, max_length=2)] | None = None
    page_error: Annotated[int, Field(ge=0)] = 0
    paragraphs: Annotated[int, Field(ge=1)] | None = None
    notes: Annotated[int, Field(ge=1)] | None = None
    abstract: bool = False
    counting: Prose | None = None


class SecondCode(Strict):
    """What a second coder, who had not seen the first coding, made of one cell; all None: nothing is said.

    ``item`` is a driver (then ``code``, -3 to 3, may be given) or ``outcome`` (then ``quantiles`` may).
    ``first`` and ``first_grade`` keep the first coder's code of that day, where ``first_kept``, since the
    coding may be revised afterwards.
    """

    source: str
    item: str
    channel: Literal["alliance", "split", "alliance_broad"]
    code: float | None = None
    quantiles: StatedProbability | None = None
    grade: Grade | None = None
    first: float | None = None
    first_grade: Grade | None = None
    first_kept: bool = False
    note: str = ""


class Source(Strict):
    """One text, analyst, camp, official voice or expert, and everything coded from it."""

    schema_: Literal["source/1"] = Field(alias="schema")
    id: Identifier
    name: Annotated[str, Field(min_length=1, max_length=48)] | None = Field(
        default=None, description="what tables and figures call the source; else its first author and year"
    )
    kind: Kind
    citation: Prose
    view_date: When
    reported_in: Literal["self"] | Identifier | list[Identifier] = "self"
    cites: list[Identifier] = []
    lens: Annotated[list[Lens], Field(min_length=1)]
    cluster: Identifier
    weight: Weight = 1.0
    layout: Layout | None = None
    locator: Prose
    stance: Prose | None = None
    rationale: Prose | None = None
    independence: Prose | None = None
    admiralty: Admiralty | None = None
    admiralty_why: Prose | None = None
    checked: bool = False
    outcomes: Outcomes = Outcomes()
    effects: dict[Identifier, Effect] = {}
    levels: list[LevelJudgment] = []
    also_stated: list[Further] = []
    seeds: dict[Identifier, SeedAnswer] = {}

    def is_checked(self, item: OutcomeJudgment | Effect | LevelJudgment) -> bool:
        """Whether a judgment was verified against the text: its own word, else the source's."""
        return self.checked if item.checked is None else item.checked

    def place_of(self, item: OutcomeJudgment | Effect | LevelJudgment) -> str:
        """Where a judgment is found: its own locator, else the source's."""
        return item.locator or self.locator

    @property
    def graded_as(self) -> str:
        """The Admiralty grade; F6, which supports nothing, where none was given."""
        return self.admiralty or NOT_GRADED

    @property
    def reporters(self) -> tuple[str, ...]:
        """The sources that report this view; empty when it speaks for itself."""
        if self.reported_in == "self":
            return ()
        return (self.reported_in,) if isinstance(self.reported_in, str) else tuple(self.reported_in)
