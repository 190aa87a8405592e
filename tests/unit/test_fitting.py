"""Fits to judgments: at the optimum, whatever the judgment; ranked, and with their faults said."""

from __future__ import annotations

import json
import math
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import least_squares

from forecast.elicitation.comparison import about_as_good, notes
from forecast.elicitation.families import FAMILIES, KEYS, PIECEWISE
from forecast.elicitation.fit_document import of_fits
from forecast.elicitation.fitting import fit, fit_many, fits, fits_many
from forecast.elicitation.judgment import Judgment
from forecast.errors import UsageError


def _split(x: Any, mode: float, below: float, above: float) -> Any:
    w = below / (below + above)
    low = 2 * w * stats.norm.cdf((x - mode) / below)
    return np.where(x <= mode, low, 1 - 2 * (1 - w) * stats.norm.sf((x - mode) / above))


#: P(X <= x) of every family by scipy.stats, from (x, judgment, parameters).
INDEPENDENT: dict[str, Callable[..., Any]] = {
    "normal": lambda x, said, *of: stats.norm.cdf(x, *of),
    "student_t": lambda x, said, m, s, df: stats.t.cdf(x, df, m, s),
    "skew_normal": lambda x, said, m, s, shape: stats.skewnorm.cdf(x, shape, m, s),
    "split_normal": lambda x, said, *of: _split(x, *of),
    "lognormal": lambda x, said, *of: stats.norm.cdf(np.log(x - said.lower), *of),
    "log_student_t": lambda x, said, m, s, df: stats.t.cdf(np.log(x - said.lower), df, m, s),
    "gamma": lambda x, said, shape, rate: stats.gamma.cdf(x, shape, said.lower, 1 / rate),
    "beta": lambda x, said, a, b: stats.beta.cdf(x, a, b, said.lower, said.upper - said.lower),
    "logit_normal": lambda x, said, *of: stats.norm.cdf(np.log((x - said.lower) / (said.upper - x)), *of),
    "mirror_lognormal": lambda x, said, *of: stats.norm.sf(np.log(said.upper - x), *of),
    "mirror_log_student_t": lambda x, said, m, s, df: stats.t.sf(np.log(said.upper - x), df, m, s),
    "mirror_gamma": lambda x, said, shape, rate: stats.gamma.sf(said.upper - x, shape, 0, 1 / rate),
}
#: Parameters that may have any sign; all others are searched by their logarithm.
_SIGNED = {"mean", "location", "mode", "mean_log", "location_log", "mean_logit"}
SAID = (
    Judgment.of_quantiles({0.05: 2, 0.5: 6, 0.95: 15}, lower=0, upper=100),
    Judgment.of_quartiles(55, 60, 62, lower=0, upper=70),
    Judgment((1, 2, 3, 5, 9, 20), (0.02, 0.2, 0.35, 0.5, 0.8, 0.97), lower=0.5, upper=40),
)


def _searched(family: str, said: Judgment, found: dict[str, float], rng: np.random.Generator) -> float:
    """The least sum of squares that scipy finds for a family, from our end and from points around it."""
    x, p = np.array(said.inner).T
    fixed = [found[name] for name in FAMILIES[family].fixed]
    names = [name for name in found if name not in FAMILIES[family].fixed]
    # The shape of a skew-normal has a sign, that of a gamma has not.
    signed = np.array([name in _SIGNED or (name == "shape" and family == "skew_normal") for name in names])
    own = np.array([found[name] for name in names])
    start = np.where(signed, own, np.log(np.where(signed, 1.0, own)))

    def residuals(theta: Any) -> Any:
        of = np.where(signed, theta, np.exp(np.clip(theta, -300, 300)))
        got = INDEPENDENT[family](x, said, *of, *fixed) - p
        return np.where(np.isfinite(got), got, 1.0)

    around = [
        start + rng.normal(0, 0.5, len(start)) * np.where(signed, np.abs(start) + 0.1, 1) for _ in range(4)
    ]
    tight = {"xtol": 1e-15, "ftol": 1e-15, "gtol": 1e-15}
    with np.errstate(all="ignore"):
        return min(2 * least_squares(residuals, at, x_scale="jac", **tight).cost for at in (start, *around))


@pytest.mark.parametrize("family", FAMILIES)
def test_no_better_fit_is_found(family: str) -> None:
    """scipy's optimiser on scipy.stats' probabilities finds no smaller sum, from our end or around it."""
    rng = np.random.default_rng(5)
    for said in SAID:
        found = fit(said, family)
        x, p = np.array(said.inner).T
        mine = INDEPENDENT[family](x, said, *found.parameters.values()) - p
        assert found.residuals == pytest.approx(mine, abs=1e-12)
        assert found.ssq == pytest.approx(float(np.sum(mine**2)), abs=1e-15)
        if (
            not found.at_end
        ):  # past the end of the search an infinite parameter would always be a little better
            assert found.ssq <= _searched(family, said, dict(found.parameters), rng) + 1e-13


def test_many_at_once_is_one_at_a_time() -> None:
    """`fit_many` keeps the order and the numbers of `fit`, whatever the judgments' numbers of points."""
    for family in KEYS:
        together = fit_many(SAID, family)
        assert [one.judgment for one in together] == list(SAID)
        for said, one in zip(SAID, together, strict=True):
            assert dict(one.parameters) == pytest.approx(dict(fit(said, family).parameters), rel=1e-9)


def test_rankings_of_many() -> None:
    """`fits_many` is `fits` of each, in their order; a fit can be sent to another process."""
    together = fits_many(SAID)
    for said, ranking in zip(SAID, together, strict=True):
        assert [one.family for one in ranking] == [one.family for one in fits(said)]
    first = together[0][0]
    assert pickle.loads(pickle.dumps(first)) == first


HARD = {
    "nine digits": Judgment.of_quartiles(1e9, 1e9 + 1, 1e9 + 2, lower=0, upper=2e9),
    "tiny": Judgment.of_quartiles(1e-9, 2e-9, 3e-9, lower=0, upper=1),
    "tiny beside a far limit": Judgment.of_quartiles(1e-9, 2e-9, 3e-9, lower=0, upper=1e9),
    "twelve decades": Judgment.of_quantiles({0.05: 1e-6, 0.5: 1, 0.95: 1e6}, lower=0, upper=1e9),
    "one in a million": Judgment((1, 2, 3, 4, 5), (1e-6, 1e-5, 0.5, 1 - 1e-5, 1 - 1e-6), 0, 10),
    "two modes": Judgment.of_quantiles({0.05: 1e-12, 0.5: 0.5, 0.95: 1 - 1e-12}, lower=0, upper=1),
    "last digits": Judgment.of_quantiles({0.05: 1.0, 0.5: 1 + 2e-15, 0.95: 1 + 4e-15}, lower=0, upper=2),
    "huge": Judgment.of_quantiles({0.05: -1e300, 0.5: 2e200, 0.95: 3e300}, lower=-1e301, upper=1e308),
    "close to one side": Judgment.of_quantiles({0.05: 0, 0.5: 1e-9, 0.95: 1}, lower=-1, upper=2),
    "two heaps": Judgment((0, 1, 2, 100, 101, 102), (0.1, 0.2, 0.4, 0.6, 0.8, 0.9), -1, 200),
    "an empty bin": Judgment((0, 10, 20, 30, 40), (0, 0.3, 0.3, 0.9, 1), -5, 50),
    "twenty points": Judgment(tuple(range(1, 21)), tuple(np.linspace(0.01, 0.99, 20)), 0, 21),
    "two points": Judgment((1, 2), (0.1, 0.9), 0, 1e12),
    "all but one half": Judgment((1, 2, 3), (0.05, 0.06, 0.95), 0, 10),
}


@pytest.mark.parametrize("said", HARD.values(), ids=HARD)
def test_hard_judgments_have_a_finite_best_fit(said: Judgment) -> None:
    """No family raises, warns or answers NaN; quantiles stay in order and in the support."""
    ranked = fits(said)
    assert {one.family for one in ranked} <= set(KEYS)
    assert "normal" in {one.family for one in ranked}
    p = np.array([1e-9, 0.01, 0.05, 0.5, 0.95, 0.99, 1 - 1e-9])
    for one in ranked:
        assert math.isfinite(one.ssq)
        assert all(math.isfinite(value) for value in one.parameters.values()), one
        assert all(math.isfinite(miss) and abs(miss) <= 1 for miss in one.residuals)
        x = one.ppf(p)
        assert np.all(x[1:] >= x[:-1]), one
        assert np.all((x >= one.support[0]) & (x <= one.support[1]))
        assert not np.isnan(one.pdf(x)).any()
        assert not np.isnan(one.cdf(x)).any()
        assert isinstance(one.warnings, tuple)
    assert json.loads(json.dumps(of_fits(ranked, said), allow_nan=False))["best"] == ranked[0].family


def test_what_a_family_cannot_be_is_its_nearest_and_said() -> None:
    """Steeper than a half-normal, the skewed families end at their last shape; a gamma where it narrows."""
    steep = Judgment.of_quantiles({0.05: 1.0, 0.5: 2.0, 0.95: 6.0})
    for said, family in ((steep, "skew_normal"), (steep, "split_normal"), (HARD["nine digits"], "gamma")):
        found = fit(said, family)
        assert found.at_end
        assert 1e-3 < found.ssq < 0.25
        assert any("is the nearest" in one for one in found.warnings)


class TestRanking:
    """The order of `fits`, and which families may come first."""

    def test_least_squares_first(self) -> None:
        """Among families that could have missed the points the sum rises; then come those by construction."""
        ranked = fits(SAID[0])
        free = [one.ssq for one in ranked if FAMILIES.get(one.family) and FAMILIES[one.family].free == 2]
        assert free == sorted(free)
        assert [one.family for one in ranked][-3:-1] in (
            ["skew_normal", "split_normal"],
            ["split_normal", "skew_normal"],
        )
        assert ranked[-1].family == PIECEWISE

    def test_construction_does_not_win(self) -> None:
        """Three free parameters run through three points; with a fourth point they compete like any other."""
        three = fits(Judgment((1, 2, 4), (0.1, 0.5, 0.9)))
        assert [one.family for one in three][:2] == ["student_t", "normal"]
        assert any("no evidence" in said for said in notes(three))
        quantiles = stats.skewnorm.ppf([0.05, 0.3, 0.5, 0.8, 0.95], 4)
        five = fits(Judgment(tuple(quantiles), (0.05, 0.3, 0.5, 0.8, 0.95)))
        assert five[0].family == "skew_normal"
        assert five[0].ssq < 1e-20

    def test_ties_go_to_the_simpler(self) -> None:
        """Symmetric quartiles fit the normal and the t alike: the normal is named."""
        assert fits(Judgment.of_quartiles(25, 30, 35))[0].family == "normal"

    def test_ties_go_to_what_keeps_the_limits(self) -> None:
        """Two points fit every family; next to a limit the normal puts mass beyond it and is not first."""
        ranked = fits(Judgment((1, 9), (0.1, 0.9), lower=0))
        assert ranked[0].family == "lognormal"
        assert "two points" in notes(ranked)[0]

    def test_only_those_that_apply(self) -> None:
        """Without limits the shifted, mirrored and bounded families are left out; a limit brings its own."""
        said = {0.05: 2.0, 0.5: 6.0, 0.95: 15.0}
        bare = {one.family for one in fits(Judgment.of_quantiles(said))}
        assert bare == {"normal", "student_t", "skew_normal", "split_normal"}
        lower = {one.family for one in fits(Judgment.of_quantiles(said, lower=0))}
        assert lower - bare == {"lognormal", "log_student_t", "gamma"}
        upper = {one.family for one in fits(Judgment.of_quantiles(said, upper=20))}
        assert upper - bare == {"mirror_lognormal", "mirror_log_student_t", "mirror_gamma"}
        assert {one.family for one in fits(Judgment.of_quantiles(said, lower=0, upper=20))} == set(KEYS)


class TestWarnings:
    """What a reader is told of a fit."""

    def test_mass_below_a_limit(self) -> None:
        """A normal on a positive quantity says what it puts below zero."""
        found = fit(Judgment.of_quartiles(1, 2, 3, lower=0), "normal")
        assert "puts 8.9% of its mass below the lower limit 0" in found.warnings

    def test_tails_nobody_stated(self) -> None:
        """Quartiles leave half of the mass to the family; p05 and p95 a tenth, which is not warned of."""
        quartiles = fit(Judgment.of_quartiles(25, 30, 35), "normal").warnings
        assert any(one.startswith("50% of the mass lies beyond") for one in quartiles)
        assert fit(Judgment.of_quantiles({0.05: 1, 0.5: 2, 0.95: 3}), "normal").warnings == ()

    def test_points_that_are_missed(self) -> None:
        """A fitted probability over .02 from the stated one is named with both."""
        found = fit(Judgment.of_quartiles(25, 30, 40), "normal")
        assert "P(X <= 30) is 45%, not 50%" in found.warnings[0]

    @pytest.mark.parametrize(
        ("family", "values", "said"),
        [
            ("beta", (0.02, 0.5, 0.98), "two modes"),
            ("logit_normal", (0.02, 0.5, 0.98), "two modes"),
            ("gamma", (0.001, 0.2, 3.0), "grows without bound at the lower limit"),
            ("mirror_gamma", (-2.0, 0.8, 0.999), "grows without bound at the upper limit"),
        ],
    )
    def test_forms_that_few_mean(self, family: str, values: tuple[float, ...], said: str) -> None:
        """Two modes, or a density without bound at a limit."""
        lower = -10.0 if family == "mirror_gamma" else 0.0
        upper = 10.0 if family == "gamma" else 1.0
        found = fit(Judgment(values, (0.05, 0.5, 0.95), lower, upper), family)
        assert any(said in one for one in found.warnings), found.warnings

    def test_families_that_part_in_the_tails(self) -> None:
        """Normal and t fit symmetric quartiles alike and are far apart at p01: said with both numbers."""
        ranked = fits(Judgment.of_quartiles(25, 30, 35), ["normal", "student_t"])
        assert len(about_as_good(ranked)) == 2
        (said,) = notes(ranked)
        t = 30 + stats.t.ppf(0.01, 3) * 5 / stats.t.ppf(0.75, 3)
        assert f"p01 from {t:.4g} (student_t) to 12.75 (normal)" in said


def test_piecewise_runs_through_the_points() -> None:
    """Straight lines between points and limits; stated P = 0 and P = 1 end it before the limits do."""
    found = fit(Judgment((10, 20, 40), (0.2, 0.5, 0.9), 0, 50), PIECEWISE)
    assert found.cdf([0, 5, 15, 30, 45, 50]).tolist() == pytest.approx([0, 0.1, 0.35, 0.7, 0.95, 1])
    assert found.ppf([0, 0.1, 0.5, 0.95, 1]).tolist() == pytest.approx([0, 5, 20, 45, 50])
    chips = fit(Judgment.of_roulette([0, 10, 20, 30, 40], [1, 0, 2, 1], lower=-100, upper=100), PIECEWISE)
    assert chips.support == (0.0, 40.0)
    assert chips.pdf([5, 15, 25, 35, 45]).tolist() == pytest.approx([0.025, 0, 0.05, 0.025, 0])
    assert chips.ppf(0.25) == 10
    squares = (0.25 * 17.5**2 + 0.5 * 2.5**2 + 0.25 * 12.5**2) + 100 / 12
    assert (chips.mean, chips.sd) == pytest.approx((22.5, math.sqrt(squares)))


def test_points_of_zero_and_one_are_no_points_of_a_fit() -> None:
    """P(X <= 0) = 0 and P(X <= 100) = 1 change no parameter and have no residual."""
    bare = fit(Judgment((25, 30, 40), (0.25, 0.5, 0.75)), "normal")
    ends = fit(Judgment((0, 25, 30, 40, 100), (0, 0.25, 0.5, 0.75, 1)), "normal")
    assert dict(ends.parameters) == dict(bare.parameters)
    assert ends.residuals == bare.residuals


@pytest.mark.parametrize(
    ("family", "said", "df", "message"),
    [
        ("gama", SAID[0], 3, "unknown family 'gama'. Did you mean 'gamma'?"),
        ("gamma", Judgment.of_quartiles(1, 2, 3), 3, "gamma needs a finite lower limit; give one"),
        ("beta", Judgment.of_quartiles(1, 2, 3), 3, "beta needs finite lower and upper limits; give both"),
        (
            "mirror_gamma",
            Judgment.of_quartiles(1, 2, 3, lower=0),
            3,
            "mirror_gamma needs a finite upper limit",
        ),
        (PIECEWISE, Judgment.of_quartiles(1, 2, 3), 3, "piecewise_uniform needs finite lower and upper"),
        ("student_t", SAID[0], 0, "degrees of freedom must be a number above 0 (found 0)"),
        ("mirror_lognormal", HARD["tiny beside a far limit"], 3, "cannot tell the values apart"),
    ],
)
def test_what_cannot_be_fitted(family: str, said: Judgment, df: float, message: str) -> None:
    """An error names the family, what is wrong and the remedy."""
    with pytest.raises(UsageError) as error:
        fit(said, family, df=df)
    assert message in str(error.value)
