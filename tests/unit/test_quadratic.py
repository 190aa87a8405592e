"""A quadratic in correlated Gaussian inputs: the fit, and what each input adds to explained variance."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from forecast.calendar import Floats
from forecast.sensitivity import quadratic
from forecast.sensitivity.shapley import coalitions, from_values

CORRELATION = np.array([[1.0, 0.6, -0.3], [0.6, 1.0, 0.2], [-0.3, 0.2, 1.0]])


def drawn(seed: int) -> quadratic.Quadratic:
    """Three inputs, two outputs."""
    rng = np.random.default_rng(seed)
    q = rng.normal(size=(3, 3, 2))
    return quadratic.Quadratic(rng.normal(size=(3, 2)), q + q.transpose(1, 0, 2))


def explained(g: quadratic.Quadratic, members: list[int]) -> Floats:
    """Var E[g | u_S], where u = A u_S + noise: b'A C A'b + 2 tr (A'QA C)^2 with C that of u_S."""
    if not members:
        return np.zeros(2)
    c = CORRELATION[np.ix_(members, members)]
    a = np.linalg.solve(c, CORRELATION[members]).T
    found = []
    for b, q in zip(g.linear.T, np.moveaxis(g.square, 2, 0), strict=True):
        inner = a.T @ q @ a @ c
        found.append(b @ a @ c @ a.T @ b + 2 * np.trace(inner @ inner))
    return np.array(found)


@pytest.mark.parametrize("seed", range(3))
def test_gains_are_those_of_conditioning(seed: int) -> None:
    """In every order each input adds what conditioning on it adds; their mean is Shapley's value."""
    g = drawn(seed)
    every = np.array(list(itertools.permutations(range(3))))
    gains = quadratic.gains(g, CORRELATION, every)
    for order, gain in zip(every.tolist(), gains, strict=True):
        path = np.array([explained(g, sorted(order[:k])) for k in range(4)])
        assert gain[order] == pytest.approx(np.diff(path, axis=0), abs=1e-10)
    exact = from_values({s: explained(g, sorted(s)) for s in coalitions(3)})
    assert gains.mean(axis=0) == pytest.approx(exact.parts, abs=1e-10)


def test_a_quadratic_is_found_again() -> None:
    """Points enough for its terms: the fit is the quadratic, and its value the one fitted to."""
    g, u = drawn(1), np.random.default_rng(2).normal(size=(100, 3))
    found = quadratic.fit(u, g.value(u) + 5.0)
    assert found.linear == pytest.approx(g.linear, abs=1e-10)
    assert found.square == pytest.approx(g.square, abs=1e-10)
    expected = u @ g.linear[:, 0] + np.einsum("ni,ij,nj->n", u, g.square[:, :, 0], u)
    assert g.value(u)[:, 0] == pytest.approx(expected, abs=1e-10)


def test_few_points_have_fewer_terms() -> None:
    """Ten points a term: below that no squares, then no slopes either."""
    g, u = drawn(1), np.random.default_rng(2).normal(size=(100, 3))
    assert quadratic.fit(u, g.value(u)).square.any()
    straight = quadratic.fit(u[:99], g.value(u[:99]))
    assert straight.linear.any()
    assert not straight.square.any()
    assert not quadratic.fit(u[:39], g.value(u[:39])).linear.any()
