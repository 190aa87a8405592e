"""What came back from an expert: the YAML or the spreadsheet, whichever was filled, read as answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from forecast.errors import InputError, Problem, UsageError
from forecast.protocol import blanks
from forecast.protocol.answers import Answers, issued
from forecast.protocol.checked import Asked, answers_of
from forecast.protocol.filled import Cell, Filled, Place, check_identity
from forecast.protocol.filled_csv import read_csv
from forecast.protocol.filled_yaml import read_yaml
from forecast.protocol.folder import Folder
from forecast.visible import visible

#: Blanks in which a number is no number.
_TEXTS = frozenset({"rationale", "remarks", "words", "lens", "view_date"})
_READERS = {".yaml": read_yaml, ".csv": read_csv}


@dataclass(frozen=True)
class Returned:
    """Answers that passed every check, the file that they came from, and what to be told of them."""

    answers: Answers
    path: Path
    data: bytes
    warnings: tuple[Problem, ...]
    untouched: bool


def returned(folder: Folder, asked: Asked, own: Answers | None) -> Returned:
    """Read the file that an expert filled.

    A file counts as filled where it differs from the template as handed out (``own``: the first answers that
    stood in it). If both are filled, they must say the same.

    Raises
    ------
    UsageError
        If there is no template.
    InputError
        With every problem, by file and line; also every cell in which the two files differ.
    """
    files = read_files(folder, asked)
    if not files:
        raise UsageError(
            f"{asked.expert} has no template of round {asked.round}; write one with "
            f"'forecast elicit new --expert {asked.expert}"
            + (f" --round {asked.round}'" if asked.round != 1 else "'")
        )
    handed = issued(asked.items, own)
    touched = [pair for pair in files if _touched(pair[1], handed, own)]
    if len(touched) == 2:
        _agree(touched[0][1], touched[1][1], asked)
    path, filled, data = (touched or files)[0]
    answers, problems = answers_of(filled, asked)
    if answers is None:
        raise InputError([problem for problem in problems if not problem.warning])
    return Returned(answers, path, data, tuple(p for p in problems if p.warning), not touched)


def read_files(folder: Folder, asked: Asked) -> list[tuple[Path, Filled, bytes]]:
    """Both files of a template, as far as they are there."""
    found = []
    for suffix in _READERS:
        path = folder.template(asked.round, asked.expert, suffix)
        if path.is_file():
            data = path.read_bytes()
            found.append((path, read_one(folder, asked, path, data), data))
    return found


def read_one(folder: Folder, asked: Asked, path: Path, data: bytes) -> Filled:
    """One file's cells; a file that is another's template has that among its problems."""
    filled = _READERS[path.suffix](data, folder.relative(path), asked.items)
    question = asked.workspace.question.id
    wrong = check_identity(filled, question=question, expert=asked.expert, number=asked.round)
    return Filled(filled.file, filled.cells, filled.identity, (*filled.problems, *wrong), filled.mark)


def _touched(filled: Filled, handed: Mapping[Place, object], own: Answers | None) -> bool:
    """Whether anything stands otherwise than when it was handed out; what cannot be read was touched."""
    if filled.problems:
        return True
    there = {key for key, _ in filled.cells} | set(own.items if own else ()) | {""}
    expected = {place: value for place, value in handed.items() if place[0] in there}
    places = {place for place, cell in filled.cells.items() if not blanks.is_empty(cell.value)}
    return any(
        _said(filled, place) != _meaning(place, expected.get(place))
        for place in places | set(expected)
        if place != ("", "lens")  # `new --lens` may have filled it
    )


def _agree(first: Filled, second: Filled, asked: Asked) -> None:
    """Raise InputError with every cell in which two filled files differ."""
    read = [answers_of(filled, asked) for filled in (first, second)]
    wrong = [problem for _, problems in read for problem in problems if not problem.warning]
    if wrong:
        both = Problem(first.file, 1, "", f"both this file and {second.file} were filled; keep one of them")
        raise InputError([both, *wrong])
    problems = []
    for place in sorted({*first.cells, *second.cells}):
        one, two = first.cells.get(place), second.cells.get(place)
        if _said(first, place) != _said(second, place):
            here = one or Cell(None, 1, ".".join(part for part in place if part))
            there = f"{second.file}:{two.line} says {_shown(two)}" if two else f"{second.file} says nothing"
            message = f"says {_shown(one)}, but {there}; both files are filled: let them agree, or delete one"
            problems.append(first.problem(here, message))
    if problems:
        raise InputError(problems)


def _said(filled: Filled, place: Place) -> object:
    cell = filled.cells.get(place)
    return None if cell is None else _meaning(place, cell.value)


def _meaning(place: Place, value: object) -> object:
    """What a blank says, however it is written: 5%, 0.05 and 0,05 are one number; text is text."""
    if blanks.is_empty(value):
        return None
    text = " ".join(visible(str(value)).replace(";", ",").split())
    if place[1] in _TEXTS:
        return text
    share = text.endswith("%")
    try:
        number = blanks.small_number(text[:-1] if share else value)
    except ValueError:
        return text
    return round(number / 100 if share else number, 12)


def _shown(cell: Cell | None) -> str:
    text = "nothing" if cell is None or blanks.is_empty(cell.value) else str(cell.value)
    return text if len(text) <= 40 else text[:37] + "..."
