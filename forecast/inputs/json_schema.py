"""JSON Schemas of the input files, for editors: completion and checks while typing.

They are derived from the record types, and say of quantiles and dates what a file may hold rather than what
it is read as. Checks across files, and of the order of quantiles, are beyond a schema.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from forecast.inputs.fields import (
    PositiveQuantiles,
    ProbabilityQuantiles,
    Quantified,
    Quantiles,
    StatedProbability,
    Strict,
)
from forecast.inputs.shape import RECORDS

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
QUANTILE_KEY: Final = "^p(0[1-9]|[1-9][0-9])$"

_NUMBER: Final = {"type": "number"}
_POSITIVE: Final = {"type": "number", "exclusiveMinimum": 0}
_PROBABILITY: Final = {
    "description": "a fraction, or a percentage in quotes; p50 alone may be words of the question's lexicon",
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1},
        {"type": "string", "pattern": r"^\s*[0-9]*\.?[0-9]+\s*%\s*$|^[A-Za-z][A-Za-z -]+$"},
    ],
}
_WORDS: Final = {"type": "string", "description": "words of the question's lexicon, instead of quantiles"}
_P50_OR_WORDS: Final = [{"required": ["p50"]}, {"required": ["words"]}]
_DATE: Final = {
    "description": "a day (2027-01-31), or a year, which stands for its 1 July",
    "anyOf": [
        {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        {"type": "integer", "minimum": 1800, "maximum": 2200},
    ],
}


def schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema of each kind of file, by kind (``source``, ``scenario``, ...).

    >>> sorted(schemas())[:3]
    ['base_rates', 'drivers', 'history']
    """
    return {kind: schema_of(record) for kind, record in RECORDS.items()}


def schema_of(record: type[Strict]) -> dict[str, Any]:
    """JSON Schema of one record type, as files write it."""
    types = {name: found for found in _within(Strict) for name in [found.__name__]}
    schema: dict[str, Any] = record.model_json_schema(by_alias=True)
    definitions = {
        name: _as_written(types[name], definition) for name, definition in schema.pop("$defs", {}).items()
    }
    whole: dict[str, Any] = {"$schema": DIALECT, **_as_written(record, schema)}
    if definitions:
        whole["$defs"] = definitions
    written: dict[str, Any] = _everywhere(lambda node: _default(_date(node)), whole)
    return written


def _as_written(record: type[Strict], schema: dict[str, Any]) -> dict[str, Any]:
    """A definition with its quantiles as keys p05, p50, p95 of the mapping, where the type has a field."""
    if issubclass(record, Quantiles):
        written = {
            "title": schema["title"],
            "description": "p05, p50, p95 (any pNN, at least three, p50 among them), increasing",
            "type": "object",
            "patternProperties": {QUANTILE_KEY: _value(record)},
            "additionalProperties": False,
        }
        if issubclass(record, StatedProbability):
            return {**written, "properties": {"words": _WORDS}, "anyOf": _P50_OR_WORDS}
        return {**written, "required": ["p50"], "minProperties": 3}
    if not issubclass(record, Quantified):
        return schema
    stated = record.model_fields["quantiles"].annotation
    properties = {key: value for key, value in schema["properties"].items() if key != "quantiles"}
    required = [key for key in schema.get("required", []) if key != "quantiles"]
    written = {**schema, "properties": properties, "patternProperties": {QUANTILE_KEY: _value(stated)}}
    if issubclass(record, ProbabilityQuantiles):
        written["properties"] = {"words": _WORDS, **properties}
        written["anyOf"] = _P50_OR_WORDS
    else:
        required.append("p50")
    written.pop("required", None)
    return {**written, "required": required} if required else written


def _value(quantiles: Any) -> dict[str, Any]:
    if issubclass(quantiles, StatedProbability):
        return dict(_PROBABILITY)
    return dict(_POSITIVE if issubclass(quantiles, PositiveQuantiles) else _NUMBER)


def _date(schema: dict[str, Any]) -> dict[str, Any]:
    if schema.get("format") != "date":
        return schema
    rest = {key: value for key, value in schema.items() if key not in ("type", "format")}
    return {**rest, **_DATE}


def _default(schema: dict[str, Any]) -> dict[str, Any]:
    """A default of quantiles as a file would state it."""
    default = schema.get("default")
    if not isinstance(default, dict) or set(default) != {"levels", "values"}:
        return schema
    quantiles = Quantiles(levels=tuple(default["levels"]), values=tuple(default["values"]))
    return {**schema, "default": quantiles.stated()}


def _everywhere(change: Callable[[dict[str, Any]], dict[str, Any]], node: Any) -> Any:
    if isinstance(node, dict):
        return change({key: _everywhere(change, value) for key, value in node.items()})
    return [_everywhere(change, value) for value in node] if isinstance(node, list) else node


def _within(record: type[Strict]) -> set[type[Strict]]:
    """A record type and everything derived from it."""
    return {record}.union(*(_within(child) for child in record.__subclasses__()))
