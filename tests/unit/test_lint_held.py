"""The linter on what is the reviewer's, on confidence and on the heads of tables."""

from __future__ import annotations

import pytest

from forecast.report.ledger import paths_of, publish
from forecast.report.lint import Fault, lint
from forecast.report.lint.levels import stated_level
from forecast.report.marked import percent
from tests.unit.test_lint import data, published

TEXT, DATA = published()
DISSENTED = "## Dissent\n\n**B** does not share these judgments. In their own words:\n\n"


def rules(text: str) -> set[str]:
    """The rules that a text breaks."""
    return {fault.rule for fault in lint(text, DATA)}


def with_dissent(words: str) -> str:
    """The report with a section of dissents before its background."""
    return TEXT.replace("## Background", f"{DISSENTED}{words}\n\n## Background")


def test_a_dissent_is_in_its_reviewers_words() -> None:
    """Certainties, other lexicons, hedges and numbers of their own: none of it is the report's."""
    words = (
        "> It will end. I am highly confident that an alliance by 2036 is at 71.3%, "
        "perhaps probable.\n>\n> It may possibly."
    )
    assert rules(with_dissent(words)) == set()


def test_what_is_said_beside_a_dissent_is_the_reports() -> None:
    """Only the quotation is exempt, and only in the section of dissents."""
    assert rules(with_dissent("It will end.")) == {"will"}
    assert rules(TEXT.replace("## Background\n", "## Background\n\n> It will end.\n")) == {"will"}


LOW = "Confidence in this judgment is **low**: the views are old."
SPLIT = next(line for line in TEXT.splitlines() if line.startswith("**Split.**"))


def judged(words: str) -> str:
    """The report with other words on the confidence in its judgment on a split."""
    return TEXT.replace(SPLIT, SPLIT.replace(LOW, words))


@pytest.mark.parametrize(
    "words",
    [
        "Confidence in this judgment is **high**: the views are new.",
        "Confidence in this judgment is moderate.",
        "We have strong confidence in it.",
        "We are highly confident of this judgment.",
        "Confidence in this judgment is low to moderate.",
        "Confidence in this judgment is not low but moderate.",
    ],
)
def test_confidence_is_that_of_the_data(words: str) -> None:
    """The fault names the datum and what to write."""
    (fault,) = lint(judged(words), DATA)
    assert fault.rule == "confidence"
    assert "Split" in fault.message
    assert "/findings/confidence/judgments/2/level" in fault.message
    assert "is low" in fault.remedy


@pytest.mark.parametrize(
    "words",
    [
        "Our confidence in this judgment is low: few sources are of high quality.",
        "Confidence in this judgment is no longer high but low.",
        "We have low confidence in it, since the views are old.",
        "Confidence in the judgment on a split is low.",
    ],
)
def test_confidence_may_be_said_in_other_words(words: str) -> None:
    """The level is held, the sentence is the analyst's."""
    assert rules(judged(words)) == set()


def test_confidence_is_held_in_the_list_of_it_and_in_its_table() -> None:
    """The section that gives the grounds says the same."""
    section = (
        "## Analytic confidence\n\n- **Split.** Confidence in this judgment is **{}**: the views are old.\n\n"
        "| Component | Alliance | Split |\n| - | - | - |\n| **Confidence** | **low** | **{}** |\n\n"
    )
    before = TEXT.partition("## Background")[0]
    assert rules(before + section.format("low", "low")) == set()
    assert rules(before + section.format("high", "low")) == {"confidence"}
    assert rules(before + section.format("low", "high")) == {"confidence"}


def test_every_judgment_has_its_confidence() -> None:
    """One sentence for all will do, where it is true of all."""
    (fault,) = lint(judged(""), DATA)
    assert (fault.rule, fault.found) == ("judgment", "Split")
    assert {(f.rule, f.found) for f in lint(judged("Confidence is another matter."), DATA)} == {
        ("judgment", "Split")
    }
    bare = TEXT.replace(LOW, "")
    whole = "Confidence in all these judgments is {}.\n\n## Background"
    assert len([f for f in lint(bare, DATA) if f.rule == "judgment"]) == 4
    assert rules(bare.replace("## Background", whole.format("low"))) == set()
    assert rules(bare.replace("## Background", whole.format("high"))) == {"confidence"}


def test_levels_are_read_before_their_grounds() -> None:
    """Denied ones are none."""
    assert stated_level("Confidence is another matter") is None
    assert stated_level("Confidence is lower than high") == "low"


def of_table(old: str, new: str) -> tuple[Fault, ...]:
    """The faults of an edit in a text with a table in a section of its own."""
    about = {**data("icd203"), "kind": "comparison"}
    marked = (
        "## Pool\n\n| Source | Alliance | Split |\n| - | - | - |\n"
        f"| Median | {percent(0.0473)} | {percent(0.234)} |\n\n## Else\n\nNothing.\n"
    )
    text, ledger = publish(marked, paths_of(about))
    assert old in text
    return lint(text.replace(old, new), {**about, "prose": ledger.as_dict()})


@pytest.mark.parametrize("head", ["Source | Split | Alliance", "Source | Alliance | War", "A | B | C"])
def test_a_tables_head_is_the_published_one(head: str) -> None:
    """Columns that change their titles change what every number below is of."""
    (fault,) = of_table("Source | Alliance | Split", head)
    assert (fault.rule, fault.line, fault.found) == ("number", 3, head)
    assert "Source | Alliance | Split" in fault.remedy
    row = of_table(
        "Source | Alliance | Split |\n| - | - | - |\n| Median", f"{head} |\n| - | - | - |\n| Middle"
    )
    assert {fault.line for fault in row} == {3}


def test_a_table_that_is_added_has_its_own_head() -> None:
    """Beside the published one, or in a section without tables."""
    table = "| Who | What |\n| - | - |\n| Blank | a view |\n"
    assert of_table("## Else", f"{table}\n## Else") == ()
    assert of_table("Nothing.", table) == ()
    assert of_table("Source | Alliance | Split", "**Source** |  Alliance | Split") == ()
