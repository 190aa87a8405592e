"""What a fitted distribution says, beside what was stated: the feedback an expert agrees to or not.

Values at any probability and probabilities at any value, as SHELF's ``feedback`` gives them (Oakley and
O'Hagan): those stated unless others are asked. SHELF drops what was stated when others are asked; here each
asked point that was also stated keeps it. Beside them what follows in words, the tails, mean, sd and modes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation import statements as told
from forecast.elicitation.distribution import Distribution
from forecast.elicitation.families import FAMILIES, PIECEWISE
from forecast.elicitation.fitting import Fitted
from forecast.elicitation.judgment import Judgment
from forecast.elicitation.piecewise import Piecewise
from forecast.errors import UsageError

#: Modes are looked for between these probabilities, on so many points.
_WITHIN, _POINTS = 0.0005, 2001
#: Median and ends that are the same but for this share of the 90% range are the same.
_SAME = 1e-9


@dataclass(frozen=True)
class AtProbability:
    """The fitted value with ``probability`` below it, beside the stated one (None where none was)."""

    probability: float
    fitted: float
    stated: float | None = None

    @property
    def difference(self) -> float | None:
        """Fitted minus stated value."""
        return None if self.stated is None else self.fitted - self.stated


@dataclass(frozen=True)
class AtValue:
    """The fitted P(X <= ``value``), beside the stated one (None where none was)."""

    value: float
    fitted: float
    stated: float | None = None

    @property
    def difference(self) -> float | None:
        """Fitted minus stated probability."""
        return None if self.stated is None else self.fitted - self.stated


@dataclass(frozen=True)
class Tails:
    """Beyond what was stated.

    ``below`` and ``above``: the mass past the outermost stated quantiles, ``lowest`` and ``highest``;
    ``stated_below`` and ``stated_above``: what those quantiles say it is. ``outside``: the mass past the
    limits of the judgment.
    """

    p01: float
    p99: float
    lowest: float
    highest: float
    below: float
    above: float
    stated_below: float
    stated_above: float
    outside: float


@dataclass(frozen=True)
class Feedback:
    """A distribution shown back.

    Attributes
    ----------
    judgment, distribution
        What was stated, and what it was read as.
    family, title, parameters
        How: key of `FAMILIES` or another name, what readers call it, parameters by name.
    quantiles, probabilities
        Values at probabilities and probabilities at values: the stated ones, or those asked for.
    tails, mean, sd, modes
        Mean and sd infinite or NaN where there is none; modes from the highest, empty where the density is
        flat or highest at a limit.
    statements
        Sentences that follow from it.
    warnings
        What a reader should know before using it.
    """

    judgment: Judgment
    distribution: Distribution
    family: str
    title: str
    quantiles: tuple[AtProbability, ...]
    probabilities: tuple[AtValue, ...]
    tails: Tails
    mean: float
    sd: float
    modes: tuple[float, ...]
    statements: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    parameters: Mapping[str, float] = field(default_factory=dict)


def feedback(
    fitted: Fitted,
    *,
    quantiles: Sequence[float] | None = None,
    values: Sequence[float] | None = None,
    share: bool = False,
) -> Feedback:
    """A fit shown back.

    Parameters
    ----------
    quantiles
        Probabilities in [0, 1] to give values at; None for the stated ones.
    values
        Values to give P(X <= v) at; None for the stated ones.
    share
        Whether X is a probability, and its values are said in percent.

    Raises
    ------
    UsageError
        For a probability outside [0, 1] or a value that is no finite number.

    Examples
    --------
    >>> from forecast.elicitation.fitting import fit
    >>> rio = feedback(fit(Judgment.of_quartiles(25, 30, 40, lower=0, upper=100), "beta"), quantiles=[0.05])
    >>> round(rio.quantiles[0].fitted, 2), round(rio.probabilities[0].fitted, 4)
    (15.17, 0.2832)
    """
    title = FAMILIES[fitted.family].title if fitted.family != PIECEWISE else "Piecewise uniform"
    return feedback_of(
        fitted.distribution, fitted.judgment,
        family=fitted.family, title=title, parameters=fitted.parameters, warnings=fitted.warnings,
        quantiles=quantiles, values=values, share=share,
    )  # fmt: skip


def feedback_of(
    said: Distribution,
    judgment: Judgment,
    *,
    family: str,
    title: str,
    parameters: Mapping[str, float] | None = None,
    warnings: Sequence[str] = (),
    quantiles: Sequence[float] | None = None,
    values: Sequence[float] | None = None,
    share: bool = False,
    stepped: bool = False,
) -> Feedback:
    """Any distribution shown back beside a judgment; arguments as `feedback`.

    ``stepped``: its density has a step, beside which a peak means nothing; none is told.
    """
    levels = [p for _, p in judgment.inner] if quantiles is None else list(quantiles)
    points = list(judgment.values) if values is None else list(values)
    check_asked(levels, points)
    mean, sd = _moments(said)
    low, high = said.ppf(np.array([0.05, 0.95])).tolist()
    say: told.Say = told.in_percent if share else told.in_digits(high - low)
    modes = () if stepped else _modes(said)
    sentences = [*told.statements(said, say), told.lopsided(said, say), _most_likely(modes, say)]
    by_level = {p: v for v, p in judgment.inner}
    by_value = dict(zip(judgment.values, judgment.probabilities, strict=True))
    return Feedback(
        judgment=judgment,
        distribution=said,
        family=family,
        title=title,
        quantiles=tuple(
            AtProbability(p, v, by_level.get(p))
            for p, v in zip(levels, said.ppf(np.array(levels)).tolist(), strict=True)
        ),
        probabilities=tuple(
            AtValue(v, p, by_value.get(v))
            for v, p in zip(points, said.cdf(np.array(points)).tolist(), strict=True)
        ),
        tails=_tails(said, judgment),
        mean=mean,
        sd=sd,
        modes=modes,
        statements=tuple(filter(None, sentences)),
        warnings=tuple(warnings),
        parameters=dict(parameters or {}),
    )


def check_asked(levels: Sequence[float], values: Sequence[float]) -> None:
    """UsageError for a probability outside [0, 1], or a value that is no finite number."""
    for p in levels:
        if not 0.0 <= p <= 1.0:
            meant = f"; write {p / 100:g}" if 1.0 < p <= 100.0 else ""
            raise UsageError(f"values are asked at probabilities between 0 and 1 (found {p:g}){meant}")
    for v in values:
        if not math.isfinite(v):
            raise UsageError(f"P(X <= v) is asked at finite values (found {v:g})")


def _tails(said: Distribution, judgment: Judgment) -> Tails:
    (lowest, first), (highest, last) = judgment.inner[0], judgment.inner[-1]
    p01, p99 = said.ppf(np.array([0.01, 0.99])).tolist()
    below, above = float(said.cdf(np.array(lowest))), _above(said, highest)
    outside = 0.0
    if math.isfinite(judgment.lower):
        outside += float(said.cdf(np.array(judgment.lower)))
    if math.isfinite(judgment.upper):
        outside += _above(said, judgment.upper)
    return Tails(p01, p99, lowest, highest, below, above, first, 1.0 - last, outside)


def _above(said: Distribution, value: float) -> float:
    """P(X > value), exact in the tail where the distribution has a function for it."""
    survival: Callable[[Floats], Floats] | None = getattr(said, "sf", None)
    return float(survival(np.array(value)) if survival else 1.0 - said.cdf(np.array(value)))


def _moments(said: Distribution) -> tuple[float, float]:
    """Mean and sd: its own, else E g(X) = E g(Q(Phi(Z))) over the standard normal Z, Q its quantiles."""
    mean, sd = getattr(said, "mean", None), getattr(said, "sd", None)
    if mean is not None and sd is not None:
        return float(mean), float(sd)
    from scipy.special import ndtr

    z = np.linspace(-8.0, 8.0, 8001)
    weight = np.exp(-np.square(z) / 2)
    x = said.ppf(ndtr(z))
    # Where quantiles have run onto the upper limit a finer scale would tell them apart; the weight is none.
    weight = np.where(np.isfinite(x), weight, 0.0) / weight.sum()
    x = np.where(np.isfinite(x), x, 0.0)
    centre = float(weight @ x)
    return centre, math.sqrt(float(weight @ np.square(x - centre)))


def _modes(said: Distribution) -> tuple[float, ...]:
    """Where the density has its peaks, from the highest; none for a flat one or one that rises to an end."""
    if isinstance(said, Piecewise):
        return ()
    x = np.unique(said.ppf(np.linspace(_WITHIN, 1 - _WITHIN, _POINTS)))
    density = said.pdf(x)
    top = float(np.max(density)) if x.size else math.inf
    if x.size < 3 or not math.isfinite(top):
        return ()
    inner = density[1:-1]
    at = 1 + np.flatnonzero((inner > density[:-2] * (1 + _SAME)) & (inner >= density[2:] * (1 + _SAME)))
    found = [_peak(said, float(x[i - 1]), float(x[i + 1])) for i in at]
    heights = said.pdf(np.array(found)).tolist()
    # A ripple of rounding, or a shoulder far below the peak, is no mode anybody meant.
    ordered = sorted(zip(heights, found, strict=True), reverse=True)
    return tuple(mode for height, mode in ordered if height > 0.01 * top)


def _peak(said: Distribution, low: float, high: float) -> float:
    """Where a density with one peak between two points is highest, by ever finer grids."""
    for _ in range(12):
        x = np.linspace(low, high, 17)
        best = int(np.argmax(said.pdf(x)))
        low, high = float(x[max(best - 1, 0)]), float(x[min(best + 1, 16)])
    return low + (high - low) / 2


def _most_likely(modes: Sequence[float], say: told.Say) -> str:
    if not modes:
        return ""
    if len(modes) > 1:
        return f"{len(modes)} peaks: likeliest near {' and near '.join(map(say, modes))}; is that meant?"
    return f"likeliest near {say(modes[0])}"
