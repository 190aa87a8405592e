"""Shards: numbers come back exactly, and what is no sibling is told apart from what is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from forecast.errors import UsageError
from forecast.sensitivity.shards import merge, read_shard, write_shard
from forecast.sensitivity.sweep import Dial, Part, Sweep, Swept
from forecast.sensitivity.sweep_document import document

#: Cells of the example, with the one of nothing turned.
CELLS = 7


def example(low: float = 0.0) -> Sweep:
    """A sweep of two knobs over three values and two."""
    values = (low, 0.1 + 0.2, 1e-17 + 1.0)
    knobs = (
        Dial("model.rho", "Dependence", "correlation", 0.3, "priors/question.yaml", 4, values),
        Dial("base_rates.use", "Class", "class", "a", "priors/base_rates.yaml", None, ("a", "b")),
    )
    return Sweep(
        dials=knobs,
        question="arland_bergia",
        title="What becomes of Arland and Bergia?",
        as_of="2025-07-01",
        start_state="partnership",
        panel=("smith2019", "jones2022"),
        panel_id="texts",
        scenarios=("baseline", "trade_grows"),
        dates=("2030-12-31", "2035-12-31"),
        inputs_sha256="ab" * 32,
        request="(None,)",
        seed=1,
        draws=400,
        sizes=(128, 32, 4),
        refits=True,
        program="cd" * 32,
    )


def answers(sweep: Sweep, *, seed: int = 0) -> Swept:
    """Numbers of every size; a tail without shape, and one that is all there is."""
    rng = np.random.default_rng(seed)
    values = rng.random((CELLS, 2, 2, 7, 5)) ** 20
    return Swept(
        sweep=sweep,
        cells=tuple(range(CELLS)),
        values=values,
        k_hat=np.array([-np.inf, 0.1, np.inf, 0.7, -np.inf, 1 / 3, 0.2]),
        ess=400 * rng.random(CELLS),
        simulated=np.array([0, 100, 100, 100, 0, 100, 128]),
        refit=np.array([False, False, True, False, False, False, False]),
        converged=np.array([True] * 6 + [False]),
    )


def part_of(whole: Swept, part: Part) -> Swept:
    """Every n-th cell."""
    cells = whole.cells[part.k - 1 :: part.n]
    names = ("values", "k_hat", "ess", "simulated", "refit", "converged")
    return replace(whole, cells=cells, **{name: getattr(whole, name)[list(cells)] for name in names})


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Three shards of the example."""
    whole = answers(example())
    paths = [tmp_path / f"part{k}.json" for k in (1, 2, 3)]
    for k, path in enumerate(paths, start=1):
        write_shard(path, part_of(whole, Part(k, 3)), Part(k, 3))
    return paths


def test_merged_is_the_whole(files: list[Path]) -> None:
    """In any order, to the last bit of every number, and so to the last byte of the document."""
    whole, found = answers(example()), merge([files[2], files[0], files[1]])
    assert found.cells == whole.cells
    assert found.whole
    for name in ("values", "k_hat", "ess", "simulated", "refit", "converged"):
        assert getattr(found, name).dtype == getattr(whole, name).dtype
        assert getattr(found, name).tobytes() == getattr(whole, name).tobytes()
    assert found.sweep == whole.sweep
    assert json.dumps(document(found)) == json.dumps(document(whole))


@given(values=arrays(np.float64, (1, 2, 2, 7, 5), elements=st.floats(width=64, allow_nan=False)))
def test_every_double_comes_back(values: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever the numbers are: subnormal, huge, minus zero, infinite."""
    whole = part_of(answers(example()), Part(1, CELLS))
    path = tmp_path_factory.mktemp("one") / "shard.json"
    write_shard(path, replace(whole, values=values), Part(1, CELLS))
    assert read_shard(path).swept.values.tobytes() == values.tobytes()


def test_compressed_by_its_name(files: list[Path], tmp_path: Path) -> None:
    """A name in .gz is a smaller file with the same in it, the same bytes each time."""
    packed = tmp_path / "part1.json.gz"
    for _ in range(2):
        before = packed.read_bytes() if packed.exists() else None
        write_shard(packed, read_shard(files[0]).swept, Part(1, 3))
        assert before in (None, packed.read_bytes())
    assert packed.stat().st_size < files[0].stat().st_size
    assert merge([packed, *files[1:]]).whole


def test_missing_shards_are_named(files: list[Path]) -> None:
    """All of them, with how to make the first."""
    with pytest.raises(UsageError, match=r"missing: shards 1/3, 3/3; run the same sweep with --shard 1/3"):
        merge([files[1]])
    with pytest.raises(UsageError, match=r"missing: shard 2/3;"):
        merge([files[0], files[2]])
    with pytest.raises(UsageError, match="takes the files of all shards"):
        merge([])


def test_a_shard_twice(files: list[Path]) -> None:
    """Both files are named."""
    with pytest.raises(UsageError, match=r"part2\.json and .*part2\.json are both shard 2/3"):
        merge([files[0], files[1], files[1]])


def test_another_number_of_shards(files: list[Path]) -> None:
    """A half among thirds."""
    write_shard(files[1], part_of(answers(example()), Part(2, 2)), Part(2, 2))
    with pytest.raises(UsageError, match=r"part2\.json is shard 2/2 and .*part1\.json is 1/3"):
        merge(files)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seed": 2}, "seed 2, there 1"),
        ({"draws": 500}, "draws 500, there 400"),
        ({"panel_id": "all"}, "panel id all, there texts"),
        ({"inputs_sha256": "ef" * 32}, "inputs sha256 efefefefefefefef…, there abab"),
        ({"program": "ef" * 32}, "program efef"),
        ({"refits": False}, "refits False, there True"),
        ({"scenarios": ("baseline", "clash")}, "clash"),
        ({"sizes": (64, 32, 4)}, "its flags differ"),
        ({"dials": example(low=-1.0).dials}, r"it turns model\.rho over 3 values from -1\.0 to 1\.0 and"),
    ],
)
def test_a_shard_of_another_sweep(files: list[Path], change: dict[str, object], said: str) -> None:
    """The file is named, and the first thing that differs."""
    other = answers(replace(example(), **change))  # type: ignore[arg-type]
    write_shard(files[2], part_of(other, Part(3, 3)), Part(3, 3))
    with pytest.raises(UsageError, match=r"part3\.json is of another sweep than .*part1\.json: .*" + said):
        merge(files)


def test_what_is_only_shown_does_not_part_siblings(files: list[Path]) -> None:
    """The mean level of a driver may differ in its last digit from one machine to the next."""
    dial, other = example().dials
    whole = answers(replace(example(), dials=(replace(dial, current=0.31), other)))
    write_shard(files[2], part_of(whole, Part(3, 3)), Part(3, 3))
    assert merge(files).sweep.dials[0].current == 0.3


def test_damage_is_found(files: list[Path]) -> None:
    """A digit changed, or a file cut short; the file is named, and the shard to run again."""
    text = files[1].read_text("utf-8")
    place = text.index('"ess":') + 7
    files[1].write_text(text[:place] + str((int(text[place]) + 1) % 10) + text[place + 1 :], encoding="utf-8")
    with pytest.raises(UsageError, match=r"part2\.json is damaged: .*run --shard 2/3 again"):
        merge(files)
    files[1].write_text(text[: len(text) // 2], encoding="utf-8")
    with pytest.raises(UsageError, match=r"part2\.json is damaged"):
        merge(files)


def test_what_is_no_shard(files: list[Path], tmp_path: Path) -> None:
    """Another document, another kind of file, none at all."""
    other = tmp_path / "other.json"
    other.write_text(json.dumps(document(answers(example()))), encoding="utf-8")
    with pytest.raises(UsageError, match=r"other\.json is no shard of a sweep \(schema 'sweep/1'"):
        merge([other])
    other.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=r"other\.json is damaged, or no shard"):
        merge([other])
    other.write_bytes(b"\x1f\x8bnothing")
    with pytest.raises(UsageError, match=r"other\.json is damaged, or no shard"):
        merge([other])
    with pytest.raises(UsageError, match=r"nowhere\.json: No such file"):
        merge([tmp_path / "nowhere.json"])
