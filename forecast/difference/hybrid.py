"""A workspace with some of another's edits: judgments of one and of the other, by path."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from forecast.difference.anatomy import HOMES, MISSING, OPENED, Path, Step, bare, is_prose, parts
from forecast.inputs.fields import Strict
from forecast.inputs.workspace import Workspace

#: The last step of the path of a list whose items only stand in another order.
ORDER = "(order)"


@dataclass(frozen=True)
class Changed:
    """A judgment that differs: ``MISSING`` on the side that has none.

    ``at_old`` and ``at_new`` are dotted paths in its home, as `Workspace.lines` has them. ``prose``: it is
    one that nothing is computed from.
    """

    path: Path
    before: Any
    after: Any
    at_old: str
    at_new: str
    prose: bool


class InvalidError(Exception):
    """A record does not accept values of two versions side by side."""


def changed(old: Workspace, new: Workspace) -> list[Changed]:
    """Every judgment that differs, in the order of `HOMES` and of the files."""
    return [
        found for home in HOMES for found in _walk((home,), getattr(old, home), getattr(new, home), ("", ""))
    ]


def mixed(old: Workspace, new: Workspace, *, paths: Collection[Path], chosen: Collection[Path]) -> Workspace:
    """``old`` with the chosen of all differing ``paths`` as they are in ``new``.

    What is not between chosen and other paths is the very same object as in one of the two; with none
    chosen that is ``old``, with all ``new``.

    Raises
    ------
    InvalidError
        If a record does not accept what it would hold.
    """
    picked = frozenset(chosen)
    if not picked:
        return old
    if picked == frozenset(paths):
        return new
    fields = {
        home: _merged(
            (home,), getattr(old, home), getattr(new, home), [p for p in paths if p[0] == home], picked
        )
        for home in {str(path[0]) for path in paths}
    }
    told = repr((old.inputs_sha256, new.inputs_sha256, sorted(map(repr, picked))))
    return replace(old, **fields, inputs_sha256=hashlib.sha256(told.encode()).hexdigest())


def _walk(path: Path, old: Any, new: Any, at: tuple[str, str], *, prose: bool = False) -> Iterator[Changed]:
    if old is new or (old == new and type(old) is type(new)):
        return
    whole = prose or old is MISSING or new is MISSING
    before, after = (None, None) if whole else (parts(path, old), parts(path, new))
    if before is None or after is None:
        yield Changed(path, old, new, *at, prose or bare(old) == bare(new))
        return
    found = False
    for step in _order(path, before, after):
        one = before.get(step, MISSING), after.get(step, MISSING)
        where = _at(at[0], old, before, step), _at(at[1], new, after, step)
        explains = isinstance(old, Strict) and is_prose(type(old), str(step))
        for each in _walk((*path, step), *one, where, prose=explains):
            found = True
            yield each
    if not found:
        yield Changed((*path, ORDER), old, new, *at, True)


def _at(at: str, whole: Any, split: dict[Step, Any], step: Step) -> str:
    """The dotted path of a part; of one that is not there, of the whole."""
    if step not in split:
        return at
    if isinstance(step, tuple):
        return f"{at}[{list(split).index(step)}]"
    name = step
    if isinstance(whole, Strict):
        name = type(whole).model_fields[step].alias or step
    return f"{at}.{name}" if at else name


def _merged(path: Path, old: Any, new: Any, paths: Collection[Path], picked: frozenset[Path]) -> Any:
    here = [p for p in paths if p[: len(path)] == path]
    count = sum(p in picked for p in here)
    if count == 0:
        return old
    if count == len(here):
        return new
    before, after = parts(path, old), parts(path, new)
    assert before is not None, path
    assert after is not None, path
    whole = {
        step: _merged((*path, step), before.get(step, MISSING), after.get(step, MISSING), here, picked)
        for step in _order(path, before, after)
    }
    kept = {step: value for step, value in whole.items() if value is not MISSING}
    if isinstance(old, OPENED):
        return _record(old, {str(step): value for step, value in kept.items() if value is not before[step]})
    if path == ("measurements",):
        return tuple(row for rows in kept.values() for row in rows)
    return list(kept.values()) if isinstance(old, list) else kept


def _order(path: Path, before: dict[Step, Any], after: dict[Step, Any]) -> list[Step]:
    """Steps of both: those of ``after`` in its order, each that has gone behind what it stood behind."""
    if path in (("sources",), ("scenarios",)):  # as files are read
        return sorted({**before, **after}, key=str)
    steps = list(after)
    place = 0
    for step in before:
        if step in after:
            place = steps.index(step) + 1
        else:
            steps.insert(place, step)
            place += 1
    return steps


def _record(record: Strict, values: dict[str, Any]) -> Strict:
    """A record with some fields changed, read again as a file's is: what is nested stays the same objects."""
    fields = type(record).model_fields
    stated = {name: getattr(record, name) for name in fields if name in record.model_fields_set} | values
    data = {fields[name].alias or name: value for name, value in stated.items()}
    try:
        return type(record).model_validate(data)
    except ValidationError as error:
        raise InvalidError(f"{type(record).__name__}: {error.errors()[0]['msg']}") from None
