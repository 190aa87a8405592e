"""Conventions of the Classical Model, one by one; published numbers are in tests/reference/test_cooke.py."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from classical_studies import LEVELS, delft, drawn, patchy
from scipy.stats import chi2

from forecast.pooling.classical import Assessments, ClassicalError, classical, compared, robustness


def one(
    *quantiles: float,
    realised: float = 5.0,
    scale: str = "uniform",
    limits: tuple[float, float] | None = None,
) -> Assessments:
    """One expert, one seed."""
    return Assessments(
        ("a",),
        ("x",),
        LEVELS,
        np.array([[quantiles]], dtype=float),
        np.array([realised]),
        (scale,),
        np.array([limits]) if limits else np.empty((0, 2)),
    )


def calibration_of(*counts: int, seeds: int) -> float:
    """The score of counts in the four bins of 5, 50 and 95%, written out with scipy.stats."""
    shares = np.array(counts) / sum(counts)
    promised = np.array([0.05, 0.45, 0.45, 0.05])
    distance = sum(s * math.log(s / p) for s, p in zip(shares, promised, strict=True) if s > 0)
    return float(chi2.sf(2 * seeds * distance, 3))


def test_a_realisation_equal_to_a_quantile_counts_in_the_bin_below() -> None:
    """At the median exactly: the second bin; a hair above: the third; at the 5% quantile: the first."""
    for realised, counts in ((4.0, (0, 1, 0, 0)), (4.0 + 1e-9, (0, 0, 1, 0)), (1.0, (1, 0, 0, 0))):
        found = classical(one(1, 4, 9, realised=realised)).scores["a"]
        assert found.calibration == pytest.approx(calibration_of(*counts, seeds=1), rel=1e-12)


def test_that_holds_on_a_log_scale_and_for_a_decision_maker_of_one_expert() -> None:
    """Logarithms and mixing lose no digit of a quantile: B alone above alpha is scored as B is."""
    said = delft(B=((20, 23, 24), (8, 10, 11), (60, 68, 90), (20, 35, 47), (31, 35, 40)))
    for scales in (("uniform",) * 5, ("log",) * 5):
        same = replace(said, scales=scales)
        scores = classical(same).scores
        maker = classical(same, alpha=max(s.calibration for s in scores.values())).decision_maker
        best = max(scores, key=lambda name: scores[name].calibration)
        assert maker.score == scores[best]
        assert np.array_equal(maker.quantiles, same.values[same.experts.index(best)])


def test_fewest_answered_seeds_set_the_sample_size_of_all() -> None:
    """With 3 of 5 answered by one expert, everybody is scored as if 3 seeds had been asked."""
    said = delft()
    values = said.values.copy()
    values[0, 3:] = np.nan
    found = classical(replace(said, values=values), alpha=0.0)
    assert found.effective_seeds == 3
    assert [s.seeds for s in found.scores.values()] == [3, 5, 5]
    # B: one above the 95% quantile, two to either side of the median (see the course's page).
    assert found.scores["B"].calibration == pytest.approx(calibration_of(0, 2, 2, 1, seeds=3), rel=1e-12)


def test_who_did_not_answer_has_no_weight_there() -> None:
    """Weights of an item sum to one over those who answered it."""
    for rule in ("global", "item", "equal"):
        maker = classical(patchy(), rule=rule, alpha=0.0 if rule != "equal" else None).decision_maker
        assert maker.weights.sum(axis=0) == pytest.approx(np.ones(7))
        assert (maker.weights[~patchy().answered] == 0).all()
    assert maker.weights[:, 4] == pytest.approx([1 / 3, 0, 1 / 3, 1 / 3])


def test_mean_information_is_over_answered_items() -> None:
    """A missing answer is not an answer without information."""
    said = patchy()
    found = classical(said).scores["e2"]
    without = classical(said.without_items(["e"])).scores["e2"]
    assert found.information_seeds == pytest.approx(without.information_seeds)


def test_the_intrinsic_range_counts_every_expert_and_the_realisation() -> None:
    """Range of Q4: 2 to 47 (a realisation above all answers), 10% beyond; experts without weight count."""
    maker = classical(delft()).decision_maker
    assert maker.ends[3] == pytest.approx((2 - 4.5, 47 + 4.5))
    wider = classical(delft(), overshoot=0.5).decision_maker
    assert wider.ends[3] == pytest.approx((2 - 22.5, 47 + 22.5))


def test_a_log_item_has_its_range_and_its_density_on_the_log_scale() -> None:
    """Ends at (highest / lowest) ** 0.1 beyond; halves of a bin in logarithms have equal mass."""
    found = classical(patchy(), rule="equal")
    low, high = 50.0, 5000.0
    assert found.decision_maker.ends[2] == pytest.approx(
        (low / (high / low) ** 0.1, high * (high / low) ** 0.1)
    )
    alone = classical(one(1, 10, 100, realised=10, scale="log")).distribution("x")
    assert alone.cdf(np.array([math.sqrt(10), 10 * math.sqrt(10)])) == pytest.approx([0.275, 0.725])
    assert alone.pdf(np.array([2.0])) == pytest.approx([0.45 / math.log(10) / 2])


def test_limits_cut_the_range() -> None:
    """A share cannot be below 0: the range ends there, and information is measured against it."""
    free, cut = one(5, 20, 60, realised=10), one(5, 20, 60, realised=10, limits=(0, 100))
    assert classical(free).decision_maker.ends[0] == pytest.approx((-0.5, 65.5))
    assert classical(cut).decision_maker.ends[0] == pytest.approx((0, 65.5))
    told = classical(cut).scores["a"].information_seeds
    widths = np.array([5, 15, 40, 5.5])
    masses = np.array([0.05, 0.45, 0.45, 0.05])
    assert told == pytest.approx(float((masses * np.log(masses / widths)).sum() + math.log(65.5)))


def test_information_of_the_background_itself_is_zero() -> None:
    """Quantiles spread as the background is say nothing, and earn nothing."""
    said = Assessments(
        ("even", "sharp"),
        ("x",),
        (0.25, 0.5, 0.75),
        np.array([[[2.5, 5.0, 7.5]], [[0.8, 5.0, 9.2]]]),
        np.array([5.0]),
        ("uniform",),
        np.array([[0.0, 10.0]]),
    )
    assert classical(said, rule="equal", overshoot=1.0).scores["even"].information_seeds == 0.0
    weights = classical(said, rule="global", alpha=0.0, overshoot=1.0).decision_maker.overall
    assert weights == pytest.approx([0, 1])


def test_the_best_alpha_keeps_the_expert_who_sets_it() -> None:
    """Cut-offs are the scores themselves, to the last bit: nobody is lost by rounding."""
    for seed in range(40):
        said = drawn(seed)
        found = classical(said)
        maker = found.decision_maker
        assert maker.alpha in {s.calibration for s in found.scores.values()}
        kept = {e for e, s in found.scores.items() if s.calibration >= maker.alpha}
        assert {e for e, w in zip(said.experts, maker.overall, strict=True) if w > 0} == kept
        every = [
            classical(said, alpha=s.calibration).decision_maker.score.combined for s in found.scores.values()
        ]
        assert maker.score.combined == pytest.approx(max(every), rel=1e-11)


def test_mirrored_counts_are_the_same_score_to_the_last_bit() -> None:
    """1 - 0.9 is not 0.1 in floats: a cut-off at one expert's score would lose the other."""
    values = np.array([[[1, 2, 9]] * 8] * 2, dtype=float)
    high = np.array([3, 3, 3, 3, 1.5, 1.5, 9.5, 9.5])
    for levels in ((0.1, 0.5, 0.9), (0.05, 0.5, 0.95), (0.01, 0.5, 0.99)):
        # The second expert's answers are the first's seen from the other side.
        mirrored = -values[1][:, ::-1] + 2 * high[:, None]
        said = Assessments(
            ("a", "b"),
            tuple("stuvwxyz"),
            levels,
            np.stack([values[0], mirrored]),
            high,
            ("uniform",) * 8,
        )
        found = classical(said)
        assert found.scores["a"].calibration == found.scores["b"].calibration
        assert (found.decision_maker.overall > 0).all()


def test_of_cut_offs_that_score_the_same_the_lowest_stands() -> None:
    """Identical experts: every cut-off gives the same decision maker, and nobody is dropped."""
    said = delft()
    same = replace(said, values=np.stack([said.values[1]] * 3))
    found = classical(same)
    assert found.decision_maker.overall == pytest.approx([1 / 3] * 3)
    assert found.quantiles("Q4") == (20, 35, 45)
    item = classical(same, rule="item")
    assert item.quantiles("Q4") == (20, 35, 45)


def test_an_item_that_nobody_with_a_weight_answered_is_unanswered() -> None:
    """The best of four did not answer f: no quantiles there, no distribution, and it says what to do."""
    found = classical(patchy())
    assert np.isnan(found.quantiles("f")).all()
    assert found.decision_maker.weights[:, 5] == pytest.approx([0, 0, 0, 0])
    with pytest.raises(ClassicalError, match="item f: nobody who kept a weight answered it; lower alpha"):
        found.distribution("f")


def test_an_item_of_which_nobody_kept_says_more_than_its_range_is_weighed_by_calibration() -> None:
    """Item weights are then as the calibration scores."""
    even = Assessments(
        ("a", "b"),
        ("x", "y"),
        (0.25, 0.5, 0.75),
        np.array([[[2.5, 5, 7.5], [1, 2, 9]], [[2.5, 5, 7.5], [1, 6, 7]]]),
        np.array([5.0, 3.0]),
        ("uniform",) * 2,
        np.array([[0.0, 10.0], [np.nan, np.nan]]),
    )
    found = classical(even, rule="item", alpha=0.0, overshoot=1.0)
    a, b = (found.scores[e].calibration for e in "ab")
    assert found.decision_maker.weights[:, 0] == pytest.approx([a / (a + b), b / (a + b)])


def test_calibration_power_shrinks_the_sample() -> None:
    """Half the power: as with half the seeds."""
    found = classical(delft(), alpha=0.0, power=0.5)
    assert found.scores["B"].calibration == pytest.approx(calibration_of(0, 2, 2, 1, seeds=2.5), rel=1e-12)


def test_user_weights_are_shares() -> None:
    """2 and 6 are a quarter and three quarters; who is not named has none."""
    found = classical(delft(), rule="user", weights={"B": 2, "C": 6})
    assert found.decision_maker.overall == pytest.approx([0, 0.25, 0.75])
    assert found.decision_maker.alpha is None


def test_the_distribution_has_the_decision_makers_quantiles() -> None:
    """Whole mixtures and the quantiles that are scored are the same thing."""
    for said in (delft(), patchy()):
        found = classical(said, alpha=0.0)
        for item in said.items:
            whole = found.distribution(item)
            assert whole.ppf(np.array(LEVELS)) == pytest.approx(found.quantiles(item), rel=1e-10)
            low, high = whole.support
            assert whole.cdf(np.array([low, high])) == pytest.approx([0, 1])


def test_more_levels_are_scored_in_their_own_bins() -> None:
    """Five quantiles: six bins and five degrees of freedom."""
    said = Assessments.of_answers(
        {"a": {"x": {0.05: 1, 0.25: 2, 0.5: 3, 0.75: 4, 0.95: 5}}}, realisations={"x": 3.5}
    )
    assert classical(said).scores["a"].calibration == pytest.approx(float(chi2.sf(2 * math.log(4), 5)))


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (lambda: one(1, 4, 4), "a, item x: quantiles must increase, but some are equal (found p05 1, p50 4"),
        (lambda: one(1, 4, 3), "some decrease (found p05 1, p50 4, p95 3); ask again"),
        (
            lambda: one(1, 4, math.nan),
            "quantiles are missing (found p05 1, p50 4, p95 nan); state all of them",
        ),
        (lambda: one(1, 4, math.inf), "quantiles must be finite"),
        (lambda: one(0, 4, 9, scale="log"), "a log scale needs positive values (found p05 0, p50 4, p95 9)"),
        (lambda: one(1, 4, 9, realised=-1, scale="log"), "the realisation -1 is not positive"),
        (lambda: one(1, 4, 9, scale="cubic"), "scale 'cubic' is neither uniform nor log"),
        (lambda: one(1, 4, 9, limits=(2, 20)), "an answer of a (1) lies below its lower limit 2"),
        (
            lambda: one(1, 4, 9, realised=30, limits=(0, 20)),
            "the realisation (30) lies above its upper limit 20",
        ),
        (lambda: one(math.nan, math.nan, math.nan), "item x: nobody answered it; leave it out"),
        (
            lambda: replace(delft(), levels=(0.05, 0.05, 0.95)),
            "levels must increase strictly between 0 and 1",
        ),
        (lambda: replace(delft(), experts=("A", "A", "C")), "expert A stands twice"),
        (
            lambda: replace(delft(), realisations=np.zeros(3)),
            "realisations have shape (3,); there are 5 items",
        ),
        (
            lambda: Assessments.of_answers({"a": {"x": {0.5: 1}}, "b": {"x": {0.4: 1}}}, realisations={}),
            "b, x states p40, but a, x states p50",
        ),
    ],
)
def test_answers_that_cannot_be_scored_are_named(said: object, message: str) -> None:
    """Who, which item, what was found, and what to do."""
    with pytest.raises(ClassicalError, match=re.escape(message)):
        said()  # type: ignore[operator]


def test_every_fault_is_named_at_once() -> None:
    """Not one after the other; beyond the eighth they are counted."""
    said = delft()
    with pytest.raises(ClassicalError) as caught:
        replace(said, values=said.values[:, :, ::-1])
    lines = str(caught.value).splitlines()
    assert len(lines) == 9
    assert lines[-1] == "and 7 more"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alpha": 0.7}, "every expert's calibration is below alpha 0.7 (the best is B, 0.60835833"),
        ({"alpha": -0.1}, "alpha is a calibration score between 0 and 1 (found -0.1)"),
        ({"overshoot": 0.0}, "the overshoot must be a positive share"),
        ({"power": 0.0}, "the calibration power lies above 0"),
        ({"rule": "best"}, "no weights called 'best'; there are global, item, equal, user"),
        ({"rule": "user"}, "not all 0 (found A: 0, B: 0, C: 0)"),
        ({"rule": "user", "weights": {"A": -1, "B": 2}}, "user weights must be finite, not negative"),
        ({"rule": "user", "weights": {"D": 1}}, "user weights: no expert 'D'; there are A, B, C"),
    ],
)
def test_settings_out_of_range_say_what_is_in_range(options: dict[str, object], message: str) -> None:
    """Every setting, with its remedy."""
    with pytest.raises(ClassicalError, match=re.escape(message)):
        classical(delft(), **options)  # type: ignore[arg-type]


def test_without_seeds_no_weight_is_earned_but_equal_weights_stand() -> None:
    """Global and item weights say what is missing; equal weights need nothing."""
    said = replace(delft(), realisations=np.full(5, np.nan))
    with pytest.raises(ClassicalError, match="there are no seeds, so that no performance can be scored"):
        classical(said)
    assert classical(said, rule="equal").decision_maker.score.calibration == 0.0
    found = compared(said)
    assert list(found.makers) == ["equal"]
    assert "there are no seeds" in found.why


def test_an_expert_who_answered_no_seed_is_named() -> None:
    """They would make the sample size of everybody 0."""
    said = patchy()
    values = said.values.copy()
    values[1, :5] = np.nan
    with pytest.raises(ClassicalError, match="no seed was answered by e2"):
        classical(replace(said, values=values))


def test_a_quantile_at_a_limit_leaves_no_room_beyond_it() -> None:
    """There would be probability where nothing can lie."""
    with pytest.raises(ClassicalError, match="item x: 0 of a is the limit of the item"):
        classical(one(0, 4, 9, limits=(0, 20)))


def test_leaving_out_is_doing_the_study_again() -> None:
    """Each row of the robustness table is the study without that expert or seed."""
    said = patchy()
    found = robustness(said)
    for left in found.experts:
        again = classical(said.without_experts([left.name])).decision_maker
        assert (left.score, left.alpha) == (again.score, again.alpha)
    for left in found.seeds:
        again = classical(said.without_items([left.name])).decision_maker
        assert (left.score, left.alpha) == (again.score, again.alpha)


def test_leaving_out_somebody_without_weight_moves_nothing_but_the_range() -> None:
    """C without weight: the decision maker is B's either way, and so is the distance where ranges agree."""
    found = {left.name: left for left in robustness(delft()).experts}
    assert found["C"].distance_all == pytest.approx(0.0, abs=1e-12)
    assert found["B"].distance_all > 1.0


def test_the_last_expert_and_the_last_item_cannot_be_left_out() -> None:
    """The table says so, instead of failing."""
    found = robustness(one(1, 4, 9))
    assert found.experts[0].why.startswith("there is no expert")
    assert found.seeds[0].why.startswith("there is no item")
    assert found.experts[0].score is None
