"""Edits: what is told apart, in which words, and that any set of them makes a version of its own."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from what_if import edit, what_if

import forecast
from forecast.difference.edits import Edit, apply, edits
from forecast.difference.groups import between, grouped, joined
from forecast.difference.hybrid import InvalidError
from forecast.inputs.knobs import knob, knobs, turned
from forecast.inputs.workspace import Workspace

#: What is read from files.
HOMES = (
    *("question", "sources", "drivers", "indicators", "measurements", "base_rates", "history", "shocks"),
    *("scenarios", "second_coding"),
)
Change = Callable[[Workspace], Workspace]


def source(name: str, **update: Any) -> Change:
    """Fields of a source changed."""

    def change(w: Workspace) -> Workspace:
        if name not in w.sources:
            return w
        return dataclasses.replace(w, sources={**w.sources, name: w.sources[name].model_copy(update=update)})

    return change


def newcomer(w: Workspace) -> Workspace:
    """A source more, in both panels."""
    one = w.sources["smith2019"].model_copy(update={"id": "newcomer"})
    panels = {name: [*members, "newcomer"] for name, members in w.question.panels.items()}
    return dataclasses.replace(
        w,
        sources=dict(sorted({**w.sources, "newcomer": one}.items())),
        question=w.question.model_copy(update={"panels": panels}),
    )


def leaver(w: Workspace) -> Workspace:
    """A source less, and out of the panels."""
    panels = {n: [m for m in members if m != "jones2022"] for n, members in w.question.panels.items()}
    return dataclasses.replace(
        w,
        sources={name: one for name, one in w.sources.items() if name != "jones2022"},
        question=w.question.model_copy(update={"panels": panels}),
    )


def without_dispute(w: Workspace) -> Workspace:
    """A driver less, and all that names it."""
    drivers = {n: d for n, d in w.drivers.drivers.items() if n != "border_dispute"}
    sources = {
        name: one.model_copy(
            update={
                "effects": {d: e for d, e in one.effects.items() if d != "border_dispute"},
                "levels": [level for level in one.levels if level.driver != "border_dispute"],
            }
        )
        for name, one in w.sources.items()
    }
    return dataclasses.replace(w, drivers=w.drivers.model_copy(update={"drivers": drivers}), sources=sources)


def shorter_series(w: Workspace) -> Workspace:
    """Rows less."""
    return dataclasses.replace(w, measurements=w.measurements[1:-1])


def later(w: Workspace) -> Workspace:
    """Another horizon."""
    return dataclasses.replace(w, question=w.question.model_copy(update={"horizon": dt.date(2034, 12, 31)}))


def scenario_gone(w: Workspace) -> Workspace:
    """A scenario less."""
    return dataclasses.replace(w, scenarios={n: s for n, s in w.scenarios.items() if n != "trade_grows"})


CHANGES: tuple[Change, ...] = (
    newcomer,
    leaver,
    without_dispute,
    shorter_series,
    later,
    scenario_gone,
    source("smith2019", rationale="Other words."),
    source("smith2019", levels=[]),
    source("expert_one", kind="analyst", cluster="smith"),
)
#: Knobs that can be raised by a tenth.
NUMBERS = 40


@st.composite
def versions(draw: st.DrawFn, small: Workspace) -> Workspace:
    """The small workspace with some changes at once."""
    paths = [path for path in knobs(small) if knob(small, path).kind == "quantiles"][:NUMBERS]
    picked = draw(st.lists(st.sampled_from(paths), max_size=4, unique=True))
    values = {path: knob(small, path).current for path in picked}
    now = turned(small, {path: 0.9 * v for path, v in values.items() if isinstance(v, float) and v})
    for change in draw(st.lists(st.sampled_from(CHANGES), max_size=4, unique=True)):
        now = change(now)
    return now


def same(a: Workspace, b: Workspace) -> bool:
    """Whether all that is read from files is equal."""
    return all(getattr(a, home) == getattr(b, home) for home in HOMES)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_set_of_edits_is_a_version(small: Workspace, data: st.DataObject) -> None:
    """None of them is the old version, all are the new; of some, exactly these tell it from the old one."""
    new = data.draw(versions(small))
    told = edits(small, new)
    assert len({one.id for one in told}) == len(told)
    assert apply(small, new, [], told) is small
    assert same(apply(small, new, told, told), new)
    picked = data.draw(st.sets(st.integers(0, len(told) - 1))) if told else set[int]()
    some = [told[i] for i in sorted(picked)]
    try:
        version = apply(small, new, some, told)
    except InvalidError:  # a record that does not accept both
        return
    assert {one.id for one in edits(small, version)} == {one.id for one in some}
    assert {one.id for one in edits(version, new)} == {one.id for one in told} - {one.id for one in some}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_groups_are_done_or_left_alone(small: Workspace, data: st.DataObject) -> None:
    """Every edit that moves something is in one group, and any groups together make files that hold."""
    new = data.draw(versions(small))
    told = between(small, new, edits(small, new))
    groups = grouped(told)
    assert sorted(i for group in groups for i in group) == list(range(len(told.edits)))
    picked = data.draw(st.sets(st.integers(0, len(groups) - 1))) if groups else set[int]()
    assert told.holds(frozenset(i for at in picked for i in groups[at]))


def ids(small: Workspace, new: Workspace) -> list[set[str]]:
    """The ids of each group of edits."""
    told = between(small, new, edits(small, new))
    return [{told.edits[i].id for i in group} for group in grouped(told)]


def test_a_new_source_comes_with_its_places(small: Workspace) -> None:
    """A panel cannot name a source that is not there."""
    assert ids(small, newcomer(small)) == [
        {"question.panels.all.newcomer", "question.panels.texts.newcomer", "sources.newcomer"}
    ]


def test_a_driver_goes_with_all_that_names_it(small: Workspace) -> None:
    """Its effects and levels go with it; another edit stays apart."""
    new = source("jones2022", weight=0.4)(without_dispute(small))
    assert ids(small, new) == [
        {
            "sources.expert_one.levels.border_dispute.2025-07-01",
            "sources.smith2019.effects.border_dispute",
            "drivers.drivers.border_dispute",
        },
        {"sources.jones2022.weight"},
    ]


def test_a_set_without_an_answer_joins_its_groups(small: Workspace) -> None:
    """What two edits make together was tried and failed: they are no longer apart."""
    new = source("jones2022", weight=0.4)(source("smith2019", weight=0.9)(small))
    new = source("expert_one", weight=0.8)(new)
    told = between(small, new, edits(small, new))
    told.failed.add(frozenset({0, 1}))
    groups = joined(told, grouped(told), frozenset({0, 1}))
    assert any({0, 1} <= set(group) for group in groups)


def told(tmp_path: Path, file: str, old: str, new: str) -> tuple[Edit, ...]:
    """The edits that one replacement in a file makes."""
    before, after = what_if(tmp_path / "old"), what_if(tmp_path / "new")
    edit(after, file, old, new)
    return edits(forecast.load(before), forecast.load(after))


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            "priors/sources/smith2019.yaml",
            "p50: 0.06, p95: 0.15",
            "p50: 0.07, p95: 0.2",
            "smith2019 on alliance: p50 6.0% -> 7.0%, p95 15% -> 20%",
        ),
        (
            "priors/sources/smith2019.yaml",
            "shared_threat: {alliance: 2",
            "shared_threat: {alliance: 1.5",
            "smith2019 on the effect of shared_threat: alliance 2 -> 1.5",
        ),
        (
            "priors/sources/smith2019.yaml",
            "p50: 0.9, p95: 1.6",
            "p50: 1.0, p95: 1.6",
            "smith2019 on the level of shared_threat on 2018-07-01: p50 0.9 -> 1",
        ),
        ("priors/sources/jones2022.yaml", "weight: 0.5", "weight: 0.8", "jones2022, weight: 0.5 -> 0.8"),
        (
            "priors/drivers.yaml",
            "half_life_years: {p05: 3, p50: 8",
            "half_life_years: {p05: 3, p50: 7",
            "shared_threat, half life years: p50 8 -> 7",
        ),
        (
            "priors/drivers.yaml",
            "p50: 1.2, p95: 2.0",
            "p50: 1.3, p95: 2.0",
            "reading of shared_threat on 2024-07-01: p50 1.2 -> 1.3",
        ),
        (
            "priors/drivers.yaml",
            "{alliance->partnership: -1}",
            "{alliance->partnership: -2}",
            "shared_threat, return alliance->partnership: -1 -> -2",
        ),
        ("priors/indicators.csv", "2003,1.7", "2003,1.8", "series trade_share: 2003 1.7 -> 1.8"),
        (
            "priors/indicators.yaml",
            "error_sd: 0.3",
            "error_sd: 0.4",
            "trade_share, error sd: 0.3 -> 0.4",
        ),
        (
            "priors/base_rates.yaml",
            "use: neighbours",
            "use: major_dyads",
            "base rates, use: neighbours -> major_dyads",
        ),
        (
            "priors/base_rates.yaml",
            "{events: 4, episodes: 3",
            "{events: 5, episodes: 3",
            "base rates, class neighbours, partnership->alliance: events 4 -> 5",
        ),
        ("priors/question.yaml", "horizon: 2035", "horizon: 2034", "horizon: 2035-12-31 -> 2034-12-31"),
        (
            "priors/shocks.yaml",
            "p10: 0.05, p50: 0.1, p90: 0.2",
            "p10: 0.05, p50: 0.12, p90: 0.2",
            "leader_exit, rate: p50 0.1 -> 0.12",
        ),
        (
            "priors/question.yaml",
            "texts: [smith2019, jones2022]",
            "texts: [smith2019]",
            "jones2022 leaves the panel texts",
        ),
    ],
)
def test_an_edit_in_words(tmp_path: Path, file: str, old: str, new: str, sentence: str) -> None:
    """What it is about and both values; its file, and the line the value stands on in the new version."""
    (one,) = told(tmp_path, file, old, new)
    assert one.sentence == sentence
    assert one.moves
    assert one.file == file
    lines = (tmp_path / "new" / file).read_text("utf-8").splitlines()
    begun = one.line_new or one.line_old
    assert 1 <= begun <= len(lines)


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("priors/sources/smith2019.yaml", "locator: pp. 3-5", "locator: p. 4", "smith2019, locator (words)"),
        (
            "priors/sources/smith2019.yaml",
            "rationale: Expects",
            "rationale: Hopes",
            "smith2019, rationale (words)",
        ),
        (
            "priors/drivers.yaml",
            "rationale: Two new",
            "rationale: Three new",
            "reading of shared_threat on 2024-07-01 (words)",
        ),
        ("priors/drivers.yaml", "name: Trade", "name: Commerce", "trade, name (words)"),
        (
            "priors/indicators.csv",
            "1.7,percent,Example statistics",
            "1.7,percent,A yearbook",
            "series trade_share (words)",
        ),
        ("scenarios/trade_grows.yaml", "title: Trade", "title: All trade", "trade_grows, title (words)"),
    ],
)
def test_prose_and_scenarios_move_nothing(
    tmp_path: Path, file: str, old: str, new: str, sentence: str
) -> None:
    """They are listed, and no version between two differs by them."""
    (one,) = told(tmp_path, file, old, new)
    assert not one.moves
    assert one.sentence == sentence
    before, after = forecast.load(tmp_path / "old"), forecast.load(tmp_path / "new")
    assert between(before, after, [one]).edits == ()


def test_lists_in_another_order_are_the_same_judgments(small: Workspace) -> None:
    """Where items are told apart by what they are about, their order is no edit that moves anything."""
    question = small.question.model_copy(
        update={"panels": {n: members[::-1] for n, members in small.question.panels.items()}}
    )
    new = dataclasses.replace(small, question=question)
    told = edits(small, new)
    assert {one.sentence for one in told} == {"panels, all (order)", "panels, texts (order)"}
    assert not any(one.moves for one in told)
    assert same(apply(small, new, told, told), new)
