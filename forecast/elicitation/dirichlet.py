"""A Dirichlet from what was said of each share on its own.

Each share's judgment becomes a beta; their means are scaled to sum to one; one number n, the sum of the
Dirichlet's parameters, stands for how much is known in all. Zapata-Vazquez, O'Hagan and Bastos (2014), J. of
Applied Statistics 41, 1919-1933; the choices of n are those of SHELF's ``fitDirichlet``, by its names.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from forecast.calendar import Floats
from forecast.elicitation.fitting import Fitted, fit_many
from forecast.elicitation.judgment import Judgment
from forecast.elicitation.parametric import Parametric
from forecast.errors import UsageError
from forecast.inputs.plain_words import did_you_mean

#: Means that sum this far from one contradict each other: no scaling of them is what was meant.
FARTHEST = 0.25
#: From here on the reader is told that the means were moved.
NOTED = 0.03


def _matching_spread(first: Floats, second: Floats) -> float:
    """The n whose marginal sds come nearest to those stated.

    With v_i the variance of beta i, n_i its sum: n + 1 = (sum v_i (n_i + 1) / sum v_i sqrt(n_i + 1))^2.
    """
    n = first + second
    v = first * second / (n**2 * (n + 1))
    return float((np.sum(v * (n + 1)) / np.sum(v * np.sqrt(n + 1))) ** 2 - 1)


#: How n is chosen from the betas' (shape1, shape2); SHELF's ``med`` is halfway between the extremes.
RULES: Mapping[str, Callable[[Floats, Floats], float]] = {
    "opt": _matching_spread,
    "min": lambda first, second: float(np.min(first + second)),
    "mean": lambda first, second: float(np.mean(first + second)),
    "median": lambda first, second: float(np.median(first + second)),
    "med": lambda first, second: float(np.max(first + second) + np.min(first + second)) / 2,
}


@dataclass(frozen=True)
class Dirichlet:
    """A joint distribution of shares that sum to one.

    Parameters
    ----------
    categories, parameters
        Names, and d_i > 0 in their order; E(share i) = d_i / n.
    rule, n
        How the sum of the parameters was chosen, and what it is.
    stated
        The beta fitted to each category's judgment.
    sum_of_means
        Of those betas, before they were scaled to one.
    """

    categories: tuple[str, ...]
    parameters: tuple[float, ...]
    rule: str
    n: float
    stated: tuple[Fitted, ...]
    sum_of_means: float

    def marginal(self, category: str) -> Parametric:
        """The distribution of one share: Beta(d_i, n - d_i)."""
        d = self.parameters[self.categories.index(category)]
        return Parametric("beta", {"shape1": d, "shape2": math.fsum(self.parameters) - d}, 0.0, 1.0)

    def quantiles(self, p: ArrayLike) -> Floats:
        """The marginal quantiles, (categories, levels): what is shown back to whoever was asked."""
        levels = np.atleast_1d(np.asarray(p, dtype=float))
        return np.stack([self.marginal(name).ppf(levels) for name in self.categories])

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know: means that were moved, shares whose spread is not the stated one."""
        said = []
        if abs(self.sum_of_means - 1) > NOTED:
            said.append(
                f"the fitted means sum to {self.sum_of_means:.3f} and were scaled to 1; show the result back"
            )
        for name, beta in zip(self.categories, self.stated, strict=True):
            ratio = self.marginal(name).sd / beta.sd
            if not 0.5 < ratio < 2:
                said.append(
                    f"'{name}': the Dirichlet's sd is {ratio:.2g} times the stated one; one n for all shares "
                    "does not fit, another rule or a joint question may"
                )
        return tuple(said)


def fit_dirichlet(judgments: Mapping[str, Judgment], *, n: str = "opt") -> Dirichlet:
    """The Dirichlet nearest to judgments of each share.

    Parameters
    ----------
    judgments
        By category; quantiles in (0, 1). Limits of 0 and 1 are taken, whatever the judgment carries.
    n
        ``opt`` matches the stated standard deviations best, ``min`` is the sum of the widest beta,
        ``mean`` and ``median`` those of all; ``med`` is SHELF's, halfway between smallest and largest.

    Raises
    ------
    UsageError
        For fewer than two categories, an unknown rule, values beyond 0 and 1, or means whose sum is over
        `FARTHEST` from one.

    Examples
    --------
    >>> said = {"Good": (0.5, 0.55, 0.6), "OK": (0.22, 0.3, 0.35), "Bad": (0.11, 0.15, 0.2)}
    >>> found = fit_dirichlet({name: Judgment.of_quartiles(*q) for name, q in said.items()})
    >>> [f"{d:.2f}" for d in found.parameters]
    ['16.61', '8.96', '4.80']
    """
    if len(judgments) < 2:
        raise UsageError(f"shares of a whole are at least two categories (found {len(judgments)})")
    if n not in RULES:
        near = did_you_mean(n, RULES)
        raise UsageError(
            f"unknown rule '{n}'. " + (f"Did you mean '{near}'?" if near else f"One of {', '.join(RULES)}.")
        )
    within = [replace(one, lower=0.0, upper=1.0, name=name) for name, one in judgments.items()]
    betas = fit_many(within, "beta")
    first = np.array([one.parameters["shape1"] for one in betas])
    second = np.array([one.parameters["shape2"] for one in betas])
    means = first / (first + second)
    total = float(np.sum(means))
    if abs(total - 1) > FARTHEST:
        shares = ", ".join(f"{name} {m:.2f}" for name, m in zip(judgments, means, strict=True))
        raise UsageError(
            f"shares of a whole sum to 1, these to {total:.2f} (means: {shares}); "
            "ask again, or name the category that is missing"
        )
    size = RULES[n](first, second)
    return Dirichlet(tuple(judgments), tuple((size * means / total).tolist()), n, size, betas, total)
