"""Commands on the input files: validate, fmt, init, schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from forecast.cli import options as o
from forecast.errors import UsageError
from forecast.inputs.plain_words import did_you_mean


def validate(
    workspace: o.WorkspaceOption = None,
    form: Annotated[
        str, typer.Option("--format", metavar="text|github|json", help="Form of the output.")
    ] = "text",
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """Check every file; list every problem at once."""
    from forecast.inputs.locate import locate
    from forecast.inputs.read import examine
    from forecast.inputs.report_problems import FORMATS

    if form not in FORMATS:
        raise UsageError(f"--format: unknown form '{form}'. One of {', '.join(FORMATS)}.")
    root, origin = locate(workspace)
    o.say(f"workspace: {root} ({origin})", quiet=quiet)
    typed, problems = examine(root, origin)
    if form == "text" and typed is not None:
        if problems:
            o.say(FORMATS[form](problems), quiet=quiet)
        print(
            f"valid: {len(typed.drivers.drivers)} drivers, {len(typed.sources)} sources,"
            f" {len(typed.measurements)} measurements, {len(typed.scenarios)} scenarios"
        )
    elif form == "text":
        o.say(FORMATS[form](problems))
    else:
        print(FORMATS[form](problems))
    return 0 if typed is not None else 2


def fmt(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH ...]", help="Files or folders.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Only say what would change; exit 1 if anything.")
    ] = False,
    workspace: o.WorkspaceOption = None,
    debug: o.DebugOption = False,
) -> int:
    """Put keys in canonical order; a file in order keeps its bytes."""
    from forecast.inputs.canonical import fmt as bring_in_order
    from forecast.inputs.locate import locate

    if not paths:
        root, origin = locate(workspace)
        if origin == "shipped":
            raise UsageError("the shipped example is read-only; copy it out with 'forecast init DIR'")
        paths = [root / name for name in ("priors", "scenarios") if (root / name).is_dir()]
    missing = [str(p) for p in paths if not p.exists()]
    if missing:
        raise UsageError(f"no such file or folder: {', '.join(missing)}")
    changed = bring_in_order(paths, check=check)
    for path in changed:
        print(f"{'would reorder' if check else 'reordered'} {path}")
    return 1 if check and changed else 0


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    debug: o.DebugOption = False,
) -> None:
    """Copy the shipped workspace into DIR, to be edited."""
    from forecast.inputs.initialise import init as copy_out

    made = copy_out(folder)
    print(made)
    o.say(f"next: cd {folder}; forecast validate; forecast run")


def schema(
    kind: Annotated[
        str | None, typer.Argument(metavar="[KIND]", help="source, scenario, drivers, ...")
    ] = None,
    debug: o.DebugOption = False,
) -> None:
    """Print the JSON Schema of one kind of file, or of all."""
    from forecast.inputs.json_schema import schemas

    known = schemas()
    if kind is None:
        print(json.dumps(known, indent=1))
        return
    if kind not in known:
        near = did_you_mean(kind, known)
        hint = f"Did you mean '{near}'?" if near else f"One of {', '.join(known)}."
        raise UsageError(f"unknown kind '{kind}'. {hint}")
    print(json.dumps(known[kind], indent=1))
