"""The rule `confidence`: how sure an analysis is and how likely an event are told apart (ICD 203, D.6.e)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forecast.report.lint.fault import Fault
from forecast.report.lint.hedges import hedges
from forecast.report.lint.reading import Passage, Sentence
from forecast.report.lint.statements import Statement
from forecast.report.lint.text import Text

_CONFIDENCE = re.compile(
    r"\b(?<!self-)(?<!vote of )(?<!votes of )(?<!mutual )(?<!business )(?<!consumer )(?<!market )"
    r"(?<!investor )(?<!public )(?<!strategic )(?<!political )(?<!% )"
    r"(?:confidence|confident|confidently|unconfident)\b"
    r"(?!\s+(?:intervals?|limits?|bands?|bounds|regions?|sets?|measures?|building|votes?|"
    r"in (?:each|one an)other|between)\b)"
    r"(?!-(?:building|interval|band|level))",
    re.IGNORECASE,
)


def speaks_of_confidence(text: str) -> bool:
    """Whether a sentence speaks of how sure one is; not of intervals, nor of trust between states."""
    return bool(_CONFIDENCE.search(text))


def apart(text: Text) -> Iterator[Fault]:
    """Faults of sentences that speak of both; bold words that open a paragraph belong to what follows."""
    for passage, stated in zip(text.passages, text.stated, strict=True):
        if passage.block.kind == "row":
            continue
        for sentence, own in _with_leads(passage, stated):
            likely = _likelihood(sentence, own)
            if likely and any(speaks_of_confidence(s.style) for s in sentence):
                yield Fault(
                    sentence[-1].line,
                    "confidence",
                    " ".join(s.text for s in sentence),
                    f"confidence and likelihood (“{likely}”) stand in one sentence, and are confused",
                    "Write two sentences: how likely it is, with its number; then how confident the judgment "
                    "is, and why.",
                )


def _with_leads(
    passage: Passage, stated: tuple[tuple[Statement, ...], ...]
) -> Iterator[tuple[list[Sentence], list[Statement]]]:
    """Sentences with their statements, the bold words before the first joined to it."""
    sentences: list[Sentence] = []
    statements: list[Statement] = []
    for sentence, each in zip(passage.sentences, stated, strict=True):
        sentences.append(sentence)
        statements += each
        if not sentence.lead:
            yield sentences, statements
            sentences, statements = [], []
    if sentences:
        yield sentences, statements


def _likelihood(sentences: list[Sentence], stated: list[Statement]) -> str | None:
    """The words or the number that say how likely something is."""
    for sentence in sentences:
        said = [use.phrase for use in sentence.uses if not use.mentioned]
        said += [sentence.text[a:b] for a, b in hedges(sentence)]
        if said:
            return said[0]
    return next((part.text for statement in stated for part in statement.parts), None)
