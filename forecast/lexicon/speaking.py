"""Words to numbers and back, in a lexicon or in the published one of that name."""

from __future__ import annotations

import math

from forecast.lexicon.published import LEXICONS
from forecast.lexicon.scale import Lexicon, named


def band(lexicon: Lexicon | str, words: str) -> tuple[float, float]:
    """The range of probability of some words; `Lexicon.term` says whether its ends belong to it.

    Raises
    ------
    ValueError
        If the lexicon has no such words; the message names the nearest.

    Examples
    --------
    >>> band("icd203", "very unlikely")
    (0.05, 0.2)
    >>> band("icd203", "highly improbable")
    (0.05, 0.2)
    >>> band("phia", "between highly unlikely and unlikely")
    (0.2, 0.25)
    """
    term = named(lexicon, LEXICONS).term(words)
    return term.low, term.high


def quantiles(lexicon: Lexicon | str, words: str) -> dict[str, float]:
    """Some words as a judgment: the band as p05 and p95, its logit midpoint as p50.

    A band that reaches 0 or 1 ends at a tenth of its other end's distance from there ("at most 5%" is read as
    0.5% to 5%), since a quantile of 0 or 1 has no logit.

    >>> quantiles("phia", "remote")["p05"]
    0.005
    """
    low, high = band(lexicon, words)
    low, high = low or high / 10, high if high < 1.0 else 1.0 - (1.0 - low) / 10
    middle = 1.0 / (1.0 + math.sqrt((1.0 - low) / low * (1.0 - high) / high))
    return {"p05": low, "p50": middle, "p95": high}


def words(lexicon: Lexicon | str, p: float) -> str:
    """The preferred words for a probability.

    In a gap between two terms "between X and Y"; where terms are nested, the narrowest that holds ``p``; on a
    shared edge, the term nearer to even odds. Beyond the outermost terms, the outermost. ValueError for a
    number that is no probability.

    >>> words("icd203", 0.1)
    'very unlikely'
    >>> words("phia", 0.22)
    'between highly unlikely and unlikely'
    """
    found = named(lexicon, LEXICONS).narrowest(p)
    if len(found) == 2 and not found[0].holds(p):
        return f"between {found[0].words[0]} and {found[1].words[0]}"
    return min(found, key=lambda term: abs(term.low + term.high - 1.0)).words[0]


def fitting(lexicon: Lexicon | str, p: float) -> tuple[str, ...]:
    """Every way to say a probability truly: `words` first, then what holds it as narrowly.

    On a shared edge both terms hold it; where terms are nested, those that lie in no wider one.

    >>> fitting("icd203", 0.2), fitting("phia", 0.22)
    (('unlikely', 'very unlikely'), ('between highly unlikely and unlikely',))
    >>> fitting("ipcc", 0.6)
    ('about as likely as not', 'more likely than not')
    """
    best = words(lexicon, p)
    if best.startswith("between "):
        return (best,)
    holding = named(lexicon, LEXICONS).narrowest(p)
    return tuple(dict.fromkeys((best, *(term.words[0] for term in holding))))
