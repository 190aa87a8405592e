"""What it costs to fit and pool what a whole panel said: 53 sources x 14 drivers."""

from __future__ import annotations

import time

import numpy as np
import pytest

from forecast.elicitation.families import KEYS
from forecast.elicitation.fitting import fit_many, fits_many
from forecast.elicitation.judgment import Judgment
from forecast.pooling.densities import linear
from forecast.pooling.side_by_side import of_densities, summary
from forecast.pooling.table import RULES

SOURCES, DRIVERS = 53, 14
FIVE = ("normal", "lognormal", "gamma", "beta", "logit_normal")


def panel() -> list[Judgment]:
    """742 judgments of three quantiles between 0 and 100, from a fixed seed."""
    rng = np.random.default_rng(7)
    middle = rng.uniform(20, 80, SOURCES * DRIVERS)
    below, above = rng.uniform(1, 19, (2, SOURCES * DRIVERS))
    return [
        Judgment.of_quantiles({0.05: m - a, 0.5: m, 0.95: m + b}, lower=0, upper=100)
        for m, a, b in zip(middle.tolist(), below.tolist(), above.tolist(), strict=True)
    ]


@pytest.mark.benchmark
@pytest.mark.parametrize("family", KEYS)
def test_a_panel_in_one_family(benchmark, family: str) -> None:  # type: ignore[no-untyped-def]
    """Every judgment of the panel in one family."""
    said = panel()
    benchmark.pedantic(fit_many, (said, family), rounds=3, warmup_rounds=1)


@pytest.mark.benchmark
def test_the_batch_pays(benchmark) -> None:  # type: ignore[no-untyped-def]
    """742 judgments at once cost under a tenth of 742 one at a time (CPU seconds of this process)."""
    said = panel()

    def one_by_one() -> float:
        start = time.process_time()
        for judgment in said[:74]:
            fit_many([judgment], "normal")
        return time.process_time() - start

    def at_once() -> float:
        start = time.process_time()
        fit_many(said, "normal")
        return time.process_time() - start

    at_once()
    together = benchmark.pedantic(at_once, rounds=1)
    assert together < one_by_one()


@pytest.mark.benchmark
def test_a_panel_in_every_family_ranked(benchmark) -> None:  # type: ignore[no-untyped-def]
    """Every judgment of the panel in all thirteen families, the best first."""
    benchmark.pedantic(fits_many, (panel(),), rounds=2, warmup_rounds=1)


@pytest.mark.benchmark
def test_a_panel_fitted_and_pooled(benchmark) -> None:  # type: ignore[no-untyped-def]
    """742 judgments in the best of five families, then a linear pool a driver with quantiles and moments.

    Beside the wall time the CPU seconds of this process are printed.
    """
    said = panel()

    def fitted_and_pooled() -> float:
        start = time.process_time()
        best = [ranked[0] for ranked in fits_many(said, FIVE)]
        for driver in range(DRIVERS):
            voices = best[driver * SOURCES : (driver + 1) * SOURCES]
            pool = linear(voices, np.ones(SOURCES))
            summary("linear", "", pool)
        return time.process_time() - start

    seconds = benchmark.pedantic(fitted_and_pooled, rounds=2, warmup_rounds=1)
    print(f"\n{SOURCES} sources x {DRIVERS} drivers: {seconds:.2f} s CPU")


@pytest.mark.benchmark
def test_one_driver_by_every_rule(benchmark) -> None:  # type: ignore[no-untyped-def]
    """53 normals by each rule that pools quantities, with quantiles and moments."""
    voices = fit_many(panel()[:SOURCES], "normal")
    benchmark.pedantic(of_densities, (voices, np.ones(SOURCES), RULES), rounds=2, warmup_rounds=1)
