"""Reading the spreadsheet that an expert filled, as the programs of any country save it.

Columns may be separated by comma, semicolon or tab (told by the heading), stand in any order and be joined
by others; the text may be UTF-8 with or without a byte-order mark, or the UTF-16 of Excel's "Unicode text".
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Final

from forecast.errors import Problem
from forecast.inputs import yaml_nodes
from forecast.inputs.plain_words import did_you_mean
from forecast.protocol.filled import HEAD, IDENTITY, Cell, Filled, Place
from forecast.protocol.items import FORMS, Item

#: Columns that are read; a template has those of one form, and columns that only explain beside them.
KEY, HEAD_VALUE = "item", "answer"
BLANKS: Final = (
    "years",
    *(name for names in FORMS.values() for name in names),
    "words",
    "alliance",
    "split",
    "rationale",
)
EXPLAIN: Final = ("question", "how_to_answer", "your_first_answer", "group_first_round", "reasons_of_others")
#: The decimal mark that goes with each separator: a comma that separates cells cannot mark decimals.
MARKS: Final = {",": ".", ";": ",", "\t": "."}
_SHORT_QUANTILE = re.compile(r"p\d")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_csv(data: bytes, file: str, items: tuple[Item, ...]) -> Filled:
    """The cells of a spreadsheet; every fault of its form is in ``problems``."""
    try:
        text = _text(data)
    except yaml_nodes.YamlRefusal as refusal:
        return Filled(file, problems=tuple(Problem(file, *found) for found in refusal.found))
    skipped = 0
    first = text.split("\n", 1)[0].strip()
    if first.lower().startswith("sep=") and len(first) <= 5:
        text, skipped = text.partition("\n")[2], 1
    separator = _separator(text)
    if separator is None:
        message = f"no heading names the column '{KEY}', with columns separated by , or ; or a tab"
        return Filled(file, problems=(Problem(file, 1 + skipped, "", message),))
    rows: list[tuple[int, list[str]]] = []
    problems: list[Problem] = []
    table = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1 + skipped
    try:
        for raw in table:
            begins, line = line, table.line_num + 1 + skipped
            if any(cell.strip() for cell in raw):
                rows.append((begins, [cell.strip() for cell in raw]))
    except csv.Error as error:
        problems.append(
            Problem(file, line, "", f"not valid CSV: {error}; save it from the spreadsheet again")
        )
    if not rows:
        return Filled(file, problems=tuple(problems))
    heading = [name.lower() for name in rows[0][1]]
    problems += _heading(file, rows[0][0], heading)
    cells, identity, found = _cells(file, heading, rows[1:], {item.key: item for item in items}, separator)
    return Filled(file, cells, identity, (*problems, *found), MARKS[separator])


def _text(data: bytes) -> str:
    """The text of a file in any Unicode that a spreadsheet writes; `YamlRefusal` for any other."""
    if data[:2] in _UTF16:
        if len(data) > yaml_nodes.MAX_BYTES:
            return yaml_nodes.decode(data)  # which refuses its length
        try:
            data = data.decode("utf-16").encode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise yaml_nodes.YamlRefusal((1, "", "not readable as UTF-16; save it as 'CSV UTF-8'")) from None
    try:
        return yaml_nodes.decode(data).lstrip("\ufeff")
    except yaml_nodes.YamlRefusal as refusal:
        found = [(n, at, message.replace("save the file as UTF-8", "save it as 'CSV UTF-8'"))
                 for n, at, message in refusal.found]  # fmt: skip
        raise yaml_nodes.YamlRefusal(*found) from None


def _separator(text: str) -> str | None:
    """The separator that makes a heading with the key column out of the first line that is not empty."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    for separator in MARKS:
        try:
            names = next(csv.reader([first], delimiter=separator), [])
        except csv.Error:
            continue
        if KEY in [name.strip().lower() for name in names]:
            return separator
    return None


def _heading(file: str, line: int, heading: list[str]) -> Iterator[Problem]:
    known = (KEY, HEAD_VALUE, *BLANKS)
    for name in sorted({name for name in heading if name in known and heading.count(name) > 1}):
        yield Problem(file, line, name, f"the column '{name}' stands twice")
    for name in heading:
        if not name or name in (*known, *EXPLAIN):
            continue
        near = f"p0{name[1]}" if _SHORT_QUANTILE.fullmatch(name) else did_you_mean(name, known)
        if near and near not in heading:
            yield Problem(file, line, name[:60], f"unknown column '{name[:60]}'. Did you mean '{near}'?")


def _cells(
    file: str,
    heading: list[str],
    rows: list[tuple[int, list[str]]],
    items: Mapping[str, Item],
    separator: str,
) -> tuple[dict[Place, Cell], dict[str, Cell], list[Problem]]:
    cells: dict[Place, Cell] = {}
    identity: dict[str, Cell] = {}
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for line, raw in rows:
        if any(raw[len(heading) :]):
            kind = {",": "a comma", ";": "a semicolon", "\t": "a tab"}[separator]
            message = f"{len(raw)} cells under {len(heading)} columns; put a cell that holds {kind} in quotes"
            problems.append(Problem(file, line, raw[0][:60], message))
            continue
        row = {name: cell for name, cell in zip(heading, raw, strict=False) if cell}
        key = row.get(KEY, "")
        if key in seen:
            problems.append(
                Problem(file, line, key, f"the row '{key}' stands twice (first on line {seen[key]})")
            )
            continue
        seen[key] = line
        if key in HEAD or key in IDENTITY:
            cell = Cell(row.get(HEAD_VALUE), line, f"row {key}, column {HEAD_VALUE}")
            if key in HEAD:
                cells["", key] = cell
            else:
                identity[key] = cell
        elif key in items:
            problems += _row(file, cells, items[key], row, line)
        elif key or any(name in BLANKS for name in row):
            problems.append(Problem(file, line, key[:60], _unknown(key, items)))
    return cells, identity, problems


def _row(
    file: str, cells: dict[Place, Cell], item: Item, row: Mapping[str, str], line: int
) -> Iterator[Problem]:
    for name in BLANKS:
        if name not in row:
            continue
        at = f"row {item.key}, column {name}"
        if name in item.accepted:
            cells[item.key, name] = Cell(_unguarded(row[name]), line, at)
        elif row[name] not in {"-", "\u2013"}:
            wanted = ", ".join(item.numbers("quantiles"))
            yield Problem(file, line, at, f"is not asked of {item.key}; its answer goes under {wanted}")


def _unguarded(text: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from reading text as a formula."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text


def _unknown(key: str, items: Mapping[str, Item]) -> str:
    if not key:
        return f"answers in a row without a name in the column '{KEY}'"
    near = did_you_mean(key, items)
    hint = f"Did you mean '{near}'?" if near else "Rows are named as in the template."
    return f"no item is called '{key[:60]}'. {hint}"
