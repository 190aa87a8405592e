"""Answers of one engine for many questions: asked where there are workers, kept as they come.

A question is JSON text, so that equal ones are equal bytes and are answered once; an answer is a
`forecast.reweighting.engine.Point`, kept as plain numbers.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from forecast import cache
from forecast.errors import UsageError
from forecast.reweighting.engine import Engine, Point
from forecast.reweighting.kept import name_of
from forecast.simulation.quantities import QUANTITIES, STATS
from forecast.workers.kept import run
from forecast.workers.pool import Workers, workers
from forecast.workers.progress import Progress
from forecast.workers.task import Task

#: Numbers before a point's values: k-hat, effective draws, draws simulated, and the shape of the values.
_HEAD = 7


class Runs:
    """A task asked of one engine's workers, each question once."""

    def __init__(self, engine: Engine, task: Task, pool: Workers, *, fresh: bool, quiet: bool) -> None:
        self._task, self._pool, self._fresh, self._quiet = task, pool, fresh, quiet
        sizes = (engine.draws, engine.paths, engine.steps_per_year)
        names = [name_of(engine.workspace, engine.request), engine.request.fingerprint(), repr(sizes)]
        self._name = cache.key(["sensitivity", *names])
        self._known: dict[str, Point] = {}

    @property
    def asked(self) -> int:
        """How many different questions were asked so far."""
        return len(self._known)

    def __call__(self, questions: Sequence[str], *, noun: str = "points") -> list[Point]:
        """The points of some questions (`question`), in their order."""
        new = [one for one in dict.fromkeys(questions) if one not in self._known]
        with Progress(len(new), noun=noun, quiet=self._quiet) as progress:
            payloads = run(self._pool, self._task, new, name=self._name, fresh=self._fresh, progress=progress)
        self._known |= {one: unpacked(payload) for one, payload in zip(new, payloads, strict=True)}
        return [self._known[one] for one in questions]


@contextmanager
def runs(
    engine: Engine,
    task: Task,
    *,
    jobs: int = 1,
    scheduler: str | None = None,
    fresh: bool = False,
    quiet: bool = True,
) -> Iterator[Runs]:
    """What asks ``task(engine, question)`` of workers, as long as the block lasts.

    Parameters
    ----------
    engine
        What every question is asked of.
    task
        A function of a module that returns `packed` points.
    jobs, scheduler
        As for `forecast.workers.pool.workers`; they change no digit.
    fresh
        Compute every point, whatever is kept.
    quiet
        Whether nothing is said on stderr.

    Raises
    ------
    UsageError
        As `forecast.workers.pool.workers`, and whatever the task raises.
    """
    with workers(engine, jobs=jobs, scheduler=scheduler) as pool:
        yield Runs(engine, task, pool, fresh=fresh, quiet=quiet)


def question(data: Any) -> str:
    """A question as text: the same for equal data."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False)


def packed(point: Point) -> bytes:
    """A point as bytes of numbers; reading them runs no code."""
    head = [point.k_hat, point.ess, point.simulated, *point.values.shape]
    return np.concatenate([np.array(head, dtype=np.float64), point.values.ravel()]).astype("<f8").tobytes()


def unpacked(payload: bytes) -> Point:
    """The point that `packed` wrote.

    >>> one = Point(np.arange(10.0).reshape(1, 1, 2, 5), k_hat=-np.inf, ess=400.0, simulated=0)
    >>> again = unpacked(packed(one))
    >>> (again.values == one.values).all(), again.k_hat, again.ess, again.simulated
    (np.True_, -inf, 400.0, 0)
    """
    numbers = np.frombuffer(payload, dtype="<f8").astype(np.float64)
    k_hat, ess, simulated = (float(x) for x in numbers[:3])
    shape = tuple(int(n) for n in numbers[3:_HEAD])
    return Point(numbers[_HEAD:].reshape(shape), k_hat, ess, int(simulated))


def place(engine: Engine, quantity: tuple[str, str], date: dt.date) -> tuple[int, int]:
    """Where an outcome and date stand in a point's values; UsageError for a date not answered for."""
    if date not in engine.dates:
        raise UsageError(
            f"{date} is not answered for; ask for it, or for one of {', '.join(map(str, engine.dates))}"
        )
    return engine.dates.index(date), list(QUANTITIES).index(quantity)


def summary(point: Point, at: tuple[int, int]) -> dict[str, float]:
    """The baseline's statistics at a `place`."""
    return {name: float(x) for name, x in zip(STATS, point.values[(0, *at)], strict=True)}
