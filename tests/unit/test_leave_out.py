"""Leaving out sources and judgments, and the smallest sets that change a word."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest

from forecast.answering import answer_quickly
from forecast.errors import UsageError
from forecast.inputs.workspace import Workspace
from forecast.lexicon import LEXICONS, words
from forecast.panel import resolve
from forecast.request import Request
from forecast.reweighting.engine import Engine, engine
from forecast.sensitivity.documents import leave_out_document
from forecast.sensitivity.leave_out import KEY, LeaveOut, leave_out
from forecast.sensitivity.runs import place, summary
from forecast.sensitivity.silenced import Item, Unit, dependent, items, silenced, units
from forecast.sensitivity.smallest import Smallest, edges, smallest
from forecast.sensitivity.without import without
from forecast.simulation.quantities import QUANTITIES

REQUEST = Request(draws=400, jobs=1)
ALLIANCE = ("reached", "alliance")


@pytest.fixture(scope="module")
def eng(small: Workspace) -> Engine:
    """The small workspace's exact answer."""
    return engine(small, REQUEST)


@pytest.fixture(scope="module")
def found(eng: Engine) -> LeaveOut:
    """Everything left out of the small workspace's panel."""
    return leave_out(eng, eng.dates[-1])


# ------------------------------------------------------------------------------ what is left out


def test_units_are_sources_and_groups_of_two_or_more(small: Workspace) -> None:
    """Each source once; a text goes with the views it reports; groups of one are the source itself."""
    found = units(small, resolve(small))
    assert [one.name for one in found if one.kind == "source"] == ["expert_one", "jones2022", "smith2019"]
    assert [one for one in found if one.kind != "source"] == [
        Unit("text", "smith2019", ("jones2022", "smith2019"))
    ]


def test_clusters_and_lenses_are_those_of_the_panel(shipped: Workspace) -> None:
    """Every group holds members alone, all that share the name, and at least two."""
    panel = resolve(shipped)
    found = [one for one in units(shipped, panel) if one.kind in ("cluster", "lens")]
    assert {one.kind for one in found} == {"cluster", "lens"}
    for one in found:
        known = {
            name: (source.cluster,) if one.kind == "cluster" else source.lens
            for name, source in shipped.sources.items()
        }
        sharing = [name for name in panel.members if one.name in known[name]]
        assert list(one.members) == sharing
        assert len(sharing) > 1


def test_every_judgment_is_an_item_once(small: Workspace) -> None:
    """Outcomes, each channel of an effect, and levels, in the order of the files."""
    paths = [item.path for item in items(small, resolve(small))]
    assert len(paths) == len(set(paths)) == 7 + 6 + 2
    assert "sources.jones2022.effects.trade.split" in paths
    assert "sources.smith2019.levels.0" in paths


def test_a_silenced_judgment_is_gone_and_nothing_else(small: Workspace) -> None:
    """Every other judgment is still there; an effect whose channels have gone goes too."""
    panel = resolve(small)
    every = items(small, panel)
    for item in every:
        left = items(silenced(small, item), panel)
        # Levels are counted anew once one has gone.
        assert len(left) == len(every) - 1
        if not item.what.startswith("levels"):
            assert set(left) == set(every) - {item}
    once = silenced(small, Item("jones2022", "effects.trade.alliance", "trade"))
    twice = silenced(once, Item("jones2022", "effects.trade.split", "trade"))
    assert list(once.sources["jones2022"].effects) == ["trade"]
    assert not twice.sources["jones2022"].effects
    assert small.sources["jones2022"].effects["trade"].alliance == 1


def test_dependent_pairs_share_a_cluster_or_a_text(small: Workspace) -> None:
    """A text and what it reports, whatever their clusters; not where many divide a weight already."""
    assert dependent(small, list(small.sources)) == {("jones2022", "smith2019")}
    jones = small.sources["jones2022"]
    more = {f"jones_{n}": jones.model_copy(update={"id": f"jones_{n}", "cluster": f"j{n}"}) for n in range(4)}
    crowd = dataclasses.replace(small, sources={**small.sources, **more})
    assert dependent(crowd, list(crowd.sources)) == frozenset()


# ------------------------------------------------------------------------------ the answers


def test_leaving_out_nothing_changes_nothing(eng: Engine, found: LeaveOut) -> None:
    """With nobody left out the numbers are the exact answer's own."""
    assert np.array_equal(found.now.values, eng.point({}).values)
    assert all(found.change(left, ALLIANCE) != 0 for left in found.units)


def test_numbers_are_those_of_a_quick_run_that_excludes(eng: Engine, found: LeaveOut) -> None:
    """For each unit, every mean is what ``run --quick --exclude`` says."""
    for left in found.units:
        assert isinstance(left.out, Unit)
        request = dataclasses.replace(REQUEST, exclude=left.out.members)
        said = answer_quickly(eng.workspace, request, [eng.reference])
        assert said is not None
        for quantity in QUANTITIES:
            own = summary(left.point, place(eng, quantity, eng.dates[-1]))
            told = said.baseline.summary(*quantity, eng.dates[-1])
            assert own["mean"] == pytest.approx(told.mean, rel=1e-9)


def test_no_weight_is_the_same_as_being_left_out(eng: Engine) -> None:
    """A source of weight 0 is not heard: the draws weigh the same, and the engine's sample agrees."""
    left = without(eng, eng.workspace, ("jones2022",))
    turned = eng.point({"sources.jones2022.weight": 0.0})
    assert (left.k_hat, left.ess) == pytest.approx((turned.k_hat, turned.ess), rel=1e-9)
    for quantity in (ALLIANCE, ("reached", "split")):
        one, two = (summary(point, place(eng, quantity, eng.dates[-1])) for point in (left, turned))
        assert abs(one["mean"] - two["mean"]) < 4 * np.hypot(one["mcse"], two["mcse"])


def test_judgments_are_ranked_and_pull_as_they_say(found: LeaveOut) -> None:
    """Without a probability that is stated the answer moves away from it; the largest changes come first."""
    split = ("reached", "split")
    ranked = found.ranked(found.judgments, split)
    sizes = [abs(found.change(one, split)) for one in ranked]
    assert sizes == sorted(sizes, reverse=True)
    [expert] = [
        one
        for one in ranked
        if isinstance(one.out, Item) and one.out.path == "sources.expert_one.outcomes.split"
    ]
    stated, answer = 0.08, found.at(found.now, split)["mean"]
    assert found.change(expert, split) * (answer - stated) > 0


def test_a_panel_of_nobody_is_refused(small: Workspace) -> None:
    """There is nobody to be left out."""
    eng = engine(small, dataclasses.replace(REQUEST, panel="none"))
    with pytest.raises(UsageError, match="panel none hears no source"):
        leave_out(eng, eng.dates[-1])


def test_the_document_has_words_for_every_answer(found: LeaveOut) -> None:
    """leave_out/1: each unit and judgment with all key judgments, their changes and words."""
    document = leave_out_document(found, ("state", "split"), seconds=1.0)
    assert document["schema"] == "leave_out/1"
    names = ["reached.alliance", "reached.split", "alliance_broad", "state.split"]
    assert list(document["answer"]) == names
    for one in (*document["units"], *document["judgments"]):
        for name in names:
            said = one["answers"][name]
            assert said["word"] == words("icd203", said["mean"])
            assert said["change"] == pytest.approx(said["mean"] - document["answer"][name]["mean"])
    assert list(document["smallest"]) == names[:3]


# ------------------------------------------------------------------------------ the smallest sets


def sought(
    moves: dict[str, float],
    p: float,
    *,
    pairs: dict[tuple[str, str], float] | None = None,
    error: float = 1e-6,
) -> Smallest:
    """The search where changes add, but for those of some pairs."""
    extra = pairs or {}

    def answers(sets: Sequence[tuple[str, ...]]) -> list[tuple[float, float, bool]]:
        return [
            (
                p
                + sum(moves[name] for name in one)
                + sum(more for pair, more in extra.items() if set(pair) <= set(one)),
                error,
                True,
            )
            for one in sets
        ]

    return smallest(tuple(moves), answers, lexicon="icd203", together=frozenset(extra))


@pytest.mark.parametrize("lexicon", LEXICONS)
def test_edges_are_where_the_word_changes(lexicon: str) -> None:
    """Inside them the word is the same, just outside it is another."""
    for p in np.linspace(0.003, 0.997, 211):
        below, above = edges(lexicon, float(p))
        word = words(lexicon, float(p))
        inside = np.linspace((below or 0.0) + 1e-9, (above or 1.0) - 1e-9, 50)
        assert {words(lexicon, float(q)) for q in inside} == {word}
        if below is not None:
            assert words(lexicon, below - 1e-6) != word
        if above is not None:
            assert words(lexicon, above + 1e-6) != word


@pytest.mark.parametrize("seed", range(20))
def test_what_adds_is_searched_exactly(seed: int) -> None:
    """Where changes add, the size found is that of trying every set up to half of the panel."""
    rng = np.random.default_rng(seed)
    names = [f"s{n:02d}" for n in range(10)]
    moves = dict(zip(names, rng.normal(0, 0.01, 10), strict=True))
    p = float(rng.uniform(0.06, 0.19))
    found = sought(moves, p)
    word = words("icd203", p)
    sizes = [
        size
        for size in range(1, 6)
        for one in combinations(names, size)
        if words("icd203", p + sum(moves[name] for name in one)) != word
    ]
    if not sizes:
        assert found.found is None
        return
    assert found.found is not None
    assert len(found.found.members) == min(sizes)
    assert words("icd203", p + sum(moves[name] for name in found.found.members)) == found.found.word != word
    assert found.proved == (min(sizes) <= 2)


def test_two_that_say_the_same_are_tried_together() -> None:
    """Neither changes the answer alone, since the other then counts more; both together do."""
    moves = {"a": 0.001, "b": 0.001, "c": 0.01, "d": -0.01}
    found = sought(moves, 0.18, pairs={("a", "b"): 0.03})
    assert found.found is not None
    assert found.found.members == ("a", "b")
    assert found.proved


def test_a_set_that_is_barely_past_the_edge_is_not_clear() -> None:
    """Beside the smallest set stands the smallest that is past the edge by two standard errors."""
    moves = {"a": 0.011, "b": 0.003, "c": 0.009, "d": 0.0}
    found = sought(moves, 0.19, error=0.004)
    assert found.found is not None
    assert (found.found.members, found.found.clear) == (("a",), False)
    assert found.clear is not None
    assert (found.clear.members, found.clear.clear) == (("a", "c"), True)


def test_nothing_that_was_tried_changes_the_word() -> None:
    """No source, pair or half of the panel does: nothing is found, and how far was tried is said."""
    found = sought(dict.fromkeys("abcdefgh", 0.001), 0.1)
    assert found.found is found.clear is None
    assert (found.most, found.proved) == (4, False)
    assert found.pairs == (0, 28)
    assert found.furthest is not None
    assert len(found.furthest.members) == 4
    assert found.furthest.p == pytest.approx(0.104)


def test_a_panel_of_one_has_its_one_source() -> None:
    """Its removal is tried."""
    found = sought({"a": 0.2}, 0.1)
    assert found.found is not None
    assert (found.found.members, found.found.word) == (("a",), "unlikely")


@pytest.mark.slow
def test_a_set_that_flips_a_word_flips_it_in_a_fit(shipped: Workspace) -> None:
    """Where a set does so clearly, and its weights can be trusted, the model fitted without it does too."""
    eng = engine(shipped, Request(draws=1000))
    found = leave_out(eng, eng.dates[-1], jobs=2)
    checked = 0
    for quantity, one in zip(KEY, found.smallest, strict=True):
        if one.clear is None or not one.clear.trusted:
            continue
        again = engine(shipped, Request(draws=1000, exclude=one.clear.members), remembers=False)
        told = summary(again.point({}), place(again, quantity, eng.dates[-1]))
        assert found.word_for(told["mean"]) != one.word
        checked += 1
    assert checked > 0
