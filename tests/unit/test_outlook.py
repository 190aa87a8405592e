"""What each draw makes of the years ahead, in closed form."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from forecast.calendar import decimal_year
from forecast.inference.fit import Fit
from forecast.reweighting.outlook import outlook
from forecast.reweighting.sample import PARTS, landmarks
from forecast.simulation.run import simulate


def test_it_is_the_fits_own_reached(fitted: Fit, own_reached: Callable[[Fit, float], np.ndarray]) -> None:
    """Alliance and split are the functional that stated probabilities are held to, from today."""
    found = outlook(fitted)
    ahead = decimal_year(fitted.workspace.question.horizon) - fitted.prepared.drivers.as_of
    for at, part in enumerate(PARTS):
        own = own_reached(fitted, part * ahead)
        columns = [at, len(PARTS) + at]
        np.testing.assert_allclose(found[:, columns], own, rtol=1e-9)


def test_it_tells_draws_apart_as_the_simulation_does(fitted: Fit) -> None:
    """Over draws it goes with the simulated probabilities: of their spread it leaves a tenth at most."""
    simulated = landmarks(simulate(fitted, fitted.workspace.scenarios["baseline"]).draws)
    found = outlook(fitted)
    last = len(PARTS) - 1
    for column, other in ((last, 4), (len(PARTS) + last, 5)):
        assert np.corrcoef(found[:, column], simulated[:, other])[0, 1] ** 2 > 0.9
