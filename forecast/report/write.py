"""Issuing a report: composed, gated, rendered, sealed, and put into one folder."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forecast.answering import Material
from forecast.inputs.workspace import Workspace
from forecast.panel import resolve
from forecast.report.compose import UNSIGNED, compose
from forecast.report.findings.changes import changes
from forecast.report.formats import USUAL, check_formats
from forecast.report.publication import Publication, publication
from forecast.report.rendering import rendered
from forecast.report.signing.because import because
from forecast.report.signing.earlier import Earlier
from forecast.report.signing.freeze import check_may_write, put
from forecast.report.signing.inputs import inputs_of
from forecast.report.signing.seal import recorded, sealed
from forecast.report.signing.signature import Signature
from forecast.report.templating import OWN
from forecast.report.view import View
from forecast.request import Request


@dataclass(frozen=True)
class Issue:
    """How a report is issued: what was asked for and by which command, its kind, its formats, who signs.

    ``earlier`` is what it is compared with. ``options`` are what it depends on beside the request, as plain
    JSON.
    """

    request: Request = field(default_factory=Request)
    command: str = "forecast report"
    kind: str = "report"
    formats: tuple[str, ...] = USUAL
    signature: Signature = UNSIGNED
    earlier: Earlier | None = None
    options: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Written:
    """Files put in place, and what the rules of language found; signed text with faults is not put."""

    paths: tuple[Path, ...]
    faults: tuple[Any, ...]


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
    done = published(material, asked, say=say)
    from forecast.report.lint import lint

    faults = lint(done.markdown, done.data)
    if faults and asked.signature.status != "draft":
        return Written((), faults)
    files = rendered(done, asked.formats)
    inputs = inputs_of(material.workspace)
    record = recorded(
        material,
        kind=asked.kind,
        signature=asked.signature,
        command=asked.command,
        request=asked.request,
        options=asked.options or {},
        inputs=inputs,
        earlier=asked.earlier,
    )
    paths = put(folder, sealed(record, files, inputs=inputs, earlier=asked.earlier))
    return Written(tuple(paths), faults)


def published(
    material: Material, asked: Issue, *, say: Callable[[str], None] = lambda _: None
) -> Publication:
    """The report as it is to be rendered."""
    changed = None
    if asked.earlier is not None:
        why = because(asked.earlier, material.workspace, asked.request, say=say)
        inputs = inputs_of(material.workspace)
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
