"""Sources for a reader: how each is known, what was coded, and whose the numbers are."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

import pytest

from forecast.cards.card import Card, card
from forecast.cards.known import known_how, pages_note
from forecast.cards.listing import in_panel_order, listing
from forecast.cards.matrix import Matrix, matrix
from forecast.cards.names import abbreviations, short_names
from forecast.cards.words import code_in_words
from forecast.cli import source_card, source_list, source_matrix
from forecast.inputs.records import KINDS, Layout, Source
from forecast.inputs.workspace import Workspace
from forecast.model.judgments import weighted_codes
from forecast.panel import resolve
from forecast.states import CHANNELS


def with_source(workspace: Workspace, name: str, **changes: object) -> Workspace:
    """The workspace with one source changed."""
    changed = workspace.sources[name].model_copy(update=changes)
    return dataclasses.replace(workspace, sources={**workspace.sources, name: changed})


def widened(workspace: Workspace, **factors: float) -> Workspace:
    """The workspace with other widening of kinds."""
    question = workspace.question.model_copy(update={"widening": factors})
    return dataclasses.replace(workspace, question=question)


def card_of(workspace: Workspace, name: str) -> Card:
    """A card as the default panel weighs it."""
    return card(workspace, resolve(workspace), name)


def matrix_of(workspace: Workspace, drivers: Sequence[str] = ()) -> Matrix:
    """The default panel's matrix."""
    panel = resolve(workspace)
    order = in_panel_order(workspace, None)
    return matrix(workspace, panel, weighted_codes(workspace, panel), order=order, drivers=drivers)


def known(workspace: Workspace, name: str) -> str:
    """How a source is known, in words."""
    return known_how(workspace.sources[name], workspace.sources, short_names(workspace.sources))


def test_a_code_says_which_way_and_how_hard() -> None:
    """The sign gives the direction, the size the strength, zero a denial; halves round to the even size."""
    assert [code_in_words(c, "split") for c in (3, 2, 1, 0, -1, -2, -3, 0.4)] == [
        "strong push toward split",
        "clear push toward split",
        "slight push toward split",
        "no effect on split, a denial",
        "slight push away from split",
        "clear push away from split",
        "strong push away from split",
        "slight push toward split",
    ]


def test_how_a_source_is_known(small: Workspace) -> None:
    """Read, asked, reported at second or at third hand, or a title and no more."""
    assert known(small, "smith2019") == "read in full"
    assert known(small, "expert_one") == "asked directly"
    assert known(small, "jones2022") == "not read; as reported in Smith (2019)"
    third = with_source(small, "expert_one", kind="camp", reported_in="jones2022")
    assert known(third, "expert_one") == (
        "not read; as reported in Jones (2022). Third-hand: Jones (2022) is itself known through Smith (2019)"
    )
    title = with_source(small, "jones2022", kind="title_only")
    assert known(title, "jones2022") == "not read; its title as Smith (2019) cites it"
    part = with_source(small, "smith2019", layout=Layout(name="Smith", notes=5, abstract=True))
    assert known(part, "smith2019") == "read: the abstract and 5 notes, not the whole text"


def test_pages_that_were_reconstructed_say_so(small: Workspace) -> None:
    """On the card of the text and of whom it reports, and only where pages are uncertain."""
    layout = Layout(name="Smith 2019", pages=[1, 20], page_error=1, counting="by the breaks")
    rough = with_source(small, "smith2019", layout=layout)
    note = "Page numbers of Smith 2019 hold within 1 page of the printed ones (by the breaks)."
    for name in ("smith2019", "jones2022"):
        assert pages_note(rough.sources[name], rough.sources) == note
    sure = with_source(small, "smith2019", layout=layout.model_copy(update={"page_error": 0}))
    assert pages_note(sure.sources["smith2019"], sure.sources) == ""


def test_widening_is_named_and_its_effect_shown(small: Workspace) -> None:
    """The card of a widened kind has the quantiles as they count: the same median, further apart."""
    assert all(o.used is None for o in card_of(small, "jones2022").outcomes)
    wide = widened(with_source(small, "jones2022", kind="camp"), camp=2.0)
    found = card_of(wide, "jones2022")
    assert KINDS["camp"] in found.kind_in_words
    assert found.kind_in_words.endswith("is multiplied by 2")
    for outcome in found.outcomes:
        assert outcome.used is not None
        assert outcome.used["p50"] == pytest.approx(outcome.quantiles["p50"])
        assert outcome.used["p05"] < outcome.quantiles["p05"] < outcome.quantiles["p95"] < outcome.used["p95"]
    assert "widened for its kind, it counts as" in source_card.render(found, width=None)


def test_relations_go_both_ways(small: Workspace) -> None:
    """Who reports whom, who cites whom, who shares a cluster."""
    tied = with_source(small, "jones2022", cites=["smith2019"], cluster="smith")
    smith, jones = card_of(tied, "smith2019"), card_of(tied, "jones2022")
    assert (smith.reports, smith.cited_by, smith.cluster_with) == (("jones2022",),) * 3
    assert (jones.reported_in, jones.cites, jones.cluster_with) == (("smith2019",),) * 3


def test_weights_are_the_panels(small: Workspace) -> None:
    """Shares add up to one; outside the panel a source has its file's weight and no share."""
    cards = [card_of(small, name) for name in small.sources]
    assert sum(c.share or 0 for c in cards) == pytest.approx(1)
    outside = card(small, resolve(small, panel="smith2019"), "jones2022")
    assert (outside.share, outside.weight) == (None, 0.5)
    assert "not heard in panel smith2019" in source_card.render(outside, width=None)


@pytest.mark.parametrize("where", ["small", "shipped"])
def test_nothing_reads_as_if_an_author_had_stated_a_probability(
    where: str, request: pytest.FixtureRequest
) -> None:
    """Every percentage of a card is said to be coded, unless the person was asked; a share is no judgment."""
    workspace: Workspace = request.getfixturevalue(where)
    for name, source in workspace.sources.items():
        text = source_card.render(card_of(workspace, name), width=None)
        outcomes = text.partition("\nOutcomes: ")[2].partition("\n\n")[0]
        said = [line for line in outcomes.splitlines()[1:] if re.search(r"\(p\d\d .*%", line)]
        assert len(said) >= (source.outcomes.alliance is not None)
        if source.kind == "expert":
            assert outcomes.startswith("as stated by the person asked")
        elif outcomes:
            assert outcomes.startswith(
                "our coding of words as probabilities; coded, not stated by the author"
            )
            assert all("coded" in line or "widened" in line for line in said), said


def test_checked_counts_items(small: Workspace) -> None:
    """An item's own word goes before its source's."""
    assert card_of(small, "expert_one").checked == "yes"
    effects = small.sources["jones2022"].effects["trade"].model_copy(update={"checked": True})
    part = with_source(small, "jones2022", effects={"trade": effects})
    assert card_of(part, "jones2022").checked == "1 of 3"


def test_the_list_counts_by_grade_in_panel_order(small: Workspace) -> None:
    """A named panel's own order; each code and outcome once, under its grade."""
    rows = {e.id: e for e in listing(small, resolve(small), in_panel_order(small, None))}
    assert list(rows) == ["smith2019", "jones2022", "expert_one"]
    smith = rows["smith2019"]
    assert (smith.codes_text, smith.codes_infer, smith.outcomes_text, smith.outcomes_infer) == (3, 1, 2, 1)
    assert in_panel_order(small, "jones2022,smith2019") == list(small.sources)


def test_the_matrix_holds_every_code_with_the_models_weight(shipped: Workspace) -> None:
    """One cell a code, as the density hears it; totals are those of its cells."""
    panel, found = resolve(shipped), matrix_of(shipped)
    weights = {(s.id, d, c): w for d, c, s, w in weighted_codes(shipped, panel)}
    assert {key: cell.weight for key, cell in found.at.items()} == weights
    assert {*found.sources, *found.silent} == set(panel.members)
    for total in found.totals:
        mine = [c for c in found.cells if (c.driver, c.channel) == (total.driver, total.channel)]
        assert total.speaking == len(mine)
        assert total.text == sum(c.grade == "TEXT" for c in mine)


def test_the_mean_is_by_weight_and_leaves_ratios_out(small: Workspace) -> None:
    """A hazard ratio speaks, and is no code."""
    found = matrix_of(small)
    assert found.total["trade", "split"].speaking == 1
    assert found.total["trade", "split"].mean is None
    assert found.at["jones2022", "trade", "split"].mark == "x0.6"
    assert found.at["smith2019", "border_dispute", "alliance"].mark == "~-1"
    two = {
        "shared_threat": small.sources["smith2019"]
        .effects["shared_threat"]
        .model_copy(update={"alliance": -1.0})
    }
    more = matrix_of(with_source(small, "jones2022", effects=two))
    one, half = (more.at[s, "shared_threat", "alliance"].weight for s in ("smith2019", "jones2022"))
    assert more.total["shared_threat", "alliance"].mean == pytest.approx((2 * one - half) / (one + half))


def test_the_matrix_can_be_narrowed(small: Workspace) -> None:
    """To some drivers: then sources that say nothing of them are silent."""
    found = matrix_of(small, ["trade"])
    assert [c.driver for c in found.columns] == ["trade"]
    assert found.sources == ("jones2022",)
    assert found.silent == ("smith2019", "expert_one")


def test_short_names_of_drivers_are_unlike(shipped: Workspace) -> None:
    """Three letters each, no two the same, also where initials are."""
    assert len(set(abbreviations(shipped.drivers.drivers).values())) == len(shipped.drivers.drivers)
    many = abbreviations([f"a_b_c{n}" for n in range(12)])
    assert len(set(many.values())) == 12
    assert {len(label) for label in many.values()} == {3}


@pytest.mark.parametrize("width", [60, 80, 120])
def test_lines_fit_a_terminal(shipped: Workspace, width: int) -> None:
    """No line of a card, of the list or of the matrix is longer than asked."""
    panel = resolve(shipped)
    rows = listing(shipped, panel, in_panel_order(shipped, None))
    texts = [source_card.render(card_of(shipped, name), width=width) for name in shipped.sources]
    texts.append(source_list.render(rows, panel="all", width=width)[0].partition("\n\n")[0])
    texts.append(source_matrix.render(matrix_of(shipped), width=width))
    assert [line for text in texts for line in text.splitlines() if len(line) > width] == []


def test_without_a_width_nothing_is_wrapped_or_cut(shipped: Workspace) -> None:
    """One line a source with its whole stance, and one row of the matrix with every driver."""
    rows = listing(shipped, resolve(shipped), in_panel_order(shipped, None))
    text, hidden = source_list.render(rows, panel="all", width=None)
    assert hidden == ()
    for row, line in zip(rows, text.splitlines()[1:], strict=False):
        assert line.startswith(f"{row.id} ")
        assert line.endswith(row.stance or "-")
    found = matrix_of(shipped)
    table = source_matrix.render(found, width=None).partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in table[1 : len(found.sources) + 1]] == list(found.sources)
    assert all(len(line.split()) == len(found.columns) + 1 for line in table[1 : len(found.sources) + 1])


def test_blocks_of_a_narrow_matrix_hold_every_code(shipped: Workspace) -> None:
    """However the drivers are divided, no code is lost."""
    found = matrix_of(shipped)
    marks = sum(1 for c in found.cells)
    for width in (None, 60, 100):
        table = source_matrix.render(found, width=width).partition("\nWhat more")[0]
        body = [
            x for x in table.splitlines() if x and not x.startswith((" ", "speaking", "from the", "mean "))
        ]
        cells = [cell for line in body for cell in line.split()[1:]]
        assert sum(part != "." for cell in cells for part in cell.split("/")) == marks


def test_every_channel_has_its_name(small: Workspace) -> None:
    """Codes are given for both ways out of partnership, in their order."""
    effects = card_of(small, "smith2019").effects
    assert all(tuple(c.channel for c in e.codes) == CHANNELS for e in effects)


def test_citations_that_say_no_year_go_by_id(small: Workspace) -> None:
    """A short name needs an author and a year."""
    assert isinstance(small.sources["expert_one"], Source)
    assert short_names(small.sources) == {
        "expert_one": "expert one",
        "jones2022": "Jones (2022)",
        "smith2019": "Smith (2019)",
    }


def test_a_name_of_its_own_is_used(small: Workspace) -> None:
    """A file's `name` stands in tables; without one, author and year."""
    named = small.sources["jones2022"].model_copy(update={"name": "Jones and others"})
    assert short_names({"jones2022": named}) == {"jones2022": "Jones and others"}
    assert short_names(small.sources)["jones2022"] == "Jones (2022)"
