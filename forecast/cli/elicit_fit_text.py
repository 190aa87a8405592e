"""`forecast elicit fit` as lines of text, from its documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forecast.cli.columns import aligned
from forecast.rounding import percent


def fits(told: Mapping[str, Any], *, explained: bool) -> list[str]:
    """Families ranked, with parameters, residual at each point and tails; then what to know before use.

    ``explained``: the warnings of every family, not of the best alone.
    """
    points = told["fits"][0]["residuals"] if told["fits"] else []
    head = ["family", "ssq", *(f"F({_n(p['value'])})-{p['stated']:.4g}" for p in points)]
    rows = [[*head, "p01", "p50", "p99", "parameters"]]
    for one in told["fits"]:
        misses = [f"{round(p['residual'], 4) + 0.0:+.4f}" for p in one["residuals"]]
        tails = [_n(one["quantiles"][name]) for name in ("p01", "p50", "p99")]
        rows.append([one["family"], f"{one['ssq']:.3g}", *misses, *tails, _parameters(one)])
    lines = [_stated(told), "", *aligned(rows), ""]
    if told["best"]:
        lines.append(f"best: {told['best']}")
    for one in told["fits"] if explained else told["fits"][:1]:
        lines += [f"{one['family']}: {said}" for said in one["warnings"]]
    return [*lines, *(f"note: {said}" for said in told["notes"])]


def maximum_entropy(told: Mapping[str, Any]) -> list[str]:
    """One line a family."""
    rows = [["family", "entropy", "p01", "p05", "p50", "p95", "p99", "parameters"]]
    first = told["maximum_entropy"][0]
    for one in told["maximum_entropy"]:
        quantiles = [_n(one["quantiles"][name]) for name in ("p01", "p05", "p50", "p95", "p99")]
        rows.append([one["family"], f"{one['entropy']:.4f}", *quantiles, _parameters(one)])
    low, high = first["interval"]
    said = f"largest entropy with {percent(first['mass'])} between {_n(low)} and {_n(high)}"
    return [said, "", *aligned(rows)]


def dirichlet(told: Mapping[str, Any]) -> list[str]:
    """Each share: what was stated, what its beta and the Dirichlet make of it."""
    found = told["dirichlet"]
    names = ("p05", "p25", "p50", "p75", "p95")
    rows = [["category", "d", "stated", "beta", *(f"implied {name}" for name in names)]]
    for one in found["categories"]:
        stated = zip(one["stated"]["probabilities"], one["stated"]["values"], strict=True)
        beta = one["stated"]["parameters"]
        rows.append(
            [
                one["name"],
                f"{one['parameter']:.4g}",
                ", ".join(f"p{100 * p:.4g} {_n(v)}" for p, v in stated),
                f"{beta['shape1']:.4g}, {beta['shape2']:.4g}",
                *(_n(one["implied"]["quantiles"][name]) for name in names),
            ]
        )
    total = f"n {found['n']:.4g} ({found['rule']}); the stated means sum to {found['sum_of_means']:.4f}"
    return [*aligned(rows), "", total, *found["warnings"]]


def _stated(told: Mapping[str, Any]) -> str:
    said = told["judgment"]
    points = zip(said["probabilities"], said["values"], strict=True)
    limits = [f"{end} {_n(said[end])}" for end in ("lower", "upper") if said[end] is not None]
    text = ", ".join([*(f"p{100 * p:.4g} {_n(v)}" for p, v in points), *limits])
    place = told["source"]
    return f"{place['file']}:{place['line']}  {place['path']}: {text}" if place else f"stated: {text}"


def _parameters(one: Mapping[str, Any]) -> str:
    named = ", ".join(f"{name} {_n(value)}" for name, value in one["parameters"].items())
    return named or f"through {len(one['edges'])} points from {_n(one['edges'][0])} to {_n(one['edges'][-1])}"


def _n(value: float | None) -> str:
    return "-" if value is None else f"{value:.6g}"
