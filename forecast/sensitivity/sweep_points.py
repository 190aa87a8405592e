"""The points of a sweep, worked out in chunks: first all by reweighting, then by fits those it cannot reach.

Every point costs the same wherever it is worked on, payloads are kept as they come, and only those are held:
cost is linear in the number of points, memory a few kilobytes each.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

import numpy as np

from forecast.inputs.knobs import start_levels, turned
from forecast.reweighting.engine import Engine, Point, engine
from forecast.reweighting.meddling import is_shock, meddling
from forecast.sensitivity.sweep import WHOLE, Cell, Part, Sweep, Swept
from forecast.workers import kept
from forecast.workers.pool import workers
from forecast.workers.task import spread

#: Cells of a chunk: few, so that workers end together and little is lost when they are stopped.
CHUNK = 2
#: Makes what counts so many of something: ``progress(21, "points")``.
Watch = Callable[[int, str], AbstractContextManager[kept.Counting | None]]


@dataclass(frozen=True)
class Job:
    """What the tasks of a sweep share."""

    engine: Engine
    cells: tuple[Cell, ...]


def sweep_points(
    eng: Engine,
    sweep: Sweep,
    *,
    part: Part = WHOLE,
    jobs: int = 1,
    scheduler: str | None = None,
    fresh: bool = False,
    watch: Watch | None = None,
) -> Swept:
    """The answers of a sweep, or of one shard of it.

    Parameters
    ----------
    part
        Which of its shards.
    jobs, scheduler
        Who works on them, see `forecast.workers.pool.workers`; they change no digit.
    fresh
        Compute every point, whatever an earlier run kept.
    watch
        Told of the points, and then of the fits.

    Raises
    ------
    UsageError
        For more shards than chunks, and as `forecast.workers.pool.workers`.
    """
    watch = watch or _unwatched
    todo = chunks(len(sweep.cells), part)
    cells = [cell for chunk in todo for cell in chunk]
    with workers(Job(eng, sweep.cells), jobs=jobs, scheduler=scheduler) as hands:
        with watch(len(cells), "points") as counting:
            payloads = kept.run(hands, answer, todo, name=sweep.job, fresh=fresh, progress=counting)
        found = _settled(sweep, cells, payloads)
        far = [cell for cell, reachable in zip(cells, found.reachable, strict=True) if not reachable]
        if not sweep.refits or not far:
            return found
        with watch(len(far), "fits") as counting:
            payloads = kept.run(
                hands,
                answer_by_fit,
                [range(cell, cell + 1) for cell in far],
                name=sweep.job,
                fresh=fresh,
                progress=counting,
            )
    return _with(found, _settled(sweep, far, payloads))


def chunks(cells: int, part: Part = WHOLE) -> list[range]:
    """The chunks of a shard of so many cells; UsageError for more shards than chunks."""
    return part.of(spread(cells, size=CHUNK))


def answer(job: Job, chunk: range) -> bytes:
    """A task: the cells of a chunk from the exact answer's draws."""
    converged = job.engine.exact.posterior.diagnostics.passed
    return _payload([(job.engine.point(job.cells[c]), converged) for c in chunk])


def answer_by_fit(job: Job, chunk: range) -> bytes:
    """A task: the cells of a chunk, each by a fit of its own."""
    return _payload([_fitted(job.engine, job.cells[c]) for c in chunk])


def _fitted(eng: Engine, cell: Cell) -> tuple[Point, bool]:
    """The answer as `Engine.point`, after a fit of the workspace as it is turned; and if that passed."""
    edited = turned(eng.workspace, {path: value for path, value in cell.items() if not is_shock(path)})
    own = engine(
        edited,
        # Which scheduler or how many jobs there are is not this fit's to use.
        replace(eng.request, jobs=1, refit=False),
        remembers=False,
        draws=eng.draws,
        paths=eng.paths,
        steps_per_year=eng.steps_per_year,
    )
    meddled = meddling(edited, turned(eng.workspace, cell), cell)
    return own.under(own.workspace, start_levels(cell), meddled), own.exact.posterior.diagnostics.passed


def _payload(found: Sequence[tuple[Point, bool]]) -> bytes:
    """Points as rows of numbers: k_hat, ess, simulated, converged, then all values."""
    rows = [
        np.concatenate([[p.k_hat, p.ess, p.simulated, converged], p.values.ravel()]) for p, converged in found
    ]
    buffer = io.BytesIO()
    np.save(buffer, np.stack(rows), allow_pickle=False)
    return buffer.getvalue()


def _settled(sweep: Sweep, cells: Sequence[int], payloads: Sequence[bytes]) -> Swept:
    """The answers of cells, of the payloads that hold them in this order."""
    table = np.concatenate([np.load(io.BytesIO(payload), allow_pickle=False) for payload in payloads])
    return Swept(
        sweep=sweep,
        cells=tuple(cells),
        values=table[:, 4:].reshape(len(cells), len(sweep.scenarios), len(sweep.dates), -1, 5),
        k_hat=table[:, 0],
        ess=table[:, 1],
        simulated=table[:, 2].astype(int),
        refit=np.zeros(len(cells), dtype=bool),
        converged=table[:, 3] == 1,
    )


def _with(found: Swept, again: Swept) -> Swept:
    """The answers with some from fits; the Pareto shape and draws stay those of the weights given up."""
    at = np.searchsorted(found.cells, again.cells)

    def put(old: np.ndarray, new: np.ndarray) -> np.ndarray:
        changed = old.copy()
        changed[at] = new
        return changed

    return replace(
        found,
        values=put(found.values, again.values),
        simulated=put(found.simulated, again.simulated),
        refit=put(found.refit, np.ones(len(at), dtype=bool)),
        converged=put(found.converged, again.converged),
    )


def _unwatched(_total: int, _noun: str) -> AbstractContextManager[None]:
    return nullcontext()
