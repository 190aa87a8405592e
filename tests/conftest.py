"""What many tests share: the two workspaces, and fits made once a session.

Results are kept in a folder of this session, so that no test reads what an older program left behind;
FORECAST_TEST_CACHE names a folder to keep instead.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import command
import numpy as np
import pytest

import forecast
from forecast.calendar import decimal_year
from forecast.drivers.features import moments
from forecast.inputs.workspace import Workspace
from forecast.model.density import NumpyFunctions, reached
from forecast.model.judgments import WINDOW_STEPS
from forecast.panel import Panel, resolve

if TYPE_CHECKING:
    from forecast.inference.fit import Fit

ROOT = Path(__file__).resolve().parents[1]
SMALL = ROOT / "tests" / "workspaces" / "small"
#: Draws kept of a fit that serves many tests: enough for two digits, quick to simulate.
DRAWS = 400


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    kept = os.environ.get("FORECAST_TEST_CACHE")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORECAST_CACHE_DIR", kept or str(tmp_path_factory.mktemp("results")))
        yield


@pytest.fixture(scope="session")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with one quick run of the small workspace in it, for tests of the command line to copy."""
    cache = tmp_path_factory.mktemp("answered")
    done = command.small("run", "trade_grows", *command.QUICK, cache=cache)
    assert done.returncode == 0, done.stderr
    return cache


@pytest.fixture(scope="session")
def small() -> Workspace:
    """The generic example under tests/workspaces/small."""
    return forecast.load(SMALL)


@pytest.fixture(scope="session")
def shipped() -> Workspace:
    """The workspace at the root of the repository."""
    return forecast.load(ROOT)


@pytest.fixture(scope="session")
def small_panel(small: Workspace) -> Panel:
    """Every source of the small workspace."""
    return resolve(small)


@pytest.fixture(scope="session")
def fitted(small: Workspace) -> Fit:
    """The small workspace's default panel, fitted once."""
    return forecast.fit(small, draws=DRAWS)


@pytest.fixture(scope="session")
def fit_shipped(shipped: Workspace) -> Callable[..., Fit]:
    """`forecast.fit` of the shipped workspace, each combination of options fitted once a session."""

    @cache
    def once(**options: Any) -> Fit:
        return forecast.fit(shipped, **{"draws": 1000, **options})

    return once


@pytest.fixture(scope="session")
def own_reached() -> Callable[[Fit, float], np.ndarray]:
    """The fit's own F from ``as_of`` over so many years, per posterior draw; (N, 2) alliance and split.

    The functional that stated probabilities are held to, on features projected from today.
    """

    def of(fit: Fit, years: float) -> np.ndarray:
        now = decimal_year(fit.as_of)
        middles = now + (np.arange(WINDOW_STEPS) + 0.5) * years / WINDOW_STEPS
        phi, cov = moments(fit.prepared.features, *fit.prepared.drivers.project(now, middles))
        window = dataclasses.replace(
            fit.prepared.data, step_years=np.full((WINDOW_STEPS, 1), years / WINDOW_STEPS)
        )
        found = []
        for log_rate, b in zip(fit.posterior.log_rate, fit.posterior.coefficients, strict=True):
            spread = np.einsum("fk,tfg,gk->tk", b, cov, b)
            h = np.exp(log_rate + phi @ b + 0.5 * spread)
            found.append([float(f[0]) for f in reached(h, window, NumpyFunctions)])
        return np.array(found)

    return of
