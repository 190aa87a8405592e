"""Estimative words in a sentence: which, of what lexicon, and whether used or only spoken of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from forecast.lexicon import LEXICONS, Lexicon, Term, named, plainly
from forecast.report.lint.attribution import attributed
from forecast.report.lint.sentences import HIDDEN, hidden, quotations

Standing = Literal["preferred", "other row", "other lexicon", "outside"]


@dataclass(frozen=True)
class Use:
    """Estimative words where they stand.

    ``phrase`` in small letters, one space between words; ``terms`` the terms of the chosen lexicon it is made
    of, none where it has no such words, two for "between X and Y". ``mentioned``: the words are spoken of, as
    in a quotation, and nothing is estimated with them; ``ends`` are those of "from X to Y".
    """

    start: int
    end: int
    phrase: str
    standing: Standing
    terms: tuple[Term, ...] = ()
    between: bool = False
    mentioned: bool = False
    ends: tuple[str, str] | None = None

    @property
    def word(self) -> str:
        """The phrase as the lexicon writes it where it has it: preferred words, with "between" in a gap."""
        return _word(self.terms) or self.phrase


def uses(text: str, lexicon: Lexicon | str) -> list[Use]:
    """The estimative words of a sentence, in order.

    Comparisons ("more likely than split", "how likely") estimate nothing and are left out; words that a
    modifier or a negation takes out of the lexicon ("fairly likely", "not likely") are outside it.

    >>> [(u.phrase, u.standing) for u in uses("It is very unlikely, if not highly improbable.", "icd203")]
    [('very unlikely', 'preferred'), ('highly improbable', 'other row')]
    """
    outside = hidden(text, quotations(text))
    chosen = named(lexicon, LEXICONS)
    found = (_use(match, text, outside, chosen) for match in _pattern(phrases(chosen)).finditer(text))
    return [use for use in found if use]


def _word(terms: Sequence[Term]) -> str:
    names = [term.words[0] for term in terms]
    return f"between {names[0]} and {names[1]}" if len(names) == 2 else "".join(names[:1])


@cache
def phrases(lexicon: Lexicon) -> str:
    """A regular expression for any single phrase of a lexicon, or of any published one."""
    both = (lexicon, *LEXICONS.values())
    known = {plainly(p) for each in both for term in each.terms for p in term.spoken}
    ordered = sorted(known, key=lambda p: (-len(p), p))
    return "|".join(re.escape(p).replace(r"\ ", r"[\s-]+") for p in ordered)


@cache
def _pattern(one: str) -> re.Pattern[str]:
    """What estimates: ``one`` matches any single phrase."""
    quoted_one = rf"[“\"'‘]?(?:{one})[”\"'’]?"
    gap = rf"[“\"]?between\s+{quoted_one}\s+and\s+{quoted_one}"
    end = rf"(?:{gap}|{quoted_one})"
    return re.compile(
        rf"(?<![\w-])(?:"
        rf"from\s+(?:an?\s+)?(?P<low>{end})\s+(?:up\s+)?to\s+(?:an?\s+)?(?P<high>{end})"
        rf"|between\s+(?:an?\s+)?(?P<under>{quoted_one})\s+and\s+(?:an?\s+)?(?P<over>{quoted_one})"
        rf"|(?P<one>{one}))(?![\w-])",
        re.IGNORECASE,
    )


def _use(match: re.Match[str], text: str, outside: str, lexicon: Lexicon) -> Use | None:
    if match["low"]:
        low, high = (_word(ends(match[end], lexicon)) for end in ("low", "high"))
        return Use(*match.span(), _flat(match.group()), "preferred", mentioned=True, ends=(low, high))
    if match["under"]:
        both = [_single(match[part]) for part in ("under", "over")]
        found = [_standing(phrase, lexicon) for phrase in both]
        worst = max((standing for standing, _ in found), key=_ORDER.index)
        terms = tuple(term for _, term in found if term)
        # “between X and Y” is a name as any phrase in quotation marks; between “X” and “Y” is an estimate.
        named_so = outside[match.start()] == HIDDEN
        return Use(*match.span(), _single(match.group()), worst, terms, between=True, mentioned=named_so)
    return _one(match, text, outside, lexicon)


_ORDER: list[Standing] = ["preferred", "other row", "other lexicon", "outside"]


def ends(end: str, lexicon: Lexicon) -> tuple[Term, ...]:
    """The terms that one end of "from X to Y" names: one, two in a gap, none of another lexicon."""
    parts = re.split(r"\s+and\s+", re.sub(r"^\W*between\s+", "", end, flags=re.IGNORECASE))
    return tuple(term for part in parts if (term := _standing(_single(part), lexicon)[1]))


def _one(match: re.Match[str], text: str, outside: str, lexicon: Lexicon) -> Use | None:
    # A window, not all that goes before: a sentence may be as long as its writer likes.
    before, after = (
        text[max(0, match.start() - _WINDOW) : match.start()],
        text[match.end() : match.end() + _WINDOW],
    )
    phrase = _single(match.group())
    if _COMPARED.search(before) or _NOMINAL.search(f"{phrase}{after}") or _everyday(phrase, before, after):
        return None
    standing, term = _standing(phrase, lexicon)
    start = match.start()
    if (out := _MODIFIED.search(before)) and not _CONCEDED.search(before):
        phrase, standing, term = _single(f"{out.group()}{phrase}"), "outside", None
        start -= len(out.group())
    asserted = _ASSERTED.search(before) and not attributed(before.rstrip("“\"'‘"))
    spoken_of = outside[match.start()] == HIDDEN and not asserted
    mentioned = spoken_of or bool(_NAMED.search(before))
    return Use(start, match.end(), phrase, standing, (term,) if term else (), mentioned=mentioned)


_WINDOW = 60
#: What makes of the words a comparison, not an estimate.
_COMPARED = re.compile(
    r"\b(?:more|less|least|as|how|however|equally|so|too|the most|which is most|what is most|far more|"
    r"increasingly)\s+$",
    re.IGNORECASE,
)
#: Nouns and names made with them.
_NOMINAL = re.compile(r"^remote (?:from|area|border|region|province|past|control|sens)", re.IGNORECASE)
#: What takes the words out of every lexicon.
_MODIFIED = re.compile(
    r"\b(?:(?:not|never|hardly|scarcely|barely|no longer|far from|anything but|more than|less than|isn't|"
    r"aren't|wasn't|neither|nor)\s+(?:(?:at all|very|so|really|particularly|especially)\s+)?"
    r"|(?:fairly|quite|rather|somewhat|pretty|relatively|reasonably|moderately|highly|very|extremely|"
    r"exceptionally|exceedingly|overwhelmingly|vanishingly|really|distinctly|most|only slightly|slightly|"
    r"virtually|extraordinarily|particularly|decidedly)\s+)$",
    re.IGNORECASE,
)
#: "Unlikely, if not very unlikely": no negation.
_CONCEDED = re.compile(r"\bif not\s+$", re.IGNORECASE)
#: What makes of the words a name: "the word likely".
_NAMED = re.compile(r"\b(?:words?|terms?|phrase|called|reads?|means?)\s*[,:]?\s*$", re.IGNORECASE)
#: What asserts even a phrase in quotation marks: "it is “likely” that".
_ASSERTED = re.compile(
    r"\b(?:it|that|this|an?|\w+ship|\w+ance)\s+(?:is|remains|seems)\s+(?:an?\s+)?[“\"'‘]$"
    r"|\bthere\s+(?:is|remains)\s+(?:an?\s+)?[“\"'‘]$",
    re.IGNORECASE,
)


@cache
def _published() -> frozenset[str]:
    """Every phrase of a published lexicon but "remote", which has another sense."""
    known = {plainly(p) for lexicon in LEXICONS.values() for term in lexicon.terms for p in term.spoken}
    return frozenset(known - {"remote"})


def _everyday(phrase: str, before: str, after: str) -> bool:
    """Whether a word of no published lexicon, or "remote", speaks of something else than a chance."""
    if " " in phrase or phrase in _published():
        return False
    of_chance = re.match(r"\s+(?:chance|possibility|prospect|likelihood|probability|odds)\b", after)
    told = re.search(r"(?:\b(?:is|are|was|be|remains?|seems?|as|looks?|stays?)|:)\s+[“\"]?$", before)
    return not of_chance and not told


def _standing(phrase: str, lexicon: Lexicon) -> tuple[Standing, Term | None]:
    """Whether a phrase is of the chosen lexicon's preferred row, of it, or of another; and its term."""
    for term in lexicon.terms:
        if phrase in map(plainly, term.preferred):
            return "preferred", term
    for term in lexicon.terms:
        if phrase in map(plainly, term.words):
            return "other row", term
    return "other lexicon", None


def owner(phrase: str) -> str | None:
    """The title of a published lexicon that has these words.

    >>> owner("highly likely")
    'PHIA'
    """
    return next((x.title for x in LEXICONS.values() for t in x.terms if phrase in t.spoken), None)


def _single(phrase: str) -> str:
    return _flat(phrase.replace("-", " ")).strip("“”\"'‘’ ")


def _flat(phrase: str) -> str:
    return " ".join(phrase.lower().split())
