"""The rule `number` for likelihoods told by one another: "twice as likely as", "half the chance of"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forecast.report.lint.facts import BASELINE, Facts
from forecast.report.lint.fault import Fault
from forecast.report.lint.reading import Sentence
from forecast.report.lint.text import Text

_TIMES = {"half": 0.5, "twice": 2.0, "double": 2.0, "thrice": 3.0}
_COUNTS = {
    word: float(i + 2)
    for i, word in enumerate(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
}
_MULTIPLE = re.compile(
    r"\b(?:(?P<bound>more than|over|at least|less than|under|at most)\s+|"
    r"(?P<about>about|around|roughly|nearly|almost)\s+)?"
    rf"(?:(?P<word>{'|'.join(_TIMES)})|"
    rf"(?P<count>{'|'.join(_COUNTS)}|\d{{1,6}}(?:\.\d{{1,6}})?)(?P<half>\s+and\s+a\s+half)?\s+times)\s+"
    r"(?:as\s+(?:likely|probable)\s+as|(?:more\s+likely|likelier)\s+than|"
    r"the\s+(?:chance|probability|likelihood|odds)\s+of)\b",
    re.IGNORECASE,
)
#: How far a whole multiple may be from the ratio: it is rounded; with "about" a tenth more.
_HALF = 0.5


def multiples(text: Text) -> Iterator[Fault]:
    """Faults of ratios between two outcomes, in sentences that are not as published."""
    for _, sentence, _ in text.sentences():
        if sentence.status == "published":
            continue
        for match in _MULTIPLE.finditer(sentence.text):
            ratio = _ratio(sentence, match, text)
            if ratio is not None and not _holds(match, ratio):
                yield Fault(
                    sentence.line,
                    "number",
                    match.group(),
                    f"the one is {ratio:.1f} times as likely as the other in the data",
                    f"Write {ratio:.1f} times, or the two probabilities.",
                )


def _ratio(sentence: Sentence, match: re.Match[str], text: Text) -> float | None:
    """The ratio of the outcome named last before the words to that named first after them."""
    found = text.names.outcomes(sentence.text[: match.start()])[-1:]
    after = text.names.outcomes(sentence.text[match.end() :])[:1]
    dates = [d.date for d in text.names.dates(sentence.text) if d.date] or list(
        text.facts.headline_dates[-1:]
    )
    if not found or not after or len(set(dates)) != 1 or text.names.foreign(sentence.text):
        return None
    one, other = (_mean(text.facts, outcome, dates[0]) for outcome in (found[0][1], after[0][1]))
    return one / other if one is not None and other else None


def _mean(facts: Facts, outcome: str, date: str) -> float | None:
    told = facts.select([outcome], [date], [BASELINE], quantities=[facts.quantity(outcome)], stats=["mean"])
    return told[0].value if told else None


def _holds(match: re.Match[str], ratio: float) -> bool:
    if match["word"]:
        said = _TIMES[match["word"].lower()]
    else:
        count = match["count"].lower()
        said = _COUNTS.get(count) or float(count)
        said += 0.5 if match["half"] else 0.0
    bound = (match["bound"] or "").lower()
    if bound in ("more than", "over", "at least"):
        return ratio >= said
    if bound in ("less than", "under", "at most"):
        return ratio <= said
    decimals = len(match["count"].partition(".")[2]) if match["count"] else 0
    off = _HALF / (10.0**decimals) if said >= 1 and not match["half"] else 0.15
    return abs(ratio - said) <= off + (0.1 * said if match["about"] else 0.0)
