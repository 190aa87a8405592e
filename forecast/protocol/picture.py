"""The group's answers to each item of a round, without names: what IDEA shows before the second round.

Per item: each expert's quantiles under a letter, the median of the medians, the lowest and highest, and the
equal-weighted average of each quantile (Hemming et al. 2018; Lichtendahl, Grushka-Cockayne and Winkler 2013
on why it is sharper than the average of the densities). Letters are drawn anew for each item, so that nobody
can be followed from one answer to the next; the draw depends on the sealed answers alone.
"""

from __future__ import annotations

import hashlib
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from forecast.protocol.answers import Answer, Answers
from forecast.protocol.items import Measure

QUANTILES: Final = ("p05", "p50", "p95")


@dataclass(frozen=True)
class Summary:
    """Several experts' values of one blank."""

    experts: int
    lowest: float
    median: float
    highest: float
    mean: float


@dataclass(frozen=True)
class Shown:
    """One expert's answer as the others see it."""

    letter: str
    values: Mapping[str, float]


@dataclass(frozen=True)
class Portrait:
    """All answers to one item.

    ``years`` is the window most experts answered for; answers for another (``other_windows`` of them) are
    probabilities of something else and are not in the picture. ``by_blank`` summarises p05, p50 and p95, or
    the code of each way out. ``reasons`` are in an order of their own.
    """

    key: str
    title: str
    measure: Measure
    years: float | None
    answers: tuple[Shown, ...]
    by_blank: Mapping[str, Summary]
    reasons: tuple[str, ...]
    other_windows: int = 0


def picture(
    everyone: Sequence[Answers], titles: Mapping[str, str], *, without: str | None = None
) -> tuple[Portrait, ...]:
    """The portrait of every item that someone answered, in the order of ``titles``.

    ``without`` leaves one expert's own reasons out, in the picture that this expert is shown.

    Examples
    --------
    >>> import datetime as dt
    >>> def one(who, *numbers):
    ...     values = dict(zip(QUANTILES, numbers))
    ...     answer = Answer("probability", values, values, 10.0)
    ...     return Answers("q", who, 1, ("realist",), dt.date(2026, 1, 1), {"outcomes.split": answer})
    >>> seen = picture([one("a", 0.1, 0.2, 0.4), one("b", 0.2, 0.4, 0.5)], {"outcomes.split": "Split"})
    >>> {blank: round(found.mean, 3) for blank, found in seen[0].by_blank.items()}
    {'p05': 0.15, 'p50': 0.3, 'p95': 0.45}
    """
    keys = [key for key in titles if any(key in one.items for one in everyone)]
    return tuple(_portrait(key, titles[key], everyone, without) for key in keys)


def summary(values: Iterable[float]) -> Summary:
    """Lowest, median, highest and mean of some values.

    >>> summary([1.0, 2.0, 6.0])
    Summary(experts=3, lowest=1.0, median=2.0, highest=6.0, mean=3.0)
    """
    ordered = sorted(values)
    return Summary(
        len(ordered), ordered[0], statistics.median(ordered), ordered[-1], statistics.fmean(ordered)
    )


def letter(position: int) -> str:
    """The name of a position: A to Z, then AA.

    >>> [letter(n) for n in (0, 25, 26)]
    ['A', 'Z', 'AA']
    """
    return (letter(position // 26 - 1) if position >= 26 else "") + chr(65 + position % 26)


def _portrait(key: str, title: str, everyone: Sequence[Answers], without: str | None) -> Portrait:
    found = [(one.expert, one.items[key]) for one in everyone if key in one.items]
    measure = found[0][1].measure
    stated = [(expert, answer) for expert, answer in found if answer.values]
    years = _common_window([answer for _, answer in stated])
    heard = [(expert, answer) for expert, answer in stated if answer.years == years]
    salt = _salt(key, everyone)
    shuffled = sorted(heard, key=lambda pair: _draw(salt, "answer", pair[0]))
    reasons = sorted(
        ((expert, answer.rationale) for expert, answer in found if answer.rationale and expert != without),
        key=lambda pair: _draw(salt, "reason", pair[0]),
    )
    blanks = dict.fromkeys(name for _, answer in heard for name in answer.values)
    by_blank = {
        name: summary(answer.values[name] for _, answer in heard if name in answer.values) for name in blanks
    }
    return Portrait(
        key, title, measure, years,
        tuple(Shown(letter(n), answer.values) for n, (_, answer) in enumerate(shuffled)),
        by_blank,
        tuple(reason for _, reason in reasons),
        len(stated) - len(heard),
    )  # fmt: skip


def _common_window(answers: Sequence[Answer]) -> float | None:
    """The window most often stated; of several, the longest."""
    counted = Counter(answer.years for answer in answers if answer.years is not None)
    return max(counted, key=lambda years: (counted[years], years)) if counted else None


def _salt(key: str, everyone: Sequence[Answers]) -> str:
    """What an item's draw depends on: every answer sealed, which no one knows before all have sealed."""
    said = sorted(f"{one.expert} {sorted(one.cells().items(), key=str)}" for one in everyone)
    return hashlib.sha256(f"{key}\0{said}".encode("utf-8", "surrogatepass")).hexdigest()


def _draw(salt: str, what: str, expert: str) -> str:
    return hashlib.sha256(f"{salt} {what} {expert}".encode()).hexdigest()
