"""Whether a number as written is a value of the data.

A datum has one form everywhere, that of `rounding.percent`: written with fewer digits it is another number to
whoever compares two pages, with more it claims what the draws do not hold. It may be rounded further in words
that say so ("about 9%", within a tenth of it) or bounded ("under 10%", which must be true); odds in words may
be as coarse as their last whole number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from forecast.report.lint.facts import Fact
from forecast.report.lint.quantities import Quantity
from forecast.report.numbers import points
from forecast.rounding import percent

_ABOUT = re.compile(
    r"(?:\b(?:about|around|roughly|approximately|approx\.|some|circa|nearly|almost|close to|just under|"
    r"just over|near|in the region of|a (?:little|bit) (?:under|over|more than|less than|below|above))|[~≈])"
    r"\s*(?:an?\s+)?$",
    re.IGNORECASE,
)
_UNDER = re.compile(
    r"(?:\b(?:under|below|less than|fewer than|at most|no more than|not more than|up to|short of)|[<≤])"
    r"\s*(?:an?\s+)?$",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"(?:\b(?:over|above|more than|at least|no less than|not less than|exceeds?|exceeding)|[>≥])"
    r"\s*(?:an?\s+)?$",
    re.IGNORECASE,
)
#: How far "about" reaches, as a part of the value.
ABOUT = 0.1
_WINDOW = 40


def agrees(quantity: Quantity, value: float, text: str) -> bool:
    """Whether a number of a sentence is a value, as the sentence puts it."""
    if quantity.unit == "points":
        # "1.2 points lower" has its sign in words.
        return bare(quantity.text).strip("−") == bare(points(value)).strip("−")
    if quantity.unit == "percent" and bare(quantity.text) == bare(percent(value)):
        return True
    before = text[max(0, quantity.start - _WINDOW) : quantity.start]
    loosely = (
        (_ABOUT, abs(quantity.value - value) <= max(ABOUT * value, quantity.half)),
        (_UNDER, value <= quantity.value),
        (_OVER, value >= quantity.value),
    )
    exactly = quantity.unit != "percent" and abs(quantity.value - value) <= quantity.half + 1e-9
    return next((holds for said, holds in loosely if said.search(before)), exactly)


def which(quantity: Quantity, found: Sequence[Fact], text: str) -> Fact | None:
    """The first of some facts that a number shows."""
    return next((fact for fact in found if agrees(quantity, fact.value, text)), None)


def bare(shown: str) -> str:
    """A number without what does not change it: spaces, units, a plus, an approximate sign.

    >>> bare("9.4 per cent"), bare("+8.4"), bare("1,250"), bare("<0.1%")
    ('9.4', '8.4', '1250', '<0.1')
    """
    return _NOTHING.sub("", shown).rstrip(".")


_NOTHING = re.compile(r"per\s?cent|percent|pct|percentage|points?|[\s~≈%+,]", re.IGNORECASE)
