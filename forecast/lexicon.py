"""Verbal probabilities: published tables of estimative words, both ways.

Sources: US Intelligence Community Directive 203 (2015, p. 3), two rows of words; the UK Professional Head of
Intelligence Assessment's probability yardstick, whose gaps are deliberate; Mastrandrea et al. (2010),
guidance note for lead authors of the IPCC Fifth Assessment Report, table 1, whose ranges are nested.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Term:
    """One row of a lexicon: its words, the first of them preferred, and its range of probability.

    ``forms`` are the preferred words as grammar bends them ("almost certainly"): no other words than those.
    """

    words: tuple[str, ...]
    low: float
    high: float
    forms: tuple[str, ...] = ()

    @property
    def preferred(self) -> tuple[str, ...]:
        """The words that a report which keeps to one row may use: the first, and its other forms."""
        return (self.words[0], *self.forms)

    @property
    def spoken(self) -> tuple[str, ...]:
        """Every word or form there is for this range."""
        return tuple(dict.fromkeys((*self.words, *self.forms)))


@dataclass(frozen=True)
class Lexicon:
    """A published table of verbal probabilities, from the least to the most likely term."""

    title: str
    source: str
    terms: tuple[Term, ...]

    def term(self, words: str) -> Term:
        """The row that holds these words; ValueError, with the nearest words, where none does."""
        wanted = " ".join(words.lower().replace("-", " ").split())
        known = {name.replace("-", " "): term for term in self.terms for name in term.spoken}
        if wanted in known:
            return known[wanted]
        near = get_close_matches(wanted, known, n=1, cutoff=0.7)
        hint = f" Did you mean '{near[0]}'?" if near else ""
        choices = ", ".join(term.words[0] for term in self.terms)
        raise ValueError(f"'{words}' is not in the lexicon {self.title} ({choices}).{hint}")


LEXICONS: Final = MappingProxyType(
    {
        "icd203": Lexicon(
            "ICD 203",
            "Intelligence Community Directive 203, Analytic Standards (2015), p. 3",
            (
                Term(("almost no chance", "remote"), 0.01, 0.05),
                Term(("very unlikely", "highly improbable"), 0.05, 0.20),
                Term(("unlikely", "improbable", "improbably"), 0.20, 0.45),
                Term(
                    ("roughly even chance", "roughly even odds"),
                    0.45,
                    0.55,
                    forms=("roughly even", "even chance", "roughly an even chance"),
                ),
                Term(("likely", "probable", "probably"), 0.55, 0.80),
                Term(("very likely", "highly probable"), 0.80, 0.95),
                Term(("almost certain", "nearly certain"), 0.95, 0.99, forms=("almost certainly",)),
            ),
        ),
        "phia": Lexicon(
            "PHIA",
            "Professional Head of Intelligence Assessment, probability yardstick (UK, 2018)",
            (
                Term(("remote chance",), 0.0, 0.05, forms=("remote",)),
                Term(("highly unlikely",), 0.10, 0.20),
                Term(("unlikely",), 0.25, 0.35),
                Term(("realistic possibility", "realistic probability"), 0.40, 0.50),
                Term(("likely", "probable", "probably"), 0.55, 0.75),
                Term(("highly likely", "highly probable"), 0.80, 0.90),
                Term(("almost certain",), 0.95, 1.0, forms=("almost certainly",)),
            ),
        ),
        "ipcc": Lexicon(
            "IPCC",
            "Mastrandrea et al. (2010), Guidance note on consistent treatment of uncertainties, table 1",
            (
                Term(("exceptionally unlikely",), 0.0, 0.01),
                Term(("extremely unlikely",), 0.0, 0.05),
                Term(("very unlikely",), 0.0, 0.10),
                Term(("unlikely",), 0.0, 0.33),
                Term(("about as likely as not",), 0.33, 0.66),
                Term(("more likely than not",), 0.50, 1.0),
                Term(("likely",), 0.66, 1.0),
                Term(("very likely",), 0.90, 1.0),
                Term(("extremely likely",), 0.95, 1.0),
                Term(("virtually certain",), 0.99, 1.0, forms=("virtually certainly",)),
            ),
        ),
    }
)


def band(lexicon: str, words: str) -> tuple[float, float]:
    """The published range of probability of some words.

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
    """
    term = LEXICONS[lexicon].term(words)
    return term.low, term.high


def quantiles(lexicon: str, words: str) -> dict[str, float]:
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


def words(lexicon: str, p: float) -> str:
    """The preferred words for a probability.

    In a gap between two terms "between X and Y"; where terms are nested, the narrowest that holds ``p``; on a
    shared edge, the term nearer to even odds. Beyond the outermost terms, the outermost. ValueError for a
    number that is no probability.

    >>> words("icd203", 0.1)
    'very unlikely'
    >>> words("phia", 0.22)
    'between highly unlikely and unlikely'
    """
    found = _narrowest(lexicon, p)
    if len(found) == 2 and not found[0].low <= p <= found[0].high:
        return f"between {found[0].words[0]} and {found[1].words[0]}"
    return min(found, key=lambda term: abs(term.low + term.high - 1.0)).words[0]


def fitting(lexicon: str, p: float) -> tuple[str, ...]:
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
    return tuple(dict.fromkeys((best, *(term.words[0] for term in _narrowest(lexicon, p)))))


def _narrowest(lexicon: str, p: float) -> list[Term]:
    """The terms that hold ``p``, but none with a narrower within; in a gap its two neighbours.

    Beyond the outermost terms, the outermost.
    """
    if not 0.0 <= p <= 1.0:
        raise ValueError(f"{p} is not a probability")
    terms = LEXICONS[lexicon].terms
    holding = [term for term in terms if term.low <= p <= term.high]
    if holding:
        return [term for term in holding if not any(_inside(other, term) for other in holding)]
    below = [term for term in terms if term.high < p]
    above = [term for term in terms if term.low > p]
    return [below[-1], above[0]] if below and above else [(above or below[::-1])[0]]


def _inside(inner: Term, outer: Term) -> bool:
    return inner != outer and outer.low <= inner.low and inner.high <= outer.high
