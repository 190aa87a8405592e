"""Sweeps: the answer at every setting of one knob or two, each point by the cheapest means that serve.

    cell 0          nothing turned: the answer as the files have it
    cell 1, 2, ..   every combination of the knobs' values, the last knob's changing fastest

A point's draws and noise are those of the exact answer, so that a curve is smoother than its bands are wide.
Points whose judgments are too far for reweighting (Pareto k above 0.7: Vehtari et al. 2024, section 3; or too
few effective draws) are fitted again.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from forecast import cache
from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.inputs.knobs import Knob, Range, Setting, knob, start_levels, turned
from forecast.inputs.workspace import Workspace
from forecast.reweighting.engine import Engine
from forecast.reweighting.meddling import is_shock, meddling
from forecast.reweighting.pareto import K_LIMIT
from forecast.reweighting.reweight import FEWEST

#: Knobs of a sweep, and points of it, at most.
MOST_KNOBS, MOST_POINTS = 2, 100_000
Cell = dict[str, Setting]


@dataclass(frozen=True)
class Dial:
    """A knob of a sweep and the values it is turned to, in order.

    ``current``: what it is in the files, of a level the mean as fitted; ``file`` and ``line``: where it
    stands.
    """

    path: str
    label: str
    unit: str
    current: Setting | None
    file: str | None
    line: int | None
    values: tuple[Setting, ...]

    @property
    def numeric(self) -> bool:
        """Whether its values are numbers rather than choices."""
        return not any(isinstance(value, str) for value in self.values)


@dataclass(frozen=True)
class Sweep:
    """All that a sweep's numbers depend on, and what its readers need to know of them.

    ``scenarios`` (S) with the baseline first, ``dates`` (T); ``refits``: whether points that cannot be
    reweighted are fitted again; ``sizes``: draws and paths that are simulated again, and steps a year.
    """

    dials: tuple[Dial, ...]
    question: str
    title: str
    as_of: str
    start_state: str
    panel: tuple[str, ...]
    panel_id: str
    scenarios: tuple[str, ...]
    dates: tuple[str, ...]
    inputs_sha256: str
    request: str
    seed: int
    draws: int
    sizes: tuple[int, ...]
    refits: bool
    program: str

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The settings of each cell; the first has none."""
        return ({}, *grid(self.dials))

    @property
    def job(self) -> str:
        """A hash of what a cell's reweighted answer depends on beside its settings."""
        said = {**asdict(self), "refits": None}
        # What is only shown: the mean level of a driver may differ in its last digits between machines.
        said["dials"] = [(dial.path, dial.values) for dial in self.dials]
        return cache.key(["sweep", repr(sorted(said.items()))])

    @property
    def sha256(self) -> str:
        """A hash of all that its numbers depend on: shards of one sweep have the same."""
        return cache.key([self.job, repr(self.refits)])


@dataclass(frozen=True)
class Swept:
    """The answers of a sweep's cells, or of some of them.

    ``cells`` (P,): which, in increasing order; ``values`` (P, S, T, Q, 5): scenarios, dates, quantities
    (QUANTITIES) and statistics (STATS). Of each, (P,): ``k_hat``, the Pareto shape of the weights, -inf where
    all weigh the same; ``ess``, how many draws they are worth; ``simulated``, draws simulated again;
    ``refit``, fitted again since weights would not do; ``converged``, whether the draws passed their gates.
    """

    sweep: Sweep
    cells: tuple[int, ...]
    values: Floats
    k_hat: Floats
    ess: Floats
    simulated: np.ndarray
    refit: np.ndarray
    converged: np.ndarray

    @property
    def whole(self) -> bool:
        """Whether every cell of the sweep is there."""
        return self.cells == tuple(range(len(self.sweep.cells)))

    @property
    def trusted(self) -> np.ndarray:
        """Whether each point may be used (P,)."""
        return np.asarray((self.reachable | self.refit) & self.converged)

    @property
    def reachable(self) -> np.ndarray:
        """Whether the exact answer's draws could be weighed for each point (P,), as `Point.trusted`."""
        return np.asarray((self.k_hat <= K_LIMIT) & (self.ess >= FEWEST))

    @property
    def exact(self) -> np.ndarray:
        """Whether each point is an exact answer's own (P,): all draws, and none of them weighed."""
        return np.asarray((np.isneginf(self.k_hat) | self.refit) & (self.simulated == 0))

    def means(self, place: int) -> str:
        """How a point was come by: exact, simulated (draws of the exact answer), reweighted or refit."""
        if self.refit[place]:
            return "refit"
        if self.k_hat[place] == -math.inf:
            return "simulated" if self.simulated[place] else "exact"
        return "reweighted"


@dataclass(frozen=True)
class Part:
    """The ``k``-th of ``n`` shards of a sweep, counted from one: every n-th chunk of its cells."""

    k: int = 1
    n: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.k <= self.n:
            raise UsageError(f"--shard {self}: write k/n with k from 1 to n, such as 1/4")

    def __str__(self) -> str:
        return f"{self.k}/{self.n}"

    @classmethod
    def read(cls, text: str) -> Part:
        """A shard as written, ``2/8``; UsageError for anything else."""
        if not re.fullmatch(r"\d{1,6}/\d{1,6}", text):
            raise UsageError(f"--shard takes k/n, such as 1/4 (found '{text}')")
        k, n = text.split("/")
        return cls(int(k), int(n))

    def of(self, chunks: Sequence[range]) -> list[range]:
        """Its share of the chunks, which is never empty; UsageError for more shards than chunks."""
        if self.n > len(chunks):
            most = "1 shard" if len(chunks) == 1 else f"{len(chunks)} shards"
            raise UsageError(f"--shard {self}: a sweep of so few points makes at most {most}")
        return list(chunks[self.k - 1 :: self.n])


#: All of a sweep.
WHOLE = Part()


def dials(workspace: Workspace, ranges: Sequence[Range]) -> tuple[Dial, ...]:
    """The knobs of a sweep, every combination of whose values the workspace accepts.

    Raises
    ------
    UsageError
        For no knob or more than two, one knob twice, too many points, and for the first cell whose values do
        not hold together (a p50 above its p95), which is named.
    """
    if not 1 <= len(ranges) <= MOST_KNOBS:
        raise UsageError(
            f"a sweep turns one knob or two (found {len(ranges)}: {', '.join(r.path for r in ranges)}); "
            "turn the others one sweep at a time, or rank them with forecast sensitivity"
            if ranges
            else "a sweep turns one knob or two; write PATH=LO..HI:N"
        )
    if len({one.path for one in ranges}) < len(ranges):
        raise UsageError(f"{ranges[0].path} is named twice; a second knob is another one")
    points = math.prod(len(one.values) for one in ranges)
    if points > MOST_POINTS:
        many = " x ".join(str(len(one.values)) for one in ranges)
        raise UsageError(f"{many} = {points} points; a sweep has at most {MOST_POINTS}")
    found = tuple(_dial(knob(workspace, one.path), one.values) for one in ranges)
    for number, cell in enumerate(grid(found), start=1):
        _check(workspace, cell, number, points)
    return found


def grid(of: Sequence[Dial]) -> tuple[Cell, ...]:
    """Every combination of the knobs' values, the last one's changing fastest."""
    combined = itertools.product(*(dial.values for dial in of))
    return tuple({d.path: value for d, value in zip(of, values, strict=True)} for values in combined)


def sweep_of(eng: Engine, of: Sequence[Dial], *, refits: bool = True) -> Sweep:
    """The sweep of some knobs on an exact answer."""
    exact, request = eng.exact, eng.request
    return Sweep(
        dials=tuple(replace(dial, current=_current(eng, dial)) for dial in of),
        question=exact.workspace.question.id,
        title=exact.workspace.question.title,
        as_of=exact.as_of.isoformat(),
        start_state=exact.start_state,
        panel=exact.panel.members,
        panel_id=exact.panel.id,
        scenarios=eng.scenarios,
        dates=tuple(map(dt.date.isoformat, eng.dates)),
        inputs_sha256=exact.workspace.inputs_sha256,
        request=request.fingerprint(),
        seed=request.seed,
        draws=request.draws,
        sizes=(eng.draws, eng.paths, eng.steps_per_year),
        refits=refits,
        program=cache.program(),
    )


def _dial(found: Knob, values: tuple[Setting, ...]) -> Dial:
    return Dial(
        path=found.path,
        label=found.label,
        unit=found.unit,
        current=found.current,
        file=found.file,
        line=found.line,
        values=values,
    )


def _check(workspace: Workspace, cell: Cell, number: int, points: int) -> None:
    """Whether the workspace accepts a cell, by all that its answer would find wrong with it."""
    try:
        now = turned(workspace, cell)
        meddling(turned(workspace, {p: v for p, v in cell.items() if not is_shock(p)}), now, cell)
        start_levels(cell)
    except UsageError as error:
        said = ", ".join(f"{path} = {_shown(value)}" for path, value in cell.items())
        raise UsageError(f"point {number} of {points} ({said}) cannot be: {error}") from None


def _shown(value: Setting) -> str:
    return value if isinstance(value, str) else f"{value:.12g}"


def _current(eng: Engine, dial: Dial) -> Any:
    """What a knob is turned to now; of a level today its mean as fitted, to two decimals."""
    levels = start_levels({dial.path: 0.0})
    if not levels:
        return dial.current
    drivers = eng.exact.prepared.drivers
    mean, _ = drivers.filtered()
    return round(float(mean[-1, drivers.names.index(next(iter(levels)))]), 2) + 0.0
