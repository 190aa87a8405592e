"""The folder elicitation/ of a workspace: where everything of an elicitation stands, and who may write.

    elicitation/round1/ID.yaml, ID.csv       what an expert was handed, and fills in
    elicitation/sealed/round1/ID.yaml        the answers as sealed, read-only
    elicitation/sealed/round1/ID.seal.yaml   when, from which file, and the hashes
    elicitation/sealed/round1.closed.yaml    who was heard, written when the round closes
    elicitation/names.csv                    who is behind an id; kept out of git

Nothing here is an input of a forecast: `accept` writes those to priors/sources/.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from forecast.errors import UsageError
from forecast.files import write_atomically
from forecast.inputs.fields import IDENTIFIER
from forecast.inputs.workspace import Workspace
from forecast.visible import visible

NAME: Final = "elicitation"
ROUNDS: Final = (1, 2)
#: Seconds to wait for another process that writes here: it takes less than one.
PATIENCE: Final = 30.0


@dataclass(frozen=True)
class Folder:
    """Paths below a workspace's elicitation/."""

    root: Path

    @property
    def path(self) -> Path:
        """The folder itself."""
        return self.root / NAME

    @property
    def names(self) -> Path:
        """Who is behind each anonymised id."""
        return self.path / "names.csv"

    def template(self, number: int, expert: str, suffix: str) -> Path:
        """What an expert fills in; ``suffix`` is .yaml or .csv."""
        return self.path / f"round{number}" / f"{expert}{suffix}"

    def sealed(self, number: int, expert: str) -> Path:
        """The answers as sealed."""
        return self.path / "sealed" / f"round{number}" / f"{expert}.yaml"

    def seal(self, number: int, expert: str) -> Path:
        """The record of a sealing."""
        return self.path / "sealed" / f"round{number}" / f"{expert}.seal.yaml"

    def closed(self, number: int) -> Path:
        """The record that a round is over."""
        return self.path / "sealed" / f"round{number}.closed.yaml"

    def asked(self, number: int) -> tuple[str, ...]:
        """Ids of those who have a template of a round, or have sealed it."""
        handed = {
            path.stem
            for suffix in (".yaml", ".csv")
            for path in (self.path / f"round{number}").glob(f"*{suffix}")
            if IDENTIFIER.match(path.stem)
        }
        return tuple(sorted(handed | set(self.sealers(number))))

    def sealers(self, number: int) -> tuple[str, ...]:
        """Ids of those who have sealed a round."""
        found = (self.path / "sealed" / f"round{number}").glob("*.seal.yaml")
        names = (path.name.removesuffix(".seal.yaml") for path in found)
        return tuple(sorted(name for name in names if IDENTIFIER.match(name)))

    def relative(self, path: Path) -> str:
        """A path as problems name it: from the workspace, with ``/``."""
        return path.relative_to(self.root).as_posix()

    def write(self, path: Path, text: str | bytes, *, mode: int = 0o644) -> None:
        """Write a file in one step, with the folders above it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text.encode("utf-8") if isinstance(text, str) else text)
        os.chmod(path, mode)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder against other processes: of two that would seal one answer, the later finds it.

        A lock of the operating system on the folder itself, so that one killed leaves nothing behind.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDONLY)
        try:
            _lock(handle, self.path)
            yield
        finally:
            os.close(handle)


def folder_of(workspace: Workspace) -> Folder:
    """The elicitation folder of a workspace that may be written to.

    Raises
    ------
    UsageError
        For the shipped example, which is read-only.
    """
    if workspace.origin == "shipped":
        raise UsageError("the shipped example is read-only; copy it out with 'forecast init DIR'")
    return Folder(workspace.root)


def check_id(expert: str) -> str:
    """An expert's id, as file names and sources carry it. UsageError for any other text."""
    if not IDENTIFIER.match(expert) or len(expert) > 60:
        raise UsageError(
            f"--expert: '{visible(expert[:60])}' is not an identifier: letters, digits and _, beginning "
            "with a letter, at most 60 of them"
        )
    return expert


def check_round(number: int) -> int:
    """A round's number. UsageError for any but the two there are."""
    if number not in ROUNDS:
        raise UsageError(f"--round: there are two rounds, 1 and 2 (found {number})")
    return number


def _lock(handle: int, where: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise UsageError(
                    f"another process has been writing to {where} for {PATIENCE:.0f} seconds; "
                    "nothing was written"
                ) from None
            time.sleep(0.02)
        else:
            return
