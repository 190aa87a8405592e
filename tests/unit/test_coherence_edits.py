"""Numbers replaced in the text of a file: in their own form, and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest

from forecast.coherence.edits import edited, edits_of, plain
from forecast.coherence.record import COLUMNS, recorded
from forecast.coherence.repair import Change, Repair
from forecast.coherence.statement import Place, Statement
from forecast.errors import UsageError
from forecast.inputs import yaml_nodes

HEAD = "# the first line\nid: one\n\noutcomes:\n"


def change(at: str, new: float) -> Change:
    """A number of the file and what it becomes."""
    return Change(Place("one.yaml", 0, at), at, 0.5, new, new)


def statement(path: str) -> Statement:
    """Three quantiles at a path, where the file says them or words do."""
    places = tuple(Place("one.yaml", 0, f"{path}.{key}") for key in ("p05", "p50", "p95"))
    return Statement("split", 5, (0.05, 0.5, 0.95), (0.2, 0.5, 0.8), places=places)


@pytest.mark.parametrize(
    ("written", "repaired"),
    [
        (
            "  split: {p05: 0.2, p50: 0.5, p95: .8, x: 1} # why\n",
            "  split: {p05: 0.2, p50: 0.41, p95: .8, x: 1} # why\n",
        ),
        (
            "  split: {p05: '20%', p50: \"50 %\", p95: 80%}\n",
            "  split: {p05: '20%', p50: \"41%\", p95: 80%}\n",
        ),
        ("  split: {p50: 50%, p05: 0.2,p95: 0.8}\n", "  split: {p50: 41%, p05: 0.2,p95: 0.8}\n"),
        (
            "  split:\n    # first\n    p95: 0.8   # high\n    p50: 5.0e-1\n    p05: 0.2\n",
            "  split:\n    # first\n    p95: 0.8   # high\n    p50: 0.41\n    p05: 0.2\n",
        ),
        (
            "  split: {words: even chance, within_years: 5}\n",
            "  split: {p05: 0.2, p50: 0.41, p95: 0.8, within_years: 5}\n",
        ),
        (
            "  split:\n    p50: even chance  # said so\n    within_years: 5\n",
            "  split:\n    p05: 0.2\n    p50: 0.41\n    p95: 0.8  # said so\n    within_years: 5\n",
        ),
        (
            '  split: {"words": "even chance", within_years: 5}\n',
            "  split: {p05: 0.2, p50: 0.41, p95: 0.8, within_years: 5}\n",
        ),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_number_is_replaced_where_it_stands(written: str, repaired: str, end: str, mark: bytes) -> None:
    """Fractions, percentages and words, in braces and in blocks, at any line end; the rest stays."""
    data, expected = (
        mark + (HEAD + text + "last: é\n").replace("\n", end).encode() for text in (written, repaired)
    )
    edits = edits_of(data, [statement("outcomes.split")], [change("outcomes.split.p50", 0.41)])
    assert edited(data, edits) == expected
    said = yaml_nodes.parse(yaml_nodes.decode(expected)).plain()
    assert said["outcomes"]["split"]["p50"] in (0.41, "41%")


def test_items_of_a_list_are_told_apart() -> None:
    """Only the item that changes does."""
    data = b"also_stated:\n  - {p05: 0.2, p50: 0.5, p95: 0.8}\n  - {p05: 0.2, p50: 0.5, p95: 0.8}\n"
    said = [statement("also_stated[0]"), statement("also_stated[1]")]
    (edit,) = edits_of(data, said, [change("also_stated[1].p95", 0.9)])
    assert (edit.line, edit.at, edit.old, edit.new) == (3, "also_stated[1].p95", "0.8", "0.9")


@pytest.mark.parametrize(("p", "text"), [(0.000012, "0.000012"), (0.5, "0.5"), (0.999987, "0.999987")])
def test_numbers_are_written_without_powers_of_ten(p: float, text: str) -> None:
    """As people write probabilities."""
    assert plain(p) == text
    assert float(text) == p


def test_the_record_is_appended_to() -> None:
    """A first row of names, then one row a number; what stood there stays, its line ended."""
    data = b"outcomes:\n  split: {p05: 0.2, p50: 0.5, p95: 0.8}\n"
    edits = edits_of(data, [statement("outcomes.split")], [change("outcomes.split.p50", 0.41)])
    repair = Repair("one", ("broad", "horizons"), (), 0.1234567, 0.1)
    first = recorded(None, [(repair, "priors/sources/one.yaml", edits)], dt.date(2027, 1, 2))
    row = "2027-01-02,one,priors/sources/one.yaml,outcomes.split.p50,0.5,0.41,broad horizons,0.1235\n"
    assert first.decode() == ",".join(COLUMNS) + "\n" + row
    second = recorded(first.rstrip(b"\n"), [(repair, "priors/sources/one.yaml", edits)], dt.date(2027, 1, 2))
    assert second.decode() == first.decode() + row


def test_another_files_record_is_not_written_into() -> None:
    """What does not begin as the record does is somebody's own."""
    with pytest.raises(UsageError, match=r"found a,b\); move that file away"):
        recorded(b"a,b\n1,2\n", [], dt.date(2027, 1, 2))
