"""How a workspace falls into judgments: what is opened, what is one piece, and what moves no number.

A record of `OPENED` falls into its fields, a mapping into its keys, a list of `KEYED` into its items by what
they are about; anything else is one judgment. Fields in `PROSE` explain, and nothing is computed from them.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from forecast.inputs.fields import Quantiles, Strict
from forecast.inputs.records import (
    AlignmentIndex,
    BaseRates,
    Covariate,
    Driver,
    Drivers,
    History,
    Indicator,
    Indicators,
    ModelSettings,
    Outcomes,
    Question,
    ReferenceClass,
    Scenario,
    Shock,
    Source,
    WithinPairEvidence,
)

#: One step from a workspace to a judgment: a field, a key, or what an item of a list is about.
Step = str | tuple[Any, ...]
Path = tuple[Step, ...]
#: What an item of a list is about.
About = Callable[[Any], tuple[Any, ...]]

#: Fields of a workspace that hold what was read from files.
HOMES = (
    *("question", "sources", "drivers", "indicators", "measurements", "base_rates", "history", "shocks"),
    *("scenarios", "second_coding", "seeds"),
)
#: Those that no probability of the baseline depends on.
SILENT = frozenset({"scenarios", "second_coding", "seeds"})
#: What a fit is *of*, rather than a judgment in it: draws of another day or state cannot be reweighted.
FRAME = frozenset({("question", "as_of"), ("question", "horizon"), ("question", "initial_state")})
#: Records whose fields are looked at one by one.
OPENED = (
    *(AlignmentIndex, BaseRates, Covariate, Driver, Drivers, History, Indicator, Indicators, ModelSettings),
    *(Outcomes, Question, ReferenceClass, Scenario, Shock, Source, WithinPairEvidence),
)
#: Fields that no probability is computed from, in whatever record.
PROSE = frozenset(
    {
        *("schema_", "title", "name", "definition", "citation", "locator", "rationale", "note", "checked"),
        *("stance", "independence", "layout", "cites", "lens", "lenses", "mechanism", "no_indicator", "unit"),
        *("background", "resolving", "facts", "lexicon", "spotlight", "pair", "storyline", "motivated_by"),
        *("expected", "source", "vintage", "admiralty", "admiralty_why"),
    }
)
#: And of one record alone.
PROSE_OF: Mapping[type[Strict], frozenset[str]] = {
    Driver: frozenset({"anchors", "dynamics"}),
    Question: frozenset({"outcomes", "id"}),
    Source: frozenset({"id", "also_stated", "seeds"}),
    ReferenceClass: frozenset({"years"}),
    Shock: frozenset({"grade"}),
    Scenario: frozenset({"id"}),
}
#: Lists whose items are judgments of their own.
KEYED: Mapping[str, About] = {
    "levels": lambda item: (item.driver, item.date),
    "readings": lambda item: (item.date,),
    "cross_impacts": lambda item: (item.from_, item.to),
    "correlations": lambda item: tuple(sorted(item.drivers)),
    "effects": lambda item: (item.driver, item.channel),
    "raises": lambda item: (item.shock,),
}


class Missing:
    """What stands where nothing stands."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


def is_prose(record: type[Strict], field: str) -> bool:
    """Whether nothing is computed from a field of a record."""
    return field in PROSE or field in PROSE_OF.get(record, ())


def parts(path: Path, value: Any) -> dict[Step, Any] | None:
    """What a value falls into, by step; None where it is one judgment."""
    if isinstance(value, OPENED):
        return {name: getattr(value, name) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return dict(value)
    if path == ("measurements",):
        rows: dict[Step, Any] = {}
        for row in value:
            rows[row.indicator] = (*rows.get(row.indicator, ()), row)
        return rows
    about = _about(path) if isinstance(value, list | tuple) else None
    return _keyed(value, about) if about else None


def bare(value: Any) -> Any:
    """A value as plain data, with nothing in it that explains; equal where no probability can differ."""
    if isinstance(value, Quantiles):
        return value.stated()
    if isinstance(value, Strict):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        return {
            name: bare(one)
            for name, one in fields.items()
            if one is not None and not is_prose(type(value), name)
        }
    if isinstance(value, Mapping):
        return {str(key): bare(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [bare(one) for one in value]
    if value is MISSING:
        return None
    return value.isoformat() if isinstance(value, dt.date) else value


def _about(path: Path) -> About | None:
    if path[:2] == ("question", "panels") and len(path) == 3:
        return lambda item: (item,)
    name = path[-1]
    return KEYED.get(name) if isinstance(name, str) else None


def _keyed(items: Iterable[Any], about: About) -> dict[Step, Any]:
    """Items by what they are about, and which of several about it each is."""
    seen: Counter[tuple[Any, ...]] = Counter()
    found: dict[Step, Any] = {}
    for item in items:
        what = about(item)
        seen[what] += 1
        found[*what, seen[what]] = item
    return found
