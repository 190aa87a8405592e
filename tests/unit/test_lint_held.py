"""The linter on what is the reviewer's, on confidence and on the heads of tables."""

from __future__ import annotations

from forecast.report.lint import lint
from tests.unit.test_lint import published

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
