"""Type errors in plain words: where in the file, what was found, what is wanted, what was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from forecast.inputs.fields import Quantified, Quantiles, Strict
from forecast.inputs.shape import keys_of, record_at

Path = tuple[str | int, ...]
Placed = tuple[tuple[Path, Path | None], ErrorDetails]

_WANTED = {
    "string_type": "text",
    "float_type": "a number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
    "date_type": "a date (2027-01-31, or a year)",
    "finite_number": "a finite number",
}
_LIMITS = {
    "greater_than": ("gt", "greater than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def did_you_mean(found: str, known: Iterable[str]) -> str | None:
    """The known name nearest to one that is not known, if any is near."""
    names = {name.lower(): name for name in known}
    near = get_close_matches(found.lower(), names, n=1, cutoff=0.7)
    return names[near[0]] if near else None


def choices(names: Iterable[str], limit: int = 12) -> str:
    """Names for the end of a message, cut short where they are many."""
    listed = list(names)
    return ", ".join(listed[:limit]) + (", ..." if len(listed) > limit else "") if listed else "none"


def dotted(path: Sequence[str | int]) -> str:
    """``("interventions", 0, "hold")`` as ``interventions[0].hold``."""
    text = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path)
    return text.removeprefix(".")


def explain(error: ValidationError, root: type[Strict], data: Any) -> list[tuple[str, str]]:
    """(dotted path, message) for each thing wrong with the data of one file."""
    found: dict[tuple[str, str], None] = {}
    mended: set[Path] = set()  # missing keys that stand there misspelt: one fault, one problem
    placed = [(_placed(detail, data), detail) for detail in error.errors(include_url=False)]
    placed = _one_branch(placed)
    for (path, _), detail in placed:
        if detail["type"] == "extra_forbidden":
            meant = did_you_mean(str(path[-1]), _keys(root, path[:-1]))
            mended |= {(*path[:-1], meant)} if meant else set()
    for (path, _), detail in placed:
        if detail["type"] == "missing" and path in mended:
            continue
        if "all" in detail.get("ctx", {}):
            for suffix, message in detail["ctx"]["all"]:
                found[dotted((*path, suffix)), message] = None
            continue
        at = detail.get("ctx", {}).get("at")
        message = _message(detail, path, root)
        found[dotted((*path, at) if at else path), message] = None
    return list(found)


def _placed(detail: ErrorDetails, data: Any) -> tuple[Path, Path | None]:
    """The path of an error in the file, and that of the union it arose in, if any.

    Pydantic's own path also names union branches, wrappers and our ``quantiles`` field, none of which are in
    the file: what cannot be found in the data is left out.
    """
    path: list[str | int] = []
    union: Path | None = None
    node: Any = data
    loc = detail["loc"]
    for index, key in enumerate(loc):
        last = index == len(loc) - 1
        if (isinstance(node, dict) and key in node) or (isinstance(node, list) and isinstance(key, int)):
            path.append(key)
            node = cast(Any, node)[key]
        elif last and detail["type"] == "missing" and key != "quantiles":
            path.append(key)
        elif key not in ("quantiles", "[key]"):
            union = tuple(path)
    return tuple(path), union


def _one_branch(placed: list[Placed]) -> list[Placed]:
    """Of a value that may be one of several types, keep the errors of the type it was meant as."""
    kept: list[Placed] = []
    for (path, union), detail in placed:
        rivals = [other for other in placed if union is not None and other[0][1] == union]
        if len(rivals) > 1:
            rank = min(_remoteness(rival) for rival in rivals)
            if _remoteness(((path, union), detail)) > rank:
                continue
            if rank == 2:
                wanted = dict.fromkeys(_WANTED.get(other["type"], "text") for _, other in rivals)
                context = {"wanted": " or ".join(wanted)}
                merged = cast(ErrorDetails, {**detail, "type": "union", "ctx": context})
                kept.append(((path, union), merged))
                continue
        kept.append(((path, union), detail))
    return kept


def _remoteness(placed: Placed) -> int:
    """How far a value was from one branch of a union: 0 right type, 1 wrong word, 2 wrong type."""
    (path, union), detail = placed
    if path != union or detail["type"] not in {*_WANTED, "literal_error"}:
        return 0
    return 1 if detail["type"] == "literal_error" and isinstance(detail["input"], str) else 2


def _message(detail: ErrorDetails, path: Path, root: type[Strict]) -> str:  # noqa: PLR0911 - one a kind
    kind, context, value = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "missing":
        return f"the key '{path[-1]}' is missing"
    if kind == "extra_forbidden":
        known = _keys(root, path[:-1])
        meant = did_you_mean(str(path[-1]), known)
        hint = f". Did you mean '{meant}'?" if meant else f"; known keys here: {choices(known, 20)}"
        return f"unknown key '{path[-1]}'{hint}"
    if kind == "literal_error":
        return _literal(value, re.findall(r"'([^']*)'|(-?\d+)", context["expected"]), path)
    if kind == "string_pattern_mismatch":
        return f"'{value}' is not an identifier: letters, digits and _, beginning with a letter"
    if kind == "string_too_short":
        return "is empty; wants text"
    if kind in ("too_short", "too_long"):
        bound = (
            f"at least {context['min_length']}" if kind == "too_short" else f"at most {context['max_length']}"
        )
        count = context["actual_length"]
        return f"has {count} item{'s' * (count != 1)}; wants {bound}"
    if kind in _LIMITS:
        key, words = _LIMITS[kind]
        return f"{value} is out of range; wants a number {words} {context[key]:g}"
    if kind in _WANTED or kind == "union":
        wanted = context["wanted"] if kind == "union" else _wanted(kind, record_at(root, path))
        return f"found {describe(value)}; wants {wanted}{_mend(value, wanted)}"
    return detail["msg"]


def _wanted(kind: str, record: type[Strict] | None) -> str:
    """What a value of the wrong type should be; of a mapping that states quantiles, its keys."""
    quantiles = record is not None and issubclass(record, Quantiles | Quantified)
    return "quantiles, {p05: .., p50: .., p95: ..}" if quantiles and "model" in kind else _WANTED[kind]


def _literal(value: Any, expected: list[tuple[str, str]], path: Path) -> str:
    known = [word or number for word, number in expected]
    if path == ("schema",):
        return f"found {describe(value)}; this file begins with 'schema: {known[0]}'"
    meant = did_you_mean(value, known) if isinstance(value, str) else None
    hint = f" Did you mean '{meant}'?" if meant else ""
    found = f"'{value}'" if isinstance(value, str) else describe(value)
    return f"{found} is not one of {choices(known, 20)}.{hint}"


def describe(value: Any) -> str:
    """What a value is, in the words of someone who looks at the file."""
    if value is None:
        return "nothing (the value is empty)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text '{value if len(value) <= 40 else value[:37] + '...'}'"
    if isinstance(value, int | float):
        return f"the number {value}"
    return "a list" if isinstance(value, list) else "a mapping"


def _mend(value: Any, wanted: str) -> str:
    if "number" in wanted and isinstance(value, str) and re.fullmatch(r"[-+]?\d+,\d+", value.strip()):
        return f"; write {value.strip().replace(',', '.')}"
    if wanted == "text" and isinstance(value, int | float):
        return "; put it in quotes"
    if wanted == "a list" and isinstance(value, str):
        return f"; write [{value}]"
    return ""


def _keys(root: type[Strict], path: Path) -> list[str]:
    record = record_at(root, path)
    return keys_of(record) if record else []
