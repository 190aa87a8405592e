"""Identities of every family: exact recovery, inverse quantiles, scale, mirror, entropy."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from forecast.elicitation.dirichlet import fit_dirichlet
from forecast.elicitation.entropy import ENTROPY
from forecast.elicitation.families import FAMILIES
from forecast.elicitation.fitting import fit
from forecast.elicitation.judgment import Judgment
from forecast.elicitation.maximum_entropy import maximum_entropy
from forecast.elicitation.parametric import Parametric

LIMITS = (-20.0, 30.0)
PLACE = st.floats(-5, 15)
SIZE = st.floats(0.2, 6)
SHAPE = st.floats(0.4, 40)
#: Parameters of every family, of ordinary size for a quantity between -20 and 30.
MEMBERS: Mapping[str, tuple[st.SearchStrategy[float], ...]] = {
    "normal": (PLACE, SIZE),
    "student_t": (PLACE, SIZE, st.floats(1, 30)),
    "skew_normal": (PLACE, SIZE, st.floats(-8, 8)),
    "split_normal": (PLACE, SIZE, SIZE),
    "lognormal": (st.floats(1, 3.5), st.floats(0.05, 1.2)),
    "log_student_t": (st.floats(1, 3.5), st.floats(0.05, 0.8), st.floats(2, 30)),
    "gamma": (SHAPE, st.floats(0.1, 3)),
    "beta": (SHAPE, SHAPE),
    "logit_normal": (st.floats(-3, 3), st.floats(0.1, 2)),
    "mirror_lognormal": (st.floats(1, 3.5), st.floats(0.05, 1.2)),
    "mirror_log_student_t": (st.floats(1, 3.5), st.floats(0.05, 0.8), st.floats(2, 30)),
    "mirror_gamma": (SHAPE, st.floats(0.1, 3)),
}
FIVE = np.array([0.05, 0.25, 0.5, 0.75, 0.95])


@st.composite
def members(draw: st.DrawFn, family: str) -> Parametric:
    """A member of a family."""
    values = [draw(strategy) for strategy in MEMBERS[family]]
    return Parametric(family, dict(zip(FAMILIES[family].parameters, values, strict=True)), *LIMITS)


def stated(one: Parametric, p: np.ndarray = FIVE) -> Judgment:
    """What an expert who holds it says, with the limits that it keeps."""
    return Judgment(tuple(one.ppf(p)), tuple(p), *one.support)


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_exact_recovery(family: str, data: st.DataObject) -> None:
    """From its own five quantiles every member comes back: the same probabilities everywhere.

    Parameters too, but for the shape of a nearly symmetric skew-normal, which no quantile tells apart from 0.
    """
    one = data.draw(members(family))
    found = fit(stated(one), family, df=one.parameters.get("df", 3.0))
    assert found.ssq < 1e-18
    x = one.ppf(np.linspace(0.001, 0.999, 41))
    assert found.cdf(x) == pytest.approx(one.cdf(x), abs=1e-7)
    if family != "skew_normal" or abs(one.parameters["shape"]) > 1:
        assert dict(found.parameters) == pytest.approx(dict(one.parameters), rel=2e-5, abs=2e-5)


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=15, deadline=None)
@given(data=st.data(), p=st.floats(1e-9, 1 - 1e-6))
def test_quantiles_invert_probabilities(family: str, data: st.DataObject, p: float) -> None:
    """cdf(ppf(p)) = p down to a billionth, and back; cdf + sf = 1, isf(q) = ppf(1 - q)."""
    one = data.draw(members(family))
    x = one.ppf(p)
    low, high = one.support
    if not low + 1e-9 < x < high - 1e-9:
        return  # so near a limit that x has no digits left for p
    assert float(one.cdf(x)) == pytest.approx(p, rel=1e-6)
    assert float(one.cdf(x) + one.sf(x)) == pytest.approx(1, abs=1e-12)
    # From the side on which the probability is small: next to 1 it has no digits left for x.
    back = one.ppf(one.cdf(x)) if p < 0.5 else one.isf(one.sf(x))
    assert float(back) == pytest.approx(float(x), rel=1e-7, abs=1e-7)
    assert float(one.isf(0.25)) == pytest.approx(float(one.ppf(0.75)), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_the_density_is_the_slope_of_the_probability(family: str, data: st.DataObject) -> None:
    """The integral of the density between two quantiles is the difference of their probabilities."""
    one = data.draw(members(family))
    low, middle, high = (float(x) for x in one.ppf(np.array([0.1, 0.5, 0.9])))
    mass = integrate.quad(lambda x: float(one.pdf(x)), low, high, points=[middle], limit=200)[0]
    assert mass == pytest.approx(0.8, abs=1e-6)


@pytest.mark.parametrize("family", [key for key in FAMILIES if "log_student_t" not in key])
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_moments(family: str, data: st.DataObject) -> None:
    """Mean and sd are the integrals of quantiles over probability."""
    one = data.draw(members(family))
    if one.parameters.get("df", 9) < 5:
        return  # so heavy a tail that the sum below would not have converged
    nodes, weights = np.polynomial.legendre.leggauss(200)
    p = 0.5 * (1 + np.tanh(6 * nodes))  # most nodes in the tails
    w = weights * 3 / np.cosh(6 * nodes) ** 2
    x = one.ppf(p)
    mean = float(np.sum(w * x) / np.sum(w))
    assert one.mean == pytest.approx(mean, rel=2e-2, abs=2e-2)
    assert one.sd == pytest.approx(math.sqrt(float(np.sum(w * (x - mean) ** 2))), rel=5e-2)


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=8, deadline=None)
@given(
    values=st.tuples(st.floats(1, 20), st.floats(0.5, 10), st.floats(0.5, 10)),
    shift=st.floats(-50, 50),
    scale=st.floats(1e-6, 1e6),
)
def test_units_do_not_matter(
    family: str, values: tuple[float, float, float], shift: float, scale: float
) -> None:
    """Values and limits moved and stretched together: the same probabilities of the moved values."""
    points = np.cumsum(values)
    one = Judgment(tuple(points), (0.1, 0.45, 0.9), 0.0, 60.0)
    moved = Judgment(tuple(shift + scale * points), (0.1, 0.45, 0.9), shift, shift + 60 * scale)
    x = np.linspace(0.5, 59.5, 9)
    found = fit(moved, family).cdf(shift + scale * x)
    # Far from zero a small unit leaves the moved values fewer digits.
    tolerance = 1e-6 + 1e-13 * abs(shift) / scale * 100
    assert found == pytest.approx(fit(one, family).cdf(x), abs=tolerance)


@pytest.mark.parametrize("family", ["lognormal", "log_student_t", "gamma"])
@settings(max_examples=10, deadline=None)
@given(values=st.tuples(st.floats(1, 20), st.floats(0.5, 10), st.floats(0.5, 10)))
def test_mirrored_families_mirror(family: str, values: tuple[float, float, float]) -> None:
    """A mirrored family of X is its family of upper - X: the same parameters, tails exchanged."""
    points = np.cumsum(values)
    plain = fit(Judgment(tuple(points), (0.1, 0.5, 0.8), lower=0.0), family)
    mirror = fit(Judgment(tuple(60 - points[::-1]), (0.2, 0.5, 0.9), upper=60.0), f"mirror_{family}")
    assert dict(mirror.parameters) == pytest.approx(dict(plain.parameters), rel=1e-6)
    x = np.linspace(1, 50, 7)
    assert mirror.cdf(60 - x) == pytest.approx(plain.sf(x), abs=1e-8)
    assert mirror.mean == pytest.approx(60 - plain.mean)


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_entropy_is_that_of_the_density(family: str, data: st.DataObject) -> None:
    """Minus the mean of ln density, by integration over probability."""
    one = data.draw(members(family))
    nodes, weights = np.polynomial.legendre.leggauss(400)
    p = (1 + nodes) / 2
    direct = -float(np.sum(weights / 2 * np.log(one.pdf(one.ppf(p)))))
    values = [np.array([value]) for value in one.parameters.values()]
    closed = float(ENTROPY[family](*values, width=LIMITS[1] - LIMITS[0])[0])
    assert closed == pytest.approx(direct, abs=2e-2)


@pytest.mark.parametrize("family", [key for key in FAMILIES if key not in ("skew_normal", "split_normal")])
@settings(max_examples=3, deadline=None)
@given(low=st.floats(-15, 0), width=st.floats(3, 20), mass=st.floats(0.5, 0.95), tilt=st.floats(0.05, 0.95))
def test_no_member_with_the_mass_has_more_entropy(
    family: str, low: float, width: float, mass: float, tilt: float
) -> None:
    """Members with the same mass in the interval, the rest parted otherwise, have no larger entropy."""
    found = maximum_entropy(family, low, low + width, mass, lower=LIMITS[0], upper=LIMITS[1])
    inside = float(found.distribution.cdf(low + width) - found.distribution.cdf(low))
    assert inside == pytest.approx(mass, abs=1e-6)
    below = tilt * (1 - mass)
    if not (below <= 0.4 and below + mass >= 0.6):
        return
    other = fit(Judgment((low, low + width), (below, below + mass), *LIMITS), family)
    if other.ssq < 1e-20:
        values = [np.array([value]) for value in other.parameters.values()]
        assert float(ENTROPY[family](*values, width=50.0)[0]) <= found.entropy + 1e-7


@settings(max_examples=20, deadline=None)
@given(d=st.lists(st.floats(1.5, 40), min_size=2, max_size=5), rule=st.sampled_from(["opt", "min", "mean"]))
def test_a_dirichlet_from_its_own_margins(d: list[float], rule: str) -> None:
    """Quartiles of a Dirichlet's marginals give it back, whatever the rule for n."""
    one = {
        f"c{i}": Parametric("beta", {"shape1": x, "shape2": sum(d) - x}, 0, 1).ppf([0.25, 0.5, 0.75])
        for i, x in enumerate(d)
    }
    found = fit_dirichlet({name: Judgment.of_quartiles(*q) for name, q in one.items()}, n=rule)
    assert found.parameters == pytest.approx(d, rel=1e-5)
