"""Numbers and dates in a text, found the same way whoever wrote it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_SHORT = r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.?"
_SPACE = "[ \u00a0\u202f]"
_DATE = re.compile(
    rf"""
    (?<![\w.])(?P<iso>\d{{4}}-\d\d-\d\d)(?!\w)
    | (?<![\w.])(?P<day>\d{{1,2}}(?:st|nd|rd|th)?{_SPACE}(?:{MONTHS}|{_SHORT})(?:,?{_SPACE}\d{{4}})?)(?!\w)
    | (?<!\w)(?P<month_first>(?:{MONTHS}|{_SHORT}){_SPACE}\d{{1,2}}(?:st|nd|rd|th)?,{_SPACE}\d{{4}})(?!\w)
    | (?<![\w.,<>+−])(?P<year>(?:1[89]|20|21)\d\d)(?![\w%]|[.,]\d)
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(
    rf"""
    (?<![\w.#/])                # not within a word, a version, an anchor or a path
    [<>~]?[+−]?                 # bounds and signs as reports write them; a hyphen is none
    \d+(?:,\d{{3}})*(?:\.\d+)?
    (?![\w/]|\.\d)
    {_SPACE}?%?
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Token:
    """A number or a date: where it stands, and as written."""

    start: int
    end: int
    text: str
    kind: Literal["number", "date"]


def tokens(text: str) -> tuple[Token, ...]:
    """Every number and date of a text, in order.

    Digits inside words (``A2a``, ``s2_siege``, ``F6``) are part of the word. A year between 1800 and 2199
    that stands alone is a date; so is a day of a month, with its year or without.

    >>> [t.text for t in tokens("In 2031 it is 5.1% (1.5–12%), by 31 December 2036 <0.1%; see A2a, v1.2.3")]
    ['2031', '5.1%', '1.5', '12%', '31 December 2036', '<0.1%']
    """
    found = [Token(m.start(), m.end(), m.group(), "date") for m in _DATE.finditer(text)]
    taken = {place for t in found for place in range(t.start, t.end)}
    for match in _NUMBER.finditer(text):
        if not taken & {match.start(), match.end() - 1}:
            shown = match.group().rstrip()
            found.append(Token(match.start(), match.start() + len(shown), shown, "number"))
    return tuple(sorted(found, key=lambda t: t.start))


def skeleton(text: str) -> str:
    """A text with every number and date as ``#`` and spaces made one: what stays when a number is changed.

    >>> skeleton("It is 5.1% by  2031")
    'It is # by #'
    """
    parts, last = [], 0
    for token in tokens(text):
        parts += [text[last : token.start], "#"]
        last = token.end
    return " ".join("".join([*parts, text[last:]]).split())
