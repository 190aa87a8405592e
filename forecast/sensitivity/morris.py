"""Morris screening: which inputs matter at all, from few evaluations, for many outputs at once.

A trajectory steps through the D inputs in random order on a grid of p levels in [0, 1], one input a step. A
step of input i from x gives an elementary effect

    d_i(x) = (y(x + Delta e_i) - y(x)) / Delta,     Delta = p / (2 (p - 1))

and over r trajectories mu_i = mean d_i, mu*_i = mean |d_i| (size), sigma_i = sd d_i (curvature and
interactions). The cost is r (D + 1) evaluations.

Source: Morris (1991), Technometrics 33(2), 161-174; mu*: Campolongo, Cariboni and Saltelli (2007),
Environmental Modelling & Software 22(10), 1509-1518. Trajectories are SALib's, without its optimisation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.sensitivity import bootstrap


@dataclass(frozen=True)
class Screening:
    """Elementary effects of D inputs (rows) on K outputs (columns), in the output's units per input's range.

    ``mu_star_low`` and ``mu_star_high`` bound the central ``level`` of resampled trajectories.
    """

    mu: Floats
    mu_star: Floats
    mu_star_low: Floats
    mu_star_high: Floats
    sigma: Floats
    trajectories: int
    level: float


def design(trajectories: int, *, inputs: int, seed: int, levels: int = 4) -> Floats:
    """Where to evaluate the model: (r (D + 1), D) in [0, 1], trajectory by trajectory.

    Raises
    ------
    UsageError
        If ``levels`` is odd, there are fewer than two trajectories, or SALib is not installed.
    """
    if trajectories < 2:
        raise UsageError(f"screening needs at least 2 trajectories, better 10 or more (found {trajectories})")
    _step(levels)
    sample = _sampler()
    problem = {
        "num_vars": inputs,
        "names": [str(i) for i in range(inputs)],
        "bounds": [[0.0, 1.0]] * inputs,
    }
    return np.asarray(sample(problem, trajectories, num_levels=levels, seed=seed), dtype=np.float64)


def effects(outputs: Floats, design: Floats, *, levels: int = 4) -> Floats:
    """Elementary effects (r, D, K) of what the model gave, Y (r (D + 1), K), at ``design``."""
    inputs = design.shape[1]
    if len(outputs) != len(design) or len(design) % (inputs + 1):
        raise UsageError(
            f"outputs have a row for each row of the design, r (D + 1) of them (found {len(outputs)} outputs "
            f"and {len(design)} rows with D = {inputs})"
        )
    y = np.asarray(outputs, dtype=np.float64).reshape(-1, inputs + 1, np.size(outputs) // len(outputs))
    moves = np.diff(design.reshape(-1, inputs + 1, inputs), axis=1)
    moved = np.abs(moves).argmax(axis=2)
    up = np.sign(np.take_along_axis(moves, moved[:, :, None], axis=2))
    found = np.empty((len(y), inputs, y.shape[2]))
    np.put_along_axis(found, moved[:, :, None], up * np.diff(y, axis=1) / _step(levels), axis=1)
    return found


def screen(
    outputs: Floats,
    design: Floats,
    *,
    levels: int = 4,
    resamples: int = 1000,
    level: float = 0.95,
    seed: int = 1,
) -> Screening:
    """mu, mu* and sigma of what the model gave, Y (r (D + 1), K), at ``design``.

    ``resamples``, ``level`` and ``seed`` are those of the bootstrap over trajectories.
    """
    bootstrap.check(resamples=resamples, level=level)
    found = effects(outputs, design, levels=levels)
    r, inputs, outcomes = found.shape
    (times,) = bootstrap.counts([r], resamples=resamples, rng=np.random.default_rng(seed))
    sizes = np.abs(found)
    resampled = (times @ sizes.reshape(r, -1) / r).reshape(resamples, inputs, outcomes)
    low, high = bootstrap.interval(resampled, level=level)
    return Screening(
        mu=found.mean(axis=0),
        mu_star=sizes.mean(axis=0),
        mu_star_low=low,
        mu_star_high=high,
        sigma=found.std(axis=0, ddof=1),
        trajectories=r,
        level=level,
    )


def _step(levels: int) -> float:
    """Delta of a grid of so many levels."""
    if levels < 2 or levels % 2:
        raise UsageError(
            f"levels is even and at least 2, such as 4 (found {levels}): the step is half the grid"
        )
    return levels / (2 * (levels - 1))


def _sampler() -> Callable[..., Floats]:
    """SALib's trajectories; the library takes a second to import, so it is imported here."""
    try:
        from SALib.sample import morris
    except ImportError:
        raise UsageError(
            "global sensitivity needs SALib: pip install 'alliance-forecast[sensitivity]'"
        ) from None
    sample: Callable[..., Floats] = morris.sample
    return sample
