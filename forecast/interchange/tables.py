"""A table of judgments whatever its form: a row an answer, or one of those that SHELF keeps."""

from __future__ import annotations

from pathlib import Path

from forecast.interchange.elicited import Elicited
from forecast.interchange.quantile_csv import read_quantile_csv
from forecast.interchange.shelf_roulette import looks_like_roulette, read_shelf_roulette
from forecast.interchange.shelf_table import looks_like_shelf, read_shelf_table


def read_elicited(path: Path) -> tuple[Elicited, ...]:
    """Every judgment of a table of quantiles, or of SHELF's probabilities or chips, told apart by its head.

    Raises
    ------
    InputError
        With every fault by file and line.
    """
    if looks_like_roulette(path):
        return read_shelf_roulette(path)
    return read_shelf_table(path) if looks_like_shelf(path) else read_quantile_csv(path)
