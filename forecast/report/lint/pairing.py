"""Which of several names in a sentence each of its numbers goes with."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby


def pair(numbers: Sequence[int], mentions: Sequence[tuple[int, str]]) -> list[frozenset[str]]:
    """For each number, by its place, the names it goes with: one where the order tells, else several.

    One name goes with every number. As many names as numbers go one with one, whether they alternate
    ("alliance 9%, split 4%"; "9% for alliance, 4% for split") or are listed ("alliance and split: 9% and
    4%"). Else a number goes with the names last mentioned before it, or with all if none was.

    >>> pair([10, 30], [(0, "alliance"), (20, "split")])
    [frozenset({'alliance'}), frozenset({'split'})]
    >>> [sorted(each) for each in pair([30, 40, 50], [(0, "alliance"), (20, "split")])]
    [['alliance', 'split'], ['alliance', 'split'], ['alliance', 'split']]
    """
    told = _merged(mentions)
    names = frozenset(name for _, name in told)
    if len(names) < 2 or not numbers:
        return [names] * len(numbers)
    marks = sorted([(at, "number") for at in numbers] + [(at, "name") for at, _ in told])
    runs = [(kind, len(list(group))) for kind, group in groupby(kind for _, kind in marks)]
    if len(told) == len(numbers) and (len(runs) == 2 or all(length == 1 for _, length in runs)):
        return [frozenset({name}) for _, name in told]
    return [group or names for group in _groups(numbers, told)]


def _merged(mentions: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Mentions in order, a name repeated in a row once."""
    ordered = sorted(mentions)
    return [m for i, m in enumerate(ordered) if i == 0 or ordered[i - 1][1] != m[1]]


def _groups(numbers: Sequence[int], told: Sequence[tuple[int, str]]) -> list[frozenset[str]]:
    """For each number the names before it that no other number parts from one another."""
    groups, group, open_ = [], frozenset[str](), True
    marks = sorted([(at, 1, "") for at in numbers] + [(at, 0, name) for at, name in told])
    for _, is_number, name in marks:
        if is_number:
            groups.append(group)
            open_ = False
        else:
            group = group | {name} if open_ else frozenset({name})
            open_ = True
    return groups
