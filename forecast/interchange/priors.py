"""A prior as other programs take it: what it is of, its exact form, and whose judgments made it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from forecast.elicitation.distribution import Distribution
from forecast.elicitation.families import PIECEWISE
from forecast.elicitation.fitting import Fitted
from forecast.elicitation.parametric import Parametric
from forecast.elicitation.piecewise import Piecewise
from forecast.interchange.density_grid import Grid, on_grid
from forecast.pooling.classical import Mixture
from forecast.pooling.on_scale import OnScale
from forecast.pooling.pointwise import Pointwise

SCHEMA = "priors/1"
#: What `OnScale` is called where families are named.
ON_SCALE = "split_normal_at_median"
#: The quantiles told of every prior.
LEVELS = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
#: Distributions that have a name and parameters.
Named = Parametric | Piecewise | OnScale


@dataclass(frozen=True)
class Voice:
    """One whose judgment is in a prior, and where it stands.

    ``weight`` is as given, before weights are brought to a sum of one; ``stated`` are the quantiles
    {level: value} that were pooled or fitted.
    """

    name: str
    weight: float
    stated: Mapping[float, float]
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class Prior:
    """A distribution of one item, and where it is from.

    Attributes
    ----------
    item, title, unit
        Its key, what it is, and what it is measured in.
    distribution
        The prior itself; `components` or `grid` is how it is written.
    rule
        The rule that pooled it; empty where one judgment was fitted.
    voices
        Whose judgments it is made of.
    lower, upper
        Limits of the item; infinite where there are none.
    ssq
        Of one fitted judgment, the sum of squared residuals; None of a pool.
    notes
        What whoever takes it over should know.
    """

    item: str
    distribution: Distribution
    rule: str = ""
    voices: tuple[Voice, ...] = ()
    title: str = ""
    unit: str = ""
    lower: float = -math.inf
    upper: float = math.inf
    ssq: float | None = None
    notes: tuple[str, ...] = ()

    @cached_property
    def components(self) -> tuple[tuple[float, Named], ...]:
        """(share, distribution) of the mixture it is; one component where it has a name of its own, none
        where it is no mixture."""
        return components(self.distribution)

    @cached_property
    def grid(self) -> Grid | None:
        """Its density on a grid; None where components say it exactly."""
        return None if self.components else on_grid(self.distribution)

    @cached_property
    def quantiles(self) -> dict[float, float]:
        """Those at `LEVELS`."""
        return dict(zip(LEVELS, self.distribution.ppf(np.array(LEVELS)).tolist(), strict=True))


def components(distribution: Distribution) -> tuple[tuple[float, Named], ...]:
    """A distribution as a mixture of named ones, exactly; empty where it is none.

    >>> [(share, one.family) for share, one in components(Parametric("normal", {"mean": 0., "sd": 1.}))]
    [(1.0, 'normal')]
    """
    if isinstance(distribution, Fitted):
        distribution = distribution.distribution
    if isinstance(distribution, Mixture) and not distribution.is_log:
        distribution = Piecewise(tuple(distribution.edges.tolist()), tuple(distribution.heights.tolist()))
    if isinstance(distribution, Parametric | Piecewise | OnScale):
        return ((1.0, distribution),)
    if not (isinstance(distribution, Pointwise) and distribution.combine.is_mixture):
        return ()
    parts = [
        (share, components(one)) for share, one in zip(distribution.share, distribution.said, strict=True)
    ]
    if not all(inner for _, inner in parts):
        return ()
    return tuple((float(share) * w, one) for share, inner in parts for w, one in inner)


def document(priors: Sequence[Prior], *, inputs_sha256: str = "") -> dict[str, Any]:
    """Every prior, unrounded, and the hash of the inputs it came from; JSON has no infinity, so None."""
    origin = {"inputs_sha256": inputs_sha256} if inputs_sha256 else {}
    return {"schema": SCHEMA, **origin, "priors": [_prior(one) for one in priors]}


def _prior(one: Prior) -> dict[str, Any]:
    total = sum(voice.weight for voice in one.voices)
    single = len(one.components) == 1
    return {
        "item": one.item,
        "title": one.title,
        "unit": one.unit,
        "lower": finite(one.lower),
        "upper": finite(one.upper),
        "rule": one.rule or None,
        "form": "distribution" if single else "mixture" if one.components else "grid",
        **(named(one.components[0][1]) if single else {}),
        "components": [{"share": share, **named(part)} for share, part in one.components],
        "grid": _grid(one.grid),
        "quantiles": {f"p{100 * p:02.0f}": finite(q) for p, q in one.quantiles.items()},
        "mean": _moment(one.distribution, "mean"),
        "sd": _moment(one.distribution, "sd"),
        "ssq": one.ssq,
        "voices": [
            {
                "name": voice.name,
                "weight": voice.weight,
                "share": voice.weight / total,
                "file": voice.file,
                "line": voice.line,
                "quantiles": [{"level": p, "value": v} for p, v in sorted(voice.stated.items())],
            }
            for voice in one.voices
        ],
        "notes": list(one.notes),
    }


def named(one: Named) -> dict[str, Any]:
    """Family and parameters, and the limits that they are measured from."""
    if isinstance(one, Piecewise):
        parameters: dict[str, Any] = {"edges": list(one.edges), "probabilities": list(one.probabilities)}
        return {"family": PIECEWISE, "parameters": parameters}
    if isinstance(one, OnScale):
        parameters = {"centre": one.centre, "sd_below": one.sd_below, "sd_above": one.sd_above}
        return {"family": ON_SCALE, "scale": one.scale, "parameters": parameters}
    low, high = one.support
    limits = {"support": [finite(low), finite(high)]}
    return {"family": one.family, "parameters": dict(one.parameters), **limits}


def _grid(found: Grid | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "x": [found.centre + found.scale * z for z in found.z],
        "density": [density / found.scale for density in found.density],
        "cdf_error": found.error,
    }


def _moment(distribution: Distribution, name: str) -> float | None:
    if isinstance(distribution, OnScale):
        return None
    found = getattr(distribution, name, None)
    return None if found is None else finite(float(found))


def finite(value: float) -> float | None:
    """The number; None where it is infinite or none."""
    return value if math.isfinite(value) else None
