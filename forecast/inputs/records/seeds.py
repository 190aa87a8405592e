"""seeds.yaml, and what experts answer to it: questions of known answer, which performance is scored on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from forecast.inputs.fields import Identifier, Prose, Quantified, Strict, When


class Seed(Strict):
    """One seed (calibration question): what was asked, and what came true, once that is known.

    ``scale`` is the background measure: log for quantities over orders of magnitude. ``lower`` and ``upper``
    are limits that the quantity cannot pass.
    """

    question: Prose
    unit: Prose | None = None
    scale: Literal["uniform", "log"] = "uniform"
    realisation: Annotated[
        float | None, Field(description="what came true; absent while it is not known")
    ] = None
    resolved: When | None = None
    citation: Prose | None = None
    lower: float | None = None
    upper: float | None = None
    note: Prose | None = None


class SeedsFile(Strict):
    """The seeds that experts are asked, by id. No forecast depends on them."""

    schema_: Literal["seeds/1"] = Field(alias="schema")
    seeds: Annotated[dict[Identifier, Seed], Field(min_length=1)]


class SeedAnswer(Quantified):
    """What an expert answered to a seed; ``realisation`` may stand here where there is no seeds.yaml."""

    realisation: Annotated[float | None, Field(description="what came true, if it is known")] = None
    locator: Prose | None = None
    rationale: Prose | None = None
