"""Stability of what drivers do to one another, and correlations, judged when the files are read."""

from __future__ import annotations

import re
import time
from pathlib import Path

import numpy as np
import pytest
from what_if import add, edit, what_if

from forecast.errors import InputError
from forecast.inputs import load
from forecast.inputs.check_cross_impacts import check_cross_impacts
from forecast.inputs.draft import Document, Draft
from forecast.inputs.records import Drivers
from forecast.inputs.workspace import Workspace

DRIVERS = "priors/drivers.yaml"
HALF_LIVES = {"shared_threat": 8, "trade": 10, "border_dispute": 2}
Impacts = list[tuple[str, str, float]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace to change."""
    return what_if(tmp_path / "w")


def give(root: Path, impacts: Impacts, *, highest: float = 0.18) -> None:
    """Add cross-impacts, with a unit that goes so high."""
    unit = f"cross_impact_unit: {{p05: {highest / 4}, p50: {highest / 2}, p95: {highest}}}\n"
    rows = [f"  - {{from: {a}, to: {b}, strength: {s}, rationale: x}}\n" for a, b, s in impacts]
    add(root, DRIVERS, "".join([unit, "cross_impacts:\n", *rows]))


def correlate(root: Path, *pairs: tuple[str, str, float]) -> None:
    """Add correlations."""
    rows = [f"  - {{drivers: [{a}, {b}], correlation: {r}, rationale: x}}\n" for a, b, r in pairs]
    add(root, DRIVERS, "".join(["correlations:\n", *rows]))


def largest(impacts: Impacts, unit: float) -> float:
    """NumPy's largest real part of the eigenvalues of Theta (u S - I)."""
    names = list(HALF_LIVES)
    s = np.zeros((3, 3))
    for source, to, strength in impacts:
        s[names.index(to), names.index(source)] = strength
    theta = np.log(2) / np.array(list(HALF_LIVES.values()))
    return float(np.linalg.eigvals(theta[:, None] * (unit * s - np.eye(3))).real.max())


LOOPS: list[tuple[Impacts, str]] = [
    ([("shared_threat", "trade", 2), ("trade", "shared_threat", 3)], "shared_threat -> trade"),
    (
        [
            ("trade", "border_dispute", 2),
            ("border_dispute", "shared_threat", 2),
            ("shared_threat", "trade", 1),
        ],
        "trade -> border_dispute -> shared_threat",
    ),
    # Swings: a negative loop of three, which grows where its drivers are much alike.
    (
        [
            ("trade", "border_dispute", -3),
            ("border_dispute", "shared_threat", 3),
            ("shared_threat", "trade", 3),
        ],
        "trade -> border_dispute -> shared_threat",
    ),
]


@pytest.mark.parametrize(("impacts", "loop"), LOOPS)
def test_the_limit_is_where_the_system_turns_unstable(root: Path, impacts: Impacts, loop: str) -> None:
    """Refused above the unit at which NumPy's eigenvalue crosses 0, with the loop named; not below it."""
    give(root, impacts, highest=3.0)
    with pytest.raises(InputError, match="ever further") as caught:
        load(root)
    (problem,) = caught.value.problems
    assert problem.at == "cross_impacts"
    assert f"The strongest loop is {loop} -> " in problem.message
    limit = float(re.findall(r"unstable above (\S+) a point", problem.message)[0])
    assert largest(impacts, limit) < 0 < largest(impacts, 1.1 * limit)


@pytest.mark.parametrize(("impacts", "loop"), LOOPS)
def test_below_the_limit_nothing_is_said(root: Path, impacts: Impacts, loop: str) -> None:
    """A unit that goes to just under it is taken."""
    unit = next(u for u in np.arange(3.0, 0, -0.01) if largest(impacts, float(u)) < -1e-4)
    give(root, impacts, highest=round(float(unit), 2))
    assert load(root).warnings == ()


def test_a_system_that_counteracts_itself_is_stable(root: Path) -> None:
    """A negative loop of two swings and comes to rest at any unit; so does what runs one way only."""
    give(
        root,
        [("trade", "border_dispute", 3), ("border_dispute", "trade", -3), ("trade", "shared_threat", 3)],
        highest=9,
    )
    assert load(root).warnings == ()


def test_a_loop_through_a_denial_is_none(root: Path) -> None:
    """A strength of 0 passes nothing on."""
    give(root, [("trade", "shared_threat", 3), ("shared_threat", "trade", 0)], highest=50)
    assert load(root).warnings == ()


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ((0.9, 0.9, 0.7), True),
        ((0.9, 0.9, 0.6), False),
        ((-0.49, -0.49, -0.49), True),
        ((-0.51, -0.51, -0.51), False),
    ],
)
def test_correlations_hold_together_where_numpy_says(
    root: Path, values: tuple[float, ...], holds: bool
) -> None:
    """Positive definite by NumPy's eigenvalues, and by this; the least is the one that is told."""
    pairs = [("shared_threat", "trade"), ("shared_threat", "border_dispute"), ("trade", "border_dispute")]
    correlate(root, *((a, b, r) for (a, b), r in zip(pairs, values, strict=True)))
    ab, ac, bc = values
    least = float(np.linalg.eigvalsh([[1, ab, ac], [ab, 1, bc], [ac, bc, 1]])[0])
    assert (least > 0) is holds
    if holds:
        assert load(root).warnings == ()
        return
    with pytest.raises(InputError, match=re.escape(f"(least eigenvalue {least:.2g})")):
        load(root)


COAL = """\
  coal:
    name: x
    definition: x
    anchors: {}
    dynamics: event
    half_life_years: {p05: 1, p50: 2, p95: 3}
    long_run_mean: {p05: -1, p50: 0, p95: 1}
    volatility: {p05: 0.1, p50: 0.2, p95: 0.3}
interactions:
"""


def test_only_the_drivers_at_fault_are_named(root: Path) -> None:
    """One that is correlated with none of them stands apart."""
    edit(root, DRIVERS, "interactions:\n", COAL)
    correlate(
        root,
        ("shared_threat", "trade", 0.9),
        ("shared_threat", "border_dispute", 0.9),
        ("trade", "border_dispute", -0.9),
        ("coal", "trade", 0.01),
    )
    with pytest.raises(InputError, match="cannot hold together among shared_threat, trade, border_dispute: "):
        load(root)


def drivers_file(drivers: Drivers) -> Draft:
    """A draft that holds these drivers and no other file."""
    return Draft(documents={"x": Document("x", "drivers", {}, {}, drivers)})


def test_the_shipped_system_is_far_from_its_limit(shipped: Workspace) -> None:
    """Nothing is said of the files as they are, at once; at several times the unit loops are named."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        assert list(check_cross_impacts(drivers_file(shipped.drivers))) == []
        times.append(time.perf_counter() - start)
    assert min(times) < 0.01
    if shipped.drivers.cross_impacts:
        unit = shipped.drivers.cross_impact_unit.model_copy(update={"values": (0.3, 0.5, 0.8)})
        problems = list(
            check_cross_impacts(drivers_file(shipped.drivers.model_copy(update={"cross_impact_unit": unit})))
        )
        assert problems
        assert all("The strongest loop is " in problem.message for problem in problems)
