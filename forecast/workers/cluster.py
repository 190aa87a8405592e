"""The workers of a Dask cluster: a scheduler somewhere, and processes anywhere that have joined it.

The context is sent to the scheduler once, as the argument of a task that reads it; workers pull what that
task made from each other, and if the last worker that had it dies, it is made again. (Data that a client
*scatters* is lost with the workers that hold it, and with it whatever depends on it.) Chunks of a worker that
dies are given to others by the scheduler, up to its ``allowed-failures``. Keys are new in each run: two that
share a cluster do not meet.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import pickle
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from forecast import cache
from forecast.errors import UsageError
from forecast.workers.task import Task, carry_out

#: Seconds for the scheduler to answer at all, for a first worker, and for a client to come off the line.
ANSWER, FIRST_WORKER, FAREWELL = 3, 2, 1
#: A context is one large argument on purpose; Dask advises against those from a few megabytes on.
LARGE = {"distributed.admin.large-graph-warning-threshold": "1 TiB"}

START = """Start one, on machines that trust each other (whoever reaches it can run code there):
  dask scheduler --host HOST --port 8786
  dask worker tcp://HOST:8786 --nworkers 4 --nthreads 1"""


@contextlib.contextmanager
def cluster(context: object, scheduler: str) -> Iterator[Cluster]:
    """The workers of the scheduler at ``tcp://host:port``, once they are known to run this very program.

    Raises
    ------
    UsageError
        If Dask is not installed here, no scheduler answers within seconds, it has no workers, or one of
        them has another program, Python or numerical library.
    """
    try:
        import distributed
    except ImportError:
        raise UsageError(
            "--scheduler needs Dask, which is not installed: pip install 'alliance-forecast[cluster]'"
        ) from None
    _ask(scheduler)
    with _quiet(), distributed.Client(scheduler, timeout=ANSWER, set_as_default=False) as client:
        try:
            _check(client, scheduler)
            yield Cluster(client, context, scheduler)
        finally:
            with contextlib.suppress(Exception):
                client.close(timeout=FAREWELL)


class Cluster:
    """A client of a scheduler as `forecast.workers.pool.Workers`."""

    def __init__(self, client: Any, context: object, scheduler: str) -> None:
        import dask

        self._client, self._scheduler = client, scheduler
        with dask.config.set(LARGE):
            self._context = client.submit(
                pickle.loads,
                pickle.dumps(context, protocol=pickle.HIGHEST_PROTOCOL),
                key=f"forecast-context-{uuid.uuid4().hex}",
                pure=False,
            )

    def completed(self, task: Task, chunks: Sequence[object]) -> Iterator[tuple[int, object]]:
        """See `forecast.workers.pool.Workers`; what a worker is at when it is left early it works out."""
        import distributed
        from distributed.client import FutureCancelledError
        from distributed.comm.core import CommClosedError

        run = uuid.uuid4().hex
        # Pickled: Dask looks into tuples and lists for tasks of its own.
        futures = {
            self._client.submit(
                work,
                task,
                self._context,
                pickle.dumps(chunk),
                cache.program(),
                key=f"forecast-chunk-{run}-{index}",
                pure=False,
            ): index
            for index, chunk in enumerate(chunks)
        }
        missing = set(futures.values())
        try:
            for future in distributed.as_completed(futures, loop=self._client.loop):
                index = futures[future]
                try:
                    payload = future.result()
                except distributed.KilledWorker as error:
                    raise UsageError(
                        f"chunk {index} ({chunks[index]!r:.60}): {error.allowed_failures + 1} workers died "
                        f"while working on it, the last at {error.last_worker.address}. Mostly memory ran "
                        "out: fewer workers a machine need less. What was done by then is kept."
                    ) from None
                except (FutureCancelledError, CommClosedError) as error:
                    raise self._lost(len(missing)) from error
                if index in missing:
                    missing.remove(index)
                    # What is here need not be held there.
                    future.release()
                    yield index, payload
            if missing:
                raise self._lost(len(missing))
        finally:
            if missing and self._client.status == "running":
                with contextlib.suppress(Exception):
                    self._client.cancel(list(futures), force=True)

    def _lost(self, count: int) -> UsageError:
        return UsageError(
            f"the Dask scheduler at {self._scheduler} was lost with {count} chunks to go. "
            "What was done by then is kept: start it and its workers, and run again."
        )


def work(task: Task, context: Any, chunk: bytes, program: str) -> Any:
    """On the worker: the chunk's payload, unless the worker runs another program.

    Asked again with each chunk, since workers may join at any time.
    """
    if cache.program() != program:
        from distributed import get_worker

        raise UsageError(_other(get_worker().address, "another forecast"))
    return carry_out(task, context, pickle.loads(chunk))


def identity() -> tuple[str, dict[str, str]]:
    """On the worker: a hash of its program, and the versions of what it runs on."""
    return cache.program(), cache.versions()


def _ask(scheduler: str) -> None:
    """Whether what answers at the address is a scheduler, and one with workers."""
    with ThreadPoolExecutor(1) as own_loop:  # this thread may have one that runs, as in a notebook
        try:
            kind = own_loop.submit(asyncio.run, _kind(scheduler)).result()
        except ValueError as error:
            raise UsageError(
                f"--scheduler takes an address like tcp://host:8786 (found {scheduler!r}: {error})"
            ) from None
        except Exception as error:
            # Among them whatever comes of an answer in another language than Dask's.
            said = str(error) or f"nothing in {ANSWER} seconds"
            raise UsageError(f"no Dask scheduler answers at {scheduler} ({said:.80}).\n{START}") from None
    if kind != "Scheduler":
        raise UsageError(f"what answers at {scheduler} is no Dask scheduler but a {kind}.\n{START}")


async def _kind(scheduler: str) -> str:
    from distributed.core import rpc

    async with asyncio.timeout(ANSWER):
        async with rpc(scheduler, timeout=ANSWER) as there:
            answer = await there.identity()
    return str(answer["type"])


def _check(client: Any, scheduler: str) -> None:
    """Every worker runs this program, and the scheduler can read what is sent to them."""
    try:
        client.wait_for_workers(1, timeout=FIRST_WORKER)
    except TimeoutError:
        raise UsageError(
            f"the Dask scheduler at {scheduler} has no workers. Start some:\n"
            f"  dask worker {scheduler} --nworkers 4 --nthreads 1"
        ) from None
    own = identity()
    for address, found in client.run(identity, on_error="return").items():
        if isinstance(found, OSError):
            continue  # it has just gone; others take its chunks
        if isinstance(found, Exception):
            raise UsageError(_other(address, f"no such forecast ({type(found).__name__}: {found})"))
        program, versions = found
        for name in sorted(own[1]):
            if versions.get(name) != own[1][name]:
                raise UsageError(
                    _other(address, f"{name} {versions.get(name)}", f" (here {name} {own[1][name]})")
                )
        if program != own[0]:
            raise UsageError(_other(address, "another forecast"))
    try:
        client.run_on_scheduler(identity)
    except Exception as error:
        raise UsageError(
            _other(scheduler, f"no such forecast ({type(error).__name__}: {error})", kind="scheduler")
        ) from None


def _other(address: str, has: str, here: str = "", *, kind: str = "worker") -> str:
    return (
        f"the {kind} at {address} has {has}{here}: numbers would differ by where they were computed. "
        "Install the same forecast with the same versions there, and start it again."
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Dask's own lines about connections are left out: what matters of them is raised."""
    log = logging.getLogger("distributed")
    before = log.level, log.propagate
    loud = [(one, one.level) for one in map(logging.getLogger, _loggers("distributed"))]
    try:
        for one, _ in loud:
            one.setLevel(logging.CRITICAL + 1)
        yield
    finally:
        for one, level in loud:
            one.setLevel(level)
        log.setLevel(before[0])


def _loggers(name: str) -> list[str]:
    return [name, *(one for one in logging.root.manager.loggerDict if one.startswith(f"{name}."))]
