"""Global sensitivity to levels today: known models, the levels' distribution, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from scipy.special import ndtri

from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.inference.fit import Fit
from forecast.inputs.workspace import Workspace
from forecast.request import Request
from forecast.sensitivity.global_levels import (
    METHODS,
    GlobalSensitivity,
    Inputs,
    box_of,
    check_rows,
    global_sensitivity,
    inputs,
    levels_of,
    methods,
    points,
    ranking,
)
from forecast.sensitivity.global_points import CHUNK, evaluator, job_name, small_engine
from forecast.sensitivity.representative import chosen, representative
from forecast.simulation.quantities import QUANTITIES

NAMES = ("trade", "threat", "regime")
OUTPUTS = (("reached", "alliance", 0),)


def three(correlation: Floats | None = None) -> Inputs:
    """Levels of three drivers."""
    joint = np.eye(3) if correlation is None else correlation
    return Inputs(NAMES, np.array([1.0, -0.5, 2.0]), np.array([0.5, 1.0, 0.7]), joint)


def found(model: Callable[[Floats], Floats], of: Inputs, rows: int = 256) -> GlobalSensitivity:
    """Every method on a model of one output."""
    return global_sensitivity(lambda x: model(x)[:, None], of, outputs=OUTPUTS, rows=rows, seed=3)


@dataclass(frozen=True)
class Toy:
    """An engine whose probabilities depend on one driver's level alone."""

    driver: int

    def means_at(self, levels: Floats) -> Floats:
        """Means (M, 2, 7), twice as far from a half at the second date."""
        p = 0.1 * np.tanh(levels[:, self.driver])
        by_date = 0.5 + np.stack([p, 2 * p], axis=1)
        return np.repeat(by_date[:, :, None], len(QUANTITIES), axis=2)


def test_where_one_driver_alone_matters_it_has_everything() -> None:
    """First and total order 1 for it and 0 for the rest, mu* and Shapley likewise, at every date.

    Differences in a driver that does not matter are exactly 0, so its total order and mu* are; the first
    order of the one that does is off by the design's error, below 3% at 256 scrambled points.
    """
    evaluate = evaluator(Toy(1), [QUANTITIES["reached", "alliance"]], name="toy", fresh=True)
    outputs = [("reached", "alliance", 0), ("reached", "alliance", 1)]
    of = global_sensitivity(evaluate, three(), outputs=outputs, rows=256, seed=3)
    assert of.sobol is not None
    assert of.morris is not None
    assert of.shapley is not None
    for column in range(2):
        assert of.sobol.first[:, column] == pytest.approx([0, 1, 0], abs=0.03)
        assert of.sobol.total[:, column] == pytest.approx([0, 1, 0], abs=0.03)
        assert not of.sobol.total[[0, 2], column].any()
        assert not of.morris.mu_star[[0, 2], column].any()
        assert of.shapley.shares[:, column] == pytest.approx([0, 1, 0], abs=0.05)
        assert ranking(of, column)[0] == 1
    assert of.sobol.variance[1] == pytest.approx(4 * of.sobol.variance[0])


def test_a_sum_has_the_shares_of_its_variances() -> None:
    """Sobol of a linear model of independent levels: b^2 sd^2 over their sum; Morris: b times the box."""
    b = np.array([2.0, 0.5, -1.0])
    of = three()
    got = found(lambda x: x @ b, of)
    assert got.sobol is not None
    assert got.morris is not None
    assert got.shapley is not None
    shares = (b * of.sd) ** 2 / ((b * of.sd) ** 2).sum()
    assert got.sobol.total[:, 0] == pytest.approx(shares, abs=0.03)
    assert np.all(got.sobol.first_low[:, 0] <= shares)
    assert np.all(shares <= got.sobol.first_high[:, 0])
    assert got.morris.mu_star[:, 0] == pytest.approx(np.abs(b) * 2 * ndtri(0.95) * of.sd)
    assert got.morris.sigma[:, 0] == pytest.approx(0, abs=1e-9)
    # A quadratic is taken off, and a linear model is one: what is left has no noise.
    assert got.shapley.shares[:, 0] == pytest.approx(shares, abs=1e-6)


def test_correlated_levels_share_what_one_of_them_does() -> None:
    """Two levels correlated r, the first alone acting: Shapley effects 1 - r^2/2 and r^2/2.

    Owen and Prieur (2017), SIAM/ASA J. Uncertainty Quantification 5, 986-1002, theorem 2 with beta = (1, 0).
    """
    r = 0.6
    joint = np.array([[1, r, 0], [r, 1, 0], [0, 0, 1.0]])
    got = found(lambda x: x[:, 0], three(joint))
    assert got.shapley is not None
    assert got.shapley.shares[:, 0] == pytest.approx([1 - r**2 / 2, r**2 / 2, 0], abs=0.02)


def test_levels_are_normal_and_the_box_is_their_90_per_cent() -> None:
    """Quantile functions of the cube: its middle is the mean; an end of the cube is finite."""
    of = three()
    assert np.allclose(levels_of(np.full((1, 3), 0.5), of), of.mean)
    assert np.allclose(levels_of(np.full((1, 3), ndtr_of(1.0)), of), of.mean + of.sd)
    assert np.isfinite(levels_of(np.array([[0.0, 1.0, 0.5]]), of)).all()
    assert np.allclose(box_of(np.array([[0.0, 0.5, 1.0]]), of)[0], of.mean + of.sd * ndtri(0.95) * [-1, 0, 1])


def ndtr_of(z: float) -> float:
    """The normal distribution function, from the error function."""
    from math import erf, sqrt

    return 0.5 * (1 + erf(z / sqrt(2)))


def test_inputs_are_the_filters(fitted: Fit) -> None:
    """Mean and sd of the filter on the day; correlated only under ``dynamics``, then as a year ahead."""
    drivers = fitted.prepared.drivers
    alone, joint = inputs(fitted, "independent"), inputs(fitted, "dynamics")
    mean, variance = drivers.filtered()
    assert np.array_equal(alone.mean, mean[-1])
    assert np.array_equal(alone.sd, np.sqrt(variance[-1]))
    assert np.array_equal(alone.correlation, np.eye(len(drivers.names)))
    assert np.allclose(np.diag(joint.correlation), 1)
    assert np.linalg.eigvalsh(joint.correlation)[0] > 0
    assert np.allclose(np.diag(joint.covariance), joint.sd**2)


@pytest.mark.parametrize("rows", [0, 2, 3, 100, 1000])
def test_base_rows_are_a_power_of_two(rows: int) -> None:
    """What is not one is refused, with one that is."""
    with pytest.raises(UsageError, match=r"--n takes a power of two from 4 .* take \d+"):
        check_rows(rows)


def test_methods_by_name() -> None:
    """One, or all; the nearest name for an unknown one."""
    assert methods("all") == METHODS
    assert methods("shapley") == ("shapley",)
    with pytest.raises(UsageError, match="Did you mean 'sobol'"):
        methods("sobl")


@pytest.mark.parametrize("wanted", [METHODS, ("sobol",), ("morris",), ("shapley",)])
def test_only_what_is_asked_for_is_evaluated(wanted: tuple) -> None:  # type: ignore[type-arg]
    """The points that are announced are those evaluated; a method not asked for is None."""
    got = global_sensitivity(
        lambda x: x[:, :1], three(), outputs=OUTPUTS, rows=16, seed=1, wanted=wanted, resamples=20
    )
    assert got.evaluations == points(16, drivers=3, wanted=wanted)
    assert [name for name in METHODS if getattr(got, name) is not None] == list(wanted)
    assert ranking(got, 0)[0] == 0


def test_points_are_kept_and_any_number_of_workers_gives_the_same() -> None:
    """A second call reads what the first computed; two processes give the bytes of one."""
    levels = np.random.default_rng(1).standard_normal((CHUNK + 5, 3))
    seen: list[str] = []

    class Count:
        def found(self, points: int) -> None:
            seen.append(f"found {points}")

        def done(self, points: int) -> None:
            seen.append(f"done {points}")

    def run(jobs: int, *, fresh: bool) -> Floats:
        columns = [QUANTITIES["reached", "split"]]
        return evaluator(Toy(0), columns, name="kept", jobs=jobs, fresh=fresh, progress=Count())(levels)

    one = run(1, fresh=True)
    assert seen == [f"done {CHUNK}", "done 5"]
    seen.clear()
    assert np.array_equal(run(1, fresh=False), one)
    assert seen == [f"found {CHUNK + 5}"]
    assert np.array_equal(run(2, fresh=True), one)
    assert one.shape == (CHUNK + 5, 2)


def test_chosen_rows_have_the_mean_of_all() -> None:
    """Herded and exchanged, n of N rows miss the mean by far less than n random ones, sd 1/sqrt(n) each."""
    rows = np.random.default_rng(1).standard_normal((2000, 20))
    centred = rows - rows.mean(axis=0)
    at = chosen(centred, 24)
    assert len(set(at.tolist())) == 24
    assert np.sqrt((centred[at].mean(axis=0) ** 2).mean()) < 0.2 / np.sqrt(24)


def test_an_engine_of_few_draws_follows_all(small: Workspace) -> None:
    """Its draws are a subset of the reference's, the job's name is theirs, and its means answer to levels."""
    made = small_engine(small, Request(draws=400), draws=12)
    more = small_engine(small, Request(draws=400), draws=400)
    assert len(set(made.rows.tolist())) == 12
    assert made.rows.max() < made.reference.draws
    assert job_name(made) != job_name(more)
    of = inputs(made.exact)
    levels = levels_of(np.random.default_rng(2).random((40, len(of.drivers))), of)
    column = QUANTITIES["reached", "alliance"]
    few, many = (each.means_at(levels)[:, -1, column] for each in (made, more))
    # Evenly spaced draws reach 0.9 at best on this measure; see `representative`.
    assert np.corrcoef(few, many)[0, 1] ** 2 > 0.9


def test_representative_takes_all_where_there_are_no_more(small: Workspace) -> None:
    """Asked for as many as there are, nothing is chosen."""
    made = small_engine(small, Request(draws=400), draws=400)
    exact = made.exact
    effects, sd = exact.posterior.coefficients[:, :, :2], np.ones(exact.posterior.coefficients.shape[1])
    assert np.array_equal(
        representative(made.reference, effects=effects, sd=sd, count=10_000), np.arange(made.reference.draws)
    )
