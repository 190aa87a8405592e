"""The specification band: the answer under every combination of choices that could have been made otherwise.

    reference class   every class of base_rates.yaml
    half-life         of all drivers at once, halved, as judged, doubled
    shared bias       sd of the bias common to coded probabilities: half, as set, twice (0 stays 0)

Each cell answers the whole model under its choices, reweighted or simulated again by the engine; one whose
weights cannot be trusted is fitted again, or left out of the band. The band is the range of the means, and
of the 5% and 95% quantiles, over cells; an effect of a choice is the range of the averages over its options.

Source: Steegen, Tuerlinckx, Gelman and Vanpaemel (2016), Increasing transparency through a multiverse
analysis, Perspectives on Psychological Science 11(5), 702-712; Simonsohn, Simmons and Nelson (2020),
Specification curve analysis, Nature Human Behaviour 4, 1208-1214.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from forecast import cache
from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.inputs.knobs import Setting, turned
from forecast.inputs.workspace import Workspace
from forecast.reweighting.pareto import K_LIMIT
from forecast.reweighting.reweight import FEWEST
from forecast.simulation.quantities import STATS
from forecast.workers import kept
from forecast.workers.pool import workers

if TYPE_CHECKING:
    from forecast.reweighting.engine import Engine

#: What half-lives and the shared bias's sd are multiplied by.
FACTORS = (0.5, 1.0, 2.0)
#: Stands for the k of equal weights, minus infinity, which JSON has not.
NO_TAIL = -1e9
CHOICES = ("reference_class", "half_life", "shared_bias")
_MEAN, _P05, _P95 = (STATS.index(stat) for stat in ("mean", "p05", "p95"))


@dataclass(frozen=True, order=True)
class Choice:
    """One combination: a reference class, and factors on half-lives and on the shared bias's sd."""

    reference_class: str
    half_life: float
    shared_bias: float


@dataclass(frozen=True)
class Cell:
    """The answer of one combination: ``values`` (T, Q, 5) by date, quantity and statistic (STATS).

    ``k_hat``: of the weights (-inf: all equal); ``fitted``: whether it is an exact answer of its own.
    """

    choice: Choice
    values: Floats
    k_hat: float
    ess: float
    fitted: bool

    @property
    def trusted(self) -> bool:
        """Whether the numbers may be used."""
        return self.k_hat <= K_LIMIT and self.ess >= FEWEST


@dataclass(frozen=True)
class Band:
    """Of one quantity and date: the range of the means and of the 90% intervals, and what moves the mean.

    ``effects``: by choice, each option's average; an option none of whose cells can be trusted has none.
    """

    low: float
    high: float
    p05: float
    p95: float
    effects: dict[str, dict[Any, float]]

    @property
    def ranges(self) -> dict[str, float]:
        """How far apart the averages of each choice's options are, the largest first."""
        found = {name: max(means.values()) - min(means.values()) for name, means in self.effects.items()}
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def grid(workspace: Workspace) -> tuple[Choice, ...]:
    """Every combination, the files' own class first."""
    own = workspace.base_rates.use
    classes = (own, *(name for name in workspace.base_rates.classes if name != own))
    biases = FACTORS if workspace.question.model.shared_bias_sd > 0 else (1.0,)
    return tuple(Choice(*each) for each in product(classes, FACTORS, biases))


def settings(workspace: Workspace, choice: Choice) -> dict[str, Setting]:
    """The knobs that a combination turns; none where it is what the files have."""
    found: dict[str, Setting] = {}
    if choice.reference_class != workspace.base_rates.use:
        found["base_rates.use"] = choice.reference_class
    if choice.half_life != 1:
        for name, driver in workspace.drivers.drivers.items():
            found[f"drivers.{name}.half_life_years"] = driver.half_life_years.p50 * choice.half_life
    if choice.shared_bias != 1:
        found["model.shared_bias_sd"] = workspace.question.model.shared_bias_sd * choice.shared_bias
    return found


def cells(
    engine: Engine,
    *,
    choices: Sequence[Choice] | None = None,
    jobs: int = 1,
    scheduler: str | None = None,
    fresh: bool = False,
    progress: kept.Counting | None = None,
) -> tuple[Cell, ...]:
    """Every combination of the engine's workspace, or some, by its draws; kept as they are done."""
    choices = grid(engine.workspace) if choices is None else choices
    told = [engine.workspace.inputs_sha256, engine.request.fingerprint(), _sizes(engine)]
    with workers(engine, jobs=jobs, scheduler=scheduler) as crew:
        payloads = kept.run(
            crew, answered, choices, name=cache.key(["specification", *told]), fresh=fresh, progress=progress
        )
    return tuple(_read(choice, payload) for choice, payload in zip(choices, payloads, strict=True))


def answered(engine: Engine, choice: Choice) -> bytes:
    """A task: one combination by the engine's draws."""
    point = engine.point(settings(engine.workspace, choice))
    told = {"k_hat": max(point.k_hat, NO_TAIL), "ess": point.ess, "values": point.values[0].tolist()}
    return json.dumps(told).encode()


def fitted(engine: Engine, choice: Choice, *, draws: int | None = None) -> Cell:
    """One combination by a fit of its own, some ten seconds; ``draws`` None: as many as the engine's."""
    from forecast.reweighting.engine import engine as made

    edited = turned(engine.workspace, settings(engine.workspace, choice))
    asked = replace(engine.request, scenarios=(), draws=draws or engine.request.draws)
    own = made(edited, asked, remembers=False)
    point = own.point({})
    return Cell(choice, point.values[0], point.k_hat, point.ess, fitted=True)


def refitted(engine: Engine, cells: Sequence[Cell], told: Callable[[int, int], None]) -> tuple[Cell, ...]:
    """The cells, those that cannot be trusted fitted; ``told`` hears (which, of how many) before each fit."""
    wanting = [cell.choice for cell in cells if not cell.trusted]
    made: dict[Choice, Cell] = {}
    for number, choice in enumerate(wanting):
        told(number + 1, len(wanting))
        made[choice] = fitted(engine, choice)
    return tuple(made.get(cell.choice, cell) for cell in cells)


def band(cells: Sequence[Cell], *, date: int, quantity: int) -> Band:
    """The band of a quantity at a date, by their places in ``values``, over the cells that can be trusted.

    Raises
    ------
    UsageError
        If none can.
    """
    used = [cell for cell in cells if cell.trusted]
    if not used:
        raise UsageError("no combination can be answered by reweighting; leave --no-refit out")
    stats = np.array([cell.values[date, quantity] for cell in used])
    effects: dict[str, dict[Any, float]] = {}
    for name in CHOICES:
        options = [getattr(cell.choice, name) for cell in used]
        effects[name] = {
            option: float(np.mean([s[_MEAN] for s, o in zip(stats, options, strict=True) if o == option]))
            for option in dict.fromkeys(options)
        }
    return Band(
        low=float(stats[:, _MEAN].min()),
        high=float(stats[:, _MEAN].max()),
        p05=float(stats[:, _P05].min()),
        p95=float(stats[:, _P95].max()),
        effects=effects,
    )


def _sizes(engine: Engine) -> str:
    return repr((engine.draws, engine.paths, engine.steps_per_year))


def _read(choice: Choice, payload: bytes) -> Cell:
    told = json.loads(payload)
    k_hat = told["k_hat"] if told["k_hat"] > NO_TAIL else -np.inf
    return Cell(choice, np.array(told["values"]), k_hat, told["ess"], fitted=False)
