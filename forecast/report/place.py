"""Files into a folder all at once: an interrupted write leaves what was there before."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path


def place(folder: Path, files: Mapping[str, bytes], *, ours: Iterable[str]) -> list[Path]:
    """Write ``files`` (relative path to bytes) into ``folder``, replacing the ones named in ``ours``.

    Everything is written and flushed to disk in a temporary sibling folder before anything moves. Files of
    ``ours`` that are not written this time are removed; whatever else is in the folder stays. If moving is
    interrupted the old files are put back.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    existed = folder.exists()
    if existed and not folder.is_dir():
        raise NotADirectoryError(f"{folder} is a file; a report needs a folder")
    stage = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    new, old = stage / "new", stage / "old"
    try:
        for name, data in files.items():
            _write(new / name, data)
        _move_in(folder, new, old, files, [name for name in ours if name not in files])
    except BaseException:
        if not existed:
            with contextlib.suppress(OSError):
                shutil.rmtree(folder)
        raise
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return [folder / name for name in files]


def _move_in(folder: Path, new: Path, old: Path, files: Mapping[str, bytes], stale: list[str]) -> None:
    aside: list[str] = []
    placed: list[str] = []
    try:
        for name in [*files, *stale]:
            if (folder / name).exists():
                (old / name).parent.mkdir(parents=True, exist_ok=True)
                os.replace(folder / name, old / name)
                aside.append(name)
        for name in files:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(new / name, folder / name)
            placed.append(name)
    except BaseException:
        for name in placed:
            with contextlib.suppress(OSError):
                (folder / name).unlink()
        for name in aside:
            os.rename(old / name, folder / name)
        raise


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
