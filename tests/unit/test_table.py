"""The table of scenarios: numbers as a reader sees them, on documents made by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from forecast.cli.comparison import comparison, difference, points, shown, sign
from forecast.cli.part_words import carrier, way
from forecast.cli.verdict_words import against, pushed
from forecast.cli.why import nearness, parts
from forecast.inputs.workspace import Workspace

YEARS = [f"{year}-12-31" for year in range(2025, 2036)]


def p(mean: float, low: float | None = None, high: float | None = None) -> dict[str, float]:
    """A summary."""
    return {
        "mean": mean,
        "p05": mean if low is None else low,
        "p50": mean,
        "p95": mean if high is None else high,
        "mcse": 0.0,
    }


def made(*, start: str = "partnership", dates: list[str] | None = None) -> dict[str, Any]:
    """A document of a baseline and one scenario that differs from 2031 on."""
    dates = dates or YEARS
    horizons = [
        {
            "date": date,
            "state": {"alliance": p(0.1), "partnership": p(0.8), "split": p(0.1)},
            "reached": {"alliance": p(0.1), "split": p(0.1), "alliance_broad": p(0.5)},
            "alliance_broad": p(0.5),
        }
        for date in dates
    ]
    none, some = (p(0.0), 0.0), (p(-0.0439, -0.112, -0.0002), 0.98)
    return {
        "as_of": "2025-07-01",
        "start_state": start,
        "scenarios": [{"id": "baseline", "horizons": horizons}, {"id": "other", "horizons": horizons}],
        "comparisons": [
            {"scenario": "other", "date": date, "quantity": quantity, "difference": gap, "p_sign": sure}
            for date in dates
            for gap, sure in [none if date < "2031" else some]
            for quantity in ("reached.alliance", "reached.split", "state.split", "alliance_broad")
        ],
    }


def share(kind: str, mean: float, name: str = "trade", moved: str | None = None) -> dict[str, Any]:
    """A part of a difference."""
    return {
        "kind": kind,
        "name": name,
        "moved": moved,
        "transition": "partnership->split",
        "share": {"mean": mean},
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0994, "+9.9"), (0.0996, "+10"), (-0.234, "-23"), (-0.0004, "0.0"), (0.0006, "+0.1"), (0.0, "0.0")],
)
def test_points(value: float, text: str) -> None:
    """Signed, one decimal below ten, whole beyond; what rounds to nothing has no sign."""
    assert points(value) == text


def test_nothing_is_a_dash() -> None:
    """Neither a difference that is none in every draw nor its sign is a number."""
    assert (difference(p(0.0)), sign(0.0)) == ("-", "-")
    assert difference(p(0.0, -0.01, 0.02)) == "0.0 [-1.0, +2.0]"
    assert sign(0.9999) == ">99.9%"


def test_the_dates_shown_are_the_middle_the_last_and_those_asked_for() -> None:
    """Each once, in order."""
    assert shown(made(), ()) == ["2030-12-31", "2035-12-31"]
    dates = sorted([*YEARS, "2026-06-30"])
    asked = [dt.date(2026, 6, 30), dt.date(2035, 12, 31)]
    assert shown(made(dates=dates), asked) == ["2026-06-30", "2030-12-31", "2035-12-31"]


def test_a_table_an_outcome() -> None:
    """Where nothing differs yet dashes stand, under the same headings."""
    assert comparison(made(), ())[:6] == [
        "alliance: reached by the date",
        "                      level [90%]   less baseline, points [90%]  P(sign)",
        "2030-12-31  baseline  10% [10, 10]",
        "            other     10% [10, 10]  -                                  -",
        "2035-12-31  baseline  10% [10, 10]",
        "            other     10% [10, 10]  -4.4 [-11, 0.0]                  98%",
    ]


def test_the_state_that_is_left_is_asked_of_the_date() -> None:
    """Split is not reached from split."""
    lines = comparison(made(start="split"), ())
    assert "alliance: reached by the date" in lines
    assert "split: still split on the date" in lines


@pytest.mark.parametrize(
    ("mean", "text"),
    [
        (0.0, "none of 16,000 baseline futures comes near it"),
        (0.001, "about 1 in 1,000 baseline futures comes near it (0.1% of 16,000)"),
        (0.15, "about 1 in 6.7 baseline futures comes near it (15% of 16,000)"),
        (0.56, "56% of 16,000 baseline futures come near it"),
    ],
)
def test_nearness(mean: float, text: str) -> None:
    """Odds where it is rare, a percentage where it is not."""
    found = {"futures": 16000, "share": {"mean": mean}, "conditions": [{"share": None}, {"share": {}}]}
    assert nearness(found) == text


def test_nothing_that_a_future_could_show() -> None:
    """Then all are near, and none of it means anything."""
    found = {"futures": 16000, "share": {"mean": 1.0}, "conditions": [{"share": None}]}
    assert nearness(found) == "no future could show it: it changes nothing but rates and hazards"
    assert nearness({**found, "conditions": []}) == "it does nothing, so that every future is near it"


def test_the_largest_parts_have_a_sentence(small: Workspace) -> None:
    """Three to five of them if they are that large; what is left is summed."""
    sizes = [0.03, 0.01, 0.002, 0.002, 0.001]
    told = parts({"parts": [share("driver", size) for size in sizes]}, small)
    assert len(told) == 4, "the third by its rank; the fourth is below a tenth of the first"
    assert told[0].endswith(": +3.0 points on the way into split")
    assert told[-1] == "all else: +0.3"
    many = parts({"parts": [share("driver", 0.01)] * 8}, small)
    assert (len(many), many[-1]) == (6, "all else: +3.0")
    assert parts({"parts": [share("driver", 0.0004)]}, small) == []
    assert parts({"parts": []}, small) == []


def test_what_carries_a_part_is_said_by_name(small: Workspace) -> None:
    """Drivers by their names, higher or lower where that is known; the rest by what it is."""
    trade = small.drivers.drivers["trade"].name
    threat = small.drivers.drivers["shared_threat"].name
    assert carrier(share("driver", 0.1, "trade", "lower"), small) == f"{trade}, lower"
    assert carrier(share("driver", 0.1, "trade"), small) == trade
    assert carrier(share("interaction", 0.1, "threat_with_trade"), small) == f"{threat} with {trade}"
    assert carrier(share("hazard", 0.1, ""), small) == "the hazard, multiplied by hand"
    assert carrier(share("entry", 0.1, ""), small) == "an event that is the outcome itself, made to happen"
    assert way("split->partnership") == "the way back from split"


def test_a_verdict_in_a_line(small: Workspace) -> None:
    """The word, the driver that is furthest off, and the strongest judgment against it with its place."""
    push = {
        "kind": "cross-impact",
        "from": "shared_threat",
        "points": -2.0,
        "strength": -2.0,
        "imposed": True,
        "place": "priors/drivers.yaml:9",
    }
    trade = small.drivers.drivers["trade"].name
    threat = small.drivers.drivers["shared_threat"].name
    driver = {"driver": "trade", "variant": "high", "deviation": 1.5, "inconsistency": 4.0}
    calm = {"driver": "border_dispute", "variant": "low", "deviation": -1.0, "inconsistency": 0.0}
    found = {
        "verdict": "contradictory",
        "inconsistency": 4.0,
        "drivers": [{**calm, "contradicts": []}, {**driver, "contradicts": [push, push, push]}],
    }
    assert against(found, small) == (
        f"contradictory, by 4 points: {trade} is set high, +1.5 off its projection; "
        f"{threat}, high as set, pushes it down by 2 points (priors/drivers.yaml:9), and 2 more"
    )
    assert pushed({**push, "points": 1.0, "imposed": False}, small) == (
        f"{threat}, low as follows from the rest, pushes it up by 1 point"
    )
    nothing = {"verdict": "consistent", "inconsistency": 0.0, "drivers": []}
    assert against(nothing, small).startswith("consistent: it sets no driver")
