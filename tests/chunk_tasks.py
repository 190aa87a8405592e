"""Tasks that tests give to workers: functions of a module that every process can import."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

from forecast.calendar import Floats

#: Large enough that BLAS takes a product apart for its threads.
SIZE = 400


def matrix() -> Floats:
    """A context: numbers of many magnitudes, so that the order of a sum shows in its last bits."""
    rng = np.random.default_rng(7)
    return np.asarray(rng.normal(size=(SIZE, SIZE)) * np.exp(5 * rng.normal(size=SIZE)))


def products(context: Floats, chunk: range) -> bytes:
    """The bytes of a matrix product for each point."""
    return b"".join((context @ np.roll(context, point, axis=0))[:3].tobytes() for point in chunk)


def blas_threads(context: object, chunk: object) -> list[int]:
    """Threads of each BLAS in this process."""
    return [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]


def process(context: object, chunk: float) -> int:
    """Who works on it, after so many seconds."""
    time.sleep(chunk)
    return os.getpid()


def fails_at_two(context: object, chunk: int) -> int:
    """The chunk itself, but for 2."""
    if chunk == 2:
        raise LookupError("no such thing as 2")
    return chunk


def dies(context: Path, chunk: tuple[int, int]) -> tuple[int, int]:
    """``(number, deaths)``: killed so many times before it is done; the payload says how often it began."""
    number, deaths = chunk
    begun = len(list(context.glob(f"{number}-*")))
    (context / f"{number}-{begun}").touch()
    if begun < deaths:
        os.kill(os.getpid(), signal.SIGKILL)
    return number, begun + 1


def counted(context: Path, chunk: range) -> bytes:
    """The points' squares; a file is left for each time a chunk is done."""
    time.sleep(0.2)
    (context / f"{chunk.start}-{os.getpid()}-{time.time_ns()}").touch()
    return bytes(point**2 % 251 for point in chunk)
