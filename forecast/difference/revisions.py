"""Versions of a workspace: folders, and revisions of the git repository it lies in.

A revision's files are read out of the repository's objects (`git ls-tree`, `git cat-file`) into a temporary
folder: nothing of the work tree or its index is touched, no filter or hook of the repository is run, and only
names that a workspace reads are taken.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from forecast.errors import InputError, Problem, UsageError
from forecast.inputs.locate import MARK, locate
from forecast.inputs.plain_words import did_you_mean
from forecast.inputs.read import FOLDERS as INPUTS
from forecast.inputs.read import examine
from forecast.inputs.workspace import Workspace

#: Folders a workspace is read from.
FOLDERS = ("priors", *INPUTS)
#: Variables that a hook sets, and that would point git at another repository than the folder's.
_HOOKED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")


@dataclass(frozen=True)
class Side:
    """One of the versions compared: what it is called, and what its files hold."""

    label: str
    workspace: Workspace


@dataclass(frozen=True)
class Repository:
    """The git repository a folder lies in; ``prefix``: the folder in it, "" at its top."""

    top: Path
    prefix: str


def sides(old: str | None, new: str | None, *, where: str | None = None) -> tuple[Side, Side]:
    """The two versions named on a command line.

    Parameters
    ----------
    old, new
        A folder that holds priors/, or a revision (``HEAD~1``, ``main``, a tag, ``REV:subfolder``) of the
        repository the workspace lies in; a folder wins over a revision of its name. ``old`` None: HEAD.
        ``new`` None: the working files.
    where
        The workspace, as `locate` takes it.

    Raises
    ------
    UsageError
        For a name that is neither a folder nor a revision, a revision without priors, and where git is
        missing or there is no repository.
    InputError
        With every problem of the files, by ``OLD:`` or ``NEW:`` and their names.
    """
    return _side("OLD", old or "HEAD", where), _working("NEW", where) if new is None else _side(
        "NEW", new, where
    )


def _working(side: str, where: str | None) -> Side:
    root, origin = locate(where)
    return Side(str(root), _read(side, root, origin))


def _side(side: str, text: str, where: str | None) -> Side:
    folder = Path(text)
    if (folder / MARK).is_file():
        return Side(text, _read(side, folder.resolve(), "given"))
    home = _home(where)
    try:
        repository = repository_of(home)
        commit, inside = _resolve(repository, text)
    except UsageError as error:
        raise UsageError(
            f"{side} '{_shown(text)}' is neither a workspace (looked for {folder / MARK.as_posix()})"
            f" nor a revision: {error}"
        ) from None
    with materialised(repository, commit, inside, f"{side} '{_shown(text)}'") as root:
        return Side(text, replace(_read(side, root, "given"), root=repository.top / inside))


def _home(where: str | None) -> Path:
    """The folder whose repository is asked: the workspace's, or where we are if that is the shipped one."""
    root, origin = locate(where)
    return Path.cwd() if origin == "shipped" else root


def _read(side: str, root: Path, origin: str) -> Workspace:
    workspace, problems = examine(root, origin)
    if workspace is None:
        raise InputError([_named(side, problem) for problem in problems if not problem.warning])
    return workspace


def _named(side: str, problem: Problem) -> Problem:
    return replace(problem, file=f"{side}:{problem.file}")


def repository_of(folder: Path) -> Repository:
    """The repository a folder lies in; UsageError where there is none, or no git."""
    shown = _git(
        folder, "rev-parse", "--show-toplevel", "--show-prefix", what=f"{folder} is in no git repository"
    )
    top, _, prefix = shown.decode(errors="surrogateescape").rstrip("\n").partition("\n")
    return Repository(Path(top), prefix.strip("/"))


def _resolve(repository: Repository, text: str) -> tuple[str, str]:
    """The commit a revision names and the folder in it; ``REV:subfolder`` counts from the top."""
    try:
        return _commit(repository, text), repository.prefix
    except UsageError:
        revision, mark, inside = text.partition(":")
        if not mark or not revision:
            raise
        if PurePosixPath(inside).is_absolute() or ".." in PurePosixPath(inside).parts:
            raise UsageError(
                f"the folder '{_shown(inside)}' must lie in the repository, without .."
            ) from None
        return _commit(repository, revision), "" if inside in ("", ".") else PurePosixPath(inside).as_posix()


def _commit(repository: Repository, revision: str) -> str:
    """The commit's name. What begins like an option is refused, and git is told that options have ended."""
    if revision.startswith("-") or "\0" in revision or "\n" in revision:
        raise UsageError(f"'{_shown(revision)}' is no revision: none begins with -, or holds such characters")
    unknown = f"unknown revision '{_shown(revision)}'"
    try:
        found = _git(
            repository.top,
            "rev-parse",
            "--verify",
            "--end-of-options",
            f"{revision}^{{commit}}",
            what=unknown,
        )
    except UsageError as error:
        raise UsageError(f"{error}{_hint(repository, revision)}") from None
    return found.decode().strip()


def _hint(repository: Repository, revision: str) -> str:
    """What may have been meant."""
    if ".." in revision:
        return ". To compare two revisions name both: forecast diff OLD NEW"
    asked = ("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes")
    names = _git(repository.top, *asked, what="no references").decode(errors="replace").split()
    near = did_you_mean(re.split(r"[~^@:]", revision)[0], names)
    if near and near != revision:
        return f". Did you mean '{near}'?"
    if _git(repository.top, "rev-parse", "--is-shallow-repository", what="").strip() == b"true":
        return ". This clone is shallow and may lack it: git fetch --unshallow"
    return ""


@contextmanager
def materialised(repository: Repository, commit: str, inside: str, label: str) -> Iterator[Path]:
    """A temporary folder with a revision's priors/ and scenarios/, as long as the block lasts.

    ``inside``: the folder of the workspace in the repository; ``label``: what errors call the revision.
    """
    blobs = _blobs(repository, commit, inside, label)
    contents = _contents(repository, list(blobs.values()))
    with tempfile.TemporaryDirectory(prefix="forecast-diff-") as made:
        root = Path(made)
        for folder in FOLDERS:
            (root / folder).mkdir(exist_ok=True)
        for name, content in zip(blobs, contents, strict=True):
            (root / name).write_bytes(content)
        yield root


def _blobs(repository: Repository, commit: str, inside: str, label: str) -> dict[str, str]:
    """Object names of the files a workspace is read from, by their path in it."""
    tree = f"{commit}:{inside}"
    where = f"{label} has no {MARK.as_posix()}" + (f" in {inside}" if inside else "")
    # One level at a time: what lies deeper is no input.
    found: dict[str, str] = {}
    for folder in FOLDERS:
        place = f"{tree}/{folder}" if inside else f"{tree}{folder}"
        try:
            listed = _git(repository.top, "ls-tree", "-z", "--end-of-options", place, what=where)
        except UsageError:
            if folder == "priors":
                raise UsageError(where) from None
            continue
        for entry in listed.decode(errors="surrogateescape").split("\0")[:-1]:
            about, _, name = entry.partition("\t")
            mode, _, blob = about.split(" ")[:3]
            path = f"{folder}/{name}"
            if mode == "120000":
                raise UsageError(f"{path} is a symbolic link in {label}; links are not followed there")
            if mode.startswith("100") and name not in ("", ".", "..") and "/" not in name:
                found[path] = blob
    if MARK.as_posix() not in found:
        raise UsageError(where)
    return found


def _contents(repository: Repository, blobs: Sequence[str]) -> list[bytes]:
    """The bytes of some objects, in one call."""
    asked = "".join(f"{blob}\n" for blob in blobs).encode()
    raw = _git(repository.top, "cat-file", "--batch", what="the revision cannot be read", given=asked)
    found, at = [], 0
    for blob in blobs:
        end = raw.index(b"\n", at)
        head = raw[at:end].split()
        if len(head) != 3:
            raise UsageError(f"the repository lacks the object {blob}")
        size = int(head[2])
        found.append(raw[end + 1 : end + 1 + size])
        at = end + 1 + size + 1
    return found


def _git(folder: Path, *arguments: str, what: str, given: bytes = b"") -> bytes:
    """What git prints; UsageError with ``what`` and git's own words where it fails, or there is no git."""
    kept = {name: value for name, value in os.environ.items() if name not in _HOOKED}
    told = {**kept, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    call = ["git", "--no-pager", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(call, input=given, capture_output=True, env=told, check=False)
    except OSError:
        raise UsageError("git is not installed, or not on PATH; name two folders instead") from None
    except ValueError:  # a NUL byte
        raise UsageError(what) from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        first = re.sub(r"^(fatal|error): ", "", said[0]) if said else ""
        raise UsageError(what + (f" (git: {first})" if first else ""))
    return done.stdout


def _shown(text: str) -> str:
    """A name as it can be printed on one line."""
    return "".join(c if c.isprintable() else "?" for c in text)[:80]
