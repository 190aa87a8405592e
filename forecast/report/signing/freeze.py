"""Putting a report in its folder: all of it at once, and never over a final one.

A process that puts a report somewhere holds the folder around it (`alone`), looks again whether a final
report is there, and then moves its files in. Of two that would finalise one folder, or of one that finalises
it and one that writes a draft, the later finds the final report and gives up.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from forecast.errors import UsageError
from forecast.report.place import place
from forecast.report.signing.inputs import sha256
from forecast.report.signing.manifest import FILE, is_report, manifest_of, read_manifest
from forecast.report.signing.words import shown

#: Files that systems leave in folders by themselves.
LEFT_BY_SYSTEMS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
#: Seconds to wait for another process to have put its report in place: that takes it less than one.
PATIENCE = 60.0
_WRITABLE = 0o222


def check_may_write(folder: Path) -> None:
    """Raise UsageError where a final report is, or a manifest that may be one's: neither is overwritten."""
    if not is_report(folder):
        return
    where = shown(str(folder), most=200)
    try:
        found = read_manifest(folder)
    except UsageError as error:
        raise UsageError(
            f"{where} holds a report whose manifest cannot be read, so that it cannot be told whether it is "
            f"final ({error}); write to another folder with --out DIR, or move this one away"
        ) from None
    if found.signature.final:
        by = ", ".join(map(shown, found.signature.authors))
        raise UsageError(
            f"{where} holds a final report (as of {found.as_of}, by {by}), which is not overwritten; write "
            "to another folder with --out DIR, and name this one with --since to say what changed. To "
            "withdraw it, move the folder away by hand"
        )


def check_unedited(folder: Path) -> None:
    """Raise UsageError where a report's text was edited by hand and would be lost by writing another."""
    if not is_report(folder):
        return
    found = read_manifest(folder)
    name = f"{found.kind}.md"
    with suppress(FileNotFoundError):
        written = found.files.get(name)
        if found.edited or (written and sha256((folder / name).read_bytes()) != written):
            raise UsageError(
                f"{shown(str(folder / name), most=200)} was edited by hand and would be replaced; render it "
                f"with --from, or write to another folder with --out DIR, or delete {name} to let it go"
            )


def put(folder: Path, files: Mapping[str, bytes], *, ours: Iterable[str] = ()) -> list[Path]:
    """Put a report, its manifest among its files, into a folder, and return the paths written.

    Files of an earlier report there (by its manifest, and those of ``ours``) that this one does not have are
    removed; whatever else is there stays. A final report's files are made read-only, which keeps an editor
    from saving over them by mistake.

    Raises
    ------
    UsageError
        If a final report is there, also one that came there meanwhile; if a report to be final would share
        its folder with other files; if another process holds the folder for `PATIENCE` seconds.
    """
    signed = manifest_of(files[FILE], FILE).signature
    with alone(folder):
        check_may_write(folder)
        before = read_manifest(folder).files if is_report(folder) else {}
        stale = {*ours, *before, FILE}
        if signed.final:
            _check_own(folder, stale)
        # The manifest comes last: while it is not there, nothing is taken for final.
        written = place(folder, {**_without(files, FILE), FILE: files[FILE]}, ours=sorted(stale))
        if signed.final:
            for path in written:
                os.chmod(path, path.stat().st_mode & ~_WRITABLE)
    return written


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder that a report's folder lies in, against other processes that put reports there.

    A lock of the operating system on the folder itself: nothing is left behind, also by a process that is
    killed.
    """
    around = folder.resolve().parent
    around.mkdir(parents=True, exist_ok=True)
    handle = os.open(around, os.O_RDONLY)
    try:
        _lock(handle, around)
        yield
    finally:
        os.close(handle)


def strangers(folder: Path, known: Iterable[str]) -> list[str]:
    """Files below a folder that are not ``known`` by name, nor left there by a system."""
    listed = set(known)
    found = [
        (Path(place) / name).relative_to(folder).as_posix()
        for place, _, names in os.walk(folder)
        for name in names
        if name not in LEFT_BY_SYSTEMS
    ]
    return sorted(name for name in found if name not in listed)


def _lock(handle: int, around: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise UsageError(
                    f"another process has been writing a report into {around} for a minute; nothing was "
                    "written"
                ) from None
            time.sleep(0.05)
        else:
            return


def _check_own(folder: Path, ours: Iterable[str]) -> None:
    """Raise UsageError where a folder holds what is no report's: it would be part of what is frozen."""
    if others := strangers(folder, ours):
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""
        raise UsageError(
            f"a final report has a folder of its own, and {shown(str(folder), most=200)} holds other files "
            f"({', '.join(map(shown, others[:3]))}{more}); move them away, or name another folder with "
            "--out DIR"
        )


def _without(files: Mapping[str, bytes], name: str) -> dict[str, bytes]:
    return {one: data for one, data in files.items() if one != name}
