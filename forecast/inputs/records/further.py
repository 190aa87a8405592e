"""What a source states beside its headline probabilities: other windows, conditions, chances of events."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from forecast.inputs.fields import Identifier, ProbabilityQuantiles, Prose
from forecast.inputs.records.common import Window


class Further(ProbabilityQuantiles):
    """One more probability a source states, held against its others by ``forecast elicit check``.

    Of an ``outcome`` or of a ``shock`` of shocks.yaml. ``given``: if that shock strikes within the same
    window; ``given_not``: if it does not. Nothing else reads it: no forecast depends on it.
    """

    outcome: Literal["alliance", "split", "alliance_broad"] | None = None
    shock: Identifier | None = None
    within_years: Window | None = Field(default=None, description="reached, or struck, within the window")
    after_years: Window | None = Field(default=None, description="the state at the end (alliance_broad)")
    given: Annotated[Identifier | None, Field(description="a shock that strikes within the window")] = None
    given_not: Annotated[Identifier | None, Field(description="a shock that does not")] = None
    locator: Prose | None = None
    rationale: Prose | None = None

    @property
    def years(self) -> float:
        """Length of the window, in years from the source's view date."""
        return self.within_years or self.after_years or 0.0

    @model_validator(mode="after")
    def _one_thing(self) -> Further:
        fault = _fault(self)
        if fault:
            raise PydanticCustomError("also_stated", "{fault}", {"fault": fault})
        return self


def _fault(said: Further) -> str | None:
    """What keeps a further statement from being one probability; None if nothing."""
    if (said.outcome is None) == (said.shock is None):
        return "states one thing: give outcome or shock, and not both"
    if said.given and said.given_not:
        return "is conditional on one thing: give given or given_not, and not both"
    if said.shock and (said.given or said.given_not):
        return "a shock's own probability is stated without given or given_not"
    at_the_end = said.outcome == "alliance_broad"
    if (said.after_years is not None) != at_the_end or (said.within_years is None) != at_the_end:
        if at_the_end:
            return "alliance_broad is stated with after_years (the state at the end), not with within_years"
        return f"{said.outcome or said.shock} is stated with within_years, and not with after_years"
    return None
