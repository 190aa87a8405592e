"""What one source says of one item, and all that a rule of pooling wants to know of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation.judgment import Judgment
from forecast.inputs.fields import Quantiles
from forecast.inputs.records import Source
from forecast.inputs.records.common import Kind
from forecast.inputs.workspace import Workspace
from forecast.pooling.on_scale import OnScale
from forecast.pooling.weights import dependence

if TYPE_CHECKING:
    from forecast.panel import Panel

#: A probability of one event, a quantity with quantiles, or a code in points.
Form = Literal["probability", "quantity", "code"]


@dataclass(frozen=True)
class Said:
    """One source on one item.

    Attributes
    ----------
    source, kind, cluster, reporters, coded
        Who; ``coded`` where a coder read it out of words, and not an expert's own numbers.
    weight, grade, aged, divided_by, widened, effective
        Panel weight; weight of the evidence grade; what the view's age leaves; the divisor for dependence;
        the question's factor on the sd for its kind; and what all this comes to,

            effective = weight grade aged / divided_by      (a code's also / widened^2)

    file, line, date, years
        Where it stands; of when it is; the window it was stated for, None where there is none.
    stated
        {level: value} as in the file; a code as its one value at .5.
    judgment
        Those quantiles as pooled: of a probability of leaving, carried to the item's horizon, with its sds
        widened; None of a code.
    distribution
        The model's own reading of them: a split normal on the logit of a probability, a normal on the log of
        a hazard ratio, a normal of a level, a normal with the coding error around a code.
    """

    source: str
    kind: Kind
    weight: float
    grade: float
    aged: float
    divided_by: float
    widened: float
    effective: float
    file: str
    line: int
    date: dt.date
    years: float | None
    stated: Mapping[float, float]
    judgment: Judgment | None
    distribution: OnScale
    coded: bool
    cluster: str
    reporters: tuple[str, ...]

    @property
    def point(self) -> float:
        """Its median, which is what rules of single probabilities pool."""
        return float(self.distribution.ppf(np.array(0.5)))


@dataclass(frozen=True)
class Item:
    """Everything a panel says of one thing, ready for any rule.

    ``left_out`` names those who say something of it that cannot be pooled, and why; ``horizon`` the date
    that probabilities were carried to, None where nothing was. ``lower`` and ``upper`` are limits of the
    quantity.
    """

    key: str
    title: str
    form: Form
    unit: str
    lower: float
    upper: float
    said: tuple[Said, ...]
    left_out: Mapping[str, str]
    horizon: dt.date | None = None

    @property
    def weights(self) -> Floats:
        """Effective weights (E,), in the order of ``said``."""
        return np.array([one.effective for one in self.said], dtype=np.float64)


def members(workspace: Workspace, panel: Panel) -> list[Source]:
    """The sources heard, in file order."""
    return [workspace.sources[member] for member in panel.members]


def divisors(workspace: Workspace, speaking: list[Source]) -> dict[str, float]:
    """`dependence` among sources that speak of one item, by the question's rho."""
    return dependence(
        [source.id for source in speaking],
        cluster={source.id: source.cluster for source in speaking},
        reporters={source.id: source.reporters for source in speaking},
        rho=workspace.question.model.rho,
        rho_reported=workspace.question.model.rho_reported,
    )


def heard(
    workspace: Workspace,
    panel: Panel,
    source: Source,
    at: str,
    *,
    stated: Mapping[float, float],
    pooled: Mapping[float, float] | None,
    distribution: OnScale,
    grade: float,
    divided_by: float,
    date: dt.date,
    years: float | None = None,
    aged: float = 1.0,
) -> Said:
    """A source that is heard; ``at`` is the place in its file, ``pooled`` None of a code."""
    file = f"priors/sources/{source.id}.yaml"
    factor = workspace.question.widened(source.kind)
    lower, upper = distribution.support
    name = f"sources.{source.id}.{at}"
    tempered = divided_by * (factor**2 if pooled is None else 1.0)
    return Said(
        source=source.id,
        kind=source.kind,
        weight=panel.weights[source.id],
        grade=grade,
        aged=aged,
        divided_by=divided_by,
        widened=factor,
        effective=panel.weights[source.id] * grade * aged / tempered,
        file=file,
        line=workspace.lines.get((file, at), 0),
        date=date,
        years=years,
        stated=stated,
        judgment=Judgment.of_quantiles(pooled, lower=lower, upper=upper, name=name) if pooled else None,
        distribution=distribution,
        coded=source.kind != "expert",
        cluster=source.cluster,
        reporters=source.reporters,
    )


def as_mapping(quantiles: Quantiles) -> dict[float, float]:
    """{level: value}."""
    return dict(zip(quantiles.levels, quantiles.values, strict=True))
