"""Sentences of a text and the clauses of a sentence, with where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: Typographic variants that mean the same, one for one so that places stay.
_PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " ", "’": "'", "‘": "'", "‑": "-"})

_END = re.compile(r"[.!?…]+[\"”’')\]*_]*(?=\s|$)")
#: Before a number these end nothing: "p. 341", "Art. 25", "c. 2022".
_BEFORE_NUMBER = re.compile(
    r"(?:pp?|paras?|nos|arts?|vols?|figs?|ca?|secs?|chs?|eds?|nn?|sect|col|approx|jan|feb|mar|apr|jun|jul|aug|"
    r"sept?|oct|nov|dec)",
    re.IGNORECASE,
)
#: These seldom end a sentence, whatever follows.
_ABBREVIATED = re.compile(
    r"(?:e\.g|i\.e|vs|viz|cf|al|mr|mrs|ms|dr|prof|gen|col|lt|sen|rep|st|messrs|inc|ltd)", re.IGNORECASE
)
#: After an abbreviation that may also end one ("U.S.", "etc."), words that begin a sentence.
_OPENERS = re.compile(
    r"(?:The|This|That|These|Those|It|In|On|By|At|As|An?|There|They|He|She|We|But|And|Yet|If|When|While|For|"
    r"No|None|Both|Neither|Either|Each|Our|Its|Their|Even|Still|So|Nor|Most|Such)\b"
)
_LAST_WORD = re.compile(r"[^\s(\[“\"']+$")
_INITIALS = re.compile(r"(?:[A-Za-z]\.)*[A-Za-z]$")


def plainly(text: str) -> str:
    """A text with odd spaces and apostrophes made plain, every character in its place."""
    return text.translate(_PLAIN)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends.

    A full stop ends a sentence unless it belongs to an abbreviation, an initial, a decimal or a list number;
    semicolons and colons end none.

    >>> text = "See p. 341, e.g. for the U.S. view. It is 5.1% by 2031! “Done.” Next"
    >>> [text[a:b] for a, b in sentences(text)]
    ['See p. 341, e.g. for the U.S. view.', 'It is 5.1% by 2031!', '“Done.”', 'Next']
    """
    start = 0
    for end in _END.finditer(text):
        if end.start() >= start and _ends(text, end):
            yield from _trimmed(text, start, end.end())
            start = end.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _ends(text: str, end: re.Match[str]) -> bool:
    if end.group()[0] != "." or end.group().startswith(".."):
        return True
    after = text[end.end() : end.end() + 40].lstrip()
    found = _LAST_WORD.search(text, max(0, end.start() - 40), end.start())
    word = found.group() if found else ""
    return not after or not (after[0].islower() or _abbreviates(word, after) or _numbers(text, end, word))


def _abbreviates(word: str, after: str) -> bool:
    """Whether the full stop after a word belongs to it."""
    if _ABBREVIATED.fullmatch(word) or word == "No":
        return True
    if _BEFORE_NUMBER.fullmatch(word):
        return after[0].isdigit()
    if _INITIALS.fullmatch(word) and not word.islower():
        # "U.S. pressure", "J. Smith": only a word that begins sentences ends one here, and no lone initial.
        return len(word) == 1 or not _OPENERS.match(after)
    return False


def _numbers(text: str, end: re.Match[str], word: str) -> bool:
    """Whether a full stop belongs to the number that opens a list's item: "1. First"."""
    return word.isdigit() and not text[max(0, end.start() - len(word) - 20) : end.start() - len(word)].strip()


#: Where what is said of one thing ends and of another begins.
_BREAK = re.compile(
    r";|\s[–—]\s|,?\s\b(?:but|while|whereas|yet|though|although)\b|,\s(?:and|so|or)\s", re.IGNORECASE
)


def clauses(text: str) -> Iterator[tuple[int, int]]:
    """Where each clause of a sentence begins and ends.

    >>> text = "alliance is at 9.4%, and split at 3.7%; both rise"
    >>> [text[a:b] for a, b in clauses(text)]
    ['alliance is at 9.4%', ', and split at 3.7%', '; both rise']
    """
    start = 0
    for found in _BREAK.finditer(text):
        if found.start() > start:
            yield start, found.start()
            start = found.start()
    if start < len(text):
        yield start, len(text)


_QUOTES = re.compile(r"“[^“”]*”|(?<!\w)\"[^\"]*\"(?!\w)|„[^„“]*“|«[^«»]*»")


def quotations(text: str) -> list[tuple[int, int]]:
    """Where words stand between quotation marks, the marks included."""
    return [match.span() for match in _QUOTES.finditer(text)]


#: Stands for what is hidden: no letter, no digit, no space.
HIDDEN = "\ufffc"


def hidden(text: str, spans: list[tuple[int, int]]) -> str:
    """A text with some of it hidden, every other character in its place."""
    shown = list(text)
    for start, end in spans:
        shown[start:end] = HIDDEN * len(shown[start:end])
    return "".join(shown)
