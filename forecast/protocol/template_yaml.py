"""The template as YAML: every blank with what it means beside it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Final

from forecast.protocol.filled import HEAD
from forecast.protocol.filled_yaml import SCHEMA
from forecast.protocol.items import CODES, SECTIONS, Item
from forecast.protocol.sealed_file import numeral, quoted
from forecast.protocol.template import Template
from forecast.visible import visible

_WIDTH: Final = 108
_SECTIONS: Final = {
    "outcomes": "Probabilities, as fractions (0.05) or percentages (5%). Criteria that end in [...] stand in "
    "full in priors/question.yaml.",
    "effects": "What a higher level does to the chance of each way out: codes from -3 to 3. "
    + "; ".join(CODES)
    + ".",
    "levels": "Where each driver stands on the day of your answers, on its own scale.",
    "seeds": "Questions whose answer is known to us: they show how well calibrated answers are.",
}
_MEANT: Final = {
    "p05": "1 chance in 20 that it is lower",
    "p50": "as likely higher as lower",
    "p95": "1 chance in 20 that it is higher",
    "lowest": "the lowest it could plausibly be",
    "highest": "the highest it could plausibly be",
    "best": "your best guess",
    "confidence": "how sure that the truth lies between lowest and highest, 50 to 100%",
    "within_years": "reached at least once within so many years",
    "after_years": "in that state when so many years are over",
    "alliance": "code, -3 to 3",
    "split": "code, -3 to 3",
    "rationale": "why, in a sentence or two",
}


def as_yaml(template: Template) -> str:
    """The template's text: valid YAML, in which what is left null says nothing."""
    return "\n".join(_lines(template)) + "\n"


def _lines(template: Template) -> Iterator[str]:
    yield from _comment(f"{template.title} Round {template.round}, for {template.expert}.")
    yield from _comment(
        "Write after the colons, here or in the spreadsheet of the same name; leave null what you have no "
        "view on: a blank says nothing, 0 is a denial. Extremes first, then the middle."
    )
    if template.lexicon_words:
        words = ", ".join(template.lexicon_words)
        yield from _comment(f"Words may stand for a probability (words: unlikely): {words}.")
    if template.own:
        yield from _comment(
            "The numbers are your own of the first round: change what the others' answers and reasons make "
            "you change, and leave the rest. What you clear you withdraw."
        )
    yield f"schema: {SCHEMA}"
    yield f"question: {quoted(template.question)}"
    yield f"expert: {quoted(template.expert)}"
    yield f"round: {template.round}"
    filled = template.filled
    for name, meant in HEAD.items():
        if name == "confidence" and template.form != "four_point":
            continue
        value = filled.get(("", name))
        shown = f"[{value}]" if name == "lens" and value else _scalar(value)
        yield f"{name}: {shown}  # {meant}"
    for section in SECTIONS:
        items = [item for item in template.items if item.section == section]
        if items:
            yield ""
            yield from _comment(_SECTIONS[section])
            yield f"{section}:"
            for item in items:
                yield from _item(template, item)


def _item(template: Template, item: Item) -> Iterator[str]:
    yield from _comment(item.title, indent=2)
    for line in item.explained:
        yield from _comment(line, indent=2, hang=2)
    if own := template.mine(item):
        yield from _comment(f"Your first answer: {own}.", indent=2)
    if seen := template.pictured(item):
        yield from _comment(f"First round, {seen}.", indent=2)
    for reason in template.reasons(item):
        yield from _comment(f"- {reason}", indent=2, hang=2)
    yield f"  {item.name}:"
    for name in _blanks(template, item):
        key = item.window if name == "years" and item.window else name
        beside = template.beside(item, name) or _MEANT.get(key, "")
        value = template.filled.get((item.key, name))
        yield f"    {key}: {_scalar(value)}" + (f"  # {beside}" if beside else "")


def _blanks(template: Template, item: Item) -> tuple[str, ...]:
    """The blanks of an item as it was answered before, or as this template asks."""
    own = template.own.items.get(item.key) if template.own else None
    names = item.blanks(template.form_of(item))
    if own and "words" in own.stated:
        return (*(name for name in names if name == "years"), "words", "rationale")
    return names


def _scalar(value: object) -> str:
    if value is None:
        return "null"
    return numeral(float(value)) if isinstance(value, int | float) else quoted(str(value))


def _comment(text: str, *, indent: int = 0, hang: int = 0) -> Iterator[str]:
    """A text as comment lines: nothing in it can end the comment or steer an editor."""
    flat = " ".join(visible(text).split())
    lead = " " * indent + "# "
    yield from textwrap.wrap(
        flat, _WIDTH, initial_indent=lead, subsequent_indent=lead + " " * hang, break_on_hyphens=False
    )
