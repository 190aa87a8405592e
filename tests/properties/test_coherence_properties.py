"""Repairs of incoherent judgments, whatever was stated: coherent, nearest, and of the incoherent only."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from forecast.calendar import Floats
from forecast.coherence.check import failing, incoherences, logits
from forecast.coherence.nearest import Problem, nearest
from forecast.coherence.repair import Repair, repair
from forecast.coherence.rules import constraints
from forecast.coherence.slack import Linear
from forecast.coherence.statement import Chance, Place, Stated, Statement

CASES = settings(max_examples=50, deadline=None)
LEVELS = st.sampled_from([(0.05, 0.5, 0.95), (0.1, 0.5, 0.9), (0.05, 0.25, 0.5, 0.75, 0.95)])


@st.composite
def quantiles(draw: st.DrawFn) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Levels and increasing values, of two figures as people state them."""
    levels = draw(LEVELS)
    values = draw(st.lists(st.integers(1, 99), min_size=len(levels), max_size=len(levels), unique=True))
    return levels, tuple(v / 100 for v in sorted(values))


@st.composite
def unconditional(draw: st.DrawFn) -> tuple[Statement, ...]:
    """Statements of one source on several outcomes and windows, without conditions."""
    wanted = st.tuples(st.sampled_from(["alliance", "split", "alliance_broad"]), st.sampled_from([5, 10]))
    chosen = draw(st.lists(wanted, min_size=2, max_size=4, unique=True))
    return tuple(
        Statement(of, years, *draw(quantiles()), at_end=of == "alliance_broad") for of, years in chosen
    )


@st.composite
def conditional(draw: st.DrawFn) -> Stated:
    """An outcome, what it is given a shock or without it or both, and whose chance the shock has."""
    said = [Statement("alliance", 10, *draw(quantiles()))]
    which = draw(st.sampled_from([(True,), (False,), (True, False)]))
    said += [Statement("alliance", 10, *draw(quantiles()), given="war", happens=happens) for happens in which]
    if draw(st.booleans()):
        said.append(Statement("war", 10, *draw(quantiles())))
    chance = Chance(draw(st.integers(1, 99)) / 100, Place("priors/shocks.yaml", 1, "shocks.war.rate.p50"))
    return Stated("one", tuple(said), {("war", 10.0): chance}, {})


def of(statements: tuple[Statement, ...]) -> Stated:
    """A source that states these."""
    return Stated("one", statements, {}, {})


def repaired(said: Stated, found: Repair) -> Stated:
    """The source after a repair."""
    new = {change.title: change.proposed for change in found.changes}
    return Stated(
        said.source,
        tuple(
            Statement(
                one.of,
                one.years,
                one.levels,
                tuple(new.get(f"{one.title} {one.key(u)}", v) for u, v in enumerate(one.values)),
                given=one.given,
                happens=one.happens,
                at_end=one.at_end,
            )
            for one in said.statements
        ),
        said.chances,
        said.criteria,
    )


def by_dual(problem: Problem) -> Floats:
    """The projection by Lawson and Hanson's least-distance programming, through non-negative least squares.

    min |u| subject to G u >= h: solve min |E y - f|, y >= 0, E = [G'; h'], f = (0, .., 0, 1); then
    u = -r[:n] / r[n] of the residual r (Solving Least Squares Problems, 1974, ch. 23).
    """
    from scipy.optimize import nnls

    index = {cell: i for i, cell in enumerate(problem.cells)}
    rows = []
    for one in problem.constraints:
        (slack,) = one.ways[0].slacks
        assert isinstance(slack, Linear)
        rows.append(([index[c] for c in one.cells], [-c for c in slack.coefficients], 0.0))
    rows += [([low, high], [-1.0, 1.0], apart) for low, high, apart in problem.order]
    size = len(problem.cells)
    g, h = np.zeros((len(rows), size)), np.zeros(len(rows))
    for i, (cells, coefficients, least) in enumerate(rows):
        np.add.at(g[i], cells, coefficients)
        h[i] = least - g[i] @ problem.stated
        g[i] *= problem.sd
    e = np.vstack([g.T, h])
    f = np.append(np.zeros(size), 1.0)
    y, _ = nnls(e, f)
    r = e @ y - f
    return np.asarray(problem.stated - problem.sd * r[:-1] / r[-1], dtype=np.float64)


@CASES
@given(unconditional())
def test_a_repair_is_coherent_and_repairing_again_changes_nothing(statements: tuple[Statement, ...]) -> None:
    """Repaired is coherent, quantiles still in order; repaired twice is repaired once."""
    said = of(statements)
    found = repair(said)
    assert found is not None
    assert (found.changes == ()) == (incoherences(said) == ())
    after = repaired(said, found)
    assert incoherences(after) == ()
    assert all(list(one.values) == sorted(set(one.values)) for one in after.statements)
    assert repair(after) == Repair("one", (), (), 0.0, 0.0)


@CASES
@given(unconditional())
def test_linear_rules_give_the_projection(statements: tuple[Statement, ...]) -> None:
    """Without conditions every rule is linear in log odds: the point is the exact least-distance one."""
    said = of(statements)
    problem = Problem.of(said, constraints(said))
    exact = by_dual(problem)
    assert problem.holds(exact, short=1e-6)
    found = nearest(problem)
    assert problem.distance(found) == np.float64(problem.distance(exact)) or math.isclose(
        problem.distance(found), problem.distance(exact), rel_tol=1e-5, abs_tol=1e-8
    )


@CASES
@given(conditional())
def test_conditionals_are_repaired(said: Stated) -> None:
    """What breaks the law of total probability is repaired too, and then nothing more is wrong."""
    found = repair(said)
    assert found is not None
    after = repaired(said, found)
    assert incoherences(after) == ()
    assert found.distance >= found.least - 1e-6
    assert repair(after) == Repair("one", (), (), 0.0, 0.0)


@CASES
@given(conditional(), st.integers(0, 2**32 - 1))
def test_no_probe_is_coherent_and_nearer(said: Stated, seed: int) -> None:
    """Of many points nearer to what was stated than the repair, none is coherent."""
    rules = constraints(said)
    assume(failing(rules, logits(said)))
    problem = Problem.of(said, rules)
    least = problem.distance(nearest(problem))
    rng = np.random.default_rng(seed)
    size = len(problem.cells)
    for _ in range(200):
        direction = rng.standard_normal(size) * (rng.random(size) < 0.5)
        length = float(np.linalg.norm(direction)) or 1.0
        radius = math.sqrt(least) * rng.uniform(0.0, 0.999)
        probe = problem.stated + problem.sd * direction / length * radius
        assert not problem.holds(probe)


@CASES
@given(unconditional())
def test_what_nothing_is_wrong_with_stays(statements: tuple[Statement, ...]) -> None:
    """A judgment in no constraint with a broken one keeps its numbers, as does a source without fault."""
    said = of((*statements, Statement("flood", 3, (0.05, 0.5, 0.95), (0.1, 0.2, 0.3))))
    found = repair(said)
    assert found is not None
    assert not any(change.title.startswith("flood") for change in found.changes)
