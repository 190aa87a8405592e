"""Which members of a web drive one another, and which loop does so most."""

from __future__ import annotations

import math
import time
from itertools import permutations

import numpy as np
import pytest

from forecast.inputs.loops import Loop, components, strongest_loop


def test_components_are_those_that_reach_one_another() -> None:
    """Two loops that share a member are one set, loops joined one way are two, and a chain is none."""
    web = {
        ("a", "b"): 1.0,
        ("b", "a"): 1.0,
        ("b", "c"): 1.0,
        ("c", "d"): 1.0,
        ("d", "c"): 1.0,
        ("d", "e"): 1.0,
    }
    assert components(web) == [("a", "b"), ("c", "d")]
    assert components({**web, ("d", "b"): 1.0}) == [("a", "b", "c", "d")]
    assert components({("a", "b"): 1.0, ("b", "c"): 1.0}) == []


def test_a_denial_is_no_link() -> None:
    """Strength 0 says that nothing is passed on, and nothing pulls itself."""
    assert components({("a", "b"): 1.0, ("b", "a"): 0.0, ("c", "c"): 2.0}) == []


def test_a_loop_alone_is_unstable_where_its_pull_says() -> None:
    """At the unit 1 / pull the largest eigenvalue of u S - I is 0, by NumPy: reinforcing or not."""
    for strengths in [(3.0, 1.0), (2.0, 1.0, 0.5), (-2.0, 1.0, 3.0), (-1.0, -2.0), (2.0, 2.0, -1.0, 3.0)]:
        loop = Loop(tuple("abcd"[: len(strengths)]), strengths)
        n = len(strengths)
        s = np.zeros((n, n))
        for i, strength in enumerate(strengths):
            s[(i + 1) % n, i] = strength
        assert np.linalg.eigvals(s / loop.pull - np.eye(n)).real.max() == pytest.approx(0, abs=1e-12)


def test_two_that_counteract_each_other_are_never_unstable() -> None:
    """A pull of 0: a negative loop of two is a damped swing at any unit."""
    assert Loop(("a", "b"), (3.0, -3.0)).pull == pytest.approx(0)


def test_the_strongest_loop_is_found_among_all() -> None:
    """As by trying every order of every subset, for random webs of five."""
    rng = np.random.default_rng(11)
    names = "abcde"
    for _ in range(30):
        web = {
            (a, b): float(rng.integers(-3, 4)) for a in names for b in names if a != b and rng.random() < 0.6
        }
        for members in components(web):
            every = [
                Loop(
                    order,
                    tuple(web.get(step, 0.0) for step in zip(order, [*order[1:], order[0]], strict=True)),
                )
                for n in range(2, len(members) + 1)
                for order in permutations(members, n)
            ]
            best = max(loop.pull for loop in every if all(loop.strengths))
            assert strongest_loop(web, members).pull == pytest.approx(best)


def test_a_loop_says_how_it_runs() -> None:
    """Each pulls the next, and the last the first."""
    web = {("x", "y"): 2.0, ("y", "x"): 1.5, ("y", "z"): 1.0, ("z", "x"): 0.5}
    loop = strongest_loop(web, ("x", "y", "z"))
    assert (str(loop), loop.strengths, loop.product) == ("x -> y -> x", (2.0, 1.5), 3.0)
    assert loop.pull == pytest.approx(math.sqrt(3))


def test_a_dense_web_is_searched_within_bounds() -> None:
    """14 that all pull on all others have 10^10 loops; the search ends, with one of them."""
    names = "abcdefghijklmn"
    web = {(a, b): 1.0 for a in names for b in names if a != b}
    start = time.perf_counter()
    assert strongest_loop(web, tuple(names)).pull == pytest.approx(1)
    assert time.perf_counter() - start < 5
