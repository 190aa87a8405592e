"""The probabilities a forecast answers for, by name; light enough for a command that computes nothing."""

from __future__ import annotations

from forecast.states import STATES

#: (quantity, outcome) -> column of `Forecast.draws`.
QUANTITIES: dict[tuple[str, str], int] = {
    **{("state", name): column for column, name in enumerate(STATES)},
    ("reached", "alliance"): 3,
    ("reached", "split"): 4,
    ("reached", "alliance_broad"): 5,
    ("alliance_broad", "alliance_broad"): 6,
}
#: The two columns that jump at a 31 December reading, and where their values just before it are kept.
BEFORE_READING = {5: 7, 6: 8}
#: Outcomes that read the index, and so depend on where a broad alliance begins.
READ = ("alliance_broad",)
STATS = ("mean", "p05", "p50", "p95", "mcse")
