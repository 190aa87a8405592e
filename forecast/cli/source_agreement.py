"""`forecast sources agreement`: how far two coders of the same cells agree, and where they do not."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from forecast.cli import options as o
from forecast.errors import UsageError

if TYPE_CHECKING:
    from forecast.agreement import Agreement, Difference


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
    from forecast.agreement import agreement, differences

    files = o.read(workspace, quiet=quiet)
    found = agreement(files)
    if found is None:
        raise UsageError("there is no second coding: priors/second_coding.csv is missing or empty")
    if as_json:
        listed = [asdict(d) for d in differences(files)]
        print(json.dumps(asdict(found) | {"differences": listed}, indent=1))
        return
    print(render(found))
    if cells:
        print("\n" + render_cells(differences(files)))


def render(found: Agreement) -> str:
    """Counts of cells and measures of agreement, one line each."""
    neither = found.cells - found.both - found.first_only - found.second_only
    lines = [
        f"{found.cells} cells of sources by drivers: both coded {found.both}, the first alone "
        f"{found.first_only}, the second alone {found.second_only}, neither {neither}; "
        f"{found.outcome_cells} of outcomes.",
        "",
        f"{'':54}{'value':>7}  {'90% interval':>14}{'cells':>8}",
    ]
    for what, value, share in found.measures:
        if value.n:
            one, span = value.shown(share=share)
            lines.append(f"{what:54}{one:>7}  {span:>14}{value.n:>8}")
    return "\n".join(lines)


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
