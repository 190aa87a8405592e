"""A real Dask cluster on this machine: the same bytes, a worker killed, nobody there, another program."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import chunk_tasks
import pytest

import forecast
from forecast import cache
from forecast.errors import UsageError
from forecast.workers.kept import run
from forecast.workers.pool import workers
from forecast.workers.task import spread

pytest.importorskip("distributed", reason="Dask (the extra `cluster`) is not installed")

HERE = "127.0.0.1"
TESTS = Path(__file__).resolve().parent
DASK = [sys.executable, "-m", "dask"]
#: Seconds to wait for a process to be there.
PATIENCE = 60


@dataclass
class Cluster:
    """A scheduler and workers, each a process of its own, whose files are below a folder."""

    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    address: str = ""

    def scheduler(self) -> None:
        """Start it on a port the system gives."""
        file = self.folder / "scheduler.json"
        self._start("scheduler", "--port", "0", "--scheduler-file", str(file))
        self.address = str(json.loads(awaited(file))["address"])

    def worker(self, name: str, path: str = "") -> subprocess.Popen[bytes]:
        """Start one, without a nanny: killed, it stays dead. Programs are looked for in ``path`` first."""
        return self._start(
            *("worker", self.address, "--name", name, "--nthreads", "1", "--no-nanny"),
            *("--local-directory", str(self.folder)),
            path=path,
        )

    def _start(self, *arguments: str, path: str = "") -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [*DASK, *arguments, "--host", HERE, "--no-dashboard"],
            cwd=self.folder,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(filter(None, [path, str(TESTS), os.environ.get("PYTHONPATH")])),
                "DASK_TEMPORARY_DIRECTORY": str(self.folder),
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)
        return process


def awaited(file: Path) -> str:
    """The text of a file once it is there and whole."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(OSError, ValueError):
            text = file.read_text()
            json.loads(text)
            return text
        time.sleep(0.05)
    raise TimeoutError(file)


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler without workers; all that is started for it is ended with the test."""
    (tmp_path / "dask").mkdir()
    cluster = Cluster(tmp_path / "dask")
    with ExitStack() as end:
        end.callback(lambda: [(process.kill(), process.wait()) for process in cluster.processes])
        cluster.scheduler()
        yield cluster


@pytest.fixture
def cluster(alone: Cluster) -> Cluster:
    """A scheduler with two workers."""
    for name in ("first", "second"):
        alone.worker(name)
    there(alone, 2)
    return alone


def there(cluster: Cluster, count: int) -> None:
    """Wait until so many workers have joined."""
    from distributed import Client

    with Client(cluster.address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=PATIENCE)


def test_a_cluster_gives_the_bytes_of_this_process(cluster: Cluster) -> None:
    """Matrix products bit by bit, each chunk once; exceptions of a task arrive as themselves."""
    context, chunks = chunk_tasks.matrix(), spread(13, size=2)
    with workers(context, jobs=1) as here:
        expected = dict(here.completed(chunk_tasks.products, chunks))
    with workers(context, jobs=1, scheduler=cluster.address) as remote:
        found = list(remote.completed(chunk_tasks.products, chunks))
        assert sorted(index for index, _ in found) == list(range(len(chunks)))
        assert dict(found) == expected
        threads = [number for _, number in remote.completed(chunk_tasks.blas_threads, range(4))]
        assert {1} == {number for each in threads for number in each}  # type: ignore[attr-defined]
        with pytest.raises(LookupError, match="no such thing as 2"):
            list(remote.completed(chunk_tasks.fails_at_two, range(4)))


def test_a_killed_worker_loses_and_doubles_nothing(cluster: Cluster, tmp_path: Path) -> None:
    """One of two workers gets SIGKILL half way, with the context and payloads it holds: all come, once.

    The context of the one that is left may have been the dead one's: it is made again. What is kept is what
    one process keeps, and a second run computes nothing.
    """
    done = tmp_path / "done"
    done.mkdir()
    chunks = spread(40, size=2)

    class Killer:
        """Kills a worker when half of the points have come."""

        points = 0

        def found(self, points: int) -> None:
            """None is kept at first."""
            raise AssertionError(points)

        def done(self, points: int) -> None:
            """Count them."""
            self.points += points
            if self.points == 20:
                cluster.processes[1].send_signal(signal.SIGKILL)

    killer = Killer()
    with workers(done, jobs=1, scheduler=cluster.address) as remote:
        found = run(remote, chunk_tasks.counted, chunks, name="killed", progress=killer)
    assert killer.points == 40
    assert cluster.processes[1].wait(PATIENCE) == -signal.SIGKILL
    assert found == [bytes(point**2 % 251 for point in chunk) for chunk in chunks]
    began = len(list(done.iterdir()))
    with workers(done, jobs=2) as pool:
        assert run(pool, chunk_tasks.counted, chunks, name="killed") == found
        assert len(list(done.iterdir())) == began
        assert run(pool, chunk_tasks.counted, chunks, name="killed", fresh=True) == found


@pytest.mark.slow
def test_the_context_outlives_whoever_holds_it(cluster: Cluster, tmp_path: Path) -> None:
    """Every worker dies and another joins: the rest of the chunks are done there, none twice told."""
    first, second = cluster.processes[1:]
    with workers(tmp_path, jobs=1, scheduler=cluster.address) as remote:
        running = remote.completed(chunk_tasks.counted, spread(12, size=1))
        found = [next(running) for _ in range(3)]
        first.kill()
        second.kill()
        cluster.worker("third")
        found.extend(running)
    assert sorted(found) == [(n, bytes([n * n])) for n in range(12)]  # type: ignore[type-var]


@pytest.mark.slow
def test_a_scheduler_that_is_lost_is_named(cluster: Cluster) -> None:
    """Killed half way: said within the run, with how many chunks were to go, and what to do."""

    def lose() -> None:
        with workers(None, jobs=1, scheduler=cluster.address) as remote:
            for index, _ in enumerate(remote.completed(chunk_tasks.process, [0.2] * 40)):
                if index == 3:
                    cluster.processes[0].kill()

    with pytest.raises(UsageError, match=rf"{cluster.address} was lost with \d+ chunks to go\. .* is kept"):
        lose()


def test_nobody_answers() -> None:
    """A port nothing listens at: the address, and how to start a scheduler and workers."""
    with socket.socket() as taken:
        taken.bind((HERE, 0))  # not listening
        address = f"tcp://{HERE}:{taken.getsockname()[1]}"
        with (
            pytest.raises(
                UsageError, match=rf"no Dask scheduler answers at {address} (.|\n)*dask worker tcp://"
            ),
            workers(None, jobs=1, scheduler=address),
        ):
            pass


@pytest.mark.slow
def test_somebody_else_answers(cluster: Cluster) -> None:
    """Something that never says a word, and a worker in the scheduler's place."""
    with socket.create_server((HERE, 0)) as mute:
        address = f"tcp://{HERE}:{mute.getsockname()[1]}"
        with (
            pytest.raises(UsageError, match=f"no Dask scheduler answers at {address}"),
            workers(None, jobs=1, scheduler=address),
        ):
            pass
    from distributed import Client

    with Client(cluster.address, set_as_default=False) as client:
        worker = next(iter(client.scheduler_info()["workers"]))
    with (
        pytest.raises(UsageError, match=f"{worker} is no Dask scheduler but a Worker"),
        workers(None, jobs=1, scheduler=worker),
    ):
        pass


@pytest.mark.parametrize("address", ["somewhere", "http://127.0.0.1:8786"])
def test_an_address_has_a_form(address: str) -> None:
    """Neither a name alone nor another protocol."""
    with (
        pytest.raises(
            UsageError, match=rf"--scheduler takes an address like tcp://host:8786 \(found '{address}"
        ),
        workers(None, jobs=1, scheduler=address),
    ):
        pass


@pytest.mark.slow
def test_a_scheduler_without_workers(alone: Cluster) -> None:
    """Nothing would ever be done: how to start some."""
    with (
        pytest.raises(UsageError, match=rf"has no workers(.|\n)*dask worker {alone.address}"),
        workers(None, jobs=1, scheduler=alone.address),
    ):
        pass


@pytest.mark.slow
def test_a_worker_with_another_program_is_named(cluster: Cluster, tmp_path: Path) -> None:
    """A copy of the package with one line more: refused before any work, and if it joins later, by itself."""
    package = Path(forecast.__file__).parent
    copy = shutil.copytree(
        package, tmp_path / "other" / "forecast", ignore=shutil.ignore_patterns("__pycache__")
    )
    with (copy / "states.py").open("a") as file:
        file.write("\nANOTHER = True\n")
    pattern = r"the worker at tcp://127\.0\.0\.1:\d+ has another forecast: "
    with workers(None, jobs=1, scheduler=cluster.address) as remote:
        for process in cluster.processes[1:]:
            process.kill()
        cluster.worker("other", path=str(tmp_path / "other"))
        with pytest.raises(UsageError, match=pattern):
            list(remote.completed(chunk_tasks.process, [0.0]))
    with pytest.raises(UsageError, match=pattern), workers(None, jobs=1, scheduler=cluster.address):
        pass


@pytest.mark.slow
def test_another_version_is_named(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which package, what it is there and what it is here."""
    own = cache.versions()
    monkeypatch.setattr(cache, "versions", lambda: {**own, "numpy": "1.0"})
    with (
        pytest.raises(UsageError, match=rf"the worker at .* has numpy {own['numpy']} \(here numpy 1\.0\)"),
        workers(None, jobs=1, scheduler=cluster.address),
    ):
        pass


INTERRUPTED = """
import sys
import chunk_tasks
from forecast.cli.interrupt import answered, hear_every_interrupt
from forecast.workers.pool import workers
hear_every_interrupt()
try:
    with workers(None, jobs=1, scheduler=sys.argv[1]) as remote:
        for index, _ in remote.completed(chunk_tasks.process, [0.1] * 4 + [1.0] * 40):
            print(index, flush=True)
except KeyboardInterrupt:
    answered()
    print("heard", flush=True)
    sys.exit(130)
"""


@pytest.mark.slow
def test_ctrl_c_leaves_the_cluster_to_others(cluster: Cluster) -> None:
    """No traceback, and chunks that were waiting are taken back: the next job is not behind them."""
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, cluster.address],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out.splitlines()[-1], err) == (130, "heard", "")
    from distributed import Client

    with Client(cluster.address, set_as_default=False) as client:
        tasks = client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.tasks))
    assert tasks == 0
