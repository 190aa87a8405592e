"""The nearest coherent numbers against closed forms and brute force, and their rounding."""

from __future__ import annotations

import math

import numpy as np
import pytest

from forecast.coherence.check import incoherences
from forecast.coherence.nearest import Problem, nearest
from forecast.coherence.repair import Change, repair
from forecast.coherence.rounded import grid
from forecast.coherence.rules import constraints
from forecast.coherence.statement import Chance, Place, Stated, Statement
from forecast.elicitation import logit

THREE = (0.05, 0.5, 0.95)


def around(p: float, spread: float) -> tuple[float, float, float]:
    """Quantiles p05, p50, p95 whose log odds are ``spread`` apart: a judgment of sd spread / 1.645."""
    low, high = (1 / (1 + math.exp(-(logit(p) + side * spread))) for side in (-1, 1))
    return low, p, high


def point(*statements: Statement, chance: float | None = None) -> tuple[Problem, np.ndarray]:
    """The program of a source, and its nearest point."""
    chances = {("war", 10.0): Chance(chance, Place("", 0, ""))} if chance else {}
    said = Stated("one", statements, chances, {})
    problem = Problem.of(said, constraints(said))
    return problem, nearest(problem)


def changes(*statements: Statement) -> tuple[Change, ...]:
    """What is proposed for a source."""
    found = repair(Stated("one", statements, {}, {}))
    assert found is not None
    return found.changes


@pytest.mark.parametrize(("first", "second"), [(1.0, 1.0), (0.3, 1.2), (2.0, 0.5)])
def test_two_medians_over_one_meet_in_proportion_to_their_variances(first: float, second: float) -> None:
    """The closed form: with s = logit p_A + logit p_S > 0, each log odds falls by s times its share of the
    variance; firm numbers move least. The other quantiles are far off and stay."""
    a = Statement("alliance", 10, THREE, around(0.55, first))
    s = Statement("split", 10, THREE, around(0.5, second))
    problem, z = point(a, s)
    excess = logit(0.55) + logit(0.5)
    shares = np.array([a.sd, s.sd]) ** 2 / (a.sd**2 + s.sd**2)
    moved = (z - problem.stated)[[1, 4]]
    assert moved == pytest.approx(-excess * shares, abs=1e-7)


def test_a_backward_horizon_meets_at_the_mean_weighted_by_precision() -> None:
    """Isotonic regression of two: the precision-weighted mean of the log odds."""
    short = Statement("split", 5, THREE, around(0.2, 0.8))
    long = Statement("split", 10, THREE, (around(0.2, 0.8)[0], 0.15, 0.5))
    _, z = point(short, long)
    weights = np.array([short.sd, long.sd]) ** -2
    mean = float(np.average([logit(0.2), logit(0.15)], weights=weights))
    assert z[[1, 4]] == pytest.approx([mean, mean], abs=1e-7)


def test_a_conditional_is_repaired_as_brute_force_does() -> None:
    """P(A) >= .5 P(A|X) from .1 and .9: the least over a fine grid of P(A|X).

    The intervals are wide enough that no other quantile is in the way.
    """
    a = Statement("alliance", 10, THREE, around(0.1, 3.0))
    b = Statement("alliance", 10, THREE, around(0.9, 4.0), given="war")
    _, z = point(a, b, chance=0.5)
    p = np.linspace(0.2, 0.9, 700_001)
    moved = ((np.log(0.5 * p / (1 - 0.5 * p)) - logit(0.1)) / a.sd) ** 2
    moved += ((np.log(p / (1 - p)) - logit(0.9)) / b.sd) ** 2
    best = p[np.argmin(moved)]
    assert 1 / (1 + np.exp(-z[[1, 4]])) == pytest.approx([best / 2, best], abs=2e-6)


@pytest.mark.parametrize(("loose", "mover"), [("given", 4), ("without", 7)])
def test_an_unconditional_outside_takes_the_nearer_way_in(loose: str, mover: int) -> None:
    """Above both conditionals, it suffices to raise either: the vaguer is raised, though it be the lower."""
    spreads = {"given": 0.3, "without": 0.3, loose: 4.0}
    a = Statement("alliance", 10, THREE, around(0.5, 0.3))
    b = Statement("alliance", 10, THREE, around(0.4, spreads["given"]), given="war")
    c = Statement("alliance", 10, THREE, around(0.35, spreads["without"]), given="war", happens=False)
    problem, z = point(a, b, c)
    assert int(np.argmax(np.abs(z - problem.stated))) == mover
    assert problem.holds(z, short=1e-6)


def test_what_fits_is_not_touched() -> None:
    """A coherent source has an empty repair of no distance, with no rule."""
    found = repair(Stated("one", (Statement("split", 5, THREE, (0.1, 0.2, 0.3)),), {}, {}))
    assert found is not None
    assert (found.changes, found.rules, found.distance) == ((), (), 0.0)


def test_a_median_does_not_pass_its_neighbours() -> None:
    """Where p50 has to fall below p05, p05 is taken along, and stays below."""
    (low, middle), (after_low, after_middle) = (0.45, 0.5), (0.0, 0.0)
    short = Statement("split", 5, THREE, (0.01, 0.02, 0.03))
    long = Statement("split", 10, THREE, (0.001, 0.002, 0.9))
    for change in changes(
        Statement("alliance", 10, THREE, (low, middle, 0.55)), Statement("split", 10, THREE, (0.7, 0.8, 0.9))
    ):
        if change.title == "alliance within 10 years p05":
            after_low = change.proposed
        if change.title == "alliance within 10 years p50":
            after_middle = change.proposed
    assert 0 < after_low < after_middle
    assert all(c.proposed > 0 for c in changes(short, long))


def test_a_proposed_sum_leaves_something_for_partnership() -> None:
    """The nearest point sums to exactly 1, which leaves partnership nothing; the proposal less."""
    found = changes(
        Statement("alliance", 10, THREE, (0.1, 0.6, 0.8)), Statement("split", 10, THREE, (0.1, 0.5, 0.7))
    )
    assert math.fsum(c.exact for c in found) == pytest.approx(1.0, abs=1e-6)
    assert 0.97 < math.fsum(c.proposed for c in found) < 1.0
    assert all(round(c.proposed, 2) == c.proposed for c in found)


@pytest.mark.parametrize("p", [0.5, 0.0312345, 0.000123456, 0.987654, 0.1, 0.9999])
@pytest.mark.parametrize("figures", [2, 3, 5])
def test_the_grid_surrounds_a_probability(p: float, figures: int) -> None:
    """Points on either side, of so many figures in the smaller of p and 1 - p, all of them probabilities."""
    points = grid(p, figures)
    assert points[0] < p <= points[-1]
    assert all(0 < q < 1 for q in points)
    step = 10.0 ** (math.floor(math.log10(min(p, 1 - p))) - figures + 1)
    assert points[-1] - points[0] <= 3 * step * (1 + 1e-9)
    assert max(abs(q / step - round(q / step)) for q in points) < 1e-5


def test_nine_numbers_at_once_are_rounded_together() -> None:
    """Three judgments that meet in every quantile still get two figures each."""
    found = changes(
        Statement("alliance", 10, THREE, (0.01, 0.02, 0.22)),
        Statement("alliance_broad", 5, THREE, (0.01, 0.12, 0.48), at_end=True),
        Statement("alliance", 5, THREE, (0.23, 0.28, 0.65)),
    )
    assert sorted({c.proposed for c in found}) == [0.093, 0.16, 0.54]
    assert len(found) == 9


def test_all_faults_of_a_source_are_repaired_in_one_go() -> None:
    """Sums, broad below narrow and horizons together: one repair after which nothing is left."""
    statements = (
        Statement("alliance", 10, THREE, (0.2, 0.6, 0.8)),
        Statement("split", 10, THREE, (0.1, 0.5, 0.7)),
        Statement("alliance_broad", 10, THREE, (0.1, 0.4, 0.9), at_end=True),
        Statement("split", 5, THREE, (0.2, 0.55, 0.6)),
    )
    assert {one.rule for one in incoherences(Stated("one", statements, {}, {}))} == {
        "exclusive",
        "broad",
        "horizons",
    }
    new = {c.title: c.proposed for c in changes(*statements)}
    after = tuple(
        Statement(
            s.of,
            s.years,
            s.levels,
            tuple(new.get(f"{s.title} {s.key(u)}", v) for u, v in enumerate(s.values)),
            at_end=s.at_end,
        )
        for s in statements
    )
    assert incoherences(Stated("one", after, {}, {})) == ()
