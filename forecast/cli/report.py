"""`forecast report`: the product, as files; and what is done with a report that is there."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from forecast.cli import options as o
from forecast.errors import UsageError
from forecast.request import check_request

if TYPE_CHECKING:
    from forecast.inputs.workspace import Workspace
    from forecast.report.lint import Fault
    from forecast.report.signing.signature import Signature
    from forecast.request import Request


def report(
    scenario: Annotated[
        list[str] | None, typer.Argument(metavar="[SCENARIO ...]", help="Beside the baseline.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Where to; default reports/<question>-<as of>."),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="F,F", help="Of md, html, json, docx, pdf, csv. Default: md,html,json."
        ),
    ] = None,
    brief: Annotated[bool, typer.Option("--brief", help="One page.")] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="Scenarios and panels beside one another; so do two --panel.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DIR|REV|none", help="Say what changed since then. Default: found."),
    ] = None,
    status: Annotated[
        str | None,
        typer.Option(
            "--status",
            metavar="draft|reviewed|final",
            help="A final report is frozen and never overwritten.",
        ),
    ] = None,
    author: Annotated[
        list[str] | None,
        typer.Option("--author", metavar="NAME", help="Who wrote it; repeatable."),
    ] = None,
    reviewer: Annotated[
        list[str] | None,
        typer.Option("--reviewer", metavar="NAME", help="Who read it; repeatable."),
    ] = None,
    dissent: Annotated[
        list[str] | None,
        typer.Option(
            "--dissent",
            metavar="'NAME: TEXT'|FILE",
            help="What a reviewer does not share; repeatable.",
        ),
    ] = None,
    marking: Annotated[
        str | None,
        typer.Option("--marking", metavar="TEXT", help="On every page."),
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(
            "--check",
            metavar="FILE.md",
            help="Hold an edited text to its data and to the rules of language.",
        ),
    ] = None,
    edited: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE.md",
            help="Render an edited text to the other formats, once it passes.",
        ),
    ] = None,
    verify: Annotated[
        Path | None,
        typer.Option(
            "--verify",
            metavar="DIR",
            help="Make a report again from the inputs kept beside it, and compare.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="What --check or --verify found, as JSON.")] = False,
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
    """Write a report, sign it, check an edited one, or verify one that is there.

    \b
    forecast report
    forecast report deeper_trade s2_siege --format md,html,json,pdf --out brief/
    forecast report --check brief/report.md
    forecast report --from brief/report.md --status final --author "A. Analyst"
    forecast report --verify brief/
    """
    signs = {
        **{"--status": status, "--author": author, "--reviewer": reviewer},
        **{"--dissent": dissent, "--marking": marking},
    }
    _one_job(
        {"--check": check, "--from": edited, "--verify": verify},
        other={
            "--format": form,
            "--out": out,
            "--since": since,
            "--brief": brief,
            "--compare": compare,
            **signs,
        },
        scenario=scenario,
        as_json=as_json,
    )
    if check is not None:
        from forecast.cli.report_there import check_text

        return check_text(check, as_json=as_json)
    if verify is not None:
        from forecast.cli.report_there import verify_folder

        return verify_folder(verify, jobs=jobs, as_json=as_json, quiet=quiet)
    from forecast.report.formats import USUAL, check_formats

    formats = check_formats([f.strip() for f in form.split(",") if f.strip()]) if form is not None else None
    from forecast.report.signing.signature import signature

    given = any(x is not None for x in (status, author, reviewer, dissent, marking))
    signed = signature(
        status=status or "draft",
        authors=author or (),
        reviewers=reviewer or (),
        marking=marking,
        dissents=dissent or (),
    )
    if edited is not None:
        from forecast.cli.report_there import render_text

        return render_text(edited, formats, signed if given else None, out=out, quiet=quiet)
    files = o.read(workspace, quiet=quiet)
    asked = o.request(
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
    if brief and (compare or len(panel or ()) > 1):
        raise UsageError("--brief is one page on one panel; leave it out to compare")
    kind = "brief" if brief else "comparison" if compare or len(panel or ()) > 1 else "report"
    return _write(
        files,
        asked,
        against=tuple(dict.fromkeys(panel or ()))[1:],
        kind=kind,
        formats=formats or USUAL,
        signed=signed,
        since=since,
        out=out,
        quiet=quiet,
    )


def _one_job(
    jobs: Mapping[str, object], *, other: Mapping[str, object], scenario: Sequence[str] | None, as_json: bool
) -> None:
    """Raise UsageError for flags that ask for two things at once, or that a job would not heed."""
    named = [name for name, on in jobs.items() if on is not None]
    if len(named) > 1:
        raise UsageError(f"{' and '.join(named)} are different jobs; give one at a time")
    if named and scenario:
        raise UsageError(f"{named[0]} takes a report that is there, and no scenario (found '{scenario[0]}')")
    heeded = ("--format", "--out", "--status", "--author", "--reviewer", "--dissent", "--marking")
    idle = [name for name, on in other.items() if on and not (named == ["--from"] and name in heeded)]
    if named and idle:
        raise UsageError(f"{idle[0]} says nothing to {named[0]}, which takes a report as it is; leave it out")
    if as_json and named not in (["--check"], ["--verify"]):
        raise UsageError("--json is for --check and --verify; the data of a report are --format json")


def _write(
    files: Workspace,
    asked: Request,
    *,
    against: tuple[str, ...],
    kind: str,
    formats: tuple[str, ...],
    signed: Signature,
    since: str | None,
    out: Path | None,
    quiet: bool,
) -> int:
    from dataclasses import replace

    check_request(files, asked)
    for other in against:
        check_request(files, replace(asked, panel=other, scenarios=()))
    if kind == "comparison" and not (against or asked.scenarios or len(files.question.panels) > 1):
        raise UsageError("--compare needs something to compare: name scenarios, or --panel twice")
    from forecast.report.signing.freeze import check_may_write, check_unedited
    from forecast.report.signing.inputs import inputs_of

    # Beside the inputs it is made from; the shipped example is read-only, so its reports go here.
    home = Path() if files.origin == "shipped" else files.root
    from forecast.report.write import Issue, check_kind, folder_for

    folder = out or home / "reports" / folder_for(files, asked, kind=kind, against=against)
    _check_out(folder)
    check_may_write(folder)
    check_kind(folder, kind)
    check_unedited(folder)
    from forecast.report.signing.look_up import earlier_for

    earlier = earlier_for(since, workspace=files, request=asked, out=folder) if kind == "report" else None
    inputs = inputs_of(files)
    from forecast.answering import gather
    from forecast.report.write import issue
    from forecast.reweighting.kept import remember_exact

    def say(what: str) -> None:
        o.say(what, quiet=quiet)

    material = gather(
        files,
        asked,
        progress=lambda what: say(f"fitting and simulating: {what}"),
        against=against or None,
        apart=kind == "report",
    )
    remember_exact(material.main.fit, material.main.baseline, asked)
    flags = [f"--{'brief' if kind == 'brief' else 'compare'}"] * (kind != "report")
    flags += [part for other in against for part in ("--panel", other)]
    command = shlex.join(["forecast", "report", *asked.arguments(), *flags, *_signing(signed)])
    found = issue(
        material,
        folder,
        Issue(
            request=asked,
            command=command,
            kind=kind,
            formats=formats,
            signature=signed,
            inputs=inputs,
            earlier=earlier,
            options={"against": list(against)},
        ),
        say=say,
    )
    for path in found.paths:
        print(path)
    if not material.main.fit.posterior.diagnostics.passed:
        o.say("sampling has not converged: the report says so, and its numbers are not to be used")
        return 1
    return _told(found.faults, signed, f"{kind}.md")


def _told(faults: Sequence[Fault], signed: Signature, name: str) -> int:
    """Say what the language rules found; 1 where they found anything."""
    if not faults:
        return 0
    from forecast.report.lint import as_text

    o.say(as_text(faults, name))
    if signed.status != "draft":
        o.say(
            f"nothing was written: a text that is {signed.status} has to pass; write a draft, edit it, "
            "--from it"
        )
    return 1


def _signing(signed: Signature) -> list[str]:
    """The arguments that sign a report so."""
    pairs: list[tuple[str, str | None]] = [
        ("--status", signed.status if signed.status != "draft" else None),
        *(("--author", name) for name in signed.authors),
        *(("--reviewer", name) for name in signed.reviewers),
        ("--marking", signed.marking),
    ]
    return [part for flag, value in pairs if value is not None for part in (flag, value)]


def _check_out(folder: Path) -> None:
    """Raise UsageError, before minutes are spent, if files could not be put there."""
    existing = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not existing.is_dir():
        raise UsageError(f"--out {folder}: {existing} is a file; name a folder to be made or filled")
    if not os.access(existing, os.W_OK):
        raise UsageError(f"--out {folder}: {existing} cannot be written to")
