"""What changed between two versions of a workspace, judgment by judgment, each with a sentence."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from forecast.difference.anatomy import FRAME, MISSING, SILENT, Path, bare
from forecast.difference.hybrid import Changed, changed, mixed
from forecast.difference.sentences import named, sentence
from forecast.inputs.draft import CSV
from forecast.inputs.workspace import Workspace

#: Where each home stands: its file, and what its paths in that file begin with.
_FILES = {
    "question": ("priors/question.yaml", ""),
    "drivers": ("priors/drivers.yaml", ""),
    "indicators": ("priors/indicators.yaml", ""),
    "base_rates": ("priors/base_rates.yaml", ""),
    "history": ("priors/history.yaml", ""),
    "shocks": ("priors/shocks.yaml", "shocks"),
    "measurements": (CSV, ""),
    "second_coding": ("priors/second_coding.csv", ""),
    "seeds": ("priors/seeds.yaml", "seeds"),
}
_FOLDERS = {"sources": "priors/sources", "scenarios": "scenarios"}


@dataclass(frozen=True)
class Edit:
    """One judgment that differs between two versions.

    ``id`` names it by its dotted path, unique among the edits; ``kind``: added, removed or changed;
    ``before`` and ``after`` as plain data without prose, None where there is none; lines are 0 where the
    version has no such line. ``moves``: whether a probability of the baseline can depend on it at all;
    ``frame``: whether it is what the forecast is of (its day, its horizon, where the pair stands).
    """

    id: str
    path: Path
    kind: str
    file: str
    line_old: int
    line_new: int
    before: Any
    after: Any
    sentence: str
    moves: bool
    frame: bool


def edits(old: Workspace, new: Workspace) -> tuple[Edit, ...]:
    """Every edit that leads from one version to another, in the order of files.

    Prose alone (a rationale, a citation, a name ..) makes an edit that does not move anything; beside a
    number it is part of the edit of that number. Scenarios move nothing of the baseline.
    """
    return tuple(_edit(one, old, new) for one in changed(old, new))


def apply(old: Workspace, new: Workspace, edits: Collection[Edit], among: Iterable[Edit]) -> Workspace:
    """``old`` with some ``edits`` done, ``among`` all that lead to ``new``.

    Raises
    ------
    InvalidError
        If a record does not accept what it would hold.
    """
    return mixed(old, new, paths=[e.path for e in among], chosen=[e.path for e in edits])


def _edit(one: Changed, old: Workspace, new: Workspace) -> Edit:
    before, after = _stands(one.before), _stands(one.after)
    moves = not one.prose and one.path[0] not in SILENT
    file, prefix, at_old, at_new = _place(one)
    return Edit(
        id=".".join(map(named, one.path)),
        path=one.path,
        kind="changed" if before and after else "added" if after else "removed",
        file=file,
        line_old=_line(old, file, prefix, at_old) if before else 0,
        line_new=_line(new, file, prefix, at_new) if after else 0,
        before=bare(one.before),
        after=bare(one.after),
        sentence=sentence(one),
        moves=moves,
        frame=one.path in FRAME,
    )


def _stands(value: Any) -> bool:
    return value is not None and value is not MISSING


def _place(one: Changed) -> tuple[str, str, str, str]:
    """The file, what its paths begin with, and the path there before and after."""
    home = str(one.path[0])
    if home in _FOLDERS:
        name = str(one.path[1])
        before, after = (at.removeprefix(name).removeprefix(".") for at in (one.at_old, one.at_new))
        return f"{_FOLDERS[home]}/{name}.yaml", "", before, after
    if home == "measurements":
        return CSV, "", _first_row(one.before, one.after), _first_row(one.after, one.before)
    return *_FILES[home], one.at_old, one.at_new


def _first_row(rows: Any, other: Any) -> str:
    """The first row of a series that the other version does not have."""
    there = other if isinstance(other, tuple) else ()
    ours = rows if isinstance(rows, tuple) else ()
    return next((f"{row.indicator}.{row.period}" for row in ours if row not in there), "")


def _line(workspace: Workspace, file: str, prefix: str, at: str) -> int:
    """The line of a dotted path, or of the nearest thing around it; 0 where the file has none."""
    at = f"{prefix}.{at}".strip(".")
    while at and (file, at) not in workspace.lines:
        at = at[: max(at.rfind("."), at.rfind("["), 0)]
    return workspace.lines.get((file, at), 0)
