"""Timings of the Classical Model, to read: pytest -m benchmark. Nothing here asserts a time."""

from __future__ import annotations

from typing import Any

import pytest
from classical_studies import drawn

from forecast.pooling.classical import compared, robustness

pytestmark = pytest.mark.benchmark

Timed = Any  # pytest-benchmark's fixture


@pytest.mark.parametrize("rule", ["global", "item"])
def test_leaving_out_each_of_16_experts_and_21_seeds(benchmark: Timed, rule: str) -> None:
    """37 studies, each with its best cut-off among up to 16."""
    said = drawn(1, experts=16, items=22)
    found = benchmark(robustness, said, rule=rule)
    assert (len(found.experts), len(found.seeds)) == (16, 21)


def test_every_decision_maker_of_16_experts(benchmark: Timed) -> None:
    """Global and item weights, cut off and not, and equal ones."""
    assert len(benchmark(compared, drawn(1, experts=16, items=22)).makers) == 5
