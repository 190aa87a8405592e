"""`forecast elicit accept`: sealed answers as sources of the forecast."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from forecast.cli import options as o
from forecast.cli.elicit_new import ExpertOption


def accept(
    expert: ExpertOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a source file that says something else; list the change.")
    ] = False,
    workspace: o.WorkspaceOption = None,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> None:
    """Write priors/sources/ID.yaml from the last round that was sealed and is over."""
    from forecast.inputs.report_problems import as_text
    from forecast.protocol.accepted import accept as write
    from forecast.protocol.folder import check_id, folder_of
    from forecast.protocol.handing import last_sealed

    ws = o.read(workspace, quiet=quiet)
    folder = folder_of(ws)
    only = check_id(expert) if expert is not None else None
    with folder.alone():
        sealed = last_sealed(folder, only, now=dt.datetime.now(dt.UTC))
        done, warnings = write(ws, sealed, force=force)
    if warnings:
        o.say(as_text(warnings), quiet=quiet)
    for one in done:
        print(f"{'wrote' if one.new else 'replaced' if one.change else 'unchanged'} {one.file}")
        for line in one.change:
            print(f"  {line}")
    later = [answers for answers, _ in sealed if answers.view_date > ws.question.as_of]
    if later:
        o.say(
            f"not heard yet: the answers of {', '.join(a.expert for a in later)} are of a later day than "
            f"as_of, {ws.question.as_of}; move it in priors/question.yaml, or ask with --as-of",
            quiet=quiet,
        )
    unheard = [
        answers.expert
        for answers, _ in sealed
        if not any(answers.expert in panel for panel in ws.question.panels.values())
    ]
    if unheard:
        o.say(
            f"next: add {', '.join(unheard)} to a panel in priors/question.yaml "
            f"({', '.join(ws.question.panels)}), or ask with --panel; then forecast validate, forecast run",
            quiet=quiet,
        )
