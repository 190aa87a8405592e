"""Global sensitivity against functions with known indices, and against SALib on the same numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from SALib.analyze import morris as salib_morris
from SALib.analyze import sobol as salib_sobol
from SALib.sample import sobol as salib_sample
from scipy.special import ndtr

from forecast.calendar import Floats
from forecast.sensitivity import morris, shapley_effects, sobol
from forecast.sensitivity.shapley import coalitions, from_values

#: 4 standard errors: a normal deviate passes them once in 16,000, and no test here looks at more than 60.
WITHIN = 4.0


def ishigami(x: Floats) -> Floats:
    """sin X1 + 7 sin^2 X2 + 0.1 X3^4 sin X1 with X uniform on [-pi, pi] (Ishigami and Homma 1990)."""
    z = np.pi * (2 * x - 1)
    return (np.sin(z[:, 0]) * (1 + 0.1 * z[:, 2] ** 4) + 7 * np.sin(z[:, 1]) ** 2)[:, None]


#: Exact: V1 = (1 + b pi^4 / 5)^2 / 2, V2 = a^2 / 8, V13 = b^2 pi^8 (1/18 - 1/50), the rest 0.
ISHIGAMI_FIRST, ISHIGAMI_TOTAL = [0.313905, 0.442411, 0.0], [0.557589, 0.442411, 0.243684]

#: The G-function's a_i (Saltelli and Sobol 1995; these eight are those of SALib's example).
A = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])
SLOPES = np.array([3.0, -2.0, 1.0, 0.0])


def g_function(x: Floats) -> Floats:
    """prod_i (|4 X_i - 2| + a_i) / (1 + a_i)."""
    return np.prod((np.abs(4 * x - 2) + A) / (1 + A), axis=1, keepdims=True)


def linear(x: Floats) -> Floats:
    """Slopes' squares are the shares."""
    return (x @ SLOPES)[:, None]


def g_indices() -> tuple[Floats, Floats]:
    """V_i = 1 / (3 (1 + a_i)^2), V = prod (1 + V_j) - 1; total_i = V_i prod_{j != i} (1 + V_j) / V."""
    each = 1 / (3 * (1 + A) ** 2)
    whole = np.prod(1 + each)
    return each / (whole - 1), each / (1 + each) * whole / (whole - 1)


KNOWN = {
    "ishigami": (ishigami, np.array(ISHIGAMI_FIRST), np.array(ISHIGAMI_TOTAL)),
    "g": (g_function, *g_indices()),
    "linear": (linear, SLOPES**2 / 14, SLOPES**2 / 14),
}


@pytest.mark.parametrize("name", list(KNOWN))
def test_sobol_indices_of_known_functions(name: str) -> None:
    """Within four bootstrap standard errors, a 95% interval being 2 x 1.96 of them; 2048 base points.

    An input that does nothing has a total of exactly 0, hence the rounding of the six printed digits.
    """
    model, first, total = KNOWN[name]
    found = sobol.analyse(model, inputs=len(first), base_rows=2048, seed=1)
    for value, low, high, exact in (
        (found.first, found.first_low, found.first_high, first),
        (found.total, found.total_low, found.total_high, total),
    ):
        se = (high - low)[:, 0] / (2 * 1.96)
        assert (np.abs(value[:, 0] - exact) <= WITHIN * se + 1e-6).all()


def test_intervals_cover() -> None:
    """95% intervals of Ishigami's six indices hold the truth in at least 95% of 100 designs of 256 points.

    Less three binomial standard errors, sqrt(.95 x .05 / 100) = 0.022; more is expected of a Sobol sequence.
    Nor do they cover by being idle: none is wider than 1, and the mean error is over a tenth of the mean
    half-width.
    """
    inside, widths, errors = [], [], []
    for seed in range(100):
        found = sobol.analyse(ishigami, inputs=3, base_rows=256, seed=seed, resamples=400)
        for value, low, high, exact in (
            (found.first, found.first_low, found.first_high, ISHIGAMI_FIRST),
            (found.total, found.total_low, found.total_high, ISHIGAMI_TOTAL),
        ):
            inside.append((low[:, 0] <= exact) & (exact <= high[:, 0]))
            widths.append((high - low)[:, 0])
            errors.append(np.abs(value[:, 0] - exact))
    assert (np.mean(np.reshape(inside, (100, 6)), axis=0) >= 0.95 - 3 * 0.022).all()
    assert np.max(widths) < 1
    assert np.mean(errors) > np.mean(widths) / 2 / 10


def problem(inputs: int) -> dict[str, object]:
    """The unit cube, as SALib has it."""
    return {"num_vars": inputs, "names": [f"x{i}" for i in range(inputs)], "bounds": [[0.0, 1.0]] * inputs}


def test_the_sobol_design_is_salibs() -> None:
    """The same rows from the same generator (scrambled, without second order)."""
    rng = np.random.default_rng(11)
    theirs = salib_sample.sample(problem(5), 64, calc_second_order=False, scramble=True, seed=rng)
    assert np.array_equal(sobol.design(64, inputs=5, seed=11), theirs)


def both_outputs(x: Floats) -> Floats:
    """The G-function, and one far from zero with a small variance."""
    return np.column_stack([g_function(x), 100 + np.sin(5 * x[:, 0]) * x[:, 1] + x[:, 2] ** 2])


def test_sobol_indices_are_salibs() -> None:
    """The same Y gives SALib's point estimates to 1e-10, and intervals as wide as its 1.96 sd of resamples.

    1000 resamples on each side: a standard deviation has a relative error of sqrt(1 / 2000), a percentile
    interval's width about 4%; a sixth is four of both together, where resamples are near to normal.
    """
    y = both_outputs(sobol.design(512, inputs=8, seed=3))
    found = sobol.indices(y, inputs=8)
    for k in range(2):
        theirs = salib_sobol.analyze(problem(8), y[:, k], calc_second_order=False, num_resamples=1000, seed=5)
        assert found.first[:, k] == pytest.approx(theirs["S1"], abs=1e-10)
        assert found.total[:, k] == pytest.approx(theirs["ST"], abs=1e-10)
        large = theirs["ST"] > 0.05
        half = (found.total_high - found.total_low)[large, k] / 2
        assert half == pytest.approx(theirs["ST_conf"][large], rel=1 / 6)
        half = (found.first_high - found.first_low)[large, k] / 2
        assert half == pytest.approx(theirs["S1_conf"][large], rel=1 / 6)


@pytest.mark.parametrize("levels", [4, 6])
def test_morris_effects_are_salibs(levels: int) -> None:
    """The same X and Y give SALib's mu, mu* and sigma to 1e-10, and half its interval's width or so.

    A third: 1000 resamples of 20 trajectories, percentiles of |d| against 1.96 sd.
    """
    x = morris.design(20, inputs=8, seed=3, levels=levels)
    y = both_outputs(x)
    found = morris.screen(y, x, levels=levels)
    for k in range(2):
        theirs = salib_morris.analyze(problem(8), x, y[:, k], num_levels=levels, num_resamples=1000, seed=1)
        assert found.mu[:, k] == pytest.approx(np.asarray(theirs["mu"]), abs=1e-10)
        assert found.mu_star[:, k] == pytest.approx(np.asarray(theirs["mu_star"]), abs=1e-10)
        assert found.sigma[:, k] == pytest.approx(np.asarray(theirs["sigma"]), abs=1e-10)
        half = (found.mu_star_high - found.mu_star_low)[:, k] / 2
        assert half == pytest.approx(np.asarray(theirs["mu_star_conf"], dtype=float), rel=1 / 3, abs=1e-9)


def effects(
    model: Callable[[Floats], Floats], covariance: Floats, walks: int = 400, seed: int = 1
) -> shapley_effects.ShapleyEffects:
    """Of inputs with mean 0."""
    return shapley_effects.analyse(
        model,
        mean=np.zeros(len(covariance)),
        covariance=covariance,
        walks=walks,
        rng=np.random.default_rng(seed),
    )


def agree(found: shapley_effects.ShapleyEffects, expected: Floats) -> bool:
    """Within four standard errors, or rounding."""
    return bool((np.abs(found.shares - expected) <= WITHIN * found.se + 1e-9).all())


def explained(covariance: Floats, b: Floats, members: list[int]) -> float:
    """Var E[b'X | X_S] = b' C_.S C_SS^-1 C_S. b."""
    if not members:
        return 0.0
    with_s = covariance[members] @ b
    return float(with_s @ np.linalg.solve(covariance[np.ix_(members, members)], with_s))


def drawn_covariance(inputs: int) -> Floats:
    """One with correlations of every size."""
    rng = np.random.default_rng(7)
    root = rng.normal(size=(inputs, 2))
    return root @ root.T + np.diag(rng.uniform(0.2, 1.0, inputs))


def test_two_correlated_inputs() -> None:
    """Sh_1 Var Y = b1^2 s1^2 (1 - r^2/2) + r b1 b2 s1 s2 + b2^2 s2^2 r^2/2.

    Source: Iooss and Prieur (2019), International Journal for Uncertainty Quantification 9(5), 493-514;
    Owen and Prieur (2017), SIAM/ASA Journal on Uncertainty Quantification 5(1), 986-1002.
    """
    (b1, b2), (s1, s2), r = (1.0, 2.0), (1.5, 0.5), -0.6
    covariance = np.array([[s1**2, r * s1 * s2], [r * s1 * s2, s2**2]])
    variance = b1**2 * s1**2 + 2 * r * b1 * b2 * s1 * s2 + b2**2 * s2**2
    first = b1**2 * s1**2 * (1 - r**2 / 2) + r * b1 * b2 * s1 * s2 + b2**2 * s2**2 * r**2 / 2
    found = effects(lambda x: x @ np.array([[b1], [b2]]), covariance)
    assert found.variance == pytest.approx([variance], rel=1e-9)
    assert agree(found, np.array([[first], [variance - first]]) / variance)


def test_three_inputs_two_of_them_correlated() -> None:
    """X1 alone: b1^2 s1^2; Sh_2 Var Y = b2^2 s2^2 + r b2 b3 s2 s3 + r^2 (b3^2 s3^2 - b2^2 s2^2) / 2.

    Source: Iooss and Prieur (2019), the linear model with d = 3.
    """
    b, s, r = np.array([1.0, -1.0, 2.0]), np.array([1.0, 2.0, 0.7]), 0.8
    correlation = np.array([[1, 0, 0], [0, 1, r], [0, r, 1]])
    own, shared = b**2 * s**2, r * b[1] * b[2] * s[1] * s[2]
    moved = r**2 / 2 * (own[2] - own[1])
    expected = np.array([own[0], own[1] + shared + moved, own[2] + shared - moved])
    found = effects(lambda x: x @ b[:, None], correlation * np.outer(s, s))
    assert agree(found, (expected / expected.sum())[:, None])


def test_five_correlated_inputs() -> None:
    """A linear model: exact values from all 32 sets, v(S) by Schur complement."""
    covariance, b = drawn_covariance(5), np.array([1.0, -2.0, 0.5, 0.0, 1.5])
    exact = from_values({s: np.array([explained(covariance, b, sorted(s))]) for s in coalitions(5)})
    found = effects(lambda x: x @ b[:, None], covariance)
    assert (found.se < 0.02).all()
    assert agree(found, exact.parts / exact.total)


def test_an_input_that_is_not_in_the_model() -> None:
    """Y = X1 X3, X2 correlated r with X1 only: shares 1/2 - r^2/3, r^2/6, 1/2 + r^2/6.

    By hand: v is 0 of single inputs and of {1, 2}, 1 of {1, 3} and of all, r^2 of {2, 3}.
    """
    r = 0.7
    covariance = np.array([[1, r, 0], [r, 1, 0], [0, 0, 1]])
    found = effects(lambda x: x[:, :1] * x[:, 2:], covariance)
    assert agree(found, np.array([[1 / 2 - r**2 / 3], [r**2 / 6], [1 / 2 + r**2 / 6]]))


def lognormal(b: Floats) -> Callable[[Floats], Floats]:
    """exp(b'X)."""
    return lambda x: np.exp(x @ b)[:, None]


def lognormal_shares(covariance: Floats, b: Floats) -> Floats:
    """v(S) = exp(b'Cb) (exp(e(S)) - 1) with e(S) the variance that X_S explains of b'X."""
    values = {s: np.array([np.expm1(explained(covariance, b, sorted(s)))]) for s in coalitions(len(b))}
    exact = from_values(values)
    return np.asarray(exact.parts / exact.total)


def test_a_model_that_no_quadratic_is() -> None:
    """exp(b'X) with four correlated inputs: also where walks are too few for a quadratic, or for slopes.

    Over 60 samples the mean square of error / se is 1 within four standard errors, those of 60 independent
    chi-squares (sqrt(2 / 60) = 0.18), inputs being dependent; a ratio of heavy-tailed means adds a little.
    """
    covariance, b = drawn_covariance(4), np.array([0.4, -0.3, 0.2, 0.3])
    expected = lognormal_shares(covariance, b)
    assert agree(effects(lognormal(b), covariance), expected)
    for walks in (12, 30, 100):
        found = [effects(lognormal(b), covariance, walks, seed) for seed in range(60)]
        errors = np.array([(f.shares - expected)[:, 0] for f in found])
        assert (np.abs(errors.mean(axis=0)) < WITHIN * errors.std(axis=0, ddof=1) / np.sqrt(60)).all(), walks
        if walks == 100:
            squares = (errors / np.array([f.se[:, 0] for f in found])) ** 2
            assert squares.mean() == pytest.approx(1.0, abs=4 * np.sqrt(2 / 60))


def test_independent_inputs_lie_between_first_and_total() -> None:
    """Ishigami's interaction is halved: 0.435747, 0.442411, 0.121842, between the indices, summing to 1."""
    found = effects(lambda z: ishigami(ndtr(z)), np.eye(3), walks=4000)
    first, total = (np.array(x)[:, None] for x in (ISHIGAMI_FIRST, ISHIGAMI_TOTAL))
    assert found.shares.sum() == pytest.approx(1.0, abs=1e-12)
    assert agree(found, (first + total) / 2)
    assert (found.shares >= first - WITHIN * found.se).all()
    assert (found.shares <= total + WITHIN * found.se).all()
    assert (found.se < 0.02).all()
