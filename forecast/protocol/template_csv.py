"""The template as a spreadsheet: one row an item, with what it means and what to fill in beside the blanks.

UTF-8 with a byte-order mark and CRLF line ends, so that Excel reads the letters of any language; no ``sep=``
line, at which Excel would forget the mark. Text that a spreadsheet would run as a formula begins with an
apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from forecast.protocol.filled import HEAD
from forecast.protocol.filled_csv import HEAD_VALUE, KEY, MARKS
from forecast.protocol.items import CODES, FORMS, Item
from forecast.protocol.sealed_file import numeral
from forecast.protocol.template import Template
from forecast.visible import visible

_HOW: Final = {
    "probability": "a probability in each column: 0.05 or 5%",
    "code": "a code from -3 to 3 under alliance and split. " + "; ".join(CODES),
    "level": "where it stands now, on the scale in the column before",
    "quantity": "a number in each column",
}
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def as_csv(template: Template, *, separator: str = ",") -> bytes:
    """The spreadsheet's bytes; decimals are marked as the programs mark them that separate cells so."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=separator, lineterminator="\r\n")
    for row in _rows(template, MARKS[separator]):
        writer.writerow(row)
    return table.getvalue().encode("utf-8-sig")


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> guarded("=HYPERLINK(1)"), guarded("-2"), guarded("a = b")
    ("'=HYPERLINK(1)", "'-2", 'a = b')
    """
    flat = " ".join(visible(text).split())
    return "'" + flat if flat.startswith(_FORMULA) else flat


def _columns(template: Template) -> list[str]:
    stated = template.own.items.values() if template.own else ()
    used = {name for answer in stated for name in answer.stated}
    forms = [names for form, names in FORMS.items() if form == template.form or set(names) & used]
    numbers = list(dict.fromkeys(name for names in forms for name in names))
    words = ["words"] if "words" in used else []
    codes = ["alliance", "split"] if any(item.measure == "code" for item in template.items) else []
    seen = ["your_first_answer", "group_first_round", "reasons_of_others"] if template.own else []
    return [
        KEY,
        "question",
        "how_to_answer",
        HEAD_VALUE,
        "years",
        *numbers,
        *words,
        *codes,
        "rationale",
        *seen,
    ]


def _rows(template: Template, mark: str) -> Iterator[list[str]]:
    columns = _columns(template)
    yield columns
    filled = template.filled
    head: dict[str, tuple[str, object]] = {
        "question": (template.title, template.question),
        "expert": ("whose answers these are; leave it as it is", template.expert),
        "round": ("a blank says nothing, 0 is a denial", str(template.round)),
    }
    head |= {name: (meant, filled.get(("", name))) for name, meant in HEAD.items()}
    for name, (meant, value) in head.items():
        if name == "confidence" and template.form != "four_point":
            continue
        row = {KEY: name, "question": guarded(meant), HEAD_VALUE: _cell(value, mark)}
        yield [row.get(column, "") for column in columns]
    for item in template.items:
        yield _row(template, item, columns, mark)


def _row(template: Template, item: Item, columns: list[str], mark: str) -> list[str]:
    row = {
        KEY: item.key,
        "question": guarded(": ".join([item.title, " | ".join(item.explained)]).rstrip(": ")),
        "how_to_answer": _HOW[item.measure] + (f"; {item.window}" if item.window else ""),
        "your_first_answer": guarded(template.mine(item) or ""),
        "group_first_round": guarded(template.pictured(item) or ""),
        "reasons_of_others": guarded(" || ".join(template.reasons(item))),
    }
    for (key, name), value in template.filled.items():
        if key == item.key:
            row[name] = _cell(value, mark)
    return [row.get(column, "") for column in columns]


def _cell(value: object, mark: str) -> str:
    """A blank's content: numbers bare, so that they stay numbers, and text guarded."""
    if value is None:
        return ""
    if isinstance(value, int | float):
        return numeral(float(value)).replace(".", mark)
    return guarded(str(value))
