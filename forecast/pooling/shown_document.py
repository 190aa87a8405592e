"""What is shown back as a document: everything, unrounded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from forecast.elicitation.distribution import Distribution
from forecast.elicitation.feedback import Feedback
from forecast.elicitation.judgment import Judgment
from forecast.pooling.group_shown import GroupShown
from forecast.pooling.shown_back import ShownBack

SCHEMA = "elicit-feedback/1"


def document(shown: Sequence[ShownBack], groups: Sequence[GroupShown] = ()) -> dict[str, Any]:
    """Every judgment and group shown back."""
    return {
        "schema": SCHEMA,
        "judgments": [_judgment(one) for one in shown],
        "groups": [_group(one) for one in groups],
    }


def _judgment(one: ShownBack) -> dict[str, Any]:
    window = one.window
    at_constant_hazard = window and {
        "probability": window.probability,
        "within_years": window.years,
        "per_year": window.within(1.0),
        "half_window": window.within(window.years / 2),
        "double_window": window.within(2 * window.years),
    }
    return {
        "name": one.name,
        "label": one.label,
        "file": one.file or None,
        "line": one.line or None,
        "unit": one.unit,
        "judgment": _stated(one.judgment),
        "readings": [{"why": why, **_feedback(told)} for why, told in one.readings],
        "second_best": one.second.family if one.second else None,
        "statements": list(one.statements),
        "at_constant_hazard": at_constant_hazard,
    }


def _stated(said: Judgment) -> dict[str, Any]:
    return {
        "values": list(said.values),
        "probabilities": list(said.probabilities),
        "lower": _finite(said.lower),
        "upper": _finite(said.upper),
    }


def _feedback(told: Feedback) -> dict[str, Any]:
    tails = told.tails
    return {
        "family": told.family,
        "title": told.title,
        "parameters": {name: _finite(value) for name, value in told.parameters.items()},
        "quantiles": [
            {
                "probability": one.probability,
                "stated": one.stated,
                "fitted": _finite(one.fitted),
                "difference": None if one.difference is None else _finite(one.difference),
            }
            for one in told.quantiles
        ],
        "probabilities": [
            {"value": one.value, "stated": one.stated, "fitted": one.fitted, "difference": one.difference}
            for one in told.probabilities
        ],
        "statements": list(told.statements),
        "tails": {
            "p01": _finite(tails.p01),
            "p99": _finite(tails.p99),
            "below": {"value": tails.lowest, "stated": tails.stated_below, "fitted": tails.below},
            "above": {"value": tails.highest, "stated": tails.stated_above, "fitted": tails.above},
            "outside_limits": tails.outside,
        },
        "mean": _finite(told.mean),
        "sd": _finite(told.sd),
        "modes": list(told.modes),
        "warnings": list(told.warnings),
    }


def _group(one: GroupShown) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": one.label,
        "unit": one.unit,
        "horizon": one.horizon.isoformat() if one.horizon else None,
        "rule": "linear",
        "members": [
            {
                "name": member.name,
                "weight": member.weight,
                "share": share,
                "file": member.file or None,
                "line": member.line or None,
                "stated": _stated(member.judgment) if member.judgment else None,
                **_at(one, member.distribution),
            }
            for member, share in zip(one.members, one.shares, strict=True)
        ],
        "pool": _at(one, one.pool),
        "statements": list(one.statements),
        "left_out": dict(one.left_out),
    }


def _at(one: GroupShown, said: Distribution) -> dict[str, Any]:
    """A member or the pool, at what is shown of the group."""
    found: dict[str, Any] = {
        "quantiles": [
            {"probability": p, "value": _finite(v)}
            for p, v in zip(one.levels, one.quantiles(said), strict=True)
        ]
    }
    if one.values:
        found["probabilities"] = [
            {"value": v, "probability": p} for v, p in zip(one.values, one.probabilities(said), strict=True)
        ]
    return found


def _finite(value: float) -> float | None:
    """JSON has no infinity: there is no such limit, moment or quantile."""
    return value if math.isfinite(value) else None
