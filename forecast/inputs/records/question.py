"""question.yaml: the pair, the outcomes and how they resolve, the panels."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from forecast.inputs.fields import Identifier, PositiveQuantiles, Prose, Quantiles, Strict, When
from forecast.inputs.records.common import Kind, Lens
from forecast.states import State


class EdgeCase(Strict):
    """A case a resolver might stumble over, and how it is ruled."""

    case: Prose
    ruling: Prose


class Fact(Strict):
    """Something that bears on how the question resolves, and how well it stands.

    ``known``: in a document or an official record; ``reported``: said by someone, not seen in a document;
    ``not_known``: what a resolver would want to know and does not.
    """

    status: Literal["known", "reported", "not_known"]
    fact: Prose
    citation: Prose | None = None


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
    """What is asked, of whom, from when to when.

    ``widening`` maps a kind of source to the factor on the sd of all it is coded to say (1 where absent).
    """

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
    resolving: list[Prose] = []
    facts: list[Fact] = []
    alignment_index: AlignmentIndex
    lenses: dict[Lens, Prose] = {}
    panels: Annotated[dict[Identifier, list[Identifier]], Field(min_length=1)]
    default_panel: Identifier
    lexicon: Annotated[
        Prose, Field(description="icd203, phia, ipcc, or the id of a file in priors/lexicons/")
    ] = "icd203"
    spotlight: list[Identifier] = []
    widening: dict[Kind, Annotated[float, Field(ge=1, le=10)]] = {}
    model: ModelSettings = ModelSettings()

    def widened(self, kind: Kind) -> float:
        """The factor on the sd of what a source of this kind is coded to say."""
        return self.widening.get(kind, 1.0)
