"""What a sentence speaks of: outcomes, dates, scenarios; and whether of something else besides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from forecast.report.lint.facts import BROAD, Facts
from forecast.report.number_tokens import tokens

#: Words for the states of a pair, beside their titles in the question.
_FORMS = {
    "alliance": r"alliances?|ally|allies|allied|allying",
    "partnership": r"partnerships?|partners?",
    "split": r"splits?|splitting|ruptures?|(?:fall(?:s|ing)? out|break(?:s|ing)?) with (?:each|one)",
}
_WIDE = r"(?:broad(?:er|ly)?|wide(?:r)?|loose(?:r)?)"
_ALLIED = r"(?:alliances?|ally|allies|allied)"
_BROAD = (
    rf"{_WIDE}[\s-]+(?:\w+\s+)?(?:{_ALLIED}|sense|reading|definition)\b"
    rf"|{_ALLIED}\b[^.;:]{{0,40}}?\bin\s+(?:the|a|its|that|this)\s+{_WIDE}\s+sense\b"
    rf"|de[\s-]facto\s+{_ALLIED}\b"
)
#: Before a name these deny it, or bring it in to compare.
_DENIED = re.compile(
    r"\b(?:neither|nor|not|no|without|never|rather than|instead of|short of|than|than of|against)\s+"
    r"(?:yet\s+)?(?:an?\s+|the\s+|in\s+|be\s+)?(?:formal\s+|full\s+)?$"
    r"|(?:\bnot|\bnever|n't)\s+(?:\w+\s+){1,3}$",
    re.IGNORECASE,
)
#: What stands in for an outcome named before.
_ANAPHOR = re.compile(
    r"\b(?:that|this|it|its|so|same|both|such|they|this outcome|the number)\b", re.IGNORECASE
)
_OF_SOMETHING = re.compile(
    r"\b(?:chance|probability|risk|odds|likelihood|prospect)s?\s+(?:of|that)\s+(?!(?:\w+\s+)?[\d<>~])"
    r"(?P<what>[^.;:,]{0,60})",
    re.IGNORECASE,
)
#: Numbers in such company are of something else than the model's answer for an outcome.
_FOREIGN = re.compile(
    r"\b(?:rates?|hazards?|weight(?:s|ed)?|shares?|spread|kappa|coded|codes?|codings?|coders?|pool(?:s|ed)?|"
    r"medians? of|reference class|class|outside view|sources?|panels?|defin(?:ed|es|ition|itions)|line|"
    r"thresholds?|index|heard|odds ratio|per year|a year|yearly|texts?|shocks?|futures|independent|"
    r"correlation|loading|half-life|interaction|log-odds|windows?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Dated:
    """A date of the future in a sentence: a date of the data, or None where the data has none; and how."""

    start: int
    date: str | None
    text: str
    how: str


@dataclass(frozen=True)
class Names:
    """The patterns by which the names in a report's data are known."""

    facts: Facts
    known: tuple[str, ...]
    outcomes_pattern: re.Pattern[str]
    scenarios_pattern: re.Pattern[str]
    sources_pattern: re.Pattern[str]

    def outcomes(self, text: str) -> list[tuple[int, str]]:
        """The outcomes a text affirms, with their places; those denied ("neither allied") are left out.

        An alliance in a broad sense is not an alliance.
        """
        return [
            (match.start(), self.known[int(str(match.lastgroup)[1:])])
            for match in self.outcomes_pattern.finditer(text)
            if not _denied(match, text)
        ]

    def dates(self, text: str) -> list[Dated]:
        """The dates after the report's own, with their places."""
        return [
            dated
            for token in tokens(text)
            if token.kind == "date"
            for dated in self._dated(text, token.start, token.text)
        ]

    def scenarios(self, text: str) -> list[tuple[int, str]]:
        """The scenarios a text names, with their places."""
        found = []
        for match in self.scenarios_pattern.finditer(text):
            key = int(str(match.lastgroup)[1:])
            found.append((match.start(), list(self.facts.scenarios)[key]))
        return found

    def foreign(self, text: str) -> bool:
        """Whether the numbers of a clause may be of something else than the model's answers."""
        return bool(
            _FOREIGN.search(text)
            or self.sources_pattern.search(text)
            or self._of_something(text)
            or self._denies(text)
        )

    def _denies(self, text: str) -> bool:
        """Whether the only outcomes named are denied: a number beside them is that of their not coming."""
        return bool(self.outcomes_pattern.search(text)) and not self.outcomes(text)

    def _of_something(self, text: str) -> bool:
        """Whether a chance is named of what is no outcome: "the chance of a ceasefire"."""
        said = [match["what"] for match in _OF_SOMETHING.finditer(text)]
        return any(
            not self.outcomes(what) and not _ANAPHOR.match(what) and not _PAIR.match(what) for what in said
        )

    def _dated(self, text: str, start: int, shown: str) -> Iterator[Dated]:
        year = re.search(r"\d{4}", shown)
        if year is None or int(year.group()) < self.facts.as_of.year:
            return
        how = _HOW.search(text[max(0, start - 40) : start])
        said = " ".join(how.group(1).lower().split()) if how else ""
        full = iso(shown)
        if full is not None:
            if full > self.facts.as_of.isoformat():
                yield Dated(start, full if full in self.facts.dates else None, shown, said)
            return
        in_year = [date for date in self.facts.dates if date.startswith(year.group())]
        if int(year.group()) > self.facts.as_of.year or said in ("by", "on"):
            yield Dated(start, in_year[-1] if in_year else None, shown, said)


def _denied(match: re.Match[str], text: str) -> bool:
    return bool(_DENIED.search(text[max(0, match.start() - 40) : match.start()]))


_PAIR = re.compile(r"(?:the\s+)?(?:two|pair|both)\b|[A-Z]\w+(?:'s)? and [A-Z]", re.IGNORECASE)
_HOW = re.compile(
    r"\b(by or on|by|on|in|until|before|at|after|from|since|for)\s+(?:the\s+)?(?:end\s+of\s+)?$",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def iso(shown: str) -> str | None:
    """A full date as in the data, from any of the ways it is written; None for a year alone.

    >>> iso("31 December 2036"), iso("Dec. 31, 2036"), iso("2036")
    ('2036-12-31', '2036-12-31', None)
    """
    if re.fullmatch(r"\d{4}-\d\d-\d\d", shown):
        return shown
    year, month = re.search(r"\d{4}", shown), re.search(r"[A-Za-z]{3,}", shown)
    dated = re.search(r"(?<!\d)\d{1,2}(?!\d)", shown)
    if not (year and month and dated) or month.group()[:3].lower() not in _MONTHS:
        return None
    return f"{year.group()}-{_MONTHS.index(month.group()[:3].lower()) + 1:02}-{int(dated.group()):02}"


def names(facts: Facts) -> Names:
    """The patterns for the names in a report's data."""
    # The broad sense first: the words for an alliance are part of those for a broad one.
    known = tuple(
        sorted({outcome for outcome, _, _ in facts.index}, key=lambda o: (not o.endswith(BROAD), o))
    )
    parts = []
    for i, outcome in enumerate(known):
        title = re.escape(facts.title(outcome)).replace(r"\ ", r"\s+")
        forms = _BROAD if outcome.endswith(BROAD) else _FORMS.get(outcome, re.escape(outcome))
        parts.append(rf"(?P<o{i}>\b(?:{title}\b|(?:{forms})\b))")
    told = [
        rf"(?P<s{i}>\b(?:{re.escape(title)}|{re.escape(name)})\b)"
        for i, (name, title) in enumerate(facts.scenarios.items())
    ]
    sources = [re.escape(source) for source in facts.sources]
    return Names(
        facts,
        known,
        re.compile("|".join(parts) or _NEVER, re.IGNORECASE),
        re.compile("|".join(told) or _NEVER, re.IGNORECASE),
        re.compile("|".join(sources) or _NEVER),
    )


_NEVER = r"(?!)"


def stands_in(text: str) -> bool:
    """Whether a sentence goes on about what the one before it spoke of: "By 2036 that is still so"."""
    return bool(_ANAPHOR.search(text)) or bool(
        re.match(r"\W*(?:by|on|in)\s+(?:the\s+end\s+of\s+)?\d", text, re.IGNORECASE)
    )
