"""Sealing: answers that cannot be changed unseen, and rounds that close.

A seal is a copy of the answers and a record of its SHA-256, of the file that they were read from and of the
day. Each expert has a record of their own, so that two who seal at once never touch the same file. A round
closes once: the record names whose answers were heard and carries their hashes, so that a seal that is
replaced or taken away afterwards shows too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from forecast.errors import InputError, Problem, UsageError
from forecast.inputs import yaml_nodes
from forecast.inputs.fields import IDENTIFIER
from forecast.protocol import sealed_file
from forecast.protocol.answers import Answers
from forecast.protocol.folder import Folder

SCHEMA, CLOSED = "seal/1", "closed/1"
_READ_ONLY = 0o444


@dataclass(frozen=True)
class Seal:
    """The record of one sealing."""

    expert: str
    round: int
    sealed: dt.datetime
    sha256: str
    read_from: str
    read_sha256: str
    inputs_sha256: str
    method: str


@dataclass(frozen=True)
class Closed:
    """The record that a round is over: the hash of each answer heard, and who had not sealed by then."""

    closed: dt.datetime
    heard: Mapping[str, str]
    left_out: tuple[str, ...]


def seal(
    folder: Folder,
    answers: Answers,
    *,
    read_from: Path,
    data: bytes,
    inputs_sha256: str,
    method: str,
    now: dt.datetime,
) -> Seal:
    """Write the sealed copy, then its record, which is what makes it sealed.

    Raises
    ------
    UsageError
        If these answers are sealed already, or the round is over.
    """
    number, expert = answers.round, answers.expert
    check_open(folder, number, expert)
    text = sealed_file.written(answers).encode("utf-8")
    record = Seal(
        expert, number, now.replace(microsecond=0), sha256(text), folder.relative(read_from), sha256(data),
        inputs_sha256, method,
    )  # fmt: skip
    folder.write(folder.sealed(number, expert), text, mode=_READ_ONLY)
    lines = [
        f"schema: {SCHEMA}",
        f"expert: '{record.expert}'",
        f"round: {record.round}",
        f"sealed: {record.sealed.isoformat()}",
        f"sha256: '{record.sha256}'",
        f"read_from: {record.read_from}",
        f"read_sha256: '{record.read_sha256}'",
        f"inputs_sha256: '{record.inputs_sha256}'",
        f"method: {record.method}",
    ]
    folder.write(folder.seal(number, expert), "\n".join(lines) + "\n", mode=_READ_ONLY)
    return record


def check_open(folder: Folder, number: int, expert: str) -> None:
    """Raise UsageError where an answer is sealed, or its round closed: neither is undone."""
    if folder.seal(number, expert).exists():
        found = seal_of(folder, number, expert)
        raise UsageError(
            f"{expert} sealed round {number} on {found.sealed.date()}; sealed answers are not changed"
            + (". A change of mind belongs in round 2" if number == 1 else "")
        )
    over = closed_of(folder, number)
    if over:
        raise UsageError(
            f"round {number} was closed on {over.closed.date()} with {len(over.heard)} experts; nobody joins "
            "it after others' answers could be seen"
        )


def close(folder: Folder, number: int, *, now: dt.datetime) -> Closed:
    """Close a round with the answers sealed so far; the record as it stands, if it is closed already.

    Raises
    ------
    UsageError
        If nobody has sealed.
    """
    before = closed_of(folder, number)
    if before:
        return before
    sealers = folder.sealers(number)
    if not sealers:
        raise UsageError(f"nobody has sealed round {number}; there is nothing to close")
    heard = {expert: seal_of(folder, number, expert).sha256 for expert in sealers}
    left_out = tuple(expert for expert in folder.asked(number) if expert not in heard)
    over = Closed(now.replace(microsecond=0), heard, left_out)
    lines = [f"schema: {CLOSED}", f"round: {number}", f"closed: {over.closed.isoformat()}", "heard:"]
    lines += [f"  {expert}: '{digest}'" for expert, digest in heard.items()]
    lines += [f"left_out: [{', '.join(map(sealed_file.quoted, left_out))}]"]
    folder.write(folder.closed(number), "\n".join(lines) + "\n", mode=_READ_ONLY)
    return over


def seal_of(folder: Folder, number: int, expert: str) -> Seal:
    """The record of a sealing. InputError where it cannot be read."""
    raw = _record(folder, folder.seal(number, expert), SCHEMA)
    try:
        return Seal(
            expert=raw["expert"],
            round=int(raw["round"]),
            sealed=dt.datetime.fromisoformat(raw["sealed"]),
            **{
                key: str(raw[key])
                for key in ("sha256", "read_from", "read_sha256", "inputs_sha256", "method")
            },
        )
    except (KeyError, TypeError, ValueError):
        raise _broken(folder, folder.seal(number, expert)) from None


def closed_of(folder: Folder, number: int) -> Closed | None:
    """The record of a round that is over; None while it is open."""
    path = folder.closed(number)
    if not path.exists():
        return None
    raw = _record(folder, path, CLOSED)
    try:
        heard = {str(expert): str(digest) for expert, digest in raw["heard"].items()}
        if not all(IDENTIFIER.match(expert) for expert in (*heard, *raw["left_out"])):
            raise ValueError  # they become names of files
        return Closed(dt.datetime.fromisoformat(raw["closed"]), heard, tuple(raw["left_out"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _broken(folder, path) from None


def sealed_answers(folder: Folder, number: int, expert: str) -> Answers:
    """What an expert sealed.

    Raises
    ------
    InputError
        If the copy is not what was sealed: changed, replaced or missing.
    """
    fault = altered(folder, number, expert)
    if fault:
        raise InputError([Problem(folder.relative(folder.sealed(number, expert)), 0, "", fault)])
    path = folder.sealed(number, expert)
    return sealed_file.read(path.read_bytes(), folder.relative(path))


def altered(folder: Folder, number: int, expert: str) -> str | None:
    """What is wrong with a sealed answer, in words; None if it is as it was sealed."""
    over = closed_of(folder, number)
    if not folder.seal(number, expert).exists():
        return "the record of its seal is missing" if over and expert in over.heard else None
    record = seal_of(folder, number, expert)
    day = record.sealed.date()
    if (record.expert, record.round) != (expert, number):
        return f"its seal is that of {record.expert} in round {record.round}"
    if over and expert in over.heard and over.heard[expert] != record.sha256:
        return f"its seal is not the one that was heard when the round was closed on {over.closed.date()}"
    try:
        found = sha256(folder.sealed(number, expert).read_bytes())
    except FileNotFoundError:
        return f"sealed on {day}, and missing since; bring it back from git or a backup"
    if found != record.sha256:
        return f"sealed on {day}, changed since (SHA-256 {found[:12]}, sealed was {record.sha256[:12]})"
    return None


def sha256(data: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _record(folder: Folder, path: Path, schema: str) -> Any:
    try:
        raw = yaml_nodes.parse(yaml_nodes.decode(path.read_bytes())).plain()
    except yaml_nodes.YamlRefusal as refusal:
        raise InputError([Problem(folder.relative(path), *found) for found in refusal.found]) from None
    if not isinstance(raw, dict) or raw.get("schema") != schema:
        raise _broken(folder, path)
    return raw


def _broken(folder: Folder, path: Path) -> InputError:
    message = (
        "the record cannot be read: it was changed after it was written; bring it back from git or a backup"
    )
    return InputError([Problem(folder.relative(path), 0, "", message)])
