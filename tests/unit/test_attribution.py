"""What edits do to the probabilities: parts that sum to the difference, on the small workspace."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from forecast.difference.attribution import Difference, attribute
from forecast.difference.document import NOT_ATTRIBUTED, document
from forecast.difference.edits import edits
from forecast.difference.game import Answers, Game
from forecast.difference.groups import between, grouped
from forecast.difference.markdown import as_markdown, escape
from forecast.difference.revisions import Side
from forecast.document import to_json
from forecast.errors import UsageError
from forecast.inputs.fields import StatedProbability
from forecast.inputs.knobs import Setting, turned
from forecast.inputs.workspace import Workspace
from forecast.request import Request
from forecast.reweighting.engine import engine
from forecast.simulation.quantities import QUANTITIES

REQUEST = Request(draws=400)
ALLIANCE = QUANTITIES["reached", "alliance"]
#: Three edits of judgments, one of them of what moves the paths.
THREE: Mapping[str, Setting] = {
    "sources.jones2022.weight": 0.9,
    "sources.smith2019.outcomes.alliance": 0.09,
    "drivers.trade.half_life_years": 9.0,
}
#: Two more.
FIVE: Mapping[str, Setting] = {
    **THREE,
    "sources.expert_one.outcomes.split": 0.06,
    "sources.smith2019.effects.shared_threat.alliance": 1.5,
}


def asked(workspace: Workspace, **update: Any) -> Workspace:
    """The workspace with fields of its question changed."""
    return dataclasses.replace(workspace, question=workspace.question.model_copy(update=update))


def sourced(workspace: Workspace, name: str, **update: Any) -> Workspace:
    """The workspace with fields of a source changed."""
    one = workspace.sources[name].model_copy(update=update)
    return dataclasses.replace(workspace, sources={**workspace.sources, name: one})


def renamed(workspace: Workspace, word: str) -> Workspace:
    """Under a hash of its own, as another folder of files has."""
    return dataclasses.replace(workspace, inputs_sha256=word)


def found(old: Workspace, new: Workspace, **options: Any) -> Difference:
    """The difference, where something can move."""
    one = attribute(old, new, REQUEST, **options)
    assert one is not None
    return one


def summed(one: Difference) -> np.ndarray[Any, Any]:
    """Parts and remainder."""
    left = 0 if one.remainder is None else one.remainder
    return np.asarray(sum(part.change for part in one.parts) + left)


@pytest.fixture(scope="module")
def three(small: Workspace) -> Difference:
    """Both versions fitted."""
    return found(small, turned(small, THREE))


def test_parts_and_the_remainder_sum_to_the_total(small: Workspace, three: Difference) -> None:
    """For every probability at every date; the total is the two exact answers' difference."""
    assert len(three.parts) == 3
    assert three.remainder is not None
    assert summed(three) == pytest.approx(three.total, abs=1e-12)
    for workspace, means in ((small, three.before), (turned(small, THREE), three.after)):
        own = engine(workspace, REQUEST)
        assert np.array_equal(own.under(workspace).values[0, :, :, 0], means)
    assert (three.answered, three.exact, three.quick) == (8, True, False)


def test_the_remainder_is_said_where_it_is_more_than_sampling(three: Difference) -> None:
    """Held against two standard errors of the total, which both fits' means have."""
    assert (three.error >= 0).all()
    assert three.error[-1, ALLIANCE] > 0
    odd = dataclasses.replace(three, remainder=2.1 * three.error, after=three.after)
    even = dataclasses.replace(three, remainder=1.9 * three.error, after=three.after)
    assert odd.odd[-1, ALLIANCE]
    assert not even.odd.any()


def test_quick_parts_sum_to_the_reweighted_change(small: Workspace, three: Difference) -> None:
    """The same parts without a second fit; nothing remains, and the new numbers are the parts' sum."""
    one = found(small, turned(small, THREE), quick=True)
    assert one.remainder is None
    assert np.isnan(one.error).all()
    assert summed(one) == pytest.approx(one.total, abs=1e-12)
    assert np.array_equal(one.before, three.before)
    for mine, theirs in zip(one.parts, three.parts, strict=True):
        assert np.array_equal(mine.change, theirs.change)


def test_one_edit_alone_is_the_reweighted_answer(small: Workspace) -> None:
    """Its part is what the engine answers for it, less the exact answer."""
    new = turned(small, {"sources.smith2019.outcomes.alliance": 0.09})
    one = found(small, new, quick=True)
    own = engine(small, REQUEST)
    change = own.under(new).values[0, :, :, 0] - own.under(small).values[0, :, :, 0]
    assert one.parts[0].change == pytest.approx(change, abs=1e-15)
    assert one.parts[0].change[-1, ALLIANCE] != 0


def twins(small: Workspace) -> Workspace:
    """With a second source that says word for word what smith2019 says, of the same cluster."""
    panels = {name: [*members, "twin"] for name, members in small.question.panels.items()}
    twin = small.sources["smith2019"].model_copy(update={"id": "twin"})
    doubled = dataclasses.replace(small, sources={**small.sources, "twin": twin})
    return renamed(asked(doubled, panels=panels), "twins")


@pytest.mark.slow
def test_symmetric_edits_have_equal_parts(small: Workspace) -> None:
    """The same edit of two sources that say the same moves everything alike."""
    old = twins(small)
    stated = StatedProbability(levels=(0.05, 0.5, 0.95), values=(0.03, 0.09, 0.2))
    new = old
    for name in ("smith2019", "twin"):
        outcomes = old.sources[name].outcomes
        assert outcomes.alliance is not None
        judged = outcomes.alliance.model_copy(update={"quantiles": stated})
        new = sourced(new, name, outcomes=outcomes.model_copy(update={"alliance": judged}))
    first, second = found(old, renamed(new, "edited"), quick=True).parts
    assert first.change[-1, ALLIANCE] != 0
    assert first.change == pytest.approx(second.change, abs=1e-9)


def test_prose_and_scenarios_move_nothing(small: Workspace) -> None:
    """There is nothing to answer for, and no fit is made."""
    new = sourced(small, "smith2019", rationale="Other words.", citation="Elsewhere.")
    new = dataclasses.replace(new, scenarios={"baseline": new.scenarios["baseline"]})
    assert attribute(small, new, Request(draws=100_000)) is None
    assert attribute(small, small, Request(draws=100_000)) is None


def test_prose_beside_a_number_is_idle(small: Workspace) -> None:
    """It is listed, and no part is its."""
    new = sourced(turned(small, THREE), "expert_one", rationale="Other words.")
    one = found(small, renamed(new, "words"), quick=True)
    assert [edit.sentence for edit in one.idle] == ["expert_one, rationale (words)"]
    assert len(one.parts) == 3


def test_an_edit_nobody_hears_does_nothing(small: Workspace) -> None:
    """A part of exactly 0, told apart from those that move something before all sets are answered for."""
    request = dataclasses.replace(REQUEST, panel="texts")
    edits_ = {**FIVE, "sources.expert_one.outcomes.alliance": 0.08}
    one = attribute(small, turned(small, edits_), request, quick=True)
    assert one is not None
    of = {part.edits[0].id: part for part in one.parts}
    for idle in ("sources.expert_one.outcomes.alliance", "sources.expert_one.outcomes.split"):
        assert not of[idle].change.any()
    assert of["sources.smith2019.outcomes.alliance"].change.any()
    # Every set of the four that are heard; with the two that are not: all, each alone, all but each.
    assert one.answered == 2**4 + 1 + 2 + 6


def test_sampled_orders_sum_to_the_same_total(small: Workspace) -> None:
    """Above the limit orders are drawn: parts have standard errors and agree with the exact ones."""
    new = turned(small, FIVE)
    exact = found(small, new, quick=True)
    sampled = found(small, new, quick=True, exact_up_to=2, permutations=64)
    assert not sampled.exact
    assert summed(sampled) == pytest.approx(summed(exact), abs=1e-12)
    assert any(part.se.any() for part in sampled.parts)
    for mine, theirs in zip(sampled.parts, exact.parts, strict=True):
        # 32 pairs of orders: t with 31 degrees of freedom is beyond 5 once in 40,000; a floor for ties.
        gap = np.abs(mine.change - theirs.change)
        assert (gap <= 5 * mine.se + 2e-4).all(), (gap.max(), mine.se.max())


@pytest.mark.slow
def test_the_same_for_any_number_of_workers(small: Workspace) -> None:
    """Sets answered by two processes are those that one answers."""
    new = turned(small, FIVE)
    one = found(small, new, quick=True)
    versions = between(small, new, edits(small, new))
    wanted = [frozenset(i for i in range(5) if code >> i & 1) for code in range(32)]
    game = Game(engine(small, REQUEST), versions)
    alone, pair = Answers(game, jobs=1), Answers(game, jobs=2)
    assert alone.ask(wanted) is None
    assert pair.ask(wanted) is None
    for done in wanted:
        assert np.array_equal(alone.means(done), pair.means(done))
    assert len(one.parts) == len(grouped(versions)) == 5


def test_another_day_and_horizon_take_what_remains(small: Workspace) -> None:
    """No draws can be reweighted for them: both are fitted, and their part is what others leave."""
    new = asked(
        turned(small, {"sources.jones2022.weight": 0.9}),
        as_of=dt.date(2025, 10, 1),
        horizon=dt.date(2034, 12, 31),
    )
    one = found(small, renamed(new, "later"))
    weight, frame = one.parts
    assert (weight.reweighted, frame.reweighted) == (True, False)
    assert {edit.id for edit in frame.edits} == {"question.as_of", "question.horizon"}
    assert one.remainder is None
    assert summed(one) == pytest.approx(one.total, abs=1e-12)
    assert one.dates[-1] == dt.date(2034, 12, 31)
    with pytest.raises(UsageError, match="--quick cannot reweight draws for this"):
        attribute(small, new, REQUEST, quick=True)


def test_a_new_source_is_one_part(small: Workspace) -> None:
    """Together with its places in the panels."""
    old = small
    one = found(old, twins(small), quick=True)
    (part,) = one.parts
    assert {edit.id for edit in part.edits} == {
        "sources.twin",
        "question.panels.all.twin",
        "question.panels.texts.twin",
    }
    assert part.change[-1, ALLIANCE] != 0


#: Judgments so far from those fitted that draws of these weigh next to nothing.
FAR: Mapping[str, Setting] = {
    f"sources.{name}.outcomes.split": 0.97 for name in ("smith2019", "jones2022", "expert_one")
}


def test_weights_that_cannot_be_trusted_are_said(small: Workspace) -> None:
    """With --quick no version between the two is fitted: a note says for how many the weights are bad."""
    new = turned(small, FAR)
    rough = found(small, new, quick=True)
    assert rough.untrusted > 0
    assert (rough.fitted, rough.k_hat > 0.7) == (0, True)
    said = document(Side("old", small), Side("new", new), rough, seed=REQUEST.seed)["notes"]
    assert any(f"reweighting cannot be trusted for {rough.untrusted} of" in note for note in said)


@pytest.mark.slow
def test_a_version_that_cannot_be_reweighted_is_fitted(small: Workspace) -> None:
    """Its answer is then that of a fit of its own; not where there are too many of them."""
    new = turned(small, FAR)
    answers = Answers(Game(engine(small, REQUEST), between(small, new, edits(small, new))), jobs=1)
    everything = frozenset(range(len(FAR)))
    assert answers.ask([everything]) is None
    assert not answers.known[everything].trusted
    answers.refit([everything], most=0)
    assert not answers.known[everything].fitted
    answers.refit([everything], most=1)
    assert answers.known[everything].fitted
    assert np.array_equal(answers.means(everything), engine(new, REQUEST).under(new).values[0, :, :, 0])


def test_requests_are_checked_on_both_sides(small: Workspace) -> None:
    """A panel that one version lacks is named with that version."""
    new = asked(small, panels={**small.question.panels, "few": ["smith2019"]})
    with pytest.raises(UsageError, match="OLD: unknown panel or source 'few'"):
        attribute(small, new, dataclasses.replace(REQUEST, panel="few"))
    with pytest.raises(UsageError, match="NEW: unknown panel or source 'few'"):
        attribute(new, small, dataclasses.replace(REQUEST, panel="few"))


# --------------------------------------------------------------------------------- documents


@pytest.fixture(scope="module")
def told(small: Workspace, three: Difference) -> dict[str, Any]:
    """The document of three edits."""
    return document(Side("old", small), Side("new", turned(small, THREE)), three, seed=REQUEST.seed)


def test_the_document_sums_too(told: dict[str, Any]) -> None:
    """Each probability's change is the sum of its parts and what is not attributed."""
    assert (told["schema"], told["exact"]) == ("diff/1", True)
    json.loads(to_json(told))
    left = {(one["quantity"], one["date"]): one["change"] for one in told["not_attributed"]}
    for at, row in enumerate(told["probabilities"]):
        parts = [part["changes"][at] for part in told["parts"]]
        assert all(one["quantity"] == row["quantity"] and one["date"] == row["date"] for one in parts)
        total = sum(one["change"] for one in parts) + left[row["quantity"], row["date"]]
        assert total == pytest.approx(row["change"], abs=1e-12)
        assert row["after"] - row["before"] == pytest.approx(row["change"], abs=1e-15)


def test_parts_are_ordered_by_size(small: Workspace, three: Difference) -> None:
    """Of the change of the quantity asked for, at the last of the dates asked for."""
    date = three.dates[2]
    sides = Side("old", small), Side("new", small)
    for outcome in (("reached", "alliance"), ("reached", "split")):
        one = document(*sides, three, seed=1, outcome=outcome, by=[date])
        name = ".".join(outcome)
        assert one["ranked_by"] == {"quantity": name, "date": date.isoformat()}
        sizes = [
            abs(c["change"])
            for part in one["parts"]
            for c in part["changes"]
            if (c["quantity"], c["date"]) == (name, date.isoformat())
        ]
        assert sizes == sorted(sizes, reverse=True)


def test_markdown_has_a_row_a_part_and_no_html(told: dict[str, Any]) -> None:
    """Key probabilities, a table with a row for each part, for what is left and for the total."""
    text = as_markdown(told)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len(rows) == 2 + len(told["parts"]) + 2
    assert len({line.count("|") for line in rows}) == 1
    assert NOT_ATTRIBUTED in text
    assert "<" not in text.replace("\\<", "")
    assert text.count("- **") == 3


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", r"a\|b"),
        ("`rm`", r"\`rm\`"),
        ("see @someone", "see @\u200bsomeone"),
        ("fixes #12", "fixes \\#\u200b12"),
        ("[x](https://e.org)", "\\[x\\](https://\u200be.org)"),
        ("www.e.org", "www\u200b.e.org"),
        ("<img src=x>", r"\<img src=x\>"),
        ("two\nlines\r\n| more", r"two lines \| more"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("a -> b", "a → b"),
        ("x\u202ey\x07z", "xyz"),
        ("$a$ ~b~ *c* _d_ \\e", r"\$a\$ \~b\~ \*c\* \_d\_ \\e"),
    ],
)
def test_hostile_text_stays_text(text: str, shown: str) -> None:
    """Nothing is read as Markdown, and nothing is linked by itself."""
    assert escape(text) == shown


def test_hostile_labels_keep_the_table_whole(told: dict[str, Any]) -> None:
    """A revision's name or a title cannot add lines, cells or mentions."""
    bad = "x | y\n# z @all <b>"
    text = as_markdown({**told, "title": bad, "old": {**told["old"], "label": bad}})
    plain = as_markdown(told)
    assert text.count("\n") == plain.count("\n")
    assert "@all" not in text
    assert "<b>" not in text.replace("\\<", "")


def test_documents_of_no_change(small: Workspace) -> None:
    """Nothing differs, or words alone: said, with what they are."""
    sides = Side("old", small), Side("new", small)
    assert "No judgment differs." in as_markdown(document(*sides, None, seed=1))
    new = sourced(small, "smith2019", rationale="Other words.")
    text = as_markdown(document(*sides, None, seed=1, idle=edits(small, new)))
    assert "Nothing that moves a probability differs." in text
    assert "- smith2019, rationale (words)" in text
