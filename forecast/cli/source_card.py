"""A source's card as plain text, wrapped for a terminal or one fact a line."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from forecast.cards.card import Card, CodedEffect, CodedLevel, CodedOutcome
from forecast.cards.words import CODED, GRADES, STATED, admiralty_in_words, joined, level, probability
from forecast.inputs.fields import Grade
from forecast.rounding import percent

LABEL = 14


def render(card: Card, *, width: int | None) -> str:
    """The whole card, no line longer than ``width``; without one, nothing is wrapped."""
    lines = [card.id, *_wrap(card.citation, width), ""]
    for label, text in _facts(card):
        lines += _wrap(f"{label:{LABEL}}{text}", width, hanging=LABEL)
    for title, text in (
        ("Stance, in our words", card.stance),
        ("Why it is coded so", card.rationale),
        ("Independence", card.independence),
        ("Why it is graded so", card.admiralty_why),
    ):
        if text:
            lines += ["", title, *_wrap(text, width, indent=2, hanging=0)]
    by_whom = STATED if card.asked_directly else "coded by us from words"
    if card.outcomes:
        lines += ["", *_wrap(f"Outcomes: {STATED if card.asked_directly else CODED}", width)]
        for outcome in card.outcomes:
            lines += _outcome(card, outcome, width)
    if card.effects:
        lines += ["", *_wrap(f"Effects: what more of a driver does, from -3 to +3, {by_whom}", width)]
        for effect in card.effects:
            lines += _effect(card, effect, width)
    if card.levels:
        scale = "0 is its average, 1 one standard deviation"
        lines += ["", *_wrap(f"Levels: where a driver stood, {by_whom}; {scale}", width)]
        for item in card.levels:
            lines += _level(card, item, width)
    return "\n".join(lines)


def _facts(card: Card) -> Iterable[tuple[str, str]]:
    yield "kind", card.kind_in_words
    yield "known", card.known
    yield "view of", card.view_date
    yield "lens", ", ".join(card.lens)
    heard = f"{percent(card.share)} of" if card.share is not None else "not heard in"
    yield "weight", f"{card.weight:.2f}, {heard} panel {card.panel}"
    alone = f"with {joined(card.cluster_with)}" if card.cluster_with else "alone in it"
    yield "cluster", f"{card.cluster}, {alone}"
    for label, names in (("cites", card.cites), ("cited by", card.cited_by), ("reports", card.reports)):
        if names:
            yield label, joined(names)
    yield (
        "checked",
        _CHECKED.get(card.checked, f"{card.checked} items were held against what they come from"),
    )
    yield "graded", admiralty_in_words(card.admiralty)
    if card.pages:
        yield "pages", card.pages


_CHECKED = {
    "yes": "yes, every item was held against what it comes from",
    "no": "no, nobody has yet held the items against what they come from",
}


def _outcome(card: Card, item: CodedOutcome, width: int | None) -> Iterable[str]:
    verb = "" if card.asked_directly else "coded "
    yield from _wrap(
        f"{item.title}, {item.window}: {verb}{probability(item.quantiles)}, {_grade(card, item.grade)}",
        width,
        indent=2,
    )
    if item.used is not None:
        yield from _wrap(f"widened for its kind, it counts as {probability(item.used)}", width, indent=6)
    yield from _where(card, item, width)


def _effect(card: Card, item: CodedEffect, width: int | None) -> Iterable[str]:
    yield from _wrap(f"{item.driver_name} ({item.driver})", width, indent=2)
    for code in item.codes:
        # The mark of an inference stands in words beside it here.
        mark = code.mark.removeprefix("~")
        text = f"{mark:<5} {code.words}, {_grade(card, code.grade)}"
        yield from _wrap(text, width, indent=6, hanging=6)
    yield from _where(card, item, width)


def _level(card: Card, item: CodedLevel, width: int | None) -> Iterable[str]:
    stood = f"{item.date}: {level(item.quantiles)}, {_grade(card, item.grade)}"
    yield from _wrap(f"{item.driver_name} ({item.driver}), {stood}", width, indent=2)
    yield from _where(card, item, width)


def _where(card: Card, item: CodedOutcome | CodedEffect | CodedLevel, width: int | None) -> Iterable[str]:
    if item.place:
        said = any(grade == "TEXT" for grade in _grades(item))
        yield from _wrap(f"{'at' if said else 'inferred from'}: {item.place}", width, indent=6, hanging=4)
    if item.rationale:
        yield from _wrap(f"why: {item.rationale}", width, indent=6, hanging=5)
    if item.checked and card.checked != "yes":
        yield "      checked"


def _grades(item: CodedOutcome | CodedEffect | CodedLevel) -> tuple[Grade, ...]:
    return tuple(c.grade for c in item.codes) if isinstance(item, CodedEffect) else (item.grade,)


def _grade(card: Card, grade: Grade) -> str:
    if card.asked_directly and grade == "TEXT":
        return "the person's own"
    return GRADES[grade]


def _wrap(text: str, width: int | None, *, indent: int = 0, hanging: int = 2) -> list[str]:
    if width is None:
        return [" " * indent + text]
    return textwrap.wrap(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_on_hyphens=False,
        break_long_words=False,
    )
