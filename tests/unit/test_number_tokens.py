"""Numbers and dates found in a text."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from forecast.report.number_tokens import skeleton, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It is 5.1% (1.5–12%), then <0.1% to >99.9%", ["5.1%", "1.5", "12%", "<0.1%", ">99.9%"]),
        ("−0.4 to +1.1; ~9%", ["−0.4", "+1.1", "~9%"]),
        ("2,000 draws in 32,000", ["2,000", "32,000"]),
        ("9.4 % and 9.4\u00a0%", ["9.4 %", "9.4\u00a0%"]),
        ("A2a, s2_siege, v1.2.3, 1/20, #3, x5", []),
        ("12 a year.", ["12"]),
    ],
)
def test_numbers(text: str, expected: list[str]) -> None:
    """With their sign, bound and percent sign; digits of words, versions and paths are none."""
    assert [t.text for t in tokens(text) if t.kind == "number"] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("by 31 December 2036, in 2031", ["31 December 2036", "2031"]),
        ("on 2026-11-21", ["2026-11-21"]),
        ("Dec. 31, 2036 or December 31, 2036", ["Dec. 31, 2036", "December 31, 2036"]),
        ("31 Dec 2036; 3rd May 2030; read on 31 December", ["31 Dec 2036", "3rd May 2030", "31 December"]),
        ("31\u00a0December\u00a02036", ["31\u00a0December\u00a02036"]),
        ("1950 is one, 2031% and 12,031 are not", ["1950"]),
        ("2500 and 1750", []),
    ],
)
def test_dates(text: str, expected: list[str]) -> None:
    """In every way they are written; a year is one from 1800 to 2199 that stands alone."""
    assert [t.text for t in tokens(text) if t.kind == "date"] == expected


def test_places_are_those_of_the_text() -> None:
    """Each token is the text between its places, in order, and none lies in another."""
    text = "From 5.1% by 2031 to 9.4% by 31 December 2036 (+1.2 points; 90% interval 3.0–21%)."
    found = tokens(text)
    assert [text[t.start : t.end] for t in found] == [t.text for t in found]
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_a_skeleton_is_what_stays_when_numbers_change() -> None:
    """Numbers and dates as signs, spaces made one."""
    assert skeleton("By 31 December 2036:  9.4%") == skeleton("By 2031: <0.1%") == "By #: #"
    assert skeleton("By 2036: 9.4%") != skeleton("On 2036: 9.4%")


def test_time_grows_with_the_text() -> None:
    """Ten times the text takes some ten times the time, not a hundred."""
    text = "5% by 2036, 4% by 31 December 2031; " * 400
    started = time.perf_counter()
    tokens(text)
    once = time.perf_counter() - started
    tokens(text * 10)
    assert time.perf_counter() - started - once < 60 * once + 0.2
