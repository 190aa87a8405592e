"""The rule `confidence`, of levels: how confident a judgment is said to be is what the data has for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forecast.report.lint.confidence import speaks_of_confidence
from forecast.report.lint.fault import Fault
from forecast.report.lint.reading import Passage, Sentence
from forecast.report.lint.statements import Statement
from forecast.report.lint.text import Text

#: Where judgments are told with the confidence in each.
_JUDGED = re.compile(r"key-judge?ments")
_LISTED = "analytic-confidence"

#: What other words make of the three levels, by how they begin.
_LIKE = {
    "low": ("low", "limited", "little", "weak", "slight", "poor", "scant"),
    "moderate": ("moderate", "medium", "middling", "fair"),
    "high": ("high", "strong", "great", "full", "complete", "firm", "considerable", "very", "quite"),
}
_WORD = "|".join(rf"{word}(?:ly|er|est)?" for words in _LIKE.values() for word in words)
_LEVEL = re.compile(
    rf"\b(?P<denied>(?:not|no longer|never|neither|than|from|isn't)\s+)?"
    rf"(?P<said>(?:{_WORD})\b(?:[\s-]+(?:to|or|and|–|/)?[\s-]*(?:{_WORD})\b)*)",
    re.IGNORECASE,
)
#: Where a level ends and its grounds begin.
_GROUNDS = re.compile(r"[:;(]|,?\s\b(?:because|since|as|for|given)\b")


def held(text: Text) -> Iterator[Fault]:
    """Faults of levels of confidence that are not those of the data."""
    for passage, sentence, outcome, level in _told(text):
        datum = text.facts.confidence.get(outcome)
        if datum is not None and level != datum.level:
            yield _fault(text, sentence, passage, outcome, level)
    yield from _rows(text)


def with_confidence(text: Text) -> frozenset[str]:
    """The outcomes whose key judgment has a sentence that states a level of confidence."""
    return frozenset(outcome for passage, _, outcome, _ in _told(text) if _JUDGED.fullmatch(passage.section))


def _told(text: Text) -> Iterator[tuple[Passage, Sentence, str, str]]:
    """Each level stated with the outcome it is of; one of no outcome in particular is of all."""
    for passage, stated in zip(text.passages, text.stated, strict=True):
        judged = _JUDGED.fullmatch(passage.section) or passage.section == _LISTED
        if not judged or passage.block.kind not in ("prose", "item", "quote"):
            continue
        for at, sentence in enumerate(passage.sentences):
            head = _GROUNDS.split(sentence.style, maxsplit=1)[0]
            if speaks_of_confidence(head) and (level := stated_level(head)):
                for outcome in _of(text, passage, stated, at, head):
                    yield passage, sentence, outcome, level


def stated_level(said: str) -> str | None:
    """The level that a clause states, as the data writes it where it is one of the three.

    >>> [stated_level(s) for s in ("Confidence is not high but low", "We are highly confident", "very low")]
    ['low', 'high', 'very low']
    """
    for found in _LEVEL.finditer(said):
        if not found["denied"]:
            words = found["said"].lower()
            return next((level for level, like in _LIKE.items() if _is(words, like)), words)
    return None


def _is(words: str, like: tuple[str, ...]) -> bool:
    return len(words.split()) == 1 and "-" not in words and words.startswith(like)


def _of(
    text: Text, passage: Passage, stated: tuple[tuple[Statement, ...], ...], at: int, head: str
) -> frozenset[str]:
    """Which outcomes a sentence on confidence is about.

    What it names itself; else what the bold words name that open the paragraph; else what was judged before.
    """
    known = frozenset(text.facts.titles) & frozenset(o for o, _ in text.facts.headlines)
    named = frozenset(o for _, o in text.names.outcomes(head)) & known
    lead = frozenset(
        o
        for sentence in passage.sentences[:at]
        if sentence.lead
        for o in known
        if sentence.text.strip(" .:").casefold() == text.facts.title(o).casefold()
    )
    if lead or named:
        return lead if lead and (not named or "this judgment" in head.lower()) else named
    judged = [s.outcomes for each in stated[:at] for s in each if s.outcomes]
    return (frozenset(judged[-1]) & known) if judged else known


def _rows(text: Text) -> Iterator[Fault]:
    """Levels in the table of components: a row headed Confidence, a column for each judgment."""
    head: Passage | None = None
    for passage in text.passages:
        if passage.section != _LISTED or passage.block.kind != "row":
            continue
        cells = [cell.text.strip() for cell in passage.sentences]
        if passage.block.line in text.heads:
            head = passage
        elif head is not None and cells and cells[0].casefold() == "confidence":
            titles = {text.facts.title(o).casefold(): o for o in text.facts.confidence}
            for title, cell in zip(head.sentences[1:], passage.sentences[1:], strict=False):
                outcome = titles.get(title.text.strip().casefold())
                said = cell.text.strip().lower()
                if outcome is not None and said != text.facts.confidence[outcome].level:
                    yield _fault(text, cell, passage, outcome, said)


def _fault(text: Text, sentence: Sentence, passage: Passage, outcome: str, level: str) -> Fault:
    datum = text.facts.confidence[outcome]
    again = "" if passage.block.kind == "row" else "Confidence in this judgment is "
    return Fault(
        sentence.line,
        "confidence",
        sentence.text,
        f"confidence in {text.facts.title(outcome)} is said to be {level}; in the data it is {datum.level} "
        f"({datum.path})",
        f"Write: {again}{datum.level}; or change the inputs and make the report again.",
    )
