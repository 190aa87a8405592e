"""Repairs put into a workspace's files, and recorded: first what is about to change, then the change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from forecast.coherence.edits import Edit, edited, edits_of
from forecast.coherence.record import FILE, read_record, recorded
from forecast.coherence.repair import Repair
from forecast.coherence.statement import Stated
from forecast.files import write_atomically
from forecast.inputs import yaml_nodes


@dataclass(frozen=True)
class Applied:
    """One source's file before and after its repair."""

    file: str
    repair: Repair
    edits: tuple[Edit, ...]
    before: bytes
    after: bytes

    @property
    def diff(self) -> str:
        """Lines that change, as a unified diff without context."""
        old, new = (yaml_nodes.decode(data).splitlines() for data in (self.before, self.after))
        return "\n".join(unified_diff(old, new, f"a/{self.file}", f"b/{self.file}", lineterm="", n=0))


def prepared(root: Path, said: Stated, repair: Repair) -> Applied:
    """What applying a repair makes of the source's file; nothing is written."""
    file = f"priors/sources/{said.source}.yaml"
    data = (root / file).read_bytes()
    edits = edits_of(data, said.statements, repair.changes)
    return Applied(file, repair, edits, data, edited(data, edits))


def apply(root: Path, repairs: Sequence[Applied], *, day: dt.date) -> None:
    """Record the repairs and write them, each file in one step.

    The record comes first: should the machine stop in between, it names a number that still stands as it was,
    and not the other way round.
    """
    if not repairs:
        return
    rows = [(one.repair, one.file, one.edits) for one in repairs]
    write_atomically(root / FILE, recorded(read_record(root), rows, day))
    for one in repairs:
        write_atomically(root / one.file, one.after)
