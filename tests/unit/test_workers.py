"""Workers on this machine: the same payloads, deaths survived, nobody left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import chunk_tasks
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from forecast.errors import UsageError
from forecast.workers.pool import workers
from forecast.workers.task import one_blas_thread, spread

TESTS = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("jobs", [2, 3])
def test_the_payloads_are_the_same_for_any_number_of_jobs(jobs: int) -> None:
    """Bit by bit those of this process, each chunk once; so for a second task of the same workers."""
    context, chunks = chunk_tasks.matrix(), spread(13, size=2)
    with workers(context, jobs=1) as here:
        expected = dict(here.completed(chunk_tasks.products, chunks))
    assert len(set(expected.values())) == len(chunks)
    with workers(context, jobs=jobs) as pool:
        for _ in range(2):
            found = list(pool.completed(chunk_tasks.products, chunks))
            assert sorted(index for index, _ in found) == list(range(len(chunks)))
            assert dict(found) == expected


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_task_has_one_blas_thread(jobs: int) -> None:
    """Of each BLAS there is, in this process or another; afterwards there are as many as before."""
    with threadpool_limits(2):
        before = threadpool_info()
        with workers(None, jobs=jobs) as pool:
            found = [threads for _, threads in pool.completed(chunk_tasks.blas_threads, range(4))]
        assert threadpool_info() == before
    assert {1} == {number for threads in found for number in threads}


def test_overlapping_tasks_of_a_process_all_have_one_blas_thread() -> None:
    """The first to end does not give the threads back while another is at work."""
    with threadpool_limits(2):
        first, second = one_blas_thread(), one_blas_thread()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert set(chunk_tasks.blas_threads(None, None)) == {1}
        second.__exit__(None, None, None)
        assert set(chunk_tasks.blas_threads(None, None)) == {2}


def test_jobs_are_that_many_processes() -> None:
    """Two at a time for two jobs, none of them this one; with one job, this one."""
    with workers(None, jobs=2) as pool:
        assert len({who for _, who in pool.completed(chunk_tasks.process, [0.2] * 6)} - {os.getpid()}) == 2
    with workers(None, jobs=1) as here:
        assert {who for _, who in here.completed(chunk_tasks.process, [0.0] * 2)} == {os.getpid()}
    assert multiprocessing.active_children() == []


def test_a_killed_process_costs_its_chunk_a_second_beginning(tmp_path: Path) -> None:
    """Two chunks whose process is killed once: every chunk comes once, those two at the second attempt."""
    chunks = [(number, int(number in {1, 4})) for number in range(7)]
    with workers(tmp_path, jobs=2) as pool:
        found = [payload for _, payload in pool.completed(chunk_tasks.dies, chunks)]
    assert sorted(found) == [(number, 1 + deaths) for number, deaths in chunks]


def test_a_chunk_that_kills_twice_is_named(tmp_path: Path) -> None:
    """The error has its number, itself and the signal; it is not begun a third time."""
    chunks = [(number, 9 * (number == 3)) for number in range(5)]
    with (
        pytest.raises(UsageError, match=r"chunk 3 \(\(3, 9\)\): .* by signal 9, and so did"),
        workers(tmp_path, jobs=2) as pool,
    ):
        list(pool.completed(chunk_tasks.dies, chunks))
    assert len(list(tmp_path.glob("3-*"))) == 2
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_exception_of_a_task_arrives_as_itself(jobs: int) -> None:
    """Type and words; what comes before it is right, not all is worked on, and nobody is left."""
    found: list[tuple[int, object]] = []
    with pytest.raises(LookupError, match="no such thing as 2"), workers(None, jobs=jobs) as pool:
        found.extend(pool.completed(chunk_tasks.fails_at_two, range(1000)))
    assert all(index == payload != 2 for index, payload in found)
    assert len(found) < 999
    assert multiprocessing.active_children() == []


def test_left_early_the_work_is_ended_and_the_workers_serve_again() -> None:
    """One payload taken of chunks that would take minutes: the others are ended, the next task is done."""
    with workers(None, jobs=2) as pool:
        running = pool.completed(chunk_tasks.process, [0.0, 600.0, 600.0])
        assert next(running)[0] == 0
        running.close()  # type: ignore[attr-defined]  # a generator
        assert len(list(pool.completed(chunk_tasks.process, [0.0] * 3))) == 3
    assert multiprocessing.active_children() == []


def test_jobs_are_at_least_one() -> None:
    """None at all is no way to work."""
    with pytest.raises(UsageError, match=r"--jobs takes a number from 1 \(found 0\)"), workers(None, jobs=0):
        pass


@pytest.mark.parametrize(("count", "size"), [(0, 3), (1, 3), (6, 3), (7, 3)])
def test_chunks_cover_all_points_once(count: int, size: int) -> None:
    """In order, each of the size but the last."""
    chunks = spread(count, size=size)
    assert [point for chunk in chunks for point in chunk] == list(range(count))
    assert all(len(chunk) == size for chunk in chunks[:-1])
    with pytest.raises(ValueError, match="at least one point"):
        spread(count, size=0)


LONG = """
import sys
import chunk_tasks
from forecast.cli.interrupt import answered, hear_every_interrupt
from forecast.workers.pool import workers
if __name__ == "__main__":
    hear_every_interrupt()
    try:
        with workers(None, jobs=2) as pool:
            for index, who in pool.completed(chunk_tasks.process, [0.1, 0.1, 600.0, 600.0]):
                print(who, flush=True)
    except KeyboardInterrupt:
        answered()
        print("heard", flush=True)
        sys.exit(130)
"""


def start_long(folder: Path) -> subprocess.Popen[str]:
    """A script with two workers at something long, in a session (and so a process group) of its own."""
    script = folder / "long.py"
    script.write_text(LONG)
    return subprocess.Popen(
        [sys.executable, str(script)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def gone(session: int) -> bool:
    """Whether no process of the session is left, looked at for as long as ten seconds."""
    for _ in range(100):
        try:
            os.killpg(session, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.skipif(os.name == "nt", reason="process groups are of POSIX")
@pytest.mark.parametrize("moment", ["working", "starting"])
def test_ctrl_c_ends_all_processes_without_a_word(tmp_path: Path, moment: str) -> None:
    """SIGINT to the whole group, as a terminal sends it: no traceback, and nobody is left."""
    with start_long(tmp_path) as process:
        assert process.stdout is not None
        if moment == "working":
            assert int(process.stdout.readline())
            assert int(process.stdout.readline())
        else:
            # As soon as a second process is there, whatever it is doing.
            while len(group(process.pid)) < 2:
                time.sleep(0.005)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "heard\n", "")
    assert gone(process.pid)


@pytest.mark.skipif(os.name == "nt", reason="process groups are of POSIX")
def test_workers_do_not_outlive_who_started_them(tmp_path: Path) -> None:
    """The process is killed and can end nobody: its workers end themselves."""
    with start_long(tmp_path) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline())
        assert int(process.stdout.readline())
        process.kill()
        process.wait()
        assert gone(process.pid)


def group(session: int) -> list[int]:
    """Processes of a process group."""
    done = subprocess.run(["ps", "-eo", "pid=,pgid="], capture_output=True, text=True, check=True)
    pairs = (map(int, line.split()) for line in done.stdout.splitlines())
    return [pid for pid, of in pairs if of == session]
