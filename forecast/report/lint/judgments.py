"""The rule `judgment`: what the key judgments must say, each in words and numbers, confidence apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forecast.report.lint.facts import spoken_date
from forecast.report.lint.fault import Fault
from forecast.report.lint.levels import with_confidence
from forecast.report.lint.reading import Passage, Sentence
from forecast.report.lint.statements import Statement
from forecast.report.lint.text import Text

_SECTION = re.compile(r"key-judge?ments")
#: Kinds of report that have judgments of their own.
_JUDGING = ("report", "brief")


def is_judgment(passage: Passage) -> bool:
    """Whether a passage stands among the key judgments."""
    return bool(_SECTION.fullmatch(passage.section)) and passage.block.kind in ("prose", "item", "quote")


def judgments(text: Text) -> Iterator[Fault]:
    """Faults of the key judgments: words without a number, an outcome or the confidence left out."""
    found = [
        (passage, sentence, stated) for passage, sentence, stated in text.sentences() if is_judgment(passage)
    ]
    for _, sentence, stated in found:
        yield from _without_number(sentence, stated, text)
    if text.kind in _JUDGING:
        heading = next((p.block.line for p in text.passages if _SECTION.fullmatch(p.section)), 0)
        if not heading:
            yield _missing(1, "Key judgments", "the report has no section of key judgments")
            return
        yield from _left_out(found, heading, text)


def _without_number(sentence: Sentence, stated: tuple[Statement, ...], text: Text) -> Iterator[Fault]:
    for use in sentence.uses:
        if not use.mentioned and not any(s.central or s.low for s in stated):
            yield Fault(
                sentence.line,
                "judgment",
                sentence.text,
                f"“{use.phrase}” stands without its number",
                f"Write the probability beside it, or {_nowhere(text)}.",
            )
            return


def _nowhere(text: Text) -> str:
    return f"say it without words of likelihood; those of {text.title} are for numbers"


def _left_out(
    found: list[tuple[Passage, Sentence, tuple[Statement, ...]]], heading: int, text: Text
) -> Iterator[Fault]:
    """Outcomes without a statement at the horizon, in words and numbers; or without their confidence."""
    facts, confident = text.facts, with_confidence(text)
    horizon = max(facts.headline_dates, default="")
    for outcome in dict.fromkeys(outcome for outcome, _ in facts.headlines):
        told = [
            statement
            for _, _, stated in found
            for statement in stated
            if statement.outcomes == {outcome} and statement.dates == {horizon} and statement.central
        ]
        title, headline = facts.title(outcome), facts.headline(outcome, horizon)
        if not told:
            message = f"no judgment states the probability of {title} {_when(outcome, horizon, text)}"
            yield _missing(heading, title, message, f"Write it, in words and numbers: {headline}.")
        elif not any(statement.use for statement in told):
            message = f"the probability of {title} {_when(outcome, horizon, text)} stands without words"
            yield _missing(heading, title, message, f"Write the words of {text.title} beside {headline}.")
        if told and outcome not in confident:
            level = facts.confidence[outcome].level if outcome in facts.confidence else "low"
            yield _missing(
                heading,
                title,
                f"no sentence states the confidence in the judgment on {title}",
                f"Write it in a sentence of its own: Confidence in this judgment is {level}, and why.",
            )


def _when(outcome: str, date: str, text: Text) -> str:
    return f"{'by' if text.facts.quantity(outcome) == 'reached' else 'on'} {spoken_date(date)}"


def _missing(
    line: int, found: str, message: str, remedy: str = "Put back the section as it was published."
) -> Fault:
    return Fault(line, "judgment", found, message, remedy)
