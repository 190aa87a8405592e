"""The linter on any text at all: it answers, in time, and the same each time."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.report.lint import RULES, lint
from tests.unit.test_lint import CASES, published

TEXT, DATA = published()
SENTENCES = " ".join(str(case["text"]).replace("\n", " ") for case in CASES)
PIECES = [
    *(
        "likely",
        "very unlikely",
        "from “",
        "” to ",
        "between ",
        " and ",
        "not ",
        "will",
        "confidence",
        "may be ",
    ),
    *("9.4%", "<0.1%", "1 in ", "12,345.6", "one in ten", "by 31 December 2036", "in 2031", "٣٪", "½", "1/0"),
    *("alliance", "split", "partners", "in the broad sense", "Blank (2020)", "Besieged together", "scenario"),
    *(
        ". ",
        "; ",
        ": ",
        "\n\n",
        "- ",
        "| ",
        "**",
        "# ",
        "“",
        '"',
        "’",
        "\u00a0",
        "\u202e",
        "\ue000",
        "\ufffc",
        "![",
        "](",
    ),
    *(" ", " ", " ", "the ", "chance of ", "probability that ", "twice as likely as ", "p. "),
]
texts = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=60).map("".join))


@settings(max_examples=300, deadline=None)
@given(texts)
def test_any_text_is_answered(text: str) -> None:
    """With faults of known rules in lines that the text has, in order, and the same twice."""
    found = lint(text, DATA)
    lines = text.count("\n") + text.count("\r") + text.count("\x0c") + 2
    assert all(fault.rule in RULES and 1 <= fault.line <= lines for fault in found)
    assert list(found) == sorted(set(found))
    assert lint(text, DATA) == found


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(TEXT)), st.integers(0, 40), texts)
def test_any_edit_is_answered(at: int, length: int, new: str) -> None:
    """Wherever a report is cut and whatever is put in."""
    lint(TEXT[:at] + new + TEXT[at + length :], DATA)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.just(10**400), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(set(DATA) - {"prose"})), json_values)
def test_data_that_are_broken_hold_nothing_up(key: str, value: Any) -> None:
    """What is missing or malformed is left out; the ledger alone must be whole."""
    lint(TEXT, {**DATA, key: value})
    lint(TEXT, {"prose": DATA["prose"], key: value})


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["mean", "p05", "p95"]), json_values)
def test_numbers_that_are_none_hold_nothing_up(stat: str, value: Any) -> None:
    """NaN, a number past all bounds, a word."""
    horizon = {
        "date": "2036-12-31",
        "reached": {"alliance": {"mean": 0.1, "p05": 0.0, "p95": 0.3, stat: value}},
    }
    scenarios = [{"id": "baseline", "horizons": [horizon]}]
    lint(TEXT + SENTENCES, {**DATA, "main": {**DATA["main"], "scenarios": scenarios}})


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["scenarios", "comparisons", "as_of", "start_state"]), json_values)
def test_a_main_document_that_is_broken_holds_nothing_up(key: str, value: Any) -> None:
    """The same one level down."""
    lint(TEXT, {**DATA, "main": {**DATA["main"], key: value}})


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        SENTENCES,
        SENTENCES.replace(". ", ".\n\n"),
        "very likely 5% alliance by 2036 ",
        "will not be ",
        "the chance of ",
        "from likely to ",
        "“likely” (5%) ",
        "“",
        "12.5% to ",
        "| likely 5% (1–2%) | 2036-12-31 |\n",
    ],
    ids=lambda text: str(text)[:20],
)
def test_time_grows_with_the_text(text: str) -> None:
    """Four times the text takes no sixteen times the time: a long report, and one made to be slow."""
    once = text * (25_000 // len(text) + 1)

    def seconds(said: str) -> float:
        started = time.perf_counter()
        lint(said, DATA)
        return time.perf_counter() - started

    short, long = min(seconds(once) for _ in range(2)), seconds(once * 4)
    assert long < 9 * short + 1.0
