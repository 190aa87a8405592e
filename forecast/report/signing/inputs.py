"""What a report was made from: the input files as read, byte for byte, and their hashes."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from forecast.errors import UsageError
from forecast.inputs.draft import CSV
from forecast.inputs.read import FOLDERS, OPTIONAL, SINGLE
from forecast.inputs.second_coding import FILE as SECOND
from forecast.inputs.workspace import Workspace
from forecast.report.signing.archive import packed, put_out, unpacked
from forecast.report.templating import OWN

#: The archive beside a report that holds its inputs.
ARCHIVE = "inputs.zip"


@dataclass(frozen=True)
class Inputs:
    """Input files by their path in the workspace, and the workspace's own templates by theirs."""

    files: Mapping[str, bytes]
    templates: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def sha256(self) -> str:
        """The hash that reading these files gives a workspace (`Workspace.inputs_sha256`)."""
        digest = hashlib.sha256()
        for file, data in sorted(self.files.items()):
            digest.update(f"{file}\0{len(data)}\0".encode() + data)
        return digest.hexdigest()

    @cached_property
    def hashes(self) -> dict[str, str]:
        """The SHA-256 of each file, templates too."""
        return {name: sha256(data) for name, data in sorted({**self.files, **self.templates}.items())}

    def archive(self) -> bytes:
        """Everything as one archive."""
        return packed({**self.files, **self.templates})

    @contextmanager
    def laid_out(self) -> Iterator[Path]:
        """A temporary folder with these files, a workspace, as long as the block lasts."""
        with tempfile.TemporaryDirectory(prefix="forecast-inputs-") as made:
            put_out({**self.files, **self.templates}, Path(made))
            yield Path(made)


def inputs_of(workspace: Workspace) -> Inputs:
    """The files a workspace was read from.

    Raises UsageError if they are no longer the ones that were read: a report would be of other inputs than
    those it keeps.
    """
    found = inputs_in(workspace.root)
    if found.sha256 != workspace.inputs_sha256:
        raise UsageError(
            f"the input files in {workspace.root} were changed while they were being read; run it again"
        )
    return found


def inputs_in(root: Path) -> Inputs:
    """The input files in a folder, as `forecast.inputs.read` picks them, and its own templates."""
    names = [*SINGLE, CSV, *(name for name in (SECOND, *OPTIONAL) if (root / name).exists())]
    for folder in FOLDERS:
        names += [f"{folder}/{path.name}" for path in _seen(root / folder, "*.yaml")]
    return Inputs(
        files={name: (root / name).read_bytes() for name in sorted(names) if (root / name).is_file()},
        templates={f"{OWN.as_posix()}/{path.name}": path.read_bytes() for path in _seen(root / OWN, "*")},
    )


def inputs_from(files: Mapping[str, bytes]) -> Inputs:
    """Inputs as `Inputs.archive` packed them."""
    own = f"{OWN.as_posix()}/"
    return Inputs(
        files={name: data for name, data in files.items() if not name.startswith(own)},
        templates={name: data for name, data in files.items() if name.startswith(own)},
    )


def kept_inputs(folder: Path) -> Inputs | None:
    """The inputs kept beside a report; None where there are none. UsageError for a broken archive."""
    path = folder / ARCHIVE
    if not path.is_file():
        return None
    return inputs_from(unpacked(path.read_bytes(), str(path)))


def moved(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Files whose hashes differ: by name whether each was ``changed``, ``added`` or ``removed``."""
    return {
        name: "added" if name not in before else "removed" if name not in after else "changed"
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    }


def sha256(data: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _seen(folder: Path, pattern: str) -> list[Path]:
    """Files of a folder that are not hidden, in order."""
    return sorted(p for p in folder.glob(pattern) if p.is_file() and not p.name.startswith("."))
