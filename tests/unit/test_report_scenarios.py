"""Scenarios, shocks and cross-impacts in a report: numbers that are in the data, sums, hostile text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from test_report import Page
from test_report_material import make_material, prior_result

from forecast.answering import Material
from forecast.inputs.records import Scenario, Shock
from forecast.inputs.workspace import Workspace
from forecast.report import write
from forecast.report.compose import Report, compose
from forecast.report.findings.scenarios import Told, came_out, one_in
from forecast.report.findings.shocks import surprises
from forecast.report.findings.why import SHOWN
from forecast.report.marks import plain
from forecast.report.numbers import points
from forecast.report.sections import plausible
from forecast.report.sections.shocks import often
from forecast.report.view import View
from forecast.rounding import percent

HOSTILE = "<script>x()</script> | $y^2$ [a](http://b) `c` *d*"
SHOCK: dict[str, Any] = {
    "name": f"Storm {HOSTILE}",
    "definition": "A storm.",
    "rate": {"p05": 0.02, "p50": 0.05, "p95": 0.1},
    "jumps": {"shared_threat": {"p05": -1.5, "p50": -1.0, "p95": -0.5, "reversed": 0.25}},
    "direct": {"split": {"p05": 0.1, "p50": 0.7, "p95": 1.2}},
    "grade": "TEXT",
    "locator": "Smith 2019, p. 3",
    "rationale": "It happens.",
}
CALM: dict[str, Any] = {
    "schema": "scenario/1",
    "id": "calm",
    "title": f"Calm {HOSTILE}",
    "storyline": f"All is calm {HOSTILE}",
    "motivated_by": ["smith2019"],
    "expected": {"alliance": "lower", "split": "unchanged"},
    "includes": ["trade_grows"],
    "interventions": [
        {"hold": {"driver": "shared_threat", "level": -2.5, "start": "2026-01-01"}},
        {"force": {"shock": "storm", "date": "2027-06-01"}},
        {"hazard": {"transition": "partnership->alliance", "times": 0.5}},
    ],
}
IDLE: dict[str, Any] = {
    "schema": "scenario/1",
    "id": "idle",
    "title": "Idle",
    "storyline": "Nothing is done.",
}


@pytest.fixture(scope="module")
def stirred(small: Workspace) -> Workspace:
    """The small workspace with a shock, a cross-impact against a scenario, and two scenarios."""
    drivers = small.drivers.model_dump(by_alias=True)
    impact = {"from": "trade", "to": "shared_threat", "strength": 3, "rationale": f"Ours {HOSTILE}"}
    both = {"drivers": ["trade", "shared_threat"], "correlation": 0.2, "rationale": "Ours."}
    drivers |= {"cross_impacts": [impact], "correlations": [both]}
    return replace(
        small,
        drivers=type(small.drivers).model_validate(drivers),
        shocks={"storm": Shock.model_validate(SHOCK)},
        scenarios={
            **small.scenarios,
            "calm": Scenario.model_validate(CALM),
            "idle": Scenario.model_validate(IDLE),
        },
    )


@pytest.fixture(scope="module")
def material(stirred: Workspace) -> Material:
    """One panel under the hostile scenario, the one that does nothing, and one more."""
    return Material(
        stirred,
        prior_result(stirred, stirred.question.default_panel, "calm", "idle", "threat_stays"),
        (),
        (),
    )


@pytest.fixture(scope="module")
def report(material: Material) -> Report:
    """Composed once."""
    return compose(material, request_line="forecast report calm idle threat_stays")


@pytest.fixture(scope="module")
def data(material: Material, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """The report in a folder, and its data."""
    folder = tmp_path_factory.mktemp("reports") / "r"
    write(material, folder)
    return folder, json.loads((folder / "report.json").read_text(encoding="utf-8"))


def section(report: Report, title: str) -> str:
    """What stands under a second-level heading."""
    found = report.markdown.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    assert found, f"no section {title}"
    return found


def one(report: Report, scenario: str) -> Told:
    """What was found of a scenario."""
    return next(t for t in report.findings.scenarios if t.scenario == scenario)


def numbers(value: object) -> Iterator[float]:
    """Every number of the data."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from numbers(each)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield float(value)


@pytest.mark.parametrize("title", ["Scenarios compared", "Shocks and cross-impacts"])
def test_every_percentage_is_in_the_data(report: Report, data: tuple[Path, Any], title: str) -> None:
    """Rounded the one way: prose, tables and the figures' descriptions."""
    known = {percent(n) for n in numbers(data[1]) if 0 <= n <= 1}
    text = re.sub(r"90%( interval| of)|hold 90%", "", section(report, title))
    shown = set(re.findall(r"(?<![\w.])[<>]?\d+(?:\.\d)?%", text))
    assert shown
    assert shown <= known


def test_every_difference_in_points_is_in_the_data(report: Report, data: tuple[Path, Any]) -> None:
    """Signed in tables, with a verb in sentences."""
    known = {points(n) for n in numbers(data[1]) if -1 <= n <= 1}
    text = section(report, "Scenarios compared").replace("points (−3 to +3)", "points")
    shown = set(re.findall(r"(?<=[ (])[+−]\d+(?:\.\d)?(?= points| to |\)| \(| \|)", text))
    shown |= {
        ("+" if verb == "adds" else "−") + size
        for verb, size in re.findall(r"(adds|takes off) (\d+(?:\.\d)?) points", text)
    }
    levels = {f"{n:+.1f}".replace("-", "−") for n in numbers(data[1])}
    assert len(shown) > 10
    assert shown <= known | levels


def test_parts_and_lines_sum_to_the_difference(report: Report) -> None:
    """Those shown with the rest, those said with the rest, and the lines in the file's order."""
    for told in report.findings.scenarios:
        assert {why.outcome for why in told.whys} == {"alliance", "split"}
        for why in told.whys:
            total = pytest.approx(why.total.mean, abs=1e-9)
            assert sum(c.share.mean for c in why.causes) == total
            assert sum(c.share.mean for c in why.main) + why.rest == total
            assert sum(c.share.mean for c in why.causes[: why.said]) + why.unsaid == total
            assert sum(line.mean for line in why.lines) == total
            assert why.after - why.before == total
            assert why.said <= why.shown <= SHOWN


def test_differences_are_those_of_the_comparisons(report: Report, material: Material) -> None:
    """What is explained is what is published."""
    for told in report.findings.scenarios:
        for why in told.whys:
            (found,) = [
                c
                for c in material.main.comparisons
                if (c.scenario, c.quantity, c.outcome, c.date)
                == (told.scenario, why.quantity, why.outcome, why.date)
            ]
            assert found.difference == why.total


def test_the_baseline_and_each_scenario_have_a_row_in_each_table(report: Report) -> None:
    """Three outcomes, levels at both dates."""
    tables = section(report, "Scenarios compared").split("\n### How each is looked at")[0].split("\n### ")[1:]
    assert len(tables) == 3
    for table in tables:
        rows = [line for line in table.splitlines() if line.startswith("| ")][2:]
        assert [row.split(" | ")[0][2:6] for row in rows] == ["Base", "Calm", "Idle", "The "]


def test_an_intervention_is_told_by_names_with_its_line(report: Report, small: Workspace) -> None:
    """Those included come first and say from where; a minus is a minus."""
    first, hold, force, hazard = one(report, "calm").deeds
    assert first.scenario == "trade_grows"
    assert first.place == f"scenarios/trade_grows.yaml:{first.line}"
    assert first.line == small.lines["scenarios/trade_grows.yaml", "interventions[0]"]
    assert hold.words == (
        f"hold “{small.drivers.drivers['shared_threat'].name}” at −2.5 from 2026-01-01 to the horizon"
    )
    assert force.words.startswith("force “Storm ")
    assert force.words.endswith(" on 2027-06-01")
    assert "partnership → alliance" in hazard.words
    assert hazard.near is None
    text = section(report, "Scenarios compared")
    assert "(from “Trade grows for good”)" in text
    assert "not counted" in text


def test_what_contradicts_is_named_with_its_place(report: Report, stirred: Workspace) -> None:
    """Trade is lifted and pushes the threat up, against a hold far below."""
    verdict = one(report, "calm").verdict
    assert verdict.word != "consistent"
    text = section(report, "Scenarios compared")
    assert f"**Consistency: {verdict.word}.**" in text
    (push,) = verdict.contradicted_by
    assert f"`{push.place}`" in text
    assert one(report, "threat_stays").verdict.word == "consistent"


def test_a_scenario_that_does_nothing_is_the_baseline(report: Report) -> None:
    """No reasons, no waterfall, and it says so."""
    text = section(report, "Scenarios compared").partition("\n### Idle\n")[2].partition("\n### ")[0]
    assert "its numbers are the baseline's" in text
    assert "no part comes to 0.1 points" in text
    assert "why-idle" not in {d.name for d in report.figures}
    assert "why-calm" in {d.name for d in report.figures}


@pytest.mark.parametrize(
    ("expected", "difference", "p_sign", "level", "met"),
    [
        ("higher", 0.03, 0.6, 0.1, True),
        ("higher", 0.03, 0.59, 0.1, False),
        ("higher", -0.03, 0.9, 0.1, False),
        ("higher", 0.0, 1.0, 0.1, False),
        ("lower", -0.001, 0.7, 0.1, True),
        ("unchanged", 0.019, 0.99, 0.01, True),
        ("unchanged", -0.021, 0.99, 0.01, False),
        ("unchanged", 0.1, 0.99, 0.41, True),
        ("unsure", 0.1, 0.99, 0.4, None),
    ],
)
def test_whether_it_came_out(
    expected: str, difference: float, p_sign: float, level: float, met: bool | None
) -> None:
    """A sign at 0.6; unchanged below 2 points or a quarter of the level."""
    assert came_out(expected, difference=difference, p_sign=p_sign, level=level) is met


def test_disagreement_is_stated_openly(report: Report, material: Material) -> None:
    """Before anything else is said of single scenarios, and again where it belongs."""
    told = one(report, "calm")
    wrong = replace(told, expected=tuple(replace(e, met=False) for e in told.expected))
    said = plain(plausible.expectation(View(material), wrong))
    assert said.count("**Not as expected:**") == 2
    right = replace(told, expected=tuple(replace(e, met=True) for e in told.expected))
    assert "Not as expected" not in plain(plausible.expectation(View(material), right))


def test_how_near_in_words(report: Report) -> None:
    """One in N with the number of futures; none; often; and what no future can show."""
    told = one(report, "calm")
    near = replace(told, near=replace(told.near, mean=0.004), one_in=one_in(0.004), futures=16000)
    assert plain(plausible.nearness(near)) == (
        "**How near futures come.** About 1 in 250 baseline futures comes near it (0.4% of the 16,000 looked "
        "at)."
    )
    few = replace(near, near=replace(told.near, mean=0.0006), one_in=one_in(0.0006))
    assert "Fewer than 10 of the 16,000 baseline futures" in plain(plausible.nearness(few))
    assert "None of the" in plain(plausible.nearness(replace(near, one_in=None)))
    often_near = replace(near, near=replace(told.near, mean=0.4), one_in=one_in(0.4))
    assert "40% of the 16,000" in plain(plausible.nearness(often_near))
    hidden = replace(near, deeds=tuple(replace(d, near=None) for d in told.deeds))
    assert "No future could show it" in plain(plausible.nearness(hidden))


def test_shocks_are_told_with_their_chance(report: Report, material: Material) -> None:
    """1 - exp(-r T) at each quantile; the grade, the place in a text and the treatment."""
    (shock,) = report.findings.surprises.shocks
    assert plain(often(shock)) == "0.050 a year (0.020–0.10)"
    years = (material.workspace.question.horizon - material.main.fit.as_of).days / 365.25
    assert shock.chance["p50"] == pytest.approx(1 - 2.718281828459045 ** (-0.05 * years))
    text = section(report, "Shocks and cross-impacts")
    assert "in the baseline shocks move neither the mean path" in text
    assert "25% the other way" in text
    assert "Smith 2019, p. 3" in section(report, "Every shock and cross-impact")
    assert "without the extra spread of shocks" in section(report, "Where the drivers stand")


def test_the_stability_limit_of_a_loop(stirred: Workspace) -> None:
    """Two drivers that pull each other by a and b points run away at a unit of 1 / sqrt(a b); else none."""
    view = View(make_bare(stirred))
    assert surprises(view).limit is None
    impacts = stirred.drivers.cross_impacts
    back = impacts[0].model_copy(update={"from_": "shared_threat", "to": "trade", "strength": 2.0})
    looped = stirred.drivers.model_copy(update={"cross_impacts": [*impacts, back]})
    view = View(make_bare(replace(stirred, drivers=looped)))
    assert surprises(view).limit == pytest.approx(6**-0.5, abs=1e-6)


def make_bare(workspace: Workspace) -> Material:
    """The default panel with no scenario."""
    return Material(workspace, prior_result(workspace, workspace.question.default_panel), (), ())


def test_hostile_text_is_text(report: Report, data: tuple[Path, Any]) -> None:
    """In Markdown escaped, in the page an element less, in figures no formula."""
    page = Page()
    page.feed((data[0] / "report.html").read_text(encoding="utf-8"))
    assert page.open == []
    assert [a for tag, a in page.tags if tag == "script"] == [{}]  # the page's own
    assert not [a for tag, a in page.tags if tag == "a" and "http" in str(a.get("href"))]
    assert not re.search(r"(?<!\\)<script", report.markdown)
    for drawing in report.figures:
        assert "<script" not in drawing.svg
    assert "$y^2$" in next(d.svg for d in report.figures if d.name == "scenarios")


def test_many_scenarios_fit_one_figure(stirred: Workspace) -> None:
    """A dozen panels, three side by side; one alone is wide."""
    many = {f"s{n}": Scenario.model_validate({**IDLE, "id": f"s{n}"}) for n in range(12)}
    crowded = replace(stirred, scenarios={**stirred.scenarios, **many})
    main = prior_result(crowded, crowded.question.default_panel, *many)
    found = compose(Material(crowded, main, (), ()), request_line="forecast report")
    drawn = next(d for d in found.figures if d.name == "scenarios")
    assert drawn.svg.count(">Idle<") == 12


def test_without_shocks_and_scenarios_nothing_is_said(small: Workspace) -> None:
    """No empty section."""
    text = compose(make_bare(small), request_line="forecast report").markdown
    assert "## Scenarios compared" not in text
    assert "## Shocks" not in text
    assert "## Every shock" not in text
    assert "No shock is in the files" in text


def test_waterfalls_of_an_earlier_report_go(material: Material, tmp_path: Path, small: Workspace) -> None:
    """They are named by scenario, and are the report's own."""
    write(material, tmp_path / "r", formats=["md"])
    assert (tmp_path / "r" / "figures" / "why-calm.svg").exists()
    write(make_material(small), tmp_path / "r", formats=["md"])
    assert not (tmp_path / "r" / "figures" / "why-calm.svg").exists()
