"""Tables of quantiles: written and read back the same, and every fault told by line at once."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecast.elicitation.judgment import Judgment
from forecast.errors import InputError
from forecast.interchange.csv_cells import guarded, number, plain
from forecast.interchange.elicited import Elicited
from forecast.interchange.quantile_csv import column, level, quantile_csv, read_quantile_csv

PLAIN = (
    "expert,item,p05,p50,p95,lower,upper,unit,weight,realisation\n"
    "A,x,1.5,2,3,0,10,km,2,2.5\n"
    "B,x,1,,4,,,km,,\n"
)


def stored(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    """A file with a text in it, byte for byte."""
    path = folder / "said.csv"
    path.write_bytes(text.encode(encoding))
    return path


def faults(folder: Path, text: str) -> list[tuple[int, str]]:
    """Line and message of each problem of a table."""
    with pytest.raises(InputError) as caught:
        read_quantile_csv(stored(folder, text))
    return [(problem.line, problem.message) for problem in caught.value.problems]


def bare(said: tuple[Elicited, ...]) -> list[tuple[object, ...]]:
    """Answers without where they stand."""
    return [
        (s.expert, s.item, s.judgment.values, s.judgment.probabilities, s.judgment.lower, s.judgment.upper,
         s.unit, s.weight, s.realisation, s.note)
        for s in said
    ]  # fmt: skip


def test_what_each_column_holds(tmp_path: Path) -> None:
    """Limits, unit, weight and realisation are read where they stand, and have defaults where they do not."""
    first, second = read_quantile_csv(stored(tmp_path, PLAIN))
    assert (first.judgment.values, first.judgment.probabilities) == ((1.5, 2.0, 3.0), (0.05, 0.5, 0.95))
    assert (first.judgment.lower, first.judgment.upper, first.unit) == (0.0, 10.0, "km")
    assert (first.weight, first.realisation, first.line) == (2.0, 2.5, 2)
    assert (second.judgment.values, second.judgment.lower) == ((1.0, 4.0), -math.inf)
    assert (second.weight, second.realisation, second.line) == (1.0, None, 3)
    assert first.judgment.name == "A, x"


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace(".", "#").replace(",", ";").replace("#", ","),
        "\ufeff" + PLAIN.replace(",", "\t"),
        PLAIN.replace("1.5,2,3,0,10", "150%,200%,300%,0%,1000%"),
        PLAIN.replace("p05,p50,p95", "0.05,50%,P95.0"),
        PLAIN.replace("\nB", "\n,,,,,,,,,\nB"),
    ],
    ids=["mark", "crlf", "semicolons and decimal commas", "tabs", "percent", "names of levels", "empty row"],
)
def test_however_it_was_saved(tmp_path: Path, text: str) -> None:
    """A table says the same with any separator, decimal mark, line end and byte-order mark."""
    assert bare(read_quantile_csv(stored(tmp_path, text))) == bare(read_quantile_csv(stored(tmp_path, PLAIN)))


def test_all_faults_at_once(tmp_path: Path) -> None:
    """Every row is read to its end, and each fault names its line and remedy."""
    found = faults(
        tmp_path,
        "expert,item,p05,p50,p95,unit,weight\n"
        "A,x,3,2,1,km,\n"
        "A,y,1,two,3,km,-1\n"
        "B,x,1,2,3,mi,1\n"
        ",x,1,2,3,km,1\n"
        "C,x,1,2,3,km,1\n"
        "C,x,1,2,4,km,1\n"
        "D,x,1,2\n"
        "E,x,,2,,km,\n",
    )
    told = dict(found)
    assert "2 at p50 is below 3 at p5; values must increase" in told[2]
    assert {message for line, message in found if line == 3} == {
        "'two' is not a number; leave empty what was not answered",
        "a weight is at least 0 (found -1)",
    }
    assert told[5] == "the expert is not named"
    assert told[6] == "unit of x is km here and mi on line 4"
    assert "C answers x a second time (first on line 6); keep one" in [m for line, m in found if line == 7]
    assert told[8] == "4 cells, but the head has 7 columns"
    assert "one quantile" in told[9]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file is empty"),
        ("expert,item\nA,x\n", "no column for quantiles such as p05"),
        ("who,item,p05,p95\nA,x,1,2\n", "no column for expert"),
        ("expert,item,p05,p95,wieght\nA,x,1,2,1\n", "Did you mean 'weight'?"),
        ("expert,item,p05,0.05,p95\nA,x,1,1,2\n", "two columns hold the quantiles at 0.05"),
        ("expert,item,p05,p95\n", "there is no answer in the table"),
        ("expert,item,p05,p95\nA,x,,\n", "there is no answer in the table"),
        ('expert,item,p05,p95\nA,x,"1,5",2\n', "a comma in a table that commas separate; write 1.5"),
        ("expert;item;p05;p95\nA;x;1,5;2.000\n", "write one mark in all numbers"),
        ("expert,item,p05,p95\nA,x,1_0,20\n", "'1_0' is not a number"),
        ("expert,item,p05,p95\nA,x,nan,20\n", "'nan' is not a number"),
        ('expert,item,p05,p95\nA,"x,1,20\n', "not a table"),
        ("expert,item,p05,p95,lower\nA,x,1,20,5\n", "below the lower limit"),
        ("expert,item,p05,p95,realisation\nA,x,1,2,1\nB,x,1,2,2\n", "realisation of x is 2 here and 1"),
    ],
)
def test_bad_tables(tmp_path: Path, text: str, message: str) -> None:
    """What is wrong, and how to mend it."""
    assert any(message in told for _, told in faults(tmp_path, text)), faults(tmp_path, text)


def test_files_that_are_no_text(tmp_path: Path) -> None:
    """A file of another encoding, and none at all, are said to be that."""
    path = stored(tmp_path, PLAIN, encoding="utf-16")
    for where, message in ((path, "not UTF-8"), (tmp_path / "none.csv", "cannot be read")):
        with pytest.raises(InputError, match=message):
            read_quantile_csv(where)


NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)
FINITE = st.floats(-1e300, 1e300).map(lambda x: x + 0.0)


@st.composite
def answers(draw: st.DrawFn) -> list[Elicited]:
    """Answers of several experts to several items, with levels of their own."""
    found = []
    for who, what in draw(st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=4, unique=True)):
        levels = draw(st.sampled_from([(0.05, 0.5, 0.95), (1 / 3, 2 / 3), (1e-6, 0.123456789012, 0.999)]))
        values = draw(st.lists(FINITE, min_size=len(levels), max_size=len(levels), unique=True).map(sorted))
        low = draw(st.sampled_from([-math.inf, -1.5e300]))
        judgment = Judgment(tuple(values), levels, low, math.inf, name=f"{who}, {what}")
        weight = draw(st.floats(0, 1e6).map(abs))
        found.append(Elicited(who, what, judgment, "", weight, None, draw(st.just("") | NAMES)))
    return found


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(answers(), st.booleans())
def test_there_and_back(tmp_path: Path, said: list[Elicited], excel: bool) -> None:
    """What is written is read back to the last digit, in both forms, whatever names look like."""
    path = tmp_path / "there.csv"
    path.write_bytes(quantile_csv(said, excel=excel).encode())
    assert bare(read_quantile_csv(path)) == bare(tuple(said))


@given(st.floats(1e-12, 1, exclude_max=True))
def test_a_level_has_one_name(p: float) -> None:
    """The name of a column of quantiles gives its level back exactly."""
    assert level(column(p)) == p


@given(st.text(st.characters(exclude_categories=["C", "Z"]), max_size=6))
def test_formulas_are_texts(text: str) -> None:
    """No written text begins as a formula does, and each is read back as it was."""
    assert guarded(text)[:1] not in {"=", "+", "-", "@"}
    assert plain(guarded(text)) == text


def test_percentages_are_decimals() -> None:
    """7% is the number that 0.07 is, not a neighbour of it."""
    assert all(number(f"{n}%") == float(f"0.{n:02d}") for n in range(1, 100))
    assert number("\u22122,5", separator=";", comma=True) == -2.5
