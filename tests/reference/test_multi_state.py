"""Worked multi-state rows from elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.simulation import chain, lanes
from forecast.states import STATES

#: P->A, P->S, A->P, A->S, S->P, S->A.
RATES = np.array([0.05, 0.10, 0.20, 0.05, 0.02, 0.0])
PRINTED = {"partnership": 0.539672, "alliance": 0.097931, "split": 0.362398}


def test_transition_probabilities_over_five_years() -> None:
    """Rows P, A, S: Q = [[-.15, .05, .10], [.20, -.25, .05], [.02, 0, -.02]] has P(5) row 1 as below.

    Source: a worked row of P(t) = expm(Q t), the quantity `pmatrix.msm` of R's msm gives (Jackson 2011,
    Journal of Statistical Software 38(8)), to the six digits it was printed with. By the chain alone, and by
    paths side by side.
    """
    expected = [PRINTED[state] for state in STATES]
    q = np.zeros((3, 3))
    chain.generator(q, RATES, -1)
    p = np.eye(3)[STATES.index("partnership")]
    chain.propagate(p, q, 5.0, np.empty(3))
    assert p == pytest.approx(expected, abs=5e-7)
    beside = np.tile(np.eye(3)[STATES.index("partnership")][:, None], 4)
    free = [np.zeros((2, 4)) for _ in range(3)]
    lanes.propagate(np.tile(RATES[:, None], 4), 5.0, beside, *free, np.zeros((6, 4)), np.zeros((3, 3, 3)))
    assert beside == pytest.approx(np.tile(np.array(expected)[:, None], 4), abs=5e-7)
