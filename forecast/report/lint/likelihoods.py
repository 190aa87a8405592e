"""The rules `words` and `straddle`: what the lexicon has for a number and for the ends of its interval."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from forecast.lexicon import Lexicon, fitting, words
from forecast.report.lint.agreement import bare, which
from forecast.report.lint.estimative import Use
from forecast.report.lint.facts import STATS, Facts
from forecast.report.lint.fault import Fault
from forecast.report.lint.judgments import is_judgment
from forecast.report.lint.quantities import Quantity
from forecast.report.lint.reading import Passage, Sentence
from forecast.report.lint.statements import Statement, of
from forecast.report.lint.text import Text
from forecast.rounding import percent


def agreeing(text: Text) -> Iterator[Fault]:
    """Faults of the rule `words`: a term beside a number that another term is for."""
    for _, sentence, stated in text.sentences():
        for statement in stated:
            use, number = statement.use, statement.central
            if use is None or number is None or not (use.terms or use.between):
                continue
            values = _values(number, statement, sentence, text)
            if use.word not in _fitting(text.facts.lexicon, values):
                yield _disagrees(use, number, values, sentence, text)
        for use, number in _labelled(sentence):
            # An edge may be named for either side of it: "brings it to “likely” (55%)".
            values = _around(number)
            if use.word not in _fitting(text.facts.lexicon, values):
                yield _disagrees(use, number, values, sentence, text)


def _labelled(sentence: Sentence) -> Iterator[tuple[Use, Quantity]]:
    """Phrases in quotation marks with the number they are for: “likely” (57%), or (57%, “likely”)."""
    named = [use for use in sentence.uses if use.mentioned and use.terms]
    found = [q for q in sentence.quantities if q.role == "central"] if named else []
    starts = [q.start for q in found]
    for use in named:
        at = bisect_left(starts, use.end)
        if at < len(found) and _AFTER.fullmatch(sentence.text[use.end : found[at].start]):
            yield use, found[at]
        elif at and _BEFORE.fullmatch(sentence.text[found[at - 1].end : use.start]):
            yield use, found[at - 1]


_AFTER = re.compile(r"[”\"']\s*[(,]\s*")
_BEFORE = re.compile(r",\s*[“\"']")


def _disagrees(use: Use, number: Quantity, values: list[float], sentence: Sentence, text: Text) -> Fault:
    right = words(text.facts.lexicon, values[0])
    bounds = [term.span for term in use.terms if not use.between]
    meant = f" ({bounds[0]})" if bounds else ""
    return Fault(
        sentence.line,
        "words",
        sentence.text,
        f"“{use.phrase}”{meant} is not what {text.title} has for {number.text}: that is “{right}”"
        f"{_range(right, text)}",
        f"Write “{right}”, or the number that “{use.phrase}” was meant for.",
    )


def _range(phrase: str, text: Text) -> str:
    term = next((t for t in text.facts.lexicon.terms if t.words[0] == phrase), None)
    return f" ({term.span})" if term else ""


def _values(number: Quantity, statement: Statement, sentence: Sentence, text: Text) -> list[float]:
    """What a number may be exactly: its datum where that is known, else all that it may be rounded from."""
    entry = sentence.entries.get(number.start)
    exact = entry.value if entry is not None and bare(entry.text) == bare(number.text) else None
    if exact is not None and 0.0 <= exact <= 1.0:
        return [exact]
    fact = which(number, of(statement, text.names, STATS), sentence.text) if not statement.foreign else None
    if fact is not None and fact.value >= 0.0:
        return [fact.value]
    return _around(number)


def _around(number: Quantity) -> list[float]:
    """A number as shown, and the least and the most that it may be rounded from."""
    around = (number.value, number.value - number.half, number.value + number.half)
    return [min(max(value, 0.0), 1.0) for value in around]


def _fitting(lexicon: Lexicon, values: list[float]) -> set[str]:
    return {phrase for value in values for phrase in fitting(lexicon, value)}


def straddling(text: Text) -> Iterator[Fault]:
    """Faults of the rule `straddle`: an interval over several terms that no sentence beside it tells."""
    for passage, stated in zip(text.passages, text.stated, strict=True):
        if passage.block.kind == "row":
            continue
        told = [use.ends for s in passage.sentences for use in s.uses if use.ends]
        for sentence, each in zip(passage.sentences, stated, strict=True):
            for statement in each:
                if statement.use is not None and (fault := _untold(statement, sentence, passage, text, told)):
                    yield fault


def _untold(
    statement: Statement,
    sentence: Sentence,
    passage: Passage,
    text: Text,
    told: list[tuple[str, str]],
) -> Fault | None:
    ends = _ends(statement, sentence, passage, text)
    if ends is None:
        return None
    lexicon = text.facts.lexicon
    low, high = (_fitting(lexicon, values) for values in ends)
    # On an edge the two ends may share a term: then nothing need be said.
    if low & high or any(one in low and other in high for one, other in told):
        return None
    first, last = (words(lexicon, values[0]) for values in ends)
    shown = percent(ends[0][0]), percent(ends[1][0])
    said = (
        f"; what is said, from “{told[0][0]}” to “{told[0][1]}”, is of another"
        if told
        else ", and nothing says so"
    )
    return Fault(
        sentence.line,
        "straddle",
        sentence.text,
        f"the interval from {shown[0]} to {shown[1]} runs over more than one term of {text.title}{said}",
        f"Add to the paragraph: The interval runs from “{first}” to “{last}”.",
    )


def _ends(
    statement: Statement, sentence: Sentence, passage: Passage, text: Text
) -> tuple[list[float], list[float]] | None:
    """The ends of an interval: as written; in a key judgment that leaves them out, as in the data."""
    if statement.low is not None and statement.high is not None:
        if statement.low.loose:
            return None
        return tuple(_values(q, statement, sentence, text) for q in (statement.low, statement.high))  # type: ignore[return-value]
    if statement.foreign or not is_judgment(passage):
        return None
    return _in_data(statement, text.facts)


def _in_data(statement: Statement, facts: Facts) -> tuple[list[float], list[float]] | None:
    """The interval of the one headline that a statement is of."""
    if len(statement.outcomes) != 1 or len(statement.dates) != 1:
        return None
    (outcome,) = statement.outcomes
    found = {
        fact.stat: fact.value
        for fact in facts.select(
            [outcome],
            statement.dates,
            ["baseline"],
            quantities=[facts.quantity(outcome)],
            stats=("p05", "p95"),
        )
    }
    return ([found["p05"]], [found["p95"]]) if len(found) == 2 else None
