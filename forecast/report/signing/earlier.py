"""An earlier state to compare a report with: what a report said then, and the inputs it was made from.

All that is used of it goes into one archive beside the new report (`Earlier.archive`), so that the new one
can be made again when the earlier report has been replaced, or its revision is gone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError

from forecast.errors import UsageError
from forecast.report.signing.archive import packed, unpacked
from forecast.report.signing.inputs import Inputs, inputs_from, kept_inputs, sha256
from forecast.report.signing.manifest import Manifest, Since, is_report, read_manifest
from forecast.report.signing.words import shown

#: The archive beside a report that holds what it was compared with.
ARCHIVE = "since.zip"
_SAID = "earlier.json"
_STRICT = ConfigDict(extra="forbid")
_SCHEMA = "report/1"


@dataclass(frozen=True)
class Number:
    """A probability that was given: quantity as in `documents` (``reached.split``), mean and its error."""

    quantity: str
    date: dt.date
    mean: float
    mcse: float


@dataclass(frozen=True)
class Said:
    """What a report said, and of what: the baseline's probabilities of the panel reported on.

    ``status``, ``draws`` and ``program`` are None where the report does not say.
    """

    question: str
    as_of: dt.date
    start_state: str
    panel_id: str
    panel: tuple[str, ...]
    seed: int
    draws: int | None
    versions: Mapping[str, str]
    program: str | None
    status: str | None
    converged: bool
    numbers: tuple[Number, ...]
    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    @cached_property
    def by_name(self) -> dict[tuple[str, dt.date], Number]:
        """The numbers by quantity and date."""
        return {(one.quantity, one.date): one for one in self.numbers}


@dataclass(frozen=True)
class Earlier:
    """What a report is compared with.

    ``kind``: a ``report`` elsewhere, the one it is to be ``replaced``, or inputs alone, from a folder
    (``workspace``) or a git ``revision``; of these ``said`` is None. ``inputs`` is None where they were not
    kept, ``hashes`` (of each file) where not even these are known.
    """

    kind: Literal["report", "replaced", "workspace", "revision"]
    label: str
    inputs_sha256: str
    said: Said | None = None
    inputs: Inputs | None = None
    hashes: Mapping[str, str] | None = None

    def record(self) -> Since:
        """How a manifest names it."""
        as_of = self.said.as_of.isoformat() if self.said else None
        return Since(kind=self.kind, label=self.label, as_of=as_of, inputs_sha256=self.inputs_sha256)

    def archive(self) -> bytes:
        """All of it, as `kept_earlier` reads it back."""
        said = None if self.said is None else asdict(self.said)
        about = {"kind": self.kind, "label": self.label, "inputs_sha256": self.inputs_sha256}
        text = json.dumps({**about, "said": said, "hashes": self.hashes}, indent=1, default=str)
        files = {} if self.inputs is None else {**self.inputs.files, **self.inputs.templates}
        return packed({_SAID: text.encode(), **files})


def kept_earlier(folder: Path) -> Earlier | None:
    """What the report in a folder was compared with; None where with nothing.

    Raises UsageError for an archive that is broken.
    """
    path = folder / ARCHIVE
    if not path.is_file():
        return None
    files = unpacked(path.read_bytes(), str(path))
    try:
        about = json.loads(files.pop(_SAID))
        said = None if about["said"] is None else TypeAdapter(Said).validate_python(about["said"])
        return Earlier(
            kind=about["kind"],
            label=about["label"],
            inputs_sha256=about["inputs_sha256"],
            said=said,
            inputs=inputs_from(files) if files else None,
            hashes=about["hashes"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{path} is broken: {error}") from None


def said_in(folder: Path, *, kind: Literal["report", "replaced"] = "report") -> Earlier:
    """The report in a folder, as something to compare with.

    Raises UsageError for a folder without a report's data, for data that are broken, and for data that are
    not those that the folder's manifest lists.
    """
    manifest = read_manifest(folder) if is_report(folder) else None
    path = folder / f"{manifest.kind if manifest else 'report'}.json"
    where = shown(str(path), most=200)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"there is no {where} to compare with ({error.strerror}); a report has its data where it was "
            "written with --format json"
        ) from None
    if manifest and manifest.files.get(path.name) != sha256(data):
        raise UsageError(
            f"{where} is not what was written, by its manifest; 'forecast report --verify "
            f"{shown(str(folder), most=200)}' says what else changed"
        )
    try:
        main = _main(json.loads(data))
        said = _said(main, manifest)
        inputs_sha256 = str(main["provenance"]["inputs_sha256"])
    except (KeyError, IndexError, TypeError, ValueError, ValidationError) as error:
        raise UsageError(f"{where} is no report's data that this version reads ({error})") from None
    kept = kept_inputs(folder)
    return Earlier(
        kind=kind,
        label=folder.resolve().name,
        inputs_sha256=inputs_sha256,
        said=said,
        inputs=kept if kept and kept.sha256 == inputs_sha256 else None,
        hashes=manifest.inputs if manifest else None,
    )


def _main(found: Any) -> dict[str, Any]:
    if found["schema"] != _SCHEMA:
        raise ValueError(f"schema {found['schema']!r}, expected {_SCHEMA!r}")
    main: dict[str, Any] = found["main"]
    return main


def _said(main: Mapping[str, Any], manifest: Manifest | None) -> Said:
    baseline = main["scenarios"][0]["horizons"]
    return Said(
        question=str(main["question"]),
        as_of=dt.date.fromisoformat(main["as_of"]),
        start_state=str(main["start_state"]),
        panel_id=str(main["panel_id"]),
        panel=tuple(main["panel"]),
        seed=int(main["provenance"]["seed"]),
        draws=int(manifest.request["draws"]) if manifest else None,
        versions=dict(main["provenance"]["versions"]),
        program=manifest.program if manifest else None,
        status=manifest.signature.status if manifest else None,
        converged=bool(main["diagnostics"]["passed"]),
        numbers=tuple(one for row in baseline for one in _numbers(row)),
    )


def _numbers(row: Mapping[str, Any]) -> list[Number]:
    date = dt.date.fromisoformat(row["date"])
    by_name = {
        **{f"{kind}.{name}": p for kind in ("state", "reached") for name, p in row[kind].items()},
        "alliance_broad": row["alliance_broad"],
    }
    found = [Number(name, date, float(p["mean"]), float(p["mcse"])) for name, p in by_name.items()]
    if beyond := [one for one in found if not 0 <= one.mean <= 1]:
        raise ValueError(f"{beyond[0].quantity} on {date} is {beyond[0].mean}, which is no probability")
    return found
