"""A table of judgments whatever its form: a row an answer, a row a point, or one of those SHELF keeps."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from forecast.interchange.elicited import Elicited
from forecast.interchange.points_csv import looks_like_points, read_points
from forecast.interchange.quantile_csv import read_quantile_csv
from forecast.interchange.shelf_roulette import looks_like_roulette, read_shelf_roulette
from forecast.interchange.shelf_table import looks_like_shelf, read_shelf_table

#: Forms in the order tried: a table of chips has an empty corner as a table of probabilities has.
_FORMS: tuple[tuple[Callable[[Path], bool], Callable[[Path], tuple[Elicited, ...]]], ...] = (
    (looks_like_points, read_points),
    (looks_like_roulette, read_shelf_roulette),
    (looks_like_shelf, read_shelf_table),
)


def read_elicited(path: Path) -> tuple[Elicited, ...]:
    """Every judgment of a table, whose form is told by its head.

    Raises
    ------
    InputError
        With every fault by file and line.
    """
    read = next((reader for looks, reader in _FORMS if looks(path)), read_quantile_csv)
    return read(path)
