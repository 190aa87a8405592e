"""Scenarios made of scenarios."""

from __future__ import annotations

import pytest

from forecast.errors import UsageError
from forecast.inputs.composition import Placed, acts
from forecast.inputs.records import Scenario
from forecast.inputs.rings import around, rings
from forecast.inputs.workspace import Workspace


def scenario(name: str, *includes: str, shifts: int = 1) -> Scenario:
    """A scenario with some interventions that carry its name."""
    return Scenario.model_validate(
        {
            "schema": "scenario/1",
            "id": name,
            "title": name,
            "storyline": name,
            "includes": list(includes),
            "interventions": [{"shift": {"driver": name, "amount": float(i + 1)}} for i in range(shifts)],
        }
    )


def known(*scenarios: Scenario) -> dict[str, Scenario]:
    """Scenarios by id."""
    return {s.id: s for s in scenarios}


def places(placed: tuple[Placed, ...]) -> list[tuple[str, int]]:
    """Where each intervention stands."""
    return [(p.scenario, p.index) for p in placed]


def test_alone_a_scenario_is_its_own_interventions() -> None:
    """Without includes nothing changes: the same interventions in the same order, each at its index."""
    one = scenario("one", shifts=3)
    placed = acts(one, known(one))
    assert [p.intervention for p in placed] == one.interventions
    assert places(placed) == [("one", 0), ("one", 1), ("one", 2)]
    assert [p.at for p in placed][:1] == ["interventions[0].shift"]


def test_what_is_included_comes_first_and_in_order() -> None:
    """The order of includes, each before what includes it."""
    one = scenario("one", "b", "a")
    found = acts(one, known(one, scenario("a", "c"), scenario("b"), scenario("c")))
    assert places(found) == [("b", 0), ("c", 0), ("a", 0), ("one", 0)]


def test_a_scenario_reached_twice_counts_once() -> None:
    """A diamond holds its bottom once, where it is reached first; so does naming it twice."""
    top = scenario("top", "left", "right", "bottom", "bottom")
    files = known(top, scenario("left", "bottom"), scenario("right", "bottom"), scenario("bottom", shifts=2))
    wanted = [("bottom", 0), ("bottom", 1), ("left", 0), ("right", 0), ("top", 0)]
    assert places(acts(top, files)) == wanted


def test_flattening_twice_is_flattening_once() -> None:
    """A scenario with its includes written out does the same as the scenario."""
    top = scenario("top", "a", "b")
    files = known(top, scenario("a", "b"), scenario("b"))
    flat = top.model_copy(
        update={"includes": [], "interventions": [p.intervention for p in acts(top, files)]}
    )
    assert [p.intervention for p in acts(flat, files)] == [p.intervention for p in acts(top, files)]


def test_the_baseline_does_nothing(small: Workspace) -> None:
    """Every workspace has it, and it holds no intervention."""
    assert acts(small.scenarios["baseline"], small.scenarios) == ()


@pytest.mark.parametrize(
    ("scenarios", "message"),
    [
        ([scenario("a", "a")], r"in a circle: a -> a$"),
        ([scenario("a", "b"), scenario("b", "c"), scenario("c", "b")], r"in a circle: b -> c -> b$"),
        (
            [scenario("a", "bb"), scenario("bbb")],
            r"'a' includes an unknown scenario 'bb'\. Did you mean 'bbb'\?",
        ),
        ([scenario("a", "x")], r"unknown scenario 'x'\. Known: a\."),
    ],
)
def test_what_cannot_be_flattened_is_a_usage_error(scenarios: list[Scenario], message: str) -> None:
    """A circle is named as it runs, an unknown scenario with the nearest known one."""
    with pytest.raises(UsageError, match=message):
        acts(scenarios[0], known(*scenarios))


def test_rings() -> None:
    """Each circle once, whatever it is entered from; what names itself, or nothing known, is none."""
    links = {"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a", "d", "nowhere"], "e": ["f"], "f": ["e"]}
    assert rings(links) == [["a", "b", "c"], ["e", "f"]]
    assert around(["a", "b", "c"]) == "a -> b -> c -> a"
    assert rings({"d": ["a", "d"], "a": []}) == []
