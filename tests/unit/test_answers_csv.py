"""Answers to seeds as tables: what is accepted, and what is said of faults."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from forecast.errors import InputError
from forecast.interchange.answers_csv import read_answers
from forecast.interchange.excalibur import ExcaliburStudy

HEAD = "expert,item,p05,p50,p95,realisation,scale\n"


def read(folder: Path, answers: str, items: str | None = None) -> ExcaliburStudy:
    """A study from texts."""
    (folder / "a.csv").write_text(answers, "utf-8")
    if items is not None:
        (folder / "i.csv").write_text(items, "utf-8")
    return read_answers(folder / "a.csv", folder / "i.csv" if items is not None else None)


def test_one_table_holds_everything(tmp_path: Path) -> None:
    """Silent experts have empty cells or no row; what is said of an item once holds throughout."""
    found = read(tmp_path, HEAD + "a,x,1,2,4,3,log\na,y,1,2,3,,\nb,x,,,,,\nb,y,2,3,5,,uni\n").assessments
    assert found.answered.tolist() == [[True, True], [False, True]]
    assert (found.seeds, found.targets) == (("x",), ("y",))
    assert found.scales == ("log", "uniform")


def test_a_realisation_is_a_number(tmp_path: Path) -> None:
    """20 on one row and 20.0 on the next are one realisation."""
    found = read(tmp_path, HEAD + "a,x,1,2,4,20,uni\nb,x,2,3,5,20.0,UNI\n").assessments
    assert found.realisations.tolist() == [20.0]


def test_questions_with_commas_are_quoted(tmp_path: Path) -> None:
    """As in any table."""
    items = 'item,realisation,question\nx,3,"How many, in all?"\n'
    found = read(tmp_path, "expert,item,p05,p50,p95\na,x,1,2,4\n", items)
    assert found.questions == {"x": "How many, in all?"}
    assert found.assessments.seeds == ("x",)


@pytest.mark.parametrize(
    ("answers", "items", "line", "message"),
    [
        ("", None, 1, "no column for expert, item, quantiles such as p05, p50, p95 (found nothing)"),
        ("expert,item,low,high\na,x,1,2\n", None, 1, "no column for quantiles such as p05"),
        (HEAD, None, 0, "there is no answer in the table"),
        (HEAD + "a,x,1,2,4\n", None, 2, "5 cells, but the head has 7 columns"),
        (HEAD + "a,x,1,two,4,3,\n", None, 2, "'two' is not a number"),
        (HEAD + "a,x,1,2,inf,3,\n", None, 2, "'inf' is not a number"),
        (HEAD + "a,x,1,2,4,many,\n", None, 2, "'many' is not a number"),
        (HEAD + "a,x,1,,4,3,\n", None, 2, "some quantiles are empty; state all"),
        (HEAD + "a,x,1,2,4,3,\na,x,1,2,4,3,\n", None, 3, "a answers item x twice"),
        (HEAD + "a,x,1,2,4,3,\nb,x,1,2,4,5,\n", None, 3, "realisation 5 of item x was 3 at"),
        (HEAD + "a,x,1,2,4,3,cubic\n", None, 2, "scale 'cubic' is neither uni nor log"),
        (HEAD + "a,x,1,2,4,3,uni\n", "item,scale\nx,log\n", 2, "scale log of item x was uni at"),
        (HEAD + "a,x,4,2,1,3,uni\n", None, 2, "a, item x: quantiles must increase (found 4, 2, 1)"),
    ],
)
def test_faults_have_their_line(
    answers: str, items: str | None, line: int, message: str, tmp_path: Path
) -> None:
    """File, line, what was found, what is wanted."""
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        read(tmp_path, answers, items)
    assert caught.value.problems[0].line == line
