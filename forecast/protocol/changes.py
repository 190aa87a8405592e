"""What changed between the first round and the second: who moved, how far, and whether toward the group."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from forecast.protocol.answers import Answer, Answers
from forecast.protocol.items import Measure
from forecast.protocol.picture import picture

Direction = Literal["toward", "away", "at", "none"]
Became = Literal["kept", "changed", "added", "withdrawn", "another window"]
#: Moves smaller than this (in log-odds, driver units, points) are rounding.
_LEAST: Final = 1e-9


@dataclass(frozen=True)
class Change:
    """One expert's two answers to one blank (``code`` of a way out) or one interval.

    ``moved`` is the shift of the median, in log-odds for a probability and in its own unit for anything else;
    ``width_before`` and ``width_after`` are p95 - p05 on the same scale, None for a code. ``direction`` is
    seen from the first-round median of all, which is what the expert was shown: ``toward`` it, ``away``,
    ``at`` it now as before, or ``none`` where the answer did not move.
    """

    expert: str
    became: Became
    before: Mapping[str, float]
    after: Mapping[str, float]
    moved: float | None = None
    width_before: float | None = None
    width_after: float | None = None
    direction: Direction = "none"

    @property
    def narrowed(self) -> bool | None:
        """Whether the interval became narrower; None where there are not two, or both are as wide."""
        if self.width_before is None or self.width_after is None:
            return None
        difference = self.width_after - self.width_before
        return None if abs(difference) < _LEAST else difference < 0


@dataclass(frozen=True)
class ItemChanges:
    """One item, or one way out of an effect: who changed what, and how far apart they are before and after.

    The spread is the standard deviation (n - 1) of the medians of those who answered in both rounds, and
    their range, in log-odds for probabilities; None with fewer than two of them.
    """

    key: str
    title: str
    measure: Measure
    group_median: float | None
    changes: tuple[Change, ...]
    sd_before: float | None
    sd_after: float | None
    range_before: float | None
    range_after: float | None


def log_odds(p: float) -> float:
    """The logarithm of the odds of a probability.

    >>> log_odds(0.5)
    0.0
    """
    return math.log(p / (1 - p))


def changes(
    first: Sequence[Answers], second: Sequence[Answers], titles: Mapping[str, str]
) -> tuple[ItemChanges, ...]:
    """Every item answered in either round by those who took part in both, in the order of ``titles``."""
    before = {one.expert: one for one in first}
    after = {one.expert: one for one in second}
    both = [expert for expert in before if expert in after]
    shown = {seen.key: seen for seen in picture(first, titles)}
    found = []
    for key, title in titles.items():
        pairs = [(e, before[e].items.get(key), after[e].items.get(key)) for e in both]
        stated = [(e, _stated(a), _stated(b)) for e, a, b in pairs if _stated(a) or _stated(b)]
        measure = next((a.measure for _, *two in stated for a in two if a), None)
        if measure is None:
            continue
        for blank in _blanks(measure, stated):
            medians = shown[key].by_blank if key in shown else {}
            middle = blank or "p50"
            group = medians[middle].median if middle in medians else None
            name = f"{key}.{blank}" if blank else key
            found.append(_item(name, title, measure, group=group, blank=blank, stated=stated))
    return tuple(found)


def _blanks(measure: Measure, stated: Sequence[tuple[str, Answer | None, Answer | None]]) -> tuple[str, ...]:
    """The parts that are compared by themselves: each way out of an effect, the whole interval otherwise."""
    if measure != "code":
        return ("",)
    return tuple(sorted({name for _, *two in stated for answer in two if answer for name in answer.values}))


def _stated(answer: Answer | None) -> Answer | None:
    return answer if answer and answer.values else None


def _item(
    key: str,
    title: str,
    measure: Measure,
    *,
    group: float | None,
    blank: str,
    stated: Sequence[tuple[str, Answer | None, Answer | None]],
) -> ItemChanges:
    rows = []
    for expert, a, b in stated:
        if not blank or (a and blank in a.values) or (b and blank in b.values):
            rows.append(_change(expert, a, b, measure, group=group, blank=blank))
    middle = blank or "p50"
    two = [row for row in rows if row.moved is not None]
    was = [_scaled(row.before[middle], measure) for row in two]
    now = [_scaled(row.after[middle], measure) for row in two]
    many = len(two) > 1
    return ItemChanges(
        key, title, measure, group, tuple(rows),
        statistics.stdev(was) if many else None,
        statistics.stdev(now) if many else None,
        max(was) - min(was) if many else None,
        max(now) - min(now) if many else None,
    )  # fmt: skip


def _change(
    expert: str, a: Answer | None, b: Answer | None, measure: Measure, *, group: float | None, blank: str
) -> Change:
    old, new = (_part(answer, blank) for answer in (a, b))
    if not old or not new:
        return Change(expert, "added" if new else "withdrawn", old, new)
    if a and b and a.years != b.years:
        return Change(expert, "another window", old, new)
    middle = blank or "p50"
    was, now = _scaled(old[middle], measure), _scaled(new[middle], measure)
    return Change(
        expert=expert,
        became="kept" if old == new else "changed",
        before=old,
        after=new,
        moved=now - was,
        width_before=None if blank else _scaled(old["p95"], measure) - _scaled(old["p05"], measure),
        width_after=None if blank else _scaled(new["p95"], measure) - _scaled(new["p05"], measure),
        direction=_direction(was, now, None if group is None else _scaled(group, measure)),
    )


def _part(answer: Answer | None, blank: str) -> dict[str, float]:
    if answer is None:
        return {}
    return {name: value for name, value in answer.values.items() if not blank or name == blank}


def _direction(was: float, now: float, group: float | None) -> Direction:
    if group is None or abs(now - was) < _LEAST:
        return "at" if group is not None and abs(was - group) < _LEAST else "none"
    return "toward" if abs(now - group) < abs(was - group) else "away"


def _scaled(value: float, measure: Measure) -> float:
    return log_odds(value) if measure == "probability" else value
