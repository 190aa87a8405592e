"""The document's account of a scenario: what it sums to, what it says came out, and what it carries over."""

from __future__ import annotations

import json
from typing import Any

import pytest
from what_if import edit, what_if

import forecast
from forecast.answering import Result, answer
from forecast.document import came_out, document, headline, to_json
from forecast.request import Request

#: What each trade or threat of the scenarios is, beside the baseline: held high, and brought down.
MOVED = {"shared_threat": "higher", "trade": "lower"}


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    """The small workspace with shocks; one scenario changes hazards and nothing that a future could show."""
    root = what_if(tmp_path_factory.mktemp("what_if") / "w")
    edit(root, "scenarios/trade_grows.yaml", "interventions:", "expected: {split: unsure}\ninterventions:")
    (root / "scenarios" / "by_hand.yaml").write_text(
        "schema: scenario/1\nid: by_hand\ntitle: A hazard\n  by hand\nstoryline: Someone is sure.\n"
        "expected: {alliance: higher}\n"
        "interventions:\n  - hazard: {transition: partnership->alliance, times: 2}\n",
        encoding="utf-8",
    )
    workspace = forecast.load(root)
    return answer(workspace, Request(scenarios=("clash", "by_hand", "trade_grows"), draws=200))


@pytest.fixture(scope="module")
def found(result: Result) -> dict[str, Any]:
    """The document."""
    return document(result)


def test_it_round_trips(found: dict[str, Any]) -> None:
    """Text and back is the same, to the last digit: what the cache keeps is what was computed."""
    assert json.loads(to_json(found)) == found


def test_scenarios_are_in_the_order_asked(found: dict[str, Any]) -> None:
    """The baseline first and with nothing more than its levels; studies and verdicts go to their own."""
    assert [s["id"] for s in found["scenarios"]] == ["baseline", "clash", "by_hand", "trade_grows"]
    assert list(found["scenarios"][0]) == ["id", "horizons"]
    for scenario in found["scenarios"][1:]:
        texts = [one["text"] for one in scenario["interventions"]]
        assert [line["text"] for line in scenario["reasons"][0]["lines"]] == texts
        assert [one["text"] for one in scenario["plausibility"]["conditions"]] == texts
    drivers = [{d["driver"] for d in s["consistency"]["drivers"]} for s in found["scenarios"][1:]]
    assert drivers == [{"shared_threat", "trade"}, set(), {"trade"}]
    assert found["scenarios"][2]["title"] == "A hazard by hand"


def test_reasons_sum_to_the_difference(found: dict[str, Any]) -> None:
    """Parts do, lines do, and the total is that of the comparison at the last date."""
    compared = {(c["scenario"], c["date"], c["quantity"]): c["difference"] for c in found["comparisons"]}
    for scenario in found["scenarios"][1:]:
        assert [r["quantity"] for r in scenario["reasons"]] == [
            *("reached.alliance", "reached.split", "state.alliance", "state.split"),
        ]
        for one in scenario["reasons"]:
            assert one["total"] == compared[scenario["id"], one["date"], one["quantity"]]
            for shares in (one["parts"], one["lines"]):
                total = sum(part["share"]["mean"] for part in shares)
                assert total == pytest.approx(one["total"]["mean"], abs=1e-9)
            sizes = [abs(part["share"]["mean"]) for part in one["parts"]]
            assert sizes == sorted(sizes, reverse=True)


def test_drivers_that_are_set_are_known_to_be_higher_or_lower(found: dict[str, Any]) -> None:
    """And nothing but a driver is either."""
    seen = set()
    for one in found["scenarios"][1]["reasons"]:
        for part in one["parts"]:
            if part["kind"] != "driver":
                assert part["moved"] is None
            elif part["name"] in MOVED:
                assert part["moved"] == MOVED[part["name"]]
                seen.add(part["name"])
    assert seen == set(MOVED)
    assert {part["kind"] for part in found["scenarios"][2]["reasons"][0]["parts"]} == {"hazard"}


def test_what_no_future_shows_has_no_share(found: dict[str, Any]) -> None:
    """A changed rate or hazard is null; what can be met is a share, and all of it no likelier than any."""
    clash, by_hand, _ = (s["plausibility"] for s in found["scenarios"][1:])
    stated = {c["at"]: c["share"] for c in clash["conditions"]}
    assert [at for at, share in stated.items() if share is None] == [
        *("interventions[2].rate", "interventions[3].hazard"),
    ]
    single = [share["mean"] for share in stated.values() if share is not None]
    assert 0 <= clash["share"]["mean"] <= min(single) <= max(single) <= 1
    assert [c["share"] for c in by_hand["conditions"]] == [None]
    assert clash["futures"] > 0
    assert "counts as near" in clash["measure"]


def test_what_was_expected_stands_beside_what_came(found: dict[str, Any]) -> None:
    """By the sign of the difference in reached at the horizon; nothing is held to an expectation of none."""
    clash, by_hand, grows = found["scenarios"][1:]
    assert clash["expected"] == {"alliance": "lower", "split": "higher"}
    at_last = {
        (c["scenario"], c["quantity"]): c
        for c in found["comparisons"]
        if c["date"] == found["scenarios"][0]["horizons"][-1]["date"]
    }
    split = at_last["clash", "reached.split"]
    assert clash["as_expected"]["split"] is (split["difference"]["mean"] > 0 and split["p_sign"] >= 0.6)
    assert by_hand["as_expected"] == {"alliance": True}, "twice the hazard, and nothing else"
    assert grows["as_expected"] == {"split": None}


@pytest.mark.parametrize(
    ("expected", "difference", "p_sign", "level", "met"),
    [
        ("higher", 0.01, 0.6, 0.1, True),
        ("higher", 0.01, 0.59, 0.1, False),
        ("higher", -0.01, 0.99, 0.1, False),
        ("lower", -0.01, 0.6, 0.1, True),
        ("lower", 0.0, 0.0, 0.1, False),
        ("higher", 0.0, 0.0, 0.1, False),
        ("unchanged", 0.0, 0.0, 0.1, True),
        ("unchanged", -0.019, 1.0, 0.01, True),
        ("unchanged", 0.02, 1.0, 0.01, False),
        ("unchanged", 0.024, 1.0, 0.1, True),
        ("unchanged", 0.026, 1.0, 0.1, False),
        ("unsure", 0.5, 1.0, 0.1, None),
    ],
)
def test_came_out(expected: str, difference: float, p_sign: float, level: float, met: bool | None) -> None:
    """A sign counts from 0.6; two points, or a quarter of the baseline, are no change; unsure is not held."""
    assert came_out(expected, difference=difference, p_sign=p_sign, level=level) is met


def test_the_present_state_is_never_reached() -> None:
    """From split the question is whether it is still split; alliance is reached as ever."""
    assert [headline(outcome, "split") for outcome in ("alliance", "split")] == ["reached", "state"]
