"""Files in one archive whose bytes depend on nothing but what is in them, and reading one warily."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from forecast.errors import UsageError

#: The earliest time an archive can name: archives have no clock.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
#: Most bytes that are unpacked: more than any workspace, less than fills a disk.
MOST_BYTES = 200_000_000
#: What reading a damaged archive, a coded one or one of another kind ends in.
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, OSError, ValueError)


def is_inside(name: str) -> bool:
    """Whether a name stands for a file below the folder it is put in, on any system.

    >>> [is_inside(name) for name in ("figures/fan.svg", "../x", "/etc/x", "a\\\\b", "a//b", "C:x", "")]
    [True, False, False, False, False, False, False]
    """
    return (
        bool(name)
        and name.isprintable()
        and not set(name) & set('\\:*?"<>|')
        and PurePosixPath(name).as_posix() == name
        and not name.startswith("/")
        and not {"", ".", ".."} & set(name.split("/"))
    )


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip archive of files in the order of their names: the same bytes for the same files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in sorted(files):
            about = zipfile.ZipInfo(name, _NO_TIME)
            about.create_system = 3
            about.external_attr = 0o100644 << 16
            archive.writestr(about, files[name], zipfile.ZIP_DEFLATED, compresslevel=9)
    return made.getvalue()


def unpacked(data: bytes, what: str) -> dict[str, bytes]:
    """The files of an archive.

    Raises UsageError, with ``what`` it is, for what is no archive, and for one with a name that would leave
    its folder, a name twice, or more than `MOST_BYTES`.
    """
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(about.file_size for about in archive.infolist())
            if size > MOST_BYTES:
                raise UsageError(f"{what} holds {size:,} bytes; at most {MOST_BYTES:,} are unpacked")
            for about in archive.infolist():
                if not is_inside(about.filename) or about.filename in found:
                    raise UsageError(f"{what} holds a file named {about.filename!r}, which is not unpacked")
                # Reads no more than the size that was summed, whatever the data would unpack to.
                found[about.filename] = archive.read(about)
    except _BROKEN as error:
        raise UsageError(f"{what} is no archive that can be read ({error})") from None
    return found


def put_out(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files below a folder; every name must be `is_inside`."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
