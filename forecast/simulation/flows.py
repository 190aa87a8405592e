"""Chances along recorded paths, compiled: of being in each state, and of an outcome from each state."""

# Numba's decorators are untyped, and it types arguments itself.
# mypy: disable-error-code="untyped-decorator,no-untyped-def,no-any-return"
from __future__ import annotations

import numpy as np
from numba import njit

from forecast.simulation.chain import generator, propagate


@njit(cache=True, nogil=True)
def occupied(q, years, outset, absorbing, entry, share, before):
    """Chances (N, T + 1, 3, L) of the states under hazards ``q`` (N, T + 1, 6, L) of the step before.

    ``entry`` (T,): a state that all of partnership enters at ``share`` of a step, or -1; what there is of it
    just before is put into ``before`` (N, T, L).
    """
    draws, times, _, lanes = q.shape
    out = np.zeros((draws, times, 3, lanes))
    matrix, work, p = np.zeros((3, 3)), np.empty(3), np.empty(3)
    for i in range(draws):
        for lane in range(lanes):
            p[:] = 0.0
            p[outset] = 1.0
            out[i, 0, outset, lane] = 1.0
            for t in range(times - 1):
                generator(matrix, q[i, t + 1, :, lane], absorbing)
                left = years[t]
                if entry[t] >= 0:
                    propagate(p, matrix, years[t] * share[t], work)
                    before[i, t, lane] = p[1]
                    p[entry[t]] += p[1]
                    p[1] = 0.0
                    left *= 1.0 - share[t]
                propagate(p, matrix, left, work)
                for state in range(3):
                    out[i, t + 1, state, lane] = p[state]
    return out


@njit(cache=True, nogil=True)
def worth(q, years, outcome, absorbing, entry, share, gained):
    """The chance (N, T + 1, 3, L) of the ``outcome`` on the last date from each state at each date.

    It obeys V(t) = expm(Q h) V(t + h), the same series with Q transposed. ``gained`` (N, T, L): what entering
    the state of a forced entry is worth at its moment.
    """
    draws, times, _, lanes = q.shape
    out = np.zeros((draws, times, 3, lanes))
    matrix, turned, work, v, w = np.zeros((3, 3)), np.zeros((3, 3)), np.empty(3), np.empty(3), np.empty(3)
    for i in range(draws):
        for lane in range(lanes):
            v[:] = 0.0
            v[outcome] = 1.0
            out[i, times - 1, outcome, lane] = 1.0
            for t in range(times - 2, -1, -1):
                generator(matrix, q[i, t + 1, :, lane], absorbing)
                for r in range(3):
                    for s in range(3):
                        turned[r, s] = matrix[s, r]
                if entry[t] >= 0:
                    w[:] = v
                    propagate(w, turned, years[t] * (1.0 - share[t]), work)
                    gained[i, t, lane] = w[entry[t]] - w[1]
                propagate(v, turned, years[t], work)
                for state in range(3):
                    out[i, t, state, lane] = v[state]
    return out
