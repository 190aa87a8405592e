"""Cooke's decision makers for one item of a workspace, beside the flat rules of pooling.

Experts earn their weights on the workspace's seeds; the item is a target of the same study, so that its
intrinsic range and, for item weights, its information are those of the Classical Model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from forecast.inputs.workspace import Workspace
from forecast.pooling.classical import Assessments, ClassicalError, Mixture, answered, classical
from forecast.pooling.classical.weights import RULES as WEIGHTS

#: Rules of the Classical Model by the names they have among the rules of pooling.
COOKE = {f"cooke_{name}": name for name in WEIGHTS}


@dataclass(frozen=True)
class ByPerformance:
    """The decision makers that could be made, by rule; why each of the others could not; their weights."""

    makers: Mapping[str, Mixture]
    weights: Mapping[str, Mapping[str, float]]
    why: Mapping[str, str]


def by_performance(
    workspace: Workspace,
    item: str,
    quantiles: Mapping[str, Mapping[float, float]],
    *,
    limits: tuple[float, float] = (float("nan"), float("nan")),
    user: Mapping[str, float] | None = None,
) -> ByPerformance:
    """Decision makers of what experts said of one item.

    Parameters
    ----------
    quantiles
        {expert: {level: value}}, of real experts alone.
    limits
        What the item cannot pass; NaN where nothing bounds it.
    user
        Weights for the rule ``cooke_user``; without them it has no decision maker.
    """
    try:
        study = _with_target(answered(workspace).assessments, item, quantiles, limits)
    except ClassicalError as error:
        return ByPerformance({}, {}, dict.fromkeys(COOKE, str(error)))
    makers: dict[str, Mixture] = {}
    weights: dict[str, Mapping[str, float]] = {}
    why: dict[str, str] = {}
    for name, rule in COOKE.items():
        if rule == "user" and user is None:
            why[name] = "no weights were given: --weights ID=W,..."
            continue
        try:
            found = classical(study, rule=rule, weights=user if rule == "user" else None)
            makers[name] = found.distribution(item)
            share = found.decision_maker.weights[:, study.items.index(item)]
            weights[name] = {e: float(w) for e, w in zip(study.experts, share, strict=True) if w > 0}
        except ClassicalError as error:
            why[name] = str(error)
    return ByPerformance(makers, weights, why)


def _with_target(
    seeds: Assessments,
    item: str,
    quantiles: Mapping[str, Mapping[float, float]],
    limits: tuple[float, float],
) -> Assessments:
    """The study of the seeds with one target more, at the levels that all of it states."""
    spoke = [expert for expert in seeds.experts if expert in quantiles]
    if not spoke:
        raise ClassicalError(
            f"none of the experts who answered seeds ({', '.join(seeds.experts)}) said anything of {item}"
        )
    levels = tuple(p for p in seeds.levels if all(p in quantiles[expert] for expert in spoke))
    if not levels:
        raise ClassicalError(
            f"{item} was stated at other quantiles than the seeds ({seeds.levels}); ask for the same ones"
        )
    kept = [seeds.levels.index(p) for p in levels]
    target = np.full((len(seeds.experts), 1, len(levels)), np.nan)
    for expert in spoke:
        target[seeds.experts.index(expert), 0] = [quantiles[expert][p] for p in levels]
    return replace(
        seeds,
        items=(*seeds.items, item),
        levels=levels,
        values=np.concatenate([seeds.values[..., kept], target], axis=1),
        realisations=np.append(seeds.realisations, np.nan),
        scales=(*seeds.scales, "uniform"),
        limits=np.concatenate([seeds.limits, [limits]]),
    )
