"""What one expert answered in one round: as stated, and as the quantiles that this stands for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from forecast.protocol.items import Item, Measure


@dataclass(frozen=True)
class Answer:
    """The answer to one item.

    ``stated`` holds the blanks as they were filled (numbers, or words of the lexicon); ``values`` what they
    stand for: p05, p50 and p95, or a code for each way out. Both are empty where only a reason was given.
    """

    measure: Measure
    stated: Mapping[str, float | str]
    values: Mapping[str, float]
    years: float | None = None
    rationale: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Answers:
    """All that one expert answered in one round."""

    question: str
    expert: str
    round: int
    lens: tuple[str, ...]
    view_date: dt.date
    items: Mapping[str, Answer] = field(default_factory=dict)
    remarks: str | None = None

    def cells(self) -> dict[tuple[str, str], object]:
        """The blanks as this expert left them, by item and blank; those of the head stand under ''."""
        head = {("", "lens"): ", ".join(self.lens), ("", "view_date"): self.view_date.isoformat()}
        found: dict[tuple[str, str], object] = dict(head)
        if self.remarks:
            found["", "remarks"] = self.remarks
        for key, answer in self.items.items():
            found |= {(key, name): value for name, value in answer.stated.items()}
            if answer.years is not None:
                found[key, "years"] = answer.years
            if answer.rationale:
                found[key, "rationale"] = answer.rationale
        return found


def issued(items: tuple[Item, ...], own: Answers | None) -> dict[tuple[str, str], object]:
    """What stands in the blanks of a template before anyone fills it.

    In the first round the windows alone; in the second the expert's own first answers.
    """
    windows: dict[tuple[str, str], object] = {
        (item.key, "years"): item.years for item in items if item.years is not None
    }
    asked = {item.key for item in items}
    mine = {place: value for place, value in (own.cells() if own else {}).items() if place[0] in asked | {""}}
    mine.pop(("", "view_date"), None)  # the second round's answers are of another day
    return {**windows, **mine}
