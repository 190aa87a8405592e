"""`forecast elicit check`: judgments of one source that do not fit together, and the smallest repair."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forecast.cli import options as o
from forecast.errors import UsageError
from forecast.panel import unknown_name
from forecast.visible import in_json, visible

if TYPE_CHECKING:
    from forecast.coherence.document import Checked


def check(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE ...]", help="Sources to check, by id or file. Default: all."),
    ] = None,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Write the proposed numbers, and record them in priors/repairs.csv."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, unrounded.")] = False,
    workspace: o.WorkspaceOption = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """List judgments of a source that are each legal but do not fit together; propose the smallest repair.

    \b
    forecast elicit check
    forecast elicit check SOURCE --repair

    Exit 1 where something does not fit and stays so; nothing is changed without --repair.
    """
    from forecast.coherence.apply import apply, prepared
    from forecast.coherence.document import checked, document
    from forecast.coherence.statement import stated

    files = o.read(workspace, quiet=quiet)
    named = [Path(name).stem if name.endswith(".yaml") else name for name in sources or ()]
    for unknown in [name for name in named if name not in files.sources]:
        raise UsageError(unknown_name("source", unknown, files.sources))
    if repair and files.origin == "shipped":
        raise UsageError("the shipped example is read-only; copy it out with 'forecast init DIR'")
    results = [checked(stated(files, name)) for name in dict.fromkeys(named or files.sources)]
    broken = [one for one in results if one.found]
    changed = [prepared(files.root, one.said, one.repair) for one in broken if one.repair] if repair else []
    apply(files.root, changed, day=dt.date.today())
    if as_json:
        made = document(results, workspace=str(files.root), applied=bool(changed))
        print(in_json(json.dumps(made, indent=1, ensure_ascii=False)))
    else:
        for one in broken:
            print("\n".join(visible(line) for line in _lines(one, done=repair)))
        for one_file in changed:
            print(visible(one_file.diff))
        print(_summary(results, done=repair))
    left = [one for one in broken if not (repair and one.repair)]
    return 1 if left else 0


def _lines(one: Checked, *, done: bool) -> list[str]:
    """A source's faults, each with its places, and the repair of all of them."""
    lines = [one.said.source]
    for found in one.found:
        lines += [f"  {found.rule}: {found.message}"]
        lines += [f"    {value.place} = {value.value:g}" for value in found.judgments]
        lines += [f"    {place}" for place in found.beside]
    if one.repair is None:
        return [*lines, "  no repair was found; change the numbers by hand", ""]
    verb = "repaired" if done else "smallest repair"
    lines += [f"  {verb}, {one.repair.distance:.2g} sd in log odds:"]
    lines += [
        f"    {change.place}: {change.stated:g} -> {_figures(change.proposed)}"
        for change in one.repair.changes
    ]
    return [*lines, ""]


def _figures(p: float) -> str:
    from forecast.coherence.edits import plain

    return plain(p)


def _summary(results: Sequence[Checked], *, done: bool) -> str:
    """One line: how many were checked, what does not fit, and what was done about it."""
    count = sum(len(one.found) for one in results)
    broken = [one for one in results if one.found]
    looked = f"{len(results)} source{'s' * (len(results) != 1)} checked"
    if not broken:
        return f"{looked}: every source's judgments fit together"
    what = f"{count} incoherence{'s' * (count != 1)} in {len(broken)}"
    if not done:
        return f"{looked}: {what}; nothing was changed, and --repair writes what is proposed"
    mended = sum(one.repair is not None for one in broken)
    return f"{looked}: {what}; {mended} repaired, recorded in priors/repairs.csv"
