"""A workspace with some of its knobs turned: records changed, validated, and checked across files again."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from forecast.errors import Problem, UsageError
from forecast.inputs.check import check_base_rates
from forecast.inputs.check_cross_impacts import check_cross_impacts
from forecast.inputs.check_shocks import check_shocks
from forecast.inputs.draft import Document, Draft
from forecast.inputs.fields import Quantiles, Strict
from forecast.inputs.knob_paths import find
from forecast.inputs.knob_place import Place, Setting, Steps, Turn, read, refusal, shown
from forecast.inputs.knob_quantiles import moved, snap
from forecast.inputs.plain_words import choices, did_you_mean, explain
from forecast.inputs.records import Hold, Shocks
from forecast.inputs.workspace import Workspace

_LEVEL = re.compile(r"drivers\.([^.]+)\.level")
#: What a file is checked for beside its types when it is read, and is here when a value of it is turned.
_CHECKS: Mapping[str, Callable[[Draft], Iterator[Problem]]] = {
    "drivers": check_cross_impacts,
    "shocks": check_shocks,
    "base_rates": check_base_rates,
}


def turned(workspace: Workspace, settings: Mapping[str, Setting]) -> Workspace:
    """The workspace with knobs turned, by path.

    The quantiles q of a ``quantiles`` knob follow their median m to its new value v: ``q v / m`` where they
    are of a positive quantity, ``logit q + logit v - logit m`` of a probability (on that scale), else
    ``q + v - m``. One of them that is turned alone, or beside them all, stands where it is put. The episodes
    of a count follow its events in proportion, since they are what a rate is estimated from.

    Parameters
    ----------
    workspace
        It is not changed.
    settings
        Values by path. Levels (`start_levels`) are checked and change nothing: they are set where paths
        start.

    Returns
    -------
    A workspace whose unchanged records are the very same objects, with ``inputs_sha256`` that of the
    original's and the sorted settings; ``workspace`` itself where every value is as it was.

    Raises
    ------
    UsageError
        For a path that is unknown or stands twice, a value that its field does not accept, quantiles out of
        order, drivers that would drive one another ever further, correlations that cannot hold together.
    """
    turns = _turns(workspace, settings)
    now = workspace
    for group in _groups(turns):
        now = _apply(now, group)
    if now is workspace:
        return workspace
    for home, check in _CHECKS.items():
        if getattr(now, home) is not getattr(workspace, home):
            _check(now, home, check, [turn for turn in turns if turn.place.home == home])
    words = [[turn.place.path, turn.value] for turn in turns if turn.place.kind != "level"]
    told = json.dumps([workspace.inputs_sha256, sorted(words, key=lambda pair: str(pair[0]))])
    return replace(now, inputs_sha256=hashlib.sha256(told.encode()).hexdigest())


def start_levels(settings: Mapping[str, Setting]) -> dict[str, float]:
    """Of some settings, the levels that drivers start from, by driver; UsageError beyond a level's limits.

    >>> start_levels({"drivers.trade.level": 1.5, "model.rho": 0.4})
    {'trade': 1.5}
    """
    found: dict[str, float] = {}
    for path, value in settings.items():
        if match := _LEVEL.fullmatch(path.strip()):
            found[match[1]] = _level(path, value)
    return found


def _level(path: str, value: Setting) -> float:
    """A level that an intervention could hold, so that its limits are those of the field."""
    number = _number(path, value)
    data = {"driver": "it", "level": number}
    try:
        return Hold.model_validate(data).level
    except ValidationError as error:
        raise UsageError(refusal(path, number, explain(error, Hold, data))) from None


def _turns(workspace: Workspace, settings: Mapping[str, Setting]) -> list[Turn]:
    """Every setting with its place and a value of the right type, each place once, in order of paths."""
    found: dict[str, tuple[str, Turn]] = {}
    for path, value in settings.items():
        place = find(workspace, path)
        if place.path in found:
            raise UsageError(f"'{found[place.path][0]}' and '{path}' are the same knob; set it once")
        if place.kind == "level":
            typed: Setting = _level(place.path, value)
        elif place.kind == "choice":
            typed = _choice(place, value)
        else:
            typed = _number(place.path, value)
        found[place.path] = path, Turn(place, typed)
    return [turn for _, (_, turn) in sorted(found.items())]


def _number(path: str, value: Setting) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UsageError(f"{path} = {shown(value)}: '{value}' is not a finite number")
    return float(value)


def _choice(place: Place, value: Setting) -> str:
    if isinstance(value, str) and value in place.choices:
        return value
    meant = did_you_mean(str(value), place.choices)
    hint = f"Did you mean '{meant}'?" if meant else f"Choose among {choices(place.choices, 20)}."
    raise UsageError(f"{place.path} = {shown(value)}: '{value}' is not one of its choices. {hint}")


def _groups(turns: list[Turn]) -> list[list[Turn]]:
    """Turns that change one value together, the quantiles of one judgment; events come before episodes."""
    found: dict[tuple[str, Steps], list[Turn]] = {}
    for turn in turns:
        if turn.place.kind != "level":
            found.setdefault((turn.place.home, turn.place.steps), []).append(turn)
    return sorted(found.values(), key=lambda group: group[0].place.steps[-1] == "episodes")


def _apply(workspace: Workspace, group: list[Turn]) -> Workspace:
    """The workspace with one value changed, or itself where it is as it was."""
    first = group[0]
    home, steps = first.place.home, first.place.steps
    record = getattr(workspace, home)
    stands = read(record, steps)
    old = first.place.value if stands is None else stands
    new: Any
    if isinstance(old, Quantiles):
        new = moved(old, group)
    elif isinstance(old, bool):
        new = first.value == "true"
    else:
        new = first.value
    if new == old:
        return workspace
    try:
        if steps[0] == "widening" and new == 1:  # as if the kind were not there
            steps, new = steps[:1], {kind: by for kind, by in record.widening.items() if kind != steps[1]}
        changed = _replaced(record, steps, new)
        if steps[-1] == "events" and (episodes := read(record, (*steps[:-1], "episodes"))) is not None:
            carried = snap(episodes * new / old) if old else new
            changed = _replaced(changed, (*steps[:-1], "episodes"), carried)
    except _RefusedError as refused:
        raise UsageError(refusal(first.place.path, first.value, refused.said)) from None
    return replace(workspace, **{home: changed})


class _RefusedError(Exception):
    """A record does not accept a value: (where, why in plain words) of each fault."""

    def __init__(self, said: list[tuple[str, str]]) -> None:
        super().__init__(said)
        self.said = said


def _replaced(node: Any, steps: Steps, value: Any) -> Any:
    """A record, mapping or list with the value at some steps replaced; what is beside it is shared."""
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    new = _replaced(read(node, (step,)), rest, value)
    if isinstance(node, Strict):
        return _validated(node, str(step), new)
    if isinstance(node, Mapping):
        return {**node, step: new}
    return [new if index == step else item for index, item in enumerate(node)]


def _validated(record: Strict, name: str, value: Any) -> Strict:
    """A record with one field changed, read again as a file's is: what is nested stays the same objects."""
    fields = type(record).model_fields
    stated = {key: getattr(record, key) for key in fields if key in record.model_fields_set} | {name: value}
    data = {fields[key].alias or key: one for key, one in stated.items()}
    try:
        return type(record).model_validate(data)
    except ValidationError as error:
        raise _RefusedError(explain(error, type(record), data)) from None


def _check(
    workspace: Workspace, home: str, check: Callable[[Draft], Iterator[Problem]], turns: list[Turn]
) -> None:
    """What is checked across records when files are read, on the turned ones."""
    record = getattr(workspace, home)
    if home == "shocks":
        record = Shocks.model_validate({"schema": "shocks/1", "shocks": record})
    file = str(turns[0].place.file)
    draft = Draft(documents={file: Document(file, home, raw=None, lines={}, record=record)})
    for problem in check(draft):
        if not problem.warning:
            raise UsageError(f"{', '.join(map(str, turns))}: {problem.message}")
