"""A few posterior draws that answer as all of them do: to levels as well as without them.

A draw's answer moves with driver d's level in proportion, to first order, to p (1 - p) B_d: the logistic
slope of its own probability p times its effect. Draws are chosen so that their plain means of

    p (1 - p) B_d sd_d      for both ways out of partnership, half-way to the horizon and at it
    p                       at the landmarks of `sample`, and of a broad alliance

are those of all N: greedily, each draw the one that brings the sum nearest to its target (kernel herding with
a linear kernel), then exchanged one by one while that helps. On the shipped workspace 24 such draws follow
512 in their answers to random levels with R^2 above 0.99, where 24 evenly spaced ones have 0.90 to 0.99.

Source: Chen, Welling and Smola (2010), Super-samples from kernel herding, UAI 2010; exchange: Fedorov (1972).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecast.calendar import Floats
from forecast.reweighting.reference import Reference
from forecast.reweighting.sample import landmarks
from forecast.simulation.quantities import QUANTITIES

#: Rounds of exchanges; a handful settle.
ROUNDS = 10


def representative(reference: Reference, *, effects: Floats, sd: Floats, count: int) -> NDArray[np.int64]:
    """``count`` of the reference's N draws, in order; all where there are no more.

    ``effects`` (N, D, 2): of each driver on the ways into alliance and split; ``sd`` (D,) of levels today.
    """
    if count >= reference.draws:
        return np.arange(reference.draws)
    values, shares = _features(reference.baseline.draws, effects * sd[:, None])
    spread = values.std(axis=0)
    used = spread > 1e-12
    return chosen((values - values.mean(axis=0))[:, used] / spread[used] * shares[used], count)


def chosen(centred: Floats, count: int) -> NDArray[np.int64]:
    """``count`` rows of ``centred`` (N, K), whose mean is 0, that have a mean near 0; none twice.

    >>> chosen(np.array([[-3.0], [2.0], [1.0], [0.5], [-0.5]]), 2)
    array([3, 4])
    """
    rows: list[int] = []
    total = np.zeros(centred.shape[1])
    for _ in range(count):
        rows.append(_nearest(centred, total, rows))
        total = total + centred[rows[-1]]
    for _ in range(ROUNDS):
        before = list(rows)
        for place in range(count):
            others = rows[:place] + rows[place + 1 :]
            rest = centred[others].sum(axis=0)
            rows[place] = _nearest(centred, rest, others)
        if rows == before:
            break
    return np.sort(np.array(rows, dtype=np.int64))


def _nearest(centred: Floats, total: Floats, taken: list[int]) -> int:
    """The row that brings ``total`` nearest to 0, of those not taken."""
    off = ((centred + total) ** 2).sum(axis=1)
    off[taken] = np.inf
    return int(off.argmin())


def _features(draws: Floats, moved: Floats) -> tuple[Floats, Floats]:
    """What is to be matched (N, K), and for each column the root of its share in its group (K,)."""
    last = draws.shape[1] - 1
    reached = [QUANTITIES["reached", "alliance"], QUANTITIES["reached", "split"]]
    broad = draws[:, [last // 3, last // 2, last], QUANTITIES["alliance_broad", "alliance_broad"]]
    groups = [landmarks(draws), broad]
    for at in (last // 2, last):
        p = draws[:, at][:, reached]
        groups.append((p[:, None, :] * (1 - p[:, None, :]) * moved).reshape(len(draws), -1))
    shares = [np.full(group.shape[1], group.shape[1] ** -0.5) for group in groups]
    return np.concatenate(groups, axis=1), np.concatenate(shares)
