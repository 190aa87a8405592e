"""The answer without some sources: the numbers of ``forecast run --quick --exclude``."""

from __future__ import annotations

import numpy as np

from forecast.inputs.workspace import Workspace
from forecast.panel import resolve
from forecast.reweighting.engine import Engine, Point
from forecast.reweighting.quick import quick
from forecast.reweighting.reweight import reweight
from forecast.simulation.forecast import Forecast
from forecast.simulation.quantities import QUANTITIES, STATS


def without(engine: Engine, files: Workspace, members: tuple[str, ...]) -> Point:
    """The quick answer of a workspace to the engine's request with more sources excluded.

    The baseline's alone; with nothing left out the exact answer's own numbers.
    """
    if files is engine.workspace and not members:
        forecast, k_hat, ess, simulated = engine.reference.baseline, -np.inf, engine.reference.draws, 0
        return _point(engine, forecast, k_hat, ess, simulated)
    request = engine.request
    panel = resolve(
        files,
        panel=request.panel,
        lens=request.lens,
        exclude=(*request.exclude, *members),
        as_of=engine.exact.as_of,
    )
    found = reweight(engine.reference, files, panel, like=engine.exact.prepared)
    answer = quick(engine.reference, found, jobs=1)
    return _point(engine, answer.forecasts[0], answer.k_hat, found.ess, answer.simulated)


def _point(engine: Engine, forecast: Forecast, k_hat: float, ess: float, simulated: int) -> Point:
    found = [[forecast.summary(*quantity, date) for quantity in QUANTITIES] for date in engine.dates]
    values = np.array([[[[getattr(one, stat) for stat in STATS] for one in row] for row in found]])
    return Point(values, k_hat, float(ess), simulated)
