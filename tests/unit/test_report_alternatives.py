"""Alternatives in a report: what would have to be true, what to watch, rivals, and the text."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest
from test_report_material import make_material, material, prior_result  # noqa: F401

from forecast.answering import Material
from forecast.inputs.records import Scenario
from forecast.inputs.workspace import Workspace
from forecast.lexicon import words
from forecast.report.findings.alternatives import Alternatives, against, alternatives
from forecast.report.findings.needed import EVEN, Held, needed, next_word
from forecast.report.findings.ratings import BROAD, NO_BROAD
from forecast.report.findings.watch import Sign, criteria, triggers
from forecast.report.marks import plain
from forecast.report.sections.alternatives import _impact
from forecast.report.sections.alternatives import alternatives as section
from forecast.report.view import View
from forecast.simulation.run import simulate


@pytest.fixture(scope="module")
def view(material: Material) -> View:  # noqa: F811
    """The small workspace's material, read."""
    return View(material)


@pytest.fixture(scope="module")
def found(view: View) -> Alternatives:
    """Its alternatives."""
    return alternatives(view)


@pytest.fixture(scope="module")
def text(view: View, found: Alternatives) -> str:
    """The section as it is read."""
    return plain("\n".join(section(view, found)))


@pytest.mark.parametrize(
    ("lexicon", "p", "word", "at"),
    [
        ("icd203", 0.03, "very unlikely", 0.05),
        ("icd203", 0.09, "unlikely", 0.20),
        ("icd203", 0.50, "likely", 0.55),
        ("phia", 0.22, "unlikely", 0.25),
        ("phia", 0.03, "between remote chance and highly unlikely", 0.05),
        ("ipcc", 0.40, "more likely than not", 0.66),
    ],
)
def test_the_next_word_up(lexicon: str, p: float, word: str, at: float) -> None:
    """Where the word for a probability first changes as it rises."""
    edge = next_word(lexicon, p)
    assert edge is not None
    if lexicon != "ipcc":
        assert (edge.word, edge.at) == (word, at)
    assert words(lexicon, edge.at + 1e-9) == edge.word != words(lexicon, p)
    assert words(lexicon, edge.at - 1e-6) == words(lexicon, p)


def test_there_is_no_word_above_the_last() -> None:
    """Almost certain is as far as words go."""
    assert next_word("icd203", 0.97) is None


def test_levels_found_are_where_the_word_changes(found: Alternatives) -> None:
    """Between today's level and the best; where there is none, the best falls short."""
    for one in found.outcomes:
        edge = one.needed.edge
        for alone in one.needed.alone:
            assert alone.at_best > one.chance.mean
            if alone.next_word is None:
                assert edge is None or alone.at_best < edge.at
                continue
            low, high = sorted((alone.now[0], alone.levels[0]))
            assert low <= alone.next_word[0] <= high


def test_what_is_named_is_simulated(view: View, found: Alternatives) -> None:
    """The probability with a driver held is that of a scenario that holds it, beside the headline."""
    (one,) = [o for o in found.outcomes if o.outcome == "split"]
    best = one.needed.alone[0]
    act = {"hold": {"driver": best.drivers[0], "level": best.levels[0]}}
    scenario = Scenario.model_validate(
        {"schema": "scenario/1", "id": "held", "title": "-", "storyline": "-", "interventions": [act]}
    )
    whole = simulate(view.fit, scenario, paths=16, jobs=1).summary("reached", "split", view.far).mean
    assert best.at_best == pytest.approx(whole, rel=0.15)


def test_a_level_is_sought_on_the_way_to_the_best() -> None:
    """Of a made-up chance that grows with the level: what is quick finds, what is exact is kept."""

    def quick(held: Held) -> float:
        return 0.1 + 0.1 * held.get("a", 0.0) + 0.01 * held.get("b", 0.0)

    levels = {"a": 0.0, "b": 0.0}
    what = needed(levels, quick=quick, exact=lambda sets: list(map(quick, sets)), now=0.1, lexicon="icd203")
    first, second = what.alone
    assert (first.drivers, first.levels, first.at_best) == (("a",), (2.0,), pytest.approx(0.3))
    assert first.next_word == pytest.approx((1.0,), abs=0.05)
    assert first.even is None
    assert (second.drivers, second.next_word) == (("b",), None)
    assert what.pair is not None
    assert what.pair.at_best == pytest.approx(0.32)
    assert what.several is None

    less = needed(
        levels, quick=quick, exact=lambda sets: [quick(s) / 2 for s in sets], now=0.1, lexicon="icd203"
    )
    assert less.alone[0].at_best == pytest.approx(0.15)
    assert less.alone[0].next_word is None
    assert len(less.alone) == 1


def test_more_drivers_do_more(found: Alternatives) -> None:
    """Those that do most alone come first; several are the two and more."""
    for one in found.outcomes:
        what = one.needed
        ranked = [alone.at_best for alone in what.alone]
        assert ranked == sorted(ranked, reverse=True)
        assert what.pair is not None
        if what.several is not None:
            assert set(what.several.drivers) > set(what.pair.drivers)


def test_every_outcome_but_the_likeliest(view: View, found: Alternatives) -> None:
    """Each other state, and the answer on a broad alliance that has less than half."""
    assert found.likeliest == "partnership"
    assert {one.outcome for one in found.outcomes[:-1]} == {"alliance", "split"}
    assert found.outcomes[-1].outcome in (NO_BROAD, "alliance_broad")
    assert found.outcomes[-1].chance.mean <= EVEN
    for one in found.outcomes:
        assert one.word == words(view.question.lexicon, one.chance.mean)
        assert one.chance.p05 <= one.chance.mean <= one.chance.p95


def test_those_who_would_have_to_be_right_put_it_higher(found: Alternatives) -> None:
    """Highest first, and never one that puts it lower than the panel."""
    for one in found.outcomes:
        heard = [h.chance for h in one.right]
        assert heard == sorted(heard, reverse=True)
        assert all(p > one.chance.mean for p in heard)


def test_a_scenario_counts_by_its_difference(view: View, found: Alternatives) -> None:
    """As the forecast of the scenario has it, nearest first."""
    for one in found.outcomes[:-1]:
        for under in one.under:
            forecast = next(f for f in view.main.forecasts if f.scenario == under.scenario)
            level = forecast.summary(view.quantity(one.outcome), one.outcome, view.far).mean
            assert under.chance == pytest.approx(level)
            assert under.difference == pytest.approx(level - one.chance.mean)


@pytest.mark.parametrize(
    ("change", "towards", "way"),
    [(2.0, 1, "nearer"), (2.0, -1, "away"), (-2.0, -1, "nearer"), (0.4, 1, "steady"), (None, 1, "unknown")],
)
def test_which_way_a_series_has_moved(change: float | None, towards: int, way: str) -> None:
    """A change within its error is none, one beyond it goes by what the driver does."""
    sign = Sign("d", towards, "i", None, None, None, change)
    assert sign.way == way


def test_what_is_watched_does_most(found: Alternatives) -> None:
    """The series of the drivers that bring the outcome nearest, or that there is none."""
    for one in found.outcomes:
        first = [alone.drivers[0] for alone in one.needed.alone[:3]]
        assert list(dict.fromkeys(s.driver for s in one.watch)) == first
        for sign in one.watch:
            assert (sign.indicator is None) == (sign.last is None)


def test_shocks_that_do_most(shipped: Workspace) -> None:
    """A criterion is told apart from what raises a rate, and the strongest comes first."""
    view = View(Material(shipped, prior_result(shipped, "texts"), (), ()))
    assert [t.factor for t in criteria(view, "split")] == [None] * len(criteria(view, "split"))
    factors = [t.factor for t in triggers(view, "alliance")]
    assert factors == sorted(factors, reverse=True)  # type: ignore[type-var]
    assert all(f is not None and f > 1 for f in factors)
    assert all((t.factor or 0) < 0 for t in triggers(view, "alliance_broad", away=True))


def test_rivals_are_those_that_change_a_word(view: View, found: Alternatives) -> None:
    """A reading is a rival if some key judgment would be said in another word."""
    for one in found.rivals.readings:
        for outcome, p in one.chances.items():
            own = words(view.question.lexicon, view.headline(outcome, view.far).mean)
            assert (outcome in one.changed) == (words(view.question.lexicon, p) != own)
    assert {r.kind for r in found.rivals.readings} >= {"source", "panel", "outside_view"}


def test_every_alternative_is_fairly_stated(text: str, found: Alternatives) -> None:
    """Likelihood in word and number, what it would mean, what would have to be true, what to watch."""
    for one in found.outcomes:
        assert f"“{one.word}”" in text or one.word in text.lower()
    for part in (
        "Likelihood.",
        "What it would mean.",
        "Where drivers would have to stand.",
        "What to watch.",
    ):
        assert text.count(f"**{part}**") == len(found.outcomes)


def test_words_come_with_numbers_and_nothing_is_certain(text: str) -> None:
    """No estimative word stands in a sentence without a percentage, and confidence is not spoken of."""
    for sentence in re.split(r"(?<=[.!?;])\s", text):
        if re.search(r"\b(very |highly )?(un)?likely\b|almost no chance|roughly even", sentence):
            assert re.search(r"\d%|[Tt]he interval runs", sentence), sentence
    assert not re.search(r"\bwill\b|confidence", text)


def test_nobody_heard_and_nothing_asked(small: Workspace) -> None:
    """An empty panel without scenario or spotlight still has its alternatives."""
    view = View(Material(small, prior_result(small, "none"), (), ()))
    text = plain("\n".join(section(view, alternatives(view))))
    assert "No scenario was asked for." in text
    assert "No source of this panel is coded on it." in text


def test_a_pair_that_starts_allied(small: Workspace) -> None:
    """Partnership is then an alternative like another, and an entry is not spoken of where there is none."""
    question = small.question.model_copy(update={"initial_state": "alliance"})
    view = View(make_material(replace(small, question=question)))
    found = alternatives(view)
    assert len(found.outcomes) == 3
    assert all(one.lasts is None for one in found.outcomes if not view.counts_as_reached(one.outcome))
    assert "## Alternatives" in plain("\n".join(section(view, found)))


def test_what_an_alternative_would_overturn(view: View, found: Alternatives) -> None:
    """Its own judgment's word and, of a state, the likeliest state's; a broad alliance its own alone."""
    lexicon = view.question.lexicon
    for one in found.outcomes:
        own = BROAD if one.outcome == NO_BROAD else one.outcome
        allowed = {own, found.likeliest} if one.outcome in ("alliance", "split") else {own}
        assert {each.judgment for each in one.against} <= allowed
        for each in one.against:
            assert each.chance == pytest.approx(view.headline(each.judgment, view.far).mean)
            assert each.word == words(lexicon, each.chance)
            assert each.even == (each.word == words(lexicon, EVEN))
            so = each.judgment == one.outcome
            assert each.even or so == (each.chance < EVEN)


@pytest.mark.parametrize(
    ("p", "outcome", "expected"),
    [
        (0.3, BROAD, "It would overturn the word of the key judgment on {broad}, “unlikely”, 30%."),
        (
            0.48,
            BROAD,
            "{key}, “roughly even chance”, 48%, is even, and would have come down for it",
        ),
        (
            0.52,
            NO_BROAD,
            "{key}, “roughly even chance”, 52%, is even, and would have come down against it",
        ),
        (0.7, NO_BROAD, "It would overturn the word of the key judgment on {broad}, “likely”, 70%."),
        (0.7, BROAD, "It would overturn the word of no key judgment."),
    ],
)
def test_an_even_judgment_is_not_overturned(
    view: View, found: Alternatives, monkeypatch: pytest.MonkeyPatch, p: float, outcome: str, expected: str
) -> None:
    """It would have come down on a side; and the definition of what would not be so is introduced as that."""
    monkeypatch.setattr(View, "headline", lambda *_: SimpleNamespace(mean=p))
    one = replace(found.outcomes[-1], outcome=outcome, against=against(view, outcome, "partnership"))
    told = plain(_impact(view, found, one))
    broad = view.outcome_name(BROAD)
    assert told.startswith(expected.format(broad=broad, key=f"The key judgment on {broad}"))
    assert "would be wrong" not in told
    assert ("By definition this would then not be so:" in told) == (outcome == NO_BROAD)
    assert ("The key judgment on partnership could stand beside it." in told) == (outcome == BROAD)


def test_a_state_overturns_the_likeliest_if_it_lasts(text: str) -> None:
    """It may be left again by the date that the likeliest state's judgment is about."""
    assert re.search(
        r"on split, “[^”]+”, [\d.<]+%, and of that on partnership \(if it lasts until then\)", text
    )
