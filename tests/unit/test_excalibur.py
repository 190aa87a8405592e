"""Excalibur's files: read as they come, written as Excalibur and Anduryl write them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from classical_studies import delft, drawn, patchy

from forecast.errors import InputError, UsageError
from forecast.interchange.excalibur import ExcaliburStudy, read_excalibur, shortened, written
from forecast.pooling.classical import Assessments

HEAD = "* CLASS ASCII OUTPUT FILE. NQ=   3   QU=   5  50  95\n"
ROW = "    1    Exp01    1      Dead dogs log  1.00000E-0002  3.00000E+0001  8.00000E+0001 \n"
RLS = "    1      Dead dogs  4.700E+0001 log     No. of dead in 163 wild dogs \n"


def read(folder: Path, dtt: str | bytes, rls: str | None = None) -> ExcaliburStudy:
    """A study from texts."""
    (folder / "x.dtt").write_bytes(dtt if isinstance(dtt, bytes) else dtt.encode())
    if rls is not None:
        (folder / "x.rls").write_text(rls, "utf-8")
    return read_excalibur(folder / "x.dtt", folder / "x.rls" if rls is not None else None)


@pytest.mark.parametrize("said", [delft(), patchy(), drawn(3), drawn(4, scale="log")])
def test_what_is_written_is_read_back(said: Assessments, tmp_path: Path) -> None:
    """To the printed digits; and what was read is written the same, to the byte."""
    texts = written(ExcaliburStudy(said, {said.items[0]: "How many?"}))
    back = read(tmp_path, *texts)
    assert written(back) == texts
    found = back.assessments
    assert (found.experts, found.items, found.levels, found.scales) == (
        *(said.experts, said.items, said.levels, said.scales),
    )
    assert found.values == pytest.approx(said.values, rel=5e-6, nan_ok=True)
    assert found.realisations == pytest.approx(said.realisations, rel=5e-6, nan_ok=True)
    assert back.questions == {said.items[0]: "How many?"}
    assert back.notes == ()


def test_columns_are_excaliburs() -> None:
    """Expert at 5, item at 19, scale at 35, values of 14 from 38; four digits of the exponent."""
    dtt, rls = written(ExcaliburStudy(patchy(), {"a": "Which?"}))
    head, first, second, *_ = dtt.splitlines()
    assert head == HEAD.rstrip()
    assert first.startswith(
        "    1       e1    1              a uni  2.00000E+0000  5.00000E+0000  9.00000E+0000 "
    )
    assert first.endswith("Which? ")
    assert len(first) == 38 + 3 * 15 + 173 + 2
    assert second == "    1       e1    2              b uni  1.00000E+0001  1.40000E+0001  3.00000E+0001 "
    assert "    2       e2    5              e uni -9.99500E+0002 -9.99500E+0002 -9.99500E+0002 " in dtt
    assert rls.splitlines()[5] == "    6              f -9.99500E+0002 uni "


def test_ids_may_hold_blanks_and_percent_signs(tmp_path: Path) -> None:
    """Columns are fixed; scales are in either case; realisations have three digits or five."""
    rows = ROW + ROW.replace("     Dead dogs log", "% eczema uni 3 UNI").replace("    1 %", "    2 %")
    found = read(tmp_path, HEAD + rows, RLS + "    2 % eczema uni 3 -9.996E+0002 UNI  \n")
    assert found.assessments.items == ("Dead dogs", "% eczema uni 3")
    assert found.assessments.scales == ("log", "uniform")
    assert found.assessments.seeds == ("Dead dogs",)
    assert found.questions == {"Dead dogs": "No. of dead in 163 wild dogs"}


@pytest.mark.parametrize(
    ("row", "values"),
    [
        ("1 exprt001 1 CAL011........ uni 1.50000E-01 2.5 3e2", (0.15, 2.5, 300.0)),
        (
            "   1 exprt001    1 CAL011........ uni  1.50000E-0001  2.00000E+000  3.00000D+001",
            (0.15, 2.0, 30.0),
        ),
        (
            "    1 exprt001    1 CAL011........ UNI  0.00000E+0000  2.00000E+0000  3.00000E+0001   ",
            (0.0, 2.0, 30.0),
        ),
        (
            "    1 exprt001    1 CAL011........ uni -3.0E+0001 -2.0E+0001 -9.0E+0000  why 1 2 3?",
            (-30.0, -20.0, -9.0),
        ),
    ],
)
def test_numbers_come_in_many_shapes(row: str, values: tuple[float, ...], tmp_path: Path) -> None:
    """Two to four digits of the exponent, Fortran's D, plain numbers; ids without blanks need no columns."""
    found = read(tmp_path, HEAD + row + "\n").assessments
    assert (found.experts, found.items) == (("exprt001",), ("CAL011........",))
    assert tuple(found.values[0, 0]) == values


@pytest.mark.parametrize(
    "code", ["-9.99600E+0002", "-9.99500E+0002", "-9.90000E+0002", "-1.00000E+0003", "-999"]
)
def test_missing_has_several_codes(code: str, tmp_path: Path) -> None:
    """Everything from -1000 to -990."""
    second = ROW.replace("    1    Exp01", "    2    Exp02")
    gone = re.sub(r"log .*", f"log {code} {code} {code}", second)
    found = read(tmp_path, HEAD + ROW + gone, RLS.replace("4.700E+0001", code)).assessments
    assert found.answered.tolist() == [[True], [False]]
    assert found.seeds == ()


def test_old_files_are_read(tmp_path: Path) -> None:
    """Line ends of DOS, control-Z at the end, a byte-order mark, letters of Windows."""
    data = ("\ufeff" + HEAD + ROW).replace("\n", "\r\n").encode() + b"\x1a"
    assert read(tmp_path, data).assessments.items == ("Dead dogs",)
    windows = (HEAD + ROW.replace("Dead dogs", "D\xe9ad dogs")).encode("cp1252")
    assert read(tmp_path, windows).assessments.items == ("D\xe9ad dogs",)


def test_latitude_is_noted(tmp_path: Path) -> None:
    """A scale that the files disagree on, and items that nobody answered."""
    rls = RLS.replace(" log ", " uni ") + "    2        Unasked  1.000E+0001 uni\n"
    found = read(tmp_path, HEAD + ROW, rls)
    assert found.notes == (
        "item Dead dogs is uniform in the .rls file; log, as in the .dtt file, is used",
        "item Unasked was answered by nobody; it is left out",
    )


@pytest.mark.parametrize(
    ("dtt", "rls", "line", "message"),
    [
        ("", None, 0, "the file is empty"),
        ("Excalibur\n" + ROW, None, 1, "the first line must give the quantiles, as in '* CLASS ASCII"),
        (HEAD.replace("3   QU", "5   QU") + ROW, None, 1, "NQ= announces 5 rising percentages"),
        (HEAD.replace("50  95", "95  50") + ROW, None, 1, "NQ= announces 3 rising percentages"),
        (HEAD, None, 0, "there is no answer in the file"),
        (HEAD + ROW.replace(" log ", " cub "), None, 2, "uni or log, and 3 values (found '1    Exp01"),
        (HEAD + ROW.replace("  8.00000E+0001", ""), None, 2, "uni or log, and 3 values"),
        (HEAD + ROW.replace("8.00000E+0001", "2.00000E+0001"), None, 2, "increase (found 0.01, 30, 20)"),
        (HEAD + ROW.replace("8.00000E+0001", "3.00000E+0001"), None, 2, "increase (found 0.01, 30, 30)"),
        (HEAD + ROW.replace("8.00000E+0001", "-9.995E+0002"), None, 2, "missing (0.01, 30, none)"),
        (HEAD + ROW.replace("1.00000E-0002", "0.00000E+0000"), None, 2, "a log scale needs positive values"),
        (HEAD + ROW + ROW, None, 3, "Exp01 answers item Dead dogs twice (first on line 2)"),
        (
            HEAD + ROW + ROW.replace("Exp01    1", "Exp01    2"),
            None,
            3,
            "Dead dogs is number 2 here, but number 1 on",
        ),
        (
            HEAD + ROW + ROW.replace("Exp01", "Exp02"),
            None,
            3,
            "expert number 1 is Exp02 here, but Exp01 on line",
        ),
        (HEAD + ROW, "    1      Dead dogs  log\n", 1, "the realisation, and uni or log (found"),
        (HEAD + ROW, RLS + RLS, 2, "item Dead dogs stands here twice (first on line 1)"),
    ],
)
def test_faults_have_their_line(dtt: str, rls: str | None, line: int, message: str, tmp_path: Path) -> None:
    """File, line, what was found, what is wanted."""
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        read(tmp_path, dtt, rls)
    assert caught.value.problems[0].line == line
    assert caught.value.problems[0].file.endswith(".rls" if rls is not None else ".dtt")


def test_every_fault_of_both_files_comes_at_once(tmp_path: Path) -> None:
    """Nothing is mended twice."""
    with pytest.raises(InputError) as caught:
        read(tmp_path, HEAD + "nothing\n" + ROW + "nothing\n", "nothing\n")
    assert [p.line for p in caught.value.problems] == [2, 4, 1]
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_excalibur(tmp_path / "absent.dtt")


def test_ids_that_do_not_fit_are_cut_and_noted() -> None:
    """Eight characters for experts, fourteen for items; two that would be alike get a number."""
    said = delft()
    long = replace(
        said,
        experts=("zhang_interview", "zhang_internal", "C"),
        items=("trade_with_neighbours", *said.items[1:]),
    )
    with pytest.raises(UsageError, match="expert ids have at most 8 characters"):
        written(ExcaliburStudy(long))
    short = shortened(ExcaliburStudy(long, {"trade_with_neighbours": "How much?"}))
    assert short.assessments.experts == ("zhang_in", "zhang_i2", "C")
    assert short.questions == {"trade_with_nei": "How much?"}
    assert short.notes == (
        "expert zhang_interview is written zhang_in",
        "expert zhang_internal is written zhang_i2",
        "item trade_with_neighbours is written trade_with_nei",
    )
    assert "zhang_i2" in written(short)[0]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((1000000, 1000001, 1000002), "quantiles differ only beyond the six digits"),
        ((-995, -500, -100), "values from -1000 to -990 stand for missing answers"),
    ],
)
def test_what_the_files_cannot_hold_is_not_written(values: tuple[float, ...], message: str) -> None:
    """Rather than being read back as something else."""
    said = delft()
    changed = np.array(said.values)
    changed[0, 0] = values
    with pytest.raises(UsageError, match=re.escape(message)):
        written(ExcaliburStudy(replace(said, values=changed)))
