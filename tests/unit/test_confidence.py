"""Analytic confidence: formulas by hand, one rule that never rewards worse evidence, and no likelihood."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import product
from math import exp, log, sqrt
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from test_report_material import PASSED, make_material, material  # noqa: F401

from forecast.answering import Material
from forecast.inputs.records import CREDIBILITY, RELIABILITY
from forecast.inputs.workspace import Workspace
from forecast.lexicon import LEXICONS
from forecast.report.data import plain_data
from forecast.report.findings import voices as said
from forecast.report.findings.confidence import OUTCOMES, Confidence, confidence, reading
from forecast.report.findings.grades import BORNE, CARRIES, grades
from forecast.report.findings.measures import MEASURES
from forecast.report.findings.verdicts import (
    LEVELS,
    VERDICTS,
    Judged,
    Limits,
    Reading,
    Verdict,
    joined,
    judged,
    weaker,
)
from forecast.report.findings.voices import Voice
from forecast.report.ledger import paths_of, publish
from forecast.report.marks import plain
from forecast.report.sections.confidence import confidence as section
from forecast.report.sections.confidence import sentence
from forecast.report.view import View
from forecast.sensitivity.short_band import Specification
from forecast.sensitivity.specification import Band

TERMS = sorted({word for lexicon in LEXICONS.values() for term in lexicon.terms for word in term.words})
#: Words that estimate, in any lexicon or none.
LIKELIHOOD = re.compile(
    rf"\b(?:{'|'.join(map(re.escape, TERMS))}|probab\w+|likel\w+|chances?|odds|possib\w+|certain\w*)\b",
    re.IGNORECASE,
)


def voice(source: str, **given: Any) -> Voice:
    """A voice of its own cluster, said in the text last year by a good source, unless told otherwise."""
    usual = {"cluster": source, "weight": 1.0, "share": 1.0, "log_odds": 0.0, "inferred": False, "age": 1.0}
    return Voice(**{"source": source, "grade": "C2", **usual, **given})


def a_reading(name: str, verdict: Verdict | None, component: str = "one", measure: float = 1.0) -> Reading:
    """A reading with a verdict of its own."""
    return Reading(name, component, "split", measure, Limits(2, 4, "times"), verdict, f"{name} is {verdict}")


def narrow(view: View, part: float) -> Specification:
    """A specification whose bands are so large a part of each headline's interval, in log-odds."""
    bands = {}
    for outcome in OUTCOMES:
        value = view.headline(outcome, view.far)
        low, high = said.logit(value.p05), said.logit(value.p95)
        ends = [(low + high) / 2 + side * part * (high - low) / 2 for side in (-1, 1)]
        low, high = (1 / (1 + exp(-x)) for x in ends)
        effects = {"half_life": {1.0: low, 2.0: high}, "shared_bias": {1.0: low}}
        bands[f"{view.quantity(outcome)}.{outcome}"] = Band(low, high, value.p05, value.p95, effects)
    return Specification(view.far, bands, asked=15, used=12, whole=45)


def regraded(material: Material, grade: str | None) -> View:  # noqa: F811
    """The material with every source graded so."""
    why = "Said by a test." if grade else None
    old = material.workspace
    sources = {
        name: source.model_copy(update={"admiralty": grade, "admiralty_why": why})
        for name, source in old.sources.items()
    }
    new = replace(old, sources=sources)
    main = replace(material.main, fit=replace(material.main.fit, workspace=new))
    return View(replace(material, workspace=new, main=main))


# One rule.


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (["strong"], "strong"),
        (["strong", "fair"], "fair"),
        (["strong", "strong", "fair"], "strong"),
        (["strong", "strong", "weak"], "fair"),
        (["strong", "weak"], "weak"),
        (["fair", "fair", "weak"], "fair"),
        (["fair", "weak", "weak", "strong"], "weak"),
        (["strong", "strong", None], "strong"),
        (["strong", None], "fair"),
        ([None], "fair"),
        ([], "fair"),
    ],
)
def test_verdicts_are_joined_by_one_rule(verdicts: list[Verdict | None], expected: Verdict) -> None:
    """Weak at half or more weak; strong if none is weak and most are strong; not computed is fair."""
    assert joined(verdicts) == expected


def test_a_worse_verdict_never_makes_it_better() -> None:
    """Of every combination of up to five, each verdict made worse by one."""
    for count in range(1, 6):
        for verdicts in product(VERDICTS, repeat=count):
            before = VERDICTS.index(joined(verdicts))
            for i, each in enumerate(verdicts):
                if each != "weak":
                    worse = list(verdicts)
                    worse[i] = VERDICTS[VERDICTS.index(each) + 1]
                    assert VERDICTS.index(joined(worse)) >= before


def test_limits_hold_at_their_ends() -> None:
    """Up to the first is strong, up to the second fair; the other way round where more is better."""
    falling, rising = Limits(2, 4, "times"), Limits(0.75, 0.5, "share", rising=True)
    assert [falling.verdict(x) for x in (1, 2, 2.1, 4, 4.1)] == ["strong", "strong", "fair", "fair", "weak"]
    assert [rising.verdict(x) for x in (1, 0.75, 0.7, 0.5, 0.49)] == [
        *("strong", "strong", "fair", "fair", "weak")
    ]


def test_readings_come_to_components_and_these_to_a_level() -> None:
    """The same rule twice; what bars makes it low whatever is read."""
    readings = [
        a_reading("a", "strong", "one"),
        a_reading("b", "strong", "one"),
        a_reading("c", "weak", "two"),
        a_reading("d", "fair", "two"),
        a_reading("e", "strong", "three"),
    ]
    found = judged("split", readings)
    assert [(c.name, c.verdict) for c in found.components] == [
        *(("one", "strong"), ("two", "weak"), ("three", "strong"))
    ]
    assert found.level == "moderate"
    assert judged("split", readings[:2] + readings[4:]).level == "high"
    assert judged("split", readings[2:4]).level == "low"
    assert judged("split", readings[:2], barred=["nobody is heard"]).level == "low"


def test_of_two_readings_the_weaker_is_taken() -> None:
    """By verdict, then by how far out it is."""
    fair, weak = a_reading("a", "fair", measure=3.0), a_reading("a", "weak", measure=5.0)
    further = a_reading("a", "weak", measure=9.0)
    assert weaker(fair, weak) is weaker(weak, fair) is weak
    assert weaker(weak, further) is weaker(further, weak) is further
    share = Limits(0.75, 0.5, "share", rising=True)
    low, high = (replace(fair, limits=share, measure=m) for m in (0.5, 0.6))
    assert weaker(low, high) is weaker(high, low) is low


# Measures.


def test_the_typical_distance_is_a_standard_deviation() -> None:
    """With equal weights the sample's; by hand for others; nothing changes when all move together."""
    x = [0.0, 1.0, 3.5]
    assert said.typical(x, [1, 1, 1]) == pytest.approx(exp(np.std(x, ddof=1)))
    # Weights 3 and 1: mean 0.25 d, squares 3 (0.25 d)^2 + (0.75 d)^2 = 0.75 d^2, over 4 - 10 / 4.
    assert said.typical([0.0, log(4)], [3, 1]) == pytest.approx(exp(sqrt(0.75 / 1.5) * log(4)))
    for moved in (-5.0, 2.0):
        assert said.typical([v + moved for v in x], [1, 2, 3]) == pytest.approx(said.typical(x, [1, 2, 3]))
    assert said.typical(x, [2, 4, 6]) == pytest.approx(said.typical(x, [1, 2, 3]))


def test_a_cluster_is_one_voice() -> None:
    """Its members' weighted mean, with the weight of the heaviest; one cluster alone has no spread."""
    pair = [voice("a", cluster="k", log_odds=1.0, weight=2.0), voice("b", cluster="k", log_odds=4.0)]
    alone = voice("c", log_odds=-1.0, weight=2.0)
    assert said.spread([*pair, alone]) == pytest.approx(said.typical([2.0, -1.0], [2.0, 2.0]))
    assert said.spread(pair) is None
    assert said.spread([]) is None


def test_windows_are_made_comparable() -> None:
    """At a constant rate; ten years stay, a state stays."""
    assert said.comparable(-2.0, 10) == pytest.approx(-2.0)
    assert said.comparable(-2.0, None) == -2.0
    five = 1 / (1 + exp(2.0))
    assert said.comparable(-2.0, 5) == pytest.approx(said.logit(1 - (1 - five) ** 2))


def test_answers_apart_are_a_ratio_of_odds() -> None:
    """One in five against one in two is four times in odds; one answer is not apart."""
    assert said.apart([said.logit(0.2), said.logit(0.3), said.logit(0.5)]) == pytest.approx(4.0)
    assert said.apart([0.3]) is None


def test_shares_and_ages_by_hand() -> None:
    """Inferred by the panel's weight, age by the model's, grades by whatever they are given."""
    heard = [
        voice("a", age=1.0, weight=1.0, share=2.0),
        voice("b", age=4.0, weight=1.5, share=1.0, inferred=True),
        voice("c", age=9.0, weight=1.0, share=1.0, inferred=True),
    ]
    assert said.inferred(heard) == pytest.approx(0.5)
    assert said.age(heard) == 4.0
    assert said.well_graded({"a": 1, "b": 3}, {"a": "B2", "b": "D2"}) == pytest.approx(0.25)
    assert said.inferred([]) is said.age([]) is said.well_graded({}, {}) is None


def test_a_worse_grade_is_never_a_better_share() -> None:
    """Of every grade, made worse by a letter or a digit."""
    for letter, digit in product(RELIABILITY, CREDIBILITY):
        for worse in (letter + chr(ord(digit) + 1), chr(ord(letter) + 1) + digit):
            if worse[0] in RELIABILITY and worse[1] in CREDIBILITY:
                assert said.is_good(worse) <= said.is_good(letter + digit)


def test_no_measure_is_a_weakness_only_where_somebody_should_have_spoken() -> None:
    """Nobody on the outcome: weak. No other choices: not computed. No class to compare: left out."""
    nobody, unknown = reading("voices", "split", None), reading("band", "split", None)
    assert nobody is not None
    assert unknown is not None
    assert (nobody.verdict, unknown.verdict) == ("weak", None)
    assert nobody.ground == MEASURES["voices"].none
    assert "not computed" in unknown.ground
    assert reading("classes", "split", None) is None


# A material.


def test_each_judgment_has_its_components(material: Material) -> None:  # noqa: F811
    """All five for the ways out and what is left; every measure stands where it belongs."""
    found = confidence(View(material))
    assert [each.outcome for each in found.judgments] == list(OUTCOMES)
    names = list(dict.fromkeys(measure.component for measure in MEASURES.values()))
    for each in found.judgments:
        assert [c.name for c in each.components] == names
        for component in each.components:
            assert component.verdict == joined(r.verdict for r in component.readings)
            assert all(MEASURES[r.name].component == component.name for r in component.readings)
    assert found.level == max((each.level for each in found.judgments), key=list(LEVELS.values()).index)


def read(found: Confidence, outcome: str) -> dict[str, Reading]:
    """An outcome's readings by name."""
    return {r.name: r for c in found.of(outcome).components for r in c.readings}


def test_what_is_left_takes_the_weaker_of_the_ways_out(material: Material) -> None:  # noqa: F811
    """But for the range under other choices, which is its own."""
    view = View(material)
    found = confidence(view, specification=narrow(view, 0.4))
    alliance, left, split = (read(found, o) for o in ("alliance", "partnership", "split"))
    for name, each in left.items():
        if name == "band":
            assert each.of == "partnership"
        else:
            both = [r[name] for r in (alliance, split) if name in r]
            assert each == weaker(both[0], both[-1])


def test_the_band_is_read_against_the_interval(material: Material) -> None:  # noqa: F811
    """In log-odds, by the specification that is given; without one nothing is computed, and it is fair."""
    view = View(material)
    without = confidence(view)
    assert all(read(without, o)["band"].verdict is None for o in OUTCOMES)
    for part, verdict in ((0.2, "strong"), (0.4, "fair"), (0.7, "weak")):
        found = confidence(view, specification=narrow(view, part))
        for outcome in OUTCOMES:
            band = read(found, outcome)["band"]
            assert band.measure == pytest.approx(part)
            assert band.verdict == verdict
            assert band.names[0] == "half_life"


def test_estimation_that_failed_is_low_and_says_so_first(small: Workspace) -> None:
    """Whatever the evidence is."""
    failed = View(make_material(small, diagnostics=replace(PASSED, divergences=3)))
    found = confidence(failed, specification=narrow(failed, 0.1))
    for each in found.judgments:
        assert each.level == "low"
        assert each.barred[0] == "the estimation has not passed its checks"
        assert "low**: the estimation has not passed" in sentence(found, each.outcome)


def test_a_panel_of_nobody_is_low(small: Workspace) -> None:
    """And the section can be written."""
    from test_report_material import prior_result

    nobody = prior_result(small, "none")
    view = View(Material(small, nobody, (), ()))
    found = confidence(view)
    assert {each.level for each in found.judgments} == {"low"}
    for outcome in OUTCOMES:
        told = sentence(found, outcome)
        assert "low**: no source is heard; " in told
        assert len(re.findall("heard|hardly anyone", told)) == 1
    assert "Grades of the sources" not in "\n".join(section(view, found, grades(view.fit)))


def test_from_another_state_nothing_stated_counts(material: Material) -> None:  # noqa: F811
    """What is stated is of leaving partnership."""
    fit = replace(material.main.fit, start_state="alliance")
    assert said.voices(fit, "split") == ()
    assert said.voices(material.main.fit, "split")
    assert said.voices(material.main.fit, "partnership") == ()


# Evidence and likelihood.


def test_worse_grades_never_raise_the_level(material: Material) -> None:  # noqa: F811
    """From the best grade to the last, for all sources at once; and some are lowered by it."""
    order = list(LEVELS.values())
    before: dict[str, int] = {}
    shares = []
    for grade in ("A1", "B2", "C3", "C4", "D3", "E5", "F6", None):
        view = regraded(material, grade)
        found = confidence(view, specification=narrow(view, 0.1))
        now = {each.outcome: order.index(each.level) for each in found.judgments}
        assert all(now[o] >= before.get(o, 0) for o in OUTCOMES)
        before = now
        shares.append(read(found, "split")["speakers"].measure)
    assert shares == [1, 1, 1, 0, 0, 0, 0, 0]


def moved(view: View, by: float) -> View:
    """Every probability of the answers moved by so much log-odds."""

    def shift(p: Any) -> Any:
        kept = np.clip(p, 1e-9, 1 - 1e-9)
        return 1 / (1 + np.exp(-(np.log(kept) - np.log1p(-kept) + by)))

    result = view.main
    answers = result.answers

    def answer(one: Any) -> Any:
        reached = {
            date: {k: replace(s, mean=float(shift(s.mean))) for k, s in by_outcome.items()}
            for date, by_outcome in one.reached.items()
        }
        return replace(one, reached=reached)

    pooled = replace(answers.pooled_judgment, answer=answer(answers.pooled_judgment.answer))
    told = replace(
        answers,
        outside_view=answer(answers.outside_view),
        pooled_judgment=pooled,
        model=answer(answers.model),
    )
    baseline = replace(result.baseline, draws=shift(result.baseline.draws))
    main = replace(result, answers=told, forecasts=(baseline, *result.forecasts[1:]))
    return View(replace(view.material, main=main))


@pytest.mark.parametrize("by", [-2.0, 1.5])
def test_how_likely_it_is_has_no_part_in_it(material: Material, by: float) -> None:  # noqa: F811
    """Every answer's log-odds moved alike: the same measures and levels of both ways out."""
    before, after = View(material), moved(View(material), by)
    assert said.logit(after.headline("split", after.far).p50) != pytest.approx(
        said.logit(before.headline("split", before.far).p50), abs=0.5
    )
    one, two = (confidence(v, specification=narrow(v, 0.4)) for v in (before, after))
    for outcome in ("alliance", "split"):
        assert one.of(outcome).level == two.of(outcome).level
        for name, was in read(one, outcome).items():
            assert read(two, outcome)[name].measure == pytest.approx(was.measure, rel=1e-6)


def test_what_sources_say_may_move_together(material: Material) -> None:  # noqa: F811
    """The spread of voices is the same wherever they are."""
    heard = [voice(n, log_odds=x) for n, x in (("a", -4.0), ("b", -3.0), ("c", -1.5))]
    elsewhere = [replace(v, log_odds=v.log_odds + 3) for v in heard]
    assert said.spread(heard) == pytest.approx(said.spread(elsewhere))


# Words.


def test_no_ground_speaks_of_likelihood_or_holds_a_number() -> None:
    """They stand in sentences about confidence."""
    for measure in MEASURES.values():
        for ground in (*measure.grounds.values(), measure.none):
            assert not LIKELIHOOD.search(ground), ground
            assert not re.search(r"\d|%|[.;:]", ground), ground
            assert not re.search(r"\bwill\b", ground), ground


@pytest.mark.parametrize("part", [None, 0.1, 0.4, 0.8])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_sentence_is_one_and_of_confidence_alone(
    material: Material,  # noqa: F811
    outcome: str,
    part: float | None,
) -> None:
    """Its level, its grounds, no likelihood, no percentage."""
    view = View(material)
    found = confidence(view, specification=narrow(view, part) if part else None)
    text = plain(sentence(found, outcome))
    assert text.startswith(f"Confidence in this judgment is **{found.of(outcome).level}**: ")
    assert text.count(".") == 1
    assert text.endswith(".")
    assert not LIKELIHOOD.search(text)
    assert "%" not in text


def test_a_sentence_names_what_weighs_against_it_first() -> None:
    """Weak grounds, then fair ones, then one in its favour; a high level names what it rests on."""
    mixed = Confidence(
        (
            judged(
                "split",
                [
                    a_reading("a", "strong", "one"),
                    a_reading("b", "fair", "two"),
                    a_reading("c", "weak", "two"),
                    a_reading("d", "fair", "two"),
                    a_reading("e", "weak", "three"),
                ],
            ),
            judged("alliance", [a_reading("a", "strong", "one"), a_reading("b", "strong", "two")]),
        )
    )
    assert sentence(mixed, "split").endswith(
        "**moderate**: e is weak; c is weak; in its favour, a is strong."
    )
    assert sentence(mixed, "alliance").endswith("**high**: a is strong; b is strong.")
    assert mixed.level == "moderate"


# The section.


@pytest.fixture(scope="module")
def told(material: Material) -> SimpleNamespace:  # noqa: F811
    """The section of a material whose sources are graded, all but one."""
    view = regraded(material, "D3")
    sources = dict(view.workspace.sources)
    sources["smith2019"] = sources["smith2019"].model_copy(update={"admiralty": None, "admiralty_why": None})
    files = replace(view.workspace, sources=sources)
    main = replace(view.main, fit=replace(view.fit, workspace=files))
    view = View(replace(view.material, workspace=files, main=main))
    found = confidence(view, specification=narrow(view, 0.4))
    graded = grades(view.fit)
    marked = "\n".join(section(view, found, graded))
    return SimpleNamespace(view=view, found=found, graded=graded, marked=marked, text=plain(marked))


def test_the_section_has_a_sentence_for_each_judgment(told: SimpleNamespace) -> None:
    """Under its heading, with the outcome's title."""
    assert told.text.startswith("## Analytic confidence\n")
    for outcome in OUTCOMES:
        title = told.view.outcome_title(outcome)
        assert f"- **{title}.** {plain(sentence(told.found, outcome))}" in told.text


def test_likelihood_and_confidence_share_no_sentence(told: SimpleNamespace) -> None:
    """Nor does a percentage; the scale's own words stand in quotation marks."""
    bare = re.sub(r"“[^”]*”", "", told.text)
    for line in bare.splitlines():
        for each in re.split(r"(?<=[.!?])\s", line):
            if "confidence" in each.lower():
                assert not LIKELIHOOD.search(each), each
                assert "%" not in each, each
    assert not re.search(r"\b(?:un)?likely\b|\bwill\b", bare)


def test_every_number_of_the_section_is_in_the_data(told: SimpleNamespace) -> None:
    """Whatever carries a value carries one of the findings'."""
    known = paths_of({"findings": plain_data({"confidence": told.found, "grades": told.graded})})
    _, ledger = publish(told.marked, known)
    shown = [entry for line in ledger.lines for entry in line.numbers if entry.value is not None]
    assert len(shown) > 40
    assert [entry.text for entry in shown if entry.value not in known] == []


def test_all_measures_are_shown_with_their_limits(told: SimpleNamespace) -> None:
    """One row each, one column a judgment."""
    for name, measure in MEASURES.items():
        if any(name in read(told.found, outcome) for outcome in OUTCOMES):
            (row,) = [line for line in told.text.splitlines() if line.startswith(f"| {measure.title} |")]
            assert row.count("|") == len(OUTCOMES) + 4
    assert not re.search(r"(?<![\d.,])(0|0\.0|100|100\.0)%", told.text)


def test_the_matrix_counts_the_panel(told: SimpleNamespace) -> None:
    """Every source once, all weight; who has no grade is named under F6."""
    cells = told.graded.cells
    assert [cell.grade for cell in cells] == [a + b for a in RELIABILITY for b in CREDIBILITY]
    members = sorted(member for cell in cells for member in cell.sources)
    assert members == sorted(told.view.fit.panel.members)
    assert sum(cell.share for cell in cells) == pytest.approx(1.0)
    assert told.graded.ungraded == ("smith2019",)
    assert told.graded.cell("F6").sources == ("smith2019",)
    assert (told.graded.good, told.graded.best) == (0, 0)
    name = told.view.source_names["smith2019"]
    assert f"Not graded, and so counted under F6: {name}." in told.text
    row = next(line for line in told.text.splitlines() if line.startswith("| **F** "))
    assert row.split("|")[-2].strip().startswith("1 (")


def test_weak_sources_that_bear_much_are_named(told: SimpleNamespace) -> None:
    """With their shares, the heaviest first; good ones never."""
    bearing = told.graded.bearing
    assert bearing
    assert [b.most for b in bearing] == sorted((b.most for b in bearing), reverse=True)
    for what in BORNE:
        assert sum(b.shares[what] for b in bearing) <= 1 + 1e-9
    assert all(b.most >= CARRIES for b in bearing)
    assert "Weak and load-bearing" in told.text
    good = regraded(told.view.material, "B2")
    assert grades(good.fit).bearing == ()


def test_a_level_says_what_it_means(told: SimpleNamespace) -> None:
    """High, moderate and low, in words, and that the grades are ours and weigh nothing."""
    for level in LEVELS.values():
        assert f"- **{level.capitalize()}:** " in told.text
    assert "The grades are ours, and nothing in the forecast is weighed by them." in told.text
    assert "12 of 15 combinations" in told.text


def test_without_other_choices_the_section_says_so(material: Material) -> None:  # noqa: F811
    """Not computed, in the table and below it."""
    view = View(material)
    text = plain("\n".join(section(view, confidence(view), grades(view.fit))))
    assert "| not computed |" in text
    assert "were not computed for this report" in text


def test_a_judgment_can_be_asked_for_by_outcome() -> None:
    """And has its components by verdict."""
    found = Judged("split", "low", judged("split", [a_reading("a", "weak")]).components)
    assert [c.name for c in found.having("weak")] == ["one"]
    assert found.having("strong") == ()


def test_an_outcome_nobody_is_heard_on_is_low(material: Material) -> None:  # noqa: F811
    """From another state nothing stated counts: low, whatever else is read, and the reason is given once."""
    main = replace(material.main, fit=replace(material.main.fit, start_state="alliance"))
    view = View(replace(material, main=main))
    found = confidence(view, specification=narrow(view, 0.1))
    for outcome in ("alliance", "split"):
        assert found.of(outcome).barred == ("no source of the panel is heard on it",)
    assert found.of("partnership").barred == ("no source of the panel is heard on a way out of it",)
    for outcome in ("alliance", "partnership", "split"):
        assert found.of(outcome).level == "low"
        assert set(found.of(outcome).told) == {"voices", "speakers"}
        assert len(re.findall("heard|hardly anyone", sentence(found, outcome))) == 1


def test_one_source_alone_is_low(told: SimpleNamespace) -> None:
    """Only Smith is coded on the broad state; two are heard on either way out, which this leaves as it is."""
    broad = told.found.of("alliance_broad")
    assert broad.level == "low"
    assert broad.barred == ("only one source is heard on it",)
    assert "hardly anyone" not in sentence(told.found, "alliance_broad")
    for outcome in ("alliance", "partnership", "split"):
        assert told.found.of(outcome).barred == ()
    assert "nobody of the panel, or only one source, is heard on the outcome" in told.text


@pytest.mark.parametrize(
    ("graded", "called"),
    [((), "ungraded"), (("jones2022",), "poorly graded or ungraded"), (None, "poorly graded")],
)
def test_ungraded_sources_are_not_called_poorly_graded(
    material: Material,  # noqa: F811
    graded: tuple[str, ...] | None,
    called: str,
) -> None:
    """Those without a grade count as F6, and are called what they are; of both kinds both are named."""
    bare, poor = regraded(material, None), regraded(material, "E5")
    view = poor if graded is None else bare
    if graded:
        sources = {**bare.workspace.sources, **{n: poor.workspace.sources[n] for n in graded}}
        workspace = replace(bare.workspace, sources=sources)
        main = replace(material.main, fit=replace(material.main.fit, workspace=workspace))
        view = View(replace(material, workspace=workspace, main=main))
    ground = read(confidence(view), "split")["speakers"].ground
    assert ground == f"most of what is said of it comes from {called} sources"


def test_no_weight_is_said_as_none(material: Material) -> None:  # noqa: F811
    """No source is graded so well: none, and no share that is nearly none; and all is all."""
    for grade, shares in ((None, ("none", "none")), ("C3", ("none", "all")), ("B2", ("all", "all"))):
        view = regraded(material, grade)
        text = plain("\n".join(section(view, confidence(view), grades(view.fit))))
        best, good = shares
        assert f"weights {best} is on sources graded B3 or better, {good} on sources graded C3" in text
        assert ("below C3, or not graded, that carry" in text) == (grade is None)
