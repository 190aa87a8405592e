"""A workspace while it is being read: what could be read so far, and everything wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, TypeVar

from forecast.errors import Problem
from forecast.inputs.fields import Strict
from forecast.inputs.records import Measurement, SecondCode

CSV = "priors/indicators.csv"

Record = TypeVar("Record", bound=Strict)


@dataclass(frozen=True)
class Document:
    """One YAML file: its plain values, their lines, and the typed record if it is well formed."""

    file: str
    kind: str
    raw: Any
    lines: dict[str, int]
    record: Strict | None = None

    @property
    def stem(self) -> str:
        """The file's name without its suffix: the id it must carry."""
        return PurePosixPath(self.file).stem

    def line(self, at: str) -> int:
        """The line of a dotted path, or of the nearest thing around it."""
        while at and at not in self.lines:
            at = at[: max(at.rfind("."), at.rfind("["), 0)]
        return self.lines.get(at, 0)

    def problem(self, at: str, message: str, *, warning: bool = False) -> Problem:
        """A problem at a dotted path of this file."""
        return Problem(self.file, self.line(at), at, message, warning)


@dataclass(frozen=True)
class Row:
    """A row of indicators.csv and the line it begins on."""

    line: int
    measurement: Measurement


@dataclass
class Draft:
    """Everything read from one folder so far. A file that cannot be read as YAML has no document."""

    documents: dict[str, Document] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    rows: list[Row] = field(default_factory=list)
    second_coding: list[tuple[int, SecondCode]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def of_kind(self, kind: str) -> list[Document]:
        """The documents of one kind, in order of their file names."""
        return [doc for doc in self.documents.values() if doc.kind == kind]

    def records(self, record: type[Record]) -> Iterator[tuple[Document, Record]]:
        """The well-formed documents of one record type."""
        for doc in self.documents.values():
            if isinstance(doc.record, record):
                yield doc, doc.record

    def one(self, record: type[Record]) -> tuple[Document, Record] | None:
        """The document of a kind that stands once in a workspace; None if it is not well formed."""
        return next(self.records(record), None)

    def names(self, kind: str, key: str, *, absent: set[str] | None = None) -> set[str] | None:
        """The keys of a mapping of a file, well formed or not; None if there is no knowing them.

        ``absent`` is the answer where the file has no such key.
        """
        raw = next((doc.raw for doc in self.of_kind(kind)), None)
        if isinstance(raw, dict) and key not in raw:
            return absent
        section = raw[key] if isinstance(raw, dict) else None
        return set(section) if isinstance(section, dict) else None

    def stems(self, kind: str, folder: str) -> set[str]:
        """The ids of the files of a folder, readable or not."""
        broken = {PurePosixPath(file).stem for file in self.unreadable if file.startswith(folder)}
        return {doc.stem for doc in self.of_kind(kind)} | broken
