"""Which earlier report a new one is compared with.

``--since`` names a report's folder, a folder that holds priors/, a git revision, or ``none``. Where it is not
given, the first of these that is there:

1. what the report in the output folder was compared with, if it is this very one: the same inputs, request
   and program. To write a report again changes nothing
2. the report in the output folder, which is about to be replaced, of the same question and panel
3. of such reports beside the output folder, that of the latest day before this one's; of several the most
   signed, then the first by name

Which it was stands in the report and in its manifest, and what was used of it is kept beside it: a report is
a function of its inputs, and the earlier report is one of them.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Literal

from forecast import cache
from forecast.difference.revisions import materialised, repository_of
from forecast.errors import InputError, UsageError
from forecast.inputs.locate import MARK
from forecast.inputs.read import load
from forecast.inputs.workspace import Workspace
from forecast.panel import resolve
from forecast.report.signing.earlier import Earlier, kept_earlier, said_in
from forecast.report.signing.inputs import inputs_in
from forecast.report.signing.manifest import is_report, read_manifest, request_data
from forecast.report.signing.signature import STATUSES
from forecast.report.signing.words import shown
from forecast.request import Request, check_request

NONE = "none"


def earlier_for(named: str | None, *, workspace: Workspace, request: Request, out: Path) -> Earlier | None:
    """What a report of a request is compared with; None for nothing.

    Parameters
    ----------
    named
        As after ``--since``; None to look for it.
    out
        The folder that the report is to be put in.

    Raises
    ------
    UsageError
        For a name that is neither a report's folder, a workspace nor a revision, for one of another question,
        for a report that is broken, and for inputs alone with problems, or that the request cannot be put to.
    """
    if named == NONE:
        return None
    if named is None:
        return _found(workspace, request, out)
    if not named.strip():
        raise UsageError(f"--since takes a report's folder, a workspace, a git revision, or {NONE}")
    for path in (Path(named), out.parent / named):
        folder = path.parent if path.is_file() else path
        if _has_report(folder):
            return _on_this(said_in(folder), named, workspace)
    if (Path(named) / MARK).is_file():
        return _inputs_alone("workspace", Path(named).resolve().name, Path(named), workspace, request)
    return _revision(named, workspace, request)


def _found(workspace: Workspace, request: Request, out: Path) -> Earlier | None:
    """The earlier report where none was named. One that cannot be read is none."""
    as_of = request.as_of or workspace.question.as_of
    panel = resolve(
        workspace, panel=request.panel, lens=request.lens, exclude=request.exclude, as_of=as_of
    ).id
    here = _readable(out, workspace.question.id, panel, kind="replaced")
    if here:
        return kept_earlier(out) if _is_this(out, workspace, request) else here
    beside = [
        one
        for folder in sorted(out.absolute().parent.glob("*/"))
        if not folder.name.startswith(".") and (one := _readable(folder, workspace.question.id, panel))
    ]
    before = [one for one in beside if _day(one) < as_of.isoformat()]
    # Of equals the first: folders are in the order of their names.
    return max(before, key=lambda one: (_day(one), _signed(one)), default=None)


def _readable(
    folder: Path, question: str, panel: str, *, kind: Literal["report", "replaced"] = "report"
) -> Earlier | None:
    """The report in a folder, if it is one of this question and panel and can be read."""
    if not _has_report(folder):
        return None
    try:
        found = said_in(folder, kind=kind)
    except UsageError:
        return None
    said = found.said
    return found if said and (said.question, said.panel_id) == (question, panel) else None


def _has_report(folder: Path) -> bool:
    return is_report(folder) or (folder / "report.json").is_file()


def _day(one: Earlier) -> str:
    return one.said.as_of.isoformat() if one.said else ""


def _signed(one: Earlier) -> int:
    return STATUSES.index(one.said.status or STATUSES[0]) if one.said else 0


def _is_this(folder: Path, workspace: Workspace, request: Request) -> bool:
    """Whether the report in a folder is the very one that is to be written there again."""
    if not is_report(folder):
        return False
    found = read_manifest(folder)
    return (found.inputs_sha256, dict(found.request), found.program) == (
        workspace.inputs_sha256,
        request_data(request),
        cache.program(),
    )


def _on_this(found: Earlier, named: str, workspace: Workspace) -> Earlier:
    if found.said:
        _check_question(named, found.said.question, workspace)
    return found


def _check_question(named: str, question: str, workspace: Workspace) -> None:
    if question != workspace.question.id:
        raise UsageError(
            f"--since '{shown(named)}' is on another question, '{shown(question)}'; this report is on "
            f"'{workspace.question.id}'"
        )


def _revision(named: str, workspace: Workspace, request: Request) -> Earlier:
    where = f"--since '{shown(named)}'"
    revision, mark, inside = named.partition(":")
    with ExitStack() as stack:
        try:
            repository = repository_of(workspace.root)
            folder = inside.strip("/") if mark else repository.prefix
            root = stack.enter_context(materialised(repository, revision, folder, where))
        except UsageError as error:
            raise UsageError(
                f"{where} is neither a report's folder (with report.json), nor a folder with "
                f"{MARK.as_posix()}, nor a git revision with one: {error}"
            ) from None
        return _inputs_alone("revision", named, root, workspace, request)


def _inputs_alone(
    kind: Literal["workspace", "revision"], named: str, root: Path, workspace: Workspace, request: Request
) -> Earlier:
    """Inputs without a report; they have to be such that the request can be put to them."""
    where = f"--since '{shown(named)}'"
    try:
        before = load(root)
        check_request(before, request)
    except InputError as error:
        more = f" (and {len(error.problems) - 1} more)" if len(error.problems) > 1 else ""
        raise UsageError(f"{where} has input files with a problem: {error.problems[0]}{more}") from None
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None
    _check_question(named, before.question.id, workspace)
    inputs = inputs_in(root)
    return Earlier(
        kind=kind, label=shown(named), inputs_sha256=inputs.sha256, inputs=inputs, hashes=inputs.hashes
    )
