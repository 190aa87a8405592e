"""What a report folder says of itself: ``manifest.json``, schema ``manifest/1``.

Enough to make the report again (request, seed, draws, options, inputs by hash), to know it is whole (the
SHA-256 of every file), and to know who signed it. It has no clock: its date is the day forecast from. Of
itself it holds no hash; `seal` is that hash, to be noted elsewhere.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, get_args

from pydantic import ConfigDict, TypeAdapter, ValidationError

from forecast.errors import UsageError
from forecast.report.signing.archive import is_inside
from forecast.report.signing.inputs import sha256
from forecast.report.signing.signature import Signature
from forecast.report.signing.words import shown
from forecast.request import Request
from forecast.states import State

FILE = "manifest.json"
SCHEMA = "manifest/1"
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Generated:
    """Of a report whose text was edited by hand: the text it came from, and what was signed then.

    The data, the figures and the page of sources are still those of that text.
    """

    markdown_sha256: str
    signature: Signature
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


@dataclass(frozen=True)
class Since:
    """What the report was compared with; everything that was used of it is kept beside the report."""

    kind: str
    label: str
    as_of: str | None
    inputs_sha256: str
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT


@dataclass(frozen=True)
class Manifest:
    """A report's own record. ``kind``: the stem of its files (report, brief, comparison).

    ``inputs`` and ``files``: SHA-256 by name, of the input files and templates read and of the files written.
    ``request``: the fields of a `Request` the answer depends on; ``options``: whatever else the report's
    text depends on, as its maker names it; ``command``: both as a command line, for a reader.
    ``program``: a hash of the code that made it; ``generated`` where the text was edited since.
    """

    kind: str
    question: str
    title: str
    as_of: dt.date
    panel_id: str
    signature: Signature
    command: str
    request: Mapping[str, Any]
    options: Mapping[str, Any]
    versions: Mapping[str, str]
    program: str
    inputs_sha256: str
    inputs: Mapping[str, str]
    files: Mapping[str, str] = field(default_factory=dict)
    since: Since | None = None
    generated: Generated | None = None
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    @property
    def edited(self) -> bool:
        """Whether the text was edited by hand after it was generated."""
        return self.generated is not None

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats the report is there in, by the endings of its files."""
        return tuple(
            name.removeprefix(f"{self.kind}.") for name in self.files if name.startswith(f"{self.kind}.")
        )

    def asked(self, *, jobs: int) -> Request:
        """The request to answer again."""
        return _request(self.request, jobs=jobs)

    def as_dict(self) -> dict[str, Any]:
        """As the documented JSON."""
        since, generated = self.since, self.generated
        return {
            "schema": SCHEMA,
            "kind": self.kind,
            "question": self.question,
            "title": self.title,
            "as_of": self.as_of.isoformat(),
            "panel_id": self.panel_id,
            **self.signature.as_dict(),
            "edited": self.edited,
            "generated": None
            if generated is None
            else {"markdown_sha256": generated.markdown_sha256, "signature": generated.signature.as_dict()},
            "command": self.command,
            "request": dict(self.request),
            "options": dict(self.options),
            "since": None if since is None else {n: getattr(since, n) for n in _SINCE},
            "versions": dict(self.versions),
            "program": self.program,
            "inputs_sha256": self.inputs_sha256,
            "inputs": dict(self.inputs),
            "files": dict(self.files),
        }

    def to_bytes(self) -> bytes:
        """The file's bytes: the same for the same record."""
        return (json.dumps(self.as_dict(), indent=1, allow_nan=False, ensure_ascii=False) + "\n").encode()

    def listing(self, files: Mapping[str, bytes]) -> Manifest:
        """The same record of other files."""
        return replace(self, files={name: sha256(data) for name, data in sorted(files.items())})


_SINCE = ("kind", "label", "as_of", "inputs_sha256")
_SIGNED = ("status", "authors", "reviewers", "marking", "dissents")


def request_data(request: Request) -> dict[str, Any]:
    """What an answer depends on in a request, as JSON: `Manifest.asked` turns it back."""
    return {
        "panel": request.panel,
        "scenarios": list(request.scenarios),
        "by": [date.isoformat() for date in request.by],
        "lens": list(request.lens),
        "exclude": list(request.exclude),
        "as_of": request.as_of.isoformat() if request.as_of else None,
        "start": request.start,
        "seed": request.seed,
        "draws": request.draws,
    }


def is_report(folder: Path) -> bool:
    """Whether a folder has a manifest, whatever is in it."""
    return (folder / FILE).is_file()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a report folder.

    Raises UsageError where there is none, and for one that is broken or of another version, saying where.
    """
    path = folder / FILE
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(
            f"{shown(str(folder), most=200)} is no report folder: it has no {FILE}; "
            "'forecast report --out DIR' makes one"
        ) from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    return manifest_of(data, str(path))


def manifest_of(data: bytes, what: str) -> Manifest:
    """The manifest in some bytes; ``what`` names them in errors."""
    try:
        found = json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise UsageError(f"{what} is not JSON ({error}); take it from where the report was kept") from None
    schema = found.get("schema") if isinstance(found, dict) else None
    if schema != SCHEMA:
        raise UsageError(
            f"{what} is not a manifest this version reads: schema {schema!r}, expected {SCHEMA!r}"
        )
    return _checked(found, what)


def seal(folder: Path) -> str:
    """The SHA-256 of the manifest's own bytes, which stands for everything that it lists."""
    return sha256((folder / FILE).read_bytes())


def _checked(found: dict[str, Any], what: str) -> Manifest:
    plain = {name: value for name, value in found.items() if name not in ("schema", "edited", *_SIGNED)}
    plain["signature"] = {name: found[name] for name in _SIGNED if name in found}
    try:
        manifest = TypeAdapter(Manifest).validate_python(plain)
        _request(manifest.request, jobs=1)
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(f"{what}: {'.'.join(map(str, first['loc']))}: {first['msg'].lower()}") from None
    except KeyError as error:
        raise UsageError(f"{what} is broken: its request has no {error}") from None
    except (UsageError, TypeError, ValueError) as error:
        raise UsageError(f"{what} is broken: {error}") from None
    for name in (*manifest.files, *manifest.inputs):
        if not is_inside(name):
            raise UsageError(f"{what} names {name!r}, which is no file of a report folder")
    if manifest.kind != shown(manifest.kind) or "/" in manifest.kind:
        raise UsageError(f"{what}: kind {manifest.kind!r} is no name of a file")
    return manifest


def _request(data: Mapping[str, Any], *, jobs: int) -> Request:
    """A request from `request_data`; KeyError, TypeError or ValueError for what is none."""
    start = data["start"]
    if start is not None and start not in get_args(State):
        raise ValueError(f"request.start is {start!r}")
    for name in ("seed", "draws"):
        if not isinstance(data[name], int):
            raise TypeError(f"request.{name} is {data[name]!r}")
    as_of = data["as_of"]
    return Request(
        panel=data["panel"],
        scenarios=tuple(data["scenarios"]),
        by=tuple(dt.date.fromisoformat(date) for date in data["by"]),
        lens=tuple(data["lens"]),
        exclude=tuple(data["exclude"]),
        as_of=dt.date.fromisoformat(as_of) if as_of is not None else None,
        start=start,
        seed=data["seed"],
        draws=data["draws"],
        jobs=jobs,
    )
