"""Timings of pooled distributions, to read: pytest -m benchmark -s. Nothing here asserts a time.

Fitting and pooling a whole panel stand in test_elicitation_timings.py; here the fits are given.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from forecast.elicitation.fitting import fits_many
from forecast.elicitation.judgment import Judgment
from forecast.pooling.side_by_side import summary
from forecast.pooling.table import RULES

pytestmark = pytest.mark.benchmark

Timed = Any  # pytest-benchmark's fixture
EXPERTS, ITEMS = 53, 14
FAMILIES = ("normal", "lognormal", "gamma", "beta", "logit_normal")
OF_QUANTITIES = [name for name, rule in RULES.items() if rule.densities]


@pytest.fixture(scope="module")
def panel() -> list[list[Any]]:
    """Fourteen items of 53 experts, each in the best of five families, from a fixed seed."""
    rng = np.random.default_rng(7)
    middle = rng.uniform(20, 80, EXPERTS * ITEMS)
    below, above = rng.uniform(1, 19, (2, EXPERTS * ITEMS))
    said = [
        Judgment.of_quantiles({0.05: m - a, 0.5: m, 0.95: m + b}, lower=0, upper=100)
        for m, a, b in zip(middle.tolist(), below.tolist(), above.tolist(), strict=True)
    ]
    best = [ranked[0] for ranked in fits_many(said, FAMILIES)]
    return [best[i * EXPERTS : (i + 1) * EXPERTS] for i in range(ITEMS)]


def seconds(panel: list[list[Any]], name: str) -> float:
    """CPU seconds of this process for three quantiles, mean and sd of every item by one rule."""
    rule = RULES[name].densities
    assert rule is not None
    start = time.process_time()
    for item in panel:
        found = summary(name, "", rule(item, np.linspace(0.5, 2.0, EXPERTS)))
        assert found.p05 is not None
    return time.process_time() - start


@pytest.mark.parametrize("name", OF_QUANTITIES)
def test_fourteen_items_by_one_rule(benchmark: Timed, panel: list[list[Any]], name: str) -> None:
    """53 experts each."""
    spent = benchmark.pedantic(seconds, (panel, name), rounds=3, warmup_rounds=1)
    print(f"\n{EXPERTS} experts x {ITEMS} items, {name}: {spent:.2f} s CPU")


def test_the_cost_is_of_calls_and_not_of_experts_squared(benchmark: Timed, panel: list[list[Any]]) -> None:
    """Four times as many experts cost under eight times as much, by the slowest of rules."""
    few = [item[:13] for item in panel]
    seconds_few = min(_of(few) for _ in range(3))
    seconds_many = benchmark.pedantic(_of, (panel,), rounds=3)
    assert seconds_many < 8 * seconds_few


def _of(panel: list[list[Any]]) -> float:
    start = time.process_time()
    for item in panel:
        rule = RULES["log_odds"].densities
        assert rule is not None
        summary("log_odds", "", rule(item, np.ones(len(item))))
    return time.process_time() - start
