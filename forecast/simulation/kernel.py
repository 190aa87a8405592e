"""The loop over posterior draws, compiled: probabilities along every path, averaged over paths.

Given a path the state probabilities propagate exactly, p <- p expm(Q dt) with the hazard averaged over the
ends of a sub-step; states are never sampled. The noise comes in as arrays: nothing here is random, or knows
of threads.

Shocks are compensated by the paths themselves. The fit's hazards are those of a world in which shocks happen;
simulated on top they would count twice. A draw's paths are therefore first run without shocks, keeping for
each sub-step the mean hazard of those still there, E[p q] / E[p]. Run with the baseline's shocks, on the same
noise, each hazard is multiplied by what brings that mean back (``quiet``): the baseline with shocks reaches
every state as it would without, and the same factors then serve every scenario, whatever it does to shocks.
"""

# Numba's decorators are untyped, and it types arguments itself.
# mypy: disable-error-code="untyped-decorator,no-untyped-def,no-any-return"
from __future__ import annotations

import numpy as np
from numba import njit

from forecast.simulation.arrays import Dues, Own, Paths
from forecast.simulation.impacts import fade, glowing, strike_all
from forecast.simulation.lanes import intensities, propagate
from forecast.simulation.paths import anchor, arrive, copy, couple, look, move, release, start, step
from forecast.simulation.strikes import begin

#: Columns of the result: state A, P, S; reached A, S, broad; broad; and the two broad ones before a reading.
COLUMNS = 9
#: What a run does: use the factors it is given; keep the paths' mean hazards; make the factors from them.
USE, KEEP, MAKE = range(3)


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _average(begin, end, late, before, after, q):
    """q (6, L): the hazards of a sub-step from those at its ends.

    Half and half, but where a shock struck: those before count until then, those after from then on.
    """
    for k in range(6):
        for lane in range(q.shape[1]):
            weight = 0.5 if late[lane] < 0.0 else min(max((end - late[lane]) / (end - begin), 0.0), 1.0)
            q[k, lane] = before[k, lane] + weight * (after[k, lane] - before[k, lane])


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _mean_hazards(q, p, out):
    """out (5,): the mean hazard of the paths, weighted by the chance of being in the state it leaves."""
    for k in range(5):
        state = 1 if k < 2 else 0 if k < 4 else 2
        total = weight = plain = 0.0
        for lane in range(q.shape[1]):
            total += p[state, lane] * q[k, lane]
            weight += p[state, lane]
            plain += q[k, lane]
        out[k] = total / weight if weight > 0.0 else plain / q.shape[1]


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _scale(factor, quiet, q):
    for k in range(6):
        c = factor[k] * (quiet[k] if k < 5 else 1.0)
        for lane in range(q.shape[1]):
            q[k, lane] *= c


@njit(cache=True, nogil=True, _nrt=False)
def _outset(state, p, to_a, to_s, broad):
    """Every path in one state; the absorbing chains hold what is free of their own."""
    p[:] = 0.0
    to_a[:] = 0.0
    to_s[:] = 0.0
    broad[:] = 0.0
    p[state] = 1.0
    if state > 0:
        to_a[state - 1] = 1.0
        broad[state - 1] = 1.0
    if state < 2:
        to_s[state] = 1.0


@njit(cache=True, nogil=True, _nrt=False)
def _enter(state, p, to_a, to_s, broad):
    """All that is in partnership moves into ``state`` at once."""
    for lane in range(p.shape[1]):
        p[state, lane] += p[1, lane]
        p[1, lane] = 0.0
        if state == 0:
            to_s[0, lane] += to_s[1, lane]
        else:
            to_a[1, lane] += to_a[0, lane]
            broad[1, lane] += broad[0, lane]
        to_a[0, lane] = 0.0
        broad[0, lane] = 0.0
        to_s[1, lane] = 0.0


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _embers(fraction, before, after, out):
    for k in range(2):
        for lane in range(out.shape[1]):
            out[k, lane] = before[k, lane] + fraction * (after[k, lane] - before[k, lane])


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _add(share, q, out):
    for k in range(6):
        for lane in range(q.shape[1]):
            out[k, lane] += share * q[k, lane]


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _read(i, seen, broad_is, above, broad):
    """The index is read: whoever is in partnership while it is over the threshold is broad from now on."""
    for lane in range(len(above)):
        level = broad_is.offset[0]
        for d in range(len(seen)):
            level += broad_is.weights[d] * seen[d, lane]
        above[lane] = 1.0 if level > broad_is.threshold[i] else 0.0
        broad[0, lane] *= 1.0 - above[lane]


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def _sum(p, to_a, to_s, broad, above, row):
    for lane in range(len(above)):
        row[0] += p[0, lane]
        row[1] += p[1, lane]
        row[2] += p[2, lane]
        row[3] += 1.0 - to_a[0, lane] - to_a[1, lane]
        row[4] += 1.0 - to_s[0, lane] - to_s[1, lane]
        row[5] += 1.0 - broad[0, lane] - broad[1, lane]
        row[6] += p[0, lane] + p[1, lane] * above[lane]


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def advance(
    i, t, noise, motion, pulls, rates, jumps, embers, waits, clock, forced, sets, ends, flow, paths, own,
    dues, seen, hits,
):  # fmt: skip
    """The drivers' ``ahead`` at the end of step t, everything that moves them included."""
    step(motion.length[t], noise, own, paths)
    release(t, noise, own, ends, paths)
    fade(clock.edges[clock.last[t]] - clock.edges[clock.first[t]], embers.half_life, dues.glow)
    anchor(t, clock, paths, sets, ends, seen)  # once more below, when shocks have moved what comes before
    strike_all(i, t, dues, rates, jumps, embers, waits, clock, forced, own.theta, paths, sets, ends, hits)
    move(t, flow[i, t], ends, paths)
    anchor(t, clock, paths, sets, ends, seen)
    if len(pulls.strength):
        couple(t, pulls.unit[i], pulls, paths, clock, sets, ends, seen)


@njit(cache=True, nogil=True, error_model="numpy")
def run(mode, outset, back, ahead, motion, pulls, effects, broad_is, shocks, steps, quiet, mean, record):
    """Probabilities (N, T + 1, COLUMNS) at each grid date for each posterior draw, paths averaged out.

    ``mode`` USE: hazards are multiplied by ``quiet`` (N, S', 5) on the baseline's sub-steps; KEEP: the
    paths' mean hazards are kept in ``mean`` (N, S, 5); MAKE: ``quiet`` is made to bring them back, and used.
    ``outset`` is the state at the start, ``back`` the share of embers that ways back take with the other
    sign; what the paths did is kept in ``record``, where that holds as many draws.
    """
    # Out of their tuples once: every time one is taken out, references to all it holds are counted.
    rates, jumps, embers, waits = shocks.rates, shocks.jumps, shocks.embers, shocks.waits
    clock, forced, sets, ends, scale = steps.clock, steps.forced, steps.sets, steps.ends, steps.scale
    draws, count = ahead.normal.shape[0], len(clock.first)
    drivers, width = ahead.normal.shape[2], 2 * ahead.normal.shape[3]
    results = np.zeros((draws, count + 1, COLUMNS))
    zeros, both = (drivers, width), (2, width)
    paths = Paths(np.zeros(zeros), np.zeros(zeros), np.zeros(zeros), np.zeros(zeros), np.zeros(zeros),
                  np.zeros(zeros), np.zeros(zeros), np.zeros(zeros))  # fmt: skip
    lengths, many = (len(motion.decay), drivers, width), len(rates.once)
    own = Own(np.zeros(zeros), np.zeros(zeros), np.zeros(zeros), np.zeros(lengths), np.zeros(lengths))
    dues = Dues(
        np.zeros((width, 3, many)), np.zeros((width, many), dtype=np.int64),
        np.zeros((width, len(rates.shock))), np.zeros(width),
        np.zeros(width, dtype=np.int64), np.zeros(width), np.zeros((len(embers.tied), width)),
    )  # fmt: skip
    seen, phi = np.zeros(zeros), np.zeros((effects.coefficients.shape[1], width))
    before, after, q = np.zeros((6, width)), np.zeros((6, width)), np.zeros((6, width))
    work, room = np.zeros((6, width)), np.zeros((3, 3, 3))
    ember, ember_ahead, glow, now = np.zeros(both), np.zeros(both), np.zeros(both), np.ones(5)
    p, to_a, to_s, broad = np.zeros((3, width)), np.zeros(both), np.zeros(both), np.zeros(both)
    above = np.zeros(width)
    for i in range(draws):
        start(i, ahead.pick[i], ahead.normal[i, 0], motion, paths, own)
        begin(i, dues, rates, waits, clock)
        _outset(outset, p, to_a, to_s, broad)
        above[:] = 0.0
        ember[:] = 0.0
        copy(paths.x, paths.anchor)
        # Today is seen as the first sub-step begins.
        look(0, 0, 0.0, False, paths, sets, ends, seen)
        for t in range(-1, count):
            if t >= 0:
                advance(i, t, ahead.normal[i, t + 1], motion, pulls, rates, jumps, embers, waits, clock,
                        forced, sets, ends, scale.flow, paths, own, dues, seen, record.hits)  # fmt: skip
                glowing(embers.effect[i], dues.glow, ember_ahead)
                for s in range(clock.first[t], clock.last[t]):
                    if scale.entry[s] >= 0:
                        _enter(scale.entry[s], p, to_a, to_s, broad)
                    for ending in range(2):
                        if ending == 0:
                            copy(after, before)
                            if not scale.changed[s]:
                                continue  # the rates at the end of the last sub-step still hold
                        fraction = sets.sub_to[s] if ending else sets.sub_from[s]
                        look(t, s, fraction, ending == 1, paths, sets, ends, seen)
                        _embers(fraction, ember, ember_ahead, glow)
                        intensities(seen, phi, effects.term, effects.share, effects.absdiff,
                                    effects.log_rate[i], effects.coefficients[i], glow, back,
                                    after)  # fmt: skip
                        if ending == 0:
                            copy(after, before)
                    _average(sets.sub_from[s], sets.sub_to[s], dues.late, before, after, q)
                    usual = scale.usual[s]
                    if mode == KEEP:
                        _mean_hazards(q, p, mean[i, s])
                    elif mode == MAKE:
                        _mean_hazards(q, p, now)
                        for k in range(5):
                            quiet[i, s, k] = mean[i, s, k] / now[k]
                    _scale(scale.factor[i, s], quiet[i, usual], q)
                    years = clock.edges[s + 1] - clock.edges[s]
                    if len(record.q):
                        _add(sets.sub_to[s] - sets.sub_from[s], q, record.q[i, t + 1])
                    propagate(q, years, p, to_a, to_s, broad, work, room)
                    for lane in range(width):  # whoever comes back to partnership while it counts as broad
                        broad[0, lane] *= 1.0 - above[lane]
                arrive(t, paths, ends, seen)
                copy(ember_ahead, ember)
            if len(record.q):
                copy(seen, record.seen[i, t + 1])
                copy(dues.glow, record.glow[i, t + 1])
                copy(p, record.p[i, t + 1])
            row = results[i, t + 1]
            for lane in range(width):
                row[7] += 1.0 - broad[0, lane] - broad[1, lane]
                row[8] += p[0, lane] + p[1, lane] * above[lane]
            if broad_is.reading[t + 1]:
                _read(i, seen, broad_is, above, broad)
            _sum(p, to_a, to_s, broad, above, row)
    results /= width
    return results
