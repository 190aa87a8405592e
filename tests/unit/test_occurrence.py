"""How likely a shock is by the horizon."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest

from forecast.inputs.occurrence import occurrence, windows_between
from forecast.inputs.records import Shock

START, END = dt.date(2025, 1, 1), dt.date(2035, 1, 1)
YEARS = (END - START).days / 365.25
WINDOWS = [{"start": f"{year}-01-01", "end": f"{year}-12-31"} for year in (2020, 2026, 2030, 2040)]


def shock(**timing: Any) -> Shock:
    """A shock that strikes as told."""
    return Shock.model_validate(
        {"name": "x", "definition": "x", "rationale": "x", "outcome": "split", **timing}
    )


def test_a_rate_is_poisson() -> None:
    """1 - exp(-rT) at each quantile, as by simulation of the waiting times; rT are expected."""
    found = occurrence(shock(rate={"p05": 0.05, "p50": 0.2, "p95": 0.5}), START, END)
    assert found.expected == pytest.approx({"p05": 0.05 * YEARS, "p50": 0.2 * YEARS, "p95": 0.5 * YEARS})
    n = 200_000
    waits = np.random.default_rng(1).exponential(1 / 0.2, n)
    chance = found.chance["p50"]
    error = 4 * math.sqrt(chance * (1 - chance) / n)
    assert float(np.mean(waits < YEARS)) == pytest.approx(chance, abs=error)


def test_what_occurs_once_is_expected_as_often_as_it_is_likely() -> None:
    """Its first time is its last."""
    found = occurrence(shock(rate={"p05": 0.05, "p50": 0.2, "p95": 0.5}, occurs="once"), START, END)
    assert found.expected == found.chance


def test_windows_count_where_they_lie_ahead() -> None:
    """1 - (1 - p)^2 for two of four windows; 2p are expected."""
    windowed = shock(probability={"p05": 0.1, "p50": 0.2, "p95": 0.3}, windows=WINDOWS)
    found = occurrence(windowed, START, END)
    assert [w.start.year for w in windows_between(windowed, START, END)] == [2026, 2030]
    assert found.chance == pytest.approx({"p05": 1 - 0.9**2, "p50": 1 - 0.8**2, "p95": 1 - 0.7**2})
    assert found.expected == pytest.approx({"p05": 0.2, "p50": 0.4, "p95": 0.6})


def test_a_window_that_has_begun_counts_for_what_is_left() -> None:
    """Half of its days are left: the chance is that of which two would make the whole."""
    windowed = shock(
        probability={"p05": 0.1, "p50": 0.2, "p95": 0.3},
        windows=[{"start": "2025-01-01", "end": "2025-01-10"}],
    )
    half = occurrence(windowed, dt.date(2025, 1, 5), END).chance["p50"]
    assert 1 - (1 - half) ** 2 == pytest.approx(0.2)
    assert occurrence(windowed, START, dt.date(2025, 1, 6)).chance["p50"] == pytest.approx(half)


def test_no_window_ahead_is_no_chance() -> None:
    """Nor is a span that has no days."""
    past = shock(probability={"p05": 0.1, "p50": 0.2, "p95": 0.3}, windows=WINDOWS[:1])
    assert set(occurrence(past, START, END).chance.values()) == {0.0}
    rated = shock(rate={"p05": 0.05, "p50": 0.2, "p95": 0.5})
    assert set(occurrence(rated, END, START).chance.values()) == {0.0}
