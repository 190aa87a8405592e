"""What shocks are expected to do to drivers, and the share of a hazard that is a shock's own.

A driver's elicited dynamics and its projection are of a world in which shocks happen: the movement they are
expected to make (``flow``) is taken out of the drivers, so that the mean path stays where the readings put
it.

A shock that is an outcome's own criterion takes its probability out of the hazard of its cycle, the years
since its last window closed: of the cycle's cumulative hazard L on the mean path a share s = -ln(1 - p) / L
falls into the window, in proportion to the path's own hazard then, and 1 - s stays spread over the cycle.

What all other shocks do to the hazards is taken out as the paths are run: `kernel`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats
from forecast.drivers.features import Features, moments
from forecast.drivers.fit import DriverFit
from forecast.simulation.plan import Plan
from forecast.simulation.shocks import ShockDraws

#: Most of a cycle's hazard that criteria may take.
MOST = 0.9


def flow(shocks: ShockDraws, plan: Plan, drivers: int) -> Floats:
    """Expected jumps of shocks in each step (N, T, D), at usual rates, raised ones to first order."""
    s, jumps = shocks.rates, shocks.jumps
    out = np.zeros((len(s.rate), len(plan.first), drivers))
    since = plan.middles - plan.edges[0]
    for j in np.flatnonzero(shocks.criterion < 0):
        chance = -np.expm1(-s.rate[:, [j]]) if s.windowed[j] else s.rate[:, [j]]
        count = chance * (plan.usual[j] * plan.sub_years)
        if s.once[j] and not s.windowed[j]:
            count = count * np.exp(-chance * since)
        for i in range(len(shocks.names)):
            for r in range(s.first[i], s.first[i + 1]):
                if s.shock[r] == j:
                    active = s.rate[:, [i]] * np.minimum(since, s.years[r])
                    count = count * (1 + (s.times[r] - 1) * active)
        per_step = np.add.reduceat(count, plan.first, axis=1)
        for e in range(jumps.first[j], jumps.first[j + 1]):
            out[:, :, jumps.driver[e]] += per_step * jumps.size[:, [e]]
    return out


def mean_hazard(
    drivers: DriverFit, spec: Features, log_rate: Floats, coefficients: Floats, ahead: Floats
) -> Floats:
    """The fit's own hazards per year, E[exp(eta)] on the projected path; (n, T, 5) at years from as_of."""
    phi, cov = moments(spec, *drivers.project(drivers.as_of, drivers.as_of + ahead))
    pairs = spec.pairs()
    double = np.where(pairs[:, 0] == pairs[:, 1], 1.0, 2.0)
    spread = cov[:, pairs[:, 0], pairs[:, 1]] * double
    product = coefficients[:, pairs[:, 0]] * coefficients[:, pairs[:, 1]]
    return np.asarray(np.exp(log_rate[:, None, :5] + phi @ coefficients + 0.5 * spread @ product))


@dataclass(frozen=True)
class MeanPath:
    """The fit's hazards (N, G, 5) on its projected path, ``grid`` years from as_of, and their integral."""

    grid: Floats
    hazard: Floats
    whole: Floats

    def rows(self, rows: slice) -> MeanPath:
        """Some of the draws."""
        return MeanPath(self.grid, self.hazard[rows], self.whole[rows])

    def at(self, values: Floats, ahead: Floats) -> Floats:
        """Values (N, G) of this grid at years from as_of, linearly; (N, len(ahead))."""
        right = np.clip(np.searchsorted(self.grid, ahead), 1, len(self.grid) - 1)
        share = (ahead - self.grid[right - 1]) / (self.grid[right] - self.grid[right - 1])
        return np.asarray(values[:, right - 1] * (1 - share) + values[:, right] * share)


def mean_path(
    drivers: DriverFit, spec: Features, log_rate: Floats, coefficients: Floats, years: float
) -> MeanPath:
    """The mean path over some years from as_of, in half-year steps."""
    grid = np.linspace(0.0, years, 2 * int(np.ceil(years)) + 1)
    hazard = mean_hazard(drivers, spec, log_rate, coefficients, grid)
    steps = 0.5 * (hazard[:, 1:] + hazard[:, :-1]) * grid[1]
    return MeanPath(
        grid, hazard, np.concatenate([np.zeros_like(hazard[:, :1]), np.cumsum(steps, axis=1)], axis=1)
    )


def concentration(path: MeanPath | None, shocks: ShockDraws, plan: Plan) -> Floats:
    """Factor (N, S, 6) on hazards for shocks that are an outcome's own criterion."""
    smooth = np.ones((len(shocks.rate), len(plan.middles), 6))
    if path is None:
        return smooth
    own, start = np.zeros_like(smooth), plan.edges[0]
    for j in np.flatnonzero(shocks.criterion >= 0):
        k = int(shocks.criterion[j])
        now = path.at(path.hazard[:, :, k], plan.middles - start)
        mass = shocks.rate[:, j]
        done = plan.speed[j] / np.where(plan.usual[j] > 0, plan.usual[j], 1.0)
        if not shocks.windows[j]:
            share = np.minimum(mass[:, None] / now, MOST)
            smooth[:, :, k] *= 1 - share
            own[:, :, k] += share * done
            continue
        before = start
        for opens, closes in shocks.windows[j]:
            if closes <= start:
                continue
            begun = max(opens, start)
            cycle = np.diff(path.at(path.whole[:, :, k], np.array([before, closes]) - start))[:, 0]
            share = np.minimum(mass * (closes - begun) / (closes - opens) / cycle, MOST)
            inside = (plan.middles > begun) & (plan.middles < closes)
            smooth[:, (plan.middles > before) & (plan.middles < closes), k] *= 1 - share[:, None]
            added = share * cycle / (closes - begun)
            own[:, inside, k] += added[:, None] / now[:, inside] * done[inside]
            before = closes
    return smooth + own
