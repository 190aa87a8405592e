"""What PyMC calls the shapes of families, and how a value on a family's scale becomes one of the item."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from forecast.elicitation import scale_links as links
from forecast.elicitation import shapes
from forecast.elicitation.families import FAMILIES
from forecast.elicitation.piecewise import Piecewise
from forecast.elicitation.scale_links import Link
from forecast.elicitation.shapes import Shape
from forecast.interchange.priors import Named
from forecast.pooling.on_scale import SCALES, OnScale


@dataclass(frozen=True)
class Part:
    """A PyMC distribution by name and arguments, with its share of the whole."""

    name: str
    arguments: Mapping[str, float]
    share: float = 1.0

    def call(self, *first: str) -> str:
        """Its constructor with ``first`` before the arguments.

        >>> Part("Normal", {"mu": 0.0, "sigma": 1.0}).call('"x"')
        'Normal("x", mu=0.0, sigma=1.0)'
        """
        return f"{self.name}({self._given(first)})"

    def dist(self, *last: str) -> str:
        """As a distribution without a name, ``last`` after the arguments."""
        return f"{self.name}.dist({self._given((), last)})"

    def _given(self, first: Sequence[str], last: Sequence[str] = ()) -> str:
        own = (f"{name}={number(value)}" for name, value in self.arguments.items())
        return ", ".join((*first, *own, *last))


def number(value: float) -> str:
    """A number as Python reads it back.

    >>> number(1 / 3), number(-2.0)
    ('0.3333333333333333', '-2.0')
    """
    return repr(float(value))


def parts(one: Named) -> tuple[Part, ...]:
    """A distribution on the scale of its shape, as PyMC distributions whose shares sum to one."""
    if isinstance(one, Piecewise):
        edges, steps = pairwise(one.edges), pairwise(one.probabilities)
        return tuple(
            Part("Uniform", {"lower": low, "upper": high}, q - p)
            for (low, high), (p, q) in zip(edges, steps, strict=True)
            if q > p
        )
    if isinstance(one, OnScale):
        if one.sd_below == one.sd_above:
            return (Part("Normal", {"mu": one.centre, "sigma": one.sd_below}),)
        return _sides(one.centre, one.sd_below, one.sd_above, 0.5)
    family = FAMILIES[one.family]
    return _SHAPES[family.shape](*(one.parameters[name] for name in family.parameters))


def back(one: Named) -> str:
    """The item of a value on the shape's scale, the value standing where the braces are.

    >>> from forecast.elicitation.parametric import Parametric
    >>> back(Parametric("lognormal", {"mean_log": 0.0, "sd_log": 1.0}, lower=5))
    '5.0 + pm.math.exp({})'
    """
    if isinstance(one, Piecewise):
        return "{}"
    if isinstance(one, OnScale):
        return _BACK[SCALES[one.scale][0]](*one.support)
    return _BACK[FAMILIES[one.family].link](one.lower, one.upper)


def ends(one: Named) -> tuple[float, float]:
    """Between which values it lies on the shape's scale."""
    if isinstance(one, Piecewise):
        return one.support
    if isinstance(one, OnScale):
        return -math.inf, math.inf
    return _ENDS.get(FAMILIES[one.family].shape, (-math.inf, math.inf))


def _sides(middle: float, below: float, above: float, share: float) -> tuple[Part, Part]:
    return (
        Part("TruncatedNormal", {"mu": middle, "sigma": below, "upper": middle}, share),
        Part("TruncatedNormal", {"mu": middle, "sigma": above, "lower": middle}, 1.0 - share),
    )


def _one(name: str, *arguments: str) -> Callable[..., tuple[Part, ...]]:
    return lambda *values: (Part(name, dict(zip(arguments, values, strict=True))),)


#: Parameters of a shape, in its order, to PyMC's.
_SHAPES: Mapping[Shape, Callable[..., tuple[Part, ...]]] = {
    shapes.NORMAL: _one("Normal", "mu", "sigma"),
    shapes.STUDENT_T: lambda m, s, df: (Part("StudentT", {"nu": df, "mu": m, "sigma": s}),),
    shapes.SKEW_NORMAL: _one("SkewNormal", "mu", "sigma", "alpha"),
    shapes.GAMMA: _one("Gamma", "alpha", "beta"),
    shapes.BETA: _one("Beta", "alpha", "beta"),
    shapes.SPLIT_NORMAL: lambda m, below, above: _sides(m, below, above, below / (below + above)),
}
_ENDS: Mapping[Shape, tuple[float, float]] = {shapes.GAMMA: (0.0, math.inf), shapes.BETA: (0.0, 1.0)}


def _plus(lower: float, term: str) -> str:
    return term if lower == 0 else f"{number(lower)} + {term}"


def _times(width: float, term: str) -> str:
    return term if width == 1 else f"{number(width)} * {term}"


_BACK: Mapping[Link, Callable[[float, float], str]] = {
    links.IDENTITY: lambda low, high: "{}",
    links.ABOVE: lambda low, high: _plus(low, "{}"),
    links.LOG_ABOVE: lambda low, high: _plus(low, "pm.math.exp({})"),
    links.BELOW: lambda low, high: f"{number(high)} - {{}}",
    links.LOG_BELOW: lambda low, high: f"{number(high)} - pm.math.exp({{}})",
    links.UNIT: lambda low, high: _plus(low, _times(high - low, "{}")),
    links.LOGIT: lambda low, high: _plus(low, _times(high - low, "pm.math.sigmoid({})")),
}
