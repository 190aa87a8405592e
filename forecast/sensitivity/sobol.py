"""Sobol indices of first and total order, of many outputs at once, with bootstrap intervals.

A model takes inputs X (M, D), each uniform on [0, 1] and independent, to outputs Y (M, K). With base points
A and B (N rows each) and AB_i, A with its column i from B:

    first_i = (1/N) sum_n y(B)_n (y(AB_i)_n - y(A)_n) / V      share of variance due to i alone
    total_i = (1/2N) sum_n (y(A)_n - y(AB_i)_n)^2 / V          due to i and its interactions

V is the variance of the 2N outputs at A and B; y is centred at the mean of all outputs. Rows come base point
by base point, each as A, AB_1..AB_D, B: N (D + 2) rows, N a power of two. Intervals resample base points.

Source: Saltelli et al. (2010), Computer Physics Communications 181(2), 259-270, table 2, (b) and (f); the
latter is Jansen (1999), same journal 117, 35-43. Rows and point estimates are those of SALib 1.6
(`sample.sobol`, `analyze.sobol` without second order). Differences: rows can be had and used in blocks; all
outputs are done together; intervals are percentiles, where SALib has 1.96 standard deviations of resamples.
Points of a Sobol sequence fill space more evenly than random ones, so intervals are rather too wide than too
narrow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.sensitivity import bootstrap

Model = Callable[[Floats], Floats]

#: Base points that are summed together, however the outputs arrive: so no bit depends on that.
BLOCK = 256
#: An output whose standard deviation is below this part of its largest size has rounding, not variance.
ROUNDING = 1e-12


@dataclass(frozen=True)
class SobolIndices:
    """Indices of D inputs (rows) for K outputs (columns), as shares of each output's variance.

    ``*_low`` and ``*_high`` bound the central ``level`` of resamples. Outputs that are ``constant`` (K,) have
    variance 0, and 0 in every other array. Estimates are not clipped: a first order index may be below 0.
    """

    first: Floats
    first_low: Floats
    first_high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats
    variance: Floats
    constant: NDArray[np.bool_]
    base_rows: int
    level: float


def design_blocks(base_rows: int, *, inputs: int, seed: int, block: int = BLOCK) -> Iterator[Floats]:
    """The rows of `design` in order, those of ``block`` base points at a time: (block (D + 2), D)."""
    # It takes 40 ms to import.
    from scipy.stats import qmc

    _check_power(base_rows, "base_rows")
    _check_power(block, "block")
    sequence = qmc.Sobol(d=2 * inputs, scramble=True, rng=np.random.default_rng(seed))
    step = min(block, base_rows)
    for _ in range(base_rows // step):
        yield _crossed(sequence.random(step))


def design(base_rows: int, *, inputs: int, seed: int) -> Floats:
    """Where to evaluate the model: (N (D + 2), D), from a scrambled Sobol sequence in [0, 1)^2D.

    Raises
    ------
    UsageError
        If ``base_rows`` is not a power of two: the sequence is balanced only then (Owen 2020,
        arXiv:2008.08051).

    Examples
    --------
    >>> design(4, inputs=3, seed=1).shape
    (20, 3)
    """
    return np.concatenate(list(design_blocks(base_rows, inputs=inputs, seed=seed)))


def analyse(
    model: Model,
    *,
    inputs: int,
    base_rows: int,
    seed: int,
    resamples: int = 1000,
    level: float = 0.95,
    block: int = BLOCK,
) -> SobolIndices:
    """`indices` of ``model``, which is given the rows of ``block`` base points at a time; none are kept."""
    outputs = (model(x) for x in design_blocks(base_rows, inputs=inputs, seed=seed, block=block))
    return indices(outputs, inputs=inputs, base_rows=base_rows, resamples=resamples, level=level, seed=seed)


def indices(
    outputs: Floats | Iterable[Floats],
    *,
    inputs: int,
    base_rows: int | None = None,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 1,
) -> SobolIndices:
    """First and total order indices from what the model gave at the rows of `design`.

    Parameters
    ----------
    outputs
        Y (N (D + 2), K), or (N (D + 2),) for one output; or blocks of its rows in order, of any lengths,
        which are dropped as they are used. Results are the same bits however rows are divided.
    inputs
        D.
    base_rows
        N; needed with blocks.
    resamples, level, seed
        Of the bootstrap over base points; ``level`` is the intervals' probability.

    Raises
    ------
    UsageError
        If the rows are not N (D + 2), or an output is not finite.
    """
    bootstrap.check(resamples=resamples, level=level)
    if isinstance(outputs, np.ndarray):
        base_rows = base_rows or len(outputs) // (inputs + 2)
        outputs = (outputs,)
    if not base_rows:
        raise UsageError("blocks of outputs need base_rows, the number of base points of their design")
    sizes = [min(BLOCK, base_rows - start) for start in range(0, base_rows, BLOCK)]
    drawn = bootstrap.counts(sizes, resamples=resamples, rng=np.random.default_rng(seed))
    shift = everything = largest = np.zeros(1)
    sums = np.zeros(())
    blocks = _regrouped(outputs, [size * (inputs + 2) for size in sizes])
    for number, (rows, times) in enumerate(zip(blocks, drawn, strict=True)):
        if number == 0:
            # Sums of squares about a number near the mean lose no digits.
            shift = rows.mean(axis=0)
        largest = np.maximum(largest, np.abs(rows).max(axis=0))
        y = (rows - shift).reshape(len(times[0]), inputs + 2, -1)
        everything = everything + y.sum(axis=(0, 1))
        sums = sums + np.vstack([np.ones(len(y)), times]) @ _terms(y)
    centre = everything / (base_rows * (inputs + 2))
    first, total, variance = _estimates(sums / base_rows, inputs=inputs, centre=centre)
    constant = np.sqrt(variance[0]) <= ROUNDING * largest
    for estimates in (first, total, variance):
        estimates[..., constant] = 0.0
    return SobolIndices(
        first[0],
        *bootstrap.interval(first[1:], level=level),
        total[0],
        *bootstrap.interval(total[1:], level=level),
        variance=variance[0],
        constant=constant,
        base_rows=base_rows,
        level=level,
    )


def _check_power(number: int, name: str) -> None:
    if number < 2 or number & (number - 1):
        near = 2 ** max(1, int(number).bit_length())
        raise UsageError(f"{name} is a power of two (found {number}): a Sobol sequence needs it; take {near}")


def _crossed(base: Floats) -> Floats:
    """Rows A, AB_1..AB_D, B of each base point (A, B) (n, 2D), as (n (D + 2), D)."""
    count = base.shape[1] // 2
    a, b, each = base[:, :count], base[:, count:], np.arange(count)
    rows = np.repeat(a[:, None, :], count + 2, axis=1)
    rows[:, 1 + each, each] = b
    rows[:, -1] = b
    return rows.reshape(-1, count)


def _regrouped(blocks: Iterable[Floats], lengths: list[int]) -> Iterator[Floats]:
    """The same rows in blocks of these lengths (rows, K), each let go once it is used."""
    waiting = list(lengths)
    held: list[Floats] = []
    seen = 0
    for block in blocks:
        rows = np.asarray(block, dtype=np.float64)
        if not np.isfinite(rows).all():
            raise UsageError("every output of the model has to be finite; NaN or infinity was found")
        held.append(rows[:, None] if rows.ndim == 1 else rows)
        seen += len(rows)
        while waiting and sum(len(part) for part in held) >= waiting[0]:
            joined = held[0] if len(held) == 1 else np.concatenate(held)
            length = waiting.pop(0)
            held = [joined[length:]]
            yield joined[:length]
    if seen != sum(lengths):
        raise UsageError(
            f"outputs have N (D + 2) rows, those of the design: {sum(lengths)} (found {seen}); "
            "give all of them, in the design's order"
        )


def _terms(y: Floats) -> Floats:
    """What is summed over base points, of outputs (n, D + 2, K): (n, (3D + 2) K)."""
    a, crossed, b = y[:, :1], y[:, 1:-1], y[:, -1:]
    moved = crossed - a
    return np.concatenate([b * moved, moved, moved**2 / 2, (a + b) / 2, (a**2 + b**2) / 2], axis=1).reshape(
        len(y), -1
    )


def _estimates(means: Floats, *, inputs: int, centre: Floats) -> tuple[Floats, Floats, Floats]:
    """First and total (R, D, K) and variance (R, K) from means of `_terms` (R, (3D + 2) K)."""
    by_term = means.reshape(len(means), 3 * inputs + 2, -1)
    product, moved, square = (by_term[:, k * inputs : (k + 1) * inputs] for k in range(3))
    variance = np.maximum(by_term[:, -1] - by_term[:, -2] ** 2, 0.0)
    whole = np.where(variance > 0, variance, np.inf)[:, None]
    return (product - centre * moved) / whole, square / whole, variance
