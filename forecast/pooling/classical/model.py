"""Cooke's Classical Model: weights that experts earn by their answers to seeds.

    Assessments --background--> ranges and scales --performance--> scores of experts
      --RULES, cut-off--> weights --decide--> a decision maker, scored as one more expert

Source: Cooke (1991), Experts in Uncertainty, ch. 12; Cooke and Goossens (2008), RESS 93, 657-674.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats
from forecast.pooling.classical.assessments import Assessments, ClassicalError
from forecast.pooling.classical.mixture import Mixture, mixture
from forecast.pooling.classical.ranges import OVERSHOOT, Background, background
from forecast.pooling.classical.weights import (
    BY_PERFORMANCE,
    RULES,
    Makers,
    Performance,
    decide,
    performance,
    shares,
)

#: Combined scores this near each other (relatively) differ by rounding only.
SAME_SCORE = 1e-12


@dataclass(frozen=True)
class Score:
    """What an expert or a decision maker earned.

    ``seeds`` is how many were answered; information is the mean over seeds, and over all items.
    """

    seeds: int
    calibration: float
    information_seeds: float
    information_all: float

    @property
    def combined(self) -> float:
        """Calibration times mean information over seeds."""
        return self.calibration * self.information_seeds


@dataclass(frozen=True, eq=False)
class DecisionMaker:
    """One combination of the experts.

    ``alpha`` is the cut-off (None for equal and user weights, which have none); ``weights`` (E, I) sum to one over
    experts, all 0 for an item that nobody with a weight answered; ``quantiles`` (I, Q) in each item's unit, NaN
    there; ``ends`` (I, 2) is the intrinsic range.
    """

    rule: str
    alpha: float | None
    optimised: bool
    weights: Floats
    quantiles: Floats
    ends: Floats
    score: Score


@dataclass(frozen=True, eq=False)
class Classical:
    """The Classical Model run on a study.

    ``scores`` by expert; ``effective_seeds`` is the number that calibration was computed at; ``performance_weights``
    (E,) are combined scores brought to a sum of one, without any cut-off (None if all are 0).
    """

    assessments: Assessments
    scores: Mapping[str, Score]
    effective_seeds: int
    performance_weights: Floats | None
    decision_maker: DecisionMaker
    overshoot: float
    power: float

    def quantiles(self, item: str) -> tuple[float, ...]:
        """The decision maker's quantiles of one item, at the experts' levels."""
        return tuple(self.decision_maker.quantiles[self._place(item)].tolist())

    def distribution(self, item: str) -> Mixture:
        """The decision maker's whole distribution of one item.

        Raises
        ------
        ClassicalError
            If nobody with a weight answered it.
        """
        i = self._place(item)
        weights = self.decision_maker.weights[:, i]
        if not weights.sum() > 0:
            raise ClassicalError(
                f"item {item}: nobody who kept a weight answered it; lower alpha, or use equal weights"
            )
        on = background(self.assessments, overshoot=self.overshoot)
        return mixture(
            on.values[:, i],
            float(on.lower[i]),
            float(on.upper[i]),
            on.masses,
            weights,
            is_log=bool(on.is_log[i]),
        )

    def _place(self, item: str) -> int:
        if item not in self.assessments.items:
            raise ClassicalError(f"no item '{item}'; there are {', '.join(self.assessments.items)}")
        return self.assessments.items.index(item)


def classical(
    said: Assessments,
    *,
    rule: str = "global",
    alpha: float | None = None,
    overshoot: float = OVERSHOOT,
    power: float = 1.0,
    weights: Mapping[str, float] | None = None,
) -> Classical:
    """Score the experts and combine them.

    Parameters
    ----------
    said
        Answers and realisations.
    rule
        ``global``, ``item``, ``equal`` or ``user``.
    alpha
        Experts whose calibration is below it have no weight under the global and item rules; 0 keeps everybody;
        None finds the one whose decision maker has the highest combined score (see ``optimal``).
    overshoot
        Share of the range of answers by which the intrinsic range exceeds it at either end.
    power
        Calibration power in (0, 1]: multiplies the number of seeds in the calibration score.
    weights
        For ``user``: by expert, not negative, not all 0; an expert who is not named has none.

    Raises
    ------
    ClassicalError
        For global and item weights without seeds, with an expert who answered none, or with everybody below alpha;
        for settings out of range.

    Examples
    --------
    >>> said = Assessments.of_answers(
    ...     {"a": {"x": {.05: 1., .5: 2., .95: 4.}}, "b": {"x": {.05: 2., .5: 3., .95: 6.}}},
    ...     realisations={"x": 3.5})
    >>> [round(v, 4) for v in classical(said, rule="equal").quantiles("x")]
    [1.069, 2.6667, 5.7647]
    """
    on, scored, given = _prepared(said, rule, overshoot, power, weights)
    if rule in BY_PERFORMANCE:
        _scorable(said, scored)
    used, made, chosen = _chosen(on, scored, rule, alpha, given, said)
    seeds = int((on.is_seed & ~np.isnan(made.quantiles[chosen, :, 0])).sum())
    maker = DecisionMaker(
        rule,
        float(used[chosen]) if rule in BY_PERFORMANCE else None,
        rule in BY_PERFORMANCE and alpha is None,
        _weights(on, scored, rule, used[[chosen]], given)[0],
        _own_units(on, made.quantiles[chosen], said),
        np.stack([_unlogged(on, on.lower), _unlogged(on, on.upper)], axis=1),
        Score(
            seeds,
            float(made.calibration[chosen]),
            float(made.information_seeds[chosen]),
            float(made.information_all[chosen]),
        ),
    )
    total = scored.combined.sum()
    return Classical(
        said,
        _scores(said, scored),
        scored.effective,
        scored.combined / total if total > 0 else None,
        maker,
        overshoot,
        power,
    )


def optimal(on: Background, scored: Performance, rule: str, cuts: Floats) -> tuple[Makers, int]:
    """Decision makers at every cut-off, and which scores best.

    The best cut-off is one of the calibration scores themselves: between two of them nothing changes. Each is
    tried, as the very float it was computed to, so that the expert who sets it is kept. Where several score the
    same but for rounding, the lowest stands: it keeps most experts.
    """
    makers = decide(on, _weights(on, scored, rule, cuts, np.zeros(len(on.values))), scored)
    best = makers.combined.max()
    return makers, int(np.argmax(makers.combined >= best * (1.0 - SAME_SCORE)))


def _prepared(
    said: Assessments, rule: str, overshoot: float, power: float, weights: Mapping[str, float] | None
) -> tuple[Background, Performance, Floats]:
    if rule not in RULES:
        raise ClassicalError(f"no weights called '{rule}'; there are {', '.join(RULES)}")
    if not 0 < power <= 1:
        raise ClassicalError(f"the calibration power lies above 0 and at most at 1 (found {power:g})")
    given = _user_weights(said, weights) if rule == "user" else np.zeros(len(said.experts))
    on = background(said, overshoot=overshoot)
    return on, performance(on, power=power), given


def _user_weights(said: Assessments, weights: Mapping[str, float] | None) -> Floats:
    for expert in weights or {}:
        if expert not in said.experts:
            raise ClassicalError(f"user weights: no expert '{expert}'; there are {', '.join(said.experts)}")
    given = np.array([float((weights or {}).get(expert, 0.0)) for expert in said.experts])
    if not np.isfinite(given).all() or (given < 0).any() or not given.sum() > 0:
        raise ClassicalError(
            "user weights must be finite, not negative and not all 0 "
            f"(found {', '.join(f'{e}: {w:g}' for e, w in zip(said.experts, given, strict=True))})"
        )
    return given


def _scorable(said: Assessments, scored: Performance) -> None:
    """There must be something to earn a weight by."""
    if not said.is_seed.any():
        raise ClassicalError(
            "there are no seeds, so that no performance can be scored; give the realisation of at least one item "
            "that the experts answered (ten are usual), or use equal weights"
        )
    silent = [e for e, n in zip(said.experts, scored.answered_seeds, strict=True) if n == 0]
    if silent:
        raise ClassicalError(
            f"no seed was answered by {', '.join(silent)}, and the fewest answered sets the sample size of all; "
            "leave them out, have them answer the seeds, or use equal weights"
        )
    if not scored.combined.sum() > 0:
        raise ClassicalError(
            "every expert scores 0 (calibration times information), so that nobody can have a weight; use equal "
            "weights, or a lower calibration power"
        )


def _chosen(
    on: Background, scored: Performance, rule: str, alpha: float | None, given: Floats, said: Assessments
) -> tuple[Floats, Makers, int]:
    """The cut-offs that were tried, their decision makers, and which of them it is."""
    if rule not in BY_PERFORMANCE:
        return np.zeros(1), decide(on, _weights(on, scored, rule, np.zeros(1), given), scored), 0
    if alpha is None:
        cuts = np.unique(scored.calibration[scored.combined > 0])
        return cuts, *optimal(on, scored, rule, cuts)
    if not 0 <= alpha <= 1:
        raise ClassicalError(f"alpha is a calibration score between 0 and 1 (found {alpha:g})")
    best = int(np.argmax(scored.calibration))
    if alpha > scored.calibration[best]:
        raise ClassicalError(
            f"every expert's calibration is below alpha {alpha:g} (the best is {said.experts[best]}, "
            f"{scored.calibration[best]:.4g}), so that nobody is left; lower alpha to at most that, or leave it out "
            "to have it optimised"
        )
    cuts = np.array([float(alpha)])
    return cuts, decide(on, _weights(on, scored, rule, cuts, given), scored), 0


def _weights(on: Background, scored: Performance, rule: str, cuts: Floats, given: Floats) -> Floats:
    """(A, E, I) for cut-offs (A,)."""
    kept = scored.calibration[None, :] >= cuts[:, None]
    return shares(RULES[rule](scored, kept, given), on.answered)


def _scores(said: Assessments, scored: Performance) -> dict[str, Score]:
    return {
        expert: Score(
            int(scored.answered_seeds[e]),
            float(scored.calibration[e]),
            float(scored.information_seeds[e]),
            float(scored.information_all[e]),
        )
        for e, expert in enumerate(said.experts)
    }


def _unlogged(on: Background, x: Floats) -> Floats:
    back: Floats = np.where(on.is_log, np.exp(np.where(on.is_log, x, 0.0)), x)
    return back


def _own_units(on: Background, made: Floats, said: Assessments) -> Floats:
    """Quantiles (I, Q) in each item's unit; one that is an expert's own is given as that expert gave it."""
    back: Floats = np.where(on.is_log[:, None], np.exp(np.where(on.is_log[:, None], made, 0.0)), made)
    for i in np.flatnonzero(on.is_log):
        for e, q in np.argwhere(on.answered[:, i, None] & ~np.isnan(on.values[:, i])):
            back[i, made[i] == on.values[e, i, q]] = said.values[e, i, q]
    return back
