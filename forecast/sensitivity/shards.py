"""Shards of a sweep: parts worked out apart, each a file, and put together to the very bytes of the whole.

A file names the sweep it is a part of (by a hash, and in full), its place among its siblings, and its cells'
numbers, which JSON holds exactly: the shortest decimal that reads back as the same double. A checksum over
all of it tells a damaged file.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from forecast.errors import UsageError
from forecast.files import write_atomically
from forecast.sensitivity.sweep import Dial, Part, Sweep, Swept

SCHEMA = "sweep-shard/1"
#: Columns of a cell beside its values.
_ABOUT = ("k_hat", "ess", "simulated", "refit", "converged")
_MAGIC = b"\x1f\x8b"
#: What of a sweep its numbers do not depend on, and what is told of in other words.
_ASIDE = ("title", "dials", "request", "sizes")


@dataclass(frozen=True)
class Shard:
    """A shard as its file holds it."""

    file: str
    part: Part
    swept: Swept


def write_shard(path: Path, swept: Swept, part: Part) -> None:
    """Write one shard, whole or not at all; compressed if the file's name ends in .gz."""
    body = {
        "schema": SCHEMA,
        "shard": str(part),
        "sweep_sha256": swept.sweep.sha256,
        "sweep": asdict(swept.sweep),
        "cells": [_cell(swept, place) for place in range(len(swept.cells))],
    }
    text = _text({**body, "sha256": _checksum(body)}).encode() + b"\n"
    write_atomically(path, gzip.compress(text, mtime=0) if path.suffix == ".gz" else text)


def merge(paths: Sequence[Path]) -> Swept:
    """The whole sweep of all its shards, in any order.

    Raises
    ------
    UsageError
        For a file that is none or is damaged, a shard of another sweep (with what differs), of another number
        of shards, one that is there twice, and those that are missing.
    """
    if not paths:
        raise UsageError("sweep merge takes the files of all shards: forecast sweep merge part*.json")
    shards = [read_shard(path) for path in paths]
    first, by_place = shards[0], dict[int, Shard]()
    for shard in shards:
        if shard.swept.sweep.sha256 != first.swept.sweep.sha256:
            raise UsageError(
                f"{shard.file} is of another sweep than {first.file}: {_difference(shard, first)}"
            )
        if shard.part.n != first.part.n:
            raise UsageError(
                f"{shard.file} is shard {shard.part} and {first.file} is {first.part}: "
                "the shards of one sweep are of one number"
            )
        if shard.part.k in by_place:
            raise UsageError(f"{by_place[shard.part.k].file} and {shard.file} are both shard {shard.part}")
        by_place[shard.part.k] = shard
    missing = [f"{k}/{first.part.n}" for k in range(1, first.part.n + 1) if k not in by_place]
    if missing:
        again = "run the same sweep with --shard " + missing[0]
        raise UsageError(f"missing: shard{'s' * (len(missing) > 1)} {', '.join(missing)}; {again}")
    return _together([by_place[k].swept for k in sorted(by_place)])


def read_shard(path: Path) -> Shard:
    """The shard in a file; UsageError if there is none, or it is damaged."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    try:
        body = json.loads(gzip.decompress(raw) if raw.startswith(_MAGIC) else raw)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        raise UsageError(f"{path} is damaged, or no shard of a sweep: {error}") from None
    schema = body.get("schema") if isinstance(body, dict) else None
    if schema != SCHEMA:
        raise UsageError(
            f"{path} is no shard of a sweep (schema {schema!r}, wanted {SCHEMA!r}); "
            "forecast sweep PATH=LO..HI:N --shard k/n --out FILE writes one"
        )
    stated = body.pop("sha256", None)
    if stated != _checksum(body):
        shard = body.get("shard")
        raise UsageError(f"{path} is damaged: its checksum does not hold; run --shard {shard} again")
    return Shard(str(path), Part.read(body["shard"]), _swept(body))


def _cell(swept: Swept, place: int) -> dict[str, Any]:
    about = {name: getattr(swept, name)[place].item() for name in _ABOUT}
    return {
        "cell": swept.cells[place],
        **{name: _number(value) for name, value in about.items()},
        "values": [_number(value) for value in swept.values[place].ravel().tolist()],
    }


def _number(value: float) -> Any:
    """A number as JSON has it; JSON has no infinities."""
    return value if math.isfinite(value) else str(value)


def _swept(body: dict[str, Any]) -> Swept:
    sweep, cells = _sweep(body["sweep"]), body["cells"]
    shape = (len(cells), len(sweep.scenarios), len(sweep.dates), -1, 5)
    about = {name: np.array([float(cell[name]) for cell in cells]) for name in _ABOUT}
    return Swept(
        sweep=sweep,
        cells=tuple(cell["cell"] for cell in cells),
        values=np.array([[float(value) for value in cell["values"]] for cell in cells]).reshape(shape),
        k_hat=about["k_hat"],
        ess=about["ess"],
        simulated=about["simulated"].astype(int),
        refit=about["refit"].astype(bool),
        converged=about["converged"].astype(bool),
    )


def _sweep(told: dict[str, Any]) -> Sweep:
    """A sweep as JSON has it, its lists as tuples again."""
    whole: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in told.items()
    }
    dials = tuple(Dial(**{**dial, "values": tuple(dial["values"])}) for dial in told["dials"])
    whole["dials"] = dials
    return Sweep(**whole)


def _together(parts: Sequence[Swept]) -> Swept:
    """Shards as one, cells in order."""
    cells = np.concatenate([np.array(part.cells) for part in parts])
    order = np.argsort(cells)

    def joined(name: str) -> np.ndarray:
        return np.asarray(np.concatenate([getattr(part, name) for part in parts])[order])

    return Swept(
        sweep=parts[0].sweep,
        cells=tuple(int(cell) for cell in cells[order]),
        values=joined("values"),
        **{name: joined(name) for name in _ABOUT},
    )


def _difference(one: Shard, other: Shard) -> str:
    """The first thing in which two sweeps differ, in words."""
    ours, theirs = one.swept.sweep, other.swept.sweep
    knobs = [[(dial.path, dial.values) for dial in sweep.dials] for sweep in (ours, theirs)]
    if knobs[0] != knobs[1]:
        return f"it turns {_knobs(ours)}, the other {_knobs(theirs)}"
    for name, value in asdict(ours).items():
        if name not in _ASIDE and value != asdict(theirs)[name]:
            return f"{name.replace('_', ' ')} {_short(value)}, there {_short(asdict(theirs)[name])}"
    return "its flags differ"


def _knobs(sweep: Sweep) -> str:
    return " and ".join(
        f"{d.path} over {len(d.values)} values from {d.values[0]} to {d.values[-1]}" for d in sweep.dials
    )


def _short(value: object) -> str:
    return f"{value}" if len(f"{value}") <= 40 else f"{value}"[:16] + "…"


def _checksum(body: dict[str, Any]) -> str:
    return hashlib.sha256(_text(body).encode()).hexdigest()


def _text(body: dict[str, Any]) -> str:
    return json.dumps(body, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
