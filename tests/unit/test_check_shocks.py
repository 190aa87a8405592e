"""What is said of shocks that are legal but odd; faults have their folders under tests/bad_inputs."""

from __future__ import annotations

from pathlib import Path

import pytest
from what_if import edit, what_if

from forecast.errors import InputError
from forecast.inputs import load

SHOCKS = "priors/shocks.yaml"
RATE = "{p05: 0.01, p50: 0.03, p95: 0.08}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with shocks to change."""
    return what_if(tmp_path / "w")


def warnings_of(root: Path) -> list[str]:
    """What a workspace warns of: place and message."""
    return [f"{p.at}: {p.message}" for p in load(root).warnings]


@pytest.mark.parametrize(
    ("rate", "warning"),
    [
        (
            "{p05: 1, p50: 2.5, p95: 5}",
            "2.5 a year is 12.5 in five years; if 2.5% a year is meant, write 0.025",
        ),
        (
            "{p05: 0.0000005, p50: 0.03, p95: 0.08}",
            "5e-07 a year is less than once in a million years; a rate is occurrences per year",
        ),
    ],
)
def test_a_rate_that_may_be_a_slip_is_said(root: Path, rate: str, warning: str) -> None:
    """A percentage written as a number, and what has never happened to anyone."""
    edit(root, SHOCKS, RATE, rate)
    assert warnings_of(root) == [f"shocks.border_clash.rate: {warning}"]


@pytest.mark.parametrize("rate", ["{p05: 0.3, p50: 0.9, p95: 12}", "{p05: 0.000001, p50: 0.03, p95: 0.08}"])
def test_rates_at_the_bounds_are_taken(root: Path, rate: str) -> None:
    """Monthly at the most, once in a million years at the least."""
    edit(root, SHOCKS, RATE, rate)
    assert warnings_of(root) == []


@pytest.mark.parametrize(
    ("raised", "warning"),
    [
        (
            "{shock: border_clash, times: 3, for_years: 2}",
            "shock: raises itself: each occurrence brings 0.12 more of it within 2 years",
        ),
        (
            "{shock: border_clash, times: 50, for_years: 2}",
            "shock: raises itself: each occurrence brings 2.9 more of it within 2 years, and so without end",
        ),
        ("{shock: leader_exit, times: 1, for_years: 2}", "times: is 1: this does nothing"),
    ],
)
def test_what_raises_itself_or_nothing_is_said(root: Path, raised: str, warning: str) -> None:
    """The rate of 0.03 times (times - 1) times the years: the mean number that one occurrence adds."""
    edit(root, SHOCKS, "{shock: leader_exit, times: 2, for_years: 1, rationale: Someone is blamed.}", raised)
    assert warnings_of(root) == [f"shocks.border_clash.raises[0].{warning}"]


@pytest.mark.parametrize(
    ("shock", "warning"),
    [
        ("leader_exit", "raises itself, but occurs once: this does nothing"),
        ("treaty_lapses", "raises itself, but occurs once: this does nothing"),
    ],
)
def test_what_occurs_once_cannot_raise_itself(root: Path, shock: str, warning: str) -> None:
    """After its one time there is no rate to raise."""
    once = "    occurs: once\n"
    text = (root / SHOCKS).read_text("utf-8")
    head, tail = text.split(f"  {shock}:\n")
    raised = f"    raises: [{{shock: {shock}, times: 2, for_years: 1}}]\n"
    (root / SHOCKS).write_text(f"{head}  {shock}:\n" + tail.replace(once, once + raised, 1), encoding="utf-8")
    assert warnings_of(root) == [f"shocks.{shock}.raises[0].shock: {warning}"]


def test_a_shock_that_calms_itself_is_no_oddity(root: Path) -> None:
    """Factors below 1 lead to no cascade."""
    edit(root, SHOCKS, "{shock: leader_exit, times: 2", "{shock: border_clash, times: 0.5")
    assert warnings_of(root) == []


def test_windows_that_have_passed_are_said(root: Path) -> None:
    """Nothing is refused: a hindcast may have them ahead of it."""
    for year in (2026, 2031):
        edit(root, SHOCKS, f"      - {{start: {year}-01-01, end: {year}-12-31}}\n", "")
    edit(root, SHOCKS, "2020-12-31", "2025-07-01")
    assert warnings_of(root) == [
        "shocks.treaty_lapses.windows: every window has ended by as_of = 2025-07-01; "
        "it can strike only where a scenario forces it"
    ]


def test_a_shock_may_only_widen(root: Path) -> None:
    """A jump with a median of 0 and a spread is something; so is being an outcome, or raising another."""
    assert load(root).shocks["leader_exit"].jumps["shared_threat"].quantiles.p50 == 0
    edit(root, SHOCKS, "    jumps:\n      shared_threat: {p05: -0.3, p50: 0, p95: 0.3, spread: 1}\n", "")
    with pytest.raises(InputError, match=r"shocks\.leader_exit\n  does nothing: give jumps"):
        load(root)
    edit(root, SHOCKS, "  leader_exit:\n", "  leader_exit:\n    outcome: alliance\n")
    assert warnings_of(root) == []


def test_probabilities_may_be_words(root: Path) -> None:
    """As wherever a probability is stated."""
    edit(root, SHOCKS, '{p05: 0.005, p50: "1.5%", p95: 0.04}', "{words: almost no chance}")
    stated = load(root).shocks["treaty_lapses"].probability
    assert stated is not None
    assert stated.values[-1] == pytest.approx(0.05)
