"""What numbers rest on: each piece at its own line, ranked by what draws and readings say of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_report_material import material, prior_result
from what_if import what_if

import forecast
from forecast.answering import Material, Result
from forecast.cli.explain_card import render
from forecast.drivers.kalman import levels
from forecast.errors import UsageError
from forecast.explaining.answered import estimate, quantity, scenario_value
from forecast.explaining.bases import Bases
from forecast.explaining.basis import Basis, Item, basis, clean
from forecast.explaining.ground import Ground
from forecast.explaining.influence import factors, moves
from forecast.explaining.inputs import entry
from forecast.explaining.levels import level
from forecast.explaining.ranked import leading
from forecast.explaining.readings import Seen, level_weights, readings
from forecast.explaining.target import target
from forecast.inputs import yaml_nodes
from forecast.inputs.knobs import knobs
from forecast.inputs.workspace import Workspace
from forecast.sensitivity.prior import prior_components, source_codes

__all__ = ["material"]

#: A key of every kind that the small workspace has something for.
KEYS = (
    *("answer:reached.alliance", "answer:alliance_broad", "answer:state.partnership", "outcome:alliance"),
    *("outcome:split", "definition", "index", "effect:trade:alliance", "effect:trade:split", "gain"),
    *("effect:threat_with_trade:alliance", "driver:trade", "driver:shared_threat", "dynamics:trade"),
    *("drivers:alliance", "source:jones2022", "source:expert_one", "panel", "class", "record", "unit"),
    *("question", "resolution:alliance", "settings", "lexicon", "pooled:split", "covariate:common_rival"),
    *("input:sources.smith2019.outcomes.split", "input:sources.jones2022.outcomes.alliance"),
    *("input:base_rates.use", "input:drivers.trade.volatility", "row:trade_share:2004"),
    *("scenario:trade_grows", "scenario:threat_stays"),
)


@pytest.fixture(scope="module")
def result(material: Material) -> Result:
    """The answer of the small workspace's default panel, from draws of the prior."""
    return material.main


@pytest.fixture(scope="module")
def bases(result: Result) -> Bases:
    """Its bases at the horizon."""
    return Bases(Ground(result.fit, result.baseline, result.baseline.dates[-1]))


@pytest.fixture(scope="module")
def shocked(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The small workspace with shocks."""
    return forecast.load(what_if(tmp_path_factory.mktemp("what_if") / "w"))


@cache
def values_at(root: Path, file: str) -> dict[int, list[Any]]:
    """Every value of a YAML file by the line of its key; of a CSV, every cell by its line."""
    text = (root / file).read_text("utf-8")
    if file.endswith(".csv"):
        return {n: row.split(",") for n, row in enumerate(text.splitlines(), 1)}
    tree = yaml_nodes.parse(text)
    found: dict[int, list[Any]] = {}
    pending = [("", tree)]
    while pending:
        at, node = pending.pop()
        keys = [k.value for k in node.keys] if isinstance(node.value, dict) else range(len(node.children))
        for key, child in zip(keys, node.children, strict=True):
            line = node.keys[list(keys).index(key)].line if isinstance(node.value, dict) else child.line
            found.setdefault(line, []).append(child.plain())
            pending.append((f"{at}.{key}", child))
    return found


def number(value: Any) -> Any:
    """A value of a file as the program reads it: a percentage as a fraction, a cell as a number."""
    try:
        return float(value[:-1]) / 100 if str(value).endswith("%") else float(value)
    except (TypeError, ValueError):
        return value


def held(workspace: Workspace, item: Item) -> None:
    """Assert that an item's place is there, and that what it claims is a value that stands in that line."""
    file, _, line = item.place.partition(":")
    assert (workspace.root / file).is_file(), item
    if not line:
        assert not item.claims, item
        return
    rows = (workspace.root / file).read_text("utf-8").splitlines()
    assert 1 <= int(line) <= len(rows), item
    stand = [number(v) for v in values_at(workspace.root, file).get(int(line), [])]
    for claim in item.claims:
        assert claim in stand, f"{item.place} holds {stand}, not {claim}: {item.text}"


# ----------------------------------------------------------------------------------- places


@pytest.mark.parametrize("key", KEYS)
def test_every_piece_stands_where_it_says(bases: Bases, small: Workspace, key: str) -> None:
    """Its line is there, and holds the very value it names."""
    found = bases(key)
    assert found is not None
    assert found.title
    for item in found.items:
        held(small, item)


def test_a_number_of_the_files_traces_to_exactly_its_line(shipped: Workspace, shocked: Workspace) -> None:
    """Whatever a path of the one grammar leads to: each quantile, code, count and choice of it."""
    from forecast.explaining.turnable import values

    claimed = 0
    for workspace in (shipped, shocked):
        for path in knobs(workspace):
            items = list(values(workspace, path))
            assert items or path.endswith(".level"), path
            for item in items:
                held(workspace, item)
                claimed += len(item.claims)
    assert claimed > 1500


def test_pieces_of_the_shipped_files_stand_where_they_say(shipped: Workspace) -> None:
    """Sources, shocks, cross-impacts, classes, scenarios and the question of the example."""
    from forecast.explaining import asked, events, rates, stated

    found = [
        *(item for name in shipped.sources for _, item in stated.everything(shipped, name)),
        *(item for name in shipped.shocks for item in events.shock(shipped, name)),
        *(item for name in shipped.drivers.drivers for item in events.dynamics(shipped, name)),
        *(item for name in shipped.scenarios for item in events.scenario_lines(shipped, name)),
        *events.pulls(shipped),
        *events.together(shipped),
        *rates.reference_class(shipped),
        *(item for name in ("common_rival", "log_power_ratio") for item in rates.covariate(shipped, name)),
        *asked.index(shipped),
        *asked.settings(shipped),
        *asked.coding(shipped),
        *(item for name in shipped.question.outcomes for item in asked.resolution(shipped, name)),
    ]
    for item in found:
        held(shipped, item)
    assert sum(bool(item.claims) for item in found) > 500


def test_words_stand_for_no_number(bases: Bases, small: Workspace) -> None:
    """A probability that was given in words is at their line, and claims no number of the file."""
    found = bases("input:sources.jones2022.outcomes.alliance")
    assert found is not None
    (item,) = found.items
    line = int(item.place.partition(":")[2])
    row = (small.root / "priors/sources/jones2022.yaml").read_text("utf-8").splitlines()[line - 1]
    assert "very unlikely" in row
    assert "(read from words)" in item.text
    assert item.claims == ()


def test_what_no_file_states_has_no_line(bases: Bases) -> None:
    """A setting left to the program names the file it could stand in, and says whose it is."""
    found = bases("settings")
    assert found is not None
    assert found.items[0].place == "priors/question.yaml"
    assert found.items[0].text.endswith("the program's own")


@pytest.mark.parametrize("key", ["driver:nobody", "effect:trade:nowhere", "nothing", "answer", "shock:none"])
def test_a_key_that_names_nothing_has_no_basis(bases: Bases, key: str) -> None:
    """Neither an unknown kind nor an unknown name is an error: there is nothing to show."""
    assert bases(key) is None


def test_a_text_of_a_file_steers_nothing() -> None:
    """Control characters and marks of direction are shown by their code; new lines are blanks."""
    assert clean("a\x1b[31m b\n\tc\u202ed") == "a⟨U+001B⟩[31m b c⟨U+202E⟩d"


def test_long_lists_are_cut_the_largest_first() -> None:
    """By the size of the weight, either sign; what has none comes last; the rest is counted."""
    items = [Item("a", "f:1", weight=0.1), Item("b", "f:2"), Item("c", "f:3", weight=-0.5)]
    found = basis("t", items, by_size=True, most=2)
    assert ([i.text for i in found.items], found.more) == (["c", "a"], 1)


# ----------------------------------------------------------------------------------- ranks


def test_factors_are_those_of_the_density(result: Result) -> None:
    """A source's codes add up to what the density has of them; the class is its prior's block."""
    found = factors(result.fit)
    fit = result.fit
    told = source_codes(fit.posterior.z, fit.prepared, fit.workspace, fit.panel)
    for name, density in told.items():
        mine = sum(f.log_density for f in found if f.kind == "code" and f.source == name)
        np.testing.assert_allclose(mine + np.zeros(len(density)), density, atol=1e-9)
    rates = next(c for c in prior_components(fit.posterior.z, fit.prepared) if c.group == "base_rate")
    (own,) = (f for f in found if f.kind == "class")
    np.testing.assert_allclose(own.log_density, rates.log_density)


def test_moves_are_the_gradient_of_power_scaling(result: Result) -> None:
    """ln 2 Cov(q, ln c) is the change of the mean per doubling of a component's power, at power 1."""
    found = factors(result.fit)
    q, step = result.baseline.at("reached", "alliance", result.baseline.dates[-1]), 1e-4
    moved, error = moves(q, found)
    for factor, mine in zip(found, moved, strict=True):
        up, down = (np.exp((2.0**s - 1) * factor.log_density) for s in (step, -step))
        theirs = (q @ up / up.sum() - q @ down / down.sum()) / (2 * step)
        assert mine == pytest.approx(theirs, rel=1e-5, abs=1e-9)
    assert np.all(error >= 0)


def test_definitions_share_each_draw(result: Result) -> None:
    """The shares of the lines of a broad alliance sum to one at every draw, and average to their weights."""
    lines = [f for f in factors(result.fit) if f.kind == "line"]
    total = np.sum([f.log_density for f in lines], axis=0)
    np.testing.assert_allclose(total, 1.0)
    assert sum(f.weight for f in lines) == pytest.approx(1.0)


def test_a_quarter_of_the_draws_ranks_the_same_factors(result: Result) -> None:
    """In the same order of factors, at every fourth draw."""
    every, some = factors(result.fit), factors(result.fit, every=4)
    assert [(f.kind, f.source, f.driver, f.channel) for f in some] == [
        (f.kind, f.source, f.driver, f.channel) for f in every
    ]
    np.testing.assert_allclose(some[0].log_density, every[0].log_density[::4])


def test_an_answer_lists_what_moves_it_most(bases: Bases) -> None:
    """Sizes fall; the class and the record are pieces; of a broad alliance so are its lines."""
    found = bases("answer:reached.alliance")
    assert found is not None
    sizes = [abs(item.weight or 0.0) for item in found.items]
    assert sizes == sorted(sizes, reverse=True)
    kinds = [f.kind for f in bases.ground.factors]
    assert len(found.items) + found.more == len(kinds) - kinds.count("line")
    assert {"class", "record", "ratio"} >= set(kinds) - {"outcome", "code", "line"} >= {"class", "record"}
    broad = bases("answer:alliance_broad")
    assert broad is not None
    assert len(broad.items) + broad.more == len(kinds)


def seen(result: Result) -> Seen:
    """Where the result's levels are read from."""
    fit = result.fit
    return Seen(fit.workspace, fit.panel, fit.as_of, fit.prepared.drivers)


def test_readings_are_the_observations(result: Result) -> None:
    """One piece for each, in their order: the same times, values and streams."""
    for name, told in zip(result.fit.prepared.drivers.names, result.fit.prepared.drivers.seen, strict=True):
        found = readings(seen(result), name)
        np.testing.assert_allclose([r.time for r in found], told.time)
        np.testing.assert_allclose([r.value for r in found], told.value)
        assert [r.stream for r in found] == told.stream.tolist()


def test_weights_of_readings_are_the_filter_s(result: Result) -> None:
    """At one draw of the dynamics the weighted readings give exactly the filtered level today."""
    drivers = result.fit.prepared.drivers
    for d, told in enumerate(drivers.seen):
        variances, centre = drivers.robust_sd[d] ** 2, drivers.centres[d]
        weight, constant = level_weights(
            told, variances, centre, first=float(drivers.time[0]), now=drivers.as_of
        )
        filtered = levels(told, variances, centre, drivers.time).filtered_mean[-1, 0]
        assert constant + weight @ told.value == pytest.approx(filtered, abs=1e-8)


def test_leading_drivers_are_of_the_question_asked(bases: Bases) -> None:
    """Of a broad alliance those the index weighs most; else those that do most to the hazards."""
    assert leading(bases.ground, "alliance_broad") == ("shared_threat", "trade")
    assert set(leading(bases.ground, "reached.split")) == set(bases.ground.files.drivers.drivers)


# ----------------------------------------------------------------------------------- targets


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("reached.alliance", "quantity", "reached.alliance"),
        (" alliance_broad ", "quantity", "alliance_broad"),
        ("outside_view.split", "estimate", "outside_view"),
        ("model.alliance", "estimate", "model"),
        ("model.rho", "input", "model.rho"),
        ("drivers.trade.level", "level", "trade"),
        ("interactions.threat_with_trade", "input", "interactions.threat_with_trade.effect"),
    ],
)
def test_a_path_says_what_it_is_of(small: Workspace, path: str, kind: str, name: str) -> None:
    """Quantities and estimates by the names of `run --json`, inputs by the grammar of sweeps."""
    found = target(small, path)
    assert (found.kind, found.name) == (kind, name)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("reached.aliance", "Did you mean 'reached.alliance'?"),
        ("outside_veiw.split", "Did you mean 'outside_view.split'?"),
        ("model.aliance", "Did you mean 'model.alliance'?"),
        ("sources.jnes2022.weight", "Did you mean 'sources.jones2022.weight'?"),
        ("source.jones2022.weight", "Did you mean 'sources.jones2022.weight'?"),
        ("sources.jones2022", "go on with .weight, .outcomes, .effects"),
        ("xyz", "a quantity is one of state.alliance"),
    ],
)
def test_a_path_misspelt_says_what_was_meant(small: Workspace, path: str, says: str) -> None:
    """The nearest path, or what there is."""
    with pytest.raises(UsageError) as raised:
        target(small, path)
    assert says in str(raised.value)


# ----------------------------------------------------------------------------------- documents


def shown(document: dict[str, Any], small: Workspace, width: int | None) -> list[str]:
    """The card's lines."""
    return render({**document, "command": "forecast explain ..."}, small, width=width).splitlines()


def test_a_quantity_says_its_number_and_what_it_rests_on(result: Result, small: Workspace) -> None:
    """The forecast's own numbers, unrounded; judgments, drivers, class, record, resolution; hash and seed."""
    date = result.dates[4]
    document = quantity(target(small, "reached.split"), result.fit, result.baseline, date)
    assert document["value"] == result.baseline.summary("reached", "split", date).as_dict()
    keys = [one["key"] for one in document["basis"]]
    assert keys[:2] == ["answer:reached.split", "drivers:split"]
    assert {"class", "record", "resolution:split"} < set(keys)
    assert sum(key.startswith("driver:") for key in keys) >= 2
    assert document["provenance"]["inputs_sha256"] == small.inputs_sha256
    assert (document["provenance"]["seed"], document["provenance"]["draws"]) == (1, 60)


def test_ranks_are_of_the_date_that_is_asked(result: Result, small: Workspace) -> None:
    """The same judgment moves a nearer date less."""
    asked = target(small, "reached.alliance")
    near, far = (
        {
            i["text"]: i["weight"]
            for i in quantity(asked, result.fit, result.baseline, date)["basis"][0]["items"]
        }
        for date in (result.dates[0], result.dates[-1])
    )
    both = set(near) & set(far)
    assert both
    assert sum(abs(near[t]) for t in both) < sum(abs(far[t]) for t in both)


def test_a_scenario_s_numbers_are_its_document_s(result: Result, small: Workspace) -> None:
    """Value, the baseline's, the paired difference, and at the last date why, line by line."""
    from forecast.document import document as compose

    told, name = compose(result), result.forecasts[1].scenario
    asked, date = target(small, "reached.alliance"), result.dates[-1]
    found = scenario_value(told, asked, name, date)
    assert found["value"] == result.forecasts[1].summary("reached", "alliance", date).as_dict()
    assert found["value"]["mean"] - found["baseline"]["mean"] == pytest.approx(found["difference"]["mean"])
    assert len(found["lines"]) == len(small.scenarios[name].interventions)
    document = quantity(asked, result.fit, result.baseline, date, scenario=found)
    assert document["basis"][0]["key"] == f"scenario:{name}"
    lines = shown(document, small, 80)
    assert "Why it differs from the baseline" in lines
    assert "parts" not in scenario_value(told, asked, name, result.dates[0])


def test_estimates_rest_on_what_they_know(result: Result, small: Workspace) -> None:
    """The outside view on the class alone, pooled judgment on what is pooled, its shares summing to one."""
    date = result.dates[-1]
    outside = estimate(target(small, "outside_view.alliance"), result.fit, result.baseline, date)
    assert [one["key"] for one in outside["basis"]] == ["class", "resolution:alliance"]
    pooled = estimate(target(small, "pooled_judgment.split"), result.fit, result.baseline, date)
    assert pooled["basis"][0]["key"] == "pooled:split"
    assert sum(item["weight"] for item in pooled["basis"][0]["items"]) == pytest.approx(100)
    stated = result.answers.pooled_judgment.answer.reached[date]["split"]
    assert pooled["value"] == stated.as_dict()


def test_no_pooled_judgment_is_said(small: Workspace) -> None:
    """A panel that states nothing has none: that is told, not shown as nothing."""
    alone = prior_result(small, "none")
    with pytest.raises(UsageError, match="has no pooled judgment"):
        estimate(target(small, "pooled_judgment.split"), alone.fit, alone.baseline, alone.dates[-1])


def test_a_level_is_the_projection(result: Result, small: Workspace) -> None:
    """Mean and interval of the driver's projection; its readings; no draw, so no seed."""
    date = result.dates[3]
    document = level(target(small, "drivers.trade.level"), seen(result), date, start="partnership")
    assert document["value"]["p05"] < document["value"]["mean"] < document["value"]["p95"]
    assert [one["key"] for one in document["basis"]] == ["driver:trade", "dynamics:trade"]
    assert "seed" not in document["provenance"]


def test_a_choice_of_the_files_is_explained(result: Result, small: Workspace) -> None:
    """The reference class: its name, its line, and the counts that go with it."""
    asked = target(small, "base_rates.use")
    document = entry(asked, small, result.fit.panel, as_of=result.fit.as_of, start="partnership")
    assert (document["value"], document["place"]) == ("neighbours", "priors/base_rates.yaml:2")
    assert [one["key"] for one in document["basis"]] == ["input", "class"]
    assert "moves" not in document


def test_an_input_says_where_it_stands_why_and_where_it_goes(result: Result, small: Workspace) -> None:
    """File and line, place in the text, grade, reason, what it is heard as; with draws, what it moves."""
    asked = target(small, "sources.smith2019.effects.border_dispute.split")
    ground = Ground(result.fit, result.baseline, result.dates[-1])
    document = entry(
        asked, small, result.fit.panel, as_of=result.fit.as_of, start="partnership", ground=ground
    )
    assert (document["value"], document["place"]) == (2.0, "priors/sources/smith2019.yaml:18")
    assert (document["grade"], document["locator"]) == ("TEXT", "pp. 3-5")
    assert document["rationale"] == "Expects the threat to outlast the quarrel over the valley."
    assert document["feeds"] == ["the effect of Border dispute on split, with weight 1 in panel all"]
    assert [m["quantity"] for m in document["moves"]] == [
        "reached.alliance",
        "reached.split",
        "alliance_broad",
    ]
    (at,) = (
        i
        for i, f in enumerate(ground.factors)
        if (f.kind, f.source, f.driver, f.channel) == ("code", "smith2019", "border_dispute", "split")
    )
    assert document["moves"][1]["points"] == pytest.approx(float(ground.moves("reached.split")[0][at]))


def test_a_source_that_is_not_heard_feeds_nothing(small: Workspace, result: Result) -> None:
    """That is said of its numbers, panel by panel."""
    from forecast.panel import resolve

    heard = resolve(small, panel="smith2019")
    document = entry(
        target(small, "sources.jones2022.weight"), small, heard, as_of=result.fit.as_of, start="partnership"
    )
    assert document["feeds"] == ["nothing, for panel smith2019, which does not hear this source"]


def test_the_card_fits_a_terminal_and_a_pipe_has_whole_lines(result: Result, small: Workspace) -> None:
    """At 80 columns no line is longer; without a width each piece is one line with its place."""
    document = quantity(target(small, "reached.alliance"), result.fit, result.baseline, result.dates[-1])
    narrow, whole = shown(document, small, 80), shown(document, small, None)
    assert max(map(len, narrow)) <= 80
    assert narrow[0] == whole[0] == f"Alliance reached by {result.dates[-1]}"
    first = document["basis"][0]["items"][0]
    assert any(first["text"] in line and first["place"] in line for line in whole)
    assert any(small.inputs_sha256 in line for line in narrow)


def test_what_chance_makes_is_in_brackets() -> None:
    """A weight within two errors of nothing; in the words of a basis likewise."""
    found = Basis("t", (), form="{:+.2f} points if doubled")
    item = Item("a", "f:1", weight=0.1, error=0.06)
    assert found.said(item) == "a; +0.10 points if doubled (no more than chance)"
    assert found.shown(item) == "+0.10"
    assert not Item("a", "f:1", weight=0.1, error=0.04).by_chance


def test_a_hostile_name_is_shown_as_text(result: Result, small: Workspace) -> None:
    """Whatever a file calls a thing: no escape reaches the terminal, nothing turns the line round."""
    document = quantity(target(small, "reached.alliance"), result.fit, result.baseline, result.dates[-1])
    document["title"] = "evil \x1b]0;x\x07 \u202etitle"
    text = "\n".join(shown(document, small, None))
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "Evil ⟨U+001B⟩]0;x⟨U+0007⟩ ⟨U+202E⟩title" in text
