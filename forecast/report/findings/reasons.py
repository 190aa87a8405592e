"""Why the three answers differ, and how much confidence the evidence bears: rules a reader can check."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calendar import decimal_year
from forecast.inference.fit import Fit
from forecast.lexicon import LEXICONS
from forecast.model.base_rate import class_log_rates, with_past_spells
from forecast.report.findings.effects import Range, drivers_together, summarise_range
from forecast.report.findings.levels import tracks
from forecast.report.view import View
from forecast.simulation.forecast import Summary
from forecast.states import CHANNELS, ESTIMATED, Channel

#: Two answers this many times apart count as a disagreement.
FAR_APART = 2.0


@dataclass(frozen=True)
class Steps:
    """From the outside view to the model's rate now, for one way out of partnership.

    ``class_rate`` per year before anything else is heard; ``rate`` at average drivers after it; ``drivers``
    multiplies it now; ``bias_odds`` is by how much the model takes the coded probabilities to be too high
    (above 1) or too low, in odds.
    """

    channel: Channel
    class_rate: float
    rate: Range
    drivers: Range
    bias_odds: Range


def steps(fit: Fit) -> tuple[Steps, ...]:
    """Both ways out of partnership."""
    before = with_past_spells(class_log_rates(fit.workspace.base_rates), fit.workspace.history, fit.as_of)
    at_work = drivers_together(fit)
    bias = fit.posterior.z[:, fit.prepared.z.index("bias")] * fit.workspace.question.model.shared_bias_sd
    found = []
    for k, channel in enumerate(CHANNELS):
        way = ESTIMATED.index(f"partnership->{channel}")
        log = at_work[channel]
        found.append(
            Steps(
                channel=channel,
                class_rate=float(np.exp(before.mean[way])),
                rate=summarise_range(np.exp(fit.posterior.log_rate[:, way])),
                drivers=Range(*(float(np.exp(v)) for v in (log.mean, log.p05, log.p95))),
                bias_odds=summarise_range(np.exp(bias[:, k])),
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class Confidence:
    """Low, moderate or high, by the weaknesses found: three or more (or nobody heard), one or two, none."""

    level: str
    weaknesses: tuple[str, ...]


def confidence(view: View) -> Confidence:
    """How well founded the analysis is, apart from how likely anything is."""
    found = []
    if not view.converged:
        found.append("the sampling has not passed its checks")
    if not view.fit.panel.members:
        found.append("no source is heard")
    apart = [view.outcome_name(c) for c in CHANNELS if view.counts_as_reached(c) and _apart(view, c)]
    if apart:
        found.append(
            f"outside view, pooled judgment and model are more than twice apart on {' and '.join(apart)}"
        )
    inferred = inferred_share(view.fit)
    if inferred > 0.5:
        found.append("most coded probabilities are our inference and not in the text that was coded")
    known = tracks(view.fit)
    stale = [t for t in known if t.projected_from is not None]
    if 2 * len(stale) > len(known):
        found.append(f"{len(stale)} of {len(known)} drivers have had no reading for over a year")
    unmeasured = [t for t in known if not t.indicators]
    if 2 * len(unmeasured) > len(known):
        found.append(
            f"{len(unmeasured)} of {len(known)} drivers rest on judgments alone, without a measured series"
        )
    oldest = panel_age(view.fit)
    if oldest > 3:
        found.append(f"half of the weight in the panel is on views more than {int(oldest)} years old")
    level = "low" if len(found) >= 3 or not view.fit.panel.members else "moderate" if found else "high"
    return Confidence(level, tuple(found))


def inferred_share(fit: Fit) -> float:
    """Share of the panel's coded probabilities of alliance and split that are graded INFER."""
    grades = [
        judgment.grade
        for member in fit.panel.members
        for channel in CHANNELS
        if (judgment := getattr(fit.workspace.sources[member].outcomes, channel)) is not None
    ]
    return grades.count("INFER") / len(grades) if grades else 0.0


def panel_age(fit: Fit) -> float:
    """The age in years that half of the panel's weight has passed; 0 for an empty panel."""
    pairs = sorted(
        (decimal_year(fit.as_of) - decimal_year(fit.workspace.sources[m].view_date), w)
        for m, w in fit.panel.weights.items()
    )
    if not pairs:
        return 0.0
    half, seen = sum(w for _, w in pairs) / 2, 0.0
    for age, weight in pairs:
        seen += weight
        if seen >= half:
            return age
    return pairs[-1][0]


def straddled(lexicon: str, value: Summary) -> tuple[str, str] | None:
    """The words at the two ends of a 90% interval, where they differ."""
    from forecast.lexicon import words

    assert lexicon in LEXICONS
    low, high = words(lexicon, value.p05), words(lexicon, value.p95)
    return (low, high) if low != high else None


def _apart(view: View, channel: Channel) -> bool:
    answers = view.main.answers
    said = [answers.outside_view, answers.pooled_judgment.answer, answers.model]
    values = [a.reached[view.far][channel].mean for a in said if view.far in a.reached]
    return max(values) > FAR_APART * max(min(values), 1e-6)
