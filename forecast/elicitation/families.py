"""The families a judgment is fitted with: the shape of each, the scale it lives on, its parameters."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from forecast.elicitation import moments, searches, shapes
from forecast.elicitation import scale_links as links
from forecast.elicitation.judgment import Judgment
from forecast.elicitation.moments import Moments, moved
from forecast.elicitation.scale_links import Link
from forecast.elicitation.searches import Search
from forecast.elicitation.shapes import Shape
from forecast.errors import UsageError
from forecast.inputs.plain_words import did_you_mean

#: The family without parameters: it runs through the points and is no curve fitted to them.
PIECEWISE = "piecewise_uniform"
#: Degrees of freedom of the t families where none are given, as in SHELF.
DEFAULT_DF = 3.0


@dataclass(frozen=True)
class Family:
    """``shape`` of link(X), with ``parameters`` in its order; ``fixed`` names those given, not fitted."""

    key: str
    title: str
    shape: Shape
    link: Link
    parameters: tuple[str, ...]
    search: Search
    moments: Moments
    fixed: tuple[str, ...] = ()

    @property
    def free(self) -> int:
        """How many parameters a fit has to choose."""
        return len(self.parameters) - len(self.fixed)

    def lacks(self, judgment: Judgment) -> tuple[str, ...]:
        """The limits that the family needs and the judgment leaves infinite."""
        return tuple(end for end in self.link.needs if not math.isfinite(getattr(judgment, end)))


_LOG = ("mean_log", "sd_log")
_LOG_T = ("location_log", "scale_log", "df")
#: In order of preference where fits tie: fewer parameters and lighter tails first, mirrored ones last.
_TABLE = (
    Family(
        "normal",
        "Normal",
        shapes.NORMAL,
        links.IDENTITY,
        ("mean", "sd"),
        searches.normal,
        moved(shapes.NORMAL.moments, moments.as_is),
    ),
    Family(
        "lognormal",
        "Log-normal",
        shapes.NORMAL,
        links.LOG_ABOVE,
        _LOG,
        searches.normal,
        moved(moments.exp_normal, moments.from_lower),
    ),
    Family(
        "gamma",
        "Gamma",
        shapes.GAMMA,
        links.ABOVE,
        ("shape", "rate"),
        searches.gamma,
        moved(shapes.GAMMA.moments, moments.from_lower),
    ),
    Family(
        "beta",
        "Beta",
        shapes.BETA,
        links.UNIT,
        ("shape1", "shape2"),
        searches.beta,
        moved(shapes.BETA.moments, moments.between),
    ),
    Family(
        "logit_normal",
        "Logit-normal",
        shapes.NORMAL,
        links.LOGIT,
        ("mean_logit", "sd_logit"),
        searches.normal,
        moved(moments.expit_normal, moments.between),
    ),
    Family(
        "student_t",
        "Student-t",
        shapes.STUDENT_T,
        links.IDENTITY,
        ("location", "scale", "df"),
        searches.student_t,
        moved(shapes.STUDENT_T.moments, moments.as_is),
        fixed=("df",),
    ),
    Family(
        "log_student_t",
        "Log Student-t",
        shapes.STUDENT_T,
        links.LOG_ABOVE,
        _LOG_T,
        searches.student_t,
        moved(moments.exp_t, moments.from_lower),
        fixed=("df",),
    ),
    Family(
        "mirror_lognormal",
        "Mirror log-normal",
        shapes.NORMAL,
        links.LOG_BELOW,
        _LOG,
        searches.normal,
        moved(moments.exp_normal, moments.from_upper),
    ),
    Family(
        "mirror_gamma",
        "Mirror gamma",
        shapes.GAMMA,
        links.BELOW,
        ("shape", "rate"),
        searches.gamma,
        moved(shapes.GAMMA.moments, moments.from_upper),
    ),
    Family(
        "mirror_log_student_t",
        "Mirror log Student-t",
        shapes.STUDENT_T,
        links.LOG_BELOW,
        _LOG_T,
        searches.student_t,
        moved(moments.exp_t, moments.from_upper),
        fixed=("df",),
    ),
    Family(
        "split_normal",
        "Split normal",
        shapes.SPLIT_NORMAL,
        links.IDENTITY,
        ("mode", "sd_below", "sd_above"),
        searches.split,
        moved(shapes.SPLIT_NORMAL.moments, moments.as_is),
    ),
    Family(
        "skew_normal",
        "Skew-normal",
        shapes.SKEW_NORMAL,
        links.IDENTITY,
        ("location", "scale", "shape"),
        searches.skewed,
        moved(shapes.SKEW_NORMAL.moments, moments.as_is),
    ),
)
#: Every family with parameters, by key.
FAMILIES: Mapping[str, Family] = MappingProxyType({family.key: family for family in _TABLE})
#: Every key a judgment can be fitted with.
KEYS = (*FAMILIES, PIECEWISE)


def known(key: str) -> str:
    """The key itself; UsageError with the nearest one where there is no such family.

    >>> known("lognormal")
    'lognormal'
    """
    if key in KEYS:
        return key
    near = did_you_mean(key.replace("-", "_").replace(" ", "_"), KEYS)
    hint = f"Did you mean '{near}'?" if near else f"One of {', '.join(KEYS)}."
    raise UsageError(f"unknown family '{key}'. {hint}")
