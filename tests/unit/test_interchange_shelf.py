"""SHELF's tables: written and read back the same, as R writes them, and every fault told at once."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forecast.elicitation.fitting import fit
from forecast.elicitation.judgment import Judgment
from forecast.errors import InputError, UsageError
from forecast.interchange.elicited import Elicited
from forecast.interchange.shelf_fits import SHELF, read_shelf_fits, shelf_fit, shelf_fits
from forecast.interchange.shelf_table import read_shelf_table, shelf_table
from forecast.interchange.tables import read_elicited

#: Two experts with probabilities and limits of their own: SHELF's example of `fitdist` with a matrix.
MATRIX = (
    "probability,expert.A,expert.B\nlower,10,0\n0.25,50,NA\n0.33,,40\n0.5,60,50\n0.66,,60\n0.75,65,\n"
    "upper,100,Inf\n"
)
#: What SHELF's app saves: no name over the first column, limits L and U, everything quoted that is text.
APP = '"","A","B"\n"L",0,10\n"0.25",25,30\n"0.5",30,35\n"0.75",35,50\n"U",100,90\n'


def stored(folder: Path, text: str) -> Path:
    """A file with a text in it, byte for byte."""
    path = folder / "yield.csv"
    path.write_bytes(text.encode())
    return path


def bare(said: tuple[Elicited, ...]) -> list[tuple[object, ...]]:
    """Judgments without where they stand."""
    return [(s.expert, s.item, s.weight, s.judgment.values, s.judgment.probabilities, s.judgment.lower,
             s.judgment.upper) for s in said]  # fmt: skip


def faults(folder: Path, text: str) -> list[tuple[int, str, str]]:
    """Line, place and message of each problem of a table."""
    with pytest.raises(InputError) as caught:
        read_shelf_table(stored(folder, text))
    return [(problem.line, problem.at, problem.message) for problem in caught.value.problems]


def test_each_expert_has_probabilities_and_limits_of_their_own(tmp_path: Path) -> None:
    """A cell left empty or NA was not asked; the item is the file's name unless one is given."""
    first, second = read_shelf_table(stored(tmp_path, MATRIX))
    assert (first.expert, first.item, first.line) == ("expert.A", "yield", 3)
    assert (first.judgment.probabilities, first.judgment.values) == ((0.25, 0.5, 0.75), (50.0, 60.0, 65.0))
    assert (first.judgment.lower, first.judgment.upper) == (10.0, 100.0)
    assert (second.judgment.probabilities, second.judgment.values) == ((0.33, 0.5, 0.66), (40.0, 50.0, 60.0))
    assert (second.judgment.lower, second.judgment.upper) == (0.0, math.inf)
    assert read_shelf_table(stored(tmp_path, MATRIX), item="q")[0].item == "q"


@pytest.mark.parametrize(
    "text",
    [
        APP,
        "\ufeff" + APP.replace(",", ";").replace("0.", "0,").replace("\n", "\r\n"),
        "probs;A;B\n0,75;35,0;50\nupper;100;90\n25%;25;30\nlower;0;10\n0,5;30;35\n",
    ],
    ids=["R", "Excel where commas are decimal", "rows in another order"],
)
def test_the_same_table_however_it_was_saved(tmp_path: Path, text: str) -> None:
    """R's quotes, a byte-order mark, semicolons, decimal commas and the order of rows change nothing."""
    said = bare(read_shelf_table(stored(tmp_path, text)))
    levels = (0.25, 0.5, 0.75)
    assert said == [
        ("A", "yield", 1.0, (25.0, 30.0, 35.0), levels, 0.0, 100.0),
        ("B", "yield", 1.0, (30.0, 35.0, 50.0), levels, 10.0, 90.0),
    ]


def test_limits_are_the_first_and_the_last_row() -> None:
    """SHELF's app takes them from there."""
    one = Elicited("expert.A", "x", Judgment.of_quartiles(25, 30, 35, lower=0), weight=2)
    lines = shelf_table([one]).splitlines()
    assert lines == [
        "probability,expert.A", "lower,0", "0.25,25", "0.5,30", "0.75,35", "upper,Inf", "weight,2",
    ]  # fmt: skip


def test_every_fault_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    """A wrong row, a wrong probability, a cell that is no number and a judgment that no distribution has."""
    found = faults(tmp_path, "probability,A,B\nlowr,0,0\n0.25,3,9\n25,x,1\n0.5,y,8\n0.75,9,10\n0.75,9,10\n")
    assert found == [
        (2, "lowr", "no such row; did you mean 'lower'?"),
        (3, "B", "B, yield: 8 at p50 is below 9 at p25; values must increase (found p25 9, p50 8, p75 10)"),
        (4, "25", "25 is not a probability; write 0.25"),
        (5, "A", "'y' is not a number; leave empty what was not answered"),
        (7, "0.75", "the probability 0.75 stands on line 6 too; keep one row"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("probability\n0.5\n", "there is no expert; write one column for each"),
        ("probability,A,\n0.5,1,2\n", "column 3 has no name; write the expert's"),
        ("probability,A,A\n0.5,1,2\n", "two columns are called 'A'; rename one"),
        ("probability,A\nlower,0\n", "there is no judgment in the table"),
        ("probability,A\n0.25,1\n0.75,2\nweight,-1\n", "a weight is at least 0 (found -1)"),
    ],
)
def test_what_is_no_table_of_judgments(tmp_path: Path, text: str, message: str) -> None:
    """The message says what is missing."""
    assert faults(tmp_path, text)[0][2] == message


def test_a_table_holds_one_item_and_each_expert_once() -> None:
    """Two of either would be lost in SHELF's form."""
    one = Elicited("A", "x", Judgment.of_quartiles(1, 2, 3))
    with pytest.raises(UsageError, match="holds one item"):
        shelf_table([one, Elicited("B", "y", one.judgment)])
    with pytest.raises(UsageError, match="A is there twice"):
        shelf_table([one, one])


@st.composite
def panels(draw: st.DrawFn) -> list[Elicited]:
    """One item, up to three experts, each with some of five probabilities."""
    said = []
    for name in draw(
        st.lists(st.sampled_from(["A", "=B", "C; D", "É"]), min_size=1, max_size=3, unique=True)
    ):
        inner = draw(st.lists(st.sampled_from([0.3, 1 / 3, 0.5]), max_size=2, unique=True))
        levels = sorted({0.1, 0.9, *inner})
        steps = draw(st.lists(st.floats(1e-3, 1e6), min_size=len(levels), max_size=len(levels)))
        start = draw(st.floats(-1e6, 1e6))
        values = [start + sum(steps[: n + 1]) for n in range(len(levels))]
        lower = draw(st.sampled_from([-math.inf, start - 1 / 3]))
        judgment = Judgment(tuple(values), tuple(levels), lower, math.inf)
        said.append(Elicited(name, "yield", judgment, weight=draw(st.sampled_from([1.0, 0.1, 3.7]))))
    return said


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(said=panels(), excel=st.booleans())
def test_reading_gives_back_what_was_written(tmp_path: Path, said: list[Elicited], excel: bool) -> None:
    """To the last digit, in either form; and the form is told by the head."""
    path = stored(tmp_path, shelf_table(said, excel=excel))
    assert bare(read_shelf_table(path)) == bare(tuple(said))
    assert bare(read_elicited(path)) == bare(tuple(said))


def test_fits_of_shelf_are_those_of_the_families(tmp_path: Path) -> None:
    """SHELF's own example, quartiles 25, 30, 35 between 0 and 100, and one without limits: NA where it
    fits nothing."""
    said = [
        Elicited("expert.A", "x", Judgment.of_quartiles(25, 30, 35, lower=0, upper=100)),
        Elicited("expert.B", "x", Judgment.of_quartiles(20, 30, 50)),
    ]
    text = shelf_fits([shelf_fit(one) for one in said])
    head, first, second = (line.split(",") for line in text.splitlines())
    row = dict(zip(head, first, strict=True))
    for column, published in (
        ("Normal.mean", 30.0), ("Normal.sd", 7.41301), ("Beta.shape1", 11.5881), ("Beta.shape2", 26.7116),
        ("Gamma.shape", 16.3878), ("Gamma.rate", 0.538011), ("Log.normal.mean.log.X", 3.39331),
        ("Log.normal.sd.log.X", 0.249968),
    ):  # fmt: skip
        assert float(row[column]) == pytest.approx(published, rel=4e-4), column
    assert dict(zip(head, second, strict=True))["Gamma.shape"] == "NA"
    assert row["best.fitting.best.fit"] == min(
        (name.removeprefix("ssq.") for name in head if name.startswith("ssq.")),
        key=lambda name: float(row[f"ssq.{name}"]),
    )
    for one, back in zip(said, read_shelf_fits(stored(tmp_path, text)), strict=True):
        assert (back.lower, back.upper) == (one.judgment.lower, one.judgment.upper)
        assert set(back.distributions) <= set(SHELF)
        for family, distribution in back.distributions.items():
            assert distribution.parameters == fit(one.judgment, family).parameters
    assert back.best == shelf_fit(said[1]).best


def test_a_fit_without_the_limit_it_needs(tmp_path: Path) -> None:
    """A gamma is of X - lower: without the limit its parameters say nothing."""
    text = "expert,Gamma.shape,Gamma.rate,limits.lower,limits.upper\nA,2,1,-Inf,Inf\n"
    with pytest.raises(InputError, match="a fit of Gamma needs a finite lower limit"):
        read_shelf_fits(stored(tmp_path, text))
