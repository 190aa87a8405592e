"""What several fits to one judgment say together: whether the ranking means anything, where they part."""

from __future__ import annotations

import math
from collections.abc import Sequence

from forecast.elicitation.families import FAMILIES, PIECEWISE
from forecast.elicitation.fitting import Fitted

#: A family fits about as well as the best where its root mean square residual is at most this above.
ABOUT = 0.005
#: Tails part where their range at p01 or p99 is over this share of the stated range.
PARTED = 0.1


def about_as_good(ranked: Sequence[Fitted]) -> tuple[Fitted, ...]:
    """The best of `fits` and those whose root mean square residual is within `ABOUT` of its own."""
    if not ranked:
        return ()
    root = math.sqrt(max(len(ranked[0].residuals), 1))
    limit = math.sqrt(ranked[0].ssq) + ABOUT * root
    return tuple(one for one in ranked if one.family != PIECEWISE and math.sqrt(one.ssq) <= limit)


def notes(ranked: Sequence[Fitted]) -> tuple[str, ...]:
    """Sentences on a ranking by `fits`; none if there is nothing to say.

    >>> from forecast.elicitation.fitting import fits
    >>> from forecast.elicitation.judgment import Judgment
    >>> notes(fits(Judgment.of_quantiles({0.05: 1.0, 0.95: 9.0})))[0][:11]
    'two points:'
    """
    return (*_of_construction(ranked), *_of_tails(ranked))


def _of_construction(ranked: Sequence[Fitted]) -> list[str]:
    if not ranked:
        return []
    points = len(ranked[0].judgment.inner)
    curves = [one for one in ranked if one.family != PIECEWISE]
    if points <= 2 and len(curves) > 1:
        return [
            "two points: every family runs through them, so the order says nothing of fit; state a third, "
            "such as the median"
        ]
    able = [one.family for one in curves if one.interpolates]
    if not able or len(curves) == len(able):
        return []
    many = len(able) > 1
    return [
        f"{' and '.join(able)} {'have' if many else 'has'} {FAMILIES[able[0]].free} free parameters for "
        f"{points} points: running through them is no evidence, and other families rank first"
    ]


def _of_tails(ranked: Sequence[Fitted]) -> list[str]:
    alike = about_as_good(ranked)
    if len(alike) < 2:
        return []
    inner = alike[0].judgment.inner
    stated = inner[-1][0] - inner[0][0]
    said = []
    for name, level in (("p01", 0.01), ("p99", 0.99)):
        # Nine digits: of families that agree but for rounding, the one that ranks first is named.
        found = [(float(f"{float(one.ppf(level)):.9g}"), one.family) for one in alike]
        (low, lowest), (high, highest) = min(found, key=_value), max(found, key=_value)
        if high - low > PARTED * stated:
            said.append(f"{name} from {low:.4g} ({lowest}) to {high:.4g} ({highest})")
    if not said:
        return []
    return [
        f"{len(alike)} families fit about as well and part in the tails: {'; '.join(said)}; "
        "ask for what decides between them"
    ]


def _value(found: tuple[float, str]) -> float:
    return found[0]
