"""What holds of rules of pooling whatever is pooled."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution
from forecast.elicitation.parametric import Parametric
from forecast.errors import UsageError
from forecast.pooling import densities
from forecast.pooling.table import RULES, rules

OF_EVENTS = [name for name, rule in RULES.items() if rule.probabilities]
OF_QUANTITIES = [name for name, rule in RULES.items() if rule.densities]
#: Rules that move even what everybody agrees on.
SHARPENING = {"extremised", "beta"}
#: At every value these pool P(X > x) as they pool P(X <= x).
SYMMETRIC = ["linear", "log_odds", "logarithmic", "extremised", "beta", "median", "trimmed", "probit"]

chances = st.lists(st.floats(0.001, 0.999), min_size=1, max_size=6)
LEVELS = np.array([0.02, 0.3, 0.5, 0.9])


@st.composite
def heard(draw: st.DrawFn) -> tuple[Floats, Floats]:
    """Probabilities and weights."""
    p = draw(chances)
    return np.array(p), np.array([draw(st.floats(0.05, 5)) for _ in p])


@st.composite
def experts(draw: st.DrawFn) -> tuple[list[Distribution], Floats]:
    """Two to four experts of overlapping views, of several families."""
    said: list[Distribution] = []
    for _ in range(draw(st.integers(2, 4))):
        mean, sd = draw(st.floats(-1, 1)), draw(st.floats(0.5, 2))
        family = draw(st.sampled_from(["normal", "student_t", "gamma"]))
        if family == "gamma":
            shape = draw(st.floats(2, 6))
            said.append(Parametric("gamma", {"shape": shape, "rate": 1.0}, -5.0, np.inf))
        elif family == "student_t":
            said.append(Parametric("student_t", {"location": mean, "scale": sd, "df": 3.0}, -np.inf, np.inf))
        else:
            said.append(Parametric("normal", {"mean": mean, "sd": sd}, -np.inf, np.inf))
    return said, np.array([draw(st.floats(0.2, 3)) for _ in said])


def event(name: str, p: Floats, w: Floats) -> float:
    """A rule of the table on probabilities."""
    pooled = RULES[name].probabilities
    assert pooled is not None
    return pooled(p, w)


def quantity(name: str, said: list[Distribution], w: Floats) -> Distribution:
    """A rule of the table on distributions."""
    pooled = RULES[name].densities
    assert pooled is not None
    return pooled(said, w)


@pytest.mark.parametrize("name", OF_EVENTS)
@given(st.floats(0.01, 0.99), st.floats(0.1, 10), st.integers(1, 4))
@settings(max_examples=25)
def test_unanimity_and_the_pool_of_one(name: str, p: float, weight: float, many: int) -> None:
    """What all say is what is pooled, one or several; a rule that sharpens moves it away from a half."""
    pooled = event(name, np.full(many, p), np.full(many, weight))
    if name not in SHARPENING:
        assert pooled == pytest.approx(p, rel=1e-9)
    elif abs(p - 0.5) > 0.01:
        assert (pooled - p) * (p - 0.5) > 0


@pytest.mark.parametrize("name", OF_EVENTS)
@given(heard(), st.randoms(use_true_random=False), st.floats(0.1, 10))
@settings(max_examples=25)
def test_order_and_the_scale_of_weights_do_not_matter(
    name: str, said: tuple[Floats, Floats], shuffle: st.DataObject, scale: float
) -> None:
    """A permutation of experts, or weights in another unit, pools to the same."""
    p, w = said
    order = list(range(len(p)))
    shuffle.shuffle(order)  # type: ignore[attr-defined]
    assert event(name, p[order], scale * w[order]) == pytest.approx(event(name, p, w), rel=1e-9)


@pytest.mark.parametrize("name", OF_EVENTS)
@given(heard(), st.sampled_from([0.0, 0.3, 1.0, np.nan]))
@settings(max_examples=25)
def test_weight_zero_drops(name: str, said: tuple[Floats, Floats], other: float) -> None:
    """Whatever somebody of weight 0 says, certainty and nothing included, the pool is the same float."""
    p, w = said
    assert event(name, np.append(p, other), np.append(w, 0.0)) == event(name, p, w)


@pytest.mark.parametrize("name", OF_EVENTS)
@given(heard(), st.floats(0.0, 1.0))
@settings(max_examples=25)
def test_no_rule_answers_against_its_experts(name: str, said: tuple[Floats, Floats], step: float) -> None:
    """Monotone: where one says more, the pool says no less."""
    p, w = said
    more = p.copy()
    more[0] += step * (0.9995 - more[0])
    assert event(name, more, w) >= event(name, p, w) - 1e-12


@pytest.mark.parametrize("name", SYMMETRIC)
@given(heard())
@settings(max_examples=25)
def test_an_event_and_its_contrary_sum_to_one(name: str, said: tuple[Floats, Floats]) -> None:
    """Of p and of 1 - p."""
    p, w = said
    assert event(name, p, w) + event(name, 1.0 - p, w) == pytest.approx(1.0, abs=1e-9)


@given(heard(), st.floats(0.05, 20))
@settings(max_examples=50)
def test_the_geometric_mean_of_odds_is_externally_bayesian(said: tuple[Floats, Floats], ratio: float) -> None:
    """Updating all by one likelihood ratio and pooling is pooling and updating (Genest and Zidek)."""
    p, w = said

    def updated(q: Floats) -> Floats:
        return np.asarray(ratio * q / (ratio * q + 1.0 - q))

    pooled = event("log_odds", p, w)
    assert event("log_odds", updated(p), w) == pytest.approx(float(updated(np.array(pooled))), rel=1e-9)
    if len(p) > 1 and np.ptp(p) > 0.2 and abs(np.log(ratio)) > 0.5:
        linear = event("linear", updated(p), w)
        assert abs(linear - float(updated(np.array(event("linear", p, w))))) > 1e-9


@pytest.mark.parametrize("name", OF_QUANTITIES)
@given(experts())
@settings(max_examples=5, deadline=None)
def test_a_pool_is_a_distribution(name: str, said: tuple[list[Distribution], Floats]) -> None:
    """Its density integrates to its CDF and to one, and its quantiles invert it."""
    pooled = quantity(name, *said)
    x = pooled.ppf(LEVELS)
    assert (np.diff(x) > 0).all()
    assert pooled.cdf(x) == pytest.approx(LEVELS, abs=1e-9)
    between = quad(lambda t: float(pooled.pdf(np.array(t))), x[0], x[-1], limit=400)[0]
    # Where experts' CDFs cross, the density of a median or trimmed mean jumps, which costs quad its digits.
    jumps = name in {"median", "trimmed"}
    assert between == pytest.approx(LEVELS[-1] - LEVELS[0], abs=2e-4 if jumps else 2e-6)
    far = np.array([-1e6, 1e6])
    assert pooled.cdf(far) == pytest.approx([0.0, 1.0], abs=1e-9)


@pytest.mark.parametrize("name", OF_QUANTITIES)
@given(experts(), st.randoms(use_true_random=False))
@settings(max_examples=5, deadline=None)
def test_pools_of_quantities_have_the_same_symmetries(
    name: str, said: tuple[list[Distribution], Floats], shuffle: st.DataObject
) -> None:
    """Order and scale of weights do not matter, weight 0 drops, and what all say is what is pooled."""
    them, w = said
    order = list(range(len(them)))
    shuffle.shuffle(order)  # type: ignore[attr-defined]
    x = quantity(name, them, w).ppf(LEVELS)
    other = quantity(name, [them[i] for i in order], 3.0 * w[order])
    assert other.ppf(LEVELS) == pytest.approx(x, rel=1e-7, abs=1e-7)
    stranger = Parametric("normal", {"mean": 1e4, "sd": 1.0}, -np.inf, np.inf)
    assert (quantity(name, [*them, stranger], np.append(w, 0.0)).ppf(LEVELS) == x).all()
    if name not in SHARPENING:
        alike = quantity(name, [them[0]] * 3, np.ones(3))
        assert alike.ppf(LEVELS) == pytest.approx(them[0].ppf(LEVELS), rel=1e-7, abs=1e-7)
        assert quantity(name, them[:1], w[:1]) is them[0]


@given(experts(), st.floats(-2, 0), st.floats(0.1, 3))
@settings(max_examples=15, deadline=None)
def test_the_linear_pool_marginalises(
    said: tuple[list[Distribution], Floats], low: float, width: float
) -> None:
    """The pooled probability of any interval is the pool of its probabilities."""
    them, w = said
    ends = np.array([low, low + width])
    pooled = np.diff(densities.linear(them, w).cdf(ends))[0]
    theirs = np.array([np.diff(one.cdf(ends))[0] for one in them])
    assert pooled == pytest.approx(event("linear", theirs, w), abs=1e-12)


@given(st.floats(-1, 1), st.floats(0.5, 2), st.floats(-1, 1), st.floats(0.5, 2), st.floats(-2, 2))
@settings(max_examples=15, deadline=None)
def test_the_logarithmic_pool_is_externally_bayesian(
    m: float, s: float, n: float, t: float, tilt: float
) -> None:
    """A likelihood exp(tilt x) moves a normal's mean by tilt sd^2: before or after pooling, the same."""
    w = np.array([1.0, 2.0])

    def normal(mean: float, sd: float) -> Distribution:
        return Parametric("normal", {"mean": mean, "sd": sd}, -np.inf, np.inf)

    before = densities.logarithmic([normal(m, s), normal(n, t)], w)
    after = densities.logarithmic([normal(m + tilt * s * s, s), normal(n + tilt * t * t, t)], w)
    sd = float(before.sd)  # type: ignore[attr-defined]
    assert after.ppf(LEVELS) == pytest.approx(before.ppf(LEVELS) + tilt * sd * sd, abs=1e-7)


def test_what_nobody_can_hold_is_refused() -> None:
    """Two with nothing in common have no logarithmic pool; certainty has no odds; settings have ranges."""
    apart: list[Distribution] = [
        Parametric("beta", {"shape1": 2.0, "shape2": 2.0}, low, low + 1.0) for low in (0.0, 5.0)
    ]
    with pytest.raises(UsageError, match="no value to which everybody gives a density"):
        densities.logarithmic(apart, np.ones(2))
    assert densities.linear(apart, np.ones(2)).cdf(np.array([0.5, 3.0, 5.5])) == pytest.approx(
        [0.25, 0.5, 0.75]
    )
    with pytest.raises(UsageError, match="would decide alone"):
        event("log_odds", np.array([0.0, 0.5]), np.ones(2))
    for wrong, said in (
        ({"trim": 0.5}, "below a half"),
        ({"factor": 0.0}, "above 0"),
        ({"alpha": -1.0}, "above 0"),
    ):
        with pytest.raises(UsageError, match=said):
            rules(**wrong)
    for p, w, said in (
        ([0.2], [0.0], "nobody is heard"),
        ([0.2], [-1.0], "at least 0"),
        ([0.2], [np.nan], "at least 0"),
        ([0.2, 0.3], [1.0], "one of each"),
        ([1.2], [1.0], "between 0 and 1"),
        ([np.nan], [1.0], "between 0 and 1"),
    ):
        with pytest.raises(UsageError, match=said):
            event("linear", np.array(p), np.array(w))
    with pytest.raises(UsageError, match="one of each"):
        densities.linear(apart, np.ones(3))
