"""SHELF's table of fitted parameters: a row an expert, columns called as R does when it binds the lists.

``fitdist`` (Oakley and O'Hagan) returns a data frame for each distribution: ``fit$Normal`` with columns mean
and sd, ``fit$Log.normal`` with mean.log.X and sd.log.X and so on, ``fit$ssq``, ``fit$best.fitting`` and
``fit$limits``. Here they stand side by side: Normal.mean, Normal.sd, ..., ssq.normal, ..., NA where a
distribution was not fitted. A log-normal is of X - lower, a mirror one of upper - X, a beta of
(X - lower) / (upper - lower). The best is SHELF's: the least sum of squares, of equal ones the first.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from forecast.elicitation.families import FAMILIES
from forecast.elicitation.fitting import Fitted, fits
from forecast.elicitation.parametric import Parametric
from forecast.errors import InputError, Problem
from forecast.interchange.csv_cells import number, read_table, written
from forecast.interchange.elicited import Elicited

#: Family to its list in the fit, its name among the sums of squares, and its parameters, in SHELF's order.
SHELF: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "normal": ("Normal", "normal", ("mean", "sd")),
    "student_t": ("Student.t", "t", ("location", "scale", "df")),
    "skew_normal": ("Skewnormal", "skewnormal", ("location", "scale", "slant")),
    "gamma": ("Gamma", "gamma", ("shape", "rate")),
    "lognormal": ("Log.normal", "lognormal", ("mean.log.X", "sd.log.X")),
    "log_student_t": ("Log.Student.t", "logt", ("location.log.X", "scale.log.X", "df.log.X")),
    "beta": ("Beta", "beta", ("shape1", "shape2")),
    "mirror_gamma": ("mirrorgamma", "mirrorgamma", ("shape", "rate")),
    "mirror_lognormal": ("mirrorlognormal", "mirrorlognormal", ("mean.log.X", "sd.log.X")),
    "mirror_log_student_t": (
        "mirrorlogt", "mirrorlogt", ("location.log.X", "scale.log.X", "df.log.X"),
    ),
}  # fmt: skip
_BEST = "best.fitting.best.fit"


@dataclass(frozen=True)
class ShelfFit:
    """One expert's fits as SHELF tables hold them: distributions and sums of squares by our family keys."""

    expert: str
    lower: float
    upper: float
    distributions: Mapping[str, Parametric]
    ssq: Mapping[str, float]
    best: str
    file: str = ""
    line: int = 0


def shelf_fit(one: Elicited, *, df: float = 3.0) -> ShelfFit:
    """The families that SHELF has, fitted to a judgment."""
    found = {fit.family: fit for fit in fits(one.judgment, df=df) if fit.family in SHELF}
    ordered: list[Fitted] = [found[family] for family in SHELF if family in found]
    return ShelfFit(
        one.expert,
        one.judgment.lower,
        one.judgment.upper,
        {
            fit.family: Parametric(fit.family, fit.parameters, fit.judgment.lower, fit.judgment.upper)
            for fit in ordered
        },
        {fit.family: fit.ssq for fit in ordered},
        min(ordered, key=lambda fit: fit.ssq).family,
        one.file,
        one.line,
    )


def shelf_fits(fitted: Sequence[ShelfFit], *, excel: bool = False) -> str:
    """The table, which `read_shelf_fits` reads back the same."""
    body: list[Sequence[str | float]] = [["expert", *_COLUMNS]]
    for one in fitted:
        cells: dict[str, str | float] = {"limits.lower": one.lower, "limits.upper": one.upper}
        for family, distribution in one.distributions.items():
            title, short, names = SHELF[family]
            values = [distribution.parameters[name] for name in FAMILIES[family].parameters]
            cells |= {f"{title}.{name}": value for name, value in zip(names, values, strict=True)}
            cells[f"ssq.{short}"] = one.ssq[family]
        cells[_BEST] = SHELF[one.best][1]
        body.append([one.expert, *(cells.get(column, "NA") for column in _COLUMNS)])
    return written(body, excel=excel)


def read_shelf_fits(path: Path) -> tuple[ShelfFit, ...]:
    """The table read back, a distribution with any parameter NA left out.

    Raises
    ------
    InputError
        With every fault by file and line.
    """
    problems: list[Problem] = []
    table = read_table(path, problems)
    found: list[ShelfFit] = []
    if table is not None:
        missing = [name for name in ("expert", "limits.lower", "limits.upper") if name not in table.head]
        if missing:
            message = f"no column {', '.join(missing)}; see the head that --format shelf-fit writes"
            problems.append(Problem(table.file, 1, "", message))
        else:
            for line, cells in table.rows:
                row = dict(zip(table.head, cells, strict=True))
                numbers = {}
                for name in (c for c in _COLUMNS if c != _BEST and row.get(c, "NA") not in ("", "NA")):
                    try:
                        numbers[name] = number(
                            row[name], separator=table.separator, comma=table.comma, endless=True
                        )
                    except ValueError as error:
                        problems.append(Problem(table.file, line, name, str(error)))
                if fit := _fit(table.file, line, row, numbers, problems):
                    found.append(fit)
    if not problems and not found:
        problems.append(Problem(path.as_posix(), 0, "", "there is no fit in the table"))
    if problems:
        raise InputError(problems)
    return tuple(found)


def _fit(
    file: str, line: int, row: Mapping[str, str], numbers: Mapping[str, float], problems: list[Problem]
) -> ShelfFit | None:
    lower, upper = numbers.get("limits.lower", -math.inf), numbers.get("limits.upper", math.inf)
    made: dict[str, Parametric] = {}
    ssq: dict[str, float] = {}
    for family, (title, short, names) in SHELF.items():
        values = [numbers.get(f"{title}.{name}") for name in names]
        known = [value for value in values if value is not None]
        if len(known) < len(names):
            continue
        lacking = [end for end, limit in (("lower", lower), ("upper", upper)) if not math.isfinite(limit)]
        if set(FAMILIES[family].link.needs) & set(lacking):
            message = f"a fit of {title} needs a finite {' and '.join(FAMILIES[family].link.needs)} limit"
            problems.append(Problem(file, line, title, message))
            continue
        parameters = dict(zip(FAMILIES[family].parameters, known, strict=True))
        made[family] = Parametric(family, parameters, lower, upper)
        ssq[family] = numbers.get(f"ssq.{short}", math.nan)
    if not made:
        problems.append(Problem(file, line, "", f"no distribution of {row['expert']} has all its parameters"))
        return None
    by_short = {short: family for family, (_, short, _) in SHELF.items()}
    told = by_short.get(row.get(_BEST, ""))
    best = told if told in made else min(made, key=lambda family: ssq[family])
    return ShelfFit(row["expert"], lower, upper, made, ssq, best, file, line)


_COLUMNS = (
    *(f"{title}.{name}" for title, _, names in SHELF.values() for name in names),
    *(f"ssq.{short}" for _, short, _ in SHELF.values()),
    _BEST,
    "limits.lower",
    "limits.upper",
)
