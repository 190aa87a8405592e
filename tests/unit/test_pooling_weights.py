"""Weights on one item, by hand."""

from __future__ import annotations

import pytest

from forecast.pooling.weights import aged, dependence, graded


def divided(*speaking: tuple[str, str, tuple[str, ...]]) -> dict[str, float]:
    """Divisors of (name, cluster, reporters) at rho = .6 and rho_reported = .3."""
    return dependence(
        [name for name, _, _ in speaking],
        cluster={name: cluster for name, cluster, _ in speaking},
        reporters={name: via for name, _, via in speaking},
        rho=0.6,
        rho_reported=0.3,
    )


def test_one_who_speaks_alone_is_not_divided() -> None:
    """Alone in the cluster and reported by nobody else's reporter: 1; of nobody, nothing."""
    assert divided(("a", "a", ()), ("b", "b", ("r",))) == {"a": 1.0, "b": 1.0}
    assert divided() == {}


def test_a_cluster_is_divided_by_how_many_of_it_speak() -> None:
    """Three of one school: 1 + 2 rho = 2.2 each, together 1.36 of one independent source."""
    found = divided(*((name, "school", ()) for name in "abc"), ("d", "d", ()))
    assert found == pytest.approx({"a": 2.2, "b": 2.2, "c": 2.2, "d": 1.0})
    assert sum(1 / found[name] for name in "abc") == pytest.approx(3 / (1 + 2 * 0.6))


def test_the_stronger_dependence_counts_not_their_product() -> None:
    """In a cluster of two (1.6) and one of four known through one text (1.9): 1.9."""
    found = divided(*((n, "school", ("r",)) for n in "ab"), *((n, n, ("r",)) for n in "cd"))
    assert found == pytest.approx(dict.fromkeys("abcd", 1.9))


def test_of_several_reporters_the_one_who_reports_most_counts() -> None:
    """Reported by r with two more, and by s with nobody: 1 + 2 rho_reported."""
    found = divided(("a", "a", ("s", "r")), ("b", "b", ("r",)), ("c", "c", ("r",)))
    assert found["a"] == pytest.approx(1.6)


def test_grades_and_age() -> None:
    """TEXT counts in full, INFER as the question says; twenty years leave a quarter."""
    assert (graded("TEXT", 0.3), graded("INFER", 0.3)) == (1.0, 0.3)
    assert aged(20) == pytest.approx(0.25)
