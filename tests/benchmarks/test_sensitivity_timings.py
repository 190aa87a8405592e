"""Timings of global sensitivity, to read and not to pass: pytest -m benchmark. None asserts a time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from SALib.analyze import sobol as salib

from forecast.calendar import Floats
from forecast.sensitivity import shapley_effects, sobol

pytestmark = pytest.mark.benchmark

Timed = Any  # pytest-benchmark's fixture

INPUTS, OUTPUTS, BASE = 14, 30, 1024


def model(x: Floats) -> Floats:
    """Thirty logistic responses of fourteen inputs."""
    slopes = np.random.default_rng(1).normal(size=(INPUTS, OUTPUTS))
    return 1 / (1 + np.exp(-(x - 0.5) @ slopes))


def test_sobol_design(benchmark: Timed) -> None:
    """1024 base points of fourteen inputs."""
    x = benchmark(sobol.design, BASE, inputs=INPUTS, seed=1)
    assert x.shape == (BASE * (INPUTS + 2), INPUTS)


def test_sobol_indices(benchmark: Timed) -> None:
    """Thirty outputs, 1000 resamples."""
    y = model(sobol.design(BASE, inputs=INPUTS, seed=1))
    found = benchmark(sobol.indices, y, inputs=INPUTS, resamples=1000)
    assert found.first.shape == (INPUTS, OUTPUTS)


def test_sobol_indices_of_salib(benchmark: Timed) -> None:
    """SALib by itself on one output of the thirty, 1000 resamples."""
    y = model(sobol.design(BASE, inputs=INPUTS, seed=1))[:, 0]
    names = [f"x{i}" for i in range(INPUTS)]
    problem = {"num_vars": INPUTS, "names": names, "bounds": [[0, 1]] * INPUTS}
    options = {"calc_second_order": False, "num_resamples": 1000, "seed": 1}
    found = benchmark.pedantic(salib.analyze, (problem, y), options, rounds=3)
    assert len(found["S1"]) == INPUTS


def test_shapley_effects(benchmark: Timed) -> None:
    """Thirty outputs of fourteen correlated inputs, 256 walks: 3840 evaluations, which are timed too."""
    root = np.random.default_rng(2).normal(size=(INPUTS, 3))
    covariance = root @ root.T + np.eye(INPUTS)

    def run() -> shapley_effects.ShapleyEffects:
        rng = np.random.default_rng(1)
        return shapley_effects.analyse(
            model, mean=np.zeros(INPUTS), covariance=covariance, walks=256, rng=rng
        )

    assert benchmark(run).shares.shape == (INPUTS, OUTPUTS)
