"""An edit in plain words, with both values: ``smith2019 on alliance: p50 3% -> 6%``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from forecast.difference.anatomy import MISSING, OPENED, SILENT, Path, Step, is_prose
from forecast.difference.hybrid import ORDER, Changed
from forecast.inputs.fields import Quantified, Quantiles, StatedProbability, Strict
from forecast.inputs.records import Measurement, Source
from forecast.rounding import percent

#: Rows of a series told one by one, and parts of a record; of more, only how many.
TOLD = 4
#: What an edit is about: where it stands, ``*`` any name; ``...`` with more behind it or not, ``.`` without.
_SUBJECTS = (
    ("sources * .", "source {0}"),
    ("shocks * .", "shock {0}"),
    ("scenarios * .", "scenario {0}"),
    ("sources * outcomes * ...", "{0} on {1}"),
    ("sources * effects * ...", "{0} on the effect of {1}"),
    ("sources * levels * ...", "{0} on the level of {1[0]} on {1[1]}"),
    ("drivers drivers * .", "driver {0}"),
    ("drivers drivers * readings * ...", "reading of {0} on {1[0]}"),
    ("drivers drivers * returns * ...", "{0}, return {1}"),
    ("drivers interactions * ...", "interaction {0}"),
    ("drivers cross_impacts * ...", "cross-impact of {0[0]} on {0[1]}"),
    ("drivers correlations * ...", "correlation of {0[0]} and {0[1]}"),
    ("shocks * jumps * ...", "{0}, how it moves {1}"),
    ("shocks * direct * ...", "{0}, what it does to the way to {1}"),
    ("shocks * raises * ...", "{0}, how it raises {1[0]}"),
    ("indicators indicators * .", "indicator {0}"),
    ("measurements * ...", "series {0}"),
    ("base_rates classes * transitions * ...", "base rates, class {0}, {1}"),
)
#: Names of fields, which are words with underscores; ids stay as they are.
_FIELDS = frozenset(name for record in OPENED for name in record.model_fields)
#: Folders and sections whose names say no more than the ids in them.
_UNSAID = frozenset({"sources", "drivers", "indicators", "shocks", "scenarios", "question"})


def sentence(one: Changed) -> str:
    """What was edited, in words; of prose only where it stands."""
    said = _subject(one.path)
    if one.prose:
        come = _come_or_gone(one)
        return said + (come or (" (order)" if one.path[-1] == ORDER else " (words)"))
    if one.path[0] in SILENT:
        return f"{said}{_come_or_gone(one) or ' changed'}"
    if one.path[:2] == ("question", "panels") and len(one.path) == 4:
        member, panel = one.path[3][0], one.path[2]
        return f"{member} {'joins' if _stands(one.after) else 'leaves'} the panel {panel}"
    if not _stands(one.before) or not _stands(one.after):
        value = one.after if _stands(one.after) else one.before
        return f"{said}{_come_or_gone(one)}: {summary(value)}"
    return f"{said}: {', '.join(_differences(one.before, one.after))}"


def summary(value: Any) -> str:
    """A value in a few words."""
    for kind, told in _SUMMARIES:
        if isinstance(value, kind):
            return told(value)
    return _plain(value)


def named(step: Step) -> str:
    """A step of a path as text; of the first of several about the same thing without its number."""
    if isinstance(step, str):
        return step
    *what, which = step
    return ".".join([*map(str, what), *([f"#{which}"] if which > 1 else [])])


def _come_or_gone(one: Changed) -> str:
    before, after = _stands(one.before), _stands(one.after)
    return " added" if after and not before else " removed" if before and not after else ""


def _stands(value: Any) -> bool:
    return value is not None and value is not MISSING


def _subject(path: Path) -> str:
    """What an edit is about, by where it stands: the first of `_SUBJECTS` that fits."""
    steps = [step for step in path if step != ORDER]
    for pattern, words in _SUBJECTS:
        *wanted, end = pattern.split()
        fits = len(steps) >= len(wanted) if end == "..." else len(steps) == len(wanted)
        if fits and all(want in ("*", step) for want, step in zip(wanted, steps, strict=False)):
            return words.format(*(step for want, step in zip(wanted, steps, strict=False) if want == "*"))
    home, *inside = steps
    kept = [
        _words(name) if name in _FIELDS else name
        for step in inside
        if (name := named(step)) not in ("drivers", "indicators", "classes")
    ]
    begin = [] if home in _UNSAID and kept else [_words(str(home))]
    return ", ".join([*begin, *kept])


def _differences(before: Any, after: Any) -> Iterator[str]:
    """What differs between two values, piece by piece: ``p50 3% -> 6%``, ``grade TEXT -> INFER``."""
    if isinstance(before, Quantiles) and isinstance(after, Quantiles) and before.levels == after.levels:
        show = percent if isinstance(after, StatedProbability) else "{:g}".format
        old, new = before.stated(), after.stated()
        for name in sorted(new, key=lambda name: (name != "p50", name)):
            if old[name] != new[name]:
                yield f"{name} {show(old[name])} -> {show(new[name])}"
    elif isinstance(before, Strict) and type(before) is type(after):
        theirs = dict(_fields(after))
        for name, one in _fields(before):
            if one != theirs[name]:
                bring = "" if isinstance(before, Quantified) and name == "quantiles" else f"{_words(name)} "
                yield from (bring + text for text in _differences(one, theirs[name]))
    elif isinstance(before, tuple) and before and isinstance(before[0], Measurement):
        yield from _rows(before, after)
    else:
        yield f"{summary(before)} -> {summary(after)}"


def _rows(before: tuple[Measurement, ...], after: tuple[Measurement, ...]) -> Iterator[str]:
    old, new = ({row.period: row.value for row in rows} for rows in (before, after))
    told = [
        f"{period} {_plain(old.get(period))} -> {_plain(new.get(period))}"
        for period in sorted({*old, *new})
        if old.get(period) != new.get(period)
    ]
    yield from told[:TOLD]
    if len(told) > TOLD:
        yield f"{len(told) - TOLD} more rows"


def _source(source: Source) -> str:
    outcomes = [
        f"{_words(name)} {percent(one.quantiles.p50)}"
        for name in type(source.outcomes).model_fields
        if (one := getattr(source.outcomes, name)) is not None
    ]
    counted = [
        f"{len(items)} {noun}{'s' * (len(items) != 1)}"
        for noun, items in (("effect", source.effects), ("level", source.levels))
        if items
    ]
    return ", ".join([f"{source.kind}, weight {source.weight:g}", *outcomes, *counted])


def _quantiles(value: Quantiles) -> str:
    show = percent if isinstance(value, StatedProbability) else "{:g}".format
    return ", ".join(f"{name} {show(v)}" for name, v in value.stated().items())


def _record(value: Strict) -> str:
    told = [
        text if name == "quantiles" else f"{_words(name)} {text}"
        for name, one in _fields(value)
        if one not in (None, [], {}) and (text := summary(one))
    ]
    return ", ".join(told[:TOLD]) + (f" and {len(told) - TOLD} more" if len(told) > TOLD else "")


def _items(value: Sequence[Any]) -> str:
    if value and isinstance(value[0], Measurement):
        return f"{len(value)} row{'s' * (len(value) != 1)}"
    return "; ".join(map(summary, value)) or "none"


def _mapping(value: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {summary(one)}" for key, one in value.items()) or "none"


def _fields(record: Strict) -> Iterator[tuple[str, Any]]:
    """The fields that something is computed from."""
    for name in type(record).model_fields:
        if not is_prose(type(record), name):
            yield name, getattr(record, name)


def _plain(value: Any) -> str:
    if value is None or value is MISSING:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return value.isoformat()
    return f"{value:.6g}" if isinstance(value, int | float) else str(value)


def _words(name: str) -> str:
    return name.replace("_", " ").strip()


#: How a value is told, by the first kind that it is of.
_SUMMARIES: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (Source, _source),
    (Quantiles, _quantiles),
    (Strict, _record),
    (Mapping, _mapping),
    ((list, tuple), _items),
)
