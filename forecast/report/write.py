"""Issuing a report: composed, gated, rendered, sealed, and put into one folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from forecast.answering import Material
from forecast.errors import UsageError
from forecast.inputs.workspace import Workspace
from forecast.panel import resolve
from forecast.report.compose import UNSIGNED, compose
from forecast.report.findings.changes import changes
from forecast.report.formats import USUAL, check_formats
from forecast.report.lint import Fault, lint
from forecast.report.publication import Publication, publication
from forecast.report.rendering import rendered
from forecast.report.signing.because import because
from forecast.report.signing.earlier import Earlier
from forecast.report.signing.freeze import check_may_write, put
from forecast.report.signing.inputs import Inputs, inputs_of
from forecast.report.signing.manifest import is_report, read_manifest
from forecast.report.signing.seal import recorded, sealed
from forecast.report.signing.signature import Signature
from forecast.report.templating import OWN
from forecast.report.view import View
from forecast.request import Request


@dataclass(frozen=True)
class Issue:
    """How a report is issued: what was asked for and by which command, its kind, its formats, who signs.

    ``inputs`` are the files it is made from, as read (None: as they are now); ``earlier`` is what it is
    compared with. ``options`` are what it depends on beside the request, as plain JSON.
    """

    request: Request = field(default_factory=Request)
    command: str = "forecast report"
    kind: str = "report"
    formats: tuple[str, ...] = USUAL
    signature: Signature = UNSIGNED
    inputs: Inputs | None = None
    earlier: Earlier | None = None
    options: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Written:
    """Files put in place, and what the rules of language found; signed text with faults is not put."""

    paths: tuple[Path, ...]
    faults: tuple[Fault, ...]


def write(
    material: Material,
    folder: Path,
    *,
    formats: Sequence[str] = USUAL,
    request_line: str = "forecast report",
    kind: str = "report",
) -> list[Path]:
    """Write a draft of ``material`` into ``folder`` and return the files written.

    The same material gives the same bytes. A write that is interrupted leaves the old report whole; files
    that are not a report's are kept. Raises UsageError for a format that is unknown or cannot be made here,
    and where a final report is.
    """
    asked = Issue(command=request_line, kind=kind, formats=check_formats(formats))
    return list(issue(material, folder, asked).paths)


def issue(
    material: Material, folder: Path, asked: Issue, *, say: Callable[[str], None] = lambda _: None
) -> Written:
    """Compose, check, render, seal and put a report.

    Nothing is written where a report that is to be reviewed or final breaks a rule of language. ``say`` is
    told what takes long. Raises UsageError as `write` does.
    """
    check_may_write(folder)
    check_kind(folder, asked.kind)
    _check_signed(material, asked.signature)
    asked = asked if asked.inputs else replace(asked, inputs=inputs_of(material.workspace))
    done = published(material, asked, say=say)
    faults = lint(done.markdown, done.data)
    if faults and asked.signature.status != "draft":
        return Written((), faults)
    files = rendered(done, asked.formats)
    assert asked.inputs is not None
    record = recorded(
        material,
        kind=asked.kind,
        signature=asked.signature,
        command=asked.command,
        request=asked.request,
        options=asked.options or {},
        inputs=asked.inputs,
        earlier=asked.earlier,
    )
    paths = put(folder, sealed(record, files, inputs=asked.inputs, earlier=asked.earlier))
    return Written(tuple(paths), faults)


def published(
    material: Material, asked: Issue, *, say: Callable[[str], None] = lambda _: None
) -> Publication:
    """The report as it is to be rendered."""
    changed = None
    if asked.earlier is not None:
        why = because(asked.earlier, material.workspace, asked.request, say=say)
        inputs = asked.inputs or inputs_of(material.workspace)
        changed = changes(View(material), asked.earlier, why, inputs=inputs, request=asked.request)
    own = material.workspace.root / OWN
    report = compose(
        material,
        request_line=asked.command,
        kind=asked.kind,
        templates=own if own.is_dir() else None,
        signature=asked.signature,
        changes=changed,
    )
    return publication(report, request_line=asked.command)


def check_kind(folder: Path, kind: str) -> None:
    """Raise UsageError where a report of another kind is, whose files this one's would replace."""
    if is_report(folder) and (there := read_manifest(folder).kind) != kind:
        raise UsageError(
            f"{folder} holds a {there}, and a {kind} has a folder of its own; name another with --out DIR"
        )


def _check_signed(material: Material, signed: Signature) -> None:
    """Raise UsageError for a signature under numbers that are not to be used."""
    if signed.status != "draft" and not material.main.fit.posterior.diagnostics.passed:
        failures = "; ".join(material.main.fit.posterior.diagnostics.failures)
        raise UsageError(
            f"--status {signed.status}: the estimation has not passed its checks ({failures}), and its "
            "numbers "
            "are not to be signed; raise --draws, or write a draft"
        )


def folder_name(material: Material) -> str:
    """A report's own folder: question, date, then scenarios and whatever differs from the defaults.

    ``a_b-2026-11-21`` for a plain request; ``...-detente-texts`` for one scenario and another panel.
    """
    fit = material.main.fit
    return _named(
        material.workspace, fit.as_of, [f.scenario for f in material.main.forecasts[1:]], fit.panel.id
    )


def folder_for(files: Workspace, asked: Request, *, kind: str = "report", against: Sequence[str] = ()) -> str:
    """`folder_name` of what a request asks for, before it is answered; other kinds of report say theirs."""
    day = asked.as_of or files.question.as_of
    panel = resolve(files, panel=asked.panel, lens=asked.lens, exclude=asked.exclude, as_of=day).id
    name = _named(files, day, asked.scenarios, "-".join([panel, *against]) if against else panel)
    return name if kind == "report" else f"{name}-{kind}"


def _named(files: Workspace, day: dt.date, scenarios: Sequence[str], panel: str) -> str:
    parts = [files.question.id, day.isoformat(), *scenarios]
    if panel != files.question.default_panel:
        parts.append(panel)
    return "".join(c if c.isalnum() or c in "-_+" else "+" for c in "-".join(parts))[:120]
