"""Where a broad alliance begins: the alignment index and the thresholds that sources' judgments imply.

    index(t) = (sum_d weight_d x_d(t) - mean) / sd,  mean and sd over the mid-years of the scale years
    P(broad at T) = P(A) + (1 - P(A) - P(S)) P(index(T) > c)

Sources that look at the same facts differ on c by definition. Each broad judgment is solved for its own c,
with the index's distribution at the end of its window as projected from what was known at the view's date.
A definition counts by weight and grade, divided as a code's weight is for the sources of its cluster, or of
its reporting text, that draw a line too: no shared effect stands for their dependence here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats, decimal_year
from forecast.drivers.fit import DriverFit
from forecast.elicitation import normal, standard_score
from forecast.inputs.records import Source
from forecast.inputs.workspace import Workspace
from forecast.model.judgments import divisors
from forecast.panel import Panel

#: Least sd of the index over the scale years, in units of independent drivers (sd 1 each, by their scale).
LEAST_SPREAD = 0.2


@dataclass(frozen=True)
class Index:
    """The alignment index as a linear map: ``index = offset + weights . x``; weights (D,)."""

    weights: Floats
    offset: float

    def moments(self, mean: Floats, spread: Floats) -> tuple[Floats, Floats]:
        """Mean and variance (T,) of the index from drivers' means (T, D) and covariance (T, D, D).

        ``spread`` may be the variances (T, D) of independent drivers.
        """
        if spread.ndim == 2:
            return self.offset + mean @ self.weights, spread @ self.weights**2
        return self.offset + mean @ self.weights, np.einsum("d,tde,e->t", self.weights, spread, self.weights)


@dataclass(frozen=True)
class Definitions:
    """The thresholds of one panel, on the index's scale: a weighted mixture of normals.

    ``source`` names whose judgment each component is; ``"elicited"`` is the question's own, used when the
    panel has no broad judgment.
    """

    source: tuple[str, ...]
    centre: Floats
    sd: Floats
    weight: Floats

    def draw(self, count: int, rng: np.random.Generator) -> Floats:
        """``count`` thresholds: definitions by weight (systematic resampling), then their sd."""
        edges = np.cumsum(self.weight) / self.weight.sum()
        chosen = np.searchsorted(edges, (np.arange(count) + rng.random()) / count).clip(max=len(edges) - 1)
        order = rng.permutation(count)
        drawn: Floats = self.centre[chosen[order]] + self.sd[chosen[order]] * rng.standard_normal(count)
        return drawn


def alignment_index(workspace: Workspace, drivers: DriverFit) -> Index:
    """The index scaled on the smoothed levels of the scale years."""
    stated = workspace.question.alignment_index.weights
    weights = np.array([stated.get(name, 0.0) for name in drivers.names])
    mean, _ = drivers.smoothed()
    first, last = workspace.question.scale_years
    inside = (drivers.time >= first) & (drivers.time < last + 1)
    raw = mean[inside] @ weights
    # Without readings smoothed levels hardly move; they are not to be blown up into a unit of the index.
    spread = max(float(raw.std()) if inside.any() else 0.0, LEAST_SPREAD * float(np.linalg.norm(weights)))
    return Index(weights=weights / spread, offset=float(-raw.mean() / spread) if inside.any() else 0.0)


def definitions(workspace: Workspace, panel: Panel, drivers: DriverFit, index: Index) -> Definitions:
    """The threshold each broad judgment in the panel implies, weighted as said above."""
    rows = []
    speaking = [s for m in panel.members if (s := workspace.sources[m]).outcomes.alliance_broad]
    shared = divisors(speaking, workspace.question.model)
    for source in speaking:
        judgment = source.outcomes.alliance_broad
        assert judgment is not None
        grade = 1.0 if judgment.grade == "TEXT" else workspace.question.model.infer_weight
        centre, sd = implied_threshold(source, drivers, index)
        widened = workspace.question.widened(source.kind)
        rows.append((source.id, centre, sd * widened, panel.weights[source.id] * grade / shared[source.id]))
    if not rows:
        fit = normal(workspace.question.alignment_index.threshold)
        rows = [("elicited", fit.mean, fit.sd, 1.0)]
    names, *columns = zip(*rows, strict=True)
    centres, sds, weights = map(np.array, columns)
    return Definitions(names, centres, sds, weights)


def implied_threshold(source: Source, drivers: DriverFit, index: Index) -> tuple[float, float]:
    """Median and sd of the threshold that makes the source's broad judgment come true."""
    judgment = source.outcomes.alliance_broad
    if judgment is None:
        raise ValueError(f"{source.id} states no alliance_broad")
    start = decimal_year(source.view_date)
    mean, variance = index.moments(*drivers.project(start, np.array([start + judgment.years])))
    alliance = source.outcomes.alliance.quantiles.p50 if source.outcomes.alliance else 0.0
    split = source.outcomes.split.quantiles.p50 if source.outcomes.split else 0.0
    thresholds, scores = [], []
    for level, p in zip(judgment.quantiles.levels, judgment.quantiles.values, strict=True):
        above = min(max((p - alliance) / max(1.0 - alliance - split, 0.05), 1e-3), 1 - 1e-3)
        thresholds.append(mean[0] - variance[0] ** 0.5 * standard_score(above))
        scores.append(standard_score(level))
    centre = thresholds[judgment.quantiles.levels.index(0.5)]
    slopes = [(centre - c) / z for c, z in zip(thresholds, scores, strict=True) if abs(z) > 1e-9]
    return float(centre), float(abs(np.mean(slopes)))
