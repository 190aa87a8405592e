"""Arithmetic on lanes: the same operation for every path of a posterior draw at once, compiled.

An array's last axis is the lane. Loops over it hold nothing but sums, products and quotients, so that the
compiler makes vector instructions of them; library calls of exp and tanh would not allow that.
"""

# Numba's decorators are untyped, and it types arguments itself.
# mypy: disable-error-code="untyped-decorator,no-untyped-def,no-any-return"
from __future__ import annotations

import math

from numba import njit

from forecast.simulation.chain import generator

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


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
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


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _free(q, years, leave_1, leave_2, forth, back, v):
    """Two live states of an absorbing chain, v (2, L) <- v expm(M years), in closed form.

    M = [[-l_1, f], [b, -l_2]] has real eigenvalues s +- r, s = -(l_1 + l_2) / 2, r^2 = (l_1 - l_2)^2 / 4 +
    f b, and expm(M t) = e^{s t} [cosh(r t) I + sinh(r t) / r (M - s I)].
    """
    for lane in range(v.shape[1]):
        one, two = leave_1[lane], leave_2[lane]
        f, b = q[forth, lane], q[back, lane]
        half = 0.5 * (one - two)
        r = math.sqrt(half * half + f * b)
        up, down = exponential((r - 0.5 * (one + two)) * years), exponential(-(r + 0.5 * (one + two)) * years)
        even, x = 0.5 * (up + down), r * years
        series = exponential(-0.5 * (one + two) * years) * years * (1.0 + x * x * (1.0 / 6 + x * x / 120))
        odd = series if x < 0.01 else 0.5 * (up - down) / max(r, 1e-300)
        first, second = v[0, lane], v[1, lane]
        v[0, lane] = first * (even - odd * half) + second * odd * b
        v[1, lane] = second * (even + odd * half) + first * odd * f


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _whole(q, order, years, leave, p, work):
    """All three states: p <- p expm(Q t) by Horner's rule, in place."""
    lanes = p.shape[1]
    for lane in range(lanes):
        work[0, lane], work[1, lane], work[2, lane] = p[0, lane], p[1, lane], p[2, lane]
    for n in range(order, 0, -1):
        scale = years / n
        for lane in range(lanes):
            a, b, c = work[0, lane], work[1, lane], work[2, lane]
            work[0, lane] = p[0, lane] + scale * (b * q[0, lane] + c * q[5, lane] - a * leave[0, lane])
            work[1, lane] = p[1, lane] + scale * (a * q[2, lane] + c * q[4, lane] - b * leave[1, lane])
            work[2, lane] = p[2, lane] + scale * (a * q[3, lane] + b * q[1, lane] - c * leave[2, lane])
    for lane in range(lanes):
        p[0, lane], p[1, lane], p[2, lane] = work[0, lane], work[1, lane], work[2, lane]


@njit(cache=True, nogil=True, _nrt=False)
def _times(a, b, scale, out):
    """out = scale a b for matrices (3, 3)."""
    for i in range(3):
        for j in range(3):
            out[i, j] = scale * (a[i, 0] * b[0, j] + a[i, 1] * b[1, j] + a[i, 2] * b[2, j])


@njit(cache=True, nogil=True, _nrt=False)
def _alone(q, lane, years, p, room):
    """One lane's p expm(Q years) by scaling and squaring (Moler and Van Loan 2003); ``room`` (3, 3, 3)."""
    a, e, next_e = room[0], room[1], room[2]
    generator(a, q[:, lane], -1)
    size = 2.0 * max(-a[0, 0], -a[1, 1], -a[2, 2]) * years
    squarings = max(0, math.ceil(math.log2(max(size, 1e-300) / FAST)))
    length = years / 2.0**squarings
    for i in range(3):
        for j in range(3):
            e[i, j] = 1.0 if i == j else 0.0
    for n in range(14, 0, -1):
        _times(a, e, length / n, next_e)
        for i in range(3):
            for j in range(3):
                e[i, j] = next_e[i, j] + (1.0 if i == j else 0.0)
    for _ in range(squarings):
        _times(e, e, 1.0, next_e)
        e, next_e = next_e, e
        for i in range(3):  # chances sum to one: each squaring would double what rounding takes from that
            total = e[i, 0] + e[i, 1] + e[i, 2]
            for j in range(3):
                e[i, j] /= total
    first, second, third = p[0, lane], p[1, lane], p[2, lane]
    for j in range(3):
        p[j, lane] = first * e[0, j] + second * e[1, j] + third * e[2, j]


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def propagate(q, years, p, to_a, to_s, broad, work, room):
    """Move every lane's probabilities by expm(Q years); ``q`` may be changed.

    ``q`` (6, L): rates in the order of states.TRANSITIONS. ``p`` (3, L): alliance, partnership, split, by
    Taylor series; lanes too fast for a short one go alone. Absorbing chains keep what is still free:
    ``to_a`` and ``broad`` (2, L) partnership and split, ``to_s`` (2, L) alliance and partnership.
    ``work`` (6, L) and ``room`` (3, 3, 3) are to work in.
    """
    leave = work[3:6]
    for lane in range(q.shape[1]):
        leave[0, lane] = q[2, lane] + q[3, lane]
        leave[1, lane] = q[0, lane] + q[1, lane]
        leave[2, lane] = q[4, lane] + q[5, lane]
    _free(q, years, leave[1], leave[2], 1, 4, to_a)
    _free(q, years, leave[1], leave[2], 1, 4, broad)
    _free(q, years, leave[0], leave[1], 2, 0, to_s)
    fastest = 0.0
    for lane in range(q.shape[1]):
        most = max(leave[0, lane], leave[1, lane], leave[2, lane])
        if 2.0 * most * years > FAST:
            _alone(q, lane, years, p, room)
            for k in range(6):
                q[k, lane] = 0.0
            leave[0, lane] = leave[1, lane] = leave[2, lane] = 0.0
        else:
            fastest = max(fastest, most)
    size = 2.0 * fastest * years
    order, term = 1, size
    while term > TERM:
        order += 1
        term *= size / order
    _whole(q, order, years, leave, p, work)
