"""Tables fit the page: no word cut, no interval broken, and as short as the width allows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecast.report.documents.columns import GAP, SMALLEST, Layout, lay_out
from forecast.report.documents.measure import REFERENCE_SIZE
from forecast.report.documents.nodes import text_of, words
from forecast.report.documents.page_size import SIDEWAYS_WIDTH, TEXT_WIDTH
from forecast.report.documents.tables import Cell, Piece, Table, as_table, pieces, stacked, with_stacks

EM = 0.5 * REFERENCE_SIZE


def _measured(piece: Piece) -> float:
    """Every letter half as wide as the type is high: widths that can be worked out by hand."""
    return EM * len(piece[0])


def _cell(text: str) -> Cell:
    return tuple(words(text))


def _table(header: list[str], rows: list[list[str]], numeric: list[bool]) -> Table:
    return Table(
        header=tuple(map(_cell, header)),
        rows=tuple(tuple(map(_cell, row)) for row in rows),
        numeric=tuple(numeric),
    )


def _laid(table: Table) -> Layout:
    return lay_out(table, _measured, upright=TEXT_WIDTH, sideways=SIDEWAYS_WIDTH)


def _room(layout: Layout, at: int) -> float:
    """Letters that a line of a column holds."""
    return (layout.widths[at] - GAP) / (layout.size / 2)


def test_a_small_table_keeps_the_full_size() -> None:
    """Where everything fits in one line, nothing is made smaller, stacked or turned."""
    layout = _laid(_table(["Name", "P"], [["one", "5%"], ["two", "94%"]], [False, True]))
    assert layout.size == 9.5
    assert not any(layout.stacked)
    assert not layout.flipped
    assert layout.whole
    assert sum(layout.widths) < TEXT_WIDTH


def test_a_long_number_is_stacked_before_words_are_squeezed() -> None:
    """Intervals go on a line of their own when a row of them would take the whole width."""
    numbers = ["+0.12 (−0.01 to +0.28)"] * 6
    layout = _laid(_table(["Driver", *"abcdef"], [["a name of some words", *numbers]], [False, *[True] * 6]))
    assert all(layout.stacked[1:])
    assert not layout.stacked[0]
    assert not layout.flipped
    assert all(_room(layout, at) >= len("(−0.01 to +0.28)") for at in range(1, 7))


def test_a_short_number_keeps_its_bracket() -> None:
    """Stacking "17 (7)" saves nothing."""
    numbers = ["+0.12 (−0.01 to +0.28)"] * 6
    rows = [["a name of some words", "17 (7)", *numbers]]
    layout = _laid(_table(["Driver", "n", *"abcdef"], rows, [False, *[True] * 7]))
    assert not layout.stacked[1]
    assert layout.stacked[2]


def test_what_cannot_stand_upright_is_turned() -> None:
    """A table whose words do not fit side by side even in the smallest type lies down."""
    word = "a" * 30
    layout = _laid(_table([word] * 6, [[word] * 6], [False] * 6))
    assert layout.flipped
    assert layout.available == SIDEWAYS_WIDTH
    assert all(_room(layout, at) >= 30 for at in range(6))


def test_width_goes_where_it_makes_the_table_shorter() -> None:
    """Of two columns of words the one with ten times the text gets more of the page."""
    layout = _laid(_table(["a", "b"], [["word " * 20, "word " * 200]], [False, False]))
    assert layout.widths[1] > 2 * layout.widths[0]
    assert sum(layout.widths) == pytest.approx(TEXT_WIDTH, rel=0.02)


def test_a_text_in_a_column_of_numbers_wraps() -> None:
    """What is flush right need not be a number: a sentence there is set like any other."""
    layout = _laid(_table(["a", "b"], [["x", "not computed for this report, since " * 8]], [False, True]))
    assert not layout.flipped
    assert sum(layout.widths) <= TEXT_WIDTH


def test_a_tall_table_may_break() -> None:
    """More rows than a good part of a page are not held together."""
    rows = [["word", "1"] for _ in range(60)]
    assert not _laid(_table(["a", "b"], rows, [False, True])).whole


def test_a_table_without_rows_has_a_layout() -> None:
    """A header alone is a table."""
    assert len(_laid(_table(["a", "b"], [], [False, True])).widths) == 2


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 9).flatmap(
        lambda n: st.tuples(
            st.lists(st.text("abc (%–)1", min_size=0, max_size=60), min_size=n, max_size=n),
            st.lists(
                st.lists(st.text("abc (%–)1", min_size=0, max_size=90), min_size=n, max_size=n), max_size=4
            ),
            st.lists(st.booleans(), min_size=n, max_size=n),
        )
    )
)
def test_every_table_fits_its_page(parts: tuple[list[str], list[list[str]], list[bool]]) -> None:
    """No table is wider than the page it is laid out for, and every column is wide enough for its words."""
    header, rows, numeric = parts
    table = _table(header, rows, numeric)
    layout = _laid(table)
    assert sum(layout.widths) <= layout.available + 1e-6
    assert layout.size >= SMALLEST
    if layout.size > SMALLEST or not layout.flipped:
        for at in range(len(header)):
            longest = max((len(text) for cell in table.column(at) for text, _ in pieces(cell)), default=0)
            assert _room(layout, at) >= longest or layout.stacked[at]


def test_an_interval_moves_to_its_own_line() -> None:
    """The last space before the bracket becomes a line break, also inside of bold type."""
    plain, bold = _cell("5% (1 to 9%)"), ({"t": "Strong", "c": words("5% (1 to 9%)")},)
    assert [n["t"] for n in stacked(plain)].count("LineBreak") == 1
    assert stacked(bold)[0]["c"][1]["t"] == "LineBreak"
    assert text_of(stacked(plain)) == "5% (1 to 9%)"
    assert stacked(_cell("no bracket")) == _cell("no bracket")


def test_only_the_columns_named_are_stacked() -> None:
    """The others stay as they are."""
    table = _table(["a", "b"], [["5% (1–9%)", "5% (1–9%)"]], [True, True])
    first, second = with_stacks(table, (True, False)).rows[0]
    assert [n["t"] for n in first] == ["Str", "LineBreak", "Str"]
    assert second == table.rows[0][1]


def test_ragged_rows_are_read_as_a_table() -> None:
    """Markdown whose rows have too few or too many cells has as many as the header."""
    pytest.importorskip("pypandoc", reason="needs the extra [reports]")
    from forecast.report.documents.pandoc import read

    (node,) = read("| a | b |\n| --- | ---: |\n| 1 |\n| 1 | 2 | 3 |\n")
    table = as_table(node)
    assert table.numeric == (False, True)
    assert [[text_of(cell) for cell in row] for row in table.rows] == [["1", ""], ["1", "2"]]
