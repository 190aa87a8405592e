"""`forecast sources agreement`: how far two coders of the same cells agree, and where they do not."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forecast.cli import options as o
from forecast.errors import UsageError

if TYPE_CHECKING:
    from forecast.agreement.coders import Agreement, Coders, Difference


def show_agreement(
    cells: Annotated[bool, typer.Option("--cells", help="List the cells coded differently.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with the cells.")] = False,
    workspace: o.WorkspaceOption = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> None:
    """Compare the coding with that of priors/second_coding.csv.

    \b
    forecast sources agreement
    forecast sources agreement --cells
    """
    from forecast.agreement.coders import coders, differences

    files = o.read(workspace, quiet=quiet)
    found = coders(files)
    if found is None:
        raise UsageError("there is no second coding: priors/second_coding.csv is missing or empty")
    if as_json:
        listed = [asdict(d) for d in differences(files)]
        print(json.dumps(_finite(asdict(found) | {"differences": listed}), indent=1, allow_nan=False))
        return
    print(render(found))
    if cells:
        print("\n" + render_cells(differences(files)))


KAPPA = (
    "Kappa: 1 is full agreement, 0 what chance would give. In brackets a 90% interval, bootstrapped over "
    "sources."
)
BLIND = (
    "Only the first column is between coders who had not seen each other's work; the coding may have been "
    "revised since."
)


def render(found: Coders) -> str:
    """Counts of cells and measures of agreement, one line each: when the second coding was made, and now."""
    columns = ["when made", "now"] if found.then else ["now"]
    rows = [(what, then, now) if found.then else (what, now) for what, then, now in found.rows]
    table = [("", *columns), *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        [
            *(f"when made: {_counts(one)}" for one in [found.then] if one),
            f"now:       {_counts(found.now)}",
            "",
            *("  ".join([f"{row[0]:{widths[0]}}", *map(str.rjust, row[1:], widths[1:])]) for row in table),
            "",
            KAPPA,
            *([BLIND] if found.then else []),
        ]
    )


def _counts(one: Agreement) -> str:
    neither = one.cells - one.both - one.first_only - one.second_only
    return (
        f"{one.cells} cells of sources by drivers: both coded {one.both}, the first alone {one.first_only}, "
        f"the second alone {one.second_only}, neither {neither}"
    )


def _finite(value: Any) -> Any:
    """The same with null where there is no number."""
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def render_cells(found: tuple[Difference, ...]) -> str:
    """One line a cell: both codes (~ for inferred, . for none), and the second coder's note."""
    rows = [
        (d.source, d.item, d.channel, _code(d.first, d.first_grade), _code(d.second, d.second_grade), d.note)
        for d in found
    ]
    table = [("source", "driver", "channel", "first", "second", "note of the second"), *rows]
    widths = [max(len(row[k]) for row in table) for k in range(5)]
    return "\n".join(
        "  ".join(f"{row[k]:{widths[k]}}" for k in range(5)) + "  " + row[5] for row in table
    ).rstrip()


def _code(code: float | None, grade: str | None) -> str:
    return "." if code is None else f"{'~' if grade == 'INFER' else ''}{code:+g}" if code else "0"
