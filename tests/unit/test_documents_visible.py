"""Steering characters shown by their code, and the front matter that stands on every page."""

from __future__ import annotations

import datetime as dt
import unicodedata
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecast.errors import UsageError
from forecast.report.front_matter import MARKING_LENGTH, TITLE_LENGTH, Front
from forecast.report.markdown import escape
from forecast.report.marks import plain
from forecast.visible import named, visible

DAY = dt.date(2026, 11, 21)
ANY = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    "character",
    [
        *("\x00", "\x07", "\x08", "\x0b", "\x1b", "\x1f", "\x7f", "\x85", "\x9b"),
        *("\u061c", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069"),
        *("\u200b", "\u2028", "\u2060", "\ufeff", "\ufffe", "\uffff", "\ufdd0", "\U0001ffff", "\U000e0041"),
        *("\ud800", "\udfff"),
    ],
    ids=lambda c: f"U+{ord(c):04X}",
)
def test_what_steers_is_shown(character: str) -> None:
    """Controls, marks of direction, invisible characters, and what XML forbids appear as their codes."""
    assert visible(f"a{character}b") == f"a⟨U+{ord(character):04X}⟩b"


@pytest.mark.parametrize(
    "text",
    ["tab\tline\r\n", "Путин", "刘莹", "السلام", "שלום", "e\u0301", "\u00ad", "क्\u200dष", "😀", "−5 ≥ 3"],
)
def test_scripts_and_white_space_stay(text: str) -> None:
    """What people write is not touched."""
    assert visible(text) == text


@given(ANY)
def test_what_is_visible_is_harmless(text: str) -> None:
    """Whatever comes in, the result is valid XML, has no control, and a second pass changes nothing."""
    shown = visible(text)
    assert visible(shown) == shown
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in shown if c not in "\t\n\r")
    shown.encode("utf-8")
    escaped = shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    ElementTree.fromstring(f"<t>{escaped}</t>")


@given(ANY)
def test_nothing_is_dropped_in_silence(text: str) -> None:
    """Every character of the text is in the result: itself, or its code."""
    shown = visible(text)
    at = 0
    for character in text:
        found = character if shown.startswith(character, at) else named(character)
        assert shown.startswith(found, at)
        at += len(found)
    assert at == len(shown)


def test_escaped_text_is_visible() -> None:
    """Text of an input file cannot steer the reader of Markdown, nor move a terminal's cursor."""
    assert plain(escape("up \x1b[31m\u202e%5")) == "up ⟨U+001B⟩\\[31m⟨U+202E⟩%5"


def test_a_line_at_the_top_of_a_page_is_one_line() -> None:
    """Marking, title, status and authors are cleaned of line breaks and of what steers."""
    front = Front(title="a\nb\u202e", date=DAY, authors=("x\x07",), status="final\t", marking=" M ")
    assert (front.title, front.authors, front.status, front.marking) == (
        "a b⟨U+202E⟩",
        ("x⟨U+0007⟩",),
        "final",
        "M",
    )


@pytest.mark.parametrize("marking", ["x" * (MARKING_LENGTH + 1), "one\ntwo"])
def test_a_marking_that_does_not_fit_is_refused(marking: str) -> None:
    """It must stand whole on every page: too long a one is not cut, it is sent back."""
    with pytest.raises(UsageError, match="a marking is one line of at most 100 characters"):
        Front(title="t", date=DAY, marking=marking)


def test_what_follows_from_the_status() -> None:
    """A draft is known as one; a long title is cut where it stands beside the status."""
    draft, final = Front(title="t" * 200, date=DAY), Front(title="t", date=DAY, status="final")
    assert draft.is_draft
    assert not final.is_draft
    assert draft.status_line == "Draft, not reviewed"
    assert len(draft.short_title) <= TITLE_LENGTH
    assert draft.short_title.endswith("…")
    assert final.timestamp == dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
