"""Sweeps: cells in order, checked before anything runs, answered alike whoever works on them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from forecast.cli.sweep_table import written
from forecast.errors import UsageError
from forecast.inputs.knobs import parse_range
from forecast.inputs.workspace import Workspace
from forecast.request import Request
from forecast.reweighting.engine import Engine, engine
from forecast.sensitivity.sweep import Dial, Part, Swept, dials, grid, sweep_of
from forecast.sensitivity.sweep_document import columns, document, tidy
from forecast.sensitivity.sweep_points import CHUNK, chunks, sweep_points
from forecast.simulation.quantities import QUANTITIES

LEVEL, TRUST = "drivers.shared_threat.level", "sources.smith2019.weight"
#: A probability so high that no draw of the present answer is near it.
FAR = "sources.expert_one.outcomes.alliance"
MEAN, REACHED = 0, 3


@pytest.fixture(scope="module")
def eng(small: Workspace) -> Engine:
    """The engine of the small workspace, on the draws that other tests share."""
    return engine(small, Request(draws=400), remembers=False)


def turning(workspace: Workspace, *texts: str) -> tuple[Dial, ...]:
    """The dials of ranges as a user writes them."""
    return dials(workspace, [parse_range(workspace, text) for text in texts])


def swept(eng: Engine, *texts: str, **options: object) -> Swept:
    """A sweep, computed whatever is kept."""
    what = sweep_of(eng, turning(eng.workspace, *texts), refits=False)
    return sweep_points(eng, what, fresh=True, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def levels(eng: Engine) -> Swept:
    """Five levels of one driver."""
    return swept(eng, f"{LEVEL}=-2..2:5")


# ------------------------------------------------------------------------------------------ cells


def test_cells_are_every_combination(small: Workspace) -> None:
    """The last knob's values change fastest, and one cell before all has nothing turned."""
    found = grid(turning(small, f"{LEVEL}=-1,1", f"{TRUST}=0,0.5,1"))
    assert found == tuple({LEVEL: x, TRUST: y} for x in (-1.0, 1.0) for y in (0.0, 0.5, 1.0))


def test_the_present_value_is_known(small: Workspace, eng: Engine) -> None:
    """Of a number in a file with its place; of a level, which no file holds, as fitted."""
    level, weight = sweep_of(eng, turning(small, f"{LEVEL}=-1,1", f"{TRUST}=0,1")).dials
    mean, _ = eng.exact.prepared.drivers.filtered()
    assert level.current == pytest.approx(mean[-1, 0], abs=0.005)
    assert (level.file, level.line) == (None, None)
    assert weight.current == small.sources["smith2019"].weight
    assert weight.file == "priors/sources/smith2019.yaml"
    assert weight.line == small.lines["priors/sources/smith2019.yaml", "weight"]


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([], "one knob or two"),
        ([f"{LEVEL}=0,1", f"{TRUST}=0,1", "model.rho=0.1,0.2"], r"one knob or two \(found 3: drivers.shared"),
        ([f"{LEVEL}=0,1", f"{LEVEL}=2,3"], "drivers.shared_threat.level is named twice"),
        (
            ["drivers.trade.half_life_years.p50=1..5:400", f"{TRUST}=0..1:400"],
            "400 x 400 = 160000 points; a sweep has at most 100000",
        ),
    ],
)
def test_one_knob_or_two(small: Workspace, texts: list[str], said: str) -> None:
    """None, three, one twice, and more points than anyone waits for are refused."""
    with pytest.raises(UsageError, match=said):
        turning(small, *texts)


def test_the_first_cell_that_cannot_be_is_named(small: Workspace) -> None:
    """A median above its p95 is found before anything runs, with all the cell's values and the numbers."""
    with pytest.raises(UsageError) as caught:
        turning(small, f"{LEVEL}=0,1", "sources.smith2019.outcomes.alliance.p50=0.05,0.1,0.2")
    text = str(caught.value)
    assert "point 3 of 6" in text
    assert "drivers.shared_threat.level = 0, sources.smith2019.outcomes.alliance.p50 = 0.2" in text
    assert "0.15" in text


def test_a_level_beyond_its_limits(small: Workspace) -> None:
    """Levels are held to what an intervention may hold."""
    with pytest.raises(UsageError, match="point 2 of 2"):
        turning(small, f"{LEVEL}=0,99")


# ------------------------------------------------------------------------------------------ answers


def test_points_are_the_engines(eng: Engine, levels: Swept) -> None:
    """Each cell is what the engine answers for its settings, to the last digit."""
    assert levels.cells == tuple(range(6))
    for place, cell in enumerate(levels.sweep.cells):
        found = eng.point(cell)
        assert np.array_equal(levels.values[place], found.values)
        assert (levels.k_hat[place], levels.ess[place], levels.simulated[place]) == (
            *(found.k_hat, found.ess, found.simulated),
        )


def test_means_and_exactness(levels: Swept) -> None:
    """With nothing turned the answer is exact; a level takes a simulation, of fewer draws."""
    assert [levels.means(place) for place in range(6)] == ["exact", *["simulated"] * 5]
    assert levels.exact.tolist() == [True, *[False] * 5]
    assert levels.trusted.all()


def test_more_pressure_brings_the_two_together(levels: Swept) -> None:
    """The example's sources say so: alliance rises along the whole curve, on common random numbers."""
    curve = levels.values[1:, 0, -1, REACHED, MEAN]
    assert (np.diff(curve) > 0).all()


def test_two_knobs_hold_the_curves_of_one(eng: Engine, levels: Swept) -> None:
    """A row of the map at the second knob's present value is the first knob's own curve."""
    both = swept(eng, f"{LEVEL}=-2..2:5", f"{TRUST}=0.5,1")
    at_one = [place for place, cell in enumerate(both.sweep.cells) if cell.get(TRUST) == 1.0]
    assert np.array_equal(both.values[at_one], levels.values[1:])


def test_any_number_of_workers(eng: Engine, levels: Swept) -> None:
    """Two processes give the digits of one."""
    assert np.array_equal(swept(eng, f"{LEVEL}=-2..2:5", jobs=2).values, levels.values)


def test_shards_are_the_whole(eng: Engine, levels: Swept) -> None:
    """Every n-th chunk each: no cell twice, none left out, the same digits."""
    parts = [swept(eng, f"{LEVEL}=-2..2:5", part=Part(k, 3)) for k in (1, 2, 3)]
    assert sorted(cell for part in parts for cell in part.cells) == list(range(6))
    for part in parts:
        assert np.array_equal(part.values, levels.values[list(part.cells)])
        assert part.whole is False


def test_what_is_kept_is_not_computed_again(eng: Engine) -> None:
    """A second run of the same sweep finds every point; another range of the knob has its own."""
    counted: list[tuple[str, int]] = []

    class Counting:
        def found(self, points: int) -> None:
            counted.append(("found", points))

        def done(self, points: int) -> None:
            counted.append(("done", points))

    @contextmanager
    def watch(total: int, noun: str) -> Iterator[Counting]:
        counted.append((noun, total))
        yield Counting()

    for text in (f"{LEVEL}=0..0.3:4", f"{LEVEL}=0..0.3:4", f"{LEVEL}=0..0.4:4"):
        sweep_points(eng, sweep_of(eng, turning(eng.workspace, text)), watch=watch)
    assert counted == [
        *(("points", 5), ("done", CHUNK), ("done", CHUNK), ("done", 1)),
        *(("points", 5), ("found", 5)),
        *(("points", 5), ("done", CHUNK), ("done", CHUNK), ("done", 1)),
    ]


@pytest.mark.slow
def test_a_point_out_of_reach_is_fitted(eng: Engine) -> None:
    """Where weights cannot be trusted the turned workspace is fitted, and that answer is exact in itself."""
    texts = (f"{FAR}=0.05,0.998",)
    rough = swept(eng, *texts)
    assert not rough.reachable[2]
    assert rough.trusted.tolist() == [True, True, False]
    what = sweep_of(eng, turning(eng.workspace, *texts))
    found = sweep_points(eng, what)
    assert [found.means(place) for place in range(3)] == ["exact", "exact", "refit"]
    assert found.trusted.all()
    assert found.exact.all()
    assert np.array_equal(found.values[:2], rough.values[:2])
    # What became of its weights stays known.
    assert found.k_hat[2] == rough.k_hat[2]
    # One of three sources is all but certain of an alliance: it is likelier than before.
    assert found.values[2, 0, -1, REACHED, MEAN] > found.values[0, 0, -1, REACHED, MEAN]
    assert what.job == rough.sweep.job
    assert what.sha256 != rough.sweep.sha256


# ------------------------------------------------------------------------------------------ shards


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "1/0", "a/b", "-1/2", "1/2/3", ""])
def test_a_shard_is_k_of_n(text: str) -> None:
    """Anything else is refused with how it is written."""
    with pytest.raises(UsageError, match="such as 1/4"):
        Part.read(text)


def test_no_shard_is_empty() -> None:
    """More shards than chunks are refused, all of them, with how many there may be."""
    assert [len(chunks(6, Part(k, 3))) for k in (1, 2, 3)] == [1, 1, 1]
    with pytest.raises(UsageError, match=r"--shard 1/4: a sweep of so few points makes at most 3 shards"):
        chunks(6, Part(1, 4))


# ------------------------------------------------------------------------------------------ documents


def test_document(levels: Swept) -> None:
    """Each point with its settings, how it was come by, and every quantity; nothing JSON cannot hold."""
    found = document(levels)
    assert found["schema"] == "sweep/1"
    assert found["exact"] is False
    assert [point["settings"] for point in found["points"]] == [{LEVEL: x} for x in (-2, -1, 0, 1, 2)]
    assert found["current"]["settings"] == {}
    assert found["current"]["k_hat"] is None
    last = found["points"][4]["scenarios"][0]["horizons"][-1]
    assert last["date"] == "2035-12-31"
    assert last["reached"]["alliance"]["mean"] == levels.values[5, 0, -1, REACHED, MEAN]
    assert set(last) == {"date", "state", "reached", "alliance_broad"}
    assert math.isclose(sum(p["mean"] for p in last["state"].values()), 1.0, abs_tol=1e-9)


def test_tidy_rows(levels: Swept) -> None:
    """A row a number of each point, the knobs first; the present answer is no point."""
    rows = list(tidy(levels))
    assert columns(levels)[:3] == (LEVEL, "scenario", "date")
    assert len(rows) == 5 * len(levels.sweep.dates) * len(QUANTITIES) * 5
    assert rows[0][:3] == (-2.0, "baseline", "2025-12-31")
    assert {len(row) for row in rows} == {len(columns(levels))}


def test_parquet_holds_the_tidy_rows(levels: Swept, tmp_path: Path) -> None:
    """Read back, the same columns and numbers."""
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    from forecast.sensitivity.sweep_document import parquet

    (tmp_path / "s.parquet").write_bytes(parquet(levels))
    table = pd.read_parquet(tmp_path / "s.parquet")
    assert tuple(table.columns) == columns(levels)
    assert list(table.itertuples(index=False, name=None)) == list(tidy(levels))


def test_values_are_written_apart() -> None:
    """With as few digits as tell them apart."""
    assert written([1.0001, 1.0002]) == ["1.0001", "1.0002"]
    assert written(["a", "b"]) == ["a", "b"]
