"""The committed example: each number of its prose is in its data, its formats agree, it lints clean."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from forecast.report.blocks import blocks, parser
from forecast.report.ledger import Assigned, Ledger, assign
from forecast.report.lint import lint

EXAMPLE = Path(__file__).resolve().parents[1] / "reports" / "example"
#: Numbers that belong to the report's fixed words: levels of intervals, ends of scales, rounding, units.
WORDING = {
    *("90%", "0", "1", "2", "3", "4", "5", "6", "15", "203", "256"),
    *("+2", "+3", "−1", "−2", "−3", "0.25", "1.26", "2.1", "4.2"),
}


@pytest.fixture(scope="module")
def markdown() -> str:
    """The example's text."""
    return (EXAMPLE / "report.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def data() -> Any:
    """The example's data."""
    return json.loads((EXAMPLE / "report.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def assigned(markdown: str, data: Any) -> list[Assigned]:
    """Each block of the text with what its numbers are."""
    return assign(blocks(parser().parse(markdown)), Ledger.from_dict(data["prose"]))


def at(data: Any, pointer: str) -> Any:
    """What stands at a JSON pointer."""
    for key in pointer.split("/")[1:]:
        name = key.replace("~1", "/").replace("~0", "~")
        data = data[int(name)] if isinstance(data, list) else data[name]
    return data


def test_every_number_of_the_prose_is_in_the_data(assigned: list[Assigned], data: Any) -> None:
    """Each is an entry of the ledger; a datum's pointer leads to its value."""
    numbers = [(token, entry) for block in assigned for token, entry in block.numbers]
    assert len(numbers) > 2000
    for token, entry in numbers:
        assert entry is not None, token
        assert entry.text == token.text
        if entry.path is not None:
            assert float(at(data, entry.path)) == entry.value


def test_numbers_in_fixed_words_are_few(assigned: list[Assigned]) -> None:
    """What is no datum, date or quotation belongs to a definition; anything computed would show here."""
    loose = {e.text: b.block.text for b in assigned for _, e in b.numbers if e and e.kind == "wording"}
    assert {text: where for text, where in loose.items() if text not in WORDING} == {}


def test_most_numbers_say_where_they_stand_in_the_data(assigned: list[Assigned]) -> None:
    """Counts and ratios made for a sentence have no place of their own; they are the smaller part."""
    found = [e for b in assigned for _, e in b.numbers if e and e.kind == "datum"]
    assert sum(e.path is not None for e in found) > 0.85 * len(found)


def test_it_lints_clean(markdown: str, data: Any) -> None:
    """The language rules hold of what is published."""
    assert [str(fault) for fault in lint(markdown, data)] == []


def test_no_mark_is_left(markdown: str) -> None:
    """The private characters that carry values through the text are gone from every file."""
    for path in EXAMPLE.rglob("*"):
        if path.suffix in {".md", ".html", ".json", ".svg", ".csv"}:
            assert not re.search("[\ue000-\ue003]", path.read_text(encoding="utf-8")), path
