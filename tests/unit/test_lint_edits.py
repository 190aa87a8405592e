"""The linter on a report that was edited: what an editor may do to it, and what not."""

from __future__ import annotations

import pytest

from forecast.report.ledger import paths_of, publish
from forecast.report.lint import Fault, lint
from forecast.report.marked import cell, number
from forecast.report.marks import quoted
from tests.unit.test_lint import NUMBERS, data, published, summary

TEXT, DATA = published()


def faults(old: str, new: str, *, count: int = 1) -> tuple[Fault, ...]:
    """The faults after an edit, which must have had something to edit."""
    assert old in TEXT
    return lint(TEXT.replace(old, new, count), DATA)


def rules(old: str, new: str, *, count: int = 1) -> set[str]:
    """The rules broken by an edit."""
    return {fault.rule for fault in faults(old, new, count=count)}


def test_swapped_numbers_are_found_and_named() -> None:
    """The fault says what the datum is and where it stands."""
    swapped = TEXT.replace("9.4%", "@").replace("3.7%", "9.4%").replace("@", "3.7%")
    found = [fault for fault in lint(swapped, DATA) if fault.rule == "number"]
    assert [fault.found for fault in found] == ["3.7%", "9.4%"]
    assert "9.4% by 31 December 2036" in found[0].message
    assert "/main/scenarios/0/horizons/2/reached/alliance/mean" in found[0].remedy


def test_a_rounding_is_a_change() -> None:
    """One number has one form; rounded further it says so."""
    assert "number" in rules("**9.4%**", "**9%**")
    assert "number" in rules("**9.4%**", "**9.42%**")
    assert rules("**9.4%**", "about **9%**") == set()


@pytest.mark.parametrize("same", ["9.4 %", "9.4\u00a0%", "9.4 per cent", "9.4 percent"])
def test_a_number_may_be_spelled_otherwise(same: str) -> None:
    """A space, or the words for the sign, change nothing."""
    assert rules("**9.4%**", same) == set()


def test_an_end_of_an_interval_is_its_datum() -> None:
    """Not the other end, nor the mean."""
    assert rules("interval 3.0% to 21%", "interval 21% to 3.0%") >= {"number"}
    assert rules("interval 3.0% to 21%", "interval 9.4% to 21%") >= {"number"}


def test_a_number_of_another_kind_is_its_datum_too() -> None:
    """Where the sentence names no outcome, the number that stood there counts."""
    (fault,) = faults("rate by 50%", "rate by 40%")
    assert (fault.rule, fault.found) == ("number", "40%")
    assert "50%" in fault.message


def test_a_date_that_is_changed_takes_its_numbers_with_it() -> None:
    """9.4% is for 2036; with the number of 2033 the sentence is right again."""
    assert rules(
        "By 31 December 2036 that is still so: **9.4%**", "By 31 December 2033 that is still so: **9.4%**"
    )
    assert "number" not in rules(
        "By 31 December 2036 that is still so: **9.4%**, 90% interval 3.0% to 21%",
        "By 31 December 2033 that is still so: **6.7%**, 90% interval 1.9% to 16%",
    )


def test_a_rewritten_sentence_is_held_to_what_it_says() -> None:
    """Other words for the same number pass; another outcome with it does not."""
    old = "By 31 December 2036 that is still so: **9.4%**, 90% interval 3.0% to 21%."
    assert rules(old, "For 2036 it is very unlikely still: 9.4% (3.0–21%).") == set()
    assert rules(old, "By 31 December 2036 a split is still so: **9.4%**, 90% interval 3.0% to 21%.") >= {
        "number"
    }


def test_a_sentence_moved_under_another_outcome_is_found() -> None:
    """ "By 2036 that is still so" is of what was spoken of before."""
    alliance = "By 31 December 2036 that is still so: **9.4%**, 90% interval 3.0% to 21%."
    split = "By 31 December 2036 that is still so: **3.7%**, 90% interval 1.1% to 8.1%."
    swapped = TEXT.replace(alliance, "@").replace(split, alliance).replace("@", split)
    assert swapped != TEXT
    assert "number" in {fault.rule for fault in lint(swapped, DATA)}


def test_words_that_are_changed_disagree() -> None:
    """With the exact value behind the number, not with its rounding."""
    (fault,) = [
        f for f in faults("It is very unlikely that", "It is unlikely that") if f.found.startswith("It")
    ]
    assert fault.rule == "words"
    assert "very unlikely" in fault.remedy


def test_the_sentence_on_the_interval_must_stay() -> None:
    """And name the right words."""
    assert rules("That interval runs from “almost no chance” to “unlikely”. Conf", "Conf") == {"straddle"}
    assert rules("to “unlikely”. Conf", "to “likely”. Conf") == {"straddle"}


def test_what_an_input_file_says_is_left_alone() -> None:
    """A minister may be confident that two states will fight, also in a paragraph that was edited."""
    assert rules("## Background\n\n", "## Background\n\nA view from the capital. ") == set()
    assert rules("The two will fight side by side", "The two will surely fight side by side") == {"will"}


def test_deleting_a_judgment_is_found() -> None:
    """Each outcome of the headlines is judged at the horizon; confidence is stated."""
    lines = [line for line in TEXT.splitlines() if not line.startswith("**Split.**")]
    assert {(f.rule, f.found) for f in lint("\n".join(lines), DATA)} == {("judgment", "Split")}
    without = TEXT.replace("Confidence in this judgment is **low**: the views are old.", "")
    assert {f.rule for f in lint(without, DATA)} == {"judgment"}
    head, tail = TEXT.split("## Key judgments")[0], TEXT.split("## Background")[1]
    assert "judgment" in {f.rule for f in lint(f"{head}## Background{tail}", DATA)}


def test_a_judgment_without_its_words_is_found() -> None:
    """Probability in words and numbers."""
    old = next(line for line in TEXT.splitlines() if line.startswith("**Split.**"))
    new = "**Split.** A split by 31 December 2036 is at **3.7%**. Confidence in this judgment is low."
    assert {(f.rule, f.found) for f in lint(TEXT.replace(old, new), DATA)} == {("judgment", "Split")}


def test_a_comparison_has_no_judgments_of_its_own() -> None:
    """The sections that a report must have are those of its kind."""
    assert lint("# A comparison\n\nText.\n", {**DATA, "kind": "comparison"}) == ()


def test_a_row_that_is_changed_is_found_with_its_datum() -> None:
    """And only that row."""
    rows = "\n".join(
        f"| {year}-12-31 | {cell(summary(*NUMBERS['alliance'][year]))} | {number(year - 2030.5, '.1f')} |"
        for year in (2031, 2033, 2036)
    )
    about = {**data("icd203"), "kind": "comparison"}
    text, ledger = publish(f"| Date | Alliance | x |\n| - | - | - |\n{rows}\n", paths_of(about))
    about["prose"] = ledger.as_dict()
    assert lint(text, about) == ()
    (fault,) = lint(text.replace("6.7%", "7.6%"), about)
    assert (fault.rule, fault.line, fault.found) == ("number", 4, "7.6%")
    assert "6.7%" in fault.message
    without = "\n".join(line for line in text.splitlines() if "2031" not in line)
    assert lint(without, about) == ()


def test_the_description_of_a_figure_keeps_its_numbers() -> None:
    """A number that the figure did not have is found."""
    about = {**data("icd203"), "kind": "comparison"}
    text, ledger = publish(f"![{quoted('By 2036 alliance 9.4%.')}](figures/fan.svg)\n", {})
    about["prose"] = ledger.as_dict()
    assert lint(text, about) == ()
    (fault,) = lint(text.replace("9.4%", "4.9%"), about)
    assert (fault.rule, fault.found) == ("number", "4.9%")


def test_a_fault_stands_in_its_line() -> None:
    """Also in a paragraph that an editor has wrapped."""
    wrapped = TEXT.replace("## Assessment", "## Assessment\n\nNothing here is new.\nThe two will ally.")
    (fault,) = lint(wrapped, DATA)
    assert wrapped.splitlines()[fault.line - 1] == "The two will ally."


def test_a_new_paragraph_between_others_shifts_nothing() -> None:
    """Blocks are known by their words."""
    assert rules("## Three answers", "A paragraph of words alone.\n\n## Three answers") == set()
    assert rules("## Key judgments", "## Key judgements") == set()


def test_words_and_number_in_two_cells_of_a_row_agree() -> None:
    """A table may have a column of words."""
    table = "| Outcome | By 2036 | In words |\n| - | - | - |\n| Alliance | 9.4% | {} |\n"
    assert rules("## Assessment\n", "## Assessment\n\n" + table.format("very unlikely")) == set()
    assert rules("## Assessment\n", "## Assessment\n\n" + table.format("likely")) == {"words"}


def test_code_is_read_too() -> None:
    """Nothing escapes the rules by its typography."""
    edited = f"{TEXT}\n```\nThe two will ally.\n```\n"
    (fault,) = lint(edited, DATA)
    assert (fault.rule, edited.splitlines()[fault.line - 1]) == ("will", "The two will ally.")
    assert {f.rule for f in lint(f"{TEXT}\nThe two **w**ill *ally*.\n", DATA)} == {"will"}
