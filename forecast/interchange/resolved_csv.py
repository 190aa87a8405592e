"""Questions that were resolved, as a table: what each expert said, and whether it came true.

    question,expert,p,came_true[,weight]

One row an answer; ``came_true`` (yes or no, 1 or 0) is the same on every row of a question.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from forecast.errors import InputError, Problem
from forecast.interchange.csv_cells import Table, number, read_table
from forecast.pooling.resolved import Question

COLUMNS = ("question", "expert", "p", "came_true")
_TOLD = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def read_resolved(path: Path) -> tuple[Question, ...]:
    """Every question of a table, in the order in which they first stand.

    Raises
    ------
    InputError
        With every fault by line: a missing column, a probability that is none, a question resolved both ways,
        an expert who answers twice.
    """
    problems: list[Problem] = []
    table = read_table(path, problems)
    found: dict[str, list[tuple[float, float]]] = {}
    told: dict[str, tuple[bool, int]] = {}
    if table is not None and _has_columns(table, problems):
        answered: dict[tuple[str, str], int] = {}
        for line, cells in table.rows:
            row = dict(zip((name.lower() for name in table.head), cells, strict=True))
            key = row["question"], row["expert"]
            if (first := answered.setdefault(key, line)) != line:
                problems.append(
                    Problem(table.file, line, "expert", f"{key[1]} answers {key[0]} on line {first} too")
                )
            came_true = _TOLD.get(row["came_true"].lower())
            if came_true is None:
                message = f"'{row['came_true']}' tells not whether it came true; write yes or no"
                problems.append(Problem(table.file, line, "came_true", message))
                continue
            before, at = told.setdefault(key[0], (came_true, line))
            if before != came_true:
                message = f"{key[0]} came out otherwise on line {at}; it came out one way"
                problems.append(Problem(table.file, line, "came_true", message))
            said = _number(table, line, "p", row["p"], problems)
            weight = _number(table, line, "weight", row.get("weight") or "1", problems)
            if said is not None and not 0.0 <= said <= 1.0:
                message = f"{row['p']} is not a probability between 0 and 1"
                problems.append(Problem(table.file, line, "p", message))
            elif said is not None and weight is not None:
                found.setdefault(key[0], []).append((said, weight))
    if not problems and not found:
        problems.append(Problem(path.as_posix(), 0, "", "there is no resolved question in the table"))
    if problems:
        raise InputError(problems)
    return tuple(
        Question(np.array([p for p, _ in said]), np.array([w for _, w in said]), told[name][0])
        for name, said in found.items()
    )


def _has_columns(table: Table, problems: list[Problem]) -> bool:
    missing = [name for name in COLUMNS if name not in {one.lower() for one in table.head}]
    if missing:
        message = f"has no column {', '.join(missing)}; the head is question,expert,p,came_true[,weight]"
        problems.append(Problem(table.file, 1, "", message))
    return not missing


def _number(table: Table, line: int, at: str, cell: str, problems: list[Problem]) -> float | None:
    try:
        return number(cell, separator=table.separator, comma=table.comma)
    except ValueError as error:
        problems.append(Problem(table.file, line, at, str(error)))
        return None
