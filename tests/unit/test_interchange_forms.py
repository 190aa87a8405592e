"""Tables of judgments in every form: the long one, and that each is told apart by its head."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecast.elicitation.judgment import Judgment
from forecast.errors import InputError
from forecast.interchange.elicited import Elicited
from forecast.interchange.points_csv import points_csv, read_points
from forecast.interchange.tables import read_elicited

#: The two experts of SHELF's own example, P(X<=30)=.25 ... and P(X<=20)=.25 ..., 0 < X < 100.
BOTH = {"A": (30.0, 40.0, 50.0), "B": (20.0, 25.0, 35.0)}
FORMS = {
    "a row an answer": "expert,item,p25,p50,p75,lower,upper\nA,x,30,40,50,0,100\nB,x,20,25,35,0,100\n",
    "a row a point": "expert,probability,value,lower,upper\n"
    "A,0.25,30,0,100\nA,0.5,40,0,100\nB,0.5,25,0,100\nB,0.75,35,,\nA,0.75,50,,\nB,0.25,20,,\n",
    "shelf's program": '"","A","B"\n"L",0,0\n"0.25",30,20\n"0.5",40,25\n"0.75",50,35\n"U",100,100\n',
    "probabilities down": "probability;A;B\n0,25;30;20\n50%;40;25\n0,75;50;35\nlower;0;0\nupper;100;100\n",
}


def stored(folder: Path, text: str) -> Path:
    """A table in a file called x."""
    path = folder / "x.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_the_same(tmp_path: Path, form: str) -> None:
    """SHELF's two experts, however they are written down."""
    found = read_elicited(stored(tmp_path, FORMS[form]))
    assert {one.expert: one.judgment.values for one in found} == BOTH
    assert {one.judgment.probabilities for one in found} == {(0.25, 0.5, 0.75)}
    assert {(one.item, one.judgment.lower, one.judgment.upper) for one in found} == {("x", 0.0, 100.0)}


def test_chips_are_told_from_probabilities(tmp_path: Path) -> None:
    """A head of bins is a table of chips, though its corner is empty as that of probabilities."""
    (found,) = read_elicited(stored(tmp_path, '"","(0-10]","(10-20]","(20-30]"\n"A",3,6,1\n'))
    assert found.judgment.probabilities == (0.0, 0.3, 0.9, 1.0)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("expert,probability,value,wieght\nA,.5,1,1\n", 1, "Did you mean 'weight'?"),
        ("expert,probability,value\nA,.1,1\nA,.1,2\n", 3, "the value of A, x at 0.1 is given twice"),
        (
            "expert,probability,value,lower\nA,.1,1,0\nA,.9,2,1\n",
            3,
            "lower of A, x is 1 here and 0 on line 2",
        ),
        ("expert,probability,value\n,.1,1\n", 2, "the expert is not named"),
        ("expert,probability,value\nA,.1,one\nA,.9,2\n", 2, "'one' is not a number"),
        ("expert,probability,value\nA,.1,2\nA,.9,1\n", 2, "values must increase"),
        ("expert,probability,value,weight\nA,.1,1,-1\nA,.9,2,\n", 2, "a weight is at least 0"),
        ("expert,probability,value\nA,.1,\n", 0, "there is no answer in the table"),
    ],
)
def test_points_that_are_none(tmp_path: Path, text: str, line: int, message: str) -> None:
    """Faults name their line and the remedy."""
    with pytest.raises(InputError) as caught:
        read_elicited(stored(tmp_path, text))
    assert any(p.line == line and message in p.message for p in caught.value.problems), caught.value


NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=6)
VALUES = st.lists(st.floats(-1e300, 1e300), min_size=3, max_size=3, unique=True).map(sorted)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.tuples(NAMES, NAMES), VALUES, min_size=1, max_size=4), st.booleans())
def test_there_and_back(tmp_path: Path, said: dict[tuple[str, str], list[float]], excel: bool) -> None:
    """Points are read back to the last digit, probabilities of 0 and 1 among them."""
    levels = (0.0, 0.35, 0.9) if excel else (0.05, 2 / 3, 1.0)
    written = [
        Elicited(who, what, Judgment(tuple(v), levels, -math.inf, 1.1e300, name=f"{who}, {what}"))
        for (who, what), v in said.items()
    ]
    path = tmp_path / "there.csv"
    path.write_bytes(points_csv(written, excel=excel).encode())
    assert [one.judgment for one in read_points(path)] == [one.judgment for one in written]
