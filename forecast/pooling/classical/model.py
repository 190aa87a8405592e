"""Cooke's Classical Model: weights that experts earn by their answers to seeds.

    Assessments --study--> ranges, scales and scores of experts --choose--> cut-off, weights, decision maker

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
from forecast.pooling.classical.study import Chosen, Study, choose, study
from forecast.pooling.classical.weights import Makers


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

    ``alpha`` is the cut-off (None for equal and user weights, which have none); ``weights`` (E, I) sum to one
    over experts, all 0 for an item that nobody with a weight answered; ``overall`` (E,) are those as if
    everybody had answered everything (item weights: their mean over items); ``quantiles`` (I, Q) in each
    item's unit, NaN where there is no weight; ``ends`` (I, 2) is the intrinsic range.
    """

    rule: str
    alpha: float | None
    optimised: bool
    weights: Floats
    overall: Floats
    quantiles: Floats
    ends: Floats
    score: Score


@dataclass(frozen=True, eq=False)
class Classical:
    """The Classical Model run on a study.

    ``scores`` by expert; ``effective_seeds`` is the number that calibration was computed at;
    ``performance_weights`` (E,) are combined scores brought to a sum of one, without any cut-off (None if all
    are 0).
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
        ends = float(on.lower[i]), float(on.upper[i])
        return mixture(on.values[:, i], ends, on.masses, weights, is_log=bool(on.is_log[i]))

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
        Experts whose calibration is below it have no weight under the global and item rules; 0 keeps
        everybody; None finds the one whose decision maker has the highest combined score (see ``choose``).
    overshoot
        Share of the range of answers by which the intrinsic range exceeds it at either end.
    power
        Calibration power in (0, 1]: multiplies the number of seeds in the calibration score.
    weights
        For ``user``: by expert, not negative, not all 0; an expert who is not named has none.

    Raises
    ------
    ClassicalError
        For global and item weights without seeds, with an expert who answered none, or with everybody below
        alpha; for settings out of range.

    Examples
    --------
    >>> said = Assessments.of_answers(
    ...     {"a": {"x": {.05: 1., .5: 2., .95: 4.}}, "b": {"x": {.05: 2., .5: 3., .95: 6.}}},
    ...     realisations={"x": 3.5})
    >>> [round(v, 4) for v in classical(said, rule="equal").quantiles("x")]
    [1.069, 2.6667, 5.7647]
    """
    of = study(said, rule=rule, overshoot=overshoot, power=power, weights=weights)
    return result(of, choose(of, alpha), alpha, overshoot)


def result(of: Study, chosen: Chosen, alpha: float | None, overshoot: float) -> Classical:
    """What was found, in each item's own unit."""
    on, scored, said = of.on, of.scored, of.said
    made = chosen.makers.quantiles[chosen.at]
    maker = DecisionMaker(
        of.rule,
        chosen.cut if of.by_performance else None,
        of.by_performance and alpha is None,
        of.weights(np.array([chosen.cut]))[0],
        of.overall(chosen.cut),
        _as_stated(on, made, said),
        np.stack([on.unscaled(on.lower), on.unscaled(on.upper)], axis=1),
        score_of(chosen.makers, chosen.at, on),
    )
    total = scored.combined.sum()
    shares = scored.combined / total if total > 0 else None
    scores = {
        expert: Score(
            int(scored.answered_seeds[e]),
            float(scored.calibration[e]),
            float(scored.information_seeds[e]),
            float(scored.information_all[e]),
        )
        for e, expert in enumerate(said.experts)
    }
    return Classical(said, scores, scored.effective, shares, maker, overshoot, scored.power)


def score_of(makers: Makers, at: int, on: Background) -> Score:
    """The score of one of several decision makers."""
    return Score(
        int((on.is_seed & ~np.isnan(makers.quantiles[at, :, 0])).sum()),
        float(makers.calibration[at]),
        float(makers.information_seeds[at]),
        float(makers.information_all[at]),
    )


def _as_stated(on: Background, made: Floats, said: Assessments) -> Floats:
    """Quantiles (I, Q) in each item's unit; one that is an expert's own is given as that expert gave it."""
    back = on.unscaled(made)
    for i in np.flatnonzero(on.is_log):
        for e, q in np.argwhere(~np.isnan(on.values[:, i])):
            back[i, made[i] == on.values[e, i, q]] = said.values[e, i, q]
    return back
