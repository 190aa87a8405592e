"""The coding stands on the texts: places that exist, all that a kind of source owes, and nobody else's words.

places.yaml maps pages, paragraphs and notes of each text to line numbers of the copies used for coding. What
needs the copies themselves looks for them beside the project and is skipped where they are not.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from forecast.agreement.coders import Agreement, agreement, coders
from forecast.inputs.composition import acts
from forecast.inputs.locators import Place, parse, stated_locators
from forecast.inputs.records import (
    CrossImpact,
    DirectEffect,
    Effect,
    Force,
    Hold,
    Indicator,
    Jump,
    LevelJudgment,
    OutcomeJudgment,
    Ramp,
    Shock,
    Source,
)
from forecast.inputs.workspace import BASELINE, Workspace
from forecast.states import CHANNELS

ROOT = Path(__file__).resolve().parents[1]
COPIES = ROOT.parent / "shared" / "texts"
PLACES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "tests/texts/places.yaml").read_text("utf-8"))
#: Words in a row that would be copying.
RUN = 9
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

needs_copies = pytest.mark.skipif(
    not COPIES.is_dir(), reason="the copies of the texts are not beside the project"
)
#: Files a reader of the project may read.
READABLE = (".md", ".py", ".yaml", ".yml", ".toml", ".csv", ".html", ".svg", ".json", ".txt", ".css")
#: Capitalised words of citations that are nobody's name.
COMMON = {"China", "Russia", "Chinese", "Russian", "West", "Asia", "World", "The", "In", "Asian", "Alliance"}


#: What pulls what: the 31 pairs that were coded.
CROSS_IMPACTS = {
    "us_pressure_russia": "military_institutional_ties power_asymmetry economic_ties ukraine_war_intensity",
    "ukraine_war_intensity": "us_pressure_russia economic_ties russia_partner_value us_pressure_china "
    "leader_regime_bond identity_divergence",
    "us_pressure_china": "russia_partner_value power_asymmetry nonalignment_doctrine "
    "military_institutional_ties",
    "power_asymmetry": "status_accommodation regional_rivalry economic_ties",
    "status_accommodation": "regional_rivalry",
    "normative_alignment": "ontological_insecurity",
    "regional_rivalry": "ontological_insecurity",
    "ontological_insecurity": "regional_rivalry normative_alignment",
    "leader_regime_bond": "military_institutional_ties economic_ties normative_alignment",
    "military_institutional_ties": "ukraine_war_intensity ontological_insecurity",
    "economic_ties": "ukraine_war_intensity",
    "identity_divergence": "normative_alignment",
    "nonalignment_doctrine": "military_institutional_ties",
    "russia_partner_value": "status_accommodation",
}
#: Chances in per cent of each shock, low, middle and high: of a year, or of a window of the treaty.
YEARLY = {
    "taiwan_crisis": (1, 2.5, 5), "putin_exit": (4, 6, 10), "xi_exit": (2, 4, 7),
    "russia_collapse": (0.5, 1.2, 3), "war_frozen": (15, 25, 40), "russia_wins": (2, 5, 9),
    "us_russia_detente": (5, 9, 16), "us_china_detente": (4, 8, 14), "joint_escalation": (10, 18, 30),
    "secondary_sanctions": (8, 14, 25), "lethal_aid": (2, 4, 8), "central_asia_crisis": (5, 9, 15),
    "colour_revolution_threat": (8, 14, 22), "regime_change_russia": (0.4, 1, 2.5),
    "korean_crisis": (1, 2.5, 5), "arctic_corruption": (3, 6, 12), "south_china_sea": (6, 10, 16),
    "border_history_flare": (1, 2.5, 5), "financial_crisis": (2, 4, 7), "pandemic": (1, 2, 4),
    "eu_china_break": (4, 8, 14), "nuclear_use": (0.3, 0.7, 1.5), "us_polarisation": (5, 10, 18),
    "india_russia_us_triangle": (1, 3, 6),
}  # fmt: skip
#: Of the endings of the treaty (0.5, 1.5, 4) a third is taken to be one with a grievance.
IN_A_WINDOW = {
    "treaty_renewed": (80, 93, 98), "treaty_lapse": (0.5 / 3, 0.5, 4 / 3), "defence_clause": (0.3, 1, 2.5),
}  # fmt: skip
#: The twelve stories that were coded, and the branches of two of them.
STORIES = {
    "s1_plateau", "s2_siege", "s3_wedge", "s4_junior_backlash", "s5_accommodated_unequal", "s6_war_collapse",
    "s7_long_war_alliance", "s8_global_yes_regional_no", "s9_succession", "s10_grand_detente",
    "s11_colour_shock", "s12_inbetween_agency",
}  # fmt: skip
BRANCHES = {
    "s6b_war_collapse_regime_falls": "s6_war_collapse",
    "s11b_colour_shock_reaches_moscow": "s11_colour_shock",
}


@pytest.fixture(scope="module")
def layouts(shipped: Workspace) -> dict[str, str]:
    """Source id of each text by the name locators give it."""
    return {s.layout.name: s.id for s in shipped.sources.values() if s.layout is not None}


def items(source: Source) -> Iterator[tuple[str, OutcomeJudgment | Effect | LevelJudgment]]:
    """Everything coded from a source, by where it stands."""
    for name in ("alliance", "split", "alliance_broad"):
        if (judgment := getattr(source.outcomes, name)) is not None:
            yield f"outcomes.{name}", judgment
    yield from ((f"effects.{driver}", effect) for driver, effect in source.effects.items())
    yield from ((f"levels[{i}]", level) for i, level in enumerate(source.levels))


def lines_of(place: Place, layouts: dict[str, str], default: str) -> list[tuple[int, int]]:
    """First and last lines of a place in its text; KeyError if the map has no such place."""
    known = PLACES[layouts[place.text] if place.text else default]
    found = known[place.unit]
    if isinstance(found, list):
        return [(found[0], found[1])]
    return [tuple(found[n]) for n in range(place.first, place.last + 1)]


def text_of(source: Source) -> str:
    """The text through which a source is known: itself, or the first that reports it."""
    return source.reporters[0] if source.reporters else source.id


# What is in the files.


def test_the_map_has_every_place_a_layout_promises(shipped: Workspace) -> None:
    """Pages, paragraphs and notes are complete and in order, and no two pages or paragraphs overlap."""
    for name, known in PLACES.items():
        layout = shipped.sources[name].layout
        assert layout is not None
        for unit, held in (
            ("page", layout.pages),
            ("paragraph", layout.paragraphs and [1, layout.paragraphs]),
            ("note", layout.notes and [1, layout.notes]),
        ):
            assert list(known.get(unit, {})) == (list(range(held[0], held[1] + 1)) if held else [])
            edges = [line for span in known.get(unit, {}).values() for line in span]
            assert edges == sorted(edges)
        assert ("abstract" in known) == layout.abstract
        assert "title" in known
    assert set(PLACES) == {s.id for s in shipped.sources.values() if s.layout is not None}


def test_every_locator_names_a_place_of_a_text_that_is_mapped(
    shipped: Workspace, layouts: dict[str, str]
) -> None:
    """Of all sources: each place is parsed and found in the map, in a text that reports the source."""
    count = 0
    for source in shipped.sources.values():
        for at, locator in stated_locators(source):
            for place in parse(locator):
                assert lines_of(place, layouts, text_of(source)), f"{source.id} {at}: {locator}"
                text = layouts[place.text] if place.text else text_of(source)
                assert text in (source.reporters or (source.id,)), f"{source.id} {at}: {locator}"
                count += 1
    assert count > 300


def test_every_reading_of_a_driver_names_a_place_or_another_source(
    shipped: Workspace, layouts: dict[str, str]
) -> None:
    """A reading from the texts names the place; one from elsewhere cites a year; none is bare."""
    known = tuple(layouts)
    for driver, spec in shipped.drivers.drivers.items():
        for reading in spec.readings:
            assert reading.rationale, f"{driver} {reading.date}"
            if reading.locator is None:
                assert "no text" in reading.rationale, f"{driver} {reading.date}"
            elif reading.locator.startswith(known):
                for place in parse(reading.locator):
                    assert lines_of(place, layouts, ""), f"{driver} {reading.date}"
            else:
                assert re.search(r"\b(19|20)\d\d\b", reading.locator), f"{driver} {reading.date}"


def test_every_judgment_is_located_graded_explained_and_checked(shipped: Workspace) -> None:
    """Its own place and its own rationale, not only its source's."""
    for source in shipped.sources.values():
        for at, item in items(source):
            assert item.locator, f"{source.id} {at} has no locator of its own"
            assert "grade" in item.model_fields_set, f"{source.id} {at} leaves its grade to the default"
            if isinstance(item, Effect) and isinstance(item.grade, dict):
                assert set(item.grade) == {c for c in CHANNELS if getattr(item, c) is not None}, (
                    f"{source.id} {at}"
                )
            assert item.rationale, f"{source.id} {at} has no rationale of its own"
            assert len(item.rationale.split()) >= 5, f"{source.id} {at}: {item.rationale}"
            assert source.is_checked(item), f"{source.id} {at} is not checked"


def test_every_source_has_what_its_kind_requires(shipped: Workspace) -> None:
    """Texts say how they are counted; views at second hand say through whom; findings state no outcome."""
    for source in shipped.sources.values():
        assert source.stance, source.id
        assert source.rationale, source.id
        assert source.independence, source.id
        if source.kind == "text":
            assert source.layout is not None, source.id
            assert not source.reporters, source.id
        elif source.kind != "expert":
            assert source.reporters, f"{source.id} is of kind {source.kind} and says not where it is reported"
        if source.kind == "effects_only":
            assert not any(at.startswith("outcomes") for at, _ in items(source)), source.id
        if source.kind == "title_only":
            graded = [item.grade for at, item in items(source) if not at.startswith("effects")]
            for effect in source.effects.values():
                graded += [effect.grade_of(c) for c in CHANNELS if getattr(effect, c) is not None]
            assert "TEXT" not in graded, f"{source.id}: nothing of its text is known"
        for cited in source.cites:
            assert cited != source.id


def test_what_no_code_should_speak_for_is_widened(shipped: Workspace) -> None:
    """Advocates, officials, unnamed camps and bare titles are there, and count with a wider spread."""
    kinds = {source.kind for source in shipped.sources.values()}
    for kind in ("advocacy", "official", "camp", "title_only"):
        assert kind in kinds
        assert shipped.question.widened(kind) > 1
    for kind in ("text", "analyst", "expert"):
        assert shipped.question.widened(kind) == 1


def test_denials_are_the_only_zeros(shipped: Workspace) -> None:
    """A zero is a denial: its rationale says so."""
    denial = re.compile(r"den(y|ie[sd]|ial)|called unlikely")
    for source in shipped.sources.values():
        for driver, effect in source.effects.items():
            if 0 in (effect.alliance, effect.split):
                assert effect.rationale, f"{source.id} {driver}"
                assert denial.search(effect.rationale), f"{source.id} {driver}: {effect.rationale}"


def test_the_second_coding_covers_a_third_and_is_compared(shipped: Workspace) -> None:
    """A third of the cells of sources by drivers, and of sources by outcomes; both coders speak in many."""
    found = agreement(shipped)
    assert found is not None
    members = len(shipped.question.panels["all"])
    assert found.cells == 2 * round(members * len(shipped.drivers.drivers) / 3)
    assert found.outcome_cells == round(members * 3 / 3)
    assert found.both >= 40
    assert 0 < found.linear.p05 <= found.linear.value <= found.linear.p95 <= 1


def coded_cells(source: Source) -> Iterator[tuple[tuple[str, str, str], tuple[str, str]]]:
    """((source, item, channel), (code or quantiles, grade)) of every cell of a source."""

    def spread(item: OutcomeJudgment | LevelJudgment) -> str:
        return "/".join(f"{item.quantiles[q]:g}" for q in ("p05", "p50", "p95"))

    for at, item in items(source):
        if isinstance(item, Effect):
            for channel in CHANNELS:
                if (code := getattr(item, channel)) is not None:
                    key = source.id, at.partition(".")[2], channel
                    yield key, (f"{code:g}", item.grade_of(channel))
        elif isinstance(item, LevelJudgment):
            yield (source.id, f"level:{item.driver}", ""), (spread(item), item.grade)
        else:
            yield (source.id, "outcome", at.partition(".")[2]), (spread(item), item.grade)


def logged() -> list[dict[str, str]]:
    """The log of the check against the texts, a row a cell."""
    with (ROOT / "tests/texts/check_log.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_log_of_the_check_ends_where_the_files_stand(shipped: Workspace) -> None:
    """Its last codes are those of the files; what it says happened follows; nothing is unexplained."""
    after = {
        (r["source"], r["item"], r["channel"]): (r["after"], r["grade_after"]) for r in logged() if r["after"]
    }
    assert after == dict(cell for source in shipped.sources.values() for cell in coded_cells(source))
    for row in logged():
        was, now = (row["before"], row["grade_before"]), (row["after"], row["grade_after"])
        same = "kept" if was == now else "changed"
        assert row["status"] == ("added" if not row["before"] else "deleted" if not row["after"] else same)
        assert row["reason"] or row["status"] == "kept", row


def test_the_table_of_the_check_counts_the_log() -> None:
    """ARCHITECTURE.md says what the log adds up to: effects, outcomes, levels."""

    def kind(row: dict[str, str]) -> str:
        item = row["item"].partition(":")[0]
        return item if item in ("outcome", "level") else "effect"

    def row_of(label: str, *counts: object) -> str:
        return f"| {label} | " + " | ".join(str(c) for c in counts) + " |"

    def each(holds: Callable[[dict[str, str]], bool]) -> list[int]:
        return [sum(kind(r) == k and holds(r) for r in logged()) for k in ("effect", "outcome", "level")]

    changed = each(lambda r: r["status"] == "changed")
    in_grade = each(lambda r: r["status"] == "changed" and r["before"] == r["after"])
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    for expected in (
        row_of("before the check", *each(lambda r: bool(r["before"]))),
        row_of("kept", *each(lambda r: r["status"] == "kept")),
        row_of(
            "changed (of these in grade alone)",
            *(f"{a} ({b})" for a, b in zip(changed, in_grade, strict=True)),
        ),
        row_of("deleted", *each(lambda r: r["status"] == "deleted")),
        row_of("added", *each(lambda r: r["status"] == "added")),
        row_of("now", *each(lambda r: bool(r["after"]))),
        row_of("from the text, not inferred", *each(lambda r: r["grade_after"] == "TEXT")),
    ):
        assert expected in page


def neither(one: Agreement) -> int:
    """Cells in which no coder gave a code."""
    return one.cells - one.both - one.first_only - one.second_only


def test_the_table_of_agreement_is_what_is_measured(shipped: Workspace) -> None:
    """ARCHITECTURE.md quotes both comparisons as they come out."""
    found = coders(shipped)
    assert found is not None
    assert found.then is not None
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    pairs = (found.then, found.now)
    for label, cells in (
        (
            "codes by both / first alone / second alone / neither",
            [" / ".join(map(str, (a.both, a.first_only, a.second_only, neither(a)))) for a in pairs],
        ),
        ("whether anything is said: kappa", [f"{a.presence.value:.2f}" for a in pairs]),
        ("same code; at most 1 apart", [f"{a.exact.value:.0%}; {a.within_one.value:.0%}" for a in pairs]),
        ("same code, of cells that either coded", [f"{a.of_either.value:.0%}" for a in pairs]),
        (
            "weighted kappa, linear; quadratic",
            [f"{a.linear.value:.2f}; {a.quadratic.value:.2f}" for a in pairs],
        ),
        ("strength sign aside, linear kappa", [f"{a.strength.value:.2f}" for a in pairs]),
        ("grade, kappa", [f"{a.grade.value:.2f}" for a in pairs]),
    ):
        assert f"| {label} | {' | '.join(cells)} |" in page


def test_every_driver_is_measured_or_says_why_not(shipped: Workspace) -> None:
    """One or the other, never neither and never both."""
    measured = {i.driver for i in shipped.indicators.indicators.values() if isinstance(i, Indicator)}
    for name, driver in shipped.drivers.drivers.items():
        assert (name in measured) != bool(driver.no_indicator), name


# What drivers do to one another, events and stories.


def texts_named(locator: str, layouts: dict[str, str]) -> set[str]:
    """Ids of the texts in which a locator's places are; KeyError where one names none, or no such place."""
    places = parse(locator)
    for place in places:
        assert lines_of(place, layouts, ""), locator
    return {layouts[place.text] for place in places if place.text}


def test_all_that_was_coded_of_what_may_happen_is_there(shipped: Workspace) -> None:
    """31 cross-impacts, 27 shocks, 12 stories with two branches, each under its name."""
    pairs = [(one.from_, one.to) for one in shipped.drivers.cross_impacts]
    assert sorted(pairs) == sorted((a, b) for a, bs in CROSS_IMPACTS.items() for b in bs.split())
    assert len(pairs) == 31
    assert set(shipped.shocks) == {*YEARLY, *IN_A_WINDOW}
    assert len(shipped.shocks) == 27
    assert {*STORIES, *BRANCHES} <= set(shipped.scenarios)
    for branch, trunk in BRANCHES.items():
        assert shipped.scenarios[branch].includes == [trunk]


def test_what_the_texts_say_of_what_may_happen_has_its_place(
    shipped: Workspace, layouts: dict[str, str]
) -> None:
    """TEXT has a locator; every locator is mapped; every grade is written out; every item has its reason."""
    said: list[tuple[str, CrossImpact | Shock]] = list(shipped.shocks.items())
    said += [(f"{one.from_} on {one.to}", one) for one in shipped.drivers.cross_impacts]
    for name, one in said:
        assert "grade" in one.model_fields_set, name
        assert one.grade == "INFER" or one.locator, name
        assert one.locator is None or texts_named(one.locator, layouts), name
        assert len(one.rationale.split()) >= 5, name
    assert sum(one.grade == "TEXT" for _, one in said) >= 20
    for name, interaction in shipped.drivers.interactions.items():
        assert texts_named(interaction.locator or "", layouts), name
    for pair in shipped.drivers.correlations:
        assert "Ours." in pair.rationale, pair.drivers


def test_every_place_named_in_passing_is_mapped(shipped: Workspace, layouts: dict[str, str]) -> None:
    """Places inside the reasons of shocks, and of what they do."""
    names = "|".join(map(re.escape, layouts))
    place = re.compile(rf"(?:{names}), (?:pp?\.|paras?\.|notes?) \d(?:[\d, -]*\d)?")
    count = 0
    for shock in shipped.shocks.values():
        effects: list[Jump | DirectEffect] = [*shock.jumps.values(), *shock.direct.values()]
        for reason in (shock.rationale, *(effect.rationale for effect in effects)):
            for found in place.findall(reason or ""):
                assert texts_named(found, layouts)
                count += 1
    assert count >= 4


def test_a_denied_cross_impact_is_a_zero(shipped: Workspace) -> None:
    """One is denied, and says so; the rest pull."""
    zeros = [one for one in shipped.drivers.cross_impacts if one.strength == 0]
    assert [(one.from_, one.to) for one in zeros] == [("ontological_insecurity", "normative_alignment")]
    assert "denial" in zeros[0].rationale


def test_the_limit_quoted_beside_the_cross_impacts_is_theirs(shipped: Workspace) -> None:
    """The comment says above which unit they run away: 1 over the largest real part of an eigenvalue."""
    names = list(shipped.drivers.drivers)
    strength = np.zeros((len(names), len(names)))
    for one in shipped.drivers.cross_impacts:
        strength[names.index(one.to), names.index(one.from_)] = one.strength
    largest = np.linalg.eigvals(strength).real.max()
    comment = (ROOT / "priors/drivers.yaml").read_text("utf-8")
    assert f"Above {1 / largest:.3f} a point" in comment
    assert f"1 over {largest:.2f}," in comment
    assert shipped.drivers.cross_impact_unit["p95"] < 0.5 / largest


def test_rates_are_turned_from_yearly_chances(shipped: Workspace) -> None:
    """-ln(1 - p) of each, in three digits; in a window the chance itself."""
    for name, chances in {**YEARLY, **IN_A_WINDOW}.items():
        shock = shipped.shocks[name]
        stated = shock.rate or shock.probability
        assert stated is not None
        expected = [c / 100 if name in IN_A_WINDOW else -math.log1p(-c / 100) for c in chances]
        assert [stated[q] for q in ("p05", "p50", "p95")] == pytest.approx(expected, rel=5e-3), name


def test_windows_follow_from_the_article(shipped: Workspace) -> None:
    """Art. 25: terms end twenty years after 28 February 2002 and every five after that; notice is due a year
    before. A lapse falls in the year up to that day, a renewal or a changed text in the year from it on; and
    of what is over before the forecast begins there is no window."""
    as_of, horizon = shipped.question.as_of, shipped.question.horizon
    due = [dt.date(end - 1, 2, 28) for end in range(2022, 2042, 5)]

    def year_of(shock: Shock) -> list[tuple[dt.date, dt.date]]:
        return [(window.start, window.end) for window in shock.windows]

    ahead = [day for day in due if as_of < day <= horizon]
    assert year_of(shipped.shocks["treaty_lapse"]) == [(d.replace(year=d.year - 1), d) for d in ahead]
    for name in ("treaty_renewed", "defence_clause"):
        assert year_of(shipped.shocks[name]) == [(d, d.replace(year=d.year + 1)) for d in ahead], name
    assert shipped.shocks["treaty_lapse"].outcome == "split"
    assert shipped.shocks["defence_clause"].outcome == "alliance"


def test_a_contested_sign_has_a_size_and_a_reason(shipped: Workspace) -> None:
    """What may be reversed has one sign otherwise, and says who disagrees; so does what raises another."""
    contested = 0
    for name, shock in shipped.shocks.items():
        effects: list[Jump | DirectEffect] = [*shock.jumps.values(), *shock.direct.values()]
        for effect in effects:
            if effect.reversed:
                contested += 1
                low, high = effect.quantiles["p05"], effect.quantiles["p95"]
                assert low * high > 0, name
                assert effect.rationale, name
        for other in shock.raises:
            assert other.rationale, f"{name} raises {other.shock}"
    assert contested >= 6


def test_every_story_says_what_it_rests_on_and_what_it_expects(
    shipped: Workspace, layouts: dict[str, str]
) -> None:
    """Three sentences, sources, an expectation of both outcomes; places where these are reported."""
    for name, scenario in shipped.scenarios.items():
        if name == BASELINE:
            continue
        assert len(re.findall(r"[.?!](?:\s|$)", scenario.storyline.strip())) == 3, name
        assert scenario.motivated_by, name
        assert set(scenario.expected) == set(CHANNELS), name
        if scenario.locator:
            known = {
                text
                for source in scenario.motivated_by
                for text in (shipped.sources[source].reporters or (source,))
            }
            assert texts_named(scenario.locator, layouts) <= known, name


def test_a_forced_event_finds_free_what_it_moves_most(shipped: Workspace) -> None:
    """No story holds, on the day of an event, the driver that the event would move furthest."""
    forced = 0
    for name, scenario in shipped.scenarios.items():
        done = [placed.intervention.act for placed in acts(scenario, shipped.scenarios)]
        holds = [act for act in done if isinstance(act, Hold | Ramp)]
        for event in (act for act in done if isinstance(act, Force)):
            forced += 1
            jumps = shipped.shocks[event.shock].jumps
            moved = max(jumps, key=lambda driver: abs(jumps[driver].quantiles.p50))
            for hold in holds:
                start, end = hold.start or dt.date.min, hold.end or dt.date.max
                assert hold.driver != moved or not start <= event.date <= end, f"{name}: {event.shock}"
    assert forced >= 20


# What needs the copies.


@needs_copies
def test_mapped_places_hold_words() -> None:
    """Each place of the map begins with words in its copy."""
    for known in PLACES.values():
        copy = (COPIES / known["file"]).read_text("utf-8").split("\n")
        for unit in ("page", "paragraph", "note"):
            for first, last in known.get(unit, {}).values():
                assert copy[first - 1].strip(), f"{known['file']}:{first}"
                assert any(copy[n - 1].strip() for n in range(first, last + 1))
        for unit in ("title", "abstract"):
            if unit in known:
                assert copy[known[unit][0] - 1].strip()


@needs_copies
def test_pages_hold_about_as_much_as_a_printed_page() -> None:
    """Between the breaks of the two articles stand 280 to 510 words of prose; references are left out."""
    prose = {"ying2018": range(334, 350), "bossuyt_kaczmarski2021": range(540, 553)}
    for name, pages in prose.items():
        copy = (COPIES / PLACES[name]["file"]).read_text("utf-8").split("\n")
        for page in pages:
            first, last = PLACES[name]["page"][page]
            count = sum(len(line.split()) for line in copy[first - 1 : last])
            assert 280 <= count <= 510, f"{name} p. {page}: {count} words"


@needs_copies
def test_a_reported_author_is_named_where_the_locators_lead(
    shipped: Workspace, layouts: dict[str, str]
) -> None:
    """Some surname of a source's citation stands on the pages it is said to be reported on."""
    for source in shipped.sources.values():
        if not source.reporters or source.kind == "camp" or "nnamed" in source.citation:
            continue
        surnames = set(re.findall(r"[A-Z][a-zà-ž]+(?:[A-Z][a-z]+)?", source.citation))
        found = set()
        for place in parse(source.locator):
            text = layouts[place.text] if place.text else text_of(source)
            copy = (COPIES / PLACES[text]["file"]).read_text("utf-8").split("\n")
            for first, last in lines_of(place, layouts, text_of(source)):
                found |= surnames & set(_WORD.findall("\n".join(copy[first - 1 : last])))
        assert found - COMMON, f"{source.id}: no author of it stands at {source.locator}"


@needs_copies
def test_no_run_of_nine_words_is_anybody_elses() -> None:
    """In no file of the project, bibliographic titles not excepted."""
    runs: dict[tuple[str, ...], str] = {}
    for copy in sorted(COPIES.glob("*.txt")):
        said = words(copy.read_text("utf-8"))
        runs |= {tuple(said[i : i + RUN]): copy.name for i in range(len(said) - RUN + 1)}
    assert len(runs) > 15_000
    tracked = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, text=True, check=True
    ).stdout.split("\0")
    assert {"priors/shocks.yaml", "priors/drivers.yaml"} <= set(tracked)
    assert {f"scenarios/{name}.yaml" for name in STORIES | set(BRANCHES)} <= set(tracked)
    copied = []
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in READABLE and path.exists():
            said = words(path.read_text("utf-8", errors="replace"))
            found = (tuple(said[i : i + RUN]) for i in range(len(said) - RUN + 1))
            copied += [f"{name}: {' '.join(run)}" for run in found if run in runs]
    assert not copied


def words(text: str) -> list[str]:
    """The words of a text in lower case, hyphens parting them."""
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]
