"""Shapley values: what each member adds to a value that depends on who takes part.

Of a value v(S), a vector of K numbers for each set S of the n members,

    phi_i = sum over S without i of |S|! (n - |S| - 1)! / n!  (v(S + i) - v(S))

the mean of what i adds over all orders in which members may join. It is the one division of v(all) - v(none)
that leaves nothing over (efficiency), gives equals the same (symmetry), gives nothing to who adds nothing
(dummy) and adds up over values (additivity).

Exact values evaluate each of the 2^n sets once. Sampled ones walk random orders, each also backwards, and
evaluate the sets met; the parts of each order sum to the total, so those of the mean do.

A caller that evaluates sets in batches takes them from `coalitions`, or from `met` by `orders`, and hands the
values to `from_values`; `shapley` does the same one set at a time, in the same order.

Source: Shapley (1953), A value for n-person games, Contributions to the Theory of Games II, 307-317;
sampling: Castro, Gomez and Tejada (2009), Computers & Operations Research 36(5), 1726-1730; orders with
their reverse: Mitchell, Cooper, Frank and Holmes (2022), Journal of Machine Learning Research 23(43), sec. 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from forecast.calendar import Floats
from forecast.errors import UsageError

Coalition = frozenset[int]
Orders = NDArray[np.int64]


@dataclass(frozen=True)
class Attribution:
    """``parts`` (n, K) of the ``total`` (K,), v(all) - v(none), with standard errors (0 if exact).

    ``coalitions`` is how many sets were evaluated.
    """

    parts: Floats
    se: Floats
    total: Floats
    coalitions: int
    exact: bool


def coalitions(count: int) -> tuple[Coalition, ...]:
    """Every set of ``count`` members: by size, then in the order of their members.

    >>> [sorted(s) for s in coalitions(2)]
    [[], [0], [1], [0, 1]]
    """
    return tuple(frozenset(s) for size in range(count + 1) for s in combinations(range(count), size))


def orders(count: int, *, permutations: int, rng: np.random.Generator) -> Orders:
    """Random orders of ``count`` members (P, n): each odd row is the row before it, backwards.

    Raises
    ------
    UsageError
        If ``permutations`` is odd or below 4: a standard error needs two pairs.
    """
    if permutations < 4 or permutations % 2:
        raise UsageError(
            f"permutations come in pairs, at least two of them: take 4 or more (found {permutations})"
        )
    forward = rng.permuted(np.tile(np.arange(count), (permutations // 2, 1)), axis=1)
    return np.stack([forward, forward[:, ::-1]], axis=1).reshape(-1, count)


def met(orders: Orders) -> tuple[Coalition, ...]:
    """The sets that members joining in these orders form, none twice, in the order first met."""
    return tuple(dict.fromkeys(s for order in orders.tolist() for s in _joined(order)))


def shapley(
    value: Callable[[Coalition], Floats],
    count: int,
    *,
    exact_up_to: int = 12,
    permutations: int = 256,
    rng: np.random.Generator | None = None,
) -> Attribution:
    """Shapley values of ``count`` members; no set is evaluated twice.

    Parameters
    ----------
    value
        v(S) (K,) of a set of members 0..n-1.
    exact_up_to
        The largest n for which all 2^n sets are evaluated; above it, orders are sampled.
    permutations, rng
        How many orders, forwards and backwards together, and what draws them.

    Examples
    --------
    Two do together what neither does alone, a third adds one:

    >>> shapley(lambda s: np.array([6.0 * ({0, 1} <= s) + (2 in s)]), 3).parts[:, 0]
    array([3., 3., 1.])
    """
    if count <= exact_up_to:
        return from_values({s: value(s) for s in coalitions(count)})
    if rng is None:
        raise UsageError(
            f"{count} members have too many sets for exact values (exact_up_to={exact_up_to}): "
            "give rng=np.random.default_rng(seed), which draws orders"
        )
    drawn = orders(count, permutations=permutations, rng=rng)
    return from_values({s: value(s) for s in met(drawn)}, orders=drawn)


def from_values(values: Mapping[Coalition, Floats], *, orders: Orders | None = None) -> Attribution:
    """Shapley values from v(S) (K,) of every set in `coalitions`, or of every set `met` by ``orders``.

    Raises
    ------
    UsageError
        If the value of a set is missing.
    """
    if orders is not None:
        return _sampled(values, orders)
    members = sorted(frozenset().union(*values))
    count = len(members)
    if members != list(range(count)) or len(values) != 2**count:
        raise UsageError(
            f"exact values need all 2^{count} sets of members 0 to {count - 1} (found {len(values)}); "
            "evaluate coalitions(n), or give the orders that were sampled"
        )
    table = np.stack([np.asarray(_found(values, s), dtype=np.float64) for s in _by_bits(count)])
    codes = np.arange(2**count)
    size = np.array([code.bit_count() for code in range(2**count)])
    weight = np.array([1 / (count * comb(count - 1, k)) for k in range(count)])
    parts = np.empty((count, table.shape[1]))
    for i in range(count):
        without = codes[(codes >> i) & 1 == 0]
        parts[i] = weight[size[without]] @ (table[without | 1 << i] - table[without])
    return Attribution(parts, np.zeros_like(parts), table[-1] - table[0], len(values), exact=True)


def _sampled(values: Mapping[Coalition, Floats], orders: Orders) -> Attribution:
    path = np.array([[_found(values, s) for s in _joined(order)] for order in orders.tolist()])
    added = np.empty((len(orders), orders.shape[1], path.shape[2]))
    np.put_along_axis(added, orders[:, :, None], np.diff(path, axis=1), axis=1)
    # An order and its reverse are one draw: what they say is dependent.
    pairs = added.reshape(-1, 2, *added.shape[1:]).mean(axis=1)
    return Attribution(
        parts=pairs.mean(axis=0),
        se=pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs)),
        total=path[0, -1] - path[0, 0],
        coalitions=len(met(orders)),
        exact=False,
    )


def _joined(order: list[int]) -> Iterator[Coalition]:
    """The sets formed as members join: from none to all."""
    return (frozenset(order[:k]) for k in range(len(order) + 1))


def _by_bits(count: int) -> Iterator[Coalition]:
    """Every set, in the order of the number whose bit i says that i takes part."""
    return (frozenset(i for i in range(count) if code >> i & 1) for code in range(2**count))


def _found(values: Mapping[Coalition, Floats], coalition: Coalition) -> Floats:
    try:
        return values[coalition]
    except KeyError:
        raise UsageError(f"the value of the set {sorted(coalition)} is missing; give every set's") from None
