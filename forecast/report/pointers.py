"""Where a value stands in the report's data: JSON pointers, and which of several is meant."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Any


def paths_of(data: Any) -> dict[float, list[str]]:
    """Every number of a JSON value with the pointers it stands at, in order."""
    found: dict[float, list[str]] = defaultdict(list)

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for key, each in value.items():
                walk(each, f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}")
        elif isinstance(value, list):
            for i, each in enumerate(value):
                walk(each, f"{path}/{i}")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found[float(value)].append(path)

    walk(data, "")
    return found


def coarse(value: float) -> bool:
    """Whether a value has no more than two decimals: such are counted or stated, and meet by chance."""
    return round(value, 2) == value


def likeliest(
    found: Sequence[str],
    text: str,
    known: Sequence[str],
    *,
    value: float,
    names: Callable[[str], Sequence[str]] = lambda _: (),
) -> str | None:
    """Of the places a value stands at, the one that a text means; None where that cannot be told.

    ``text``: the block with its headings; ``known``: places of its other numbers; ``names``: what readers
    call the things a place is about. A place about something that the text does not name gives way to one
    whose names it speaks. A coarse ``value`` stands at many places by chance: its own is one beside another
    number's of the block, or one whose own key is spoken.
    """
    low = text.lower()
    said = {path: [name.lower() in low for name in names(path)] for path in found}
    unsaid = min(s.count(False) for s in said.values())
    if coarse(value) and unsaid:
        return None
    found = [path for path in found if said[path].count(False) == unsaid]
    most = max(said[path].count(True) for path in found)
    found = [path for path in found if said[path].count(True) == most]
    chosen = _spoken_of(found, text, known, value=value)
    if chosen is None and most and not coarse(value):
        near = [path.split("/") for path in known]

        def beside(path: str) -> tuple[int, int]:
            return max((_in_common(path.split("/"), n) for n in near), default=0), -path.count("/")

        return max(found, key=beside)
    return chosen


def _spoken_of(found: Sequence[str], text: str, known: Sequence[str], *, value: float) -> str | None:
    """The place whose keys the text speaks of most."""
    spoken = set(re.findall(r"[a-z0-9]+", text.lower()))
    near = [path.split("/") for path in known]

    def named(path: str) -> set[str]:
        return set(re.findall(r"[a-z]+|\d{4}", path.lower()))

    def beside(path: str) -> int:
        return max((_in_common(path.split("/"), other) for other in near), default=0)

    def agreement(path: str) -> tuple[int, int, int]:
        return len(named(path) & spoken), beside(path), -path.count("/")

    if not coarse(value):
        return max(found, key=agreement)
    sure = [p for p in found if beside(p) >= _BESIDE or named(p.rsplit("/", 1)[-1]) & spoken]
    return max(sure, key=lambda path: (beside(path), *agreement(path)), default=None)


def _in_common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many steps from the top two pointers share."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))


#: Steps from the top that two pointers share when they point into one item: "", findings, effects, 3.
_BESIDE = 4
