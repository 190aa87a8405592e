"""Chunks kept as they finish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import chunk_tasks
import pytest

from forecast import cache
from forecast.workers.kept import Kept, run
from forecast.workers.pool import Here, Workers
from forecast.workers.task import Task, spread

CHUNKS = spread(10, size=3)
SQUARES = [bytes(point**2 % 251 for point in chunk) for chunk in CHUNKS]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of results."""
    monkeypatch.setenv("FORECAST_CACHE_DIR", str(tmp_path / "kept"))
    return tmp_path / "kept"


def squares(context: list[range], chunk: range) -> bytes:
    """The points' squares; the context remembers what was worked on."""
    context.append(chunk)
    return bytes(point**2 % 251 for point in chunk)


class Count:
    """What `Progress` is told."""

    def __init__(self) -> None:
        self.said: list[tuple[str, int]] = []

    def found(self, points: int) -> None:
        """Kept ones."""
        self.said.append(("found", points))

    def done(self, points: int) -> None:
        """Computed ones."""
        self.said.append(("done", points))


class Backwards:
    """Workers whose last chunk is done first."""

    def __init__(self, inner: Workers) -> None:
        self.inner = inner

    def completed(self, task: Task, chunks: Sequence[object]) -> Iterator[tuple[int, object]]:
        """All of them, in the other order."""
        return reversed(list(self.inner.completed(task, chunks)))


def test_a_second_run_reads_what_the_first_kept() -> None:
    """The same payloads in the order of the chunks, none computed; counted as found."""
    worked: list[range] = []
    count = Count()
    assert run(Here(worked), squares, CHUNKS, name="job", progress=count) == SQUARES
    assert run(Here(worked), squares, CHUNKS, name="job", progress=count) == SQUARES
    assert worked == CHUNKS
    assert count.said == [("done", 3), ("done", 3), ("done", 3), ("done", 1), ("found", 10)]


def test_the_order_is_that_of_the_chunks() -> None:
    """Not that in which they finish."""
    assert run(Backwards(Here([])), squares, CHUNKS, name="job") == SQUARES


def test_an_interrupted_run_goes_on_where_it_was() -> None:
    """What was done when the third chunk failed is kept; the next run computes the rest."""

    class Tired(list[range]):
        def append(self, chunk: range) -> None:
            if len(self) == 2:
                raise KeyboardInterrupt
            super().append(chunk)

    with pytest.raises(KeyboardInterrupt):
        run(Here(Tired()), squares, CHUNKS, name="job")
    worked: list[range] = []
    assert run(Here(worked), squares, CHUNKS, name="job") == SQUARES
    assert worked == CHUNKS[2:]


def test_a_longer_job_finds_the_chunks_of_a_shorter() -> None:
    """Chunks of a fixed size are the same chunks however many follow."""
    run(Here([]), squares, spread(6, size=3), name="job")
    worked: list[range] = []
    run(Here(worked), squares, spread(12, size=3), name="job")
    assert worked == [range(6, 9), range(9, 12)]


def test_fresh_computes_all_and_keeps_it_anew(folder: Path) -> None:
    """Whatever is kept is neither read nor left."""
    for chunk in CHUNKS:
        Kept.of("job", squares, chunk).store(b"old")
    worked: list[range] = []
    assert run(Here(worked), squares, CHUNKS, name="job", fresh=True) == SQUARES
    assert worked == CHUNKS
    assert run(Here([]), squares, CHUNKS, name="job") == SQUARES
    assert len(cache.entries()) == len(CHUNKS)


def test_a_damaged_chunk_is_computed_again() -> None:
    """One that does not verify is absent."""
    run(Here([]), squares, CHUNKS, name="job")
    path = cache.folder() / "chunk" / Kept.of("job", squares, CHUNKS[1]).name
    path.write_bytes(path.read_bytes()[:-1])
    worked: list[range] = []
    assert run(Here(worked), squares, CHUNKS, name="job") == SQUARES
    assert worked == [CHUNKS[1]]


def test_another_job_task_chunk_or_program_is_another_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is found that something else computed."""
    names = [
        Kept.of(*parts).name
        for parts in (
            ("job", squares, range(3)),
            ("job2", squares, range(3)),
            ("job", chunk_tasks.counted, range(3)),
            ("job", squares, range(2)),
        )
    ]
    monkeypatch.setattr(cache, "program", lambda: "another")
    names.append(Kept.of("job", squares, range(3)).name)
    assert len(set(names)) == len(names)


def test_equal_chunks_are_computed_once() -> None:
    """Their payload comes as often as they do, and all their points are counted."""
    worked: list[range] = []
    count = Count()
    found = run(Here(worked), squares, [range(2), range(3), range(2)], name="job", progress=count)
    assert found == [b"\0\1", b"\0\1\4", b"\0\1"]
    assert worked == [range(2), range(3)]
    assert sum(points for _, points in count.said) == 7


def test_a_payload_that_is_not_bytes_is_refused() -> None:
    """What reads a kept file should never run code, as unpickling may."""
    with pytest.raises(TypeError, match="fails_at_two returns int; what is kept is bytes"):
        run(Here(None), chunk_tasks.fails_at_two, [1], name="job")
    assert cache.entries() == []


def test_a_cache_that_cannot_be_written_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All is computed, nothing kept."""
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FORECAST_CACHE_DIR", str(tmp_path / "file"))
    assert run(Here([]), squares, CHUNKS, name="job") == SQUARES
