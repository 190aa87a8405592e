"""Probabilities said without a percent sign: one in ten, a third, nine to one against, thirty per cent."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
_SMALL = {word: i for i, word in enumerate(_UNITS.split())} | {
    **{"a": 1, "an": 1, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80},
    **{
        "ninety": 90,
        "hundred": 100,
        "a hundred": 100,
        "one hundred": 100,
        "thousand": 1000,
        "a thousand": 1000,
    },
    **{"one thousand": 1000},
}
_PARTS = {
    "half": 2,
    "third": 3,
    "quarter": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
_CARDINAL = r"\d[\d,]*|" + "|".join(sorted(_SMALL, key=len, reverse=True))
_Ratio = tuple[float, float] | None
_CHANCE = r"(?:chances?|probability|likelihood|odds)"


@dataclass(frozen=True)
class Odds:
    """A probability in other words than a percentage, and how far a rounding may be off."""

    start: int
    end: int
    value: float
    half: float


_IN = re.compile(
    rf"(?<![\w.,])(?P<k>{_CARDINAL})[\s-]+(?:{_CHANCE}\s+)?(?:in|out[\s-]of)(?:[\s-]+(?:every|each))?[\s-]+(?P<n>{_CARDINAL})(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
_PART = re.compile(
    rf"\b(?P<k>a|an|one|two|three|four)?[\s-]*(?P<n>{'|'.join(_PARTS)})s?(?=\s+(?:a\s+)?{_CHANCE}\b)"
    rf"|(?<=chance of )(?P<k2>a|an|one|two|three|four)[\s-]+(?P<n2>{'|'.join(_PARTS)})s?\b"
    rf"|\b(?:chances?|probability|likelihood)\s+(?:is|of|at|was)\s+(?:about\s+|roughly\s+|nearly\s+)?"
    rf"(?P<k3>a|an|one|two|three|four)[\s-]+(?P<n3>{'|'.join(_PARTS)})s?\b",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    rf"(?<![\w.,])(?P<k>{_CARDINAL})[\s-]+to[\s-]+(?P<n>{_CARDINAL})\s+(?P<way>against|on|in favou?r)\b"
    rf"|\bodds\s+(?:of|are|at)\s+(?P<k2>{_CARDINAL})[\s-]+to[\s-]+(?P<n2>{_CARDINAL})(?![\w%])",
    re.IGNORECASE,
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
#: A percentage in words; not a share of something, a rate, points or the width of an interval.
_SPELLED = re.compile(
    rf"\b(?:(?P<tens>{_TENS})(?:[\s-]+(?P<unit>{'|'.join(_UNITS.split()[1:10])}))?"
    rf"|(?P<small>{'|'.join(_UNITS.split()[1:20])}))[\s-]+(?:per[\s-]?cent|percent)\b"
    r"(?!\s+(?:of\s+(?!alliance|split|partnership)|(?:a|per|each|every)\s+(?:year|month|decade)\b|yearly|"
    r"points?\b|(?:\w+\s+)?(?:interval|range|band)s?\b))",
    re.IGNORECASE,
)
_SLASH = re.compile(r"(?<![\w./,])(?P<k>\d{1,4})\s?/\s?(?P<n>\d{1,5})(?![\w/.]|,\d)")


def odds(text: str) -> list[Odds]:
    """The odds of a sentence, in order.

    >>> [(o.value, text[o.start : o.end]) for text in ["a one in ten chance"] for o in odds(text)]
    [(0.1, 'one in ten')]
    >>> [round(o.value, 3) for o in odds("two-thirds chance, nine to one against, 1/20")]
    [0.667, 0.1, 0.05]
    """
    found = [*_each(text, _IN, _in), *_each(text, _PART, _part), *_each(text, _AGAINST, _against)]
    found += [*_each(text, _SLASH, _in), *_each(text, _SPELLED, _spelled)]
    kept: list[Odds] = []
    for one in sorted(found, key=lambda o: (o.start, -o.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _each(text: str, pattern: re.Pattern[str], read: Callable[[re.Match[str]], _Ratio]) -> list[Odds]:
    told = []
    for match in pattern.finditer(text):
        ratio = read(match)
        if ratio is not None:
            told.append(Odds(*match.span(), *ratio))
    return told


def _count(word: str | None) -> float:
    if word is None:
        return 1.0
    plain = " ".join(word.lower().split())
    return float(_SMALL[plain]) if plain in _SMALL else float(plain.replace(",", ""))


def _ratio(k: float, n: float) -> _Ratio:
    """k in n; one less or more in the n is as near as such words come."""
    if not 0 < k < n:
        return None
    return k / n, max(k / (n - 0.5) - k / n, 0.0)


def _in(match: re.Match[str]) -> _Ratio:
    return _ratio(_count(match["k"]), _count(match["n"]))


def _part(match: re.Match[str]) -> _Ratio:
    k = match["k"] or match["k2"] or match["k3"]
    n = match["n"] or match["n2"] or match["n3"]
    return _ratio(_count(k), float(_PARTS[n.lower()]))


def _against(match: re.Match[str]) -> _Ratio:
    k, n = _count(match["k"] or match["k2"]), _count(match["n"] or match["n2"])
    if (match["way"] or "against").lower() == "against":
        return _ratio(n, k + n)
    return _ratio(k, k + n)


def _spelled(match: re.Match[str]) -> _Ratio:
    words = [word for word in (match["tens"], match["unit"], match["small"]) if word]
    return sum(map(_count, words)) / 100, 0.005
