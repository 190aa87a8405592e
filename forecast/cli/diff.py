"""`forecast diff`: what edits between two versions of a workspace do to the probabilities."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from forecast.cli import options as o
from forecast.errors import UsageError
from forecast.request import Request


def diff(
    old: Annotated[
        str | None,
        typer.Argument(metavar="[OLD]", help="A folder with priors/, or a git revision. Default: HEAD."),
    ] = None,
    new: Annotated[
        str | None,
        typer.Argument(metavar="[NEW]", help="The same. Default: the working files."),
    ] = None,
    workspace: o.WorkspaceOption = None,
    panel: Annotated[
        str | None,
        typer.Option("--panel", metavar="P", help="A panel, a source, a comma list of sources, or none."),
    ] = None,
    by: o.ByOption = None,
    outcome: Annotated[
        str | None,
        typer.Option("--outcome", metavar="QUANTITY", help="What edits are ordered by: reached.alliance ..."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The documented JSON, unrounded.")] = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Markdown for a pull request, without HTML.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Fit OLD alone; NEW is reweighted, marked ~.")
    ] = False,
    exact_to: Annotated[
        int,
        typer.Option(
            "--exact-to", metavar="N", help="Edits up to which every set is answered; above, sampled."
        ),
    ] = 10,
    jobs: o.JobsOption = o.JOBS,
    scheduler: o.SchedulerOption = None,
    seed: o.SeedOption = o.SEED,
    draws: o.DrawsOption = o.DRAWS,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """Attribute the change in each probability to the judgments that were edited.

    \b
    forecast diff                      the working files against the last commit
    forecast diff main feature --markdown
    forecast diff ../last_year . --json
    """
    if as_json and markdown:
        raise UsageError("--json and --markdown are two forms of the same output; choose one")
    request = Request(
        panel=panel,
        by=tuple(sorted({o.date(text, "--by") for text in by or ()})),
        seed=seed,
        draws=draws,
        jobs=jobs,
    )
    ranked = o.outcome(outcome) if outcome else None
    found = _document(
        *(old, new, workspace, request, ranked),
        quick=quick,
        exact_to=exact_to,
        scheduler=scheduler,
        quiet=quiet,
    )
    if as_json:
        from forecast.document import to_json

        print(to_json(found))
    elif markdown:
        from forecast.difference.markdown import as_markdown

        sys.stdout.write(as_markdown(found))
    else:
        from forecast.cli.diff_table import as_table

        print(as_table(found))
    for note in found["notes"]:
        o.say(note, quiet=quiet)
    return 0


def _document(
    old: str | None,
    new: str | None,
    workspace: str | None,
    request: Request,
    outcome: tuple[str, str] | None,
    *,
    quick: bool,
    exact_to: int,
    scheduler: str | None,
    quiet: bool,
) -> dict[str, Any]:
    from forecast.difference.attribution import attribute
    from forecast.difference.document import document
    from forecast.difference.edits import edits
    from forecast.difference.revisions import sides

    before, after = sides(old, new, where=workspace)
    o.say(f"OLD: {before.label}\nNEW: {after.label}", quiet=quiet)
    found = attribute(
        before.workspace,
        after.workspace,
        request,
        quick=quick,
        exact_up_to=exact_to,
        scheduler=scheduler,
        say=lambda text: o.say(text, quiet=quiet),
    )
    idle = () if found else edits(before.workspace, after.workspace)
    return document(before, after, found, seed=request.seed, idle=idle, outcome=outcome, by=request.by)
