"""Distributions fitted to what was stated, by least squares on the cumulative probabilities.

For points P(X <= v_i) = p_i with 0 < p_i < 1, each family's parameters minimise

    sum_i (F(v_i) - p_i)^2

as in SHELF's ``fitdist`` (Oakley and O'Hagan; O'Hagan et al. 2006, ch. 6), here to the optimum itself, which
SHELF's Nelder-Mead stops up to 4e-4 short of. Limits are no points of a fit, nor are stated P = 0 and P = 1.
A family with as many free parameters as there are points meets them exactly; that is no evidence for it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from forecast.calendar import Floats
from forecast.elicitation.families import DEFAULT_DF, FAMILIES, KEYS, PIECEWISE, Family, known
from forecast.elicitation.judgment import Judgment
from forecast.elicitation.parametric import Parametric
from forecast.elicitation.piecewise import Piecewise, piecewise
from forecast.elicitation.piecewise import lacks as piecewise_lacks
from forecast.elicitation.tails import outside, warnings_of
from forecast.errors import UsageError

#: Sums of squares nearer than this say the same: nobody states probabilities to six digits.
TIE = 1e-12


@dataclass(frozen=True)
class Fitted:
    """A family fitted to a judgment; a `Distribution` like any other.

    Parameters
    ----------
    judgment
        What was stated.
    family, parameters
        Key and parameters by name (`FAMILIES`); the piecewise-uniform has none.
    ssq
        Sum of squared residuals.
    residuals
        Fitted minus stated probability at each of ``judgment.inner``.
    at_end
        Whether a parameter ended where the search for it does: the family only comes near the points.
    """

    judgment: Judgment
    family: str
    parameters: Mapping[str, float]
    ssq: float
    residuals: tuple[float, ...]
    at_end: bool = False

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know before using it, one sentence each."""
        return warnings_of(self.judgment, self.distribution, self.residuals, at_end=self.at_end)

    @cached_property
    def distribution(self) -> Parametric | Piecewise:
        """The distribution itself, without what it was fitted to."""
        if self.family == PIECEWISE:
            return piecewise(self.judgment)
        return Parametric(self.family, self.parameters, self.judgment.lower, self.judgment.upper)

    @property
    def interpolates(self) -> bool:
        """Whether the family has so many free parameters that it can run through every stated point."""
        return self.family == PIECEWISE or FAMILIES[self.family].free >= len(self.judgment.inner)

    @property
    def support(self) -> tuple[float, float]:
        """The ends of where the density is not zero."""
        return self.distribution.support

    @property
    def mean(self) -> float:
        """E(X); infinite or NaN where there is none."""
        return self.distribution.mean

    @property
    def sd(self) -> float:
        """Standard deviation of X; infinite or NaN where there is none."""
        return self.distribution.sd

    def cdf(self, x: ArrayLike) -> Floats:
        """P(X <= x)."""
        return self.distribution.cdf(x)

    def sf(self, x: ArrayLike) -> Floats:
        """P(X > x), exact where it is small."""
        return self.distribution.sf(x)

    def ppf(self, p: ArrayLike) -> Floats:
        """The value with probability p below it."""
        return self.distribution.ppf(p)

    def isf(self, q: ArrayLike) -> Floats:
        """The value with probability q above it, exact where q is small."""
        return self.distribution.isf(q)

    def pdf(self, x: ArrayLike) -> Floats:
        """Density per unit of x."""
        return self.distribution.pdf(x)


def fit(judgment: Judgment, family: str, *, df: float = DEFAULT_DF) -> Fitted:
    """The member of ``family`` nearest to a judgment.

    Parameters
    ----------
    family
        A key of `FAMILIES`, or ``piecewise_uniform``.
    df
        Degrees of freedom of the t families; given, not fitted.

    Raises
    ------
    UsageError
        For an unknown family, one that needs a limit the judgment does not give, or df not above 0.

    Examples
    --------
    >>> best = fit(Judgment.of_quartiles(25, 30, 35, lower=0, upper=100), "normal")
    >>> {name: round(value, 4) for name, value in best.parameters.items()}
    {'mean': 30.0, 'sd': 7.413}
    """
    return fit_many([judgment], family, df=df)[0]


def fits(
    judgment: Judgment, families: Sequence[str] | None = None, *, df: float = DEFAULT_DF
) -> tuple[Fitted, ...]:
    """Every family that the judgment's limits allow, or those named, the best first.

    Ranked by the sum of squares; within `TIE`, families with over 1% of their mass past the limits come last,
    then the order of `FAMILIES` (fewer parameters, lighter tails) decides. Families that can run through all
    points whatever they are (three free parameters and three points, the piecewise-uniform always) come after
    those that could have failed to: they do not win by construction. Where every family does (two points)
    the same order decides. SHELF ranks by the sum of squares alone and has no such rule.

    Raises
    ------
    UsageError
        As `fit`; a family named that does not apply is an error, one not named is left out.

    Examples
    --------
    >>> [one.family for one in fits(Judgment.of_quartiles(20, 30, 50, lower=0))][:3]
    ['log_student_t', 'lognormal', 'gamma']
    """
    return fits_many([judgment], families, df=df)[0]


def fits_many(
    judgments: Sequence[Judgment], families: Sequence[str] | None = None, *, df: float = DEFAULT_DF
) -> tuple[tuple[Fitted, ...], ...]:
    """`fits` of many judgments, each family's work shared between them."""
    found: list[list[Fitted]] = [[] for _ in judgments]
    for key in dict.fromkeys(KEYS if families is None else families):
        rows = [i for i, one in enumerate(judgments) if families is not None or not obstacle(key, one)]
        for i, one in zip(rows, fit_many([judgments[i] for i in rows], key, df=df), strict=True):
            found[i].append(one)
    return tuple(ranked(one) for one in found)


def fit_many(judgments: Sequence[Judgment], family: str, *, df: float = DEFAULT_DF) -> tuple[Fitted, ...]:
    """`fit` for many judgments at once, in their order; those of equally many points share their work."""
    known(family)
    if not (math.isfinite(df) and df > 0):
        raise UsageError(f"degrees of freedom must be a number above 0 (found {df:g})")
    for judgment in judgments:
        if fault := obstacle(family, judgment):
            said = f"{judgment.name}: " if judgment.name else ""
            raise UsageError(f"{said}{family} {fault}, or choose another family")
    if family == PIECEWISE:
        return tuple(Fitted(one, family, {}, 0.0, (0.0,) * len(one.inner)) for one in judgments)
    found: dict[int, Fitted] = {}
    sizes = [len(one.inner) for one in judgments]
    for size in dict.fromkeys(sizes):
        rows = [i for i, n in enumerate(sizes) if n == size]
        found |= zip(rows, _fit_batch([judgments[i] for i in rows], FAMILIES[family], df), strict=True)
    return tuple(found[i] for i in range(len(judgments)))


def obstacle(family: str, judgment: Judgment) -> str:
    """Why a family cannot be fitted to a judgment, and what to give; empty where it can.

    >>> obstacle("gamma", Judgment.of_quartiles(1, 2, 3))
    'needs a finite lower limit; give one'
    """
    missing = piecewise_lacks(judgment) if family == PIECEWISE else FAMILIES[family].lacks(judgment)
    if missing:
        return finite(missing)
    if family != PIECEWISE and not _apart(judgment, FAMILIES[family]):
        return "cannot tell the values apart: they lie too close together beside the limit; move the limit"
    return ""


def finite(missing: Sequence[str]) -> str:
    """What is said of limits that a family needs."""
    if len(missing) > 1:
        return "needs finite lower and upper limits; give both"
    return f"needs a finite {missing[0]} limit; give one"


def _apart(judgment: Judgment, family: Family) -> bool:
    """Whether the values differ on the family's scale, in which a far limit may swallow their digits."""
    y = family.link.to(np.array([value for value, _ in judgment.inner]), judgment.lower, judgment.upper)
    return bool(np.all(np.isfinite(y)) and np.all(np.diff(y) * (-1 if family.link.falls else 1) > 1e-300))


def ranked(fitted: Sequence[Fitted]) -> tuple[Fitted, ...]:
    """In the order of `fits`.

    >>> ranked(())
    ()
    """
    left = sorted(fitted, key=lambda one: (_by_construction(one), one.ssq))
    order: list[Fitted] = []
    while left:
        first = left[0]
        ties = [
            one
            for one in left
            if one.ssq <= first.ssq + TIE and _by_construction(one) == _by_construction(first)
        ]
        order += sorted(ties, key=lambda one: (outside(one.judgment, one.distribution) > 0.01, _place(one)))
        left = left[len(ties) :]
    return tuple(order)


def _by_construction(one: Fitted) -> int:
    """0 for families that could have missed the points, 1 for those that could not, 2 for no curve at all."""
    if one.family == PIECEWISE:
        return 2
    return int(one.interpolates and len(one.judgment.inner) > 2)


def _place(one: Fitted) -> int:
    return KEYS.index(one.family)


def _fit_batch(judgments: Sequence[Judgment], family: Family, df: float) -> list[Fitted]:
    """Judgments of equally many points, one family."""
    points = np.array([one.inner for one in judgments])
    lower = np.array([[one.lower] for one in judgments])
    upper = np.array([[one.upper] for one in judgments])
    y, p = family.link.to(points[..., 0], lower, upper), points[..., 1]
    if family.link.falls:
        y, p = y[:, ::-1], 1.0 - p[:, ::-1]
    with np.errstate(all="ignore"):
        found = family.search(y, p, df)
        residuals = family.shape.cdf(y, *(column[:, None] for column in found.parameters)) - p
    if family.link.falls:
        residuals = -residuals[:, ::-1]
    values = np.stack(found.parameters, axis=1)
    return [
        Fitted(
            judgments[i],
            family.key,
            dict(zip(family.parameters, values[i].tolist(), strict=True)),
            float(np.sum(residuals[i] ** 2)),
            tuple(residuals[i].tolist()),
            bool(found.at_end[i]),
        )
        for i in range(len(judgments))
    ]
