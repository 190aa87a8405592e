"""What stands in a template, whichever of the two files it is written as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from forecast.protocol.answers import Answers, issued
from forecast.protocol.filled import Place
from forecast.protocol.items import FORMS, Form, Item
from forecast.protocol.picture import Portrait, Summary
from forecast.rounding import percent


@dataclass(frozen=True)
class Template:
    """One expert's questions of a round, with their own first answers and the group's where there are any."""

    question: str
    title: str
    expert: str
    round: int
    form: Form
    items: tuple[Item, ...]
    lexicon_words: tuple[str, ...] = ()
    lens: tuple[str, ...] = ()
    own: Answers | None = None
    portraits: Mapping[str, Portrait] = field(default_factory=dict)

    @property
    def filled(self) -> dict[Place, object]:
        """What the blanks hold when the template is handed out."""
        found = issued(self.items, self.own)
        if self.lens:
            found["", "lens"] = ", ".join(self.lens)
        return found

    def form_of(self, item: Item) -> Form:
        """The form of an item's blanks: the one it was answered in, so that it can be changed there."""
        stated = self.own.items[item.key].stated if self.own and item.key in self.own.items else {}
        return next((form for form, names in FORMS.items() if set(names) & set(stated)), self.form)

    def beside(self, item: Item, blank: str) -> str | None:
        """What an expert is shown beside one blank in the second round: their own answer, and the group's."""
        own = self.own.items.get(item.key) if self.own else None
        mine = own.stated.get(blank, own.values.get(blank)) if own else None
        portrait = self.portraits.get(item.key)
        group = portrait.by_blank.get(blank) if portrait else None
        said = [f"yours {_plain(mine)}"] if mine is not None else []
        if group:
            said.append(of_group(group))
        return "; ".join(said) or None

    def pictured(self, item: Item) -> str | None:
        """The group's first round of an item, on one line."""
        portrait = self.portraits.get(item.key)
        return describe(portrait) if portrait else None

    def mine(self, item: Item) -> str | None:
        """An expert's own first answer, on one line."""
        own = self.own.items.get(item.key) if self.own else None
        if own is None or not own.stated:
            return None
        window = f" (window {own.years:g} years)" if own.years is not None else ""
        return ", ".join(f"{name} {_plain(value)}" for name, value in own.stated.items()) + window

    def reasons(self, item: Item) -> tuple[str, ...]:
        """What others gave as their reasons."""
        portrait = self.portraits.get(item.key)
        return portrait.reasons if portrait else ()


def of_group(found: Summary) -> str:
    """The group's values of one blank."""
    return (
        f"{found.experts} expert{'s' * (found.experts != 1)}: lowest {found.lowest:.3g}, median "
        f"{found.median:.3g}, highest {found.highest:.3g}, average {found.mean:.3g}"
    )


def describe(portrait: Portrait) -> str:
    """The group's picture of one item in words."""
    if portrait.measure == "code":
        said = [f"{blank}: {of_group(found)}" for blank, found in portrait.by_blank.items()]
        return "; ".join(said)
    middle = portrait.by_blank.get("p50")
    if middle is None:
        return "no numbers"
    number = percent if portrait.measure == "probability" else _three
    low, mid, high = (number(portrait.by_blank[q].mean) for q in ("p05", "p50", "p95"))
    others = (
        f"; {portrait.other_windows} answered for another window than {portrait.years:g} years"
        if portrait.other_windows and portrait.years is not None
        else ""
    )
    return (
        f"{middle.experts} expert{'s' * (middle.experts != 1)}: medians from {number(middle.lowest)} to "
        f"{number(middle.highest)}, median of them {number(middle.median)}; average of the quantiles "
        f"{low}, {mid}, {high}{others}"
    )


def _three(value: float) -> str:
    return f"{value:.3g}"


def _plain(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
