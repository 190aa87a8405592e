"""Which stated probabilities are those of leaving partnership, and so can be pooled for one horizon."""

from __future__ import annotations

import numpy as np

from forecast.elicitation import SplitNormal, split_logit_normal
from forecast.inputs.records import Source
from forecast.inputs.workspace import Workspace
from forecast.pooling.horizons import Curve
from forecast.pooling.weights import graded
from forecast.states import CHANNELS, Channel


def viewed_partnership(workspace: Workspace, source: Source) -> bool:
    """Whether the pair was in partnership when the source wrote, or its state then is not on record.

    Only then are its stated probabilities those of leaving partnership, which is what F is.
    """
    return workspace.history.state_on(source.view_date) in ("partnership", None)


def unusable(workspace: Workspace, source: Source) -> str | None:
    """Why what a source states cannot be carried to a horizon; None where it can.

    It takes both probabilities, of which the medians leave something for staying, from a time when the pair
    was in partnership.
    """
    if not viewed_partnership(workspace, source):
        return "wrote when the pair was not in partnership"
    alliance, split = source.outcomes.alliance, source.outcomes.split
    if alliance is None and split is None:
        return "not coded on alliance or split"
    if alliance is None or split is None:
        return f"not coded on {'alliance' if alliance is None else 'split'}"
    if alliance.quantiles.p50 + split.quantiles.p50 >= 1:
        return "its two probabilities sum to one or more"
    return None


def window(source: Source) -> float:
    """Years within which a source states its probabilities of leaving: the longer of its windows."""
    stated = (source.outcomes.alliance, source.outcomes.split)
    return max(j.years for j in stated if j is not None)


def grade(workspace: Workspace, source: Source) -> float:
    """The mean weight of the grades of a source's two probabilities, since each is carried with the other."""
    infer = workspace.question.model.infer_weight
    return float(np.mean([graded(getattr(source.outcomes, k).grade, infer) for k in CHANNELS]))


def curve(workspace: Workspace, source: Source) -> Curve:
    """Both stated distributions of a usable source, widened for its kind."""
    alliance, split = (_fit(workspace, source, k) for k in CHANNELS)
    return Curve.of(alliance, split, years=window(source))


def _fit(workspace: Workspace, source: Source, channel: Channel) -> SplitNormal:
    stated = getattr(source.outcomes, channel)
    return split_logit_normal(stated.quantiles).widened(workspace.question.widened(source.kind))
