"""What holds of pooled distributions whatever is pooled, of any family that judgments are fitted with."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution
from forecast.elicitation.families import KEYS
from forecast.elicitation.fitting import fit
from forecast.elicitation.judgment import Judgment
from forecast.elicitation.parametric import Parametric
from forecast.elicitation.piecewise import Piecewise
from forecast.pooling import densities
from forecast.pooling.table import RULES

OF_QUANTITIES = [name for name, rule in RULES.items() if rule.densities]
#: Rules by which the pooled quantile lies between the experts' own.
BETWEEN = ["linear", "quantile_average", "log_odds", "median", "trimmed"]
LEVELS = np.array([1e-4, 0.05, 0.3, 0.5, 0.8, 0.95, 0.999])


@st.composite
def fitted(draw: st.DrawFn) -> tuple[list[Distribution], Floats]:
    """Two or three experts between 0 and 100 whose views overlap, each in a family of its own; weights."""
    said: list[Distribution] = []
    for _ in range(draw(st.integers(2, 3))):
        middle = draw(st.integers(40, 60))
        low, high = middle - draw(st.integers(8, 25)), middle + draw(st.integers(8, 25))
        judgment = Judgment.of_quantiles({0.05: low, 0.5: middle, 0.95: high}, lower=0, upper=100)
        said.append(fit(judgment, draw(st.sampled_from(KEYS))))
    return said, np.array([draw(st.floats(0.2, 3)) for _ in said])


@st.composite
def moved(draw: st.DrawFn) -> tuple[list[tuple[float, float]], Floats]:
    """Two to four pairs of location and scale; weights."""
    pairs = [(draw(st.floats(-2, 2)), draw(st.floats(0.5, 3))) for _ in range(draw(st.integers(2, 4)))]
    return pairs, np.array([draw(st.floats(0.2, 3)) for _ in pairs])


def pooled_by(name: str, said: list[Distribution], w: Floats) -> Distribution:
    """A rule of the table on distributions."""
    rule = RULES[name].densities
    assert rule is not None
    return rule(said, w)


def ts(pairs: list[tuple[float, float]], *, times: float = 1.0, plus: float = 0.0) -> list[Distribution]:
    """Student's t with three degrees of freedom, moved and stretched (a negative ``times`` mirrors)."""
    return [
        Parametric("student_t", {"location": times * m + plus, "scale": abs(times) * s, "df": 3.0})
        for m, s in pairs
    ]


@pytest.mark.parametrize("name", OF_QUANTITIES)
@given(fitted())
@settings(max_examples=8, deadline=None)
def test_quantiles_and_the_cdf_invert_each_other(name: str, heard: tuple[list[Distribution], Floats]) -> None:
    """From 1 in 10,000 to 1 in 1,000: x -> F(x) -> x to 1e-7; F nowhere falls; the ends hold everything."""
    pooled = pooled_by(name, *heard)
    x = pooled.ppf(LEVELS)
    assert pooled.cdf(x) == pytest.approx(LEVELS, rel=1e-8)
    assert pooled.ppf(pooled.cdf(x)) == pytest.approx(x, rel=1e-7)
    grid = np.linspace(x[0] - 1.0, x[-1] + 1.0, 400)
    assert (np.diff(pooled.cdf(grid)) >= -1e-13).all()
    assert (pooled.pdf(grid) >= 0).all()
    low, high = pooled.support
    assert low <= x[0]
    assert x[-1] <= high
    assert pooled.cdf(np.array([low, high])).tolist() == pytest.approx([0.0, 1.0], abs=1e-12)


@pytest.mark.parametrize("name", BETWEEN)
@given(fitted())
@settings(max_examples=8, deadline=None)
def test_no_quantile_is_further_out_than_every_experts(
    name: str, heard: tuple[list[Distribution], Floats]
) -> None:
    """Rules that do not sharpen answer between the experts."""
    theirs = np.array([one.ppf(LEVELS) for one in heard[0]])
    found = pooled_by(name, *heard).ppf(LEVELS)
    assert (found >= theirs.min(axis=0) - 1e-9).all()
    assert (found <= theirs.max(axis=0) + 1e-9).all()


@pytest.mark.parametrize("name", OF_QUANTITIES)
@given(moved(), st.floats(0.1, 50), st.floats(-100, 100))
@settings(max_examples=8, deadline=None)
def test_units_do_not_matter(
    name: str, heard: tuple[list[tuple[float, float]], Floats], times: float, plus: float
) -> None:
    """Degrees Celsius pool to what Fahrenheit do; and mirrored experts to the mirror image."""
    pairs, w = heard
    plain = pooled_by(name, ts(pairs), w)
    x, spread = plain.ppf(LEVELS), float(np.ptp(plain.ppf(LEVELS)))
    stretched = pooled_by(name, ts(pairs, times=times, plus=plus), w)
    assert stretched.ppf(LEVELS) == pytest.approx(times * x + plus, rel=1e-9, abs=1e-8 * times * spread)
    assert stretched.pdf(times * x + plus) == pytest.approx(plain.pdf(x) / times, rel=1e-6)
    mirrored = pooled_by(name, ts(pairs, times=-1.0), w)
    assert mirrored.ppf(1.0 - LEVELS) == pytest.approx(-x, rel=1e-7, abs=1e-8 * spread)


@given(fitted(), st.lists(st.floats(20, 80), min_size=4, max_size=4, unique=True))
@settings(max_examples=15, deadline=None)
def test_a_linear_pool_marginalises_over_any_set(
    heard: tuple[list[Distribution], Floats], ends: list[float]
) -> None:
    """P(A or B) of the mixture is the mixture of the experts' P(A or B); so are its mean and variance."""
    said, w = heard
    share = w / w.sum()
    low, high, other_low, other_high = np.sort(ends)

    def of_union(one: Distribution) -> float:
        cdf = one.cdf(np.array([low, high, other_low, other_high]))
        return float(cdf[1] - cdf[0] + cdf[3] - cdf[2])

    pool = densities.linear(said, w)
    assert of_union(pool) == pytest.approx(share @ [of_union(one) for one in said], abs=1e-13)
    means, sds = np.array([(one.mean, one.sd) for one in said]).T  # type: ignore[attr-defined]
    if not np.isfinite(means).all():
        assert not math.isfinite(pool.mean)  # type: ignore[attr-defined]
    else:
        mean = float(share @ means)
        assert pool.mean == pytest.approx(mean, rel=1e-12)  # type: ignore[attr-defined]
        variance = share @ (sds**2 + means**2) - mean**2
        assert pool.sd**2 == pytest.approx(variance, rel=1e-9)  # type: ignore[attr-defined]


@st.composite
def stepped(draw: st.DrawFn) -> tuple[Floats, Floats, Floats, Floats]:
    """Edges (K + 1,), experts' masses between them (E, K), a likelihood there (K,), weights (E,)."""
    steps, experts = draw(st.integers(2, 6)), draw(st.integers(2, 4))
    positive = st.floats(0.05, 5)
    edges = np.cumsum([draw(positive) for _ in range(steps + 1)])
    masses = np.array([[draw(positive) for _ in range(steps)] for _ in range(experts)])
    masses /= masses.sum(axis=1, keepdims=True)
    likelihood, weights = ([draw(positive) for _ in range(n)] for n in (steps, experts))
    return edges, masses, np.array(likelihood), np.array(weights)


@given(stepped())
@settings(max_examples=30, deadline=None)
def test_a_logarithmic_pool_is_externally_bayesian(drawn: tuple[Floats, Floats, Floats, Floats]) -> None:
    """Everybody updated by one likelihood, then pooled, is the pool updated (Genest 1984): any likelihood.

    Densities and likelihood are constant between edges, so that both can be updated exactly.
    """
    edges, masses, likelihood, w = drawn

    def pool(of: Floats) -> Floats:
        level = np.clip(np.cumsum(of, axis=1), 0.0, 1.0)
        level[:, -1] = 1.0
        said = [Piecewise(tuple(edges.tolist()), (0.0, *row)) for row in level.tolist()]
        return np.asarray(np.diff(densities.logarithmic(said, w).cdf(edges)))

    def updated(of: Floats) -> Floats:
        found = of * likelihood
        return np.asarray(found / found.sum(axis=-1, keepdims=True))

    assert pool(updated(masses)) == pytest.approx(updated(pool(masses)), abs=1e-9)


@given(moved())
@settings(max_examples=15, deadline=None)
def test_normals_pool_to_normals(heard: tuple[list[tuple[float, float]], Floats]) -> None:
    """Averaged quantiles: mean and sd average. Logarithmic: precision and precision times mean do."""
    pairs, w = heard
    m, s = np.array(pairs).T
    share = w / w.sum()
    said: list[Distribution] = [Parametric("normal", {"mean": a, "sd": b}) for a, b in pairs]
    average = Parametric("normal", {"mean": float(share @ m), "sd": float(share @ s)})
    precision = float(share @ s**-2)
    product = Parametric("normal", {"mean": float(share @ (m / s**2)) / precision, "sd": precision**-0.5})
    for pool, expected in (
        (densities.quantile_average(said, w), average),
        (densities.logarithmic(said, w), product),
    ):
        x = expected.ppf(LEVELS)
        assert pool.ppf(LEVELS) == pytest.approx(x, abs=1e-8)
        assert pool.cdf(x) == pytest.approx(LEVELS, rel=1e-8)
        assert pool.pdf(x) == pytest.approx(expected.pdf(x), rel=1e-8)
        assert pool.mean == pytest.approx(expected.mean, abs=1e-9)  # type: ignore[attr-defined]
        assert pool.sd == pytest.approx(expected.sd, rel=1e-9)  # type: ignore[attr-defined]
