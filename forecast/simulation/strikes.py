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

from forecast.simulation.arrays import DUE, SINCE, WAIT


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
    """When the window that is open at ``time`` closes: where its clock, left alone, next stands still."""
    s = _sub_step(time, clock)
    while s < len(clock.edges) - 1 and clock.usual[j, s] > 0.0:
        s += 1
    return clock.edges[s]


@njit(cache=True, nogil=True, _nrt=False)
def speed(j, lane, time, until, rates):
    """By what shock j's clock is sped up at ``time``, and when that next changes: raises multiply."""
    factor, over = 1.0, np.inf
    for r in range(len(rates.shock)):
        if rates.shock[r] == j and until[lane, r] > time:
            factor *= rates.times[r]
            over = min(over, until[lane, r])
    return factor, over


@njit(cache=True, nogil=True, _nrt=False)
def schedule(j, lane, now, wait, table, until, rates, clock):
    """Set when shock j strikes next: after ``wait`` on its clock, which raises speed up for their time."""
    table[lane, WAIT, j], table[lane, SINCE, j] = wait, now
    factor, over = speed(j, lane, now, until, rates)
    while over < np.inf:
        passed = factor * (shown(j, over, clock) - shown(j, now, clock))
        if wait <= passed:
            break
        wait, now = wait - passed, over
        factor, over = speed(j, lane, now, until, rates)
    table[lane, DUE, j] = date_of(j, shown(j, now, clock) + wait / factor, clock)


@njit(cache=True, nogil=True, _nrt=False)
def waited(j, lane, now, table, until, rates, clock):
    """How much of the wait since it was set has passed on the shock's (raised) clock."""
    at, total = table[lane, SINCE, j], 0.0
    while at < now:
        factor, over = speed(j, lane, at, until, rates)
        end = min(over, now)
        total += factor * (shown(j, end, clock) - shown(j, at, clock))
        at = end
    return total


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
    dues.until[:] = -np.inf
    dues.glow[:] = 0.0
    for lane in range(len(dues.soonest)):
        for j in range(len(rates.once)):
            # Nothing is raised yet. What comes too late is kept, in case another shock raises the rate.
            wait = next_wait(i, j, lane, 0, rates, waits)
            dues.table[lane, WAIT, j], dues.table[lane, SINCE, j] = wait, start
            dues.table[lane, DUE, j] = date_of(j, wait, clock)
        soonest(lane, dues)


@njit(cache=True, nogil=True, _nrt=False)
def raise_others(j, lane, now, table, until, rates, clock):
    """Multiply the rates that an occurrence of j raises; their waits go on at the new speed.

    A raise by the same shock that still runs is renewed, those by others multiply with it.
    """
    for r in range(rates.first[j], rates.first[j + 1]):
        other = rates.shock[r]
        # What has struck in a window waits from its end on, which may lie ahead.
        begun = max(now, table[lane, SINCE, other])
        left = table[lane, WAIT, other] - waited(other, lane, begun, table, until, rates, clock)
        until[lane, r] = now + rates.years[r]
        if math.isfinite(left):
            schedule(other, lane, begun, max(left, 0.0), table, until, rates, clock)


@njit(cache=True, nogil=True, _nrt=False)
def wait_again(i, j, lane, now, forced, dues, rates, waits, clock):
    """After an occurrence of j: a shock that can strike once is spent, another's next wait begins.

    In a window there is no second; outside of windows a forced occurrence leaves the wait as it is.
    """
    if rates.once[j]:
        dues.struck[lane, j] = 1
        dues.table[lane, WAIT, j] = dues.table[lane, DUE, j] = np.inf
    elif not forced or rates.windowed[j]:
        if not forced:
            dues.struck[lane, j] += 1
        if rates.windowed[j]:
            now = max(now, window_end(j, now, clock))
        wait = next_wait(i, j, lane, dues.struck[lane, j], rates, waits)
        schedule(j, lane, now, wait, dues.table, dues.until, rates, clock)
