"""`forecast report`: the product, as files."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Annotated

import typer

from forecast.cli import options as o
from forecast.errors import UsageError
from forecast.request import check_request


def report(
    scenario: Annotated[
        list[str] | None, typer.Argument(metavar="[SCENARIO ...]", help="Beside the baseline.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where to; default reports/<question>-<as of>."),
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="md,html,json", help="Which files to write.")
    ] = "md,html,json",
    workspace: o.WorkspaceOption = None,
    panel: o.PanelOption = None,
    lens: o.LensOption = None,
    exclude: o.ExcludeOption = None,
    by: o.ByOption = None,
    as_of: o.AsOfOption = None,
    start: o.StartOption = None,
    seed: o.SeedOption = o.SEED,
    draws: o.DrawsOption = o.DRAWS,
    jobs: o.JobsOption = o.JOBS,
    refit: o.RefitOption = False,
    quiet: o.QuietOption = False,
    debug: o.DebugOption = False,
) -> int:
    """Write a report: Markdown, self-contained HTML, JSON and figures.

    \b
    forecast report
    forecast report deeper_trade --out brief/
    """
    if panel and len(panel) > 1:
        raise UsageError("a report is of one panel and shows the others beside it; give --panel once")
    files = o.read(workspace, quiet=quiet)
    request = o.request(
        panel=panel[0] if panel else None,
        scenario=scenario,
        by=by,
        lens=lens,
        exclude=exclude,
        as_of=as_of,
        start=start,
        seed=seed,
        draws=draws,
        jobs=jobs,
        refit=refit,
    )
    check_request(files, request)
    from forecast.report.formats import check_formats

    formats = check_formats([f.strip() for f in form.split(",") if f.strip()])
    if out is not None:
        _check_out(out)
    from forecast.answering import gather
    from forecast.report import folder_name, write
    from forecast.reweighting.kept import remember_exact

    material = gather(
        files, request, progress=lambda what: o.say(f"fitting and simulating: {what}", quiet=quiet)
    )
    remember_exact(material.main.fit, material.main.baseline, request)
    # Beside the inputs it is made from; the shipped example is read-only, so its reports go here.
    home = Path() if files.origin == "shipped" else files.root
    folder = out or home / "reports" / folder_name(material)
    line = shlex.join(["forecast", "report", *request.arguments()])
    written = write(material, folder, formats=formats, request_line=line)
    for path in written:
        print(path)
    if not material.main.fit.posterior.diagnostics.passed:
        o.say("sampling has not converged: the report says so, and its numbers are not to be used")
        return 1
    return 0


def _check_out(folder: Path) -> None:
    """Raise UsageError, before minutes are spent, if files could not be put there."""
    existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not existing.is_dir():
        raise UsageError(f"--out {folder}: {existing} is a file; name a folder to be made or filled")
    if not os.access(existing, os.W_OK):
        raise UsageError(f"--out {folder}: {existing} cannot be written to")
