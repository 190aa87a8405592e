"""Workers for a fan-out of chunks: this process, a pool of processes, or a Dask cluster.

One code path for whatever fans out: a task of `forecast.workers.task` is given the same context and the same
chunks wherever it runs, so that the payloads are the same bytes for any number of workers of any kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from forecast.errors import UsageError
from forecast.workers.task import Task, carry_out


class Workers(Protocol):
    """Something that carries out tasks on one context."""

    def completed(self, task: Task, chunks: Sequence[object]) -> Iterator[tuple[int, object]]:
        """``(index of the chunk, payload)`` as they finish, each once.

        An exception of the task arrives as itself, after the payloads that were there before it, and no
        further chunk is begun. Left early, what is being worked on is ended.

        Raises
        ------
        UsageError
            If a chunk's process is ended twice (killed for want of memory, or crashed), or the cluster is
            lost.
        """
        ...


@contextmanager
def workers(context: object, *, jobs: int, scheduler: str | None = None) -> Iterator[Workers]:
    """Workers that share ``context``, as long as the block lasts; left by an exception, ended at once.

    Parameters
    ----------
    context : object
        What all chunks need; it can be pickled, is sent to each worker once, and no task changes it.
    jobs : int
        Processes on this machine; with 1 the work is done in this one.
    scheduler : str, optional
        Address of a Dask scheduler, ``tcp://host:port``, whose workers are used instead.

    Raises
    ------
    UsageError
        If ``jobs`` is not positive, or the cluster cannot be reached, has no workers, or has workers that
        run another program or other versions than this one.
    """
    if jobs < 1:
        raise UsageError(f"--jobs takes a number from 1 (found {jobs})")
    if scheduler is not None:
        from forecast.workers.cluster import cluster

        with cluster(context, scheduler) as remote:
            yield remote
    elif jobs == 1:
        yield Here(context)
    else:
        from forecast.workers.processes import processes

        with processes(context, jobs) as local:
            yield local


class Here:
    """The workers of a job that has one: this process."""

    def __init__(self, context: object) -> None:
        self._context = context

    def completed(self, task: Task, chunks: Sequence[object]) -> Iterator[tuple[int, object]]:
        """See `Workers`."""
        for index, chunk in enumerate(chunks):
            yield index, carry_out(task, self._context, chunk)
