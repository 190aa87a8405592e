"""Any quantiles of a workspace as the model reads them: what enters the forecast, whatever fits best."""

from __future__ import annotations

import math
from dataclasses import dataclass

from forecast.elicitation import lognormal, normal, split_logit_normal
from forecast.elicitation.in_files import InFile
from forecast.inputs.fields import Quantiles
from forecast.inputs.workspace import Workspace
from forecast.pooling.on_scale import OnScale

#: What readers call each scale's reading.
TITLES = {
    "logit": "split normal on the log odds",
    "log": "normal on the log",
    "identity": "normal",
}


@dataclass(frozen=True)
class AsRead:
    """The model's own reading of quantiles; ``widened`` is the question's factor on the sds, for its kind."""

    distribution: OnScale
    widened: float

    @property
    def title(self) -> str:
        """What readers call it."""
        wider = f", sds x {self.widened:g} for the source's kind" if self.widened != 1.0 else ""
        return TITLES[self.distribution.scale] + wider


def as_read(workspace: Workspace, place: InFile) -> AsRead:
    """A probability as a split normal on its log odds, a positive quantity as a lognormal, else a normal.

    ``place`` has its natural limits: 0 and 1 of a probability, 0 of a positive quantity. A source's quantiles
    are widened by the question's factor for its kind, as everywhere in the model.
    """
    said = place.judgment
    quantiles = Quantiles(levels=said.probabilities, values=said.values)
    section, _, rest = place.path.partition(".")
    source = workspace.sources.get(rest.partition(".")[0]) if section == "sources" else None
    factor = workspace.question.widened(source.kind) if source else 1.0
    if (said.lower, said.upper) == (0.0, 1.0):
        read = OnScale.of(split_logit_normal(quantiles), "logit", widened=factor)
    elif (said.lower, said.upper) == (0.0, math.inf):
        read = OnScale.of(lognormal(quantiles), "log", widened=factor)
    else:
        read = OnScale.of(normal(quantiles), "identity", widened=factor)
    return AsRead(read, factor)
