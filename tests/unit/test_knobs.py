"""Knobs: every path read and turned, what is refused and why, and the ranges they are swept over."""

from __future__ import annotations

import dataclasses
import hashlib
import math
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from what_if import add, what_if

import forecast
from forecast.errors import UsageError
from forecast.inputs.knob_place import Place
from forecast.inputs.knob_places import places
from forecast.inputs.knobs import Knob, Range, Setting, knob, knobs, parse_range, start_levels, turned
from forecast.inputs.workspace import Workspace

JUDGED = "sources.ying2018.outcomes.alliance"
CODE = "sources.ying2018.effects.identity_divergence.alliance"
LEVEL = "drivers.us_pressure_russia.level"
EVENTS = "base_rates.classes.majors_1945.transitions.partnership->alliance.events"
RATE = "shocks.taiwan_crisis.rate"


def otherwise(one: Knob) -> Setting:
    """Another value the knob may have: 1% away, or another choice."""
    if one.kind == "choice":
        return next(choice for choice in one.choices if choice != one.current)
    assert isinstance(one.current, float)
    if one.kind == "code":
        return one.current - math.copysign(0.01, one.current)
    if one.unit == "episodes":  # at most the events
        return one.current * 0.99
    return one.current * 1.01 if one.current else 0.001


def records(workspace: Workspace) -> dict[str, object]:
    """All that is read from files, by field."""
    return {f.name: getattr(workspace, f.name) for f in dataclasses.fields(workspace)}


def differing(a: Workspace, b: Workspace) -> set[str]:
    """The fields that are not the very same object."""
    return {name for name, value in records(a).items() if value is not getattr(b, name)}


class TestPaths:
    """One grammar for every number and choice."""

    def test_every_listed_path_reads_as_itself(self, shipped: Workspace) -> None:
        """`knobs` lists canonical paths, each once, and each is a knob with a label and a unit."""
        paths = knobs(shipped)
        read = [knob(shipped, path) for path in paths]
        assert [one.path for one in read] == list(paths)
        assert len(set(paths)) == len(paths) > 1000
        assert all(one.label and one.unit for one in read)

    def test_order_is_stable(self, shipped: Workspace) -> None:
        """Two readings list the same paths in the same order."""
        assert knobs(shipped) == knobs(forecast.load(shipped.root))

    def test_every_part_and_kind_occurs(self, shipped: Workspace) -> None:
        """The shipped workspace has knobs of every part and every kind."""
        read = [knob(shipped, path) for path in knobs(shipped)]
        parts = {"start", "drivers", "shocks", "judgments", "rates", "model", "scenario"}
        assert {one.part for one in read} == parts
        kinds = {"level", "number", "quantiles", "quantile", "code", "choice"}
        assert {one.kind for one in read} == kinds

    def test_level_stands_in_no_file(self, shipped: Workspace) -> None:
        """Where a driver stands today is read off the fit, so it has neither value nor line."""
        one = knob(shipped, LEVEL)
        assert (one.kind, one.part, one.current, one.file, one.line) == ("level", "start", None, None, None)
        assert one.label == f"{shipped.drivers.drivers['us_pressure_russia'].name}, level today"

    def test_quantiles_have_their_median_and_limits(self, shipped: Workspace) -> None:
        """A knob of quantiles is its median, between the p05 and p95 that were elicited."""
        stated = shipped.sources["ying2018"].outcomes.alliance
        assert stated is not None
        one = knob(shipped, JUDGED)
        assert (one.kind, one.unit) == ("quantiles", "probability")
        found = (one.low, one.current, one.high)
        assert found == (stated.quantiles["p05"], stated.quantiles.p50, stated.quantiles["p95"])
        assert knob(shipped, f"{JUDGED}.p95").current == stated.quantiles["p95"]
        assert knob(shipped, f"{JUDGED}.p95").low is None

    def test_line_is_where_the_number_stands(self, shipped: Workspace) -> None:
        """File and line lead to the text of the number."""
        for path, text in (
            ("sources.ying2018.weight", "weight: 1.0"),
            (EVENTS, "events: 3"),
            (f"{RATE}.p50", "p50: 0.0253"),
            ("interactions.I1.effect", "p50: -0.05"),
            ("cross_impact_unit", "p50: 0.12"),
            ("widening.camp", "camp: 1.5"),
        ):
            one = knob(shipped, path)
            assert one.file is not None
            assert one.line is not None
            assert text in (shipped.root / one.file).read_text("utf-8").splitlines()[one.line - 1]

    def test_a_default_has_a_file_and_no_line(self, small: Workspace) -> None:
        """A number that no file states has the file it would stand in, and its default."""
        one = knob(small, "model.rho")
        assert (one.file, one.line, one.current) == ("priors/question.yaml", None, 0.6)

    def test_scenarios_number_their_interventions(self, small: Workspace) -> None:
        """Interventions count from 0 in the scenario's own file."""
        one = knob(small, "scenarios.threat_stays.0.level")
        assert (one.current, one.file, one.part) == (1.5, "scenarios/threat_stays.yaml", "scenario")
        assert one.line == 7
        assert knob(small, "scenarios.trade_grows.0.amount").current == 0.5

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("drivers.interactions.I1", "interactions.I1.effect"),
            ("interactions.I1", "interactions.I1.effect"),
            ("drivers.interactions.I1.p05", "interactions.I1.effect.p05"),
            ("drivers.cross_impact_unit", "cross_impact_unit"),
            (
                "correlations.us_pressure_china.us_pressure_russia",
                "correlations.us_pressure_russia.us_pressure_china",
            ),
            (f" {RATE} ", RATE),
        ],
    )
    def test_other_ways_to_write_a_path(self, shipped: Workspace, written: str, meant: str) -> None:
        """What is written otherwise is the same knob, under the path that `knobs` lists."""
        assert knob(shipped, written) == knob(shipped, meant)
        assert knob(shipped, written).path == meant

    def test_hazard_ratios_are_quantiles(self, small: Workspace) -> None:
        """An effect stated as a hazard ratio turns by its median; a code is a code."""
        one = knob(small, "sources.jones2022.effects.trade.split")
        assert (one.kind, one.unit, one.low, one.current, one.high) == (
            "quantiles",
            "hazard ratio",
            0.3,
            0.6,
            0.9,
        )
        assert knob(small, "sources.jones2022.effects.trade.alliance").kind == "code"

    @pytest.mark.parametrize(
        ("path", "message"),
        [
            (
                "drivers.us_presure_russia.level",
                "unknown knob 'drivers.us_presure_russia.level'. Did you mean "
                "'drivers.us_pressure_russia.level'?",
            ),
            ("sources.ying2018.weigth_", "Did you mean 'sources.ying2018.weight'?"),
            ("source.ying2018.outcomes.aliance.p50", f"Did you mean '{JUDGED}.p50'?"),
            (
                "drivers.us_pressure_russia",
                "'drivers.us_pressure_russia' is not one knob but several; go on with .level, "
                ".half_life_years, .volatility, .long_run_mean, .returns",
            ),
            ("elephants", "a path begins with drivers, interactions, cross_impact_unit"),
            ("", "unknown knob ''; a path begins with drivers"),
            (f"{RATE}.often", f"'{RATE}' goes on with .p05, .p50, .p95"),
            ("model.rho.p50", "nothing follows 'model.rho'"),
            ("model.gain", "the files state no 'model.gain'"),
            ("base_rates.elicited.split->alliance", "the files state no 'base_rates.elicited.split->all"),
            ("scenarios.s3_wedge.99.level", "'scenarios.s3_wedge' goes on with .0"),
        ],
    )
    def test_unknown_paths_teach(self, shipped: Workspace, path: str, message: str) -> None:
        """A path that is none is answered with the nearest, or with what may follow."""
        with pytest.raises(UsageError, match=re.escape(message)):
            knob(shipped, path)


class TestTurned:
    """A turned workspace differs in what was turned and shares all else."""

    def test_there_and_back(self, shipped: Workspace) -> None:
        """Every knob can be turned by 1%, or to another choice, and back, and all records are equal again."""
        levels = 0
        for path in knobs(shipped):
            one = knob(shipped, path)
            if one.kind == "level":
                levels += 1
                assert turned(shipped, {path: 0.5}) is shipped
                continue
            assert one.current is not None
            value = otherwise(one)
            there = turned(shipped, {path: value})
            assert knob(there, path).current == value, path
            back = turned(there, {path: one.current})
            kept = {**records(back), "inputs_sha256": shipped.inputs_sha256}
            assert kept == records(shipped), path
        assert levels == len(shipped.drivers.drivers)

    def test_one_record_is_changed_by_each_knob(self, shipped: Workspace) -> None:
        """Of a turned workspace, one field and the hash are new; the rest are the very same objects."""
        for place in places(shipped):
            if place.kind in ("quantile", "level"):
                continue
            there = turned(shipped, {place.path: otherwise(knob(shipped, place.path))})
            assert differing(shipped, there) == {place.home, "inputs_sha256"}
            if place.home in ("sources", "shocks", "scenarios"):
                assert _others_are_the_same(shipped, there, place)

    def test_other_drivers_stay_the_same_objects(self, shipped: Workspace) -> None:
        """A turned driver leaves every other driver and every interaction as it was."""
        there = turned(shipped, {"drivers.us_pressure_russia.volatility": 0.7})
        for name, driver in shipped.drivers.drivers.items():
            assert (there.drivers.drivers[name] is driver) == (name != "us_pressure_russia")
        assert all(there.drivers.interactions[k] is v for k, v in shipped.drivers.interactions.items())
        assert there.drivers.cross_impact_unit is shipped.drivers.cross_impact_unit

    def test_nothing_turned_is_the_workspace_itself(self, shipped: Workspace) -> None:
        """Every value as it is in the files, in one mapping, changes nothing at all."""
        now = {path: knob(shipped, path).current for path in knobs(shipped)}
        kinds = {path: knob(shipped, path).kind for path in now}
        same = {p: v for p, v in now.items() if v is not None and kinds[p] != "quantile"}
        assert turned(shipped, same) is shipped
        assert turned(shipped, {}) is shipped
        each = {p: v for p, v in now.items() if v is not None and kinds[p] == "quantile"}
        assert turned(shipped, each) is shipped

    def test_hash_follows_the_settings(self, shipped: Workspace) -> None:
        """The same settings in any order or spelling have one hash, others another."""
        both: dict[str, Setting] = {"model.rho": 0.5, "interactions.I1": 0.1}
        other = {"drivers.interactions.I1.effect": 0.1, "model.rho": 0.5}
        digest = turned(shipped, both).inputs_sha256
        assert turned(shipped, other).inputs_sha256 == digest
        assert turned(shipped, {**both, LEVEL: 1.0}).inputs_sha256 == digest
        assert turned(shipped, {**both, "model.rho": 0.4}).inputs_sha256 != digest
        assert len(digest) == len(hashlib.sha256().hexdigest())
        assert digest != shipped.inputs_sha256

    def test_a_positive_quantity_keeps_its_ratios(self, shipped: Workspace) -> None:
        """Turned whole, quantiles of a half-life keep their ratios to the median."""
        there = turned(shipped, {"drivers.us_pressure_russia.half_life_years": 8})
        assert there.drivers.drivers["us_pressure_russia"].half_life_years.values == (4.0, 8.0, 18.0)

    def test_a_real_quantity_keeps_its_distances(self, shipped: Workspace) -> None:
        """Turned whole, quantiles of a long-run mean keep their distances from the median."""
        there = turned(shipped, {"drivers.us_pressure_russia.long_run_mean": -0.3})
        assert there.drivers.drivers["us_pressure_russia"].long_run_mean.values == (-1.2, -0.3, 0.7)

    def test_a_probability_keeps_its_distances_in_log_odds(self, shipped: Workspace) -> None:
        """Turned whole, quantiles of a probability keep their odds ratios to the median, and stay inside."""
        before = shipped.sources["ying2018"].outcomes.alliance
        for value in (1e-9, 0.03, 0.5, 0.99):
            after = turned(shipped, {JUDGED: value}).sources["ying2018"].outcomes.alliance
            assert before is not None
            assert after is not None
            assert after.quantiles.p50 == value
            for name, q in after.quantiles.stated().items():
                p = before.quantiles[name]
                ratio = (p / (1 - p)) / (before.quantiles.p50 / (1 - before.quantiles.p50))
                assert q / (1 - q) == pytest.approx(ratio * value / (1 - value), rel=1e-9)

    def test_one_quantile_moves_alone(self, shipped: Workspace) -> None:
        """A single quantile leaves the others where they are; with the median moved, it stands as put."""
        alone = turned(shipped, {f"{JUDGED}.p95": 0.2}).sources["ying2018"].outcomes.alliance
        assert alone is not None
        assert alone.quantiles.values == (0.01, 0.03, 0.2)
        whole = turned(shipped, {JUDGED: 0.2, f"{JUDGED}.p95": 0.3}).sources["ying2018"].outcomes.alliance
        assert whole is not None
        assert whole.quantiles.values[1:] == (0.2, 0.3)
        assert 0.01 < whole.quantiles.values[0] < 0.2

    def test_all_quantiles_together(self, shipped: Workspace) -> None:
        """Quantiles turned together are judged together, though each alone would be out of order."""
        moves: dict[str, Setting] = {f"{JUDGED}.p05": 0.4, f"{JUDGED}.p50": 0.5, f"{JUDGED}.p95": 0.6}
        there = turned(shipped, moves).sources["ying2018"].outcomes.alliance
        assert there is not None
        assert there.quantiles.values == (0.4, 0.5, 0.6)

    def test_episodes_go_with_events(self, shipped: Workspace) -> None:
        """A rate is estimated from episodes, so that events alone would turn nothing."""
        episodes = EVENTS.replace("events", "episodes")
        there = turned(shipped, {EVENTS: 6})
        assert knob(there, episodes).current == 3.0
        assert knob(turned(shipped, {EVENTS: 6, episodes: 2}), episodes).current == 2.0

    def test_a_count_of_nothing(self, shipped: Workspace) -> None:
        """Where no event was counted, the episodes are as many as the events it is turned to."""
        events = EVENTS.replace("partnership->alliance", "alliance->split")
        there = turned(shipped, {events: 2})
        assert knob(there, events.replace("events", "episodes")).current == 2.0

    def test_choices(self, shipped: Workspace) -> None:
        """A choice takes one of its words."""
        there = turned(shipped, {"base_rates.use": "powers_1945", "base_rates.offsets": "false"})
        assert (there.base_rates.use, there.base_rates.offsets) == ("powers_1945", False)

    def test_widening_of_a_kind_without_an_entry(self, shipped: Workspace) -> None:
        """A kind that is not widened may be; 1 is no widening."""
        assert "text" not in shipped.question.widening
        there = turned(shipped, {"widening.text": 2})
        assert there.question.widened("text") == 2
        assert turned(there, {"widening.text": 1}).question == shipped.question

    def test_scenarios(self, small: Workspace) -> None:
        """The number of an intervention is turned in its own scenario."""
        there = turned(small, {"scenarios.threat_stays.0.level": -1})
        assert there.scenarios["threat_stays"].interventions[0].act == small.scenarios[
            "threat_stays"
        ].interventions[0].act.model_copy(update={"level": -1.0})
        assert there.scenarios["trade_grows"] is small.scenarios["trade_grows"]

    def test_hazard_ratio(self, small: Workspace) -> None:
        """A hazard ratio moves whole, in ratio."""
        there = turned(small, {"sources.jones2022.effects.trade.split": 1.2})
        assert knob(there, "sources.jones2022.effects.trade.split.p95").current == 1.8

    def test_start_levels(self, shipped: Workspace) -> None:
        """Levels are found by driver and left out of the workspace."""
        mixed: dict[str, Setting] = {LEVEL: 2, "model.rho": 0.5, "base_rates.use": "powers_1945"}
        assert start_levels(mixed) == {"us_pressure_russia": 2.0}
        assert turned(shipped, {LEVEL: 2}) is shipped

    @pytest.mark.parametrize(
        ("written", "message"),
        [
            ({"model.rho": 1.5}, "model.rho = 1.5 is out of range; wants a number at most 1"),
            ({"model.infer_weight": 0}, "model.infer_weight = 0 is out of range; wants a number greater"),
            ({"sources.ying2018.weight": -1}, "weight = -1 is out of range; wants a number at least 0"),
            ({CODE: 4}, f"{CODE} = 4 is out of range; wants a number at most 3"),
            ({CODE: -3.5}, f"{CODE} = -3.5 is out of range; wants a number at least -3"),
            ({LEVEL: 11}, f"{LEVEL} = 11 is out of range; wants a number at most 10"),
            ({LEVEL: "high"}, f"{LEVEL} = high: 'high' is not a finite number"),
            ({"model.rho": math.nan}, "model.rho = nan: 'nan' is not a finite number"),
            ({"widening.camp": 0.5}, "widening.camp = 0.5 is out of range; wants a number at least 1"),
            ({EVENTS: -1}, f"{EVENTS} = -1 is out of range; wants a number at least 0"),
            ({JUDGED: 1.2}, f"{JUDGED} = 1.2 is not a probability strictly between 0 and 1"),
            (
                {f"{JUDGED}.p95": 1.2},
                f"{JUDGED}.p95 = 1.2 is not a probability strictly between 0 and 1; write 0.012",
            ),
            (
                {f"{JUDGED}.p50": 0.2},
                f"{JUDGED}.p50 = 0.2 is above its p95 = 0.08; quantiles must increase (found p05 0.01, p50 "
                f"0.2, p95 0.08). Keep it below 0.08, or sweep {JUDGED} to move all three",
            ),
            ({f"{JUDGED}.p95": 0.03}, f"{JUDGED}.p95 = 0.03 is equal to its p50 = 0.03"),
            ({f"{JUDGED}.p95": 0.02}, f"{JUDGED}.p95 = 0.02 is below its p50 = 0.03"),
            ({JUDGED: 0.2, f"{JUDGED}.p50": 0.2}, "both set the median; leave one out"),
            ({"drivers.economic_ties.volatility": 0}, "volatility = 0 is not positive"),
            ({"drivers.economic_ties.volatility.p05": -1}, "volatility.p05 = -1 is not positive"),
            ({RATE: 0}, f"{RATE} = 0 is not positive; a rate is occurrences per year"),
            ({RATE: 9}, f"{RATE} = 9: 18.249 a year is more than once a month"),
            ({"shocks.taiwan_crisis.jumps.us_pressure_china": 20}, "beyond any event (at most 10)"),
            ({"shocks.taiwan_crisis.half_life_years": 0}, "wants a number greater than 0"),
            ({EVENTS.replace("events", "episodes"): 9}, "9 episodes are more than the 3 events"),
            ({"base_rates.use": "majors_1954"}, "'majors_1954' is not one of its choices. Did you mean"),
            ({"base_rates.offsets": "perhaps"}, "Choose among true, false."),
            ({"base_rates.use": 1.0}, "'1.0' is not one of its choices"),
            ({"interactions.I1": 0.1, "drivers.interactions.I1": 0.2}, "are the same knob; set it once"),
            ({"model.rhoo": 0.1}, "Did you mean 'model.rho'?"),
            (
                {"correlations.us_pressure_russia.us_pressure_china": 1},
                "us_pressure_china = 1 is out of range; wants a number less than 1",
            ),
        ],
    )
    def test_refusals(self, shipped: Workspace, written: dict[str, Setting], message: str) -> None:
        """A value that a file could not hold is refused in the words the file would meet, with the knob."""
        with pytest.raises(UsageError, match=re.escape(message)):
            turned(shipped, written)

    def test_levels_beyond_their_limits_are_refused_at_the_start_too(self) -> None:
        """`start_levels` holds a level to the limits of an intervention's."""
        with pytest.raises(UsageError, match=re.escape(f"{LEVEL} = -11 is out of range; wants a number at")):
            start_levels({LEVEL: -11})

    def test_drivers_must_come_to_rest(self, shipped: Workspace) -> None:
        """A unit of cross-impacts beyond stability is refused, with the loop that makes it so."""
        with pytest.raises(UsageError, match=r"cross_impact_unit = 0\.9: .*The strongest loop is .* -> "):
            turned(shipped, {"cross_impact_unit": 0.9})

    def test_correlations_must_hold_together(self, tmp_path: Path) -> None:
        """Three correlations that are each legal, but cannot all be, are refused."""
        root = what_if(tmp_path / "w")
        pairs = ("[shared_threat, trade]", "[trade, border_dispute]", "[shared_threat, border_dispute]")
        rows = [f"  - {{drivers: {pair}, correlation: 0.5, rationale: x}}\n" for pair in pairs]
        add(root, "priors/drivers.yaml", "".join(["correlations:\n", *rows]))
        workspace = forecast.load(root)
        path = "correlations.shared_threat.border_dispute"
        assert turned(workspace, {path: -0.49}).drivers.correlations[2].correlation == -0.49
        with pytest.raises(UsageError, match=rf"{path} = -0\.51: cannot hold together among"):
            turned(workspace, {path: -0.51})


def _others_are_the_same(before: Workspace, after: Workspace, place: Place) -> bool:
    mapping, turned_mapping = getattr(before, place.home), getattr(after, place.home)
    return all((turned_mapping[name] is one) == (name != place.steps[0]) for name, one in mapping.items())


class TestRanges:
    """What a knob is swept over, as users write it."""

    @pytest.mark.parametrize(
        ("text", "values"),
        [
            (f"{LEVEL}=-2..2:9", (-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0)),
            ("model.rho=0..1", (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)),
            (f"{LEVEL} = -2 .. -1 : 2", (-2.0, -1.0)),
            (f"{RATE}=log:0.01..1:3", (0.01, 0.1, 1.0)),
            (f"{JUDGED}=5%..20%:4", (0.05, 0.1, 0.15, 0.2)),
            (f"{JUDGED}=5%,0.1", (0.05, 0.1)),
            (f"{CODE}=3,-3,0", (3.0, -3.0, 0.0)),
            ("model.rho=0.3", (0.3,)),
            ("base_rates.use=powers_1945, majors_1945", ("powers_1945", "majors_1945")),
            ("base_rates.offsets", ("true", "false")),
            (
                "drivers.us_pressure_russia.half_life_years",
                (2.0, 2.7, 3.4, 4.1, 4.8, 5.5, 6.2, 6.9, 7.6, 8.3, 9.0),
            ),
        ],
    )
    def test_forms(self, shipped: Workspace, text: str, values: tuple[Setting, ...]) -> None:
        """Each form gives the values it says, printed clean."""
        path = text.partition("=")[0].strip()
        assert parse_range(shipped, text) == Range(path, values)

    def test_path_is_canonical(self, shipped: Workspace) -> None:
        """A path written otherwise comes back as `knobs` lists it, so that twice the same is seen."""
        assert parse_range(shipped, "drivers.interactions.I1=0,1").path == "interactions.I1.effect"

    def test_usual(self, shipped: Workspace) -> None:
        """Levels, weights and settings have a usual range; quantiles and choices have their own."""
        assert parse_range(shipped, LEVEL).values[::5] == (-2.0, 0.0, 2.0)
        assert parse_range(shipped, "model.rho").values[::5] == (0.0, 0.5, 1.0)
        assert parse_range(shipped, "base_rates.offsets").values == ("true", "false")
        name = next(n for n, s in shipped.sources.items() if s.weight == 1.0)
        assert parse_range(shipped, f"sources.{name}.weight").values[::5] == (0.0, 1.0, 2.0)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("base_rates.within_pair.weight", "base_rates.within_pair.weight has no range of its own; write"),
            (f"{LEVEL}=2..-2", f"{LEVEL}: found 2..-2; write -2..2"),
            (f"{LEVEL}=log:2..1:5", f"{LEVEL}: found 2..1; write log:1..2:5"),
            ("model.rho=", "model.rho= names no values; write model.rho="),
            ("model.rho=1..1", "is empty: both ends are 1; for one value write model.rho=1"),
            ("model.rho=..1", "model.rho=..1 lacks an end; write both"),
            ("model.rho=0..", "model.rho=0.. lacks an end; write both"),
            ("model.rho=0..1:1", "1 values; a range has at least 2"),
            ("model.rho=0..1:-3", "-3 values; a range has at least 2"),
            ("model.rho=0..1:10001", "10001 values; at most 10,000 are taken"),
            ("model.rho=0..1:4.5", "'4.5' is not a number of values; write a whole number"),
            ("model.rho=0..1:", "'' is not a number of values"),
            ("model.rho=0..one", "model.rho: 'one' is not a number; write model.rho=0.3..0.9:11"),
            ("model.rho=nan", "model.rho: 'nan' is not a number"),
            ("model.rho=1_0", "model.rho: '1_0' is not a number"),
            ("model.rho=0.1,,0.2", "model.rho: a value is empty"),
            ("model.rho=0.1,0.10", "holds 0.1 twice; write each value once"),
            ("model.rho=5%", "'5%' is a percentage, and this is no probability (overlap); write 0.05 or 5"),
            (f"{RATE}=log:0..1", "even steps in the log want ends above 0, and 0 is not"),
            ("model.rho=0.3..0.300000000002:9", "too near for 9 values; ask for fewer"),
            ("base_rates.use=majors_1954", "'majors_1954' is not one of its choices. Did you mean 'majors"),
            ("base_rates.use=0..1", "'0..1' is not one of its choices. Choose among majors_1945"),
            ("base_rates.use=", "base_rates.use= names no values; write base_rates.use=majors_1945,majors_1"),
            ("base_rates.use=majors_1945,majors_1945", "holds majors_1945 twice"),
            ("drivers.us_presure_russia.level=0..1", "Did you mean 'drivers.us_pressure_russia.level'?"),
        ],
    )
    def test_faults(self, shipped: Workspace, text: str, message: str) -> None:
        """What cannot be a range is answered with the path, what was found and what to write."""
        with pytest.raises(UsageError, match=re.escape(message)):
            parse_range(shipped, text)

    @given(
        low=st.floats(-1e6, 1e6).map(lambda x: float(f"{x:.6g}")),
        width=st.floats(1e-3, 1e6),
        number=st.integers(2, 400),
        log=st.booleans(),
    )
    # The workspace is read once and never changed.
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_ranges_run_from_end_to_end(
        self, shipped: Workspace, low: float, width: float, number: int, log: bool
    ) -> None:
        """N values, increasing, with both ends; written out they are read as the same range."""
        low = abs(low) + 0.5 if log else low
        low, high = (float(f"{x:.12g}") for x in (low, low + width * max(1.0, abs(low) / 1e3)))
        found = parse_range(shipped, f"{LEVEL}={'log:' * log}{low!r}..{high!r}:{number}")
        values = [float(value) for value in found.values]
        assert len(values) == number
        assert (values[0], values[-1]) == (low, high)
        assert all(a < b for a, b in pairwise(values))
        steps = [math.log(b / a) if log else b - a for a, b in pairwise(values)]
        # Twelve digits of the largest value bound what rounding does to a step.
        slack = 2e-11 if log else 2e-11 * max(abs(low), abs(high))
        assert max(steps) - min(steps) <= slack
        assert parse_range(shipped, f"{LEVEL}={','.join(map(repr, values))}") == found

    @given(st.lists(st.floats(-10, 10).map(lambda x: float(f"{x:.12g}") + 0.0), min_size=1, unique=True))
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    def test_values_written_out_come_back(self, shipped: Workspace, values: list[float]) -> None:
        """Explicit numbers keep their order and their twelve digits."""
        text = f"{LEVEL}={','.join(map(repr, values))}"
        assert parse_range(shipped, text) == Range(LEVEL, tuple(values))


def test_even_steps_are_of_the_numbers_as_written(shipped: Workspace) -> None:
    """From -1 to 2 in four steps passes 0 itself."""
    name = next(iter(shipped.drivers.drivers))
    assert parse_range(shipped, f"drivers.{name}.level=-1..2:4").values == (-1.0, 0.0, 1.0, 2.0)
    assert parse_range(shipped, f"drivers.{name}.level=-0.3..0.3:7").values[3] == 0.0
