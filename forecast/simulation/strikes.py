"""When shocks strike a path, compiled.

A shock's clock runs with its windows and with what a scenario does to its rate; the wait for the next
occurrence is exponential on that clock (time change of a Poisson process: Daley and Vere-Jones 2003, section
7.4). One wait serves every scenario, so that a higher rate only brings the same occurrences forward.
"""

# Numba's decorators are untyped, and it types arguments itself.
# mypy: disable-error-code="untyped-decorator,no-untyped-def,no-any-return"
from __future__ import annotations

import math

import numpy as np
from numba import njit

from forecast.simulation.arrays import BOOST, DUE, SINCE, UNTIL, WAIT


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def shown(j, time, clock):
    """What shock j's clock shows at ``time``."""
    last = len(clock.edges) - 1
    if time >= clock.edges[last]:
        return clock.shows[j, last]
    if clock.even[j]:
        return time - clock.edges[0]
    s = _sub_step(time, clock)
    gone = (time - clock.edges[s]) / (clock.edges[s + 1] - clock.edges[s])
    return clock.shows[j, s] + (clock.shows[j, s + 1] - clock.shows[j, s]) * gone


@njit(cache=True, nogil=True, _nrt=False)
def _sub_step(time, clock):
    """The last sub-step that has begun at ``time``."""
    low, high = 0, len(clock.edges) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if clock.edges[middle] <= time:
            low = middle
        else:
            high = middle
    return low


@njit(cache=True, nogil=True, _nrt=False)
def _date(j, reading, clock):
    """The first time that a clock which does not run evenly shows ``reading``, before its last."""
    low, high = 0, len(clock.edges) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if clock.shows[j, middle] <= reading:
            low = middle
        else:
            high = middle
    gone = (reading - clock.shows[j, low]) / (clock.shows[j, high] - clock.shows[j, low])
    return clock.edges[low] + (clock.edges[high] - clock.edges[low]) * gone


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def date_of(j, reading, clock):
    """The first time shock j's clock shows ``reading``; infinite if it never does."""
    if reading >= clock.shows[j, len(clock.edges) - 1]:
        return np.inf
    return clock.edges[0] + reading if clock.even[j] else _date(j, reading, clock)


@njit(cache=True, nogil=True, _nrt=False)
def window_end(j, time, clock):
    """When the window that is open at ``time`` closes: where its clock next stands still."""
    s = _sub_step(time, clock)
    while s < len(clock.edges) - 1 and clock.shows[j, s + 1] > clock.shows[j, s]:
        s += 1
    return clock.edges[s]


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def schedule(j, lane, now, wait, table, clock):
    """Set when shock j strikes next: after ``wait`` on its clock, which a boost speeds up for a time."""
    table[lane, WAIT, j], table[lane, SINCE, j] = wait, now
    target = shown(j, now, clock) + wait
    until = table[lane, UNTIL, j]
    if until > now:
        boost = table[lane, BOOST, j]
        plain = shown(j, until, clock) - shown(j, now, clock)
        # What of the wait falls under the boost is shorter by its factor.
        under = min(wait, boost * plain)
        target += under / boost - under
    table[lane, DUE, j] = date_of(j, target, clock)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def waited(j, lane, now, table, clock):
    """How much of the wait since it was set has passed on the shock's (boosted) clock."""
    since, until = table[lane, SINCE, j], table[lane, UNTIL, j]
    begun, reading = shown(j, since, clock), shown(j, now, clock)
    if until <= since:
        return reading - begun
    middle = shown(j, min(now, until), clock)
    return table[lane, BOOST, j] * (middle - begun) + reading - middle


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def next_wait(i, j, lane, count, rates, waits):
    """The wait for the shock's next occurrence on its clock: an exponential, antithetic between a pair."""
    rate, row = rates.rate[i, j], waits.first[j] + count
    if rate <= 0.0 or row >= waits.first[j + 1]:
        return np.inf
    pairs = waits.uniform.shape[1]
    u = waits.uniform[i, lane if lane < pairs else lane - pairs, row]
    return -(math.log1p(-u) if lane < pairs else math.log(u)) / rate


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def soonest(lane, dues):
    """Keep which shock strikes a path next, and when."""
    when, which = np.inf, -1
    for j in range(dues.table.shape[2]):
        due = dues.table[lane, DUE, j]
        if due < when:
            when, which = due, j
    dues.soonest[lane], dues.which[lane] = when, which


@njit(cache=True, nogil=True, _nrt=False)
def begin(i, dues, rates, waits, clock):
    """No shock has struck any path; the first wait of each begins."""
    start = clock.edges[0]
    dues.struck[:] = 0
    dues.table[:, UNTIL] = -np.inf
    dues.glow[:] = 0.0
    for lane in range(len(dues.soonest)):
        for j in range(len(rates.once)):
            wait = next_wait(i, j, lane, 0, rates, waits)
            if wait < clock.shows[j, -1]:
                schedule(j, lane, start, wait, dues.table, clock)
            else:
                # Kept, in case another shock raises the rate.
                dues.table[lane, WAIT, j], dues.table[lane, SINCE, j] = wait, start
                dues.table[lane, DUE, j] = np.inf
        soonest(lane, dues)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def raise_others(j, lane, now, table, rates, clock):
    """Multiply the rates that an occurrence of j raises; their waits go on at the new speed."""
    for r in range(rates.first[j], rates.first[j + 1]):
        other = rates.shock[r]
        if math.isfinite(table[lane, WAIT, other]):
            # What has struck in a window waits from its end on, which may lie ahead.
            begun = max(now, table[lane, SINCE, other])
            left = table[lane, WAIT, other] - waited(other, lane, begun, table, clock)
            table[lane, BOOST, other] = rates.times[r]
            table[lane, UNTIL, other] = now + rates.years[r]
            schedule(other, lane, begun, max(left, 0.0), table, clock)


@njit(cache=True, nogil=True, _nrt=False, forceinline=True)
def wait_again(i, j, lane, now, forced, dues, rates, waits, clock):
    """After an occurrence of j: a shock that can strike once is spent, another's next wait begins."""
    if rates.once[j]:
        dues.struck[lane, j] = 1
        dues.table[lane, WAIT, j] = dues.table[lane, DUE, j] = np.inf
    elif not forced:
        dues.struck[lane, j] += 1
        if rates.windowed[j]:
            now = window_end(j, now, clock)
        schedule(j, lane, now, next_wait(i, j, lane, dues.struck[lane, j], rates, waits), dues.table, clock)
