"""A study ready to be decided: assessments on their scales, scored experts, a rule, and the best cut-off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats
from forecast.pooling.classical.assessments import Assessments, ClassicalError
from forecast.pooling.classical.ranges import Background, background
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


@dataclass(frozen=True, eq=False)
class Study:
    """One set of assessments and the rule that is to weigh it; ``given`` (E,) are the user's weights."""

    said: Assessments
    on: Background
    scored: Performance
    rule: str
    given: Floats

    @property
    def by_performance(self) -> bool:
        """Whether seeds and a cut-off have a say in the weights."""
        return self.rule in BY_PERFORMANCE

    def weights(self, cuts: Floats) -> Floats:
        """Weights (A, E, I) at cut-offs (A,)."""
        kept = self.scored.calibration[None, :] >= cuts[:, None]
        return shares(RULES[self.rule](self.scored, kept, self.given), self.on.answered)

    def overall(self, cut: float) -> Floats:
        """Weights (E,) as if everybody had answered everything; item weights are averaged over items."""
        kept = self.scored.calibration[None, :] >= cut
        raw = RULES[self.rule](self.scored, kept, self.given)
        found: Floats = shares(raw, np.ones_like(self.on.answered))[0].mean(axis=1)
        return found


@dataclass(frozen=True, eq=False)
class Chosen:
    """A cut-off and the decision maker it makes: ``makers`` at index ``at``."""

    cut: float
    makers: Makers
    at: int


def study(
    said: Assessments,
    *,
    rule: str,
    overshoot: float,
    power: float,
    weights: Mapping[str, float] | None = None,
) -> Study:
    """Score the experts, so that a rule can weigh them.

    Raises
    ------
    ClassicalError
        For settings out of range, and for performance weights where nothing can be earned.
    """
    if rule not in RULES:
        raise ClassicalError(f"no weights called '{rule}'; there are {', '.join(RULES)}")
    if not 0 < power <= 1:
        raise ClassicalError(f"the calibration power lies above 0 and at most at 1 (found {power:g})")
    given = _user_weights(said, weights or {}) if rule == "user" else np.zeros(len(said.experts))
    on = background(said, overshoot=overshoot)
    found = Study(said, on, performance(on, power=power), rule, given)
    if found.by_performance:
        _scorable(said, found.scored)
    return found


def choose(of: Study, alpha: float | None) -> Chosen:
    """The decision maker at a cut-off, or at the best one (None); equal and user weights have none.

    The best cut-off is one of the calibration scores themselves: between two of them nothing changes. Each is
    tried, as the very float it was computed to, so that the expert who sets it is kept. Where several score
    the same but for rounding, the lowest stands: it keeps most experts.

    Raises
    ------
    ClassicalError
        If everybody is below alpha.
    """
    if alpha is None and of.by_performance:
        cuts = np.unique(of.scored.calibration[of.scored.combined > 0])
    else:
        cuts = np.array([_usable(of, 0.0 if alpha is None else alpha)])
    makers = decide(of.on, of.weights(cuts), of.scored)
    best = int(np.argmax(makers.combined >= makers.combined.max() * (1.0 - SAME_SCORE)))
    return Chosen(float(cuts[best]), makers, best)


def _usable(of: Study, given: float) -> float:
    alpha = float(given)
    if not 0 <= alpha <= 1:
        raise ClassicalError(f"alpha is a calibration score between 0 and 1 (found {alpha:g})")
    best = int(np.argmax(of.scored.calibration))
    top = float(of.scored.calibration[best])
    if of.by_performance and alpha > top:
        raise ClassicalError(
            f"every expert's calibration is below alpha {alpha!r} (the best is {of.said.experts[best]}, "
            f"{top!r}), so that nobody is left; lower alpha to at most that, or leave it out to have it "
            "optimised"
        )
    if of.by_performance and not of.scored.combined[of.scored.calibration >= alpha].sum() > 0:
        raise ClassicalError(
            f"the experts who reach alpha {alpha:g} say nothing beyond the range of the seeds (information "
            "0), so that nobody can have a weight; lower alpha, or leave it out to have it optimised"
        )
    return alpha


def _user_weights(said: Assessments, weights: Mapping[str, float]) -> Floats:
    for expert in weights:
        if expert not in said.experts:
            raise ClassicalError(f"user weights: no expert '{expert}'; there are {', '.join(said.experts)}")
    given = np.array([float(weights.get(expert, 0.0)) for expert in said.experts])
    if not np.isfinite(given).all() or (given < 0).any() or not given.sum() > 0:
        found = ", ".join(f"{e}: {w:g}" for e, w in zip(said.experts, given, strict=True))
        raise ClassicalError(f"user weights must be finite, not negative and not all 0 (found {found})")
    return given


def _scorable(said: Assessments, scored: Performance) -> None:
    """There must be something to earn a weight by."""
    if not said.is_seed.any():
        raise ClassicalError(
            "there are no seeds, so that no performance can be scored; give the realisation of at least one "
            "item that the experts answered (ten are usual), or use equal weights"
        )
    silent = [e for e, n in zip(said.experts, scored.answered_seeds, strict=True) if n == 0]
    if silent:
        raise ClassicalError(
            f"no seed was answered by {', '.join(silent)}, and the fewest answered sets the sample size of "
            "all; leave them out, have them answer the seeds, or use equal weights"
        )
    if not scored.combined.sum() > 0:
        raise ClassicalError(
            "every expert scores 0 (calibration times information), so that nobody can have a weight; use "
            "equal weights, or a lower calibration power"
        )
