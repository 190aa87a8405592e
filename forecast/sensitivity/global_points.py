"""The forecast's means at many rows of levels today, from a small engine and a fan-out of workers.

Common random numbers make an output a smooth function of its inputs; the engine's few draws, chosen for it
(`representative`), and its yearly steps make it an approximation, the same at every point: an index differs
from that of four times the draws by 0.004 on average and by up to 0.03 (shipped workspace, N = 256). The
intervals of the indices do not cover this.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from forecast import cache
from forecast.calendar import Floats
from forecast.inputs.workspace import Workspace
from forecast.request import Request
from forecast.reweighting.engine import Engine, engine
from forecast.sensitivity.representative import representative
from forecast.simulation.quantities import QUANTITIES
from forecast.states import CHANNELS
from forecast.workers import kept
from forecast.workers.pool import workers
from forecast.workers.task import spread

#: Of the engine: draws, paths of each, and steps a year. A point then takes some 6 ms.
DRAWS, PATHS, STEPS_PER_YEAR = 24, 16, 1
#: Points of a chunk: some seconds of work.
CHUNK = 256


@dataclass(frozen=True)
class Places:
    """The context of the workers: something with ``means_at``, and all points (M, D) in drivers' units."""

    engine: Any
    levels: Floats = field(repr=False)


def small_engine(
    workspace: Workspace,
    request: Request,
    *,
    draws: int = DRAWS,
    paths: int = PATHS,
    steps_per_year: int = STEPS_PER_YEAR,
) -> Engine:
    """An engine whose few draws follow all of them in what levels do."""
    made = engine(workspace, request, draws=draws, paths=paths, steps_per_year=steps_per_year)
    exact = made.exact
    _, variance = exact.prepared.drivers.filtered()
    effects = exact.posterior.coefficients[:, : variance.shape[1], : len(CHANNELS)]
    made.rows = representative(made.reference, effects=effects, sd=np.sqrt(variance[-1]), count=draws)
    return made


def job_name(made: Engine) -> str:
    """A hash of all that means at given levels depend on."""
    told = (made.request.fingerprint(), made.rows.tolist(), made.paths, made.steps_per_year)
    return cache.key(["global", made.workspace.inputs_sha256, repr(told)])


def evaluator(
    engine: Any,
    columns: Sequence[int],
    *,
    name: str,
    jobs: int = 1,
    scheduler: str | None = None,
    fresh: bool = False,
    progress: kept.Counting | None = None,
) -> Callable[[Floats], Floats]:
    """What takes levels (M, D) to the means of some ``columns`` of QUANTITIES at all dates (M, T * columns).

    Points are worked on in chunks by workers, and kept under ``name``, a hash of all they depend on beside
    themselves. Columns of a date stand together.
    """

    def evaluate(levels: Floats) -> Floats:
        chunks = spread(len(levels), size=CHUNK)
        job = cache.key(["global", name, levels.tobytes()])
        with workers(Places(engine, levels), jobs=jobs, scheduler=scheduler) as crew:
            payloads = kept.run(crew, means, chunks, name=job, fresh=fresh, progress=progress)
        whole = np.frombuffer(b"".join(payloads)).reshape(len(levels), -1, len(QUANTITIES))
        return whole[:, :, list(columns)].reshape(len(levels), -1)

    return evaluate


def means(places: Places, rows: range) -> bytes:
    """A task: the means (M, T, Q) of some of the points."""
    found = places.engine.means_at(places.levels[rows.start : rows.stop])
    return np.ascontiguousarray(found, dtype=np.float64).tobytes()
