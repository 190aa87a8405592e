"""An outcome's probability with drivers held from today to the horizon: in closed form, and simulated.

Both are moved on the log odds as their own baseline is to the headline's. Simulated are fewer draws and paths
than a headline takes, on the random numbers that its own baseline has: the difference is what is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from forecast.inference.fit import Fit
from forecast.inputs.records import Hold, Intervention, Scenario
from forecast.inputs.workspace import BASELINE
from forecast.report.findings.elsewhere import Chances, Standing, beside
from forecast.report.findings.ratings import BROAD, NO_BROAD
from forecast.report.view import View
from forecast.simulation.forecast import Forecast
from forecast.simulation.run import simulate_all

#: One posterior draw in so many is simulated, on so many paths.
EVERY, PATHS = 4, 16


@dataclass(frozen=True)
class Holds:
    """A fit with drivers held, each set of them reckoned once."""

    standing: Standing
    _quick: dict[tuple[tuple[str, float], ...], Chances] = field(default_factory=dict, repr=False)

    def quick(self, held: Mapping[str, float]) -> Chances:
        """The chances with some drivers held, in closed form."""
        key = tuple(sorted(held.items()))
        if key not in self._quick:
            self._quick[key] = self.standing.chances(held=held)
        return self._quick[key]

    def simulated(self, several: Sequence[Mapping[str, float]]) -> tuple[Forecast, ...]:
        """The baseline, then the forecast of each set of held drivers, on common random numbers."""
        fit = _some(self.standing.fit, EVERY)
        return simulate_all(
            fit, [fit.workspace.scenarios[BASELINE], *(_scenario(held) for held in several)], paths=PATHS
        )


@dataclass(frozen=True)
class Reader:
    """Reads an outcome off chances and forecasts; ``headline``: this report's probability of it."""

    holds: Holds
    view: View
    outcome: str
    headline: float

    def quick(self, held: Mapping[str, float]) -> float:
        """With some drivers held, in closed form."""
        own, there = (self._mean(c) for c in (self.holds.standing.base, self.holds.quick(held)))
        return beside(self.headline, own, there)

    def exact(self, several: Sequence[Mapping[str, float]]) -> list[float]:
        """With each of several sets of drivers held, simulated."""
        if not several:
            return []
        base, *forecasts = self.holds.simulated(several)
        own = chance(self.view, base, self.outcome)
        return [beside(self.headline, own, chance(self.view, f, self.outcome)) for f in forecasts]

    def _mean(self, chances: Chances) -> float:
        if self.outcome == NO_BROAD:
            return 1 - float(chances.broad.mean())
        return float(chances.of(self.view.quantity(self.outcome), self.outcome).mean())


def chance(view: View, forecast: Forecast, outcome: str) -> float:
    """The mean probability of an outcome at the horizon, in its headline's quantity."""
    if outcome == NO_BROAD:
        return 1 - chance(view, forecast, BROAD)
    return float(forecast.at(view.quantity(outcome), outcome, view.far).mean())


def _some(fit: Fit, every: int) -> Fit:
    """One draw in so many of a fit."""
    posterior = fit.posterior
    arrays = ("z", "log_rate", "coefficients", "score", "gain", "tau", "tau_out")
    fewer = replace(posterior, **{name: getattr(posterior, name)[::every] for name in arrays})
    return replace(fit, posterior=fewer, thresholds=fit.thresholds[::every])


def _scenario(held: Mapping[str, float]) -> Scenario:
    acts = [Intervention(hold=Hold(driver=driver, level=level)) for driver, level in held.items()]
    return Scenario(schema="scenario/1", id="held", title="held", storyline="held", interventions=acts)
