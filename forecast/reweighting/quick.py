"""A quick answer: an edited workspace's forecast from a reference's draws, in about a second."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from forecast.inference.fit import Fit
from forecast.inputs.records import Scenario
from forecast.inputs.workspace import BASELINE, Workspace
from forecast.panel import Panel
from forecast.reweighting.outlook import outlook
from forecast.reweighting.pareto import K_LIMIT
from forecast.reweighting.reference import Reference
from forecast.reweighting.reweight import (
    FEWEST,
    Reweighted,
    fit_of,
    reweight,
    still_simulated,
    weigh_definitions,
)
from forecast.reweighting.sample import balance, by_weight, seen_from, thinned, weighted
from forecast.simulation.forecast import Forecast
from forecast.simulation.run import simulate_all

#: Draws that are simulated again where the edit moves more than their weights, and paths of each: they are
#: balanced, so that few tell nearly as much as all.
SIMULATED, PATHS = 200, 32
#: References tried before the draws of the best are moved.
TRIED = 3


@dataclass(frozen=True)
class Quick:
    """A quick answer: the baseline and scenarios by weighed draws.

    ``fit`` holds the draws that the forecasts are of; ``simulated``: how many were simulated again, 0 where
    the reference's own probabilities served. ``k_hat`` is the worst of the weights used.
    """

    found: Reweighted
    fit: Fit
    forecasts: tuple[Forecast, ...]
    simulated: int
    k_hat: float

    @property
    def trusted(self) -> bool:
        """Whether the weights can be trusted."""
        return self.k_hat <= K_LIMIT and self.found.ess >= FEWEST


def quick(
    reference: Reference,
    found: Reweighted,
    scenarios: Sequence[Scenario] = (),
    *,
    jobs: int = 2,
) -> Quick:
    """Forecasts of weighed draws, the baseline's first.

    Where only weights and definitions differ, the reference's probabilities serve draw by draw; else
    SIMULATED of the draws, chosen by weight, are simulated again, balanced by what all make of the years
    ahead in closed form.
    """
    weights = np.exp(found.log_weights)
    whole = fit_of(found, reference)
    if not scenarios and still_simulated(found, whole, reference):
        broad = weigh_definitions(whole.definitions, reference, found.log_weights)
        if broad.k_hat <= max(K_LIMIT, found.k_hat):
            both = np.stack([weights, np.exp(broad.log_weights)])
            own = replace(reference.baseline, weights=both, ess=found.ess)
            return Quick(found, whole, (own,), 0, max(found.k_hat, broad.k_hat))
    rows = by_weight(weights, SIMULATED)
    fit = thinned(whole, rows)
    forecasts = simulate_all(fit, [found.workspace.scenarios[BASELINE], *scenarios], paths=PATHS, jobs=jobs)
    ahead = outlook(whole)
    shares, known = balance(ahead[rows], weights @ ahead), seen_from(ahead, rows, weights)
    told = tuple(weighted(one, shares, known, ess=found.ess) for one in forecasts)
    return Quick(found, fit, told, len(rows), found.k_hat)


def nearest(
    references: Iterable[Reference], workspace: Workspace, panel: Panel
) -> tuple[Reference, Reweighted] | None:
    """The reference whose draws weigh best for a workspace and panel, and these; None if there is none.

    References of the same panel come first, and the first that can be trusted as it is serves. If none can,
    the draws of the best are moved.
    """
    ordered = sorted(references, key=lambda one: one.panel_id != panel.id)
    best: tuple[Reference, Reweighted] | None = None
    for reference in ordered[:TRIED]:
        like = best[1].prepared if best else None
        found = reweight(reference, workspace, panel, like=like, matching=False)
        if best is None or found.k_hat < best[1].k_hat:
            best = reference, found
        if found.trusted:
            return best
    if best is None:
        return None
    reference, found = best
    return reference, reweight(reference, workspace, panel, like=found.prepared)
