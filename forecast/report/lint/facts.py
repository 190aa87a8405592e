"""What a report's data says of each outcome, date and scenario: what its sentences must agree with."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from forecast.lexicon import LEXICONS, Lexicon
from forecast.report.numbers import day
from forecast.rounding import percent

BASELINE = "baseline"
BROAD = "_broad"
STATS = ("mean", "p05", "p50", "p95")


@dataclass(frozen=True)
class Fact:
    """One number of the data: a probability, or under a scenario the difference it makes."""

    outcome: str
    quantity: str
    date: str
    scenario: str
    stat: str
    value: float
    path: str


@dataclass(frozen=True)
class Level:
    """How confident a judgment is in the data (low, moderate, high), and where that stands."""

    level: str
    path: str


@dataclass(frozen=True)
class Facts:
    """The numbers of the main panel, and the names they go by.

    ``headlines`` are (outcome, date) pairs; ``scenarios`` titles by id, the ids again where the data has no
    titles (``scenarios_titled``); ``confidence`` levels by outcome; ``index`` holds the facts
    of each outcome, date and scenario.
    """

    lexicon: Lexicon
    as_of: dt.date
    start_state: str
    titles: Mapping[str, str]
    scenarios: Mapping[str, str]
    scenarios_titled: bool
    sources: tuple[str, ...]
    dates: tuple[str, ...]
    headlines: tuple[tuple[str, str], ...]
    confidence: Mapping[str, Level]
    index: Mapping[tuple[str, str, str], tuple[Fact, ...]] = field(repr=False)

    @property
    def headline_dates(self) -> tuple[str, ...]:
        """The dates that headlines are given for, in order."""
        return tuple(sorted({date for _, date in self.headlines}))

    def quantity(self, outcome: str) -> str:
        """What a headline on an outcome reads: whether it was reached by the date, or the state on it."""
        held = outcome == self.start_state or outcome.endswith(BROAD) or outcome == "partnership"
        return "state" if held else "reached"

    def select(
        self,
        outcomes: Collection[str],
        dates: Collection[str],
        scenarios: Collection[str],
        *,
        quantities: Collection[str],
        stats: Collection[str],
    ) -> list[Fact]:
        """The facts of any of these outcomes, dates, scenarios, quantities and statistics."""
        return [
            fact
            for outcome in sorted(outcomes)
            for date in sorted(dates)
            for scenario in sorted(scenarios)
            for fact in self.index.get((outcome, date, scenario), ())
            if fact.quantity in quantities and fact.stat in stats
        ]

    def title(self, outcome: str) -> str:
        """An outcome's title, its id where it has none."""
        return self.titles.get(outcome, outcome.replace("_", " "))

    def headline(self, outcome: str, date: str, scenario: str = BASELINE) -> str | None:
        """An outcome's probability in words: ``9.4% by 31 December 2036 (90% interval 3.0% to 21%)``."""
        found = self.select(
            [outcome], [date], [scenario], quantities=[self.quantity(outcome)], stats=("mean", "p05", "p95")
        )
        by_stat = {fact.stat: fact.value for fact in found}
        if set(by_stat) != {"mean", "p05", "p95"}:
            return None
        when = "by" if self.quantity(outcome) == "reached" else "on"
        return (
            f"{percent(by_stat['mean'])} {when} {spoken_date(date)} "
            f"(90% interval {percent(by_stat['p05'])} to {percent(by_stat['p95'])})"
        )


def spoken_date(date: str) -> str:
    """A date of the data in words; itself where it is none."""
    parsed = _date(date)
    return day(parsed) if parsed else date


def facts(data: Mapping[str, Any]) -> Facts:
    """Read the facts out of a report's data; what is missing or malformed is left out."""
    main = _mapping(data.get("main"))
    found = [*_probabilities(main), *_differences(main)]
    index: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    for fact in found:
        index[fact.outcome, fact.date, fact.scenario].append(fact)
    told = _mapping(data.get("outcomes"))
    outcomes = dict.fromkeys(fact.outcome for fact in found)
    return Facts(
        lexicon=_lexicon(data),
        as_of=_date(main.get("as_of")) or dt.date.min,
        start_state=str(main.get("start_state", "")),
        titles={o: str(_mapping(told.get(o)).get("title", o.replace("_", " "))) for o in outcomes},
        scenarios=_scenario_titles(main),
        scenarios_titled=all(_mapping(s).get("title") for s in _list(main.get("scenarios"))),
        sources=_source_names(data),
        dates=tuple(sorted({fact.date for fact in found})),
        headlines=tuple(
            (str(h["outcome"]), str(h["date"]))
            for h in _list(data.get("headlines"))
            if isinstance(h, Mapping) and {"outcome", "date"} <= set(h)
        ),
        confidence=_levels(data),
        index={key: tuple(each) for key, each in index.items()},
    )


def _lexicon(data: Mapping[str, Any]) -> Lexicon:
    """The published lexicon of that name, else the one the data writes out, else ICD 203's."""
    name = str(data.get("lexicon"))
    if name in LEXICONS:
        return LEXICONS[name]
    try:
        return Lexicon.from_dict(_mapping(data.get("word_scale")))
    except ValueError:
        return LEXICONS["icd203"]


def _probabilities(main: Mapping[str, Any]) -> Iterator[Fact]:
    for i, scenario in enumerate(_list(main.get("scenarios"))):
        name = str(_mapping(scenario).get("id", ""))
        for j, each in enumerate(_list(_mapping(scenario).get("horizons"))):
            horizon = _mapping(each)
            date, where = str(horizon.get("date", "")), f"/main/scenarios/{i}/horizons/{j}"
            told = [
                (quantity, outcome, summary, f"{where}/{quantity}/{outcome}")
                for quantity in ("state", "reached")
                for outcome, summary in _mapping(horizon.get(quantity)).items()
            ]
            told += [
                ("state", o, summary, f"{where}/{o}") for o, summary in horizon.items() if o.endswith(BROAD)
            ]
            for quantity, outcome, summary, path in told:
                for stat, value in _stats(summary):
                    yield Fact(outcome, quantity, date, name, stat, value, f"{path}/{stat}")


def _differences(main: Mapping[str, Any]) -> Iterator[Fact]:
    for i, each in enumerate(_list(main.get("comparisons"))):
        told = _mapping(each)
        outcome = str(told.get("quantity", "")).rpartition(".")[2]
        date, scenario = str(told.get("date", "")), str(told.get("scenario", ""))
        for stat, value in _stats(told.get("difference")):
            path = f"/main/comparisons/{i}/difference/{stat}"
            yield Fact(outcome, "difference", date, scenario, stat, value, path)


def _stats(summary: Any) -> Iterator[tuple[str, float]]:
    """The statistics of a summary that are numbers."""
    for stat in STATS:
        value = _mapping(summary).get(stat)
        # A probability or a difference of two; what is not, and NaN, is none.
        if isinstance(value, int | float) and not isinstance(value, bool) and -1 <= value <= 1:
            yield stat, float(value)


def _scenario_titles(main: Mapping[str, Any]) -> dict[str, str]:
    told = [_mapping(scenario) for scenario in _list(main.get("scenarios"))]
    return {str(s["id"]): str(s.get("title") or str(s["id"]).replace("_", " ")) for s in told if s.get("id")}


def _source_names(data: Mapping[str, Any]) -> tuple[str, ...]:
    cards = _list(_mapping(_mapping(data.get("findings")).get("sources")).get("cards"))
    return tuple(str(_mapping(card).get("name", "")) for card in cards if _mapping(card).get("name"))


def _levels(data: Mapping[str, Any]) -> dict[str, Level]:
    judged = _list(_mapping(_mapping(data.get("findings")).get("confidence")).get("judgments"))
    return {
        str(_mapping(each)["outcome"]): Level(
            str(_mapping(each)["level"]), f"/findings/confidence/judgments/{i}/level"
        )
        for i, each in enumerate(judged)
        if {"outcome", "level"} <= set(_mapping(each))
    }


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _date(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return None
