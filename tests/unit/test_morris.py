"""Morris screening: effects of functions whose effects are known, and what is refused."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from forecast.errors import UsageError
from forecast.sensitivity import morris


def test_a_linear_model_has_its_slopes() -> None:
    """mu is the slope, mu* its size, sigma 0, and the interval a point: every step finds the same."""
    slopes = np.array([[2.0, 0.0], [-3.0, 1.0], [0.5, -4.0]])
    x = morris.design(6, inputs=3, seed=1)
    found = morris.screen(x @ slopes, x)
    assert found.mu == pytest.approx(slopes, abs=1e-12)
    assert found.mu_star == pytest.approx(np.abs(slopes), abs=1e-12)
    assert found.sigma == pytest.approx(np.zeros((3, 2)), abs=1e-12)
    assert found.mu_star_low == pytest.approx(found.mu_star_high, abs=1e-12)


def test_an_interaction_shows_in_sigma() -> None:
    """y = x0 x1: the effect of x0 is x1 at the step, between 0 and 1; an input that is not used has none."""
    x = morris.design(40, inputs=3, seed=1)
    found = morris.screen(x[:, 0] * x[:, 1], x)
    steps = morris.effects(x[:, 0] * x[:, 1], x)[:, :2]
    assert (steps > -1e-12).all()
    assert (steps < 1 + 1e-12).all()
    assert (found.sigma[:2] > 0.1).all()
    assert (found.mu_star_low[:2] < found.mu_star[:2]).all()
    assert (found.mu_star[:2] < found.mu_star_high[:2]).all()
    assert not found.mu_star[2].any()
    assert not found.sigma[2].any()


def test_the_interval_narrows_as_trajectories_grow() -> None:
    """Its half-width is about 1.96 sigma / sqrt(r): of |d| here, so of mu* where all effects have one sign.

    A quantile of R = 4000 resamples has a relative error of about 3%; a percentile interval of a bounded
    effect is not quite normal: a tenth for both.
    """
    x = morris.design(200, inputs=2, seed=1)
    found = morris.screen(x[:, 0] * x[:, 1], x, resamples=4000)
    half = (found.mu_star_high - found.mu_star_low) / 2
    assert half == pytest.approx(1.96 * found.sigma / np.sqrt(200), rel=0.1)


def test_the_same_seed_has_the_same_trajectories() -> None:
    """A seed is a design; another is another."""
    first, again, other = (morris.design(4, inputs=3, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_without_salib_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library is an extra: its absence is a request that cannot be met, with what mends it."""
    monkeypatch.setitem(sys.modules, "SALib", None)
    monkeypatch.setitem(sys.modules, "SALib.sample", None)
    with pytest.raises(UsageError, match=r"needs SALib: pip install 'alliance-forecast\[sensitivity\]'"):
        morris.design(4, inputs=3, seed=1)


def test_what_is_refused() -> None:
    """An odd grid, a single trajectory, outputs of another design."""
    with pytest.raises(UsageError, match=r"levels is even .*found 5"):
        morris.design(4, inputs=3, seed=1, levels=5)
    with pytest.raises(UsageError, match="at least 2 trajectories"):
        morris.design(1, inputs=3, seed=1)
    x = morris.design(4, inputs=3, seed=1)
    with pytest.raises(UsageError, match=r"found 15 outputs and 16 rows"):
        morris.screen(np.zeros((15, 1)), x)
