"""Worked multi-state rows from elsewhere."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.simulation import kernel
from forecast.states import STATES


def test_transition_probabilities_over_five_years() -> None:
    """Rows P, A, S: Q = [[-.15, .05, .10], [.20, -.25, .05], [.02, 0, -.02]] has P(5) row 1 as below.

    Source: a worked row of P(t) = expm(Q t), the quantity `pmatrix.msm` of R's msm gives (Jackson 2011,
    Journal of Statistical Software 38(8)), to the six digits it was printed with.
    """
    rates = np.array([0.05, 0.10, 0.20, 0.05, 0.02, 0.0])  # P->A, P->S, A->P, A->S, S->P, S->A
    q = np.zeros((3, 3))
    kernel.generator(q, rates, -1)
    p = np.eye(3)[STATES.index("partnership")]
    kernel.propagate(p, q, 5.0, np.empty(3))
    row = [p[STATES.index(s)] for s in ("partnership", "alliance", "split")]
    assert row == pytest.approx([0.539672, 0.097931, 0.362398], abs=5e-7)
