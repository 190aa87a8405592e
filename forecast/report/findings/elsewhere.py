"""What the answer would be were drivers elsewhere: closed form, along their projected mean path.

Each draw's hazards are those that the fit itself holds stated probabilities to, E[exp(eta)] on the path of
the drivers' projected mean and covariance; states follow from them exactly, step by step. Two ways to stand
elsewhere:

    start   a driver is at another level today and moves on from there by its own dynamics
    held    a driver is kept at a level from today to the horizon, whatever else happens (do, not condition)

Either way it pulls the others by the cross-impacts, d dev / dt = Theta (C - I) dev. No path is drawn, so a
point costs a few hundredths of a second. Shocks count only through the drivers' projection, which allows for
them: without shocks a simulated hold agrees to a fiftieth; with them it also spares the driver the jumps that
shocks would make, and on the shipped files comes out up to a tenth lower, of split under low pressure a
quarter. Numbers that stand beside the simulation's are moved to its baseline on the log odds
(`beside`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm
from scipy.special import expit, logit, ndtr

from forecast.calendar import Floats, decimal_year
from forecast.drivers.features import moments
from forecast.inference.fit import Fit
from forecast.model.base_rate import class_log_rates
from forecast.states import ESTIMATED, STATES, endpoints

Ints = NDArray[np.int64]
#: One posterior draw in so many is read, and the path is cut into steps of about so many years.
EVERY, STEP_YEARS = 4, 0.5
#: Draws of the reference class's rates.
CLASS_DRAWS = 2000
#: Order of the Taylor series of a step's transition probabilities; the most moves of one kind in a piece of a
#: step, for draws that make more; and the most in a step that are told apart.
ORDER, PIECE, MOST = 8, 0.5, 5.0
#: Probabilities are moved on the log odds no nearer to 0 or 1 than this.
EDGE = 1e-9


@dataclass(frozen=True)
class Chances:
    """Probabilities at the horizon for each of n draws.

    ``state`` (n, 3) and ``reached`` (n, 3) in the order of STATES; ``broad`` (n,): alliance, or partnership
    with the index above the draw's threshold.
    """

    state: Floats
    reached: Floats
    broad: Floats

    def of(self, quantity: str, outcome: str) -> Floats:
        """A headline's quantity for each draw (n,)."""
        if outcome == "alliance_broad":
            return self.broad
        return np.asarray(getattr(self, quantity)[:, STATES.index(outcome)])


@dataclass(frozen=True)
class Standing:
    """A fit read from where its drivers stand; of every so many draws one is read."""

    fit: Fit
    every: int = EVERY

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The drivers."""
        return self.fit.prepared.drivers.names

    @cached_property
    def levels(self) -> dict[str, float]:
        """Each driver's mean level today."""
        now = self.fit.prepared.drivers.as_of
        mean, _ = self.fit.prepared.drivers.project_alone(now, np.array([now]))
        return dict(zip(self.names, mean[0].tolist(), strict=True))

    @cached_property
    def base(self) -> Chances:
        """Where the drivers stand and go as projected."""
        return self.chances()

    def chances(
        self, *, start: Mapping[str, float] | None = None, held: Mapping[str, float] | None = None
    ) -> Chances:
        """The chances with some drivers at other levels today, or held at them."""
        mean, cov, last, last_cov = self._path(start or {}, held or {})
        phi, spread = moments(self.fit.prepared.features, mean, cov)
        left, right = self._pairs
        doubled = np.where(left == right, 1.0, 2.0)
        log_h = phi @ self._coefficients + 0.5 * (spread[:, left, right] * doubled) @ self._products
        hazards = np.exp(self._log_rate[:, None, :] + log_h)
        state, reached = propagate(hazards, self._step_years, STATES.index(self.fit.start_state))
        index, variance = self.fit.index.moments(last, last_cov)
        above = ndtr(
            (index[0] - self.fit.thresholds[:: self.every]) / np.sqrt(max(float(variance[0]), 1e-12))
        )
        return Chances(state, reached, state[:, 0] + state[:, 1] * above)

    @cached_property
    def _years(self) -> float:
        return decimal_year(self.fit.workspace.question.horizon) - self.fit.prepared.drivers.as_of

    @cached_property
    def _edges(self) -> Floats:
        return np.linspace(0.0, self._years, max(1, round(self._years / STEP_YEARS)) + 1)

    @property
    def _step_years(self) -> float:
        return float(self._edges[1])

    @cached_property
    def _projected(self) -> tuple[Floats, Floats]:
        """Mean and covariance of the drivers at the middles of the steps, then at the horizon."""
        drivers = self.fit.prepared.drivers
        middles = 0.5 * (self._edges[1:] + self._edges[:-1])
        return drivers.project(drivers.as_of, drivers.as_of + np.append(middles, self._edges[-1]))

    @cached_property
    def _log_rate(self) -> Floats:
        return self.fit.posterior.log_rate[:: self.every, : len(ESTIMATED)]

    @cached_property
    def _coefficients(self) -> Floats:
        return self.fit.posterior.coefficients[:: self.every]

    @cached_property
    def _pairs(self) -> tuple[Ints, Ints]:
        pairs = self.fit.prepared.features.pairs()
        return pairs[:, 0], pairs[:, 1]

    @cached_property
    def _products(self) -> Floats:
        left, right = self._pairs
        return np.asarray(self._coefficients[:, left] * self._coefficients[:, right])

    def _path(
        self, start: Mapping[str, float], held: Mapping[str, float]
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Means and covariances at the steps' middles, then those at the horizon, as rows of one."""
        mean, cov = self._projected
        deviation = self._deviation(start, held)
        mean, cov = mean + deviation, cov.copy()
        for name in held:
            at = self.names.index(name)
            cov[:, at, :] = cov[:, :, at] = 0.0
        return mean[:-1], cov[:-1], mean[-1:], cov[-1:]

    def _deviation(self, start: Mapping[str, float], held: Mapping[str, float]) -> Floats:
        """How far off its projection each driver is on average, (T + 1, D), as `_projected` has times."""
        drivers = self.fit.prepared.drivers
        mean, _ = self._projected
        theta, _ = drivers.average_dynamics(drivers.as_of)
        drift = drivers.links.drift(theta)
        kept = [self.names.index(name) for name in held]
        drift[kept] = 0.0  # what is held goes where the projection is not, step by step
        half = expm(drift * 0.5 * self._step_years)
        now = np.zeros(len(self.names))
        for name, level in start.items():
            now[self.names.index(name)] = level - self.levels[name]
        found = np.zeros_like(mean)
        for t in range(len(mean)):
            now[kept] = [level - mean[t, d] for d, level in zip(kept, held.values(), strict=True)]
            if t < len(mean) - 1:
                middle = half @ now
                found[t], now = middle, half @ middle
            else:
                found[t] = now
        return found


def beside(headline: float, own: float, elsewhere: float) -> float:
    """A chance elsewhere, moved on the log odds as the own one is to the headline's."""
    there, here, moved = (float(logit(np.clip(p, EDGE, 1 - EDGE))) for p in (headline, own, elsewhere))
    return float(expit(there + moved - here))


def propagate(hazards: Floats, step_years: float, start: int) -> tuple[Floats, Floats]:
    """State and reached probabilities (n, 3) after hazards (n, T, 5), constant in T steps of equal length.

    p <- p exp(Q dt) by its series; reached: the same with the state absorbing. The state held at the start
    counts as reached.
    """
    moves = np.minimum(hazards * step_years, MOST)
    others = [k for k in range(3) if k != start]
    # (3, n, T, 3, 3): all states open, then each that is not held at the start absorbing.
    q = np.zeros((3, *moves.shape[:2], 3, 3))
    for k, (origin, goal) in enumerate(map(endpoints, ESTIMATED)):
        q[..., origin, goal] += moves[..., k]
        q[..., origin, origin] -= moves[..., k]
    for row, k in enumerate(others):
        q[row + 1, :, :, k] = 0.0
    p = np.broadcast_to(np.eye(3)[start], (3, len(hazards), 1, 3))
    for t in range(moves.shape[1]):
        most = moves[:, t].max(axis=1)
        fast, pieces = most > PIECE, int(np.ceil(most.max() / PIECE))
        before = p[:, fast]
        p = _after(p, q[:, :, t])
        if pieces > 1:
            for _ in range(pieces):
                before = _after(before, q[:, fast, t] / pieces)
            p[:, fast] = before
    reached = np.ones((len(hazards), 3))
    for row, k in enumerate(others):
        reached[:, k] = p[row + 1, :, 0, k]
    return p[0, :, 0], reached


def _after(p: Floats, q: Floats) -> Floats:
    """p exp(q) for rows p (.., 1, 3) and generators q (.., 3, 3) over a piece of time."""
    total, term = p.copy(), p
    for order in range(1, ORDER + 1):
        term = term @ q / order
        total += term
    return total


def class_alone(fit: Fit) -> tuple[Floats, Floats]:
    """State and reached probabilities (n, 3) at the horizon by the reference class's constant rates alone.

    The same draws of the rates as the outside view's, the first of them.
    """
    rates = class_log_rates(fit.workspace.base_rates)
    rng = np.random.default_rng([fit.seed, 3])
    drawn = np.exp(rates.mean + rates.sd * rng.standard_normal((CLASS_DRAWS, len(ESTIMATED))))
    years = decimal_year(fit.workspace.question.horizon) - decimal_year(fit.as_of)
    steps = max(1, round(years / STEP_YEARS))
    hazards = np.repeat(drawn[:, None, :], steps, axis=1)
    return propagate(hazards, years / steps, STATES.index(fit.start_state))
