"""Sampling the second module with nutpie: compile once per shape, then any numbers of that shape."""

from __future__ import annotations

import contextlib
import logging
import tempfile
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from forecast.calendar import Floats
from forecast.model.affine import Blocks
from forecast.model.data import ModelData

CHAINS = 4
TUNE = 400
#: Acceptance rate the step size is tuned to, at first and when sampling again.
TARGET_ACCEPT, CAREFUL_ACCEPT = 0.9, 0.97
#: Draws per chain that the diagnostics are computed on, at least.
DRAWS_PER_CHAIN = 1000

_compiled: dict[tuple[Any, ...], Any] = {}


def sample(
    data: ModelData, theta: Blocks, *, seed: int, draws: int, jobs: int = 1, careful: bool = False
) -> tuple[Floats, int]:
    """Draw from the posterior of ``z``: array (CHAINS, draws per chain, size) and the divergences.

    ``draws`` is the number wanted in all; at least DRAWS_PER_CHAIN a chain are taken. ``jobs`` chains run
    at a time; the draws do not depend on it. ``careful`` takes smaller steps and four times the draws.
    """
    model = compiled(data, theta).with_data(numbers=data.packed())
    per_chain = max(DRAWS_PER_CHAIN, -(-draws // CHAINS)) * (4 if careful else 1)
    sampler = _nutpie().sample(
        model,
        draws=per_chain,
        tune=TUNE * (2 if careful else 1),
        target_accept=CAREFUL_ACCEPT if careful else TARGET_ACCEPT,
        chains=CHAINS,
        cores=max(1, min(jobs, CHAINS)),
        seed=seed,
        progress_bar=False,
        save_warmup=False,
        blocking=False,
    )
    try:
        trace = sampler.wait()
    except BaseException:
        # Left to itself nutpie answers an interrupt with the draws so far; half a sample is no answer.
        sampler.cancel()
        raise
    z = np.asarray(trace.posterior["z"].values, dtype=np.float64)
    return z, int(trace.sample_stats["diverging"].values.sum())


def compiled(data: ModelData, theta: Blocks) -> Any:
    """The compiled model for arrays of these shapes; compiled at most once a process."""
    key = data.structure()
    if key not in _compiled:
        nutpie = _nutpie()
        from forecast.model.graph import build

        logging.getLogger("pymc").setLevel(logging.ERROR)
        with _own_temporary_folder():
            _compiled[key] = nutpie.compile_pymc_model(build(data, theta))
    return _compiled[key]


def _nutpie() -> Any:
    with warnings.catch_warnings():
        # It imports ArviZ, which announces its successor now and then.
        warnings.simplefilter("ignore", FutureWarning)
        import nutpie
    return nutpie


@contextlib.contextmanager
def _own_temporary_folder() -> Iterator[None]:
    """Temporary files go to a folder that is removed: PyTensor leaves each function it generates behind."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="forecast-") as folder:
        tempfile.tempdir = folder
        try:
            yield
        finally:
            tempfile.tempdir = before
