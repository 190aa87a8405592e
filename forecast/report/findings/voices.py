"""What is said of each outcome, by whom, and how well that is known: the measures under a confidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, expm1, log, log1p, sqrt

import numpy as np

from forecast.calendar import decimal_year
from forecast.elicitation import split_logit_normal
from forecast.inference.fit import Fit
from forecast.inputs.records import OutcomeJudgment
from forecast.model.judgments import weighted_codes
from forecast.states import CHANNELS, Channel

#: Stated probabilities are compared as if for a window of so many years, at a constant rate.
WINDOW_YEARS = 10.0
#: A grade at least so good: fairly reliable, and possibly true.
GOOD_LETTER, GOOD_DIGIT = "C", "3"


@dataclass(frozen=True)
class Voice:
    """A source that says something of an outcome.

    ``weight`` is what the model hears it with (panel, inference and, for a broad alliance, dependence taken
    into account), ``share`` its weight in the panel before any of that; ``log_odds`` of what it is coded to
    say; ``inferred`` whether that is our inference; ``age`` of the view, in years.
    """

    source: str
    cluster: str
    weight: float
    share: float
    log_odds: float
    inferred: bool
    age: float
    grade: str


def voices(fit: Fit, outcome: str) -> tuple[Voice, ...]:
    """Who is heard on alliance, split or the broad state; nobody on partnership, of which nobody speaks.

    What is stated is the chance of leaving partnership, and says nothing where the start is another state.
    """
    heard: list[tuple[str, float]] = []
    if outcome == "alliance_broad":
        drawn = zip(fit.definitions.source, fit.definitions.weight, strict=True)
        heard = [(source, float(weight)) for source, weight in drawn if source in fit.workspace.sources]
    elif outcome in CHANNELS and fit.start_state == "partnership":
        judged, channel = fit.prepared.judged, CHANNELS.index(outcome)
        heard = [
            (source, float(weight))
            for source, k, weight in zip(judged.source, judged.channel, judged.weight, strict=True)
            if k == channel and weight > 0
        ]
    return tuple(_voice(fit, outcome, source, weight) for source, weight in heard)


def _voice(fit: Fit, outcome: str, name: str, weight: float) -> Voice:
    source = fit.workspace.sources[name]
    judgment: OutcomeJudgment = getattr(source.outcomes, outcome)
    return Voice(
        source=name,
        cluster=source.cluster,
        weight=weight,
        share=fit.panel.weights[name],
        log_odds=comparable(split_logit_normal(judgment.quantiles).centre, judgment.within_years),
        inferred=judgment.grade == "INFER",
        age=decimal_year(fit.as_of) - decimal_year(source.view_date),
        grade=source.graded_as,
    )


def comparable(log_odds: float, within_years: float | None) -> float:
    """The log-odds of an event within `WINDOW_YEARS`, from those within another window, at a constant rate.

    As they are, where no window is given: then a state is meant.

    >>> round(comparable(0.0, 5), 3)  # even odds in five years are three to one in ten
    1.099
    """
    if within_years is None:
        return log_odds
    rate = log1p(exp(log_odds)) / within_years
    return log(expm1(rate * WINDOW_YEARS))


def logit(p: float) -> float:
    """ln p / (1 - p), of a probability kept off 0 and 1."""
    kept = min(max(p, 1e-9), 1 - 1e-9)
    return log(kept) - log(1 - kept)


def spread(heard: Sequence[Voice]) -> float | None:
    """How many times, in odds, independent voices typically differ from their mean; None for fewer than two.

    Over clusters, by `typical`: the weighted mean of a cluster's log-odds, with the weight of its heaviest
    member, since several of a cluster say one thing.
    """
    clusters: dict[str, list[Voice]] = defaultdict(list)
    for voice in heard:
        clusters[voice.cluster].append(voice)
    if len(clusters) < 2:
        return None
    means = [
        sum(v.weight * v.log_odds for v in members) / sum(v.weight for v in members)
        for members in clusters.values()
    ]
    return typical(means, [max(v.weight for v in members) for members in clusters.values()])


def typical(log_odds: Iterable[float], weights: Iterable[float]) -> float:
    """The exponential of a weighted standard deviation of log-odds: a ratio of odds.

        exp(sd),  sd^2 = sum_c w_c (x_c - m)^2 / (W - sum_c w_c^2 / W),  W = sum_c w_c,  m = sum_c w_c x_c / W

    The denominator makes the variance unbiased for weights that say how far a voice counts; with equal
    weights it is the sample variance. Adding the same to every x changes nothing.
    """
    x, w = np.array(list(log_odds)), np.array(list(weights))
    total = float(w.sum())
    squares = float(w @ (x - w @ x / total) ** 2)
    return exp(sqrt(squares / (total - float(w @ w) / total)))


def apart(log_odds: Sequence[float]) -> float | None:
    """How many times, in odds, the highest of some answers is the lowest; None for fewer than two."""
    return exp(max(log_odds) - min(log_odds)) if len(log_odds) > 1 else None


def is_good(grade: str, *, letter: str = GOOD_LETTER) -> bool:
    """Whether a grade is fairly reliable and possibly true, or better; ``letter`` asks for another letter.

    >>> [is_good(g) for g in ("B2", "C3", "D2", "C4", "F6")]
    [True, True, False, False, False]
    """
    return grade[0] <= letter and grade[1] <= GOOD_DIGIT


def well_graded(loads: Mapping[str, float], grades: Mapping[str, str]) -> float | None:
    """Share of the weight that is on sources with a good grade; None where nothing weighs."""
    total = sum(loads.values())
    if not total:
        return None
    return sum(weight for source, weight in loads.items() if is_good(grades[source])) / total


def inferred(heard: Sequence[Voice]) -> float | None:
    """Share of the panel's weight on an outcome whose probability is our inference; None for nobody."""
    total = sum(v.share for v in heard)
    return sum(v.share for v in heard if v.inferred) / total if total else None


def age(heard: Sequence[Voice]) -> float | None:
    """The age in years that half of the weight has passed; None for nobody."""
    half, seen = sum(v.weight for v in heard) / 2, 0.0
    for voice in sorted(heard, key=lambda v: v.age):
        seen += voice.weight
        if seen >= half:
            return voice.age
    return None


def code_loads(fit: Fit) -> dict[Channel, dict[str, float]]:
    """What each source's codes on a way out weigh together in the model."""
    loads: dict[Channel, dict[str, float]] = {channel: defaultdict(float) for channel in CHANNELS}
    for _, channel, source, weight in weighted_codes(fit.workspace, fit.panel):
        loads[channel][source.id] += weight
    return {channel: dict(found) for channel, found in loads.items()}


def inferred_share(fit: Fit) -> float:
    """Share of the panel's coded probabilities of alliance and split, by count, that are graded INFER."""
    grades = [
        judgment.grade
        for member in fit.panel.members
        for channel in CHANNELS
        if (judgment := getattr(fit.workspace.sources[member].outcomes, channel)) is not None
    ]
    return grades.count("INFER") / len(grades) if grades else 0.0
