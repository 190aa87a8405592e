"""Payloads kept as they finish: a job that was interrupted goes on where it was.

A chunk is a file of `forecast.cache`, written whole or not at all and verified when read. Its name is a hash
of the name of the job (all it depends on), of the task and the chunk, and of this program with the versions
below it: a chunk is found again by any later job that would compute the same.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from forecast import cache
from forecast.workers.pool import Workers
from forecast.workers.task import Task

KIND = "chunk"


class Counting(Protocol):
    """What is told of points that are there: `forecast.workers.progress.Progress`."""

    def found(self, points: int) -> None:
        """So many were kept by an earlier run."""
        ...

    def done(self, points: int) -> None:
        """So many more have been computed."""
        ...


@dataclass(frozen=True)
class Kept:
    """The payload of one chunk between runs, under ``kind/name`` of the cache."""

    name: str
    kind: str = KIND

    @classmethod
    def of(cls, job: str, task: Task, chunk: object) -> Kept:
        """Where the payload of a chunk is kept; equal chunks made alike have one place."""
        return cls(
            cache.key([KIND, job, task.__module__, task.__qualname__, pickle.dumps(chunk, protocol=5)])
        )

    def load(self) -> bytes | None:
        """The payload, or None if none is kept that verifies."""
        return cache.load(self.kind, self.name)

    def store(self, payload: bytes) -> None:
        """Keep the payload; silently not, where the cache cannot be written."""
        cache.store(self.kind, self.name, payload)


def run(
    workers: Workers,
    task: Task,
    chunks: Sequence[object],
    *,
    name: str,
    fresh: bool = False,
    progress: Counting | None = None,
) -> list[bytes]:
    """The task's payload for each chunk, in their order: read if kept, else computed and kept at once.

    Parameters
    ----------
    workers : Workers
        Who computes what is missing, `forecast.workers.pool.workers`.
    task : Task
        ``task(context, chunk)``, whose payload is bytes: reading a kept file never runs code.
    chunks : sequence
        Such as `forecast.workers.task.spread` makes; equal ones are computed once.
    name : str
        A hash of all the job's numbers depend on beside the chunk (the fit, the flags), as `cache.key`.
    fresh : bool
        Compute every chunk, whatever is kept, and keep it anew.
    progress : Progress, optional
        Told of each chunk; a range counts for its points, any other for one.

    Raises
    ------
    TypeError
        If a payload is not bytes.
    Exception
        Whatever the task raises, or `UsageError` of the workers; chunks done by then are kept.
    """
    places = [Kept.of(name, task, chunk) for chunk in chunks]
    kept = {} if fresh else {place: place.load() for place in dict.fromkeys(places)}
    payloads = {place: payload for place, payload in kept.items() if payload is not None}
    if progress is not None and payloads:
        progress.found(sum(points(chunk) for chunk, at in zip(chunks, places, strict=True) if at in payloads))
    # Equal chunks have one place, and are computed once.
    todo = [(at, chunk) for at, chunk in dict(zip(places, chunks, strict=True)).items() if at not in payloads]
    if todo:
        for index, payload in workers.completed(task, [chunk for _, chunk in todo]):
            place, chunk = todo[index]
            if not isinstance(payload, bytes):
                raise TypeError(
                    f"{task.__qualname__} returns {type(payload).__name__}; what is kept is bytes"
                )
            place.store(payload)
            payloads[place] = payload
            if progress is not None:
                progress.done(points(chunk) * places.count(place))
    return [payloads[place] for place in places]


def points(chunk: object) -> int:
    """How many points of a job a chunk is: the length of a range, else one."""
    return len(chunk) if isinstance(chunk, range) else 1
