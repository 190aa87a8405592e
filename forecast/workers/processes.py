"""A pool of processes on this machine that outlives the death of one, and ends at once when told to.

Each worker is a `concurrent.futures.ProcessPoolExecutor` of one process. A larger executor breaks as a whole
when one of its processes is killed, and cannot say which chunk that one was working on; this one loses the
one chunk, which is begun again.

Processes are forked from a server that has one thread and has loaded what the work needs ("forkserver"). A
fork of this process would copy the locks that BLAS's, the sampler's and other threads hold at that moment,
and could wait for them forever; a process started afresh ("spawn") would load all libraries once a worker.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any

from forecast.errors import UsageError
from forecast.workers.task import Task, carry_out

#: Deaths of its process after which a chunk is given up.
DEATHS = 2


@contextmanager
def processes(context: object, jobs: int) -> Iterator[Processes]:
    """So many processes that share ``context``; killed at once if the block is left by an exception."""
    pool = Processes(context, jobs)
    try:
        yield pool
    except BaseException:
        pool.kill()
        raise
    finally:
        pool.close()


class Processes:
    """Processes of this machine as `forecast.workers.pool.Workers`."""

    def __init__(self, context: object, jobs: int) -> None:
        # Pickled once, not once a worker; read by each at its first task, whose error then tells what failed.
        raw = pickle.dumps(context, protocol=pickle.HIGHEST_PROTOCOL)
        self._preload = type(context).__module__
        self._slots = [Slot(raw) for _ in range(jobs)]

    def completed(self, task: Task, chunks: Sequence[object]) -> Iterator[tuple[int, object]]:
        """See `forecast.workers.pool.Workers`."""
        start_server([self._preload, task.__module__])
        waiting = iter(range(len(chunks)))
        running: dict[Future[Any], tuple[Slot, int]] = {}
        deaths: Counter[int] = Counter()

        def begin(slot: Slot, index: int | None) -> None:
            if index is not None:
                running[slot.submit(task, chunks[index])] = (slot, index)

        try:
            for slot in self._slots:
                begin(slot, next(waiting, None))
            while running:
                done: list[tuple[int, object]] = []
                fault: BaseException | None = None
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    slot, index = running.pop(future)
                    error = future.exception()
                    if isinstance(error, BrokenProcessPool):
                        deaths[index] += 1
                        if deaths[index] < DEATHS:
                            begin(slot, index)
                        else:
                            fault = UsageError(_ended(index, chunks[index], slot.exit_code))
                    elif error is not None:
                        fault = error
                    else:
                        done.append((index, future.result()))
                        # Before anyone looks at the payload: no process waits for that.
                        begin(slot, next(waiting, None))
                yield from done
                if fault is not None:
                    raise fault
        finally:
            if running:
                self.kill()

    def kill(self) -> None:
        """End every process now, whatever it is doing."""
        for slot in self._slots:
            slot.kill()

    def close(self) -> None:
        """End every process that has nothing to do, and wait until all are gone."""
        for slot in self._slots:
            slot.close()


class Slot:
    """One process at a time, replaced by another when it has died."""

    def __init__(self, context: bytes) -> None:
        self._context = context
        self._started = Started()
        self._executor: ProcessPoolExecutor | None = None

    def submit(self, task: Task, chunk: object) -> Future[Any]:
        """Begin a chunk, in a new process if there is none that lives."""
        if self._executor is not None:
            try:
                return self._executor.submit(_work, task, chunk)
            except BrokenProcessPool:
                self.close()
        started: Any = self._started  # has of a context what an executor asks for
        with uninterrupted():  # half started, a process would be nobody's to end
            self._executor = ProcessPoolExecutor(
                1, mp_context=started, initializer=_begin, initargs=(self._context,)
            )
            return self._executor.submit(_work, task, chunk)

    @property
    def exit_code(self) -> int | None:
        """How the last process ended; minus the signal that killed it."""
        if not self._started.processes:
            return None
        process = self._started.processes[-1]
        process.join(1)
        code: int | None = process.exitcode
        return code

    def kill(self) -> None:
        """End the process now."""
        for process in self._started.processes:
            if process.is_alive():
                process.kill()

    def close(self) -> None:
        """End the process when it has nothing to do, and wait until it is gone."""
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)
            self._executor = None


class Started:
    """A way to start processes that remembers those it started: an executor keeps them to itself."""

    def __init__(self) -> None:
        self._methods: Any = multiprocessing.get_context(_method())
        self.processes: list[Any] = []

    def Process(self, *args: Any, **options: Any) -> Any:  # noqa: N802  # the name the executor calls
        """A process, remembered before it can be interrupted."""
        process = self._methods.Process(*args, **options)
        self.processes.append(process)
        return process

    def __getattr__(self, name: str) -> Any:
        return getattr(self._methods, name)


def start_server(modules: Sequence[str]) -> None:
    """Start what processes are forked from, unless it runs: with these modules, and deaf to Ctrl-C.

    A terminal's Ctrl-C goes to every process of the group. This one ends the others; a worker that heard it
    too would print a traceback, at its start even before it could say that it does not want to.
    """
    if _method() != "forkserver":
        return
    from multiprocessing import forkserver, resource_tracker

    multiprocessing.set_forkserver_preload(list(dict.fromkeys(modules)))
    with uninterrupted():
        # By itself and first: multiprocessing unblocks the signal when it has started this one.
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # inherited by the server's forks
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ctrl-C meanwhile is heard at the end of the block. (Other threads than the main one never hear it.)"""
    before = signal.getsignal(signal.SIGINT)
    if before is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if heard:
            signal.raise_signal(signal.SIGINT)


def _method() -> str:
    known = multiprocessing.get_all_start_methods()
    return "forkserver" if "forkserver" in known else "spawn"


def _ended(index: int, chunk: object, exit_code: int | None) -> str:
    how = f"by signal {-exit_code}" if exit_code is not None and exit_code < 0 else f"with code {exit_code}"
    return (
        f"chunk {index} ({chunk!r:.60}): the process working on it ended {how}, and so did the one that "
        "began it again.\nSignal 9 mostly means that memory ran out: fewer --jobs need less. What was done "
        "by then is kept.\n(A Python script that starts workers does so under `if __name__ == '__main__':`.)"
    )


# In the worker.

_raw: bytes = b""
_context: list[Any] = []


def _begin(context: bytes) -> None:
    global _raw  # noqa: PLW0603  # a worker's one context
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _raw = context
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """However the process that started this one ends, this one does not stay behind."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(task: Task, chunk: object) -> Any:
    global _raw  # noqa: PLW0603  # a worker's one context
    if not _context:
        _context.append(pickle.loads(_raw))
        _raw = b""
    return carry_out(task, _context[0], chunk)
