"""What shocks do to a path when they strike, compiled."""

# Numba's decorators are untyped, and it types arguments itself.
# mypy: disable-error-code="untyped-decorator,no-untyped-def,no-any-return"
from __future__ import annotations

import math

from numba import njit

from forecast.simulation.lanes import exponential, saturated
from forecast.simulation.paths import glimpse
from forecast.simulation.strikes import raise_others, soonest, wait_again

LOG_2 = math.log(2.0)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def jump(i, j, lane, row, rest, jumps, level, sub, theta, push):
    """The drivers' jumps, as they are ``rest`` years later; one that is set in sub-step ``sub`` stays."""
    pairs = jumps.scatter.shape[1]
    for e in range(jumps.first[j], jumps.first[j + 1]):
        d = jumps.driver[e]
        if not math.isnan(level[sub, d]):
            continue
        size = jumps.size[i, e]
        if jumps.spread[e] > 0.0:
            z = jumps.scatter[i, lane if lane < pairs else lane - pairs, jumps.scatter_first[e] + row]
            size += jumps.spread[e] * (z if lane < pairs else -z)
        push[d, lane] += size * exponential(-theta[d, lane] * rest)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def kindle(j, lane, rest, t, sub, fraction, embers, paths, sets, ends, glow):
    """The embers of a shock, as they are ``rest`` years later; it strikes at a fraction of step t."""
    for m in range(embers.first[j], embers.first[j + 1]):
        amount = 1.0
        if embers.tied[m]:
            amount = 0.0
            for d in range(embers.weight.shape[1]):
                if embers.weight[m, d] != 0.0:
                    level = glimpse(t, sub, d, lane, fraction, paths, sets, ends)
                    amount += embers.weight[m, d] * saturated(level)
        glow[m, lane] += amount * exponential(-rest * LOG_2 / embers.half_life[m])


@njit(cache=True, nogil=True, _nrt=False)
def strike_all(i, t, dues, rates, jumps, embers, waits, clock, forced, theta, paths, sets, ends, hits):
    """Every shock that strikes any path in step t, each path's in order of time.

    The paths' ``push`` is what they have moved by the end of the step; ``hits`` (N, T + 1, J, L):
    occurrences are counted there, if it holds any draws.
    """
    begun, over = clock.edges[clock.first[t]], clock.edges[clock.last[t]]
    push, level = paths.push, sets.level
    push[:] = 0.0
    dues.late[:] = -1.0
    for lane in range(len(dues.soonest)):
        upcoming = forced.first[t]
        while dues.soonest[lane] < over or upcoming < forced.first[t + 1]:
            by_hand = upcoming < forced.first[t + 1] and forced.time[upcoming] <= dues.soonest[lane]
            which, now = dues.which[lane], dues.soonest[lane]
            if by_hand:
                which, now = forced.shock[upcoming], forced.time[upcoming]
                upcoming += 1
                if rates.once[which] and dues.struck[lane, which] > 0:
                    continue  # what can strike once, and has, is spent
            sub = clock.first[t]
            while sub < clock.last[t] - 1 and clock.edges[sub + 1] <= now:
                sub += 1
            # The first number is a forced occurrence's, however many there are for those by chance.
            row = 0 if by_hand else 1 + dues.struck[lane, which]
            fraction = (now - begun) / (over - begun)
            jump(i, which, lane, row, over - now, jumps, level, sub, theta, push)
            kindle(which, lane, over - now, t, sub, fraction, embers, paths, sets, ends, dues.glow)
            dues.late[lane] = fraction
            if len(hits):
                hits[i, t + 1, which, lane] += 1
            raise_others(which, lane, now, dues.table, dues.until, rates, clock)
            wait_again(i, which, lane, now, by_hand, dues, rates, waits, clock)
            soonest(lane, dues)


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def fade(years, half_life, glow):
    """Let embers fade over ``years``."""
    for m in range(len(glow)):
        share = exponential(-years * LOG_2 / half_life[m])
        for lane in range(glow.shape[1]):
            glow[m, lane] *= share


@njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
def glowing(effect, glow, out):
    """out (2, L): what embers of ``effect`` (rows, 2) add to the two ways out of partnership."""
    out[:] = 0.0
    for m in range(len(glow)):
        to_a, to_s = effect[m, 0], effect[m, 1]
        for lane in range(glow.shape[1]):
            out[0, lane] += to_a * glow[m, lane]
            out[1, lane] += to_s * glow[m, lane]
