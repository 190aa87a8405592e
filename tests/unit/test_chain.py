"""One chain of three states, against the matrix exponential."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm
from test_kernel import RATES, generator

from forecast.simulation import chain
from forecast.states import STATES

SCALES = [1e-9, 1.0, 40.0, 400.0]


@pytest.mark.parametrize("absorbing", [None, *STATES])
def test_a_generator_has_its_rates_in_place(absorbing: str | None) -> None:
    """q_rs in row r, rows that sum to 0, and nothing in the row of an absorbing state.

    Filled over whatever was there before.
    """
    q = np.full((3, 3), 7.0)
    q[[0, 1, 2], [0, 1, 2]] = 0.0
    chain.generator(q, RATES, -1 if absorbing is None else STATES.index(absorbing))
    assert q == pytest.approx(generator(RATES, absorbing), abs=1e-16)


@pytest.mark.parametrize("scale", SCALES)
def test_propagation_holds_for_slow_and_fast_chains(scale: float) -> None:
    """One step of p expm(Q dt), from hazards of nothing to hundreds a year."""
    q = generator(RATES * scale)
    p = np.array([0.2, 0.5, 0.3])
    expected = p @ expm(q * 0.25)
    chain.propagate(p, q, 0.25, np.empty(3))
    assert p == pytest.approx(expected, abs=1e-12)


def test_first_passage_of_constant_rates() -> None:
    """Entered by each time = the absorbing chain's probability of being there; a row for each set."""
    years = np.array([0.0, 0.5, 5.0, 20.0])
    rates = np.stack([RATES, 3 * RATES])
    for start in STATES:
        for target in STATES:
            found = chain.first_passage(rates, STATES.index(start), STATES.index(target), years)
            one = np.eye(3)[STATES.index(start)]
            expected = [
                [(one @ expm(generator(r, target) * y))[STATES.index(target)] for y in years] for r in rates
            ]
            assert found == pytest.approx(np.array(expected), abs=1e-12)
