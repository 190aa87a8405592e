"""Numbers of a sentence as what they are: percentages, odds, points; estimates, their intervals, shares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from forecast.report.lint.odds import odds
from forecast.report.number_tokens import Token, tokens

Unit = Literal["percent", "points", "fraction", "odds", "plain"]
#: What a number says: a probability; the end of an interval; a share, a rate, a width: no probability of an
#: outcome; or anything else.
Role = Literal["central", "low", "high", "share", "rate", "width", "sign", "points", "other"]


@dataclass(frozen=True)
class Quantity:
    """A number where it stands in a sentence.

    ``value`` is a fraction of one for percentages, fractions and odds, and ``half`` half a unit of its last
    digit; ``loose`` marks the end of a range that need not be an interval ("from 5% to 9%"). ``token`` is its
    place among the sentence's tokens, None for odds.
    """

    start: int
    end: int
    text: str
    unit: Unit
    role: Role
    value: float
    half: float
    token: int | None
    loose: bool = False

    @property
    def likelihood(self) -> bool:
        """Whether the number is somebody's probability of something."""
        return self.role in ("central", "low", "high", "sign") and self.unit in (
            "percent",
            "fraction",
            "odds",
        )


def quantities(text: str) -> list[Quantity]:
    """Every number of a sentence but its dates, in order.

    >>> [(q.text, q.role) for q in quantities("very unlikely: 9.4%, 90% interval 3.0% to 21%")]
    [('9.4%', 'central'), ('90%', 'width'), ('3.0%', 'low'), ('21%', 'high')]
    >>> [(q.text, q.role) for q in quantities("44% of the spread; 0.5% a year; +1.2 points; one in ten")]
    [('44%', 'share'), ('0.5%', 'rate'), ('+1.2', 'points'), ('one in ten', 'central')]
    """
    told = odds(text)
    read = tokens(text)
    plain = [
        (i, token)
        for i, token in enumerate(read)
        if token.kind == "number" and not any(o.start <= token.start < o.end for o in told)
    ]
    ends = _ranges(text, plain)
    found = [_quantity(text, i, token, ends.get(i)) for i, token in plain]
    found += [
        Quantity(o.start, o.end, text[o.start : o.end], "odds", "central", o.value, o.half, None)
        for o in told
    ]
    return sorted(found, key=lambda q: q.start)


@dataclass(frozen=True)
class _End:
    role: Literal["low", "high"]
    loose: bool
    percent: bool


_BETWEEN = re.compile(r"\s*(?P<dash>[–—-]|to|and|,)\s*")
_INTERVAL = re.compile(
    r"(?:interval|range|bounds?|\bCI\b|uncertainty)(?:\s+(?:of|is|runs|running|being|at|from|goes))*[\s:,(]*$|[(\[]\s*$",
    re.IGNORECASE,
)
_AND = re.compile(r"\bbetween\s+$", re.IGNORECASE)


def _ranges(text: str, plain: Sequence[tuple[int, Token]]) -> dict[int, _End]:
    """Which tokens are the two ends of a range, and whether it is surely an interval."""
    ends: dict[int, _End] = {}
    for (i, low), (j, high) in pairwise(plain):
        joined = _BETWEEN.fullmatch(_without_unit(text[low.end : high.start]))
        before = text[max(0, low.start - 40) : low.start]
        interval = _INTERVAL.search(before)
        if i in ends or joined is None:
            continue
        if (joined["dash"] == "and" and not (_AND.search(before) or interval)) or (
            joined["dash"] == "," and not before.endswith("[")
        ):
            continue
        loose = not interval and joined["dash"] not in "–—-"
        percent = _percent(text, low) or _percent(text, high)
        ends[i] = _End("low", loose, percent)
        ends[j] = _End("high", loose, percent)
    return ends


def _without_unit(text: str) -> str:
    return _PER_CENT.sub("", text, count=1)


_PER_CENT = re.compile(r"^\s*(?:per\s?cent|percent|pct)\b\.?", re.IGNORECASE)
_POINTS = re.compile(r"^\s*(?:percentage[\s-]+)?(?:points?|pp)\b", re.IGNORECASE)
_POINTS_RANGE = re.compile(
    r"^\s*(?:to|–|-)\s*[+−-]?[\d.]+\s*(?:percentage[\s-]+)?(?:points?|pp)\b", re.IGNORECASE
)
_WIDTH = re.compile(
    r"^\s*(?:credible|confidence|credibility|uncertainty|probability|posterior|prediction)?[\s-]*"
    r"(?:intervals?|CI\b|bands?|ranges?|bounds|limits|levels?)",
    re.IGNORECASE,
)
_SHARE = re.compile(r"^\s*of\s+(?!alliance|split|partnership)\w", re.IGNORECASE)
_HOLD = re.compile(r"\bhold(?:s|ing)?\s+$", re.IGNORECASE)
_RATE = re.compile(
    r"^(?:\s*\([^)]*\))?\s*(?:a|per|each|every)\s+(?:year|month|decade)\b|^\s*(?:yearly|annually)\b",
    re.IGNORECASE,
)
_SIGN = re.compile(r"P\([^)]{1,20}\)\s*(?:of|=|is|:)?\s*$")
_FRACTION = re.compile(
    r"(?:probabilit(?:y|ies)|likelihood|chances?|odds|\bp)\s*(?:(?:of|is|at|was|being|about|=|:|to be)\s*)*"
    r"[(]?$",
    re.IGNORECASE,
)
_FRACTION_AFTER = re.compile(r"^\s*(?:probability|chance|likelihood)\b", re.IGNORECASE)


def _percent(text: str, token: Token) -> bool:
    return token.text.endswith("%") or bool(_PER_CENT.match(text[token.end : token.end + 20]))


def _quantity(text: str, i: int, token: Token, end: _End | None) -> Quantity:
    before, after = text[max(0, token.start - 60) : token.start], text[token.end : token.end + 60]
    unit_end = token.end
    if spelled := _PER_CENT.match(after):
        unit_end, after = token.end + spelled.end(), after[spelled.end() :]
    number, half = _read(token.text)
    unit: Unit = "plain"
    if _percent(text, token) or (end is not None and end.percent):
        unit, number, half = "percent", number / 100, half / 100
    elif _POINTS.match(after) or _POINTS_RANGE.match(after):
        unit = "points"
    elif 0 < number < 1 and (_FRACTION.search(before) or _FRACTION_AFTER.match(after)):
        unit = "fraction"
    role = _role(unit, before, after, end)
    return Quantity(
        token.start,
        unit_end,
        text[token.start : unit_end],
        unit,
        role,
        number,
        half,
        i,
        loose=end is not None and end.loose,
    )


def _role(unit: Unit, before: str, after: str, end: _End | None) -> Role:
    if unit not in ("percent", "fraction"):
        return "points" if unit == "points" else "other"
    told: tuple[tuple[Role, bool], ...] = (
        ("sign", bool(_SIGN.search(before))),
        ("width", bool(_WIDTH.match(after))),
        ("rate", bool(_RATE.match(after))),
        ("share", bool(_SHARE.match(after) or _HOLD.search(before))),
    )
    return next((role for role, holds in told if holds), end.role if end is not None else "central")


def _read(shown: str) -> tuple[float, float]:
    """A number as shown, and half a unit of its last digit; a bound lies half way beyond itself."""
    digits = shown.strip("<>~+−% \u00a0\u202f").replace(",", "")
    value = float(digits)
    half = 0.5 * 10.0 ** -len(digits.partition(".")[2])
    if shown.startswith("<"):
        return value / 2, value / 2
    if shown.startswith(">"):
        return (value + 100) / 2, (100 - value) / 2
    return (-value if shown.startswith("−") else value), half
