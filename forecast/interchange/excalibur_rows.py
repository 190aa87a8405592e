"""Rows of Excalibur's files, read with their lines, and what can be wrong with them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from forecast.errors import Problem
from forecast.pooling.classical import LOG, UNIFORM

#: Values that stand for "no answer", and the one that is written.
MISSING = (-1000.0, -990.0)
ABSENT = -999.5
SCALE_WORDS = {"uni": UNIFORM, "log": LOG}
HEAD = "* CLASS ASCII OUTPUT FILE. NQ=   3   QU=   5  50  95"

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?"
_HEAD = re.compile(rf"NQ=\s*(\d+)\s+QU=((?:\s*{_NUMBER})+)", re.IGNORECASE)
_FIXED = re.compile(r"(?P<expert>[ \d]{5})(?P<who>.{9})(?P<item>[ \d]{5})(?!\d)(?P<rest>.*)")
_LOOSE = re.compile(r"\s*(?P<expert>\d+)\s+(?P<who>\S+)\s+(?P<item>\d+)\s+(?P<rest>.*)")
_REALISED = re.compile(
    rf"\s*\d+\s+(?P<what>.*?)\s+(?P<value>{_NUMBER})\s+(?P<scale>uni|log)\b\s*(?P<question>.*)", re.IGNORECASE
)


@dataclass(frozen=True)
class Row:
    """One expert's answer to one item; missing quantiles are NaN."""

    line: int
    expert: int
    who: str
    item: int
    what: str
    scale: str
    values: tuple[float, ...]
    question: str


@dataclass(frozen=True)
class Realised:
    """One item's realisation; NaN for a target."""

    line: int
    value: float
    scale: str
    question: str


def answers(path: Path, problems: list[Problem]) -> tuple[tuple[float, ...], list[Row]]:
    """The levels and rows of a .dtt file; what is wrong with it is added to ``problems``."""
    lines = [(n, line) for n, line in enumerate(_text(path, problems), 1) if line.strip()]
    file = path.as_posix()
    levels = _levels(file, lines, problems)
    rows = []
    for n, line in lines[1:] if levels else []:
        row = _row(n, line, len(levels))
        if row is None:
            message = (
                "a row holds the expert's number and id, the item's number and id, uni or log, and "
                f"{len(levels)} values (found '{line.strip()[:70]}')"
            )
            problems.append(Problem(file, n, "", message))
        else:
            rows.append(row)
    problems += _faults(file, rows)
    return levels, rows


def realisations(path: Path, problems: list[Problem]) -> dict[str, Realised]:
    """The items of a .rls file by id; what is wrong with it is added to ``problems``."""
    found: dict[str, Realised] = {}
    for n, line in enumerate(_text(path, problems), 1):
        if not line.strip() or line.lstrip().startswith("*"):
            continue
        row, message = _REALISED.fullmatch(line), ""
        if row is None:
            message = (
                "a row holds the item's number and id, the realisation, and uni or log "
                f"(found '{line.strip()[:70]}')"
            )
        elif row["what"] in found:
            message = f"item {row['what']} stands here twice (first on line {found[row['what']].line})"
        else:
            scale = SCALE_WORDS[row["scale"].lower()]
            found[row["what"]] = Realised(n, _value(row["value"]), scale, row["question"].strip())
        problems += [Problem(path.as_posix(), n, "", message)] if message else []
    return found


def _text(path: Path, problems: list[Problem]) -> list[str]:
    try:
        data = path.read_bytes()
    except OSError as error:
        problems.append(Problem(path.as_posix(), 0, "", f"the file cannot be read: {error.strerror}"))
        return []
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    # Programs of DOS end their texts with control-Z.
    lines = text.replace("\x1a", "").splitlines()
    if not any(line.strip() for line in lines):
        problems.append(Problem(path.as_posix(), 0, "", "the file is empty"))
    return lines


def _levels(file: str, lines: list[tuple[int, str]], problems: list[Problem]) -> tuple[float, ...]:
    """The quantiles' probabilities; none where the head does not say."""
    if not lines:
        return ()
    n, first = lines[0]
    head = _HEAD.search(first)
    if head is None:
        message = f"the first line must give the quantiles, as in '{HEAD}' (found '{first.strip()[:60]}')"
        problems.append(Problem(file, n, "", message))
        return ()
    levels = tuple(float(p) / 100.0 for p in re.findall(_NUMBER, head[2]))
    if len(levels) != int(head[1]) or levels != tuple(sorted({p for p in levels if 0 < p < 1})):
        message = f"NQ= announces {head[1]} rising percentages between 0 and 100, but QU= has{head[2]}"
        problems.append(Problem(file, n, "", message))
        return ()
    return levels


def _row(n: int, line: str, count: int) -> Row | None:
    """A row in its fixed columns, or failing that by its blanks; None if it is neither."""
    said = re.compile(
        rf"(?P<what>.*?)(?<!\S)(?P<scale>uni|log)(?P<values>(?:\s*(?<![\d.]){_NUMBER}){{{count}}})"
        r"(?!\S)\s*(?P<question>.*)",
        re.IGNORECASE,
    )
    for pattern in (_FIXED, _LOOSE):
        head = pattern.fullmatch(line)
        rest = said.fullmatch(head["rest"]) if head else None
        if head and rest and head["expert"].strip() and head["item"].strip() and head["who"].strip():
            return Row(
                n,
                int(head["expert"]),
                head["who"].strip(),
                int(head["item"]),
                rest["what"].strip() or head["item"].strip(),
                SCALE_WORDS[rest["scale"].lower()],
                tuple(_value(v) for v in re.findall(_NUMBER, rest["values"])),
                rest["question"].strip(),
            )
    return None


def _value(written: str) -> float:
    value = float(written.upper().replace("D", "E"))
    return math.nan if MISSING[0] <= value <= MISSING[1] else value


def _faults(file: str, rows: list[Row]) -> Iterator[Problem]:
    """Rows that disagree with one another, and answers that are none."""
    named: dict[tuple[str, str], tuple[str, int]] = {}
    answered: dict[tuple[str, str], int] = {}
    for row in rows:
        for kind, number, name in (("expert", row.expert, row.who), ("item", row.item, row.what)):
            for key, value in ((f"number {number}", name), (name, f"number {number}")):
                known, line = named.setdefault((kind, key), (value, row.line))
                if known != value:
                    message = f"{kind} {key} is {value} here, but {known} on line {line}; ids must differ"
                    yield Problem(file, row.line, "", message)
        before = answered.setdefault((row.who, row.what), row.line)
        if before != row.line:
            yield Problem(
                file, row.line, "", f"{row.who} answers item {row.what} twice (first on line {before})"
            )
        if fault := _answer_fault(row):
            yield Problem(file, row.line, f"{row.who}, {row.what}", fault)


def _answer_fault(row: Row) -> str | None:
    gone = sum(map(math.isnan, row.values))
    stated = ", ".join("none" if math.isnan(v) else f"{v:g}" for v in row.values)
    if 0 < gone < len(row.values):
        return f"some quantiles are missing ({stated}); state all, or write {ABSENT:g} for all"
    if not gone and any(b <= a for a, b in pairwise(row.values)):
        return f"quantiles must increase (found {stated}); ask again, or spread them"
    if not gone and row.scale == LOG and row.values[0] <= 0:
        return f"a log scale needs positive values (found {stated}); write uni, or change the unit"
    return None
