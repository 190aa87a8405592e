"""Fits, maximum-entropy distributions and Dirichlets as documents: everything, unrounded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from forecast.elicitation.comparison import notes
from forecast.elicitation.dirichlet import Dirichlet
from forecast.elicitation.families import FAMILIES, PIECEWISE
from forecast.elicitation.fitting import Fitted
from forecast.elicitation.in_files import InFile
from forecast.elicitation.judgment import Judgment
from forecast.elicitation.maximum_entropy import MaximumEntropy
from forecast.elicitation.parametric import Parametric
from forecast.elicitation.piecewise import Piecewise
from forecast.elicitation.tails import extrapolated, outside

SCHEMA = "elicit-fit/1"
#: The quantiles shown of everything that was fitted.
LEVELS = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def of_fits(ranked: Sequence[Fitted], stated: Judgment, place: InFile | None = None) -> dict[str, Any]:
    """The judgment, where it stands, and each family's fit, the best first."""
    where = (
        {"path": place.path, "file": place.file, "line": place.line, "unit": place.unit} if place else None
    )
    return {
        "schema": SCHEMA,
        "source": where,
        "judgment": {
            "values": list(stated.values),
            "probabilities": list(stated.probabilities),
            "lower": _finite(stated.lower),
            "upper": _finite(stated.upper),
        },
        "best": ranked[0].family if ranked else None,
        "fits": [_fit(one) for one in ranked],
        "notes": list(notes(ranked)),
    }


def of_maximum_entropy(found: Sequence[MaximumEntropy]) -> dict[str, Any]:
    """One entry a family, in the order asked."""
    return {
        "schema": SCHEMA,
        "maximum_entropy": [
            {
                "interval": [one.low, one.high],
                "mass": one.mass,
                "entropy": one.entropy,
                **_distribution(one.distribution),
            }
            for one in found
        ],
    }


def of_dirichlet(found: Dirichlet) -> dict[str, Any]:
    """The parameters, and each share as stated and as implied."""
    return {
        "schema": SCHEMA,
        "dirichlet": {
            "rule": found.rule,
            "n": found.n,
            "sum_of_means": found.sum_of_means,
            "categories": [
                {
                    "name": name,
                    "parameter": d,
                    "stated": {
                        "values": list(beta.judgment.values),
                        "probabilities": list(beta.judgment.probabilities),
                        **_fit(beta),
                    },
                    "implied": _distribution(found.marginal(name)),
                }
                for name, d, beta in zip(found.categories, found.parameters, found.stated, strict=True)
            ],
            "warnings": list(found.warnings),
        },
    }


def _fit(one: Fitted) -> dict[str, Any]:
    below, above = extrapolated(one.judgment, one.distribution)
    return {
        **_distribution(one.distribution),
        "ssq": one.ssq,
        "residuals": [
            {"value": value, "stated": p, "fitted": p + miss, "residual": miss}
            for (value, p), miss in zip(one.judgment.inner, one.residuals, strict=True)
        ],
        "interpolates": one.interpolates,
        "tails": {"below": below, "above": above, "outside_limits": outside(one.judgment, one.distribution)},
        "warnings": list(one.warnings),
    }


def _distribution(one: Parametric | Piecewise) -> dict[str, Any]:
    if isinstance(one, Piecewise):
        named: dict[str, Any] = {"family": PIECEWISE, "title": "Piecewise uniform", "parameters": {}}
        named |= {"edges": list(one.edges), "probabilities": list(one.probabilities)}
    else:
        parameters = {name: _finite(value) for name, value in one.parameters.items()}
        named = {"family": one.family, "title": FAMILIES[one.family].title, "parameters": parameters}
    quantiles = {f"p{100 * level:02.0f}": _finite(float(one.ppf(level))) for level in LEVELS}
    return {**named, "mean": _finite(one.mean), "sd": _finite(one.sd), "quantiles": quantiles}


def _finite(value: float) -> float | None:
    """JSON has no infinity: there is no such limit, moment or quantile."""
    return value if math.isfinite(value) else None
