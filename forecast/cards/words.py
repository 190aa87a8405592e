"""What codes, grades and kinds mean, in a reader's words.

No wording here may read as if an author had stated a number: a number is a coding, and the coding is ours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from forecast.inputs.fields import Grade, Quantiles
from forecast.inputs.records import CREDIBILITY, KINDS, RELIABILITY, Kind
from forecast.rounding import percent

#: What each grade of evidence says of a coding.
GRADES: Mapping[Grade, str] = MappingProxyType({"TEXT": "from the text", "INFER": "our inference"})
_STRENGTH = ("slight", "clear", "strong")
CODED = "our coding of words as probabilities; coded, not stated by the author"
STATED = "as stated by the person asked"


def code_in_words(code: float, outcome: str) -> str:
    """What more of a driver does to the way into an outcome.

    >>> [code_in_words(c, "split") for c in (3, -1, 0)]
    ['strong push toward split', 'slight push away from split', 'no effect on split, a denial']
    """
    if code == 0:
        return f"no effect on {outcome}, a denial"
    strength = _STRENGTH[min(max(round(abs(code)), 1), 3) - 1]
    return f"{strength} push {'toward' if code > 0 else 'away from'} {outcome}"


def ratio_in_words(quantiles: Quantiles, outcome: str) -> str:
    """A hazard ratio: what one more unit of a driver multiplies the yearly rate by."""
    low, high = quantiles.values[0], quantiles.values[-1]
    return f"yearly rate of {outcome} times {quantiles.p50:g} a unit ({low:g} to {high:g})"


def signed_code(code: float) -> str:
    """A code with its sign: ``+2``, ``-1``, ``0``."""
    return f"{code:+g}" if code else "0"


def probability(values: Mapping[str, float]) -> str:
    """A coded probability: its median with the outermost quantiles, which are named.

    >>> probability({"p05": 0.01, "p50": 0.03, "p95": 0.08})
    '3.0% (p05 1.0%, p95 8.0%)'
    """
    first, *_, last = values
    return f"{percent(values['p50'])} ({first} {percent(values[first])}, {last} {percent(values[last])})"


def level(values: Mapping[str, float]) -> str:
    """A coded level of a driver, likewise, in units of its scale."""
    first, *_, last = values
    return f"{values['p50']:+g} ({first} {values[first]:+g}, {last} {values[last]:+g})"


def kind_name(kind: Kind) -> str:
    """A kind as words."""
    return kind.replace("_", " ")


def kind_in_words(kind: Kind, widening: float) -> str:
    """What a kind of source is, and what follows for the width of all that is coded from it."""
    said = f"{kind_name(kind)}: {KINDS[kind]}"
    if widening == 1:
        return said
    return f"{said}. The uncertainty (sd) of all that is coded from it is multiplied by {widening:g}"


def admiralty_in_words(grade: str) -> str:
    """An Admiralty grade as the scale has it; the grades are ours.

    >>> admiralty_in_words("C3"), admiralty_in_words("")
    ('C3: fairly reliable; possibly true (our grade)', 'not graded')
    """
    if not grade:
        return "not graded"
    return f"{grade}: {RELIABILITY[grade[0]]}; {CREDIBILITY[grade[1]]} (our grade)"


def when(date: dt.date) -> str:
    """A date as the files give it: the year alone where it stands for the year.

    >>> when(dt.date(2018, 7, 1)), when(dt.date(2021, 7, 13))
    ('2018', '13 July 2021')
    """
    return str(date.year) if (date.month, date.day) == (7, 1) else f"{date.day} {date:%B} {date.year}"


def joined(names: Sequence[str]) -> str:
    """Names in a sentence: ``a, b and c``."""
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)
