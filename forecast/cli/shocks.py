"""`forecast shocks`: what may strike, how likely that is, and what it would do."""

from __future__ import annotations

import csv
import json
import sys
from typing import Annotated

import typer

from forecast.cli import options as o
from forecast.cli.columns import terminal
from forecast.errors import UsageError
from forecast.panel import unknown_name

app = typer.Typer(
    help="List the shocks and show what each does.", no_args_is_help=True, rich_markup_mode=None
)

#: Lines of prose longer than this are hard to read, however wide the terminal.
READABLE = 100
COLUMNS = ("shock", "quantity", "stat", "value")

JsonOption = Annotated[bool, typer.Option("--json", help="As JSON.")]


@app.command("list")
def list_(
    workspace: o.WorkspaceOption = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help=f"Tidy rows: {','.join(COLUMNS)}.")] = False,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> None:
    """List every shock: how often it strikes, how likely it is by the horizon, what it moves."""
    from forecast.cli.shock_card import card, numbers, table

    if as_json and as_csv:
        raise UsageError("--json and --csv are two forms of the same output; choose one")
    files = o.read(workspace, quiet=quiet)
    if as_json:
        print(json.dumps([card(files, name) for name in files.shocks], indent=1))
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(row for name in files.shocks for row in numbers(files, name))
    elif files.shocks:
        print(table(files, width=terminal()))
    else:
        o.say("no shocks: the workspace has no priors/shocks.yaml, or it is empty", quiet=quiet)


@app.command()
def show(
    shock: Annotated[str, typer.Argument(metavar="ID")],
    workspace: o.WorkspaceOption = None,
    as_json: JsonOption = False,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> None:
    """Show one shock: its definition, how likely it is, all that it does, and why it is so judged."""
    from forecast.cli.shock_card import card, render

    files = o.read(workspace, quiet=quiet)
    if shock not in files.shocks:
        raise UsageError(unknown_name("shock", shock, files.shocks))
    if as_json:
        print(json.dumps(card(files, shock), indent=1))
        return
    width = terminal()
    print(render(files, shock, width=min(width, READABLE) if width else None))
