"""How often each row is drawn in a bootstrap resample, block by block, and quantiles over resamples.

A resample of N rows is a vector of counts, multinomial with N trials and equal chances. Sums over resamples
are then one matrix product, counts (R, N) @ terms (N, Q), and a block of rows needs only its own counts:
how many of a resample's draws fall into it is binomial, and where in it uniform.

Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, ch. 13 (percentile interval).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from forecast.calendar import Floats
from forecast.errors import UsageError


def counts(sizes: Sequence[int], *, resamples: int, rng: np.random.Generator) -> Iterator[Floats]:
    """For each block of rows, how often resample r draws its row i: (resamples, rows of the block).

    Over all blocks every resample draws sum(sizes) rows.

    >>> drawn = np.hstack(list(counts([2, 3], resamples=4, rng=np.random.default_rng(1))))
    >>> drawn.shape, drawn.sum(axis=1)
    ((4, 5), array([5., 5., 5., 5.]))
    """
    remaining = sum(sizes)
    left = np.full(resamples, remaining)
    for rows in sizes:
        here = left if rows == remaining else rng.binomial(left, rows / remaining)
        where = np.repeat(np.arange(resamples) * rows, here) + rng.integers(rows, size=here.sum())
        yield np.bincount(where, minlength=resamples * rows).reshape(resamples, rows).astype(np.float64)
        left, remaining = left - here, remaining - rows


def interval(drawn: Floats, *, level: float) -> tuple[Floats, Floats]:
    """The central ``level`` of resamples (R, ...): lower and upper bound, each (...)."""
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def check(*, resamples: int, level: float) -> None:
    """Raise UsageError unless an interval can be had from so many resamples."""
    if not 0 < level < 1:
        raise UsageError(f"level is a probability between 0 and 1, such as 0.95 (found {level})")
    if resamples < 2:
        raise UsageError(f"an interval needs at least 2 resamples, better 1000 (found {resamples})")
