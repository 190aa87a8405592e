"""Sources as a table for a terminal, one line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from forecast.cards.listing import Entry
from forecast.cards.words import kind_name
from forecast.rounding import percent

GAP = "  "
#: A stance cut shorter than this says nothing.
LEAST_STANCE = 24


@dataclass(frozen=True)
class _Column:
    """A column: its header, how an entry stands in it, and its rank when room is short (0 stays)."""

    name: str
    cell: Callable[[Entry], str]
    rank: int
    number: bool = False


_COLUMNS = (
    _Column("source", lambda e: e.id, 0),
    _Column("year", lambda e: str(e.year), 0),
    _Column("kind", lambda e: kind_name(e.kind) + (f" x{e.widening:g}" if e.widening != 1 else ""), 0),
    _Column("weight", lambda e: f"{e.weight:.2f}", 1, number=True),
    _Column("share", lambda e: "-" if e.share is None else percent(e.share), 5, number=True),
    _Column("codes", lambda e: f"{e.codes_text}/{e.codes_infer}", 0, number=True),
    _Column("outcomes", lambda e: f"{e.outcomes_text}/{e.outcomes_infer}", 3, number=True),
    _Column("checked", lambda e: e.checked, 7),
    _Column("graded", lambda e: e.admiralty or "-", 2),
    _Column("reported in", lambda e: ", ".join(e.reported_in) or "itself", 6),
    _Column("cluster", lambda e: e.cluster, 8),
    _Column("lens", lambda e: ", ".join(e.lens), 9),
    _Column("stance", lambda e: e.stance or "-", 4),
)


def render(rows: Sequence[Entry], *, panel: str, width: int | None) -> tuple[str, tuple[str, ...]]:
    """The table, and the columns there was no room for; every column and whole lines without a width."""
    cells = {c.name: [c.name, *(c.cell(row) for row in rows)] for c in _COLUMNS}
    room = {name: max(map(len, column)) for name, column in cells.items()}
    kept = list(_COLUMNS)
    if width is not None:
        room["stance"] = min(room["stance"], LEAST_STANCE)
        while len(kept) > 1 and _total(room, kept) > width and max(c.rank for c in kept) > 0:
            kept.remove(max(kept, key=lambda c: c.rank))
        if any(c.name == "stance" for c in kept):
            room["stance"] += max(0, width - _total(room, kept))
    lines = []
    for i in range(len(rows) + 1):
        parts = [
            cells[c.name][i].rjust(room[c.name]) if c.number else cells[c.name][i].ljust(room[c.name])
            for c in kept
        ]
        line = GAP.join(parts).rstrip()
        lines.append(line if width is None or len(line) <= width else line[: width - 3].rstrip() + "...")
    texts, inferred = sum(r.codes_text for r in rows), sum(r.codes_infer for r in rows)
    lines += [
        "",
        f"{len(rows)} source{'s' * (len(rows) != 1)}, weighed as in panel {panel}."
        f" Codes and outcomes: from the text/our inference ({texts}/{inferred} codes in all).",
    ]
    hidden = tuple(c.name for c in _COLUMNS if c not in kept)
    return "\n".join(lines), hidden


def _total(room: dict[str, int], columns: Sequence[_Column]) -> int:
    return sum(room[c.name] for c in columns) + len(GAP) * (len(columns) - 1)
