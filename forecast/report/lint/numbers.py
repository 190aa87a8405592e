"""The rule `number`: every number that is not as it was published is its datum.

A number is first held to what the sentence says it is of: the outcome, the date, the scenario named, and
whether it is the central number or an end of the interval. Where the sentence does not tell, to the number
that stood in its place when the sentence was published; where it is new, to every number of the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from forecast.lexicon import LEXICONS
from forecast.report.ledger import Entry
from forecast.report.lint.agreement import bare, which
from forecast.report.lint.facts import BASELINE, STATS, Fact, Facts, spoken_date
from forecast.report.lint.fault import Fault
from forecast.report.lint.quantities import Quantity
from forecast.report.lint.reading import Passage, Sentence
from forecast.report.lint.statements import Statement, of
from forecast.report.lint.text import Text
from forecast.report.number_tokens import tokens
from forecast.report.numbers import points
from forecast.rounding import percent

#: What each kind of entry is called.
_KINDS = {
    "datum": "a number of the data",
    "date": "a date",
    "quoted": "in the words of an input file",
    "wording": "in the report's fixed words",
}
#: Before a number, what makes of it a place in a source: "p. 341", "Arts 9 and 25".
_PLACE = re.compile(
    r"(?:\b(?:pp?|paras?|arts?|nos?|vols?|notes?|nn?|chs?|secs?|figs?|articles?|pages?|paragraphs?|chapters?|"
    r"sections?|tables?|figures?|volumes?|footnotes?)\b\.?|§)\s*(?:\d+[\s,–-]*(?:and\s+)?)*$",
    re.IGNORECASE,
)
#: Where the terms of published lexicons begin and end.
_EDGES = {edge for lexicon in LEXICONS.values() for edge in lexicon.edges}
_LIKELIHOOD = re.compile(r"\b(?:chances?|probab\w+|likelihood|odds|risk)\b", re.IGNORECASE)


def numbers(text: Text) -> Iterator[Fault]:
    """Faults of numbers, in the order of the text."""
    known = _known(text)
    for passage, sentence, stated in text.sentences():
        if sentence.status != "published" or _moved(passage, sentence):
            yield from _Checked(text, passage, sentence, stated, known).faults()
    yield from _figures(text, known)


def _moved(passage: Passage, sentence: Sentence) -> bool:
    """Whether a sentence is as published but its surroundings are not: then it is held to them."""
    return not passage.same and passage.block.kind != "row" and bool(sentence.quantities)


def _known(text: Text) -> frozenset[str]:
    """Every number of the report as it may be written."""
    shown = {bare(entry.text) for line in text.ledger.lines for entry in line.numbers}
    shown |= {bare(token.text) for _, said in text.ledger.figures for token in tokens(said)}
    return frozenset(shown)


class _Checked:
    """A sentence whose numbers are looked at one by one."""

    def __init__(
        self,
        text: Text,
        passage: Passage,
        sentence: Sentence,
        stated: tuple[Statement, ...],
        known: frozenset[str],
    ) -> None:
        self.text, self.sentence, self.known = text, sentence, known
        self.row = passage.block.kind == "row"
        self.of = {} if self.row else {q.start: (s, q) for s in stated for q in s.parts}
        self.sure = 0

    def faults(self) -> Iterator[Fault]:
        """What is wrong with each number, then with the dates."""
        found = [fault for q in self.sentence.quantities if (fault := self._number(q))]
        yield from found
        if self.sentence.status == "renumbered" and not (self.sure and not found):
            yield from self._dates()

    def _number(self, quantity: Quantity) -> Fault | None:
        entry, same = self._before(quantity)
        stated = self.of.get(quantity.start)
        if stated and not stated[0].foreign and stated[0].outcomes and self._tells():
            return self._of_outcome(*stated, same=same)
        if same or self.sentence.status == "published":
            return None
        if quantity.role == "points" and (found := self._differences()):
            return self._difference(quantity, found)
        if entry is not None:
            return self._other(quantity, entry)
        return None if self._read(quantity) else self._unknown(quantity)

    def _read(self, quantity: Quantity) -> bool:
        """Whether the report has the number somewhere; places in a source and edges of terms count."""
        before = self.sentence.text[max(0, quantity.start - 40) : quantity.start]
        return (
            bare(quantity.text) in self.known
            or self._quoted(quantity)
            or bool(_PLACE.search(before))
            or (any(use.mentioned for use in self.sentence.uses) and self._is_edge(quantity.value))
        )

    def _before(self, quantity: Quantity) -> tuple[Entry | None, bool]:
        """What stood in a number's place, and whether it was the same; of odds, the first other part."""
        entries = self.sentence.entries
        if quantity.unit != "odds":
            entry = entries.get(quantity.start)
            return entry, entry is not None and bare(entry.text) == bare(self._signed(quantity))
        parts = [t for t in tokens(self.sentence.text) if quantity.start <= t.start < quantity.end]
        there = [(entries[t.start], bare(t.text)) for t in parts if t.start in entries]
        other = next((entry for entry, shown in there if bare(entry.text) != shown), None)
        return other, bool(there) and other is None

    def _is_edge(self, value: float) -> bool:
        return value in _EDGES or value in self.text.facts.lexicon.edges

    def _tells(self) -> bool:
        """Whether the sentence is held to the outcome it is of.

        As published it is right about what it names; about what the sentences before it name it need not be.
        """
        return self.sentence.status != "published" or not self.text.names.outcomes(self.sentence.text)

    def _of_outcome(self, stated: Statement, quantity: Quantity, *, same: bool) -> Fault | None:
        """A number that the sentence says what it is of."""
        if stated.undated and not stated.dates:
            return self._fault(
                quantity.text,
                f"the data has no probability of {self._titles(stated)} for {stated.undated[0]}",
                f"Name one of its dates: {_dates(self.text.facts)}.",
            )
        found = of(stated, self.text.names, _stats(quantity, stated))
        if len(stated.scenarios) > 1:
            # Beside a scenario the baseline is there to be compared with, by its central number.
            found = [fact for fact in found if fact.scenario != BASELINE or fact.stat not in ("p05", "p95")]
        if which(quantity, found, self.sentence.text):
            self.sure += 1
            return None
        if same and self._same_subject():
            return None
        if not found and bare(quantity.text) in self.known:
            return None
        told = _told(stated, self.text.facts)
        return self._fault(
            quantity.text,
            f"{quantity.text} is not {_part(quantity)} of {self._titles(stated)} in the data: {told}",
            f"Write {_wanted(found) or 'the number of the data'}, or say what {quantity.text} is of.",
        )

    def _same_subject(self) -> bool:
        """Whether the sentence names the outcomes and dates it named when it was published."""
        if self.sentence.status == "renumbered":
            return True
        names, now, was = self.text.names, self.sentence.text, self.sentence.was
        return [n for _, n in names.outcomes(now)] == [n for _, n in names.outcomes(was)] and [
            d.date for d in names.dates(now)
        ] == [d.date for d in names.dates(was)]

    def _differences(self) -> list[Fact]:
        """What one scenario does to one outcome, where the sentence names no more and nothing else."""
        said, names = self.sentence.text, self.text.names
        outcomes, scenarios = (
            {n for _, n in found} for found in (names.outcomes(said), names.scenarios(said))
        )
        if len(outcomes) != 1 or len(scenarios - {BASELINE}) != 1 or names.foreign(said):
            return []
        dates = {d.date for d in names.dates(said) if d.date} or self.text.facts.headline_dates
        return self.text.facts.select(outcomes, dates, scenarios, quantities=["difference"], stats=STATS)

    def _difference(self, quantity: Quantity, found: list[Fact]) -> Fault | None:
        if which(quantity, found, self.sentence.text):
            return None
        means = list(dict.fromkeys(points(fact.value) for fact in found if fact.stat == "mean"))
        return self._fault(
            quantity.text,
            f"the difference is not {quantity.text} points in the data but {' or '.join(means)}",
            f"Write {' or '.join(means)}.",
        )

    def _other(self, quantity: Quantity, entry: Entry) -> Fault:
        """A number that stands where another stood."""
        place = f", {entry.path}" if entry.path else ""
        return self._fault(
            quantity.text,
            f"where the report had {entry.text} ({_KINDS[entry.kind]}{place}) there is now {quantity.text}",
            f"Write {entry.text}, or change the inputs and make the report again.",
        )

    def _unknown(self, quantity: Quantity) -> Fault | None:
        """A number that nothing in the report reads."""
        if quantity.unit == "odds" and not _LIKELIHOOD.search(self.sentence.text):
            return None
        return self._fault(
            quantity.text,
            f"no number of the report reads {quantity.text}",
            "Write a number of the data as the report shows it, or leave it out; text of others belongs in "
            "an input file.",
        )

    def _dates(self) -> Iterator[Fault]:
        """Dates that stand where others stood."""
        for token in tokens(self.sentence.text):
            entry = self.sentence.entries.get(token.start)
            if token.kind == "date" and entry is not None and entry.text != token.text:
                yield self._fault(
                    token.text,
                    f"where the report had {entry.text} there is now {token.text}, with the numbers it had",
                    f"Write {entry.text}, or the numbers of {token.text} with it.",
                )

    def _signed(self, quantity: Quantity) -> str:
        """A number with the hyphen before it where that is a minus."""
        before = self.sentence.text[max(0, quantity.start - 2) : quantity.start]
        minus = before.endswith("-") and (len(before) == 1 or before[0] in " (")
        return f"−{quantity.text}" if minus else quantity.text

    def _quoted(self, quantity: Quantity) -> bool:
        return self.sentence.own[quantity.start] != self.sentence.text[quantity.start]

    def _titles(self, stated: Statement) -> str:
        return " or ".join(self.text.facts.title(o) for o in sorted(stated.outcomes))

    def _fault(self, found: str, message: str, remedy: str) -> Fault:
        return Fault(self.sentence.line, "number", found, message, remedy)


def _stats(quantity: Quantity, stated: Statement) -> tuple[str, ...]:
    """Which statistics a number may be, by where it stands."""
    if quantity.role in ("low", "high"):
        end = "p05" if quantity.role == "low" else "p95"
        return (end, "mean") if quantity.loose else (end,)
    return ("p50",) if stated.median else ("mean",)


def _part(quantity: Quantity) -> str:
    return {"low": "the lower end", "high": "the upper end"}.get(quantity.role, "the probability")


def _wanted(found: list[Fact]) -> str:
    return " or ".join(dict.fromkeys(f"{percent(fact.value)} ({fact.path})" for fact in found[:3]))


def _told(stated: Statement, facts: Facts) -> str:
    """What the data says instead, of each outcome and date."""
    dates = sorted(stated.dates & set(facts.headline_dates) or stated.dates)[:3]
    said = [
        f"{facts.title(o)} {headline}"
        + ("" if scenario == BASELINE else f" under {facts.scenarios[scenario]}")
        for o in sorted(stated.outcomes)
        for scenario in sorted(stated.scenarios)
        for date in dates
        if (headline := facts.headline(o, date, scenario))
    ]
    return "; ".join(said) or "it has none"


def _dates(facts: Facts) -> str:
    """The first and the last date of the data."""
    return f"{spoken_date(facts.dates[0])} to {spoken_date(facts.dates[-1])}" if facts.dates else "none"


def _figures(text: Text, known: frozenset[str]) -> Iterator[Fault]:
    """Descriptions of figures: a number that neither the figure's own had nor the report has."""
    before = {where: {bare(t.text) for t in tokens(said)} for where, said in text.ledger.figures}
    for line, where, said in text.figures:
        for token in tokens(said):
            shown = bare(token.text)
            if token.kind == "number" and shown not in before.get(where, known):
                yield Fault(
                    line,
                    "number",
                    token.text,
                    f"the description of {where} had no {token.text} when it was drawn",
                    "Write the number that the figure shows.",
                )
