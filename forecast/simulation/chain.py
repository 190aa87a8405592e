"""One chain of three states, compiled: its generator, its probabilities after a time, its first passage."""

# Numba's decorators are untyped, and it types arguments itself.
# mypy: disable-error-code="untyped-decorator,no-untyped-def,no-any-return"
from __future__ import annotations

import math

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, _nrt=False)
def generator(q, rates, absorbing):
    """Fill Q (3, 3) over alliance, partnership, split from six rates, in the order of states.TRANSITIONS.

    ``absorbing`` is the state whose row is left zero, or -1.
    """
    q[1, 0], q[1, 2] = rates[0], rates[1]
    q[0, 1], q[0, 2] = rates[2], rates[3]
    q[2, 1], q[2, 0] = rates[4], rates[5]
    if absorbing >= 0:
        for j in range(3):
            q[absorbing, j] = 0.0
    q[0, 0] = -(q[0, 1] + q[0, 2])
    q[1, 1] = -(q[1, 0] + q[1, 2])
    q[2, 2] = -(q[2, 0] + q[2, 1])
    if absorbing >= 0:
        q[absorbing, absorbing] = 0.0


@njit(cache=True, nogil=True, _nrt=False)
def propagate(p, q, years, work):
    """p <- p expm(Q years) in place, for a generator Q (3, 3), by scaled Taylor series.

    A row of Q that is all zero is an absorbing state.
    """
    fastest = max(-q[0, 0], -q[1, 1], -q[2, 2]) * years
    pieces = math.ceil(2.0 * fastest) if fastest > 0.5 else 1
    length = years / pieces
    for _ in range(pieces):
        for i in range(3):
            work[i] = p[i]
        for order in range(1, 24):
            scale = length / order
            a = (work[0] * q[0, 0] + work[1] * q[1, 0] + work[2] * q[2, 0]) * scale
            b = (work[0] * q[0, 1] + work[1] * q[1, 1] + work[2] * q[2, 1]) * scale
            c = (work[0] * q[0, 2] + work[1] * q[1, 2] + work[2] * q[2, 2]) * scale
            work[0], work[1], work[2] = a, b, c
            p[0] += a
            p[1] += b
            p[2] += c
            if abs(a) + abs(b) + abs(c) < 1e-17:
                break


@njit(cache=True, nogil=True)
def first_passage(rates, start, target, years):
    """Probability (N, M) that a chain of constant rates (N, 6) enters ``target`` by each of years (M,)."""
    out, q, p, work = np.empty((len(rates), len(years))), np.zeros((3, 3)), np.empty(3), np.empty(3)
    for i in range(len(rates)):
        generator(q, rates[i], target)
        for m in range(len(years)):
            for state in range(3):
                p[state] = 1.0 if state == start else 0.0
            propagate(p, q, years[m], work)
            out[i, m] = p[target]
    return out
