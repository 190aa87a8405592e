"""What a fit says beyond what was stated: mass past the stated quantiles and past limits, odd forms."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from forecast.elicitation.judgment import Judgment
from forecast.elicitation.parametric import Parametric
from forecast.elicitation.piecewise import Piecewise
from forecast.rounding import percent

#: A fitted probability this far from the stated one is said.
FAR = 0.02
#: A fitted quantile this share of the stated range away from the stated value is said.
OFF = 0.2
#: A share of the mass beyond the outermost stated quantiles that rests on the family alone.
EXTRAPOLATED = 0.2
#: A share of the mass beyond a limit that is said.
BEYOND = 0.001


def extrapolated(judgment: Judgment, fitted: Parametric | Piecewise) -> tuple[float, float]:
    """The fitted shares below the lowest and above the highest stated quantile.

    >>> said = Judgment.of_quartiles(25, 30, 35)
    >>> [round(p, 4) for p in extrapolated(said, Parametric("normal", {"mean": 30.0, "sd": 7.41301}))]
    [0.25, 0.25]
    """
    values = [v for v, _ in judgment.inner]
    return float(fitted.cdf(values[0])), float(fitted.sf(values[-1]))


def outside(judgment: Judgment, fitted: Parametric | Piecewise) -> float:
    """The fitted share of the mass beyond the judgment's limits.

    >>> said = Judgment.of_quartiles(1, 2, 3, lower=0)
    >>> round(outside(said, Parametric("normal", {"mean": 2.0, "sd": 1.482602})), 4)
    0.0887
    """
    below = float(fitted.cdf(judgment.lower)) if math.isfinite(judgment.lower) else 0.0
    above = float(fitted.sf(judgment.upper)) if math.isfinite(judgment.upper) else 0.0
    return below + above


def warnings_of(
    judgment: Judgment, fitted: Parametric | Piecewise, residuals: Sequence[float], *, at_end: bool
) -> tuple[str, ...]:
    """Sentences on a fit that a reader should know before using it; none if all is well."""
    if isinstance(fitted, Piecewise):
        return tuple(_tails(judgment, fitted))
    said = [
        *_misses(judgment, residuals),
        *_off(judgment, fitted),
        *_limits(judgment, fitted),
        *_tails(judgment, fitted),
        *_forms(fitted),
    ]
    if at_end:
        said.append(
            f"these points lie at or past the end of what a {fitted.family} can be, and this is the nearest; "
            "take another family"
        )
    return tuple(said)


def _misses(judgment: Judgment, residuals: Sequence[float]) -> list[str]:
    far = [
        f"P(X <= {value:g}) is {percent(p + miss)}, not {percent(p)}"
        for (value, p), miss in zip(judgment.inner, residuals, strict=True)
        if abs(miss) > FAR
    ]
    return [f"misses what was stated: {'; '.join(far)}"] if far else []


def _off(judgment: Judgment, fitted: Parametric) -> list[str]:
    """Stated values far from the fitted ones, which a small miss in probability hides in a long tail."""
    room = OFF * (judgment.inner[-1][0] - judgment.inner[0][0])
    found = [(value, p, float(fitted.ppf(np.array(p)))) for value, p in judgment.inner]
    far = [f"p{100 * p:.4g} is {at:.4g}, not {value:g}" for value, p, at in found if abs(at - value) > room]
    return [f"is far from a stated value: {'; '.join(far)}"] if far else []


def _limits(judgment: Judgment, fitted: Parametric) -> list[str]:
    said = []
    for share, limit, side in (
        (float(fitted.cdf(judgment.lower)), judgment.lower, "below the lower"),
        (float(fitted.sf(judgment.upper)), judgment.upper, "above the upper"),
    ):
        if math.isfinite(limit) and share > BEYOND:
            said.append(f"puts {percent(share)} of its mass {side} limit {limit:g}")
    return said


def _tails(judgment: Judgment, fitted: Parametric | Piecewise) -> list[str]:
    below, above = extrapolated(judgment, fitted)
    if below + above <= EXTRAPOLATED:
        return []
    low, high = judgment.inner[0][0], judgment.inner[-1][0]
    return [
        f"{percent(below + above)} of the mass lies beyond what was stated ({percent(below)} below {low:g}, "
        f"{percent(above)} above {high:g}): those tails rest on the family alone; ask for p05 and p95"
    ]


def _forms(fitted: Parametric) -> list[str]:
    """Forms that few mean: two modes, a density without bound at a limit, a fall at once on one side."""
    of = fitted.parameters
    table = {
        "beta": lambda: _beta_form(of["shape1"], of["shape2"]),
        "gamma": lambda: _spike(of["shape"], "lower"),
        "mirror_gamma": lambda: _spike(of["shape"], "upper"),
        "logit_normal": lambda: _two_modes(of["mean_logit"], of["sd_logit"]),
        "skew_normal": lambda: _half(abs(of["shape"]) > 20, "a skew-normal of shape beyond 20"),
        "split_normal": lambda: _half(
            max(of["sd_below"], of["sd_above"]) > 20 * min(of["sd_below"], of["sd_above"]),
            "a split normal with one side over 20 times the other",
        ),
    }
    return table.get(fitted.family, list)()


def _beta_form(first: float, second: float) -> list[str]:
    if first < 1 and second < 1:
        return ["has two modes, one at either limit (both shapes below 1); is that meant?"]
    return [*_spike(first, "lower"), *_spike(second, "upper")]


def _spike(shape: float, end: str) -> list[str]:
    return [f"its density grows without bound at the {end} limit (shape {shape:.3g} below 1)"] * (shape < 1)


def _two_modes(mean: float, sd: float) -> list[str]:
    """A logit-normal has two modes where mean + sd^2 (2 u - 1) - logit(u) has three roots.

    Its turning points are at 2 sd^2 u (1 - u) = 1.
    """
    if sd**2 <= 2:
        return []
    root = math.sqrt(1 - 2 / sd**2)
    low, high = (1 - root) / 2, (1 + root) / 2

    def slope(u: float) -> float:
        return math.log(u / (1 - u)) - mean - sd**2 * (2 * u - 1)

    return ["has two modes, one near either limit; is that meant?"] * (slope(low) > 0 > slope(high))


def _half(extreme: bool, what: str) -> list[str]:
    return [f"falls off at once on one side ({what}), as a half-normal does; is that meant?"] * extreme
