"""Which numbers of a page open something, and what stands in what they open."""

from __future__ import annotations

import re
from typing import Any

import pytest

from forecast.report.html import page
from forecast.report.ledger import Ledger, publish
from forecast.report.marks import mark, quoted

DATA = {
    0.0937: ["/main/far/mean"],
    0.0301: ["/main/far/p05"],
    0.2104: ["/main/far/p95"],
    0.1234: ["/near/mean"],
    0.5: ["/lost"],
}
MARKED = f"""# A {mark("9.4%", 0.0937)} title

## Key judgments

By 2036 it is **{mark("9.4%", 0.0937)}**, 90% interval {mark("3.0%", 0.0301)} to {mark("21%", 0.2104)}.

| Date | Chance {mark("9.4%", 0.0937)} |
| --- | ---: |
| 2036 | {mark("9.4%", 0.0937)} ({mark("3.0", 0.0301)}–{mark("21%", 0.2104)}) |
| 2037 | {mark("50%", 0.5)} |
| 2038 | {mark("12%", 0.1234)} |

Of [{mark("9.4%", 0.0937)}](#key-judgments) {quoted("the 5 texts")} say `{mark("9.4%", 0.0937)}`.
"""


def basis(count: int, **more: Any) -> dict[str, Any]:
    """A basis of so many items."""
    items = [{"text": f"code {n} <b>", "place": f"a.yaml:{n}", "locator": f"p. {n}"} for n in range(count)]
    return {"title": "Codes & more", "items": items, "more": 0, **more}


TRACE: dict[str, Any] = {
    "inputs_sha256": "ab" * 32,
    "subjects": {
        "/main": {"title": "Too wide", "rows": [], "how": "", "basis": []},
        "/main/far": {
            "title": "Far <one>",
            "rows": [["Mean", "0.0937 & so"]],
            "how": "Counted.",
            "basis": ["long", "short", "own"],
        },
        "/near": {"title": "Near", "rows": [], "how": "", "basis": ["long", "short"]},
    },
    "bases": {
        "long": basis(5, more=2),
        "short": basis(2),
        "own": basis(2, title="Own", more=4),
        "unused": basis(9),
    },
}


@pytest.fixture(scope="module")
def published() -> tuple[str, Ledger]:
    """The text without its marks, and its ledger."""
    return publish(MARKED, DATA)


@pytest.fixture(scope="module")
def made(published: tuple[str, Ledger]) -> str:
    """The page with its trace."""
    return page(published[0], {}, prose=published[1], trace=TRACE)


def links(text: str) -> list[str]:
    """The words of every number that opens something."""
    return re.findall(r'<a class="n" href="#t1">([^<]+)</a>', text)


def test_data_open_their_subject(made: str) -> None:
    """A number with its interval is one link; those in headings, header cells, links and code are none."""
    assert links(made) == ["9.4%", "3.0% to 21%", "9.4% (3.0–21%)"]


def test_what_is_no_datum_opens_nothing(made: str) -> None:
    """Dates, quotations, the report's wording, and data of which the trace says nothing."""
    assert "By 2036 it is" in made
    assert "the 5 texts" in made
    assert ">50%<" in made
    assert "90% interval" in made


def test_a_subject_is_written_once_and_escaped(made: str) -> None:
    """However many numbers open it; the longest pointer is the subject."""
    assert re.findall(r'<section class="sheet" id="(\w+)"', made) == ["t1", "t2", "b1", "b2"]
    assert '<h3 id="t1-title">Far &lt;one&gt;</h3>' in made
    assert "<dt>Mean</dt><dd>0.0937 &amp; so</dd>" in made
    assert "<p>Counted.</p>" in made
    assert "Too wide" not in made


def test_a_basis_that_is_shared_is_written_once_in_full(made: str) -> None:
    """Each number shows three items of the first basis and the name of the next, and leads to all of both."""
    sheets = re.findall(r'<section class="sheet".*?</section>', made, flags=re.DOTALL)
    assert [sheet.count("<li>") for sheet in sheets] == [3 + 2, 3, 5, 2]
    assert '<a href="#b1">All 5 listed</a>' in sheets[0]
    assert '<h4><a href="#b2">Codes &amp; more</a> (2)</h4>' in sheets[0]
    assert "And 2 more." in sheets[2]
    assert "<li>code 4 &lt;b&gt;<small>p. 4 <code>a.yaml:4</code></small></li>" in sheets[2]


def test_a_basis_that_one_number_has_alone_is_shown_whole(made: str) -> None:
    """It needs no sheet of its own, however long."""
    own = re.findall(r'<section class="sheet".*?</section>', made, flags=re.DOTALL)[0]
    assert own.rindex("<h4>Own</h4>") > own.index('href="#b2"')
    assert "And 4 more." in own


def test_every_sheet_names_the_inputs_and_can_be_closed(made: str) -> None:
    """The short hash in each, the whole one above them all."""
    assert made.count(f"sha256 {'ab' * 8}…") == 4
    assert f"sha256 {'ab' * 32}" in made
    assert made.count('<a class="close" href="#closed">Close</a>') == 4
    assert '<span id="closed"></span>' in made


def test_without_a_trace_numbers_are_text(published: tuple[str, Ledger]) -> None:
    """Also where no number of the text has a subject."""
    assert 'class="n"' not in page(published[0], {}, prose=published[1])
    none = page(published[0], {}, prose=published[1], trace={**TRACE, "subjects": {}})
    assert 'class="n"' not in none
    assert "Where each number comes from" not in none


def test_an_edited_text_keeps_what_still_matches(published: tuple[str, Ledger]) -> None:
    """Sentences that were moved keep their numbers; those that were written since have none."""
    text, ledger = published
    edited = text.replace("By 2036 it is", "It is, says who edits,").replace("| 2037 | 50% |\n", "")
    made = page(edited, {}, prose=ledger, trace=TRACE)
    assert links(made) == ["9.4% (3.0–21%)"]
    assert "It is, says who edits, <strong>9.4%</strong>" in made


def test_ids_of_sheets_are_not_taken_by_headings(published: tuple[str, Ledger]) -> None:
    """A heading of that name gets another."""
    text, ledger = published
    made = page(text + "\n## T1\n\n## Where each number comes from\n", {}, prose=ledger, trace=TRACE)
    ids = re.findall(r' id="([^"]+)"', made)
    assert len(ids) == len(set(ids))
    assert 'id="t1-2"' in made
