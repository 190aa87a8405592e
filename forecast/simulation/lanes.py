"""Arithmetic on lanes: the same operation for every path of a posterior draw at once, compiled.

An array's last axis is the lane. Loops over it hold nothing but sums, products and quotients, so that the
compiler makes vector instructions of them; library calls of exp and tanh would not allow that.
"""

# Numba's decorators are untyped, and it types arguments itself.
# mypy: disable-error-code="untyped-decorator,no-untyped-def,no-any-return"
from __future__ import annotations

import numpy as np
from numba import njit

from forecast.simulation import chain

SATURATION = 3.0
#: The series of a sub-step ends where a further term can add no more than this.
TERM = 1e-15
#: A lane whose chain is faster than this in a sub-step (2 x rate x years) would need a long series.
FAST = 0.5


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def exponential(y):
    """e^y = T_7(y / 1024)^1024, T_7 the Taylor polynomial: 1e-12 of itself for |y| <= 40."""
    r = min(max(y, -700.0), 700.0) * (1.0 / 1024.0)
    e = 1.0 + r * (
        1.0
        + r * (0.5 + r * (1.0 / 6 + r * (1.0 / 24 + r * (1.0 / 120 + r * (1.0 / 720 + r * (1.0 / 5040))))))
    )
    e *= e
    e *= e
    e *= e
    e *= e
    e *= e
    e *= e
    e *= e
    e *= e
    e *= e
    e *= e
    return e


@njit(cache=True, nogil=True, error_model="numpy", inline="always")
def saturated(x):
    """g(x) = 3 tanh(x / 3) = 3 - 6 / (e^{2x/3} + 1)."""
    return SATURATION - 2.0 * SATURATION / (exponential(x * (2.0 / SATURATION)) + 1.0)


@njit(cache=True, nogil=True, error_model="numpy")
def intensities(seen, phi, term, share, absdiff, log_rate, coefficients, embers, back, rates):
    """rates (6, L) per year = exp(a + phi(x) B + embers) at drivers' levels ``seen`` (D, L).

    ``term`` and ``share`` (J, 2, M): drivers and weights of each interaction's two terms, padded with weight
    0; ``embers`` (2, L): what shocks add to the ways to alliance and to split; ``back``: the share of it that
    the ways back take with the other sign.
    """
    drivers, lanes = seen.shape
    for d in range(drivers):
        for lane in range(lanes):
            phi[d, lane] = saturated(seen[d, lane])
    for j in range(len(absdiff)):
        row = drivers + j
        for lane in range(lanes):
            u = v = 0.0
            for m in range(term.shape[2]):
                u += share[j, 0, m] * phi[term[j, 0, m], lane]
                v += share[j, 1, m] * phi[term[j, 1, m], lane]
            phi[row, lane] = abs(u - v) if absdiff[j] else u * v
    for k in range(5):
        for lane in range(lanes):
            rates[k, lane] = log_rate[k]
        for f in range(len(coefficients)):
            b = coefficients[f, k]
            for lane in range(lanes):
                rates[k, lane] += b * phi[f, lane]
    for lane in range(lanes):
        a, s = embers[0, lane], embers[1, lane]
        rates[0, lane] = exponential(rates[0, lane] + a)
        rates[1, lane] = exponential(rates[1, lane] + s)
        rates[2, lane] = exponential(rates[2, lane] - back * a)
        rates[3, lane] = exponential(rates[3, lane] + s)
        rates[4, lane] = exponential(rates[4, lane] - back * s)
        rates[5, lane] = exponential(log_rate[5])


@njit(cache=True, nogil=True, error_model="numpy")
def _free(q, order, scales, leave_1, leave_2, forth, back, first, second, work):
    """Two live states of an absorbing chain: v <- v expm(Q t) by Horner's rule, in place."""
    lanes = len(first)
    w_1, w_2 = work[0], work[1]
    for lane in range(lanes):
        w_1[lane], w_2[lane] = first[lane], second[lane]
    for n in range(order, 0, -1):
        scale = scales[n]
        for lane in range(lanes):
            a, b = w_1[lane], w_2[lane]
            w_1[lane] = first[lane] + scale * (b * q[back, lane] - a * leave_1[lane])
            w_2[lane] = second[lane] + scale * (a * q[forth, lane] - b * leave_2[lane])
    for lane in range(lanes):
        first[lane], second[lane] = w_1[lane], w_2[lane]


@njit(cache=True, nogil=True, error_model="numpy")
def _whole(q, order, scales, leave, p, work):
    """All three states: p <- p expm(Q t) by Horner's rule, in place."""
    lanes = p.shape[1]
    w_0, w_1, w_2 = work[0], work[1], work[2]
    for lane in range(lanes):
        w_0[lane], w_1[lane], w_2[lane] = p[0, lane], p[1, lane], p[2, lane]
    for n in range(order, 0, -1):
        scale = scales[n]
        for lane in range(lanes):
            a, b, c = w_0[lane], w_1[lane], w_2[lane]
            w_0[lane] = p[0, lane] + scale * (b * q[0, lane] + c * q[5, lane] - a * leave[0, lane])
            w_1[lane] = p[1, lane] + scale * (a * q[2, lane] + c * q[4, lane] - b * leave[1, lane])
            w_2[lane] = p[2, lane] + scale * (a * q[3, lane] + b * q[1, lane] - c * leave[2, lane])
    for lane in range(lanes):
        p[0, lane], p[1, lane], p[2, lane] = w_0[lane], w_1[lane], w_2[lane]


@njit(cache=True, nogil=True)
def _alone(q, lane, years, p, to_a, to_s, broad):
    """One lane by itself, in as many pieces as it needs; its rates are then 0."""
    matrix, work, one = np.zeros((3, 3)), np.empty(3), np.empty(3)
    chain.generator(matrix, q[:, lane], -1)
    for state in range(3):
        one[state] = p[state, lane]
    chain.propagate(one, matrix, years, work)
    for state in range(3):
        p[state, lane] = one[state]
    for free, absorbing, first in ((to_a, 0, 1), (broad, 0, 1), (to_s, 2, 0)):
        chain.generator(matrix, q[:, lane], absorbing)
        one[:] = 0.0
        one[first], one[first + 1] = free[0, lane], free[1, lane]
        chain.propagate(one, matrix, years, work)
        free[0, lane], free[1, lane] = one[first], one[first + 1]
    for k in range(6):
        q[k, lane] = 0.0


@njit(cache=True, nogil=True, error_model="numpy")
def propagate(q, years, p, to_a, to_s, broad, work):
    """Move every lane's probabilities by expm(Q years), by Taylor series; ``q`` may be changed.

    ``q`` (6, L): rates in the order of states.TRANSITIONS. ``p`` (3, L): alliance, partnership, split.
    Absorbing chains keep what is still free: ``to_a`` and ``broad`` (2, L) partnership and split, ``to_s``
    (2, L) alliance and partnership. ``work`` (6, L). Lanes too fast for a short series go alone.
    """
    lanes = q.shape[1]
    leave = work[3:6]
    fastest = 0.0
    for lane in range(lanes):
        most = max(q[0, lane] + q[1, lane], q[2, lane] + q[3, lane], q[4, lane] + q[5, lane])
        if 2.0 * most * years > FAST:
            _alone(q, lane, years, p, to_a, to_s, broad)
        else:
            fastest = max(fastest, most)
    for lane in range(lanes):
        leave[0, lane] = q[2, lane] + q[3, lane]
        leave[1, lane] = q[0, lane] + q[1, lane]
        leave[2, lane] = q[4, lane] + q[5, lane]
    size = 2.0 * fastest * years
    order, term = 1, size
    while term > TERM:
        order += 1
        term *= size / order
    scales = np.empty(order + 1)
    for n in range(1, order + 1):
        scales[n] = years / n
    _whole(q, order, scales, leave, p, work)
    _free(q, order, scales, leave[1], leave[2], 1, 4, to_a[0], to_a[1], work)
    _free(q, order, scales, leave[1], leave[2], 1, 4, broad[0], broad[1], work)
    _free(q, order, scales, leave[0], leave[1], 2, 0, to_s[0], to_s[1], work)
