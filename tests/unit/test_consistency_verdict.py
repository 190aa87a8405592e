"""The consistency verdict: hand-computed cases on three drivers, and where each judgment stands."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import forecast
from forecast.consistency.imposed import forced_shocks, held_drivers, imposed_levels
from forecast.consistency.pushes import jump_points, variant_of
from forecast.consistency.verdict import DriverVerdict, Verdict, in_a_word, verdict
from forecast.inputs.records import CrossImpact, Intervention, Jump, Shock
from forecast.inputs.workspace import Workspace

SMALL = Path(__file__).resolve().parents[1] / "workspaces" / "small"
AS_OF, HORIZON = dt.date(2025, 7, 1), dt.date(2035, 12, 31)

THREAT, TRADE, BORDER = "shared_threat", "trade", "border_dispute"
Impacts = Sequence[tuple[str, str, float]]


def judged(
    workspace: Workspace, impacts: Impacts, shocks: Mapping[str, dict[str, Any]] | None = None
) -> Workspace:
    """The workspace with these cross-impacts and shocks in place of its own."""
    drivers = workspace.drivers.model_copy(
        update={
            "cross_impacts": [
                CrossImpact.model_validate({"from": a, "to": b, "strength": c, "rationale": f"{a} to {b}."})
                for a, b, c in impacts
            ]
        }
    )
    records = {
        name: Shock.model_validate(
            {
                "name": name,
                "definition": "An event.",
                "rate": {"p05": 0.01, "p50": 0.02, "p95": 0.05},
                "jumps": jumps,
                "rationale": "A shock.",
            }
        )
        for name, jumps in (shocks or {}).items()
    }
    return dataclasses.replace(workspace, drivers=drivers, shocks=records, lines={})


def acts(*stated: dict[str, dict[str, Any]]) -> list[Intervention]:
    """Interventions as a file states them."""
    return [Intervention.model_validate(one) for one in stated]


def hold(driver: str, level: float = 1.0, **window: Any) -> dict[str, dict[str, Any]]:
    """A hold as a file states it."""
    return {"hold": {"driver": driver, "level": level, **window}}


def held(workspace: Workspace, **deviations: float) -> Verdict:
    """The verdict on a scenario that holds these drivers so far off their projections."""
    holds = acts(*(hold(driver, off) for driver, off in deviations.items()))
    return verdict(workspace, "whatif", deviations, interventions=holds)


def on(found: Verdict, driver: str) -> DriverVerdict:
    """What the verdict says of one driver."""
    return next(one for one in found.drivers if one.driver == driver)


def jump(p50: float, **more: Any) -> dict[str, Any]:
    """A jump as a file states it."""
    return {"p05": p50 - 0.2, "p50": p50, "p95": p50 + 0.2, **more}


def test_a_driver_set_against_a_judgment(small: Workspace) -> None:
    """Threat lifts trade by 2: trade held high agrees; held low, it scores -2 where high scores 2."""
    workspace = judged(small, [(THREAT, TRADE, 2)])
    agreed, against = held(workspace, shared_threat=1, trade=1), held(workspace, shared_threat=1, trade=-1)
    assert (agreed.word, agreed.inconsistency) == ("consistent", 0)
    assert on(agreed, TRADE).balance == on(against, TRADE).balance == (-2, 0, 2)
    assert (against.word, against.inconsistency) == ("contradictory", 4)
    assert [(p.from_, p.points) for p in on(agreed, TRADE).supports] == [(THREAT, 2)]
    assert on(agreed, TRADE).contradicts == ()
    assert [(p.from_, p.points) for p in on(against, TRADE).contradicts] == [(THREAT, 2)]
    assert on(against, TRADE).supports == ()
    assert against.contradicted_by == on(against, TRADE).contradicts


@pytest.mark.parametrize(
    ("strength", "trade", "inconsistency", "word"),
    [
        (1, -1.0, 2, "strained"),
        (1, 0.0, 1, "strained"),
        (2, 0.0, 2, "strained"),
        (3, 0.0, 3, "contradictory"),
        (-1, 1.0, 2, "strained"),
        (-1, -1.0, 0, "consistent"),
        (1.5, -1.0, 3, "contradictory"),
        (3, 1.0, 0, "consistent"),
    ],
)
def test_the_inconsistency_in_points(
    small: Workspace, strength: float, trade: float, inconsistency: float, word: str
) -> None:
    """|P| - state P: twice the push against a driver, once against its usual level, nothing along with it."""
    found = held(judged(small, [(THREAT, TRADE, strength)]), shared_threat=1, trade=trade)
    assert on(found, TRADE).inconsistency == found.inconsistency == inconsistency
    assert on(found, TRADE).direct == inconsistency
    assert found.word == on(found, TRADE).word == word
    assert bool(found.contradicted_by) == (word != "consistent")


def test_words_end_at_two_points() -> None:
    """Nothing is consistent, up to two points a strain, beyond a contradiction; rounding aside."""
    points = [0.0, 1e-12, 0.5, 2.0, 2.0 + 1e-12, 2.01, 12.0]
    assert [in_a_word(p) for p in points] == ["consistent"] * 2 + ["strained"] * 3 + ["contradictory"] * 2


def test_variants_begin_at_a_quarter_of_a_unit() -> None:
    """Low up to -0.25, high from 0.25, usual between."""
    assert [variant_of(d) for d in (-3, -0.25, -0.24, 0, 0.24, 0.25, 3)] == (
        ["low"] * 2 + ["usual"] * 3 + ["high"] * 2
    )


def test_judgments_on_both_sides(small: Workspace) -> None:
    """Pushes add; each is listed on its side, the strongest first; a low cause pushes the other way."""
    workspace = judged(small, [(THREAT, TRADE, 1), (BORDER, TRADE, -3), (TRADE, BORDER, 0)])
    found = on(held(workspace, shared_threat=1, border_dispute=1, trade=1), TRADE)
    assert (found.push, found.inconsistency) == (-2, 4)
    assert [p.from_ for p in found.supports] == [THREAT]
    assert [p.from_ for p in found.contradicts] == [BORDER]
    turned = on(held(workspace, shared_threat=-1, border_dispute=-1, trade=1), TRADE)
    assert (turned.push, turned.inconsistency) == (2, 0)
    assert [(p.from_, p.strength, p.points) for p in turned.supports] == [(BORDER, -3, 3)]


def test_held_at_the_usual_level(small: Workspace) -> None:
    """What pushes the way the sum does contradicts, what pushes back supports; if all cancels, all does."""
    workspace = judged(small, [(THREAT, TRADE, 3), (BORDER, TRADE, -1)])
    found = on(held(workspace, shared_threat=1, border_dispute=1, trade=0.2), TRADE)
    assert (found.variant, found.deviation, found.inconsistency) == ("usual", 0.2, 2)
    assert [p.from_ for p in found.contradicts] == [THREAT]
    assert [p.from_ for p in found.supports] == [BORDER]
    workspace = judged(small, [(THREAT, TRADE, 1), (BORDER, TRADE, -1)])
    found = on(held(workspace, shared_threat=1, border_dispute=1, trade=0), TRADE)
    assert found.inconsistency == 0
    assert {p.from_ for p in found.supports} == {THREAT, BORDER}


def test_the_free_follow(small: Workspace) -> None:
    """Threat brings trade, which settles the border; held high against that, the border is contradicted.

    Of that the scenario's own parts say nothing: ``direct`` is 0, and the judgment is not of what is imposed.
    """
    workspace = judged(small, [(THREAT, TRADE, 1), (TRADE, BORDER, -2)])
    found = held(workspace, shared_threat=1, border_dispute=1)
    assert [(f.driver, f.state, f.push) for f in found.followers] == [(TRADE, 1, 1)]
    assert [p.from_ for p in found.followers[0].pushes] == [THREAT]
    border = on(found, BORDER)
    assert (border.inconsistency, border.direct) == (4, 0)
    assert [(p.from_, p.imposed) for p in border.contradicts] == [(TRADE, False)]
    assert held(workspace, shared_threat=1, border_dispute=-1).word == "consistent"


def test_the_free_that_nothing_pushes_are_usual(small: Workspace) -> None:
    """No judgment, no followers: everything that is not set stays at its projection and pushes nothing."""
    found = held(judged(small, [(TRADE, BORDER, 3)]), shared_threat=2)
    assert found.followers == ()
    assert found.word == "consistent"


def test_a_follower_whose_support_ends_goes_back(small: Workspace) -> None:
    """Threat lifts trade and brings border disputes, which undo it: trade that nets 0 is usual again."""
    workspace = judged(small, [(THREAT, TRADE, 1), (THREAT, BORDER, 1), (BORDER, TRADE, -1)])
    assert [(f.driver, f.state) for f in held(workspace, shared_threat=1).followers] == [(BORDER, 1)]


def test_what_goes_round_counts_as_its_mean(small: Workspace) -> None:
    """Trade brings disputes, which end trade, which ends disputes: a cycle of four, each high for two of it.

    Threat pushes trade up by 1 always and disputes push it down by 1 half the time: a half on average.
    """
    workspace = judged(small, [(THREAT, TRADE, 1), (TRADE, BORDER, 1), (BORDER, TRADE, -1)])
    found = held(workspace, shared_threat=1)
    assert found.swinging == (TRADE, BORDER)
    assert [(f.driver, f.state, f.push) for f in found.followers] == [(TRADE, 0.5, 0.5), (BORDER, 0.5, 0.5)]
    assert sum(p.points for p in found.followers[0].pushes) == 0.5
    assert found.word == "consistent"


def test_a_forced_shock_pushes(small: Workspace) -> None:
    """Its jumps, in points, bear on what the scenario holds, and on what follows; another shock does not."""
    shocks = {"war": {TRADE: jump(-1.6), BORDER: jump(0.3)}, "thaw": {TRADE: jump(3)}}
    workspace = judged(small, [(TRADE, BORDER, -1)], shocks)
    force = {"force": {"shock": "war", "date": "2028-01-01"}}
    found = verdict(workspace, "whatif", {TRADE: 1.0}, interventions=acts(hold(TRADE), force, force))
    assert found.shocks == ("war",)
    assert found.inconsistency == 4
    (push,) = on(found, TRADE).contradicts
    assert (push.kind, push.from_, push.strength, push.points, push.imposed) == ("shock", "war", -2, -2, True)
    assert push.rationale == "A shock."
    alone = verdict(workspace, "whatif", {}, interventions=acts(force))
    assert [(f.driver, f.state) for f in alone.followers] == [(TRADE, -1), (BORDER, 1)]
    assert alone.word == "consistent"


def test_a_shock_may_have_a_drivers_name(small: Workspace) -> None:
    """Ids of shocks and drivers are apart: the event of the dispute is not the level of it."""
    workspace = judged(small, [(BORDER, TRADE, -1)], {BORDER: {TRADE: jump(1)}})
    force = {"force": {"shock": BORDER, "date": "2028-01-01"}}
    found = verdict(workspace, "whatif", {BORDER: 1, TRADE: 1}, interventions=acts(hold(BORDER), force))
    assert on(found, TRADE).push == 0
    assert {(p.kind, p.points) for p in (*on(found, TRADE).supports, *on(found, TRADE).contradicts)} == {
        ("shock", 1),
        ("cross-impact", -1),
    }


@pytest.mark.parametrize(
    ("p50", "reversed_", "points"),
    [
        (0.4, 0.0, 0),
        (0.5, 0.0, 1),
        (-0.5, 0.0, -1),
        (2.5, 0.0, 3),
        (-4.0, 0.0, -3),
        (2.0, 0.5, 0),
        (2.0, 0.25, 1),
        (2.0, 1.0, -2),
    ],
)
def test_jumps_in_points(p50: float, reversed_: float, points: int) -> None:
    """Whole points, halves away from 0, three at most; a contested sign counts for less, an even one not."""
    assert jump_points(Jump.model_validate(jump(p50, reversed=reversed_))) == points


def test_a_small_shift_imposes_nothing(small: Workspace) -> None:
    """A shifted driver still answers to the others: under a quarter of a unit it follows, above is judged."""
    workspace = judged(small, [(THREAT, TRADE, 3)])
    threat, shift = hold(THREAT), {"shift": {"driver": TRADE, "amount": 0.2}}
    small_one = verdict(workspace, "whatif", {THREAT: 1, TRADE: 0.2}, interventions=acts(threat, shift))
    assert [d.driver for d in small_one.drivers] == [THREAT]
    assert [f.driver for f in small_one.followers] == [TRADE]
    large = verdict(workspace, "whatif", {THREAT: 1, TRADE: -0.6}, interventions=acts(threat, shift))
    assert on(large, TRADE).inconsistency == 6


def test_no_intervention_is_consistent(small: Workspace) -> None:
    """The baseline imposes nothing and is contradicted by nothing."""
    found = verdict(judged(small, [(THREAT, TRADE, 3)]), "baseline", {}, interventions=[])
    assert found == Verdict("baseline", "consistent", 0.0, (), (), (), ())


def test_a_judgment_of_a_driver_on_itself_does_not_count(small: Workspace) -> None:
    """That a driver keeps itself up says nothing of whether the others agree."""
    assert held(judged(small, [(TRADE, TRADE, -3)]), trade=1).word == "consistent"


def test_what_there_is_not_is_refused(small: Workspace) -> None:
    """A deviation of no driver and a shock that no file has."""
    workspace = judged(small, [])
    with pytest.raises(ValueError, match=r"no driver 'oil' \(found shared_threat, trade, border_dispute\)"):
        held(workspace, oil=1)
    force = acts({"force": {"shock": "war", "date": "2028-01-01"}})
    with pytest.raises(ValueError, match=r"no shock 'war' \(found none\)"):
        verdict(workspace, "whatif", {}, interventions=force)


def test_each_judgment_says_where_it_stands(tmp_path: Path) -> None:
    """File and line of a cross-impact and of a jump, as the files are read."""
    shutil.copytree(SMALL, tmp_path / "ws")
    priors = tmp_path / "ws" / "priors"
    drivers = (priors / "drivers.yaml").read_text("utf-8").partition("\ncross_impacts:")[0].rstrip()
    added = """
cross_impacts:
  - {from: trade, to: border_dispute, strength: -1, rationale: Trade softens.}
  - {from: shared_threat, to: trade, strength: 2, rationale: Threat turns trade inward.}
"""
    (priors / "drivers.yaml").write_text(drivers + added, "utf-8")
    (priors / "shocks.yaml").write_text(
        """schema: shocks/1
shocks:
  embargo:
    name: Embargo
    definition: Third powers stop trading with both.
    rate: {p05: 0.01, p50: 0.02, p95: 0.05}
    jumps:
      trade: {p05: 0.5, p50: 1.0, p95: 1.5, rationale: They trade with one another instead.}
    rationale: As happened once.
""",
        "utf-8",
    )
    workspace = forecast.load(tmp_path / "ws")
    found = verdict(
        workspace,
        "whatif",
        {THREAT: 1.0, TRADE: -1.0},
        interventions=acts(hold(THREAT), hold(TRADE), {"force": {"shock": "embargo", "date": "2028-01-01"}}),
    )
    threat, embargo = on(found, TRADE).contradicts
    where = drivers.count("\n") + 1 + added.partition("strength: 2")[0].count("\n")
    assert threat.place == f"priors/drivers.yaml:{where}"
    assert (threat.at, threat.rationale) == ("cross_impacts[1]", "Threat turns trade inward.")
    assert embargo.place == "priors/shocks.yaml:8"
    assert embargo.rationale == "They trade with one another instead."


@given(
    st.lists(
        st.tuples(
            st.sampled_from([THREAT, TRADE, BORDER]),
            st.sampled_from([THREAT, TRADE, BORDER]),
            st.integers(-3, 3),
        ),
        unique_by=lambda one: one[:2],
    ),
    st.dictionaries(st.sampled_from([THREAT, TRADE, BORDER]), st.sampled_from([-1.0, 0.0, 1.0])),
)
def test_judgments_add_up_to_the_balance(
    small: Workspace, impacts: Impacts, deviations: dict[str, float]
) -> None:
    """Whatever is judged and held: pushes sum to the balance, sides are right, and mirrored worlds agree."""
    workspace = judged(small, impacts)
    found, mirrored = (
        held(workspace, **{d: sign * off for d, off in deviations.items()}) for sign in (1, -1)
    )
    for one in found.drivers:
        assert sum(p.points for p in (*one.supports, *one.contradicts)) == pytest.approx(one.push)
        assert one.inconsistency == pytest.approx(
            max(one.balance) - np.interp(one.deviation, [-1, 0, 1], one.balance)
        )
        assert bool(one.inconsistency) <= bool(one.contradicts)
    assert mirrored.inconsistency == pytest.approx(found.inconsistency)
    assert mirrored.word == found.word


@pytest.mark.parametrize(
    ("interventions", "level"),
    [
        ([hold(TRADE, 2.0)], 2.0),
        ([{"shift": {"driver": TRADE, "amount": 0.5}}], 1.5),
        ([{"shift": {"driver": TRADE, "amount": 0.5}}, {"shift": {"driver": TRADE, "amount": -2}}], -0.5),
        # From the projected 1 to 3: on average 2.
        ([{"ramp": {"driver": TRADE, "level": 3.0, "start": "2027-01-01", "end": "2030-12-31"}}], 2.0),
        # 2028 has 366 days, 2029 365.
        (
            [
                hold(TRADE, 2.0, start="2028-01-01", end="2028-12-31"),
                hold(TRADE, 0.0, start="2029-01-01", end="2029-12-31"),
            ],
            2.0 * 366 / 731,
        ),
        # A ramp goes on from the hold before it: 366 days at 3, then 365 on average half way to -1.
        (
            [
                {"ramp": {"driver": TRADE, "level": -1.0, "start": "2029-01-01", "end": "2029-12-31"}},
                hold(TRADE, 3.0, start="2028-01-01", end="2028-12-31"),
            ],
            (366 * 3 + 365 * 1) / 731,
        ),
        # A hold wins over a shift while both last; outside it the shift counts alone.
        (
            [
                {"shift": {"driver": TRADE, "amount": 1.0, "start": "2028-01-01", "end": "2029-12-31"}},
                hold(TRADE, -1.0, start="2028-01-01", end="2028-12-31"),
            ],
            (366 * -1 + 365 * 2) / 731,
        ),
        # A ramp under a shift starts from the shifted level.
        (
            [
                {"shift": {"driver": TRADE, "amount": 1.0, "start": "2028-01-01", "end": "2028-12-31"}},
                {"ramp": {"driver": TRADE, "level": 4.0, "start": "2028-01-01", "end": "2028-12-31"}},
            ],
            3.0,
        ),
        # A ramp of one day is at its level.
        ([{"ramp": {"driver": TRADE, "level": 3.0, "start": "2028-01-01", "end": "2028-01-01"}}], 3.0),
        # Only what lies inside the forecast counts: 2025-07-01 to 2025-12-31.
        (
            [
                hold(TRADE, 5.0, start="2020-01-01", end="2025-12-31"),
                hold(TRADE, -9.0, start="2036-01-01", end="2040-01-01"),
            ],
            5.0,
        ),
    ],
)
def test_the_level_a_scenario_imposes(interventions: list[dict[str, dict[str, Any]]], level: float) -> None:
    """The mean over the days touched, with trade projected at 1."""
    found = imposed_levels(acts(*interventions), {TRADE: 1.0}, as_of=AS_OF, horizon=HORIZON)
    assert found == {TRADE: pytest.approx(level, abs=1e-12)}


def test_levels_of_what_is_not_touched() -> None:
    """A driver touched on no day of the forecast has no level here, and shocks touch none."""
    force = {"force": {"shock": "war", "date": "2028-01-01"}}
    late = hold(TRADE, start="2036-01-01", end="2037-01-01")
    assert imposed_levels(acts(force, late), {TRADE: 1.0}, as_of=AS_OF, horizon=HORIZON) == {}
    with pytest.raises(ValueError, match="'trade' is touched and has no projected level"):
        imposed_levels(acts(hold(TRADE)), {}, as_of=AS_OF, horizon=HORIZON)


def test_who_is_held_and_what_is_forced() -> None:
    """Holds and ramps hold, shifts do not; only a forced shock is on, once however often."""
    stated = acts(
        hold(THREAT),
        {"ramp": {"driver": TRADE, "level": 1, "end": "2030-01-01"}},
        {"shift": {"driver": BORDER, "amount": 1}},
        {"forbid": {"shock": "calm"}},
        {"rate": {"shock": "calm", "times": 2}},
        {"force": {"shock": "war", "date": "2028-01-01"}},
        {"force": {"shock": "war", "date": "2029-01-01"}},
        {"hazard": {"transition": "partnership->split", "times": 2}},
    )
    assert held_drivers(stated) == {THREAT, TRADE}
    assert forced_shocks(stated) == ("war",)
