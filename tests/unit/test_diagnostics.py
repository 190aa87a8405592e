"""The gates a published number passes."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.inference.diagnostics import Diagnostics, diagnose

GOOD = Diagnostics(r_hat_max=1.003, ess_bulk_min=1200.0, ess_tail_min=900.0, divergences=0)


def test_all_gates_open() -> None:
    """R-hat <= 1.01, bulk and tail ESS >= 400, no divergence: the limits themselves pass."""
    assert GOOD.passed
    assert Diagnostics(1.01, 400.0, 400.0, 0).passed
    assert GOOD.as_dict()["passed"] is True


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"r_hat_max": 1.011}, "R-hat 1.011 is above 1.01"),
        ({"ess_bulk_min": 399.0}, "bulk ESS 399 is below 400"),
        ({"ess_tail_min": 12.0}, "tail ESS 12 is below 400"),
        ({"divergences": 1}, "1 divergent transitions"),
    ],
)
def test_each_gate_closes_in_words(change: dict[str, float], words: str) -> None:
    """What is over its limit is said."""
    failed = Diagnostics(**{**GOOD.__dict__, **change})  # type: ignore[arg-type]
    assert not failed.passed
    assert failed.failures == (words,)


def test_what_could_not_be_computed_does_not_pass() -> None:
    """Constant draws give no R-hat and no ESS: not a number is not a pass."""
    nothing = Diagnostics(float("nan"), float("nan"), float("nan"), 0)
    assert len(nothing.failures) == 3


def test_independent_draws_pass() -> None:
    """Four chains of 1000 independent normals: ESS near 4000, R-hat near 1."""
    z = np.random.default_rng(0).standard_normal((4, 1000, 6))
    found = diagnose(z, 0)
    assert found.passed
    assert 3000 < found.ess_bulk_min < 5500


def test_one_bad_parameter_of_many_is_found() -> None:
    """The worst value over parameters counts: a chain off by one sd, or a slow random walk."""
    z = np.random.default_rng(0).standard_normal((4, 1000, 6))
    apart = z.copy()
    apart[0, :, 3] += 1.0
    assert diagnose(apart, 0).r_hat_max > 1.05
    slow = z.copy()
    for t in range(1, 1000):
        slow[:, t, 5] = 0.99 * slow[:, t - 1, 5] + np.sqrt(1 - 0.99**2) * slow[:, t, 5]
    assert diagnose(slow, 0).ess_bulk_min < 400
    assert not diagnose(z, 2).passed
