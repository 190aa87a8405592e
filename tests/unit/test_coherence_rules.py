"""What each rule of coherence finds, and what it lets stand."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.coherence.check import incoherences
from forecast.coherence.rules import RULES, constraints
from forecast.coherence.slack import MIXTURE_TOLERANCE, Joint, Linear, Mixture, Slack
from forecast.coherence.statement import Chance, Chances, Place, Stated, Statement
from forecast.elicitation import logit

THREE = (0.05, 0.5, 0.95)
SHOCK = Place("priors/shocks.yaml", 6, "shocks.war.rate.p50")


def said(
    *statements: Statement, chance: float | None = None, criteria: dict[str, str] | None = None
) -> Stated:
    """A source that states these; ``chance`` is the workspace's of a war within ten years."""
    chances: Chances = {} if chance is None else {("war", 10.0): Chance(chance, SHOCK)}
    return Stated("one", statements, chances, criteria or {})


def of(
    what: str, years: float, *values: float, levels: tuple[float, ...] = THREE, **more: object
) -> Statement:
    """A statement; broad is at the end of its window."""
    return Statement(what, years, levels, values, at_end=what == "alliance_broad", **more)  # type: ignore[arg-type]


def faults(stated: Stated) -> list[tuple[str, tuple[str, ...]]]:
    """Each fault: its rule, and the titles of the numbers involved."""
    return [(one.rule, tuple(value.title for value in one.judgments)) for one in incoherences(stated)]


def test_medians_of_excluding_outcomes_sum_to_at_most_one() -> None:
    """Over one is a fault that shows both numbers and their sum; exactly one is none."""
    (one,) = incoherences(said(of("alliance", 10, 0.2, 0.6, 0.7), of("split", 10, 0.1, 0.5, 0.6)))
    assert one.rule == "exclusive"
    assert [value.value for value in one.judgments] == [0.6, 0.5]
    assert one.message == (
        "alliance within 10 years p50 = 0.6 and split within 10 years p50 = 0.5 exclude each other as the "
        "first way out, and sum to 1.1, over 1"
    )
    assert not faults(said(of("alliance", 10, 0.2, 0.6, 0.7), of("split", 10, 0.1, 0.4, 0.5)))


def test_upper_quantiles_may_sum_to_more_than_one() -> None:
    """Two p95s over one are possible together; a p95 and the other's p05 are not: they mirror each other."""
    wide = said(of("alliance", 10, 0.05, 0.4, 0.9), of("split", 10, 0.05, 0.4, 0.9))
    assert not faults(wide)
    firm = said(of("alliance", 10, 0.3, 0.4, 0.9), of("split", 10, 0.2, 0.4, 0.6))
    assert faults(firm) == [("exclusive", ("alliance within 10 years p95", "split within 10 years p05"))]


def test_the_quantile_bound_is_the_best_there_is() -> None:
    """Where mirrored quantiles sum to at most 1 the two can always hold together: with U uniform, q_A(U) and
    q_S(1 - U) have these quantiles and sum to at most 1 everywhere. Where they do not, no coupling can."""
    levels = (0.1, 0.5, 0.9)
    a, s = of("alliance", 10, 0.2, 0.5, 0.7, levels=levels), of("split", 10, 0.3, 0.5, 0.8, levels=levels)
    assert not faults(said(a, s))
    u = (np.arange(10_000) + 0.5) / 10_000
    # Step functions with the stated quantiles: the least that has them.
    first = np.array([0.0, *a.values])[np.searchsorted(levels, u, side="left")]
    second = np.array([0.0, *s.values])[np.searchsorted(levels, 1 - u, side="left")]
    assert np.all(first + second <= 1)
    more = of("split", 10, 0.3, 0.5, 0.81, levels=levels)
    assert faults(said(a, more)) == [
        ("exclusive", ("alliance within 10 years p10", "split within 10 years p90"))
    ]


def test_windows_of_excluding_outcomes_may_differ() -> None:
    """What is reached within the shorter window is so within the longer: over one is a fault there too."""
    assert [
        rule for rule, _ in faults(said(of("alliance", 5, 0.2, 0.6, 0.7), of("split", 20, 0.1, 0.5, 0.6)))
    ] == ["exclusive"]


@pytest.mark.parametrize(("years", "count"), [(5, 0), (10, 2), (15, 2)])
def test_broad_is_no_less_likely_at_each_quantile(years: float, count: int) -> None:
    """p50 and p95 below alliance's are two faults; a broad state asked for an earlier time is none."""
    found = faults(said(of("alliance", 10, 0.02, 0.3, 0.5), of("alliance_broad", years, 0.1, 0.2, 0.4)))
    assert [rule for rule, _ in found] == ["broad"] * count


def test_quantiles_that_differ_in_level_are_compared() -> None:
    """A p10 above the other's p25 breaks the order of distributions without a common quantile there."""
    narrow = of("alliance", 10, 0.2, 0.3, 0.4, levels=(0.1, 0.5, 0.9))
    wide = of("alliance_broad", 10, 0.1, 0.3, 0.4, levels=(0.25, 0.5, 0.9))
    assert faults(said(narrow, wide)) == [
        ("broad", ("alliance within 10 years p10", "alliance_broad after 10 years p25"))
    ]


def test_horizons_do_not_go_backwards() -> None:
    """A longer window at least as likely, whichever comes first in the file; states at the end are free."""
    short, long = of("split", 5, 0.05, 0.2, 0.4), of("split", 10, 0.05, 0.1, 0.5)
    expected = [("horizons", ("split within 5 years p50", "split within 10 years p50"))]
    assert faults(said(short, long)) == faults(said(long, short)) == expected
    assert not faults(said(of("alliance_broad", 5, 0.3, 0.5, 0.6), of("alliance_broad", 10, 0.1, 0.2, 0.3)))
    given = [of("split", years, 0.1, p, 0.9, given="war") for years, p in ((5, 0.5), (10, 0.3))]
    assert not faults(said(*given))


def test_one_statement_made_twice_has_one_value() -> None:
    """Different numbers at a common quantile are a fault, once, with both places."""
    found = incoherences(said(of("split", 5, 0.05, 0.2, 0.4), of("split", 5, 0.05, 0.25, 0.4)))
    assert [one.rule for one in found] == ["twice"]
    assert {value.value for value in found[0].judgments} == {0.2, 0.25}


def test_a_criterion_is_no_likelier_than_its_outcome() -> None:
    """An event that resolves an outcome brings it about."""
    stated = said(of("split", 10, 0.02, 0.1, 0.3), of("war", 10, 0.01, 0.2, 0.3), criteria={"war": "split"})
    assert faults(stated) == [("criterion", ("war within 10 years p50", "split within 10 years p50"))]


@pytest.mark.parametrize(
    ("whole", "given", "without", "own", "workspace", "wrong"),
    [
        (0.1, 0.9, None, 0.5, None, True),  # .45 of alliance alone comes with a war, over .1
        (0.1, 0.9, None, None, 0.5, True),  # and so with the workspace's chance of one
        (0.46, 0.9, None, 0.5, None, False),
        (0.1, 0.9, None, 0.1, None, False),
        (0.9, 0.1, None, 0.5, None, True),  # .45 of no alliance alone, over .1
        (0.1, None, 0.4, 0.5, None, True),  # .2 without one
        (0.1, None, 0.4, 0.8, None, False),
        (0.3, 0.5, 0.4, None, None, True),  # below both
        (0.6, 0.5, 0.4, None, None, True),  # above both
        (0.45, 0.4, 0.5, None, 0.01, False),  # between: what chance it implies is the person's own
        (0.45, 0.5, 0.4, 0.5, None, False),  # .5 x .5 + .5 x .4
        (0.45, 0.5, 0.4, 0.1, None, False),  # .41: .16 apart in log odds, see below
        (0.49, 0.9, 0.1, 0.1, None, True),  # .18
        (0.1, 0.9, None, None, None, False),  # nothing is said of how likely a war is
    ],
)
def test_conditionals_obey_the_law_of_total_probability(
    whole: float,
    given: float | None,
    without: float | None,
    own: float | None,
    workspace: float | None,
    wrong: bool,
) -> None:
    """P(A) = P(X) P(A|X) + P(not X) P(A|not X) with every term between 0 and 1."""
    parts = [of("alliance", 10, whole / 2, whole, (1 + whole) / 2)]
    for p, happens in ((given, True), (without, False)):
        if p is not None:
            parts.append(of("alliance", 10, p / 2, p, (1 + p) / 2, given="war", happens=happens))
    if own is not None:
        parts.append(of("war", 10, own / 2, own, (1 + own) / 2))
    if (whole, own) == (0.45, 0.1):
        wrong = logit(0.45) - logit(0.1 * 0.5 + 0.9 * 0.4) > MIXTURE_TOLERANCE
    found = incoherences(said(*parts, chance=workspace))
    assert [one.rule for one in found] == ["conditionals"] * wrong
    if wrong and workspace is not None:
        assert found[0].beside == (SHOCK,)


def test_a_longer_unconditional_window_still_bounds() -> None:
    """P(A within 20 years) >= P(X) P(A | X) within 10; the bound from above needs one window."""
    part = of("alliance", 10, 0.8, 0.9, 0.95, given="war")
    assert faults(said(of("alliance", 20, 0.1, 0.2, 0.3), part, chance=0.5))
    assert not faults(said(of("alliance", 5, 0.1, 0.2, 0.3), part, chance=0.5))
    assert not faults(
        said(of("alliance", 20, 0.8, 0.95, 0.98), of("alliance", 10, 0.1, 0.2, 0.3, given="war"), chance=0.9)
    )


def test_conditions_are_not_mixed() -> None:
    """Sums and orders hold under one condition; across conditions nothing is compared."""
    a, s = of("alliance", 10, 0.2, 0.6, 0.7, given="war"), of("split", 10, 0.1, 0.5, 0.6)
    assert not faults(said(a, s))
    assert [rule for rule, _ in faults(said(a, of("split", 10, 0.1, 0.5, 0.6, given="war")))] == ["exclusive"]


@pytest.mark.parametrize(
    ("slack", "cells"),
    [
        (Linear((1.0, -1.0)), 2),
        *((Joint(c, w, x), 2) for c in (False, True) for w in (False, True) for x in (0.3,)),
        *((Joint(c, w), 3) for c in (False, True) for w in (False, True)),
        (Mixture(1.0), 4),
        (Mixture(-1.0), 4),
    ],
)
def test_gradients_are_those_of_the_values(slack: Slack, cells: int) -> None:
    """Central differences at a random point."""
    z = np.random.default_rng(3).normal(size=cells)
    steps = 1e-6 * np.eye(cells)
    numeric = [(slack.value(z + step) - slack.value(z - step)) / 2e-6 for step in steps]
    assert slack.gradient(z) == pytest.approx(numeric, abs=1e-8)


def test_every_rule_says_where_it_comes_from() -> None:
    """The table has a title, a formula and a source for each, and finds what carries its key."""
    assert all(rule.title and rule.formula and rule.source for rule in RULES.values())
    stated = said(
        of("alliance", 10, 0.1, 0.2, 0.3),
        of("split", 10, 0.1, 0.2, 0.3),
        of("split", 5, 0.1, 0.2, 0.3),
        of("split", 5, 0.1, 0.2, 0.3),
        of("alliance_broad", 10, 0.1, 0.2, 0.3),
        of("split", 10, 0.1, 0.2, 0.3, given="war"),
        of("war", 10, 0.1, 0.2, 0.3),
        criteria={"war": "split"},
    )
    assert {one.rule for one in constraints(stated)} == set(RULES)
