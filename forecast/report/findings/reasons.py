"""Why the three answers differ: from the rate of the class to the rate of today, step by step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.inference.fit import Fit
from forecast.lexicon import Lexicon, words
from forecast.model.base_rate import class_log_rates, with_past_spells
from forecast.report.findings.effects import Range, drivers_together, summarise_range
from forecast.simulation.forecast import Summary
from forecast.states import CHANNELS, ESTIMATED, Channel


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


def straddled(lexicon: Lexicon | str, value: Summary) -> tuple[str, str] | None:
    """The words at the two ends of a 90% interval, where they differ."""
    low, high = words(lexicon, value.p05), words(lexicon, value.p95)
    return (low, high) if low != high else None
