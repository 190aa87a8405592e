"""The rules `row` and `hedge`: one row of one lexicon, and nothing on top of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from forecast.lexicon import words
from forecast.report.lint.estimative import Use, owner, phrases
from forecast.report.lint.fault import Fault
from forecast.report.lint.hedges import hedges
from forecast.report.lint.reading import Passage, Sentence
from forecast.report.lint.statements import Statement
from forecast.report.lint.text import Text


def one_row(text: Text) -> Iterator[Fault]:
    """Faults of words that are not of the preferred row of the report's lexicon."""
    for passage, sentence, stated in text.sentences():
        if _defines(passage) or (passage.block.kind == "row" and not stated):
            continue
        stacked = [match.span() for match in _stacked(sentence)]
        for use in sentence.uses:
            if (
                use.standing != "preferred"
                and not use.mentioned
                and not _within((use.start, use.end), stacked)
            ):
                yield _foreign(use, sentence, stated, text)
        for span in [*hedges(sentence), *_vague(sentence, stated, text)]:
            if not _within(span, stacked):
                yield _fault(sentence, stated, text, sentence.text[slice(*span)], "is of no lexicon")


def _defines(passage: Passage) -> bool:
    """Whether a passage defines words rather than uses them."""
    return passage.section.startswith("definitions")


def _within(span: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _foreign(use: Use, sentence: Sentence, stated: tuple[Statement, ...], text: Text) -> Fault:
    if use.standing == "other row" and use.terms:
        return Fault(
            sentence.line,
            "row",
            sentence.text,
            f"“{use.phrase}” is of another row of {text.title} than the report's",
            f"Write “{use.word}”.",
        )
    whose = owner(use.phrase)
    why = f"is of {whose}, and the report's words are those of {text.title}" if whose else "is of no lexicon"
    return _fault(sentence, stated, text, use.phrase, why)


def _fault(sentence: Sentence, stated: tuple[Statement, ...], text: Text, said: str, why: str) -> Fault:
    return Fault(sentence.line, "row", sentence.text, f"“{said}” {why}", _instead(stated, text))


def _instead(stated: tuple[Statement, ...], text: Text) -> str:
    """The words for the one number beside, else all there are."""
    centrals = [s.central for s in stated if s.central]
    if len(centrals) == 1:
        number = centrals[0]
        right = words(text.facts.lexicon, min(max(number.value, 0.0), 1.0))
        return f"Write “{right}”, which {text.title} has for {number.text}."
    known = ", ".join(term.words[0] for term in text.facts.lexicon.terms)
    return (
        f"Write the words of {text.title} for its number ({known}), or put a source's own words in quotation "
        "marks."
    )


_MODAL = re.compile(r"\b(?P<modal>may|might|could)\s+(?:not\s+)?(?:\w+\s+){1,4}?", re.IGNORECASE)
_POSSIBLE = re.compile(r"\b(?:possible|potential|conceivable)\s+$", re.IGNORECASE)
_CONDITIONAL = re.compile(r"\b(?:if|were|would|had|unless|scenario|in case)\b", re.IGNORECASE)


def _vague(sentence: Sentence, stated: tuple[Statement, ...], text: Text) -> Iterator[tuple[int, int]]:
    """What is said of an outcome by a date with "may", "might" or "could", and "possible" outcomes."""
    own = sentence.style
    outcomes = text.names.outcomes(own)
    for at, _ in outcomes:
        if found := _POSSIBLE.search(own[max(0, at - 14) : at]):
            yield at - len(found.group()), at
    if not outcomes or _CONDITIONAL.search(own) or not text.names.dates(own) or any(s.use for s in stated):
        return
    for match in _MODAL.finditer(own):
        if any(0 < at - match.start() < 60 for at, _ in outcomes):
            yield match.span("modal")


def stacked(text: Text) -> Iterator[Fault]:
    """Faults of hedges on hedges."""
    for passage, sentence, _ in text.sentences():
        if _defines(passage):
            continue
        for match in _stacked(sentence):
            yield Fault(
                sentence.line,
                "hedge",
                sentence.text,
                f"“{match.group().strip()}” hedges what is a hedge already",
                "Leave one: the lexicon's words beside the number.",
            )


def _stacked(sentence: Sentence) -> list[re.Match[str]]:
    return list(_pattern(phrases(sentence.lexicon)).finditer(sentence.style)) if sentence.uses else []


@cache
def _pattern(words: str) -> re.Pattern[str]:
    """Hedges on hedges: ``words`` matches any single phrase of a lexicon."""
    one = rf"(?:{words}|possible|conceivable|plausible|possibly|perhaps)"
    term = rf"(?:{words})"
    return re.compile(
        rf"\b(?:may|might|could|can|would\s+perhaps)\s+(?:\w+\s+)?be\s+(?:an?\s+|\w+ly\s+)?{term}\b"
        rf"|\b(?:perhaps|possibly|maybe|conceivably|arguably|presumably|potentially|supposedly)\s+(?:an?\s+)?{term}\b"
        rf"|\b(?:seems?|appears?|looks?|feels?|would\s+(?:seem|appear))\s+(?:to\s+be\s+)?(?:\w+ly\s+)?{term}\b"
        rf"|\b{term}\s+(?:be\s+)?{one}\b"
        rf"|\b(?:possible|conceivable|plausible),?\s+(?:and\s+|even\s+|or\s+even\s+|if\s+not\s+)?{term}\b",
        re.IGNORECASE,
    )
