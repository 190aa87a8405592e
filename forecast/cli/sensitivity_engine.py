"""What `sensitivity tornado` and `sensitivity sources` share: the request, the engine, and words of trust."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forecast.cli import options as o
from forecast.errors import UsageError
from forecast.inputs.workspace import Workspace
from forecast.request import Request, check_request

if TYPE_CHECKING:
    from forecast.reweighting.engine import Engine


def dated(
    workspace: Workspace,
    by: str | None,
    *,
    panel: str | None,
    as_of: str | None,
    start: str | None,
    seed: int,
    draws: int,
    jobs: int,
    refit: bool,
) -> tuple[Request, dt.date]:
    """The request, checked, and the date that is ranked at: the horizon where none is named."""
    request = o.request(
        panel=panel,
        scenario=None,
        by=[by] if by else None,
        lens=None,
        exclude=None,
        as_of=as_of,
        start=start,
        seed=seed,
        draws=draws,
        jobs=jobs,
        refit=refit,
    )
    check_request(workspace, request)
    return request, request.by[0] if request.by else workspace.question.horizon


def engine_for(workspace: Workspace, request: Request, *, quiet: bool) -> Engine:
    """The exact answer that all is measured from, kept or made."""
    from forecast.reweighting.engine import engine
    from forecast.reweighting.kept import name_of, recall

    kept = None if request.refit else recall(name_of(workspace, request), question=workspace.question.id)
    if kept is None:
        label = request.panel or workspace.question.default_panel
        o.say(f"fitting and simulating: panel {label} (half a minute the first time)", quiet=quiet)
    return engine(workspace, request)


def exactly(workspace: Workspace, request: Request, members: Sequence[str]) -> Engine:
    """The exact answer without some members: a fit of its own."""
    from forecast.reweighting.engine import engine

    return engine(workspace, replace(request, exclude=(*request.exclude, *members)), remembers=False)


def checked(file: Path | None) -> None:
    """Raise UsageError for a figure that could not be written, before anything is computed."""
    if file is None:
        return
    if file.suffix.lower() != ".svg":
        raise UsageError(f"--svg {file}: the figure is an SVG; name it so, as in {file.stem or 'figure'}.svg")
    if not file.parent.is_dir():
        raise UsageError(f"--svg {file}: there is no folder {file.parent}; make it first")


def heading(document: dict[str, Any], workspace: Workspace) -> list[str]:
    """The question, and of whom it is asked."""
    members = len(document["panel"])
    return [
        workspace.question.title,
        f"as of {document['as_of']}, from {document['start_state']}; panel {document['panel_id']}"
        f" ({members} source{'s' * (members != 1)})",
    ]


def trust(heavy: Sequence[float | None]) -> str:
    """How the numbers were come by; ``heavy``: the Pareto shapes above the limit."""
    how = "~ reweighted or simulated from the exact answer's draws"
    if not heavy:
        return f"{how}; all weights can be trusted (Pareto k to 0.7)"
    worst = max(k for k in heavy if k is not None)
    return (
        f"{how}; ! of {len(heavy)} the weights cannot be trusted (Pareto k above 0.7, up to {worst:.2f}):"
        " read these as a direction"
    )


def folded(text: str, width: int | None) -> list[str]:
    """A sentence on lines of a terminal's width; whole for a pipe."""
    return textwrap.wrap(text, max(width, 40)) if width else [text]
