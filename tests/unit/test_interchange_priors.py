"""Priors for other programs: the parameters that are written, and what real PyMC makes of the code."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution
from forecast.elicitation.families import KEYS
from forecast.elicitation.fitting import Fitted, fit
from forecast.elicitation.judgment import Judgment
from forecast.interchange.density_grid import on_grid
from forecast.interchange.priors import Prior, Voice, document
from forecast.interchange.pymc_code import pymc_code, variables
from forecast.pooling.classical import Mixture
from forecast.pooling.densities import linear, logarithmic, quantile_average
from forecast.pooling.on_scale import OnScale

#: Lopsided, between limits that are neither 0 nor 1, so that a lost shift or scale shows.
SAID = Judgment.of_quantiles({0.1: 15.0, 0.3: 22.0, 0.5: 30.0, 0.7: 37.0, 0.95: 56.0}, lower=10, upper=70)
OTHER = Judgment.of_quantiles({0.05: 12.0, 0.5: 20.0, 0.95: 40.0}, lower=10, upper=70)


def every_family() -> dict[str, Distribution]:
    """Each family fitted; those that PyMC has a name for at limits of 0 and 1 there too; the model's own."""
    natural = Judgment.of_quartiles(0.2, 0.3, 0.5, lower=0, upper=1)
    return {
        **{family: fit(SAID, family) for family in KEYS},
        **{
            f"{family}_at_0": fit(natural, family)
            for family in ("lognormal", "logit_normal", "gamma", "beta")
        },
        "on_logit": OnScale("logit", -1.0, 0.5, 1.5),
        "on_log": OnScale("log", 0.5, 0.3, 0.3),
        "on_identity": OnScale("identity", 2.0, 1.0, 3.0),
    }


def pools() -> dict[str, Distribution]:
    """Pools that are mixtures on one scale, on several, with steps; and pools that are no mixtures."""
    share = np.array([1.0, 3.0])

    def two(first: str, second: str) -> list[Distribution]:
        return [fit(SAID, first), fit(OTHER, second)]

    return {
        "one_scale": linear(two("logit_normal", "logit_normal"), share),
        "several_scales": linear(two("mirror_gamma", "lognormal"), share),
        "unbounded": linear(two("normal", "split_normal"), share),
        "betas": linear(two("beta", "beta"), share),
        "steps": linear(two("piecewise_uniform", "piecewise_uniform"), share),
        "probabilities": linear([OnScale("logit", -1.0, 0.5, 1.5), OnScale("logit", 1.0, 0.4, 0.4)], share),
        "cooke": Mixture(np.array([0.0, 1.0, 2.0, 5.0]), np.array([0.0, 0.2, 0.2, 1.0]), is_log=False),
        "cooke_log": Mixture(np.log([1.0, 3.0, 9.0]), np.array([0.0, 0.7, 1.0]), is_log=True),
        "averaged": quantile_average(two("normal", "student_t"), share),
        "product": logarithmic(two("gamma", "beta"), share),
        "large_units": quantile_average([fit(Judgment.of_quartiles(2e12, 3e12, 5e12), "normal")] * 2, share),
    }  # fmt: skip


def executed(code: str) -> dict[str, Any]:
    """What a snippet defines, run by itself as a user would."""
    defined: dict[str, Any] = {}
    exec(compile(code, "priors.py", "exec"), defined)
    return defined


def priors(of: dict[str, Distribution]) -> list[Prior]:
    """As priors called after the keys."""
    return [Prior(name, distribution) for name, distribution in of.items()]


@pytest.mark.parametrize("name", every_family())
def test_every_parameter_is_in_the_code_to_the_last_digit(name: str) -> None:
    """The code compiles, and each parameter, each limit the family has and each edge stands in it."""
    distribution = every_family()[name]
    code = pymc_code([Prior(name, distribution)])
    compile(code, "priors.py", "exec")
    if isinstance(distribution, Fitted) and distribution.family != "piecewise_uniform":
        wanted = [*distribution.parameters.values()]
        wanted += [
            limit for limit in distribution.support if math.isfinite(limit) and limit not in (0, 1, 70)
        ]
    elif isinstance(distribution, Fitted):
        wanted = [*distribution.judgment.values, *distribution.support]
    else:
        assert isinstance(distribution, OnScale)
        wanted = [distribution.centre, distribution.sd_below, distribution.sd_above]
    for value in wanted:
        assert repr(float(value)) in code, (name, value, code)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # PyTensor tells of libraries it did not find
@pytest.mark.parametrize("of", [every_family, pools], ids=["families", "pools"])
def test_pymc_draws_what_was_fitted(of: Any) -> None:
    """Real PyMC runs the code, its draws have the distribution's CDF, and a sampler can start on it.

    The CDF of the draws at a quantile of level p has standard error sqrt(p (1 - p) / n); 5 of them, and what
    the grid says it is off by.
    """
    import pymc as pm

    made = priors(of())
    defined = executed(pymc_code(made))
    n, levels = 20_000, np.array([0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])
    drawn = pm.draw([defined[prior.item] for prior in made], draws=n, random_seed=7)
    for prior, draws in zip(made, drawn, strict=True):
        at = np.asarray(prior.distribution.ppf(levels))
        found = (draws[:, None] <= at).mean(axis=0)
        allowed = 5 * np.sqrt(levels * (1 - levels) / n) + (prior.grid.error if prior.grid else 0.0)
        assert np.all(np.abs(found - prior.distribution.cdf(at)) <= allowed), (prior.item, found)
    model = defined["model"]
    point = model.initial_point()
    assert np.isfinite(model.compile_logp()(point))
    assert np.all(np.isfinite(model.compile_dlogp()(point)))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_pymc_has_the_pooled_density() -> None:
    """The log density of a mixture of several scales is that of the pool, inside and outside of supports."""
    import pymc as pm

    pooled = pools()["several_scales"]
    defined = executed(pymc_code([Prior("x", pooled)]))
    x: Floats = np.array([5.0, 10.5, 20.0, 40.0, 69.0, 90.0])
    found = np.exp([float(pm.logp(defined["x"], at).eval()) for at in x])
    assert found == pytest.approx(pooled.pdf(x), rel=1e-9)


@pytest.mark.parametrize("name", ["averaged", "product", "cooke_log", "large_units"])
def test_a_grid_says_how_far_off_it_is(name: str) -> None:
    """The CDF of the grid's straight lines, taken here at other points than where it was measured."""
    distribution = pools()[name]
    grid = on_grid(distribution)
    z, density = np.array(grid.z), np.array(grid.density)
    fine = np.unique(np.concatenate([np.linspace(z[0], z[-1], 40_001), z]))
    height = np.interp(fine, z, density)
    below = np.concatenate([[0.0], np.cumsum(np.diff(fine) * (height[1:] + height[:-1]) / 2)])
    off = np.max(np.abs(below / below[-1] - distribution.cdf(grid.centre + grid.scale * fine)))
    assert off <= max(2 * grid.error, 1e-6)
    assert grid.error <= (2e-3 if name == "cooke_log" else 1e-4)


def test_names_and_texts_cannot_break_out_of_the_code() -> None:
    """A comment stays one line whatever an item, a source or a unit is called."""
    evil = 'x"\nimport os\u2028os.system("true")  # \u202e'
    prior = Prior(
        evil,
        fit(OTHER, "normal"),
        "linear",
        (Voice(evil, 1.0, {0.5: 1.0}, evil, 3),),
        evil,
        evil,
        notes=(evil,),
    )
    code = pymc_code([prior], inputs_sha256="ab")
    lines = [line.strip() for line in code.splitlines() if not line.strip().startswith("#")]
    assert [line for line in lines if line] == [
        "import pymc as pm",
        "with pm.Model() as model:",
        f'x_import_os_os_system_true = pm.Normal("x_import_os_os_system_true", '
        f"mu={fit(OTHER, 'normal').parameters['mean']!r}, sigma={fit(OTHER, 'normal').parameters['sd']!r})",
    ]


def test_each_variable_has_a_name_of_its_own() -> None:
    """Also where one item is called as what another is made of."""
    assert variables(["a", "a_y", "a!", "", "π", "model"]) == ("a", "a_y_2", "a_2", "x", "x_2", "model_")


def test_the_document_holds_exact_parameters_and_whose_they_are() -> None:
    """Strict JSON, unrounded, with shares that sum to one and no infinity."""
    one, two = fit(SAID, "gamma"), fit(OTHER, "gamma")
    voices = (Voice("A", 1.0, {0.5: 30.0}, "a.csv", 2), Voice("B", 3.0, {0.5: 20.0}, "a.csv", 3))
    pooled = Prior("x", linear([one, two], np.array([1.0, 3.0])), "linear", voices, lower=10)
    told = document([pooled, Prior("y", one, ssq=one.ssq)], inputs_sha256="ab")
    read = json.loads(json.dumps(told, allow_nan=False))
    first, second = read["priors"]
    assert (read["schema"], read["inputs_sha256"]) == ("priors/1", "ab")
    assert (first["form"], first["rule"], first["upper"], first["lower"]) == ("mixture", "linear", None, 10)
    assert [part["share"] for part in first["components"]] == [0.25, 0.75]
    assert [part["parameters"] for part in first["components"]] == [one.parameters, two.parameters]
    assert [voice["share"] for voice in first["voices"]] == [0.25, 0.75]
    assert first["voices"][1] | {"quantiles": []} == {
        "name": "B", "weight": 3.0, "share": 0.75, "file": "a.csv", "line": 3, "quantiles": [],
    }  # fmt: skip
    assert (second["form"], second["family"], second["ssq"]) == ("distribution", "gamma", one.ssq)
    assert second["parameters"] == one.parameters
    assert first["quantiles"]["p50"] == pytest.approx(float(pooled.distribution.ppf(np.array(0.5))))
