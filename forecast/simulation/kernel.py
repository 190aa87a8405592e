"""The inner loops of the simulation, compiled.

For each posterior draw, many driver paths: exact Ornstein-Uhlenbeck steps, in antithetic pairs. Given a path
the state probabilities propagate exactly, p <- p expm(Q dt) with the hazard averaged over the step's ends;
states are never sampled. The noise comes in as arrays: nothing here is random, or knows of threads.
"""

# Numba's decorators are untyped, and it types arguments itself.
# mypy: disable-error-code="untyped-decorator,no-untyped-def,no-any-return"
from __future__ import annotations

import math

import numpy as np
from numba import njit

SATURATION = 3.0
#: Columns of the result: state A, P, S; reached A, S, broad; broad; and the two broad ones before a reading.
COLUMNS = 9


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def intensities(x, phi, term, share, absdiff, log_rate, coefficients, rates):
    """rates (6,) = exp(a + phi(x) B): g(x) = 3 tanh(x / 3), then products or absolute differences.

    ``term`` and ``share`` (J, 2, M): the drivers and weights of each interaction's two terms, padded with
    weight 0.
    """
    drivers, count = len(x), coefficients.shape[0]
    for d in range(drivers):
        phi[d] = SATURATION * math.tanh(x[d] / SATURATION)
    for j in range(count - drivers):
        u = v = 0.0
        for m in range(term.shape[2]):
            u += share[j, 0, m] * phi[term[j, 0, m]]
            v += share[j, 1, m] * phi[term[j, 1, m]]
        phi[drivers + j] = abs(u - v) if absdiff[j] else u * v
    for k in range(5):
        eta = log_rate[k]
        for f in range(count):
            eta += phi[f] * coefficients[f, k]
        rates[k] = math.exp(eta)
    rates[5] = math.exp(log_rate[5])


@njit(cache=True, nogil=True)
def between(a, b, release, release_at, fraction):
    """A driver inside a step: linear from a to b, or from a released level to b."""
    if math.isnan(release):
        return a + (b - a) * fraction
    if fraction <= release_at:
        return release
    return release + (b - release) * (fraction - release_at) / (1.0 - release_at)


@njit(cache=True, nogil=True)
def run(
    noise, pick, start, now_mean, now_sd, decay, spread, mean, theta, volatility, log_rate, coefficients,
    term, share, absdiff, weights, offset, threshold, first, last, sub_from, sub_to, sub_years, changed, held,
    shift, held_end, release, release_at, release_years, reading,
):  # fmt: skip
    """Probabilities (N, T + 1, COLUMNS) at each grid date for each posterior draw, paths averaged out.

    ``noise`` (N, pairs, T + 1, D) standard normal, row 0 for today's level; ``pick`` (N, pairs, D) which of
    the K draws of dynamics each path has. ``now_*``, ``mean``, ``theta``, ``volatility`` (D, K);
    ``decay``, ``spread`` (T, D, K): exact steps. The rest is `plan.Plan` and `features.Features`.
    """
    draws, pairs, drivers, steps = noise.shape[0], noise.shape[1], noise.shape[3], len(first)
    results = np.zeros((draws, steps + 1, COLUMNS))
    x, free, seen = np.empty(drivers), np.empty(drivers), np.empty(drivers)
    phi, rates, earlier = np.empty(coefficients.shape[1]), np.empty(6), np.empty(6)
    q, work = np.zeros((3, 3)), np.empty(3)
    p, to_a, to_s, broad = np.empty(3), np.empty(3), np.empty(3), np.empty(3)
    for i in range(draws):
        for path in range(2 * pairs):
            pair, sign = path // 2, 1.0 - 2.0 * (path % 2)
            for d in range(drivers):
                k = pick[i, pair, d]
                x[d] = now_mean[d, k] + now_sd[d, k] * sign * noise[i, pair, 0, d]
            for state in range(3):
                p[state] = to_a[state] = to_s[state] = broad[state] = 1.0 if state == start else 0.0
            above = 0.0
            for t in range(steps + 1):
                if t > 0:
                    for d in range(drivers):
                        k, e = pick[i, pair, d], sign * noise[i, pair, t, d]
                        if math.isnan(release[t - 1, d]):
                            free[d] = mean[d, k] + decay[t - 1, d, k] * (x[d] - mean[d, k])
                            free[d] += spread[t - 1, d, k] * e
                        else:
                            years = release_years[t - 1, d]
                            gained = math.expm1(-2 * theta[d, k] * years) / math.expm1(-2 * theta[d, k])
                            kept = math.exp(-theta[d, k] * years)
                            free[d] = mean[d, k] + kept * (release[t - 1, d] - mean[d, k])
                            free[d] += volatility[d, k] * math.sqrt(gained) * e
                    for s in range(first[t - 1], last[t - 1]):
                        for side in range(2):
                            if side == 0 and not changed[s]:
                                continue  # the rates at the end of the previous sub-step still hold
                            fraction = sub_to[s] if side else sub_from[s]
                            for d in range(drivers):
                                if math.isnan(held[s, d]):
                                    seen[d] = shift[s, d] + between(
                                        x[d], free[d], release[t - 1, d], release_at[t - 1, d], fraction
                                    )
                                else:
                                    seen[d] = held[s, d]
                            if side == 1:
                                for k in range(6):
                                    earlier[k] = rates[k]
                            intensities(seen, phi, term, share, absdiff, log_rate[i], coefficients[i], rates)
                        for k in range(6):
                            earlier[k] = 0.5 * (rates[k] + earlier[k])
                        generator(q, earlier, -1)
                        propagate(p, q, sub_years[s], work)
                        generator(q, earlier, 0)
                        propagate(to_a, q, sub_years[s], work)
                        propagate(broad, q, sub_years[s], work)
                        if above > 0.0:  # whoever comes back to partnership while it counts as broad
                            broad[0] += broad[1]
                            broad[1] = 0.0
                        generator(q, earlier, 2)
                        propagate(to_s, q, sub_years[s], work)
                    for d in range(drivers):
                        x[d] = free[d] if math.isnan(held_end[t - 1, d]) else held_end[t - 1, d]
                row = results[i, t]
                row[7] += broad[0]
                row[8] += p[0] + p[1] * above
                if reading[t]:
                    s, level = (last[t - 1] - 1 if t else 0), offset
                    for d in range(drivers):
                        level += weights[d] * (x[d] + shift[s, d] if math.isnan(held[s, d]) else held[s, d])
                    above = 1.0 if level > threshold[i] else 0.0
                    if above > 0.0:
                        broad[0] += broad[1]
                        broad[1] = 0.0
                row[0] += p[0]
                row[1] += p[1]
                row[2] += p[2]
                row[3] += to_a[0]
                row[4] += to_s[2]
                row[5] += broad[0]
                row[6] += p[0] + p[1] * above
    results /= 2.0 * pairs
    return results


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
