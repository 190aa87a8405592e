"""The density of many draws at once is that of one, draw by draw."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.inputs.workspace import Workspace
from forecast.model import batch, density
from forecast.model.data import Prepared, prepare
from forecast.panel import resolve


@pytest.fixture(scope="module")
def prepared(shipped: Workspace) -> Prepared:
    """The shipped workspace's numbers: every kind of judgment is among them."""
    return prepare(shipped, resolve(shipped), shipped.question.as_of)


@pytest.fixture(scope="module")
def draws(prepared: Prepared) -> np.ndarray:
    """Draws of the prior, more than are worked on at a time, some of them far out."""
    rng = np.random.default_rng(5)
    z = rng.standard_normal((batch.AT_A_TIME + 7, prepared.z.size))
    z[-3:] *= 2.5
    return z


def test_each_part_is_that_of_the_density(prepared: Prepared, draws: np.ndarray) -> None:
    """Effects, record and stated probabilities agree with the lines that are sampled, to rounding."""
    found = batch.log_likelihood(draws, prepared.data, prepared.theta)
    for i in (0, 1, batch.AT_A_TIME - 1, batch.AT_A_TIME, len(draws) - 1):
        p = density.parameters(draws[i], prepared.data, prepared.theta, density.NumpyFunctions)
        parts = density.log_likelihood(p, prepared.data, density.NumpyFunctions)
        assert found.codes[i].sum() + found.ratios[i].sum() == pytest.approx(parts["effects"], rel=1e-10)
        assert found.record[i] == pytest.approx(parts["record"], rel=1e-10)
        assert found.stated[i].sum() == pytest.approx(parts["stated"], rel=1e-10)
        assert found.total[i] == pytest.approx(sum(parts.values()), rel=1e-10)


def test_reached_is_that_of_the_density(prepared: Prepared, draws: np.ndarray) -> None:
    """The fit's own F of each window is the density's."""
    found = batch.reached(draws, prepared.data, prepared.theta)
    for i in (3, len(draws) - 1):
        p = density.parameters(draws[i], prepared.data, prepared.theta, density.NumpyFunctions)
        h = np.exp(density.log_hazards(p, prepared.data, density.NumpyFunctions))
        one = np.stack(density.reached(h, prepared.data, density.NumpyFunctions), axis=1)
        np.testing.assert_allclose(found[i], one, rtol=1e-9, atol=1e-15)


def test_a_source_without_weight_has_no_part(shipped: Workspace) -> None:
    """Who is outside the panel adds nothing to the stated part."""
    few = prepare(shipped, resolve(shipped, panel="texts"), shipped.question.as_of)
    z = np.random.default_rng(1).standard_normal((5, few.z.size))
    stated = batch.log_likelihood(z, few.data, few.theta).stated
    silent = few.judged.weight == 0
    assert silent.any()
    assert not silent.all()
    assert (stated[:, silent] == 0).all()
    assert (stated[:, ~silent] != 0).all()


def test_a_draw_too_far_out_has_no_density(prepared: Prepared) -> None:
    """Where hazards overflow the log likelihood is minus infinity or very low, without a warning."""
    z = np.zeros((3, prepared.z.size))
    z[1], z[2] = 200.0, 1e6
    total = batch.log_likelihood(z, prepared.data, prepared.theta).total
    assert np.isfinite(total[0])
    assert (total[1:] < -1e6).all()
