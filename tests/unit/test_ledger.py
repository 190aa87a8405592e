"""Every number of a text with what it is, and a text edited since matched to it."""

from __future__ import annotations

import json

from forecast.report.blocks import blocks, parser
from forecast.report.ledger import Assigned, Ledger, assign, paths_of, publish
from forecast.report.marked import cell, number, percent
from forecast.report.marks import plain, quoted
from forecast.simulation.forecast import Summary

DATA = {
    "main": {"alliance": {"mean": 0.0942, "p05": 0.0298, "p95": 0.2071}, "split": {"mean": 0.0371}},
    "findings": {"effects": [{"per_unit": 0.1234, "speaking": 17}, {"per_unit": 0.2345, "speaking": 8}]},
    "other": {"seventeen": 17},
}
ALLIANCE = Summary(0.0942, 0.0298, 0.09, 0.2071, 0.001)
MARKED = "\n\n".join(
    [
        f"# {quoted('Will the 2 ally?')}",
        "## Key judgments",
        f"**{quoted('Alliance')}.** By 31 December 2036: **{percent(0.0942)}**, 90% interval.",
        "## Effects",
        "\n".join(
            [
                "| Driver | Effect | Sources |",
                "| --- | --- | --- |",
                f"| {quoted('War of 2014')} | {number(0.1234)} | {number(17, 'g')} |",
                f"| {quoted('Trade')} | {number(0.2345)} | {number(8, 'g')} |",
                f"| All | {cell(ALLIANCE)} | {number(3.5, '.1f')} |",
            ]
        ),
        "![A drawing of 3.7%.](figures/fan.svg)",
        "- One thing is so.",
        "- Two things are so.",
    ]
)


def made() -> tuple[str, Ledger]:
    """The text as published and its ledger."""
    return publish(MARKED, paths_of(DATA))


def assigned(markdown: str, ledger: Ledger) -> list[Assigned]:
    """The blocks of a text as the ledger knows them."""
    return assign(blocks(parser().parse(markdown)), ledger)


def test_what_is_published_has_no_marks() -> None:
    """The text is that of a reader; its blocks are the ledger's lines, word for word."""
    text, ledger = made()
    assert text == plain(MARKED)
    found = assigned(text, ledger)
    assert all(each.same for each in found)
    assert [each.block.text for each in found] == [line.text for line in ledger.lines]


def test_every_number_has_a_kind() -> None:
    """Data with value and place; dates; what input files say; what the report says itself."""
    _, ledger = made()
    kinds = {entry.text: entry.kind for line in ledger.lines for entry in line.numbers}
    assert kinds["9.4%"] == "datum"
    assert kinds["31 December 2036"] == "date"
    assert kinds["2"] == "quoted"
    assert kinds["90%"] == "wording"
    entry = next(e for line in ledger.lines for e in line.numbers if e.text == "9.4%")
    assert (entry.value, entry.path) == (0.0942, "/main/alliance/mean")


def test_numbers_that_meet_by_chance_are_traced_to_their_row() -> None:
    """17 stands twice in the data; that of the row is beside the row's other number."""
    _, ledger = made()
    row = next(line for line in ledger.lines if line.text.startswith("War"))
    assert [e.path for e in row.numbers if e.kind == "datum"] == [
        "/findings/effects/0/per_unit",
        "/findings/effects/0/speaking",
    ]


def test_a_value_computed_for_the_sentence_has_no_place() -> None:
    """It is a datum all the same."""
    _, ledger = made()
    entry = next(e for line in ledger.lines for e in line.numbers if e.text == "3.5")
    assert (entry.kind, entry.path) == ("datum", None)


def test_quoted_words_are_remembered() -> None:
    """Where in a block they stand: the rules of language leave them alone."""
    _, ledger = made()
    line = next(line for line in ledger.lines if line.text.startswith("Alliance"))
    assert [line.text[a:b] for a, b in line.quoted] == ["Alliance"]


def test_a_section_is_named_without_marks() -> None:
    """A heading whose words or numbers come from elsewhere names its section as it is read."""
    _, ledger = publish(f"## {quoted('A b')} by {percent(0.5)}\n\nText.\n", {})
    assert {line.section for line in ledger.lines} == {"a-b-by-50"}


def test_a_ledger_survives_json() -> None:
    """As it goes into report.json and comes back."""
    _, ledger = made()
    assert Ledger.from_dict(json.loads(json.dumps(ledger.as_dict()))) == ledger
    assert dict(ledger.figures) == {"figures/fan.svg": "A drawing of 3.7%."}


def test_an_edited_number_keeps_its_place() -> None:
    """Same words, other number: the block is known, and not the same."""
    text, ledger = made()
    found = assigned(text.replace("9.4%**", "3.7%**"), ledger)
    (edited,) = (each for each in found if not each.same)
    assert edited.line is not None
    assert [(t.text, e and e.text) for t, e in edited.numbers][1] == ("3.7%", "9.4%")


def test_rows_after_one_that_was_deleted_keep_theirs() -> None:
    """The row of most equal numbers is taken, not the next in order."""
    rows = "\n".join(f"| {2030 + i}-12-31 | {number(i + 0.5, '.1f')} |" for i in range(5))
    text, ledger = publish(f"| Date | x |\n| - | - |\n{rows}\n", {})
    without = text.replace("| 2031-12-31 | 1.5 |\n", "").replace("| 3.5 |", "| 9.9 |")
    edited = [each for each in assigned(without, ledger) if not each.same]
    assert [each.line and each.line.text for each in edited] == ["2033-12-31 | 3.5"]


def test_several_edited_rows_are_not_crossed() -> None:
    """Each finds its own, in order."""
    rows = "\n".join(f"| {2030 + i}-12-31 | {number(i + 0.5, '.1f')} |" for i in range(5))
    text, ledger = publish(f"| Date | x |\n| - | - |\n{rows}\n", {})
    edited = [e for e in assigned(text.replace(".5 |", ".6 |"), ledger) if not e.same and e.line]
    assert all(e.line and e.line.text[:10] == e.block.text[:10] for e in edited)
    assert len(edited) == 5


def test_blocks_that_moved_are_known() -> None:
    """To another section, and twice."""
    text, ledger = made()
    moved = f"{text}\n\n## Elsewhere\n\n- One thing is so.\n\nBy the way.\n"
    last = assigned(moved, ledger)
    assert [each.same for each in last if each.block.text == "One thing is so."] == [True, True]
    (new,) = (each for each in last if each.block.text == "By the way.")
    assert new.line is None


def test_paragraphs_wrapped_by_an_editor_are_the_same() -> None:
    """Line ends are spaces."""
    text, ledger = made()
    wrapped = text.replace("By 31 December 2036:", "By 31\nDecember\n2036:")
    assert all(each.same for each in assigned(wrapped, ledger))
