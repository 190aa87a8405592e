"""`forecast sources`: who is heard, what was made of each, and what they say of every driver."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from forecast.cards.card import card
from forecast.cards.listing import Entry, in_panel_order, listing
from forecast.cli import options as o
from forecast.cli.source_agreement import show_agreement
from forecast.errors import UsageError
from forecast.inputs.records import KINDS
from forecast.panel import resolve, unknown_name
from forecast.states import CHANNELS, Channel

#: Lines of prose longer than this are hard to read, however wide the terminal.
READABLE = 100
MATRIX_COLUMNS = ("source", "driver", "channel", "code", "grade", "weight", "locator", "hazard_ratio")


class _ListUnlessTold(typer.core.TyperGroup):
    """A group that lists when no sub-command is named: ``forecast sources --panel texts``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put ``list`` before options that stand alone."""
        bare = not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names)
        return super().parse_args(ctx, ["list", *args] if bare else args)


app = typer.Typer(
    cls=_ListUnlessTold,
    help="List the sources, show one as a card, or all of them by driver. Alone: list.",
    rich_markup_mode=None,
)

OnePanel = Annotated[
    str | None,
    typer.Option("--panel", metavar="P", help="A panel, a source, a comma list of sources, or none."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="As JSON.")]
WidthOption = Annotated[
    int | None,
    typer.Option("--width", metavar="N", min=40, help="Columns to fit into. Default: the terminal's."),
]


@app.command("list")
def list_(
    panel: OnePanel = None,
    lens: o.LensOption = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", metavar="K", help="Only sources of this kind; repeatable.")
    ] = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="One row a source, every column.")] = False,
    width: WidthOption = None,
    workspace: o.WorkspaceOption = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> None:
    """List the sources in panel order: what each is, and how much is coded from it.

    \b
    forecast sources
    forecast sources --panel texts
    forecast sources --kind official --kind camp --csv
    """
    from forecast.cli.source_list import render

    _one_form(as_json, as_csv)
    for unknown in [k for k in kind or () if k not in KINDS]:
        raise UsageError(unknown_name("kind", unknown, KINDS))
    files = o.read(workspace, quiet=quiet)
    heard = resolve(files, panel=panel)
    chosen = set(resolve(files, panel=panel, lens=lens or ()).members if panel or lens else files.sources)
    names = [
        name
        for name in in_panel_order(files, panel)
        if name in chosen and (not kind or files.sources[name].kind in kind)
    ]
    rows = listing(files, heard, names)
    if as_json:
        print(json.dumps([asdict(row) for row in rows], indent=1))
    elif as_csv:
        _write_csv(list(Entry.__dataclass_fields__), (_flat(asdict(row)) for row in rows))
    elif rows:
        text, hidden = render(rows, panel=heard.id, width=width or _terminal())
        print(text)
        if hidden:
            o.say(f"no room for {', '.join(hidden)}: a wider terminal, a pipe or --csv has them", quiet=quiet)
    else:
        o.say("no source is of that kind, lens and panel", quiet=quiet)


@app.command()
def show(
    source: Annotated[str, typer.Argument(metavar="ID")],
    panel: OnePanel = None,
    as_json: JsonOption = False,
    width: WidthOption = None,
    workspace: o.WorkspaceOption = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> None:
    """Show one source as a card: what it is, and everything coded from it."""
    from forecast.cli.source_card import render

    files = o.read(workspace, quiet=quiet)
    if source not in files.sources:
        raise UsageError(unknown_name("source", source, files.sources))
    found = card(files, resolve(files, panel=panel), source)
    if as_json:
        print(json.dumps(asdict(found), indent=1))
        return
    terminal = _terminal()
    print(render(found, width=width or (min(terminal, READABLE) if terminal else None)))


@app.command()
def matrix(
    channel: Annotated[
        str | None, typer.Option("--channel", metavar="C", help="Only alliance, or only split.")
    ] = None,
    driver: Annotated[
        list[str] | None, typer.Option("--driver", metavar="D", help="Only this driver; repeatable.")
    ] = None,
    panel: OnePanel = None,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help=f"Tidy rows: {','.join(MATRIX_COLUMNS)}.")] = False,
    width: WidthOption = None,
    workspace: o.WorkspaceOption = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> None:
    """Show what each source is coded to say of each driver.

    \b
    forecast sources matrix --channel alliance
    forecast sources matrix --driver economic_ties --csv
    """
    from forecast.cards.matrix import matrix as compose
    from forecast.cli.source_matrix import render

    _one_form(as_json, as_csv)
    if channel not in (None, *CHANNELS):
        raise UsageError(unknown_name("channel", str(channel), CHANNELS))
    files = o.read(workspace, quiet=quiet)
    for unknown in [d for d in driver or () if d not in files.drivers.drivers]:
        raise UsageError(unknown_name("driver", unknown, files.drivers.drivers))
    heard = resolve(files, panel=panel)
    from forecast.model.judgments import weighted_codes  # with NumPy: after everything that can be refused

    channels: Sequence[Channel] = CHANNELS if channel is None else [c for c in CHANNELS if c == channel]
    found = compose(
        files,
        heard,
        weighted_codes(files, heard),
        order=in_panel_order(files, panel),
        drivers=driver or (),
        channels=channels,
    )
    if as_json:
        print(json.dumps(asdict(found), indent=1))
    elif as_csv:
        _write_csv(MATRIX_COLUMNS, (asdict(c) for c in found.cells))
    else:
        print(render(found, width=width or _terminal()))


app.command("agreement")(show_agreement)


def _one_form(as_json: bool, as_csv: bool) -> None:
    if as_json and as_csv:
        raise UsageError("--json and --csv are two forms of the same output; choose one")


def _terminal() -> int | None:
    """The width of the terminal that is written to; None for a pipe or a file, where lines are whole."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(columns), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    sys.stdout.write(text.getvalue())


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with its lists as text, parted by semicolons."""
    return {k: ";".join(v) if isinstance(v, tuple) else v for k, v in row.items()}
