"""What is said of scenarios that are legal but odd; faults have their folders under tests/bad_inputs."""

from __future__ import annotations

from pathlib import Path

import pytest
from what_if import add, edit, what_if

from forecast.errors import InputError
from forecast.inputs import load

CLASH = "scenarios/clash.yaml"
HEAD = "schema: scenario/1\nid: {id}\ntitle: x\nstoryline: x\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A workspace with shocks to change."""
    return what_if(tmp_path / "w")


def warnings_of(root: Path) -> list[str]:
    """What a workspace warns of: file, line, place and message."""
    return [f"{p.file}:{p.line} {p.at}: {p.message}" for p in load(root).warnings]


def errors_of(root: Path) -> list[str]:
    """What is wrong with it."""
    with pytest.raises(InputError, match=r"nothing was run\.") as caught:
        load(root)
    return [f"{p.file}:{p.line} {p.at}: {p.message}" for p in caught.value.problems]


def scenario(root: Path, name: str, *interventions: str, includes: str = "") -> None:
    """Write a scenario."""
    text = HEAD.format(id=name) + (f"includes: [{includes}]\n" if includes else "")
    lines = [f"  - {one}\n" for one in interventions]
    (root / f"scenarios/{name}.yaml").write_text(
        text + "".join(["interventions:\n", *lines] if lines else [])
    )


def test_every_kind_of_intervention_loads_without_a_word(root: Path) -> None:
    """A scenario with all of them, and another's with them, is no fault."""
    assert warnings_of(root) == []
    assert [i.kind for i in load(root).scenarios["clash"].interventions] == [
        *("force", "forbid", "rate", "hazard", "ramp"),
    ]


@pytest.mark.parametrize(
    ("intervention", "warning"),
    [
        ("shift: {driver: trade, amount: 0}", "shift.amount: is 0: this does nothing"),
        ("rate: {shock: border_clash, times: 1}", "rate.times: is 1: this does nothing"),
        ("hazard: {transition: alliance->split, times: 1}", "hazard.times: is 1: this does nothing"),
        (
            "hazard: {transition: split->alliance, times: 2}",
            "hazard.transition: has no rate that could be multiplied, so that this does nothing; give it one "
            "in priors/base_rates.yaml, under elicited",
        ),
        (
            "force: {shock: border_clash, date: 2025-07-01}",
            "force.date: 2025-07-01 is not after as_of = 2025-07-01; it is done only with an earlier --as-of",
        ),
        (
            "force: {shock: treaty_lapses, date: 2028-06-01}",
            "force.date: no window of 'treaty_lapses' is open on 2028-06-01; it strikes there all the same",
        ),
        (
            "rate: {shock: border_clash, times: 2, end: 2024-12-31}",
            "rate.end: 2024-12-31 is outside the forecast, 2025-07-01 (as_of) to 2035-12-31 (horizon); only "
            "what lies inside is done",
        ),
    ],
)
def test_what_does_nothing_or_little_is_said(root: Path, intervention: str, warning: str) -> None:
    """A warning at its place; the workspace loads."""
    scenario(root, "odd", intervention)
    assert warnings_of(root) == [f"scenarios/odd.yaml:6 interventions[0].{warning}"]


def test_a_rate_once_elicited_can_be_multiplied(root: Path) -> None:
    """A transition that base_rates.yaml gives a rate is no empty one."""
    scenario(root, "odd", "hazard: {transition: split->alliance, times: 2}")
    add(root, "priors/base_rates.yaml", "  split->alliance: {p05: 0.001, p50: 0.005, p95: 0.02}\n")
    assert warnings_of(root) == []


def test_a_scenario_that_holds_nothing_is_the_baseline(root: Path) -> None:
    """It is said, not refused; one that only includes another is none such."""
    scenario(root, "empty")
    scenario(root, "again", includes="clash")
    assert warnings_of(root) == [
        "scenarios/empty.yaml:1 : neither intervenes nor includes: it is the baseline again"
    ]


def test_holds_that_follow_one_another_are_no_contradiction(root: Path) -> None:
    """The day after the last is free again, within a file and through an include; shifts add to anything."""
    scenario(
        root,
        "after",
        "ramp: {driver: shared_threat, level: 0, start: 2032-01-01, end: 2033-12-31}",
        "hold: {driver: shared_threat, level: 0, start: 2034-01-01}",
        "shift: {driver: shared_threat, amount: 1}",
        "shift: {driver: shared_threat, amount: 1}",
        includes="threat_stays",
    )
    assert warnings_of(root) == []


def test_shocks_that_do_not_meet_are_no_contradiction(root: Path) -> None:
    """Forced after it was forbidden, or rarer and rarer; two rates multiply."""
    scenario(
        root,
        "apart",
        "forbid: {shock: border_clash, end: 2028-01-01}",
        "force: {shock: border_clash, date: 2028-01-02}",
        "force: {shock: border_clash, date: 2029-01-02}",
        "rate: {shock: border_clash, times: 2, start: 2028-01-02}",
        "rate: {shock: border_clash, times: 2, start: 2028-01-02}",
        "forbid: {shock: leader_exit}",
    )
    assert warnings_of(root) == []


def test_a_contradiction_is_told_where_it_is_made(root: Path) -> None:
    """Once, in the scenario that brings both together, and not again in those that include it."""
    scenario(root, "both", "hold: {driver: shared_threat, level: 0}", includes="threat_stays")
    scenario(root, "more", "shift: {driver: trade, amount: 1}", includes="both")
    assert errors_of(root) == [
        "scenarios/both.yaml:7 interventions[0].hold.driver: 'shared_threat' is held twice at one time, "
        "here and in scenarios/threat_stays.yaml:7"
    ]


def test_what_two_included_scenarios_do_is_told_of_their_meeting(root: Path) -> None:
    """At the include that brings the second, through however many files it comes."""
    scenario(root, "calm", "forbid: {shock: border_clash}")
    scenario(root, "calmer", "shift: {driver: trade, amount: 1}", includes="calm")
    scenario(root, "meeting", includes="clash, calmer")
    assert errors_of(root) == [
        "scenarios/meeting.yaml:5 includes[1]: 'border_clash' is forced on 2028-06-01, when it is forbidden, "
        "in scenarios/clash.yaml:10 and scenarios/calm.yaml:6"
    ]


def test_a_scenario_included_twice_over_does_not_contradict_itself(root: Path) -> None:
    """A hold that is reached by two ways is one hold."""
    scenario(root, "left", includes="threat_stays")
    scenario(root, "right", includes="threat_stays")
    scenario(root, "top", includes="left, right")
    assert warnings_of(root) == []


def test_a_circle_hides_no_contradiction_of_its_own(root: Path) -> None:
    """What stands in one file is checked though its includes cannot be followed."""
    edit(root, CLASH, "[threat_stays]", "[nowhere]")
    edit(root, CLASH, "forbid: {shock: leader_exit", "forbid: {shock: border_clash")
    assert [line.split(":")[1] for line in errors_of(root)] == [
        "8 includes[0]",
        "11 interventions[1].forbid.shock",
    ]


def test_without_a_question_only_what_dates_say_is_checked(root: Path) -> None:
    """A question with a fault of its own makes no scenario look late."""
    edit(root, "priors/question.yaml", "horizon: 2035-12-31", "horizon: 2020-12-31")
    assert [line.split(" ")[0] for line in errors_of(root)] == ["priors/question.yaml:6"]
