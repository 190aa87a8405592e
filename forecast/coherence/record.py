"""The record of what was repaired: priors/repairs.csv, one row a number, appended to and never rewritten."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

from forecast.coherence.edits import Edit
from forecast.coherence.repair import Repair
from forecast.errors import UsageError

FILE = "priors/repairs.csv"
#: A repair, its file, and the edits made there.
Row = tuple[Repair, str, Sequence[Edit]]
COLUMNS = ("date", "source", "file", "at", "from", "to", "rules", "distance")


def recorded(earlier: bytes | None, rows: Sequence[Row], day: dt.date) -> bytes:
    """The record with these repairs at its end.

    ``from`` and ``to`` are as written in the file, so that any repair can be undone by hand; ``distance`` is
    the whole repair's.

    Raises
    ------
    UsageError
        If what stands there is not such a record.
    """
    if earlier:
        text = earlier.decode("utf-8-sig", errors="replace")
        found = next(csv.reader(io.StringIO(text)), [])
        if tuple(found) != COLUMNS:
            raise UsageError(
                f"{FILE} does not begin with {','.join(COLUMNS)} (found {','.join(found)[:80]}); "
                "move that file away, so that what is repaired can be recorded there"
            )
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    if not earlier:
        writer.writerow(COLUMNS)
    for repair, file, edits in rows:
        for edit in edits:
            moved = (edit.at, _one_line(edit.old), _one_line(edit.new))
            why = (" ".join(repair.rules), f"{repair.distance:.4g}")
            writer.writerow((day.isoformat(), repair.source, file, *moved, *why))
    kept = earlier or b""
    if kept and not kept.endswith(b"\n"):
        kept += b"\n"
    return kept + out.getvalue().encode("utf-8")


def read_record(root: Path) -> bytes | None:
    """What stands in a workspace's record; None if there is none yet."""
    path = root / FILE
    return path.read_bytes() if path.exists() else None


def _one_line(text: str) -> str:
    """A value as a table shows it: without its quotes, and keys on lines of their own behind one another."""
    return ", ".join(part.strip() for part in text.splitlines()).strip("\"'")
