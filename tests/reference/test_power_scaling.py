"""Power-scaling sensitivity against ArviZ 0.23's `psens` and, where installed, arviz_stats' `psense`."""

from __future__ import annotations

import warnings

import arviz as az
import numpy as np
import pytest

from forecast.errors import UsageError
from forecast.reweighting.power_scaling import diagnosis, distance, per_doubling, power_scaled, sensitivity
from forecast.simulation.weighted import weighted_mean, weighted_quantile

CHAINS, DRAWS = 4, 500


def posterior(data_sd: float, prior_sd: float, observed: float, seed: int = 3) -> dict[str, np.ndarray]:
    """Draws (4, 500) of a normal mean whose prior is N(0, prior_sd), seen once at ``observed``.

    Also of a skew function and a coarse one with many ties, and the two log densities.
    """
    rng = np.random.default_rng(seed)
    precision = data_sd**-2 + prior_sd**-2
    mu = observed * data_sd**-2 / precision + precision**-0.5 * rng.normal(size=(CHAINS, DRAWS))
    return {
        "mu": mu,
        "skew": np.exp(mu),
        "coarse": np.round(mu, 1),
        "log_prior": -0.5 * (mu / prior_sd) ** 2,
        "log_likelihood": -0.5 * ((mu - observed) / data_sd) ** 2,
    }


MODELS = {
    "conflict": posterior(1.0, 1.0, 5.0),
    "strong prior": posterior(10.0, 0.5, 1.0),
    "weak prior": posterior(0.5, 10.0, 1.0),
    "another seed": posterior(1.0, 2.0, 3.0, seed=8),
}
NAMES = ["mu", "skew", "coarse"]
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)


def columns(model: dict[str, np.ndarray]) -> np.ndarray:
    """The three quantities (N, 3), draws in chain order."""
    return np.column_stack([model[name].ravel() for name in NAMES])


@every_model
@pytest.mark.parametrize("component", ["prior", "likelihood"])
@pytest.mark.parametrize("delta", [0.01, 0.1])
def test_as_arviz(model: dict[str, np.ndarray], component: str, delta: float) -> None:
    """The same draws, the same sensitivities to 1e-6."""
    data = az.from_dict(
        posterior={name: model[name] for name in NAMES},
        log_likelihood={"y": model["log_likelihood"][..., None]},
    )
    data.add_groups({"log_prior": {"mu": model["log_prior"]}})
    theirs = az.psens(data, component=component, delta=delta)
    found = sensitivity(columns(model), component=model[f"log_{component}"].ravel(), delta=delta)
    assert found == pytest.approx([float(theirs[name]) for name in NAMES], abs=1e-6)


@every_model
@pytest.mark.parametrize("component", ["prior", "likelihood"])
def test_as_arviz_stats(model: dict[str, np.ndarray], component: str) -> None:
    """The same to 1e-6 with its tail length and the powers 1/1.01 and 1.01; else the difference is a tenth.

    arviz_stats rounds 3 sqrt(N/reff) down, not up, with reff the tail effective sample size of the component;
    ours is given the reff whose tail is as long. Its own powers are 0.99 and 1.01.
    """
    stats = pytest.importorskip("arviz_stats", reason="arviz_stats, ArviZ's successor, is not installed")
    base = pytest.importorskip("arviz_base", reason="arviz_base, ArviZ's successor, is not installed")
    log_density = model[f"log_{component}"]
    data = base.from_dict(
        {
            "posterior": {name: model[name] for name in NAMES},
            "log_likelihood": {"y": model["log_likelihood"][..., None]},
            "log_prior": {"mu": model["log_prior"]},
        }
    )
    draws = CHAINS * DRAWS
    reff = float(stats.ess(log_density.reshape(1, -1), method="tail", prob=0.05, relative=True))
    length = int(3 * (draws / reff) ** 0.5)
    same = draws / ((length - 0.5) / 3) ** 2
    theirs = stats.psense(data, group=component, alphas=(1 / 1.01, 1.01))
    found = sensitivity(columns(model), component=log_density.ravel(), reff=same)
    assert found == pytest.approx([float(theirs[name]) for name in NAMES], abs=1e-6)
    default = stats.psense(data, group=component)
    found = sensitivity(columns(model), component=log_density.ravel())
    assert found == pytest.approx([float(default[name]) for name in NAMES], rel=0.1, abs=1e-3)


def test_the_diagnosis_of_the_three_cases() -> None:
    """A prior five sd from the datum, a prior that rules, and one that hardly matters, by their own words."""
    expected = {
        "conflict": "prior-data conflict",
        "strong prior": "strong prior / weak likelihood",
        "weak prior": "-",
    }
    for name, said in expected.items():
        model = MODELS[name]
        mu = model["mu"].ravel()
        prior, likelihood = (
            float(sensitivity(mu, component=model[f"log_{c}"].ravel())) for c in ("prior", "likelihood")
        )
        assert diagnosis(prior, likelihood) == said


def test_the_threshold_belongs_to_what_is_sensitive() -> None:
    """From the threshold on, of both."""
    assert diagnosis(0.05, 0.05) == "prior-data conflict"
    assert diagnosis(0.05, 0.0499) == "strong prior / weak likelihood"
    assert diagnosis(0.0499, 0.05) == "-"
    assert diagnosis(0.06, 0.07, threshold=0.065) == "-"


@every_model
def test_a_mean_per_doubling_is_a_covariance(model: dict[str, np.ndarray]) -> None:
    """d E f / d log2 alpha = ln 2 cov(f, component): the derivative of a self-normalised mean.

    The difference quotient is off by the square of delta; smoothing moves the tail's weights, so the
    tolerance is a hundredth of the sd's product.
    """
    quantity, component = columns(model), model["log_prior"].ravel()
    found = per_doubling(quantity, component=component).mean
    expected = (
        np.log(2) * ((quantity - quantity.mean(axis=0)).T @ (component - component.mean())) / len(component)
    )
    scale = quantity.std(axis=0) * component.std()
    assert (np.abs(found - expected) < 0.01 * scale).all()


def test_per_doubling_of_a_normal_mean() -> None:
    """A normal mean with prior N(0, 1) to the power alpha has precision alpha + 1: derivatives are known.

    One datum at 5 with sd 1: mean 5/(1 + alpha), d mean/d log2 alpha = -5 ln 2/4; sd (1 + alpha)^-1/2 gives
    quantiles mean + z sd the derivative ln 2 (-5/4 - z 2^-5/2). Within 4 standard errors of 200,000 draws:
    the mean's is ln 2 sd(f c)/sqrt(N), c = -mu^2/2; a quantile's at 5% is at most 4 times as large.
    """
    rng = np.random.default_rng(31)
    mu = 2.5 + 0.5**0.5 * rng.normal(size=200_000)
    component = -0.5 * mu**2
    found = per_doubling(mu, component=component)
    centred = (mu - mu.mean()) * (component - component.mean())
    error = np.log(2) * centred.std() / len(mu) ** 0.5
    assert abs(float(found.mean) + 1.25 * np.log(2)) < 4 * error
    for value, z in ((found.p05, -1.6449), (found.p50, 0.0), (found.p95, 1.6449)):
        assert abs(float(value) - np.log(2) * (-1.25 - z * 2**-2.5)) < 16 * error


def test_per_doubling_is_of_weighted_summaries() -> None:
    """Mean and 5%, 50%, 95% quantiles at the two powers, over twice log2(1 + delta)."""
    model = MODELS["conflict"]
    quantity, component = columns(model), model["log_likelihood"].ravel()
    low, high = (power_scaled(component, a).log_weights for a in (1 / 1.2, 1.2))
    found = per_doubling(quantity, component=component, delta=0.2)
    step = 2 * np.log2(1.2)
    mean = weighted_mean(quantity, log_weights=high) - weighted_mean(quantity, log_weights=low)
    assert found.mean == pytest.approx(mean / step, abs=1e-12)
    for name, level in (("p05", 0.05), ("p50", 0.5), ("p95", 0.95)):
        moved = [weighted_quantile(quantity, level, log_weights=w) for w in (low, high)]
        assert getattr(found, name) == pytest.approx((moved[1] - moved[0]) / step, abs=1e-12)


def test_a_distance_is_between_0_and_1_and_knows_no_unit() -> None:
    """0 for equal weights and for a constant; at most 1; the same for values stretched or reversed."""
    rng = np.random.default_rng(2)
    values, log_w = rng.normal(size=(400, 2)), 3 * rng.normal(size=400)
    found = distance(values, log_weights=log_w)
    assert ((found > 0) & (found <= 1)).all()
    assert distance(7 - 3 * values, log_weights=log_w) == pytest.approx(found, rel=1e-9)
    assert distance(values, log_weights=np.zeros(400)) == pytest.approx([0, 0], abs=1e-7)
    assert distance(np.ones(400), log_weights=log_w) == 0


def test_a_distance_by_hand() -> None:
    """Values 0, 1, 3 with weights 1/2, 1/2, 0: P = 1/3, 2/3 over lengths 1 and 2, Q = 1/2, 1; or reversed."""

    def apart(p: list[float], q: list[float]) -> float:
        total, bound = 0.0, 0.0
        for a, b, length in zip(p, q, (1.0, 2.0), strict=True):
            m = (a + b) / 2
            total += length * sum(x * np.log2(x / m) for x in (a, b) if x > 0)
            bound += length * (a + b)
        return float((total / bound) ** 0.5)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = distance(np.array([0.0, 1.0, 3.0]), log_weights=np.array([0.0, 0.0, -np.inf]))
    expected = max(apart([1 / 3, 2 / 3], [1 / 2, 1]), apart([2 / 3, 1 / 3], [1 / 2, 0]))
    assert float(found) == pytest.approx(expected, abs=1e-12)


def test_what_is_no_component_is_refused() -> None:
    """A log density that is not finite at a draw, powers and steps not above 0, draws of another number."""
    with pytest.raises(UsageError, match="not finite at 1 of 3 draws"):
        sensitivity(np.zeros(3), component=np.array([0.0, -np.inf, 1.0]))
    with pytest.raises(UsageError, match="delta is the step of alpha from 1"):
        per_doubling(np.zeros(3), component=np.arange(3.0), delta=0)
    with pytest.raises(UsageError, match="power above 0; found alpha = -1"):
        power_scaled(np.arange(3.0), -1)
    with pytest.raises(UsageError, match=r"found shape \(2,\): transpose it"):
        sensitivity(np.zeros(2), component=np.arange(3.0))
