"""What a sentence states: each estimate with its interval, its words, and what it is of."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from sys import maxsize

from forecast.report.lint.estimative import Use
from forecast.report.lint.facts import BASELINE, Fact
from forecast.report.lint.pairing import pair
from forecast.report.lint.quantities import Quantity
from forecast.report.lint.reading import Passage, Sentence
from forecast.report.lint.sentences import clauses
from forecast.report.lint.subjects import Dated, Names, stands_in

_Names = frozenset[str]


@dataclass(frozen=True)
class Statement:
    """An estimate: its number, its interval's ends, the words for it, and what it may be of.

    ``foreign``: of something else than the model's answer for an outcome, or perhaps so. ``undated`` are
    dates that the data has no probability for.
    """

    central: Quantity | None
    low: Quantity | None = None
    high: Quantity | None = None
    use: Use | None = None
    outcomes: _Names = frozenset()
    dates: _Names = frozenset()
    undated: tuple[str, ...] = ()
    scenarios: _Names = frozenset()
    quantities: _Names = frozenset()
    foreign: bool = True
    median: bool = False

    @property
    def at(self) -> int:
        """Where it begins."""
        first = self.central or self.low
        return first.start if first else 0

    @property
    def parts(self) -> list[Quantity]:
        """Its numbers, in order."""
        return [q for q in (self.central, self.low, self.high) if q is not None]


@dataclass
class _Carried:
    """What the sentences before spoke of last."""

    outcomes: _Names = frozenset()
    dates: _Names = frozenset()
    uses: list[Use] = field(default_factory=list)


def statements(passage: Passage, names: Names) -> list[list[Statement]]:
    """The estimates of each sentence of a passage; what one leaves out is taken from those before."""
    carried = _Carried()
    heading = passage.heading if passage.block.kind != "heading" else ""
    lead = " ".join(s.text for s in passage.sentences if s.lead)
    around = _Around(
        names,
        foreign=names.foreign(heading) or names.foreign(lead),
        scenarios=frozenset(name for _, name in names.scenarios(f"{heading} {lead}")),
        scenario_section="scenario" in passage.section,
    )
    if passage.block.kind != "row" and (named := {name for _, name in names.outcomes(heading)}):
        carried.outcomes = frozenset(named)
    found = [_stated(sentence, around, carried) for sentence in passage.sentences]
    return _across(passage, found) if passage.block.kind == "row" else found


def _across(passage: Passage, found: list[list[Statement]]) -> list[list[Statement]]:
    """A row with one estimate and, in another cell, one phrase: the phrase is for the estimate."""
    told = [use for sentence in passage.sentences for use in sentence.uses if not use.mentioned]
    estimates = [each for stated in found for each in stated if each.central is not None]
    if len(told) != 1 or len(estimates) != 1 or estimates[0].use is not None:
        return found
    return [[replace(s, use=told[0]) if s is estimates[0] else s for s in stated] for stated in found]


@dataclass(frozen=True)
class _Around:
    names: Names
    foreign: bool
    scenarios: _Names
    scenario_section: bool


_STILL = re.compile(
    r"\bstill\s+(?:so|true|holds?|the case)|\bthe same\s+(?:holds?|is true|words)|\bremains?\s+so\b"
    r"|\bso (?:too|also)\b|\blikewise\b|\bthat (?:also )?holds\b|\bno different\b",
    re.IGNORECASE,
)
_THEN = re.compile(r"\b(?:then|that (?:date|day|year)|the same (?:date|day))\b", re.IGNORECASE)
_SCENARIO = re.compile(
    r"\b(?:scenarios?|intervention|storyline|if|were|would|should|had|in case)\b", re.IGNORECASE
)
_COMPARED = re.compile(
    r"\b(?:against|compared (?:with|to)|versus|vs\.?|(?:up|down) from|rather than|instead of|not|than|"
    r"baseline(?: at)?)\s+(?:an?\s+|the\s+)?(?:about\s+)?$",
    re.IGNORECASE,
)
#: A sentence that opens with its words or its number has no subject of its own: "Very unlikely: 5.1%".
_OPENING = 3
_NUMBER_FIRST = re.compile(r"\W*\d")
_MEDIAN = re.compile(r"\bmedians?\b", re.IGNORECASE)


def _stated(sentence: Sentence, around: _Around, carried: _Carried) -> list[Statement]:
    text, names = sentence.text, around.names
    mentioned, dated, scenarios = names.outcomes(text), names.dates(text), names.scenarios(text)
    split = any(
        len(set(each)) > 1
        for each in ([n for _, n in mentioned], [d.date for d in dated], [n for _, n in scenarios])
    )
    clusters = list(_clusters(sentence.quantities, split=split))
    places = [cluster.at for cluster in clusters]
    spans = list(clauses(text)) if clusters else []
    used = _uses(sentence, places, spans, carried)
    of_outcomes = _outcomes(sentence, places, mentioned, carried)
    of_dates = _dates(text, places, dated, names, carried)
    of_scenarios = pair(places, scenarios)
    doubtful = _doubtful(text, scenarios, around)
    in_clause = {span: (names.foreign(text[slice(*span)]), _median(text[slice(*span)])) for span in spans}
    found = []
    for i, cluster in enumerate(clusters):
        foreign, median = in_clause[_span(spans, cluster.at)]
        found.append(
            replace(
                cluster,
                use=used[i],
                outcomes=of_outcomes[i],
                dates=frozenset(d for d in of_dates[i] if not d.startswith("?")),
                undated=tuple(sorted(d[1:] for d in of_dates[i] if d.startswith("?"))),
                scenarios=_scenarios(of_scenarios[i] or around.scenarios | {BASELINE}, cluster, text),
                quantities=_quantities(dated),
                foreign=foreign or around.foreign or doubtful or _signs(cluster),
                median=median,
            )
        )
    _carry(carried, mentioned, dated, sentence)
    return found


def _doubtful(text: str, scenarios: Sequence[tuple[int, str]], around: _Around) -> bool:
    """Whether a number may be of a scenario whose name is not known here."""
    if around.names.facts.scenarios_titled:
        return not scenarios and not around.scenarios and bool(_SCENARIO.search(text))
    return around.scenario_section or bool(scenarios or _SCENARIO.search(text))


def _span(spans: Sequence[tuple[int, int]], at: int) -> tuple[int, int]:
    """The clause that holds a place."""
    return spans[max(bisect_right(spans, (at, maxsize)) - 1, 0)]


def _scenarios(named: _Names, cluster: Statement, text: str) -> _Names:
    """The scenarios a number may be of; the baseline too where it is compared with: "from 9% to 18%"."""
    compared = any(part.loose or _compared(text, part.start) for part in cluster.parts)
    return named | {BASELINE} if compared else named


def _median(text: str) -> bool:
    return bool(_MEDIAN.search(text))


def _carry(
    carried: _Carried, mentioned: Sequence[tuple[int, str]], dated: Sequence[Dated], sentence: Sentence
) -> None:
    if mentioned:
        carried.outcomes = frozenset(name for _, name in mentioned)
    if known := frozenset(d.date for d in dated if d.date):
        carried.dates = known
    if told := [use for use in sentence.uses if not use.mentioned]:
        carried.uses = told


def _signs(cluster: Statement) -> bool:
    return cluster.central is not None and cluster.central.role == "sign"


_NEAR = 80


def _clusters(found: Sequence[Quantity], *, split: bool) -> Iterator[Statement]:
    """Central numbers with the intervals that follow them; other ranges by themselves.

    ``split``: the sentence names several dates, outcomes or scenarios, and "from 5% to 9%" is two numbers.
    """
    central: Quantity | None = None
    low: Quantity | None = None
    for quantity in (q for q in found if q.likelihood):
        if quantity.role in ("central", "sign") or (quantity.loose and split):
            if central is not None:
                yield Statement(central)
            central = quantity
        elif quantity.role == "low":
            low = quantity
        elif quantity.role == "high" and low is not None:
            if central is not None and not low.loose and low.start - central.end <= _NEAR:
                yield Statement(central, low, quantity)
            else:
                if central is not None:
                    yield Statement(central)
                yield Statement(None, low, quantity)
            central = low = None
    if central is not None:
        yield Statement(central)


def _uses(
    sentence: Sentence, places: Sequence[int], spans: Sequence[tuple[int, int]], carried: _Carried
) -> list[Use | None]:
    """The estimative words for each number: of its clause, else the only ones of the sentence.

    Where it has none and says that those of the sentence before still hold, those.
    """
    told = [use for use in sentence.uses if not use.mentioned]
    by_clause: dict[tuple[int, int], list[Use]] = defaultdict(list)
    beside: dict[tuple[int, int], list[int]] = defaultdict(list)
    for use in told if places else ():
        by_clause[_span(spans, use.start)].append(use)
    for at in places:
        beside[_span(spans, at)].append(at)
    found: dict[int, Use] = {}
    for span, here in beside.items():
        uses = by_clause.get(span, [])
        for at, paired in zip(here, pair(here, [(u.start, str(i)) for i, u in enumerate(uses)]), strict=True):
            if len(paired) == 1:
                found[at] = uses[int(next(iter(paired)))]
    if len(places) == 1 and len(told) == 1:
        found.setdefault(places[0], told[0])
    if not told and len(carried.uses) == 1 and _STILL.search(sentence.text):
        found = dict.fromkeys(places, carried.uses[0])
    return [None if _compared(sentence.text, at) else found.get(at) for at in places]


def _compared(text: str, at: int) -> bool:
    """Whether a number is there for another to be compared with."""
    return bool(_COMPARED.search(text[max(0, at - 40) : at]))


def _outcomes(
    sentence: Sentence, places: Sequence[int], mentioned: Sequence[tuple[int, str]], carried: _Carried
) -> list[_Names]:
    """The outcomes of each number; those spoken of before where the sentence stands for them."""
    if mentioned:
        return pair(places, mentioned)
    bare = any(use.start <= _OPENING for use in sentence.uses) or bool(_NUMBER_FIRST.match(sentence.text))
    return [carried.outcomes if bare or stands_in(sentence.text) else frozenset()] * len(places)


def _dates(
    text: str, places: Sequence[int], dated: Sequence[Dated], names: Names, carried: _Carried
) -> list[_Names]:
    """The dates of each number; those of the headlines where none is named."""
    if dated:
        return pair(places, [(d.start, d.date or f"?{d.text}") for d in dated])
    usual = carried.dates if carried.dates and _THEN.search(text) else frozenset(names.facts.headline_dates)
    return [usual] * len(places)


def _quantities(dated: Sequence[Dated]) -> _Names:
    """Reached by a date, or the state on it, where every date says which."""
    hows = {d.how for d in dated}
    if hows == {"by"}:
        return frozenset({"reached"})
    return frozenset({"state"}) if hows == {"on"} else frozenset({"reached", "state"})


def of(statement: Statement, names: Names, stats: Collection[str]) -> list[Fact]:
    """The facts that a number of a statement may show."""
    facts = names.facts
    found = []
    for outcome in sorted(statement.outcomes):
        # Only what can be left again is asked of both ways.
        both = facts.quantity(outcome) == "state"
        quantities = {"reached", "state"} if both else statement.quantities
        found += facts.select(
            [outcome], statement.dates, statement.scenarios, quantities=quantities, stats=stats
        )
    return found
