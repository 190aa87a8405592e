"""Global sensitivity to where the drivers stand today: Sobol indices, Morris screening, Shapley effects.

Inputs are the drivers' levels today, each normal with its filtered mean and sd; outputs are the baseline's
means of some probabilities at each 31 December, computed by `Engine.means_at`. What is shared out is hence
the variance of the forecast's mean that not knowing today's levels makes, not that of effects or rates.

    Sobol     levels independent, by their quantile functions from the unit cube
    Morris    levels on a grid from their 5% to their 95% quantile
    Shapley   levels jointly normal

The first module filters drivers one by one and has no correlation between their levels today. For Shapley
effects it is taken, as an assumption, to be that which cross-impacts and joint innovations give the drivers
within `AHEAD` years (``dynamics``), or none (``independent``).

Nothing here simulates: `global_points` has where the outputs come from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import ndtri

from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.inputs.plain_words import did_you_mean
from forecast.sensitivity import morris, shapley_effects, sobol
from forecast.sensitivity.morris import Screening
from forecast.sensitivity.shapley_effects import ShapleyEffects
from forecast.sensitivity.sobol import SobolIndices

if TYPE_CHECKING:
    from forecast.inference.fit import Fit

Correlation = Literal["independent", "dynamics"]
Method = Literal["sobol", "morris", "shapley"]
METHODS: tuple[Method, ...] = ("sobol", "morris", "shapley")
#: Years ahead at which cross-impacts and joint innovations are read as correlation.
AHEAD = 1.0
#: Uniform numbers are kept this far from 0 and 1, so that every level is finite.
_EDGE = 2.0**-33


@dataclass(frozen=True)
class Inputs:
    """Levels today of D drivers: ``mean``, ``sd`` (D,) and the ``correlation`` (D, D) of Shapley effects."""

    drivers: tuple[str, ...]
    mean: Floats
    sd: Floats
    correlation: Floats

    @property
    def covariance(self) -> Floats:
        """Of the levels, as Shapley effects take it."""
        return np.asarray(self.correlation * np.outer(self.sd, self.sd))


@dataclass(frozen=True)
class GlobalSensitivity:
    """What K outputs owe to D inputs; None of a method that was not asked for.

    ``outputs``: names (quantity, outcome, place of the date), one a column of every method's arrays.
    ``evaluations``: points simulated, of all methods.
    """

    inputs: Inputs
    outputs: tuple[tuple[str, str, int], ...]
    sobol: SobolIndices | None
    morris: Screening | None
    shapley: ShapleyEffects | None
    evaluations: int


def inputs(fit: Fit, correlation: Correlation = "dynamics") -> Inputs:
    """The drivers' levels at ``as_of`` as the fit's filter has them."""
    drivers = fit.prepared.drivers
    mean, variance = drivers.filtered()
    joint = np.eye(len(drivers.names))
    if correlation == "dynamics":
        _, ahead = drivers.project(drivers.as_of, np.array([drivers.as_of + AHEAD]))
        spread_ahead = np.sqrt(np.diag(ahead[0]))
        joint = ahead[0] / np.outer(spread_ahead, spread_ahead)
    return Inputs(drivers.names, mean[-1], np.sqrt(variance[-1]), joint)


def methods(text: str) -> tuple[Method, ...]:
    """The methods that ``--method`` names; UsageError for an unknown one.

    >>> methods("all"), methods("morris")
    (('sobol', 'morris', 'shapley'), ('morris',))
    """
    if text == "all":
        return METHODS
    found = tuple(m for m in METHODS if m == text)
    if not found:
        near = did_you_mean(text, [*METHODS, "all"])
        hint = f"Did you mean '{near}'?" if near else f"One of {', '.join(METHODS)}, all."
        raise UsageError(f"--method: unknown method '{text}'. {hint}")
    return found


def check_rows(rows: int) -> None:
    """UsageError unless so many base rows make a Sobol sequence, and enough trajectories."""
    if rows < 4 or rows & (rows - 1):
        near = max(4, 2 ** round(np.log2(max(rows, 1))))
        raise UsageError(f"--n takes a power of two from 4 (found {rows}); take {near}")


def trajectories(rows: int) -> int:
    """Morris trajectories for so many base rows: an eighth, since screening needs few; at least 10."""
    return max(10, rows // 8)


def points(rows: int, *, drivers: int, wanted: Sequence[Method] = METHODS) -> int:
    """How many points the methods evaluate: N (D + 2), r (D + 1), N (D + 1)."""
    each = {"sobol": rows * (drivers + 2), "morris": trajectories(rows) * (drivers + 1)}
    each["shapley"] = rows * (drivers + 1)
    return sum(each[method] for method in wanted)


def levels_of(uniform: Floats, of: Inputs) -> Floats:
    """Points of the unit cube (M, D) as levels, by each input's quantile function."""
    return np.asarray(of.mean + of.sd * ndtri(np.clip(uniform, _EDGE, 1 - _EDGE)))


def box_of(uniform: Floats, of: Inputs) -> Floats:
    """Points of the unit cube (M, D) as levels, linearly from each input's 5% to its 95% quantile."""
    return np.asarray(of.mean + of.sd * ndtri(0.95) * (2 * uniform - 1))


def global_sensitivity(
    evaluate: Callable[[Floats], Floats],
    of: Inputs,
    *,
    outputs: Sequence[tuple[str, str, int]],
    rows: int,
    seed: int,
    wanted: Sequence[Method] = METHODS,
    resamples: int = 1000,
) -> GlobalSensitivity:
    """Indices of every output from ``rows`` base points N.

    ``evaluate`` takes levels (M, D) to outputs (M, K); it is called once, with the points of all methods.
    Shapley effects take N walks, Morris `trajectories` of N.

    Raises
    ------
    UsageError
        If N is not a power of two, SALib is missing (Morris), or the levels' correlation is singular.
    """
    check_rows(rows)
    count, rng = len(of.drivers), np.random.default_rng([seed, 4])
    levels, parts = [], {}
    walks = steps = None
    if "sobol" in wanted:
        levels.append(levels_of(sobol.design(rows, inputs=count, seed=seed % 2**32), of))
    if "morris" in wanted:
        steps = morris.design(trajectories(rows), inputs=count, seed=seed % 2**32)
        levels.append(box_of(steps, of))
    if "shapley" in wanted:
        walks = shapley_effects.design(of.mean, covariance=of.covariance, walks=rows, rng=rng)
        levels.append(walks.points)
    y = evaluate(np.concatenate(levels))
    order = [method for method in METHODS if method in wanted]
    ends = np.cumsum([len(each) for each in levels])
    parts = dict(zip(order, np.split(y, ends[:-1]), strict=True))
    return GlobalSensitivity(
        inputs=of,
        outputs=tuple(outputs),
        sobol=sobol.indices(parts["sobol"], inputs=count, resamples=resamples, seed=seed)
        if "sobol" in parts
        else None,
        morris=morris.screen(parts["morris"], steps, resamples=resamples, seed=seed)
        if steps is not None
        else None,
        shapley=shapley_effects.effects(parts["shapley"], walks, rng=rng) if walks is not None else None,
        evaluations=len(y),
    )


def ranking(found: GlobalSensitivity, output: int) -> list[int]:
    """The inputs by what ``output`` owes them, most first: by total index, Shapley effect or mu*."""
    if found.sobol is not None:
        size = found.sobol.total[:, output]
    elif found.shapley is not None:
        size = found.shapley.shares[:, output]
    else:
        assert found.morris is not None
        size = found.morris.mu_star[:, output]
    return [int(i) for i in np.argsort(-size, kind="stable")]


def check_library() -> None:
    """UsageError if SALib, which screening takes its trajectories from, is not installed."""
    morris.design(2, inputs=1, seed=1)
