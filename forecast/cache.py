"""Results kept between runs: files in the user's cache folder, named by a hash of all they depend on.

A file is a SHA-256 of its payload, a newline, and the payload; one that does not verify is treated as
absent. Writing is to a temporary file, fsync, rename: two processes at once both end with a whole file.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

from forecast.files import write_atomically

_DIGEST = 64
#: Packages whose version can change a digit of a result.
NUMERICAL = ("numpy", "scipy", "pymc", "pytensor", "nutpie", "numba")


def folder() -> Path:
    """Where results are kept: $FORECAST_CACHE_DIR, else the platform's user cache folder."""
    given = os.environ.get("FORECAST_CACHE_DIR")
    if given:
        return Path(given)
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("alliance-forecast", appauthor=False))


def key(parts: Iterable[bytes | str]) -> str:
    """A hash of the parts (each length-prefixed), of this program's code, and of what it runs on."""
    digest = hashlib.sha256()
    for part in [program(), *parts]:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return digest.hexdigest()


def load(kind: str, name: str) -> bytes | None:
    """The payload kept under ``name``, or None if there is none that verifies."""
    try:
        raw = _path(kind, name).read_bytes()
    except OSError:
        return None
    stated, payload = raw[:_DIGEST], raw[_DIGEST + 1 :]
    return payload if hashlib.sha256(payload).hexdigest().encode() == stated else None


def store(kind: str, name: str, payload: bytes) -> None:
    """Keep ``payload``. A cache that cannot be written (read-only, full disk) is no reason to fail."""
    path = _path(kind, name)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload)


def entries() -> list[Path]:
    """Every kept file."""
    root = folder()
    return sorted(p for p in root.glob("*/*") if p.is_file()) if root.is_dir() else []


def clear() -> tuple[int, int]:
    """Delete every kept file; the number deleted and their bytes."""
    count = size = 0
    for path in entries():
        with contextlib.suppress(OSError):
            length = path.stat().st_size
            path.unlink()
            count, size = count + 1, size + length
    return count, size


@cache
def versions() -> dict[str, str]:
    """Versions of everything that can change a digit."""
    found = {"python": platform.python_version(), "platform": f"{platform.system()}-{platform.machine()}"}
    return found | {name: metadata.version(name) for name in NUMERICAL}


@cache
def program() -> str:
    """A hash of this package's source files and of `versions`."""
    root = Path(__file__).parent
    digest = hashlib.sha256(repr(sorted(versions().items())).encode())
    for path in sorted(root.rglob("*.py")):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _path(kind: str, name: str) -> Path:
    return folder() / kind / name
