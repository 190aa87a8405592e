"""Pareto-smoothed weights: what smoothing keeps, what it changes, and what it refuses."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import genpareto

from forecast.errors import UsageError
from forecast.reweighting.pareto import K_LIMIT, fit_tail, needed_k, smooth

RNG = np.random.default_rng(11)
RATIOS = {
    "narrow": 0.1 * RNG.normal(size=500),
    "wide": 3 * RNG.normal(size=2000),
    "heavy": -1.2 * np.log(RNG.random(1000)),
    "far from zero": 1e5 + RNG.normal(size=500),
    "enormous": 1e3 * RNG.normal(size=500),
    "some without weight": np.where(RNG.random(500) < 0.3, -np.inf, RNG.normal(size=500)),
    "few": RNG.normal(size=7),
}
every = pytest.mark.parametrize("ratios", RATIOS.values(), ids=RATIOS)


@every
def test_weights_sum_to_one(ratios: np.ndarray) -> None:
    """Log weights are normalised, and the effective sample size is theirs, between 1 and N."""
    found = smooth(ratios)
    assert logsumexp(found.log_weights) == pytest.approx(0, abs=1e-12)
    assert found.ess == pytest.approx(1 / np.exp(2 * found.log_weights).sum(), rel=1e-12)
    assert 1 - 1e-12 <= found.ess <= len(ratios) * (1 + 1e-12)


@every
def test_order_of_weights_and_body_are_kept(ratios: np.ndarray) -> None:
    """A larger ratio never has the smaller weight; outside the tail weights are in the raw proportions."""
    found = smooth(ratios).log_weights
    order = np.argsort(ratios)
    body = order[: len(order) - int(np.ceil(min(len(order) / 5, 3 * len(order) ** 0.5)))]
    body = body[np.isfinite(ratios[body])]
    ordered = found[order]
    assert (ordered[1:] >= ordered[:-1] - 1e-12).all()
    assert np.diff(found[body]) == pytest.approx(np.diff(ratios[body]), abs=1e-9)


@every
def test_a_constant_in_the_density_does_not_matter(ratios: np.ndarray) -> None:
    """Ratios are known up to a constant: adding 12.5 changes nothing."""
    found, moved = smooth(ratios), smooth(ratios + 12.5)
    assert moved.log_weights == pytest.approx(found.log_weights, abs=1e-8)
    assert moved.k_hat == pytest.approx(found.k_hat, abs=1e-8)


def test_the_tail_is_quantiles_of_its_fit() -> None:
    """The M largest weights are SciPy's generalised Pareto quantiles at (z - 1/2)/M above the cutoff."""
    ratios = RATIOS["wide"]
    order, length = np.argsort(ratios), int(np.ceil(3 * 2000**0.5))
    raw = np.exp(ratios[order] - ratios.max())
    cutoff, tail = raw[-length - 1], raw[-length:]
    shape, scale = fit_tail(tail - cutoff)
    level = (np.arange(length) + 0.5) / length
    expected = np.minimum(genpareto.ppf(level, shape, loc=cutoff, scale=scale), 1.0)
    found = smooth(ratios)
    weights = np.exp(found.log_weights[order])
    assert weights[-length:] / weights[0] == pytest.approx(expected / raw[0], rel=1e-9)
    assert found.k_hat == pytest.approx(shape, abs=1e-12)


def test_the_fit_is_of_shape_and_scale() -> None:
    """Values a thousand times as large have the same shape and a thousand times the scale."""
    excess = np.sort(genpareto.rvs(0.4, size=200, random_state=3))
    shape, scale = fit_tail(excess)
    assert fit_tail(1000 * excess) == pytest.approx((shape, 1000 * scale), rel=1e-9)


def test_the_fit_where_a_point_of_the_grid_is_the_exponential() -> None:
    """A first quartile of a third of the largest of 400 values puts b = 0, where -b/k is 0/0, on the grid.

    There 1/sigma is 1/mean; the fit must be as near that of values a hair off as the hair.
    """
    excess = np.sort(np.concatenate([np.linspace(0.1, 0.9, 99), [1.0], np.linspace(1.1, 3.0, 300)]))
    points = 30 + int(len(excess) ** 0.5)
    steps = 1 - np.sqrt(points / (np.arange(points) + 0.5))
    assert 0 in 1 / excess[-1] + steps / (3 * excess[int(len(excess) / 4 + 0.5) - 1])
    nearby = excess.copy()
    nearby[99] += 1e-7
    assert fit_tail(excess) == pytest.approx(fit_tail(nearby), abs=1e-6)


def test_equal_ratios_need_no_caution() -> None:
    """A density changed by a constant alone, to rounding: equal weights, every draw effective, k = -inf."""
    for ratios in (np.full(400, -731.25), -731.25 + 1e-13 * RNG.normal(size=400), np.array([2.0])):
        found = smooth(ratios)
        assert (found.log_weights == -np.log(len(ratios))).all()
        assert found.k_hat == -np.inf
        assert found.ess == len(ratios)


def test_a_tail_with_too_few_draws_says_nothing() -> None:
    """Fewer than five draws above the cutoff, by number or because they tie: weights as they are, k = inf."""
    many_largest = np.where(np.arange(500) < 250, 0.0, -1.0)
    four_finite = np.where(np.arange(500) < 4, np.arange(500), -np.inf)
    for ratios in (np.arange(4.0), np.arange(20.0), many_largest, four_finite):
        found = smooth(ratios)
        assert found.k_hat == np.inf
        assert found.log_weights == pytest.approx(ratios - logsumexp(ratios), abs=1e-12)


def test_a_draw_without_density_has_no_weight() -> None:
    """-inf stays, and the draws with weight are as if they were alone but for the length of the tail."""
    ratios = RATIOS["some without weight"]
    assert (np.isneginf(smooth(ratios).log_weights) == np.isneginf(ratios)).all()


def test_fewer_effective_draws_have_a_longer_tail() -> None:
    """The tail is 3 sqrt(N/reff) long: with reff = 0.25 the draws that change are twice as many."""
    ratios = RATIOS["wide"]
    raw = ratios - ratios[np.argmin(ratios)]
    for reff, length in ((1.0, 135), (0.25, 269)):
        found = smooth(ratios, reff=reff).log_weights
        changed = np.abs(found - found[np.argmin(ratios)] - raw) > 1e-9
        changed[np.argmax(ratios)] = True  # never more than its raw ratio, it may be just that
        assert changed.sum() == length
    assert smooth(np.zeros(100), reff=0.25).ess == 25


@pytest.mark.parametrize(
    ("ratios", "said"),
    [
        (np.array([0.0, np.nan, 1.0]), "1 of 3 are not, the first nan at draw 1"),
        (np.array([0.0, 1.0, np.inf]), "the first inf at draw 2"),
        (np.full(3, -np.inf), "zero at every draw"),
        (np.zeros((3, 2)), r"one number a draw, \(N,\); found shape \(3, 2\)"),
        (np.zeros(0), r"found shape \(0,\)"),
    ],
)
def test_what_cannot_be_a_weight_is_refused(ratios: np.ndarray, said: str) -> None:
    """nan, +inf, nothing finite, or not one number a draw."""
    with pytest.raises(UsageError, match=said):
        smooth(ratios)
    with pytest.raises(UsageError, match="reff is a share of effective draws"):
        smooth(np.arange(9.0), reff=0)


def test_needed_k_grows_with_draws_to_its_limit() -> None:
    """min(1 - 1/log10(N), 0.7): its inverse, N >= 10^(1/(1 - k)) (Vehtari et al. 2024), holds below 0.7."""
    for draws in (20, 100, 500, 2000):
        assert 10 ** (1 / (1 - needed_k(draws))) == pytest.approx(draws)
    assert needed_k(2154) < K_LIMIT == needed_k(2155) == needed_k(10**6)
    with pytest.raises(UsageError, match="found 1"):
        needed_k(1)


def test_weights_need_only_numpy_and_special_functions() -> None:
    """A process that reweights loads none of the libraries that take seconds."""
    code = (
        "import sys, forecast.reweighting.moment_matching, forecast.reweighting.power_scaling\n"
        "print({'arviz', 'pandas', 'pymc', 'scipy.stats', 'numba', 'xarray'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
