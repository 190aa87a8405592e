"""Sobol indices: rows, blocks, constants and what is refused. Known indices: tests/reference."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest

from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.sensitivity import bootstrap, sobol

INPUTS, BASE = 3, 512


def model(x: Floats) -> Floats:
    """Two outputs of three inputs, one far from zero, and one that does not vary."""
    return np.stack([1e3 + x[:, 0] * x[:, 1], np.sin(6 * x[:, 2]) + x[:, 0], np.full(len(x), 0.3)], axis=1)


def cut(y: Floats, lengths: list[int]) -> Iterator[Floats]:
    """The rows of y in pieces of these lengths, over and over, and what is left."""
    start = 0
    for length in lengths * len(y):
        if start < len(y):
            yield y[start : start + length]
        start += length


@pytest.mark.parametrize("block", [2, 64, 512, 1024])
def test_blocks_are_the_design(block: int) -> None:
    """A design in blocks of any size is the same points in the same order."""
    whole = sobol.design(BASE, inputs=INPUTS, seed=7)
    parts = list(sobol.design_blocks(BASE, inputs=INPUTS, seed=7, block=block))
    assert np.array_equal(np.concatenate(parts), whole)
    assert len(parts[0]) == min(block, BASE) * (INPUTS + 2)


@pytest.mark.parametrize("lengths", [[1], [5], [13, 700], [2560], [9999]])
def test_no_bit_depends_on_how_outputs_arrive(lengths: list[int]) -> None:
    """Indices and intervals are those of one array however its rows are cut, also within a base point."""
    y = model(sobol.design(BASE, inputs=INPUTS, seed=7))
    whole = sobol.indices(y, inputs=INPUTS, resamples=50)
    pieces = sobol.indices(cut(y, lengths), inputs=INPUTS, base_rows=BASE, resamples=50)
    for field in dataclasses.fields(whole):
        assert np.array_equal(getattr(whole, field.name), getattr(pieces, field.name)), field.name


def test_a_model_in_blocks_is_the_model_at_once() -> None:
    """`analyse` keeps no rows and gives what `indices` gives of all of them."""
    y = model(sobol.design(BASE, inputs=INPUTS, seed=7))
    whole = sobol.indices(y, inputs=INPUTS, resamples=50, seed=7)
    found = sobol.analyse(model, inputs=INPUTS, base_rows=BASE, seed=7, resamples=50, block=32)
    assert np.array_equal(found.first, whole.first)
    assert np.array_equal(found.total_high, whole.total_high)


def test_outputs_do_not_know_each_other() -> None:
    """An output's indices and interval are the same alone as among others."""
    y = model(sobol.design(BASE, inputs=INPUTS, seed=7))
    together = sobol.indices(y, inputs=INPUTS, resamples=50)
    alone = sobol.indices(y[:, 1], inputs=INPUTS, resamples=50)
    for name in ("first", "first_low", "first_high", "total", "total_low", "total_high"):
        assert getattr(alone, name)[:, 0] == pytest.approx(getattr(together, name)[:, 1], abs=1e-12)


def test_indices_do_not_know_units() -> None:
    """A shift and a factor of an output change its variance alone."""
    y = model(sobol.design(BASE, inputs=INPUTS, seed=7))[:, :2]
    plain, other = (sobol.indices(values, inputs=INPUTS, resamples=50) for values in (y, 40 - 3 * y))
    assert other.first == pytest.approx(plain.first, abs=1e-9)
    assert other.total_low == pytest.approx(plain.total_low, abs=1e-9)
    assert other.variance == pytest.approx(9 * plain.variance)


def test_a_constant_output_is_flagged() -> None:
    """No variance, or none but rounding: zeros and a flag, never NaN; an interval holds its estimate."""
    x = sobol.design(BASE, inputs=INPUTS, seed=7)
    y = np.column_stack([model(x), 0.1 + 1e-17 * x[:, 0], np.zeros(len(x)), 1e-9 * x[:, 0]])
    found = sobol.indices(y, inputs=INPUTS, resamples=50)
    assert found.constant.tolist() == [False, False, True, True, True, False]
    for field in ("first", "first_low", "first_high", "total", "total_low", "total_high", "variance"):
        assert np.isfinite(getattr(found, field)).all()
        assert not getattr(found, field)[..., found.constant].any()
    assert (found.total_low <= found.total).all()
    assert (found.total <= found.total_high).all()


def test_every_resample_draws_as_many_rows_as_there_are() -> None:
    """Counts sum to N in each resample, and every row has mean 1 and variance 1 - 1/N over resamples.

    R counts of a row have mean 1 +- sqrt((1 - 1/N) / R); five of these for the largest of N = 300 rows.
    """
    sizes, resamples = [128, 128, 44], 4000
    drawn = np.hstack(list(bootstrap.counts(sizes, resamples=resamples, rng=np.random.default_rng(1))))
    assert (drawn.sum(axis=1) == 300).all()
    assert drawn.mean(axis=0) == pytest.approx(np.ones(300), abs=5 / np.sqrt(resamples))
    assert drawn.var(axis=0).mean() == pytest.approx(1 - 1 / 300, abs=5 * np.sqrt(3 / resamples / 300))


@pytest.mark.parametrize(
    ("words", "change"),
    [
        (r"power of two \(found 1000\).*take 1024", {"base_rows": 1000}),
        (r"rows.*: 40 \(found 35\)", {"keep": 35, "base_rows": 8}),
        ("need base_rows", {"blocks": True}),
        ("finite", {"spoil": True}),
        ("level", {"level": 95.0}),
        ("at least 2 resamples", {"resamples": 1}),
    ],
)
def test_what_is_refused(words: str, change: dict[str, float]) -> None:
    """Rows that are no design, numbers that are none, intervals that cannot be: said with what to do."""
    options = {"resamples": 10, "level": 0.95} | {
        k: v for k, v in change.items() if k in {"resamples", "level"}
    }

    def run() -> None:
        if change.get("base_rows") == 1000:
            sobol.design(1000, inputs=INPUTS, seed=1)
        y = model(sobol.design(8, inputs=INPUTS, seed=1))
        if "spoil" in change:
            y[3, 1] = np.nan
        rows = y[: int(change.get("keep", 40))]
        outputs = iter([rows]) if "blocks" in change else rows
        base = int(change["base_rows"]) if "base_rows" in change else None
        sobol.indices(outputs, inputs=INPUTS, base_rows=base, **options)

    with pytest.raises(UsageError, match=words):
        run()
