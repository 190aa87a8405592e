"""What the compiled loops are given: small named tuples of arrays, which Numba reads by name.

Small, because every function unpacks all of those it is passed: its compilation grows with their number.
N posterior draws (of a block), L lanes = paths of a draw in antithetic pairs, D drivers, F features, J
shocks, T steps of S sub-steps. `plan.Plan` says more of what comes from a scenario.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from forecast.calendar import Floats
from forecast.simulation.plan import Flags, Ints

#: Rows of `Dues.table`: when a shock strikes next; the wait on its clock for that, and since when.
DUE, WAIT, SINCE = range(3)


class Motion(NamedTuple):
    """The drivers' dynamics: K draws each, (D, K); what differs between U step lengths (U, D, K).

    ``today`` (D,): the level that every path of a driver starts from, or NaN where it is drawn. ``length``
    (T,) says which of the U lengths a step has.
    """

    today: Floats
    now_mean: Floats
    now_sd: Floats
    mean: Floats
    theta: Floats
    volatility: Floats
    decay: Floats
    spread: Floats
    length: Ints


class Pulls(NamedTuple):
    """Cross-impacts: ``to`` a driver, ``by`` another, of ``strength`` points (P,), of ``unit`` (N,)."""

    to: Ints
    by: Ints
    strength: Floats
    unit: Floats


class Effects(NamedTuple):
    """Log rates (N, 6), coefficients (N, F, 5), and the interactions' terms."""

    log_rate: Floats
    coefficients: Floats
    term: Ints
    share: Floats
    absdiff: Flags


class Broad(NamedTuple):
    """The index: ``weights`` (D,), ``offset`` (1,), ``threshold`` (N,), read where ``reading`` (T + 1,)."""

    weights: Floats
    offset: Floats
    threshold: Floats
    reading: Flags


class Rates(NamedTuple):
    """How often shocks strike: ``rate`` (N, J) per unit of the clock; ``once`` and ``windowed`` (J,).

    Rows ``first[j]`` to ``first[j + 1]``: an occurrence of j multiplies the rate of ``shock`` by ``times``
    for ``years``.
    """

    rate: Floats
    once: Flags
    windowed: Flags
    first: Ints
    shock: Ints
    times: Floats
    years: Floats


class Jumps(NamedTuple):
    """Rows ``first[j]`` to ``first[j + 1]``: shock j moves ``driver`` by ``size`` (N, rows), +- ``spread``.

    Normal ``scatter`` (N, pairs, rows) of each jump's occurrences, from row ``scatter_first``: one that is
    forced, then those by chance.
    """

    first: Ints
    driver: Ints
    size: Floats
    spread: Floats
    scatter: Floats
    scatter_first: Ints


class Embers(NamedTuple):
    """Rows of shock j: what it adds to the two ways out of partnership, ``effect`` (N, rows, 2), as it fades.

    If ``tied``, times g of the drivers weighed by ``weight`` (rows, D) when it struck. ``half_life`` years.
    """

    first: Ints
    effect: Floats
    tied: Flags
    weight: Floats
    half_life: Floats


class Waits(NamedTuple):
    """Uniform numbers (N, pairs, rows) behind the waits for shock j's occurrences, from row ``first[j]``."""

    uniform: Floats
    first: Ints


class Ahead(NamedTuple):
    """A block's noise: ``normal`` (N, T + 1, D, pairs), row 0 today's; ``pick`` (N, D, pairs) of dynamics."""

    normal: Floats
    pick: Ints


class Clock(NamedTuple):
    """Sub-step ``edges`` (S + 1), steps' ``first`` and ``last`` sub-step; what clocks show (J, S + 1).

    ``even`` (J,): a clock that shows the years since the start; ``usual`` (J, S): how fast they run with
    nobody intervening.
    """

    edges: Floats
    first: Ints
    last: Ints
    shows: Floats
    even: Flags
    usual: Floats


class Forced(NamedTuple):
    """Occurrences at a ``time``, of a ``shock``; ``first`` (T + 1,) at or after each step's start."""

    time: Floats
    shock: Ints
    first: Ints


class Sets(NamedTuple):
    """What is done to drivers in each sub-step (S, D), and whether in a step at all: ``touched`` (T, D)."""

    sub_from: Floats
    sub_to: Floats
    level: Floats
    anchored: Flags
    way_from: Floats
    way_to: Floats
    shift: Floats
    touched: Flags


class Ends(NamedTuple):
    """What is done to drivers as a step ends, and what they are released from inside it; (T, D)."""

    level: Floats
    way: Floats
    release: Floats
    at: Floats
    years: Floats


class Scale(NamedTuple):
    """``factor`` (N, S, 6) on hazards; ``flow`` (N, T, D), shocks' expected movement.

    ``changed`` (S,): the rates as a sub-step begins are not those as the last one ended. ``entry`` (S,): a
    state that all of partnership enters then, or -1. ``usual`` (S,): the baseline's sub-step that its middle
    is in.
    """

    factor: Floats
    flow: Floats
    changed: Flags
    entry: Ints
    usual: Ints


class Paths(NamedTuple):
    """The drivers of one draw's paths (D, L): now, at the end of the step, and room to work in.

    ``centre`` and ``centre_ahead`` are where they would be with no surprise; ``kept``: the share of a
    deviation that a step leaves; ``off``: deviations; ``push``: what shocks moved.
    """

    x: Floats
    ahead: Floats
    centre: Floats
    centre_ahead: Floats
    anchor: Floats
    kept: Floats
    off: Floats
    push: Floats


class Own(NamedTuple):
    """The dynamics each path has: (D, L), and (U, D, L) by step length, the sign of the lane in the noise."""

    mean: Floats
    theta: Floats
    volatility: Floats
    decay: Floats
    spread: Floats


class Dues(NamedTuple):
    """When shocks strike one draw's paths: ``table`` (L, 3, J), ``struck`` (L, J): how often each has;
    ``until`` (L, rows) when each raise of a rate ends.

    ``soonest`` and ``which`` (L,): the next, and which; ``late`` (L,): the fraction of the step at which the
    last struck, or -1; ``glow`` (rows, L) of embers.
    """

    table: Floats
    struck: Ints
    until: Floats
    soonest: Floats
    which: Ints
    late: Floats
    glow: Floats


class Shocks(NamedTuple):
    """All of what shocks do to a block."""

    rates: Rates
    jumps: Jumps
    embers: Embers
    waits: Waits


class Steps(NamedTuple):
    """All of what a scenario is to a block."""

    clock: Clock
    forced: Forced
    sets: Sets
    ends: Ends
    scale: Scale


class Record(NamedTuple):
    """What a run may keep of its paths, (N, T + 1, ..., L); tables of no draws where nothing is wanted.

    ``seen`` (D) drivers; ``glow`` (rows) embers; ``q`` (6) hazards averaged over the step before; ``p`` (3)
    the state; ``hits`` (J) occurrences in the step before.
    """

    seen: Floats
    glow: Floats
    q: Floats
    p: Floats
    hits: Ints


def no_record() -> Record:
    """Keep nothing."""
    none = np.zeros((0, 0, 0, 0))
    return Record(none, none, none, none, np.zeros((0, 0, 0, 0), dtype=np.int64))
