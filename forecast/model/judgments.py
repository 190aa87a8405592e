"""Codes and stated probabilities as arrays, weighted for grade and dependence.

    w_edk = w_e grade_edk / (widening^2 max(1 + (m_cluster,dk - 1) rho, 1 + (m_via,dk - 1) rho_reported))

where m counts, per item, the panel's members of the same cluster (or reported by the same text) that code
this very driver d and channel k. Weights temper the likelihood; they do not hide in its variance. What an
advocate, an official, an unnamed camp or a bare title is coded to say is less certain: its sd is multiplied
by the question's ``widening`` for its kind (for a code, whose sd is the model's, its weight is divided by
the square).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecast.calendar import Floats, decimal_year
from forecast.elicitation import SplitNormal, lognormal, normal, split_logit_normal
from forecast.inputs.records import HazardRatio, ModelSettings, OutcomeJudgment, Source
from forecast.inputs.workspace import Workspace
from forecast.panel import Panel
from forecast.pooling.leaving import viewed_partnership
from forecast.pooling.weights import dependence, graded
from forecast.states import CHANNELS, Channel

#: Steps a stated window is divided into.
WINDOW_STEPS = 10


@dataclass(frozen=True)
class CodeSums:
    """Everything the normal likelihood needs of the codes, each (D, 2): by driver and channel.

    ``weight`` = sum w, ``first`` = sum w y, ``second`` = sum w y^2 over codes y; ``ratio_precision`` =
    sum w / sd^2 and ``ratio_mean`` = sum w m / sd^2 over log hazard ratios N(m, sd) per driver unit.
    """

    weight: Floats
    first: Floats
    second: Floats
    ratio_precision: Floats
    ratio_mean: Floats


@dataclass(frozen=True)
class Stated:
    """Stated probabilities of reaching alliance or split, one row each (N rows).

    ``window`` indexes ``windows`` (start, years); ``centre``, ``below``, ``above`` are the split normal on
    the logit; ``weight`` is 0 for a source outside the panel, so that shapes never change.
    """

    source: tuple[str, ...]
    channel: NDArray[np.int64]
    window: NDArray[np.int64]
    centre: Floats
    below: Floats
    above: Floats
    weight: Floats
    coded: Floats
    cluster: NDArray[np.int64]
    via: Floats
    clusters: tuple[str, ...]
    reporters: tuple[str, ...]
    windows: tuple[tuple[float, float], ...]


def code_sums(workspace: Workspace, panel: Panel) -> CodeSums:
    """Collapse the panel's codes, hazard ratios and the class's within-pair ratios to sums."""
    names = list(workspace.drivers.drivers)
    sums = np.zeros((5, len(names), 2))
    for driver, channel, source, weight in weighted_codes(workspace, panel):
        value = getattr(source.effects[driver], channel)
        at = names.index(driver), CHANNELS.index(channel)
        if isinstance(value, HazardRatio):
            fit = lognormal(value.hazard_ratio)
            sums[3][at] += weight / fit.variance
            sums[4][at] += weight * fit.mean / fit.variance
        else:
            for order in range(3):
                sums[order][at] += weight * value**order
    evidence = workspace.base_rates.within_pair
    for each in evidence.effects if evidence.use else ():
        fit, at = normal(each.log_hazard_ratio), (names.index(each.driver), CHANNELS.index(each.channel))
        sums[3][at] += evidence.weight / fit.variance
        sums[4][at] += evidence.weight * fit.mean / fit.variance
    return CodeSums(*sums)


def weighted_codes(workspace: Workspace, panel: Panel) -> Iterable[tuple[str, Channel, Source, float]]:
    """Each coded (driver, channel, source) of the panel with its tempered weight w_edk."""
    settings = workspace.question.model
    for driver in workspace.drivers.drivers:
        for channel in CHANNELS:
            speaking = [
                workspace.sources[m]
                for m in panel.members
                if driver in workspace.sources[m].effects
                and getattr(workspace.sources[m].effects[driver], channel) is not None
            ]
            shared = divisors(speaking, settings)
            for source in speaking:
                grade = source.effects[driver].grade_of(channel)
                weight = panel.weights[source.id] * graded(grade, settings.infer_weight)
                widened = workspace.question.widened(source.kind) ** 2
                yield driver, channel, source, weight / (widened * shared[source.id])


def divisors(speaking: Sequence[Source], settings: ModelSettings) -> dict[str, float]:
    """What the weight of each of several sources on one item is divided by: `dependence`, by the question."""
    return dependence(
        [s.id for s in speaking],
        cluster={s.id: s.cluster for s in speaking},
        reporters={s.id: s.reporters for s in speaking},
        rho=settings.rho,
        rho_reported=settings.rho_reported,
    )


def stated(workspace: Workspace, panel: Panel) -> Stated:
    """Every source's stated probabilities of reaching alliance or split, weighted by the panel."""
    settings = workspace.question.model
    rows: list[tuple[Source, Channel, OutcomeJudgment]] = [
        (source, channel, judgment)
        for source in workspace.sources.values()
        for channel in CHANNELS
        if (judgment := getattr(source.outcomes, channel)) is not None
    ]
    clusters = tuple(dict.fromkeys(s.cluster for s, _, _ in rows))
    reporters = tuple(dict.fromkeys(r for s, _, _ in rows for r in s.reporters))
    spans = [(decimal_year(s.view_date), j.years) for s, _, j in rows]
    windows = tuple(sorted(set(spans)))
    via = np.zeros((len(rows), len(reporters)))
    for i, (source, _, _) in enumerate(rows):
        for reporter in source.reporters:
            via[i, reporters.index(reporter)] = 1.0 / len(source.reporters)
    fits: list[SplitNormal] = [
        split_logit_normal(j.quantiles).widened(workspace.question.widened(s.kind)) for s, _, j in rows
    ]
    return Stated(
        source=tuple(s.id for s, _, _ in rows),
        channel=np.array([CHANNELS.index(c) for _, c, _ in rows], dtype=np.int64),
        window=np.array([windows.index(span) for span in spans], dtype=np.int64),
        centre=np.array([f.centre for f in fits]),
        below=np.array([f.sd_below for f in fits]),
        above=np.array([f.sd_above for f in fits]),
        weight=np.array(
            [
                panel.weights.get(s.id, 0.0)
                * graded(j.grade, settings.infer_weight)
                * float(viewed_partnership(workspace, s))
                for s, _, j in rows
            ]
        ),
        coded=np.array([0.0 if s.kind == "expert" else 1.0 for s, _, _ in rows]),
        cluster=np.array([clusters.index(s.cluster) for s, _, _ in rows], dtype=np.int64),
        via=via,
        clusters=clusters,
        reporters=reporters,
        windows=windows,
    )
