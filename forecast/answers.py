"""Three answers side by side: the outside view alone, pooled judgment, and the model.

They differ for reasons a reader should see: the first knows no text, the second no base rate and no
drivers, the third reconciles them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats, decimal_year, decimal_years
from forecast.inference.fit import Fit
from forecast.model.base_rate import class_log_rates
from forecast.pooling.horizons import Curve
from forecast.pooling.leaving import curve, grade, unusable, window
from forecast.pooling.rules import RULES
from forecast.pooling.weights import aged
from forecast.simulation.forecast import Forecast, Summary, summarise
from forecast.states import CHANNELS, ESTIMATED, STATES

OUTSIDE_DRAWS = 4000
POOLING_RULE = "log_odds"


@dataclass(frozen=True)
class Answer:
    """One way to answer: its rule in words, and by date and outcome the probability of being reached."""

    rule: str
    reached: Mapping[dt.date, Mapping[str, Summary]]


@dataclass(frozen=True)
class Pooled:
    """The pooled-judgment answer with its parts.

    ``used`` source to weight; ``left_out`` source to the reason; ``closed`` those used whose own window has
    ended by as_of; ``by_rule`` rule to {outcome: median at the last date}.
    """

    answer: Answer
    used: Mapping[str, float]
    left_out: Mapping[str, str]
    closed: tuple[str, ...]
    by_rule: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Answers:
    """The three answers for one panel."""

    outside_view: Answer
    pooled_judgment: Pooled
    model: Answer


def three_answers(fit: Fit, baseline: Forecast, dates: tuple[dt.date, ...]) -> Answers:
    """All three for the same dates; ``baseline`` is the model's own forecast."""
    return Answers(
        outside_view=outside_view(fit, dates),
        pooled_judgment=pooled_judgment(fit, dates),
        model=Answer(
            rule="hierarchical model: class rates, the pair's record, drivers and all judgments of the panel",
            reached={d: {k: baseline.summary("reached", k, d) for k in CHANNELS} for d in dates},
        ),
    )


def outside_view(fit: Fit, dates: tuple[dt.date, ...]) -> Answer:
    """Class rates alone, constant in time: reached = first passage of exp(Q t), over draws of the rates."""
    from forecast.simulation.chain import first_passage

    base = fit.workspace.base_rates
    rates = class_log_rates(base)
    rng = np.random.default_rng([fit.seed, 3])
    drawn = np.exp(rates.mean + rates.sd * rng.standard_normal((OUTSIDE_DRAWS, len(ESTIMATED))))
    drawn = np.concatenate([drawn, np.zeros((OUTSIDE_DRAWS, 1))], axis=1)
    start, years = STATES.index(fit.start_state), decimal_years(dates) - decimal_year(fit.as_of)
    passed = {k: first_passage(drawn, start, STATES.index(k), years) for k in CHANNELS}
    reached: dict[dt.date, dict[str, Summary]] = {
        d: {k: summarise(passed[k][:, i]) for k in CHANNELS} for i, d in enumerate(dates)
    }
    return Answer(f"constant rates of the reference class: {base.classes[base.use].title}", reached)


def pooled_judgment(fit: Fit, dates: tuple[dt.date, ...]) -> Pooled:
    """The panel's coded probabilities pooled, each carried to these dates by a constant total hazard.

    They are probabilities of leaving partnership: from another state there is no such answer.

        Lam_e = -ln(1 - p_A - p_S) / H_e,   F_k(T) = p_k / (p_A + p_S) (1 - exp(-Lam_e (T - as_of)))

    for sources that state both and with p_A + p_S < 1; per quantile for the interval. Weight = panel weight
    x grade, halved per ten years of the view's age.
    """
    now = decimal_year(fit.as_of)
    weights: dict[str, float] = {}
    left_out: dict[str, str] = {}
    closed: list[str] = []
    for member in fit.panel.members:
        source = fit.workspace.sources[member]
        problem = unusable(fit.workspace, source)
        if problem:
            left_out[member] = problem
            continue
        age = now - decimal_year(source.view_date)
        weights[member] = fit.panel.weights[member] * grade(fit.workspace, source) * aged(age)
        if decimal_year(source.view_date) + window(source) <= now:
            closed.append(member)
    reached: dict[dt.date, dict[str, Summary]] = {}
    medians: dict[str, dict[str, float]] = {}
    if weights and fit.start_state == "partnership":
        curves = [curve(fit.workspace, fit.workspace.sources[m]) for m in weights]
        weight = np.array(list(weights.values()))
        for date in dates:
            reached[date] = {
                k: _pool(curves, weight, k, decimal_year(date) - now, POOLING_RULE) for k in CHANNELS
            }
        last = decimal_year(dates[-1]) - now
        medians = {rule: {k: _pool(curves, weight, k, last, rule).p50 for k in CHANNELS} for rule in RULES}
    return Pooled(
        answer=Answer(f"coded probabilities pooled by {POOLING_RULE}", reached),
        used=weights,
        left_out=left_out,
        closed=tuple(closed),
        by_rule=medians,
    )


def _pool(curves: list[Curve], weight: Floats, outcome: str, years: float, rule: str) -> Summary:
    channel = CHANNELS.index(outcome)
    if years <= 0:
        return Summary(0.0, 0.0, 0.0, 0.0, 0.0)
    pooled = [
        RULES[rule](np.array([c.at(channel, level, years) for c in curves]), weight)
        for level in (0.05, 0.5, 0.95)
    ]
    # The pool is of quantiles, not of draws: its central value is the pooled median, without sampling error.
    return Summary(mean=pooled[1], p05=pooled[0], p50=pooled[1], p95=pooled[2], mcse=0.0)
