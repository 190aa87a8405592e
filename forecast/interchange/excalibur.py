"""Excalibur's files: answers in NAME.dtt, realisations in NAME.rls; Anduryl reads and writes them too.

A .dtt file has a head and one row for each expert and item, in fixed columns::

    * CLASS ASCII OUTPUT FILE. NQ=   3   QU=   5  50  95
        1    Exp01    1      Dead dogs log  1.00000E-0002  3.00000E+0001  8.00000E+0001      question

expert's number (5 columns), id (9), item's number (5), id (15), scale (4), the quantiles, and on some rows
the question. Ids may hold blanks. A .rls file has a row an item: number, id, realisation, scale, question.
What is missing is written -9.99500E+0002; everything from -1000 to -990 is read so. Values have six digits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from forecast.errors import InputError, Problem, UsageError
from forecast.interchange.excalibur_rows import (
    ABSENT,
    MISSING,
    SCALE_WORDS,
    Realised,
    Row,
    answers,
    realisations,
)
from forecast.pooling.classical import Assessments

#: Widths of ids and questions.
EXPERT, ITEM, QUESTION = 8, 14, 173
_SHORT = {scale: word for word, scale in SCALE_WORDS.items()}


@dataclass(frozen=True, eq=False)
class ExcaliburStudy:
    """A study as the two files hold it: ``questions`` by item; ``notes`` say what was read with latitude."""

    assessments: Assessments
    questions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_excalibur(dtt: Path, rls: Path | None = None) -> ExcaliburStudy:
    """Read a study; without a .rls file every item is a target.

    Where rows disagree on an item's scale, the first row of the .dtt file has it, and a note says so. Items
    of the .rls file are matched by their ids; one that nobody answers is left out, with a note.

    Raises
    ------
    InputError
        With every fault of both files, by line.
    """
    problems: list[Problem] = []
    levels, rows = answers(dtt, problems)
    realised = realisations(rls, problems) if rls else {}
    if not rows and not problems:
        problems.append(Problem(dtt.as_posix(), 0, "", "there is no answer in the file"))
    if problems:
        raise InputError(problems)
    return _study(levels, rows, realised)


def _study(
    levels: tuple[float, ...], rows: Sequence[Row], realised: Mapping[str, Realised]
) -> ExcaliburStudy:
    experts = tuple(dict.fromkeys(row.who for row in sorted(rows, key=lambda row: row.expert)))
    said = [row for row in rows if not math.isnan(row.values[0])]
    asked = sorted(rows, key=lambda row: row.item)
    spoken = {row.what for row in said}
    items = tuple(dict.fromkeys(row.what for row in asked if row.what in spoken))
    values = np.full((len(experts), len(items), len(levels)), np.nan)
    for row in said:
        values[experts.index(row.who), items.index(row.what)] = row.values
    scale: dict[str, str] = {}
    for row in rows:
        scale.setdefault(row.what, row.scale)
    questions = {item: row.question for item, row in realised.items() if row.question}
    for row in rows:
        if row.question:
            questions.setdefault(row.what, row.question)
    known = np.array([realised[item].value if item in realised else np.nan for item in items])
    return ExcaliburStudy(
        Assessments(experts, items, levels, values, known, tuple(scale[item] for item in items)),
        questions,
        tuple(_notes(rows, realised, scale, spoken)),
    )


def _notes(
    rows: Sequence[Row], realised: Mapping[str, Realised], scale: Mapping[str, str], spoken: set[str]
) -> Iterator[str]:
    for what in dict.fromkeys(row.what for row in rows if row.scale != scale[row.what]):
        yield f"item {what} is on both scales in the .dtt file; its first row's, {scale[what]}, is used"
    for what, row in realised.items():
        if what in scale and row.scale != scale[what]:
            yield f"item {what} is {row.scale} in the .rls file; {scale[what]}, as in the .dtt file, is used"
    for what in dict.fromkeys((*scale, *realised)):
        if what not in spoken:
            yield f"item {what} was answered by nobody; it is left out"


def shortened(study: ExcaliburStudy) -> ExcaliburStudy:
    """The same study under ids that fit the columns; a note says what each was called before.

    An id that is too long is cut; where that leaves two alike, the later one ends in a number.
    """
    said = study.assessments
    experts, items = _cut(said.experts, EXPERT), _cut(said.items, ITEM)
    notes = [
        f"{kind} {before} is written {after}"
        for kind, ids, cut in (("expert", said.experts, experts), ("item", said.items, items))
        for before, after in zip(ids, cut, strict=True)
        if before != after
    ]
    asked = {
        after: study.questions[before]
        for before, after in zip(said.items, items, strict=True)
        if before in study.questions
    }
    return ExcaliburStudy(replace(said, experts=experts, items=items), asked, (*study.notes, *notes))


def _cut(ids: Sequence[str], width: int) -> tuple[str, ...]:
    """Ids of at most ``width`` characters, each once.

    >>> _cut(["zhang_interview", "zhang_in", "zhang_internal"], 8)
    ('zhang_i2', 'zhang_in', 'zhang_i3')
    """
    taken = {name for name in ids if len(name) <= width}
    found = []
    for name in ids:
        short, count = name[:width], 1
        while len(name) > width and short in taken:
            count += 1
            short = f"{name[: width - len(str(count))]}{count}"
        taken.add(short)
        found.append(short)
    return tuple(found)


def written(study: ExcaliburStudy) -> tuple[str, str]:
    """The texts of the .dtt and the .rls file.

    Raises
    ------
    UsageError
        For ids that do not fit the columns, for values that six digits cannot tell apart, and for values that
        would be read as missing.

    Examples
    --------
    >>> answer, came = np.array([[[1., 2., 4.]]]), np.array([3.])
    >>> one = Assessments(("a",), ("x",), (.05, .5, .95), answer, came, ("log",))
    >>> for text in written(ExcaliburStudy(one)):
    ...     print(text.rstrip())
    * CLASS ASCII OUTPUT FILE. NQ=   3   QU=   5  50  95
        1        a    1              x log  1.00000E+0000  2.00000E+0000  4.00000E+0000
        1              x  3.00000E+0000 log
    """
    said = study.assessments
    faults = [*_id_faults(said), *_value_faults(said)]
    if faults:
        raise UsageError("\n".join(faults))
    head = f"* CLASS ASCII OUTPUT FILE. NQ={len(said.levels):4d}   QU="
    lines = [head + "".join(f"{round(100 * p, 6):4g}" for p in said.levels)]
    for e, expert in enumerate(said.experts, 1):
        for i, item in enumerate(said.items, 1):
            values = "".join(f" {_number(v)}" for v in said.values[e - 1, i - 1].tolist())
            question = study.questions.get(item, "") if e == 1 else ""
            row = f"{e:5d} {expert:>{EXPERT}} {i:4d} {item:>{ITEM}} {_SHORT[said.scales[i - 1]]}{values}"
            lines.append(_asked(row, question))
    realised = [
        _asked(
            f"{i:5d} {item:>{ITEM}} {_number(float(said.realisations[i - 1]))} {_SHORT[said.scales[i - 1]]}",
            study.questions.get(item, ""),
        )
        for i, item in enumerate(said.items, 1)
    ]
    return "\n".join(lines) + "\n", "\n".join(realised) + "\n"


def _asked(row: str, question: str) -> str:
    """A row with its question, as one line."""
    return f"{row} {' '.join(question.split()):>{QUESTION}} " if question else f"{row} "


def _number(value: float) -> str:
    """Six digits and four of the exponent, with a place for the sign.

    >>> _number(0.15), _number(float("nan"))
    (' 1.50000E-0001', '-9.99500E+0002')
    """
    digits, exponent = f"{ABSENT if math.isnan(value) else value: .5E}".split("E")
    return f"{digits}E{exponent[0]}{int(exponent[1:]):04d}"


def _id_faults(said: Assessments) -> Iterator[str]:
    for kind, ids, width in (("expert", said.experts, EXPERT), ("item", said.items, ITEM)):
        long = [name for name in ids if len(name) > width]
        if long:
            yield (
                f"{kind} ids have at most {width} characters in Excalibur's files; shorten "
                f"{', '.join(long[:5])}" + (f" and {len(long) - 5} more" if len(long) > 5 else "")
            )


def _value_faults(said: Assessments) -> Iterator[str]:
    for e, i in np.argwhere(said.answered).tolist():
        values = said.values[e, i].tolist()
        if len({_number(v) for v in values}) < len(values):
            yield (
                f"{said.experts[e]}, item {said.items[i]}: quantiles differ only beyond the six digits that "
                "the files hold; subtract a constant from the item or change its unit"
            )
    for i, item in enumerate(said.items):
        known = *said.values[:, i].ravel().tolist(), float(said.realisations[i])
        if any(MISSING[0] <= v <= MISSING[1] for v in known):
            yield (
                f"item {item}: values from {MISSING[0]:g} to {MISSING[1]:g} stand for missing answers in "
                "Excalibur's files; change the item's unit"
            )
