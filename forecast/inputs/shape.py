"""Which record type stands where in a file: the file's shape, read off the pydantic types."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from forecast.inputs.fields import ProbabilityQuantiles, Quantified, Quantiles, Strict
from forecast.inputs.records import (
    BaseRates,
    Drivers,
    History,
    Indicators,
    LexiconFile,
    Question,
    Scenario,
    SeedsFile,
    Shocks,
    Source,
)

#: Every kind of YAML file, by the word before the slash of its ``schema:`` line.
RECORDS: Mapping[str, type[Strict]] = types.MappingProxyType(
    {
        "question": Question,
        "drivers": Drivers,
        "base_rates": BaseRates,
        "history": History,
        "indicators": Indicators,
        "source": Source,
        "shocks": Shocks,
        "seeds": SeedsFile,
        "scenario": Scenario,
        "lexicon": LexiconFile,
    }
)


def inside(annotation: Any, key: str | int | None) -> Any:
    """The annotation of a key (or, for an int, an item) of a value annotated so; None where unknown."""
    for option in _options(annotation):
        if isinstance(option, type) and issubclass(option, Strict):
            for name, info in option.model_fields.items():
                if key == (info.alias or name) and not _hidden(option, name):
                    return Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
        elif get_origin(option) is dict and isinstance(key, str):
            return get_args(option)[1]
        elif get_origin(option) is list and isinstance(key, int):
            return get_args(option)[0]
    return None


def record_of(annotation: Any) -> type[Strict] | None:
    """The record type a mapping annotated so is read as; None where it is a plain dict or no mapping."""
    for option in _options(annotation):
        if isinstance(option, type) and issubclass(option, Strict):
            return option
    return None


def record_at(root: type[Strict], path: Sequence[str | int]) -> type[Strict] | None:
    """The record type at a path of a file whose root is ``root``."""
    annotation: Any = root
    for key in path:
        annotation = inside(annotation, key)
    return record_of(annotation)


def keys_of(record: type[Strict]) -> list[str]:
    """The keys a file may hold for a record, in canonical order; quantiles stand as p05, p50, p95."""
    if issubclass(record, Quantiles):
        return ["p05", "p50", "p95"]
    names = [info.alias or name for name, info in record.model_fields.items() if not _hidden(record, name)]
    if not issubclass(record, Quantified):
        return names
    stated = ["p05", "p50", "p95"] + ["words"] * issubclass(record, ProbabilityQuantiles)
    head = [name for name in ("driver", "date", "outcome", "shock") if name in names]
    return head + stated + [name for name in names if name not in head]


def _hidden(record: type[Strict], name: str) -> bool:
    return issubclass(record, Quantified) and name == "quantiles"


def _options(annotation: Any) -> list[Any]:
    """The members of a union, with Annotated taken off."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, types.UnionType):
        return [option for member in get_args(annotation) for option in _options(member)]
    return [annotation]
